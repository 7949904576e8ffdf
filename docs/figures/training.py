"""The plots of the chapter on training."""
import numpy as np
from matplotlib.patches import Rectangle

from figures import C, INK, RULE, SOFT, new

STYLES = ("-", "--", "-.", ":")
MARKS = ("o", "s", "^")


def rates(curves, least):
    """How far each loss is above the least one, over the steps; curves are {share of the limit: losses}."""
    fig, ax = new(height=3.5)
    for (share, losses), colour, style in zip(curves.items(), (C[3], C[1], C[4], C[2]), STYLES):
        ax.plot(np.array(losses) - least, style, color=colour, label=f"{share:g}")
    ax.set_yscale("log")
    ax.set_yticks([1e-6, 1e-4, 1e-2, 1, 100], ["10⁻⁶", "10⁻⁴", "10⁻²", "1", "100"])
    ax.set_ylim(1e-6, 400)
    ax.minorticks_off()
    ax.set_xlabel("걸음 ¦ step")
    ax.set_ylabel("최소 손실보다 큰 만큼 ¦ loss above the least")
    ax.legend(title="η ÷ (2/λ)", ncols=2, loc="lower right")
    last = ", ".join(f"{share:g}: {losses[-1] - least:.0e}" for share, losses in curves.items())
    fig.alt = (f"학습률에 따른 손실 곡선 넷. 학습률이 한계 2/λ보다 작으면 손실이 줄고, 한계를 조금만 넘으면 늘어납니다(마지막 값 {last}). ¦ "
               f"Four loss curves by rate. Below the limit 2/λ the loss falls; a little above it, it grows (last values {last}).")
    fig.caption = ("직선 맞추기의 손실. 범례의 수는 학습률을 한계 2/λ로 나눈 값입니다. ¦ "
                   "The loss of the line. The numbers of the legend are the rate divided by the limit 2/λ.")
    return fig


def boundaries(x, labels, regions, edge):
    """What the network says of each point of the plane, after so many steps: {steps: labels of a grid}; the points on it."""
    fig, axes = new(1, len(regions), height=2.45)
    side = np.linspace(-edge, edge, len(next(iter(regions.values()))))
    for ax, (steps, grid) in zip(axes, regions.items()):
        for arm, mark in enumerate(MARKS):
            ax.contourf(side, side, grid == arm, levels=[0.5, 1.5], colors=[C[arm + 1]], alpha=0.22)
            own = labels == arm
            ax.plot(*x[own][::3].T, mark, color=C[arm + 1], ms=2.6, mew=0)
        ax.set(xlim=(-edge, edge), ylim=(-edge, edge), xticks=[], yticks=[])
        ax.set_aspect("equal")
        ax.grid(False)
        ax.set_title(f"{steps}걸음 ¦ {steps} steps")
    fig.alt = ("평면에 놓인 세 갈래 나선의 점과, 신경망이 각 갈래라고 답하는 영역. 학습하기 전에는 영역이 나선과 상관없이 갈라지고, 걸음이 늘면 "
               "영역의 경계가 나선을 따라 휩니다. ¦ "
               "The points of three spirals in the plane, and the region that the network gives to each. Before training the regions "
               "have nothing to do with the spirals; with more steps their boundaries bend along them.")
    fig.caption = ("색은 갈래를, 점의 모양도 같은 갈래를 나타냅니다. 배경은 그 자리에서 로짓이 가장 큰 갈래입니다. 점은 셋에 하나만 그렸습니다. ¦ "
                   "Colour and mark stand for the arm; the background shows which arm has the largest logit there. One point in "
                   "three is drawn.")
    return fig


def loss_curves(losses, chance, name):
    """The loss over the steps, beside that of a network that knows nothing."""
    fig, ax = new(height=2.9)
    ax.plot(losses, color=C[1], lw=1.3)
    ax.axhline(chance, color=SOFT, lw=1.2, ls="--")
    ax.text(len(losses) - 1, chance * 1.12, "모르는 채 고르게 답할 때 ¦ knowing nothing", ha="right", va="bottom")
    ax.set_yscale("log")
    ax.set_ylim(min(losses) / 2, 6 * max(chance, max(losses)) / 2)
    ticks = [t for t in (0.001, 0.01, 0.1, 1) if t >= min(losses) / 2]
    ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.set_xlabel("걸음 ¦ step")
    ax.set_ylabel("손실 ¦ loss")
    korean, english = name
    fig.alt = (f"{korean}의 손실 곡선. {losses[0]:.2f}에서 시작하여 {len(losses)}걸음 뒤에 {losses[-1]:.3f}까지 내려갑니다. ¦ "
               f"The loss curve of the {english}: from {losses[0]:.2f} down to {losses[-1]:.3f} in {len(losses)} steps.")
    return fig


def misread(images, labels, answers):
    """Images that the network did not read right: the answer, and what it should have been."""
    fig, axes = new(1, len(images), height=1.75)
    for ax, image, label, answer in zip(axes, images, labels, answers):
        for i, row in enumerate(image):
            for j, ink in enumerate(row):
                if ink:
                    ax.add_patch(Rectangle((j, -i - 1), 1, 1, facecolor=INK, edgecolor="none", alpha=float(ink)))
        ax.add_patch(Rectangle((0, -8), 8, 8, facecolor="none", edgecolor=RULE))
        ax.set(xlim=(-0.1, 8.1), ylim=(-8.1, 0.1))
        ax.set_aspect("equal")
        ax.axis("off")
        ax.set_title(f"{answer} ({label})")
    told = ", ".join(f"{label} → {answer}" for label, answer in zip(labels, answers))
    fig.alt = (f"신경망이 틀리게 읽은 숫자 그림 {len(images)}개. 옳은 숫자와 신경망의 답: {told}. ¦ "
               f"{len(images)} images of digits that the network misread. The right digit and its answer: {told}.")
    fig.caption = "신경망의 답과, 괄호 안에 옳은 숫자. ¦ What the network read and, in brackets, what it was."
    return fig


