"""Blank the body of a function, or put another in its place.  Text and syntax trees only: nothing is imported or run.

Of a submission one thing is used: the body of the function that the task names.  Signature, decorators, default values,
docstring and all that stands around it are the reference's.  So a student's helpers must live inside the function.
"""
import ast
import builtins
import io
from functools import lru_cache
from textwrap import dedent
from threading import Lock
from warnings import catch_warnings, simplefilter

from ..checking import Text

__all__ = ["GraftError", "blank", "is_blank", "graft", "missing_helpers", "tree", "body_lines", "body_text"]

SENTENCES = {
    "syntax": Text("Python cannot read this file: {message}, in line {line}.",
                   "파이썬이 이 파일을 읽지 못합니다. {line}번째 줄: {message}."),
    "missing": Text("There is no {qualname} in this file any more: put it back, with the name and parameters that it had.",
                    "이 파일에 {qualname} 함수가 없습니다. 함수를 처음 이름과 인자 그대로 되돌려 놓으십시오."),
    "twice": Text("{qualname} is defined twice, in lines {first} and {second}: keep one of them.",
                  "{qualname} 함수가 {first}번째 줄과 {second}번째 줄에 두 번 정의되어 있습니다. 하나만 남기십시오."),
    "signature": Text("{qualname} must take ({expected}), and in line {line} it takes ({found}): leave the signature as it was.",
                      "{qualname} 함수의 인자는 ({expected})이어야 하는데 {line}번째 줄에는 ({found})(이)라고 되어 있습니다. "
                      "처음 그대로 되돌려 놓으십시오."),
    "decorated": Text("{qualname} in line {line} has other decorators than it had: leave them as they were.",
                      "{line}번째 줄 {qualname} 함수의 데코레이터가 처음과 다릅니다. 처음 그대로 되돌려 놓으십시오."),
    "large": Text("The function {qualname} is too large or too deeply nested to be read.",
                  "{qualname} 함수가 너무 길거나 너무 깊게 중첩되어 있어 읽을 수 없습니다."),
}
LARGEST = 100_000                        # characters of a body; the longest of the reference has 2,000


class GraftError(Exception):
    """Why a function cannot be taken out of a file: a key of SENTENCES, and what its sentence speaks of."""

    def __init__(self, key, **values):
        super().__init__(key, values)
        self.key, self.values = key, values

    def text(self, lang):
        return getattr(SENTENCES[self.key], lang).format(**self.values)

    def __str__(self):
        return self.text("en")


@lru_cache(maxsize=512)                  # of the reference the same ones are asked for with each submission
def blank(source, qualname, todo):
    """source with the body of a function replaced by a comment and an error that both say todo; its docstring stays."""
    node = find(source, qualname)
    first, last = extent(source, node)
    indent = " " * (node.col_offset + 4)
    lines = todo.splitlines()
    body = [f"{indent}# TODO {lines[0]}\n", *[f"{indent}# {line}".rstrip() + "\n" for line in lines[1:]],
            f'{indent}raise NotImplementedError("{escaped(lines[0])}")\n']
    return replaced(source, first, last, "".join(body))


def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"')


def is_blank(source, qualname):
    """Whether a function does nothing, or first of all raises NotImplementedError."""
    body = body_of(find(source, qualname))
    return all(is_nothing(statement) for statement in body) or is_todo(body[0])


def is_nothing(statement):
    return isinstance(statement, ast.Pass) or isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def is_todo(statement):
    if not isinstance(statement, ast.Raise):
        return False
    error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(error, ast.Name) and error.id == "NotImplementedError"


