"""The array namespace of a single number: Python's float is the smallest array, of shape (), and math has its functions.

It needs no array library.  As in Python itself, log(0) or sqrt(-1) raise ValueError and exp(1000) OverflowError, where
NumPy and JAX give inf or nan.  What leads from one number to an array (reshape to (1,), stack) is NumPy's, by __getattr__.
"""
import builtins
import math
from math import acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, exp, expm1, hypot, isfinite, isinf, isnan, log, log1p, log2, log10, \
    sin, sinh, sqrt, tan, tanh


def floor(x): return float(math.floor(x))
def ceil(x): return float(math.ceil(x))
def trunc(x): return float(math.trunc(x))
def abs(x): return x if x > 0 else 0.0 - x
def sign(x): return float((x > 0) - (x < 0)) if x == x else x
def maximum(a, b): return a if a >= b or a != a else b
def minimum(a, b): return a if a <= b or a != a else b
def where(condition, a, b): return float(a if condition else b)


def round(x):
    """To the nearest whole number, and to the even one of two as near."""
    return float(builtins.round(x))


def logaddexp(a, b):
    """By the larger of the two and the distance to it; without the distance where they are equal, even infinite."""
    return a + log(2) if a == b else maximum(a, b) + log1p(exp(-abs(a - b)))


# With one number there is nothing to add up, to reorder or to choose from.
def sum(x, axis=None, keepdims=False): return only(x, axis)
def prod(x, axis=None, keepdims=False): return only(x, axis)
def max(x, axis=None, keepdims=False): return only(x, axis)
def min(x, axis=None, keepdims=False): return only(x, axis)
def permute_dims(x, axes): return x
def flip(x, axis=None): return x
def zeros_like(x): return 0.0
def ones_like(x): return 1.0


def only(x, axis):
    if axis not in (None, ()):
        raise ValueError(f"there is no axis {axis} in a single number")
    return x


def reshape(x, shape):
    return x if shape == () else __getattr__("reshape")(x, shape)


def broadcast_to(x, shape):
    return x if shape == () else __getattr__("broadcast_to")(x, shape)


def __getattr__(name):
    """What is not here is NumPy's, on an array of one number."""
    if name.startswith("__"):
        raise AttributeError(name)
    try:
        import numpy
    except ImportError as error:
        raise ImportError(f"{name} makes an array of Python numbers, and for that NumPy is needed: pip install numpy") from error
    return getattr(numpy, name)
