"""minigrad homework check: how far a student's copy is, and then the first thing that is wrong, and nothing else.

Each task is looked at with only the tasks before it done, as the student has done them, and grafted onto the package as it was
handed out: just as `grade` does with the reference.  It works without JAX, and on any system.
"""
import difflib
import json
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rich.cells import cell_len
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

import minigrad

from ..screen import Screen, aligned
from ..words import choose
from . import handout
from .grafting import GraftError, find, graft
from .importing import broken
from .judging import PUBLIC_SEED, Verdict, examine
from .running import Limits, Runner
from .tasks import load
from .words import CAUSES, columns, difference_text, input_text, line_text, speaker, trouble_text

__all__ = ["Copy", "CheckError", "find_copy", "check", "watch"]

LIMITS = Limits(task=10, wait=15, submission=120)          # a student's own computer may be slow, and is busy with an editor
GLANCE = 0.3                                               # seconds between two looks at the files
PRINTED = 10                                               # lines that are shown of what a student's code prints
NOTES = ".homework"                                        # folder of what check remembers; it tells git to ignore it


class CheckError(Exception):
    """Why nothing can be checked: a key of words.MESSAGES and what fills its blanks."""

    def __init__(self, key, **values):
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Copy:
    """A student's copy: its folder, its tasks, and what was handed out."""
    folder: Path
    tasks: dict
    handout: handout.Handout

    @property
    def package(self):
        return self.folder / "minigrad"

    def submitted(self):
        """{path: source} of the files with tasks, as they are now; one that is not there, or is no text, is left out."""
        files = {}
        for path in {task.path for task in self.tasks.values()}:
            try:
                files[path] = (self.package / path).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                pass
        return files


def find_copy(start=None):
    """The Copy in this folder or one above it; else the package that runs here, if it is one."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents, Path(minigrad.__file__).resolve().parents[1]):
        file = folder / "minigrad" / handout.FILE
        if file.is_file():
            try:
                return Copy(folder, load(folder / "minigrad" / "homework" / "tasks.toml"), handout.read(folder / "minigrad"))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise CheckError("broken_copy", file=file, detail=f"{type(error).__name__}: {error}") from None
    raise CheckError("no_copy", folder=start)


def language_of(copy):
    """The homework's own language, if it can be written here."""
    return choose(["--lang", copy.handout.language], {}, sys.stdout.encoding)[0]


# ---- What comes out.

def verdicts_of(copy, runner, only, each):
    """{name: Verdict} of the tasks named and of those they need."""
    submitted = copy.submitted()
    wanted = {need for name in only for need in (name, *needs_of(copy.tasks, name))}
    expected = copy.handout.expected.__getitem__
    verdicts = examine(copy.tasks, before(copy, submitted), submitted, runner, PUBLIC_SEED, expected, wanted, each)
    for name in verdicts:                # in their order, so that what waits for a task that waits, waits too
        missing = [need for need in needs_of(copy.tasks, name) if not verdicts[need].passed]
        if missing and verdicts[name].trouble not in ("blank", "graft"):
            verdicts[name] = Verdict(name, waiting=tuple(missing))
    return verdicts


def needs_of(tasks, name):
    """What a task needs, and what that needs, in the order of the tasks."""
    needs, waiting = set(), [name]
    while waiting:
        new = set(tasks[waiting.pop()].needs) - needs
        needs |= new
        waiting += new
    return [name for name in tasks if name in needs]


def before(copy, submitted):
    """The function that gives the package in which the tasks before one are as the student did them.

    What was handed out stands in for a body that cannot be taken from its file.
    """
    files, names, done = dict(copy.handout.sources), list(copy.tasks), 0

    def sources(name):                   # examine asks in the order of the tasks, and again for one it was given
        nonlocal files, done
        if names.index(name) < done:
            files, done = dict(copy.handout.sources), 0
        for task in [copy.tasks[n] for n in names[done:names.index(name)]]:
            try:
                files = files | {task.path: graft(files[task.path], task.qualname, submitted.get(task.path, ""))}
            except GraftError:
                pass
        done = names.index(name)
        return files
    return cache(sources)


def first_of(verdicts):
    """The verdict to speak about: the first attempt that failed, or else the first task that is not done."""
    open_ones = [verdict for verdict in verdicts.values() if not verdict.passed]
    return next((v for v in open_ones if v.trouble != "blank" and not v.waiting), open_ones[0] if open_ones else None)


