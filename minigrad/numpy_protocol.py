"""NumPy's own functions on a Variable: np.exp(x), np.sum(x, axis=0), np.concatenate([x, y])  (NEP 13 and NEP 18).

NumPy hands a call over to the Variable that it finds among the arguments, and here the call is looked up by the function
itself.  (A name would not do: np.cumsum(x) flattens x, np.outer(x, y) both, and np.var has its correction as ddof.)  What is
found computes with minigrad's functions what NumPy means; what is not, or not with that keyword, is a TypeError.
"""
from functools import cache
from inspect import Parameter, signature
from math import prod

import numpy as np

import minigrad as mg

from .arrays import shape
from .core import bare
from .functions.shapes import axes_of


def apply_ufunc(ufunc, method, inputs, options):
    """np.exp(x), np.add(x, y): the functions that work element by element."""
    title = ("np." if getattr(np, ufunc.__name__, None) is ufunc else "") + ufunc.__name__
    if method != "__call__":
        raise TypeError(f"{title}.{method} of a Variable is not differentiable here: write "
                        f"{methods.get((ufunc, method), 'what it does with the functions of minigrad')}")
    if ufunc not in ufuncs:
        raise TypeError(unknown(title))
    for name in options:
        raise TypeError(unsupported(title, name))
    return ufuncs[ufunc](*map(array, inputs))


def apply_function(function, args, options):
    """np.sum(x, axis=0), np.concatenate([x, y]): all other functions.

    NumPy's signature sorts the arguments, wherever the caller put them.  Those without a default go to our function in their
    order, the others by name; those that have NumPy's default are left out, for ours is the same.
    """
    title = f"{function.__module__.replace('numpy', 'np')}.{function.__name__}"
    if function not in functions:
        raise TypeError(unknown(title, advice.get(function)))
    theirs, ours = signatures(function)
    try:
        given = theirs.bind(*args, **options).arguments
    except TypeError as error:
        raise TypeError(f"{title} of a Variable: {error}") from None
    placed, named = [], {}
    for name, value in given.items():
        kind, default = theirs.parameters[name].kind, theirs.parameters[name].default
        if kind is Parameter.VAR_POSITIONAL:
            placed.extend(value)
        elif kind is Parameter.VAR_KEYWORD:
            named.update(value)
        elif default is Parameter.empty:
            placed.append(array(value) if name in array_like else value)
        elif not (value is default or isinstance(value, (int, str)) and value == default):
            named[name] = array(value) if name in array_like else value
    for name in named:
        if name == "out" or name not in ours and "options" not in ours:
            raise TypeError(unsupported(title, name))
    return functions[function](*placed, **named)


@cache
def signatures(function):
    """NumPy's signature of a function, and the parameters of ours."""
    ours = signature(functions[function])
    try:
        return signature(function), ours.parameters
    except ValueError:                   # before NumPy 2.4 its functions written in C did not tell
        return ours, ours.parameters


# The parameters for which NumPy takes a list as well, and makes an array of it.
array_like = {"a", "b", "x", "y", "x1", "x2", "arr", "array", "ary", "values", "condition", "indices", "repeats", "m", "v", "A"}


def array(x):
    return np.asarray(x) if isinstance(x, (list, tuple)) else x


# ---- What is said where nothing is computed.

def unknown(title, instead=None):
    if title.startswith(("np.linalg", "np.fft")):
        instead = "matrix algebra and FFT are out of scope; mg.norm, mg.matmul, mg.einsum and their like are there"
    return (f"{title} of a Variable is not differentiable here: {instead or 'compose it of the functions of minigrad'}; for the "
            f"numbers alone, as a constant, write {title}(x.data)")


def unsupported(title, keyword):
    return f"{title} of a Variable does not take {keyword}=: {keywords.get(keyword, 'leave it out')}"


