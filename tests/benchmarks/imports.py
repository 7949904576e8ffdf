"""How long import minigrad takes beside import numpy, each in a Python of its own."""
import subprocess
import sys
from time import perf_counter

from . import timing
from .record import ROOT


def seconds(code):
    def run():
        start = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
        return perf_counter() - start
    return run


def measure(rounds):
    """{what is imported: the median of its seconds, those of starting Python taken away}"""
    codes = {"numpy": "import numpy", "minigrad": "import minigrad", "minigrad and numpy": "import minigrad, numpy"}
    nothing, *found = timing.by_turns([seconds(code) for code in ["pass", *codes.values()]], rounds)
    return {name: value - nothing for name, value in zip(codes, found)}
