"""What a student's copy knows of the reference: numbers, and how the package was when it was handed out.

`make` writes homework/handout.json into the copy, `check` reads it:

    language   in which the copy was made
    sources    {path: source} of the package as it was handed out, with blanks: student's bodies are grafted onto this, so that
               what they change elsewhere counts as little in `check` as in `grade`
    expected   {task: what each of its cases must give, for the public seed}
"""
import json
from dataclasses import dataclass
from pathlib import Path

import minigrad

from .judging import PUBLIC_SEED, Expected, expect
from .running import base

__all__ = ["Handout", "FILE", "write", "read"]

FILE = Path("homework", "handout.json")                    # inside the package


@dataclass(frozen=True)
class Handout:
    language: str
    sources: dict
    expected: dict


def write(package, tasks, language, engine=minigrad):
    """Write the file into a copy of the package, whose bodies are blank already; the engine is the reference."""
    sources = {path: source for path, source in base(Path(package)).items() if not path.startswith("checking/")}
    expected = {name: [one.to_json() for one in expect(name, PUBLIC_SEED, engine)] for name in tasks}
    document = {"language": language, "sources": sources, "expected": expected}
    Path(package, FILE).write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def read(package):
    """The Handout of a student's copy."""
    document = json.loads(Path(package, FILE).read_text(encoding="utf-8"))
    expected = {name: [Expected.of_json(one) for one in entries] for name, entries in document["expected"].items()}
    return Handout(document["language"], document["sources"], expected)
