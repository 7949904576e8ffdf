"""Rearranging: the numbers stay as they are, and the cotangents are put back where they came from."""
from ..arrays import array_namespace, cast, is_real, shape as shape_of
from ..core import Function, bare
from .selection import where

__all__ = ["Reshape", "PermuteDims", "BroadcastTo", "Concat", "Flip", "Roll", "Astype",
           "reshape", "permute_dims", "matrix_transpose", "moveaxis", "broadcast_to", "expand_dims", "squeeze", "concat", "stack",
           "unstack", "flip", "roll", "repeat", "tile", "tril", "triu", "astype"]


class Reshape(Function):
    __slots__ = ("to", "origin")
    needs = ""

    def __init__(self, to):
        self.to = to

    def forward(self, x):
        self.origin = shape_of(x)
        return array_namespace(x).reshape(x, self.to)

    def backward(self, gy):
        return reshape(gy, self.origin)


def reshape(x, shape):
    """The same elements in row-major order in another shape; one length may be -1 and is then worked out."""
    return Reshape(shape).apply(x)


class PermuteDims(Function):
    __slots__ = ("axes",)
    needs = ""

    def __init__(self, axes):
        self.axes = axes

    def forward(self, x):
        return array_namespace(x).permute_dims(x, self.axes)

    def backward(self, gy):
        inverse = sorted(range(len(self.axes)), key=lambda i: self.axes[i])
        return permute_dims(gy, inverse)


def permute_dims(x, axes):
    """Axis i of the result is axis axes[i] of x."""
    axes = axes_of(tuple(axes), len(shape_of(x)))
    if len(axes) != len(shape_of(x)):
        raise ValueError(f"permute_dims by axes {axes} of an array of shape {shape_of(x)}: each of its axes must be named once")
    return PermuteDims(axes).apply(x)


def matrix_transpose(x):
    """The last two axes exchanged."""
    n = len(shape_of(x))
    if n < 2:
        raise ValueError(f"matrix_transpose needs at least two axes, and this array has shape {shape_of(x)}")
    return permute_dims(x, (*range(n - 2), n - 1, n - 2))


def moveaxis(x, source, destination):
    """x with the axes named in source moved to the places named in destination; the others keep their order."""
    n = len(shape_of(x))
    source, destination = axes_of(source, n), axes_of(destination, n)
    if len(source) != len(destination):
        raise ValueError(f"moveaxis: {len(source)} axes in source, but {len(destination)} in destination")
    order = [i for i in range(n) if i not in source]
    for to, axis in sorted(zip(destination, source)):
        order.insert(to, axis)
    return permute_dims(x, order)


def axes_of(axis, n):
    """The axes named by None (all), an int or a tuple, as a tuple of numbers from 0 to n - 1."""
    axes = tuple(range(n)) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    for a in axes:
        if not -n <= a < n:
            raise ValueError(f"there is no axis {a} in an array of {n} axes")
    axes = tuple(a % n for a in axes)
    if len(set(axes)) < len(axes):
        raise ValueError(f"axis {axis} names an axis twice")
    return axes


class BroadcastTo(Function):
    """The sweep sums over what was repeated, for this rule as for any other."""
    __slots__ = ("to",)
    needs = ""

    def __init__(self, to):
        self.to = to

    def forward(self, x):
        return array_namespace(x).broadcast_to(x, self.to)

    def backward(self, gy):
        return gy


def broadcast_to(x, shape):
    """x repeated along axes of length 1 and along new ones in front, to the given shape."""
    return BroadcastTo(shape).apply(x)


def expand_dims(x, axis=0):
    """x with an axis of length 1 put in at the given place."""
    n = shape_of(x)
    axis, = axes_of(axis, len(n) + 1)
    return reshape(x, (*n[:axis], 1, *n[axis:]))


def squeeze(x, axis):
    """x without the given axes, whose length must be 1."""
    n = shape_of(x)
    axes = axes_of(axis, len(n))
    if any(n[a] != 1 for a in axes):
        raise ValueError(f"squeeze: axis {axis} of shape {n} has not the length 1")
    return reshape(x, tuple(m for i, m in enumerate(n) if i not in axes))


class Concat(Function):
    __slots__ = ("axis", "lengths")
    needs = ""

    def __init__(self, axis):
        self.axis = axis

    def forward(self, *xs):
        self.lengths = [x.shape[self.axis] for x in xs]
        return array_namespace(*xs).concat(xs, axis=self.axis)

    def backward(self, gy):
        before, parts, start = (slice(None),) * self.axis, [], 0
        for n in self.lengths:
            parts.append(gy[(*before, slice(start, start + n), ...)])
            start += n
        return tuple(parts)


