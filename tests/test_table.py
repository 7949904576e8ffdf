"""Every function with a derivative has a row in the table, and agrees with every witness on every sample of it."""
import dataclasses
import importlib
import pkgutil
import re
from contextlib import nullcontext

import numpy as np
import pytest

import minigrad as mg
from minigrad import Function, Variable, core, functions
from minigrad.checking import BOUNDS, check_row, compare, table
from minigrad.checking.compare import Ours, backward_pass, distance, of_arrays, random_like
from minigrad.checking.rows import as_arrays
from minigrad.transforms import leaves

PUBLIC = {name: getattr(functions, name) for module in pkgutil.iter_modules(functions.__path__)
          for name in getattr(importlib.import_module(f"minigrad.functions.{module.name}"), "__all__", ())}
CLASSES = {name: f for name, f in PUBLIC.items() if isinstance(f, type)}
WITHOUT_DERIVATIVE = {
    **dict.fromkeys(["equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "floor_divide", "logical_and",
                     "logical_or", "full_like"], 2),
    **dict.fromkeys(["floor", "ceil", "round", "trunc", "sign", "isfinite", "isinf", "isnan", "argmax", "argmin", "argsort",
                     "logical_not", "all", "any", "zeros_like", "ones_like"], 1)}              # and how many arguments they take

jax = compare.import_jax()
X64_AT_START = jax and jax.config.jax_enable_x64
with_jax = pytest.mark.skipif(jax is None, reason="compares with JAX: pip install jax")
each_row = pytest.mark.parametrize("row", table.values(), ids=list(table))


@pytest.fixture
def without_jax(monkeypatch):
    monkeypatch.setattr(compare, "import_jax", lambda: None)


def calls(row):
    """(f, arrays) for each sample of a row: f takes a list of arrays and returns a list."""
    return [of_arrays(getattr(mg, row.name), *sample) for sample in row.samples]


def rng():
    return np.random.default_rng(1)


# ---- The table is complete.

def test_every_function_has_a_row_or_no_derivative():
    assert {name for name in PUBLIC if name not in CLASSES} == table.keys() | WITHOUT_DERIVATIVE.keys()
    assert not table.keys() & WITHOUT_DERIVATIVE.keys()


@pytest.mark.parametrize("name", PUBLIC)
def test_a_function_goes_by_its_name_and_says_what_it_does(name):
    f = PUBLIC[name]
    assert f.__name__ == f.__qualname__ == name and (name in CLASSES or f.__doc__)
    if name in WITHOUT_DERIVATIVE and "no derivative" in f.__doc__:
        assert f.__doc__.startswith(f"{name} as in the Array API standard")


@pytest.mark.parametrize("name", WITHOUT_DERIVATIVE)
def test_what_has_no_row_gives_bare_arrays(name):
    y = getattr(mg, name)(*[Variable(np.array([1.5, -2.0])), 2.0][:WITHOUT_DERIVATIVE[name]])
    assert isinstance(y, (np.ndarray, np.generic))


@each_row
def test_a_row_has_samples_enough(row):
    assert len(row.samples) >= 8
    assert row.domain.en and row.domain.ko
    moving = [arrays for _, arrays in calls(row) if any(a.size > 1 for a in arrays)]
    assert len(moving) >= 4, "of the samples at least four must have several numbers"


@pytest.fixture(scope="module")
def reached():
    """{class of Function: a row of one sample only, in which it is called and sends back more than zeros}."""
    found = {}
    for row in table.values():
        for i, (f, arrays) in enumerate(calls(row)):
            boxes = [Variable(a) for a in arrays]
            try:
                starts = [(core.source(y), random_like(y.data, rng())) for y in f(boxes) if type(y) is Variable]
            except Exception:            # the row's own test says so
                continue

            def watch(call, gy, gxs):
                if any(g is not None and np.any(core.bare(g)) for g in gxs):
                    found.setdefault(type(call), dataclasses.replace(row, samples=(row.samples[i],)))
            if starts:
                core.sweep(*zip(*starts), watch)
    return found


def test_every_class_of_function_is_reached_by_a_row(reached):
    assert set(CLASSES.values()) == reached.keys()


