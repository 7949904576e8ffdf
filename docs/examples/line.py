"""A line through points, on NumPy or, with --jax, compiled by JAX.  The other examples have the same form.

    python line.py
    python line.py --jax

The losses are the same.  With --jax one statement is different: train = jax.jit(step).

What is traced.  jax.jit(step) calls step once, with *tracers* in place of the arrays.  A tracer has a shape and a dtype, but
no numbers; it answers to + and @ as an array does, and writes down what it was asked for.  A Variable holds a tracer as it
holds any array.  So the forward pass, the sweep and each rule's backward run here as they always do: in Python, once.

What is compiled.  What was written down is a list of array operations: ours forward, ours backward, and the update of the
parameters.  No Variable is left in it, no Function and no sweep.  XLA makes one program of the list, and that program runs
each time that train is called.  To read the list, print jax.make_jaxpr(step)(p, x, y).

What follows from it.  Python runs while JAX traces and not later: a print inside step prints once, and shows a tracer.  A
step must return all that it changes, because nothing that it changes on the side is in the list: so step takes the
parameters and returns new ones.
"""
import click
import numpy as np
from rich.console import Console
from rich.progress import track

import minigrad as mg

RATE = 0.1


def loss(p, x, y):
    """The mean squared distance of the points from the line."""
    return mg.mean((p["slope"] * x + p["shift"] - y) ** 2)


def step(p, x, y):
    """One step downhill: the new parameters, and the loss before it."""
    value, g = mg.value_and_grad(loss)(p, x, y)
    return {name: p[name] - RATE * g[name] for name in p}, value


@click.command()
@click.option("--jax", "with_jax", is_flag=True, help="Compile the whole step with JAX.")
@click.option("--steps", default=200, show_default=True, help="How many steps to train.")
def main(with_jax, steps):
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 100)
    y = 2 * x + 1 + rng.normal(0, 0.1, 100)
    p = {"slope": np.array(0.0), "shift": np.array(0.0)}
    train = step
    if with_jax:
        import jax
        jax.config.update("jax_enable_x64", True)          # else JAX would compute in float32
        train = jax.jit(step)

    losses = []
    for _ in track(range(steps), "line", console=Console(stderr=True)):
        p, value = train(p, x, y)
        losses.append(float(value))

    for i in range(0, steps, max(1, steps // 10)):
        print(f"step {i:3}  loss {losses[i]:.10g}")
    slope, shift = np.polyfit(x, y, 1)
    print(f"found          y = {float(p['slope']):.4f} x + {float(p['shift']):.4f}")
    print(f"least squares  y = {slope:.4f} x + {shift:.4f}")


if __name__ == "__main__":
    main()
