"""minigrad as an array namespace: it does what the Python Array API standard says, over any arrays that keep to it.

array_api_strict is the standard and nothing else: it refuses what NumPy lets pass.  Without NumPy there are Python's floats.
"""
import itertools
import math
import operator
import subprocess
import sys
from inspect import Parameter, signature
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad import arrays, scalars

pytestmark = pytest.mark.filterwarnings("ignore:You are comparing a array_api_strict dtype")
xps = pytest.importorskip("array_api_strict")
Strict = type(xps.zeros(()))


@pytest.fixture(autouse=True)
def operators_that_give_way(monkeypatch):
    """array_api_strict raises where a foreign array stands on the right; Python's way, and everybody else's, is NotImplemented."""
    def giving_way(method):
        def operate(self, other):
            return NotImplemented if isinstance(other, mg.Variable) else method(self, other)
        return operate
    for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lt", "le", "gt", "ge", "eq", "ne"]:
        monkeypatch.setattr(Strict, f"__{name}__", giving_way(getattr(Strict, f"__{name}__")))


@pytest.fixture(autouse=True)
def dtypes_of_array_api_strict_forgotten():
    """They warn when they are compared with NumPy's, and minigrad keeps all dtypes that it found to be real in one set."""
    before = set(arrays.real)
    yield
    arrays.real.clear()
    arrays.real.update(before)


# ---- The cases: {function: [(how it is called, the arrays it is called with)]}; xp is the namespace that has the function.

SHAPES = [(), (1,), (4,), (0,), (3, 4), (1, 3), (0, 3), (2, 3, 4), (2, 1, 3)]
PAIRS = [((), ()), ((), (4,)), ((3, 4), (4,)), ((3, 4), (3, 1)), ((2, 1, 3), (4, 1)), ((1,), (0,)), ((0, 3), (3,)),
         ((2, 3, 4), (2, 3, 4))]
CASES = {}


def random(*shape, low=-2.0, high=2.0, dtype=np.float64):
    return np.asarray(np.random.default_rng(len(shape) + sum(shape)).uniform(low, high, size=shape), dtype=dtype)


def ordinal(*shape, of):
    """Integers from 0 to of - 1, some of them twice."""
    return np.random.default_rng(sum(shape)).integers(0, of, size=shape)


def own(x):
    """The namespace of a bare array, which has the dtypes too."""
    return mg.array_namespace(mg.stop_gradient(x))


def case(name, call, *args):
    CASES.setdefault(name, []).append((call, args))


def axes(n, pairs=True):
    """None, every axis from both ends and, of more than one, pairs."""
    yield None
    yield from range(-n, n)
    if pairs:
        yield from itertools.permutations(range(n), 2)
        yield from [(-1, 0)] if n > 1 else []


for name, (low, high) in {
    "abs": (-2, 2), "acos": (-0.9, 0.9), "acosh": (1.1, 3), "asin": (-0.9, 0.9), "asinh": (-2, 2), "atan": (-2, 2),
    "atanh": (-0.9, 0.9), "ceil": (-2, 2), "cos": (-2, 2), "cosh": (-2, 2), "exp": (-2, 2), "expm1": (-2, 2), "floor": (-2, 2),
    "isfinite": (-2, 2), "isinf": (-2, 2), "isnan": (-2, 2), "log": (0.2, 2), "log10": (0.2, 2), "log1p": (-0.9, 2),
    "log2": (0.2, 2), "negative": (-2, 2), "reciprocal": (0.2, 2), "round": (-2, 2), "sign": (-2, 2), "sin": (-2, 2),
    "sinh": (-2, 2), "sqrt": (0.2, 2), "square": (-2, 2), "tan": (-1.2, 1.2), "tanh": (-2, 2), "trunc": (-2, 2),
    "zeros_like": (-2, 2), "ones_like": (-2, 2),
}.items():
    for shape in SHAPES:
        for dtype in np.float64, np.float32:
            case(name, lambda xp, x, name=name: getattr(xp, name)(x), random(*shape, low=low, high=high, dtype=dtype))
for name in ["isfinite", "isinf", "isnan", "sign", "floor", "ceil", "round", "trunc", "abs", "exp", "log1p", "sqrt", "atan",
             "tanh"]:
    case(name, lambda xp, x, name=name: getattr(xp, name)(x), np.array([0.0, -0.0, np.inf, np.nan, 0.5, 1.5, 2.5]))

