"""Pairs of submissions that share more of their unusual code than chance would give: a reason to look at both, never a verdict.

A task's body is cut into statements.  Each becomes a form in which names that the function binds itself are numbered in the order
in which they occur, the operands of + and * are in a fixed order, and annotations are gone: so renaming, commenting and moving
statements about change nothing.  A form that the reference has says nothing and is left out; so is one of a few nodes only, and one
that more than four, and more than a tenth of all, have: that is how people write, or a common mistake.

What two submissions share in a task weighs the more the fewer have all of it, and something more if it is long:

    weight = log((n + 10) / how many of the n submissions have all these forms) * sqrt(how many forms)

with ten imagined students who wrote something else, so that a small class is judged with care but is judged.  A pair is shown if
its tasks weigh 20 together and at least half of all the unusual code of one of the two is in the other.  With 200 submissions this
takes a form that nobody else has in each of five tasks, or five of them in each of two.
"""
import ast
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import log, sqrt

from .grafting import GraftError, find

__all__ = ["Pair", "forms", "alike_pairs"]

IMAGINED = 10
LEAST_WEIGHT = 20.0
LEAST_SHARE = 0.5
LEAST_NODES = 8                     # `return gy * y` has fewer
FEW = 4, 10                         # so many have a form, or one in so many


@dataclass(frozen=True)
class Pair:
    """Two names; how much of the unusual code of one is in the other too, what that weighs, how many forms, in which tasks."""
    first: str
    second: str
    share: float
    weight: float
    forms: int
    tasks: tuple


def forms(source, qualname):
    """The forms of the statements in the body of a function; none if the source has no such function or is not Python."""
    try:
        return frozenset(forms_of(find(source, qualname)))
    except (GraftError, RecursionError):
        return frozenset()


def forms_of(function):
    own = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    own |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.name for node in ast.walk(function) if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node is not function}
    for node in ast.walk(function):
        if isinstance(node, ast.stmt) and node is not function:
            statement, nodes = written(node, own)
            if nodes >= LEAST_NODES:
                yield tuple(leaves(statement, {}))


def written(node, own):
    """A statement without the statements in it, as nested tuples with the operands of + and * ordered, and its number of nodes."""
    if isinstance(node, ast.AnnAssign) and node.value:
        node = ast.Assign([node.target], node.value)
    parts, count = [type(node).__name__], 1
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment", "ctx", "kind", "decorator_list"):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.stmt):
                continue
            if isinstance(item, ast.AST):
                part, more = written(item, own)
                parts.append((name, part))
                count += more
            elif item is not None:
                parts.append((name, own_name(item, own) if name in ("id", "arg", "name") else repr(item)))
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        left, op, right = parts[1:]
        parts[1:] = [op, *sorted([left[1], right[1]], key=blind)]
    return tuple(parts), count


def own_name(name, own):
    """A name the function binds itself is marked: its number is known only where the whole statement is."""
    return ("own", name) if name in own else repr(name)


def blind(part):
    """A part as text that does not depend on the function's own names, to order by."""
    if isinstance(part, tuple):
        return "own" if part[:1] == ("own",) else "(" + " ".join(map(blind, part)) + ")"
    return part


def leaves(part, numbers):
    """A part's leaves one after the other, the function's own names as numbers in the order in which they occur."""
    if not isinstance(part, tuple):
        yield part
    elif part[:1] == ("own",):
        yield numbers.setdefault(part[1], len(numbers))
    else:
        yield "("
        for item in part:
            yield from leaves(item, numbers)
        yield ")"


def alike_pairs(bodies, dictated):
    """The Pairs among submissions, the most alike first.

    bodies    {submission's name: {task: forms}}
    dictated  {task: the forms that the reference has}
    """
    holders, few = defaultdict(set), max(FEW[0], len(bodies) // FEW[1])
    for name, tasks in bodies.items():
        for task, found in tasks.items():
            for form in found - dictated.get(task, frozenset()):
                holders[task, form].add(name)
    unusual, shared = Counter(), defaultdict(lambda: defaultdict(list))
    for (task, _), names in holders.items():
        if len(names) <= few:
            unusual.update(names)
            for pair in combinations(sorted(names), 2):
                shared[pair][task].append(names)
    pairs = []
    for (first, second), tasks in shared.items():
        count = sum(map(len, tasks.values()))
        share = count / min(unusual[first], unusual[second])
        weight = sum(log((len(bodies) + IMAGINED) / len(set.intersection(*found))) * sqrt(len(found)) for found in tasks.values())
        if weight >= LEAST_WEIGHT and share >= LEAST_SHARE:
            pairs.append(Pair(first, second, share, weight, count, tuple(task for task in bodies[first] if task in tasks)))
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.first, pair.second))