def graft(reference_source, qualname, submitted_source):
    """The reference's source with the body of that function taken from the submission, and nothing else."""
    reference, submitted = find(reference_source, qualname), find(submitted_source, qualname)
    first, last = extent(reference_source, reference)
    indent = " " * (reference.col_offset + 4)
    try:
        if names_of(reference.args) != names_of(submitted.args):
            expected, found = ast.unparse(reference.args), ast.unparse(submitted.args)
            raise GraftError("signature", qualname=qualname, expected=expected, found=found, line=submitted.lineno)
        if list(map(ast.dump, reference.decorator_list)) != list(map(ast.dump, submitted.decorator_list)):
            raise GraftError("decorated", qualname=qualname, line=submitted.lineno)
        wanted = list(map(ast.dump, body_of(submitted) or [ast.Pass()]))
        for text in (moved(submitted_source, submitted, indent), rewritten(submitted, indent)):
            result = text and replaced(reference_source, first, last, text)
            try:
                if result and list(map(ast.dump, body_of(find(result, qualname)))) == wanted:
                    return result
            except GraftError:           # the text did not survive the move, and is written anew from its tree
                pass
    except (RecursionError, MemoryError):
        pass
    raise GraftError("large", qualname=qualname)


def names_of(args):
    """How a function may be called: the names of its parameters by kind, without annotations."""
    return ([a.arg for a in args.posonlyargs], [a.arg for a in args.args], [a.arg for a in args.kwonlyargs],
            args.vararg and args.vararg.arg, args.kwarg and args.kwarg.arg)


def moved(source, node, indent):
    """The text of a body, comments included, indented as indent says; None where that cannot be done line by line."""
    first, last = extent(source, node)
    lines = split(source)[first - 1:last]
    head = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    prefix = head[:len(head) - len(head.lstrip())]
    if first <= node.lineno or not prefix:
        return None                      # the body stands behind the colon
    inside = {n for part in ast.walk(node) if isinstance(part, (ast.Constant, ast.JoinedStr)) and part.end_lineno > part.lineno
              for n in range(part.lineno + 1, part.end_lineno + 1)}                # of a string over several lines
    result = []
    for number, line in enumerate(lines, first):
        if number not in inside and line.strip():
            line = indent + (line.removeprefix(prefix) if line.startswith(prefix) else line.lstrip())
        result.append(line)
    return "".join(result).rstrip() + "\n"


def rewritten(node, indent):
    """The text of a body made anew from its tree."""
    body = ast.Module(body_of(node) or [ast.Pass()], type_ignores=[])
    lines = ast.unparse(ast.fix_missing_locations(body)).splitlines()
    return "".join(f"{indent}{line}\n" for line in lines)


def missing_helpers(reference_source, qualname, submitted_source):
    """What the submission's body uses of its own file that the reference's file has not, sorted: it must move into the function.

    These are names of the module, and what a method reads of its class as self.name.
    """
    node, reference, submitted = find(submitted_source, qualname), parse(reference_source), parse(submitted_source)
    used = {n.id for statement in body_of(node) for n in ast.walk(statement) if isinstance(n, ast.Name)}
    missing = (used - local_names(node) - set(dir(builtins))) & module_names(submitted) - module_names(reference)
    owner, _, _ = qualname.rpartition(".")
    if owner and node.args.args:
        me = node.args.args[0].arg
        attributes = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute) and getattr(n.value, "id", None) == me}
        theirs, ours = [module_names(find_class(file, owner)) for file in (submitted, reference)]
        missing |= {f"{me}.{name}" for name in attributes & (theirs - ours)}
    return sorted(missing)


def find_class(file, name):
    return next(n for n in file.body if isinstance(n, ast.ClassDef) and n.name == name)


