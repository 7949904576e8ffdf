"""The plots of the chapter on the chain rule."""
import numpy as np

from figures import C, INK, SOFT, new


def vanishing():
    """A differentiable function whose increments vanish as near to 0 as one likes."""
    fig, ax = new()
    zeros = 1 / np.arange(2, 26)
    x = 1 / np.linspace(25, 2, 3000)
    y = x * x * np.sin(np.pi / x)
    for side in (-1, 1):
        ax.plot(x, side * x * x, color=SOFT, lw=1, ls="--")
        ax.plot(-x, side * x * x, color=SOFT, lw=1, ls="--")
    ax.plot(x, y, color=C[2], lw=1.5)
    ax.plot(-x, -y, color=C[2], lw=1.5)
    ax.plot(np.concatenate([-zeros, zeros]), 0 * np.concatenate([zeros, zeros]), "o", color=C[1], ms=4)
    ax.axhline(0, color=INK, lw=0.6)
    ax.set_xlim(-0.52, 0.52)
    ax.set_ylim(-0.2, 0.2)
    ax.set_xticks([-1 / 2, -1 / 3, 0, 1 / 3, 1 / 2], ["−1/2", "−1/3", "0", "1/3", "1/2"])
    ax.set_yticks([-0.2, 0, 0.2], ["−0.2", "0", "0.2"])
    ax.grid(False)
    ax.text(-0.35, 0.16, "x²", color=SOFT)
    ax.text(-0.3, -0.17, "−x²", color=SOFT)
    ax.set_xlabel("x")
    fig.alt = ("두 포물선 x²과 −x² 사이에서 진동하는 곡선. 0에 가까울수록 x축과 만나는 점이 빽빽해집니다. ¦ "
               "A curve that oscillates between the parabolas x² and −x². The nearer to 0, the denser the points where it meets the x axis.")
    fig.caption = ("A(x) = x² sin(π/x). 점은 A(x) = A(0) = 0인 곳입니다. x = ±1/2부터 ±1/25까지만 찍었고, 그 사이에도 무한히 많습니다. ¦ "
                   "A(x) = x² sin(π/x). Dots mark where A(x) = A(0) = 0, drawn here for x from ±1/2 to ±1/25; between these there are infinitely many more.")
    return fig


def modes(sizes, many_inputs, many_outputs):
    """Seconds for all derivatives: n inputs and one output above, one input and n outputs below.

    Each of the last two is a pair of lists: seconds in forward mode, seconds in reverse mode.
    """
    fig, axes = new(2, height=5.2, sharex=True, sharey=True)
    titles = ("입력 n개, 출력 1개 ¦ n inputs, one output", "입력 1개, 출력 n개 ¦ one input, n outputs")
    for ax, (forward, reverse), title in zip(axes, (many_inputs, many_outputs), titles):
        ax.loglog(sizes, forward, "o-", color=C[1], ms=4, label="순방향 모드 ¦ forward mode")
        ax.loglog(sizes, reverse, "s-", color=C[4], ms=4, label="역방향 모드 ¦ reverse mode")
        ax.set_title(title, loc="left")
        ax.set_ylabel("초 ¦ seconds")
        ax.set_yticks([1e-4, 1e-3, 1e-2, 1e-1], ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"])
        ax.minorticks_off()
    axes[0].legend()
    axes[1].set_xlabel("n")
    axes[1].set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    fig.alt = ("n이 커질 때 걸린 시간. 위: 입력이 n개면 순방향 모드만 n에 비례해 늘어납니다. 아래: 출력이 n개면 역방향 모드만 늘어납니다. ¦ "
               "Time against n. Above, with n inputs, only forward mode grows in proportion to n. "
               "Below, with n outputs, only reverse mode grows.")
    fig.caption = ("도함수를 모두 구하는 데 걸린 시간. 이 페이지를 만들 때 mg.jvp와 mg.vjp로 쟀습니다. 두 축 모두 로그 눈금입니다. ¦ "
                   "The time for all derivatives, measured with mg.jvp and mg.vjp while this page was built. Both axes are logarithmic.")
    return fig


def paths(ks, along_paths, along_edges):
    """Multiplications for k diamonds: path by path, and edge by edge."""
    fig, ax = new()
    ax.semilogy(ks, along_paths, "o-", color=C[1], ms=4)
    ax.semilogy(ks, along_edges, "s-", color=C[4], ms=4)
    ax.annotate("경로마다 ¦ path by path", (ks[-1], along_paths[-1]), (-70, -10), textcoords="offset points", ha="right", va="center",
                color=C[1])
    ax.annotate("간선마다 ¦ edge by edge", (ks[-1], along_edges[-1]), (0, 10), textcoords="offset points", ha="right", color=C[4])
    ax.set_xlabel("마름모의 수 k ¦ number of diamonds k")
    ax.set_ylabel("곱셈 횟수 ¦ multiplications")
    ax.set_yticks([10, 100, 1000, 10000], ["10", "100", "1000", "10000"])
    ax.minorticks_off()
    fig.alt = ("마름모 수에 따른 곱셈 횟수. 경로마다 곱하면 지수적으로, 간선마다 곱하면 직선으로 늘어납니다. ¦ "
               "Multiplications against the number of diamonds: exponential growth path by path, linear growth edge by edge.")
    fig.caption = ("같은 미분을 두 방법으로 구할 때 실제로 센 곱셈 횟수. 세로축은 로그 눈금입니다. ¦ "
                   "Multiplications counted while the same derivative was computed in two ways. The vertical axis is logarithmic.")
    return fig
