"""What a block prints: for a page in Korean and one in English, with its code or without."""
import re
from html import unescape

import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
import small  # noqa: E402
from minigrad_pages import to_html  # noqa: E402
from minigrad_pages.reading import half  # noqa: E402

BLOCK = '''
```python run{words}
for line in ("$ ls", "두 줄입니다 \u00a6 There are two lines", "둘째 \u00a6 ", " \u00a6 the second", "a \u00a6 b \u00a6 c"):
    print(line)
```
'''
SHOWN = {"ko": ["$ ls", "두 줄입니다", "둘째", "", "a \u00a6 b \u00a6 c"],
         "en": ["$ ls", "There are two lines", "", "the second", "a \u00a6 b \u00a6 c"]}


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """shown(words, lang): the texts of the blocks that are shown of one with these words after run."""
    monkeypatch.setenv("MINIGRAD_PAGES_CACHE", str(tmp_path / "cache"))
    small.write(tmp_path)

    def texts(words, lang):
        for language in ("ko", "en"):
            page = tmp_path / "docs" / language / "page.md"
            page.write_text(f"# Title {{#page}}\n{BLOCK.replace('{words}', words)}", encoding="utf-8")
        html = to_html(tmp_path / "docs" / lang / "page.md", lang)
        return [unescape(re.sub(r"<[^>]+>", "", text)).rstrip("\n") for text in re.findall(r"<pre.*?</pre>", html, re.S)]
    return texts


@pytest.mark.parametrize("lang", SHOWN)
def test_a_line_in_both_languages_is_shown_in_the_page_s_own(lang, shown):
    code, output = shown("", lang)
    assert code.startswith("for line in")
    assert output.split("\n") == SHOWN[lang]


@pytest.mark.parametrize("lang", SHOWN)
def test_a_block_of_output_shows_what_it_prints_and_not_its_code(lang, shown):
    output, = shown(" output", lang)
    assert output.split("\n") == SHOWN[lang]


def test_a_hidden_block_shows_neither(shown):
    assert shown(" hide", "en") == []


def test_half_leaves_a_text_without_halves_as_it_is():
    assert half("one\ntwo \u00a6", "ko") == "one\ntwo \u00a6"
