"""What `make` finds out before it hands anything out: that the tasks can be done, that each is checked, that no answer is left.

    prove_tasks     the reference passes each task; and of all single blanks exactly those fail a task that it says it needs
    find_answers    no blanked body survives in what is handed out: files, docstrings, history
"""
import ast
import importlib
import json
import os
import re
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from itertools import groupby
from multiprocessing import get_context

from .child import Tree
from .grafting import body_of, find, tree
from .probes import cases, plain

__all__ = ["prove_tasks", "find_answers", "texts_of", "environment", "LEAST_BODY", "LEAST_STATEMENT"]

SEED = b"minigrad homework proof"
LEAST_BODY = 9                           # nodes of a body's syntax tree: smaller ones, such as return gy, stand anywhere
LEAST_STATEMENT = 30                     # likewise of a single statement of a body


# ---- Every task can be done, and needs what it says.

def runs_of(names):
    """The pairs of tasks (one, the one that is blank beside those after it, or None) that a proof tries."""
    return [(name, other) for number, name in enumerate(names, 1) for other in (None, *list(names)[:number])]


def prove_tasks(tasks, sources, step=lambda: None, jobs=None):
    """The list of what is wrong with the tasks, in sentences; empty if nothing is.

    sources  {path: text} of a package in which all tasks are done
    step     called after each run: those of runs_of, and one more for each task
    """
    runs = runs_of(tasks)
    faults, right = [], {}
    pool = ProcessPoolExecutor(jobs or min(os.cpu_count() or 1, 8), mp_context=get_context("spawn"))
    try:
        waiting = [pool.submit(answers, {**sources, **tree(sources, tasks, name, also_blank=(other,) if other else ())}, name)
                   for name, other in runs]
        complete = pool.map(partial(answers, sources), tasks)
        for (name, other), future in zip(runs, waiting):
            found, error = future.result()
            if other is None:
                right[name] = found
                if error:
                    faults.append(f"{name}: with the reference's own body it ends in {error}")
            else:
                needed = other == name or other in tasks[name].needs
                if needed and found == right[name]:
                    faults.append(f"{name}: it passes while {other} is blank" + ", which it says it needs" * (other != name))
                elif not needed and found != right[name]:
                    faults.append(f"{name}: it needs {other} and does not say so: without, it ends in {error or 'other numbers'}")
            step()
        for name, (found, error) in zip(tasks, complete):
            if found != right[name]:
                faults.append(f"{name}: with all other tasks done the reference's answer is another: {error or 'other numbers'}")
            step()
    finally:
        pool.shutdown(cancel_futures=True)                 # after an interrupt what waits is not begun
    return faults


def answers(sources, name):
    """(the numbers that a task's cases give, None), or (the numbers up to there, what was raised)."""
    import numpy as np
    found = []
    try:
        for case in cases(name, imported(sources), np, SEED):
            found.append(plain(case.run()))
    except Exception as error:
        return found, f"{type(error).__name__}: {error}"
    return found, None


def imported(sources):
    """The package minigrad of these texts.  It forgets what was imported before, so it is for a process that does nothing else."""
    for name in [name for name in sys.modules if name == "minigrad" or name.startswith("minigrad.")]:
        if not name.startswith("minigrad.homework"):
            del sys.modules[name]
    sys.meta_path[:] = [CompiledOnce(sources), *[finder for finder in sys.meta_path if not isinstance(finder, Tree)]]
    return importlib.import_module("minigrad")


class CompiledOnce(Tree):
    """A Tree for many packages that differ in a file or two."""

    def get_code(self, name):
        return compiled(*self.files[name][:2])


@lru_cache(maxsize=400)
def compiled(path, source):
    return compile(source, path, "exec", dont_inherit=True)


# ---- No answer is left.

