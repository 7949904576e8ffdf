"""NumPy's own functions on a Variable, and a Variable between all kinds of numbers: what NumPy means, or a TypeError.

The witness for every value is NumPy's function on the bare arrays, for every gradient its central difference.
"""
import operator
from functools import wraps
from inspect import Parameter, signature

import numpy as np
import pytest

import minigrad as mg
from minigrad import numpy_protocol

rng = np.random.default_rng(3)
MASK = np.array([[True, False, True, True], [False, False, True, False], [True, True, False, True]])
ARRAYS = {                               # what the parameters of the cases below stand for
    "x": rng.normal(size=(3, 4)), "y": rng.normal(size=(3, 4)), "z": rng.normal(size=(2, 3, 4)), "m": rng.normal(size=(4, 2)),
    "t": rng.normal(size=(2, 4, 3)), "q": rng.normal(size=(3, 3)), "o": rng.normal(size=(1, 3, 1)), "v": rng.normal(size=4),
    "w": rng.normal(size=4), "k": rng.normal(size=3), "s": np.array(0.7), "p": rng.uniform(0.5, 2, size=(3, 4)),
    "r": rng.uniform(0.5, 2, size=4), "u": rng.uniform(-0.9, 0.9, size=(3, 4)), "big": rng.uniform(1.5, 3, size=(3, 4)),
}

