"""The witnesses that need no JAX: numerical_diff as in the notebook, numerical_grad and complex_step."""
import math

import numpy as np
import pytest

import minigrad as mg
from minigrad import Variable, complex_step, numerical_diff, numerical_grad

# (f, its derivative, where): also near the end of the domain, far out, at 0, and where the value is tiny
SMOOTH = [(math.sin, math.cos, [0.0, 0.3, -5.0, 1e3, 1e6, 1e-9]), (math.exp, math.exp, [-5.0, 0.0, 20.0]),
          (math.log, lambda x: 1 / x, [1e-6, 0.05, 3.0, 1e10]), (lambda x: 1 / x, lambda x: -1 / x ** 2, [1e-4, -0.01, 1e4]),
          (math.sqrt, lambda x: 0.5 / math.sqrt(x), [1e-8, 0.01, 4.0]), (lambda x: x ** 3, lambda x: 3 * x * x, [0.0, 1e6]),
          (lambda x: 1e-12 * math.sin(x), lambda x: 1e-12 * math.cos(x), [0.5]), (lambda x: 7.0, lambda x: 0.0, [1.0]),
          (lambda x: 7, lambda x: 0.0, [1.0])]
BOTH = pytest.mark.parametrize("differentiate", [numerical_grad, complex_step])


# ---- numerical_diff

def test_numerical_diff_gives_the_digits_of_the_notebook():
    assert repr(float(numerical_diff(mg.Square(), Variable(np.array(2.0))))) == "4.000000000004"
    dy = numerical_diff(lambda x: mg.Square()(mg.Exp()(mg.Square()(x))), Variable(np.array(0.5)))
    assert repr(float(dy)) == "3.2974426293330694"


def test_numerical_diff_takes_classes_written_in_the_notebook():
    class Variable:
        def __init__(self, data):
            self.data = data

    class Square:
        def __call__(self, input):
            return Variable(input.data ** 2)
    assert repr(float(numerical_diff(Square(), Variable(np.array(2.0))))) == "4.000000000004"


def test_numerical_diff_uses_eps():
    assert numerical_diff(lambda x: x ** 3, Variable(np.array(1.0)), eps=0.5) == 3.25


@pytest.mark.parametrize("x", [2.0, np.array(2.0), 2, "2"])
def test_numerical_diff_refuses_what_is_no_variable(x):
    with pytest.raises(TypeError, match=r"x must be a Variable, not of type \w+: .*numerical_grad"):
        numerical_diff(mg.Square(), x)


def test_numerical_diff_refuses_a_bare_result():
    with pytest.raises(TypeError, match="the result of f must be a Variable"):
        numerical_diff(lambda x: x.data ** 2, Variable(np.array(2.0)))


# ---- numerical_grad

@pytest.mark.parametrize("f, derivative, x", [(f, derivative, x) for f, derivative, xs in SMOOTH for x in xs])
def test_numerical_grad_has_ten_digits(f, derivative, x):
    g = numerical_grad(f, x)
    assert type(g) is float and abs(g - derivative(x)) <= 1e-10 * abs(derivative(x))


@pytest.mark.parametrize("x", [1e-6, 0.01, -0.05, 0.1, 3.3])
def test_numerical_grad_comes_close_to_a_kink_and_stays_on_its_side(x):
    assert numerical_grad(abs, x) == pytest.approx(math.copysign(1.0, x), abs=1e-8)
    assert numerical_grad(lambda x: x % 1.0, x) == pytest.approx(1.0, abs=1e-8)


def test_numerical_grad_stops_when_no_more_can_be_won():
    seen = []
    numerical_grad(lambda x: seen.append(x) or math.sin(x), 0.3)
    assert len(seen) < 16


def test_numerical_grad_where_the_first_steps_overflow():
    assert numerical_grad(lambda x: np.exp(x) if abs(x - 1.0) < 0.01 else np.inf, np.array(1.0)) == pytest.approx(math.e, abs=1e-8)


def test_numerical_grad_outside_the_domain_is_nan():
    with np.errstate(invalid="ignore"):
        assert math.isnan(numerical_grad(lambda x: np.log(x), np.array(-1.0)))
    assert math.isnan(numerical_grad(lambda x: x, math.inf))