for name in ["add", "atan2", "divide", "equal", "floor_divide", "greater", "greater_equal", "hypot", "less", "less_equal",
             "logaddexp", "maximum", "minimum", "multiply", "not_equal", "pow", "remainder", "subtract"]:
    for (m, n), dtype in itertools.product(PAIRS, [np.float64, np.float32]):
        case(name, lambda xp, a, b, name=name: getattr(xp, name)(a, b),
             random(*m, low=0.3, dtype=dtype), random(*n, low=0.4, high=3, dtype=dtype))
    for dtype in np.float64, np.float32:
        case(name, lambda xp, a, name=name: getattr(xp, name)(a, 0.7), random(3, 4, low=0.3, dtype=dtype))
        case(name, lambda xp, a, name=name: getattr(xp, name)(2, a), random(3, 4, low=0.3, dtype=dtype))
    case(name, lambda xp, a, b, name=name: getattr(xp, name)(a, b),
         random(3, low=0.3, dtype=np.float32), random(2, 3, low=0.4))
for name in ["logical_and", "logical_or"]:
    for m, n in PAIRS:
        case(name, lambda xp, a, b, name=name: getattr(xp, name)(xp.greater(a, 0), xp.greater(b, 0)), random(*m), random(*n))
for shape in SHAPES:
    case("logical_not", lambda xp, x: xp.logical_not(xp.greater(x, 0)), random(*shape))

for shape in SHAPES:
    for axis, keepdims in itertools.product(axes(len(shape)), [False, True]):
        x = random(*shape)
        for name in ["sum", "prod", "mean", "max", "min", "var", "std"]:
            if 0 in shape and (name not in ("sum", "prod") and (axis is None or isinstance(axis, tuple) or shape[axis] == 0)):
                continue                                   # nothing has neither an extreme nor a mean
            case(name, lambda xp, x, name=name, axis=axis, keepdims=keepdims:
                 getattr(xp, name)(x, axis=axis, keepdims=keepdims), x)
        for name, correction in itertools.product(["var", "std"], [1, 0.5]):
            if x.size > 3 and (axis is None or len(shape) == 1):
                case(name, lambda xp, x, name=name, axis=axis, keepdims=keepdims, correction=correction:
                     getattr(xp, name)(x, axis=axis, correction=correction, keepdims=keepdims), x)
        for name in ["all", "any"]:
            case(name, lambda xp, x, name=name, axis=axis, keepdims=keepdims:
                 getattr(xp, name)(xp.greater(x, 0), axis=axis, keepdims=keepdims), x)
        if not isinstance(axis, tuple) and (axis is None and 0 not in shape or axis is not None and shape[axis]):
            for name in ["argmax", "argmin"]:
                case(name, lambda xp, x, name=name, axis=axis, keepdims=keepdims:
                     getattr(xp, name)(x, axis=axis, keepdims=keepdims), x)
    for axis in range(-len(shape), len(shape)):
        case("argsort", lambda xp, x, axis=axis: xp.argsort(x, axis=axis), random(*shape))
        for initial in False, True:
            case("cumulative_sum", lambda xp, x, axis=axis, initial=initial:
                 xp.cumulative_sum(x, axis=axis, include_initial=initial), random(*shape))
case("argsort", lambda xp, x: xp.argsort(x), random(3, 4))
case("cumulative_sum", lambda xp, x: xp.cumulative_sum(x), random(4))
for name in ["sum", "prod", "mean", "max", "min", "var", "std"]:
    case(name, lambda xp, x, name=name: getattr(xp, name)(x, axis=0), random(3, 4, dtype=np.float32))
for name in ["sum", "prod", "cumulative_sum"]:
    case(name, lambda xp, x, name=name: getattr(xp, name)(x, axis=0, dtype=own(x).float64), random(3, 4, dtype=np.float32))

for shape, to in [((), (2, 3)), ((3,), (3,)), ((3,), (2, 3)), ((3, 1), (2, 3, 4)), ((1,), (0,)), ((0, 3), (2, 0, 3))]:
    case("broadcast_to", lambda xp, x, to=to: xp.broadcast_to(x, to), random(*shape))