CASES = [                                # (NumPy's function, how it is called): f is that function, x, y, z... are the arrays above
    (np.add, lambda f, x, y: f(x, y)), (np.add, lambda f, x, v: f(x, v)), (np.add, lambda f, x: f([1.0, 2.0, 3.0, 4.0], x)),
    (np.add, lambda f, x: f(x, 2)), (np.subtract, lambda f, x, v: f(v, x)), (np.multiply, lambda f, x, s: f(x, s)),
    (np.divide, lambda f, x, r: f(x, r)), (np.true_divide, lambda f, r: f(1, r)), (np.floor_divide, lambda f, x: f(x, 0.4)),
    (np.remainder, lambda f, x: f(x, 0.4)), (np.mod, lambda f, x, r: f(x, r)), (np.power, lambda f, p, x: f(p, x)),
    (np.power, lambda f, x: f(x, 3)), (np.pow, lambda f, x: f(2.0, x)), (np.negative, lambda f, x: f(x)),
    (np.positive, lambda f, x: f(x)), (np.absolute, lambda f, x: f(x)), (np.abs, lambda f, x: f(x)), (np.fabs, lambda f, x: f(x)),
    (np.reciprocal, lambda f, p: f(p)), (np.square, lambda f, x: f(x)), (np.sqrt, lambda f, p: f(p)),
    (np.hypot, lambda f, x, v: f(x, v)), (np.exp, lambda f, x: f(x)), (np.exp2, lambda f, x: f(x)), (np.expm1, lambda f, x: f(x)),
    (np.log, lambda f, p: f(p)), (np.log1p, lambda f, p: f(p)), (np.log2, lambda f, p: f(p)), (np.log10, lambda f, p: f(p)),
    (np.logaddexp, lambda f, x, v: f(x, v)), (np.sin, lambda f, x: f(x)), (np.cos, lambda f, x: f(x)), (np.tan, lambda f, u: f(u)),
    (np.arcsin, lambda f, u: f(u)), (np.arccos, lambda f, u: f(u)), (np.arctan, lambda f, x: f(x)),
    (np.arctan2, lambda f, x, y: f(x, y)), (np.sinh, lambda f, x: f(x)), (np.cosh, lambda f, x: f(x)),
    (np.tanh, lambda f, x: f(x)), (np.arcsinh, lambda f, x: f(x)), (np.arccosh, lambda f, big: f(big)),
    (np.arctanh, lambda f, u: f(u)), (np.radians, lambda f, x: f(x)), (np.deg2rad, lambda f, x: f(x)),
    (np.degrees, lambda f, x: f(x)), (np.rad2deg, lambda f, x: f(x)), (np.maximum, lambda f, x, v: f(x, v)),
    (np.maximum, lambda f, x: f(x, 0)), (np.minimum, lambda f, x, y: f(x, y)), (np.matmul, lambda f, x, m: f(x, m)),
    (np.matmul, lambda f, v, t: f(v, t)), (np.vecdot, lambda f, x, v: f(x, v)), (np.equal, lambda f, x, y: f(x, y)),
    (np.not_equal, lambda f, x: f(x, 0)), (np.less, lambda f, x, v: f(x, v)), (np.less_equal, lambda f, x, v: f(v, x)),
    (np.greater, lambda f, x: f(x, 0.5)), (np.greater_equal, lambda f, x: f(0.5, x)), (np.logical_and, lambda f, x: f(x > 0, x)),
    (np.logical_or, lambda f, x, y: f(x, y)), (np.logical_not, lambda f, x: f(x)), (np.floor, lambda f, x: f(x)),
    (np.ceil, lambda f, x: f(x)), (np.rint, lambda f, x: f(x)), (np.trunc, lambda f, x: f(x)), (np.sign, lambda f, x: f(x)),
    (np.isfinite, lambda f, x: f(x)), (np.isinf, lambda f, x: f(x)), (np.isnan, lambda f, x: f(x)),

    (np.sum, lambda f, x: f(x)), (np.sum, lambda f, x: f(x, axis=0)), (np.sum, lambda f, z: f(z, (0, -1), None, None, True)),
    (np.sum, lambda f, x: f(x, 1, np.float64)), (np.sum, lambda f, x: f(a=x, keepdims=True)), (np.prod, lambda f, x: f(x, 1)),
    (np.prod, lambda f, z: f(z, axis=(0, 2), keepdims=True)), (np.mean, lambda f, x: f(x)), (np.mean, lambda f, z: f(z, (0, 1))),
    (np.mean, lambda f, x: f(x, 1, None, None, True)), (np.var, lambda f, x: f(x)), (np.var, lambda f, x: f(x, 0, None, None, 1)),
    (np.var, lambda f, x: f(x, axis=1, ddof=1, keepdims=True)), (np.var, lambda f, x: f(x, correction=2)),
    (np.std, lambda f, x: f(x, 1)), (np.std, lambda f, x: f(x, ddof=1)), (np.max, lambda f, x: f(x)),
    (np.max, lambda f, x: f(x, 1)), (np.amax, lambda f, x: f(x, axis=0, keepdims=True)), (np.min, lambda f, x: f(x, (0, 1))),
    (np.amin, lambda f, x: f(x, -1)), (np.ptp, lambda f, x: f(x)), (np.ptp, lambda f, x: f(x, 0, keepdims=True)),
    (np.cumsum, lambda f, x: f(x)), (np.cumsum, lambda f, x: f(x, 0)), (np.cumsum, lambda f, x: f(x, axis=-1, dtype=np.float64)),
    (np.cumulative_sum, lambda f, v: f(v)), (np.cumulative_sum, lambda f, x: f(x, axis=1, include_initial=True)),
    (np.diff, lambda f, x: f(x)), (np.diff, lambda f, x: f(x, 2)), (np.diff, lambda f, x: f(x, 1, 0)),
    (np.trace, lambda f, q: f(q)), (np.trace, lambda f, z: f(z)), (np.trace, lambda f, z: f(z, 1, 2, 0)),
    (np.trace, lambda f, x: f(x, offset=-1)), (np.clip, lambda f, x: f(x, -0.5, 0.5)), (np.clip, lambda f, x: f(x, None, 0.3)),
    (np.clip, lambda f, x: f(x, min=-0.2)), (np.clip, lambda f, x: f(x, max=0.2)),
    (np.clip, lambda f, x, v: f(x, a_min=v, a_max=None)),
    (np.clip, lambda f, v, x: f(v, x, x)), (np.where, lambda f, x, y: f(MASK, x, y)), (np.where, lambda f, x: f(x > 0, x, 0)),
    (np.where, lambda f, v: f(MASK, 1.0, v)), (np.where, lambda f, v, s: f([True, False, True, False], v, s)),
    (np.where, lambda f, x: f(MASK, x, [1.0, 2.0, 3.0, 4.0])),

    (np.dot, lambda f, v, w: f(v, w)), (np.dot, lambda f, x, v: f(x, v)), (np.dot, lambda f, x, m: f(x, m)),
    (np.dot, lambda f, z, v: f(z, v)), (np.dot, lambda f, x, t: f(x, t)), (np.dot, lambda f, v, t: f(v, t)),
    (np.dot, lambda f, z, m: f(b=m, a=z)), (np.dot, lambda f, x: f(2.0, x)), (np.dot, lambda f, x, s: f(x, s)),
    (np.dot, lambda f, v: f([1.0, 2.0, 3.0, 4.0], v)), (np.vdot, lambda f, x, y: f(x, y)), (np.inner, lambda f, v, w: f(v, w)),
    (np.inner, lambda f, x, z: f(x, z)), (np.inner, lambda f, x: f(x, 3.0)), (np.outer, lambda f, v, k: f(v, k)),
    (np.outer, lambda f, x, k: f(x, k)), (np.outer, lambda f, k, x: f(k, x)), (np.tensordot, lambda f, z, x: f(z, x)),
    (np.tensordot, lambda f, z, m: f(z, m, 1)),
    (np.tensordot, lambda f, z, x: f(z, x, axes=((2, 1), (1, 0)))), (np.tensordot, lambda f, z: f(z, [1.0, 2.0, 3.0, 4.0], 1)),
    (np.einsum, lambda f, x, m: f("ij,jk->ki", x, m)), (np.einsum, lambda f, x: f("ij", x)), (np.einsum, lambda f, q: f("ii", q)),
    (np.einsum, lambda f, z, v: f("...i,i", z, v, optimize=True)), (np.linalg.norm, lambda f, v: f(v)),
    (np.linalg.norm, lambda f, v: f(v, 1)), (np.linalg.norm, lambda f, v: f(v, np.inf)), (np.linalg.norm, lambda f, x: f(x)),
    (np.linalg.norm, lambda f, x: f(x, 1, 0)), (np.linalg.norm, lambda f, x: f(x, axis=1, keepdims=True)),
    (np.linalg.norm, lambda f, x: f(x, ord=2, axis=-1)), (np.linalg.matmul, lambda f, x, m: f(x, m)),
    (np.linalg.tensordot, lambda f, x, m: f(x, m, axes=1)), (np.linalg.outer, lambda f, v, k: f(v, k)),
    (np.linalg.vecdot, lambda f, x, y: f(x, y, axis=0)), (np.linalg.trace, lambda f, z: f(z, offset=1)),
    (np.linalg.matrix_transpose, lambda f, z: f(z)),

    (np.reshape, lambda f, x: f(x, (2, -1))), (np.reshape, lambda f, x: f(x, 12, "C")),
    (np.reshape, lambda f, x: f(x, shape=[6, 2])), (np.ravel, lambda f, z: f(z)), (np.transpose, lambda f, z: f(z)),
    (np.transpose, lambda f, z: f(z, (2, 0, 1))), (np.transpose, lambda f, z: f(z, axes=(-1, 0, -2))),
    (np.permute_dims, lambda f, z: f(z, axes=(1, 2, 0))), (np.matrix_transpose, lambda f, z: f(z)),
    (np.swapaxes, lambda f, z: f(z, 0, 2)), (np.swapaxes, lambda f, z: f(z, axis2=0, axis1=-2)),
    (np.moveaxis, lambda f, z: f(z, 0, -1)), (np.moveaxis, lambda f, z: f(z, [0, 1], (2, 0))), (np.squeeze, lambda f, o: f(o)),
    (np.squeeze, lambda f, o: f(o, 0)), (np.squeeze, lambda f, o: f(o, axis=(0, -1))), (np.expand_dims, lambda f, x: f(x, 1)),
    (np.expand_dims, lambda f, x: f(x, axis=(0, -1))),
    (np.expand_dims, lambda f, x: f(x, [3, 0])), (np.atleast_1d, lambda f, s: f(s)),
    (np.atleast_1d, lambda f, s, x: f(s, x, 3.0)), (np.atleast_2d, lambda f, v: f(v)), (np.atleast_2d, lambda f, s, x: f(s, x)),
    (np.atleast_3d, lambda f, s, v: f(s, v)), (np.atleast_3d, lambda f, x, z: f(x, z)),
    (np.broadcast_to, lambda f, v: f(v, (2, 3, 4))), (np.broadcast_to, lambda f, s: f(s, 3)),
    (np.broadcast_arrays, lambda f, x, v: f(x, v, 1.0)), (np.concatenate, lambda f, x, y: f([x, y])),
    (np.concatenate, lambda f, x, q: f((x, q), -1)), (np.concatenate, lambda f, x, y: f((x, y), axis=None)),
    (np.concatenate, lambda f, v: f([v, [1.0, 2.0]])), (np.concat, lambda f, x: f(x)), (np.stack, lambda f, x, y: f([x, y])),
    (np.stack, lambda f, x, y: f((x, y, x), axis=-1)), (np.stack, lambda f, v: f([v, [1.0, 2.0, 3.0, 4.0]], 1)),
    (np.vstack, lambda f, x, v: f([x, v, v])), (np.vstack, lambda f, v: f([[1.0, 2.0, 3.0, 4.0], v])),
    (np.hstack, lambda f, v, k, s: f([v, k, s])),
    (np.hstack, lambda f, x, q: f((x, q))), (np.dstack, lambda f, v, w: f([v, w])), (np.dstack, lambda f, x, y: f([x, y])),
    (np.column_stack, lambda f, k, x: f([k, x])), (np.append, lambda f, x, v: f(x, v)), (np.append, lambda f, v: f(v, 1.0)),
    (np.append, lambda f, x, y: f(x, y, 1)), (np.append, lambda f, v: f([1.0, 2.0], v)), (np.unstack, lambda f, x: f(x)),
    (np.unstack, lambda f, z: f(z, axis=-1)), (np.flip, lambda f, x: f(x)), (np.flip, lambda f, z: f(z, (0, 2))),
    (np.roll, lambda f, x: f(x, 5)), (np.roll, lambda f, x: f(x, 1, 1)), (np.roll, lambda f, x: f(x, shift=(1, 2), axis=(0, 1))),
    (np.roll, lambda f, x: f(x, (1, 2), 1)), (np.repeat, lambda f, x: f(x, 2)), (np.repeat, lambda f, x: f(x, [1, 0, 2], axis=0)),
    (np.repeat, lambda f, x: f(x, 3, -1)), (np.tile, lambda f, x: f(x, 2)), (np.tile, lambda f, v: f(v, (3, 2))),
    (np.tile, lambda f, x: f(x, [2, 1])), (np.tile, lambda f, x: f(x, np.array([1, 2, 3]))), (np.tril, lambda f, x: f(x)),
    (np.tril, lambda f, z: f(z, -1)), (np.triu, lambda f, x: f(x, k=1)), (np.diag, lambda f, v: f(v)),
    (np.diag, lambda f, k: f(k, -1)),
    (np.diag, lambda f, k: f(k, 2)), (np.diag, lambda f, x: f(x, k=1)), (np.take, lambda f, x: f(x, [0, 5, 5])),
    (np.take, lambda f, x: f(x, 1, 1)), (np.take, lambda f, x: f(x, np.array([[0, 2], [2, -1]]), axis=0)),
    (np.take_along_axis, lambda f, x: f(x, np.argsort(x, 1), 1)),
    (np.take_along_axis, lambda f, x: f(x, np.array([[0], [3], [0]]), axis=1)),
    (np.take_along_axis, lambda f, x: f(x, np.array([[0, 3, 3]]), axis=1)),
    (np.take_along_axis, lambda f, x: f(x, np.array([3, 3, 11]), axis=None)), (np.astype, lambda f, x: f(x, np.float64)),
    (np.split, lambda f, x: f(x, 3)), (np.split, lambda f, x: f(x, [1, 3], axis=1)), (np.array_split, lambda f, v: f(v, 3)),
    (np.hsplit, lambda f, x: f(x, 2)), (np.vsplit, lambda f, x: f(x, [1])), (np.dsplit, lambda f, z: f(z, 2)),
    (np.fliplr, lambda f, x: f(x)), (np.flipud, lambda f, x: f(x)), (np.rot90, lambda f, x: f(x)),
    (np.rot90, lambda f, z: f(z, 3, (1, 2))), (np.rollaxis, lambda f, z: f(z, 2)), (np.rollaxis, lambda f, z: f(z, 0, start=2)),
    (np.diagonal, lambda f, x: f(x, 1)), (np.diagonal, lambda f, z: f(z, axis1=1, axis2=2)),
    (np.delete, lambda f, x: f(x, 1, axis=1)), (np.delete, lambda f, x: f(x, [0, 3])),

    (np.round, lambda f, x: f(x)), (np.round, lambda f, x: f(x, 1)), (np.around, lambda f, x: f(x, decimals=2)),
    (np.argmax, lambda f, x: f(x)), (np.argmax, lambda f, x: f(x, 1)), (np.argmin, lambda f, x: f(x, axis=0, keepdims=True)),
    (np.argsort, lambda f, x: f(x)), (np.argsort, lambda f, x: f(x, axis=0)), (np.all, lambda f, x: f(x)),
    (np.all, lambda f, x: f(x, 1)), (np.any, lambda f, x: f(x, axis=0, keepdims=True)), (np.zeros_like, lambda f, x: f(x)),
    (np.ones_like, lambda f, x: f(x)), (np.ones_like, lambda f, x: f(x, dtype=np.int32)), (np.full_like, lambda f, x: f(x, 2.5)),
    (np.full_like, lambda f, x: f(x, 2, int)), (np.shape, lambda f, x: f(x)), (np.ndim, lambda f, x: f(x)),
    (np.size, lambda f, x: f(x)), (np.size, lambda f, x: f(x, 1)), (np.allclose, lambda f, x, y: f(x, y)),
    (np.allclose, lambda f, x: f(x, x, rtol=0.0)), (np.isclose, lambda f, x, v: f(x, v, 0.5)),
    (np.array_equal, lambda f, x: f(x, x)), (np.nonzero, lambda f, x: f(x)), (np.flatnonzero, lambda f, x: f(x)),
    (np.argwhere, lambda f, x: f(x)), (np.count_nonzero, lambda f, x: f(x, axis=0)),
    (np.result_type, lambda f, x: f(x, np.float32)),
]
SHAPE_ONLY = {np.empty_like: lambda f, x: f(x)}            # its numbers are whatever memory held: only shape and dtype count
TABLE = {**numpy_protocol.ufuncs, **numpy_protocol.functions}


