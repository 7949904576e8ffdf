"""What a student's copy knows of the reference: numbers, and how the package was when it was handed out.

`make` writes homework/handout.json into the copy, `check` reads it:

    language   in which the copy was made
    files      {path: source} of the package as it was handed out, with blanks: student's bodies are grafted onto this, so that
               what they change elsewhere counts as little in `check` as in `grade`; and `check` itself runs from these
               (students/start.txt), so that nothing that a student changes can stop it
    expected   {task: what each of its cases must give, for the public seed}
"""
import json
from dataclasses import dataclass
from pathlib import Path

from .judging import PUBLIC_SEED, Expected, expect
from .running import engine, files_in

__all__ = ["Handout", "FILE", "write", "read"]

FILE = Path("homework", "handout.json")                    # inside the package


@dataclass(frozen=True)
class Handout:
    """What is in the file, and the sources: of the files those that a task can need."""
    language: str
    files: dict
    sources: dict
    expected: dict


def write(package, tasks, language, step=lambda: None):
    """Write the file into a copy of the package, whose bodies are blank already; step() is called after each task."""
    expected = {}
    for name in tasks:
        expected[name] = [one.to_json() for one in expect(name, PUBLIC_SEED)]
        step()
    document = {"language": language, "files": files_in(Path(package)), "expected": expected}
    Path(package, FILE).write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def read(package):
    """The Handout of a student's copy."""
    document = json.loads(Path(package, FILE).read_text(encoding="utf-8"))
    expected = {name: [Expected.of_json(one) for one in entries] for name, entries in document["expected"].items()}
    return Handout(document["language"], document["files"], engine(document["files"]), expected)
