"""What pytest prints at its end (conftest.py calls it): for each function how far it is from each witness, and what was left out."""
import re
from collections import Counter

from minigrad.checking import BOUNDS, table

COLUMNS = dict(zip(BOUNDS, ["numer", "cmplx", "JAX", "2nd"], strict=True))
LEGEND = """\
numer: central differences with extrapolation; cmplx: the complex step; JAX: jax.vjp; 2nd: second order, against JAX.
An error is max|a - b| / max(1, max|b|); -: this witness cannot be asked, or there is no JAX.  At most: """


def proof(proved, width):
    """The lines of the table and its legend, for {function: (samples, {witness: largest error})}."""
    if proved:
        yield from in_columns(proved, width)
        yield from (LEGEND + ", ".join(f"{bound:.0e} ({COLUMNS[witness]})" for witness, bound in BOUNDS.items())).splitlines()


def in_columns(proved, width):
    """The table, in as many columns of functions as go into the width."""
    names = [name for name in table if name in proved]
    wide = max(map(len, names))
    head = " ".join([" " * wide, "samples", *[f"{word:>5}" for word in COLUMNS.values()]])
    cells = [" ".join([f"{name:{wide}} {proved[name][0]:7}", *[f"{shortest(error):>5}" for error in proved[name][1].values()]]) for name in names]
    side_by_side = min(max(1, (width + 3) // (len(head) + 3)), len(cells))
    rows = -(-len(cells) // side_by_side)
    yield " | ".join([head] * side_by_side)
    for i in range(rows):
        yield " | ".join(cells[i::rows])


def shortest(error):
    return "-" if error is None else f"{error:.0e}" if error else "0"


def left_out(stats, markexpr):
    """What was not run, and why."""
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in stats.get("skipped", ()) if isinstance(report.longrepr, tuple))
    for reason, number in reasons.most_common():
        yield f"left out: {number} test{'s' * (number > 1)}: {reason}"
    if deselected := stats.get("deselected"):
        longer = [(name, sum(name in item.keywords for item in deselected)) for name in re.findall(r"not (\w+)", markexpr)]
        yield f"left out: {len(deselected)} tests that were not selected" + "".join(f", {n} of them {name} (pytest -m {name})" for name, n in longer if n)
