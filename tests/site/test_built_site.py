"""The strict build, file by file: its languages, addresses, descriptions, headings and links."""
import functools
import struct
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
from minigrad_pages import pages  # noqa: E402
from small import PROJECT  # noqa: E402
from visiting import ADDRESS, PREFIX, file_of, url  # noqa: E402

pytestmark = pytest.mark.browser           # with those: one build serves both
PAGES = pages(PROJECT)
LANGUAGES = ("ko", "en")
BOTH = pytest.mark.parametrize("lang", LANGUAGES)
ALL = pytest.mark.parametrize("name", PAGES)


class Html(HTMLParser):
    """The tags of a page that these tests ask for."""

    def __init__(self, file):
        super().__init__()
        self.lang, self.ids, self.headings, self.links, self.meta, self.twins, self.addresses = None, set(), [], [], {}, {}, []
        self.switch = []                   # the links to the other language
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if "id" in has:
            self.ids.add(has["id"])
        if tag == "html":
            self.lang = has.get("lang")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((tag, has.get("id")))
        elif tag == "a" and "href" in has:
            self.links.append(has["href"])
            if "hreflang" in has:
                self.switch.append((has["hreflang"], has["href"]))
        elif tag == "meta":
            self.meta[has.get("name") or has.get("property")] = has.get("content")
        elif tag == "link" and "hreflang" in has:
            self.twins[has["hreflang"]] = has["href"]
        if tag in ("link", "script", "img") and (address := has.get("href") or has.get("src")):
            self.addresses.append(address)


@functools.cache
def parsed(file):
    return Html(file)


@pytest.fixture
def read(site):
    """read(name, lang) is a built page."""
    return lambda name, lang: parsed(site / url(name, lang) / "index.html")


@BOTH
@ALL
def test_a_page_names_its_language_its_description_and_its_twin(name, lang, read):
    page = read(name, lang)
    assert page.lang == lang
    assert page.meta["description"] and page.meta["og:title"]
    assert page.twins == {**{each: ADDRESS + url(name, each) for each in LANGUAGES}, "x-default": ADDRESS + url(name, "ko")}
    assert page.meta["og:url"] == ADDRESS + url(name, lang)
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    assert {(to, urljoin(ADDRESS + url(name, lang), link)) for to, link in page.switch} == {(other, ADDRESS + url(name, other))}


@ALL
def test_the_headings_have_the_same_ids_in_both_languages(name, read):
    korean, english = (read(name, lang).headings for lang in LANGUAGES)
    assert korean == english
    assert [tag for tag, _ in korean].count("h1") == 1


@BOTH
@ALL
def test_every_link_within_the_site_is_relative_and_leads_somewhere(name, lang, read, site):
    page, broken = read(name, lang), []
    for link in page.links + page.addresses:
        if urlsplit(link).scheme in ("http", "https", "mailto", "data", "javascript"):
            continue
        to = urlsplit(urljoin(f"{PREFIX}{url(name, lang)}", link))
        file = None if link.startswith("/") or not to.path.startswith(PREFIX) else file_of(site, to.path.removeprefix(PREFIX))
        if file is None or to.fragment and file.suffix == ".html" and unquote(to.fragment) not in parsed(file).ids:
            broken.append(link)
    assert not broken


@BOTH
def test_the_page_for_a_missing_address_is_in_both_languages_and_has_no_twin(lang, site):
    page = Html(site / ("" if lang == "ko" else "en") / "404.html")
    assert page.lang == lang and not page.twins
    assert {ADDRESS, f"{ADDRESS}en/"} <= set(page.links)


@BOTH
def test_a_link_to_the_site_is_shown_with_a_picture(lang, read, site):
    address = read("index", lang).meta["og:image"]
    assert address.startswith(ADDRESS)
    picture = file_of(site, address.removeprefix(ADDRESS)).read_bytes()
    assert picture.startswith(b"\x89PNG") and struct.unpack(">II", picture[16:24]) == (1200, 630)


def test_each_language_has_its_own_search_and_sitemap(site):
    for lang, other in [("ko", "en"), ("en", "ko")]:
        folder = site / ("" if lang == "ko" else "en")
        index = (folder / "search" / "search_index.json").read_text(encoding="utf-8")
        sitemap = (folder / "sitemap.xml").read_text(encoding="utf-8")
        assert f'"lang":["{lang}"]' in index.replace(" ", "")
        assert sitemap.count("<loc>") == len(PAGES)
        assert all(f"<loc>{ADDRESS}{url(name, lang)}</loc>" in sitemap for name in PAGES)
