"""A page's lines, cut into what runs and what does not."""
import ast
import re
import textwrap
from pathlib import Path
from typing import NamedTuple

from click import ClickException

LANGUAGES = ("ko", "en")
BAR = " \u00a6 "                           # "한국어 ¦ English": a text for both languages at once

FENCE = re.compile(r"^( *)(`{3,}|~{3,}) *([\w-]*)(.*)$")
VALUE = re.compile(r"\{=\s*(.+?)\s*=\}")
DIRECTIVE = re.compile(r"^( *)::: +(source|record|catalogue) +(\S+)(?: +lines=(\d+)-(\d+))? *$")


class Failure(ClickException):
    """What is wrong with a page: it ends the build.  The first line says what and where, the rest is a traceback or nothing.

    near is a text that stands in the page where it is wrong.
    """

    def __init__(self, message, near=None):
        super().__init__(message)
        self.near = near

    def __str__(self):
        return self.message.partition("\n")[0]


class Line(NamedTuple):
    """A line that stays as it is."""
    text: str


class Prose(NamedTuple):
    """A line in which values may stand; after is the number of blocks above it; page the file, where it is not the page's own."""
    text: str
    line: int
    after: int
    page: Path | None = None


class Block(NamedTuple):
    """A fence that runs.  line is the line of the first line of its code; output is whether it alone is shown, without the code."""
    code: str
    line: int
    hide: bool
    indent: str
    fence: str
    page: Path | None = None
    output: bool = False


class Directive(NamedTuple):
    """A line that begins with three colons."""
    kind: str
    name: str
    lines: tuple | None
    line: int
    indent: str
    page: Path | None = None


def half(text, lang):
    """The half of "한국어 ¦ English" that is for this language, line by line; another text is for both."""
    halves = [line.split(BAR) for line in text.split("\n")]
    return "\n".join(parts[LANGUAGES.index(lang)] if len(parts) == 2 else BAR.join(parts) for parts in halves)


def read(text, shown=None):
    """The parts of a page, in order; shown is what to call its file where something is wrong, if it is not the page's own."""
    lines, parts, blocks, n = text.split("\n"), [], 0, 0
    at = f"{shown}, line" if shown else "line"
    while n < len(lines):
        line = lines[n]
        if fence := FENCE.match(line):
            indent, ticks, language, words = fence.groups()
            end = n + 1
            while end < len(lines) and lines[end].strip() != ticks:
                end += 1
            if end == len(lines):
                raise Failure(f"{at} {n + 1}: the fence {ticks} is not closed")
            words = words.split()
            if language == "python" and "run" in words:
                if unknown := set(words) - {"run", "hide", "output"}:
                    raise Failure(f"{at} {n + 1}: a block that runs may be hide or output, and not {' '.join(sorted(unknown))}")
                parts.append(Block(textwrap.dedent("\n".join(lines[n + 1:end])), n + 2, "hide" in words, indent, ticks,
                                   output="output" in words))
                blocks += 1
            else:
                parts += map(Line, lines[n:end + 1])
            n = end
        elif directive := DIRECTIVE.match(line):
            indent, kind, name, first, last = directive.groups()
            parts.append(Directive(kind, name, (int(first), int(last)) if first else None, n + 1, indent))
        elif "{=" in VALUE.sub("", line):
            raise Failure(f"{at} {n + 1}: a value begins with {{= and does not end with =}} on the same line")
        else:
            parts.append(Prose(line, n + 1, blocks))
        n += 1
    return parts


def canonical(code):
    """Code without its comments and its layout: what both languages have in common."""
    try:
        return ast.dump(ast.parse(code))
    except SyntaxError:
        return code                      # running it will say what is wrong


def body(text):
    """A page without its front matter, whose lines become empty: so the numbers of the lines are those of the file."""
    matter = re.match(r"---\n.*?\n---\n", text, re.S)
    return "\n" * matter[0].count("\n") + text[matter.end():] if matter else text


def root(page):
    """The folder of the project to which a page belongs: the one with mkdocs.yml."""
    for folder in Path(page).resolve().parents:
        if (folder / "mkdocs.yml").exists():
            return folder
    return Path.cwd()


def twin(page, lang):
    """The same page in the other language: a path, or None where there is none."""
    docs = root(page) / "docs"
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    try:
        path = docs / other / Path(page).resolve().relative_to(docs / lang)
    except ValueError:
        return None
    return path if path.exists() else None


def pages(project="."):
    """{name: {language: path}} of all pages, for tests: {"chapters/slope": {"ko": …, "en": …}, …}."""
    found = {}
    for lang in LANGUAGES:
        folder = Path(project, "docs", lang)
        for path in sorted(folder.rglob("*.md")):
            found.setdefault(path.relative_to(folder).with_suffix("").as_posix(), {})[lang] = path
    return found