def name(case):
    return getattr(case, "__name__", "")


def random(shape):
    return np.random.default_rng(1).normal(size=shape)


def arrays_of(call):
    return [ARRAYS[p] for p in list(signature(call).parameters)[1:]]


def parts(result):
    """What a function returned, as a list of arrays."""
    return list(result) if isinstance(result, (tuple, list)) else [result]


def numbers(x):
    return x.data if isinstance(x, mg.Variable) else x


def difference(f, arrays, i, gy):
    """The derivative of sum(gy * f(*arrays)) by arrays[i]: central differences of two widths, from which the h² term drops out."""
    def at(h, place):
        moved = [a.copy() for a in arrays]
        moved[i][place] += h
        return sum(np.sum(g * r) for g, r in zip(gy, f(*moved)))
    result, h = np.empty(arrays[i].shape), 1e-4
    for place in np.ndindex(arrays[i].shape):
        result[place] = (8 * (at(h, place) - at(-h, place)) - (at(2 * h, place) - at(-2 * h, place))) / (12 * h)
    return result


@pytest.mark.parametrize("function, call", CASES, ids=name)
def test_a_numpy_function_of_a_variable_has_numpys_value_and_its_central_difference_as_gradient(function, call):
    arrays = arrays_of(call)
    variables = [mg.Variable(a) for a in arrays]
    expected, results = call(function, *arrays), call(function, *variables)
    assert isinstance(results, mg.Variable) or type(results) is type(expected)
    expected, results = parts(expected), parts(results)
    for r, e in zip(results, expected, strict=True):
        r = numbers(r)
        assert np.shape(r) == np.shape(e) and getattr(r, "dtype", type(r)) == getattr(e, "dtype", type(e))
        np.testing.assert_allclose(r, e, rtol=1e-13, atol=1e-13) if np.size(e) and not isinstance(e, np.dtype) else None
    recorded = [i for i, r in enumerate(results) if isinstance(r, mg.Variable) and r.creator is not None]
    gy = {i: random(results[i].shape) for i in recorded}
    for i in recorded:
        results[i].backward(gy[i])
    for i, v in enumerate(variables):
        g = difference(lambda *moved: [parts(call(function, *moved))[j] for j in recorded], arrays, i, gy.values())
        np.testing.assert_allclose(v.grad if v.grad is not None else np.zeros(v.shape), g, rtol=1e-8, atol=1e-8)


