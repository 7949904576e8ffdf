"""Derivatives without backpropagation: what the rules are compared with.

Each needs nothing of a function but its values, so none shares a line of code with the rules, and none can share their
mistakes.  The price is time: backpropagation needs one pass for all entries of x, these need some for each.
"""
from math import floor, inf, isfinite, log2, nan

from .core import Variable, bare, shape

__all__ = ["numerical_diff", "numerical_grad", "complex_step"]


def numerical_diff(f, x, eps=1e-4):
    """The slope of f at the Variable x, as in the notebook: the secant line from x - eps to x + eps.

    It moves all entries of x at once, so it is meant for a single number, or for an f that works element by element; for the
    gradient by several numbers there is numerical_grad.
    """
    x0 = Variable(data_of(x, "x") - eps)
    x1 = Variable(data_of(x, "x") + eps)
    y0 = data_of(f(x0), "the result of f")
    y1 = data_of(f(x1), "the result of f")
    return (y1 - y0) / (2 * eps)


def data_of(x, what):
    if not hasattr(x, "data") or type(x) is not Variable and hasattr(x, "__array_namespace__"):   # an ndarray has a data, too
        raise TypeError(f"numerical_diff is the notebook's, and {what} must be a Variable, not of type {type(x).__name__}: "
                        "for bare numbers and arrays there is numerical_grad")
    return x.data


def numerical_grad(f, x):
    """The gradient at x of f, which takes a float or a NumPy array and returns a single number: central differences, extrapolated.

    One entry of x after the other moves by -h and h.  The secant's slope is off by a h**2 + b h**4 + ..., with a and b unknown,
    so the slopes for h, h/2, h/4, ... can be combined until the first terms are gone (Richardson 1911), and how far the
    combinations differ tells how good they are: the best is taken (C. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)",
    Adv. Eng. Softw. 4, 1982; dfridr in Press et al., Numerical Recipes).  About 12 digits come out right, where
    numerical_diff gives 8.  It computes in float64; x is not changed.
    """
    import numpy as np
    check_point(x, "numerical_grad")
    number(f(moved(x, None, 0.0)), float)                  # errors of f are shown here, not taken for the end of its domain

    def derivative(i):
        def y(d):
            try:
                return number(f(moved(x, i, d)), float)
            except (ArithmeticError, ValueError):          # with a float: log(-0.1), 1 / 0.0
                return nan
        size = abs(float(x if i is None else x[i]))
        return ridders(y, 2.0 ** (floor(log2(max(size, 1.0))) - 3) if isfinite(size) else nan)

    with np.errstate(all="ignore"):                        # a step may leave the domain of f: the next is shorter
        return each_entry(derivative, x)


def ridders(y, h):
    """The derivative at 0 of y, a function of one number, from steps of h, h/2, h/4, ...

    h is a power of 2, for then x + h is seldom rounded.
    """
    best, error, above = nan, inf, []
    for _ in range(40):
        y0, y1 = y(-h), y(h)
        rounding = 2.2e-16 * max(abs(y0), abs(y1)) / h
        row = [(y1 - y0) / (2 * h) if isfinite(y1 - y0) else nan]              # nan wins no comparison below
        for j, before in enumerate(above):                 # column j + 1: the term of h**(2 j + 2) is gone
            row.append(row[j] + (row[j] - before) / (4.0 ** (j + 1) - 1))
            doubt = max(abs(row[j + 1] - row[j]), abs(row[j + 1] - before))
            if doubt <= error:
                best, error = row[j + 1], doubt
        if error <= rounding < inf:                        # shorter steps would only bring more of it
            break
        above, h = row, h / 2
    return best


def complex_step(f, x):
    """The gradient at x of an analytic f, which returns a single number: the imaginary part of f(x + ih), divided by h.

    By Taylor f(x + ih) = f(x) + ih f'(x) - h**2 f''(x) / 2 - ...: the derivative stands alone in the imaginary part.  Nothing
    is subtracted, so nothing cancels, and h may be so small that its square is 0 even in floating point: 1e-200.  All digits
    come out right (W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
    40, 1998).  f gets complex NumPy arrays, of shape () for a float, and must be analytic: no abs, no maximum, no comparison.
    """
    h = 1e-200
    check_point(x, "complex_step")

    def derivative(i):
        return number(f(moved(x, i, h * 1j)), complex).imag / h
    return each_entry(derivative, x)


def check_point(x, name):
    import numpy as np
    if not isinstance(x, float) and not (isinstance(x, (np.ndarray, np.floating)) and np.isdtype(x.dtype, "real floating")):
        kind = f"an array of dtype {x.dtype}" if isinstance(x, np.ndarray) else f"{x!r:.60} of type {type(x).__name__}"
        raise TypeError(f"{name} differentiates at a float or a NumPy array of floats, and this is {kind}: give for instance "
                        f"{'x.data' if type(x) is Variable else 'float(x) or x.astype(float)'}")


def number(y, kind):
    """The result of f as a Python number of this kind."""
    import numpy as np
    y = bare(y)
    if not isinstance(y, (int, float, complex)) and not hasattr(y, "dtype"):
        raise TypeError(f"the function must return a single number, and it returned {y!r:.60} of type {type(y).__name__}")
    if shape(y) != ():
        raise TypeError(f"the function must return a single number, and it returned an array of shape {shape(y)}: sum it first")
    if kind is float and np.iscomplexobj(y):
        raise TypeError(f"the function must return a real number, and it returned {y!r:.60}")
    return kind(y)


def moved(x, i, d):
    """A copy of x in double precision, with d added to the entry i; a float is its own only entry."""
    import numpy as np
    if isinstance(x, float):
        return np.asarray(x + d) if isinstance(d, complex) else float(x) + d
    x = np.array(x, dtype=complex if isinstance(d, complex) else float)
    if i is not None:
        x[i] += d
    return x


def each_entry(derivative, x):
    """The derivatives by the entries of x, as an array like it; for a float a float."""
    import numpy as np
    if isinstance(x, float):
        return float(derivative(None))
    gradient = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        gradient[i] = derivative(i)
    return gradient
