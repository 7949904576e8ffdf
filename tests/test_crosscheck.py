"""mg.crosscheck: the four witnesses on a function of the user's own, and the likely cause of what they find."""
import inspect
import re
from contextlib import nullcontext

import numpy as np
import pytest

import minigrad as mg
from minigrad import Function, core, crosscheck, transforms
from minigrad.checking import compare, report
from minigrad.checking.causes import CAUSES, Evidence, likely_cause

jax = compare.import_jax()
X64_AT_START = jax and jax.config.jax_enable_x64
with_jax = pytest.mark.skipif(jax is None, reason="compares with JAX: pip install jax")
X = np.array([[0.3, 0.7, 1.1], [-0.4, 1.6, 2.2]])
SQUARE = np.array([[0.3, 0.7], [-0.4, 1.6]])


@pytest.fixture
def without_jax(monkeypatch):
    monkeypatch.setattr(report, "import_jax", lambda: None)


def rule(forward, backward):
    """An instance of a Function with these methods."""
    return type("Rule", (Function,), {"forward": forward, "backward": backward})()


def failure_of(f, *args):
    with pytest.raises(AssertionError) as caught:
        crosscheck(f, *args)
    assert isinstance(caught.value.args[0], report.Report) and not caught.value.args[0].agrees
    return caught.value.args[0]


def lines_of(report):
    return {(line.witness, line.argument): line for line in report.lines}


# ---- What agrees

@with_jax
def test_four_witnesses_are_asked_for_each_argument():
    found = crosscheck(lambda x, y: mg.sin(x) * mg.exp(y), X, X[0])
    arguments = {"numerical": "x y", "complex_step": "x y", "jax_vjp": "value x y", "second_order": "x y cotangent"}
    assert {key for key in lines_of(found)} == {(witness, name) for witness, names in arguments.items() for name in names.split()}
    assert found.agrees and found.notes == [] and all(line.error < line.bound for line in found.lines)
    assert {line.witness: line.bound for line in found.lines} == compare.BOUNDS


@with_jax
def test_a_report_is_a_table_of_text():
    text = str(crosscheck(lambda x: mg.sin(x), X))
    assert text == repr(crosscheck(lambda x: mg.sin(x), X)) and text.isascii()
    lines = text.splitlines()
    assert lines[:3] == ["crosscheck: all of 6 comparisons agree", "", "  witness       argument   largest error  bound  verdict"]
    assert len(lines) == 9 and all(re.fullmatch(r"  [a-zA-Z ]+ \w+ +\d\.\de[+-]\d\d +1e-\d\d +agrees", line) for line in lines[3:])


def test_arguments_and_results_may_be_trees():
    def f(params, x):
        return {"y": params["w"] @ x + params["b"][0], "penalty": (mg.sum(params["w"] ** 2), None)}
    found = crosscheck(f, {"w": X, "b": [0.5, np.ones(2)]}, np.array([1.0, 2.0, -0.5]))
    assert [line.argument for line in found.lines if line.witness == "numerical"] == [
        "params['b'][0]", "params['b'][1]", "params['w']", "x"]
    assert {"cotangent[0]", "cotangent[1]"} < {line.argument for line in found.lines if line.witness == "second_order"}


@pytest.mark.parametrize("x", [0.5, np.float64(0.5), np.array(0.5), np.array([0.5]), np.zeros((0, 3)), np.asfortranarray(X),
                               X[::-1, ::2], X.astype(np.float32)], ids=lambda x: f"{type(x).__name__}{np.shape(x)}")
def test_any_float_or_array_of_floats_is_an_argument(x):
    assert crosscheck(lambda x: mg.exp(x) * 2, x).agrees


@with_jax
def test_an_array_of_jax_is_an_argument():
    assert crosscheck(lambda x: mg.exp(x), jax.numpy.asarray([0.5, 1.0])).agrees


def test_an_instance_of_a_function_is_checked_and_so_is_a_lambda_that_uses_it():
    f = rule(lambda self, x: x * x * x, lambda self, gy: 3 * self.input.data ** 2 * gy)
    assert crosscheck(f, X).agrees and crosscheck(lambda x: f(f(x)), X).agrees


def test_a_function_written_with_numpy_is_checked_without_jax():
    f = rule(lambda self, x: np.exp(x), lambda self, gy: np.exp(self.input.data) * gy)       # as in the notebook
    found = crosscheck(f, X)
    assert {line.witness for line in found.lines} == {"numerical", "complex_step", "second_order"}
    assert jax is None or "JAX could not run the function" in found.notes[0] and "mg.exp(x) for np.exp(x)" in found.notes[0]