CONSTANT = {                             # the only ones whose result is no Variable
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.logical_and, np.logical_or, np.logical_not,
    np.floor_divide, np.floor, np.ceil, np.rint, np.trunc, np.sign, np.isfinite, np.isinf, np.isnan, np.round, np.around, np.argmax,
    np.argmin, np.argsort, np.all, np.any, np.zeros_like, np.empty_like, np.ones_like, np.full_like, np.shape, np.ndim, np.size,
    np.allclose, np.isclose, np.array_equal, np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.result_type,
}


@pytest.mark.parametrize("function, call", CASES, ids=name)
def test_the_result_is_a_variable_where_there_is_a_derivative_and_bare_where_there_is_none(function, call):
    results = parts(call(function, *[mg.Variable(a) for a in arrays_of(call)]))
    assert any(isinstance(r, mg.Variable) for r in results) == (function not in CONSTANT)


def test_every_entry_of_the_tables_is_reached_by_a_case(monkeypatch):
    reached = set()

    def noting(function, ours):
        @wraps(ours)
        def noted(*args, **options):
            reached.add(function)
            return ours(*args, **options)
        return noted
    for table in (numpy_protocol.ufuncs, numpy_protocol.functions):
        for function, ours in table.items():
            monkeypatch.setitem(table, function, noting(function, ours))
    for function, call in [*CASES, *SHAPE_ONLY.items()]:
        call(function, *[mg.Variable(a) for a in arrays_of(call)])
    assert reached == set(TABLE)


