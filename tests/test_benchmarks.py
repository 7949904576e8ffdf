"""What the measurements of tests/benchmarks say without a clock, and that they would notice what they are there to notice."""
import json
import re

import numpy as np
import pytest

import minigrad as mg

jax = pytest.importorskip("jax", reason="the benchmarks compare with JAX: pip install jax")
from benchmarks import jit, record  # noqa: E402
from minigrad.checking import compare  # noqa: E402


@pytest.fixture(autouse=True)
def on_cpu():
    with compare.float64_on_cpu(jax), jax.enable_x64(False):
        yield


@pytest.mark.parametrize("name", [name for name, (_, barred) in jit.PROGRAMS.items() if barred])
def test_the_compiled_backward_pass_needs_no_more_than_jaxs(name):
    figures = jit.measure(jit.PROGRAMS[name][0](), rounds=1, compilations=1)
    assert figures.keys() == jit.BARS.keys() and all(value > 0 for pair in figures.values() for value in pair)
    for what in "flops", "bytes":
        ours, theirs = figures[what]
        assert round(ours / theirs, 3) <= jit.BARS[what], f"{jit.HEADINGS[what]}: {ours:,.0f}, and JAX's {theirs:,.0f}"


def test_convolution_by_matmul_is_convolution():
    x, w = np.random.default_rng(0).normal(size=(2, 3, 9, 8)), np.random.default_rng(1).normal(size=(4, 3, 3, 2))
    for stride in 1, 2, 3:
        expected = jit.convolve_by_xla(x, w, stride)
        np.testing.assert_allclose(jit.convolve_by_matmul(x, w, stride), expected, rtol=0, atol=1e-5)


def square(power):
    return jit.Program(lambda p, x: mg.sum((p["w"] * x) ** 2), lambda p, x: jax.numpy.sum((p["w"] * x) ** power),
                       {"w": np.ones(3, dtype=np.float32)}, (np.arange(1.0, 4.0, dtype=np.float32),))


def test_two_losses_that_differ_are_not_measured():
    jit.measure(square(2), rounds=1, compilations=1)
    with pytest.raises(AssertionError, match="the gradients by w differ by .* not the same"):
        jit.measure(square(2.001), rounds=1, compilations=1)


def test_each_round_measures_all_and_the_median_is_kept():
    order, times = [], {"a": iter([9.0, 1.0, 5.0, 2.0]), "b": iter([9.0, 4.0, 4.0, 8.0])}

    def timing(name):
        return lambda: order.append(name) or next(times[name])
    assert jit.by_turns([timing("a"), timing("b")], rounds=3) == [2.0, 4.0]
    assert "".join(order) == "ab" "ba" "ab" "ba"


def test_a_record_says_what_was_measured_where(tmp_path):
    record.save(tmp_path / "jit.json", "jit", {"figures": {"flops": 1.0}})
    kept = json.loads((tmp_path / "jit.json").read_text())
    assert kept["command"] == "uv run python -m tests.benchmarks jit" and kept["figures"] == {"flops": 1.0}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", kept["date"]) and kept["machine"]["processor"] and kept["machine"]["cores"] >= 1
    assert kept["versions"].keys() == {"python", "numpy", "jax", "jaxlib"}
    assert kept["commit"] is None or re.fullmatch(r"[0-9a-f]{40}(-dirty)?", kept["commit"])