keywords = {
    "out": "nothing is written into an array here, for its history would be lost; use the result, and a = a + x for a += x",
    "where": "choose the entries by mg.where(mask, x, 0) before, or mg.where(mask, y, other) afterwards",
    "dtype": "convert before by mg.astype(x, dtype)",
    "initial": "let it take part afterwards, by +, * or mg.maximum",
    "order": "elements are in row-major order here; change the order of the axes by mg.permute_dims",
    "mode": "give indices that are in range",
    "prepend": "put it in front by mg.concat",
    "append": "put it behind by mg.concat",
}
methods = {
    (np.add, "reduce"): "mg.sum(x, axis=0)", (np.multiply, "reduce"): "mg.prod(x, axis=0)",
    (np.maximum, "reduce"): "mg.max(x, axis=0)", (np.minimum, "reduce"): "mg.min(x, axis=0)",
    (np.logaddexp, "reduce"): "mg.logsumexp(x, axis=0)", (np.add, "accumulate"): "mg.cumulative_sum(x, axis=0)",
    (np.multiply, "outer"): "mg.outer(x, y)", (np.add, "at"): "y + mg.scatter_add(x, indices, y.shape)",
}
advice = {
    np.sort: "mg.take_along_axis(x, mg.argsort(x)) sorts",
    np.copy: "a Variable is never changed, so x itself serves, or x.detach() for a leaf of its own",
    np.pad: "mg.concat puts zeros around it",
    np.average: "mg.sum(weights * x) / mg.sum(weights) is the weighted mean",
}


# ---- Functions whose arguments or meaning are not those of minigrad's.

def exp2(x): return mg.pow(2.0, x)
def radians(x): return x * (np.pi / 180)
def degrees(x): return x * (180 / np.pi)
def vecdot(x1, x2, axis=-1): return mg.sum(x1 * x2, axis=axis)
def size(a, axis=None): return prod(a.shape[i] for i in axes_of(axis, a.ndim))
def flat(x): return mg.reshape(x, (-1,))
def cumsum(a, axis=None, dtype=None): return mg.cumulative_sum(flat(a) if axis is None else a, axis=axis, dtype=dtype)
def diff(a, n=1, axis=-1): return mg.diff(a, axis, n)
def ptp(a, axis=None, keepdims=False): return mg.max(a, axis, keepdims) - mg.min(a, axis, keepdims)
def trace(a, offset=0, axis1=0, axis2=1): return mg.trace(mg.moveaxis(a, (axis1, axis2), (-2, -1)), offset)
def outer(a, b): return mg.outer(flat(a), flat(b))
def vdot(a, b): return flat(a) @ flat(b)
def einsum(subscripts, *operands, optimize=False): return mg.einsum(subscripts, *map(array, operands))
def transpose(a, axes=None): return mg.permute_dims(a, range(a.ndim)[::-1] if axes is None else axes)
def take(a, indices, axis=None): return mg.take(flat(a) if axis is None else a, indices, axis)
def tile(A, reps): return mg.tile(A, tuple(int(n) for n in np.atleast_1d(reps)))
def concatenate(arrays, axis=0): return mg.concat([array(x) for x in arrays], axis)
def stack(arrays, axis=0): return mg.stack([array(x) for x in arrays], axis)
def append(arr, values, axis=None): return mg.concat([arr, values], axis)
def vstack(tup): return mg.concat([widened(x, 2) for x in tup], 0)
def dstack(tup): return mg.concat([widened(x, 3) for x in tup], 2)


def variance(ours):
    def var(a, axis=None, ddof=0, keepdims=False, correction=None):
        if ddof and correction is not None:
            raise TypeError("ddof and correction are two names for the same number: give one of them")
        return ours(a, axis, correction or ddof, keepdims)
    return var


def dot(a, b):
    if 0 in (len(shape(a)), len(shape(b))):
        return a * b
    return a @ b if b.ndim <= 2 else mg.tensordot(a, b, (-1, -2))


