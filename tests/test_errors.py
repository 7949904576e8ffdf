"""Bad input gets one sentence that names the shape, the dtype or the argument and says what to do, and leaves nothing behind."""
import itertools
import math
import re

import numpy as np
import pytest

import minigrad as mg
from minigrad import arraylike, arrays, core

X = np.arange(6.0).reshape(2, 3)
Y = np.ones(4)


def x(): return mg.Variable(X)
def y(): return mg.Variable(Y)
def s(): return mg.Variable(np.array(2.0))


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Neither no_grad() nor keep_values() is on after an exception, and a new computation goes as if nothing had happened."""
    before = core.switches.get()
    yield
    assert core.switches.get() == before
    leaf = mg.Variable(3.0)
    (leaf * leaf).backward()
    assert leaf.grad == 6.0 and mg.grad(mg.grad(lambda z: z ** 3))(2.0) == 12.0


def refused(error, call, *words):
    """That call raises this error, in one sentence with these words in it."""
    with pytest.raises(error) as caught:
        call()
    message = str(caught.value)
    for word in words:
        assert word in message, message
    assert "\n" not in message and 20 < len(message) < 300, message


def rule(forward=lambda a: a * 1.0, backward=lambda gy: gy):
    """A Function made by hand; its name is Mine."""
    return type("Mine", (mg.Function,), {"forward": lambda self, *xs: forward(*xs), "backward": lambda self, gy: backward(gy)})


# ---- What has no derivative.

NOT_REAL = {
    "an int": (3, ["3", "int"]), "a bool": (True, ["True", "bool"]), "a complex": (1j, ["1j", "complex"]),
    "a str": ("a", ["'a'", "str"]), "an array of int": (np.arange(3), ["int64"]), "an array of bool": (np.array([True]), ["bool"]),
    "np.int64": (np.int64(3), ["int64"]), "an array of complex": (np.ones(2) * 1j, ["complex128"]),
    "an array of objects": (np.array([1.0, None]), ["object"]), "an array of str": (np.array(["a"]), ["<U1"]),
}


@pytest.mark.parametrize("kind", NOT_REAL)
def test_only_real_numbers_may_be_differentiated_by(kind):
    data, words = NOT_REAL[kind]
    words = [*words, "give a float or a floating-point array"]
    refused(TypeError, lambda: mg.Variable(data), "the data of a Variable", *words)
    for transform in mg.grad, mg.value_and_grad, mg.jacrev, mg.hessian:
        refused(TypeError, lambda: transform(lambda z: mg.sum(z * 1.0))(data), "argument", *words)
    refused(TypeError, lambda: mg.vjp(lambda z: z, data), "argument", *words)
    refused(TypeError, lambda: mg.jvp(lambda z: z, (data,), (data,)), "argument", *words)


@pytest.mark.parametrize("data", [[1.0, 2.0], (1.0, 2.0), None, {"a": 1.0}], ids=str)
def test_what_is_no_array_is_no_data_of_a_variable(data):
    words = ["the data of a Variable", type(data).__name__, "give a float or a floating-point array"]
    refused(TypeError, lambda: mg.Variable(data), *words)


def test_a_variable_of_a_variable():
    refused(TypeError, lambda: mg.Variable(x()), "is a Variable already", "use x itself", "x.detach()")


@pytest.mark.parametrize("result, words", [
    (lambda z: 3, ["3", "int"]), (lambda z: z > 0, ["True", "bool"]), (lambda z: "a", ["'a'"]),
    (lambda z: np.arange(3)[0], ["int64"]),
    (lambda z: np.complex128(1j), ["complex128"]),
], ids=["int", "bool", "str", "int64", "complex128"])
def test_a_result_that_is_no_real_number_has_no_derivative(result, words):
    refused(TypeError, lambda: mg.grad(result)(1.0), "the result of the function", "return", *words)
    refused(TypeError, lambda: mg.vjp(result, 1.0), "the result of the function", "return", *words)


@pytest.mark.parametrize("call", [lambda: x() * 1j, lambda: 1j + x(), lambda: x() / (1 + 1j), lambda: x() - np.ones(3) * 1j,
                                  lambda: np.ones(3) * 1j * x(), lambda: mg.Variable(2.0) * 1j, lambda: mg.Variable(2.0) ** 1j,
                                  lambda: mg.matmul(x(), np.ones(3) * 1j), lambda: mg.where(X > 0, x(), 1j)])
def test_a_complex_constant_in_a_recorded_operation(call):
    refused(TypeError, call, "the result of", "complex")


def test_a_complex_constant_in_grad():
    refused(TypeError, lambda: mg.grad(lambda z: mg.sum(z * 1j))(X), "Multiply", "complex128")


# ---- Seeds and cotangents.

@pytest.mark.parametrize("error, gy, words", [
    (ValueError, None, ["(2, 3)", "pass a seed of that shape", "sum it first"]),
    (ValueError, np.ones(3), ["(3,)", "(2, 3)", "must be the same"]),
    (ValueError, 1.0, ["()", "(2, 3)", "must be the same"]),
    (ValueError, np.ones((1, 2, 3)), ["(1, 2, 3)", "(2, 3)", "must be the same"]),
    (TypeError, np.ones((2, 3)) * 1j, ["seed", "complex128", "real"]),
    (TypeError, [[1.0] * 3] * 2, ["seed", "list", "array"]),
    (TypeError, "a", ["seed", "str", "array"]),
], ids=["none", "another shape", "a number", "one axis more", "complex", "a list", "a str"])
def test_a_seed_that_does_not_fit(error, gy, words):
    leaf = x()
    refused(error, lambda: (leaf * 2.0).backward(gy), *words)
    assert leaf.grad is None


def test_a_cotangent_for_vjp_that_does_not_fit():
    tree = mg.vjp(lambda z: {"u": z * 2.0, "v": (z, z)}, 1.0)[1]
    refused(ValueError, lambda: tree({"u": 1.0}), "{'u': *}", "{'u': *, 'v': (*, *)}", "must be alike")
    refused(ValueError, lambda: tree(1.0), "{'u': *, 'v': (*, *)}", "must be alike")
    back = mg.vjp(lambda z: z * 2.0, np.ones(3))[1]
    refused(ValueError, lambda: back(np.ones(4)), "(4,)", "(3,)", "must be the same")
    refused(ValueError, lambda: back([1.0, 1.0, 1.0]), "[*, *, *]", "must be alike")
    refused(TypeError, lambda: back(np.ones(3) * 1j), "complex128", "must be real")


def test_a_tangent_for_jvp_that_does_not_fit():
    def f(z): return z * 2.0
    refused(ValueError, lambda: mg.jvp(f, (np.ones(3),), (np.ones(4),)), "tangent", "(4,)", "(3,)")
    refused(ValueError, lambda: mg.jvp(f, (np.ones(3),), (np.ones(3), np.ones(3))), "tangent")
    refused(TypeError, lambda: mg.jvp(f, (np.ones(3),), (np.ones(3) * 1j,)), "complex128", "real")
    refused(TypeError, lambda: mg.jvp(f, np.ones(3), np.ones(3)), "tuple")


# ---- Rules made by hand.

@pytest.mark.parametrize("error, backward, words", [
    (TypeError, lambda gy: (gy, gy), ["2 cotangents", "1 input", "return a tuple with one for each"]),
    (TypeError, lambda gy: (), ["0 cotangents", "1 input", "return a tuple with one for each"]),
    (ValueError, lambda gy: np.ones((5, 7)), ["(5, 7)", "(2, 3)", "return one of that shape"]),
    (ValueError, lambda gy: np.ones(()), ["()", "(2, 3)", "return one of that shape"]),
    (TypeError, lambda gy: [gy], ["list", "return"]),
    (TypeError, lambda gy: "gy", ["str", "return"]),
    (TypeError, lambda gy: gy * 1j, ["complex128", "real"]),
    (TypeError, lambda gy: (None, gy), ["2 cotangents", "1 input", "None where there is none"]),
], ids=["two", "none at all", "a shape", "a number", "a list", "a str", "complex", "None in a wrong place"])
def test_a_backward_that_returns_something_else(error, backward, words):
    leaf = x()
    refused(error, lambda: rule(backward=backward)()(leaf).backward(np.ones((2, 3))), "Mine.backward", *words)
    assert leaf.grad is None


def test_a_complex_cotangent_of_a_single_number():
    leaf = mg.Variable(1.0)
    refused(TypeError, lambda: rule(backward=lambda gy: gy * 1j)()(leaf).backward(), "Mine.backward", "complex", "real")
    assert leaf.grad is None


def test_a_backward_for_two_inputs_that_returns_one_cotangent():
    both = rule(forward=lambda a, b: a * b)()
    words = ["Mine.backward", "1 cotangent", "2 inputs", "return a tuple"]
    refused(TypeError, lambda: both(x(), x()).backward(np.ones((2, 3))), *words)


@pytest.mark.parametrize("forward, words", [
    (lambda a: [1.0, 2.0], ["list"]), (lambda a: (a, a), ["tuple"]), (lambda a: None, ["None"]), (lambda a: "a", ["str"]),
    (lambda a: np.arange(3), ["int64"]), (lambda a: a > 0, ["bool"]), (lambda a: a * 1j, ["complex128"]), (lambda a: 3, ["int"]),
], ids=["a list", "a tuple", "None", "a str", "int array", "bool array", "complex", "an int"])
def test_a_forward_that_returns_something_else(forward, words):
    refused(TypeError, lambda: rule(forward=forward)()(x()), "the result of Mine", *words)


def test_a_function_without_forward_or_backward():
    refused(NotImplementedError, lambda: type("Mine", (mg.Function,), {})()(x()), "Mine", "write def forward(self, *arrays)")
    half = type("Mine", (mg.Function,), {"forward": lambda self, a: a * 1.0})
    refused(NotImplementedError, lambda: half()(s()).backward(), "Mine", "write def backward(self, gy)")


def test_a_rule_that_fails_half_way_leaves_no_gradient():
    a, b = mg.Variable(2.0), mg.Variable(3.0)
    failing = rule(backward=lambda gy: gy / 0)()
    z = failing(a) + b * b                                 # b's cotangent is there first
    with pytest.raises(ZeroDivisionError):
        z.backward()
    assert a.grad is b.grad is None


def test_switches_are_put_back_when_what_they_hold_for_fails():
    for switch in mg.no_grad, mg.keep_values:
        with pytest.raises(ValueError), switch():
            x() + y()


def test_a_long_value_is_shown_by_its_beginning():
    assert arrays.glimpse(list(range(99))) == repr(list(range(99)))[:60] and arrays.glimpse(np.eye(2)) == "array([[1., 0.], [0., 1.]])"


# ---- What a Variable is not.

@pytest.mark.parametrize("error, call, words", [
    (TypeError, lambda: x().__setitem__(0, 1.0), ["changed in place", "mg.where", "mg.concat or mg.stack"]),
    (TypeError, lambda: np.asarray(x()), ["x.data", "mg.exp(x) or np.exp(x)"]),
    (TypeError, lambda: np.array([s(), s()]), ["mg.stack([x, y])"]),
    (ValueError, lambda: bool(x()), ["(2, 3)", "compare it first", "all() or any()"]),
    (TypeError, lambda: len(s()), ["()", "single number"]),
    (TypeError, lambda: list(s()), ["()", "single number"]),
    ((TypeError, ValueError), lambda: float(x()), ["(2, 3)"]),
    (ValueError, lambda: x().item(), ["(2, 3)"]),
    (AttributeError, lambda: x().exp(), ["no method exp", "write mg.exp(x)"]),
    (AttributeError, lambda: x().softmax(), ["no method softmax", "write mg.softmax(x)"]),
    (AttributeError, lambda: x().colour, ["no attribute 'colour'"]),
    (TypeError, lambda: type("Tensor", (mg.Variable,), {}), ["Tensor", "no subclasses", "keep a Variable as an attribute"]),
    (TypeError, lambda: mg.grad(lambda z: float(z))(1.0), ["inside mg.grad", "x.item()"]),
    (TypeError, lambda: mg.grad(math.sin)(1.0), ["write mg.sin(x) for math.sin(x)"]),
    (TypeError, lambda: mg.grad(lambda z: z.backward() or z)(1.0), ["backward() is for Variables made by hand", "mg.grad"]),
    (TypeError, lambda: mg.grad(lambda z: mg.Variable(z))(1.0), ["is a Variable already", "x.detach()"]),
    (TypeError, lambda: mg.exp([1.0, 2.0]), ["list", "pass a number, an array"]),
    (TypeError, lambda: mg.exp("a"), ["'a'", "str", "pass a number, an array"]),
    (TypeError, lambda: mg.sum([x(), x()]), ["list", "pass a number, an array"]),
], ids=["x[i] = v", "np.asarray", "np.array of two", "bool", "len", "iteration", "float", "item", "x.exp()", "x.softmax()",
        "x.colour", "subclass", "float in grad", "math in grad", "backward in grad", "Variable in grad", "exp of a list",
        "exp of a str", "sum of a list"])
def test_what_a_variable_is_not(error, call, words):
    refused(error, call, *words)


def test_a_function_of_another_library_gets_advice_in_a_note():
    jnp = pytest.importorskip("jax.numpy", reason="compares with JAX: pip install jax")
    with pytest.raises(TypeError) as caught:
        mg.grad(jnp.sin)(1.0)
    assert any("mg.sin for jnp.sin" in note for note in caught.value.__notes__)


# ---- Shapes that do not go together.

SHAPES = ["(2, 3)", "(4,)"]
PAIRS = {
    "a + b": lambda a, b: a + b, "a - b": lambda a, b: a - b, "a * b": lambda a, b: a * b, "a / b": lambda a, b: a / b,
    "a ** b": lambda a, b: a ** b, "a % b": lambda a, b: a % b, "np.add": np.add, "np.maximum": np.maximum, "maximum": mg.maximum,
    "minimum": mg.minimum, "hypot": mg.hypot, "atan2": mg.atan2, "logaddexp": mg.logaddexp, "clip": mg.clip,
    "where": lambda a, b: mg.where(X > 0, a, b),
}


@pytest.mark.parametrize("kind", ["Variable, Variable", "Variable, array", "array, Variable", "in grad", "JAX arrays"])
@pytest.mark.parametrize("name", PAIRS)
def test_shapes_that_do_not_broadcast_are_both_named(name, kind):
    f = PAIRS[name]
    call = {"Variable, Variable": lambda: f(x(), y()), "Variable, array": lambda: f(x(), Y), "array, Variable": lambda: f(X, y()),
            "in grad": lambda: mg.grad(lambda a: mg.sum(f(a, Y)))(X)}.get(kind)
    if kind == "JAX arrays":
        jnp = pytest.importorskip("jax.numpy", reason="compares with JAX: pip install jax")

        def call(): f(mg.Variable(jnp.ones((2, 3))), mg.Variable(jnp.ones(4)))
    refused(ValueError, call, *SHAPES, "they do not broadcast", "from the last axis back the lengths must be equal or 1")


@pytest.mark.parametrize("shapes", [((), ()), ((), (4,)), ((1,), (3,)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 1, 3), (4, 1)), ((0,), (1,)),
                                    ((3,), (3,), (2, 3)), ((2, 3), (4,)), ((2,), (2, 3)), ((0,), (2,)), ((1, 2), (3, 3)),
                                    ((3,), (1,), (2,)), ((2, 2), (3, 1, 2)), ((2, 1), (3, 1))], ids=str)
def test_the_shapes_are_named_if_and_only_if_they_do_not_broadcast(shapes):
    try:
        np.broadcast_shapes(*shapes)
        fit = True
    except ValueError:
        fit = False
    assert (mg.Add().mismatch(*shapes) is None) is fit
    assert (mg.Where(np.array(True)).mismatch(*shapes) is None) is fit


@pytest.mark.parametrize("m, n", [*itertools.product([(), (3,), (2, 3), (3, 3), (3, 2), (4, 2, 3), (2, 3, 3), (1, 3, 2), (2, 1, 2, 3)],
                                                     repeat=2)], ids=str)
def test_the_shapes_of_matrices_are_named_if_and_only_if_they_do_not_fit(m, n):
    try:
        np.matmul(np.zeros(m), np.zeros(n))
        fit = True
    except ValueError:
        fit = False
    assert (mg.Matmul().mismatch(m, n) is None) is fit


def test_the_condition_of_where_is_named_too():
    refused(ValueError, lambda: mg.where(np.ones(5, dtype=bool), x(), 0.0), "(5,)", "(2, 3)", "do not broadcast")


@pytest.mark.parametrize("compare", [lambda a, b: a < b, lambda a, b: a == b, lambda a, b: a // b, mg.logical_and])
def test_shapes_that_do_not_compare_are_both_named(compare):
    refused(ValueError, lambda: compare(x(), y()), "(2,3)", "(4,)")          # NumPy's own sentence


@pytest.mark.parametrize("error, call, words", [
    (ValueError, lambda: x() @ y(), ["(2, 3)", "(4,)", "the last axis of the first must be as long as"]),
    (ValueError, lambda: X @ y(), ["(2, 3)", "(4,)", "the last axis of the first must be as long as"]),
    (ValueError, lambda: np.matmul(x(), Y), ["(2, 3)", "(4,)", "the last axis of the first must be as long as"]),
    (ValueError, lambda: x() @ x(), ["(2, 3), (2, 3)", "the last axis of the first must be as long as"]),
    (ValueError, lambda: x() @ s(), ["(2, 3)", "()", "with *"]),
    (ValueError, lambda: mg.Variable(np.ones((2, 3, 4))) @ np.ones((3, 4, 5)), ["(2, 3, 4)", "(3, 4, 5)", "broadcast"]),
    (ValueError, lambda: mg.tensordot(x(), y(), 1), ["(2, 3)", "(4,)", "different lengths"]),
    (ValueError, lambda: mg.tensordot(x(), y(), 3), ["3 axes", "(2, 3)", "(4,)"]),
    (ValueError, lambda: mg.outer(x(), y()), ["(2, 3)", "(4,)", "two vectors"]),
    (ValueError, lambda: mg.concat([x(), y()]), ["(2, 3)", "(4,)", "concat"]),
    (ValueError, lambda: mg.concat([x(), np.ones((2, 4))]), ["(2, 3)", "(2, 4)", "concat"]),
    (ValueError, lambda: mg.concat([s(), s()]), ["()", "mg.stack"]),
    (ValueError, lambda: mg.concat([]), ["concat", "at least one array"]),
    (ValueError, lambda: mg.stack([x(), y()]), ["(2, 3)", "(4,)", "one shape"]),
    (ValueError, lambda: mg.squeeze(x(), 0), ["axis 0", "(2, 3)"]),
    (ValueError, lambda: mg.expand_dims(x(), 5), ["axis 5"]),
    (ValueError, lambda: mg.permute_dims(x(), (0, 0)), ["(0, 0)", "twice"]),
    (ValueError, lambda: mg.permute_dims(x(), (1,)), ["permute_dims", "(2, 3)"]),
    (ValueError, lambda: mg.moveaxis(x(), (0, 1), 0), ["2 axes in source", "1 in destination"]),
    (ValueError, lambda: y().mT, ["(4,)", "at least two axes"]),
    (ValueError, lambda: mg.trace(y()), ["(4,)", "at least two axes"]),
    (ValueError, lambda: mg.cumulative_sum(x()), ["(2, 3)", "needs an axis"]),
    (ValueError, lambda: mg.take(x(), [0]), ["(2, 3)", "needs an axis"]),
    (ValueError, lambda: mg.sum(x(), axis=5), ["axis 5", "2"]),
    (ValueError, lambda: mg.max(x(), axis=(0, 0)), ["axis"]),
    (ValueError, lambda: mg.reshape(x(), (4, 2)), ["6", "(4,2)"]),
    (ValueError, lambda: mg.broadcast_to(x(), (4, 3)), ["(2,3)", "(4,3)"]),
    (TypeError, lambda: mg.full_like(x(), s()), ["full_like", "mg.broadcast_to"]),             # s would lose its history
    (NotImplementedError, lambda: mg.gelu(x(), approximate=False), ["erf", "use approximate=True"]),
    (ValueError, lambda: mg.norm(x(), 2), ["ord 2", "norm of matrices", "give one axis"]),
    (ValueError, lambda: mg.norm(x(), 1, axis=(0, 1)), ["ord 1", "norm of matrices", "give one axis"]),
    (ValueError, lambda: mg.norm(x(), "nuc"), ["nuc", "norm of matrices"]),
    (ValueError, lambda: mg.norm(y(), 3), ["ord 3", "None, 1, 2, inf"]),
    (ValueError, lambda: mg.cross_entropy(x(), np.array([0, 1, 2])), ["(3,)", "(2, 3)", "(2,)"]),
    (ValueError, lambda: mg.cross_entropy(x(), np.ones(3)), ["(3,)", "(2, 3)", "equal"]),
    (ValueError, lambda: mg.take_along_axis(x(), np.zeros((2, 3), dtype=int), axis=2), ["no axis 2", "2 axes"]),
    (ValueError, lambda: mg.tensordot(x(), y(), axes=2), ["tensordot over 2 axes", "(2, 3)", "(4,)"]),
    (ValueError, lambda: mg.outer(y(), x()), ["two vectors", "(4,)", "(2, 3)"]),
    (ValueError, lambda: mg.conv(x(), x()), ["(2, 3)", "(batch, channels, *lengths)"]),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_does_not_fit_is_named(error, call, words):
    refused(error, call, *words)


IMAGES = np.ones((1, 2, 5, 5))


@pytest.mark.parametrize("error, filters, options, words", [
    (ValueError, (1, 3, 2, 2), {}, ["(1, 2, 5, 5)", "(1, 3, 2, 2)", "same channels"]),
    (ValueError, (1, 2, 2), {}, ["(1, 2, 5, 5)", "(1, 2, 2)", "number of lengths"]),
    (ValueError, (1, 2, 7, 2), {}, ["(7, 2)", "(5, 5)", "does not fit"]),
    (ValueError, (1, 2, 2, 2), {"window_strides": (1,)}, ["window_strides", "2 axes"]),
    (ValueError, (1, 2, 2, 2), {"padding": "FULL"}, ["'FULL'", "'VALID'", "'SAME'", "a pair (before, after)"]),
    (ValueError, (1, 2, 2, 2), {"padding": [(1, 1)]}, ["[(1, 1)]", "a pair (before, after)"]),
    ((TypeError, ValueError), (1, 2, 2, 2), {"padding": (1, 1)}, ["(1, 1)", "a pair (before, after)"]),
    ((TypeError, ValueError), (1, 2, 2, 2), {"padding": [(-1, 0), (0, 0)]}, ["padding", "-1"]),
    ((TypeError, ValueError), (1, 2, 2, 2), {"window_strides": 2}, ["window_strides", "2"]),
    (ValueError, (1, 2, 2, 2), {"window_strides": (0, 1)}, ["window_strides", "(0, 1)"]),
], ids=["channels", "axes", "too big", "strides", "padding FULL", "padding of one axis", "padding of numbers", "negative padding",
        "one stride", "a stride of 0"])
def test_conv_says_what_does_not_fit(error, filters, options, words):
    refused(error, lambda: mg.conv(mg.Variable(IMAGES), np.ones(filters), **options), "conv", *words)


@pytest.mark.parametrize("subscripts, operands, words", [
    ("ij,jk", [X], ["2 operands", "1 "]), ("ij,jk->ik", [X, Y], ["'jk'", "(4,)"]), ("ijk", [X], ["'ijk'", "(2, 3)"]),
    ("ij,jk->ik", [X, X], ["'j'", "3 and 2"]), ("ii", [X], ["'i'", "2 and 3"]), ("ij->k", [X], ["'k'", "in an operand too"]),
    ("ij->ii", [X], ["'i'", "once"]), ("i1->i", [X], ["'i1'", "letters"]), ("...->", [X], ["'...'", "missing"]),
    ("...1->...", [X], ["'...1'", "letters"]), ("ijk...", [X], ["'ijk...'", "(2, 3)"]), ("i", [X], ["'i'", "(2, 3)"]),
], ids=lambda value: value if isinstance(value, str) else "")
def test_einsum_says_what_is_wrong_with_the_subscripts(subscripts, operands, words):
    refused(ValueError, lambda: mg.einsum(subscripts, *map(mg.Variable, operands)), "einsum", repr(subscripts), *words)


# ---- Transforms.

@pytest.mark.parametrize("error, call, words", [
    (ValueError, lambda: mg.grad(lambda z: z * 2.0)(np.ones(3)), ["(3,)", "a single number", "sum it", "jacrev or vjp"]),
    (ValueError, lambda: mg.value_and_grad(lambda z: (z, z))(1.0), ["((), ())", "a single number"]),
    (ValueError, lambda: mg.grad(lambda z: None)(1.0), ["None", "a single number"]),
    (TypeError, lambda: mg.grad(lambda a, b: a * b, argnums=2)(1.0, 2.0), ["argnums is 2", "2 positional arguments"]),
    (TypeError, lambda: mg.grad(lambda a, b: a * b, argnums=-3)(1.0, 2.0), ["argnums is -3", "2 positional arguments"]),
    (TypeError, lambda: mg.grad(lambda a, b: a * b, argnums=(0, 5))(1.0, 2.0), ["(0, 5)", "2 positional arguments"]),
    (TypeError, lambda: mg.jacrev(lambda a: a, argnums=1)(1.0), ["argnums is 1", "1 positional argument"]),
    (TypeError, lambda: mg.grad(lambda a: a)(a=1.0), ["argnums is 0", "0 positional arguments"]),
    (TypeError, lambda: mg.grad(lambda a, b: a * b, argnums="a")(1.0, 2.0), ["argnums", "'a'"]),
    (TypeError, lambda: mg.grad(lambda a, b: a * b, argnums=1.0)(1.0, 2.0), ["argnums", "1.0"]),
    ((TypeError, ValueError), lambda: mg.grad(lambda a, b: a * b, argnums=(0, 0))(1.0, 2.0), ["argnums", "(0, 0)", "twice"]),
    ((TypeError, ValueError), lambda: mg.grad(lambda a, b: a * b, argnums=(0, -2))(1.0, 2.0), ["argnums", "(0, -2)", "twice"]),
    (TypeError, lambda: mg.grad(lambda z: z, has_aux=True)(1.0), ["has_aux", "a pair (y, aux)", "Variable"]),
    (TypeError, lambda: mg.vjp(lambda z: (z, 1, 2), 1.0, has_aux=True), ["has_aux", "a pair (y, aux)"]),
], ids=["of many numbers", "of a pair", "of nothing", "argnums 2", "argnums -3", "argnums (0, 5)", "argnums 1", "by keyword",
        "argnums 'a'", "argnums 1.0", "argnums (0, 0)", "argnums (0, -2)", "has_aux", "has_aux of three"])
def test_a_transform_says_what_it_needs(error, call, words):
    refused(error, call, *words)


# ---- What minigrad has not.

@pytest.mark.parametrize("name", ["inv", "linalg", "svd", "det", "solve", "fft", "sort", "erf", "conj"])
def test_what_is_out_of_scope_says_so(name):
    refused(AttributeError, lambda: getattr(mg, name), name, "out of its scope", "Function with forward and backward", "JAX")
    assert not hasattr(mg, name)


def test_what_is_out_of_scope_is_no_method_of_a_variable_either():
    with pytest.raises(AttributeError, match=re.escape("a Variable has no attribute 'inv'")):
        x().inv()


# ---- Habits from other libraries.

@pytest.mark.parametrize("name, words", arraylike.HABITS.items())
def test_a_habit_on_a_variable_is_told_what_to_write_here(name, words):
    refused(AttributeError, lambda: getattr(x(), name), f"a Variable has no {name}: {words}")


@pytest.mark.parametrize("name, words", mg.HABITS.items())
def test_a_habit_on_the_module_is_told_what_to_write_here(name, words):
    refused(AttributeError, lambda: getattr(mg, name), f"minigrad has no {name}: write {words}")
    for write in re.findall(r"mg\.(\w+)", words):
        assert callable(getattr(mg, write))


@pytest.mark.parametrize("name", ["create_graph", "retain_graph", "retain_grad"])
def test_backward_takes_a_seed_alone(name):
    refused(TypeError, lambda: mg.sum(x()).backward(**{name: True}), f"a seed and no {name}", "can be called again as it is", "mg.grad(mg.grad(f))")
