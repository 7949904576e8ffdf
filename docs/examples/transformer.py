"""A small transformer learns to write like Shakespeare, letter by letter, on NumPy or, with --jax, compiled by JAX.

    python transformer.py
    python transformer.py --jax

It reads acts I and II of Romeo and Juliet (text.txt, in the public domain), all but the last tenth, and trains to a loss below 2.1
on that tenth; who guesses each of 60 letters alike has a loss of 4.1.  Read line.py, spirals.py and digits.py first.

Python control flow.  A tracer has no numbers, so `if value > 3:` inside step cannot be decided and is an error.  (Branch on
shapes and on Python constants as you like: the branch taken is traced, the other is not in the program.)  Choose between
arrays with mg.where, as the attention does below to hide what comes later; leave a loop early outside of step, where the
loss is a number again; or let the program itself branch and repeat, with jax.lax.cond and jax.lax.while_loop.

Which way round.  Our gradients work inside JAX's scan, cond, while_loop and checkpoint.  The other way round mg.grad cannot
look inside those: they are JAX's, and no rule of ours, and they refuse a Variable.  Where a loss needs them, as when a
layer is to be computed again on the way back to save memory, take jax.grad: our functions run on JAX's own arrays too.

State goes in and comes out.  Adam remembers two averages for each parameter, and the number of its step.  They are arguments
and results of step like the parameters.  Were the number counted in a global variable, it would be 1 in the program for ever.
"""
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track

import minigrad as mg

WIDTH, HEADS, LAYERS, CONTEXT, BATCH = 64, 4, 2, 64, 16
RATE, DECAYS = 3e-3, (0.9, 0.99)


def read():
    """The text as numbers, and the letters that these stand for."""
    text = Path(__file__).with_name("text.txt").read_text(encoding="utf-8")
    letters = sorted(set(text))
    return np.array([letters.index(letter) for letter in text]), letters


def windows(rng, text, count=BATCH):
    """Passages drawn from the text, and for each letter in them the one that comes next: arrays (count, CONTEXT)."""
    passages = text[rng.integers(0, len(text) - CONTEXT, count)[:, None] + np.arange(CONTEXT + 1)]
    return passages[:, :-1], passages[:, 1:]


def parameters(rng, letters):
    def weights(rows, columns):
        return rng.normal(0, 1 / np.sqrt(rows), (rows, columns))
    p = {"letters": 0.1 * weights(letters, WIDTH), "places": 0.1 * weights(CONTEXT, WIDTH),
         "gain": np.ones(WIDTH), "output": weights(WIDTH, letters)}
    for i in range(LAYERS):
        p |= {f"{i}.attention gain": np.ones(WIDTH), f"{i}.dense gain": np.ones(WIDTH),
              f"{i}.query": weights(WIDTH, WIDTH), f"{i}.key": weights(WIDTH, WIDTH), f"{i}.value": weights(WIDTH, WIDTH),
              f"{i}.mix": weights(WIDTH, WIDTH) / LAYERS, f"{i}.dense in": weights(WIDTH, 4 * WIDTH),
              f"{i}.dense out": weights(4 * WIDTH, WIDTH) / LAYERS}
    return p


def layer_norm(x, gain):
    """The vector of each letter, moved to mean 0 and scaled to variance 1, times a gain that is learnt."""
    x = x - mg.mean(x, axis=-1, keepdims=True)
    return gain * x / mg.sqrt(mg.mean(x * x, axis=-1, keepdims=True) + 1e-5)


def attention(x, query, key, value, mix):
    """For each letter a weighted mean of what those up to it have to say: a key that fits its query well gives more weight."""
    batch, time, width = x.shape

    def heads(x):
        return mg.permute_dims(mg.reshape(x, (batch, time, HEADS, width // HEADS)), (0, 2, 1, 3))
    scores = heads(x @ query) @ heads(x @ key).mT / np.sqrt(width // HEADS)
    earlier = np.tril(np.ones((time, time), dtype=bool))
    said = mg.softmax(mg.where(earlier, scores, -np.inf)) @ heads(x @ value)
    return mg.reshape(mg.permute_dims(said, (0, 2, 1, 3)), (batch, time, width)) @ mix


def model(p, text):
    """The logits of the next letter, after each letter of each passage: (batch, time, letters)."""
    x = p["letters"][text] + p["places"][:text.shape[1]]
    for i in range(LAYERS):
        h = layer_norm(x, p[f"{i}.attention gain"])
        x = x + attention(h, p[f"{i}.query"], p[f"{i}.key"], p[f"{i}.value"], p[f"{i}.mix"])
        h = layer_norm(x, p[f"{i}.dense gain"])
        x = x + mg.gelu(h @ p[f"{i}.dense in"]) @ p[f"{i}.dense out"]
    return layer_norm(x, p["gain"]) @ p["output"]


def loss(p, text, following):
    """The mean of -log of the probability that the model gave to the letter that really follows."""
    return mg.mean(mg.cross_entropy(model(p, text), following))


def step(p, state, text, following):
    """One step of Adam (Kingma and Ba, 2015): new parameters and state, and the loss before it."""
    value, g = mg.value_and_grad(loss)(p, text, following)
    (a, b), count = DECAYS, state["count"] + 1
    mean = {k: a * state["mean"][k] + (1 - a) * g[k] for k in p}
    square = {k: b * state["square"][k] + (1 - b) * g[k] ** 2 for k in p}
    p = {k: p[k] - RATE * mean[k] / (1 - a ** count) / (mg.sqrt(square[k] / (1 - b ** count)) + 1e-8) for k in p}
    return p, {"count": count, "mean": mean, "square": square}, value


def start(rng, letters):
    """The parameters and the state of Adam before the first step."""
    p = parameters(rng, letters)
    return p, {"count": 0, "mean": {k: np.zeros_like(p[k]) for k in p}, "square": {k: np.zeros_like(p[k]) for k in p}}


def write(p, rng, text, count):
    """So many letters more, each drawn with the probabilities that the model gives."""
    text = list(text)
    for _ in range(count):
        logits = model(p, np.array([text[-CONTEXT:]]))[0, -1]
        text.append(rng.choice(len(logits), p=mg.softmax(logits)))
    return text


@click.command()
@click.option("--jax", "with_jax", is_flag=True, help="Compile the whole step with JAX.")
@click.option("--steps", default=600, show_default=True, help="How many steps to train.")
def main(with_jax, steps):
    rng = np.random.default_rng(0)
    text, letters = read()
    seen, unseen = np.split(text, [len(text) * 9 // 10])
    p, state = start(rng, len(letters))
    train = step
    if with_jax:
        import jax
        jax.config.update("jax_enable_x64", True)          # else JAX would compute in float32
        train = jax.jit(step)

    losses = []
    for _ in track(range(steps), "transformer", console=Console(stderr=True)):
        p, state, value = train(p, state, *windows(rng, seen))
        losses.append(float(value))

    for i in range(0, steps, max(1, steps // 10)):
        print(f"step {i:3}  loss {losses[i]:.10g}")
    p = {k: np.asarray(p[k]) for k in p}
    print(f"unseen    loss {loss(p, *windows(rng, unseen, 64)):.10g}")
    print("".join(letters[i] for i in write(p, rng, text[:15], 200)))


if __name__ == "__main__":
    main()
