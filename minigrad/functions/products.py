"""Products of vectors, matrices and more: matmul, and what is composed of it."""
from builtins import max as max_, min as min_
from itertools import product
from math import prod

from ..arrays import array_namespace, shape as shape_of
from ..core import Function, bare
from .arithmetic import abs, sqrt, square
from .elementwise import Elementwise
from .indexing import scatter_add
from .reductions import max, sum
from .selection import equal, where
from .shapes import axes_of, expand_dims, permute_dims, reshape, stack

__all__ = ["Matmul", "matmul", "tensordot", "outer", "einsum", "conv", "norm"]


class Matmul(Function):
    __slots__ = ()

    def forward(self, a, b):
        return a @ b

    def backward(self, gy):
        a, b = self.arrays
        if b.ndim == 1:                                    # a vector on the right is a matrix of one column
            b, gy = expand_dims(b, -1), expand_dims(gy, -1)
        if a.ndim == 1:                                    # a vector on the left is a matrix of one row
            a, gy = expand_dims(a, 0), expand_dims(gy, -2)

        def by_a():
            return gy @ b.mT

        def by_b():
            if b.ndim == 2 < gy.ndim == a.ndim:            # one matrix for a whole batch: one long product does the sum
                rows = prod(gy.shape[:-1])
                g = reshape(a, (rows, a.shape[-1])).mT @ reshape(gy, (rows, gy.shape[-1]))
            else:
                g = a.mT @ gy
            return reshape(g, g.shape[:-1]) if self.arrays[1].ndim == 1 else g
        return by_a, by_b

    def mismatch(self, m, n):
        if not m or not n:
            return "both need at least one axis; multiply by a single number with *"
        if m[-1] != n[-2:][0]:
            return "the last axis of the first must be as long as the last but one of the second, or the only one"
        return Elementwise.mismatch(self, m[:-2], n[:-2])


def matmul(a, b):
    """a @ b: matrices in the last two axes, vectors where there is one axis, batches broadcast over those before."""
    return Matmul().apply(a, b)


def tensordot(a, b, axes=2):
    """The sum of products over the last axes of a and the first of b, so many as axes says, or over the pair of tuples axes."""
    m, n = shape_of(a), shape_of(b)
    if isinstance(axes, int):
        if not 0 <= axes <= min_(len(m), len(n)):
            raise ValueError(f"tensordot over {axes} axes: the arrays have shapes {m} and {n}")
        axes = tuple(range(len(m) - axes, len(m))), tuple(range(axes))
    p, q = axes_of(axes[0], len(m)), axes_of(axes[1], len(n))
    if [m[i] for i in p] != [n[i] for i in q]:
        raise ValueError(f"tensordot: axes {p} of shape {m} and axes {q} of shape {n} have different lengths")
    rows, columns = [i for i in range(len(m)) if i not in p], [i for i in range(len(n)) if i not in q]
    inner = prod(m[i] for i in p)
    left = reshape(permute_dims(a, (*rows, *p)), (prod(m[i] for i in rows), inner))
    right = reshape(permute_dims(b, (*q, *columns)), (inner, prod(n[i] for i in columns)))
    return reshape(left @ right, (*[m[i] for i in rows], *[n[i] for i in columns]))


def outer(a, b):
    """The matrix of all products a[i] * b[j] of two vectors."""
    if len(shape_of(a)) != 1 or len(shape_of(b)) != 1:
        raise ValueError(f"outer needs two vectors, and these have shapes {shape_of(a)} and {shape_of(b)}")
    return expand_dims(a, 1) * b


