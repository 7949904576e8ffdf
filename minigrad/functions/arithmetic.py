"""Arithmetic: the four operations, powers and roots.

Every rule is a class of two methods: forward computes y, backward takes gy, the cotangent of y, and returns that of each
input.  The function below it makes a new instance for each call.  How each rule is derived is told in the catalogue of
rules on the site.  (__slots__ = () keeps a call small: there may be millions of them.)
"""
from ..arrays import array_namespace
from ..core import Function
from .elementwise import Elementwise
from .selection import equal, floor_divide, sign, where

__all__ = ["Add", "Subtract", "Multiply", "Divide", "Negative", "Pow", "Remainder", "Reciprocal", "Square", "Sqrt", "Abs", "Hypot",
           "add", "subtract", "multiply", "divide", "negative", "pow", "remainder", "reciprocal", "square", "sqrt", "abs", "hypot"]


class Add(Elementwise):
    __slots__ = ()
    needs = ""

    def forward(self, a, b):
        return a + b

    def backward(self, gy):
        return gy, gy


def add(a, b):
    """a + b."""
    return Add().apply(a, b)


class Subtract(Elementwise):
    __slots__ = ()
    needs = ""

    def forward(self, a, b):
        return a - b

    def backward(self, gy):
        return gy, lambda: -gy


def subtract(a, b):
    """a - b."""
    return Subtract().apply(a, b)


class Multiply(Elementwise):
    __slots__ = ()

    def forward(self, a, b):
        return a * b

    def backward(self, gy):
        a, b = self.arrays
        return lambda: gy * b, lambda: gy * a


def multiply(a, b):
    """a * b, element by element."""
    return Multiply().apply(a, b)


class Divide(Elementwise):
    __slots__ = ()
    needs = "xy"

    def forward(self, a, b):
        return a / b

    def backward(self, gy):
        a, b = self.arrays
        g = gy / b
        return g, lambda: -g * self.output


def divide(a, b):
    """a / b."""
    return Divide().apply(a, b)


class Negative(Function):
    __slots__ = ()
    needs = ""

    def forward(self, x):
        return -x

    def backward(self, gy):
        return -gy


def negative(x):
    """-x."""
    return Negative().apply(x)


class Pow(Elementwise):
    """At a = 0: a**0 has the derivative 0 by a, and a**b has the derivative 0 by b."""
    __slots__ = ()
    needs = "xy"

    def forward(self, a, b):
        return a ** b

    def backward(self, gy):
        a, b = self.arrays

        def by_base():
            if isinstance(b, (int, float)):
                return gy * (b * a ** (b - 1)) if b else gy * 0.0
            base = where(equal(a, 0) & equal(b, 0), 1, a)
            return gy * (b * base ** (b - 1))

        def by_exponent():
            base = where(equal(a, 0), 1, a)
            return gy * self.output * array_namespace(base).log(base)
        return by_base, by_exponent


def pow(a, b):
    """a ** b."""
    return Pow().apply(a, b)


class Remainder(Elementwise):
    __slots__ = ()

    def forward(self, a, b):
        return a % b

    def backward(self, gy):
        a, b = self.arrays
        return gy, lambda: -gy * floor_divide(a, b)


def remainder(a, b):
    """a - floor(a / b) * b, which has the sign of b."""
    return Remainder().apply(a, b)


class Reciprocal(Function):
    __slots__ = ()
    needs = "y"

    def forward(self, x):
        return 1 / x

    def backward(self, gy):
        y = self.output
        return -gy * (y * y)


def reciprocal(x):
    """1 / x."""
    return Reciprocal().apply(x)


class Square(Function):
    __slots__ = ()

    def forward(self, x):
        return x * x

    def backward(self, gy):
        x, = self.arrays
        return 2 * x * gy


def square(x):
    """x * x."""
    return Square().apply(x)


class Sqrt(Function):
    __slots__ = ()
    needs = "y"

    def forward(self, x):
        return array_namespace(x).sqrt(x)

    def backward(self, gy):
        return gy * 0.5 / self.output


def sqrt(x):
    """The square root."""
    return Sqrt().apply(x)


class Abs(Function):
    """The derivative at 0 is 0, halfway between the slopes -1 and 1 on its two sides."""
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).abs(x)

    def backward(self, gy):
        x, = self.arrays
        return gy * sign(x)


def abs(x):
    """The absolute value."""
    return Abs().apply(x)


class Hypot(Elementwise):
    """The derivatives at a = b = 0 are 0."""
    __slots__ = ()
    needs = "xy"

    def forward(self, a, b):
        return array_namespace(a, b).hypot(a, b)

    def backward(self, gy):
        a, b = self.arrays
        g = gy / where(equal(self.output, 0), 1, self.output)
        return lambda: g * a, lambda: g * b


def hypot(a, b):
    """sqrt(a*a + b*b), without overflow on the way."""
    return Hypot().apply(a, b)
