"""The extension of Python-Markdown.  It knows nothing of MkDocs but the two options it is given: the page's path and its language."""
import re
from pathlib import Path

import markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from . import records
from .catalogue import parts_of
from .formulas import formulas
from .reading import VALUE, Block, Directive, Failure, Line, body, half, root
from .running import results, where
from .sources import source

# Between normalize_whitespace (30), which would eat the marks of stored HTML, and superfences (25), which takes the fences away.
PRIORITY = 28
TABLE = {"ko": "표", "en": "table"}
SYMBOLS = re.compile(r"<!-- *symbols:(.*?)-->")


class Pages(Extension):
    def __init__(self, **options):
        self.config = {"page": ["", "the path of the page's file"], "lang": ["en", "its language"]}
        super().__init__(**options)

    def extendMarkdown(self, md):
        page, lang = self.getConfig("page"), self.getConfig("lang")
        md.preprocessors.register(Compute(md, page, lang), "minigrad_compute", PRIORITY)
        md.postprocessors.register(Finish(md, page, lang), "minigrad_finish", -20)             # after all others


class Step:
    """What both steps know of the page."""

    def __init__(self, md, page, lang):
        super().__init__(md)
        self.page, self.lang = Path(page or "page.md"), lang

    def named(self, failure):
        """The failure with the page's name, and with the line if that can be told."""
        name, message = where(root(self.page), self.page.resolve()), failure.message
        if message.startswith("docs/"):
            return failure
        if failure.near and self.page.exists():
            before, found, _ = self.page.read_text(encoding="utf-8").partition(failure.near)
            message = f"line {before.count(chr(10)) + 1}: {message}" if found else message
        return Failure(f"{name}{', ' if message.startswith('line ') else ': '}{message}")


class Compute(Step, Preprocessor):
    """Runs what runs, and writes what came out as plain Markdown."""

    def run(self, lines):
        try:
            return self.written("\n".join(lines))
        except Failure as failure:
            raise self.named(failure) from failure.__cause__

    def written(self, text):
        skipped = 0                      # MkDocs takes away the front matter and blank lines: count lines as the file does
        if self.page.exists():
            whole = self.page.read_text(encoding="utf-8")
            skipped = whole.count("\n", 0, max(0, whole.find(text.strip().partition("\n")[0])))
            text = "\n" * skipped + text.lstrip("\n")
        parts = parts_of(text, self.page, self.lang)
        found = results(self.page, self.lang, parts)
        blocks, out = iter(found["blocks"]), []
        for part in parts:
            if isinstance(part, Line):
                out.append(part.text)
            elif isinstance(part, Block):
                out += [part.indent + line if line else "" for line in self.block(part, next(blocks))]
            elif isinstance(part, Directive):
                out += [part.indent + line if line else "" for line in self.directive(part)]
            else:
                out.append(VALUE.sub(lambda value: half(found["values"][f"{part.after}:{value[1]}"], self.lang), part.text))
        return out

    def block(self, part, found):
        """The code, its output, and its picture."""
        shown = [] if part.output else ["", f"{part.fence}{{.python .live}}", *part.code.split("\n"), part.fence, ""]
        if found["text"]:
            text = half(found["text"], self.lang).rstrip("\n").split("\n")
            shown += ["", f"{part.fence}{{.text {'.terminal' if part.output else '.output'}}}", *text, part.fence, ""]
        picture = found["pictures"] and ["", self.md.htmlStash.store(found["pictures"][self.lang]), ""]
        return ([] if part.hide else shown) + (picture or [])

    def directive(self, part):
        try:
            if part.kind == "record":
                return ["", *records.table(records.load(root(self.page), part.name), self.lang)]
            text, file, first = source(part.name, part.lines, root(self.page))
        except Failure as failure:
            at = f"{where(root(self.page), part.page)}, " if part.page else ""
            raise Failure(f"{at}line {part.line}: {failure.message}") from None
        fence = f'`````{{.python .source title="{file.parent.name}/{file.name}" linenums="{first}"}}'
        return ["", fence, *text.split("\n"), "`````", ""]


class Finish(Step, Postprocessor):
    """Formulas, the colours of symbols, and code and tables that the keyboard can scroll."""

    def run(self, text):
        try:
            text = formulas(text, self.lang)
        except Failure as failure:
            raise self.named(failure) from failure.__cause__
        text = text.replace('<details class="code">', '<details class="code" data-search-exclude>')            # of the catalogue
        text = text.replace("<pre><span></span><code>", '<pre tabindex="0"><span></span><code>')
        box = f'<div class="table" tabindex="0" role="group" aria-label="{TABLE[self.lang]}">'
        text = re.sub(r"<table>.*?</table>", rf"{box}\g<0></div>", text, flags=re.S)
        text = text.replace("<table>", '<table class="plain">')          # else Material wraps it again, out of the keyboard's reach
        first, *rest = SYMBOLS.split(text)
        return first + "".join(coloured(part, names) for names, part in zip(rest[::2], rest[1::2]))


def coloured(text, names):
    """The HTML with the names of symbols in their colours, in blocks that run and where a name stands alone as code."""
    colours = dict(pair.split("=") for pair in names.split())
    name = "|".join(map(re.escape, colours))
    in_block = re.compile(rf'(?<!<span class="o">\.</span>)<span class="n">({name})</span>')

    def block(found):
        return in_block.sub(lambda n: f'<span class="n {colours[n[1]]}">{n[1]}</span>', found[0])
    text = re.sub(r'<div class="[^"]*\blive\b.*?</pre></div>', block, text, flags=re.S)
    return re.sub(rf"<code>({name})</code>", lambda n: f'<code class="{colours[n[1]]}">{n[1]}</code>', text)


def to_html(page, lang):
    """The HTML of a page without MkDocs, so without links: for tests, which run the blocks as the build does."""
    extensions = ["admonition", "attr_list", "md_in_html", "tables", "toc", "pymdownx.arithmatex", "pymdownx.details",
                  "pymdownx.highlight", "pymdownx.superfences", "minigrad_pages"]
    options = {"minigrad_pages": {"page": str(page), "lang": lang}, "pymdownx.arithmatex": {"generic": True},
               "pymdownx.highlight": {"linenums_style": "pymdownx-inline"}}
    text = body(Path(page).read_text(encoding="utf-8")).lstrip("\n")
    return markdown.markdown(text, extensions=extensions, extension_configs=options, output_format="html")
