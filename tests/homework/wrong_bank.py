"""The bank of wrong answers: in wrong_answers/ a file for each task, in it a function for each way to go wrong.

A docstring says what a student must be told, "cause: ..." or "trouble: ..."; without one it is enough to be
marked down.
In a body, right(...) is the right answer: for the tasks whose answers are drawn from the teacher's secret, and for answers
that go wrong only in the last step.
"""
import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minigrad.homework.grafting import find, graft
from minigrad.homework.reference import sources
from minigrad.homework.tasks import load

SECRET = b"a teacher's secret, for tests"
TASKS = load()


@cache
def reference():
    """{path: source} of the package with everything done."""
    return sources(SECRET)


@dataclass(frozen=True)
class WrongAnswer:
    task: str
    mistake: str
    told: str
    body: tuple

    @property
    def name(self):
        return f"{self.task}: {self.mistake}"

    def submission(self):
        """{path: source} of a student's files in which all is right but this."""
        task = TASKS[self.task]
        source = reference()[task.path]
        return {**reference(), task.path: graft(source, task.qualname, with_body(source, task.qualname, self.body))}


def bank():
    """All wrong answers, in the order of the tasks."""
    return [answer for name in TASKS for answer in answers_to(name)]


@cache
def answers_to(name):
    path = Path(__file__).with_name("wrong_answers") / f"{name}.py"
    found = []
    for function in ast.parse(path.read_text(encoding="utf-8")).body:
        told = ast.get_docstring(function) or ""
        body = function.body[1:] if told else function.body
        if any(isinstance(node, ast.Name) and node.id == "right" for statement in body for node in ast.walk(statement)):
            body = [right_answer(name), *body]
        found.append(WrongAnswer(name, function.name, told, tuple(body)))
    return found


def right_answer(name):
    """The reference's function, as a function called right inside of another."""
    task = TASKS[name]
    function = ast.parse(ast.unparse(find(reference()[task.path], task.qualname))).body[0]
    function.name = "right"
    return function


def with_body(source, qualname, body):
    """The source with these statements as the body of a function, written as ast.unparse writes."""
    tree = ast.parse(source)
    owner = tree
    for part in qualname.split("."):
        owner = next(node for node in owner.body if getattr(node, "name", None) == part)
    owner.body = list(body)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def hand_out(folder, language, names):
    """A student's copy with these tasks, as `make` writes it, without its proof and its history."""
    from minigrad.homework import make
    folder.mkdir()
    make.write_files(folder, language, make.chosen(make.TASKS_FILE.read_text(encoding="utf-8"), names), reference(), SECRET, None)
    return folder


def write_answer(folder, name, body=None):
    """Write a body, as text or out of the reference, into a student's copy."""
    task = TASKS[name]
    file = folder / "minigrad" / task.path
    statements = ast.parse(body).body if body is not None else [*find(reference()[task.path], task.qualname).body]
    file.write_text(with_body(file.read_text(encoding="utf-8"), task.qualname, statements), encoding="utf-8")
