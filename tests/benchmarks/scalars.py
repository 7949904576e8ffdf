"""Graphs of single numbers, where a library's own work is all there is: long chains, and many branches from one number."""
import gc
import math
import sys
import tracemalloc

import numpy as np

import minigrad as mg

from . import peers, timing

STEPS = 1000
X = 0.3


# ---- chain: STEPS times y = sin(y) * 1.01 + 0.1, three calls each, from one number

def chain(x, sin):
    for _ in range(STEPS):
        x = sin(x) * 1.01 + 0.1
    return x


def chain_by_hand():
    x, slope = X, 1.0
    for _ in range(STEPS):
        x, slope = math.sin(x) * 1.01 + 0.1, slope * math.cos(x) * 1.01
    return [slope]


def chain_of_minigrad(start):
    def run():
        x = mg.Variable(start)
        chain(x, mg.sin).backward()
        return [x.grad]
    return run


def chain_of_micrograd():
    from micrograd.engine import Value

    def sin(x):                          # micrograd has none: written as its tanh-like functions are in its lectures
        out = Value(math.sin(x.data), (x,), "sin")

        def backward():
            x.grad += math.cos(x.data) * out.grad
        out._backward = backward
        return out

    def run():
        x = Value(X)
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 10 * STEPS))      # it walks the graph by recursion
        chain(x, sin).backward()
        return [x.grad]
    return run


def chain_of_autograd():
    import autograd
    import autograd.numpy as anp
    derivative = autograd.grad(lambda x: chain(x, anp.sin))
    return lambda: [derivative(X)]


def chain_of_torch():
    import torch
    torch.set_num_threads(1)

    def run():
        x = torch.tensor(X, dtype=torch.float64, requires_grad=True)
        chain(x, torch.sin).backward()
        return [x.grad.item()]
    return run


def chain_of_dezero():
    dezero = peers.Dezero().dezero

    def run():
        x = dezero.Variable(np.array(X))
        chain(x, dezero.functions.sin).backward()
        return [x.grad.data]
    return run


def chains(start):
    """{name: a function that computes the derivative}; minigrad from start, the others as each does it best."""
    makers = {"micrograd": chain_of_micrograd, "autograd": chain_of_autograd, "PyTorch": chain_of_torch, "DeZero": chain_of_dezero}
    versions = peers.installed()
    return {"by hand": chain_by_hand, "minigrad": chain_of_minigrad(start), **{name: make() for name, make in makers.items() if versions[name]}}


# ---- deep and wide: how time and memory grow with the graph

def deep(n):
    """A chain of n calls."""
    x = y = mg.Variable(X)
    for _ in range(n // 2):
        y = mg.sin(y) + 0.1
    return x, y


def wide(n):
    """n branches from one number, added up."""
    x = y = mg.Variable(X)
    for _ in range(n):
        y = y + mg.sin(x)
    return x, y


def there_and_back(make, n):
    x, y = make(n)
    y.backward()
    assert math.isfinite(x.grad) and x.grad


def seconds_per(make, sizes, rounds, collecting):
    """{n: seconds for each of n}, with Python's garbage collector running, or not."""
    was = gc.isenabled()
    gc.collect()
    (gc.enable if collecting else gc.disable)()
    try:
        found = timing.by_turns([timing.timed(lambda n=n: there_and_back(make, n)) for n in sizes], rounds)
    finally:
        (gc.enable if was else gc.disable)()
    return {n: seconds / n for n, seconds in zip(sizes, found)}


def bytes_per_node(n=100_000):
    """What a chain of n calls takes before its backward pass, from NumPy's float64."""
    x = mg.Variable(np.array(X))
    chain(x, mg.sin)                     # what is made once is not counted
    gc.collect()
    tracemalloc.start()
    y = x
    for _ in range(n // 3):
        y = mg.sin(y) * 1.01 + 0.1
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return taken / (n // 3 * 3)
