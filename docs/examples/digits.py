"""Handwritten digits read by a small convolutional network, on NumPy or, with --jax, compiled by JAX.

    python digits.py
    python digits.py --jax

The images are those that scikit-learn brings along: 1,797 of 8 x 8 pixels.  Of 360 that it has not seen the network reads
at least 97 % right.  Read line.py and spirals.py first.

What a loop becomes.  The shape of a tracer is known, so what depends on shapes alone is ordinary Python: mg.conv loops over
the nine entries of a filter, and the traced list holds nine slices; a loop over layers leaves one copy of each layer.  A
loop is thus *unrolled*.  That costs nothing when the program runs, but a loop of a thousand turns takes long to compile.
If it is the loop over the steps of training, give step to jax.lax.scan, which traces it once.

What is not in the program.  Which images make up a batch is drawn by NumPy, outside step: the batch enters as an argument.
A random number drawn inside step would be drawn while tracing, and be the same ever after.  If one is needed inside, let
jax.random make it from a key that is an argument.
"""
import click
import numpy as np
from rich.console import Console
from rich.progress import track
from sklearn.datasets import load_digits

import minigrad as mg

RATE, MOMENTUM, BATCH = 0.05, 0.9, 64


def parameters(rng):
    def weights(*shape):
        """As large as keeps the size of what passes through: the more inputs, the smaller."""
        return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
    return {"filters0": weights(8, 1, 3, 3), "shift0": np.zeros((8, 1, 1)),
            "filters1": weights(16, 8, 3, 3), "shift1": np.zeros((16, 1, 1)),
            "weight2": weights(10, 16 * 4 * 4), "shift2": np.zeros(10)}


def model(p, x):
    """The logits of the ten digits for each image.  The second convolution moves by two pixels, so 8 x 8 becomes 4 x 4."""
    x = mg.relu(mg.conv(x, p["filters0"], padding="SAME") + p["shift0"])
    x = mg.relu(mg.conv(x, p["filters1"], window_strides=(2, 2), padding="SAME") + p["shift1"])
    return mg.reshape(x, (x.shape[0], -1)) @ p["weight2"].T + p["shift2"]


def loss(p, x, labels):
    return mg.mean(mg.cross_entropy(model(p, x), labels))


def step(p, v, x, labels):
    """One step of gradient descent with momentum: the new parameters and velocities, and the loss before it."""
    value, g = mg.value_and_grad(loss)(p, x, labels)
    v = {name: MOMENTUM * v[name] - RATE * g[name] for name in p}
    return {name: p[name] + v[name] for name in p}, v, value


@click.command()
@click.option("--jax", "with_jax", is_flag=True, help="Compile the whole step with JAX.")
@click.option("--steps", default=400, show_default=True, help="How many steps to train.")
def main(with_jax, steps):
    rng = np.random.default_rng(0)
    pixels, labels = load_digits(return_X_y=True)
    order = rng.permutation(len(labels))
    x, labels = pixels[order].reshape(-1, 1, 8, 8) / 16, labels[order]
    unseen = 360
    p = parameters(rng)
    v = {name: np.zeros_like(p[name]) for name in p}
    train = step
    if with_jax:
        import jax
        jax.config.update("jax_enable_x64", True)          # else JAX would compute in float32
        train = jax.jit(step)

    losses = []
    for _ in track(range(steps), "digits", console=Console(stderr=True)):
        batch = rng.integers(unseen, len(labels), BATCH)
        p, v, value = train(p, v, x[batch], labels[batch])
        losses.append(float(value))

    for i in range(0, steps, max(1, steps // 10)):
        print(f"step {i:3}  loss {losses[i]:.10g}")
    right = np.mean(np.argmax(np.asarray(model(p, x[:unseen])), axis=1) == labels[:unseen])
    print(f"{right:.1%} of {unseen} unseen images are read right")


if __name__ == "__main__":
    main()
