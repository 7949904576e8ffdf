"""The Markdown of the site, which computes what it shows.  A page is written like this:

    <!-- symbols: x=c1 y=c4 -->             one colour for a symbol, from here on, in code, formulas and graphs
    ```python run                           a block that runs; its output is shown below it
    ```python run hide                      the same, but only a figure is shown, if its last expression is one
    ```python run output                    the same, but only what it prints is shown: "한국어 ¦ English" in one language
    It is {= f"{x.grad:.4f}" =}.            a value in a sentence
    ::: source minigrad.core.sweep          the source of a function, class or module (also: lines=1-12 of it)
    ::: catalogue arithmetic                an entry for each rule of minigrad/functions/arithmetic.py
    ::: record speed                        a table recorded in docs/records/speed.json, with when and where it was measured
    $\\frac{dy}{dx}$                         a formula, converted to MathML

What happens to a page, file by file, in the order to read them:

    reading.py     a page's lines, cut into what runs and what does not
    running.py     the run of a page, shared by both languages, and kept until the code or the package changes
    child.py       the process in which one page runs
    pictures.py    a figure as SVG, in both languages, in the colours of the page
    sources.py     source by reference
    records.py     what was measured elsewhere
    catalogue.py   the entries of the chapter with all rules
    formulas.py    LaTeX to MathML
    extension.py   all this as an extension of Python-Markdown

docstrings.py is for the reference, fonts.py and card.py make two files of the site.  docs/hooks.py is what MkDocs needs beside it.
"""
from .extension import Pages, to_html
from .reading import Failure, pages

__all__ = ["Failure", "pages", "to_html", "makeExtension"]


def makeExtension(**options):
    """What Python-Markdown calls for an extension of this name."""
    return Pages(**options)
