"""The examples train to what they state, and NumPy and compiled JAX give the same losses."""
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
# One thread for each product of matrices: two programs whose threads wait for one another would each take many times longer.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8",
               "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

pytestmark = [pytest.mark.skipif(importlib.util.find_spec(name) is None, reason=f"the examples need {name}: pip install {name}")
              for name in ("click", "rich")]
needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="this test compares with JAX: pip install jax")
needs_sklearn = pytest.mark.skipif(importlib.util.find_spec("sklearn") is None,
                                   reason="the digits come with scikit-learn: pip install scikit-learn")


def run(name, *options):
    """What an example prints: {number of the step: loss}, all of it, and what it shows meanwhile."""
    result = subprocess.run([sys.executable, EXAMPLES / name, *options], env=ENVIRONMENT, timeout=240,
                            capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    losses = {int(i): float(value) for i, value in re.findall(r"^step +(\d+)  loss (\S+)$", result.stdout, re.MULTILINE)}
    return losses, result.stdout, result.stderr


def close(a, b, rtol=1e-8):
    """Promised are six digits; float32 would come near to that, and float64 does better."""
    return a.keys() == b.keys() and all(abs(a[i] - b[i]) <= rtol * abs(b[i]) for i in b)


def line_is_found(printed):
    found, best = [[float(number) for number in re.findall(r"\d\.\d+", row)] for row in printed.splitlines()[-2:]]
    return len(found) == 2 and found == pytest.approx(best, abs=2e-4)


def share(printed):
    return float(re.search(r"([\d.]+)% of", printed)[1])


@needs_jax
@pytest.mark.parametrize("name, options, reached", [
    ("line.py", [], line_is_found),
    ("spirals.py", [], lambda printed: share(printed) >= 99),
    pytest.param("digits.py", [], lambda printed: share(printed) >= 97, marks=needs_sklearn),
    # The whole training takes a minute: here its beginning, until it knows more than how frequent each letter is (3.2).
    ("transformer.py", ["--steps", "50"], lambda printed: float(re.search(r"unseen +loss (\S+)", printed)[1]) < 3.1),
], ids=lambda value: value.removesuffix(".py") if isinstance(value, str) else "")
def test_numpy_and_jax_train_alike_and_to_what_is_stated(name, options, reached):
    numpys, printed, shown = run(name, *options)
    assert len(numpys) == 10 and numpys[max(numpys)] < 0.8 * numpys[0]
    assert reached(printed)
    assert "100%" in shown and "100%" not in printed.splitlines()[0], "the progress bar belongs on stderr"
    jaxs, printed, _ = run(name, *options, "--jax")
    assert close(jaxs, numpys), f"NumPy {numpys}\nJAX {jaxs}"
    assert reached(printed)


@needs_jax
def test_as_the_notes_say_step_is_traced_once_for_each_shape_and_works_inside_what_jax_repeats_and_branches_with(monkeypatch):
    import jax
    import numpy as np
    import minigrad as mg
    monkeypatch.syspath_prepend(EXAMPLES)
    import line
    traced = []

    def step(p, x, y):
        traced.append(x)
        return line.step(p, x, y)
    with jax.enable_x64(True):
        start = p = {"slope": np.array(0.0), "shift": np.array(0.0)}
        x = np.linspace(-1, 1, 8)
        train = jax.jit(step)
        for _ in range(3):
            p, _ = train(p, x, 2 * x + 1)
        assert len(traced) == 1 and isinstance(traced[0], jax.core.Tracer)
        train(p, x[:4], 2 * x[:4] + 1)
        train(p, x, 2 * x + 1)
        assert len(traced) == 2

        def body(p, _):
            return step(p, x, 2 * x + 1)
        scanned, _ = jax.lax.scan(body, start, None, 3)
        assert len(traced) == 3
        assert all(np.isclose(scanned[k], p[k], rtol=1e-12, atol=0) for k in p)
        branched = jax.lax.cond(True, body, lambda p, _: (p, 0.0), start, None)[0]
        assert np.isclose(branched["shift"], line.step(start, x, 2 * x + 1)[0]["shift"]) and branched["shift"] != 0
        with pytest.raises(jax.errors.TracerBoolConversionError):
            jax.jit(lambda x: line.loss(p, x, x) if x[0] > 3 else x)(x)
        with pytest.raises(TypeError, match="Variable"):
            mg.grad(jax.checkpoint(lambda slope: line.loss({**p, "slope": slope}, x, x)))(1.0)
        again = jax.value_and_grad(jax.checkpoint(line.loss))(p, x, x)
        assert np.isclose(again[0], line.loss(p, x, x)) and np.isclose(again[1]["shift"], mg.grad(line.loss)(p, x, x)["shift"])


def test_every_example_is_run_here_or_in_test_distributed():
    parameters = test_numpy_and_jax_train_alike_and_to_what_is_stated.pytestmark[0].args[1]
    names = {getattr(case, "values", case)[0] for case in parameters}
    assert {path.name for path in EXAMPLES.glob("*.py")} == names | {"sharded.py"}


def test_the_letters_of_the_text_are_few_and_plain():
    text = (EXAMPLES / "text.txt").read_text(encoding="utf-8")
    assert 20_000 < len(text) < 65_000 and text.isascii() and len(set(text)) == 60
