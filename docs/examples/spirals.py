"""Three spirals told apart by a multilayer perceptron, on NumPy or, with --jax, compiled by JAX.

    python spirals.py
    python spirals.py --jax

In 500 steps it learns to classify at least 99 % of the points right.  Read line.py first.

What is an argument and what is not.  The parameters are a dict of arrays, and mg.grad, as jax.jit, takes any *tree* of
arrays: dicts, lists and tuples, one inside the other.  Whatever changes from step to step has to be an argument of step:
the parameters p, the velocities v.  Anything else that step reads, such as RATE, is a constant of the compiled program:
changing it later changes nothing.  (The points do not change, but as arguments they are not copied into the program.)

What is compiled again.  A program is for certain shapes and dtypes.  Call train with 200 points in place of 300, and JAX
traces and compiles once more; with 300 again, it finds the first program in its cache.  So keep shapes few: cut batches of
one size and leave out the remainder.  A Python number is an argument like any array, and a new value costs nothing.
"""
import click
import numpy as np
from rich.console import Console
from rich.progress import track

import minigrad as mg

RATE, MOMENTUM = 0.1, 0.9


def spirals(rng, arms=3, count=100):
    """Points in the plane on so many arms, count of them on each, and the number of each point's arm."""
    radius = np.linspace(0.05, 1, count)
    points, labels = [], []
    for arm in range(arms):
        angle = 2 * np.pi * arm / arms + 4 * radius + rng.normal(0, 0.15, count)
        points.append(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))
        labels.append(np.full(count, arm))
    return np.concatenate(points), np.concatenate(labels)


def parameters(rng, *widths):
    """For each layer a matrix of weights and a vector of shifts."""
    p = {}
    for i, (m, n) in enumerate(zip(widths, widths[1:])):
        p[f"weight{i}"] = rng.normal(0, np.sqrt(2 / m), (m, n))
        p[f"shift{i}"] = np.zeros(n)
    return p


def model(p, x):
    """The logits of each point: one number for each arm, the largest for the arm that it seems to be on."""
    layers = len(p) // 2
    for i in range(layers):
        x = x @ p[f"weight{i}"] + p[f"shift{i}"]
        if i < layers - 1:
            x = mg.relu(x)
    return x


def loss(p, x, labels):
    return mg.mean(mg.cross_entropy(model(p, x), labels))


def step(p, v, x, labels):
    """One step of gradient descent with momentum: the new parameters and velocities, and the loss before it."""
    value, g = mg.value_and_grad(loss)(p, x, labels)
    v = {name: MOMENTUM * v[name] - RATE * g[name] for name in p}
    return {name: p[name] + v[name] for name in p}, v, value


@click.command()
@click.option("--jax", "with_jax", is_flag=True, help="Compile the whole step with JAX.")
@click.option("--steps", default=500, show_default=True, help="How many steps to train.")
def main(with_jax, steps):
    rng = np.random.default_rng(0)
    x, labels = spirals(rng)
    p = parameters(rng, 2, 64, 64, 3)
    v = {name: np.zeros_like(p[name]) for name in p}
    train = step
    if with_jax:
        import jax
        jax.config.update("jax_enable_x64", True)          # else JAX would compute in float32
        train = jax.jit(step)

    losses = []
    for _ in track(range(steps), "spirals", console=Console(stderr=True)):
        p, v, value = train(p, v, x, labels)
        losses.append(float(value))

    for i in range(0, steps, max(1, steps // 10)):
        print(f"step {i:3}  loss {losses[i]:.10g}")
    right = np.mean(np.argmax(np.asarray(model(p, x)), axis=1) == labels)
    print(f"{right:.1%} of the points are classified right")


if __name__ == "__main__":
    main()