def local_names(node):
    """What a function binds itself: parameters, assignments, imports, inner functions and classes."""
    names = {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
    for statement in node.body:
        names |= bound_names(statement)
    return names - {name for n in ast.walk(node) if isinstance(n, ast.Global) for name in n.names}


def module_names(owner):
    """What a module or a class binds at its top, in branches too, but not inside its functions."""
    names, waiting = set(), list(owner.body)
    while waiting:
        n = waiting.pop()
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(n.name)
            continue
        names |= bound_names(n, deep=False)
        waiting += ast.iter_child_nodes(n)
    return names


def bound_names(node, deep=True):
    names = set()
    for n in ast.walk(node) if deep else [node]:
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            names.add(n.id)
        elif isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(n.name)
        elif isinstance(n, ast.alias):
            names.add((n.asname or n.name).partition(".")[0])
        elif isinstance(n, ast.ExceptHandler) and n.name:
            names.add(n.name)
    return names


def tree(sources, tasks, name, submitted=None, also_blank=()):
    """The files of the package in which the task of this name is run: {path: source}, of the files with tasks.

    sources     {path: source} of a package in which the tasks before it are done
    submitted   {path: source} from which its own body is taken; without, it is the one in sources
    Tasks after it are blank: it must do without them, and none of their bodies gives its own away.
    """
    names = list(tasks)
    files = {task.path: sources[task.path] for task in tasks.values()}
    task = tasks[name]
    for other in (*names[names.index(name) + 1:], *also_blank):
        files[tasks[other].path] = blank(files[tasks[other].path], tasks[other].qualname, other)
    if submitted is not None:
        if task.path not in submitted:
            raise GraftError("missing", qualname=task.qualname)
        files[task.path] = graft(files[task.path], task.qualname, submitted[task.path])
    return files


def body_lines(source, qualname):
    """The numbers of the first and the last line of a function's body, without its docstring."""
    return extent(source, find(source, qualname))


def body_text(source, qualname):
    """The text of a function's body, comments and all, without its indentation."""
    first, last = body_lines(source, qualname)
    return dedent("".join(split(source)[first - 1:last])).strip()


# ---- Where a function is in its file.

def find(source, qualname):
    """The node of a function in a source text; a GraftError if it is not there once."""
    owner = parse(source)
    for name in qualname.split("."):
        same = [n for n in owner.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name == name]
        if not same:
            raise GraftError("missing", qualname=qualname)
        if len(same) > 1:
            raise GraftError("twice", qualname=qualname, first=same[0].lineno, second=same[1].lineno)
        owner, = same
    if not isinstance(owner, ast.FunctionDef):
        raise GraftError("missing", qualname=qualname)
    if sum(len(line) for line in split(source)[owner.lineno - 1:owner.end_lineno]) > LARGEST:
        raise GraftError("large", qualname=qualname)
    return owner


one_at_a_time = Lock()                   # catch_warnings is not safe in several threads, of which grade has some


@lru_cache(maxsize=64)
def parse(source):
    try:
        with one_at_a_time, catch_warnings():
            simplefilter("ignore")       # of "\d" and the like, which is no error
            return ast.parse(source)
    except SyntaxError as error:
        raise GraftError("syntax", message=error.msg, line=error.lineno or 1) from None
    except ValueError as error:          # of a null byte
        raise GraftError("syntax", message=str(error), line=1) from None
    except (RecursionError, MemoryError):
        raise GraftError("syntax", message="too many nested parentheses or blocks", line=1) from None


def split(source):
    """The lines of a source text as Python counts them: a form feed or a Unicode separator ends none."""
    return io.StringIO(source, newline=None).readlines()


def body_of(node):
    """The statements of a function without its docstring, or whatever texts it begins with."""
    n = 0
    while n < len(node.body) and is_text(node.body[n]):
        n += 1
    return node.body[n:]


def is_text(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)


def extent(source, node):
    """The first and the last line of a function's body without its docstring, but with the comments that belong to it."""
    lines, body = split(source), body_of(node)
    last = node.end_lineno
    if body:
        first = min([body[0].lineno, *[d.lineno for d in getattr(body[0], "decorator_list", ())]])
    else:
        first = last + 1
    top = node.body[-len(body) - 1].end_lineno if len(body) < len(node.body) else node.lineno
    while first - 1 > top and (not lines[first - 2].strip() or lines[first - 2].lstrip().startswith("#")):
        first -= 1
    while last < len(lines) and lines[last].lstrip().startswith("#") and indentation(lines[last]) > node.col_offset:
        last += 1
    return first, last


def indentation(line):
    return len(line.expandtabs()) - len(line.expandtabs().lstrip())


def replaced(source, first, last, text):
    lines = split(source)
    return "".join([*lines[:first - 1], text, *lines[last:]])
