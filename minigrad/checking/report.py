"""mg.crosscheck(f, *args): the four witnesses on a function, or a custom Function, of the user's own."""
import inspect
import warnings
from dataclasses import dataclass, field

import minigrad

from ..core import Function, Variable
from ..numerical import numerical_grad
from ..transforms import leaves, rebuild
from .causes import CAUSES, gather_evidence, likely_cause
from .compare import BOUNDS, Ours, backward_pass, by_complex_numbers, by_numbers, by_twin, compile_quickly, contracted, distance, \
    float64_on_cpu, import_jax, ours_by_jax, worst_index

LABELS = {"numerical": "numerical", "complex_step": "complex step", "jax_vjp": "JAX", "second_order": "second order"}


def crosscheck(f, *args):
    """Compare the derivatives of f with numerical differentiation, the complex step and JAX, second order included.

    f     written with minigrad's functions and operators, or with those of array_namespace(x); or an instance of a Function
    args  numbers and arrays of floats, or tuples, lists and dicts of them, away from kinks; all is computed in float64

    The result is a Report, which prints as a table.  If anything disagrees, an AssertionError with that report is raised: so
    `mg.crosscheck(f, x)` is a whole test.
    """
    import numpy as np
    check_arguments(f, args)
    names = names_of(f, args)
    arrays = [in_double(x) for x in leaves(args)]
    ours = Ours(lambda arrays: leaves(f(*rebuild(args, iter(arrays)))), arrays, np.random.default_rng(0))
    if not ours.values:
        raise TypeError("crosscheck: the function returned nothing that could be differentiated: return a number or an array")
    report = Report()
    truths = by_numbers(ours)
    report.add("numerical", names, ours.gradients, truths)
    by_jax = ask_jax(ours, names, report)
    ask_complex_numbers(ours, names, report, truths, by_jax)
    ask_second_order(ours, names, report, by_jax)
    explain(ours, names, report, truths, by_jax)
    if not report.agrees:
        raise AssertionError(report)
    return report


@dataclass
class Line:
    """How far one derivative of ours is from that of one witness."""
    witness: str
    argument: str
    error: float
    bound: float

    @property
    def agrees(self):
        return self.error <= self.bound


@dataclass(repr=False)
class Report:
    """What came out of a crosscheck: lines, explanations of what disagrees, and notes on what could not be compared."""
    lines: list[Line] = field(default_factory=list)
    explanations: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def agrees(self):
        return not self.explanations

    def add(self, witness, names, mine, *theirs, bound=None):
        """A line for each name: the largest error of ours against one or more answers of a witness."""
        for name, a, *others in zip(names, mine, *theirs, strict=True):
            self.lines.append(Line(witness, name, max(distance(a, b) for b in others), bound or BOUNDS[witness]))

    def fails(self, witness, name):
        return any(not line.agrees for line in self.lines if (line.witness, line.argument) == (witness, name))

    def __str__(self):
        wrong = sum(not line.agrees for line in self.lines)
        table = [("witness", "argument", "largest error", "bound", "verdict")]
        table += [(LABELS[line.witness], line.argument, f"{line.error:.1e}", f"{line.bound:.0e}",
                   "agrees" if line.agrees else "DISAGREES") for line in self.lines]
        widths = [max(map(len, column)) for column in zip(*table)]
        rows = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table]
        head = f"crosscheck: {wrong or 'all'} of {len(self.lines)} comparisons {'disagree' if wrong else 'agree'}\n"
        return "\n".join([head, *rows, *[f"\n{text}" for text in self.explanations], *[f"\nNote: {text}" for text in self.notes]])

    __repr__ = __str__                   # a table at the prompt and in a notebook too


# ---- The arguments

def check_arguments(f, args):
    if isinstance(f, type) and issubclass(f, Function):
        raise TypeError(f"crosscheck needs a function, and {f.__name__} is a class: pass an instance of it, {f.__name__}()")
    if not callable(f):
        raise TypeError(f"crosscheck needs a function and its arguments, and {f!r:.60} of type {type(f).__name__} is no function")
    if not leaves(args):
        raise TypeError("crosscheck needs the arguments at which to differentiate: crosscheck(f, x)")
    for name, x in zip(names_of(f, args), leaves(args)):
        if type(x) is Variable:
            raise TypeError(f"crosscheck makes its own Variables: give the bare array, {name}.data")
        if not (type(x) is float or hasattr(x, "dtype") and is_floating_point(x)):
            kind = f"of dtype {x.dtype}" if hasattr(x, "dtype") else f"{x!r:.60} of type {type(x).__name__}"
            raise TypeError(f"crosscheck differentiates by all arguments, and {name} is {kind}: give a float or an array of "
                            "floats; what is a constant goes into the function, crosscheck(lambda x: f(x, 2), x)")


def is_floating_point(x):
    import numpy as np
    return np.issubdtype(np.asarray(x).dtype, np.floating)


def in_double(x):
    """A private copy in float64, for rules that change their inputs in place."""
    import numpy as np
    return x if type(x) is float else np.array(x, dtype=float)


def names_of(f, args):
    """What to call each leaf of the arguments: x or params['w'][0], by the names of f's parameters; else args[0]."""
    try:
        parameters = [p.name for p in inspect.signature(f).parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):      # a function of C
        parameters = []

    def paths(tree, name):
        if isinstance(tree, dict):
            return [path for key in sorted(tree) for path in paths(tree[key], f"{name}[{key!r}]")]
        if isinstance(tree, (tuple, list)):
            return [path for i, branch in enumerate(tree) for path in paths(branch, f"{name}[{i}]")]
        return [] if tree is None else [name]
    return [path for i, x in enumerate(args) for path in paths(x, parameters[i] if i < len(parameters) else f"args[{i}]")]


