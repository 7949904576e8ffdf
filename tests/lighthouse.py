"""Lighthouse on three pages of each language, on a build of this moment:  uv run python -m tests.lighthouse [PAGE ...]

With names, as chapters/rules, it looks at those pages instead, and with the name all at every page of the site.
Accessibility, best practices and SEO have to be 100; performance is told too, as it depends on the machine.  The scores go into
docs/records/lighthouse.json, with the commit, the machine and the date, so that a page can show them (::: record lighthouse).
It needs Chromium and npm, takes a few minutes, and is no part of pytest or .ci/run.
"""
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from minigrad_pages import pages

from tests.benchmarks.record import commit, processor

# The folder cannot be a package: its name is that of one of Python's own modules.
sys.path.insert(0, str(Path(__file__).parent / "site"))
from small import PROJECT  # noqa: E402
from visiting import FLAGS, Missing, browser_path, built, npm_package, served, url  # noqa: E402

VERSION = "12.8"                           # 13 needs a newer Node.js than Debian has
PAGES = ("index", "chapters/numerical", "glossary")
PERFECT = ("accessibility", "best-practices", "seo")
CATEGORIES = (*PERFECT, "performance")
COLUMNS = ["쪽 ¦ page", "접근성 ¦ accessibility", "모범 사례 ¦ best practices", "SEO", "성능 ¦ performance"]
RECORD = PROJECT / "docs" / "records" / "lighthouse.json"


def main():
    every = pages(PROJECT)
    asked = list(every) if sys.argv[1:] == ["all"] else sys.argv[1:] or PAGES
    if unknown := [name for name in asked if name not in every]:
        raise SystemExit(f"the site has no page {', '.join(unknown)}; its pages are {', '.join(every)}")
    try:
        lighthouse, chromium = npm_package("lighthouse", VERSION), browser_path()
    except Missing as missing:
        raise SystemExit(str(missing)) from None
    rows, bad = [], []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder, "site")) as address:
        built(Path(folder, "site"), Path(folder, "runs"), address)
        for path in [url(name, lang) for lang in ("ko", "en") for name in asked]:
            scores, faults = audit(lighthouse, chromium, address + path)
            rows.append([f"/{path}", *scores.values()])
            bad += [f"/{path}: {fault}" for fault in faults]
            bad += [f"/{path}: {name} is {scores[name]}" for name in PERFECT if scores[name] < 100]
            print(f"/{path:24}" + "  ".join(f"{name} {score:3}" for name, score in scores.items()), flush=True)
    version = json.loads((lighthouse / "package.json").read_text(encoding="utf-8"))["version"]
    record = {"command": "uv run python -m tests.lighthouse", "commit": commit(), "date": date.today().isoformat(),
              "machine": f"{processor()}, {os.cpu_count()} cores", "lighthouse": version, "columns": COLUMNS, "rows": rows}
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"recorded in {RECORD.relative_to(PROJECT)}")
    if bad:
        raise SystemExit("\n".join(["Not all is 100:", *bad]))


def audit(lighthouse, chromium, address):
    """The scores of one page, and what keeps one of them below 100."""
    process = subprocess.run(["node", lighthouse / "cli" / "index.js", address, "--output=json", "--quiet",
                              f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags=--headless=new {' '.join(FLAGS)}"],
                             env={**os.environ, "CHROME_PATH": chromium}, stdout=subprocess.PIPE, encoding="utf-8", timeout=600)
    if process.returncode:
        raise SystemExit(f"Lighthouse ended with {process.returncode} on {address}")
    report = json.loads(process.stdout)
    if error := report.get("runtimeError"):
        raise SystemExit(f"Lighthouse could not see {address}: {error['message']}")
    found = report["categories"]
    faults = []
    for name in PERFECT:
        for part in found[name]["auditRefs"]:
            told = report["audits"][part["id"]]
            if part["weight"] and told["scoreDisplayMode"] in ("binary", "numeric") and (told["score"] or 0) < 1:
                faults.append(f"{name}: {told['title']}: {detail(told)}")
    return {name: round(100 * (found[name]["score"] or 0)) for name in CATEGORIES}, faults


def detail(audit):
    """The first few things that an audit found."""
    items = audit.get("details", {}).get("items", [])
    return "; ".join(str((item.get("node") or {}).get("snippet") or item.get("source") or item)[:200] for item in items[:3])


if __name__ == "__main__":
    main()
