"""What the catalogue of rules shows of a row of the table: its curves, a graph, its conventions and its cross-check."""
import numpy as np

import figures
import minigrad as mg
from figures import C, INK, new
from minigrad.checking import BOUNDS, check_row, table
from minigrad.checking.compare import float64_on_cpu, import_jax, of_arrays
from minigrad.words import MESSAGES
from minigrad_pages.docstrings import plain

# From where to where a function of one number is drawn, if not from -3 to 3: its domain, as far as there is something to see.
SPAN = {"sqrt": (0, 4), "log": (0, 4), "log2": (0, 4), "log10": (0, 4), "log1p": (-1, 3), "tan": (-1.5, 1.5), "asin": (-1, 1),
        "acos": (-1, 1), "atanh": (-1, 1), "acosh": (1, 4), "sin": (-6.5, 6.5), "cos": (-6.5, 6.5), "sigmoid": (-6, 6)}
POLES = {"reciprocal": 0.0}
TALLEST = 4.0
EDGE = 1e-3                                # of the span: a curve ends there before the end of its domain, where it may be infinite

# The call whose graph is drawn: of a number x = 0.5 by one rule, if nothing else is said.
VECTOR, MATRIX, SQUARE = [1.0, 2.0, 4.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, 2.0], [3.0, 4.0]]
CALLS = {
    **{name: (f"mg.{name}(a, b)", {"a": 3.0, "b": 2.0}) for name in (
        "add", "subtract", "multiply", "divide", "pow", "remainder", "hypot", "logaddexp", "atan2", "maximum", "minimum")},
    "acosh": ("mg.acosh(x)", {"x": 2.0}),
    "where": ("mg.where(np.array([True, False]), a, b)", {"a": [1.0, 2.0], "b": [3.0, 4.0]}),
    "clip": ("mg.clip(x, 0.0, 1.0)", {"x": 0.5}),
    **{name: (f"mg.{name}(x)", {"x": VECTOR}) for name in (
        "sum", "prod", "max", "min", "cumulative_sum", "mean", "var", "std", "diff", "logsumexp", "softmax", "log_softmax",
        "flip")},
    **{name: (f"mg.{name}(x)", {"x": SQUARE}) for name in ("trace", "matrix_transpose", "tril", "triu")},
    "cross_entropy": ("mg.cross_entropy(x, np.array(2))", {"x": VECTOR}),
    "matmul": ("mg.matmul(a, b)", {"a": SQUARE, "b": [5.0, 6.0]}),
    "tensordot": ("mg.tensordot(a, b, axes=1)", {"a": SQUARE, "b": [5.0, 6.0]}),
    "outer": ("mg.outer(a, b)", {"a": [1.0, 2.0], "b": [3.0, 4.0]}),
    "einsum": ('mg.einsum("ij,j->i", a, b)', {"a": SQUARE, "b": [5.0, 6.0]}),
    "conv": ("mg.conv(a, b)", {"a": [[[1.0, 2.0, 3.0]]], "b": [[[1.0, -1.0]]]}),
    "norm": ("mg.norm(x)", {"x": [3.0, 4.0]}),
    "reshape": ("mg.reshape(x, (2, 2))", {"x": [1.0, 2.0, 3.0, 4.0]}),
    "permute_dims": ("mg.permute_dims(x, (1, 0))", {"x": SQUARE}),
    "moveaxis": ("mg.moveaxis(x, 0, 1)", {"x": SQUARE}),
    "broadcast_to": ("mg.broadcast_to(x, (2, 2))", {"x": [1.0, 2.0]}),
    "expand_dims": ("mg.expand_dims(x, axis=0)", {"x": VECTOR}),
    "squeeze": ("mg.squeeze(x, axis=0)", {"x": [VECTOR]}),
    "concat": ("mg.concat([a, b])", {"a": [1.0, 2.0], "b": [3.0]}),
    "stack": ("mg.stack([a, b])", {"a": [1.0, 2.0], "b": [3.0, 4.0]}),
    "unstack": ("mg.unstack(x)[1]", {"x": SQUARE}),
    "roll": ("mg.roll(x, 1)", {"x": VECTOR}),
    "repeat": ("mg.repeat(x, 2)", {"x": [1.0, 2.0]}),
    "tile": ("mg.tile(x, 2)", {"x": [1.0, 2.0]}),
    "astype": ("mg.astype(x, np.float32)", {"x": 0.5}),
    "getitem": ("x[[0, 0, 2]]", {"x": VECTOR}),
    "scatter_add": ("mg.scatter_add(x, [0, 0, 2], (3,))", {"x": VECTOR}),
    "take": ("mg.take(x, np.array([0, 0, 2]))", {"x": VECTOR}),
    "take_along_axis": ("mg.take_along_axis(x, np.array([0, 0, 2]))", {"x": VECTOR}),
}


