"""Variable, Function and the sweep: what the graph remembers, in what order it is walked, and what comes out."""
import gc
import re
import threading

import numpy as np
import pytest

import minigrad as mg
from minigrad import Exp, Function, Square, Variable, arrays, core


class Recorder(Function):
    """A rule that notes each of its backward calls in a list shared by all calls."""
    def __init__(self, log):
        self.log = log

    def forward(self, x):
        return 2 * x

    def backward(self, gy):
        self.log.append(float(gy))
        return 2 * gy


# ---- The graph, and gradients on it.

def test_a_variable_used_twice_receives_both_contributions():
    x = Variable(np.array([1.0, 2.0]))
    (x * x).backward(np.array([1.0, 10.0]))
    assert x.grad.tolist() == [2.0, 40.0]


def test_x_plus_y_plus_x():
    x, y = Variable(np.array(3.0)), Variable(np.array(5.0))
    ((x + y) + x).backward()
    assert (x.grad, y.grad) == (2.0, 1.0)


def test_each_backward_of_a_diamond_runs_once_and_with_the_whole_cotangent():
    log, x = [], Variable(3.0)
    a = Recorder(log)(x)
    y = Recorder(log)(a) * Recorder(log)(a)          # 4x * 4x
    y.backward()
    assert x.grad == 32 * 3.0
    assert log == [12.0, 12.0, 48.0]


def test_a_chain_of_diamonds_takes_as_many_steps_as_calls():
    log, x = [], Variable(1.0)
    y = x
    for _ in range(60):                              # 2**60 paths
        y = Recorder(log)(y)
        y = y + y
    y.backward()
    assert len(log) == 60 and x.grad == 4.0 ** 60


def test_two_losses_that_share_a_node():
    x = Variable(2.0)
    a = x * 3.0
    first, second = a * 4.0, a * 6.0
    first.backward()
    second.backward()
    assert x.grad == 30.0                            # 12 + 18, and not 42


def test_a_second_backward_adds_exactly_once_more():
    x = Variable(np.array([1.0, 2.0]))
    y = mg.sum(x * x)
    y.backward()
    once = x.grad
    y.backward()
    assert once.tolist() == [2.0, 4.0] and x.grad.tolist() == [4.0, 8.0]


def test_a_leafs_own_backward():
    x = Variable(2.0)
    x.backward()
    assert x.grad == 1.0


def test_only_leaves_receive_a_gradient():
    x = Variable(2.0)
    a = x * x
    (a + 1.0).backward()
    assert a.grad is None and x.grad == 4.0


def test_an_unused_input_and_an_unused_output():
    x, unused = Variable(2.0), Variable(3.0)
    y = x * x
    unused * x                                       # leads nowhere
    y.backward()
    assert x.grad == 4.0 and unused.grad is None
    assert mg.grad(lambda x, unused: x * x, argnums=(0, 1))(2.0, 3.0) == (4.0, 0.0)
    zeros = mg.grad(lambda x, unused: x * x, argnums=1)(2.0, np.ones((2, 3), np.float32))
    assert zeros.shape == (2, 3) and zeros.dtype == np.float32 and not zeros.any()


def test_nothing_is_computed_for_a_constant():
    class Product(Function):
        def forward(self, a, b):
            return a * b

        def backward(self, gy):
            a, b = self.arrays
            return lambda: gy * b, lambda: 1 / 0
    x = Variable(2.0)
    Product()(x, 3.0).backward()
    assert x.grad == 3.0


def test_a_rule_may_say_that_an_input_has_no_derivative():
    class First(Function):
        def forward(self, a, b):
            return a + 0 * b

        def backward(self, gy):
            return gy, None
    x, y = Variable(2.0), Variable(3.0)
    First()(x, y).backward()
    assert x.grad == 1.0 and y.grad is None


# ---- A Function and its calls.

def test_one_function_called_twice_keeps_two_records():
    f = Square()
    x = Variable(3.0)
    a = f(x)
    y = f(a)
    assert f.input.data == 9.0                       # f remembers the latest call
    y.backward()
    assert x.grad == 4 * 3.0 ** 3
    assert a.creator is not y.creator and a.creator.input is x


