"""Each derivative that minigrad computes beside those of witnesses that share no code with it.

numerical      central differences with extrapolation: values of the function and nothing else
complex_step   the same with complex numbers, for analytic functions: all digits
jax_vjp        the derivative of the function's twin in JAX, in float64, and the function's value
second_order   the derivative of our backward pass (x, gy) -> gx, beside what JAX makes of this very pass run on its own
               arrays, and beside the twin differentiated twice

All are vector-Jacobian products with random cotangents: cotangents of ones would not notice a rule that forgets its own.
JAX is imported when it is asked, and where it is not installed the others answer.
"""
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import minigrad

from ..core import bare
from ..numerical import complex_step, numerical_grad
from ..transforms import leaves, rebuild

BOUNDS = {"numerical": 1e-8, "complex_step": 1e-12, "jax_vjp": 1e-12, "second_order": 1e-10}


@dataclass
class Verdict:
    """What came out for a row: the largest error against each witness, None where it cannot be asked."""
    name: str
    samples: int
    errors: dict[str, float | None]
    agrees: bool
    failures: list[str]


def check_row(row):
    """Compare a function with its witnesses on all samples of its row."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    random, jax = np.random.default_rng(0), import_jax()
    errors, failures, asked = dict.fromkeys(BOUNDS), [], []

    def fail(number, what):
        failures.append(f"sample {number}, {describe(row.name, row.samples[number])}: {what}")

    def compare(number, witness, what, mine, theirs):
        for i, (a, b) in enumerate(zip(mine, theirs, strict=True)):
            error = distance(a, b)
            errors[witness] = max(error, errors[witness] or 0.0)
            if not error <= BOUNDS[witness]:
                fail(number, f"{witness}, {what} {i}: {worst(a, b)}")

    for number, sample in enumerate(row.samples):
        f, arrays = of_arrays(getattr(minigrad, row.name), sample.args, sample.options)
        try:
            ours = Ours(f, arrays, random)
            ours.differentiate_again()
            asked.append((number, ours))
        except Exception as error:       # of whatever kind: it is this sample's failure, and the others are still to be seen
            fail(number, f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(1) as elsewhere:               # JAX compiles there, while we compute here
        answers = elsewhere.submit(ask_jax, jax, row, asked) if jax else None
        for number, ours in asked:
            for complaint in ours.complaints():
                fail(number, complaint)
            try:
                if row.numerical:
                    compare(number, "numerical", "by array", ours.gradients, by_numbers(ours))
                if row.analytic and "dtype" not in row.samples[number].options:         # which casts to real numbers
                    compare(number, "complex_step", "by array", ours.gradients, by_complex_numbers(ours))
            except Exception as error:
                fail(number, f"a witness could not compute: {type(error).__name__}: {error}")
        answers = answers.result() if jax else {}

    for number, ours in asked if jax else []:
        if isinstance(answers[number], Exception):
            fail(number, f"JAX: {type(answers[number]).__name__}: {answers[number]}")
        else:
            values, gradients, twice, ours_by_jax = answers[number]
            compare(number, "jax_vjp", "value", ours.values, values)
            compare(number, "jax_vjp", "by array", ours.gradients, gradients)
            compare(number, "second_order", "JAX twice, by array", ours.seconds, twice)
            compare(number, "second_order", "our backward by JAX, by array", ours.seconds, ours_by_jax)
    return Verdict(row.name, len(row.samples), errors, not failures, failures)


class Ours:
    """The derivatives of f at these arrays as minigrad computes them.

    f          from a list of arrays to a list of arrays
    cotangents of the values, and twists, cotangents of the gradients: random, never 0 nor 1
    gradients  the cotangents of the arrays
    seconds    those of the arrays and then of the cotangents, when the backward pass itself is differentiated
    """

    def __init__(self, f, arrays, random):
        self.f, self.arrays = f, arrays
        before = [copy(a) for a in arrays]
        self.values, back = minigrad.vjp(f, arrays)
        self.cotangents = [random_like(y, random) for y in self.values]
        self.twists = [random_like(a, random) for a in arrays]
        self.gradients, = back(self.cotangents)
        self.changed = [not same(a, b) for a, b in zip(arrays, before)]

    def differentiate_again(self):
        _, back = minigrad.vjp(backward_pass(self.f, minigrad.vjp), self.arrays, self.cotangents)
        self.seconds = sum(back(self.twists), [])

    def complaints(self):
        """What is wrong with the gradients by themselves."""
        for i, (g, a, changed) in enumerate(zip(self.gradients, self.arrays, self.changed)):
            if type_of(g) != type_of(a):
                yield f"the gradient by array {i} is {type_of(g)}, and the array {type_of(a)}: they must be alike"
            if changed:
                yield f"array {i} was changed in place"


def of_arrays(f, args, options):
    """f as a function of a list of arrays, the floating-point ones among its arguments, that returns a list; and these arrays."""
    inputs = leaves(args)
    chosen = [i for i, x in enumerate(inputs) if is_floating(x)]

    def function(arrays):
        filled = list(inputs)
        for i, x in zip(chosen, arrays, strict=True):
            filled[i] = x
        return leaves(f(*rebuild(args, iter(filled)), **options))
    return function, [inputs[i] for i in chosen]


def is_floating(x):
    import numpy as np
    return isinstance(x, np.ndarray) and np.isdtype(x.dtype, "real floating")


def backward_pass(f, vjp):
    """The function that takes arrays and cotangents of f's values to the cotangents of the arrays."""
    def function(arrays, cotangents):
        _, back = vjp(f, arrays)
        return back(cotangents)[0]
    return function


