"""uv run python -m tests.benchmarks NAME: a command for each measurement."""
import click

from . import jit


@click.group()
def main():
    """Measure what minigrad costs beside its peers."""


main.add_command(jit.command)

if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks")
