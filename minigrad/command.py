"""What the command minigrad does: parse the arguments, run the notebook and the table, and hand what comes out to the screen.

A new subcommand is a function in run() beside check.  --json prints the very data that the screen shows.
"""
import difflib
import json
import math
import platform
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

import click

from .homework.command import add_homework
from .screen import Screen


def run(say, args):
    """Parse the arguments and do what they ask for; returns the exit status."""
    as_json = click.option("--json", "as_json", is_flag=True, help=say("help_json"))
    # Which language it is was found out before, for the help to be in it as well: here the option is only checked.
    lang = click.option("--lang", type=click.Choice(["ko", "en"]), expose_value=False, help=say("help_lang"))

    @click.group(invoke_without_command=True, help=say("help"))
    @as_json
    @lang
    @click.version_option(own_version() or say("source"), message="minigrad %(version)s", help=say("help_version"))
    @click.pass_context
    def minigrad(context, as_json):
        context.obj = as_json
        if context.invoked_subcommand is None:
            context.exit(report(say, as_json))

    @minigrad.command(help=say("help_check"))
    @click.argument("names", nargs=-1)
    @as_json
    @lang
    @click.pass_context
    def check(context, names, as_json):
        from .checking import table
        for name in names:
            if name not in table:
                raise click.UsageError(unknown(say, name, table))
        context.exit(report(say, as_json or context.obj, list(dict.fromkeys(names or table))))

    add_homework(minigrad, say.language)
    try:                                 # and not minigrad(args), which has its own way with Ctrl-C and closed pipes
        with minigrad.make_context("minigrad", args) as context:
            minigrad.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code


def unknown(say, name, table):
    """What to say of a name that is not in the table."""
    nearest = difflib.get_close_matches(name.lower(), table)
    if nearest:
        return say("nearest", name=name, names=", ".join(nearest))
    return say("unknown", name=name, names=", ".join(table))


def report(say, as_json, names=None):
    """Check the rows named, or the notebook and then all rows; returns the exit status, 1 if anything disagrees."""
    start = perf_counter()
    screen = Screen(say, quiet=as_json)
    document = {"versions": versions()}
    screen.show_versions(document["versions"])
    with_jax = document["versions"]["JAX"] is not None
    agree = True
    if names is None:
        document["notebook"] = notebook(with_jax)
        screen.show_notebook(document["notebook"])
        agree = all(entry["agrees"] for entry in document["notebook"])

    from .checking import BOUNDS, check_row, table
    document |= {"bounds": BOUNDS, "table": []}
    screen.show_head(table, BOUNDS, with_jax)
    names = names or list(table)
    with screen.progress(len(names)) as begin:
        for name in names:
            begin(name)
            row = plain(check_row(table[name]))
            document["table"].append(row)
            screen.show_row(row)

    document["seconds"] = perf_counter() - start
    screen.show_end(document["table"], document["seconds"])
    if as_json:                          # in ASCII, so in any encoding, and without NaN, which JSON does not have
        print(json.dumps(document, indent=2, allow_nan=False), flush=True)
    return 0 if agree and all(row["agrees"] for row in document["table"]) else 1


def plain(verdict):
    """A verdict of the table as data: an error that is no number of JSON's becomes the string "nan" or "inf"."""
    errors = {witness: str(e) if e is not None and not math.isfinite(e) else e for witness, e in verdict.errors.items()}
    return {"name": verdict.name, "samples": verdict.samples, "errors": errors, "agrees": verdict.agrees,
            "failures": verdict.failures}


def own_version():
    try:
        return version("minigrad-edu")
    except PackageNotFoundError:         # run from a folder of sources that nobody installed
        return None


def versions():
    """What this runs on; None for what is not installed."""
    import numpy
    try:
        import jax
    except ImportError:
        jax = None
    return {"minigrad": own_version(), "Python": platform.python_version(), "NumPy": numpy.__version__,
            "JAX": jax and jax.__version__, "platform": f"{platform.system()} {platform.release()} {platform.machine()}"}


def notebook(with_jax):
    """The two derivatives of the notebook, computed as it does and by JAX."""
    import numpy as np

    import minigrad as mg
    x = mg.Variable(np.array(2.0))
    square = {"numerical_diff": float(mg.numerical_diff(mg.Square(), x))}

    def f(x):
        A, B, C = mg.Square(), mg.Exp(), mg.Square()
        return C(B(A(x)))

    x = mg.Variable(np.array(0.5))
    composite = {"numerical_diff": float(mg.numerical_diff(f, x))}
    f(x).backward()
    composite["backpropagation"] = float(x.grad)
    if with_jax:
        import jax
        with jax.enable_x64(True):
            composite["JAX"] = float(jax.grad(lambda x: jax.numpy.exp(x ** 2) ** 2)(0.5))
    return [entry("x**2", 2.0, square), entry("exp(x**2)**2", 0.5, composite)]


def entry(y, x, derivatives):
    """Derivatives of y at x by several ways, and how far each is from the last of them."""
    *_, best = derivatives.values()
    differences = {way: derivative - best for way, derivative in derivatives.items()}
    return {"y": y, "x": x, "derivatives": derivatives, "differences": differences,
            "agrees": all(abs(difference) < 1e-6 for difference in differences.values())}
