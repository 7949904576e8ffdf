"""The plots of the chapter on arrays."""
from matplotlib.patches import Rectangle

from figures import C, INK, RULE, SOFT, new


def cells(ax, rows, x, y, colour, size=1.0):
    """A grid of numbers whose upper left corner is at (x, y)."""
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            ax.add_patch(Rectangle((x + j * size, y - (i + 1) * size), size, size, facecolor="none", edgecolor=colour, lw=1.3))
            ax.text(x + (j + 0.5) * size, y - (i + 0.5) * size, f"{value:g}".replace("-", "−"), ha="center", va="center", color=INK)


def arrow(ax, start, end, colour=SOFT):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.2, "shrinkA": 1, "shrinkB": 1})


def drawing(ax, width, height):
    ax.set(xlim=(-0.1, width), ylim=(-height, 0.1))
    ax.set_aspect("equal")
    ax.axis("off")


def sparsity(matrices):
    """Jacobians by name: which entries are not 0."""
    fig, axes = new(2, 2, height=4.6)
    fig.get_layout_engine().set(h_pad=0.12)
    for ax, (name, matrix) in zip(axes.flat, matrices.items()):
        for i, row in enumerate(matrix):
            for j, value in enumerate(row):
                ax.add_patch(Rectangle((j, -i - 1), 1, 1, facecolor=C[1] if value else "none", edgecolor=RULE, lw=1))
        m, n = matrix.shape
        ax.set(xlim=(-0.1, 6.1), ylim=(-6.1, 0.1))
        ax.set_aspect("equal", anchor="N")
        ax.axis("off")
        ax.set_title(f"{name}\n{m} × {n}", fontsize=11.5)
    filled = ", ".join(f"{name}: {(m != 0).sum()}/{m.size}" for name, m in matrices.items())
    fig.alt = ("네 야코비안에서 0이 아닌 칸. tanh는 대각선, sum은 한 행 전체, broadcast_to는 대각선 둘을 위아래로 쌓은 모양, "
               f"인덱싱은 행마다 한 칸입니다({filled}). ¦ "
               "The entries of four Jacobians that are not 0. tanh: the diagonal; sum: one full row; broadcast_to: two "
               f"diagonals, one above the other; indexing: one entry in each row ({filled}).")
    fig.caption = ("색칠한 칸이 0이 아닌 칸입니다. 행은 결과, 열은 입력입니다. 인덱싱에서 2번 열에 칸이 둘, 1번과 3번 열에는 하나도 없습니다. ¦ "
                   "Coloured: not 0. A row for each result, a column for each input. In the last, column 2 has two entries, "
                   "columns 1 and 3 none.")
    return fig


def broadcast(b, copies, g, sums):
    """A row copied into every row of a grid, and the way back: the columns of a grid summed."""
    fig, (left, right) = new(1, 2, height=3.3)
    m, n = copies.shape
    for ax, title, first, grid, row, colour in ((left, "앞으로: 복사 ¦ forward: copy", C[3], copies, b, C[4]),
                                                (right, "거꾸로: 합 ¦ back: sum", C[3], g, sums, C[4])):
        cells(ax, [row], 0, 0, first)
        cells(ax, grid, 0, -2, colour)
        for j in range(n):
            ends = (j + 0.5, -1.08), (j + 0.5, -1.92)
            arrow(ax, *(ends if ax is left else ends[::-1]), first)
        drawing(ax, n + 0.1, m + 2.9)
        ax.set_title(title)
    left.text(n / 2, -m - 2.15, "y", color=C[4], ha="center", va="top")
    right.text(n / 2, -m - 2.15, "g = ∂L/∂y", color=C[4], ha="center", va="top")
    fig.alt = (f"왼쪽: 네 칸짜리 b가 3행 4열 격자의 모든 행에 복사됩니다. 오른쪽: 같은 모양의 격자 g를 열마다 더하여 네 수 "
               f"{', '.join(f'{s:g}' for s in sums)}을 얻습니다. ¦ "
               f"Left: the four entries of b are copied into every row of a grid of 3 rows and 4 columns. Right: a grid g of that "
               f"shape is summed column by column, which gives {', '.join(f'{s:g}' for s in sums)}.")
    fig.caption = ("위의 네 칸은 왼쪽에서 b, 오른쪽에서 b의 기울기입니다. 화살표의 방향만 바뀌고, 복사가 합이 됩니다. ¦ "
                   "The four cells on top are b on the left, and the gradient of b on the right. The arrows turn round, and the "
                   "copy becomes a sum.")
    return fig


