"""A figure as SVG, in both languages: its words stay text, and its colours follow the page, light or dark."""
import html
import io
import re
from unittest.mock import patch

from . import records
from .reading import BAR, LANGUAGES, half

# A figure is drawn with these colours, which stand for what the page's style calls ink, soft, … when it is shown.
INK, SOFT, RULE, PAPER = "#010203", "#010204", "#010205", "#010206"
C = (INK, "#01a001", "#01a002", "#01a003", "#01a004")      # C[1] to C[4] are the colours of the symbols c1 to c4
MEANING = {INK: "currentColor", SOFT: "var(--soft)", RULE: "var(--rule)", PAPER: "var(--paper)",
           **{colour: f"var(--c{n})" for n, colour in enumerate(C) if n}}


def picture(value, prefix, project):
    """{language: HTML of a figure}, or None if value is no picture.  prefix makes the ids inside it its own."""
    if type(value).__module__.startswith("matplotlib.") and hasattr(value, "savefig"):
        draw = plot
    elif isinstance(value, Graph):
        draw = Graph.drawn
    elif hasattr(value, "to_svg"):
        raise ValueError("a graph needs words for who cannot see it: end the block with figures.graph(y, alt=\"한국어 ¦ English\")")
    else:
        return None
    if BAR not in (getattr(value, "alt", None) or ""):
        raise ValueError("this figure has no alt in both languages, the text for who cannot see it: set fig.alt = \"한국어 ¦ English\"")
    if getattr(value, "caption", None) and BAR not in value.caption:
        raise ValueError(f"this caption is in one language: write it as fig.caption = \"한국어 ¦ English\", and not {value.caption!r}")
    return {lang: framed(draw(value, lang, prefix), *captions(value, lang, project)) for lang in LANGUAGES}


def captions(value, lang, project):
    """What stands below a figure: its caption, and how its record was measured."""
    if caption := getattr(value, "caption", None):
        yield html.escape(half(caption, lang), quote=False)
    if name := getattr(value, "record", None):
        yield records.how(records.load(project, name), lang)


def framed(svg, *captions):
    svg = re.sub(r"\n\s*", "\n", svg.strip()).replace("<svg", "<svg data-search-exclude")            # numbers at ticks are not searched for
    return f'<figure class="figure">{svg}{"".join(f"<figcaption>{caption}</figcaption>" for caption in captions)}</figure>'


def plot(fig, lang, prefix):
    """A figure of matplotlib as SVG."""
    from matplotlib.text import Text
    whole, out = Text.get_text, io.StringIO()
    with patch.object(Text, "get_text", lambda text: half(whole(text), lang)):         # ticks and legends get theirs here too
        fig.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", svg, flags=re.S)   # it would hold for the whole page
    for colour, meaning in MEANING.items():
        svg = svg.replace(colour, meaning)
    svg = re.sub(r"font: (?:\w+ )*?([\d.]+)px [^;\"]*", r"font-size: \1px", svg)       # the family is the page's
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', svg)
    svg = re.sub(r'((?:xlink:)?href="|url\()#', rf"\1#{prefix}", svg)
    label = html.escape(half(fig.alt, lang))
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"',
                  f'class="plot" role="img" aria-label="{label}" fill="currentColor" stroke-linejoin="round"', svg, count=1)


class Graph:
    """A graph of the engine, mg.graph(y), with what the page adds: words in both languages and the colours of symbols."""
    WIDE = 620                             # points: more would be too small to read in the column

    def __init__(self, graph, symbols=(), alt=None, caption=None, vertical=None):
        self.graph, self.symbols, self.vertical = graph, dict(symbols), vertical
        self.alt, self.caption = alt, caption

    def drawn(self, lang, prefix):
        """From left to right where there is room, and from top to bottom on a phone or where it would get too small."""
        title = half(self.alt, lang)
        upright = self.graph.to_svg(title, f"{prefix}v-", self.symbols, vertical=True)
        if self.vertical:
            return scrolling(upright, title)
        flat = self.graph.to_svg(title, f"{prefix}h-", self.symbols)
        width = float(re.search(r'width="([\d.]+)"', flat)[1])
        if self.vertical is None and width > self.WIDE:
            return scrolling(upright, title)
        return scrolling(flat, title) if width < 330 else scrolling(flat, title, " at-wide") + scrolling(upright, title, " at-narrow")


def scrolling(svg, title, more=""):
    """A box that scrolls sideways, with a stop for the keyboard."""
    return f'<div class="graph{more}" tabindex="0" role="group" aria-label="{html.escape(title)}">{svg}</div>'