@each_row
def test_a_rule_keeps_no_array_that_its_backward_does_not_read(row, monkeypatch):
    f, arrays = max(calls(row), key=lambda pair: sum(a.size for a in pair[1]))

    def backward(watch=None):
        starts = [(core.source(y), random_like(y.data, rng())) for y in f([Variable(a) for a in arrays]) if type(y) is Variable]
        if starts:                       # not so for stop_gradient
            core.sweep(*zip(*starts), watch)
    rules = set()
    backward(lambda call, gy, gxs: any(s is None for s in call.sources) or rules.add(type(call)))      # nothing is read for a constant
    for rule in rules:
        for letter in rule.needs:
            with monkeypatch.context() as patch:
                patch.setattr(rule, "needs", rule.needs.replace(letter, ""))
                with pytest.raises(AttributeError):
                    backward()


@each_row
def test_a_call_records_its_inputs_in_the_order_of_the_arguments(row):
    for f, arrays in calls(row):
        boxes = [Variable(a) for a in arrays]
        for y in f(boxes):
            if type(y) is Variable and y.creator and all(type(s) is Variable for s in y.creator.sources):
                places = [next(i for i, x in enumerate(boxes) if x is s) for s in y.creator.sources]
                assert places == sorted(places)


# ---- Every row agrees.

@each_row
def test_a_row_agrees_with_every_witness(row, record_property):
    verdict = check_row(row)
    record_property("proof", (row.name, (verdict.samples, verdict.errors)))                # for conftest.py, which prints it in the end
    assert verdict.agrees, "\n".join(verdict.failures)
    assert (verdict.name, verdict.samples) == (row.name, len(row.samples))
    asked = {"numerical": row.numerical, "complex_step": row.analytic, "jax_vjp": jax is not None, "second_order": jax is not None}
    answered = {witness: error for witness, error in verdict.errors.items() if error is not None}
    assert answered.keys() == {witness for witness in asked if asked[witness]}
    assert all(error <= BOUNDS[witness] for witness, error in answered.items())