for shape in SHAPES:
    x = random(*shape)
    for axis in range(-len(shape) - 1, len(shape) + 1):
        case("expand_dims", lambda xp, x, axis=axis: xp.expand_dims(x, axis=axis), x)
        case("stack", lambda xp, x, y, axis=axis: xp.stack([x, y, x], axis=axis), x, x + 1)
    for axis in axes(len(shape)):
        case("flip", lambda xp, x, axis=axis: xp.flip(x, axis=axis), x)
    for axis in range(-len(shape), len(shape)):
        case("concat", lambda xp, x, y, axis=axis: xp.concat([x, y, x], axis=axis), x, x + 1)
        case("unstack", lambda xp, x, axis=axis: xp.unstack(x, axis=axis), x)
        case("roll", lambda xp, x, axis=axis: xp.roll(x, -3, axis=axis), x)
        case("repeat", lambda xp, x, axis=axis: xp.repeat(x, 3, axis=axis), x)
        case("take", lambda xp, x, i, axis=axis: xp.take(x, i, axis=axis), x,
             ordinal(5, of=shape[axis]) if shape[axis] else ordinal(0, of=1))
        case("repeat", lambda xp, x, n, axis=axis: xp.repeat(x, n, axis=axis), x, ordinal(shape[axis], of=3))
        short = tuple(2 if i == axis % len(shape) else n for i, n in enumerate(shape))
        alone = tuple(2 if i == axis % len(shape) else 1 for i, n in enumerate(shape))
        for places in [np.argsort(x, axis=axis), *[ordinal(*n, of=shape[axis]) for n in (short, alone) if shape[axis]]]:
            case("take_along_axis", lambda xp, x, i, axis=axis: xp.take_along_axis(x, i, axis=axis), x, places)
        for n in 0, 1, 2:
            case("diff", lambda xp, x, axis=axis, n=n: xp.diff(x, axis=axis, n=n), x)
        for to in range(-len(shape), len(shape)):
            case("moveaxis", lambda xp, x, axis=axis, to=to: xp.moveaxis(x, axis, to), x)
    for order in itertools.permutations(range(len(shape))):
        case("permute_dims", lambda xp, x, order=order: xp.permute_dims(x, order), x)
    for to in [(-1,), (x.size,), (1, -1), (x.size, 1, 1)] if x.size else [(0,), (2, 0), (0, 5)]:
        case("reshape", lambda xp, x, to=to: xp.reshape(x, to), x)
    for times in [(), (2,), (1, 2), (2, 1, 3), (0,), (1, 1, 1, 2)]:
        case("tile", lambda xp, x, times=times: xp.tile(x, times), x)
    case("roll", lambda xp, x: xp.roll(x, 2), x)
    case("repeat", lambda xp, x: xp.repeat(x, 2), x)
    case("astype", lambda xp, x: xp.astype(x, own(x).float32), x)
    case("astype", lambda xp, x: xp.astype(x, own(x).int64), x)
    for low, high in [(None, None), (-0.5, None), (None, 0.5), (-0.5, 0.5), (0, 1)]:
        case("clip", lambda xp, x, low=low, high=high: xp.clip(x, low, high), x)
    case("clip", lambda xp, x, m, n: xp.clip(x, min=m, max=n), x, random(*shape[-1:], high=-0.5), random(*shape[-1:], low=0.5))
    case("where", lambda xp, x, y: xp.where(xp.greater(x, y), x, y), x, x[::-1] + 0.01 if x.ndim else x - 1)
    case("where", lambda xp, x: xp.where(xp.greater(x, 0), x, 0.5), x)
    case("where", lambda xp, x: xp.where(xp.greater(x, 0), 2, x), x.astype(np.float32))
    case("full_like", lambda xp, x: xp.full_like(x, 2.5), x)
    if len(shape) >= 2:
        case("matrix_transpose", lambda xp, x: xp.matrix_transpose(x), x)
        for name, k in itertools.product(["tril", "triu"], [-5, -1, 0, 1, 2]):
            case(name, lambda xp, x, name=name, k=k: getattr(xp, name)(x, k=k), x)
case("concat", lambda xp, x, y: xp.concat([x, y], axis=None), random(3, 4), random(2))
case("concat", lambda xp, x, y: xp.concat((x, y)), random(3, 4), random(1, 4, dtype=np.float32))
case("concat", lambda xp, x, y: xp.concat([x, y], axis=-1), random(3, 4), random(3, 0))
case("moveaxis", lambda xp, x: xp.moveaxis(x, (0, 2), (-1, 0)), random(2, 3, 4))
case("permute_dims", lambda xp, x: xp.permute_dims(x, axes=(2, 0, 1)), random(2, 3, 4))
case("roll", lambda xp, x: xp.roll(x, (1, -2), axis=(0, -1)), random(3, 4))
case("roll", lambda xp, x: xp.roll(x, shift=5, axis=(0, 1)), random(3, 4))
for shape, axis in [((1,), 0), ((1, 3), 0), ((2, 1, 3), 1), ((2, 1, 3), -2), ((1, 3, 1), (0, 2)), ((1, 3, 1), (-1, 0)),
                    ((1, 3, 1), -1), ((1, 3, 1), ())]:
    case("squeeze", lambda xp, x, axis=axis: xp.squeeze(x, axis=axis), random(*shape))
