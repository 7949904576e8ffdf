"""What is handed out works, is proved, and answers nothing; and the proof has seen each fault that it is there for."""
import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import pytest
from conftest import SECRET_TEXT

from minigrad.homework import make as making
from minigrad.homework import judging, proving, reference
from minigrad.homework.grafting import body_of, find, graft, is_blank
from minigrad.homework.make import MakeError, make
from minigrad.homework.secret import SecretError, note_tasks, secret_in, tasks_in
from minigrad.homework.tasks import load, parts

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
ROOT = Path(__file__).parents[2]


def git(folder, *arguments):
    ran = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, encoding="utf-8", check=True)
    return ran.stdout


def texts(folder):
    return proving.texts_of(folder, shutil.which("git"))


# ---- What is handed out

def test_it_is_one_commit_of_all_its_files_and_nothing_of_ours(handed):
    assert git(handed, "rev-list", "--all", "--count").strip() == "1" and git(handed, "status", "--short") == ""
    assert git(handed, "branch", "--show-current").strip() == "main" and git(handed, "remote") == ""
    files = {name for name in git(handed, "ls-files", "-z").split("\0") if name}
    on_disk = {path.relative_to(handed).as_posix() for path in handed.rglob("*") if path.is_file()}
    assert files == {name for name in on_disk if not name.startswith(".git/")}
    top = {name.partition("/")[0] for name in files}
    assert top == {"minigrad", "minigrad_start.py", "README.md", "pyproject.toml", ".gitignore", "LICENSE"}


def test_every_task_is_blank_and_the_rest_is_the_reference(handed, tasks, done):
    for path in {task.path for task in tasks.values()}:
        text = (handed / "minigrad" / path).read_text(encoding="utf-8")
        for task in tasks.values():
            if task.path == path:
                assert is_blank(text, task.qualname)
                assert f"# TODO {task.name}: {task.title['en']}" in text
                text = graft(text, task.qualname, done[path])
        assert text == done[path]
    for path in ("transforms.py", "functions/shapes.py", "checking/rows.py", "homework/tasks.toml", "homework/probes.py"):
        assert (handed / "minigrad" / path).read_bytes() == (reference.PACKAGE / path).read_bytes()


def test_what_only_teachers_need_stays_out(handed):
    there = {path.name for path in (handed / "minigrad" / "homework").iterdir()}
    assert not there & making.TEACHERS and {"check.py", "tasks.toml", "probes.py", "handout.json"} <= there
    assert making.TEACHERS <= {path.name for path in (reference.PACKAGE / "homework").iterdir()}
    assert not list(handed.rglob("*.pyc")) and not list(handed.rglob("tests")) and not list(handed.rglob("docs"))