def find_answers(tasks, sources, texts):
    """Where bodies of tasks survive: a list of sentences, empty if there are none.

    tasks    those that are blank
    sources  {path: text} of the package in which they are done
    texts    {name: text} of all that is handed out

    Compared are syntax trees, with the variables that statements bind numbered as they occur: each body with each run of as many
    statements, and each large statement with each statement.  Code in docstrings, comments and other texts counts as well.
    """
    wanted = {}                          # {form of a body or statement: {its shape: name of a task}}
    for name, task in tasks.items():
        body = body_of(find(sources[task.path], task.qualname))
        large = [[s] for outer in body for s in ast.walk(outer) if isinstance(s, ast.stmt) and size([s]) >= LEAST_STATEMENT]
        for statements in [body] * (size(body) >= LEAST_BODY) + large:
            wanted.setdefault(form(statements), {}).setdefault(shape(statements), name)
    lengths = {len(sizes) for sizes in wanted}
    found, seen = [], set()
    for where, text in texts.items():
        for block in code_in(where, text, seen):
            for statements in lists_of_statements(block):
                for n in lengths:
                    for i in range(len(statements) - n + 1):
                        run = statements[i:i + n]
                        name = form(run) in wanted and wanted[form(run)].get(shape(run))
                        if name:
                            found.append(f"{where} holds the answer to {name}: {ast.unparse(run[0]).splitlines()[0]}")
    return list(dict.fromkeys(found))


def form(statements):
    """What is quickly seen of statements: the kind and the size of each."""
    return tuple((type(statement), size([statement])) for statement in statements)


def size(statements):
    """How many nodes their trees have."""
    return sum(size_of(statement) for statement in statements)


def size_of(statement):
    if not hasattr(statement, "nodes"):
        statement.nodes = sum(not isinstance(node, (ast.expr_context, ast.operator)) for node in ast.walk(statement))
    return statement.nodes


def shape(statements):
    """Statements as text, without positions, and with the names that they bind numbered."""
    bound = {}
    for node in (n for statement in statements for n in ast.walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.setdefault(node.id, f"_{len(bound)}")
    dumps = [ast.dump(statement) for statement in statements]
    return tuple(re.sub(r"id='(\w+)'", lambda m: f"id='{bound.get(m[1], m[1])}'", dump) for dump in dumps)


def lists_of_statements(block):
    for node in ast.walk(block):
        for field in ("body", "orelse", "finalbody"):
            if isinstance(getattr(node, field, None), list):
                yield getattr(node, field)


def code_in(where, text, seen):
    """The syntax trees of all that is Python in a text: the whole, and blocks in its strings and comments; nothing twice."""
    if text in seen:
        return
    seen.add(text)
    if where.endswith(".json"):
        for string in strings_in(json.loads(text)):
            yield from code_in("a string.py", string, seen)
        return
    whole = parsed(text) if where.endswith(".py") else None
    if whole is None:
        yield from blocks_in(text)
        return
    yield whole
    for node in ast.walk(whole):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield from blocks_in(node.value)
    yield from blocks_in("\n".join(line.strip()[1:] if line.strip().startswith("#") else "" for line in text.splitlines()))


def strings_in(document):
    """All strings of more than a line in what was read from JSON."""
    if isinstance(document, str):
        return [document] if "\n" in document else []
    parts = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return [string for part in parts for string in strings_in(part)]


def blocks_in(text):
    """Runs of lines that Python can read, after taking off their common indentation: the longest that start at each line."""
    for filled, group in groupby(text.splitlines(), key=lambda line: bool(line.strip()) and not line.strip().startswith("```")):
        lines = list(group)
        start = 0
        while filled and start < len(lines):
            for end in range(len(lines), start, -1):
                block = parsed(textwrap.dedent("\n".join(lines[start:end])))
                if block is not None:
                    yield block
                    start = end
                    break
            else:
                start += 1


def parsed(text):
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def environment():
    """This process's environment without what it says of some other git repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def texts_of(folder, git):
    """{name: text} of all files of a folder and of all that its git repository remembers."""
    def remembered(*arguments):
        command = [git, "-C", str(folder), "cat-file", *arguments]
        return subprocess.run(command, capture_output=True, check=True, env=environment()).stdout
    texts = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(".git/"):
            if path.suffix == ".pyc":
                raise ValueError(f"{name} is a compiled file: answers may be in it")
            texts[name] = path.read_bytes().decode("utf-8", "replace")
    listed = remembered("--batch-all-objects", "--batch-check=%(objecttype) %(objectname)").decode().splitlines()
    known = {text.replace("\r\n", "\n") for text in texts.values()}
    for kind, _, name in (line.partition(" ") for line in listed if line):
        if kind == "blob":
            text = remembered("blob", name).decode("utf-8", "replace")
            if text not in known:
                texts[f"git object {name}.py"] = text
    return texts
