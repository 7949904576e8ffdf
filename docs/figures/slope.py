"""The plots of the chapter on the slope of one number."""
import numpy as np

from figures import C, INK, SOFT, new


def secants(f, x, steps, derivative):
    """Secants from (x, f(x)) to (x + h, f(x + h)) for each h of steps, and the tangent that they close on."""
    fig, ax = new()
    t = np.linspace(0.6, 4.3, 200)
    left, right = 1.2, 4.3
    ax.plot(t, f(t), color=INK, lw=2)
    for h, weight in zip(steps, (1.0, 1.4, 1.8)):
        m = (f(x + h) - f(x)) / h
        ax.plot([left, right], [f(x) + m * (left - x), f(x) + m * (right - x)], color=C[2], lw=weight)
        ax.plot([x + h], [f(x + h)], "o", color=C[2], ms=6)
        if h > 0.5:
            ax.annotate(f"{m:.0f}", (right, f(x) + m * (right - x)), (4, 0), textcoords="offset points", va="center", color=C[2])
    ax.plot([left, right], [f(x) + derivative * (left - x), f(x) + derivative * (right - x)], color=C[1], lw=2, ls="--")
    ax.annotate(f"{derivative:.0f}", (right, f(x) + derivative * (right - x)), (4, -2), textcoords="offset points", va="center",
                color=C[1])
    ax.plot([x], [f(x)], "o", color=C[1], ms=7)
    ax.text(x - 0.08, f(x) + 0.6, "(2, 4)", ha="right", color=C[1])
    ax.text(0.75, 1.6, "y = x²", color=INK)
    ax.set_xlim(0.6, 4.6)
    ax.set_ylim(-1, 19)
    ax.set_xticks([1, 2, 3, 4])
    ax.set_yticks([0, 4, 9, 16])
    ax.set_xlabel("x")
    fig.alt = ("포물선 y = x² 위의 점 (2, 4)를 지나는 할선 세 개와 접선. 두 번째 점이 (2, 4)에 가까울수록 할선이 접선에 가까워집니다. ¦ "
               "The parabola y = x² with three secants through (2, 4) and the tangent there. The nearer the second point, "
               "the nearer the secant to the tangent.")
    fig.caption = ("(2, 4)를 지나는 할선(실선)과 접선(점선). 오른쪽 수는 기울기입니다. h를 2, 1, 0.2로 줄이면 6, 5, 4.2가 되어 4로 다가갑니다. ¦ "
                   "Secants (solid) and the tangent (dashed) at (2, 4). At the right, their slopes: for h = 2, 1, 0.2 they are "
                   "6, 5, 4.2 and close on 4.")
    return fig


def chord(f, x, h):
    """The chord from x - h to x + h and the tangent at x: on a parabola they are parallel."""
    fig, ax = new()
    t = np.linspace(0.6, 3.3, 200)
    ax.plot(t, f(t), color=INK, lw=2)
    m = (f(x + h) - f(x - h)) / (2 * h)
    ends = np.array([x - h, x + h])
    ax.plot(ends, f(ends), "-o", color=C[2], lw=2, ms=6)
    ax.plot(ends + [0.2, 0.1], f(x) + m * (ends + [0.2, 0.1] - x), color=C[1], lw=2, ls="--")
    ax.plot([x], [f(x)], "o", color=C[1], ms=7)
    for end, name in zip(ends, ("x − h", "x + h")):
        ax.plot([end, end], [0, f(end)], color=SOFT, lw=1, ls=":")
    ax.plot([x, x], [0, f(x)], color=SOFT, lw=1, ls=":")
    ax.set_xticks([x - h, x, x + h], ["x − h", "x", "x + h"])
    ax.set_yticks([1, 4, 9])
    ax.text(1.62, f(x) + m * (1.62 - x) + 1.9, f"할선의 기울기 {m:.0f} ¦ secant: slope {m:.0f}", ha="right", color=C[2])
    ax.text(2.62, 4.6, f"접선의 기울기 {m:.0f} ¦ tangent: slope {m:.0f}", color=C[1])
    ax.set_xlim(0.3, 3.75)
    ax.set_ylim(0, 10.5)
    fig.alt = ("포물선 위의 두 점 x − h와 x + h를 잇는 현이, 한가운데 점 x에서의 접선과 평행합니다. ¦ "
               "The chord that joins the points of a parabola at x − h and x + h is parallel to the tangent at the middle, "
               "x.")
    fig.caption = ("x = 2, h = 1. 간격이 이렇게 커도 포물선의 중앙 차분은 정확합니다. ¦ "
                   "x = 2, h = 1. Even with so wide a step the central difference of a parabola is exact.")
    return fig


def cloud(steps, errors, exact):
    """The error of numerical_diff of x² at 2 for each step; below, the steps at which it is exactly 0."""
    fig, ax = new()
    steps, errors = np.array(steps), np.array(errors)
    seen = errors > 0
    ax.loglog(steps[seen], errors[seen], "o", color=C[3], ms=3.5)
    ax.loglog(steps, 4.5 * 2.0 ** -52 / steps, color=INK, lw=1.2, ls="--")
    ax.text(2e-9, 3e-6, "4.5 ε / h", color=INK)
    floor = 3e-17
    ax.loglog(exact, [floor] * len(exact), "|", color=C[2], ms=9, mew=1.6)
    ax.text(4e-9, floor, "2의 거듭제곱: 오차 0 ¦ powers of 2: error 0", ha="right", va="center", color=C[2])
    at = np.argmin(abs(np.log(steps / 1e-4)))
    ax.plot([steps[at]], [errors[at]], "o", color=C[1], ms=7)
    ax.annotate("1e-4: 4e-12", (steps[at], errors[at]), (26, 34), textcoords="offset points", color=C[1],
                arrowprops=dict(arrowstyle="-", color=C[1], lw=1))
    ax.set_xlabel("간격 h ¦ step h", color=C[2])
    ax.set_ylabel("오차 ¦ error")
    for axis, exponents in [(ax.xaxis, (-14, -10, -6, -2)), (ax.yaxis, (-16, -12, -8, -4, 0))]:
        axis.set_ticks([10.0 ** k for k in exponents], [f"1e{k}" if k else "1" for k in exponents])
        axis.set_ticks([], minor=True)
    ax.set_ylim(8e-18, 30)
    fig.alt = ("가로축이 간격, 세로축이 오차인 로그 그래프. 점은 간격이 줄수록 커져서 4.5 ε/h 직선 바로 아래에 모이고, 간격이 2의 거듭제곱이면 오차가 0입니다. ¦ "
               "A plot with logarithmic axes, the step across, the error upwards. The dots rise as the step shrinks, just "
               "below the line 4.5 ε/h; at powers of two the error is 0.")
    fig.caption = ("x = 2에서 잰 x²의 중앙 차분 오차. 간격을 줄일수록 나빠집니다. ¦ "
                   "Error of the central difference of x² at x = 2. The shorter the step, the worse.")
    return fig
