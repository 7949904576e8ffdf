"""The plots of the chapter on what is wrong with numerical differentiation."""
import numpy as np

from figures import C, INK, SOFT, new


def powers(axis, exponents):
    """Ticks at powers of ten, labelled as code writes them; an axis of powers has no ticks between."""
    axis.set_ticks([10.0 ** k for k in exponents], [f"1e{k}" if k else "1" for k in exponents])
    axis.set_ticks([], minor=True)


def u_curves(steps, forward, central, eta, second, third):
    """The measured error of both differences for each step, with the model that predicts it and its lowest points."""
    fig, ax = new()
    h = np.array(steps)
    for errors, colour, model, best in [(forward, C[3], second / 2 * h + 2 * eta / h, 2 * (eta / second) ** 0.5),
                                        (central, C[4], third / 6 * h ** 2 + eta / h, (3 * eta / third) ** (1 / 3))]:
        ax.loglog(h, errors, "o", color=colour, ms=2.6, alpha=0.75)
        ax.loglog(h, model, color=colour, lw=1.8)
        ax.axvline(best, color=colour, lw=1.2, ls=":")
    ax.text(2e-5, 2e-2, "전진 차분 ¦ forward", color=C[3], ha="right")
    ax.text(3e-4, 1.5e-10, "중앙 차분 ¦ central", color=C[4])
    powers(ax.xaxis, range(-15, 0, 3))
    powers(ax.yaxis, range(-12, 1, 3))
    ax.set_ylim(3e-14, 20)
    ax.set_xlabel("간격 h ¦ step h", color=C[2])
    ax.set_ylabel("오차 ¦ error")
    fig.alt = ("간격과 오차의 로그 그래프. 전진 차분과 중앙 차분의 오차가 각각 골짜기 모양입니다. 골짜기는 전진 차분이 간격 1e-8, 중앙 차분이 3e-6 부근이고 중앙 차분이 훨씬 깊습니다. ¦ "
               "Error against step on logarithmic axes: a valley for the forward and one for the central difference, the "
               "first near a step of 1e-8, the second near 3e-6 and much deeper.")
    fig.caption = ("점은 잰 오차, 실선은 모형 E₊와 E₀, 점선은 모형이 예측한 가장 좋은 간격입니다. ¦ "
                   "Dots: measured errors. Lines: the models E₊ and E₀. Dotted: the best steps that the models predict.")
    return fig


def methods(steps, errors):
    """The measured error of each method for each step."""
    fig, ax = new()
    for name, colour, width in [("central", C[4], 1.2), ("richardson", INK, 1.2), ("complex", INK, 2.2)]:
        ax.loglog(steps, errors[name], color=colour, lw=width)
    ax.text(2e-13, 2e-1, "중앙 차분 ¦ central", color=C[4])
    ax.text(6e-3, 1e-11, "리처드슨 ¦ Richardson", color=INK)
    ax.text(2e-15, 1.2e-14, "복소 스텝 ¦ complex step", color=INK)
    powers(ax.xaxis, range(-15, 1, 3))
    powers(ax.yaxis, range(-16, 1, 4))
    ax.set_xlim(3e-16, 30)
    ax.set_ylim(3e-18, 60)
    ax.set_xlabel("간격 h ¦ step h", color=C[2])
    ax.set_ylabel("오차 ¦ error")
    fig.alt = ("간격과 오차의 로그 그래프. 중앙 차분과 리처드슨 외삽은 간격이 짧아지면 오차가 다시 커지지만, 복소 스텝은 1e-16 부근까지 내려가 그대로 머뭅니다. ¦ "
               "Error against step on logarithmic axes. Central differences and Richardson extrapolation get worse again for "
               "short steps; the complex step goes down to about 1e-16 and stays there.")
    fig.caption = ("같은 함수, 같은 점에서 잰 오차. 복소 스텝의 왼쪽에는 오르막이 없습니다. ¦ "
                   "Errors measured for the same function at the same point. The complex step has no rise at the left.")
    return fig


def stairs():
    """x² near x = 1000 as float32 computes it, a staircase, with the two points that eps = 1e-4 picks."""
    fig, ax = new()
    t = np.linspace(-2.2e-4, 2.2e-4, 4000)
    x = (1000 + t).astype(np.float32)
    ax.plot(t * 1e4, 2000 * t, color=SOFT, lw=1.2, ls="--")
    ax.plot(t * 1e4, (x * x).astype(float) - 1e6, color=INK, lw=1.6)
    ends = np.array([-1e-4, 1e-4])
    x = (1000 + ends).astype(np.float32)
    y = (x * x).astype(float) - 1e6
    ax.plot(ends * 1e4, y, "-o", color=C[4], ms=7, lw=2)
    ax.text(1.05, 0.03, f"{(y[1] - y[0]) / 2e-4:.0f}", color=C[4])
    ax.text(1.62, 0.21, "2000", color=SOFT)
    ax.set_xticks([-2, -1, 0, 1, 2], ["−2e-4", "−1e-4", "0", "1e-4", "2e-4"])
    ax.set_yticks([-0.25, 0, 0.25], ["−0.25", "0", "0.25"])
    ax.set_xlabel("x − 1000")
    ax.set_ylabel("x² − 1000000")
    fig.alt = ("float32로 계산한 x = 1000 부근의 제곱은 계단 모양입니다. 1e-4만큼 떨어진 두 점을 잇는 할선은 기울기 2000인 직선보다 가파릅니다. ¦ "
               "The square near x = 1000 as float32 computes it is a staircase. The secant through the two points 1e-4 away "
               "is steeper than the line of slope 2000.")
    fig.caption = ("계단은 float32가 계산한 x², 점선은 기울기가 2000인 접선, 두 점을 잇는 선은 numerical_diff의 할선으로 기울기가 2500입니다. ¦ "
                   "Stairs: x² as float32 computes it. Dashed: the tangent, of slope 2000. Through the two points: the secant of "
                   "numerical_diff, of slope 2500.")
    return fig


def price(sizes, times):
    """Seconds for all n partial derivatives, by central differences and by one backward sweep."""
    fig, ax = new()
    slow, fast = zip(*times)
    ax.loglog(sizes, slow, "-o", color=C[4])
    ax.loglog(sizes, fast, "-o", color=INK)
    ax.text(sizes[-2] / 1.5, slow[-2] * 2, "수치 미분 ¦ numerical", color=C[4], ha="right")
    ax.text(sizes[-2], fast[-2] / 5, "역전파 ¦ backpropagation", color=INK, ha="center", va="center")
    ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
    ax.set_xticks([], minor=True)
    powers(ax.yaxis, range(-5, 2))
    ax.set_ylim(min(fast + slow) / 6, max(slow) * 3)
    ax.set_xlabel("입력의 수 n ¦ inputs n")
    ax.set_ylabel("초 ¦ seconds")
    fig.alt = ("입력의 수와 걸린 시간의 로그 그래프. 수치 미분의 시간은 입력의 수에 따라 가파르게 늘고, 역전파의 시간은 거의 늘지 않습니다. ¦ "
               "Time against the number of inputs on logarithmic axes. That of numerical differentiation rises steeply, that "
               "of backpropagation hardly.")
    fig.caption = ("그레이디언트를 한 번 구하는 시간. 이 페이지를 만들면서 잰 값입니다. ¦ "
                   "Time for one gradient, measured while this page was built.")
    return fig
