"""Times of programs that do the same work, taken by turns in one process: a busy moment then falls on all alike."""
from statistics import median
from time import perf_counter

import numpy as np

ROUNDS = 21
LEAST = 0.005                            # seconds that are measured at once: what is shorter is repeated


def rounds_of(timings, rounds):
    """[[seconds of each round] of each timing], all measured in every round, and in both orders."""
    for timing in timings:
        timing()
    found = [[] for _ in timings]
    for i in range(rounds):
        for k in range(len(timings))[::1 if i % 2 else -1]:
            found[k].append(timings[k]())
    return found


def by_turns(timings, rounds):
    """The median of each timing."""
    return [median(seconds) for seconds in rounds_of(timings, rounds)]


def timed(f):
    """A function that gives the seconds f takes, repeated often enough to be measured."""
    def once(times):
        start = perf_counter()
        for _ in range(times):
            f()
        return (perf_counter() - start) / times
    f()
    times = max(1, round(LEAST / once(1)))
    return lambda: once(times)


def compared(contenders, rounds=ROUNDS):
    """{name: (median of its seconds, median of ours over its in the same round)} of functions, after they agreed on the gradient."""
    check_agreement(contenders)
    found = dict(zip(contenders, rounds_of([timed(f) for f in contenders.values()], rounds)))
    return {name: {"seconds": median(seconds), "ratio": median(ours / theirs for ours, theirs in zip(found["minigrad"], seconds))}
            for name, seconds in found.items()}


def check_agreement(contenders):
    """Every function returns the same list of gradients as the first, to the precision of its dtype."""
    first, *others = contenders
    expected = [np.asarray(g) for g in contenders[first]()]
    for name in others:
        for i, (g, right) in enumerate(zip(contenders[name](), expected, strict=True)):
            bound = 1e-10 if np.asarray(g).dtype == np.float64 == right.dtype else 1e-4
            error = np.max(np.abs(np.asarray(g, dtype=float) - right)) / max(1e-30, np.max(np.abs(right)))
            assert np.shape(g) == np.shape(right) and error < bound, f"gradient {i} of {name} is not that of {first}: it differs by {error:.1e}"
