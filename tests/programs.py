"""Random programs over the whole table: what hypothesis draws, how it is written down, and how it is compared with JAX.

A program is text, a few lines of Python: one for minigrad, and the same with JAX's names for JAX.  That text is what is
executed, so a failing program that is printed is the very program that failed.  hypothesis draws how a program is built and
one seed, from which NumPy draws the numbers in it.  While it is drawn it is also computed, so that each step can be kept
where its function is smooth, and small: a step out of its domain is led back by a sine, a tie is moved apart, and what
has grown is scaled down, all in the program's own text.
"""
import inspect
import re
from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import hypothesis
import jax
import numpy as np
from hypothesis import strategies as st
from jax import numpy as jnp

import minigrad as mg
from minigrad.checking.rows import table

SHAPES = [(), (3,), (2, 3), (1,), (3, 1), (0,), (4,), (1, 4), (3, 3), (4, 3), (3, 2), (1, 1), (0, 3), (2, 2), (2, 3, 4), (2, 1, 3), (3, 2, 2),
          (1, 3, 4), (2, 0, 2), (2, 2, 1, 3), (1, 3, 2, 2)]
LARGEST = 3.0                            # what a step returns is scaled down to this
STEPS = 8
BOUND = 1e-10                            # of the error, relative to the largest entry
BOUND_OF_SINGLE = 1e-3                   # where a step computes in float32


class Domain(NamedTuple):
    low: float
    high: float
    signed: bool = False                 # then it is the absolute value that lies between them


REAL, POSITIVE, NONZERO = Domain(-3, 3), Domain(0.3, 3), Domain(0.3, 3, signed=True)


@dataclass
class Program:
    leaves: dict[str, str]               # name: the array as it is written in Python
    lines: list[str]                     # one step each, with the functions as mg.sin
    result: str
    functions: list[str]

    def __repr__(self):
        return f"Program({'; '.join([*self.lines, f'return {self.result}'])})"


# ---- Drawing

