"""What is too slow for the build, or depends on the machine: shown from docs/records/NAME.json, with how it was measured.

    {"command": "uv run python tests/benchmarks/speed.py", "commit": "0123abc", "machine": "2 cores of …", "date": "2026-11-24",
     "columns": ["입력의 수 ¦ inputs", "초 ¦ seconds"], "rows": [[1, 0.001], [10, 0.002]]}

`::: record NAME` shows the rows as a table.  A figure of them is drawn by a hidden block: figures.record("NAME") gives this
dictionary, and fig.record = "NAME" puts command, commit, machine and date below the figure.
"""
import html
import json
import re

from .reading import Failure, half

HOW = ("command", "commit", "machine", "date")
WORDS = {"ko": "측정 기록: {command} (커밋 {commit}, {machine}, {date})", "en": "Measured by {command} (commit {commit}, {machine}, {date})"}


def load(project, name):
    """The record of this name, as a dictionary."""
    file = project / "docs" / "records" / f"{name}.json"
    if not file.exists():
        raise Failure(f"::: record {name}: there is no docs/records/{name}.json")
    record = json.loads(file.read_text(encoding="utf-8"))
    if missing := [key for key in HOW if not record.get(key)]:
        raise Failure(f"::: record {name}: docs/records/{name}.json does not say its {', '.join(missing)}")
    return record


def how(record, lang):
    """How it was measured, as HTML."""
    told = {key: html.escape(str(record[key])) for key in HOW}
    told["commit"] = re.sub(r"\b([0-9a-f]{7})[0-9a-f]{33}\b", r"\1", told["commit"])
    return WORDS[lang].format(**{**told, "command": f"<code>{told['command']}</code>"})


def table(record, lang):
    """The rows as a table in Markdown, and below it how they were measured."""
    cells = [[half(str(cell), lang) for cell in row] for row in [record["columns"], *record["rows"]]]
    lines = [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in cells]
    lines.insert(1, "|---" * len(cells[0]) + "|")
    return [*lines, "", f'<p class="record">{how(record, lang)}</p>', ""]
