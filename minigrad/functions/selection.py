"""Choosing between numbers, and the functions without derivative on which a choice rests."""
import operator

from ..arrays import array_namespace, shape
from ..core import Variable, bare
from .elementwise import Elementwise

__all__ = ["Where", "Maximum", "Minimum", "where", "maximum", "minimum", "clip", "stop_gradient",
           "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "floor_divide",
           "floor", "ceil", "round", "trunc", "sign", "isfinite", "isinf", "isnan", "argmax", "argmin", "argsort",
           "logical_and", "logical_or", "logical_not", "all", "any", "zeros_like", "ones_like", "full_like"]


# These are constant between jumps, so their derivative is 0 wherever it exists: they take the boxes off and give bare arrays.

def bare_function(name):
    def function(x, *args, **options):
        args = [bare(a) for a in (x, *args)]
        return getattr(array_namespace(*args), name)(*args, **options)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{name} as in the Array API standard; it has no derivative and gives a bare array."
    return function


def bare_operator(name, symbol):
    compute = getattr(operator, symbol)

    def function(a, b):
        return compute(bare(a), bare(b))
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{name} as in the Array API standard; it has no derivative and gives a bare array."
    return function


equal, not_equal = bare_operator("equal", "eq"), bare_operator("not_equal", "ne")
less, less_equal = bare_operator("less", "lt"), bare_operator("less_equal", "le")
greater, greater_equal = bare_operator("greater", "gt"), bare_operator("greater_equal", "ge")
floor_divide = bare_operator("floor_divide", "floordiv")
floor, ceil, round, trunc, sign = map(bare_function, ["floor", "ceil", "round", "trunc", "sign"])
isfinite, isinf, isnan = map(bare_function, ["isfinite", "isinf", "isnan"])
argmax, argmin, argsort = map(bare_function, ["argmax", "argmin", "argsort"])
logical_and, logical_or, logical_not = map(bare_function, ["logical_and", "logical_or", "logical_not"])
all, any = map(bare_function, ["all", "any"])
zeros_like, ones_like = map(bare_function, ["zeros_like", "ones_like"])


def full_like(x, fill_value, **options):
    """full_like as in the Array API standard; fill_value is a constant, and the result a bare array."""
    if type(fill_value) is Variable:
        raise TypeError("full_like of a Variable as fill_value would lose its history: write mg.broadcast_to(value, x.shape)")
    x = bare(x)
    return array_namespace(x).full_like(x, fill_value, **options)


def stop_gradient(x):
    """x as a bare array: a constant for every derivative."""
    return bare(x)


class Where(Elementwise):
    __slots__ = ("condition",)
    needs = ""

    def __init__(self, condition):
        self.condition = condition

    def forward(self, a, b):
        return array_namespace(self.condition, a, b).where(self.condition, a, b)

    def backward(self, gy):
        return lambda: where(self.condition, gy, 0), lambda: where(self.condition, 0, gy)

    def mismatch(self, *shapes):
        sentence = super().mismatch(shape(self.condition), *shapes)
        return sentence and f"with a condition of shape {shape(self.condition)} {sentence}"


def where(condition, a, b):
    """a where the condition holds, b elsewhere."""
    return Where(bare(condition)).apply(a, b)


class Maximum(Elementwise):
    """At a tie each side receives half of the cotangent."""
    __slots__ = ()

    def forward(self, a, b):
        return array_namespace(a, b).maximum(a, b)

    def backward(self, gy):
        a, b = self.arrays
        return lambda: won(greater(a, b), equal(a, b), gy), lambda: won(greater(b, a), equal(a, b), gy)


def maximum(a, b):
    """The larger of a and b, element by element."""
    return Maximum().apply(a, b)


class Minimum(Elementwise):
    """At a tie each side receives half of the cotangent."""
    __slots__ = ()

    def forward(self, a, b):
        return array_namespace(a, b).minimum(a, b)

    def backward(self, gy):
        a, b = self.arrays
        return lambda: won(less(a, b), equal(a, b), gy), lambda: won(less(b, a), equal(a, b), gy)


def minimum(a, b):
    """The smaller of a and b, element by element."""
    return Minimum().apply(a, b)


def won(win, tie, gy):
    """gy where this side was taken, half of it at a tie, 0 elsewhere."""
    return where(win, gy, where(tie, 0.5 * gy, 0))


def clip(x, min=None, max=None):
    """x, but no less than min and no more than max; None is no bound."""
    if min is not None:
        x = maximum(x, min)
    return x if max is None else minimum(x, max)
