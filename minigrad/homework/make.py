"""A fresh repository for students: the package with the tasks' bodies blank, in one commit, and nothing that answers them.

Before it answers, the command proves its work (proving.py); if anything is wrong, nothing is left in OUT.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

from ..checking import Text
from . import handout
from .grafting import blank, graft, is_blank
from .proving import environment, find_answers, prove_tasks, runs_of, texts_of
from .reference import PACKAGE, sources, with_own
from .secret import note_tasks, secret_in
from .tasks import TASKS_FILE, load, parts

__all__ = ["make", "MakeError"]

AS_TEXT = {"capture_output": True, "encoding": "utf-8", "errors": "replace"}
STUDENTS = Path(__file__).with_name("students")
FILES = {"README.{lang}.md": "README.md", "pyproject.txt": "pyproject.toml", "start.txt": "minigrad_start.py",   # what they become
         "gitignore.txt": ".gitignore"}
# What of this folder only teachers have: a student's copy does without.
TEACHERS = {"make.py", "proving.py", "reference.py", "variations.py", "secret.py", "students",
            "grade.py", "submissions.py", "results.py", "page.py", "page.html", "alike.py"}

SENTENCES = {
    "not-empty": Text("{out} is not empty: name a folder that is empty or does not exist yet.",
                      "{out} 폴더가 비어 있지 않습니다. 비어 있거나 아직 없는 폴더를 지정하십시오."),
    "no-git": Text("git is needed to make the repository, and it is not installed: install it, and try again.",
                   "저장소를 만들려면 git이 필요한데 설치되어 있지 않습니다. git을 설치한 다음 다시 실행하십시오."),
    "git": Text("git failed: {detail}", "git 실행에 실패했습니다: {detail}"),
    "unknown": Text("There is no task {name}. The tasks are: {names}.", "{name}(이)라는 과제는 없습니다. 과제 이름: {names}."),
    "unproved": Text("The homework was not made, because its proof failed:\n{faults}",
                     "과제를 만들지 않았습니다. 검증에서 다음 문제가 발견되었습니다.\n{faults}"),
    "todo": Text("{name}: {title}\nWrite this. `minigrad homework check {name}` checks it, with --hint for a hint.",
                 "{name}: {title}\n여기를 채우십시오. `minigrad homework check {name}` 명령으로 확인하고, --hint를 붙이면 힌트를 봅니다."),
    "commit": Text("The homework", "과제"),
    "columns": Text("| task | | where | points |", "| 과제 | | 함수와 파일 | 배점 |"),
    "book": Text("\nThe book that goes with it: {site}\n", "\n함께 읽는 책: {site}\n"),
}


class MakeError(Exception):
    """Why nothing was made, as a sentence in the teacher's language."""

    def __init__(self, key, lang, **values):
        super().__init__(say(key, lang, **values))


def say(key, lang, **values):
    return getattr(SENTENCES[key], lang).format(**values)


def make(out, lang="en", only=(), seed_file=None, site=None, progress=None, tell=None, jobs=None):
    """Make the repository in the folder `out`; returns {name: Task} of what is in it.

    only       names of tasks: the others stay done
    seed_file  where the teacher's secret is: see secret.py; the tasks are noted there, so that `grade` knows them
    site       the address of the published book, to which the student's README links; by default that of the teacher's fork
    progress   called as progress(done, total)
    tell       called with a sentence that the teacher should read
    """
    out, every = Path(out).resolve(), load()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise MakeError("not-empty", lang, out=out)
    git = shutil.which("git")
    if git is None:
        raise MakeError("no-git", lang)
    for name in only:
        if name not in every:
            raise MakeError("unknown", lang, name=name, names=", ".join(every))
    secret = secret_in(seed_file, (out,), lang, tell)
    names = [name for name in every if name in (only or every)]
    text = chosen(TASKS_FILE.read_text(encoding="utf-8"), names)
    total, counted = 2 * len(names) + len(runs_of(names)), count(1)

    def step():
        if progress:
            progress(next(counted), total)
    done = sources(secret)
    with tempfile.TemporaryDirectory() as room:
        made = Path(room) / "homework"
        tasks = write_files(made, lang, text, done, secret, site or published(git), step)
        commit(git, made, lang)
        faults = prove(tasks, done, made, git, step, jobs)
        if faults:
            raise MakeError("unproved", lang, faults="\n".join(f"- {fault}" for fault in faults))
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, out, dirs_exist_ok=True)
    note_tasks(seed_file, names if only else [], lang, tell)
    return tasks


def chosen(text, names):
    """tasks.toml with these tasks only, and without the needs that are done already."""
    head, *sections = re.split(r"(?m)^(?=\[tasks\.[\w-]+\]$)", text)
    kept = [section for section in sections if re.match(r"\[tasks\.([\w-]+)\]", section)[1] in names]

    def fewer(match):
        needs = re.findall(r'"([\w-]+)"', match[1])
        left = [need for need in needs if need in names]
        return match[0] if left == needs else f"needs = {json.dumps(left)}"
    return head + "".join(re.sub(r"(?m)^needs = (\[[^\]]*\])", fewer, section) for section in kept)


