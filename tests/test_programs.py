"""Random programs over the whole table have the derivatives that JAX finds: 500 here, 10,000 with pytest -m fuzz."""
import os
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

import minigrad as mg

pytest.importorskip("jax", reason="compares with JAX: pip install jax", exc_type=ImportError)
from minigrad.checking import table  # noqa: E402
from programs import DRAWN, Disagreement, Program, check, run  # noqa: E402
from programs.sketch import Sketch  # noqa: E402

BATCHES, SIZE = 9, 57
FUZZ_BATCHES, FUZZ_SIZE = 20, 500


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_programs_agree_with_jax(batch):
    run(SIZE, seed=batch)


@pytest.mark.fuzz
@pytest.mark.parametrize("batch", range(FUZZ_BATCHES))
def test_ten_thousand_new_programs_agree_with_jax(batch):
    seed = secrets.randbits(32)
    try:
        run(FUZZ_SIZE, seed)
    except Disagreement as error:
        error.add_note(f"It is among the programs of run({FUZZ_SIZE}, seed={seed}).")
        raise


# ---- What is drawn

def test_every_row_of_the_table_can_be_drawn():
    assert DRAWN.keys() == table.keys()
    for name in table:
        def has_it(program, name=name):
            assert name in program.functions and any("y" in line for line in program.lines)
        run(3, seed=0, names=(name,), check=has_it)


def test_the_ordinary_run_draws_every_function():
    drawn = Counter(dict.fromkeys(table, 0))
    for batch in range(BATCHES):
        drawn.update(run(SIZE, seed=batch, check=lambda program: None))
    print(f"In how many of {BATCHES * SIZE} programs each function is: {dict(sorted(drawn.items()))}")
    assert [name for name, n in drawn.items() if n == 0] == []


def test_the_same_seed_draws_the_same_programs():
    once, again = [], []
    run(20, seed=1, check=once.append)
    run(20, seed=1, check=again.append)
    other = []
    run(20, seed=2, check=other.append)
    assert once == again != other


@hypothesis.settings(max_examples=30, database=None, deadline=None, derandomize=True)
@hypothesis.given(st.data())
def test_an_array_too_large_for_a_step_has_no_partner(data):
    sketch = Sketch(data.draw)
    sketch.leaf((24, 3))                 # as matmul may need it: what broadcasts with it is larger still
    sketch.partner(sketch.shape(sketch.operand()))


def test_jax_is_asked_about_a_conv_of_two_dtypes():
    check(Program({"x0": "np.array([[[0.5, 2.0, -1.0]]])", "x1": "np.array([[[0.7, -0.2]]])"},
                  ["y0 = mg.astype(x0, np.float32)", "y1 = mg.conv(y0, x1)"], "mg.sum(y1)", ["astype", "conv"]))


# ---- What is wrong is found, made small, and shown

FAULTS = {
    "a rule": ("tanh", "mg.Tanh.backward = lambda self, gy: gy * (1 - self.output)"),
    "the second order alone": ("exp", "mg.Exp.backward = lambda self, gy: gy * mg.stop_gradient(self.output)"),
    "an exception": ("flip", "mg.Flip.backward = lambda self, gy: gy.nothing")}


@pytest.mark.parametrize("name, fault", FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found_and_shown_as_a_short_program_that_runs_by_itself(name, fault, monkeypatch, tmp_path):
    target, method = fault.partition(" = ")[0].removeprefix("mg.").split(".")
    monkeypatch.setattr(getattr(mg, target), method, getattr(getattr(mg, target), method))   # so that it is put back in the end
    exec(fault, {"mg": mg})
    with pytest.raises(Disagreement) as caught:
        run(100, seed=0, names=("add", "multiply", "sum", "permute_dims", "exp", "tanh", "flip"))
    program, code = caught.value.program, caught.value.code
    assert name in program.functions and len(program.lines) <= 3 and code in str(caught.value)
    assert outcome(code, tmp_path).returncode == 0
    faulty = outcome(code.replace("import minigrad as mg\n", f"import minigrad as mg\n{fault}\n"), tmp_path)
    assert faulty.returncode == 1 and ("AssertionError: the " in faulty.stderr or "AttributeError" in faulty.stderr)


def outcome(code, folder):
    """What comes of this code in a process of its own."""
    path = folder / "program.py"
    path.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(mg.__file__).parents[1])}
    return subprocess.run([sys.executable, path], cwd=folder, env=environment, capture_output=True, text=True)
