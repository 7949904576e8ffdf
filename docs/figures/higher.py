"""The plots of the chapter on derivatives of derivatives."""
import numpy as np

from figures import C, INK, PAPER, SOFT, new


def taylor(coefficients):
    """The sine, and the polynomials of its first coefficients."""
    fig, ax = new(height=3.5)
    x = np.linspace(-7.2, 7.2, 361)
    ax.plot(x, np.sin(x), color=INK, lw=2.4)
    ends = {1: (2.5, 2.05), 3: (0.2, -2.25), 7: (4.65, -2.25), 13: (-7.0, 1.7)}
    for (n, (left, up)), colour, style in zip(ends.items(), C[1:], ("-", "--", "-.", ":")):
        ax.plot(x, sum(c * x ** k for k, c in enumerate(coefficients[:n + 1])), style, color=colour)
        ax.text(left, up, f"{n}차 ¦ degree {n}", color=colour)
    ax.set_xlim(-7.2, 7.2)
    ax.set_ylim(-2.5, 2.5)
    ax.set_xlabel("x", color=C[1])
    fig.alt = ("사인 곡선과 차수가 1, 3, 7, 13인 테일러 다항식. 차수가 높을수록 원점에서 더 먼 곳까지 사인 곡선과 겹칩니다. ¦ "
               "The sine and its Taylor polynomials of degree 1, 3, 7 and 13. The higher the degree, the farther from "
               "the origin they follow the sine.")
    fig.caption = ("굵은 선은 sin x, 나머지는 겹쳐 쓴 mg.grad로 구한 미분계수로 그린 다항식입니다. ¦ "
                   "Thick: sin x. The others: polynomials made of the derivatives that nested mg.grad found.")
    return fig


def memory(sizes, products, matrices):
    """Bytes at most in use: for one product with the Hessian, and for the Hessian."""
    fig, ax = new()
    ax.loglog(sizes[:len(matrices)], matrices, "s-", color=C[4])
    ax.loglog(sizes, products, "o-", color=C[2])
    ax.text(sizes[len(matrices) - 1] * 1.4, matrices[-1], "헤세 행렬 ¦ Hessian", color=C[4], va="center")
    ax.text(sizes[-1] / 1.3, products[-1] / 9, "Hv", color=C[2], ha="right", va="center")
    ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
    ax.set_yticks([1e4, 1e6, 1e8], ["10 KB", "1 MB", "100 MB"])
    ax.minorticks_off()
    ax.set_xlabel("입력의 수 n ¦ inputs n")
    ax.set_ylabel("메모리 ¦ memory")
    fig.alt = ("입력의 수에 따른 메모리. 헤세 행렬은 n의 제곱에, 벡터와의 곱은 n에 비례해 늘어납니다. ¦ "
               "Memory against the number of inputs: that of the Hessian grows with the square of n, that of the product with n.")
    fig.caption = ("계산하는 동안 쓴 메모리의 최댓값. 이 페이지를 만들면서 쟀습니다. 두 축 모두 로그 눈금입니다. ¦ "
                   "Most memory in use during the computation, measured while this page was built. Both axes are logarithmic.")
    return fig


def descent(f, newton, gradient):
    """The valley of Rosenbrock's function with two ways down."""
    fig, ax = new(height=4.2)
    a, b = np.meshgrid(np.linspace(-1.6, 1.6, 90), np.linspace(-3.4, 1.8, 110))
    ax.contour(a, b, f(np.stack([a, b])), levels=[0.3, 3, 15, 60, 200, 500], colors=SOFT, linewidths=0.8)
    newton, gradient = np.array(newton), np.array(gradient)
    ax.plot(*gradient[::10].T, color=C[1], lw=2)
    ax.plot(*newton.T, "o-", color=C[4], ms=5, lw=1.4)
    ax.plot(1, 1, "*", color=INK, ms=12)
    plain = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    ax.text(-1.5, -2.6, f"뉴턴법 {len(newton) - 1}걸음 ¦ Newton: {len(newton) - 1} steps", color=C[4], bbox=plain)
    ax.text(-1.5, -0.75, f"경사 하강법 {len(gradient) - 1:,}걸음 ¦ descent: {len(gradient) - 1:,} steps", color=C[1], bbox=plain)
    ax.set_xlim(-1.6, 1.6)
    ax.set_ylim(-3.4, 1.8)
    ax.grid(False)
    ax.set_xlabel("x₀", color=C[1])
    ax.set_ylabel("x₁", color=C[1])
    fig.alt = (f"휜 골짜기의 등고선. 뉴턴법은 {len(newton) - 1}걸음에 별표가 있는 최솟점에 닿고, 경사 하강법은 골짜기 바닥을 따라 {len(gradient) - 1:,}걸음을 "
               f"걷고도 아직 닿지 못합니다. ¦ "
               f"Contours of a bent valley. Newton's method reaches the minimum, a star, in {len(newton) - 1} steps; "
               f"gradient descent creeps along the "
               f"floor of the valley and is not there after {len(gradient) - 1:,} steps.")
    fig.caption = ("로젠브록 함수의 등고선과 두 방법이 지나간 길. 별표가 최솟점입니다. ¦ "
                   "Contours of Rosenbrock's function and the ways of the two methods. The star is the minimum.")
    return fig


def costs(counts):
    """Operations for the derivative of each order."""
    fig, ax = new(height=3.4)
    for (name, row), colour, style in zip(counts.items(), (C[4], C[3], C[2], C[1]), ("o-", "s-", "^-", "v-")):
        ax.semilogy(range(len(row)), row, style, color=colour, ms=5, label=name)
    orders = range(len(row))
    ax.semilogy(orders, [4.0 ** k * 3 for k in orders], "--", color=SOFT, lw=1.2)
    ax.text(5.0, 3 * 4 ** 5.9, "3 · 4ᵏ", color=SOFT, ha="right")
    ax.set_xticks(list(orders))
    ax.set_yticks([1, 10, 100, 1000, 10000, 100000], ["1", "10", "100", "1,000", "10,000", "100,000"])
    ax.minorticks_off()
    ax.legend(loc="upper left")
    ax.set_xlabel("미분한 횟수 k ¦ order of the derivative k")
    ax.set_ylabel("연산 횟수 ¦ operations")
    fig.alt = ("미분한 횟수에 따른 연산 횟수의 로그 그래프. sin은 거의 늘지 않고, 1/(1+x²)은 한 번 미분할 때마다 몇 배씩 늘지만 점선 3·4ᵏ보다 훨씬 아래입니다. ¦ "
               "Operations against the order of the derivative, on a logarithmic axis. Those of sin hardly grow; "
               "those of 1/(1+x²) are multiplied with each order, but stay far below the dashed line 3·4ᵏ.")
    fig.caption = ("겹쳐 쓴 mg.grad로 k계 도함수를 구할 때 센 연산 횟수. 점선은 연산이 3번인 1/(1+x²)의 상한입니다. ¦ "
                   "Operations counted for the derivative of order k by nested mg.grad. Dashed: the bound for "
               "1/(1+x²), which takes 3 operations.")
    return fig