def inner(a, b):
    return a * b if 0 in (len(shape(a)), len(shape(b))) else mg.tensordot(a, b, (-1, -1))


def clip(a, a_min=None, a_max=None, min=None, max=None):
    return mg.clip(a, a_min if min is None else min, a_max if max is None else max)


def where(condition, x=None, y=None):
    if y is None:
        raise TypeError("np.where of a Variable needs a condition and both choices; np.nonzero(x) finds the places that are not 0")
    return mg.where(condition, x, y)


def take_along_axis(arr, indices, axis=-1):
    return mg.take_along_axis(flat(arr), indices, 0) if axis is None else mg.take_along_axis(arr, indices, axis)


def swapaxes(a, axis1, axis2):
    return mg.moveaxis(a, (axis1, axis2), (axis2, axis1))


def squeeze(a, axis=None):
    return mg.squeeze(a, tuple(i for i, n in enumerate(a.shape) if n == 1) if axis is None else axis)


def expand_dims(a, axis):
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    for i in sorted(axes_of(axes, a.ndim + len(axes))):
        a = mg.expand_dims(a, i)
    return a


def widened(x, n):
    """x with at least n axes, the new ones where NumPy puts them: 2 for a row, 3 for a pile of one sheet."""
    x = array(x)
    while len(shape(x)) < n:
        x = mg.expand_dims(x, 0 if len(shape(x)) < 2 else 2)
    return x


def at_least(n):
    def at_least_n(*arrays):
        wide = tuple(widened(x, n) for x in arrays)
        return wide if len(wide) > 1 else wide[0]
    return at_least_n


def hstack(tup):
    arrays = [widened(x, 1) for x in tup]
    return mg.concat(arrays, 0 if arrays[0].ndim == 1 else 1)


def column_stack(tup):
    return mg.concat([widened(x, 2).T if len(shape(x)) < 2 else x for x in map(array, tup)], 1)


def result_type(*arrays_and_dtypes):
    return np.result_type(*[getattr(x.data, "dtype", x.data) if isinstance(x, mg.Variable) else x for x in arrays_and_dtypes])


def broadcast_arrays(*arrays):
    to = np.broadcast_shapes(*map(shape, arrays))
    return tuple(mg.broadcast_to(x, to) for x in arrays)


def diag(v, k=0):
    if v.ndim != 1:
        return rearranged(np.diagonal)(v, offset=k)
    i = np.arange(v.size)
    return mg.scatter_add(v, (i + max(-k, 0), i + max(k, 0)), (v.size + abs(k),) * 2)


def rearranged(function):
    """For what only picks entries: NumPy picks among their places, and minigrad takes what is there."""
    def rearrange(x, *args, **options):
        picked = function(np.arange(x.size).reshape(x.shape), *map(bare, args), **options)
        return [mg.take(flat(x), places) for places in picked] if isinstance(picked, list) else mg.take(flat(x), picked)
    return rearrange


def constant(function):
    """For what has no derivative and is not in minigrad: NumPy's function on the numbers."""
    return lambda *args, **options: function(*map(bare, args), **{name: bare(value) for name, value in options.items()})


# ---- The tables.