def test_empty_like_has_numpys_shape_and_dtype():
    x = mg.Variable(ARRAYS["x"].astype(np.float32))
    for options in [{}, {"dtype": np.int8}]:
        y, expected = np.empty_like(x, **options), np.empty_like(x.data, **options)
        assert type(y) is np.ndarray and (y.shape, y.dtype) == (expected.shape, expected.dtype)


@pytest.mark.parametrize("function", numpy_protocol.functions, ids=name)
def test_where_the_names_of_an_argument_agree_the_defaults_do_too(function):
    """Arguments with NumPy's default are not handed on, so ours must mean the same."""
    theirs, ours = numpy_protocol.signatures(function)
    for name, parameter in theirs.parameters.items():
        if name in ours and Parameter.empty not in (parameter.default, ours[name].default) and "options" not in ours:
            nothing = parameter.default is np._NoValue or parameter.default is None
            assert ours[name].default in (None, False, 0) if nothing else ours[name].default == parameter.default


WEAK = {np.dot, np.inner}                # a Python number among their arguments leaves float32 as it is, as everywhere in minigrad


@pytest.mark.parametrize("function, call", [c for c in CASES if "float64" not in c[1].__code__.co_names], ids=name)
def test_float32_gives_numpys_dtype_and_a_gradient_in_float32(function, call):
    arrays = [a.astype(np.float32) for a in arrays_of(call)]
    variables = [mg.Variable(a) for a in arrays]
    expected, results = parts(call(function, *arrays)), parts(call(function, *variables))
    alone = function in WEAK and any(type(c) is float for c in call.__code__.co_consts)
    for r, e in zip(results, expected):
        assert getattr(r, "dtype", None) == (np.float32 if alone else getattr(e, "dtype", None))
        if isinstance(r, mg.Variable):
            r.backward(np.ones(r.shape))
    assert all(v.grad.dtype == np.float32 and v.grad.shape == v.shape for v in variables if v.grad is not None)


@pytest.fixture(scope="module")
def jax():
    jax = pytest.importorskip("jax", reason="compares with JAX: pip install jax")
    with jax.enable_x64(True):
        yield jax


