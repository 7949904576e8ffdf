"""A batch of random programs, for a process of its own."""
from . import Disagreement, run

SIZE = 250                               # programs of one batch, all from one seed


def batch(seed):
    """(programs drawn, the disagreement among them as text or None)"""
    try:
        run(SIZE, seed)
        return SIZE, None
    except Disagreement as error:
        return SIZE, f"{error}\nIt is among the programs of run({SIZE}, seed={seed})."
