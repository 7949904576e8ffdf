"""What one gets by installing the package, and what its files may not hold."""
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, encoding="utf-8", timeout=300, **options)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The folder of commands of a fresh environment that has the package and what it needs, and nothing else."""
    uv = shutil.which("uv")
    if not uv:
        pytest.skip("uv is not installed: pip install uv")
    folder = tmp_path_factory.mktemp("bare")
    made = run(uv, "venv", "--python", sys.executable, folder / "env")
    assert made.returncode == 0, made.stderr
    scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    numpy = run(uv, "pip", "install", "--python", scripts / "python", "numpy>=2.1")
    if numpy.returncode:
        pytest.skip(f"the package index cannot be reached: {numpy.stderr[-200:]}")
    installed = run(uv, "pip", "install", "--python", scripts / "python", ROOT)
    assert installed.returncode == 0, installed.stderr
    return scripts


def python(bare, code):
    """What code prints in that environment, away from the sources."""
    result = run(bare / "python", "-I", "-c", code, cwd=bare)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_it_needs_numpy_alone(bare):
    assert python(bare, "import importlib.metadata as m; print(sorted(d.metadata['Name'] for d in m.distributions()))") == \
        "['minigrad-edu', 'numpy']\n"
    requires = python(bare, "import importlib.metadata as m; print(*m.requires('minigrad-edu'), sep='\\n')").splitlines()
    assert [requirement for requirement in requires if "extra ==" not in requirement] == ["numpy>=2.1"]


def test_importing_it_imports_nothing_else(bare):
    imported = python(bare, "import sys; import minigrad; print(*{name.partition('.')[0] for name in sys.modules})").split()
    assert "minigrad" in imported and not {"numpy", "jax", "click", "rich"} & set(imported)


def test_it_differentiates_numbers_where_numpy_cannot_be_imported(bare):
    code = "import sys; sys.modules['numpy'] = None; import minigrad as mg; " \
           "print(mg.grad(lambda x: mg.sin(x) * mg.exp(x) + x ** 2)(0.5))"
    from math import cos, exp, sin
    assert float(python(bare, code)) == pytest.approx(exp(0.5) * (sin(0.5) + cos(0.5)) + 1, abs=1e-15)


def test_the_whole_package_is_installed(bare):
    code = "import minigrad, pathlib; f = pathlib.Path(minigrad.__file__).parent; " \
           "print(*sorted(p.relative_to(f).as_posix() for p in f.rglob('*') if '__pycache__' not in p.parts and p.is_file()))"
    package = ROOT / "minigrad"
    files = sorted(p.relative_to(package).as_posix() for p in package.rglob("*") if "__pycache__" not in p.parts and p.is_file())
    assert python(bare, code).split() == files and "functions/arithmetic.py" in files


def test_the_command_is_there_and_says_what_to_install(bare):
    for command in [bare / "minigrad"], [bare / "python", "-m", "minigrad"]:
        result = run(*command, "--lang", "en", cwd=bare, env={**os.environ, "PYTHONUTF8": "1"})
        assert result.returncode == 2 and result.stdout == ""
        assert result.stderr.startswith("The command minigrad needs click and rich, which are not installed")
        assert result.stderr.endswith(': pip install "minigrad-edu[cli]"\n') and result.stderr.count("\n") == 1


def test_what_uv_installs_by_default_holds_all_extras_but_the_peers_that_are_measured_beside():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for extra, requirements in project["project"]["optional-dependencies"].items():
        if extra != "bench":
            assert set(requirements) <= set(project["dependency-groups"]["dev"]), extra


def test_the_readmes_examples_print_what_it_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", text, re.S)
    assert len(examples) == text.count("```python") >= 4
    code = "".join(f"{block}\nprint('-----')\n" for block, _ in examples)
    result = run(sys.executable, "-c", code)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split("-----\n")[:-1] == [output for _, output in examples]


def test_the_files_that_the_readme_links_to_exist():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 5 and [link for link in links if not (ROOT / link).exists()] == []


FORBIDDEN = {
    "a host of a package registry": r"\b(py[p]i|python[h]osted|npm[j]s|crates|debian)[.](org|com|io)\b",
    "a path of one machine": r"(^|[\s\"'`=(:])(/(root|work|home/\w+|Users/\w+)/[\w.]|[A-Z]:\\Users)",
}


def test_no_tracked_file_holds_a_registry_or_a_machines_path():
    git = shutil.which("git")
    listed = run(git, "-C", ROOT, "ls-files", "-z") if git else None
    if not listed or listed.returncode:
        pytest.skip("these sources are no git checkout")
    names = [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]
    assert "pyproject.toml" in names or "minigrad/core.py" in names
    for name in names:
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        for what, pattern in FORBIDDEN.items():
            found = re.search(pattern, text, re.M)
            assert not found, f"{name} holds {what}: {found.group()}"
