"""The process in which one page runs: blocks and values in reading order, all sharing their names, as in a notebook."""
import ast
import io
import json
import linecache
import sys
import traceback
import types
from contextlib import redirect_stdout
from pathlib import Path

from .pictures import picture


def main():
    project = Path(sys.argv[1])
    sys.path.insert(0, str(project / "docs"))              # from figures import …
    request = json.load(sys.stdin)
    page = sys.modules["page"] = types.ModuleType("page")
    found = {"blocks": [], "values": {}}
    answer, now = sys.stdout, None
    try:
        for n in range(len(request["blocks"]) + 1):
            for name, now in request["values"]:
                if now["after"] == n:
                    found["values"][name] = str(eval(compiled(project, now, "eval"), page.__dict__))
            if n < len(request["blocks"]):
                now = request["blocks"][n]
                found["blocks"].append(block(project, now, page.__dict__, n))
    except (Exception, SystemExit) as error:
        words = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}".removesuffix(": ")
        found = {"error": words, "page": now["page"], "line": line(error, now), "traceback": told(error)}
    json.dump(found, answer)


def block(project, now, names, n):
    """Run one block; its last expression is shown too, as in a notebook."""
    tree, out = compiled(project, now, "exec"), io.StringIO()
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    file = filename(project, now)
    with redirect_stdout(out):
        exec(compile(tree, file, "exec"), names)
        value = None if last is None else eval(compile(ast.Expression(last.value), file, "eval"), names)
        pictures = picture(value, f"p{n}-", project)
        if value is not None and pictures is None:
            print(repr(value))
    return {"text": out.getvalue(), "pictures": pictures}


def compiled(project, now, mode):
    """The syntax tree of a block, or the code of a value, with the lines of the page: so a traceback shows the page."""
    file, lines = filename(project, now), Path(now["page"]).read_text(encoding="utf-8").splitlines(True)
    linecache.cache[file] = (1, None, lines, file)
    tree = ast.parse("\n" * (now["line"] - 1) + now["code"], file, mode)
    return compile(tree, file, mode) if mode == "eval" else tree


def filename(project, now):
    try:
        return Path(now["page"]).resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return now["page"]


def told(error):
    """The traceback from the page on, without the frames of this file."""
    frames = None if isinstance(error, SyntaxError) else error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))


def line(error, now):
    """The line of the page in which it happened."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.endswith(".md"):
        return error.lineno or now["line"]
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".md")]
    return lines[-1] if lines else now["line"]


if __name__ == "__main__":
    main()
