"""The plots of the chapter on compiling, per-example gradients and many devices."""
import numpy as np
from matplotlib.patches import Rectangle

from figures import C, INK, RULE, SOFT, new

MARKS = ("o", "s", "^")


def counted(rows):
    """Operations and bytes of our compiled gradient, over those of JAX's; rows are {program: (ours, theirs) of each}."""
    fig, ax = new(height=3.3)
    heights = np.arange(len(rows))[::-1]
    for shift, (what, colour, hatch) in zip((0.19, -0.19), (("연산 ¦ operations", C[1], None), ("바이트 ¦ bytes", C[4], "///"))):
        i = 0 if shift > 0 else 1
        ratios = [figures[i][0] / figures[i][1] for figures in rows.values()]
        ax.barh(heights + shift, ratios, 0.34, label=what, facecolor=colour if hatch is None else "none", edgecolor=colour, hatch=hatch)
        for y, ratio in zip(heights + shift, ratios):
            ax.text(1.03, y, f"{ratio:.3f}", va="center", ha="left", color=INK)
    ax.axvline(1, color=INK, lw=1)
    ax.set_yticks(heights, list(rows))
    ax.set_xlim(0, 1.2)
    ax.set_xlabel("jax.grad의 몇 배 ¦ times those of jax.grad")
    ax.grid(axis="y", visible=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, 1.2), ncols=2)
    told = ", ".join(f"{name}: {f[0][0] / f[0][1]:.3f}, {f[1][0] / f[1][1]:.3f}" for name, f in rows.items())
    fig.alt = (f"컴파일한 기울기의 연산 횟수와 옮기는 바이트를 jax.grad의 것으로 나눈 값. {told}. ¦ "
               f"Operations and bytes moved of the compiled gradients, divided by those of jax.grad. {told}.")
    fig.caption = ("컴파일러가 센 값(cost_analysis)의 비. 1보다 작으면 minigrad의 프로그램이 덜 계산합니다. ¦ "
                   "Ratios of what the compiler counts (cost_analysis). Below 1, minigrad's program has less to do.")
    return fig


def pulls(x, labels, sizes, wrong):
    """Each example as large as its gradient; a ring around those whose label is wrong."""
    fig, ax = new(width=4.4, height=3.9)
    for arm, mark in enumerate(MARKS):
        own = labels == arm
        ax.scatter(*x[own].T, s=3 + 9 * sizes[own], marker=mark, color=C[arm + 1], linewidths=0, alpha=0.75)
    ax.scatter(*x[wrong].T, s=330, facecolors="none", edgecolors=INK, linewidths=1.2)
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15))
    ax.set_aspect("equal")
    ax.axis("off")
    fig.alt = (f"나선 위의 점을 예제마다 구한 기울기의 크기로 그렸습니다. 라벨을 틀리게 바꾼 {len(wrong)}개에 동그라미를 쳤는데, 거의 모두 다른 점보다 훨씬 큽니다. ¦ "
               f"The points of the spirals, each as large as its gradient. The {len(wrong)} whose label was made wrong have a ring, and "
               "nearly all of them are much larger than the others.")
    fig.caption = ("점의 넓이는 그 예제의 기울기의 크기, 동그라미는 라벨을 틀리게 바꾼 예제입니다. ¦ "
                   "The area of a point is the size of its gradient; a ring stands around an example with a wrong label.")
    return fig


