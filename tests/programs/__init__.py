"""Random programs over the whole table: what hypothesis draws, how it is written down, and how it is compared with JAX.

A program is text, a few lines of Python: one for minigrad, and the same with JAX's names for JAX.  That text is what is
executed, so a failing program that is printed is the very program that failed.  hypothesis draws how a program is built and
a seed, from which NumPy draws the numbers in it.  While it is drawn it is also computed, so that each step can be kept
where its function is smooth, and small: a step out of its domain is led back by a sine, a tie is moved apart, and what
has grown is scaled down, all in the program's own text.
"""
from collections import Counter
from tempfile import TemporaryDirectory

import hypothesis
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from minigrad.checking import table

from .calls import DRAWN
from .judging import Disagreement, check
from .sketch import STEPS, Program, Sketch

__all__ = ["DRAWN", "Disagreement", "Program", "check", "run"]


@st.composite
def programs(draw, names=tuple(table)):
    """Programs whose functions are among these."""
    sketch = Sketch(draw)
    for _ in range(draw(st.integers(1, STEPS))):
        if not draw(steps(sketch, names)):
            break
    return sketch.finished()


@st.composite
def steps(draw, sketch, names):
    """A step; whether another can follow.  Each is drawn as a whole, for so hypothesis can leave one out."""
    name = draw(st.sampled_from(names))
    return sketch.step(DRAWN[name](sketch, name))


def run(number, seed, names=tuple(table), check=check):
    """Draw this many programs, the same for the same seed, and check each; in how many each function was drawn.

    One that disagrees is shrunk by hypothesis: the Disagreement is that of the smallest that still disagrees.
    """
    drawn = []

    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=number, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
                         phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink], report_multiple_bugs=False, print_blob=False)
    @hypothesis.given(programs(names))
    def each(program):
        drawn.append(program)
        check(program)
    with TemporaryDirectory() as folder:     # hypothesis writes a little even without its database; here is not the place
        set_hypothesis_home_dir(folder)
        try:
            each()
        finally:
            set_hypothesis_home_dir(None)
    if len(drawn) < number:
        raise RuntimeError(f"hypothesis drew {len(drawn)} programs where {number} were wanted")
    return Counter(name for program in drawn for name in set(program.functions))