case("take", lambda xp, x, i: xp.take(x, i), random(4), ordinal(3, of=4))
case("zeros_like", lambda xp, x: xp.zeros_like(x, dtype=own(x).int32), random(2, 3))

for m, n in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)),
             ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 1)),
             ((0,), (0,))]:
    case("matmul", lambda xp, a, b: xp.matmul(a, b), random(*m), random(*n))
    case("matmul", lambda xp, a, b: a @ b, random(*m, dtype=np.float32), random(*n, dtype=np.float32))
for m, n, pairs in [((3, 4), (3, 4), 2), ((2, 3, 4), (4, 2), 1), ((3,), (4,), 0), ((), (), 0),
                    ((2, 3, 4), (4, 3), ((1, 2), (1, 0))), ((2, 3, 4), (5, 4, 2), ((-1, 0), (1, -1))), ((2, 0), (0, 3), 1),
                    ((2, 3), (2, 3), ((), ()))]:
    case("tensordot", lambda xp, a, b, pairs=pairs: xp.tensordot(a, b, axes=pairs), random(*m), random(*n))
case("tensordot", lambda xp, a, b: xp.tensordot(a, b), random(3, 4, 2), random(4, 2, 5))

STANDARD = list(CASES)                   # cases of other functions follow below


# ---- Values, shapes and dtypes.

