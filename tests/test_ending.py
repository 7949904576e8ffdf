"""What pytest prints at its end: for each function how far it is from each witness, and what was left out."""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ending import in_columns
from minigrad.checking import BOUNDS, table

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def ending(tmp_path_factory):
    """What pytest prints where JAX is not installed, for three functions and the random programs."""
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "jax.py").write_text("raise ModuleNotFoundError('there is no JAX', name='jax')")
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_table.py", "tests/test_programs.py",
                          "-k", "(every_witness or jvp_of_jvp) and (tanh or cumulative_sum or remainder) or random_programs"],
                         cwd=ROOT, capture_output=True, text=True, timeout=120,
                         env={**os.environ, "PYTHONPATH": f"{hidden}{os.pathsep}{ROOT}", "COLUMNS": "80", "PYTEST_ADDOPTS": ""})
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_each_function_that_was_compared_is_there_with_its_samples_and_errors(ending):
    lines = {line.split()[0]: line.split()[1:] for line in ending.splitlines() if line.split()[:1] and line.split()[0] in table}
    assert lines.keys() >= {"tanh", "remainder", "cumulative_sum"}
    for name, (samples, numer, cmplx, *of_jax) in lines.items():
        assert int(samples) == len(table[name].samples) and 0 < float(numer) <= BOUNDS["numerical"] and of_jax == ["-", "-"]
        assert cmplx == "-" if not table[name].analytic else float(cmplx) <= BOUNDS["complex_step"]


def test_what_was_left_out_is_said_with_its_reason(ending):
    left_out = [line for line in ending.splitlines() if line.startswith("left out: ")]
    assert any("compares with JAX: pip install jax" in line for line in left_out)
    assert any(line.endswith("that were not selected") for line in left_out)


def test_the_table_has_as_many_columns_as_the_width_holds():
    errors = dict(zip(BOUNDS, [1e-9, None, 0.0, 2e-16]))
    proved = {name: (9, errors) for name in list(table)[:5]}
    narrow, wide = list(in_columns(proved, 60)), list(in_columns(proved, 140))
    assert len(narrow) == 6 and len(wide) == 3 and all(len(line) <= 140 for line in wide)
    assert narrow[1].split() == ["add", "9", "1e-09", "-", "0", "2e-16"]
    assert sorted(name for line in wide[1:] for name in re.findall(r"[a-z]\w+", line)) == sorted(proved)