def einsum(subscripts, *operands):
    """The sum of products that subscripts describes, as numpy.einsum: "ij,jk->ik", "ii", "...ij,...jk", "ij->j".

    A letter twice in one operand takes the diagonal, one that is not in the result is summed over, and ... stands for axes
    that broadcast.  The operands are contracted from left to right.
    """
    names, out = parse(subscripts, operands)
    (x, xs), *rest = [diagonal(x, list(s)) for x, s in zip(operands, names)]
    for i, (y, ys) in enumerate(rest):
        later = {*out}.union(*[s for _, s in rest[i + 1:]])
        x, xs = sum_out(x, xs, later.union(ys))
        y, ys = sum_out(y, ys, later.union(xs))
        x, xs = contract(x, xs, y, ys, later)
    x, xs = sum_out(x, xs, out)
    return permute_dims(x, [xs.index(c) for c in out])


def parse(subscripts, operands):
    """The names of the axes of each operand and of the result; those behind ... are called -1, -2, ... from the right."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    parts = left.split(",")
    if len(parts) != len(operands):
        raise ValueError(f"einsum: {subscripts!r} names {len(parts)} operands, and {len(operands)} were given")
    names, lengths, widest = [], {}, 0
    for part, x in zip(parts, operands):
        before, dots, after = part.partition("...")
        if not (before + after).isalpha() and before + after:
            raise ValueError(f"einsum: {part!r} in {subscripts!r} may hold letters and one '...' only")
        hidden = len(shape_of(x)) - len(before + after)
        if hidden < 0 or hidden and not dots:
            raise ValueError(f"einsum: {part!r} in {subscripts!r} does not fit an operand of shape {shape_of(x)}")
        widest = max_(widest, hidden)
        names.append([*before, *range(-hidden, 0), *after])
        for c, n in zip(names[-1], shape_of(x)):
            if isinstance(c, str) and lengths.setdefault(c, n) != n:
                raise ValueError(f"einsum: {c!r} in {subscripts!r} stands for axes of lengths {lengths[c]} and {n}")
    if arrow:
        before, dots, after = right.partition("...")
        if widest and not dots:
            raise ValueError(f"einsum: the axes behind '...' are missing in the result of {subscripts!r}")
        out = [*before, *range(-widest, 0), *after]
    else:
        out = [*range(-widest, 0), *sorted(c for c in {*left} - {",", "."} if left.count(c) == 1)]
    for c in out:
        if out.count(c) > 1 or isinstance(c, str) and c not in lengths:
            raise ValueError(f"einsum: {c!r} in the result of {subscripts!r} must stand there once, and in an operand too")
    return names, out


def diagonal(x, names):
    """x with each name once: where it stood twice, the entries with equal indices."""
    for c in {*names}:
        while names.count(c) > 1:
            i, j = [k for k, name in enumerate(names) if name == c][:2]
            others = [k for k in range(len(names)) if k not in (i, j)]
            x = permute_dims(x, (*others, i, j))
            xp = array_namespace(bare(x))
            x = sum(where(xp.eye(x.shape[-1], dtype=xp.bool), x, 0), -1)
            names = [*[names[k] for k in others], c]
    return x, names


def sum_out(x, names, needed):
    lost = tuple(i for i, c in enumerate(names) if c not in needed)
    return (sum(x, lost), [c for c in names if c in needed]) if lost else (x, names)


def contract(x, xs, y, ys, later):
    """One product of matrices: shared axes that are needed later are its batch, the other shared ones are summed over."""
    batch, inner = [c for c in xs if c in ys and c in later], [c for c in xs if c not in later]
    rows, columns = [c for c in xs if c not in ys], [c for c in ys if c not in xs]
    m, n = dict(zip(xs, shape_of(x))), dict(zip(ys, shape_of(y)))
    x = permute_dims(x, [xs.index(c) for c in (*batch, *rows, *inner)])
    y = permute_dims(y, [ys.index(c) for c in (*batch, *inner, *columns)])
    x = reshape(x, (*[m[c] for c in batch], prod(m[c] for c in rows), prod(m[c] for c in inner)))
    y = reshape(y, (*[n[c] for c in batch], prod(n[c] for c in inner), prod(n[c] for c in columns)))
    z = x @ y
    return reshape(z, (*z.shape[:-2], *[m[c] for c in rows], *[n[c] for c in columns])), [*batch, *rows, *columns]


def conv(lhs, rhs, window_strides=None, padding="VALID"):
    """The images lhs (batch, channels, *lengths) seen through the filters rhs (features, channels, *lengths): (batch, features, *places).

    Conventions of jax.lax.conv: a filter is not turned round (a cross-correlation); it moves on by window_strides[i] along
    axis i (None: by 1); padding is "VALID" (none), "SAME" (zeros, to ceil(length / stride) places), or a pair for each axis
    of how many zeros to put before and after.
    """
    image, window = shape_of(lhs), shape_of(rhs)
    if len(image) != len(window) or len(image) < 3 or image[1] != window[1]:
        raise ValueError(f"conv: images of shape {image} and filters of shape {window}: they must be (batch, channels, *lengths) and "
                         "(features, channels, *lengths) with the same channels and number of lengths")
    image, window = image[2:], window[2:]
    steps = (1,) * len(image) if window_strides is None else window_strides
    if not isinstance(steps, (tuple, list)) or len(steps) != len(image) or any(s < 1 for s in steps):
        raise ValueError(f"conv: window_strides {window_strides} must be one whole number from 1 on for each of {len(image)} axes")
    if padding == "VALID":
        padding = ()
    elif padding == "SAME":
        short = [max_((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(image, window, steps)]
        padding = [(m // 2, m - m // 2) for m in short]
    elif len(padding) != len(image) or not all(isinstance(p, (tuple, list)) and len(p) == 2 and min_(p) >= 0 for p in padding):
        raise ValueError(f"conv: padding {padding!r} is neither 'VALID' nor 'SAME' nor a pair (before, after) for each of {len(image)} axes")
    x = permute_dims(lhs, (1, 0, *range(2, len(image) + 2)))                     # channels first
    if any(before or after for before, after in padding):
        inside = tuple(slice(before, before + n) for n, (before, _) in zip(image, padding))
        image = tuple(before + n + after for n, (before, after) in zip(image, padding))
        x = scatter_add(x, (slice(None), slice(None), *inside), (*x.shape[:2], *image))
    places = tuple((n - k) // s + 1 for n, k, s in zip(image, window, steps))
    if any(p < 1 for p in places):
        raise ValueError(f"conv: a filter of lengths {window} does not fit into an image of lengths {image}")
    seen = [x[(slice(None), slice(None), *[slice(o, o + (p - 1) * s + 1, s) for o, p, s in zip(offset, places, steps)])]
            for offset in product(*map(range, window))]                          # for each entry of the filter, what it meets
    features, inner = shape_of(rhs)[0], x.shape[0] * len(seen)
    y = reshape(rhs, (features, inner)) @ reshape(stack(seen, 1), (inner, x.shape[1] * prod(places)))
    return permute_dims(reshape(y, (features, x.shape[1], *places)), (1, 0, *range(2, len(image) + 2)))


def norm(x, ord=None, axis=None, keepdims=False):
    """The length of vectors along an axis, as jnp.linalg.norm: ord None or 2 (Euclid), 1 or inf; of the whole array for axis None.

    Its derivative at 0 is 0.  Norms of matrices are not here, except the Euclidean one (Frobenius): axis a pair, ord None.
    """
    axes = axes_of(axis, len(shape_of(x)))
    if ord is not None and len(axes) != 1:
        raise ValueError(f"norm: ord {ord} over {len(axes)} axes would be a norm of matrices, which minigrad has not: give one axis, or "
                         "leave ord out")
    if ord not in (None, 1, 2, float("inf")):
        raise ValueError(f"norm: ord {ord!r} is not one of None, 1, 2, inf")
    if ord == 1:
        return sum(abs(x), axes, keepdims=keepdims)
    if ord == float("inf"):
        return max(abs(x), axes, keepdims=keepdims)
    squares = sum(square(x), axes, keepdims=keepdims)
    zero = equal(squares, 0)
    return where(zero, 0, sqrt(where(zero, 1, squares)))
