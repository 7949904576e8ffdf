"""Taking entries out of an array, and adding them back in: each is the derivative of the other."""
from ..arrays import array_namespace, shape as shape_of
from ..core import Function
from .shapes import axes_of

__all__ = ["GetItem", "ScatterAdd", "Take", "getitem", "scatter_add", "take", "take_along_axis"]


class GetItem(Function):
    __slots__ = ("key", "origin")
    needs = ""

    def __init__(self, key):
        self.key = key

    def forward(self, x):
        self.origin = shape_of(x)
        if type(x) is float:
            x = array_namespace(x).asarray(x)
        return x[self.key]

    def backward(self, gy):
        return scatter_add(gy, self.key, self.origin)


def getitem(x, key):
    """x[key], with integers, slices, None, ..., and arrays or lists of integers or booleans."""
    key = tuple(map(index, key)) if type(key) is tuple else index(key)
    return GetItem(key).apply(x)


def index(k):
    """One part of a key in a form that every namespace takes: a list becomes an array, even while JAX traces."""
    if isinstance(k, list):
        import numpy
        k = numpy.asarray(k) if k else numpy.asarray(k, dtype=int)
    return k


class ScatterAdd(Function):
    __slots__ = ("key", "to")
    needs = ""

    def __init__(self, key, to):
        self.key, self.to = key, to

    def forward(self, x):
        xp = array_namespace(x)
        if hasattr(xp, "scatter_add"):                     # x is a Variable of a lower level
            return xp.scatter_add(x, self.key, self.to)
        y = xp.zeros(self.to, dtype=getattr(x, "dtype", None))
        if hasattr(y, "at"):                               # JAX: arrays never change, a changed copy is returned
            return padded(xp, y, self.key, x) if is_basic(self.key) else y.at[self.key].add(x)
        if is_basic(self.key):                             # no entry can be named twice
            y[self.key] = x
        elif hasattr(xp.add, "at"):
            xp.add.at(y, self.key, x)
        else:                                              # the standard has no scatter-add: entry by entry
            places = xp.reshape(xp.reshape(xp.arange(y.size), self.to)[self.key], (-1,))
            y, x = xp.reshape(y, (-1,)), xp.reshape(x, (-1,))
            for i in range(places.shape[0]):
                y[int(places[i])] += x[i]
            y = xp.reshape(y, self.to)
        return y

    def backward(self, gy):
        return getitem(gy, self.key)


def padded(xp, y, key, x):
    """The zeros y with x at a basic key, by padding x.

    XLA computes that together with what uses it.  A scatter-add it would write out as a whole array, one for each.
    """
    x = xp.broadcast_to(x, y[key].shape)
    key = [k for k in (key if type(key) is tuple else (key,)) if k is not None]
    i = key.index(...) if ... in key else len(key)
    key[i:i + 1] = [slice(None)] * (y.ndim - len(key) + (... in key))
    spans = [range(n)[k] if isinstance(k, slice) else range(n)[k:][:1] for k, n in zip(key, y.shape)]       # the places along each axis
    x, margins = xp.reshape(x, tuple(map(len, spans))), []
    for axis, (span, n) in enumerate(zip(spans, y.shape)):
        if span.step < 0:
            x, span = xp.flip(x, axis=axis), span[::-1]
        first, end = (span[0], span[-1] + 1) if span else (0, 0)
        if span.step > 1:                                  # zeros between: each entry becomes a row of length step
            before, after = x.shape[:axis], x.shape[axis + 1:]
            gaps = [(0, span.step - 1 if i == axis + 1 else 0) for i in range(x.ndim + 1)]
            x = xp.reshape(xp.pad(xp.reshape(x, (*before, len(span), 1, *after)), gaps), (*before, len(span) * span.step, *after))
            x = x[(slice(None),) * axis + (slice(end - first),)]
        margins.append((first, n - end))
    return xp.pad(x, margins) if margins else x


def is_basic(key):
    return all(k is None or k is ... or isinstance(k, (int, slice)) and not isinstance(k, bool)
               for k in (key if type(key) is tuple else (key,)))


def scatter_add(x, key, shape):
    """Zeros of the given shape with x added at key; an entry that key names twice receives both."""
    key = tuple(map(index, key)) if type(key) is tuple else index(key)
    return ScatterAdd(key, shape).apply(x)


class Take(Function):
    __slots__ = ("indices", "axis", "origin")
    needs = ""

    def __init__(self, indices, axis):
        self.indices, self.axis = indices, axis

    def forward(self, x):
        self.origin = shape_of(x)
        return array_namespace(x).take(x, self.indices, axis=self.axis)

    def backward(self, gy):
        return scatter_add(gy, (slice(None),) * self.axis + (self.indices,), self.origin)


def take(x, indices, axis=None):
    """The parts of x along an axis with the given indices; the axis may be left out if there is only one."""
    if axis is None and len(shape_of(x)) != 1:
        raise ValueError(f"take from an array of shape {shape_of(x)} needs an axis")
    axis, = axes_of(axis, len(shape_of(x)))
    return Take(index(indices), axis).apply(x)


def take_along_axis(x, indices, axis=-1):
    """For each place in indices, the entry of x at the same place, but for the axis, where indices says which."""
    n = shape_of(x)
    axis, = axes_of(axis, len(n))
    key = places(n, array_namespace(indices))
    key[axis] = indices
    return getitem(x, tuple(key))


def places(n, xp):
    """For each axis of an array of shape n the numbers of its entries, as an array that broadcasts to shape n."""
    return [xp.reshape(xp.arange(m), (-1,) + (1,) * (len(n) - 1 - i)) for i, m in enumerate(n)]