def noise(sizes, measured, spread):
    """The mean square distance of a batch's gradient from that of all, over the size of the batch."""
    fig, ax = new(height=3.0)
    ax.plot(sizes, spread / np.array(sizes, dtype=float), color=C[1], label="유도한 식 ¦ derived")
    ax.plot(sizes, measured, "o", color=C[2], label="잰 값 ¦ measured")
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ticks = [t for t in (0.01, 0.1, 1, 10, 100) if min(measured) / 2 < t < 2 * max(measured)]
    ax.set_yticks(ticks, [f"{t:g}" for t in ticks])
    ax.minorticks_off()
    ax.set_xlabel("배치의 크기 ¦ size of the batch")
    ax.set_ylabel("거리²의 평균 ¦ mean distance²")
    ax.legend()
    fig.alt = (f"배치의 기울기와 전체 기울기의 거리의 제곱 평균. 배치의 크기가 {sizes[0]}에서 {sizes[-1]}로 커지면 {measured[0]:.2g}에서 "
               f"{measured[-1]:.2g}로, 크기에 반비례하여 줄어듭니다. ¦ "
               f"The mean square distance of the gradient of a batch from that of all. As the batch grows from {sizes[0]} to {sizes[-1]} "
               f"it falls from {measured[0]:.2g} to {measured[-1]:.2g}, in inverse proportion.")
    return fig


def placed(rows, devices, length):
    """Which rows of the batch, and what of the parameters, each device has: rows are {device: (first, last + 1)}."""
    fig, ax = new(height=2.75)
    for n, (first, end) in rows.items():
        ax.add_patch(Rectangle((n + 0.08, 1.6), 0.84, 0.9, facecolor="none", edgecolor=C[3], lw=1.5))
        ax.text(n + 0.5, 2.05, f"{first}\n–{end - 1}", ha="center", va="center", fontsize=11.5, linespacing=1.1)
        ax.add_patch(Rectangle((n + 0.08, 0.45), 0.84, 0.7, facecolor="none", edgecolor=C[1], lw=1.5))
        ax.text(n + 0.5, 0.8, "p", ha="center", va="center", color=C[1])
        ax.text(n + 0.5, 2.62, f"{n}", ha="center", va="bottom", color=SOFT)
        ax.plot([n + 0.5, n + 0.5], [0.45, 0.15], color=C[2], lw=1.5)
    ax.plot([0.5, devices - 0.5], [0.15, 0.15], color=C[2], lw=3)
    ax.text(devices / 2, -0.02, "all-reduce: Σ g", ha="center", va="top", color=INK)
    ax.set(xlim=(-0.05, devices + 0.05), ylim=(-0.5, 3.1))
    ax.axis("off")
    fig.alt = (f"장치 {devices}개. 예제 {length}개를 {length // devices}개씩 나누어 가지고, 매개변수 p는 장치마다 전부 가지며, "
               "아래의 선이 기울기를 더하는 all-reduce입니다. ¦ "
               f"{devices} devices. Of the {length} examples each has {length // devices}; each has all the parameters p; a line "
               "below them is the all-reduce that adds up the gradients.")
    fig.caption = ("맨 위는 장치의 번호, 그 아래는 장치가 가진 예제의 번호입니다. ¦ "
                   "On top the number of the device, below it the numbers of its examples.")
    return fig


def ring(steps, devices):
    """How many parts of each device's array are complete sums, after each step around the ring."""
    fig, ax = new(height=2.9)
    share = 100 * np.array(steps)
    ax.step(np.arange(len(steps)), share, where="post", color=C[1])
    ax.plot(np.arange(len(steps)), share, "o", color=C[1], ms=4)
    ax.axvline(devices - 1, color=RULE, lw=1.2)
    ax.text((devices - 1) / 2, 104, "더하며 돈다 ¦ adding", ha="center", va="bottom")
    ax.text(1.5 * (devices - 1), 104, "나누어 주며 돈다 ¦ handing out", ha="center", va="bottom")
    ax.set_ylim(0, 120)
    ax.set_yticks([0, 50, 100])
    ax.set_xlabel("걸음 ¦ step")
    ax.set_ylabel("완성된 합 (%) ¦ complete sums (%)")
    fig.alt = (f"고리 방식의 all-reduce에서 걸음에 따라 완성된 합의 비율. {devices - 1}걸음까지는 장치마다 한 조각씩만 완성되고, 그다음 {devices - 1}걸음에 100%가 됩니다. ¦ "
               f"The share of complete sums by step in a ring all-reduce. After {devices - 1} steps each device has one complete part, "
               f"and after {devices - 1} more it has all.")
    return fig