@with_jax
def test_a_backward_written_with_numpy_has_its_second_order_checked_by_jax_twice():
    found = crosscheck(rule(lambda self, x: mg.array_namespace(x).exp(x), lambda self, gy: gy * np.exp(self.input.data)), X)
    assert "JAX could not run the backward pass" in found.notes[0] and lines_of(found)["second_order", "args[0]"].bound == 1e-10


def test_a_function_that_decides_by_its_numbers_is_checked():
    found = crosscheck(lambda x: mg.sin(x) if x > 0.1 else -x, 0.5)
    assert jax is None or ("jax_vjp", "x") in lines_of(found)


@pytest.mark.parametrize("f", [mg.abs, lambda x: mg.norm(x, 1, axis=0), lambda x: mg.hypot(x, 1.0),
                               lambda x: mg.astype(x, np.float64), lambda x: mg.clip(mg.abs(x), 0.5, 2)])
@pytest.mark.parametrize("jax", [jax, None])               # that JAX, where it is installed, and none
def test_no_false_alarm_from_the_complex_step_where_f_is_not_analytic(f, jax, monkeypatch):
    monkeypatch.setattr(report, "import_jax", lambda: jax)
    found = crosscheck(f, -X)
    assert not any(line.witness == "complex_step" for line in found.lines)
    assert any("no complex step" in note for note in found.notes)


@with_jax
def test_no_false_alarm_where_f_is_not_analytic_by_less_than_differences_can_see():
    found = crosscheck(lambda x: x + 1e-9 * mg.abs(x), -X)
    assert any("not analytic" in note for note in found.notes)


def test_a_wrong_gradient_does_not_pass_for_a_function_that_is_not_analytic():
    almost = rule(lambda self, x: x * x, lambda self, gy: gy * self.input.data * (2 + 1e-10))      # too little for differences
    failure = failure_of(almost, X)
    assert {line.witness for line in failure.lines if not line.agrees} >= {"complex_step"}


def test_a_backward_that_cannot_be_differentiated_is_noted():
    found = crosscheck(rule(lambda self, x: x * x, lambda self, gy: gy * 2 * np.asarray(self.input.data).copy()), X)
    assert any("no second order" in note and "minigrad's functions" in note for note in found.notes)


def test_the_result_is_the_same_each_time_and_leaves_the_global_random_numbers_alone():
    before = np.random.get_state()[1].copy()
    assert str(crosscheck(mg.sin, X)) == str(crosscheck(mg.sin, X))
    assert np.array_equal(np.random.get_state()[1], before)


@with_jax
@pytest.mark.parametrize("before", [None, False, True])
def test_jax_keeps_its_settings_even_if_something_raises(before):
    def fails_with_jax(x):
        assert not type(x).__module__.startswith("jax")
        return np.sin(x)
    with nullcontext() if before is None else jax.enable_x64(before):
        inside = jax.config.jax_enable_x64
        for f in (lambda x: mg.sin(x), fails_with_jax):
            crosscheck(f, X)
            assert jax.config.jax_enable_x64 is inside
        failure_of(rule(lambda self, x: x * x, lambda self, gy: gy), X)
        assert jax.config.jax_enable_x64 is inside
    assert jax.config.jax_enable_x64 is X64_AT_START


def test_without_jax_the_others_are_asked_and_the_report_says_what_is_missing(without_jax):
    found = crosscheck(lambda x: mg.sin(x), X)
    assert {line.witness for line in found.lines} == {"numerical", "complex_step", "second_order"} and found.agrees
    assert "pip install jax" in str(found)


def test_without_jax_the_second_order_is_checked_by_differences(without_jax):
    f = rule(lambda self, x: mg.array_namespace(x).exp(x), lambda self, gy: gy * mg.stop_gradient(mg.exp(self.input.data)))
    found = failure_of(f, X)
    assert [line.argument for line in found.lines if not line.agrees] == ["args[0]"]
    assert "backward takes for a constant" in found.explanations[0]


# ---- What does not

def test_a_failure_names_the_argument_the_index_and_the_numbers_there():
    def f(a, b):
        return a * b + mg.where(np.array([[False, False, True], [False, False, False]]), 0.5 * mg.stop_gradient(b) * b, 0)
    found = failure_of(f, X, X[::-1].copy())
    assert {line.argument for line in found.lines if line.witness == "numerical" and not line.agrees} == {"b"}
    where, *_ = found.explanations[0].splitlines()
    number = r"-?\d+\.\d+(?:e-\d+)?"
    match = re.fullmatch(rf"b at index \(0, 2\): ours ({number}) \| numerical ({number}) \| JAX (-|{number})", where)
    ours, numerical = map(float, match.groups()[:2])
    assert ours / numerical == pytest.approx((1.1 + 0.5 * 2.2) / (1.1 + 2.2), rel=1e-8)
    assert str(found).startswith("crosscheck: ") and "DISAGREES" in str(found) and where in str(found)


