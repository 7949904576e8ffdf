"""What XLA makes of minigrad's backward pass, beside what it makes of JAX's own.

Each program is a loss written twice: with minigrad's functions and, by itself, with those of JAX.  Both are differentiated
by their own library, jax.jit(mg.grad(loss)) and jax.jit(jax.grad(loss)), and compiled by the same compiler.  It says itself
how many operations the result needs and how many bytes it moves (cost_analysis); how long it runs and how long tracing and
compiling take is measured, ours and theirs by turns.  Every figure is a ratio, ours over theirs.
"""
import math
from time import perf_counter
from typing import NamedTuple

import click
import jax
import jax.numpy as jnp
import numpy as np

import minigrad as mg

from .record import print_table, save
from .timing import by_turns

ROUNDS, COMPILATIONS = 51, 7             # how often a program is run, and how often compiled
BARS = {"flops": 1.00, "bytes": 1.05, "run": 1.05, "compile": 1.5}
HEADINGS = {"flops": "operations", "bytes": "bytes accessed", "run": "run time", "compile": "trace + compile"}


class Program(NamedTuple):
    """The same loss twice, each a function of the parameters and the data."""
    ours: object
    theirs: object
    parameters: dict
    data: tuple


def random(seed):
    generator = np.random.default_rng(seed)
    return lambda *shape: generator.normal(size=shape, scale=1 / math.sqrt(math.prod(shape[:-1]) or 1)).astype(np.float32)


# ---- A multi-layer perceptron

def mlp():
    def ours(p, x, labels):
        h = mg.relu(x @ p["w1"] + p["b1"])
        h = mg.relu(h @ p["w2"] + p["b2"])
        return mg.mean(mg.cross_entropy(h @ p["w3"] + p["b3"], labels))

    def theirs(p, x, labels):
        h = jax.nn.relu(jnp.dot(x, p["w1"]) + p["b1"])
        h = jax.nn.relu(jnp.dot(h, p["w2"]) + p["b2"])
        return mean_cross_entropy(jnp.dot(h, p["w3"]) + p["b3"], labels)
    draw = random(0)
    p = {"w1": draw(64, 256), "w2": draw(256, 256), "w3": draw(256, 10), "b1": draw(256), "b2": draw(256), "b3": draw(10)}
    return Program(ours, theirs, p, (8 * draw(64, 256).T, labels_for(256)))


def mean_cross_entropy(logits, labels):
    return jnp.mean(-jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))


def labels_for(n, classes=10):
    return np.random.default_rng(n).integers(0, classes, n)


# ---- A convolutional network; JAX's with its matrix products as ours has them, or with XLA's own convolution

def network_of(convolve):
    def theirs(p, x, labels):
        h = jax.nn.relu(convolve(x, p["w1"], 1) + p["b1"][:, None, None])
        h = jax.nn.relu(convolve(h, p["w2"], 2) + p["b2"][:, None, None])
        return mean_cross_entropy(h.reshape(h.shape[0], -1) @ p["w3"] + p["b3"], labels)
    return theirs


def convolve_by_matmul(x, w, stride):
    """jnp has no convolution: the patches that the filter meets, each a column, times the filters, each a row."""
    (batch, channels, height, width), (features, _, rows, columns) = x.shape, w.shape
    down, across = (height - rows) // stride + 1, (width - columns) // stride + 1
    x = jnp.swapaxes(x, 0, 1)
    patches = jnp.stack([x[:, :, i:i + stride * down:stride, j:j + stride * across:stride][:, :, :down, :across]
                         for i in range(rows) for j in range(columns)], axis=1)
    y = w.reshape(features, -1) @ patches.reshape(channels * rows * columns, batch * down * across)
    return jnp.swapaxes(y.reshape(features, batch, down, across), 0, 1)


def convolve_by_xla(x, w, stride):
    return jax.lax.conv_general_dilated(x, w, (stride, stride), "VALID")


def convolution(convolve=convolve_by_matmul):
    def ours(p, x, labels):
        h = mg.relu(mg.conv(x, p["w1"]) + p["b1"][:, None, None])
        h = mg.relu(mg.conv(h, p["w2"], (2, 2)) + p["b2"][:, None, None])
        return mg.mean(mg.cross_entropy(mg.reshape(h, (h.shape[0], -1)) @ p["w3"] + p["b3"], labels))
    draw = random(1)
    p = {"w1": draw(3, 3, 1, 16).T, "w2": draw(3, 3, 16, 32).T, "w3": draw(32 * 12 * 12, 10), "b1": draw(16), "b2": draw(32),
         "b3": draw(10)}
    return Program(ours, network_of(convolve), p, (28 * draw(28, 28, 1, 32).T, labels_for(32)))


# ---- A transformer block: causal attention of four heads and a perceptron, each behind a layer norm

HEADS, WIDTH, TIME = 4, 64, 64