class Sketch:
    """A program that is being drawn, and computed at the same time."""

    def __init__(self, draw):
        self.draw = draw
        self.random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        self.leaves, self.values, self.lines, self.functions = {}, {}, [], []

    def choose(self, *options):
        """One of them, drawn by hypothesis; a shrunk program has the first."""
        return self.draw(st.sampled_from(options))

    def value(self, text):
        return np.asarray(eval(text, {"mg": mg, "np": np}, self.values))

    def shape(self, text):
        return self.value(text).shape

    def numbers(self, shape, domain=REAL):
        """Random numbers with two decimals as they are written: a number for the shape (), else an array."""
        x = self.random.uniform(domain.low + 0.01, domain.high - 0.01, shape)
        x = np.round(x * self.random.choice([-1, 1], shape) if domain.signed else x, 2)
        return literal(x) if shape else repr(float(x))

    def leaf(self, shape, domain=REAL):
        name = f"x{len(self.leaves)}"
        text = self.numbers(shape, domain)
        self.leaves[name] = text if shape or self.choose(True, False) else f"np.array({text})"
        self.values[name] = eval(self.leaves[name], {"np": np})
        return name

    def operand(self, fits=lambda shape: True, domain=REAL, shapes=SHAPES):
        """A new leaf or an earlier value, of a shape that fits, led into the domain."""
        earlier = [name for name in reversed(self.values) if fits(self.shape(name))]
        name = self.choose(None, *earlier)
        if name is None:
            return self.leaf(self.choose(*filter(fits, shapes)), domain)
        return self.within(name, domain)

    def of_shape(self, shape, domain=REAL):
        return self.operand(lambda other: other == shape, domain, [shape])

    def partner(self, shape, domain=REAL):
        """What broadcasts with this shape: a leaf, an earlier value or a constant."""
        kind = self.choose("operand", "operand", "operand", "number", "array")
        if kind == "number":
            return self.numbers((), domain)
        shapes = [shape, shape[1:], (), *[(*shape[:i], 1, *shape[i + 1:]) for i in range(len(shape))], *[(2, *shape)] * (len(shape) < 3)]
        if kind == "array":
            return literal(eval(self.numbers(self.choose(*shapes), domain), {"np": np}))
        return self.operand(lambda other: broadcasts(shape, other), domain, [n for n in shapes if broadcasts(shape, n)])

    def within(self, text, domain):
        """text, or a sine of it that lies in the domain."""
        x = self.value(text)
        x = np.abs(x) if domain.signed else x
        if np.all((domain.low <= x) & (x <= domain.high)):
            return text
        middle, half = (domain.low + domain.high) / 2, (domain.high - domain.low) / 2.1
        return f"({f'{middle:.2g} + ' if middle else ''}{half:.2g} * mg.sin({text}))"

    def clear(self, text, fine):
        """text, moved by a random number, or by an array of them, until its value is fine."""
        moved = text
        for attempt in range(50):
            if fine(self.value(moved)):
                return moved
            moved = f"({text} + {self.numbers(self.shape(text) if attempt >= 10 else ())})"
        raise AssertionError(f"no random numbers could be added to {text} that make it fit")

    def axis(self, n):
        return self.choose(*range(n), *range(-n, 0))

    def axes(self, n, most=4):
        """None for all, a number, or a tuple of them."""
        if not n or self.choose(False, False, True):
            return None
        if self.choose(False, True):
            return self.axis(n)
        axes = self.draw(st.permutations(range(n)))[:self.choose(*range(min(n, most) + 1))]
        return tuple(a - n if self.choose(False, True) else a for a in axes)

    def call(self, name, *args, **options):
        """The call of a function, or the operator for it."""
        self.functions.append(name)
        if name in OPERATORS and not options and self.choose(False, True):
            return OPERATORS[name].format(*args)
        return f"mg.{name}({', '.join([*map(str, args), *[f'{key}={option}' for key, option in options.items()]])})"

    def step(self, text):
        """A line that computes text and gives it a name.  Whether the next step can be drawn: not if this one cannot be computed."""
        name = f"y{len(self.lines)}"
        try:
            value = self.value(text)
            if value.size and np.max(np.abs(value)) > LARGEST:
                text = f"{LARGEST / np.max(np.abs(value)):.1g} * {text}"
                value = self.value(text)
        except Exception:                # the program ends here: running it will show what is wrong, with minigrad or with the program
            value = None
        self.lines.append(f"{name} = {text}")
        self.values[name] = value
        return value is not None

    def finished(self):
        """The program whose result is made of all values that no step used."""
        last, *others = [name for name in reversed(self.values) if not any(re.search(rf"\b{name}\b", line) for line in self.lines if
                                                                          not line.startswith(f"{name} ="))]
        if self.values[last] is None:
            result = f"mg.sum({last})"
        else:
            result = " + ".join(f"mg.sum({literal(eval(self.numbers(self.shape(name), NONZERO), {'np': np}))} * {name})" for name in [last, *others])
        power = self.choose("", " ** 2")
        return Program(self.leaves, self.lines, f"({result}){power}" if power else result, self.functions)


def literal(x):
    """An array as it is written in Python."""
    x = np.asarray(x)
    if x.ndim and not x.size:
        return f"np.zeros({x.shape}, '{x.dtype}')" if x.dtype != float else f"np.zeros({x.shape})"
    return f"np.array({x.tolist()})"


def broadcasts(m, n):
    try:
        return len(m) <= 4 and len(n) <= 4 and prod(np.broadcast_shapes(m, n)) <= 64
    except ValueError:
        return False


@st.composite
def programs(draw, names=tuple(table)):
    """Programs whose functions are among these."""
    sketch = Sketch(draw)
    while draw(steps(sketch, names)) and len(sketch.lines) < STEPS:
        pass
    return sketch.finished()


@st.composite
def steps(draw, sketch, names):
    """A step, and whether another follows.  Each is drawn by itself, so that hypothesis can leave one out."""
    name = draw(st.sampled_from(names))
    return sketch.step(DRAWN[name](sketch, name)) and draw(st.sampled_from([False, *[True] * 5]))


# ---- How each function is called

DRAWN = {}                               # {name of a function: what draws a call of it}
OPERATORS = {"add": "({} + {})", "subtract": "({} - {})", "multiply": "({} * {})", "divide": "({} / {})", "remainder": "({} % {})", "pow": "({} ** {})",
             "matmul": "({} @ {})", "negative": "(-{})", "abs": "abs({})", "matrix_transpose": "{}.mT"}


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