def test_a_function_that_keeps_a_value_of_its_own_keeps_it_per_call():
    class Dropout(Function):
        def __init__(self, masks):
            self.masks = iter(masks)

        def forward(self, x):
            self.mask = next(self.masks)
            return x * self.mask

        def backward(self, gy):
            return gy * self.mask
    f, x = Dropout([np.array([1.0, 0.0]), np.array([0.0, 5.0])]), Variable(np.ones(2))
    y = f(x) + f(x) * 10.0
    assert f.mask.tolist() == [0.0, 5.0]
    y.backward(np.ones(2))
    assert x.grad.tolist() == [1.0, 50.0]


class Times(Function):
    def forward(self, a, b):
        return a * b

    def backward(self, gy):
        a, b = self.inputs
        return gy * b.data, gy * a.data


def test_a_new_variable_has_no_name_no_gradient_and_no_creator():
    x = Variable(2.0)
    for v in (x, x.detach()):
        assert (v.name, v.grad, v.creator) == (None, None, None)
    y = mg.exp(x)
    assert (y.name, y.grad) == (None, None) and type(y.creator) is Exp
    y.backward()
    x.clear_grad()
    assert x.grad is None


def test_the_inputs_of_a_call_are_what_they_were():
    f, x, held = Times(), Variable(np.array([2.0, 3.0])), np.array([2.0, 3.0])
    f(x, 5.0)
    leaf, constant = f.inputs
    assert leaf is x and (constant.data, constant.creator) == (5.0, None)
    x.data = np.zeros(2)                             # what the call used is not what x holds now
    leaf, constant = f.inputs
    assert leaf is not x and leaf.data.tolist() == held.tolist() and leaf.creator is None
    y = mg.exp(x)
    f(y, y)
    assert f.input.creator is y.creator and f.input.data is y.data


def test_a_call_keeps_an_outer_variable_as_it_is():
    f = Times()

    def inner(x, y):
        z = f(x, y)                                  # y is the Variable of the inner derivative, x that of the outer one
        assert type(f.arrays[0]) is Variable and f.arrays[0] is x and f.arrays[1] == 5.0 and type(f.arrays[1]) is float
        return z
    assert mg.grad(lambda x: mg.grad(lambda y: inner(x, y))(5.0) * x)(3.0) == 6.0


def test_what_a_call_records():
    x, w = Variable(np.array([2.0, 3.0])), Variable(np.array([5.0, 7.0]))
    call = (x * w).creator
    assert call.sources == (x, w) and call.arrays[0] is x.data and call.arrays[1] is w.data and len(call.arrays) == 2
    assert mg.exp(x).creator.sources == (x,) and not hasattr(mg.exp(x).creator, "arrays")
    with mg.keep_values():
        call = mg.exp(x + w).creator
    assert call.arrays[0] is call.sources[0].output and call.sources[0].arrays[1] is w.data
    assert not hasattr(mg.exp(x).creator, "arrays")


def test_who_watches_a_sweep_sees_cotangents_of_the_shape_of_their_primals():
    class Halved(Function):
        def forward(self, a, b):
            return a * b

        def backward(self, gy):
            return lambda: gy * self.arrays[1], None
    seen, x, w = [], Variable(np.ones(3)), Variable(np.ones((2, 3)))
    y = (Halved()(x, w) + np.ones((2, 3))) * 2.0
    core.sweep([y.creator], [np.ones((2, 3))], lambda call, gy, gxs: seen.append((type(call), gy.shape, [g if g is None else g.shape for g in gxs])))
    assert seen == [(mg.Multiply, (2, 3), [(2, 3), None]), (mg.Add, (2, 3), [(2, 3), None]), (Halved, (2, 3), [(3,), None])]


def test_a_cotangent_may_be_a_whole_number():
    class Triple(Function):
        def forward(self, x):
            return 3.0 * x

        def backward(self, gy):
            return 3
    x = Variable(2.0)
    Triple()(x).backward()
    assert (x.grad, type(x.grad)) == (3.0, float)


class Given(Function):
    """y = x, and the cotangent that it is given to return."""

    def __init__(self, gx):
        self.gx = gx

    def forward(self, x):
        return x * 1.0

    def backward(self, gy):
        return self.gx


