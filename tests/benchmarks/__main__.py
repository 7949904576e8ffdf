"""uv run python -m tests.benchmarks: minigrad beside its peers; uv run python -m tests.benchmarks NAME: one measurement."""
import importlib
import os

# One thread for everybody.  These are read when the libraries are loaded.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
               "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}

import click  # noqa: E402

COMMANDS = {"compare": "compare", "jit": "jit", "transformer": "training"}      # each the `command` of that module


class Commands(click.Group):
    """A command is loaded when it is asked for: some need what may not be installed."""

    def get_command(self, context, name):
        return importlib.import_module(f"{__package__}.{COMMANDS[name]}").command if name in COMMANDS else None

    def list_commands(self, context):
        return list(COMMANDS)


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def main(context):
    """Measure what minigrad costs beside its peers.  Without a command: compare."""
    if context.invoked_subcommand is None:
        context.invoke(main.get_command(context, "compare"))


if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks")
