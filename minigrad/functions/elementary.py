"""Exponentials, logarithms, trigonometric and hyperbolic functions, and their inverses.  Angles are in radians."""
import math

from ..arrays import array_namespace
from ..core import Function
from .arithmetic import sqrt
from .elementwise import Elementwise

__all__ = ["Exp", "Expm1", "Log", "Log1p", "Log2", "Log10", "Logaddexp", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Atan2",
           "Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh",
           "exp", "expm1", "log", "log1p", "log2", "log10", "logaddexp", "sin", "cos", "tan", "asin", "acos", "atan", "atan2",
           "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"]


class Exp(Function):
    __slots__ = ()
    needs = "y"

    def forward(self, x):
        return array_namespace(x).exp(x)

    def backward(self, gy):
        return gy * self.output


def exp(x):
    """e**x."""
    return Exp().apply(x)


class Expm1(Function):
    __slots__ = ()
    needs = "y"

    def forward(self, x):
        return array_namespace(x).expm1(x)

    def backward(self, gy):
        return gy * (self.output + 1)


def expm1(x):
    """e**x - 1, accurate near 0."""
    return Expm1().apply(x)


class Log(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).log(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / x


def log(x):
    """The natural logarithm."""
    return Log().apply(x)


class Log1p(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).log1p(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / (1 + x)


def log1p(x):
    """log(1 + x), accurate near 0."""
    return Log1p().apply(x)


class Log2(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).log2(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / (x * math.log(2))


def log2(x):
    """The logarithm to base 2."""
    return Log2().apply(x)


class Log10(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).log10(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / (x * math.log(10))


def log10(x):
    """The logarithm to base 10."""
    return Log10().apply(x)


class Logaddexp(Elementwise):
    __slots__ = ()
    needs = "xy"

    def forward(self, a, b):
        return array_namespace(a, b).logaddexp(a, b)

    def backward(self, gy):
        a, b = self.arrays
        y = self.output
        return lambda: gy * exp(a - y), lambda: gy * exp(b - y)


def logaddexp(a, b):
    """log(exp(a) + exp(b)), without overflow on the way."""
    return Logaddexp().apply(a, b)


class Sin(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).sin(x)

    def backward(self, gy):
        x, = self.arrays
        return gy * array_namespace(x).cos(x)


def sin(x):
    """The sine."""
    return Sin().apply(x)


class Cos(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).cos(x)

    def backward(self, gy):
        x, = self.arrays
        return -gy * array_namespace(x).sin(x)


def cos(x):
    """The cosine."""
    return Cos().apply(x)


class Tan(Function):
    __slots__ = ()
    needs = "y"

    def forward(self, x):
        return array_namespace(x).tan(x)

    def backward(self, gy):
        y = self.output
        return gy * (1 + y * y)


def tan(x):
    """The tangent."""
    return Tan().apply(x)


class Asin(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).asin(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / sqrt(1 - x * x)


def asin(x):
    """The inverse of sin, from -pi/2 to pi/2."""
    return Asin().apply(x)


class Acos(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).acos(x)

    def backward(self, gy):
        x, = self.arrays
        return -gy / sqrt(1 - x * x)


def acos(x):
    """The inverse of cos, from 0 to pi."""
    return Acos().apply(x)


class Atan(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).atan(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / (1 + x * x)


def atan(x):
    """The inverse of tan, from -pi/2 to pi/2."""
    return Atan().apply(x)


class Atan2(Elementwise):
    __slots__ = ()

    def forward(self, a, b):
        return array_namespace(a, b).atan2(a, b)

    def backward(self, gy):
        a, b = self.arrays
        g = gy / (a * a + b * b)
        return lambda: g * b, lambda: -g * a


def atan2(a, b):
    """The angle of the point with ordinate a and abscissa b, from -pi to pi."""
    return Atan2().apply(a, b)


class Sinh(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).sinh(x)

    def backward(self, gy):
        x, = self.arrays
        return gy * array_namespace(x).cosh(x)


def sinh(x):
    """The hyperbolic sine."""
    return Sinh().apply(x)


class Cosh(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).cosh(x)

    def backward(self, gy):
        x, = self.arrays
        return gy * array_namespace(x).sinh(x)


def cosh(x):
    """The hyperbolic cosine."""
    return Cosh().apply(x)


class Tanh(Function):
    __slots__ = ()
    needs = "y"

    def forward(self, x):
        return array_namespace(x).tanh(x)

    def backward(self, gy):
        y = self.output
        return gy * (1 - y * y)


def tanh(x):
    """The hyperbolic tangent."""
    return Tanh().apply(x)


class Asinh(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).asinh(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / sqrt(x * x + 1)


def asinh(x):
    """The inverse of sinh."""
    return Asinh().apply(x)


class Acosh(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).acosh(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / sqrt(x * x - 1)


def acosh(x):
    """The inverse of cosh, at least 0."""
    return Acosh().apply(x)


class Atanh(Function):
    __slots__ = ()

    def forward(self, x):
        return array_namespace(x).atanh(x)

    def backward(self, gy):
        x, = self.arrays
        return gy / (1 - x * x)


def atanh(x):
    """The inverse of tanh."""
    return Atanh().apply(x)

