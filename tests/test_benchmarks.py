"""What the measurements of tests/benchmarks say without a clock, and that they would notice what they are there to notice."""
import json
import re
import subprocess
import sys

import numpy as np
import pytest

import minigrad as mg

from benchmarks import compare, memory, networks, peers, price, record, scalars, timing
from benchmarks.price import Counted, operations
from minigrad.checking.compare import float64_on_cpu
from test_examples import ENVIRONMENT, run


# ---- All do the same work.

@pytest.mark.parametrize("workload", [*networks.SHAPES, "attention"])
def test_all_contenders_of_a_network_agree_on_the_gradient(workload):
    contenders = networks.contenders(workload, peers.libraries())
    assert {"by hand", "minigrad"} <= contenders.keys()
    timing.check_agreement(contenders)


@pytest.mark.parametrize("start", [scalars.X, np.array(scalars.X)], ids=["float", "array"])
def test_all_contenders_of_the_chain_agree_on_the_derivative(start):
    timing.check_agreement(scalars.chains(start))


def test_contenders_that_differ_are_not_measured():
    with pytest.raises(AssertionError, match="gradient 1 of wrong is not that of right: it differs by"):
        timing.check_agreement({"right": lambda: [1.0, np.ones(3)], "wrong": lambda: [1.0, np.array([1, 1, 1 + 1e-9])]})


def test_each_round_measures_all_and_the_median_is_kept():
    order, times = [], {"a": iter([9.0, 1.0, 5.0, 2.0]), "b": iter([9.0, 4.0, 4.0, 8.0])}

    def timed(name):
        return lambda: order.append(name) or next(times[name])
    assert timing.by_turns([timed("a"), timed("b")], rounds=3) == [2.0, 4.0]
    assert "".join(order) == "ab" "ba" "ab" "ba"


def test_a_bar_that_is_not_reached_is_named():
    reached = {what: bar for what, bar in compare.FIGURES.items()}
    times = {"mid": {"by hand": {"ratio": 1.15}, "PyTorch": {"ratio": 1.01}}}
    assert compare.missed(times, {"figures": {**reached, "memory, mid": 1.2}, "price": {"waves": 4.5, "mid": 4.0}}) == [
        "mid: 1.01 of PyTorch, bar 1.00", "memory, mid: 1.20, bar 1.1", "price of waves: 4.50, bar 4"]


# ---- What needs no clock holds.

def test_operations_are_counted():
    a, b = np.ones((2, 3)), np.ones((3, 4))
    assert operations(lambda a, b: a @ b, a, b) == 2 * 2 * 3 * 4
    assert operations(lambda a: mg.sum(a), a) == 6
    assert operations(lambda a: mg.exp(a) * 2 - a, a) == 3 * 6
    assert operations(lambda a: mg.permute_dims(mg.reshape(a, (3, 2)), (1, 0))[0], a) == 0
    assert operations(lambda a: mg.grad(lambda a: mg.sum(a * a))(a), a) == 6 + 6 + 3 * 6           # a*a, its sum; gy*a twice, and their sum
    assert type((a @ Counted(b))) is Counted


@pytest.mark.parametrize("name", price.workloads())
def test_a_gradient_costs_at_most_four_times_the_function(name):
    f, arrays, argnums = price.workloads()[name]
    alone, together = price.price(f, *arrays, argnums=argnums)
    assert alone < together <= compare.PRICE * alone


def test_central_differences_cost_what_grows_with_the_number_of_inputs():
    few, many = price.growth([10, 100], limit=100)
    assert many["differences, operations"] > 9 * few["differences, operations"] > 9 * 10
    assert few["operations"] < 3 and many["operations"] < 3


@pytest.mark.parametrize("workload", memory.WORKLOADS)
def test_the_memory_at_the_fullest_is_that_of_the_hand_written_pass(workload):
    ours, theirs = memory.peaks(workload)
    assert ours <= compare.FIGURES[f"memory, {workload}"] * theirs


def test_a_call_takes_at_most_300_bytes():
    assert 0 < scalars.bytes_per_node(9000) <= compare.FIGURES["deep, bytes a node"]


# ---- Compiled by JAX

jax = pytest.importorskip("jax", reason="the compiled backward pass is compared with JAX's: pip install jax")
from benchmarks import jit  # noqa: E402


@pytest.fixture
def on_cpu():
    with float64_on_cpu(jax), jax.enable_x64(False):
        yield


@pytest.mark.parametrize("name", [name for name, (_, barred) in jit.PROGRAMS.items() if barred])
def test_the_compiled_backward_pass_needs_no_more_than_jaxs(name, on_cpu):
    figures = jit.measure(jit.PROGRAMS[name][0](), rounds=1, compilations=1)
    assert figures.keys() == jit.BARS.keys() and all(value > 0 for pair in figures.values() for value in pair)
    for what in "flops", "bytes":
        ours, theirs = figures[what]
        assert round(ours / theirs, 3) <= jit.BARS[what], f"{jit.HEADINGS[what]}: {ours:,.0f}, and JAX's {theirs:,.0f}"


def test_convolution_by_matmul_is_convolution(on_cpu):
    x, w = np.random.default_rng(0).normal(size=(2, 3, 9, 8)), np.random.default_rng(1).normal(size=(4, 3, 3, 2))
    for stride in 1, 2, 3:
        expected = jit.convolve_by_xla(x, w, stride)
        np.testing.assert_allclose(jit.convolve_by_matmul(x, w, stride), expected, rtol=0, atol=1e-5)


def square(power):
    return jit.Program(lambda p, x: mg.sum((p["w"] * x) ** 2), lambda p, x: jax.numpy.sum((p["w"] * x) ** power),
                       {"w": np.ones(3, dtype=np.float32)}, (np.arange(1.0, 4.0, dtype=np.float32),))


def test_two_losses_that_differ_are_not_measured(on_cpu):
    jit.measure(square(2), rounds=1, compilations=1)
    with pytest.raises(AssertionError, match="the gradients by w differ by .* not the same"):
        jit.measure(square(2.001), rounds=1, compilations=1)


def test_a_record_says_what_was_measured_where(tmp_path):
    record.save(tmp_path / "jit.json", "tests.benchmarks jit", {"figures": {"flops": 1.0}})
    kept = json.loads((tmp_path / "jit.json").read_text())
    assert kept["command"] == "uv run python -m tests.benchmarks jit" and kept["figures"] == {"flops": 1.0}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", kept["date"]) and re.fullmatch(r".+, \d+ cores, \w+", kept["machine"])
    assert kept["versions"].keys() == {"python", "numpy", "jax", "jaxlib"}
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?|unknown", kept["commit"])


def test_the_training_that_is_recorded_is_that_of_the_example(tmp_path):
    pytest.importorskip("jax", reason="the training is compiled by JAX: pip install jax")
    out = tmp_path / "transformer.json"
    subprocess.run([sys.executable, "-m", "tests.benchmarks", "transformer", "--steps", "2", "--out", str(out)], cwd=record.ROOT,
                   env=ENVIRONMENT, check=True, timeout=240)
    kept, (losses, _, _) = json.loads(out.read_text()), run("transformer.py", "--steps", "2")
    assert kept["command"] == "uv run python -m tests.benchmarks transformer"
    assert kept["losses"] == [round(losses[i], 4) for i in (0, 1)]
