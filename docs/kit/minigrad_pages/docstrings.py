"""For the reference: a docstring is plain text, and this makes Markdown of it before mkdocstrings shows it.

Its lists are written for the eye, a name, two blanks or more and what it means, and go on in lines set in:

    data     a float, a NumPy or JAX array of real floating-point numbers or,
             inside grad, a Variable of a lower level
"""
import re
import textwrap

from griffe import Extension

ITEM = re.compile(r"([\w.()]*[\w)](?:, [\w.]+)*)  +(\S.*)$")


class PlainText(Extension):
    def on_instance(self, *, obj, **_):
        if obj.docstring:
            obj.docstring.value = in_markdown(obj.docstring.value)


def in_markdown(text):
    """Paragraphs as they are, without meaning for * and _; lists as lists; what is set in as code, as in Markdown."""
    return "\n\n".join(map(paragraph, re.split(r"\n\s*\n", textwrap.dedent(text))))


def paragraph(text):
    if text.startswith("    "):
        return text
    if all(ITEM.match(line) or line.startswith("  ") for line in text.split("\n")):
        items = []
        for line in text.split("\n"):
            if item := ITEM.match(line):
                items.append([f"- `{item[1]}`: {plain(item[2])}"])
            else:
                items[-1].append(plain(line.strip()))
        return "\n".join("\n    ".join(item) for item in items)
    return plain(text)


def plain(text):
    """text with its operators shown as they are: f(*args), x ** 2, [1, 2] and a < b are not Markdown, but `code` and *stress* are."""
    kept = re.split(r"(`[^`]+`|(?<!\S)\*\w+\*(?!\w))", text)
    return "".join(part if n % 2 else re.sub(r"([\\*_\[\]<>|$])", r"\\\1", part) for n, part in enumerate(kept))