@with_jax
def test_what_is_wrong_at_second_order_only_is_found():
    f = rule(lambda self, x: mg.array_namespace(x).exp(x), lambda self, gy: gy * mg.stop_gradient(mg.exp(self.input.data)))
    found = failure_of(f, X)
    assert {(line.witness, line.argument) for line in found.lines if not line.agrees} == {("second_order", "args[0]")}
    assert "those of the backward pass by args[0] are not" in found.explanations[0]


@with_jax
def test_a_value_that_is_another_with_jax_is_found():
    found = failure_of(lambda x: mg.sin(x) + (0.0 if isinstance(mg.core.bare(x), np.ndarray) else 1.0), X)
    assert [(line.witness, line.argument) for line in found.lines if not line.agrees] == [("jax_vjp", "value")]
    assert found.explanations == ["The value itself is another with JAX's arrays than with NumPy's."]


@with_jax
def test_a_kink_is_suspected_where_jax_agrees_with_us():
    assert "Has the function a kink" in failure_of(lambda x: mg.relu(x), np.array([0.0, 1.0])).explanations[0]


@with_jax
def test_our_backward_by_jax_counts(monkeypatch):
    monkeypatch.setattr(report, "ours_by_jax", lambda *args: [2 * g for g in compare.ours_by_jax(*args)])
    found = failure_of(lambda x: mg.sin(x), X)
    assert [(line.witness, line.argument) for line in found.lines if not line.agrees] == [
        ("second_order", "x"), ("second_order", "cotangent")]


def test_an_input_changed_in_place_is_found_where_all_numbers_agree(without_jax):
    found = failure_of(rule(changed_in_place, lambda self, gy: 2 * gy), X)
    assert all(line.agrees for line in found.lines) and "Likely cause: changed in place" in str(found)


def test_nan_disagrees():
    found = failure_of(rule(lambda self, x: x * x, lambda self, gy: gy * np.nan), X)
    assert lines_of(found)["numerical", "args[0]"].error == np.inf


# ---- The likely cause: for each a rule with that mistake.

def gather(x):
    return mg.array_namespace(x).take(x, np.array([0, 0, 2]))


def scattered_by_assignment(self, gy):
    g = np.zeros(3)
    g[[0, 0, 2]] = gy
    return g


def changed_in_place(self, x):
    if isinstance(x, np.ndarray):
        x *= 2.0
    return x


MISTAKES = [
    ("sign", rule(lambda self, x: x * x, lambda self, gy: -2 * self.input.data * gy), [X]),
    ("zero", rule(lambda self, x: x * x, lambda self, gy: 0 * gy), [X]),
    ("zero", lambda x: mg.stop_gradient(x) * 2.0, [X]),
    ("doubled", rule(lambda self, x: x * x, lambda self, gy: 4 * self.input.data * gy), [X]),
    ("missing cotangent", rule(lambda self, x: x * x, lambda self, gy: 2 * self.input.data), [X]),
    ("missing cotangent", rule(lambda self, x: x * x, lambda self, gy: 2 * self.input.data), [0.7]),
    ("float32", rule(lambda self, x: x * x * x, lambda self, gy: 3 * mg.astype(self.input.data, np.float32) ** 2 * gy), [X]),
    ("transposed", rule(lambda self, x: mg.permute_dims(x, (1, 0)), lambda self, gy: gy), [SQUARE]),
    ("transposed", rule(lambda self, a, b: a @ b, lambda self, gy: (gy @ self.arrays[1].T, gy.T @ self.arrays[0])),
     [SQUARE, SQUARE + 1]),
    ("swapped inputs", rule(lambda self, a, b: a / b, lambda self, gy: (
        -gy * self.arrays[0] / self.arrays[1] ** 2, gy / self.arrays[1])), [X, X + 3]),
    ("not summed over broadcast axes", rule(lambda self, x: mg.broadcast_to(x, (4, 3)), lambda self, gy: gy[0]), [X[0]]),
    ("not summed over broadcast axes", rule(lambda self, x: mg.broadcast_to(x, (4, 3)), lambda self, gy: mg.mean(gy, axis=0)),
     [X[0]]),
    ("not summed over broadcast axes", rule(lambda self, x: mg.broadcast_to(x, (3, 4)), lambda self, gy: gy[:, -1:]), [X[:1].T]),
    ("overwritten instead of accumulated", rule(lambda self, x: gather(x), scattered_by_assignment), [X[0]]),
    ("changed in place", rule(changed_in_place, lambda self, gy: 2 * gy), [X]),
    (None, rule(lambda self, x: x * x, lambda self, gy: 1.5 * self.input.data * gy), [X]),
    (None, rule(lambda self, x: x * x, lambda self, gy: 2 * (1 + 1e-6) * self.input.data * gy), [X]),
]


