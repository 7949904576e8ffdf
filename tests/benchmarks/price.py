"""What a gradient costs, in operations counted and in seconds, over what the function costs.

The bound is 4 (Baur and Strassen 1983; Griewank and Walther 2008, chapter 4).  An operation is one element of the result of
an elementwise function, one element that a reduction takes in, and 2mnk for a product of matrices; what only moves numbers
(reshape, transpose, broadcast, index, cast) computes nothing.
"""
import math

import numpy as np

import minigrad as mg

from . import networks, peers, timing

MOVES = {"asarray", "astype", "reshape", "permute_dims", "broadcast_to", "expand_dims", "concat", "stack", "flip", "zeros", "arange", "take",
         "isdtype", "zeros_like", "ones_like"}
REDUCTIONS = {"sum", "prod", "max", "min", "cumulative_sum", "argmax", "argmin", "all", "any"}


class Counted:
    """An array whose namespace counts."""
    total = 0
    __array_ufunc__ = None               # ndarray @ Counted is for Counted to answer

    def __init__(self, array):
        self.array = np.asarray(array)

    shape = property(lambda self: self.array.shape)
    dtype = property(lambda self: self.array.dtype)
    ndim = property(lambda self: self.array.ndim)
    size = property(lambda self: self.array.size)
    mT = property(lambda self: Counted(self.array.mT))

    def __array_namespace__(self, *, api_version=None):
        return Counting

    def __getitem__(self, key):
        return Counted(self.array[plain(key)])

    def __setitem__(self, key, value):
        self.array[plain(key)] = plain(value)

    def __matmul__(self, other):
        return counted(np.matmul, self, other, cost=lambda y: 2 * y.size * self.shape[-1])

    def __rmatmul__(self, other):
        return counted(np.matmul, other, self, cost=lambda y: 2 * y.size * np.shape(other)[-1])

    def __int__(self):
        return int(self.array)


def plain(x):
    if isinstance(x, (tuple, list)):
        return type(x)(map(plain, x))
    return x.array if isinstance(x, Counted) else x


def counted(function, *args, cost=np.size, **options):
    y = function(*plain(args), **{name: plain(value) for name, value in options.items()})
    if not isinstance(y, (np.ndarray, np.generic)):
        return y
    Counted.total += cost(y)
    return Counted(y)


for name, function in {"add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide, "pow": np.power,
                       "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal}.items():
    setattr(Counted, f"__{name}__", lambda self, other, function=function: counted(function, self, other))
    setattr(Counted, f"__r{name}__", lambda self, other, function=function: counted(function, other, self))
Counted.__neg__ = lambda self: counted(np.negative, self)
Counted.__hash__ = object.__hash__


class Namespace:
    """numpy, counting."""
    __name__ = "counting"

    def __getattr__(self, name):
        function = getattr(np, name)
        if not callable(function) or isinstance(function, type):
            return function
        if name in MOVES:
            return lambda *args, **options: counted(function, *args, cost=lambda y: 0, **options)
        if name in REDUCTIONS:
            return lambda x, *args, **options: counted(function, x, *args, cost=lambda y: np.size(plain(x)), **options)
        return lambda *args, **options: counted(function, *args, **options)


Counting = Namespace()


def operations(f, *arrays):
    """How many operations f(*arrays) takes."""
    Counted.total = 0
    f(*map(Counted, arrays))
    return Counted.total


def price(f, *arrays, argnums=None):
    """(operations of f, operations of f with its gradient by the arrays of argnums, by all if it is None)"""
    argnums = tuple(range(len(arrays))) if argnums is None else argnums
    with_gradient = mg.value_and_grad(lambda *xs: mg.sum(f(*xs)), argnums=argnums)
    return operations(lambda *xs: mg.sum(f(*xs)), *arrays), operations(with_gradient, *arrays)


def central_differences(f, x, h=1e-6):
    """The gradient of f by moving each entry of x by itself, two evaluations each, as in the book's second chapter."""
    gradient = np.empty_like(x)
    for i in range(x.size):
        step = np.zeros_like(x)
        step.flat[i] = h
        gradient.flat[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# ---- Of what the price is asked

def waves(x):
    return mg.sum(mg.sin(x) * mg.exp(-x * x))


def workloads():
    """{name: (function, arrays, argnums)}"""
    minigrad = peers.Minigrad()
    found = {"waves": (waves, [np.linspace(-2, 2, 1000)], None)}
    for name in networks.SHAPES:
        parameters, data = networks.perceptron(*networks.SHAPES[name])
        found[name] = lambda *p, data=data: networks.perceptron_loss(minigrad, p, *data), parameters, None
    parameters, data = networks.block()
    found["attention"] = lambda *p: networks.block_loss(minigrad, p, *data), parameters, None
    return found


def growth(sizes, limit):
    """For each number of inputs: operations and seconds of the gradient over those of the function; and of central differences up to limit."""
    rows = []
    for n in sizes:
        x = np.linspace(0.1, 1, n)
        alone, together = price(waves, x)
        f, ours = timing.timed(lambda: waves(x)), timing.timed(lambda: mg.value_and_grad(waves)(x))
        seconds = timing.by_turns([f, ours], 5)
        row = {"inputs": n, "operations": together / alone, "seconds": seconds[1] / seconds[0]}
        if n <= limit:
            g = central_differences(waves, x)
            assert np.max(np.abs(g - mg.grad(waves)(x))) < 1e-7
            row["differences, operations"] = 2 * n * operations(waves, x) / alone
            row["differences, seconds"] = timing.by_turns([timing.timed(lambda: central_differences(waves, x))], 1)[0] / seconds[0]
        rows.append(row)
    return rows