def random_like(x, random):
    """Numbers of the shape and dtype of x with few binary digits, exact in every dtype; none is 0, 1 or -1."""
    import numpy as np
    y = (2 * random.integers(8, 64, np.shape(x)) + 1) / 64 * random.choice([-1.0, 1.0], np.shape(x))
    return float(y) if isinstance(x, float) else np.asarray(y, dtype=x.dtype)


def contracted(f, arrays, i, cotangents):
    """The function of the array i alone whose gradient is the vector-Jacobian product: the sum of cotangents times values."""
    def function(x):
        import numpy as np
        values = f([*arrays[:i], x, *arrays[i + 1:]])
        return sum(np.sum(gy * np.asarray(bare(y))) for gy, y in zip(cotangents, values))
    return function


def by_numbers(ours):
    return [numerical_grad(contracted(ours.f, ours.arrays, i, ours.cotangents), a) for i, a in enumerate(ours.arrays)]


def by_complex_numbers(ours):
    return [complex_step(contracted(ours.f, ours.arrays, i, ours.cotangents), a) for i, a in enumerate(ours.arrays)]


# ---- JAX

def import_jax():
    """JAX, or None where it is not installed."""
    try:
        import jax
    except ImportError:
        return None
    return jax


@contextmanager
def float64_on_cpu(jax):
    """JAX with 64 bits on the processor; on leaving, its settings are what they were."""
    with ExitStack() as stack:
        stack.enter_context(jax.enable_x64(True))
        try:
            stack.enter_context(jax.default_device(jax.local_devices(backend="cpu")[0]))
        except RuntimeError:             # somebody has told JAX to do without
            pass
        yield


def by_twin(jax, twin, arrays, cotangents, twists):
    """The values and gradients of the twin, and its second derivatives: what JAX makes of itself."""
    def pass_and_values(arrays, cotangents):
        values, back = jax.vjp(twin, arrays)
        mine, theirs = [type_of(gy) for gy in cotangents], [type_of(y) for y in values]
        if mine != theirs:
            raise TypeError(f"the value is {', '.join(mine)}, and JAX's is {', '.join(theirs)}: they must be alike")
        return back(cotangents)[0], values
    gradients, back, values = jax.vjp(pass_and_values, arrays, cotangents, has_aux=True)
    return values, gradients, sum(back(twists), [])


def ours_by_jax(jax, f, arrays, cotangents, twists):
    """The second derivatives of f: what JAX makes of our backward pass."""
    _, back = jax.vjp(backward_pass(f, minigrad.vjp), arrays, cotangents)
    return sum(back(twists), [])


