"""The small transformer of docs/examples trained to the end, for the chapter on training: its losses and what it writes."""
import sys

import click
import numpy as np

from .record import ROOT, save

STEPS = 600


@click.command("transformer")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the losses and the texts to this file, as JSON.")
@click.option("--steps", default=STEPS, show_default=True, help="How many steps to train.")
def command(out, steps):
    """The small transformer trained to the end: its losses, and what it writes before and after."""
    import jax
    jax.config.update("jax_enable_x64", True)              # else JAX would compute in float32
    sys.path.insert(0, str(ROOT / "docs" / "examples"))
    import transformer
    rng = np.random.default_rng(0)
    text, letters = transformer.read()
    seen, unseen = np.split(text, [len(text) * 9 // 10])
    p, state = transformer.start(rng, len(letters))

    def written():
        return "".join(letters[i] for i in transformer.write(p, np.random.default_rng(0), text[:15], 200))
    train, losses, before = jax.jit(transformer.step), [], written()
    for _ in range(steps):
        p, state, value = train(p, state, *transformer.windows(rng, seen))
        losses.append(float(value))
    p = {k: np.asarray(p[k]) for k in p}
    found = {"letters": len(letters), "parameters": sum(a.size for a in p.values()), "losses": [round(loss, 4) for loss in losses],
             "unseen": round(float(transformer.loss(p, *transformer.windows(rng, unseen, 64))), 4), "before": before, "after": written()}
    print(f"unseen loss {found['unseen']}\n{found['after']}")
    if out:
        save(out, "tests.benchmarks transformer", found)