def test_a_cotangent_comes_to_the_rule_before_in_the_dtype_of_its_primal():
    class Seen(Function):
        def forward(self, x):
            return 2 * x

        def backward(self, gy):
            dtypes.append(gy.dtype)
            return 2 * gy
    dtypes, x = [], Variable(np.ones(3, dtype=np.float32))
    Given(np.array([1.0, 2.0, 3.0]))(Seen()(x)).backward(np.ones(3, dtype=np.float32))
    assert dtypes == [np.float32] and x.grad.dtype == np.float32 and x.grad.tolist() == [2.0, 4.0, 6.0]


def test_an_array_of_whole_numbers_may_be_a_cotangent():
    x = Variable(np.ones(3))
    Given(np.array([1, 2, 3]))(x).backward(np.ones(3))
    assert x.grad.dtype == np.float64 and x.grad.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("gx", [3.0, np.float64(3.0), np.array(3.0), np.float32(3.0), np.array([1.0, 2.0]), np.array([1.0, 2.0], dtype=np.float32)])
def test_the_gradient_of_a_python_number_is_one(gx):
    x = Variable(2.0)
    Given(gx)(x).backward()
    assert (x.grad, type(x.grad)) == (3.0, float)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_gradient_of_an_array_of_one_number_is_one(kind):
    x = Variable(np.array(2.0, dtype=kind))
    Given(3.0)(x).backward()
    assert (x.grad, x.grad.dtype) == (3.0, kind)


def test_a_seed_of_whole_numbers_and_of_another_dtype():
    x = Variable(np.array([1.0, 2.0], dtype=np.float32))
    (x * x).backward(np.array([1, 10]))
    assert x.grad.dtype == np.float32 and x.grad.tolist() == [2.0, 40.0]
    gx = mg.grad(lambda s: mg.sum(mg.vjp(lambda x: x * x, np.ones(2, dtype=np.float32))[1](s)[0]))(np.array([1.0, 10.0]))
    assert gx.tolist() == [2.0, 2.0] and gx.dtype == np.float64


def test_a_gradient_is_of_the_kind_of_its_number():
    for data in (3.0, np.float64(3.0)):
        for gy in (None, 1, 1.0):
            x = Variable(data)
            (x + 1.0).backward(gy)
            assert (x.grad, type(x.grad)) == (1.0, type(data))


def test_a_seed_that_jax_traces():
    jax = pytest.importorskip("jax", reason="compares with JAX: pip install jax")
    assert float(jax.jit(lambda g: mg.vjp(mg.exp, 0.0)[1](g)[0])(2.0)) == 2.0


def test_a_seed_may_be_a_variable():
    x = Variable(np.array([1.0, 2.0]))
    (x * x).backward(Variable(np.array([1.0, 10.0])))
    assert type(x.grad) is np.ndarray and x.grad.tolist() == [2.0, 40.0]


def test_a_backward_that_forgets_to_take_the_data_gives_a_bare_gradient_too():
    class Boxed(Function):
        def forward(self, x):
            return x * x

        def backward(self, gy):
            return 2 * self.input * gy
    x = Variable(np.array([1.0, 2.0]))
    Boxed()(x).backward(np.ones(2))
    assert type(x.grad) is np.ndarray and x.grad.tolist() == [2.0, 4.0]
    x = Variable(3.0)
    mg.sin(Boxed()(mg.exp(x))).backward()
    assert type(x.grad) is float


def test_what_is_wrong_with_bare_arrays_is_said_too():
    with pytest.raises(ValueError, match=r"Add of arrays of shapes \(2,\), \(3,\): they do not broadcast"):
        mg.add(np.ones(2), np.ones(3))

    class Wrong(Function):
        def forward(self, x):
            raise ValueError("its own words")
    for x in (2.0, Variable(2.0)):
        with pytest.raises(ValueError, match="its own words"):
            Wrong()(x)
    with mg.no_grad(), pytest.raises(ValueError, match="its own words"):
        Wrong()(Variable(2.0))


def test_creators_lead_back_by_hand_as_in_the_books():
    x = Variable(np.array(0.5))
    y = Square()(Exp()(Square()(x)))
    y.grad = np.array(1.0)
    v, steps = y, []
    while v.creator is not None:
        f = v.creator
        steps.append(type(f))
        gx = f.backward(v.grad)
        v = f.input
        v.grad = gx
    assert steps == [Square, Exp, Square] and v is x and repr(float(x.grad)) == "3.297442541400256"