def transformer(losses, lines):
    """The recorded losses, beside those of simpler guesses: {name in both languages: loss}."""
    fig, ax = new(height=3.3)
    ax.plot(losses, color=C[1], lw=1.3)
    for name, loss in lines.items():
        ax.axhline(loss, color=SOFT, lw=1.2, ls="--")
        ax.text(len(losses) - 1, loss + 0.03, name, ha="right", va="bottom")
    ax.set_ylim(1.5, 4.9)
    ax.set_xlabel("걸음 ¦ step")
    ax.set_ylabel("손실 ¦ loss")
    fig.record = "transformer"
    fig.alt = (f"작은 트랜스포머의 손실 곡선. {losses[0]:.2f}에서 시작하여 글자의 빈도, 앞 글자 하나를 아는 수준을 차례로 지나 {losses[-1]:.2f}까지 "
               "내려갑니다. ¦ "
               f"The loss curve of the small transformer: it starts at {losses[0]:.2f} and falls past what is known from the frequency of "
               f"the letters, and then past what is known from one letter before, to {losses[-1]:.2f}.")
    return fig


def powers(ax):
    """Ticks of a logarithmic axis that spans many powers of ten."""
    low, high = np.log10(ax.get_ylim())
    step = max(1, round((high - low) / 4))
    exponents = range(int(np.ceil(low / step)) * step, int(high) + 1, step)
    digits = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    ax.set_yticks([10.0 ** e for e in exponents], ["1" if e == 0 else "10" + str(e).translate(digits) for e in exponents])
    ax.minorticks_off()


def through_layers(sizes, predicted=None, title=None, caption=None):
    """The size of the gradient at each layer; sizes are {label: numbers from the first layer to the last}."""
    fig, ax = new(height=3.5)
    layers = np.arange(1, 1 + len(next(iter(sizes.values()))))
    for (label, size), colour, style in zip(sizes.items(), (C[2], C[1], C[4], C[3]), STYLES):
        ax.plot(layers, size, style, color=colour, label=label)
        if predicted:
            ax.plot(layers, predicted[label], color=SOFT, lw=1)
    ax.set_yscale("log")
    powers(ax)
    ax.set_xlabel("층 (왼쪽이 입력) ¦ layer (inputs on the left)")
    ax.set_ylabel("기울기의 크기 ¦ size of the gradient")
    ax.legend(title=title, loc="upper center", bbox_to_anchor=(0.5, 1.27), ncols=4, columnspacing=1.2)
    ends = ", ".join(f"{label}: {size[0]:.0e}" for label, size in sizes.items())
    fig.alt = (f"층에 따른 기울기의 크기. 마지막 층에서 첫 층으로 거슬러 가면서 달라지고, 첫 층에서는 {ends}입니다. ¦ "
               f"The size of the gradient at each layer. On the way from the last layer to the first it changes; at the first it is {ends}.")
    fig.caption = caption
    return fig


def dying(every, dead, losses, chance):
    """The share of units that are 0 for all points, and the loss, over the steps; both {rate: numbers}."""
    fig, (above, below) = new(2, 1, height=4.6, sharex=True)
    for rate, colour, style in zip(dead, (C[3], C[1], C[4], C[2]), STYLES):
        above.plot(np.arange(len(dead[rate])) * every, 100 * np.array(dead[rate]), style, color=colour, label=f"η = {rate:g}")
        below.plot(losses[rate], style, color=colour, lw=1.4)
    above.set_ylim(0, 104)
    above.set_ylabel("죽은 유닛 (%) ¦ dead units (%)")
    above.legend(loc="center right", bbox_to_anchor=(1.0, 0.48))
    below.axhline(chance, color=SOFT, lw=1)
    below.set_yscale("log")
    below.set_yticks([1e-4, 1e-2, 1, 100], ["10⁻⁴", "10⁻²", "1", "100"])
    below.minorticks_off()
    below.set_ylabel("손실 ¦ loss")
    below.set_xlabel("걸음 ¦ step")
    told = ", ".join(f"η = {rate:g}: {share[-1]:.0%}" for rate, share in dead.items())
    fig.alt = (f"위: 걸음에 따른 죽은 유닛의 비율. 끝에서 {told}. 아래: 손실. 유닛이 모두 죽은 학습률에서는 손실이 아무것도 모를 때의 값에 멈춥니다. ¦ "
               f"Above: the share of dead units over the steps; in the end {told}. Below: the loss. At the rate at which all units are dead "
               "it stops at the value of knowing nothing.")
    fig.caption = ("나선을 학습률 넷으로 학습시켰습니다. 아래 그림의 가로줄은 아무것도 모를 때의 손실 log 3입니다. ¦ "
                   "The spirals at four rates. The line across the lower plot is the loss of knowing nothing, log 3.")
    return fig