@pytest.mark.parametrize("function, call", dict(CASES).items(), ids=name)            # of each function the last case
def test_a_variable_that_holds_a_jax_array_goes_through_the_same_functions(jax, function, call):
    arrays = arrays_of(call)
    ours, theirs = [mg.Variable(a) for a in arrays], [mg.Variable(jax.numpy.asarray(a)) for a in arrays]
    for a, b in zip(parts(call(function, *ours)), parts(call(function, *theirs)), strict=True):
        assert isinstance(a, mg.Variable) == isinstance(b, mg.Variable)
        if isinstance(a, mg.Variable):
            assert isinstance(b.data, jax.Array) or b.creator is None          # a constant beside it stays what it was
            gy = random(a.shape)
            a.backward(gy)
            b.backward(gy)
        np.testing.assert_allclose(numbers(b), numbers(a), rtol=1e-12, atol=1e-13) if not isinstance(a, np.dtype) else None
    for a, b in zip(ours, theirs):
        assert (a.grad is None) == (b.grad is None)
        if a.grad is not None:
            assert isinstance(b.grad, jax.Array) and b.grad.dtype == np.float64
            np.testing.assert_allclose(b.grad, a.grad, rtol=1e-12, atol=1e-12)


# ---- What is refused, and in which words.

X = mg.Variable(ARRAYS["x"])


@pytest.mark.parametrize("function", numpy_protocol.ufuncs, ids=name)
@pytest.mark.parametrize("options", [{"out": np.zeros((3, 4))}, {"where": MASK}, {"dtype": np.float32}, {"casting": "unsafe"}],
                         ids=lambda options: next(iter(options)))
def test_a_ufunc_takes_no_keyword_and_says_which_was_too_much(function, options):
    keyword, = options
    if keyword == "where" and function.signature:
        pytest.skip("NumPy itself has no such keyword")
    with pytest.raises(TypeError, match=rf"^np\.{function.__name__} of a Variable does not take {keyword}="):
        function(*[X] * function.nin, **options)


@pytest.mark.parametrize("message, call", [
    (r"np\.sum .* out=: .* use the result", lambda: np.sum(X, out=np.zeros(()))),
    (r"np\.sum .* out=", lambda: np.sum(X, 0, None, np.zeros(4))),
    (r"np\.sum .* initial=: .* afterwards", lambda: np.sum(X, initial=1.0)),
    (r"np\.sum .* where=: .* mg\.where", lambda: np.sum(X, where=MASK)),
    (r"np\.max .* initial=", lambda: np.max(X, initial=0.0)),
    (r"np\.mean .* dtype=: .* mg\.astype", lambda: np.mean(X, dtype=np.float32)),
    (r"np\.var .* mean=", lambda: np.var(X, mean=np.zeros((1, 1)))),
    (r"np\.argmax .* out=", lambda: np.argmax(X, 1, np.zeros(3, int))),
    (r"np\.round .* out=", lambda: np.round(X, 0, np.zeros((3, 4)))),
    (r"np\.reshape .* order=: .* mg\.permute_dims", lambda: np.reshape(X, (4, 3), order="F")),
    (r"np\.reshape .* order=", lambda: np.reshape(X, (4, 3), "F")),
    (r"np\.ravel .* order=", lambda: np.ravel(X, "F")),
    (r"np\.take .* mode=", lambda: np.take(X, [0, 99], mode="clip")),
    (r"np\.diff .* prepend=: .* mg\.concat", lambda: np.diff(X, prepend=0.0)),
    (r"np\.diff .* append=: .* mg\.concat", lambda: np.diff(X, append=0.0)),
    (r"np\.concatenate .*dtype", lambda: np.concatenate([X, X], dtype=np.float32)),
    (r"np\.concatenate of a Variable", lambda: np.concatenate([X, X], 0, np.zeros((6, 4)))),
    (r"np\.stack .* casting=: leave it out", lambda: np.stack([X, X], casting="unsafe")),
    (r"np\.vstack .* dtype=", lambda: np.vstack([X, X], dtype=np.float32)),
    (r"np\.dot of a Variable", lambda: np.dot(X, X, np.zeros(()))),
    (r"np\.einsum .* order=", lambda: np.einsum("ij->ji", X, order="F")),
    (r"np\.einsum .* out=", lambda: np.einsum("ij->ji", X, out=np.zeros((4, 3)))),
    (r"np\.clip .* where=", lambda: np.clip(X, 0, 1, where=MASK)),
    (r"np\.broadcast_to .* subok=", lambda: np.broadcast_to(X, (2, 3, 4), subok=True)),
    (r"np\.linalg\.trace .* dtype=", lambda: np.linalg.trace(X, dtype=np.float32)),
    (r"np\.add .* out=: .* a = a \+ x for a \+= x", lambda: operator.iadd(np.zeros((3, 4)), X)),
    (r"np\.sum of a Variable: .*'dim'", lambda: X.__array_function__(np.sum, (mg.Variable,), (X,), {"dim": 0})),
    (r"ddof and correction", lambda: np.var(X, ddof=1, correction=1)),
    (r"np\.where .* both choices", lambda: np.where(X)),
    (r"mg\.stack\(\[x, y\]\) for np\.array", lambda: np.array([X[0], X[1]])),
    (r"mg\.stack\(\[x, y\]\)", lambda: np.add([X[0], X[1]], X)),
    (r"np\.sort of a Variable .* mg\.take_along_axis\(x, mg\.argsort\(x\)\)", lambda: np.sort(X)),
    (r"np\.copy .* x\.detach\(\)", lambda: np.copy(X)),
    (r"np\.pad .* mg\.concat", lambda: np.pad(X, 1)),
    (r"np\.average .* mg\.sum\(weights \* x\)", lambda: np.average(X)),
    (r"np\.median of a Variable .* write np\.median\(x\.data\)", lambda: np.median(X)),
    (r"np\.linalg\.inv .* out of scope", lambda: np.linalg.inv(X[:, :3])),
    (r"np\.linalg\.vector_norm .* mg\.norm", lambda: np.linalg.vector_norm(X)),
    (r"np\.fft\.fft .* out of scope", lambda: np.fft.fft(X)),
    (r"np\.cbrt of a Variable .* functions of minigrad; .* write np\.cbrt\(x\.data\)", lambda: np.cbrt(X)),
    (r"np\.fmax of a Variable", lambda: np.fmax(X, 0)),
    (r"np\.add\.reduce .* mg\.sum\(x, axis=0\)", lambda: np.add.reduce(X)),
    (r"np\.multiply\.reduce .* mg\.prod", lambda: np.multiply.reduce(X)),
    (r"np\.maximum\.reduce .* mg\.max", lambda: np.maximum.reduce(X)),
    (r"np\.minimum\.reduce .* mg\.min", lambda: np.minimum.reduce(X)),
    (r"np\.logaddexp\.reduce .* mg\.logsumexp", lambda: np.logaddexp.reduce(X)),
    (r"np\.add\.accumulate .* mg\.cumulative_sum", lambda: np.add.accumulate(X)),
    (r"np\.multiply\.outer .* mg\.outer", lambda: np.multiply.outer(X, X)),
    (r"np\.subtract\.outer of a Variable .* functions of minigrad", lambda: np.subtract.outer(X, X)),
    (r"np\.add\.at .* mg\.scatter_add", lambda: np.add.at(np.zeros(4), [0], X[0, 0])),
    (r"np\.add\.reduceat", lambda: np.add.reduceat(X, [0, 2])),
])
def test_what_is_not_here_is_a_type_error_that_says_what_to_write(message, call):
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("ufunc", [f for f in vars(np).values() if isinstance(f, np.ufunc)], ids=name)
def test_every_ufunc_of_numpy_is_in_the_table_or_a_type_error(ufunc):
    if ufunc not in numpy_protocol.ufuncs:
        with pytest.raises(TypeError, match=ufunc.__name__):
            ufunc(*[X] * ufunc.nin)


