"""The style of all figures.  One figure is one function, in the file named after its chapter, called by a hidden block:

    from figures import slope
    slope.secants(f, 2.0)

A text in a figure that needs words is written for both languages at once, "한국어 ¦ English".  Each figure has an alt, what is
to be seen, for who cannot see it; it may have a caption, and a record if it shows one (fig.alt, fig.caption, fig.record).
"""
import warnings
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure

import minigrad as mg
from minigrad_pages import records
from minigrad_pages.fonts import korean_font
from minigrad_pages.pictures import INK, PAPER, RULE, SOFT, C, Graph

__all__ = ["new", "graph", "record", "C", "INK", "SOFT", "RULE", "PAPER"]

font_manager.fontManager.addfont(korean_font())            # Korean words are measured with it, and shown in the reader's own font
warnings.filterwarnings("ignore", message="Glyph .* missing from font")                # a sign in neither: measured a little wrong

matplotlib.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "minigrad", "font.family": ["DejaVu Sans", "NanumGothic"], "font.size": 12.5,
    "axes.titlesize": 12.5, "axes.labelsize": 12.5, "legend.fontsize": 12, "xtick.labelsize": 11.5, "ytick.labelsize": 11.5,
    "figure.figsize": (5.6, 3.2), "figure.constrained_layout.use": True, "savefig.facecolor": "none", "figure.facecolor": "none",
    "axes.facecolor": "none", "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": RULE, "grid.linewidth": 0.8, "lines.linewidth": 2, "lines.markersize": 6,
    "legend.frameon": False, "legend.handlelength": 1.4, "axes.formatter.use_mathtext": False, "text.parse_math": False,
    "text.color": INK, "axes.labelcolor": INK, "axes.titlecolor": INK, "axes.edgecolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT,
    "xtick.labelcolor": SOFT, "ytick.labelcolor": SOFT, "patch.edgecolor": INK, "hatch.color": SOFT,
    "axes.prop_cycle": matplotlib.cycler(color=C[1:]),
})


def new(rows=1, columns=1, width=5.6, height=3.2, **options):
    """(figure, axes) in the style of the site, for the width of its column; options go to Figure.subplots, as sharex=True."""
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, **options)


def graph(y, symbols=(), alt=None, caption=None, backward=False, vertical=None, **options):
    """The graph of y as the engine draws it.

    symbols   {"x": "c1"}: the colour of a Variable by its name, that of the same symbol in formulas and code
    alt       "한국어 ¦ English": what is to be seen; needed
    vertical  True from top to bottom, False from left to right; None lets the width decide
    options   more for mg.graph, as seed=
    """
    return Graph(mg.graph(y, backward=backward, **options), symbols, alt, caption, vertical)


def record(name):
    """What docs/records/NAME.json says, as a dictionary; a figure drawn from it has fig.record = NAME."""
    return records.load(Path(__file__).parents[2], name)