# ---- The command.

def check(copy, say, names=(), hint=False, screen=None, runner=None):
    """Check the tasks named, or all, and say what came out; returns the exit status."""
    for name in names:
        if name not in copy.tasks:
            raise unknown(name, copy.tasks)
    screen = screen or CheckScreen(say)
    names = list(dict.fromkeys(names)) or list(copy.tasks)
    with screen.progress(len(names)) as begin:
        verdicts = verdicts_of(copy, runner or make_runner(copy), names, lambda verdict: begin(verdict.task))
    chosen = {name: verdicts[name] for name in names}
    screen.show_progress(copy, chosen)
    screen.show_broken(copy)
    verdict = first_of(chosen)
    if verdict is None:
        screen.show_success(copy, names)
        return 0
    attempted = any(v.trouble != "blank" for v in verdicts.values())
    screen.show_verdict(copy, verdict, attempted)
    screen.show_hints(copy.tasks[verdict.task], hints_shown(copy, verdict.task, hint))
    return 1


def say_broken(folder):
    """Say why the package in a folder cannot be imported, for a command that needs it; returns the exit status."""
    copy = find_copy(folder)
    problem = broken(copy.folder, copy.handout.files)
    print(speaker(language_of(copy))("broken", **problem), file=sys.stderr)
    return 2


def watch(copy, say, names=(), hint=False):
    """Check, and check again whenever a file of the package is saved, until an interrupt; returns the last exit status."""
    screen, runner, status = CheckScreen(say), make_runner(copy), 1
    try:
        seen = times(copy)
        while True:
            status = check(copy, say, names, hint, screen, runner)
            hint = False
            screen.show_line()
            screen.show_sentence(say("watching"), "dim")
            while (now := times(copy)) == seen:
                time.sleep(GLANCE)
            saved = [path for path in now if now[path] != seen.get(path)]
            seen = now
            screen.show_line()
            screen.show_line("-" * min(screen.width, 60), "dim")
            for path in saved[:1]:
                screen.show_line(say("saved", file=path.name, time=time.strftime("%H:%M:%S")), "dim")
    except KeyboardInterrupt:
        return status


def times(copy):
    """When each source file was last saved."""
    found = {}
    for path in [copy.package / path for path in copy.handout.sources]:
        try:
            found[path] = path.stat().st_mtime_ns
        except OSError:                  # an editor may save by removing and renaming
            found[path] = None
    return found


def make_runner(copy):
    """The student's own code, on the student's own computer: no isolation, and every engine file comes from the handout."""
    return Runner(LIMITS, copy.handout.sources, isolation="none")


def unknown(name, tasks):
    nearest = difflib.get_close_matches(name.lower(), tasks, cutoff=0.4)
    return CheckError("nearest" if nearest else "unknown", name=name, names=", ".join(nearest or tasks))