def scatter(x, key, y, gy, gx):
    """Entries picked with repeats, and the way back: each cotangent added where its entry came from."""
    fig, axes = new(1, 2, height=2.7)
    wide = len(key)
    start = (wide - len(x)) / 2
    for ax, title, top, bottom, forward in ((axes[0], "앞으로: 고르기 ¦ forward: pick", x, y, True),
                                            (axes[1], "거꾸로: 흩어 더하기 ¦ back: scatter-add", gx, gy, False)):
        cells(ax, [top], start, 0, C[1])
        cells(ax, [bottom], 0, -3, C[4])
        for i, k in enumerate(key):
            ends = (start + k + 0.5, -1.08), (i + 0.5, -2.92)
            arrow(ax, *(ends if forward else ends[::-1]), C[1] if key.count(k) > 1 else SOFT)
        drawing(ax, wide + 0.1, 4.9)
        ax.set_title(title, fontsize=11.5)
        ax.text(wide / 2, -4.15, "y = x[k]" if forward else "g = ∂L/∂y", color=C[4], ha="center", va="top")
    at = max(set(key), key=key.count)
    parts = " + ".join(f"{g:g}" for g, k in zip(gy, key) if k == at)
    fig.alt = (f"왼쪽: 네 칸짜리 x에서 번호 {', '.join(map(str, key))}의 칸을 골라 y를 만듭니다. 오른쪽: g의 칸을 같은 화살표를 거꾸로 따라 더합니다. "
               f"{at}번 칸에는 셋이 모여 {parts} = {gx[at]:g}이 되고, 고르지 않은 칸은 0입니다. ¦ "
               f"Left: the entries of x with the numbers {', '.join(map(str, key))} are picked to make y. Right: the entries of g "
               f"go back along the same arrows and add up. "
               f"Three meet in entry {at}, {parts} = {gx[at]:g}; the entry that was not picked has 0.")
    fig.caption = (f"k는 {', '.join(map(str, key))}입니다. 번호 {at}이 세 번 나오므로 오른쪽에서는 세 기울기가 한 칸에 모입니다: {parts} = {gx[at]:g}. ¦ "
                   f"k is {', '.join(map(str, key))}. Number {at} comes three times, so on the right three gradients meet "
                   f"in one cell: {parts} = {gx[at]:g}.")
    return fig


def product(a, b, g, by_entry, by_a, place):
    """One entry of the gradient of A in Y = AB: the row of G and the row of B that it is made of."""
    fig, ax = new(height=2.5)
    row, column = place
    cells(ax, g, 0, 0, RULE)
    cells(ax, b, g.shape[1] + 1.2, 0, RULE)
    cells(ax, by_a, g.shape[1] + b.shape[1] + 2.6, 0, RULE)
    for i, j in zip(*by_entry.nonzero()):                  # the entries of Y that this entry of A moves
        cells(ax, [[g[i, j]]], j, -i, C[4])
    cells(ax, [b[column]], g.shape[1] + 1.2, -column, C[3])
    cells(ax, [[by_a[place]]], g.shape[1] + b.shape[1] + 2.6 + column, -row, C[2])
    for label, x, n, colour in (("G", 0, g.shape[1], C[4]), ("B", g.shape[1] + 1.2, b.shape[1], C[3]),
                                ("∂L/∂A", g.shape[1] + b.shape[1] + 2.6, by_a.shape[1], C[2])):
        ax.text(x + n / 2, 0.3, label, color=colour, ha="center", va="bottom")
    ax.text(g.shape[1] + 0.6, -row - 0.5, "·", ha="center", va="center", color=INK)
    ax.text(g.shape[1] + b.shape[1] + 1.9, -row - 0.5, "=", ha="center", va="center", color=INK)
    terms = " + ".join(f"{u:g}·{v:g}" for u, v in zip(g[row], b[column]))
    middle = (g.shape[1] + b.shape[1] + by_a.shape[1] + 2.6) / 2
    ax.text(middle, -len(b) - 0.5, f"{terms} = {by_a[place]:g}", ha="center", va="top", color=INK)
    ax.set(xlim=(-0.1, g.shape[1] + b.shape[1] + by_a.shape[1] + 2.7), ylim=(-len(b) - 1.6, 1.3))
    ax.set_aspect("equal")
    ax.axis("off")
    fig.alt = (f"A의 기울기 한 칸. G의 {row}행과 B의 {column}행을 칸끼리 곱하여 더하면 A의 기울기의 {row}행 {column}열인 {by_a[place]:g}이 됩니다. ¦ "
               f"One entry of the gradient of A. Row {row} of G and row {column} of B, multiplied entry by entry and summed, give "
               f"{by_a[place]:g}, row {row} and column {column} of the gradient of A.")
    fig.caption = (f"p = {row}, q = {column}일 때. G에서 테두리를 색칠한 칸은 야코비안이 0이 아닌 칸, 곧 A의 이 칸이 움직이는 Y의 칸입니다. ¦ "
                   f"For p = {row} and q = {column}. Outlined in colour in G: where the Jacobian is not 0, the entries of Y that "
                   "this entry of A moves.")
    return fig