def test_the_readme_lists_the_tasks_and_their_points(handed, tasks):
    text = (handed / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{task.name}` | {task.title['en']} | `{task.qualname}`, `minigrad/{task.path}` | {task.points} |" in text
               for task in tasks.values())
    assert all(f"**{number}. {title['en']}**" in text for number, title in parts().items()) and "{" not in text


def test_a_students_project_asks_for_what_ours_does(handed):
    theirs = tomllib.loads((handed / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = ours["optional-dependencies"]
    needed = [one for one in extras["cli"] if not one.startswith("jinja2")]        # which only the teacher's page needs
    assert theirs["dependencies"] == ours["dependencies"] + needed and theirs["requires-python"] == ours["requires-python"]
    assert theirs["optional-dependencies"] == {"jax": extras["jax"]} and theirs["scripts"] == {"minigrad": "minigrad_start:main"}


def test_the_engine_in_it_runs_and_says_what_is_to_be_done(handed):
    code = "import numpy as np, minigrad as mg\nprint(mg.exp(np.array(0.0)))\nmg.Square()(mg.Variable(np.array(2.0)))"
    options = {"env": {**os.environ, "PYTHONPATH": str(handed)}, "capture_output": True, "text": True, "encoding": "utf-8"}
    ran = subprocess.run([sys.executable, "-B", "-c", code], cwd=handed, **options)
    assert ran.stdout == "1.0\n" and ran.stderr.endswith("NotImplementedError: square-forward: The square: forward\n")


def test_it_holds_numbers_but_no_answer_and_no_secret(handed, tasks, done, seed_file):
    assert proving.find_answers(tasks, done, texts(handed)) == []
    everything = b"".join(path.read_bytes() for path in handed.rglob("*") if path.is_file())
    for secret in (seed_file.read_bytes().strip(), secret_in(seed_file), secret_in(seed_file).hex().encode()):
        assert secret not in everything
    assert set(json.loads((handed / "minigrad/homework/handout.json").read_text(encoding="utf-8"))["expected"]) == set(tasks)


def test_some_tasks_only_and_in_korean(tmp_path, secret, tasks, done, monkeypatch):
    seed_file = tmp_path / "seed"
    seed_file.write_text(SECRET_TEXT)
    monkeypatch.setattr(judging, "import_jax", lambda: None)
    only = ["sweep", "tanh-backward", "own-gather"]
    done_of, told, folder = [], [], tmp_path / "a" / "과제 1"
    made = make(folder, "ko", only[::-1], seed_file, "https://book.example/", lambda *n: done_of.append(n), told.append, 1)
    assert list(made) == list(load(folder / "minigrad/homework/tasks.toml")) == only and told == []
    assert tasks["sweep"].needs == ("exp-backward",) and made["sweep"].needs == ()          # which is done
    for name, task in tasks.items():
        assert is_blank((folder / "minigrad" / task.path).read_text(encoding="utf-8"), task.qualname) == (name in only)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "https://book.example/" in text and "| `sweep` | 역전파: 집으로 가는 길 |" in text and "exp-backward" not in text
    text = (folder / "minigrad/functions/elementary.py").read_text(encoding="utf-8")
    assert "# TODO tanh-backward: 쌍곡탄젠트\n        # 여기를 채우십시오." in text
    assert git(folder, "log", "--format=%s").strip() == "과제"
    runs = 2 + 3 + 4                     # each task with nothing else blank, and with each up to itself
    assert done_of == [(n, 3 + runs + 3) for n in range(1, 3 + runs + 3 + 1)]
    assert tasks_in(seed_file) == only and secret_in(seed_file) == secret
    own = (folder / "minigrad/own.py").read_text(encoding="utf-8")
    assert graft(own, "Gather.backward", done["own.py"]) == done["own.py"]


@pytest.mark.parametrize(("origin", "address"), [
    ("https://github.com/Teacher/minigrad.git", "https://teacher.github.io/minigrad/"),
    ("git@github.com:a-b/course.2.git", "https://a-b.github.io/course.2/"),
    ("https://git.example/a/b.git", None),
    (None, None),
])
def test_the_book_is_that_of_the_teachers_fork(tmp_path, monkeypatch, origin, address):
    git(tmp_path, "init", "--quiet")
    if origin:
        git(tmp_path, "remote", "add", "origin", origin)
    monkeypatch.setattr(making, "PACKAGE", tmp_path / "minigrad")
    assert making.published(shutil.which("git")) == address


def test_the_tasks_are_noted_beside_the_secret_and_forgotten_again(tmp_path):
    seed = tmp_path / "seed"
    seed.write_text("a secret of some length")
    before, told = secret_in(seed), []
    assert tasks_in(seed) == []
    for names in (["sweep", "softmax"], ["sweep"], [], []):
        note_tasks(seed, names, "en", told.append)
        assert tasks_in(seed) == names and secret_in(seed) == before
    assert told == [] and [path.name for path in tmp_path.iterdir()] == ["seed"]
    (tmp_path / "seed.part").mkdir()     # so that it cannot be written
    note_tasks(seed, ["sweep"], "en", told.append)
    assert len(told) == 1 and "--tasks sweep" in told[0] and tasks_in(seed) == []


# ---- What is refused

@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path, seed_file, lang):
    (tmp_path / "theirs.txt").write_text("precious")
    for out in (tmp_path, tmp_path / "theirs.txt"):
        with pytest.raises(MakeError, match={"ko": "비어 있지 않습니다", "en": "is not empty"}[lang]):
            make(out, lang, seed_file=seed_file)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.txt"] and (tmp_path / "theirs.txt").read_text() == "precious"


def test_an_unknown_task_a_secret_inside_and_a_missing_git_are_refused(tmp_path, seed_file, monkeypatch):
    with pytest.raises(MakeError, match="There is no task swep. The tasks are: numerical-diff, "):
        make(tmp_path / "out", only=["swep"], seed_file=seed_file)
    with pytest.raises(SecretError):
        make(tmp_path / "out", seed_file=tmp_path / "out" / "homework.seed")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MakeError, match="git is needed"):
        make(tmp_path / "out", seed_file=seed_file)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_where_the_proof_fails(tmp_path, seed_file, monkeypatch):
    monkeypatch.setattr(making, "prove", lambda *args: ["exp-backward: it passes while exp-backward is blank", "another"])
    with pytest.raises(MakeError, match="proof failed:\n- exp-backward: it passes while exp-backward is blank\n- another$"):
        make(tmp_path / "out", only=["exp-backward"], seed_file=seed_file)
    assert list(tmp_path.iterdir()) == []


def test_the_settings_of_this_machines_git_do_not_matter(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    (home / "hooks" / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (home / "hooks" / "pre-commit").chmod(0o755)
    (home / ".gitconfig").write_text("\n".join([
        "[core]", f"hooksPath = {(home / 'hooks').as_posix()}", f"excludesFile = {(home / 'ignore').as_posix()}", "autocrlf = true",
        "[commit]", "gpgsign = true", "[init]", "defaultBranch = other", "[user]", "name = A Teacher", ""]))
    (home / "ignore").write_text("*.json\n")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("GIT_DIR", str(home / "nowhere"))
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "numbers.json").write_text("[1]\n", newline="\n")
    making.commit(shutil.which("git"), folder, "en")
    assert list(texts(folder)) == ["numbers.json"]
    monkeypatch.delenv("GIT_DIR")
    assert git(folder, "log", "--format=%an %s").strip() == "minigrad The homework"
    assert git(folder, "ls-files").strip() == "numbers.json" and git(folder, "branch", "--show-current").strip() == "main"


# ---- The proof sees each fault

@pytest.fixture
def few(tasks):
    return {name: tasks[name] for name in ("square-forward", "square-backward", "exp-backward")}


def changed(tasks, name, **fields):
    return {**tasks, name: replace(tasks[name], **fields)}


def test_the_tasks_are_proved_as_they_are(tasks, done):
    assert proving.prove_tasks(tasks, done, jobs=2) == []


@pytest.mark.parametrize(("name", "needs", "fault"), [
    ("square-backward", (),
     "square-backward: it needs square-forward and does not say so: without, it ends in NotImplementedError: square-forward"),
    ("exp-backward", ("square-forward",), "exp-backward: it passes while square-forward is blank, which it says it needs"),
])
def test_wrong_needs_are_found(few, done, name, needs, fault):
    assert proving.prove_tasks(changed(few, name, needs=needs), done, jobs=1) == [fault]


def test_a_reference_that_fails_its_own_task_is_found(few, done):
    path = few["exp-backward"].path
    broken = done[path].replace("return gy * self.output\n", "return gy * self.outputs\n", 1)
    assert broken != done[path]
    faults = proving.prove_tasks(few, {**done, path: broken}, jobs=1)
    assert len(faults) >= 1 and faults[0].startswith("exp-backward: with the reference's own body it ends in AttributeError")


def test_a_task_that_nobody_checks_is_found(few, done):
    lazy = changed(few, "exp-backward", target="minigrad.functions.elementary.Expm1.backward")
    assert proving.prove_tasks(lazy, done, jobs=1) == ["exp-backward: it passes while exp-backward is blank"]


def test_a_task_that_cannot_do_without_a_later_one_is_found(few, done):
    early = {name: few[name] for name in ("square-backward", "square-forward")}
    faults = proving.prove_tasks(early, done, jobs=1)
    assert faults[0].startswith("square-backward: with the reference's own body it ends in NotImplementedError: square-forward")


TANH = "y = self.output\n{}return gy * (1 - y * y)\n"


@pytest.mark.parametrize(("where", "text"), [
    ("minigrad/other.py", "def f(self, gy):\n    " + TANH.format("    ")),
    ("minigrad/other.py", "def f(self, gy):\n    kept = self.output\n    return gy * (1 - kept * kept)\n"),
    ("minigrad/other.py", "def f(self, gy):\n    if gy:\n        print()\n        " + TANH.format("        ") + "    return 0\n"),
    ("minigrad/other.py", '"""As in\n\n    def backward(self, gy):\n        ' + TANH.format("        ") + '\nand so on.\n"""\n'),
    ("minigrad/other.py", "# y = self.output\n# return gy * (1 - y * y)\nx = 1\n"),
    ("tests/test_tanh.py", "def test_tanh():\n    text = '''\n    " + TANH.format("    ") + "'''\n"),
    ("README.md", "# Title\n\n```python\n" + TANH.format("") + "```\n"),
    ("notes.txt", "Do it so:\n\n    " + TANH.format("    ")),
    ("handout.json", json.dumps({"sources": {"x.py": "class T:\n    def b(self, gy):\n        " + TANH.format("        ")}})),
    ("broken.py", "def f(:\n\n" + TANH.format("")),
])
def test_an_answer_is_found_wherever_it_is(tasks, done, where, text):
    found = proving.find_answers(tasks, done, {where: text})
    assert len(found) == 1 and f"{where} holds the answer to tanh-backward: " in found[0]


def test_a_large_part_of_an_answer_is_found(tasks, done):
    loop = ast.unparse(find(done["core.py"], "sweep").body[-1].body[0])
    assert loop.startswith("for s, g in zip(sources, cotangents):")
    text = "def helper(waiting, calls, call, sources, cotangents):\n" + indent(loop, "    ")
    found = proving.find_answers(tasks, done, {"a.py": text})
    assert found and "the answer to sweep" in found[0]


def test_what_is_like_an_answer_but_none_is_left_alone(tasks, done):
    text = "def f(self, gy):\n    y = self.output\n    return gy * (1 + y * y)\ndef g(self, gy):\n    return gy\n"
    assert proving.find_answers(tasks, done, {"a.py": text}) == []


def test_only_small_bodies_are_below_the_size_that_is_looked_for(tasks, done):
    sizes = {task.name: proving.size(body_of(find(done[task.path], task.qualname))) for task in tasks.values()}
    small = {name for name, size in sizes.items() if size < proving.LEAST_BODY}
    assert small == {"square-forward", "exp-backward", "getitem-backward"}         # x * x, gy * self.output, a call of scatter_add


def test_an_answer_in_the_history_or_compiled_is_found(tmp_path, tasks, done):
    making_git = shutil.which("git")
    (tmp_path / "a.py").write_text("def f(self, gy):\n    " + TANH.format("    "), encoding="utf-8")
    making.commit(making_git, tmp_path, "en")
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    found = proving.find_answers(tasks, done, texts(tmp_path))
    assert len(found) == 1 and found[0].startswith("git object ") and "tanh-backward" in found[0]
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"")
    with pytest.raises(ValueError, match="a.cpython-311.pyc is a compiled file"):
        texts(tmp_path)


def test_a_copy_that_is_not_the_reference_or_lacks_a_module_is_found(handed, tmp_path, few, done, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(handed, copy)
    monkeypatch.setattr(making, "prove_tasks", lambda *args: [])
    monkeypatch.setattr(making, "find_answers", lambda *args: [])
    (copy / "minigrad" / "homework" / "probes.py").unlink()
    some = {name: task for name, task in load().items() if task.path == "functions/elementary.py"}
    path = copy / "minigrad" / "functions" / "elementary.py"
    path.write_text(path.read_text(encoding="utf-8").replace("return gy / x\n", "return gy * x\n", 1), encoding="utf-8")
    faults = making.prove(some, done, copy, shutil.which("git"), None, 1)
    assert faults[0] == "minigrad/functions/elementary.py: with all answers put back it is not the reference"
    assert faults[1].startswith("the copy cannot be imported: ") and len(faults) == 2
