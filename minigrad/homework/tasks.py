"""The tasks, read from tasks.toml: what to blank, what is said of it, what it is worth and what must be done before."""
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Task", "load", "parts", "TASKS_FILE"]

TASKS_FILE = Path(__file__).with_name("tasks.toml")
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class Task:
    """A function for a student to write.

    target     the function's full name, for instance minigrad.functions.elementary.Exp.backward
    path       of its file, inside the package minigrad: functions/elementary.py
    qualname   its name inside the file: Exp.backward
    needs      the names of all tasks without which it cannot be checked; they come before it
    title      {"ko": ..., "en": ...}
    statement  likewise; each paragraph and each item, which begins with "- ", is one line, to be shown as a line
    hints      {"ko": [...], "en": [...]}
    """
    name: str
    part: int
    target: str
    path: str
    points: int
    needs: tuple[str, ...]
    title: dict[str, str]
    statement: dict[str, str]
    hints: dict[str, list[str]]

    @property
    def qualname(self):
        module = "minigrad." + self.path.removesuffix(".py").replace("/", ".")
        return self.target.removeprefix(module + ".")


def load(path=None):
    """{name: Task}, in the order in which they are to be done."""
    tasks = {}
    for name, entry in read(path)["tasks"].items():
        target = entry["target"]
        said = {what: {lang: unwrapped(entry[lang][what]) for lang in LANGUAGES} for what in ("title", "statement", "hints")}
        task = Task(name, entry["part"], target, file_of(target), entry["points"], tuple(entry.get("needs", ())), **said)
        unknown = [need for need in task.needs if need not in tasks]
        if unknown:
            raise ValueError(f"tasks.toml: {name} needs {', '.join(unknown)}, and that does not come before it")
        tasks[name] = task
    return tasks


def parts(path=None):
    """{number: {"ko": title, "en": title}}."""
    return {int(number): title for number, title in read(path)["parts"].items()}


def read(path):
    return tomllib.loads(Path(path or TASKS_FILE).read_text(encoding="utf-8"))


def unwrapped(text):
    """A text, or each of a list, with a line for each paragraph and each item that begins with a dash."""
    if isinstance(text, list):
        return [unwrapped(one) for one in text]
    return re.sub(r"(?<!\n)\n(?!\n|- )\s*", " ", text.strip())


def file_of(target):
    """The file of a function inside the package: the parts of its name up to the first class or function, which is no module."""
    names = target.split(".")
    module = [name for name in names[1:-1] if name.islower()]
    return "/".join(module) + ".py"