DOMAINS = {"log": POSITIVE, "log2": POSITIVE, "log10": POSITIVE, "sqrt": POSITIVE, "log1p": Domain(-0.7, 3), "reciprocal": NONZERO,
           "tan": Domain(-1.2, 1.2), "asin": Domain(-0.8, 0.8), "acos": Domain(-0.8, 0.8), "atanh": Domain(-0.8, 0.8), "acosh": Domain(1.3, 3)}


@draws(*DOMAINS, "negative", "square", "exp", "expm1", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh", "sigmoid", "softplus", "gelu")
def of_one(s, name):
    return s.call(name, s.operand(domain=DOMAINS.get(name, REAL)))


@draws("abs", "relu")
def of_one_with_a_kink(s, name):
    return s.call(name, s.clear(s.operand(), lambda x: np.all(np.abs(x) > 1e-3)))


PAIRS = {"add": (REAL, REAL), "subtract": (REAL, REAL), "multiply": (REAL, REAL), "divide": (REAL, NONZERO), "logaddexp": (REAL, REAL),
         "hypot": (NONZERO, NONZERO), "atan2": (NONZERO, NONZERO), "maximum": (REAL, REAL), "minimum": (REAL, REAL), "remainder": (REAL, NONZERO)}


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
        a = s.clear(a, lambda x: np.all(np.abs(x - s.value(b)) > 1e-3))
    if name == "hypot":                  # JAX's second derivatives are wrong where |a| = |b|: it computes with the larger and the smaller
        a = s.clear(a, lambda x: np.all(np.abs(np.abs(x) - np.abs(s.value(b))) > 1e-3))
    if name == "remainder":
        a = s.clear(a, lambda x: np.all(np.abs(x / s.value(b) - np.round(x / s.value(b))) > 1e-3))
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
    return s.call(name, a, s.partner(s.shape(a)) if kind == "both" else s.numbers((), REAL))


@draws("where")
def where(s, name):
    a = s.operand()
    shape = s.shape(a)
    b = s.partner(shape)
    if s.choose(True, False):
        condition = literal(s.random.choice([True, False], s.choose(shape, shape[1:], ())))
    else:
        c = s.clear(s.of_shape(shape), lambda x: np.all(np.abs(x) > 1e-3))
        condition = f"{c} > 0"
    return s.call(name, condition, *s.choose((a, b), (b, a)))


@draws("clip")
def clip(s, name):
    x = s.operand()
    low = s.choose(None, s.partner(s.shape(x), Domain(-2, 0)))
    high = s.choose(None, s.numbers((), Domain(0.1, 2)))
    bounds = [s.value(b) for b in (low, high) if b is not None]
    x = s.clear(x, lambda x: all(np.all(np.abs(x - b) > 1e-3) for b in bounds))
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
    return np.all(np.sum(x > np.max(x, axis, keepdims=True) - 1e-3, axis) == 1)


@draws("var", "std")
def var_or_std(s, name):
    x = s.operand(lambda shape: prod(shape) > 1)
    axis = s.axes(len(s.shape(x)))
    number = s.value(x).size // np.var(s.value(x), axis).size
    if name == "std" or number == 1:                                   # there must be a spread
        axis = None
        x = s.clear(x, lambda x: np.std(x) > 0.1)
        number = s.value(x).size
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
    axis = s.axes(n, most=2) or None
    order = s.choose(None, 2, 1, "np.inf") if isinstance(axis, int) or n == 1 else None
    if order == 1:
        x = s.clear(x, lambda x: np.all(np.abs(x) > 1e-3))
    elif order == "np.inf":
        x = s.clear(x, lambda x: np.all(np.max(np.abs(x), axis) > 1e-3) and is_led(np.abs(x), axis))
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
        c = s.choose("abcdefgh"[len(lengths)], *[c for c, m in lengths.items() if m == n])
        lengths[c] = n
        return c
    i = s.choose(*range(len(shape) + 1))
    j = s.choose(*range(i, len(shape) + 1))
    dots = "..." if i < j or s.choose(False, False, True) else ""      # for the axes from i to j
    hidden = shape[i:j]
    words = ["".join([*map(letter, shape[:i]), dots, *map(letter, shape[j:])])]
    operands = [x]
    for _ in range(s.choose(1, 0, 2)):
        word = [s.choose(*lengths, *([] if len(lengths) > 5 else [letter(s.choose(2, 1, 3))])) for _ in range(s.choose(1, 0, 2))]
        lead = s.choose(hidden, hidden[1:], tuple(1 for _ in hidden)) if dots and s.choose(False, True) else None
        words.append("".join(word) if lead is None else "..." + "".join(word))
        operands.append(s.of_shape((*(lead or ()), *[lengths[c] for c in word])))
    used = [c for c in lengths if any(c in word for word in words)]
    out = s.draw(st.permutations(used))[:s.choose(*range(min(len(used), 3) + 1))]
    out.insert(s.choose(*range(len(out) + 1)), dots)
    spec = ",".join(words) + ("" if s.choose(False, False, True) else "->" + "".join(out))
    return s.call(name, repr(spec), *operands)


@draws("conv")
def conv(s, name):
    x = s.operand(lambda shape: len(shape) in (3, 4) and all(shape[1:]), shapes=[(1, 1, 3), (2, 2, 4), (1, 2, 3, 3), (0, 1, 2), (2, 1, 2, 3)])
    _, channels, *lengths = s.shape(x)
    window = [s.choose(*range(1, min(n, 3) + 1)) for n in lengths]
    pads = [s.choose((0, 0), (1, 0), (0, 2)) for _ in lengths]
    strides = s.choose(None, tuple(s.choose(1, 2) for _ in lengths))
    return s.call(name, x, s.of_shape((s.choose(1, 2), channels, *window)), window_strides=strides, padding=s.choose("'VALID'", "'SAME'", pads))


@draws("reshape")
def reshape(s, name):
    x = s.operand()
    shape, size = s.shape(x), s.value(x).size
    shapes = [(size,), (1, size), (size, 1), shape[::-1], (*shape, 1)] + [()] * (size == 1) + [(-1,)] * (size > 0)
    shapes += [(k, size // k) for k in (2, 3) if size % k == 0] + [(2, -1, 2)] * (size % 4 == 0 and size > 0)
    return s.call(name, x, s.choose(*[n for n in shapes if len(n) <= 4]))


@draws("permute_dims")
def permute_dims(s, name):
    x = s.operand()
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
    if s.choose(False, False, True):
        return s.call(name, bracketed([s.operand(lambda shape: has_axes(shape) and is_small(shape)) for _ in range(s.choose(2, 1))]), axis=None)
    x = s.operand(lambda shape: has_axes(shape) and is_small(shape))
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


# ---- Writing it down

def jax_name(name):
    """How JAX's twin of a function is written."""
    twin = table[name].twin(jax)
    for module, text in (jnp, "jnp"), (jnp.linalg, "jnp.linalg"), (jax.nn, "jax.nn"), (jax.lax, "jax.lax"):
        if getattr(module, name, None) is twin:
            return f"{text}.{name}"
    return f'twin("{name}")'


def source(program):
    """The program and its leaves x as Python: by_minigrad(*x), by_jax(*x), and v, in whose direction the second order is taken."""
    def function(name, text=lambda line: line):
        return "\n".join([f"def {name}({', '.join(program.leaves)}):", *[f"    {text(line)}" for line in [*program.lines, f"return {program.result}"]]])

    def with_jax(line):
        return re.sub(r"\bmg\.(\w+)", lambda match: jax_name(match[1]), line)
    random = np.random.default_rng(len(program.lines))
    directions = [text if text.startswith("np.zeros") else direction_like(eval(text, {"np": np}), random) for text in program.leaves.values()]
    text = "\n\n\n".join([
        "\n".join(["import jax", "import numpy as np", "from jax import numpy as jnp", "", "import minigrad as mg"]),
        function("by_minigrad"), function("by_jax", with_jax),
        "\n".join([f"x = [{', '.join(program.leaves.values())}]", f"v = [{', '.join(directions)}]"])]) + "\n"
    if "twin(" in text:
        text = text.replace("import minigrad as mg\n", "import minigrad as mg\nfrom minigrad.checking.rows import table\n\n\n"
                            "def twin(name):\n    return table[name].twin(jax)\n", 1)
    return text


def direction_like(x, random):
    v = np.round(random.uniform(0.3, 1, np.shape(x)) * random.choice([-1, 1], np.shape(x)), 2)
    return repr(float(v)) if isinstance(x, float) else literal(v)


# ---- Comparing.  These functions are part of what is printed, so they use nothing from outside but mg, jax and np.

def derive_by_minigrad(f, x, v):
    """f(*x), its gradient, and the gradient of its slope along v: the second derivatives, contracted with v."""
    every = tuple(range(len(x)))

    def slope(*x):
        return sum(mg.sum(g * d) for g, d in zip(mg.grad(f, every)(*x), v))
    y, gradient = mg.value_and_grad(f, every)(*x)
    return [y, *gradient, *mg.grad(slope, every)(*x)]


def derive_by_jax(f, x, v):
    """The same by other means: the second derivatives from how the gradient moves when x moves along v."""
    (y, gradient), (_, second) = jax.jvp(jax.value_and_grad(f, tuple(range(len(x)))), x, v)
    return [y, *gradient, *second]


def compare(ours, theirs, x, bound):
    """The largest error, relative to the largest entry; an AssertionError if it is too large."""
    largest = 0.0
    names = ["the value", *[f"the gradient by x[{i}]" for i in range(len(x))], *[f"the second order at x[{i}]" for i in range(len(x))]]
    for name, a, b, like in zip(names, ours, theirs, [0.0, *x, *x], strict=True):
        assert np.shape(a) == np.shape(b) == np.shape(like), f"{name}: minigrad's has shape {np.shape(a)}, JAX's {np.shape(b)}"
        assert name == "the value" or getattr(a, "dtype", float) == getattr(like, "dtype", float), f"{name} is {a!r} for {like!r}"
        error = np.max(np.abs(np.subtract(a, b)), initial=0.0) / max(1.0, np.max(np.abs(b), initial=0.0))
        assert error <= bound, f"{name}: minigrad {a}, JAX {b}, error {error:.1e}"
        largest = max(largest, float(error))
    return largest


def check(program):
    """The largest error of minigrad's derivatives of this program; an AssertionError that shows it as code if it is too large."""
    text = source(program)
    bound = BOUND_OF_SINGLE if "np.float32" in text else BOUND
    try:
        here = {}
        exec(text, here)
        f, x, v = here["by_minigrad"], here["x"], here["v"]
        ours = derive_by_minigrad(f, x, v)
        with jax.enable_x64(True), jax.default_device(jax.local_devices(backend="cpu")[0]):
            theirs = compiled(lambda x, v: derive_by_jax(here["by_jax"], x, v), x, v)(x, v)
        return compare(ours, theirs, x, bound)
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {error}\n\nThis program shows it:\n\n{by_itself(text, bound)}") from error


# Compiling is most of the time, and optimising most of the compiling.
QUICKLY = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True, "xla_cpu_use_fusion_emitters": False,
           "xla_cpu_parallel_codegen_split_count": 1}


def compiled(f, *data):
    lowered = jax.jit(f).lower(*data)
    try:
        return lowered.compile(QUICKLY)
    except jax.errors.JaxRuntimeError:   # a version that has not these switches
        return lowered.compile()


def by_itself(text, bound):
    """The program with the comparison, as code that runs by itself."""
    functions = [inspect.getsource(f) for f in (derive_by_minigrad, derive_by_jax, compare)]
    return "\n\n".join([text, *functions, "\n".join([
        'jax.config.update("jax_enable_x64", True)',
        "print(compare(derive_by_minigrad(by_minigrad, x, v), derive_by_jax(by_jax, x, v), x, " + f"{bound}))"])]) + "\n"


# ---- Many of them

def run(number, seed, names=tuple(table), check=check):
    """Draw this many programs, the same for the same seed, and check each: how often each function was drawn.

    One that fails is shrunk by hypothesis, and the AssertionError is that of the smallest that still fails.
    """
    drawn = []

    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=number, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
                         phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink], report_multiple_bugs=False, print_blob=False)
    @hypothesis.given(programs(names))
    def each(program):
        drawn.append(program)
        check(program)
    each()
    return Counter(name for program in drawn for name in set(program.functions)), len(drawn)
