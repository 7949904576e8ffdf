"""From many numbers to fewer: sums, products, extremes and statistics."""
from builtins import min as min_
from math import prod as product

from ..arrays import array_namespace, shape as shape_of
from ..core import Function, bare
from .arithmetic import sqrt, square
from .selection import equal, ones_like, where
from .shapes import astype, axes_of, broadcast_to, concat, flip, permute_dims, reshape

__all__ = ["Sum", "Prod", "Max", "Min", "CumulativeSum",
           "sum", "prod", "max", "min", "cumulative_sum", "mean", "var", "std", "diff", "trace"]


class Reduction(Function):
    """What those below share: the axes, and how to put them back."""
    __slots__ = ("axis", "keepdims", "origin")

    def __init__(self, axis, keepdims):
        self.axis, self.keepdims = axis, keepdims

    def forward(self, x):
        self.origin = shape_of(x)
        return self.reduce(array_namespace(x), x)

    def kept(self, g):
        """g with the reduced axes put back, of length 1."""
        axes = axes_of(self.axis, len(self.origin))
        return reshape(g, tuple(1 if i in axes else n for i, n in enumerate(self.origin)))


class Sum(Reduction):
    __slots__ = ()
    needs = ""

    def reduce(self, xp, x):
        return xp.sum(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy):
        return broadcast_to(self.kept(gy), self.origin)


def sum(x, axis=None, dtype=None, keepdims=False):
    """The sum over the given axes, over all for None."""
    return Sum(axis, keepdims).apply(x if dtype is None else astype(x, dtype))


class Prod(Reduction):
    """The derivative by one entry is the product of all others, found without dividing: so zeros are safe."""
    __slots__ = ()

    def reduce(self, xp, x):
        return xp.prod(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy):
        x, = self.arrays
        if not self.origin:
            return gy
        last = axes_of(self.axis, len(self.origin))
        order = (*[i for i in range(len(self.origin)) if i not in last], *last)
        x = permute_dims(x, order)                         # the reduced axes last, and made one
        rows = reshape(x, (*x.shape[:len(order) - len(last)], product(x.shape[len(order) - len(last):])))
        others = products_before(rows) * flip(products_before(flip(rows, -1)), -1)
        return self.kept(gy) * permute_dims(reshape(others, x.shape), sorted(range(len(order)), key=lambda i: order[i]))


def products_before(x):
    """Along the last axis, the product of the entries before each: by doubling, as p[i] covers 1, 2, 4, ... of them."""
    if x.shape[-1] == 0:
        return x
    p, n = concat([ones_like(x[..., :1]), x[..., :-1]], axis=-1), 1
    while n < x.shape[-1]:
        p = concat([p[..., :n], p[..., n:] * p[..., :-n]], axis=-1)
        n *= 2
    return p


def prod(x, axis=None, dtype=None, keepdims=False):
    """The product over the given axes, over all for None."""
    return Prod(axis, keepdims).apply(x if dtype is None else astype(x, dtype))


class Max(Reduction):
    """Entries that tie for the extreme share the cotangent equally."""
    __slots__ = ()
    needs = "xy"

    def reduce(self, xp, x):
        return xp.max(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, gy):
        x, = self.arrays
        if not self.origin:
            return gy
        top = equal(x, self.kept(self.output))
        xp = array_namespace(top)
        ties = xp.sum(xp.astype(top, xp.float32), axis=self.axis, keepdims=True)     # float16 would overflow at 65,504 ties
        return where(top, self.kept(gy) / ties, 0)


def max(x, axis=None, keepdims=False):
    """The largest entry over the given axes, over all for None."""
    return Max(axis, keepdims).apply(x)


class Min(Max):
    __slots__ = ()

    def reduce(self, xp, x):
        return xp.min(x, axis=self.axis, keepdims=self.keepdims)


def min(x, axis=None, keepdims=False):
    """The smallest entry over the given axes, over all for None."""
    return Min(axis, keepdims).apply(x)


class CumulativeSum(Function):
    __slots__ = ("axis",)
    needs = ""

    def __init__(self, axis):
        self.axis = axis

    def forward(self, x):
        return array_namespace(x).cumulative_sum(x, axis=self.axis)

    def backward(self, gy):
        return flip(cumulative_sum(flip(gy, self.axis), self.axis), self.axis)


def cumulative_sum(x, axis=None, dtype=None, include_initial=False):
    """The sums of the first 1, 2, ... entries along an axis, which may be left out if there is only one; include_initial: from 0 on."""
    n = shape_of(x)
    if axis is None and len(n) != 1:
        raise ValueError(f"cumulative_sum of an array of shape {n} needs an axis")
    axis, = axes_of(axis, len(n))
    y = CumulativeSum(axis).apply(x if dtype is None else astype(x, dtype))
    if include_initial:
        y = concat([array_namespace(bare(y)).zeros((*n[:axis], 1, *n[axis + 1:]), dtype=y.dtype), y], axis)
    return y


# ---- Compositions of the above: their derivatives follow.

def mean(x, axis=None, keepdims=False):
    """The arithmetic mean over the given axes, over all for None."""
    return sum(x, axis, keepdims=keepdims) / count(x, axis)


def count(x, axis):
    n = shape_of(x)
    return product(n[a] for a in axes_of(axis, len(n)))


def var(x, axis=None, correction=0.0, keepdims=False):
    """The variance over the given axes: squared distances from the mean, summed and divided by their number less correction."""
    return sum(square(x - mean(x, axis, keepdims=True)), axis, keepdims=keepdims) / (count(x, axis) - correction)


def std(x, axis=None, correction=0.0, keepdims=False):
    """The square root of var; like sqrt it has no derivative where that is 0."""
    return sqrt(var(x, axis, correction, keepdims))


def diff(x, axis=-1, n=1, prepend=None, append=None):
    """The differences of neighbours along an axis, n times over; prepend and append are arrays to put before and behind x first."""
    axis, = axes_of(axis, len(shape_of(x)))
    x = concat([part for part in (prepend, x, append) if part is not None], axis)
    before = (slice(None),) * axis
    for _ in range(min_(n, x.shape[axis])):
        x = x[(*before, slice(1, None), ...)] - x[(*before, slice(None, -1), ...)]
    return x


def trace(x, offset=0):
    """The sum along a diagonal of each matrix; offset 1 is the one above the main diagonal."""
    if len(shape_of(x)) < 2:
        raise ValueError(f"trace needs at least two axes, and this array has shape {shape_of(x)}")
    xp = array_namespace(bare(x))
    return sum(where(xp.eye(*shape_of(x)[-2:], k=offset, dtype=xp.bool), x, 0), (-2, -1))