VERDICTS = {}                              # of the rows that the page has shown so far


def curves(name):
    """The function and its derivative, if it is one of a number; its conventions at kinks are dots."""
    row = table[name]
    if len(row.samples[0].args) != 1 or getattr(row.samples[0].args[0], "shape", None) != ():
        return None
    f = getattr(mg, name)
    low, high = SPAN.get(name, (-3, 3))
    kinks = [(c.sample.args[0].item(), np.ravel(c.ours).item()) for c in row.conventions]
    breaks = [POLES[name]] if name in POLES else [at for at, _ in kinks if low < at < high]
    edge = (high - low) * EDGE
    ends = [low, *breaks, high]
    pieces = [np.linspace(start + edge, end - edge, 60) for start, end in zip(ends, ends[1:])]
    fig, ax = new(height=2.3)
    values = [np.asarray(f(x)) for x in pieces]
    slopes = [np.asarray(mg.grad(lambda x: mg.sum(f(x)))(x)) for x in pieces]
    gap = [np.full(1, np.nan)]
    joined = [np.concatenate(sum(([part, *gap] for part in parts), [])) for parts in (pieces, values, slopes)]
    for ys, colour, width in [(joined[2], INK, 1.5), (joined[1], C[4], 2.2)]:
        ax.plot(joined[0], np.where(np.abs(ys) < 3 * TALLEST, ys, np.nan), color=colour, lw=width)
    for at, slope in kinks:
        if np.isfinite(slope):
            ax.plot([at], [slope], "o", color=INK, ms=5)
    whole = np.concatenate(values + slopes)
    bottom, top = max(whole.min(), -TALLEST), min(whole.max(), TALLEST)
    ax.set_ylim(bottom - 0.06 * (top - bottom), top + 0.06 * (top - bottom))
    ax.text(0.0, 1.03, f"y = {name}(x)", color=C[4], transform=ax.transAxes)
    ax.text(1.0, 1.03, "dy/dx", color=INK, transform=ax.transAxes, ha="right")
    start, end = pieces[0], pieces[-1]
    told = (f"x = {start[0]:.3g}: y = {values[0][0]:.3g}, dy/dx = {slopes[0][0]:.3g}; "
            f"x = {end[-1]:.3g}: y = {values[-1][-1]:.3g}, dy/dx = {slopes[-1][-1]:.3g}")
    fig.alt = f"{name}(x)와 그 도함수의 그래프. {told} ¦ {name}(x) and its derivative. {told}"
    return fig


def drawn(name):
    """The graph of a small call."""
    call, inputs = CALLS.get(name, (f"mg.{name}(x)", {"x": 0.5}))
    inputs = {letter: mg.Variable(np.array(x), letter) for letter, x in inputs.items()}
    y = eval(call, {"mg": mg, "np": np}, inputs)
    if type(y) is not mg.Variable:
        return None                        # stop_gradient: nothing is recorded
    seed = np.arange(1, y.size + 1, dtype=y.dtype).reshape(y.shape)
    return figures.graph(y, {"x": "c1", "a": "c2", "b": "c3", "y": "c4"}, seed=seed, caption=f"{call} ¦ {call}",
                         alt=f"{call}의 계산 그래프 ¦ Graph of {call}")