def transformer():
    def normed(x, scale, shift):
        return (x - mg.mean(x, axis=-1, keepdims=True)) / mg.sqrt(mg.var(x, axis=-1, keepdims=True) + 1e-5) * scale + shift

    def ours(p, x, target):
        batch = x.shape[0]
        q, k, v = mg.unstack(mg.permute_dims(mg.reshape(normed(x, p["s1"], p["t1"]) @ p["qkv"], (batch, TIME, 3, HEADS, -1)),
                                             (2, 0, 3, 1, 4)))
        scores = mg.where(np.tri(TIME, dtype=bool), q @ k.mT / math.sqrt(WIDTH / HEADS), -1e9)
        mixed = mg.reshape(mg.permute_dims(mg.softmax(scores) @ v, (0, 2, 1, 3)), (batch, TIME, WIDTH))
        x = x + mixed @ p["out"]
        x = x + mg.gelu(normed(x, p["s2"], p["t2"]) @ p["up"] + p["b1"]) @ p["down"] + p["b2"]
        return mg.mean(mg.square(x - target))

    def norm(x, scale, shift):
        return (x - jnp.mean(x, -1, keepdims=True)) / jnp.sqrt(jnp.var(x, -1, keepdims=True) + 1e-5) * scale + shift

    def theirs(p, x, target):
        qkv = (norm(x, p["s1"], p["t1"]) @ p["qkv"]).reshape(*x.shape[:2], 3, HEADS, -1)
        q, k, v = (jnp.swapaxes(qkv[:, :, i], 1, 2) for i in range(3))
        scores = jnp.where(jnp.tril(jnp.ones((TIME, TIME), bool)), q @ jnp.swapaxes(k, 2, 3) / math.sqrt(WIDTH / HEADS), -1e9)
        x = x + jnp.swapaxes(jax.nn.softmax(scores) @ v, 1, 2).reshape(x.shape) @ p["out"]
        x = x + jax.nn.gelu(norm(x, p["s2"], p["t2"]) @ p["up"] + p["b1"]) @ p["down"] + p["b2"]
        return jnp.mean((x - target) ** 2)
    draw = random(2)
    p = {"qkv": draw(WIDTH, 3 * WIDTH), "out": draw(WIDTH, WIDTH), "up": draw(WIDTH, 4 * WIDTH), "down": draw(4 * WIDTH, WIDTH),
         "b1": draw(4 * WIDTH), "b2": draw(WIDTH),
         "s1": 1 + draw(WIDTH), "t1": draw(WIDTH), "s2": 1 + draw(WIDTH), "t2": draw(WIDTH)}
    return Program(ours, theirs, p, (20 * draw(8, TIME, WIDTH), 20 * draw(8, TIME, WIDTH)))


PROGRAMS = {                             # name: (the program, whether the bars hold for it)
    "MLP": (mlp, True),
    "convolution": (convolution, True),
    "transformer block": (transformer, True),
    "convolution, beside lax.conv": (lambda: convolution(convolve_by_xla), False),
}


# ---- The measurement

def measure(program, rounds=ROUNDS, compilations=COMPILATIONS):
    """{what: (ours, theirs)} of a program, after checking that both have the same gradient."""
    gradients = mg.grad(program.ours), jax.grad(program.theirs)
    arguments = jax.device_put((program.parameters, *program.data))
    compiled = [compile_anew(g, arguments)[0] for g in gradients]
    check_equal(*[c(*arguments) for c in compiled])
    costs = [c.cost_analysis() for c in compiled]
    return {"flops": [c["flops"] for c in costs], "bytes": [c["bytes accessed"] for c in costs],
            "run": by_turns([lambda c=c: run(c, arguments) for c in compiled], rounds),
            "compile": by_turns([lambda g=g: compile_anew(g, arguments)[1] for g in gradients], compilations)}


def compile_anew(f, arguments):
    """(f compiled, the seconds that tracing and compiling took), nothing being remembered from before."""
    jax.clear_caches()
    start = perf_counter()
    compiled = jax.jit(f).lower(*arguments).compile()
    return compiled, perf_counter() - start


def run(compiled, arguments):
    start = perf_counter()
    jax.block_until_ready(compiled(*arguments))
    return perf_counter() - start


def check_equal(ours, theirs):
    for name in theirs:
        error = float(jnp.max(jnp.abs(ours[name] - theirs[name])) / jnp.max(jnp.abs(theirs[name])))
        assert error < 1e-4, f"the gradients by {name} differ by {error:.1e} of the largest entry: the two losses are not the same"


@click.command("jit")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the figures to this file, as JSON.")
def command(out):
    """The compiled backward pass beside JAX's own: operations, bytes, run time, tracing and compiling."""
    jax.config.update("jax_enable_compilation_cache", False)
    measured = {name: measure(make()) for name, (make, _) in PROGRAMS.items()}
    ratios = {name: {what: ours / theirs for what, (ours, theirs) in figures.items()} for name, figures in measured.items()}
    missed = [f"{name}: {HEADINGS[what]} {ratios[name][what]:.3f}" for name, (_, barred) in PROGRAMS.items() if barred
              for what, bar in BARS.items() if round(ratios[name][what], 3) > bar]
    print_table("minigrad's backward pass over JAX's own, both compiled by XLA", ["", *HEADINGS.values()],
                [[name, *[f"{r:.3f}" for r in row.values()]] for name, row in ratios.items()]
                + [["at most", *[f"{bar:.2f}" for bar in BARS.values()]]])
    if out:
        programs = {name: {what: {"ours": ours, "theirs": theirs, "ratio": ours / theirs}
                           for what, (ours, theirs) in figures.items()} for name, figures in measured.items()}
        save(out, "tests.benchmarks jit", {"device": jax.devices()[0].device_kind, "bars": BARS, "rounds": ROUNDS, "compilations": COMPILATIONS,
                          "programs": programs})
    if missed:
        raise click.ClickException("above the bar: " + "; ".join(missed))
