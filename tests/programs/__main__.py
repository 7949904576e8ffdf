"""uv run python -m tests.programs: as many new random programs as wanted against JAX, on all cores, with a record of the run."""
import os
import secrets
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from time import perf_counter

import click
from rich.progress import Progress

from tests.benchmarks.record import save

from .batches import SIZE, batch


@click.command()
@click.option("--number", default=10_000, show_default=True, help="How many programs.")
@click.option("--processes", default=os.cpu_count(), show_default=True, help="How many processes work at the same time.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the figures to this file, as JSON.")
def main(number, processes, out):
    """Random programs against JAX, first and second order: each run draws new ones."""
    start, found, drawn = perf_counter(), [], 0
    seeds = [secrets.randbits(32) for _ in range(-(-number // SIZE))]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool, Progress() as progress:
        task = progress.add_task("programs", total=len(seeds) * SIZE)
        for done in as_completed([pool.submit(batch, seed) for seed in seeds]):
            programs, disagreement = done.result()
            drawn += programs
            progress.update(task, advance=programs)
            if disagreement:
                found.append(disagreement)
                progress.console.print(disagreement, markup=False)
    seconds = perf_counter() - start
    print(f"{drawn} programs, {len(found)} disagreements, {seconds:.0f} s")
    if out:
        save(out, f"tests.programs --number {number}", {"programs": drawn, "disagreements": len(found), "seconds": seconds, "processes": processes})
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main(prog_name="python -m tests.programs")
