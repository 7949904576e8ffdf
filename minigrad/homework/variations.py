"""minigrad/own.py: operations that exist only in one teacher's course, drawn from the secret.

Whoever finds this repository finds the other answers in it.  These it does not hold: which functions an operation is made of, and
with which constants, comes from the secret, and the answer is put together from them only when it is needed.  (Nothing keeps a
student from asking another program for a derivative.  But that answer has to be understood well enough to be typed.)

Students' copies have own.py with its bodies blank, and not this file.
"""
import ast
from fractions import Fraction
from hashlib import blake2b
from random import Random

__all__ = ["own_source", "OWN"]

OWN = "own.py"

# A function of u and its derivative.  Each is defined for all numbers, and moderate for moderate ones.
CURVES = {
    "exp({u})": "exp({u})",
    "sin({u})": "cos({u})",
    "cos({u})": "-sin({u})",
    "tanh({u})": "(1 - tanh({u}) * tanh({u}))",
    "atan({u})": "1 / (1 + {u} * {u})",
    "log(1 + {u} * {u})": "2 * {u} / (1 + {u} * {u})",
    "1 / (1 + {u} * {u})": "-2 * {u} / ((1 + {u} * {u}) * (1 + {u} * {u}))",
    "sqrt(1 + {u} * {u})": "{u} / sqrt(1 + {u} * {u})",
}
POSITIVE = ["exp({u})", "1 / (1 + {u} * {u})", "sqrt(1 + {u} * {u})"]
FACTORS = [0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3]
OUTER = {"log({u})": "1 / {u}", "sqrt({u})": "0.5 / sqrt({u})", "1 / {u}": "-1 / ({u} * {u})"}          # of a positive u

TEMPLATE = '''"""Operations that exist in this course only: their derivatives are in no book."""
from .core import Function
from .functions import atan, cos, exp, expand_dims, log, sin, sqrt, sum, tanh
from .functions.elementwise import Elementwise
from .transforms import grad

__all__ = ["Blend", "Gather", "difference", "step"]

A, B = {a}, {b}


def difference(f, x, h):
    """The slope of f at x from its values at three points: x, x + A*h and x + B*h.

    It is exact for every polynomial f of degree 2 or less, whatever h is.
    """
    return ({w0} * f(x) + {w1} * f(x + A * h) + {w2} * f(x + B * h)) / ({scale} * h)


class Blend(Elementwise):
    """y = {blend}, element by element."""
    __slots__ = ()

    def forward(self, a, b):
        return {blend}

    def backward(self, gy):
        a, b = self.arrays
        return {by_a}, {by_b}


class Gather(Function):
    """y = {gather}, where s is the sum of {gathered} along one axis, which is gone from y."""
    __slots__ = ("axis",)

    def __init__(self, axis):
        self.axis = axis

    def forward(self, x):
        s = sum({gathered}, axis=self.axis)
        return {gather}

    def backward(self, gy):
        x, = self.arrays
        s = sum({gathered}, axis=self.axis)
        return expand_dims({outer_slope}, self.axis) * {inner_slope}


RATE, FRICTION, DECAY = {rate}, {friction}, {decay}


def step(loss, p, v, *data):
    """One step of gradient descent with momentum and weight decay: returns the new parameters and the new velocities.

    p and v are dicts of arrays with the same keys, and loss(p, *data) is a single number.  For each key, with g the derivative of
    the loss by p[key]:

        the new velocity    FRICTION times the old one, minus RATE times (g + DECAY times the old parameter)
        the new parameter   the old one plus the new velocity

    p and v themselves stay as they are.
    """
    g = grad(loss)(p, *data)
    velocity = {{key: FRICTION * v[key] - RATE * (g[key] + DECAY * p[key]) for key in p}}
    return {{key: p[key] + velocity[key] for key in p}}, velocity
'''


def own_source(secret):
    """The text of minigrad/own.py, with its answers, for a secret (bytes)."""
    draw = Random(int.from_bytes(blake2b(secret, digest_size=16, person=b"own.py").digest(), "big"))
    a, b = draw.sample([-3, -2, -1, 1, 2, 3, 4], 2)
    while a + b == 0:                    # the central difference, which everyone knows
        a, b = draw.sample([-3, -2, -1, 1, 2, 3, 4], 2)
    # With weights w: the sum of w is 0, that of w times the place is 1, that of w times the place squared is 0.
    w1, w2 = Fraction(-b, a * (a - b)), Fraction(-a, b * (b - a))
    scale = w1.denominator * w2.denominator
    w0, w1, w2 = [int(w * scale) for w in (-(w1 + w2), w1, w2)]
    p, q, r, t = draw.sample(list(CURVES), 4)
    k, m = draw.sample(FACTORS, 2)
    c = draw.choice([-2.5, -1.5, 1.5, 2.5, 3.5])
    pa, qb, ra, tb = at(p, f"{k} * a"), at(q, f"{m} * b"), at(r, "a"), at(t, "b")
    by_a = f"{k} * {slope(p, f'{k} * a')} * {qb} + {c} * {slope(r, 'a')} * {tb}"
    by_b = f"{m} * {pa} * {slope(q, f'{m} * b')} + {c} * {ra} * {slope(t, 'b')}"
    inner, outer = draw.choice(POSITIVE), draw.choice(list(OUTER))
    n, d = draw.sample(FACTORS, 2)
    return TEMPLATE.format(
        a=a, b=b, w0=w0, w1=w1, w2=w2, scale=scale,
        blend=tidy(f"{pa} * {qb} + {c} * {ra} * {tb}"), by_a=tidy(f"gy * ({by_a})"), by_b=tidy(f"gy * ({by_b})"),
        gathered=tidy(at(inner, f"{n} * x")), gather=tidy(at(outer, f"{d} + s")),
        outer_slope=tidy(f"gy * ({OUTER[outer].replace('{u}', f'({d} + s)')})"),
        inner_slope=tidy(f"{n} * {slope(inner, f'{n} * x')}"),
        rate=draw.choice([0.03, 0.05, 0.07]), friction=draw.choice([0.7, 0.8, 0.85, 0.9]), decay=draw.choice([0.01, 0.02, 0.03]))


def at(curve, u):
    return f"({curve.replace('{u}', f'({u})')})"


def slope(curve, u):
    return f"({CURVES[curve].replace('{u}', f'({u})')})"


def tidy(formula):
    """Without the brackets that nobody needs."""
    return ast.unparse(ast.parse(formula, mode="eval")).replace("+ -", "- ")