def checked(name):
    """Markdown in both languages: the conventions of a row, and how far our derivatives are from each witness, as checked now."""
    row = table[name]
    lines = ["**꺾이는 점과 동률** ¦ **Kinks and ties**", ""] * bool(row.conventions) + [stated(row, each) for each in row.conventions]
    verdict = VERDICTS[name] = check_row(row)
    assert verdict.agrees, "\n".join(verdict.failures)
    heads = [MESSAGES[word] for word in ("samples", *verdict.errors)]
    cells = [str(verdict.samples), *["–" if e is None else f"{e:.0e}" if e else "0" for e in verdict.errors.values()]]
    sides = [[head[lang] for head in heads] for lang in (1, 0)]
    lines += ["", " ¦ ".join(row_of(side) for side in sides), row_of(["---"] * len(cells)), row_of(cells), ""]
    return "\n".join(lines)


def together():
    """The largest error of each row against each witness, of all rows at once."""
    assert VERDICTS.keys() == table.keys()
    fig, ax = new(height=3.0)
    least = 1e-18                          # where an error of 0 is drawn, as a logarithmic axis has no 0
    for level, (witness, bound) in enumerate(reversed(BOUNDS.items())):
        errors = [max(v.errors[witness], least) for v in VERDICTS.values() if v.errors[witness] is not None]
        spread = np.random.default_rng(0).uniform(-0.22, 0.22, len(errors))
        ax.semilogx(errors, level + spread, "o", color=C[4], ms=3.5, alpha=0.7, mew=0)
        ax.plot([bound, bound], [level - 0.38, level + 0.38], color=INK, lw=2)
    names = [" ¦ ".join(reversed(MESSAGES[witness])) for witness in reversed(BOUNDS)]
    ax.set_yticks(range(len(names)), names)
    ax.set_xticks([1e-18, 1e-16, 1e-14, 1e-12, 1e-10, 1e-8], ["0", "1e-16", "1e-14", "1e-12", "1e-10", "1e-8"])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("가장 큰 오차 ¦ largest error")
    ax.grid(axis="y", visible=False)
    fig.alt = ("네 가지 독립된 검증 수단마다 모든 함수의 가장 큰 오차를 점으로 찍은 로그 그래프. 모든 점이 허용 오차의 왼쪽에 있습니다. ¦ "
               "The largest error of every function against each of the four witnesses, as dots on a logarithmic axis. All dots lie to the "
               "left of the bounds.")
    fig.caption = ("점 하나가 함수 하나입니다. 굵은 세로선은 허용 오차이고, 오차가 0인 점은 왼쪽 끝에 찍었습니다. ¦ "
                   "One dot is one function. The upright bars are the bounds; an error of 0 is drawn at the left end.")
    return fig


def stated(row, convention):
    """A convention as an item of a list, after ours and JAX's were computed and found to be as stated."""
    f, arrays = of_arrays(getattr(mg, row.name), *convention.sample)
    with np.errstate(divide="ignore"):     # the slope of sqrt at 0
        ours, = mg.vjp(f, arrays)[1]([np.ones_like(y) for y in f(arrays)])
    same(ours, convention.ours, row.name)
    if jax := import_jax():
        with float64_on_cpu(jax):
            values, back = jax.vjp(of_arrays(row.twin(jax), *convention.sample)[0], arrays)
            same(back([jax.numpy.ones_like(y) for y in values])[0], convention.jax or convention.ours, f"{row.name} of JAX")
    words = [*map(listed, convention.sample.args), *[f"{key}={value}" for key, value in convention.sample.options.items()]]
    told = f"`{row.name}({', '.join(words)})`"
    both = convention.ours, convention.jax or convention.ours
    mine, theirs = [", ".join(f"`{listed(g)}`" for g in gradients) for gradients in both]
    ko, en = [f"- {told}: minigrad {mine}, JAX {theirs}. {text}" for text in map(plain, (convention.text.ko, convention.text.en))]
    return f"{ko} ¦ {en}"


def same(gradients, stated, whose):
    for g, e in zip(gradients, stated, strict=True):
        np.testing.assert_allclose(np.asarray(g), e, rtol=1e-14, atol=0, err_msg=f"the convention of {whose}")


def listed(x):
    """Numbers as code writes them, those with many digits with four."""
    if isinstance(x, (list, np.ndarray)):
        return f"[{', '.join(map(listed, x))}]" if np.ndim(x) else listed(np.asarray(x).item())
    return f"{x:.4g}" if isinstance(x, float) and x != round(x, 4) and np.isfinite(x) else str(x)


def row_of(cells):
    return f"| {' | '.join(cells)} |"