def test_a_function_that_only_shares_a_name_with_one_of_numpys_is_refused():
    def sum(x): return "not the sum"
    with pytest.raises(TypeError, match="sum of a Variable is not differentiable here"):
        X.__array_function__(sum, (mg.Variable,), (X,), {})
    with pytest.raises(TypeError, match=r"^<lambda> .*not differentiable here"):
        np.frompyfunc(lambda x: 0.0, 1, 1)(X)


def test_numpys_default_may_be_written_out():
    for y in np.sum(X, None, None, None), np.sum(X, axis=None, dtype=None, out=None):
        assert y.data == X.data.sum()
    np.testing.assert_array_equal(np.take(X, [1, 0], mode="".join(["ra", "ise"])).data, X.data.ravel()[[1, 0]])
    np.testing.assert_array_equal(np.clip(X, 0, 1, None).data, X.data.clip(0, 1))


def test_a_variable_where_numpy_wants_plain_numbers_does_not_go_round_in_circles():
    x = ARRAYS["x"]
    assert np.isclose(x, x + 0.01, rtol=mg.Variable(np.array(1.0))).all()
    with pytest.raises((TypeError, IndexError)):
        np.delete(x, mg.Variable(np.array([0.5, 1.0])))
    with pytest.raises(TypeError, match="out="):
        np.argmax(x, 1, X)


def test_numpys_functions_serve_inside_grad_and_to_any_order():
    v = ARRAYS["v"]
    gradient = mg.grad(lambda x: np.sum(np.exp(x) * np.dot(x, v)))(v)
    np.testing.assert_allclose(gradient, np.exp(v) * np.dot(v, v) + np.exp(v).sum() * v, rtol=1e-14)
    hessian = mg.hessian(lambda x: np.sum(np.stack([x, np.sin(x)]).prod(axis=0)) + np.linalg.norm(x, 1))(v)
    np.testing.assert_allclose(hessian, np.diag(2 * np.cos(v) - v * np.sin(v)), rtol=1e-14, atol=1e-14)


# ---- A Variable between all kinds of numbers.

