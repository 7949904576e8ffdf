"""How each function of the table is called in a program: operands of fitting shapes, axes, indices and whatever else it takes."""
import re
from math import prod

import numpy as np
from hypothesis import strategies as st

from .sketch import NEAR, NONZERO, POSITIVE, REAL, SHAPES, Domain, broadcasts, literal

DRAWN = {}                               # {name of a function: what draws a call of it}


def draws(*names):
    def register(function):
        for name in names:
            DRAWN[name] = function
        return function
    return register


def is_small(shape):
    return prod(shape) <= 12 and len(shape) <= 3


def has_axes(shape):
    return len(shape) > 0


def is_filled(shape):
    return prod(shape) > 0


INSIDE_ONE = Domain(-0.8, 0.8)
DOMAINS = {"log": POSITIVE, "log2": POSITIVE, "log10": POSITIVE, "sqrt": POSITIVE, "log1p": Domain(-0.7, 3), "reciprocal": NONZERO,
           "tan": Domain(-1.2, 1.2), "asin": INSIDE_ONE, "acos": INSIDE_ONE, "atanh": INSIDE_ONE, "acosh": Domain(1.3, 3)}


@draws(*DOMAINS, "negative", "square", "exp", "expm1", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh",
       "sigmoid", "softplus", "gelu")
def of_one(s, name):
    return s.call(name, s.operand(domain=DOMAINS.get(name, REAL)))


@draws("abs", "relu")
def of_one_with_a_kink(s, name):
    return s.call(name, s.clear(s.operand(), lambda x: np.all(np.abs(x) > NEAR)))


PAIRS = {"add": (REAL, REAL), "subtract": (REAL, REAL), "multiply": (REAL, REAL), "divide": (REAL, NONZERO),
         "logaddexp": (REAL, REAL), "hypot": (NONZERO, NONZERO), "atan2": (NONZERO, NONZERO), "maximum": (REAL, REAL),
         "minimum": (REAL, REAL), "remainder": (REAL, NONZERO)}


@draws(*PAIRS)
def of_two(s, name):
    first, second = PAIRS[name]
    if s.choose(True, False):
        a = s.operand(domain=first)
        b = s.partner(s.shape(a), second)
    else:
        b = s.operand(domain=second)
        a = s.partner(s.shape(b), first)
    if name in ("maximum", "minimum"):
        a = s.clear(a, lambda x: np.all(np.abs(x - s.value(b)) > NEAR))
    if name == "hypot":                  # where |a| = |b| the second derivatives of jnp.hypot are wrong: it asks which is larger
        a = s.clear(a, lambda x: np.all(np.abs(np.abs(x) - np.abs(s.value(b))) > NEAR))
    if name == "remainder":
        a = s.clear(a, lambda x: np.all(np.abs(x / s.value(b) - np.round(x / s.value(b))) > NEAR))
    return s.call(name, a, b)


@draws("pow")
def power(s, name):
    kind = s.choose("whole", "both", "base", "exponent")
    if kind == "whole":
        return s.call(name, s.operand(domain=NONZERO), s.choose(2, 3, -1, -2, 1, 0))
    if kind == "exponent":
        b = s.operand()
        return s.call(name, s.partner(s.shape(b), POSITIVE), b)
    a = s.operand(domain=POSITIVE)
    return s.call(name, a, s.partner(s.shape(a)) if kind == "both" else s.number())


@draws("where")
def where(s, name):
    a = s.operand()
    shape = s.shape(a)
    b = s.partner(shape)
    if s.choose(True, False):
        condition = literal(s.random.choice([True, False], s.choose(shape, shape[1:], ())))
    else:
        c = s.clear(s.of_shape(shape), lambda x: np.all(np.abs(x) > NEAR))
        condition = f"{c} > 0"
    return s.call(name, condition, *s.choose((a, b), (b, a)))


