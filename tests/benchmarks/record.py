"""How a measurement is shown and kept: with the commit, the machine, the date and the versions, so that it can be repeated."""
import json
import os
import platform
import subprocess
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]


def print_table(title, headings, rows):
    table = Table(title=title)
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def save(path, command, figures):
    """Write the figures that `python -m command` found to a file."""
    record = {"command": f"uv run python -m {command}", "commit": commit() or "unknown", "date": date.today().isoformat(),
              "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()}",
              "versions": {"python": platform.python_version(), **{name: version(name) for name in ("numpy", "jax", "jaxlib") if find_spec(name)}},
              **figures}
    Path(path).write_text(json.dumps(record, indent=2) + "\n")


def commit():
    """The commit that was measured; with -dirty behind it where files that git follows were changed since."""
    asked = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"], cwd=ROOT,
                           capture_output=True, text=True)
    return asked.stdout.strip() or None


def processor():
    """The model of the processor; Linux alone has it in a file, elsewhere Python may know."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