def concat(arrays, axis=0):
    """The arrays one after the other along an axis they have; with axis None each is flattened first."""
    if len(arrays) == 0:
        raise ValueError("concat needs at least one array")
    if axis is None:
        arrays, axis = [reshape(x, (-1,)) for x in arrays], 0
    for x in arrays:
        if shape_of(x) == ():
            raise ValueError("concat needs arrays of at least one axis, and one has shape (): use mg.stack for single numbers")
    axis, = axes_of(axis, len(shape_of(arrays[0])))
    if len({(*shape_of(x)[:axis], *shape_of(x)[axis + 1:], len(shape_of(x))) for x in arrays}) > 1:
        raise ValueError(f"concat along axis {axis} of arrays of shapes {', '.join(str(shape_of(x)) for x in arrays)}: all other axes must be "
                         "equally long")
    return Concat(axis).apply(*arrays)


def stack(arrays, axis=0):
    """The arrays, all of one shape, one after the other along a new axis."""
    if len({shape_of(x) for x in arrays}) > 1:
        raise ValueError(f"stack needs arrays of one shape, and these have {sorted({shape_of(x) for x in arrays})}")
    return concat([expand_dims(x, axis) for x in arrays], axis)


def unstack(x, axis=0):
    """The parts of x along an axis, as a tuple of arrays without that axis."""
    axis, = axes_of(axis, len(shape_of(x)))
    return tuple(x[(slice(None),) * axis + (i, ...)] for i in range(shape_of(x)[axis]))


class Flip(Function):
    __slots__ = ("axis",)
    needs = ""

    def __init__(self, axis):
        self.axis = axis

    def forward(self, x):
        return array_namespace(x).flip(x, axis=self.axis)

    def backward(self, gy):
        return flip(gy, self.axis)


def flip(x, axis=None):
    """x with the order along the given axes reversed, along all of them for None."""
    return Flip(axis).apply(x)


class Roll(Function):
    __slots__ = ("shift", "axis")
    needs = ""

    def __init__(self, shift, axis):
        self.shift, self.axis = shift, axis

    def forward(self, x):
        return array_namespace(x).roll(x, self.shift, axis=self.axis)

    def backward(self, gy):
        back = tuple(-s for s in self.shift) if isinstance(self.shift, tuple) else -self.shift
        return roll(gy, back, self.axis)


def roll(x, shift, axis=None):
    """x moved on by shift places along an axis, with what falls off put in at the other end; None rolls the flattened x."""
    return Roll(shift, axis).apply(x)


def repeat(x, repeats, axis=None):
    """Each part of x along an axis repeats times in a row, an int or one for each; with axis None x is flattened first."""
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    axis, = axes_of(axis, len(shape_of(x)))
    n = shape_of(x)[axis]
    if not isinstance(repeats, int):
        from .indexing import take
        xp = array_namespace(repeats, bare(x))
        return take(x, xp.repeat(xp.arange(n), repeats), axis)
    before, after = shape_of(x)[:axis], shape_of(x)[axis + 1:]
    wide = broadcast_to(reshape(x, (*before, n, 1, *after)), (*before, n, repeats, *after))
    return reshape(wide, (*before, n * repeats, *after))


def tile(x, repetitions):
    """x laid beside itself, repetitions[i] times along axis i."""
    n = shape_of(x)
    times = repetitions if isinstance(repetitions, tuple) else (repetitions,)
    axes = max(len(n), len(times))
    n, times = (1,) * (axes - len(n)) + n, (1,) * (axes - len(times)) + times
    apart = [k for m in n for k in (1, m)]
    wide = [k for t, m in zip(times, n) for k in (t, m)]
    return reshape(broadcast_to(reshape(x, tuple(apart)), tuple(wide)), tuple(t * m for t, m in zip(times, n)))


def tril(x, k=0):
    """The lower triangle of each matrix, 0 above the diagonal number k."""
    return triangle("tril", x, k)


def triu(x, k=0):
    """The upper triangle of each matrix, 0 below the diagonal number k."""
    return triangle("triu", x, k)


def triangle(name, x, k):
    xp = array_namespace(bare(x))
    mask = getattr(xp, name)(xp.ones_like(bare(x), dtype=xp.bool), k=k)
    return where(mask, x, 0)


class Astype(Function):
    """The sweep gives the cotangent the dtype of x again, for this rule as for any other."""
    __slots__ = ("to",)
    needs = ""

    def __init__(self, to):
        self.to = to

    def forward(self, x):
        return cast(x, self.to)

    def backward(self, gy):
        return gy


def astype(x, dtype):
    """x in another dtype.  What is no floating-point dtype has no derivative and gives a bare array."""
    return Astype(dtype).apply(x) if is_real(dtype, array_namespace(bare(x))) else cast(bare(x), dtype)