@draws("clip")
def clip(s, name):
    x = s.operand()
    low = s.partner(s.shape(x), Domain(-2, 0)) if s.choose(False, True, True) else None
    high = s.number(Domain(0.1, 2)) if s.choose(False, True) else None
    bounds = [s.value(b) for b in (low, high) if b is not None]
    x = s.clear(x, lambda x: all(np.all(np.abs(x - b) > NEAR) for b in bounds))
    return s.call(name, x, low, high) if s.choose(False, True) else s.call(name, x, min=low, max=high)


@draws("stop_gradient")
def stop_gradient(s, name):
    a = s.operand()
    return f"({s.partner(s.shape(a))} * {s.call(name, a)} + {a})"


def kept(s):
    return {"keepdims": True} if s.choose(False, True) else {}


@draws("sum", "prod")
def sum_or_product(s, name):
    x = s.operand(lambda shape: prod(shape) <= 24)
    if name == "prod" and s.choose(False, True):                       # zeros among the factors
        x = f"({x} * {literal(s.random.choice([0.0, 1.0], s.shape(x), p=[0.3, 0.7]))})"
    dtype = {"dtype": "np.float64"} if s.choose(False, False, False, True) else {}
    return s.call(name, x, axis=s.axes(len(s.shape(x))), **dtype, **kept(s))


@draws("mean", "logsumexp")
def mean_or_logsumexp(s, name):
    x = s.operand(is_filled)
    return s.call(name, x, axis=s.axes(len(s.shape(x))), **kept(s))


@draws("max", "min")
def extreme(s, name):
    x = s.operand(is_filled)
    axis = s.axes(len(s.shape(x)))
    sign = 1 if name == "max" else -1
    return s.call(name, s.clear(x, lambda x: is_led(sign * x, axis)), axis=axis, **kept(s))


def is_led(x, axis):
    """Whether the largest entry stands alone."""
    return np.all(np.sum(x > np.max(x, axis, keepdims=True) - NEAR, axis) == 1)


@draws("var", "std")
def var_or_std(s, name):
    x = s.operand(lambda shape: prod(shape) > 1)
    axis = s.axes(len(s.shape(x)))
    number = s.value(x).size // np.var(s.value(x), axis).size
    if number == 1:                                                    # of one number nothing is left with a correction of 1
        axis = None
    if name == "std":
        x = s.clear(x, lambda x: np.all(np.std(x, axis) > 0.1))
    correction = s.choose(None, 0.5, 1)
    return s.call(name, x, axis=axis, **{"correction": correction} if correction else {}, **kept(s))


@draws("cumulative_sum")
def cumulative_sum(s, name):
    x = s.operand(has_axes)
    n = len(s.shape(x))
    axis = {} if n == 1 and s.choose(True, False) else {"axis": s.axis(n)}
    return s.call(name, x, **axis, **{"include_initial": True} if s.choose(False, True) else {})


@draws("diff")
def diff(s, name):
    x = s.operand(lambda shape: has_axes(shape) and min(shape) > 1)
    return s.call(name, x, axis=s.axis(len(s.shape(x))), n=s.choose(1, 2, 0))


@draws("trace", "tril", "triu")
def diagonal(s, name):
    x = s.operand(lambda shape: len(shape) >= 2)
    return s.call(name, x, **{"offset" if name == "trace" else "k": s.choose(0, 1, -1, 2)})


@draws("matrix_transpose")
def matrix_transpose(s, name):
    return s.call(name, s.operand(lambda shape: len(shape) >= 2))


@draws("softmax", "log_softmax")
def softmax(s, name):
    x = s.operand(lambda shape: has_axes(shape) and is_filled(shape))
    return s.call(name, x, axis=s.axis(len(s.shape(x))))


@draws("cross_entropy")
def cross_entropy(s, name):
    x = s.operand(lambda shape: has_axes(shape) and is_filled(shape))
    shape = s.shape(x)
    axis = s.axis(len(shape))
    if s.choose(False, True):
        return s.call(name, x, s.of_shape(shape), axis=axis)
    return s.call(name, x, literal(s.random.integers(0, shape[axis], np.delete(shape, axis))), axis=axis)