def numbered(name, things):
    return [name] if len(things) == 1 else [f"{name}[{i}]" for i in range(len(things))]


# ---- The witnesses after the first

def ask_jax(ours, names, report):
    """(gradients, second derivatives, ours computed by JAX), each None where JAX cannot tell."""
    jax = import_jax()
    if jax is None:
        report.notes.append("JAX is not installed, so nothing was compared with it: pip install jax")
        return None, None, None
    with float64_on_cpu(jax):
        try:
            values, gradients, twice = run_by_jax(jax, by_twin, ours)
        except Exception as error:       # of whatever kind: f may be right all the same
            report.notes.append(f"JAX could not run the function ({brief(error)}).  To have it compared, write it with minigrad's "
                                "functions, mg.exp(x) for np.exp(x), or with array_namespace(x).exp(x), which serve JAX's too.")
            return None, None, None
        report.add("jax_vjp", numbered("value", values), ours.values, values)
        report.add("jax_vjp", names, ours.gradients, gradients)
        try:
            return gradients, twice, run_by_jax(jax, ours_by_jax, ours)
        except Exception as error:
            report.notes.append(f"JAX could not run the backward pass ({brief(error)}), so at second order it differentiated the "
                                "function twice, and nothing else.")
            return gradients, twice, None


def run_by_jax(jax, ask, ours):
    """ask compiled or, where f looks at the numbers to decide what to do, step by step."""
    import numpy as np
    data = [[jax.numpy.asarray(x) for x in part] for part in (ours.arrays, ours.cotangents, ours.twists)]

    def program(data):
        return ask(jax, ours.f, *data)
    try:
        answer = compile_quickly(jax, program, data)(data)
    except Exception:                    # if it is not that, it happens again
        answer = program(data)
    return jax.tree.map(np.asarray, answer)


def ask_complex_numbers(ours, names, report, truths, by_jax):
    """The complex step counts only where f is analytic, and whether it is the other witnesses tell."""
    import numpy as np
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", np.exceptions.ComplexWarning)    # an imaginary part is thrown away: seen below
            steps = by_complex_numbers(ours)
    except Exception as error:           # of whatever kind: f may be right all the same
        report.notes.append(f"no complex step, for the function cannot compute with complex numbers ({brief(error)}).")
        return
    analytic = all_within(BOUNDS["numerical"], steps, truths)
    if by_jax[0] is not None and all_within(BOUNDS["jax_vjp"], ours.gradients, by_jax[0]):
        analytic &= all_within(BOUNDS["complex_step"], steps, by_jax[0])     # x + 1e-9 * abs(x): too fine for differences
    if analytic:
        report.add("complex_step", names, ours.gradients, steps)
    else:
        report.notes.append("no complex step, for the function is not analytic (it uses abs, max, a comparison or the like).")


def all_within(bound, mine, theirs):
    return all(distance(a, b) <= bound for a, b in zip(mine, theirs))


def ask_second_order(ours, names, report, by_jax):
    """JAX, or where it cannot tell the numerical derivative of our backward pass."""
    names = names + numbered("cotangent", ours.values)
    try:
        ours.differentiate_again()
    except Exception as error:           # of whatever kind: at first order f may be right
        report.notes.append(f"no second order, for the backward pass cannot be differentiated ({brief(error)}): write it with "
                            "minigrad's functions and operators, or with those of array_namespace(gy).")
        return
    seconds = [answer for answer in by_jax[1:] if answer is not None]
    if seconds:
        report.add("second_order", names, ours.seconds, *seconds)
        return
    n, inputs, backward = len(ours.arrays), ours.arrays + ours.cotangents, backward_pass(ours.f, minigrad.vjp)
    seconds = [numerical_grad(contracted(lambda xs: backward(xs[:n], xs[n:]), inputs, i, ours.twists), x)
               for i, x in enumerate(inputs)]
    report.add("second_order", names, ours.seconds, seconds, bound=BOUNDS["numerical"])


# ---- What went wrong

def explain(ours, names, report, truths, by_jax):
    """For each argument that disagrees where, with the numbers there and the likely cause."""
    gradients_of_jax = by_jax[0] or [None] * len(names)
    for i, (name, mine, truth, theirs) in enumerate(zip(names, ours.gradients, truths, gradients_of_jax)):
        if not any(report.fails(witness, name) for witness in ("numerical", "complex_step", "jax_vjp")) and not ours.changed[i]:
            continue
        index = worst_index(mine, truth if report.fails("numerical", name) or theirs is None else theirs)
        at = f"{name} at index {index}" if index else name
        text = (f"{at}: ours {entry(mine, index)} | numerical {entry(truth, index)} | "
                f"JAX {'-' if theirs is None else entry(theirs, index)}")
        cause = likely_cause(mine, truth, gather_evidence(ours, truths, i))
        if cause:
            text += f"\nLikely cause: {cause}.  {CAUSES[cause].en}\n  {CAUSES[cause].ko}"
        elif theirs is not None and not report.fails("jax_vjp", name):
            text += "\nJAX agrees with minigrad.  Has the function a kink near this point (abs, max, relu)?  Then choose another."
        report.explanations.append(text)
    if report.explanations:
        return
    for line in report.lines:
        if not line.agrees and line.witness == "second_order":
            report.explanations.append(
                f"The first derivatives are right, and those of the backward pass by {line.argument} are not: backward takes for "
                "a constant what depends on the inputs.  Compute it from self.arrays, self.output and gy, and not from x.data.")
        elif not line.agrees:
            report.explanations.append(f"The {line.argument} itself is another with JAX's arrays than with NumPy's.")


def entry(x, index):
    import numpy as np
    return repr(float(np.asarray(x)[index]))


def brief(error):
    """An error in a line."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]:.120}"
