"""uv run python -m tests.benchmarks: minigrad beside its peers; uv run python -m tests.benchmarks NAME: one measurement."""
import os

# One thread for everybody.  These are read when the libraries are loaded.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
               "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}

import click  # noqa: E402

from . import compare  # noqa: E402


class Commands(click.Group):
    def get_command(self, context, name):
        if name == "jit":
            from . import jit            # it needs JAX
            return jit.command
        return super().get_command(context, name)

    def list_commands(self, context):
        return [*super().list_commands(context), "jit"]


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def main(context):
    """Measure what minigrad costs beside its peers.  Without a command: compare."""
    if context.invoked_subcommand is None:
        context.invoke(compare.command)


main.add_command(compare.command)

if __name__ == "__main__":
    main(prog_name="python -m tests.benchmarks")