@draws("norm")
def norm(s, name):
    x = s.operand(is_filled)
    n = len(s.shape(x))
    axis = s.axis(n) if n and s.choose(False, True) else s.axes(n, most=2) or None
    order = s.choose(None, 2, 1, "np.inf") if isinstance(axis, int) or n == 1 else None
    if order == 1:
        x = s.clear(x, lambda x: np.all(np.abs(x) > NEAR))
    elif order == "np.inf":
        x = s.clear(x, lambda x: np.all(np.max(np.abs(x), axis) > NEAR) and is_led(np.abs(x), axis))
    else:
        x = s.clear(x, lambda x: np.all(np.sum(x * x, axis) > 0.01))
    return s.call(name, x, order, axis=axis, **kept(s))


@draws("matmul")
def matmul(s, name):
    a = s.operand(has_axes)
    *batch, m = s.shape(a)
    batch = batch[:-1]
    n = s.choose(2, 1, 3)
    shapes = [(m,), (m, n), (*batch, m, n), (*[1 for _ in batch], m, n), (2, *batch[1:], m, n)]
    fits = [shape for shape in shapes if broadcasts(tuple(batch), shape[:-2])]
    return s.call(name, a, s.operand(lambda shape: shape in fits, shapes=fits))


@draws("tensordot")
def tensordot(s, name):
    a = s.operand(is_small)
    shape = s.shape(a)
    k = s.choose(*range(len(shape) + 1))
    more = s.choose((2,), (), (3,))
    if s.choose(True, False):
        return s.call(name, a, s.of_shape((*shape[len(shape) - k:], *more)), axes=k)
    mine = s.draw(st.permutations(range(len(shape))))[:k]
    lengths = [shape[i] for i in mine] + [*more]
    order = s.draw(st.permutations(range(len(lengths))))               # axis i of b is number order[i] of these
    yours = [order.index(i) - (len(order) if s.choose(False, True) else 0) for i in range(k)]
    return s.call(name, a, s.of_shape(tuple(lengths[i] for i in order)), axes=(tuple(mine), tuple(yours)))


@draws("outer")
def outer(s, name):
    return s.call(name, *[s.operand(lambda shape: len(shape) == 1 and shape[0] <= 8) for _ in range(2)])


@draws("einsum")
def einsum(s, name):
    x = s.operand(is_small)
    shape, lengths = s.shape(x), {}

    def letter(n):
        """A letter for an axis of length n: a new one, or one that stands for such an axis already."""
        c = s.choose("abcdefghi"[len(lengths)], *[c for c, m in lengths.items() if m == n])
        lengths[c] = n
        return c
    i = s.choose(*range(len(shape) + 1))
    j = s.choose(*range(i, len(shape) + 1))
    dots = "..." if i < j or s.choose(False, False, True) else ""      # for the axes from i to j
    hidden = shape[i:j]
    words = ["".join([*map(letter, shape[:i]), dots, *map(letter, shape[j:])])]
    operands = [x]
    for _ in range(s.choose(1, 0, 2)):
        word = [letter(s.choose(*lengths.values(), 2)) for _ in range(s.choose(1, 0, 2))]
        lead = s.choose(hidden, hidden[1:], tuple(1 for _ in hidden)) if dots and s.choose(False, True) else None
        words.append("".join(word) if lead is None else "..." + "".join(word))
        operands.append(s.of_shape((*(lead or ()), *[lengths[c] for c in word])))
    out = s.draw(st.permutations(list(lengths)))[:s.choose(*range(min(len(lengths), 3) + 1))]
    out.insert(s.choose(*range(len(out) + 1)), dots)
    spec = ",".join(words) + ("" if s.choose(False, False, True) else "->" + "".join(out))
    return s.call(name, repr(spec), *operands)


@draws("conv")
def conv(s, name):
    images = [(1, 1, 3), (2, 2, 4), (1, 2, 3, 3), (0, 1, 2), (2, 1, 2, 3)]
    x = s.operand(lambda shape: len(shape) in (3, 4) and is_filled(shape[1:]), shapes=images)
    _, channels, *lengths = s.shape(x)
    window = [s.choose(*range(1, min(n, 3) + 1)) for n in lengths]
    pads = [s.choose((0, 0), (1, 0), (0, 2)) for _ in lengths]
    strides = s.choose(None, tuple(s.choose(1, 2, 2) for _ in lengths))
    padding = s.choose("'VALID'", "'SAME'", pads)
    return s.call(name, x, s.of_shape((s.choose(1, 2), channels, *window)), window_strides=strides, padding=padding)


