"""The transformer trained by many devices at once, in one process or in several that talk to one another.

    python sharded.py                    8 devices in one process
    python sharded.py --processes 2      4 devices in each of two processes

Nothing in transformer.py changes: its step is compiled as it stands.  Read transformer.py first.

A *mesh* is the devices in rank and file, here in one line whose axis is called "batch".  A *sharding* says how an array lies
on them: P("batch") cuts its first axis into as many parts as there are devices, P() puts the whole of it on each.  We
put the passages on the mesh in the first way, and the parameters in the second.

What happens then is XLA's work.  Each device computes with its own passages, up to where all of them meet: the mean over the
batch, and on the way back the cotangent of each parameter, which is a sum over the batch.  (Our rule for a @ b makes that sum
in a product of matrices, and the sweep where it undoes broadcasting.)  There XLA puts in an *all-reduce*: the devices add up
their parts, and each receives the sum.  The program as we traced it has none; the program as compiled has them.

The devices here are virtual, so that the program runs anywhere: eight parts of one CPU, which is no faster than one.  With
real ones leave out the two lines that ask for them.  On a cluster its scheduler starts the processes, one on each machine,
and each calls jax.distributed.initialize; here launch does it.  Each runs this same program, and each needs only
its own part of the data.  They wait for one another in each all-reduce, so when one dies, the others have to be ended too.
"""
import os
import socket
import subprocess
import sys
from threading import Thread
from time import sleep

import click
import numpy as np

import minigrad as mg
import transformer


def train(steps, chief):
    """Train by all devices, and show the losses; before that, whether the gradients are those of NumPy, and what was compiled."""
    import jax
    from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
    mesh = Mesh(np.array(jax.devices()), "batch")
    divided, everywhere = NamedSharding(mesh, P("batch")), NamedSharding(mesh, P())

    def place(tree, sharding):
        """The arrays on the mesh: of each, every device gets the part that is its own."""
        return jax.tree.map(lambda x: jax.make_array_from_callback(np.shape(x), sharding, lambda part: np.asarray(x)[part]), tree)

    def report(line):
        if chief:
            print(line, flush=True)

    rng = np.random.default_rng(0)
    text, letters = transformer.read()
    seen, _ = np.split(text, [len(text) * 9 // 10])
    p, state = transformer.start(rng, len(letters))
    batch = transformer.windows(rng, seen)

    one = mg.grad(transformer.loss)(p, *batch)             # by NumPy
    p, state = place((p, state), everywhere)
    many = jax.jit(mg.grad(transformer.loss), out_shardings=everywhere)(p, *place(batch, divided))
    apart = max(np.max(np.abs(np.asarray(many[k]) - one[k])) / np.max(np.abs(one[k])) for k in p)
    report(f"gradients: relative difference to NumPy's {apart:.1e}")

    traced = jax.jit(transformer.step, out_shardings=everywhere).lower(p, state, *place(batch, divided))
    program = traced.compile()
    report(f"all-reduces: {traced.as_text().count('all_reduce')} as traced, {program.as_text().count(' all-reduce(')} as compiled")

    for i in range(steps):
        p, state, value = program(p, state, *place(batch, divided))
        report(f"step {i:3}  loss {float(value):.10g}")
        batch = transformer.windows(rng, seen)


def launch(processes):
    """Start this program so many times over, and end them all as soon as one fails, or when this process ends, however it ends."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))                           # 0: any port that is free
        address = f"127.0.0.1:{s.getsockname()[1]}"
    children = [subprocess.Popen([sys.executable, *sys.argv, "--number", str(i), "--address", address], stdin=subprocess.PIPE)
                for i in range(processes)]
    try:
        for i, child in enumerate(children):
            print(f"process {i} of {processes} has the id {child.pid}", file=sys.stderr, flush=True)
        while any(child.poll() is None for child in children) and not any(child.poll() for child in children):
            sleep(0.1)
    finally:
        for child in children:
            child.kill()
        codes = [child.wait() for child in children]
    sys.exit(f"the processes ended with {codes}" if any(codes) else 0)


def end_with_parent():
    """End when the process that started this one is gone: its end of our standard input closes then."""
    os.read(0, 1)
    os._exit(1)


@click.command()
@click.option("--devices", default=8, show_default=True, help="How many virtual devices, in all processes together.")
@click.option("--processes", default=1, show_default=True, help="How many processes.")
@click.option("--steps", default=10, show_default=True, help="How many steps to train.")
@click.option("--number", type=int, hidden=True)
@click.option("--address", hidden=True)
def main(devices, processes, steps, number, address):
    if processes > 1 and number is None:
        launch(processes)
    import jax
    jax.config.update("jax_enable_x64", True)              # else JAX would compute in float32
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_num_cpu_devices", devices // processes)
    if processes > 1:
        Thread(target=end_with_parent, daemon=True).start()
        jax.distributed.initialize(address, processes, number)
    train(steps, chief=not number)


if __name__ == "__main__":
    main()
