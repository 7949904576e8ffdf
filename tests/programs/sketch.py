"""A program while hypothesis draws it: where its operands come from, and how each step is kept smooth and small."""
import re
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

import minigrad as mg

SHAPES = [(), (3,), (2, 3), (1,), (3, 1), (0,), (4,), (1, 4), (3, 3), (4, 3), (3, 2), (1, 1), (0, 3), (2, 2), (2, 3, 4), (2, 1, 3),
          (3, 2, 2), (1, 3, 4), (2, 0, 2), (2, 2, 1, 3), (1, 3, 2, 2)]
STEPS = 8                                # at most
LARGEST = 3.0                            # what is larger is scaled down
NEAR = 1e-3                              # no nearer to a kink, a tie or a jump


class Domain(NamedTuple):
    low: float
    high: float
    signed: bool = False                 # then it is the absolute value that lies between them


REAL, POSITIVE, NONZERO = Domain(-3, 3), Domain(0.3, 3), Domain(0.3, 3, signed=True)


OPERATORS = {"add": "({} + {})", "subtract": "({} - {})", "multiply": "({} * {})", "divide": "({} / {})", "remainder": "({} % {})",
             "pow": "({} ** {})", "matmul": "({} @ {})", "negative": "(-{})", "abs": "abs({})", "matrix_transpose": "{}.mT"}


@dataclass
class Program:
    leaves: dict[str, str]               # name: the array as it is written in Python
    lines: list[str]                     # one step each, with the functions as mg.sin
    result: str
    functions: list[str]


class Sketch:
    """A program that is being drawn, and computed at the same time."""

    def __init__(self, draw):
        self.draw = draw
        # The seed is two draws below 100, for into larger ones hypothesis mixes numbers that stand in whatever modules are loaded.
        self.random = np.random.default_rng([draw(st.integers(0, 99)), draw(st.integers(0, 99))])
        self.leaves, self.values, self.lines, self.functions = {}, {}, [], []

    def choose(self, *options):
        """One of them, drawn by hypothesis; a shrunk program has the first."""
        return self.draw(st.sampled_from(options))

    def value(self, text):
        return np.asarray(eval(text, {"mg": mg, "np": np}, self.values))

    def shape(self, text):
        return self.value(text).shape

    def numbers(self, shape, domain=REAL):
        """An array of random numbers with two decimals, as it is written."""
        x = self.random.uniform(domain.low + 0.01, domain.high - 0.01, shape)
        return literal(np.round(x * self.random.choice([-1, 1], shape) if domain.signed else x, 2))

    def number(self, domain=REAL):
        return str(self.value(self.numbers((), domain)))

    def leaf(self, shape, domain=REAL):
        name = f"x{len(self.leaves)}"
        self.leaves[name] = self.number(domain) if shape == () and self.choose(True, False) else self.numbers(shape, domain)
        self.values[name] = eval(self.leaves[name], {"np": np})
        return name

    def operand(self, fits=lambda shape: True, domain=REAL, shapes=SHAPES):
        """A new leaf or an earlier value, of a shape that fits, led into the domain."""
        earlier = [name for name in reversed(self.values) if is_handy(self.shape(name)) and fits(self.shape(name))]
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
            return self.number(domain)
        shapes = [shape, shape[1:], (), *[(*shape[:i], 1, *shape[i + 1:]) for i in range(len(shape))], (2, *shape)]
        shapes = [n for n in shapes if broadcasts(shape, n)]
        if kind == "array":
            return self.numbers(self.choose(*shapes), domain)
        return self.operand(lambda other: broadcasts(shape, other), domain, shapes)

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
            moved = f"({text} + {self.number() if attempt < 10 else self.numbers(self.shape(text))})"
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
        """Give what text computes a name, in a line.  False if it cannot be computed: then there is no next step."""
        name = f"y{len(self.lines)}"
        try:
            while not is_handy(self.shape(text)):
                text = f"mg.sum({text}, axis=0)"
            largest = np.max(np.abs(self.value(text)), initial=0.0)
            if largest > LARGEST:
                text = f"{0.9 * LARGEST / largest:.1g} * {text}"
            value = self.value(text)
        except Exception:                # whatever it is, it is shown when the program is run
            value = None
        self.lines.append(f"{name} = {text}")
        self.values[name] = value
        return value is not None

    def finished(self):
        """The program whose result is made of all values that no step used."""
        used = {name for line in self.lines for name in re.findall(r"\b[xy]\d+", line.partition(" = ")[2])}
        unused = [name for name in reversed(self.values) if name not in used]
        if self.values[unused[0]] is None:
            result = f"mg.sum({unused[0]})"
        else:
            result = " + ".join(f"mg.sum({self.numbers(self.shape(name), NONZERO)} * {name})" for name in unused)
        power = self.choose("", " ** 2")
        return Program(self.leaves, self.lines, f"({result}){power}" if power else result, self.functions)


def literal(x):
    """An array as it is written in Python."""
    x = np.asarray(x)
    if x.ndim and not x.size:
        return f"np.zeros({x.shape}, '{x.dtype}')" if x.dtype != float else f"np.zeros({x.shape})"
    return f"np.array({x.tolist()})"


def is_handy(shape):
    return len(shape) <= 4 and prod(shape) <= 64


def broadcasts(m, n):
    """Whether these shapes broadcast, to one that is handy."""
    try:
        return is_handy(np.broadcast_shapes(m, n))
    except ValueError:
        return False