def difference(p, y, gradient):
    """The prediction, the target and the gradient of the logits as bars."""
    fig, axes = new(1, 3, height=2.9, sharey=True)
    for ax, title, row, colour in zip(axes, ("p", "y", "p − y"), (p, y, gradient), (C[2], C[4], C[1])):
        ax.bar(range(len(row)), row, width=0.62, color=colour)
        for i, value in enumerate(row):
            ax.text(i, value + (0.04 if value >= 0 else -0.04), f"{value:.2f}".replace("-", "−"), ha="center",
                    va="bottom" if value >= 0 else "top", fontsize=11)
        ax.axhline(0, color=SOFT, lw=1)
        ax.set_xticks(range(len(row)), [str(i) for i in range(len(row))])
        ax.set_title(title, color=colour)
        ax.set_ylim(-1.0, 1.25)
        ax.set_yticks([-1, 0, 1], ["−1", "0", "1"])
        ax.grid(False)
    axes[1].set_xlabel("갈래 ¦ class")
    rows = [", ".join(f"{v:.2f}" for v in row).replace("-", "−") for row in (p, y, gradient)]
    fig.alt = (f"세 갈래의 막대그래프. 예측 p는 {rows[0]}, 정답 y는 {rows[1]}, 로짓의 기울기 p − y는 {rows[2]}입니다. ¦ "
               f"Bars for three classes. The prediction p: {rows[0]}. The target y: {rows[1]}. The gradient of the logits, "
               f"p − y: {rows[2]}.")
    fig.caption = ("오른쪽 막대는 엔진이 구한 로짓의 기울기입니다. 앞의 두 막대의 차이와 같습니다. ¦ "
                   "The bars on the right are the gradient of the logits as the engine found it. They are the difference of the "
                   "other two.")
    return fig


def learning(scores, entropy, squared):
    """The gradient of the right score over its lead on the wrong one, for two losses."""
    fig, ax = new(height=3.0)
    ax.plot(scores, entropy, color=C[1])
    ax.plot(scores, squared, "--", color=C[3])
    ax.text(-6.8, -0.90, "교차 엔트로피 ¦ cross-entropy", color=C[1], va="bottom")
    ax.text(-6.8, -0.10, "제곱 오차 ¦ squared error", color=C[3], va="top")
    ax.set_yticks([-1, -0.5, 0], ["−1", "−0.5", "0"])
    ax.set_xticks([-6, -3, 0, 3, 6], ["−6", "−3", "0", "3", "6"])
    ax.set_ylim(-1.08, 0.08)
    ax.set_xlabel("정답의 점수 − 다른 점수 ¦ right score − other score")
    ax.set_ylabel("기울기 ¦ gradient")
    fig.alt = ("두 갈래일 때 정답 점수의 기울기. 정답의 점수가 훨씬 낮은 왼쪽 끝에서 교차 엔트로피의 기울기는 −1에 가깝고 제곱 오차의 기울기는 0에 가깝습니다. "
               "오른쪽 끝에서는 둘 다 0에 가깝습니다. ¦ "
               "The gradient of the right score of two. At the left, where the right score is far below, the gradient of the "
               "cross-entropy is near −1 and that of the squared error near 0. At the right both are near 0.")
    fig.caption = ("정답은 0번 갈래입니다. 왼쪽으로 갈수록 크게 틀린 예측입니다. ¦ "
                   "The right class is number 0. The further left, the worse the prediction.")
    return fig
