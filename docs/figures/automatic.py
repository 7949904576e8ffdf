"""The plots of the chapter that makes backpropagation automatic."""
from figures import C, INK, SOFT, new

PLACE = {"x": 0.0, "a": 1.5, "b": 3.0, "y": 4.5}           # the diamond on a line: y takes a directly too, along an arc
COLOUR = {"x": C[1], "a": C[2], "b": C[3], "y": C[4]}


def orders(walks, right):
    """Two walks over the same diamond, for each (its Variables by name, its steps): what is handed on, and when."""
    fig, axes = new(2, 1, height=4.3)
    titles = ["깊이 우선: a를 너무 일찍 지난다 ¦ depth first: through a too early",
              "나중에 만든 것부터: b, 그다음 a ¦ latest first: b, and then a"]
    for ax, (variables, steps), title in zip(axes, walks, titles):
        names = {id(v): name for name, v in variables.items()}
        for number, (v, i, g) in enumerate(steps, 1):
            start, end = PLACE[names[id(v)]], PLACE[names[id(i)]]
            arc = 0.42 if (start - end) > 2 else 0.0
            ax.annotate("", (end, 0.0), (start, 0.0), arrowprops={"arrowstyle": "-|>", "color": SOFT, "lw": 1.2, "shrinkA": 17, "shrinkB": 17,
                                                                  "connectionstyle": f"arc3,rad={arc}"})
            ax.text((start + end) / 2, 0.75 if arc else 0.12, f"{'①②③④⑤⑥'[number - 1]} {g:g}", ha="center", va="bottom", color=INK)
        for name, v in variables.items():
            wrong = name == "x" and v.grad != right
            ax.text(PLACE[name], 0.0, name, ha="center", va="center", color=COLOUR[name], fontweight="bold", fontsize=14,
                    bbox={"boxstyle": "circle,pad=0.35", "facecolor": "none", "edgecolor": COLOUR[name]})
            ax.text(PLACE[name], -0.42, f"{v.grad:g}" + (" ✗" if wrong else ""), ha="center", va="top", color=INK,
                    fontweight="bold" if name == "x" else None)
        ax.set_title(title, loc="left")
        ax.set(xlim=(-0.5, 5.0), ylim=(-0.85, 1.2))
        ax.axis("off")
    (wrong, _), (correct, _) = walks
    fig.alt = (f"두 걸음걸이의 순서. 깊이 우선은 y에서 a로 1을 받자마자 x로 가서 {wrong['x'].grad:g}만 남기고, 나중에 만든 것부터 걸으면 "
               f"a에 1과 8이 모두 모인 다음 x로 가서 {correct['x'].grad:g}이 됩니다. ¦ "
               f"The steps of two walks. Depth first goes on to x as soon as 1 has come to a, and leaves {wrong['x'].grad:g} there; latest first "
               f"waits until both 1 and 8 are in a, and x gets {correct['x'].grad:g}.")
    fig.caption = ("동그라미 번호는 기울기를 전한 순서, 그 옆은 전한 값, 변수 아래는 끝났을 때의 기울기입니다. 위에서는 8이 a에 도착하기 전에 "
                   "a를 떠났습니다. ¦ A number in a circle is the step, beside it what was handed on, and below a variable what it had in the end. "
                   "Above, the walk left a before the 8 arrived there.")
    return fig


def costs(sizes, sweeps, differences):
    """Operations for all derivatives, in multiples of those for the function, over the number of inputs."""
    fig, ax = new(height=3.5)
    names = {"product": "곱 ¦ product", "network": "신경망 ¦ network", "logsumexp": "log Σ exp"}
    ax.plot(sizes, differences, "o-", color=SOFT, ms=4)
    ax.text(sizes[-1], 45, "중앙 차분 ¦ central differences", ha="right", va="center")
    for (name, row), colour, style in zip(sweeps.items(), (C[1], C[4], C[3]), ("-", "--", ":")):
        ax.plot(sizes, row, style, color=colour, label=names[name])
    ax.axhline(4, color=INK, lw=1)
    ax.text(sizes[-1], 4.3, "4", ha="right", va="bottom")
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ax.set_yticks([1, 10, 100], ["1", "10", "100"])
    ax.set_ylim(1, 900)
    ax.minorticks_off()
    ax.set_xlabel("입력의 개수 ¦ number of inputs")
    ax.set_ylabel("함수 계산의 몇 배 ¦ times the function")
    ax.legend(loc="upper left")
    fig.alt = ("입력의 개수에 따른 연산 횟수의 비. 중앙 차분은 입력의 개수에 비례하여 오르고, 역전파는 세 함수 모두 4배 아래에 머뭅니다. ¦ "
               "Ratio of operations over the number of inputs: central differences rise in proportion to it, and backpropagation stays "
               "below 4 for all three functions.")
    fig.caption = ("함수와 모든 편미분을 구하는 연산의 횟수를 함수만 구하는 횟수로 나눈 값. 중앙 차분은 곱에 대한 것입니다. ¦ "
                   "Operations for the function and all its derivatives, divided by those for the function alone. The central differences are of the product.")
    return fig
