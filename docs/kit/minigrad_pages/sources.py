"""Source by reference: read from the file as it is now, so it cannot be stale."""
import ast
import textwrap
from importlib.util import find_spec
from pathlib import Path

from .reading import Failure


def source(name, lines=None, project=None):
    """(text, file, first line) of a module, class, function or method; lines=(1, 12) are the first twelve lines of it.

    examples.line is docs/examples/line.py of the project.
    """
    file, inside = module(name, project)
    if file.name == "__init__.py" and inside:              # a package passes on what its files define
        file = next((f for f in sorted(file.parent.rglob("*.py")) if defined(tree(f), inside[0])), file)
    text = file.read_text(encoding="utf-8")
    node, first, last = tree(file), 1, text.count("\n")
    for part in inside:
        node = defined(node, part)
        if not node:
            raise Failure(f"::: source {name}: {file.name} has no {part}")
        first, last = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])]), node.end_lineno
    if lines:
        if not 1 <= lines[0] <= lines[1] <= last - first + 1:
            raise Failure(f"::: source {name}: it has lines 1-{last - first + 1}, and not {lines[0]}-{lines[1]}")
        first, last = first + lines[0] - 1, first + lines[1] - 1
    return textwrap.dedent("\n".join(text.split("\n")[first - 1:last])).rstrip(), file, first


def module(name, project=None):
    """The file of the longest beginning of a dotted name that is a module, and the rest of the name."""
    parts = name.split(".")
    if project and parts[0] == "examples" and parts[1:] and (file := project / "docs" / "examples" / f"{parts[1]}.py").exists():
        return file, parts[2:]
    for end in range(len(parts), 0, -1):
        try:
            spec = find_spec(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        if spec and spec.origin:
            return Path(spec.origin), parts[end:]
    raise Failure(f"::: source {name}: there is no such module")


def tree(file):
    return ast.parse(file.read_text(encoding="utf-8"))


def defined(node, name):
    """The definition of name in a module or class: a class, a function or an assignment, the last if there are some."""
    return next((n for n in reversed(getattr(node, "body", [])) if name == getattr(n, "name", None)
                 or any(name == getattr(target, "id", None) for target in getattr(n, "targets", ()))), None)
