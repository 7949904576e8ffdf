"""What both languages of a page must have in common, and the differences of two pages, told line by line."""
import ast
import re
from collections import Counter
from itertools import zip_longest

from minigrad_pages.reading import FENCE, VALUE, body, pages

HEADING = re.compile(r"^ *(#{1,6}) +(.*?) *(?:\{[^}]*#([\w-]+)[^}]*\})? *$")
# A source, a record, a part of the catalogue, a note, a folded answer, a line of attributes, the colours of symbols.
MARK = re.compile(r"^ *(?P<mark>::: +(?:source|record|catalogue) .*|(?:!!!|\?\?\?\+?) +\w+|\{[^=}][^}]*\}|<!-- *symbols:.*?-->)")
ID = re.compile(r"\{[^}=]*#([\w-]+)[^}]*\}")
LINK = re.compile(r"\]\(([^)\s]+)")
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\s)([^$]+?)(?<!\s)\$", re.S)
WORDS = re.compile(r"\\(?:text|mathrm)\{[^{}]*\}")
MATTER = re.compile(r"---\n(.*?)\n---\n", re.S)
HANGUL = re.compile(r"[가-힣]")


class Blank(ast.NodeTransformer):
    """Code without the words in it: labels differ between languages, what is computed does not."""

    def visit_Constant(self, node):
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node):
        return ast.JoinedStr([self.visit(part) for part in node.values if isinstance(part, ast.FormattedValue)])

    def visit_FormattedValue(self, node):
        return ast.FormattedValue(self.visit(node.value), node.conversion, node.format_spec)           # .4f is no word


def blanked(code, language="python"):
    """The syntax tree of code, its strings blanked; other code without its comments; of a text only how many lines it has."""
    if language == "python":
        try:
            return ast.unparse(Blank().visit(ast.parse(code.strip())))
        except SyntaxError:
            pass
    if language in ("", "text"):
        return f"{code.count(chr(10)) + 1} lines"
    return "\n".join(line.rstrip() for line in re.sub(r"(?m)(^|\s)#.*$", "", code).splitlines() if line.strip())


class Page:
    """What is compared of one page, in the order in which it is written."""

    def __init__(self, text):
        self.headings, self.code, self.marks, self.displayed = [], [], [], []
        self.in_prose = {}                 # {section: Counter}: the order of words, so of these, is each language's own
        matter = MATTER.match(text)
        self.matter = dict(line.split(": ", 1) for line in matter[1].split("\n") if ": " in line) if matter else {}
        section, prose = "the beginning", ""
        lines = iter(body(text).split("\n"))
        for line in lines:
            if fence := FENCE.match(line):
                code = []
                for inside in lines:
                    if inside.strip() == fence[2]:
                        break
                    code.append(inside.removeprefix(fence[1]))
                self.code.append((" ".join([fence[3], *fence[4].split()]).strip(), blanked("\n".join(code), fence[3])))
                continue
            if mark := MARK.match(line):
                self.marks.append(" ".join(mark["mark"].split()))
            elif heading := HEADING.match(line):
                self.read(section, prose)
                section, prose = heading[3] or heading[2], ""
                self.headings.append((len(heading[1]), heading[3]))
            prose += VALUE.sub(lambda value: f"{{={len(self.code)}: {value[1]} =}}", line) + "\n"
        self.read(section, prose)

    def read(self, section, prose):
        """Count the values, ids, links and formulas of a section."""
        found = self.in_prose.setdefault(section, Counter())
        for value in VALUE.findall(prose):
            blocks, _, code = value.partition(": ")
            found[f"the value {blanked(code)} below block {blocks}"] += 1
        prose = VALUE.sub("0", prose)
        found.update(f"the id {name}" for name in ID.findall(prose))
        found.update(f"the link {target}" for target in LINK.findall(prose))
        for displayed, inline in FORMULA.findall(re.sub(r"`[^`\n]+`", "", prose)):
            formula = " ".join(WORDS.sub(r"\\text{}", displayed or inline).split())
            if displayed:
                self.displayed.append(formula)
            else:
                found[f"the formula {formula}"] += 1


def differences(ko, en):
    """Sentences that say where the texts of a page in Korean and in English differ; none if they agree."""
    ko, en = Page(ko), Page(en)
    for what in ("headings", "code", "displayed", "marks"):
        for n, (korean, english) in enumerate(zip_longest(getattr(ko, what), getattr(en, what))):
            if korean != english:
                yield f"{NAMES[what]} {n + 1} is {told(korean)} in Korean and {told(english)} in English"
                break                      # what follows is one off
    for section in ko.in_prose.keys() & en.in_prose.keys():
        korean, english = ko.in_prose[section], en.in_prose[section]
        for one, language in [(korean - english, "Korean"), (english - korean, "English")]:
            for thing, more in one.items():
                yield f"in {section}, {thing} stands {more} time{'s' * (more > 1)} more in {language}"


NAMES = {"headings": "heading", "code": "block of code", "displayed": "displayed formula", "marks": "mark (::: !!! ??? {} symbols)"}


def told(thing):
    """A heading or a block of code as it is shown in a sentence."""
    if thing is None:
        return "missing"
    return f"\n{thing[1]}\n({thing[0]})" if "\n" in str(thing[1]) else repr(thing)


def faults(page, lang):
    """Sentences that say what a page in this language lacks by itself."""
    page = Page(page)
    for key in ("title", "description"):
        if not page.matter.get(key, "").strip():
            yield f"it has no {key}"
    if (description := page.matter.get("description")) and bool(HANGUL.search(description)) != (lang == "ko"):
        yield f"its description is not in its language: {description}"
    if not page.headings or page.headings[0][0] != 1 or [level for level, _ in page.headings].count(1) != 1:
        yield "it does not begin with its one heading of level 1"
    for (before, _), (level, name) in zip(page.headings, page.headings[1:]):
        if level > before + 1:
            yield f"the heading {name} has level {level} below one of level {before}"
    names = [name for _, name in page.headings]
    yield from (f"the heading id {name} is there {times} times" for name, times in Counter(names).items() if times > 1 and name)
    if None in names:
        yield f"heading {names.index(None) + 1} has no id: write {{#its-id}} behind it"


def all_differences(project):
    """{page: sentences} of a whole site, for the pages that have any."""
    found = {}
    for name, files in pages(project).items():
        texts = {lang: file.read_text(encoding="utf-8") for lang, file in files.items()}
        told = [f"{lang}: {fault}" for lang, text in texts.items() for fault in faults(text, lang)]
        told += differences(**texts) if len(texts) == 2 else [f"it is written in {', '.join(texts)} only"]
        if told:
            found[name] = told
    return found
