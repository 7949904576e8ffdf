"""The catalogue of rules: `::: catalogue MODULE` stands for an entry for each row of the table whose function is in that module.

An entry has the derivation from docs/derivations/LANGUAGE/MODULE.md, which docs/derivations/README.md describes, and what a
program finds: figures and the cross-check (docs/figures/rules.py, in a run of the page), source and graph.  `::: catalogue names`
stands for the list of all entries of the page, with a box to filter them (docs/overrides/assets/rules.js).

Here an entry becomes the lines of an ordinary page, and all else follows.  Nothing is imported from minigrad: its files are
read anew each time, so while the site is served a new row is seen at once.
"""
import ast
import re
from pathlib import Path

from .reading import Block, Directive, Failure, Line, Prose, read, root
from .sources import defined, module, tree

SECTION = re.compile(r"(?m)^## +(\S+) *$")
HEADING = re.compile(r"^## +(.*?) *\{#([\w-]+)\} *$")
SOURCE = {"ko": "소스와 계산 그래프", "en": "Source and graph"}
FILTER = {"ko": "이름으로 거르기", "en": "Filter by name"}
SETUP = "import numpy as np\nimport minigrad as mg\nfrom figures import rules"


def parts_of(text, page, lang):
    """The parts of a page, as read() gives them, with the catalogue written out."""
    written, title, groups, blocks = [], None, {}, 0
    parts = read(text)
    if not any(isinstance(part, Directive) and part.kind == "catalogue" for part in parts):
        return parts
    modules = rows_by_module()
    for part in parts:
        if isinstance(part, Prose) and (heading := HEADING.match(part.text)):
            title = heading.groups()
        elif isinstance(part, Directive) and part.kind == "catalogue" and part.name != "names":
            groups[part.name] = title
    for part in parts:
        if not (isinstance(part, Directive) and part.kind == "catalogue"):
            written.append(part)
        elif part.name == "names":
            written += contents(groups, modules, part, lang)
        else:
            written += entries(part, modules, root(page), lang)
    for n, part in enumerate(written):
        if isinstance(part, Prose):
            written[n] = part._replace(after=blocks)
        blocks += isinstance(part, Block)
    return written


def contents(groups, modules, at, lang):
    """The box to filter by and, for each group, the names of its entries."""
    for name, rows in modules.items():
        if name not in groups:
            raise Failure(f"line {at.line}: ::: catalogue names: this page has no ::: catalogue {name}, "
                          f"and so none of {', '.join(rows)}")
    yield Line(f'<div class="filter" id="rules-filter" hidden><label for="rules-filter-name">{FILTER[lang]}</label> '
               '<input id="rules-filter-name" type="search" autocomplete="off" autocapitalize="none" spellcheck="false"> '
               '<span role="status"></span></div>')
    yield Line("")
    for name, title in groups.items():
        links = " ".join(f"[{row}](#rule-{row})" for row in modules[name])
        if not title:
            raise Failure(f"line {at.line}: ::: catalogue {name} stands below no heading, ## title {{#id}}")
        yield Line(f"[{title[0]}](#{title[1]}) {links}")
        yield Line("{.rules}")
        yield Line("")


def entries(at, modules, project, lang):
    """The parts of all entries of a module."""
    file = project / "docs" / "derivations" / lang / f"{at.name}.md"
    if at.name not in modules:
        raise Failure(f"line {at.line}: ::: catalogue {at.name}: no row of the table has its function in "
                      f"minigrad/functions/{at.name}.py")
    found = derivations(file, f"docs/derivations/{lang}/{at.name}.md", at.name, modules)

    def generated(*lines):
        for part in read("\n".join(["", *lines, ""])):
            yield part if isinstance(part, Line) else part._replace(line=at.line)
    yield from generated("```python run hide", *SETUP.split("\n"), "```")
    for name, parts in found.items():
        yield from generated(f"### {name} {{#rule-{name} .rule}}")
        yield from parts
        yield from generated("```python run hide", f'rules.curves("{name}")', "```", "", f'{{= rules.checked("{name}") =}}', "",
                             f'??? code "{SOURCE[lang]}"', "",
                             *[f"    ::: source minigrad.functions.{at.name}.{each}" for each in needed(at.name, name)], "",
                             "    ```python run hide", f'    rules.drawn("{name}")', "    ```")


# ---- What is written by hand

def derivations(file, shown, home, modules):
    """{name of a row: the parts of its derivation}, in the order of the file; each row of the module has one, and nothing else."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    before, *sections = SECTION.split(text)
    if before.strip():
        raise Failure(f"{shown}: it begins with a text that belongs to no entry: {before.strip().partition(chr(10))[0]}")
    found, line = {}, 1 + before.count("\n")
    for name, section in zip(sections[::2], sections[1::2]):
        if name not in modules[home]:
            other = next((module for module, names in modules.items() if name in names), None)
            raise Failure(f"{shown}, line {line}: {name} has a derivation " + (
                f"here, and its function is in {other}.py" if other else "and is no row of the table, minigrad/checking/rows.py"))
        if name in found:
            raise Failure(f"{shown}, line {line}: {name} has a second derivation")
        if not section.strip():
            raise Failure(f"{shown}, line {line}: the derivation of {name} is empty")
        found[name] = [part if isinstance(part, Line) else part._replace(page=file)
                       for part in read("\n" * (line - 1) + section, shown)[line - 1:]]
        line += section.count("\n")
    if missing := [name for name in modules[home] if name not in found]:
        raise Failure(f"{shown}: no derivation of {', '.join(missing)}: each row of the table, checking/rows.py, needs one")
    return found


# ---- What the files of minigrad say

def rows_by_module():
    """{module of minigrad/functions: the names of the rows whose functions it defines}."""
    table = tree(module("minigrad.checking.rows")[0])
    calls = [node for node in ast.walk(table) if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "row"]
    names = [call.args[0].value for call in calls]
    files = sorted(Path(module("minigrad.functions")[0]).parent.glob("[a-z]*.py"))
    homes = {name: file.stem for file in files for name in public(tree(file))}
    if lost := [name for name in names if name not in homes]:
        raise Failure(f"minigrad/checking/rows.py has a row for {', '.join(lost)}, and minigrad/functions has no such function")
    return {file.stem: rows for file in files if (rows := [name for name in names if homes[name] == file.stem])}


def public(code):
    """The names in the __all__ of a module."""
    return ast.literal_eval(defined(code, "__all__").value) if defined(code, "__all__") else []


def needed(home, name):
    """What of a module makes a function: the rule's class with those that it extends, the function, and their helpers."""
    code = tree(module(f"minigrad.functions.{home}")[0])
    helpers = {node.name: node for node in code.body if hasattr(node, "name")}
    classes = [each for each, node in helpers.items() if isinstance(node, ast.ClassDef)]
    known, new = [], [*[each for each in classes if each.lower() == name.replace("_", "")], name]
    while new:
        each = new.pop(0)
        known.append(each)
        used = [word.id for word in ast.walk(helpers[each]) if isinstance(word, ast.Name)]
        bases = [base.id for base in getattr(helpers[each], "bases", ()) if isinstance(base, ast.Name)]
        for word in dict.fromkeys(used):
            if word in helpers and word not in [*known, *new] and (word in bases or word not in public(code)):
                new.append(word)
    return sorted(known, key=lambda each: helpers[each].lineno)