@pytest.mark.parametrize("cause, f, args", MISTAKES, ids=[f"{cause} {i}" for i, (cause, *_) in enumerate(MISTAKES)])
def test_the_likely_cause_is_told_in_both_languages(cause, f, args):
    before = [np.copy(x) for x in args]
    text = str(failure_of(f, *args))
    assert re.findall(r"Likely cause: (.*?)\.  ", text) in ([cause], [cause] * 2) if cause else "Likely cause" not in text
    if cause:
        assert CAUSES[cause].en in text and CAUSES[cause].ko in text
    assert all(np.array_equal(a, b) for a, b in zip(args, before)), "the user's own arrays were changed"


def test_every_cause_has_a_rule_with_that_mistake():
    assert {cause for cause, *_ in MISTAKES} - {None} == CAUSES.keys()


def test_a_sweep_that_overwrites_is_recognised(monkeypatch):
    code = inspect.getsource(core.sweep)
    assert code.count("waiting[s] + g") == 1
    namespace = dict(vars(core))
    exec(code.replace("waiting[s] + g", "g"), namespace)
    monkeypatch.setattr(transforms, "sweep", namespace["sweep"])
    assert crosscheck(lambda x: 2 * x, X).agrees
    assert "Likely cause: overwritten" in str(failure_of(lambda x: mg.sin(x) + x * mg.exp(x), X))


def test_a_gradient_that_kept_its_broadcast_shape_is_recognised():
    wide = np.arange(24.0).reshape(2, 3, 4)
    assert likely_cause(wide, wide.sum(axis=(0, 2)).reshape(3, 1)) == "not summed over broadcast axes"
    assert likely_cause(wide, wide.sum(axis=0)) == "not summed over broadcast axes"
    assert likely_cause(wide, wide.sum(axis=0) + 1) is None
    assert likely_cause(wide, np.zeros(5)) is None and likely_cause(np.zeros(3), np.zeros((2, 3))) is None


def test_the_evidence_decides():
    truth = np.array([1.0, 2.0])
    assert likely_cause(truth * 3, truth) is None
    assert likely_cause(truth * 3, truth, Evidence(changed=True)) == "changed in place"
    assert likely_cause(truth * 3, truth, Evidence(others=[np.ones(3), truth * 3])) == "swapped inputs"
    assert likely_cause(truth * 3, truth, Evidence(contributions=[truth * 3, truth * -2])) == "overwritten instead of accumulated"
    assert likely_cause(truth * 3, truth, Evidence(contributions=[truth * 3])) is None
    evidence = Evidence(jacobian=np.diag(truth * 3), cotangent=np.array([1 / 3, 1 / 3]))
    assert likely_cause(truth * 3, truth, evidence) == "missing cotangent"


# ---- What is refused

@pytest.mark.parametrize("args, message", [
    ((3, X), "3 of type int is no function"), ((mg.Exp, X), r"Exp is a class: pass an instance of it, Exp\(\)"),
    ((mg.exp,), r"crosscheck\(f, x\)"), ((mg.exp, []), r"crosscheck\(f, x\)"), ((mg.exp, 2), "x is 2 of type int: give a float"),
    ((mg.exp, True), "x is True of type bool"), ((mg.exp, "a"), "x is 'a' of type str"),
    ((mg.exp, X.astype(int)), "x is of dtype int"),
    ((mg.exp, X * 1j), "x is of dtype complex128"), ((mg.exp, np.array(["a"])), "x is of dtype <U1"),
    ((mg.exp, np.array([None])), "x is of dtype object"), ((mg.exp, mg.Variable(X)), r"give the bare array, x\.data"),
    ((lambda a, b: a, X, {"k": [1.0, 2]}), r"b\['k'\]\[1\] is 2 of type int"), ((lambda x: None, X), "returned nothing"),
    ((lambda x: "a", X), "the result of the function is 'a'"),
    ((lambda x: mg.argmax(x), X), "the result of the function has dtype int")])
def test_bad_input_is_refused_in_a_sentence(args, message):
    with pytest.raises(TypeError, match=message):
        crosscheck(*args)


def test_an_error_of_f_is_shown_as_it_is():
    with pytest.raises(ZeroDivisionError):
        crosscheck(lambda x: 1 // 0, X)
