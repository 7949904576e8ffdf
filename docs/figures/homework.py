"""Transcripts of the homework's commands, for the pages For students and For teachers: run in a folder that is gone afterwards.

Everything is done twice, once for a Korean and once for an English class, and printed for both pages at once:

    desk = homework.Desk()
    desk.transcript("minigrad homework make class --seed-file course.seed")

What differs from run to run or from machine to machine is not shown: a path begins at the folder, or at ~ where it is in the home.
"""
import ast
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path
from textwrap import dedent, indent

from minigrad.homework import grade, judging, make
from minigrad.homework.grafting import body_lines, find, graft, tree
from minigrad.homework.reference import sources
from minigrad.homework.running import Runner
from minigrad.homework.secret import secret_in
from minigrad.homework.tasks import load
from minigrad_pages.reading import BAR, LANGUAGES

__all__ = ["Desk", "TASKS", "OWN", "attacked", "held", "points_of", "total"]

TASKS = load()
OWN = [task for task in TASKS.values() if task.path == "own.py"]
WIDTH = 42                               # of the terminal, in columns: as wide as a phone
LOCALE = {"ko": "ko_KR.UTF-8", "en": "en_US.UTF-8"}


class Desk:
    """A folder for each language, and in each a home.

    names   {"kim": "김하늘 ¦ kim"}: what {kim} is in a command or a path, beside {lang}, which is "ko" or "en"
    """

    def __init__(self, names=()):
        self.room = tempfile.TemporaryDirectory(prefix="minigrad-")
        self.folders, self.names, self.place = {}, {}, "."
        for n, lang in enumerate(LANGUAGES):
            self.folders[lang] = Path(self.room.name).resolve() / lang
            (self.folders[lang] / "home").mkdir(parents=True)
            self.names[lang] = {"lang": lang, **{name: both.split(BAR)[n] for name, both in dict(names).items()}}

    def path(self, lang, path="."):
        """A path on the desk, from the folder that is worked in."""
        return self.folders[lang] / self.place / path.format_map(self.names[lang])

    # ---- What is shown.

    def transcript(self, *commands):
        """Print commands and what they said, in both languages; returns their exit statuses."""
        with ThreadPoolExecutor(len(LANGUAGES)) as pool:
            done = list(pool.map(lambda lang: [self.ran(c.format_map(self.names[lang]), lang) for c in commands], LANGUAGES))
        print_both(*("\n\n".join(f"$ {command}\n{said}".rstrip() for command, said, _ in all_said) for all_said in done))
        return [status for _, _, status in done[0]]

    def ran(self, command, lang):
        """(the command, what it printed, its exit status)"""
        home = str(self.folders[lang] / "home")
        program, *arguments = [re.sub(r"^~", lambda _: home, word) for word in shlex.split(command.replace("\\\n", ""))]
        own_start = (self.path(lang) / "minigrad_start.py").exists()               # a student's copy has it in its pyproject.toml
        start = ["minigrad_start.py"] if own_start else ["-m", "minigrad"]
        words = [sys.executable, *start] if program == "minigrad" else [program]
        own = {"HOME": home, "USERPROFILE": home, "LANG": LOCALE[lang], "LC_ALL": LOCALE[lang], "COLUMNS": str(WIDTH),
               "NO_COLOR": "1", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run([*words, *arguments], cwd=self.path(lang), env={**os.environ, **own}, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return command, f"{program}: not found", 127
        return command, self.without_place(done.stdout.replace("\ufeff", ""), lang), done.returncode

    def without_place(self, text, lang):
        """A text without the folder in which all this happens."""
        folder = self.folders[lang]
        for path, shown in ((folder / "home", "~"), (self.path(lang), "."), (folder, "..")):
            path = os.path.normpath(path)
            text = text.replace(path + os.sep, f"{shown}/" if shown != "." else "").replace(path, shown)
        return text

    def show(self, name, place=".", whole=False):
        """Print the function of a task, or the whole class it is in, as it stands in a copy, below the name of its file."""
        task, texts = TASKS[name], []
        for lang in LANGUAGES:
            text = self.path(lang, f"{place}/minigrad/{task.path}").read_text(encoding="utf-8")
            node = find(text, task.qualname)
            if whole:
                node = next(n for n in ast.parse(text).body if getattr(n, "name", "") == task.qualname.partition(".")[0])
            texts.append("\n".join([f"# minigrad/{task.path}", *text.splitlines()[node.lineno - 1:node.end_lineno]]))
        print_both(*texts)

    def show_results(self, path, names):
        """Print the entries of these tasks in a Gradescope's results.json, as they stand there."""
        texts = []
        for lang in LANGUAGES:
            file = self.path(lang, path)
            tests = json.loads(file.read_text(encoding="utf-8"))["tests"] if file.exists() else []
            chosen = [test for test in tests if test["name"].partition(":")[0] in names]
            texts.append(json.dumps(chosen, ensure_ascii=False, indent=1))
        print_both(*texts)

    def frame(self, path, title):
        """A page that a command made, in a frame: HTML for both languages in one line, without the links, which lead nowhere."""
        frames = []
        for lang, words in zip(LANGUAGES, title.split(BAR)):
            file = self.path(lang, path)
            text = re.sub(r' href="[^"]*"', "", file.read_text(encoding="utf-8")) if file.exists() else ""
            inside = html.escape(text).replace("\n", "&#10;")
            frames.append(f'<iframe class="page-made" sandbox title="{words}" srcdoc="{inside}"></iframe>')
        return BAR.join(frames)

    # ---- What is done without a command.

    def seed(self, text):
        """The secret of this page is this text, which everyone can read: so the page comes out the same each time it is built."""
        for lang in LANGUAGES:
            file = self.folders[lang] / "home" / ".config" / "minigrad" / "homework.seed"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text + "\n", encoding="utf-8")
        self.secret = secret_in(file)

    def hand_out(self, name):
        """A student's copy of all tasks, as `make` writes it but without its proof and its history."""
        for lang in LANGUAGES:
            folder = self.path(lang, name)
            folder.mkdir()
            make.write_files(folder, lang, make.TASKS_FILE.read_text("utf-8"), sources(self.secret), self.secret, None)

    def copy(self, place, *others):
        for lang in LANGUAGES:
            for other in others:
                shutil.copytree(self.path(lang, place), self.path(lang, other), ignore=shutil.ignore_patterns(".git"))

    def zip(self, place):
        """Put a folder into a zip file, which takes its place."""
        for lang in LANGUAGES:
            folder = self.path(lang, place)
            shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
            shutil.rmtree(folder)

    def write(self, name, body, place="."):
        """Write the body of a task into a copy."""
        def written(text):
            (first, last), lines = body_lines(text, task.qualname), text.splitlines(True)
            inside = indent(dedent(body).strip("\n"), " " * (find(text, task.qualname).col_offset + 4))
            return "".join([*lines[:first - 1], inside, "\n", *lines[last:]])
        task = TASKS[name]
        self.edit(f"{place}/minigrad/{task.path}", written)

    def solve(self, names, place="."):
        """Write the reference's bodies of tasks into a copy."""
        answers = sources(self.secret)
        for task in map(TASKS.get, names):
            self.edit(f"{place}/minigrad/{task.path}", lambda text: graft(text, task.qualname, answers[task.path]))

    def put(self, path, text):
        """Write a file, whose text has {lang} and the names as a command has them."""
        for lang in LANGUAGES:
            self.path(lang, path).write_text(text.format_map(self.names[lang]), encoding="utf-8")

    def edit(self, path, change):
        """Change a file by a function of its text."""
        for lang in LANGUAGES:
            file = self.path(lang, path)
            file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    def autograder(self, place, submission, email):
        """Lay out what Gradescope's autograder finds, and run it; its exit statuses."""
        said, statuses = [], []
        for lang in LANGUAGES:
            root, lines = self.path(lang, place), []
            for folder in ("source", "results"):
                (root / folder).mkdir(parents=True)
            shutil.copytree(self.path(lang, submission), root / "submission")
            shutil.copy(self.folders[lang] / "home" / ".config" / "minigrad" / "homework.seed", root / "source")
            (root / "submission_metadata.json").write_text(json.dumps({"users": [{"email": email}]}), encoding="utf-8")
            statuses.append(grade.run_autograder(root, lang, tell=lines.append))
            said.append("\n".join(lines))
        print_both(*said)
        return statuses


def print_both(ko, en):
    """Print two texts for the two languages, a line beside a line; where they agree, a line stands for both."""
    for korean, english in zip_longest(ko.split("\n"), en.split("\n"), fillvalue=""):
        print(korean if korean == english else f"{korean}{BAR}{english}")


def points_of(tasks):
    return sum(task.points for task in tasks)


def total(file):
    """The points in a results.json; None where nothing could be graded."""
    return sum(test["score"] for test in json.loads(file.read_text(encoding="utf-8"))["tests"]) if file.exists() else None


def held(means, protection):
    """Whether a protection was seen to hold, in both languages."""
    return f"막음{BAR}refused" if protection in means.refused else f"막지 못함{BAR}not refused"


def attacked(name, runner=None):
    """Whether an entry of the bank of attacks in tests/homework earns the points of its task, in both languages."""
    folder = str(Path(__file__).parents[2] / "tests" / "homework")
    sys.path.insert(0, folder)
    from attacks import VICTIM, WRONG, Aims
    from attacks.functions import ATTACKS
    sys.path.remove(folder)
    files, seed, task = sources(b"a secret of this page"), b"a seed of this page", TASKS[VICTIM]
    body = ATTACKS[name].in_function(files[task.path], WRONG, Aims("", "", "", 0, 0))
    answers = (runner or Runner()).run({VICTIM: tree(files, TASKS, VICTIM, {**files, task.path: body})}, seed)[VICTIM]
    passed = judging.judge(task, answers, judging.expect(VICTIM, seed, with_jax=False)).passed
    return f"통과{BAR}passes" if passed else f"오답 처리{BAR}marked down"