def write_files(folder, lang, tasks_text, done, secret, site, step=lambda: None):
    """All files of the repository; returns its {name: Task}."""
    package = folder / "minigrad"
    shutil.copytree(PACKAGE, package, ignore=left_out)
    (package / "homework" / "tasks.toml").write_text(tasks_text, encoding="utf-8", newline="\n")
    tasks = load(package / "homework" / "tasks.toml")
    holes = dict(done)
    for task in tasks.values():
        holes[task.path] = blank(holes[task.path], task.qualname, say("todo", lang, name=task.name, title=task.title[lang]))
    for path, text in holes.items():
        (package / path).write_text(text, encoding="utf-8", newline="\n")
    with with_own(secret):
        handout.write(package, tasks, lang, step)
    for name, target in FILES.items():
        text = (STUDENTS / name.format(lang=lang)).read_text(encoding="utf-8")
        if target == "README.md":
            book = say("book", lang, site=site) if site else ""
            text = text.format(tasks=table(tasks, lang), example=next(iter(tasks)), book=book)
        (folder / target).write_text(text, encoding="utf-8", newline="\n")
    licence = PACKAGE.parent / "LICENSE"
    if licence.exists():                 # not there where the package was installed without its repository
        shutil.copy(licence, folder)
    return tasks


def published(git):
    """Where GitHub Pages shows the book of the repository that this package is in; None if it is in none of GitHub's."""
    origin = subprocess.run([git, "-C", str(PACKAGE.parent), "remote", "get-url", "origin"], env=environment(), **AS_TEXT).stdout
    found = re.search(r"github\.com[:/]([\w.-]+)/([\w.-]+?)(\.git)?$", origin.strip())
    return found and f"https://{found[1].lower()}.github.io/{found[2]}/"


def left_out(folder, names):
    """What of the package a student's copy does without."""
    here = Path(folder) == PACKAGE / "homework"
    return {name for name in names if name == "__pycache__" or name.endswith(".pyc") or here and name in TEACHERS}


def table(tasks, lang):
    """The tasks as a table in Markdown."""
    heads, lines = parts(), [say("columns", lang), "| --- | --- | --- | ---: |"]
    for number in dict.fromkeys(task.part for task in tasks.values()):
        lines.append(f"| **{number}. {heads[number][lang]}** | | | |")
        lines += [f"| `{task.name}` | {task.title[lang]} | `{task.qualname}`, `minigrad/{task.path}` | {task.points} |"
                  for task in tasks.values() if task.part == number]
    return "\n".join(lines)


def commit(git, folder, lang):
    """One commit with all that is in the folder, whatever this machine's own git is set to."""
    settings = ["user.name=minigrad", "user.email=minigrad@example.invalid", "core.autocrlf=false", "commit.gpgsign=false",
                f"core.hooksPath={os.devnull}"]
    for arguments in (["init", "--quiet", "--template="], ["symbolic-ref", "HEAD", "refs/heads/main"], ["add", "--all", "--force"],
                      ["commit", "--quiet", "--message", say("commit", lang)]):
        options = [word for setting in settings for word in ("-c", setting)]
        done = subprocess.run([git, *options, *arguments], cwd=folder, env=environment(), **AS_TEXT)
        if done.returncode:
            raise MakeError("git", lang, detail=done.stderr.strip())


def prove(tasks, done, folder, git, step, jobs):
    """What is wrong with a repository that was made: a list of sentences, empty if nothing is."""
    faults = []
    for path in dict.fromkeys(task.path for task in tasks.values()):
        text = (folder / "minigrad" / path).read_text(encoding="utf-8")
        for task in tasks.values():
            if task.path == path:
                if not is_blank(text, task.qualname):
                    faults.append(f"{task.name} is not blank")
                text = graft(text, task.qualname, done[path])
        if text != done[path]:
            faults.append(f"minigrad/{path}: with all answers put back it is not the reference")
    faults += find_answers(tasks, done, texts_of(folder, git))
    faults += prove_imports(folder)
    return faults or prove_tasks(tasks, done, step, jobs)


def prove_imports(folder):
    """The modules of the copy's homework can be imported without those that only teachers have."""
    names = sorted("minigrad.homework." + path.stem for path in (folder / "minigrad" / "homework").glob("*.py"))
    code = f"import importlib, sys; sys.path.insert(0, sys.argv[1])\nfor name in {names!r}: importlib.import_module(name)"
    ran = subprocess.run([sys.executable, "-B", "-c", code, str(folder)], cwd=folder, **AS_TEXT)
    return [f"the copy cannot be imported: {ran.stderr.strip().splitlines()[-1]}"] if ran.returncode else []