def test_the_gradient_of_an_empty_array_is_empty():
    for differentiate in (numerical_grad, complex_step):
        assert differentiate(np.sum, np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("x", [np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3)),
                               np.arange(6.0).reshape(3, 2).T[::-1], np.arange(24.0).reshape(4, 6)[::2, ::2], np.array(3.0),
                               np.array([5.0]), np.broadcast_to(2.0, (2, 2))], ids=lambda x: f"{x.shape}{x.strides}")
@BOTH
def test_one_entry_moves_at_a_time_whatever_the_layout_and_x_is_left_alone(differentiate, x):
    weights, before = np.cos(np.arange(x.size)).reshape(x.shape), x.copy()
    x.flags.writeable = False

    def f(x):
        x *= 1.0                         # f may do with its copy as it likes
        return np.sum(weights * x ** 2)
    g = differentiate(f, x)
    assert g.shape == x.shape and g.dtype == np.float64 and np.array_equal(x, before)
    np.testing.assert_allclose(g, 2 * weights * x, rtol=1e-9, atol=1e-12)


@BOTH
def test_float32_is_differentiated_in_float64(differentiate):
    for x in (np.array([1.5, 1000.0], dtype=np.float32), np.float32(1.5)):
        g = differentiate(lambda x: np.sum(x ** 2), x)
        assert g.dtype == np.float64
        np.testing.assert_allclose(g, 2 * np.asarray(x, dtype=float), rtol=1e-10)


@BOTH
def test_f_may_return_a_variable(differentiate):
    assert differentiate(lambda x: mg.core.box(mg.sum(x * x), 1), np.array([3.0]))[0] == pytest.approx(6.0, abs=1e-9)


def test_a_float_stays_a_float():
    assert numerical_grad(lambda x: x * x if type(x) is float else None, 3.0) == pytest.approx(6.0, abs=1e-9)
    assert type(numerical_grad(lambda x: x * x, np.float64(3.0))) is float and type(complex_step(lambda x: x * x, 3.0)) is float


@BOTH
@pytest.mark.parametrize("x", [1, True, "a", None, [1.0], np.arange(3), np.array([1j]), np.array(["a"]), np.array([None]),
                               Variable(1.0)], ids=repr)
def test_only_floats_and_arrays_of_floats_are_differentiated_by(differentiate, x):
    with pytest.raises(TypeError, match="differentiates at a float or a NumPy array of floats, and this is .*: give"):
        differentiate(lambda x: x, x)


@BOTH
@pytest.mark.parametrize("y", ["a", b"a", [1.0], None, np.zeros(3), np.zeros((1, 1))], ids=repr)
def test_only_a_single_number_is_differentiated(differentiate, y):
    with pytest.raises(TypeError, match="must return a single number, and it returned"):
        differentiate(lambda x: y, 1.0)


@pytest.mark.parametrize("y", [1j, np.array(1j)])
def test_numerical_grad_refuses_a_complex_result(y):
    with pytest.raises(TypeError, match="must return a real number"):
        numerical_grad(lambda x: y, 1.0)


def test_an_error_of_f_is_shown():
    with pytest.raises(ValueError, match="core dimension"):
        numerical_grad(lambda x: np.ones(2) @ x, np.ones(3))


def test_numerical_grad_reports_no_warning_from_a_step_too_far():
    assert numerical_grad(lambda x: np.log(x), np.array(0.01)) == pytest.approx(100.0)     # warnings are errors in these tests


# ---- complex_step

@pytest.mark.parametrize("f, derivative, x", [
    (mg.exp, math.exp, 1.0), (mg.sin, math.cos, 1e6), (mg.log, lambda x: 1 / x, 1e-12),
    (mg.tanh, lambda x: 1 / math.cosh(x) ** 2, 0.5),       # and last Squire and Trapp's own example
    (lambda x: mg.exp(x) / (mg.sin(x) ** 3 + mg.cos(x) ** 3) ** 0.5, lambda x: 4.053427893898621, 1.5)])
def test_complex_step_has_all_digits(f, derivative, x):
    assert complex_step(f, x) == pytest.approx(derivative(x), rel=4e-16, abs=0)


def test_complex_step_gives_f_complex_arrays():
    seen = []
    complex_step(lambda x: seen.append(x) or x.sum(), np.ones((2, 2)))
    complex_step(lambda x: seen.append(x) or x, 1.0)
    assert [(x.dtype, x.shape) for x in seen] == [(np.complex128, (2, 2))] * 4 + [(np.complex128, ())]
