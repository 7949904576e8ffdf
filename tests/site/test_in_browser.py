"""Every page in headless Chromium, in both languages, wide and narrow, light and dark."""
import pytest

pytest.importorskip("minigrad_pages", reason="the site's tools are missing: uv sync --group docs")
from minigrad_pages import pages  # noqa: E402
from small import PROJECT  # noqa: E402
from visiting import file_of, url, weight  # noqa: E402

pytestmark = pytest.mark.browser
PAGES = pages(PROJECT)
LANGUAGES = ("ko", "en")
MISSING = {"ko": "no/such/page/", "en": "en/404.html"}
ADDRESSES = [url(name, lang) for name in PAGES for lang in LANGUAGES] + list(MISSING.values())
WIDTHS = (1280, 390)
HEAVIEST = 600_000                         # bytes
SHOWN = """what => [...document.querySelectorAll(what)].filter(each =>
    each.checkVisibility({contentVisibilityAuto: true, opacityProperty: true}) && each.getBoundingClientRect().height).length"""
# Of axe's rules only that of contrast reads colours, so the others are asked once for each width.
RULES = {"light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
         "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}}}
AXE = """rules => axe.run(document, {...rules, resultTypes: ["violations"]}).then(found =>
    found.violations.map(v => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3).map(n =>
        n.html.slice(0, 200) + " " + n.any.map(a => a.message).join(" ")).join(" | ")))"""
# A frame drawn, and all that moves or fades come to its end.
SETTLED = """() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => Promise.allSettled(
    document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity).map(each => each.finished)))"""
WIDER = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")].filter(e =>
    e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .graph, .math, .md-sidebar, .md-typeset__scrollwrap"))
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120)).concat(`the page is ${document.scrollingElement.scrollWidth} pixels wide`)"""


@pytest.fixture
def visit(browser, address):
    """visit(path) opens a page as a new reader and waits until nothing more is loaded; what goes wrong on it is in its list."""
    contexts = []

    def open_page(path, scheme="light"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": WIDTHS[0], "height": 900})
        context.set_default_timeout(90_000)                # a busy machine is no fault of the page
        contexts.append(context)
        page = context.new_page()
        page.wrong, page.loaded = [], set()
        missing = path == MISSING["ko"]    # its own answer is 404, and the browser says so

        def requested(request):
            if not request.url.startswith((address, "data:")):
                page.wrong.append(f"asks another address: {request.url}")

        def answered(response):
            page.loaded.add(response.url)
            if response.status >= 400 and not (missing and response.url == address + path):
                page.wrong.append(f"{response.status} for {response.url}")

        def said(message):
            if message.type == "error" and not (missing and message.location["url"] == address + path):
                page.wrong.append(f"console: {message.text}")

        page.on("request", requested)
        page.on("response", answered)
        page.on("console", said)
        page.on("requestfailed", lambda request: page.wrong.append(f"failed: {request.url} {request.failure}"))
        page.on("pageerror", lambda error: page.wrong.append(f"script error: {error}"))
        page.goto(address + path, wait_until="networkidle")
        return page
    yield open_page
    for context in contexts:
        context.close()


def scheme(page):
    return {"default": "light", "slate": "dark"}[page.evaluate("document.body.dataset.mdColorScheme")]


def darken(page):
    """Press the button that makes the page dark."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.click("form[data-md-component=palette] label:visible")
    page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_stays_on_its_site_within_its_width_and_is_open_to_all(path, visit, axe, site, address):
    page, wrong = visit(path), []
    files = {file_of(site, each.removeprefix(address)) or site / "404.html" for each in page.loaded if each.startswith(address)}
    sizes = {file.relative_to(site).as_posix(): weight(file) for file in files}
    if sum(sizes.values()) > HEAVIEST:
        wrong.append(f"it weighs {sum(sizes.values())} bytes, of these {sorted(sizes.items(), key=lambda size: -size[1])[:8]}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(axe)
    for colours in ("light", "dark"):
        if colours == "dark":
            darken(page)
        assert scheme(page) == colours
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SETTLED)
            wrong += [f"{width} px, {colours}: {told}" for told in page.evaluate(WIDER) + page.evaluate(AXE, RULES[colours])]
    wrong += page.wrong
    assert not wrong, "\n".join(wrong)


def test_the_page_is_light_or_dark_as_the_reader_s_system_is(visit):
    assert [scheme(visit("", system)) for system in ("light", "dark")] == ["light", "dark"]


@pytest.mark.parametrize("name", ["index", "chapters/slope"])
def test_the_switch_leads_to_the_same_page_and_back(name, visit, address):
    page = visit(url(name, "ko"))
    for width, to in zip(WIDTHS, ("en", "ko")):
        page.set_viewport_size({"width": width, "height": 900})
        page.click(f".language-switch a[hreflang={to}]")
        page.wait_for_url(address + url(name, to))
        assert page.evaluate("document.documentElement.lang") == to
    assert not page.wrong


@pytest.mark.parametrize("path", [url(name, lang) for name in PAGES if name.startswith("chapters/") for lang in LANGUAGES])
def test_a_chapter_is_printed_black_on_white_with_its_answers_and_without_the_frame_of_the_site(path, visit):
    page = visit(path)
    darken(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1000})             # a sheet of A4 less its margins
    page.evaluate(SETTLED)
    assert page.evaluate(SHOWN, ".md-header, .md-sidebar, .md-footer, .md-top") == 0
    folded = page.evaluate("document.querySelectorAll('details > :not(summary)').length")
    assert page.evaluate(SHOWN, "details > :not(summary)") == folded > 0
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(WIDER) == []


# ---- Search

FOUND = {
    "ko": {"기울기": "chapters/slope", "연쇄법칙": "chapters/chain-rule", "연쇄 법칙": "chapters/chain-rule",
           "수치 미분": "chapters/numerical", "역전파": "chapters/by-hand", "위상 정렬": "chapters/automatic",
           "브로드캐스팅": "chapters/arrays", "행렬 곱": "chapters/arrays", "소프트맥스": "chapters/arrays", "고차 미분": "chapters/higher",
           "헤세": "chapters/higher"},
    "en": {"gradient": "chapters/by-hand", "chain rule": "chapters/chain-rule", "numerical differentiation": "chapters/numerical",
           "topological order": "chapters/automatic", "complex step": "chapters/numerical", "broadcasting": "chapters/arrays",
           "matmul": "chapters/rules", "softmax": "chapters/arrays", "Hessian": "chapters/higher",
           "perturbation confusion": "chapters/higher", "sharding": "chapters/beyond"},
}


@pytest.mark.parametrize("lang, query, name", [(lang, *asked) for lang, queries in FOUND.items() for asked in queries.items()])
def test_search_finds_the_right_page_among_the_first_three(lang, query, name, visit, address):
    page = visit(url("index", lang))
    page.click("[data-md-component=search-query]")
    page.keyboard.insert_text(query)
    page.keyboard.press("End")             # the theme looks when a key is let go
    page.wait_for_selector(".md-search-result__item", timeout=20_000)
    results = page.evaluate("[...document.querySelectorAll('.md-search-result__item')].map(e => e.querySelector('a').href)")
    first = [result.partition("?")[0].partition("#")[0].removeprefix(address) for result in results[:3]]
    assert url(name, lang) in first, first
