"""python -m tests.mutation: see the top of this package."""
import argparse
import importlib
import os
import sys
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

SOURCES = ["minigrad/functions/*.py", "minigrad/core.py"]              # every rule, and the sweep
# The tests of these.  The others test what is built on the engine, many of them in processes of their own, where no mutant is.
TESTS = [f"tests/test_{name}.py" for name in ["table", "core", "changes", "transforms", "errors", "namespace", "numpy_protocol", "numerical",
                                              "notebook"]]


def main(arguments=None, equivalent=None):
    options = parser().parse_args(arguments)
    sys.dont_write_bytecode = True
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"         # a process is to be forked, so it may have no threads
    start = time.perf_counter()
    import pytest

    from .equivalent import EQUIVALENT
    from .killers import Killers
    from .places import Source
    from .report import Report
    if not hasattr(os, "fork"):
        raise SystemExit("the mutation gate forks a process for each mutant, and this system cannot fork")
    sources = []
    for path in sorted(path for pattern in options.source or SOURCES for path in Path().glob(pattern)):
        module = importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        sources.append(Source(module.__name__, module.__file__, path.read_bytes()))
    mutants = [mutant for source in sources for mutant in source.mutants
               if not options.names or {*mutant.unit.split("."), source.module.rpartition(".")[2]} & {*options.names}]
    if not mutants:
        raise SystemExit(f"there is nothing to change: no module, class or function is called {' or '.join(options.names)}")

    out = lambda text: print(text, file=sys.__stdout__, flush=True)
    report = Report(sources, mutants, EQUIVALENT if equivalent is None else equivalent, options.killers, out, complete=not options.source or
                    equivalent is not None)
    killers = Killers(sources, mutants, report.equivalent, options.processes, report.tell)
    out(f"{len(mutants)} mutants of {len(sources)} modules; first the tests run without any")
    with redirect_stdout(StringIO()) as words:
        status = pytest.main(["-q", "-s", "-p", "no:cacheprovider", *(options.tests or TESTS)], plugins=[killers])
    if status or killers.broken:
        for name, why in killers.broken:
            out(f"\nfails without any mutant: {name}\n{why}")
        out(words.getvalue())
        return 2
    seconds = time.perf_counter() - start
    out(f"\n{killers.seconds:.0f} s without mutant, {seconds:.0f} s in all")
    status = report.verdict()
    if options.out:
        from ..benchmarks.record import save
        save(options.out, "tests.mutation", {**report.figures(), "seconds": seconds, "processes": options.processes})
    return status


def parser():
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Change every rule and the engine, one place at a time: "
                                     "the tests must notice each change.")
    parser.add_argument("names", nargs="*", help="of modules, classes or functions to change; without any, all")
    parser.add_argument("--killers", action="store_true", help="print for each mutant the test that noticed it")
    parser.add_argument("--out", metavar="PATH", help="write what was found to this file, as JSON")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many work at the same time (default: %(default)s)")
    parser.add_argument("--source", action="append", metavar="PATH", help="a file to change, or a pattern for files (default: the rules and the engine)")
    parser.add_argument("--tests", action="append", default=[], metavar="PATH", help="the tests to ask (default: those of the rules and the engine)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
