"""All comparisons, each with its bars, in one table and one record."""
import gc

import click

from . import imports, memory, networks, peers, price, scalars, timing
from .record import print_table, save

BARS = {                                 # workload: {contender: minigrad may take at most so many times its time}
    "chain, NumPy float64": {"micrograd": 0.95, "PyTorch": 0.45, "autograd": 0.23},
    "chain, Python float": {"micrograd": 0.8},
    "tiny": {"by hand": 3.0, "unfused": 2.1, "autograd": 0.8, "PyTorch": 0.8, "DeZero": 0.8},
    "mid": {"by hand": 1.15, "autograd": 1.0, "PyTorch": 1.0, "DeZero": 1.0},
    "large": {"by hand": 1.10, "autograd": 1.0, "PyTorch": 1.0, "DeZero": 1.0},
    "attention": {"by hand": 1.15, "autograd": 1.0, "PyTorch": 1.0},
}
FIGURES = {                              # what else is measured: at most so much
    "deep, 10^6 over 10^4, not collecting": 1.5, "deep, 10^6 over 10^4, collecting": 2.5, "deep, bytes a node": 300,
    "wide, 10^5 over 10^3, not collecting": 1.5, "wide, 10^5 over 10^3, collecting": 2.5, "memory, mid": 1.1, "memory, large": 1.1, "import minigrad over numpy": 1.2, "import both over numpy": 1.2,
}
PRICE = 4


def times(rounds, workloads):
    """{workload: {contender: {seconds, ratio}}}"""
    import numpy as np
    libraries, found = peers.libraries(), {}
    for workload in workloads:
        if workload.startswith("chain"):
            contenders = scalars.chains(np.array(scalars.X) if "NumPy" in workload else scalars.X)
        else:
            contenders = networks.contenders(workload, libraries)
        gc.collect()
        found[workload] = timing.compared(contenders, rounds)
    return found


def figures(rounds):
    """{what: its value} for FIGURES, and {workload: price}, and the price by the number of inputs."""
    deep = {collecting: scalars.seconds_per(scalars.deep, [10**4, 10**5, 10**6], rounds=5, collecting=collecting) for collecting in (False, True)}
    wide = {collecting: scalars.seconds_per(scalars.wide, [10**2, 10**3, 10**4, 10**5], rounds=5, collecting=collecting) for collecting in (False, True)}
    peaks, imported = {workload: memory.peaks(workload) for workload in memory.WORKLOADS}, imports.measure(rounds)
    single = {
        "deep, 10^6 over 10^4, not collecting": deep[False][10**6] / deep[False][10**4],
        "deep, 10^6 over 10^4, collecting": deep[True][10**6] / deep[True][10**4],
        "deep, bytes a node": scalars.bytes_per_node(),
        "wide, 10^5 over 10^3, not collecting": wide[False][10**5] / wide[False][10**3],
        "wide, 10^5 over 10^3, collecting": wide[True][10**5] / wide[True][10**3],
        **{f"memory, {workload}": ours / theirs for workload, (ours, theirs) in peaks.items()},
        "import minigrad over numpy": imported["minigrad"] / imported["numpy"],
        "import both over numpy": imported["minigrad and numpy"] / imported["numpy"],
    }
    prices = {}
    for name, (f, arrays, argnums) in price.workloads().items():
        alone, together = price.price(f, *arrays, argnums=argnums)
        prices[name] = together / alone
    return {"figures": single, "price": prices, "growth": price.growth([1, 10, 100, 1000, 10_000], limit=1000),
            "seconds a node": {"deep, not collecting": deep[False], "deep, collecting": deep[True],
                               "wide, not collecting": wide[False], "wide, collecting": wide[True]}}


def missed(times, measured):
    """A line for each bar that is not reached."""
    lines = [f"{workload}: {found[name]['ratio']:.2f} of {name}, bar {bar:.2f}" for workload, found in times.items()
             for name, bar in BARS[workload].items() if name in found and round(found[name]["ratio"], 2) > bar]
    lines += [f"{what}: {measured['figures'][what]:.2f}, bar {bar}" for what, bar in FIGURES.items() if measured and measured["figures"][what] > bar]
    return lines + [f"price of {name}: {value:.2f}, bar {PRICE}" for name, value in (measured or {"price": {}})["price"].items() if value > PRICE]


@click.command("compare")
@click.argument("workloads", nargs=-1, type=click.Choice([*BARS]), metavar="[WORKLOAD]...")
@click.option("--rounds", default=timing.ROUNDS, show_default=True, help="How often each is measured, by turns.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write what was measured to this file, as JSON.")
def command(workloads, rounds, out):
    """minigrad beside hand-written NumPy and its peers; without a WORKLOAD everything, and how cost and memory grow."""
    versions = peers.installed()
    found = times(rounds, workloads or BARS)
    names = ["by hand", "unfused", *peers.DISTRIBUTIONS]
    print_table("minigrad's time over theirs, medians", ["", "minigrad, ms", *names],
                [[workload, f"{1e3 * row['minigrad']['seconds']:.3f}", *[cell(row, name, BARS[workload].get(name)) for name in names]]
                 for workload, row in found.items()])
    print("installed: " + ", ".join(f"{name} {version}" for name, version in versions.items() if version)
          + "; not installed: " + (", ".join(name for name, version in versions.items() if not version) or "none"))
    measured = None if workloads else figures(rounds)
    if measured:
        print_table("How cost and memory grow", ["", "measured", "at most"],
                    [[what, f"{measured['figures'][what]:.2f}", f"{bar:g}"] for what, bar in FIGURES.items()]
                    + [[f"operations with the gradient over without, {name}", f"{value:.2f}", str(PRICE)] for name, value in measured["price"].items()])
        print_table("The price by the number of inputs", list(measured["growth"][0]),
                    [[f"{row[what]:.3g}" if what in row else "" for what in measured["growth"][0]] for row in measured["growth"]])
    if out:
        save(out, "tests.benchmarks compare", {"rounds": rounds, "peers": versions, "bars": BARS, "times": found, **(measured or {}),
                              "columns": ["작업 ¦ workload", "ms", "손으로 쓴 것 ¦ by hand", "합치지 않은 것 ¦ unfused", *peers.DISTRIBUTIONS],
                              "rows": [[workload, f"{1e3 * row['minigrad']['seconds']:.3f}", *[f"{row[name]['ratio']:.2f}" if name in row else "–"
                                        for name in names]] for workload, row in found.items()]})
    for line in missed(found, measured):
        print("above the bar: " + line)


def cell(row, name, bar):
    if name not in row:
        return ""
    return f"{row[name]['ratio']:.2f}" + (f" ({bar:.2f})" if bar else "")
