"""The plots of the chapter on trust."""
import numpy as np

from figures import C, INK, SOFT, new


def blind(angles, errors):
    """What a check finds of a fault, by the direction of its cotangent."""
    fig, ax = new()
    ax.semilogy(angles, np.maximum(errors, 1e-17), color=C[3])
    ax.axhline(1e-8, color=SOFT, lw=1.2, ls="--")
    ax.text(178, 2.2e-8, "허용 오차 ¦ tolerance", color=SOFT, ha="right")
    ax.annotate("(1, 1)", (45, 1e-16), (62, 1e-15), color=INK, arrowprops={"arrowstyle": "-", "color": SOFT})
    ax.set_xticks([0, 45, 90, 135, 180], ["0°", "45°", "90°", "135°", "180°"])
    ax.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1], ["1e-16", "1e-12", "1e-8", "1e-4", "1"])
    ax.minorticks_off()
    ax.set_ylim(1e-17, 30)
    ax.set_xlabel("w의 방향 ¦ direction of w", color=C[3])
    ax.set_ylabel("드러난 오차 ¦ error found")
    fig.alt = ("w의 방향에 따라 드러난 오차의 로그 그래프. 거의 모든 방향에서 오차가 1에 가깝고, 45도 한 방향에서만 0으로 떨어집니다. ¦ "
               "The error found, by the direction of w, on a logarithmic axis. It is near 1 in almost all directions "
               "and falls to 0 in one alone, at 45 degrees.")
    fig.caption = ("틀린 규칙 하나를 180개 방향의 w로 검사한 결과. 45°는 1로만 이루어진 w = (1, 1)의 방향입니다. ¦ "
                   "One wrong rule, checked with w in 180 directions. 45° is the direction of ones, w = (1, 1).")
    return fig


def kink(ours, theirs):
    """The absolute value at its kink, with the lines that touch it there."""
    fig, ax = new(height=3.0)
    x = np.linspace(-1, 1, 3)
    for slope in np.linspace(-0.75, 0.75, 7):
        ax.plot(x, slope * x, color=SOFT, lw=0.8, alpha=0.6)
    ax.plot(x, abs(x), color=INK, lw=2.6)
    ax.plot(x, ours * x, color=C[4], lw=2)
    ax.plot(x, theirs * x, "--", color=C[1], lw=2)
    ax.text(-0.95, 0.08, f"minigrad: {ours:g}", color=C[4])
    ax.text(-0.76, -0.68, f"JAX: {theirs:g}", color=C[1], ha="right")
    ax.text(-0.55, 0.72, "|x|", color=INK)
    ax.set_xlim(-1, 1)
    ax.set_ylim(-0.75, 1.05)
    ax.set_xlabel("x")
    fig.alt = (f"x의 절댓값. 0에서 꺾입니다. 그 점을 지나며 그래프 아래에 머무는 직선이 많고, minigrad는 기울기 {ours:g}인 것을, JAX는 {theirs:g}인 것을 고릅니다. ¦ "
               f"The absolute value, with its kink at 0. Many lines pass there below the graph: "
               f"minigrad takes the one of slope {ours:g}, JAX that of slope {theirs:g}.")
    fig.caption = ("꺾이는 점을 지나며 그래프 위로 올라가지 않는 직선들. 기울기는 −1부터 1까지 무엇이든 됩니다. ¦ "
                   "Lines through the kink that are nowhere above the graph. Any slope from −1 to 1 will do.")
    return fig


def mutants(record, most=12):
    """Mutants of each function, and those that were killed."""
    units = sorted(record["units"].items(), key=lambda unit: (unit[1][0], unit[0]))[-most:]
    fig, ax = new(height=1.2 + 0.3 * len(units))
    names, counts = [name for name, _ in units], np.array([count for _, count in units])
    ax.barh(names, counts[:, 0], color="none", edgecolor=SOFT, lw=1)
    ax.barh(names, counts[:, 1], color=C[4], alpha=0.75, lw=0)
    for n, (all_, killed) in enumerate(counts):
        ax.text(all_ + 0.015 * counts[:, 0].max(), n, f"{killed}/{all_}", va="center", color=INK)
    ax.set_xlim(0, counts[:, 0].max() * 1.18)
    ax.grid(False, axis="y")
    ax.set_xlabel("변이의 수 ¦ mutants")
    fig.record = "mutation"
    fig.alt = (f"변이가 가장 많은 함수 {len(units)}개에서 변이의 수와 그 가운데 테스트가 잡은 수. ¦ "
               f"For the {len(units)} functions with the most mutants: how many there were, and how many the tests killed.")
    fig.caption = (f"변이가 가장 많은 함수 {len(units)}개. 채운 부분이 테스트가 잡은 변이입니다. ¦ "
                   f"The {len(units)} functions with the most mutants. Filled: those that a test killed.")
    return fig