def hints_shown(copy, name, more):
    """How many hints of a task have been asked for, this time included; a small file remembers it."""
    file = copy.folder / NOTES / "hints.json"
    try:
        counts = json.loads(file.read_text(encoding="utf-8"))
        count = int(counts.get(name, 0))
    except (OSError, ValueError, AttributeError, TypeError):
        counts, count = {}, 0
    if not more:
        return 0
    count = counts[name] = count + 1
    try:
        file.parent.mkdir(exist_ok=True)
        (file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
        file.write_text(json.dumps(counts), encoding="utf-8")
    except OSError:                      # in a folder that cannot be written to, it is always the first hint
        pass
    return count


# ---- What is shown.

class CheckScreen(Screen):
    """Standard output, with a method for each part of what `check` says.  Nothing is said by colour alone."""

    @contextmanager
    def counting(self):
        """On a terminal a bar at the bottom; call what it gives as progress(done, total) or progress(done, total, name)."""
        if not self.is_interactive:
            yield lambda done, total, name="": None
            return
        with Progress(BarColumn(16), MofNCompleteColumn(), TextColumn("{task.description}"), console=self, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total, name="": bar.update(task, completed=done, total=total, description=escape(name))

    def show_progress(self, copy, verdicts):
        tasks = [copy.tasks[name] for name in verdicts]
        right = [task for task in tasks if verdicts[task.name].passed]
        points, most = (sum(task.points for task in some) for some in (right, tasks))
        share = points / most if most else 1.0
        width = max(10, min(self.width - 2, 60))
        filled = int(share * width)
        self.show_line(f"[{'#' * filled}{'.' * (width - filled)}]", "bold green" if right else "bold")
        self.show_sentence(self.say("done", tasks=len(right), all_tasks=len(tasks), points=points, all_points=most,
                                    percent=int(100 * share)))
        self.show_line()

    def show_broken(self, copy):
        """Why the student's package cannot be imported, if it cannot."""
        problem = broken(copy.folder, copy.handout.files)
        if problem:
            self.show_sentence(self.say("broken", **problem), "bold yellow")
            self.show_line()

    def show_success(self, copy, names):
        if len(names) == len(copy.tasks):
            self.show_sentence(self.say("all_done", all_points=sum(task.points for task in copy.tasks.values())), "bold green")
        else:
            self.show_sentence(self.say("these_done", names=", ".join(names)), "bold green")

    def show_verdict(self, copy, verdict, attempted):
        task = copy.tasks[verdict.task]
        if verdict.waiting:
            self.show_task(task)
            self.show_sentence(self.say("waiting", names=", ".join(verdict.waiting)), "yellow")
        elif verdict.trouble == "blank":
            self.show_sentence(self.say("next" if attempted else "welcome"), "bold green")
            self.show_line()
            self.show_task(task)
            self.show_place(copy, task)
            self.show_line()
            for line in task.statement[self.say.language].splitlines():
                self.show_sentence(line)
        else:
            self.show_sentence(self.say("wrong"), "bold red")
            self.show_task(task)
            self.show_place(copy, task)
            self.show_line()
            self.show_failure(copy, verdict)

    def show_task(self, task):
        self.show_sentence(self.say("task", name=task.name, title=task.title[self.say.language], points=task.points), "bold")

    def show_place(self, copy, task):
        try:
            line = place_of(copy, task)
        except (GraftError, OSError, UnicodeDecodeError):
            self.show_line(f"minigrad/{task.path}")        # what is wrong with it is said below
            return
        self.show_sentence(self.say("place", function=task.qualname, file=f"minigrad/{task.path}", line=line))

    def show_failure(self, copy, verdict):
        say = self.say
        if verdict.inputs and verdict.trouble not in ("helpers", "load"):
            self.show_sentence(say("case", number=verdict.case + 1, count=len(copy.handout.expected[verdict.task])))
            for name, value in verdict.inputs.items():
                self.show_input(name, value)
            self.show_line()
        if verdict.trouble:
            self.show_sentence(trouble_text(verdict, say), "red")
        else:
            if verdict.parts > 1:
                self.show_sentence(say("part", part=verdict.part + 1, parts=verdict.parts))
            self.show_sentence(difference_text(verdict, say))
            self.show_columns(columns(verdict, say))
        if verdict.line:
            self.show_sentence(line_text(verdict.line, say))
        if verdict.cause:
            self.show_line()
            self.show_sentence(say("cause", cause=getattr(CAUSES[verdict.cause], say.language)), "bold yellow")
        if verdict.output.strip():
            self.show_line()
            self.show_sentence(say("printed"))
            for line in verdict.output.strip().splitlines()[:PRINTED]:
                self.show_sentence(f"  {line[:200]}", "dim")

    def show_input(self, name, value):
        """An input, its later rows below the first."""
        head = f"  {name} = "
        first, *rest = input_text(value, max(self.width - cell_len(head), 20)).splitlines()
        if isinstance(value, str):
            self.show_sentence(head + first)
            return
        self.show_line(head + first)
        for line in rest:
            self.show_line(" " * cell_len(head) + line)

    def show_columns(self, cells):
        """The numbers side by side below their names or, where that is too wide, one below the other."""
        beside = ["  " + line for line in aligned(zip(*cells))] if cells else []
        if beside and max(map(cell_len, beside)) > self.width:
            beside = ["  " + line for line in aligned(cells)]
        for line in beside:
            self.show_line(line, "bold")

    def show_hints(self, task, count):
        hints = task.hints[self.say.language]
        self.show_line()
        for number, hint in enumerate(hints[:count], 1):
            self.show_sentence(self.say("hint", number=number, count=len(hints), hint=hint), "cyan")
        if not count:
            self.show_sentence(self.say("more_hints"), "dim")
        elif count >= len(hints):
            self.show_sentence(self.say("last_hint"), "dim")


def place_of(copy, task):
    """The line of the student's file in which a task's function begins."""
    return find((copy.package / task.path).read_text(encoding="utf-8"), task.qualname).lineno
