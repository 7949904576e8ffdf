"""The picture that a link to the site is shown with: the notebook's function, forwards and backwards, as computed now."""
import io

import minigrad as mg

from .fonts import korean_font

INK, SOFT, PAPER, COLOURS = "#1f2328", "#5a6068", "#fdfcf9", ("#0b5cad", "#a8420a", "#186b3c", "#7a2f9c")
TITLE = {"ko": "연쇄 법칙에서 역전파까지", "en": "From the chain rule to backpropagation"}


def draw(lang):
    """A PNG of 1200 by 630 pixels."""
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    x = mg.Variable(0.5, "x")
    a = mg.square(x)
    b = mg.exp(a)
    y = mg.square(b)
    y.backward()

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
    page = figure.add_axes((0, 0, 1, 1), xlim=(0, 1200), ylim=(630, 0))
    page.axis("off")

    def text(x, y, words, size, colour=INK, **more):
        page.text(x, y, words, size=size, color=colour, font=FontProperties(fname=korean_font(), size=size), parse_math=False, **more)

    text(90, 150, "minigrad", 58)
    text(90, 225, TITLE[lang], 30, SOFT)
    places = [150, 450, 750, 1050]
    for place, name, value, colour in zip(places, "xaby", (x, a, b, y), COLOURS):
        page.add_artist(circle(place, colour))
        text(place, 402, name, 30, colour, ha="center", va="center")
        text(place, 500, f"{float(value):.4g}", 20, SOFT, ha="center")
    for left, right in zip(places, places[1:]):
        forward = {"arrowstyle": "-|>", "color": INK, "lw": 2, "mutation_scale": 22}
        page.annotate("", (right - 58, 400), (left + 58, 400), arrowprops=forward)
    home = {"arrowstyle": "-|>", "color": COLOURS[3], "lw": 2.5, "mutation_scale": 26, "connectionstyle": "arc3,rad=0.12"}
    page.annotate("", (150, 330), (1050, 330), arrowprops=home)
    text(1110, 575, f"dy/dx = {x.grad}", 24, COLOURS[3], ha="right")
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def circle(place, colour):
    from matplotlib.patches import Circle
    return Circle((place, 400), 46, facecolor=PAPER, edgecolor=colour, linewidth=3)