def test_a_function_that_did_not_keep_its_inputs_says_so():
    y = mg.exp(Variable(2.0))
    with pytest.raises(AttributeError, match=r"this Exp has no inputs.*write f = Exp\(\)"):
        y.creator.input


def test_a_function_runs_on_bare_arrays():
    assert Square()(3.0) == 9.0 and type(Square()(3.0)) is float
    assert Square()(np.array([1.0, 2.0])).tolist() == [1.0, 4.0]


def test_names_stay_with_the_graph():
    x = Variable(2.0, name="x")
    a = x * x
    a.name = "a"
    y = a + 1.0
    source, _ = y.creator.sources
    del a
    assert x.name == "x" and source.label == "a" and y.name is None


# ---- Levels: derivatives inside derivatives.

def test_perturbations_are_not_confused():
    assert mg.grad(lambda x: x * mg.grad(lambda y: x * y)(1.0))(2.0) == 4.0
    assert mg.grad(lambda x: x * mg.grad(lambda y: x + y)(1.0))(2.0) == 1.0


def test_the_sketch_of_grad_at_the_top_of_core_is_true():
    text = re.search(r"    def grad\(f\):.*?return derivative\n", core.__doc__, re.DOTALL).group()
    names = vars(core).copy()
    exec(re.sub("^    ", "", text, flags=re.MULTILINE), names)
    grad = names["grad"]
    assert grad(lambda x: x ** 3)(3.0) == 27.0
    assert grad(grad(lambda x: x ** 3))(3.0) == 18.0
    assert grad(grad(grad(lambda x: x ** 3)))(3.0) == 6.0


def test_a_thread_inside_an_outer_grad():
    answers = []

    def f(x):
        def inner():
            answers.append(mg.grad(lambda y: y * y * y)(2.0))
            answers.append(mg.grad(lambda y: x * y)(1.0))
        thread = threading.Thread(target=inner)
        thread.start()
        thread.join()
        return x * answers[-1]                       # x * x
    assert mg.grad(f)(3.0) == 6.0
    assert answers[0] == 12.0


