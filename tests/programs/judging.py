"""Is what minigrad makes of a program what JAX makes of it?"""
import inspect

import jax
import numpy as np

import minigrad as mg

from .writing import source

BOUND = 1e-12                            # of the error, relative to the largest entry, first and second order
BOUND_OF_SINGLE = 1e-4                   # where a step computes in float32


class Disagreement(AssertionError):
    """A program whose derivatives are not those of JAX, with the code that shows it."""

    def __init__(self, reason, program, code):
        super().__init__(f"{reason}\n\nThis program shows it:\n\n{code}")
        self.program, self.code = program, code


# ---- These three are part of what is printed, so they use nothing but mg, jax and np.

def derive_by_minigrad(f, x, v):
    """f(*x), its gradient, and the gradient of its slope along v: the second derivatives, contracted with v."""
    every = tuple(range(len(x)))

    def slope(*x):
        return sum(mg.sum(g * d) for g, d in zip(mg.grad(f, every)(*x), v))
    y, gradient = mg.value_and_grad(f, every)(*x)
    return [y, *gradient, *mg.grad(slope, every)(*x)]


def derive_by_jax(f, x, v):
    """The same by other means: the second derivatives from how the gradient moves when x moves along v."""
    (y, gradient), (_, second) = jax.jvp(jax.value_and_grad(f, tuple(range(len(x)))), x, v)
    return [y, *gradient, *second]


def compare(ours, theirs, x, bound):
    """The largest error, relative to the largest entry; an AssertionError if it is too large."""
    largest = 0.0
    names = [f"{order} by x[{i}]" for order in ("the gradient", "the second order") for i in range(len(x))]
    for name, a, b, like in zip(["the value", *names], ours, theirs, [0.0, *x, *x], strict=True):
        assert np.shape(a) == np.shape(b) == np.shape(like), f"{name}: minigrad's has shape {np.shape(a)}, JAX's {np.shape(b)}"
        assert name == "the value" or getattr(a, "dtype", float) == getattr(like, "dtype", float), f"{name} is {a!r} for {like!r}"
        with np.errstate(invalid="ignore"):                # of inf and nan the error is nan, and that is not below the bound
            error = np.max(np.abs(np.subtract(a, b)), initial=0.0) / max(1.0, np.max(np.abs(b), initial=0.0))
        assert error <= bound, f"{name}: minigrad {a}, JAX {b}, error {error:.1e}"
        largest = max(largest, float(error))
    return largest


def check(program):
    """The largest error of minigrad's derivatives of this program; a Disagreement if it is too large."""
    text = source(program)
    bound = BOUND_OF_SINGLE if "np.float32" in text else BOUND
    try:
        here = {}
        exec(text, here)
        x, v = here["x"], here["v"]
        ours = derive_by_minigrad(here["by_minigrad"], x, v)
        with jax.enable_x64(True), jax.default_device(jax.local_devices(backend="cpu")[0]):
            def derive(x, v):
                return derive_by_jax(here["by_jax"], x, v)
            try:
                return compare(ours, compiled(derive, x, v)(x, v), x, bound)
            except AssertionError:
                if BY_EQUALITY.isdisjoint(program.functions):
                    raise
                return compare(ours, derive(x, v), x, bound)
    except Exception as error:
        raise Disagreement(f"{type(error).__name__}: {error}", program, by_itself(text, bound)) from error


# Compiled, JAX takes a tenth of a second for a program instead of one, most of it for compiling, and so in haste: optimising would
# take most of that.  But the program may then compute an array twice, once with a multiplication and an addition in one
# rounding, once in two; and JAX's rules for these functions find the largest entry again by asking what is equal to it.  So
# where they fail JAX is asked again, without compiling.
QUICKLY = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True, "xla_cpu_use_fusion_emitters": False,
           "xla_cpu_parallel_codegen_split_count": 1}
BY_EQUALITY = {"max", "min", "maximum", "minimum", "clip", "hypot", "norm"}


def compiled(f, *data):
    lowered = jax.jit(f).lower(*data)
    try:
        return lowered.compile(QUICKLY)
    except jax.errors.JaxRuntimeError:   # a version that has not these switches
        return lowered.compile()


def by_itself(text, bound):
    """The program with the comparison, as code that runs by itself."""
    functions = [inspect.getsource(f) for f in (derive_by_minigrad, derive_by_jax, compare)]
    return "\n\n".join([text, *functions, "\n".join([
        'jax.config.update("jax_enable_x64", True)',
        "print(compare(derive_by_minigrad(by_minigrad, x, v), derive_by_jax(by_jax, x, v), x, " + f"{bound}))"])]) + "\n"