@draws("reshape")
def reshape(s, name):
    x = s.operand()
    shape, size = s.shape(x), s.value(x).size
    shapes = [(size,), (1, size), (size, 1), shape[::-1], (*shape, 1)] + [()] * (size == 1) + [(-1,)] * (size > 0)
    shapes += [(k, size // k) for k in (2, 3) if size % k == 0] + [(2, -1, 2)] * (size % 4 == 0 and size > 0)
    return s.call(name, x, s.choose(*[n for n in shapes if len(n) <= 4]))


@draws("permute_dims")
def permute_dims(s, name):
    fewest = s.choose(0, 3, 3)                                         # from 3 axes on a permutation can differ from its inverse
    x = s.operand(lambda shape: len(shape) >= fewest)
    n = len(s.shape(x))
    return s.call(name, x, tuple(a - n if s.choose(False, False, True) else a for a in s.draw(st.permutations(range(n)))))


@draws("moveaxis")
def moveaxis(s, name):
    x = s.operand(has_axes)
    n = len(s.shape(x))
    if s.choose(True, False):
        return s.call(name, x, s.axis(n), s.axis(n))
    k = s.choose(*range(n + 1))
    return s.call(name, x, *[tuple(s.draw(st.permutations(range(n)))[:k]) for _ in range(2)])


@draws("broadcast_to")
def broadcast_to(s, name):
    x = s.operand(is_small)
    shape = tuple(s.choose(2, 3, 1) if n == 1 else n for n in s.shape(x))
    return s.call(name, x, (*s.choose((2,), (), (3, 1)[:4 - len(shape)]), *shape))


@draws("expand_dims")
def expand_dims(s, name):
    x = s.operand(lambda shape: len(shape) <= 3)
    return s.call(name, x, axis=s.axis(len(s.shape(x)) + 1))


@draws("squeeze")
def squeeze(s, name):
    x = s.operand(lambda shape: 1 in shape)
    n = len(s.shape(x))
    ones = [a - n if s.choose(False, True) else a for a, m in enumerate(s.shape(x)) if m == 1]
    return s.call(name, x, axis=s.choose(*ones, tuple(ones)))


@draws("concat")
def concat(s, name):
    x = s.operand(lambda shape: has_axes(shape) and is_small(shape))
    if s.choose(False, False, True):
        return s.call(name, bracketed([x, s.operand(lambda shape: has_axes(shape) and is_small(shape))]), axis=None)
    shape = s.shape(x)
    axis = s.axis(len(shape))
    i = axis % len(shape)

    def fits(other):
        return len(other) == len(shape) and is_small(other) and (*other[:i], *other[i + 1:]) == (*shape[:i], *shape[i + 1:])
    shapes = [(*shape[:i], k, *shape[i + 1:]) for k in (1, 2, 0)]
    others = [s.operand(fits, shapes=[n for n in shapes if fits(n)]) for _ in range(s.choose(1, 0, 2))]
    return s.call(name, bracketed(s.draw(st.permutations([x, *others]))), axis=axis)


@draws("stack")
def stack(s, name):
    x = s.operand(is_small)
    xs = [x, *[s.of_shape(s.shape(x)) for _ in range(s.choose(1, 0, 2))]]
    return s.call(name, bracketed(xs), axis=s.axis(len(s.shape(x)) + 1))


def bracketed(texts):
    return f"[{', '.join(texts)}]"


@draws("unstack")
def unstack(s, name):
    """The parts are stacked again, in reversed order, so that each has its share."""
    x = s.operand(lambda shape: has_axes(shape) and is_filled(shape))
    return f"mg.stack({s.call(name, x, axis=s.axis(len(s.shape(x))))}[::-1])"


@draws("flip")
def flip(s, name):
    x = s.operand()
    return s.call(name, x, axis=s.axes(len(s.shape(x))))


@draws("roll")
def roll(s, name):
    x = s.operand()
    n = len(s.shape(x))
    axis = s.axes(n)
    shifts = 1, -1, 2, 5
    return s.call(name, x, tuple(s.choose(*shifts) for _ in axis) if isinstance(axis, tuple) else s.choose(*shifts), axis=axis)


@draws("repeat")
def repeat(s, name):
    x = s.operand(is_small)
    shape = s.shape(x)
    axis = s.axis(len(shape)) if shape and s.choose(True, False) else None
    n = prod(shape) if axis is None else shape[axis]
    return s.call(name, x, s.choose("2", "3", "0", literal(s.random.integers(0, 3, n))), axis=axis)


@draws("tile")
def tile(s, name):
    x = s.operand(is_small)
    return s.call(name, x, s.choose(2, (2,), (2, 1), (1, 2), (0,), (2, 1, 2)))


@draws("astype")
def astype(s, name):
    return s.call(name, s.operand(), s.choose("np.float64", "np.float64", "np.float32"))


@draws("getitem")
def getitem(s, name):
    x = s.operand()
    k = key(s, s.shape(x))
    if s.choose(True, False):
        s.functions.append(name)
        return f"{x}[{k}]"
    return s.call(name, x, f"np.s_[{with_lists(s, k)}]")


@draws("scatter_add")
def scatter_add(s, name):
    shape = s.choose(*SHAPES[1:])
    k = key(s, shape)
    place = np.zeros(shape)[eval(f"np.s_[{k}]", {"np": np})].shape
    return s.call(name, s.of_shape(s.choose(place, place[1:], ())), f"np.s_[{with_lists(s, k)}]", shape)


def key(s, shape):
    """An index into an array of this shape, as it is written between brackets."""
    family = s.choose([(2,), (1,), ()], [(3,), (2, 1)])                # the shapes of arrays of indices that meet in one key
    parts = []
    if shape and s.choose(False, False, False, True):                  # booleans, for some of the axes together
        k = s.choose(*range(1, len(shape) + 1))
        parts.append(literal(s.random.choice([True, False], shape[:k])))
    covered = len(shape[:k]) if parts else 0
    for n in shape[covered:]:
        kinds = [":", "::-1", "1:", "::2", ":-1", "0:0"] + ([s.choose("0", "-1"), "array", "array", "array"] if n else [])
        part = s.choose(*kinds)
        if part == "array" and parts and covered:
            part = ":"                                                 # beside booleans the lengths would have to fit
        parts.append(literal(s.random.integers(-n, n, s.choose(*family))) if part == "array" else part)
    if ":" in parts and s.choose(False, True):                         # a whole axis need not be written
        parts[parts.index(":")] = "..."
    if s.choose(False, False, True):
        parts.insert(s.choose(*range(len(parts) + 1)), "None")
    return ", ".join(parts) or s.choose("()", "...")


def with_lists(s, k):
    """The key, with its arrays written as lists, which JAX refuses and its twin in the table turns into arrays again."""
    return re.sub(r"np\.array\((\[.*?\])\)", r"\1", k) if s.choose(False, True) else k


@draws("take")
def take(s, name):
    x = s.operand(lambda shape: has_axes(shape) and is_filled(shape))
    shape = s.shape(x)
    axis = s.axis(len(shape))
    indices = literal(s.random.integers(-shape[axis], shape[axis], s.choose((3,), (1,), (2, 2), (0,), ())))
    return s.call(name, x, indices, **{} if len(shape) == 1 and s.choose(True, False) else {"axis": axis})


@draws("take_along_axis")
def take_along_axis(s, name):
    x = s.operand(lambda shape: has_axes(shape) and is_filled(shape))
    shape = s.shape(x)
    axis = s.axis(len(shape))
    places = [s.choose(n, n, n, 1) if n > 1 else s.choose(1, 1, 1, 2) for n in shape]
    places[axis] = s.choose(2, 1, 3, 0)
    return s.call(name, x, literal(s.random.integers(-shape[axis], shape[axis], places)), axis=axis)