def parts(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


def described(x):
    """Whatever x is: its numbers, shape and dtype."""
    x = x.data if isinstance(x, mg.Variable) else x
    return (np.from_dlpack(x) if isinstance(x, Strict) else x), tuple(x.shape), str(x.dtype).rpartition(".")[2]


def boxed(x):
    return mg.Variable(x) if "float" in str(x.dtype) else x


@pytest.mark.parametrize("world", ["NumPy", "NumPy in Variables", "array_api_strict", "array_api_strict in Variables"])
@pytest.mark.parametrize("name", STANDARD)
def test_value_shape_and_dtype_are_those_of_numpy_and_of_the_standard(name, world):
    for call, args in CASES[name]:
        expected = parts(call(np, *args))
        given = [xps.asarray(a) for a in args] if "strict" in world else args
        if world == "array_api_strict":                    # that the call itself is as in the standard
            for e, r in zip(expected, parts(call(xps, *given)), strict=True):
                compare(r, e)
        for e, r in zip(expected, parts(call(mg, *map(boxed, given) if "Variables" in world else given)), strict=True):
            compare(r, e)


def compare(result, expected):
    numbers, shape, dtype = described(result)
    assert (shape, dtype) == described(expected)[1:]
    rtol, atol = (1e-6, 1e-7) if dtype == "float32" else (1e-13, 1e-14)
    np.testing.assert_allclose(numbers, expected, rtol=rtol, atol=atol)


# ---- Derivatives: the rules use nothing that the standard does not have.

def einsum(subscripts): return lambda xp, *xs: xp.einsum(subscripts, *xs)


for shape in [(4,), (2, 3), (2, 1, 3)]:
    x = random(*shape)
    for name in ["relu", "sigmoid", "softplus", "gelu"]:
        case(name, lambda xp, x, name=name: getattr(xp, name)(x), x)
    for name in ["softmax", "log_softmax", "logsumexp", "norm"]:
        for axis in range(-1, len(shape)):
            case(name, lambda xp, x, name=name, axis=axis: getattr(xp, name)(x, axis=axis), x)
    case("logsumexp", lambda xp, x: xp.logsumexp(x, keepdims=True), x)
    case("norm", lambda xp, x: xp.norm(x), x)
    case("norm", lambda xp, x: xp.norm(x, ord=1, axis=-1, keepdims=True), x)
    case("norm", lambda xp, x: xp.norm(x, ord=float("inf"), axis=0), x)
for offset in -1, 0, 1, 3:
    case("trace", lambda xp, x, offset=offset: xp.trace(x, offset=offset), random(2, 3, 4))
case("outer", lambda xp, a, b: xp.outer(a, b), random(3), random(4))
case("cross_entropy", lambda xp, x, i: xp.cross_entropy(x, i), random(3, 4), ordinal(3, of=4))
case("cross_entropy", lambda xp, x, p: xp.cross_entropy(x, p, axis=0), random(3, 4), random(3, 4, low=0.1))
for subscripts, shapes in [("ij,jk->ki", [(2, 3), (3, 4)]), ("ii", [(3, 3)]), ("ijj->i", [(2, 3, 3)]), ("i,j", [(3,), (4,)]),
                           ("...ij,...jk", [(5, 2, 3), (3, 4)]), ("bij,bj,bk->bik", [(2, 3, 4), (2, 4), (2, 5)])]:
    case("einsum", einsum(subscripts), *[random(*n) for n in shapes])
for options in {}, {"padding": "SAME"}, {"window_strides": (2, 1), "padding": [(1, 0), (0, 2)]}:
    case("conv", lambda xp, x, w, options=options: xp.conv(x, w, **options), random(2, 3, 4, 5), random(2, 3, 2, 3))
case("getitem", lambda xp, x: x[0, ...], random(3, 4))
case("getitem", lambda xp, x: x[::-1, 1:3], random(3, 4))
case("getitem", lambda xp, x: x[:, -1], random(3, 4))
case("getitem", lambda xp, x: x[..., 2::-2], random(3, 4))
case("getitem", lambda xp, x: x[xp.greater(x, 0)], random(3, 4))
case("getitem", lambda xp, x, i, j: x[i, j], random(3, 4), ordinal(2, 2, of=3), ordinal(2, 2, of=4))
case("scatter_add", lambda xp, x, i: xp.scatter_add(x, i, (5,)), random(4), ordinal(4, of=5))

CONSTANT = {                             # without a derivative
    "ceil", "floor", "isfinite", "isinf", "isnan", "round", "sign", "trunc", "zeros_like", "ones_like", "full_like", "equal",
    "floor_divide", "greater", "greater_equal", "less", "less_equal", "not_equal", "logical_and", "logical_or", "logical_not",
    "all", "any", "argmax", "argmin", "argsort",
}
BY_INDEX = {"take", "repeat"}            # they index one axis of several by an array, which the standard has not


def gradients(xp, call, args):
    """First and second derivatives of a sum of all results with random weights, in the arrays of the namespace xp."""
    args = [xp.asarray(a) for a in args]
    numbers = tuple(i for i, a in enumerate(args) if "float" in str(a.dtype))
    weights = [xp.asarray(random(*a.shape), dtype=a.dtype) for a in args]

    def h(*xs):
        every = [mg.sum(y * xp.asarray(random(*y.shape), dtype=y.dtype)) for y in parts(call(mg, *xs))]
        return sum(every[1:], every[0])

    def slope(*xs):
        every = [mg.sum(g * weights[i]) for i, g in zip(numbers, mg.grad(h, numbers)(*xs))]
        return sum(every[1:], every[0])
    return mg.grad(h, numbers)(*args), mg.grad(slope, numbers)(*args)


@pytest.mark.parametrize("name", [name for name in CASES if name not in BY_INDEX])
def test_first_and_second_derivatives_on_array_api_strict_are_those_on_numpy(name):
    reached = 0
    for call, args in CASES[name]:
        results = parts(call(mg, *map(boxed, args)))
        if not all(isinstance(r, mg.Variable) for r in results) or not results:
            continue
        reached += 1
        with np.errstate(all="ignore"):                    # some cases are at infinity, or at a kink such as sqrt(0)
            both = zip(gradients(np, call, args), gradients(xps, call, args))
        for ours, theirs in both:
            for a, b in zip(ours, theirs, strict=True):
                assert isinstance(b, Strict)
                compare(b, a)
    assert reached or name in CONSTANT


# ---- The namespace itself.

def test_a_variable_of_any_array_names_minigrad_as_its_namespace():
    for x in 0.5, np.ones(2), np.float32(1), xps.ones(2):
        v = mg.Variable(x)
        assert v.__array_namespace__() is v.__array_namespace__(api_version="2024.12") is mg.array_namespace(v) is mg


def test_the_standards_parameters_are_minigrads_too():
    """With the same names, defaults and places; copy and device are for arrays that can change or move, and a Variable can not."""
    for name in STANDARD:
        ours, theirs = signature(getattr(mg, name)), signature(getattr(xps, name)).parameters.values()
        placed = [p.name for p in theirs if p.kind is Parameter.POSITIONAL_ONLY]
        named = {p.name: p.default for p in theirs if p.kind is not Parameter.POSITIONAL_ONLY and p.name not in ("copy", "device")}
        ours.bind(*placed, **named)
        for p in theirs:
            if p.name in named and p.name in ours.parameters and p.default is not Parameter.empty:
                assert ours.parameters[p.name].default == p.default, f"{name}: {p.name}"


def test_every_function_of_the_standard_that_minigrad_has_is_tried_here():
    shared = {name for name in dir(xps) if not name.startswith("_") and callable(getattr(xps, name)) and hasattr(mg, name)}
    assert shared == set(STANDARD)


# ---- Without NumPy: a number is an array too.

def run(script):
    return subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=Path(mg.__file__).parents[1], capture_output=True,
                          text=True, check=True).stdout.split()


