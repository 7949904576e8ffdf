"""Random programs over the whole table: what hypothesis draws, how it is written down, and how it is compared with JAX.

A program is text, a few lines of Python: one for minigrad, and the same with JAX's names for JAX.  That text is what is
executed, so a failing program that is printed is the very program that failed.  hypothesis draws how a program is built and
a seed, from which NumPy draws the numbers in it.  While it is drawn it is also computed, so that each step can be kept
where its function is smooth, and small: a step out of its domain is led back by a sine, a tie is moved apart, and what
has grown is scaled down, all in the program's own text.
"""
from collections import Counter
from itertools import count
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


# hypothesis begins with the simplest program of all, and from its 11th on most are variants of earlier ones.  So it starts anew
# each time it has drawn so many.
BLOCK = 9


def run(number, seed, names=tuple(table), check=check):
    """Draw at least so many different programs, the same for the same seed, and check each.  In how many each function is.

    The Disagreement that is raised is that of the smallest program that hypothesis could make of the one it found.
    """
    drawn = {}

    @hypothesis.settings(max_examples=BLOCK, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
                         phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink], report_multiple_bugs=False, print_blob=False)
    @hypothesis.given(programs(names))
    def block(program):
        check(program)
        drawn[repr(program)] = set(program.functions)
    with TemporaryDirectory() as folder:     # hypothesis writes a little even without its database; here is not the place
        set_hypothesis_home_dir(folder)
        try:
            for i in count():
                hypothesis.seed(f"{seed}, {i}")(block)()
                if len(drawn) >= number:
                    return Counter(name for functions in drawn.values() for name in functions)
        finally:
            set_hypothesis_home_dir(None)
