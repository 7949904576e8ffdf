"""The plots of the chapter on backpropagation by hand."""
import numpy as np

from figures import C, INK, SOFT, new


def two_functions(code, comment, at):
    """The function that the notebook computes and the one that its comment names, with their tangents at one point."""
    fig, ax = new()
    t = np.linspace(-1.0, 1.0, 400)
    for (f, slope), colour, name, place in ((code, C[4], "(exp(x²))²", (-0.8, 4.4)), (comment, C[1], "((eˣ)²)²", (0.08, 9.3))):
        ax.plot(t, [f(x) for x in t], color=colour)
        near = np.array([at - 0.28, at + 0.28])
        ax.plot(near, f(at) + slope(at) * (near - at), color=INK, lw=1)
        ax.plot([at], [f(at)], "o", color=colour, ms=5)
        ax.text(*place, name, color=colour)
    ax.axvline(at, color=SOFT, lw=0.8, ls="--")
    ax.set_ylim(-1, 12)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    ax.set_xlabel("x")
    fig.alt = ("두 함수의 그래프와 x = 0.5에서의 접선. (exp(x²))²은 좌우 대칭이고 접선이 완만합니다. ((eˣ)²)²은 계속 증가하고 접선이 가파릅니다. ¦ "
               "Two functions with their tangents at x = 0.5. (exp(x²))² is symmetric and its tangent gentle; ((eˣ)²)² always rises "
               "and its tangent is steep.")
    fig.caption = ("노트북의 코드가 계산하는 함수와 주석이 말하는 함수. 검은 선분은 x = 0.5에서의 접선입니다. ¦ "
                   "The function that the notebook's code computes and the one that its comment names, with their tangents at x = 0.5.")
    return fig


def distances(names, errors):
    """How far each answer is from the exact derivative, on a logarithmic scale; one name for each error."""
    fig, ax = new()
    rows = np.arange(len(names))[::-1]
    ax.hlines(rows, 1e-17, errors, color=SOFT, lw=1)
    ax.plot(errors, rows, "o", color=C[4], ms=7)
    ax.set_xscale("log")
    ax.set_xlim(1e-17, 1e-6)
    ax.set_yticks(rows, names)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xticks([1e-16, 1e-12, 1e-8], ["10⁻¹⁶", "10⁻¹²", "10⁻⁸"])
    ax.minorticks_off()
    ax.set_xlabel("정확한 값과의 차이 ¦ distance from the exact value")
    fig.alt = ("방법마다 정확한 값과의 차이. 중앙 차분만 10⁻⁷에 가깝고 나머지는 10⁻¹⁵보다 작습니다. ¦ "
               "Distance of each method from the exact value: the central difference is near 10⁻⁷, all others are below 10⁻¹⁵.")
    fig.caption = ("정확한 값 2 exp(1/2)은 유효숫자 40자리까지 계산하여 비교했습니다. ¦ "
                   "The exact value 2 exp(1/2) was computed to 40 significant digits for the comparison.")
    return fig