def test_without_numpy_a_function_of_numbers_has_its_derivatives_to_the_last_digits():
    printed = run("""
import sys
sys.modules["numpy"] = sys.modules["jax"] = None            # from here on, importing them raises ImportError
import minigrad as mg
from minigrad import arrays
f = lambda x: mg.sin(x) * mg.exp(x) + x ** 2
x = mg.Variable(0.5)
f(x).backward()
second, third = mg.grad(mg.grad(f)), mg.grad(mg.grad(mg.grad(f)))
for result in f(0.5), mg.grad(f)(0.5), x.grad, second(0.5), third(0.5), mg.jvp(f, (0.5,), (2.0,))[1]:
    print(type(result).__name__, repr(result))
""")
    e, s, c = math.exp(0.5), math.sin(0.5), math.cos(0.5)
    expected = [e * s + 0.25, e * (s + c) + 1, e * (s + c) + 1, 2 * e * c + 2, 2 * e * (c - s), 2 * (e * (s + c) + 1)]
    assert printed[::2] == ["float"] * len(expected)
    for result, exact in zip(map(float, printed[1::2]), expected):
        assert abs(result - exact) <= 2 * math.ulp(exact)


def test_importing_minigrad_imports_neither_numpy_nor_jax():
    assert run("import minigrad, sys; print(*sorted({'numpy', 'jax'} & set(sys.modules)))") == []


