"""The proof: what minigrad computes beside witnesses that share no code with it.

crosscheck(f, *args)   checks a function of the user's own
table, Row             what is to be checked: a row for each function of minigrad          rows.py
check_row(row)         checks a row; gives a Verdict                                       compare.py
BOUNDS                 how large an error may be, for each witness

They are loaded when they are asked for, since `import minigrad` must not need NumPy.
"""
from collections import namedtuple

__all__ = ["crosscheck", "Report", "table", "Row", "check_row", "Verdict", "BOUNDS"]

Text = namedtuple("Text", ["en", "ko"])
Text.__doc__ = "The same sentence in both languages."


def __getattr__(name):
    if name in ("table", "Row"):
        from . import rows as home
    elif name in ("check_row", "Verdict", "BOUNDS"):
        from . import compare as home
    elif name in ("crosscheck", "Report"):
        from . import report as home
    else:
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    return getattr(home, name)