LEFT_OR_RIGHT = {                        # what stands on the other side of the operator
    "a float64 array": rng.uniform(0.5, 2, size=(2, 3)), "a float64 row": rng.uniform(0.5, 2, size=3),
    "a float64 column": rng.uniform(0.5, 2, size=(2, 1)), "a float32 array": rng.uniform(0.5, 2, size=(2, 3)).astype(np.float32),
    "an array of int": np.array([[1, 2, 3], [3, 2, 1]]), "an array of shape ()": np.array(1.7), "np.float64": np.float64(1.3),
    "np.float32": np.float32(1.3), "a float": 1.3, "an int": 3, "True": True,
}
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.floordiv, operator.mod]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
DATA = rng.uniform(0.5, 2, size=(2, 3))


def dtype(x):
    return getattr(x, "dtype", type(x))


def check_operator(op, data, other, left):
    """op of a Variable and other: value, shape and dtype as of the bare arrays, the gradient with the dtype of the data."""
    def f(x, other=other):
        return op(x, other) if left else op(other, x)
    x = mg.Variable(data)
    y, expected = f(x), f(data)
    assert isinstance(y, mg.Variable) == (op not in COMPARISONS and op is not operator.floordiv)
    result = numbers(y)
    assert (type(result), dtype(result), np.shape(result)) == (type(expected), dtype(expected), np.shape(expected))
    np.testing.assert_array_equal(result, expected)
    if isinstance(y, mg.Variable):
        gy = random(y.shape)
        y.backward(gy if y.shape else float(gy))
        assert np.shape(x.grad) == np.shape(data) and (type(data) is float or x.grad.dtype == data.dtype)
        plain = other if np.isscalar(other) else np.asarray(other)
        g = difference(lambda moved: [f(moved, plain)], [np.asarray(data, dtype=np.float64)], 0, [gy])
        accuracy = 2e-4 if np.float32 in map(dtype, [data, other, y]) else 1e-9
        np.testing.assert_allclose(x.grad, g, rtol=accuracy, atol=accuracy)


@pytest.mark.parametrize("kind", LEFT_OR_RIGHT)
@pytest.mark.parametrize("data", [DATA, DATA.astype(np.float32), np.array(1.1), np.float64(1.1), 1.1],
                         ids=["float64", "float32", "shape ()", "np.float64", "float"])
def test_an_operator_between_a_variable_and_any_number_is_numpys(kind, data):
    for op in OPERATORS + COMPARISONS:
        check_operator(op, data, LEFT_OR_RIGHT[kind], left=True)
        check_operator(op, data, LEFT_OR_RIGHT[kind], left=False)


@pytest.mark.parametrize("kind", ["a float64 row", "a float32 array", "np.float64", "an int", "a JAX array", "a float32 JAX row"])
def test_an_operator_between_a_variable_and_a_jax_array_is_jaxs(jax, kind):
    jnp = jax.numpy
    jax_arrays = {"a JAX array": jnp.asarray(DATA[::-1]), "a float32 JAX row": jnp.asarray(DATA[0] + 0.1, dtype=jnp.float32)}
    other = {**LEFT_OR_RIGHT, **jax_arrays}[kind]
    for op in OPERATORS + COMPARISONS:
        for left in True, False:
            check_operator(op, jnp.asarray(DATA), other, left)
            check_operator(op, jnp.asarray(DATA, dtype=jnp.float32), other, left)
            if kind in jax_arrays:
                check_operator(op, DATA.astype(np.float32), other, left)


MATRICES = {"a matrix": rng.normal(size=(3, 3)), "a vector": rng.normal(size=3), "a batch": rng.normal(size=(2, 3, 3)),
            "a float32 matrix": rng.normal(size=(3, 3)).astype(np.float32), "a matrix of int": np.arange(9).reshape(3, 3)}


@pytest.mark.parametrize("kind", MATRICES)
@pytest.mark.parametrize("left", [True, False], ids=["Variable on the left", "Variable on the right"])
@pytest.mark.parametrize("shape", [(3, 3), (3,), (2, 3, 3)], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=name)
def test_a_matrix_product_with_any_array_is_numpys(jax, kind, left, shape, dtype):
    data, other = random(shape).astype(dtype), MATRICES[kind]
    check_operator(operator.matmul, data, other, left)
    check_operator(operator.matmul, jax.numpy.asarray(data), other, left)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64], ids=name)
def test_python_numbers_leave_the_dtype_as_it_is(dtype):
    x = mg.Variable(np.array([0.5, 1.5], dtype=dtype))
    for y in [x + 1, 1 - x, 2.0 * x, x / 3, 1 / x, x ** 2, x ** 0.5, 2 ** x, x % 1, 1 % x, -x, +x, abs(x)]:
        assert y.dtype == dtype
        y.backward(np.ones(2))
        assert x.grad.dtype == dtype


def test_float32_beside_a_float64_array_gives_float64_and_a_float32_gradient():
    x = mg.Variable(np.ones(3, dtype=np.float32))
    y = x * np.full((2, 3), 1 / 3)
    y.backward(np.ones((2, 3)))
    assert y.dtype == np.float64 and x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, np.full(3, 2 / 3).astype(np.float32))