ELEMENTARY = {                           # of one number: where, the function, and its first and second derivative by hand
    "exp": (0.7, math.exp, math.exp, math.exp),
    "expm1": (0.7, math.expm1, math.exp, math.exp),
    "log": (0.7, math.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "log1p": (0.7, math.log1p, lambda x: 1 / (1 + x), lambda x: -1 / (1 + x)**2),
    "log2": (0.7, math.log2, lambda x: 1 / (x * math.log(2)), lambda x: -1 / (x**2 * math.log(2))),
    "log10": (0.7, math.log10, lambda x: 1 / (x * math.log(10)), lambda x: -1 / (x**2 * math.log(10))),
    "sqrt": (0.7, math.sqrt, lambda x: x**-0.5 / 2, lambda x: -x**-1.5 / 4),
    "square": (0.7, lambda x: x * x, lambda x: 2 * x, lambda x: 2.0),
    "reciprocal": (0.7, lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3),
    "negative": (0.7, operator.neg, lambda x: -1.0, lambda x: 0.0),
    "abs": (-0.7, math.fabs, lambda x: -1.0, lambda x: 0.0),
    "sin": (0.7, math.sin, math.cos, lambda x: -math.sin(x)),
    "cos": (0.7, math.cos, lambda x: -math.sin(x), lambda x: -math.cos(x)),
    "tan": (0.7, math.tan, lambda x: math.cos(x)**-2, lambda x: 2 * math.sin(x) / math.cos(x)**3),
    "asin": (0.7, math.asin, lambda x: (1 - x*x)**-0.5, lambda x: x * (1 - x*x)**-1.5),
    "acos": (0.7, math.acos, lambda x: -(1 - x*x)**-0.5, lambda x: -x * (1 - x*x)**-1.5),
    "atan": (0.7, math.atan, lambda x: 1 / (1 + x*x), lambda x: -2 * x / (1 + x*x)**2),
    "sinh": (0.7, math.sinh, math.cosh, math.sinh),
    "cosh": (0.7, math.cosh, math.sinh, math.cosh),
    "tanh": (0.7, math.tanh, lambda x: math.cosh(x)**-2, lambda x: -2 * math.sinh(x) / math.cosh(x)**3),
    "asinh": (0.7, math.asinh, lambda x: (x*x + 1)**-0.5, lambda x: -x * (x*x + 1)**-1.5),
    "acosh": (1.7, math.acosh, lambda x: (x*x - 1)**-0.5, lambda x: -x * (x*x - 1)**-1.5),
    "atanh": (0.7, math.atanh, lambda x: 1 / (1 - x*x), lambda x: 2 * x / (1 - x*x)**2),
    "relu": (0.7, lambda x: x, lambda x: 1.0, lambda x: 0.0),
    "softplus": (0.7, lambda x: math.log(1 + math.exp(x)), lambda x: 1 / (1 + math.exp(-x)),
                 lambda x: 1 / (2 * math.cosh(x / 2))**2),
    "sigmoid": (0.7, lambda x: 1 / (1 + math.exp(-x)), lambda x: (2 * math.cosh(x / 2))**-2,
                lambda x: -math.tanh(x / 2) / (2 * math.cosh(x / 2))**2),
    "sum": (0.7, lambda x: x, lambda x: 1.0, lambda x: 0.0), "prod": (0.7, lambda x: x, lambda x: 1.0, lambda x: 0.0),
    "max": (0.7, lambda x: x, lambda x: 1.0, lambda x: 0.0), "min": (0.7, lambda x: x, lambda x: 1.0, lambda x: 0.0),
    "mean": (0.7, lambda x: x, lambda x: 1.0, lambda x: 0.0),
}
OF_TWO = {                               # of two numbers: where, the function, and its derivative by each
    "add": (0.7, 0.4, operator.add, lambda a, b: (1, 1)),
    "subtract": (0.7, 0.4, operator.sub, lambda a, b: (1, -1)),
    "multiply": (0.7, 0.4, operator.mul, lambda a, b: (b, a)),
    "divide": (0.7, 0.4, operator.truediv, lambda a, b: (1 / b, -a / b**2)),
    "remainder": (0.7, 0.4, operator.mod, lambda a, b: (1, -1)),
    "pow": (0.7, 0.4, operator.pow, lambda a, b: (b * a**(b - 1), a**b * math.log(a))),
    "hypot": (0.7, 0.4, math.hypot, lambda a, b: (a / math.hypot(a, b), b / math.hypot(a, b))),
    "atan2": (0.7, 0.4, math.atan2, lambda a, b: (b / (a*a + b*b), -a / (a*a + b*b))),
    "logaddexp": (0.7, 0.4, lambda a, b: math.log(math.exp(a) + math.exp(b)),
                  lambda a, b: (1 / (1 + math.exp(b - a)), 1 / (1 + math.exp(a - b)))),
    "maximum": (0.7, 0.4, max, lambda a, b: (1, 0)),
    "minimum": (0.7, 0.4, min, lambda a, b: (0, 1)),
}


@pytest.fixture
def no_numpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)


def same(result, exact):
    assert type(result) is float and math.isclose(result, exact, rel_tol=5e-15, abs_tol=1e-15)


@pytest.mark.parametrize("name", ELEMENTARY)
def test_without_numpy_a_function_of_one_number_is_maths_with_the_derivatives_of_the_textbook(no_numpy, name):
    x, f, slope, curvature = ELEMENTARY[name]
    ours = getattr(mg, name)
    same(ours(x), f(x))
    same(mg.grad(ours)(x), slope(x))
    same(mg.grad(mg.grad(ours))(x), curvature(x))
    v = mg.Variable(x)
    ours(v).backward()
    same(v.grad, slope(x))


@pytest.mark.parametrize("name", OF_TWO)
def test_without_numpy_a_function_of_two_numbers_is_maths_with_the_derivatives_of_the_textbook(no_numpy, name):
    a, b, f, slopes = OF_TWO[name]
    ours = getattr(mg, name)
    same(ours(a, b), f(a, b))
    for g, exact in zip(mg.grad(ours, argnums=(0, 1))(a, b), slopes(a, b)):
        same(g, exact)
    same(mg.grad(lambda a: ours(a, b))(a), slopes(a, b)[0])
    same(mg.grad(lambda b: ours(a, b))(b), slopes(a, b)[1])