def conv_by_hand(lhs, rhs, window_strides=None, padding="VALID"):
    lengths, window = lhs.shape[2:], rhs.shape[2:]
    steps = window_strides or [1] * len(lengths)
    if padding == "SAME":
        missing = [max(((n + s - 1) // s - 1) * s + k - n, 0) for n, k, s in zip(lengths, window, steps)]
        padding = [(m // 2, (m + 1) // 2) for m in missing]
    elif padding == "VALID":
        padding = [(0, 0)] * len(lengths)
    x = np.pad(lhs, [(0, 0), (0, 0), *padding])
    places = [(n - k) // s + 1 for n, k, s in zip(x.shape[2:], window, steps)]
    y = np.zeros((len(lhs), len(rhs), *places))
    for place in np.ndindex(*places):
        seen = x[(slice(None), slice(None), *[slice(p * s, p * s + k) for p, s, k in zip(place, steps, window)])]
        y[(slice(None), slice(None), *place)] = np.tensordot(seen, rhs, [range(1, seen.ndim)] * 2)
    return y


def softmax_by_hand(x, axis=-1):
    e = np.exp(x - np.max(x, axis, keepdims=True, initial=-np.inf))
    return e / np.sum(e, axis, keepdims=True)


def cross_entropy_by_hand(logits, labels, axis=-1):
    logits = np.moveaxis(logits, axis, -1)
    right = np.moveaxis(labels, axis, -1) if labels.dtype.kind == "f" else labels[..., None] == np.arange(logits.shape[-1])
    shifted = logits - np.max(logits, -1, keepdims=True, initial=-np.inf)
    logs = shifted - np.log(np.sum(np.exp(shifted), -1, keepdims=True))
    return -np.sum(right * logs, -1)


def logsumexp_by_hand(x, axis=None, keepdims=False):
    return np.logaddexp.reduce(x, axis=tuple(range(x.ndim)) if axis is None else axis, keepdims=keepdims)


def scatter_add_by_hand(x, key, shape):
    y = np.zeros(shape)
    np.add.at(y, as_arrays(key), x)
    return y


BY_HAND = {                              # what NumPy has under another name, or not at all
    "relu": lambda x: np.maximum(x, 0), "softplus": lambda x: np.logaddexp(x, 0), "sigmoid": lambda x: np.exp(-np.logaddexp(-x, 0)),
    "gelu": lambda x, approximate=True: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3))),
    "logsumexp": logsumexp_by_hand, "softmax": softmax_by_hand, "cross_entropy": cross_entropy_by_hand,
    "log_softmax": lambda x, axis=-1: x - logsumexp_by_hand(x, axis, True), "norm": np.linalg.norm, "trace": np.linalg.trace,
    "conv": conv_by_hand, "getitem": lambda x, key: x[as_arrays(key)], "scatter_add": scatter_add_by_hand, "stop_gradient": lambda x: x,
}


@each_row
def test_a_value_is_numpys(row):
    for sample in [*row.samples, *[convention.sample for convention in row.conventions]]:
        with np.errstate(all="ignore"):
            ours = leaves(getattr(mg, row.name)(*sample.args, **sample.options))
            expected = BY_HAND.get(row.name, getattr(np, row.name, None))(*sample.args, **sample.options)
        for y, e in zip(ours, expected if isinstance(expected, tuple) else [expected], strict=True):
            assert np.shape(y) == np.shape(e) and distance(y, e) < 1e-13, sample


def calls_of(y):
    """The calls that led to a Variable."""
    found = []
    core.sweep([y.creator], [np.ones(y.shape)], lambda call, gy, gxs: found.append(call))
    return found


@pytest.mark.parametrize("sample", table["einsum"].samples, ids=lambda sample: sample.args[0])
def test_einsum_makes_nothing_that_is_larger_than_the_operands_and_the_result(sample):
    subscripts, *operands = sample.args
    y = mg.einsum(subscripts, *map(Variable, operands))
    largest = max(x.size for x in [*operands, y])
    if y.creator:
        assert all(np.prod(call.spec[0]) <= largest for call in calls_of(y))


@pytest.mark.parametrize("subscripts", ["ij,jk->ik", "ij,jk,kl->il", "ij,jk->ki", "ijk,jk->i"])
def test_einsum_sums_within_its_products(subscripts):
    y = mg.einsum(subscripts, *[Variable(np.ones((2,) * len(part))) for part in subscripts.partition("->")[0].split(",")])
    assert mg.Matmul in map(type, calls_of(y)) and mg.Sum not in map(type, calls_of(y))


def test_a_whole_number_of_repetitions_is_a_broadcast():
    types = set(map(type, calls_of(mg.repeat(Variable(np.ones(3)), 2))))
    assert mg.BroadcastTo in types and mg.Take not in types


def test_a_variable_as_condition_is_a_constant():
    x = Variable(np.array([1.0, 0.0]))
    y = mg.where(x, 2 * x, 3.0)
    assert y.data.tolist() == [2.0, 3.0] and mg.expand_dims(x).shape == (1, 2)
    y.backward(np.ones(2))
    assert x.grad.tolist() == [2.0, 0.0]


def test_diff_puts_arrays_before_and_behind_and_differentiates_by_them():
    before, x, behind = rng().normal(size=(1, 3)), rng().normal(size=(2, 3)), rng().normal(size=(2, 3))
    y, back = mg.vjp(lambda *xs: mg.diff(xs[1], axis=0, prepend=xs[0], append=xs[2]), before, x, behind)
    assert np.array_equal(y, np.diff(x, axis=0, prepend=before, append=behind))
    assert np.array_equal(np.concatenate(back(y)), mg.grad(lambda z: mg.sum(mg.diff(z, axis=0) * y))(np.concatenate([before, x, behind])))


@pytest.mark.parametrize("name", ["sum", "prod", "cumulative_sum"])
def test_no_dtype_is_converted_where_none_is_asked_for(name):
    x = Variable(np.ones(3))
    assert getattr(mg, name)(x).creator.sources == (x,)
    assert type(getattr(mg, name)(x, dtype=np.float32).creator.sources[0]) is mg.Astype


def test_the_class_of_one_example_may_be_pythons_int():
    logits = np.array([0.5, 2.0, -1.0])
    assert mg.cross_entropy(logits, 1) == mg.cross_entropy(logits, np.array(1))
    assert np.array_equal(mg.grad(mg.cross_entropy)(logits, 1), mg.grad(mg.cross_entropy)(logits, np.array(1)))


@pytest.mark.parametrize("sample", table["getitem"].samples, ids=lambda sample: str(sample.args[1]).replace("\n", ""))
def test_a_basic_key_is_one_that_numpy_answers_with_a_view(sample):
    x, key = np.zeros(sample.args[0].shape), as_arrays(sample.args[1])
    parts = key if isinstance(key, tuple) else (key,)
    view = x[parts if any(part is ... for part in parts) else (*parts, ...)].base is x
    assert importlib.import_module("minigrad.functions.indexing").is_basic(key) is view


def test_the_cotangent_of_one_matrix_for_a_whole_batch_is_one_product(monkeypatch):
    shapes, products = [], importlib.import_module("minigrad.functions.products")
    reshape = products.reshape
    monkeypatch.setattr(products, "reshape", lambda x, shape: shapes.append(shape) or reshape(x, shape))
    for m, n, expected in [((2, 3, 4), (4, 5), [(6, 4), (6, 5)]), ((3, 4), (2, 4, 5), []), ((2, 3, 4), (2, 4, 5), []), ((3, 4), (4, 5), [])]:
        a, b = Variable(np.ones(m)), Variable(np.ones(n))
        (a @ b).backward(np.ones(np.matmul(a.data, b.data).shape))
        assert shapes == expected
        shapes.clear()


@pytest.mark.parametrize("name", ["softmax", "logsumexp", "log_softmax", "cross_entropy"])
def test_the_largest_entry_that_is_taken_off_is_a_constant(name):
    x, calls = Variable(np.array([[1.0, 2.0]])), set()
    y = getattr(mg, name)(x, np.array([1])) if name == "cross_entropy" else getattr(mg, name)(x, axis=-1)
    core.sweep([y.creator], [np.ones(y.shape)], lambda call, gy, gxs: calls.add(type(call)))
    assert calls and mg.Max not in calls


@each_row
def test_the_conventions_of_a_row_are_minigrads(row):
    for convention in row.conventions:
        f, arrays = of_arrays(getattr(mg, row.name), *convention.sample)
        values, back = mg.vjp(f, arrays)
        with np.errstate(divide="ignore"):                 # for the convention that sqrt'(0) is inf
            same_gradients(back([np.ones_like(y) for y in values])[0], convention.ours)
        assert convention.text.en and convention.text.ko


@with_jax
@each_row
def test_the_conventions_of_a_row_are_jaxs_or_differ_as_stated(row):
    for convention in row.conventions:
        with jax.enable_x64(True):
            f, arrays = of_arrays(row.twin(jax), *convention.sample)
            values, back = jax.vjp(f, arrays)
            same_gradients(back([jax.numpy.ones_like(y) for y in values])[0], convention.jax or convention.ours)


def same_gradients(gradients, expected):
    assert len(gradients) == len(expected)
    for g, e in zip(gradients, expected):
        np.testing.assert_allclose(g, e, rtol=1e-14, atol=0)


@with_jax
@each_row
def test_third_order_and_jvp_of_jvp_agree_with_jax(row):
    sample = max(row.samples, key=lambda s: sum(a.size for a in of_arrays(None, *s)[1]))
    f, arrays = of_arrays(getattr(mg, row.name), *sample)
    twin, _ = of_arrays(row.twin(jax), *sample)
    cotangents = [random_like(np.asarray(y, dtype=float), rng()) for y in f(arrays)]
    twists = [random_like(a, rng()) for a in arrays]

    def derivatives(library, f, arrays):
        def first(arrays):
            return backward_pass(f, library.vjp)(arrays, cotangents)

        def second(arrays):
            return backward_pass(first, library.vjp)(arrays, twists)

        def along(arrays):
            return library.jvp(f, (arrays,), (twists,))[1]
        return backward_pass(second, library.vjp)(arrays, twists), library.jvp(along, (arrays,), (twists,))[1]
    def agree(ours, theirs):
        return all(distance(a, b) < 1e-10 for mine, their in zip(ours, theirs) for a, b in zip(mine, their, strict=True))
    ours = derivatives(mg, f, arrays)
    with compare.float64_on_cpu(jax):
        theirs = compare.compile_quickly(jax, lambda arrays: derivatives(jax, twin, arrays), arrays)(arrays)
        if not agree(ours, theirs):      # the compiler of JAX 0.8 makes a mistake in conv; step by step it has none
            theirs = derivatives(jax, twin, [jax.numpy.asarray(a) for a in arrays])
    assert agree(ours, theirs)


# ---- What is true of any gradient, checked on every sample.

@each_row
def test_no_argument_is_changed(row):
    for (f, arrays), sample in zip(calls(row), row.samples):
        everything = [x for x in leaves((sample.args, sample.options)) if isinstance(x, np.ndarray)]
        before = [x.copy() for x in everything]
        ours = Ours(f, arrays, rng())
        cotangents = [np.copy(g) for g in ours.cotangents]
        ours.differentiate_again()
        assert all(np.array_equal(a, b) for a, b in zip(everything + ours.cotangents, before + cotangents))


@each_row
def test_gradients_share_no_memory(row):
    for f, arrays in calls(row):
        ours = Ours(f, arrays, rng())
        for i, g in enumerate(ours.gradients):
            for other in [*ours.gradients[:i], *arrays, *ours.cotangents, *ours.values]:
                assert not np.shares_memory(g, other)


@pytest.mark.parametrize("kind, bound", [(np.float32, 1e-5), (np.float16, 2e-2)])
@each_row
def test_a_dtype_stays_what_it_is(row, kind, bound):
    for (f, arrays), sample in zip(calls(row), row.samples):
        if "dtype" in sample.options or row.name == "astype":
            continue
        if kind == np.float16 and any(np.any(np.abs(a) > 100) for a in arrays):            # float16 ends at 65,504
            continue
        double = Ours(f, arrays, rng())
        single = Ours(f, [a.astype(kind) for a in arrays], rng())
        assert {y.dtype for y in single.values} | {g.dtype for g in single.gradients} == {np.dtype(kind)}
        for a, b in zip(single.values + single.gradients, double.values + double.gradients):
            assert distance(a, b) < bound


@each_row
def test_the_backward_pass_is_linear(row):
    for f, arrays in calls(row):
        values, back = mg.vjp(f, arrays)
        random = rng()
        one, two = [random_like(y, random) for y in values], [random_like(y, random) for y in values]
        both = back([2 * a - 4 * b for a, b in zip(one, two)])[0]
        for g, a, b in zip(both, back(one)[0], back(two)[0]):
            assert distance(g, 2 * a - 4 * b) < 1e-12
        assert not any(np.any(g) for g in back([0 * a for a in one])[0])


@each_row
def test_a_python_float_is_an_array_of_shape_0d(row):
    for f, arrays in calls(row):
        if arrays and all(a.shape == () and a.dtype == np.float64 for a in arrays):
            array, number = Ours(f, arrays, rng()), Ours(f, [float(a) for a in arrays], rng())
            assert all(np.shape(g) == () for g in number.gradients)
            for a, b in zip(array.values + array.gradients, number.values + number.gradients):
                assert distance(a, b) < 1e-14


def test_a_constant_exponent_costs_no_comparison(monkeypatch):
    def refuse(*args):
        raise AssertionError("compared")
    monkeypatch.setattr(importlib.import_module("minigrad.functions.arithmetic"), "where", refuse)
    for exponent in 3, 0.5, 0:
        assert mg.grad(lambda x: mg.sum(x ** exponent))(np.array([4.0])) == exponent * 4.0 ** (exponent - 1)


# ---- The check itself is checked.

def scaled(backward, factor):
    """A rule's backward with every cotangent off by a factor."""
    def wrong(g):
        return None if g is None else (lambda: factor * g()) if callable(g) else factor * g

    def scaled_backward(self, gy):
        gxs = backward(self, gy)
        return tuple(map(wrong, gxs)) if type(gxs) is tuple else wrong(gxs)
    return scaled_backward


@pytest.mark.parametrize("name", CLASSES)
def test_a_rule_that_is_off_by_a_millionth_is_noticed(name, monkeypatch, without_jax, reached):
    monkeypatch.setattr(CLASSES[name], "backward", scaled(CLASSES[name].backward, 1 + 1e-6))
    verdict = check_row(reached[CLASSES[name]])
    assert not verdict.agrees and not verdict.errors["numerical"] <= BOUNDS["numerical"]


def first_axes_only(gx, spec, name):
    """core.unbroadcast, had it forgotten the axes of length 1 inside."""
    shape, _ = spec
    gx = mg.sum(gx, axis=tuple(range(gx.ndim - len(shape))))
    return gx[tuple(slice(0, n) for n in shape)]


PLANTED = {                              # what is wrong: (the row that must notice, where, name, the wrong thing)
    "exp without its cotangent": ("exp", mg.Exp, "backward", lambda self, gy: self.output),
    "divide with a wrong sign": ("divide", mg.Divide, "backward", lambda self, gy: (
        lambda: gy / self.arrays[1], lambda: gy * self.arrays[0] / self.arrays[1] ** 2)),
    "power right for exponent 0 only": ("pow", mg.Pow, "backward", lambda self, gy: (lambda: 0 * gy, None)),
    "a permutation taken for its inverse": ("permute_dims", mg.PermuteDims, "backward", lambda self, gy: (
        mg.permute_dims(gy, self.axes))),
    "sum over the first axis only": ("sum", mg.Sum, "reduce", lambda self, xp, x: xp.sum(x, axis=0, keepdims=self.keepdims)),
    "no sum over inner axes of length 1": ("multiply", core, "unbroadcast", first_axes_only),
    "the inputs of subtract swapped": ("subtract", mg.Subtract, "backward", lambda self, gy: (-gy, gy)),
    "one entry dropped": ("sin", mg.Sin, "backward", lambda self, gy: mg.where(
        mg.equal(self.arrays[0], mg.max(mg.stop_gradient(self.arrays[0]))), 0, gy * mg.cos(self.arrays[0]))),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_noticed_without_jax(fault, monkeypatch, without_jax):
    name, home, attribute, wrong = PLANTED[fault]
    row = dataclasses.replace(table[name], samples=[s for s in table[name].samples if all(a.size for a in of_arrays(None, *s)[1])])
    monkeypatch.setattr(home, attribute, wrong)
    verdict = check_row(row)
    assert not verdict.agrees and verdict.failures and row.name in verdict.failures[0]
    assert verdict.errors["jax_vjp"] is verdict.errors["second_order"] is None


@with_jax
def test_a_constant_of_too_few_digits_is_noticed(monkeypatch):
    monkeypatch.setattr(mg, "gelu", lambda x, approximate=True: 0.5 * x * (1 + mg.tanh(0.79788 * (x + 0.044715 * (x * x * x)))))
    verdict = check_row(table["gelu"])
    assert verdict.errors["numerical"] < BOUNDS["numerical"] < verdict.errors["jax_vjp"] and not verdict.agrees


@with_jax
def test_a_factor_that_leads_nowhere_is_noticed_at_second_order(monkeypatch):
    monkeypatch.setattr(mg.Tanh, "backward", lambda self, gy: gy * (1 - mg.stop_gradient(self.output) ** 2))
    verdict = check_row(table["tanh"])
    assert verdict.errors["jax_vjp"] < BOUNDS["jax_vjp"] and verdict.errors["second_order"] > 0.1 and not verdict.agrees


def test_ties_that_are_counted_twice_break_a_convention(monkeypatch):
    monkeypatch.setattr(mg.Max, "backward", lambda self, gy: (
        mg.where(mg.equal(self.arrays[0], self.kept(self.output)), self.kept(gy), 0)))
    with pytest.raises(AssertionError):
        test_the_conventions_of_a_row_are_minigrads(table["max"])


@with_jax
@pytest.mark.parametrize("wrong, complaint", [
    (lambda x: mg.sin(x) * np.nan, "numerical, by array 0: largest error inf at index (0, 0): ours nan, theirs nan"),
    (lambda x: mg.sum(x), "the value is float64[], and JAX's is float64[3, 4]"),
    (lambda x: mg.astype(mg.sin(x), np.float32), "the value is float32[3, 4], and JAX's is float64[3, 4]"),
    (lambda x: x[5], "IndexError: ")], ids=["nan", "shape", "dtype", "error"])
def test_what_is_no_number_or_of_another_shape_or_dtype_disagrees(wrong, complaint, monkeypatch):
    monkeypatch.setattr(mg, "exp", wrong)
    row = dataclasses.replace(table["exp"], samples=table["exp"].samples[4:6])
    verdict = check_row(row)
    assert not verdict.agrees and any(complaint in failure for failure in verdict.failures)


def test_an_argument_changed_in_place_is_noticed(monkeypatch, without_jax):
    def forward(self, x):
        x += 1.0
        return np.exp(x)
    monkeypatch.setattr(mg.Exp, "forward", forward)
    sample = table["exp"].samples[4]
    row = dataclasses.replace(table["exp"], samples=(sample._replace(args=(sample.args[0].copy(),)),))
    assert any("changed in place" in failure or "read-only" in failure for failure in check_row(row).failures)


@with_jax
@pytest.mark.parametrize("witness, part, complaint", [
    ("by_twin", 0, "jax_vjp, value 0"), ("by_twin", 1, "jax_vjp, by array 0"),
    ("by_twin", 2, "second_order, JAX twice, by array 0"),
    ("ours_by_jax", None, "second_order, our backward by JAX, by array 0")])
def test_each_answer_of_jax_counts_on_each_sample(witness, part, complaint, monkeypatch):
    answer = getattr(compare, witness)

    def falsified(*args):
        parts = list(answer(*args))
        if part is None:
            parts[0] = parts[0] + 1e-6
        else:
            parts[part] = [parts[part][0] + 1e-6, *parts[part][1:]]
        return parts
    monkeypatch.setattr(compare, witness, falsified)
    verdict = check_row(table["exp"])
    found = [re.match(r"sample (\d+), .*?: (.*?): ", failure).groups() for failure in verdict.failures]
    assert found == [(str(i), complaint) for i, sample in enumerate(table["exp"].samples) if sample.args[0].size]


@pytest.mark.parametrize("a, b, error", [
    ([1.0, 2.0], [1.0, 2.5], 0.2), ([0.1], [0.3], 0.2), ([], [], 0.0), ([np.nan], [1.0], np.inf), ([1.0], [np.nan], np.inf),
    ([np.nan], [np.nan], np.inf), ([np.inf], [np.inf], np.inf), ([1.0], [[1.0]], np.inf), (2.0, 4.0, 0.5)])
def test_the_distance_is_relative_to_the_largest_entry_and_infinite_for_what_is_no_number(a, b, error):
    assert distance(a, b) == pytest.approx(error)


def test_a_gradient_of_another_dtype_is_a_complaint(without_jax):
    ours = Ours(*calls(table["exp"])[4], rng())
    assert list(ours.complaints()) == []
    ours.gradients = [ours.gradients[0].astype(np.float32)]
    assert list(ours.complaints()) == ["the gradient by array 0 is float32[3, 4], and the array float64[3, 4]: they must be alike"]


@with_jax
@pytest.mark.parametrize("before", [None, False, True])
def test_jax_keeps_its_settings_even_if_a_twin_raises(before):
    def fails(jax):
        raise RuntimeError("no such function")
    with nullcontext() if before is None else jax.enable_x64(before):
        inside = jax.config.jax_enable_x64
        assert check_row(table["exp"]).agrees
        verdict = check_row(dataclasses.replace(table["exp"], twin=fails))
        assert jax.config.jax_enable_x64 is inside
    assert jax.config.jax_enable_x64 is X64_AT_START
    assert len(verdict.failures) == verdict.samples and all("no such function" in failure for failure in verdict.failures)


@with_jax
def test_a_version_of_jax_without_the_switches_of_its_compiler_gives_the_same(monkeypatch):
    monkeypatch.setattr(compare, "QUICKLY", {"xla_no_such_switch": True})
    assert check_row(dataclasses.replace(table["exp"], samples=table["exp"].samples[:2])).agrees


def test_the_samples_are_the_same_in_each_run_and_differ_from_row_to_row():
    assert table["exp"].samples[4].args[0][0, 0] == pytest.approx(-1.7224868621241818, abs=0)
    assert not np.array_equal(table["exp"].samples[4].args[0], table["sin"].samples[4].args[0])


KEYS = [np.s_[1], np.s_[-1], np.s_[1:3], np.s_[::-1], np.s_[:, ::-1], np.s_[:, ::-2], np.s_[::3, 1:5:2], np.s_[3:0:-2, ::-3], np.s_[..., 2],
        np.s_[:, -2, None], np.s_[None, 1:1], np.s_[2:0], np.s_[1, 2], np.s_[:, 4:1:-1], np.s_[::9, ::9], ..., np.s_[..., None], np.s_[-3:, -1]]


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_what_a_basic_key_took_is_put_back_on_jax_without_a_scatter(key):
    jax = pytest.importorskip("jax", reason="compares with JAX: pip install jax")
    x = np.arange(1.0, 21.0).reshape(4, 5)
    part = 0.5 * x[key] + 1
    with jax.enable_x64(True):
        back = jax.jit(lambda part: mg.scatter_add(part, key, x.shape))
        expected = mg.scatter_add(part, key, x.shape)
        assert np.array_equal(back(part), expected) and np.count_nonzero(expected) == part.size
        assert "scatter" not in str(jax.make_jaxpr(back)(part))


def test_an_entry_that_is_named_twice_gets_both_on_jax():
    jax = pytest.importorskip("jax", reason="compares with JAX: pip install jax")
    assert np.asarray(mg.scatter_add(jax.numpy.ones(3), np.array([0, 2, 2]), (4,))).tolist() == [1.0, 0.0, 2.0, 0.0]


def test_relu_at_0_and_below_is_that_of_a_number_too():
    assert (mg.relu(Variable(-1.0)).data, mg.relu(Variable(0.0)).data, mg.relu(Variable(2.0)).data) == (0.0, 0.0, 2.0)
    assert type(mg.relu(Variable(-1.0)).data) is float
    value_of = lambda x: mg.value_and_grad(mg.relu)(x)[0]              # whose forward meets a Variable of a lower level
    assert [mg.grad(value_of)(x) for x in (-1.0, 0.0, 1.0)] == [0.0, 0.0, 1.0]


@with_jax
def test_jax_too_finds_0_for_relu_at_0():
    assert float(jax.grad(mg.relu)(0.0)) == 0.0


def test_without_an_axis_softmax_is_along_the_last():
    x = np.array([[0.5, 2.0, -1.0], [3.0, 0.0, 1.0]])
    for f in mg.softmax, mg.log_softmax:
        assert np.array_equal(f(x), f(x, axis=1)) and not np.allclose(f(x), f(x, axis=0))
        assert np.array_equal(mg.vjp(f, x)[1](x * x)[0], mg.vjp(lambda x: f(x, axis=1), x)[1](x * x)[0])


@pytest.mark.parametrize("subscripts, shapes", [
    ("ij,kj->ik", [(2, 3), (4, 3)]), ("ji,jk->ki", [(3, 2), (3, 4)]), ("bij,bkj->bik", [(2, 3, 4), (2, 5, 4)]),
    ("ij,kj,kl->li", [(2, 3), (4, 3), (4, 5)]), ("ijk,lk->j", [(2, 3, 4), (5, 4)]), ("ij,ik->", [(2, 3), (2, 4)]), ("i,jk->kij", [(2,), (3, 4)])])
def test_einsum_is_numpys(subscripts, shapes):
    random = np.random.default_rng(0)
    operands = [random.normal(size=shape) for shape in shapes]
    np.testing.assert_allclose(mg.einsum(subscripts, *operands), np.einsum(subscripts, *operands), rtol=0, atol=1e-13)


def test_padding_of_a_convolution_may_differ_from_side_to_side():
    random = np.random.default_rng(0)
    x, w = random.normal(size=(2, 3, 4, 5)), random.normal(size=(2, 3, 3, 2))
    for padding in [[(1, 0), (0, 0)], [(0, 0), (0, 2)], [(1, 2), (0, 1)]]:
        expected = mg.conv(np.pad(x, [(0, 0), (0, 0), *padding]), w)
        np.testing.assert_allclose(mg.conv(x, w, padding=padding), expected, rtol=0, atol=1e-14)
    point = random.normal(size=(2, 3, 1, 1))
    np.testing.assert_allclose(mg.conv(x, point, padding="SAME"), mg.conv(x, point), rtol=0, atol=1e-14)
    with pytest.raises(ValueError, match="is neither 'VALID' nor 'SAME' nor a pair"):
        mg.conv(x, w, padding=[(1, 1, 1), (0, 0)])


def test_a_function_without_derivative_has_its_name_and_says_that_it_has_none():
    for name in """equal not_equal less less_equal greater greater_equal floor_divide floor ceil round trunc sign isfinite isinf isnan
                   argmax argmin argsort logical_and logical_or logical_not all any zeros_like ones_like""".split():
        f = getattr(mg, name)
        assert f.__name__ == f.__qualname__ == name and f.__doc__.startswith(f"{name} as in the Array API standard; it has no derivative")
    x = np.array([2.0, 5.0, -1.0])
    assert (mg.argmax(x), mg.argmin(x), mg.argsort(x).tolist()) == (1, 2, [2, 0, 1])
    assert (mg.floor_divide(7.0, 2.0), bool(mg.equal(1.0, 1.0)), bool(mg.less(1.0, 2.0)), bool(mg.greater_equal(1.0, 2.0))) == (3.0, True, True, False)


def test_differences_are_along_the_last_axis_unless_another_is_given():
    x = np.arange(12.0).reshape(3, 4) ** 2
    assert np.array_equal(mg.diff(x), np.diff(x)) and np.array_equal(mg.diff(x, axis=0), np.diff(x, axis=0))
