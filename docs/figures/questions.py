"""The plots of the chapter of questions."""
from matplotlib.patches import Rectangle

from figures import C, INK, RULE, SOFT, new, record


def forgotten(cleared, forgot):
    """Two descents on x²: with the gradient cleared before each step, and with it left to grow."""
    fig, ax = new()
    ax.plot(cleared, "o-", color=C[4], ms=3.5, lw=1.2, label="지움 ¦ cleared")
    ax.plot(forgot, "o-", color=C[1], ms=3.5, lw=1.2, label="지우지 않음 ¦ not cleared")
    fig.legend(loc="outside upper center", ncols=2)
    ax.set_xlabel("걸음 ¦ step")
    ax.set_ylabel("x", color=C[1])
    fig.alt = ("경사 하강법으로 x²의 최솟값을 찾는 두 경로. 기울기를 지우면 0으로 다가가고, 지우지 않으면 −1과 1 사이를 줄지 않고 오갑니다. ¦ "
               "Two descents on x². With the gradient cleared x goes to 0; not cleared, it swings between −1 and 1 for ever.")
    fig.caption = ("함수도 학습률도 출발점도 같습니다. clear_grad() 한 줄만 다릅니다. ¦ "
                   "The same function, rate and start. Only the line with clear_grad() differs.")
    return fig


def mean_jacobian(jacobian):
    """The Jacobian of x - mean(x), its diagonal marked, and below it the sums of its columns."""
    fig, ax = new(height=3.6)
    n = len(jacobian)
    for i, row in enumerate(jacobian):
        for j, value in enumerate(row):
            ax.add_patch(Rectangle((j, -i - 1), 1, 1, facecolor="none", edgecolor=C[1] if i == j else RULE, lw=2.2 if i == j else 1,
                                   zorder=2 if i == j else 1))
            ax.text(j + 0.5, -i - 0.5, f"{value:.2f}".replace("-", "−"), ha="center", va="center", color=C[1] if i == j else INK)
    for j, value in enumerate(jacobian.sum(axis=0)):
        ax.text(j + 0.5, -n - 0.72, f"{value:g}", ha="center", va="center", color=C[4], fontweight="bold")
    ax.plot([0, n], [-n - 0.2] * 2, color=SOFT, lw=1)
    ax.text(n + 0.3, -0.5, "대각선 ¦ the diagonal", color=C[1], va="center")
    ax.text(n + 0.3, -n - 0.72, "열의 합 ¦ sums of columns", color=C[4], va="center")
    ax.set(xlim=(-0.1, n + 3.6), ylim=(-n - 1.1, 0.1))
    ax.set_aspect("equal")
    ax.axis("off")
    fig.alt = (f"x − mean(x)의 야코비안. 대각선은 {jacobian[0, 0]:g}, 나머지는 {jacobian[0, 1]:g}이고 네 열의 합은 모두 0입니다. ¦ "
               f"The Jacobian of x − mean(x): {jacobian[0, 0]:g} on the diagonal, {jacobian[0, 1]:g} elsewhere; "
               "each of its four columns has the sum 0.")
    fig.caption = ("행은 결과, 열은 입력입니다. 0.75를 기대한 사람은 대각선을 읽은 것이고, sum().backward()는 열을 더합니다. ¦ "
                   "A row for each result, a column for each input. Who expects 0.75 reads the diagonal; "
                   "sum().backward() adds up the columns.")
    return fig


PEERS = {"by hand": ("손으로 씀 ¦ by hand", "D", INK), "micrograd": ("micrograd", "v", C[2]), "DeZero": ("DeZero", "s", C[3]),
         "autograd": ("autograd", "^", C[1]), "PyTorch": ("PyTorch", "o", C[4]), "JAX": ("JAX", "X", SOFT)}