@pytest.mark.parametrize("name, exact", [("floor", -3.0), ("ceil", -2.0), ("trunc", -2.0), ("round", -2.0), ("sign", -1.0)])
def test_without_numpy_what_has_no_derivative_is_a_float_too(no_numpy, name, exact):
    same(getattr(mg, name)(-2.5), exact)
    same(getattr(mg, name)(mg.Variable(-2.5)), exact)


def test_without_numpy_what_would_make_an_array_says_that_numpy_is_needed(no_numpy):
    with pytest.raises(ImportError, match="makes an array of Python numbers, and for that NumPy is needed: pip install numpy"):
        mg.stack([0.5, 1.5])


EDGES = [-math.inf, -1000.0, -2.5, -1.5, -1.0, -0.4, -0.0, 0.0, 0.4, 0.5, 1.0, 3.5, 1000.0, math.inf, math.nan]


def same_number(ours, numpys):
    assert type(ours) in (float, bool) and (ours == pytest.approx(float(numpys), rel=1e-15) or math.isnan(ours) and math.isnan(numpys))


@pytest.mark.parametrize("name", ["abs", "sign", "floor", "ceil", "trunc", "round", "isfinite", "isinf", "isnan"])
def test_a_function_of_one_number_is_numpys_at_edges_too(name):
    for x in EDGES:
        if math.isfinite(x) or name not in ("floor", "ceil", "trunc", "round"):        # of what is infinite Python has no whole number
            same_number(getattr(scalars, name)(x), getattr(np, name)(x))
    assert math.copysign(1.0, scalars.abs(-0.0)) == 1.0


@pytest.mark.parametrize("name", ["maximum", "minimum", "logaddexp", "hypot", "atan2"])
def test_a_function_of_two_numbers_is_numpys_at_edges_too(name):
    for a, b in itertools.product(EDGES, repeat=2):
        with np.errstate(all="ignore"):
            same_number(getattr(scalars, name)(a, b), getattr(np, name)(a, b))


def test_a_single_number_has_no_axis_and_stays_as_it_is():
    for name in ["sum", "prod", "max", "min"]:
        f = getattr(scalars, name)
        assert f(2.5) == f(2.5, axis=None) == f(2.5, axis=()) == 2.5
        with pytest.raises(ValueError, match="there is no axis 0 in a single number"):
            f(2.5, axis=0)
    assert scalars.permute_dims(2.5, ()) == scalars.flip(2.5) == scalars.reshape(2.5, ()) == scalars.broadcast_to(2.5, ()) == 2.5
    assert (scalars.zeros_like(2.5), scalars.ones_like(2.5)) == (0.0, 1.0)
    assert [type(scalars.where(c, 2, 3)) for c in (True, False)] == [float, float]
    assert [scalars.where(c, 2, 3) for c in (True, False)] == [2.0, 3.0]
    assert scalars.reshape(2.5, (1, 1)).tolist() == [[2.5]] and scalars.broadcast_to(2.5, (2,)).tolist() == [2.5, 2.5]


def test_the_parameters_of_the_scalars_are_the_standards():
    for name in ["sum", "prod", "max", "min", "flip"]:
        theirs = signature(getattr(xps, name)).parameters
        for p in signature(getattr(scalars, name)).parameters.values():
            assert p.default == (theirs[p.name].default if p.name in theirs else Parameter.empty)
        assert getattr(scalars, name)(2.5) == 2.5


def test_what_the_scalars_have_not_is_numpys_but_what_python_asks_of_a_module():
    assert scalars.linspace is np.linspace and not hasattr(scalars, "__path__") and not hasattr(scalars, "__array__")
    assert not hasattr(scalars, "__version__")             # NumPy has one


def test_the_functions_that_are_tried_without_numpy_are_all_that_the_scalars_have():
    ours = {name for name in vars(scalars) if callable(vars(scalars)[name]) and name in vars(mg) and not name.startswith("_")}
    rest = {"floor", "ceil", "trunc", "round", "sign", "isfinite", "isinf", "isnan", "where", "permute_dims", "flip", "reshape",
            "broadcast_to", "zeros_like", "ones_like"}
    assert ours - rest <= set(ELEMENTARY) | set(OF_TWO)


def test_a_python_number_meets_an_array_of_the_standard():
    arrays.real.clear()
    arrays.real.add(float)
    a = xps.asarray([1.0, 2.0], dtype=xps.float32)
    assert float(mg.grad(lambda x: mg.sum(mg.multiply(x, a)))(2.0)) == 3.0