def test_two_threads_differentiate_at_once():
    failures, barrier, shared = [], threading.Barrier(2), Square()

    def work(k):
        barrier.wait()
        for i in range(200):
            x = float(i + k)
            if mg.grad(lambda x: x * mg.grad(lambda y: shared(y) * x)(x))(x) != 6 * x * x:
                failures.append(x)
            v = Variable(x)
            shared(shared(v)).backward()
            if v.grad != 4 * x ** 3:
                failures.append(x)
    threads = [threading.Thread(target=work, args=(k,)) for k in (1, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_an_f_that_raises_leaves_nothing_behind():
    def f(x):
        mg.sin(x)
        raise KeyError("no")
    with pytest.raises(KeyError):
        mg.grad(lambda x: x * mg.grad(f)(x))(1.0)
    with pytest.raises(ZeroDivisionError):
        with mg.no_grad():
            1 / 0
    assert mg.grad(lambda x: x * mg.grad(lambda y: x * y)(1.0))(2.0) == 4.0
    x = Variable(2.0)
    (x * x).backward()
    assert x.grad == 4.0


def test_a_rule_that_raises_leaves_no_half_written_gradients():
    class Fails(Function):
        def forward(self, x):
            return x * 1.0

        def backward(self, gy):
            raise KeyError("no")
    x, z = Variable(2.0), Variable(3.0)
    y = Fails()(x) + z
    with pytest.raises(KeyError):
        y.backward()
    assert x.grad is None and z.grad is None


def test_backward_by_hand_inside_a_grad():
    def f(x):
        v = Variable(3.0)
        (v * v).backward()
        return x * v.grad
    assert mg.grad(f)(2.0) == 6.0                    # what does not meet x works as ever
    with pytest.raises(TypeError, match=r"backward\(\) is for Variables made by hand"):
        mg.grad(lambda x: (x * x).backward())(2.0)


def test_a_cotangent_of_an_outer_grad_as_seed_of_a_backward_by_hand():
    def f(x):
        v = Variable(3.0)
        (v * v).backward(x)                          # v.grad = 6 x
        return v.grad * x
    assert mg.grad(f)(2.0) == 24.0


def test_a_variable_made_by_hand_inside_a_grad_goes_on_being_one():
    w = Variable(5.0)
    g = mg.grad(lambda x: w * x * x)(2.0)            # 2 w x, which w may be differentiated by
    assert g.data == 20.0
    g.backward()
    assert w.grad == 4.0
    with pytest.raises(TypeError, match="is a Variable already"):
        Variable(w)


def test_float_would_lose_the_graph_inside_a_grad():
    import math
    with pytest.raises(TypeError, match="mg.sin"):
        mg.grad(lambda x: math.sin(x))(1.0)
    assert math.sin(Variable(1.0)) == math.sin(1.0)


# ---- no_grad, detach, stop_gradient.

def test_no_grad_records_nothing():
    x = Variable(2.0)
    with mg.no_grad():
        y, z = x * x, Square()(x)
    for v in (y, z):
        assert type(v) is Variable and v.data == 4.0 and v.creator is None
    assert mg.grad(lambda x: x * mg.no_grad()(lambda: x * x)())(2.0) == 4.0


def test_a_grad_inside_no_grad_differentiates_as_ever():
    x = Variable(3.0)
    with mg.no_grad():
        assert mg.grad(lambda x: x * x)(2.0) == 4.0
        g = mg.grad(lambda y: x * y * y)(2.0)
    assert core.bare(g) == 12.0 and mg.grad(mg.grad(lambda x: x ** 3))(3.0) == 18.0


def test_detach_and_stop_gradient():
    assert mg.grad(lambda x: x * x.detach())(3.0) == 3.0
    assert mg.grad(lambda x: x * mg.stop_gradient(x))(3.0) == 3.0
    assert mg.grad(mg.grad(lambda x: x * x * mg.stop_gradient(x)))(3.0) == 6.0
    x = Variable(np.ones(2))
    assert x.detach().data is x.data and x.detach().creator is None


# ---- Large graphs.

def test_a_chain_of_a_million_calls():
    x = Variable(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + 1e-6
    y.backward()
    assert x.grad == 1.0 and np.isclose(y.data, 2.0)


def test_a_sum_of_a_hundred_thousand_branches():
    log, x = [], Variable(1.0)
    y = x * 0.0
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert x.grad == 100_000.0


def calls_alive():
    return sum(isinstance(thing, Function) for thing in gc.get_objects())


def test_a_graph_goes_with_its_output_without_the_garbage_collector():
    gc.collect()
    before = calls_alive()
    gc.disable()
    try:
        x = Variable(np.ones(3))
        y = x
        for _ in range(1000):
            y = mg.tanh(Square()(y) @ np.eye(3) + y[[0, 0, 2]])
        y = mg.sum(y)
        y.backward()
        assert calls_alive() >= before + 5000
        del y
        assert calls_alive() == before and x.grad.shape == (3,)
        mg.hessian(lambda x: mg.sum(mg.exp(x) * x))(np.ones(3))
        mg.jvp(lambda x: mg.exp(x) * x, (np.ones(3),), (np.ones(3),))
        with pytest.raises(KeyError):
            mg.grad(lambda x: {}[mg.sin(x)])(1.0)
        assert calls_alive() == before
    finally:
        gc.enable()


# ---- Gradients are arrays of their own.

def test_no_two_gradients_and_no_seed_share_memory():
    x, y, seed = Variable(np.ones(3)), Variable(np.ones(3)), np.ones(3)
    (x + y).backward(seed)
    arrays = [x.grad, y.grad, seed, x.data, y.data]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])
    x.grad += 1.0
    assert y.grad.tolist() == [1.0, 1.0, 1.0]
    gx, gy = mg.vjp(lambda x, y: x + y, np.ones(3), np.ones(3))[1](seed)
    assert not np.shares_memory(gx, gy) and not np.shares_memory(gx, seed)


def test_a_gradient_can_be_written_to():
    x = Variable(np.ones((2, 3)))
    mg.sum(x).backward()                             # its cotangent is one number, broadcast
    x.grad[0, 0] = 5.0
    assert x.grad.sum() == 10.0


def test_gradients_have_shape_and_dtype_of_their_primals():
    a, b = Variable(np.ones((2, 1, 3), np.float32)), Variable(np.ones((4, 1)))
    y = mg.sum(a * b * 2.0)
    assert y.dtype == np.float64
    y.backward()
    assert a.grad.shape == (2, 1, 3) and a.grad.dtype == np.float32 and b.grad.shape == (4, 1) and b.grad.dtype == np.float64
    half = Variable(np.ones(3, np.float16))
    z = mg.sum(half * 2.0 + 1.0)
    assert z.dtype == np.float16
    z.backward()
    assert half.grad.dtype == np.float16


def test_a_step_of_gradient_descent_in_place():
    w = Variable(np.array([1.0, 2.0]))
    for _ in range(2):
        w.clear_grad()
        mg.sum(w * w).backward()
        w.data -= 0.25 * w.grad
    assert w.data.tolist() == [0.25, 0.5]


# ---- A Python float is an array too.

def test_floats_in_floats_out():
    assert type(mg.grad(lambda x: mg.sin(x) * x)(0.5)) is float
    x = Variable(0.5)
    mg.exp(x * np.float64(2.0)).backward()
    assert type(x.grad) is float


def test_a_float_and_an_array_may_meet():
    x = np.array([1.0, 2.0])
    assert mg.grad(lambda a: mg.sum(a * x))(2.0) == 3.0
    assert mg.grad(mg.grad(lambda a: mg.sum(mg.exp(a * x))))(0.0) == 5.0
    y, tangent = mg.jvp(lambda a, b: a * b, (2.0, x), (1.0, x))
    assert tangent.tolist() == [3.0, 6.0]
    assert mg.grad(lambda a: mg.sum(mg.stack([a, a * a, 1.0])))(3.0) == 7.0
    _, back = mg.vjp(lambda x: mg.sum(x), x)
    assert back(1.0)[0].tolist() == [1.0, 1.0]
    assert mg.jacrev(lambda a: a * x)(3.0).tolist() == [1.0, 2.0]


def test_numpys_single_numbers_meet_floats_even_where_no_array_was_seen_before():
    real = arrays.real.copy()
    try:
        for first in (0.5, np.float64(0.5), np.array(0.5)):
            arrays.real.clear()
            arrays.real.add(float)
            assert mg.grad(mg.grad(lambda x: mg.sum(np.array(2.0) * x * x)))(first) == 4.0
            arrays.real.clear()
            arrays.real.add(float)
            assert mg.jvp(lambda x: np.float64(2.0) * mg.exp(x), (first,), (1.0,))[1] == 2 * np.exp(0.5)
    finally:
        arrays.real.update(real)


# ---- The array manners of a Variable.

def test_manners():
    x = Variable(np.arange(6.0).reshape(2, 3), name="x")
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float64, 2)
    assert x.T.shape == (3, 2) and x.mT.shape == (3, 2)
    assert [row.shape for row in x] == [(3,), (3,)]
    assert repr(Variable(np.array(2.0), name="x")) == "Variable(array(2.), name='x')"
    loss = mg.mean(x)
    assert f"{loss:.3f}" == "2.500" and float(loss) == 2.5 and loss.item() == 2.5 and bool(loss > 2)
    assert type(x > 1.0) is np.ndarray and type(x == x) is np.ndarray
    assert x.sum(axis=0).shape == (3,) and x.mean().shape == () and x.max(axis=1, keepdims=True).shape == (2, 1)
    assert x.min().data == 0.0 and x.prod().data == 0.0
    assert x.reshape(3, 2).shape == x.reshape((3, 2)).shape == (3, 2) and x.flatten().shape == (6,)
    assert x.astype(np.float32).dtype == np.float32
    assert {x: 1}[x] == 1                            # a key by identity
    assert (+x) is x and (-x).data[0, 1] == -1.0 and abs(-x).data[0, 1] == 1.0
    assert type(x // 2.0) is np.ndarray and (x % 2.0).data[1].tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize("options", [{}, {"axis": 0}, {"axis": (0, 1)}, {"axis": 1, "keepdims": True}, {"keepdims": True}], ids=str)
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod"])
def test_a_method_is_numpys_function_of_that_name(name, options):
    data = np.array([[0.5, 3.0, -2.0], [4.0, 0.25, 1.5]])
    y, expected = getattr(Variable(data), name)(**options), getattr(np, name)(data, **options)
    assert y.shape == np.shape(expected) and np.allclose(y.data, expected, rtol=1e-15)


@pytest.mark.parametrize("data", [2.5, np.array(2.5), np.full((1, 1), 2.5), np.float64(2.5)], ids=str)
def test_a_single_number_is_printed_and_taken_out_as_pythons(data):
    x = Variable(data)
    assert x.item() == 2.5 and type(x.item()) is float
    assert f"{x:.2f}" == "2.50" and f"{x}" == repr(x) == f"Variable({data!r})"
    assert bool(x) is True and bool(0 * x) is False
    assert mg.grad(lambda z: mg.sum(z if z else 3 * z))(data) == 1.0
    assert mg.grad(lambda z: mg.sum(float(f"{z:.1f}") * z))(data) == 2.5


def test_many_numbers_have_no_format_and_a_level_is_shown():
    x = Variable(np.array([1.0, 2.0]))
    assert f"{x}" == repr(x) == "Variable(array([1., 2.]))"
    with pytest.raises(TypeError, match="unsupported format string"):
        f"{x:.2f}"
    shown = []
    mg.grad(lambda z: shown.append(repr(z)) or z)(1.5)
    assert re.fullmatch(r"Variable\(1\.5, level \d+\)", shown[0])
    lowest = core.box(1.5, 2)            # of all that mg.grad makes
    assert repr(lowest) == "Variable(1.5, level 2)"
    with pytest.raises(TypeError, match="inside mg.grad"):
        float(lowest)


def test_operators_with_anything_on_either_side():
    x = Variable(np.array([1.0, 2.0, 3.0]))
    for y, right in [(np.ones(3) @ x, 6.0), (2 ** x, [2.0, 4.0, 8.0]), (2 - x, [1.0, 0.0, -1.0]), (6 / x, [6.0, 3.0, 2.0]),
                     (np.float64(2) * x, [2.0, 4.0, 6.0]), (np.array([1, 2, 3]) + x, [2.0, 4.0, 6.0]), (x @ np.ones(3), 6.0),
                     (5 % x, [0.0, 1.0, 2.0])]:
        assert type(y) is Variable and y.data.tolist() == right


@pytest.mark.parametrize("key", [0, -1, slice(None), slice(2, None, -1), ..., None, [0, 0, 1], [], [True, False, True], (slice(0, 2), [1, -1]),
                                 ([0, 2], [1, 1]), (None, 1, ..., slice(None, None, 2)), np.array([[0, 1], [2, 2]]), slice(0, 0)],
                         ids=str)
@pytest.mark.parametrize("layout", ["C", "F", "reversed", "read-only"])
def test_indexing(key, layout):
    x = np.arange(12.0).reshape(3, 4)
    x = {"C": x, "F": np.asfortranarray(x), "reversed": x[::-1, ::-1], "read-only": x.copy()}[layout]
    x.flags.writeable = layout != "read-only"
    v = Variable(x)
    y = v[key]
    expected = x[np.array(key, dtype=int) if isinstance(key, list) and not key else key]
    assert np.array_equal(y.data, expected) and y.shape == expected.shape and y.dtype == x.dtype
    seed = np.random.default_rng(0).normal(size=y.shape)
    y.backward(seed)
    right = np.zeros((3, 4))
    np.add.at(right, np.array(key, dtype=int) if isinstance(key, list) and not key else key, seed)
    assert np.array_equal(v.grad, right)


@pytest.mark.parametrize("key, dtype", [([0, 2], int), ([], int), ([True, False, True], bool)], ids=str)
def test_a_list_as_index_becomes_an_array_before_the_namespace_sees_it(key, dtype):
    x = Variable(np.arange(3.0))
    assert x[key].creator.key.dtype == dtype and x[key, ...].creator.key[0].dtype == dtype
    assert mg.scatter_add(x[key], key, (3,)).creator.key.dtype == mg.scatter_add(x[key], (key, ...), (3,)).creator.key[0].dtype == dtype


@pytest.mark.parametrize("shape", [(), (0,), (1,), (1, 0, 2), (1, 1)], ids=str)
def test_small_shapes(shape):
    x = Variable(np.full(shape, 0.5))
    y = mg.sum(mg.exp(x) * x)
    assert y.shape == ()
    y.backward()
    assert x.grad.shape == shape and x.grad.dtype == np.float64
    assert np.allclose(x.grad, np.exp(0.5) * 1.5)