def ratios():
    """The time of minigrad over that of each other, by workload."""
    times = record("compare")["times"]
    shown = list(times)
    fig, ax = new(height=4.6)
    ax.axvline(1, color=INK, lw=1)
    for k, (peer, (label, marker, colour)) in enumerate(PEERS.items()):
        points = [(times[name][peer]["ratio"], -i + 0.28 - 0.11 * k) for i, name in enumerate(shown) if peer in times[name]]
        if points:
            ax.plot(*zip(*points), marker, color=colour, label=label, ms=7)
    ax.set_xscale("log")
    every = [found["ratio"] for name in shown for peer, found in times[name].items() if peer in PEERS]
    ticks = [t for t in (0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if min(every) / 2 < t < 2 * max(every)]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.set_yticks([-i for i in range(len(shown))], [name.replace(", ", ",\n") for name in shown])
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_xlabel("minigrad의 시간 ÷ 상대의 시간 ¦ time of minigrad ÷ time of the other")
    fig.legend(loc="outside upper center", ncols=3, columnspacing=1.2, handletextpad=0.3)
    fig.alt = ("작업마다 minigrad의 시간을 상대의 시간으로 나눈 비. 1의 왼쪽은 minigrad가 빠른 것입니다. 값은 표에 있습니다. ¦ "
               "For each workload the time of minigrad over that of each other library. Left of 1 minigrad is faster. "
               "The values are in the table.")
    fig.caption = ("1의 왼쪽이면 minigrad가, 오른쪽이면 상대가 빠릅니다. 가로축은 로그 눈금입니다. ¦ "
                   "Left of 1 minigrad is faster, right of it the other. The axis is logarithmic.")
    fig.record = "compare"
    return fig


def growth():
    """The price of a gradient by the number of inputs: of a sweep and of central differences, in operations and in seconds."""
    rows = record("compare")["growth"]
    fig, ax = new(height=3.6)
    for prefix, colour in (("differences, ", C[1]), ("", C[4])):
        for what, style in (("operations", "o-"), ("seconds", "o--")):
            points = [(row["inputs"], row[prefix + what]) for row in rows if prefix + what in row]
            ax.plot(*zip(*points), style, color=colour, ms=5, lw=1.6)
    for style, label in (("-", "연산 ¦ operations"), ("--", "시간 ¦ time")):
        ax.plot([], style, color=INK, lw=1.6, label=label)
    n, cost = next((row["inputs"], row["differences, operations"]) for row in reversed(rows) if "differences, operations" in row)
    ax.text(n * 1.3, cost, "차분 ¦ differences", color=C[1], va="center")
    ax.text(rows[-1]["inputs"], 1.15, "역전파 ¦ backpropagation", color=C[4], ha="right", va="bottom")
    ax.axhline(4, color=INK, lw=1)
    ax.text(1.015, 4, "4", transform=ax.get_yaxis_transform(), va="center")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks([row["inputs"] for row in rows], [f"{row['inputs']:,}" for row in rows])
    ax.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    ax.set_ylim(bottom=1)
    ax.minorticks_off()
    ax.set_xlabel("입력의 개수 ¦ number of inputs")
    ax.set_ylabel("함수의 몇 배 ¦ times the function")
    ax.legend(loc="upper left")
    fig.alt = ("입력의 개수에 따라 기울기의 비용을 함수의 비용으로 나눈 값. 중앙 차분은 입력의 개수에 비례해 오르고, 역전파의 연산 수는 4 아래에 머뭅니다. ¦ "
               "The cost of a gradient over that of the function, by the number of inputs. Central differences rise in proportion "
               "to it; the operations of backpropagation stay below 4.")
    fig.caption = ("함수는 Σ sin(x)·exp(−x²)입니다. 연산은 4를 넘지 않고, 시간에는 파이썬이 계산을 기록하는 몫이 더해집니다. ¦ "
                   "The function is Σ sin(x)·exp(−x²). Operations stay below 4; in the time there is also what Python takes "
                   "to record the computation.")
    fig.record = "compare"
    return fig