def ask_jax(jax, row, asked):
    """{number of the sample: what JAX answers, or an exception}.

    Samples that differ in their numbers only share a program, and all programs of the row are compiled as one.
    """
    import numpy as np
    groups = {}
    for number, ours in asked:
        groups.setdefault(repr(abstract(row.samples[number])), []).append((number, ours))

    def program_of(group):
        number, ours = group[0]
        twin, _ = of_arrays(row.twin(jax), *row.samples[number])
        return lambda data: (*by_twin(jax, twin, *data), ours_by_jax(jax, ours.f, *data))

    def run(groups):
        programs = [program_of(group) for group in groups]
        answers = {}
        compiled = None
        for turn in range(max(map(len, groups))):
            turns = [group[min(turn, len(group) - 1)] for group in groups]
            data = [(ours.arrays, ours.cotangents, ours.twists) for _, ours in turns]
            compiled = compiled or compile_quickly(jax, lambda data: [f(d) for f, d in zip(programs, data)], data)
            for (number, _), answer in zip(turns, compiled(data)):
                answers[number] = jax.tree.map(np.asarray, answer)
        return answers

    with float64_on_cpu(jax):
        try:
            return run(list(groups.values())) if groups else {}
        except Exception:                # one of them cannot be traced: find it
            answers = {}
            for group in groups.values():
                try:
                    answers |= run([group])
                except Exception as error:
                    answers |= {number: error for number, _ in group}
            return answers


# Compiling is most of the time that JAX needs for arrays as small as these, and optimising is most of the compiling.
QUICKLY = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True, "xla_cpu_use_fusion_emitters": False}


def compile_quickly(jax, f, data):
    """f, compiled for data of these shapes: without, JAX compiles each operation by itself, which takes ten times longer."""
    lowered = jax.jit(f).lower(data)
    try:
        return lowered.compile(QUICKLY)
    except jax.errors.JaxRuntimeError:   # a version that has not these switches
        return lowered.compile()


def abstract(sample):
    """The sample with its floating-point arrays reduced to dtype and shape: what a compiled program depends on."""
    arrays = iter([type_of(x) if is_floating(x) else x for x in leaves(sample.args)])
    return rebuild(sample.args, arrays), sample.options


# ---- How far apart, and where

def distance(a, b):
    """max|a - b| / max(1, max|b|); inf where the shapes differ or one is no number."""
    import numpy as np
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        return float("inf")
    if a.size == 0:
        return 0.0
    with np.errstate(invalid="ignore"):  # inf - inf is no number
        error = np.max(np.abs(a - b)) / max(1.0, np.max(np.abs(b)))
    return float(error) if error == error else float("inf")


def worst(a, b):
    """Where a and b differ most, in words."""
    import numpy as np
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        return f"ours has shape {a.shape}, theirs {b.shape}"
    i = worst_index(a, b)
    return f"largest error {distance(a, b):.1e}{f' at index {i}' if i else ''}: ours {float(a[i])!r}, theirs {float(b[i])!r}"


def worst_index(a, b):
    """The index of the entry in which two arrays of the same shape differ most; one that is no number comes first."""
    import numpy as np
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    with np.errstate(invalid="ignore"):
        error = np.abs(a - b)
    return tuple(int(k) for k in np.unravel_index(np.argmax(np.where(np.isnan(error), np.inf, error)), a.shape))


def type_of(x):
    """The dtype and shape of an array, as text."""
    return f"{x.dtype}{list(x.shape)}" if hasattr(x, "dtype") else type(x).__name__


def copy(x):
    import numpy as np
    return x if isinstance(x, float) else np.array(x)


def same(a, b):
    import numpy as np
    return np.array_equal(a, b, equal_nan=True)


def describe(name, sample):
    """The sample as a call, with its arrays reduced to dtype and shape."""
    args, options = abstract(sample)
    return f"{name}({', '.join([*map(str, args), *[f'{key}={value}' for key, value in options.items()]])})"
