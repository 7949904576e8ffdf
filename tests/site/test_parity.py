"""Both languages have the same pages, and on each the same headings, code, values, formulas, links and notes."""
import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
from mkdocs.config import load_config  # noqa: E402
from minigrad_pages import pages  # noqa: E402
from parity import Page, differences, faults  # noqa: E402
from small import PROJECT  # noqa: E402

PAGES = pages(PROJECT)
CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
EXERCISE = {"ko": "**연습 문제 ", "en": "**Exercise "}


@pytest.fixture(params=PAGES)
def texts(request):
    """{language: text} of a page."""
    return {lang: file.read_text(encoding="utf-8") for lang, file in PAGES[request.param].items()}


def test_a_page_is_in_both_languages_and_agrees(texts):
    assert texts.keys() == {"ko", "en"}, f"it is written in {', '.join(texts)} only"
    assert not list(differences(**texts))


def test_a_page_has_a_title_a_description_and_ids_for_its_headings(texts):
    assert not [f"{lang}: {fault}" for lang, text in texts.items() for fault in faults(text, lang)]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_no_two_pages_have_the_same_description(lang):
    described = [Page(files[lang].read_text(encoding="utf-8")).matter["description"] for files in PAGES.values() if lang in files]
    assert len(set(described)) == len(described) == len(PAGES)


def test_both_navigations_list_the_same_pages_in_the_same_order():
    korean, english = (leaves(load_config(str(PROJECT / file)).nav) for file in ("mkdocs.yml", "docs/en.yml"))
    assert korean == english
    assert sorted(korean) == sorted(f"{name}.md" for name in PAGES)


def leaves(nav):
    """The files of a navigation, in its order."""
    if isinstance(nav, str):
        return [nav]
    return [file for part in (nav.values() if isinstance(nav, dict) else nav) for file in leaves(part)]


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_a_question_a_figure_exercises_with_answers_and_sources(name, lang):
    text = PAGES[name][lang].read_text(encoding="utf-8")
    page = Page(text)
    assert "{.question}" in text.partition("\n## ")[0]
    assert any(kind == "python run hide" and "from figures import" in code or "figures.graph(" in code for kind, code in page.code)
    assert 3 <= text.count(EXERCISE[lang]) <= 6
    assert text.count(EXERCISE[lang]) == page.marks.count("??? success")
    assert [name for _, name in page.headings][-2:] == ["next", "sources"]