ufuncs = {
    np.add: mg.add, np.subtract: mg.subtract, np.multiply: mg.multiply, np.divide: mg.divide, np.floor_divide: mg.floor_divide,
    np.remainder: mg.remainder, np.power: mg.pow, np.negative: mg.negative, np.positive: lambda x: x, np.absolute: mg.abs,
    np.fabs: mg.abs, np.reciprocal: mg.reciprocal, np.square: mg.square, np.sqrt: mg.sqrt, np.hypot: mg.hypot,
    np.exp: mg.exp, np.exp2: exp2, np.expm1: mg.expm1, np.log: mg.log, np.log1p: mg.log1p, np.log2: mg.log2, np.log10: mg.log10,
    np.logaddexp: mg.logaddexp, np.sin: mg.sin, np.cos: mg.cos, np.tan: mg.tan, np.arcsin: mg.asin, np.arccos: mg.acos,
    np.arctan: mg.atan, np.arctan2: mg.atan2, np.sinh: mg.sinh, np.cosh: mg.cosh, np.tanh: mg.tanh, np.arcsinh: mg.asinh,
    np.arccosh: mg.acosh, np.arctanh: mg.atanh, np.radians: radians, np.deg2rad: radians, np.degrees: degrees,
    np.rad2deg: degrees, np.maximum: mg.maximum, np.minimum: mg.minimum, np.matmul: mg.matmul, np.vecdot: vecdot,
    np.equal: mg.equal, np.not_equal: mg.not_equal, np.less: mg.less, np.less_equal: mg.less_equal, np.greater: mg.greater,
    np.greater_equal: mg.greater_equal, np.logical_and: mg.logical_and, np.logical_or: mg.logical_or,
    np.logical_not: mg.logical_not, np.floor: mg.floor, np.ceil: mg.ceil, np.rint: mg.round, np.trunc: mg.trunc,
    np.sign: mg.sign, np.isfinite: mg.isfinite, np.isinf: mg.isinf, np.isnan: mg.isnan,
}
functions = {
    np.sum: mg.sum, np.prod: mg.prod, np.mean: mg.mean, np.var: variance(mg.var), np.std: variance(mg.std), np.max: mg.max,
    np.amax: mg.max, np.min: mg.min, np.amin: mg.min, np.ptp: ptp, np.cumsum: cumsum, np.cumulative_sum: mg.cumulative_sum,
    np.diff: diff, np.trace: trace, np.clip: clip, np.where: where,
    np.dot: dot, np.vdot: vdot, np.inner: inner, np.outer: outer, np.tensordot: mg.tensordot, np.einsum: einsum,
    np.linalg.norm: mg.norm, np.linalg.matmul: mg.matmul, np.linalg.tensordot: mg.tensordot, np.linalg.outer: mg.outer,
    np.linalg.vecdot: vecdot, np.linalg.trace: mg.trace, np.linalg.matrix_transpose: mg.matrix_transpose,
    np.reshape: mg.reshape, np.ravel: flat, np.transpose: transpose, np.matrix_transpose: mg.matrix_transpose,
    np.swapaxes: swapaxes, np.moveaxis: mg.moveaxis, np.squeeze: squeeze, np.expand_dims: expand_dims,
    np.atleast_1d: at_least(1), np.atleast_2d: at_least(2), np.atleast_3d: at_least(3), np.broadcast_to: mg.broadcast_to,
    np.broadcast_arrays: broadcast_arrays, np.concatenate: concatenate, np.stack: stack, np.vstack: vstack, np.hstack: hstack,
    np.dstack: dstack, np.column_stack: column_stack, np.append: append, np.unstack: mg.unstack, np.flip: mg.flip,
    np.roll: mg.roll, np.repeat: mg.repeat, np.tile: tile, np.tril: mg.tril, np.triu: mg.triu, np.diag: diag, np.take: take,
    np.take_along_axis: take_along_axis, np.astype: mg.astype,
    **{f: rearranged(f) for f in [np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit, np.fliplr, np.flipud, np.rot90,
                                  np.rollaxis, np.diagonal, np.delete]},
    np.round: mg.round, np.around: mg.round, np.argmax: mg.argmax, np.argmin: mg.argmin, np.argsort: mg.argsort, np.all: mg.all,
    np.any: mg.any, np.zeros_like: mg.zeros_like, np.empty_like: mg.zeros_like, np.ones_like: mg.ones_like,
    np.full_like: mg.full_like, np.shape: shape, np.ndim: lambda a: a.ndim, np.size: size, np.result_type: result_type,
    **{f: constant(f) for f in [np.allclose, np.isclose, np.array_equal, np.nonzero, np.flatnonzero, np.argwhere,
                                np.count_nonzero]},
}
