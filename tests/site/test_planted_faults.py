"""A fault on a page, in either language, makes the build or the comparison of the languages fail, and is named."""
import re
from typing import NamedTuple

import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
import small  # noqa: E402
from parity import all_differences  # noqa: E402


class Fault(NamedTuple):
    old: str
    new: str
    told: str                              # what the failure says, as a regular expression
    page: str = "page.md"


# ---- What ends the build

FAULTS = {
    "a block that raises": Fault("y = mg.square(x)", "y = mg.square(z)", r"page\.md, line 1\d: NameError: name 'z' is not defined"),
    "an assertion that does not hold": Fault("x.grad == 6", "x.grad == 7", r"page\.md, line 2\d: AssertionError"),
    "a value that cannot be computed": Fault("x.grad:.1f", "x.gard:.1f", r"page\.md, line 2\d: AttributeError"),
    "a formula with an unknown command": Fault("x = 3", "x \\equalz 3", r"page\.md.*: \\equalz is unknown"),
    "a formula that is not closed": Fault("$x = 3$", "$x = 3", r"page\.md.*: this looks like a formula and is none"),
    "source that is not there": Fault("Function.__call__", "Function.calls", r"page\.md, line 3\d: ::: source .* has no calls"),
    "a link to no page": Fault("page.md#values", "pages.md#values", r"index\.md.*'pages\.md", "index.md"),
    "a link to no anchor": Fault("glossary.md#chain-rule", "glossary.md#chainrule", r"page\.md.*'glossary\.md#chainrule'"),
}


@pytest.fixture
def project(tmp_path):
    small.write(tmp_path)
    return tmp_path


def plant(project, lang, fault):
    file = project / "docs" / lang / fault.page
    text = file.read_text(encoding="utf-8")
    assert text.count(fault.old) == 1
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")


def fails(result, told):
    """It failed, and said why in one line."""
    assert result.returncode, f"the build passed, with {told} expected\n{result.stderr}"
    assert re.search(told, result.stderr), result.stderr


def test_without_a_fault_both_languages_are_built_and_agree(project, runs):
    result = small.build(project, project / "site", MINIGRAD_PAGES_CACHE=str(runs))
    assert result.returncode == 0, result.stderr
    assert not all_differences(project)
    for lang, folder in {"ko": "site", "en": "site/en"}.items():
        page = (project / folder / "page" / "index.html").read_text(encoding="utf-8")
        assert "6.0" in page and f'lang="{lang}"' in page


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_korean_fails_the_build(name, project, runs):
    plant(project, "ko", FAULTS[name])
    fails(small.build(project, project / "site", MINIGRAD_PAGES_CACHE=str(runs)), FAULTS[name].told)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_english_fails_its_build(name, project, runs):
    plant(project, "en", FAULTS[name])
    fails(small.build(project, project / "site", "docs/en.yml", MINIGRAD_PAGES_CACHE=str(runs)), FAULTS[name].told)


def test_a_failed_english_build_fails_the_whole(project, runs):
    plant(project, "en", FAULTS["a link to no anchor"])
    result = small.build(project, project / "site", MINIGRAD_PAGES_CACHE=str(runs))
    fails(result, FAULTS["a link to no anchor"].told)
    fails(result, "the English site could not be built")


@pytest.mark.parametrize("lang, other", [("ko", "en"), ("en", "ko")])
def test_a_missing_translation_fails_build_and_comparison(lang, other, project, runs):
    (project / "docs" / other / "glossary.md").unlink()
    fails(small.build(project, project / "site", {"ko": "mkdocs.yml", "en": "docs/en.yml"}[lang], MINIGRAD_PAGES_CACHE=str(runs)),
          f"glossary.md is in {'한국어' if lang == 'ko' else 'English'} only")
    assert all_differences(project)["glossary"] == [f"it is written in {lang} only"]


# ---- What the comparison finds

UNEQUAL = {
    "a heading's level": Fault("## ", "### ", "heading 2 is"),
    "a heading's id": Fault("{#values}", "{#value}", "heading 2 is"),
    "a heading without an id": Fault(" {#values}", "", "heading 2 has no id"),
    "code": Fault("y = mg.square(x)", "y = mg.square(x) * 1", "block of code 1 is"),
    "how a number is printed": Fault("print(x.grad)", 'print(f"{x.grad:.1f}")', "block of code 1 is"),
    "a block that is hidden": Fault("python run hide", "python run", "block of code 2 is"),
    "a value": Fault("x.grad:.1f", "y.data:.1f", "the value .* below block 2 stands 1 time more in"),
    "the format of a value": Fault(":.1f", ":.2f", "the value .* below block 2 stands 1 time more in"),
    "a formula in a sentence": Fault("$x = 3$", "$x = 2$", "in values, the formula x = 2 stands 1 time more in"),
    "a formula between paragraphs": Fault("= 2\\textcolor", "= 3\\textcolor", "displayed formula 1 is"),
    "the id of a term": Fault("{#a-term}", "{#the-term}", "in values, the id the-term stands 1 time more"),
    "a link": Fault("glossary.md#chain-rule", "glossary.md#glossary", "in values, the link .*#glossary stands 1 time more"),
    "the colours of symbols": Fault("y=c4", "y=c3", "mark .* 1 is"),
    "the source shown": Fault("Function.__call__", "Function", "mark .* 2 is"),
    "a page without a description": Fault("description:", "descriptions:", "it has no description"),
    "a page without a title": Fault("title:", "titles:", "it has no title"),
}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", UNEQUAL)
def test_a_difference_between_the_languages_is_found(name, lang, project):
    plant(project, lang, UNEQUAL[name])
    found = all_differences(project)
    assert found.keys() == {"page"} and re.search(UNEQUAL[name].told, "\n".join(found["page"])), found


def test_words_may_differ_between_the_languages(project):
    for lang, word in [("ko", "다른 말"), ("en", "another word")]:
        file = project / "docs" / lang / "page.md"
        text = file.read_text(encoding="utf-8")
        for old, new in [("# ", f"# {word}: "), ("\\text{", f"\\text{{{word} "), ("x.grad)", f'x.grad, "{word}")')]:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    assert not all_differences(project)
