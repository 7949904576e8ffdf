r"""LaTeX to MathML at build: no script.  \textcolor{c1}{x} becomes the class c1, so a symbol has its colour, light or dark."""
import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert

from .reading import Failure

FORMULA = re.compile(r'<(span|div) class="arithmatex">(.*?)</\1>', re.S)
UNKNOWN = re.compile(r"<m\w+[^>]*>(?:\\|&#x0*5[cC];)(\w+)")                # latex2mathml shows a command that it does not know
MISREAD = re.compile(r"\\(?:begin\{aligned\}|color\b)")                    # and these it gets wrong
CODE = re.compile(r"<(pre|code|math|svg|script|style)\b.*?</\1>|<[^>]*>", re.S)
LEFT = re.compile(r"\$|\\[a-zA-Z]{2,}|\\[()\[\]]")
MATHML = "{http://www.w3.org/1998/Math/MathML}"
ElementTree.register_namespace("", MATHML[1:-1])
CLINGING = re.compile(r'(<span class="math">(?:(?!</span>).)*</span>)([가-힣]*[.,;:!?)]*)', re.S)      # a particle, punctuation
CLOSING = (")", "]", "|")
LABEL = {"ko": "수식", "en": "formula"}


def formulas(page, lang):
    """A page's HTML with its formulas as MathML; a formula that cannot be converted, or was not, is a Failure."""
    page = FORMULA.sub(lambda found: formula(found, lang), page)
    page = CLINGING.sub(lambda found: f'<span class="together">{found[0]}</span>' if found[2] else found[0], page)
    if left := LEFT.search(CODE.sub(" ", page)):
        near = CODE.sub(" ", page)[left.start():].partition("\n")[0][:40].strip()
        raise Failure(f"this looks like a formula and is none (a $ of another meaning is written &#36;): {near}", html.unescape(near))
    return page


def formula(found, lang):
    block, tex = found[1] == "div", html.unescape(found[2]).strip()
    tex = re.sub(r"^\\[(\[]|\\[)\]]$", "", tex).strip()
    if misread := MISREAD.search(tex):
        raise Failure(f"{misread[0]} is not converted well, in the formula {tex}", tex)
    try:
        mathml = convert(tex, display="block" if block else "inline")
    except Exception as error:           # it has many kinds of them, some without words
        raise Failure(f"the formula {tex} cannot be converted: {type(error).__name__} {error}", tex) from error
    if unknown := UNKNOWN.search(mathml):
        raise Failure(f"\\{unknown[1]} is unknown, in the formula {tex}", tex)
    mathml = re.sub(r'mathcolor="(c\d)"', r'class="\1"', typeset(mathml))
    attributes = f' tabindex="0" role="group" aria-label="{LABEL[lang]}"' if block else ""           # a long one scrolls
    return f'<{found[1]} class="math"{attributes}>{mathml}</{found[1]}>'


def typeset(mathml):
    """What latex2mathml sets badly: primes, which it raises twice; what stands under lim; the slash, the bar and infinity, which
    it sets apart; and names of functions, which it does not."""
    formula = ElementTree.fromstring(mathml)
    for power in list(formula.iter(f"{MATHML}msup")):
        base, exponent = power
        primes = "".join(exponent.itertext())
        if primes and not primes.strip("\u2032"):
            mark = ElementTree.Element(f"{MATHML}mo", lspace="0", rspace="0", stretchy="false")
            mark.text = primes
            power.tag, power[:] = f"{MATHML}mrow", [base, mark]
    for limit in formula.iter(f"{MATHML}msub"):
        if formula.get("display") == "block" and limit[0].text in ("lim", "max", "min"):
            limit.tag = f"{MATHML}munder"
    for operator in formula.iter(f"{MATHML}mo"):
        if operator.text == "/":
            operator.attrib |= {"lspace": "0.06em", "rspace": "0.06em"}
        elif operator.text == "|":
            operator.attrib |= {"lspace": "0", "rspace": "0"}
        elif operator.text == "∞":
            operator.tag = f"{MATHML}mi"
    for row in list(formula.iter(f"{MATHML}mrow")):
        for place, (before, after) in reversed(list(enumerate(zip(row, row[1:]), 1))):
            if before.text in ("max", "min") and after.text == "(":
                before.attrib |= {"lspace": "0", "rspace": "0"}
            if is_name(before) and after.tag != f"{MATHML}mo" or is_name(after) and (
                    before.tag not in (f"{MATHML}mo", f"{MATHML}mspace") or before.text in CLOSING):
                row.insert(place, ElementTree.Element(f"{MATHML}mspace", width="0.17em"))
    return ElementTree.tostring(formula, encoding="unicode", short_empty_elements=False)


def is_name(part):
    """Whether a part of a row is the name of a function, as log or sin, with a power or an index or without."""
    if part.tag in (f"{MATHML}msup", f"{MATHML}msub", f"{MATHML}msubsup"):
        part = part[0]
    return part.tag == f"{MATHML}mi" and len(part.text or "") > 1 and part.text.isascii()
