"""Whether an answer is right and, where it is not, what probably went wrong.

    verdicts = examine(tasks, sources, submitted, runner, seed, expected)

`grade` and `check` both call this one function, and nothing else decides: the body is grafted (grafting.py), the task is run
(running.py), the numbers that come back are compared with those expected.  `grade` computes these with the reference, by
`expect`; a student's copy has no reference, so `check` reads them from the file that `make` wrote (handout.py).
"""
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from itertools import permutations
from types import SimpleNamespace

import minigrad

from ..checking.causes import Evidence, contributions, likely_cause
from ..checking.compare import compile_quickly, contracted, distance, float64_on_cpu, import_jax, worst_index
from ..numerical import numerical_grad
from .grafting import GraftError, body_lines, is_blank, missing_helpers, tree
from .probes import cases, plain

__all__ = ["PUBLIC_SEED", "Expected", "Testimony", "Verdict", "examine", "expect", "judge"]

PUBLIC_SEED = b"minigrad homework check"                   # of the inputs that students see
BOUND, COARSE_BOUND = 1e-11, 1e-4                          # of the error, as distance() measures it, in float64 and in float32
BOUNDS = {"numerical-diff": 1e-9,                          # however it is written, rounding is divided by eps
          "complex-step": 1e-14}                           # which is the point of it: no difference comes so near
LARGEST = 2000                                             # entries of a Jacobian: a larger one would take long
MOST_USES = 50                                             # of one input, that are kept to be compared


@dataclass
class Testimony:
    """What witnesses say of one value that is a gradient.  Arrays are plain data, {"shape", "dtype", "data"}.

    numerical, jax       the same gradient by numerical differentiation and by JAX, which may not be installed
    jacobian, cotangent  what the gradient is the product of
    contributions        what each use of the input sends back; the gradient is their sum
    """
    numerical: dict
    jax: dict | None = None
    jacobian: dict | None = None
    cotangent: dict | None = None
    contributions: list = field(default_factory=list)


@dataclass
class Expected:
    """What one case must give.

    inputs     {name: plain data of an array, or a text}, to be shown
    values     the arrays of the right answer, as plain data
    testimony  testimony(i) is the Testimony on value i, None where that is no gradient
    """
    inputs: dict
    values: list
    testimony: Callable

    def to_json(self):
        said = [self.testimony(i) for i in range(len(self.values))]
        return {"inputs": self.inputs, "values": self.values, "testimony": [one and asdict(one) for one in said]}

    @classmethod
    def of_json(cls, document):
        said = [one and Testimony(**one) for one in document["testimony"]]
        return cls(document["inputs"], document["values"], said.__getitem__)


@dataclass(frozen=True)
class Verdict:
    """What came out for a task: that it passed, or the first case that did not.

    case             its number, from 0, and its inputs as in Expected
    part, parts      which value of the answer differs, and how many values it has
    index            of the entry that differs most; () for a single number, None where already the shape or the dtype differs
    yours, right, numerical, jax    that entry of each; None where there is none
    kinds            (dtype, shape) of what was answered, and of what is right
    cause            a key of checking.causes.CAUSES, or None
    trouble          why there is no number to compare, or none was looked at: a key of words.TROUBLES; detail fills its blanks
    line             (number, text) of the line of the student's file that raised an error
    output           what was printed, in all cases
    waiting          in `check`, the tasks that must be done before this one can be looked at
    """
    task: str
    passed: bool = False
    case: int | None = None
    inputs: dict = field(default_factory=dict)
    part: int = 0
    parts: int = 1
    index: tuple | None = None
    yours: float | None = None
    right: float | None = None
    numerical: float | None = None
    jax: float | None = None
    kinds: tuple = ()
    cause: str | None = None
    trouble: str | None = None
    detail: dict = field(default_factory=dict)
    line: tuple | None = None
    output: str = ""
    waiting: tuple = ()


# ---- Grafting, running, comparing.

def examine(tasks, sources, submitted, runner, seed, expected, only=None, each=None):
    """{name: Verdict} of the tasks in a submission.

    tasks      {name: Task}, all of them, in their order
    sources    sources(name) is {path: source} of the package in which the tasks before that one are done
    submitted  {path: source} of the student's files with tasks
    runner     a running.Runner
    expected   expected(name) is a list with an Expected for each case
    only       the names of the tasks to look at; all by default
    each       called with each Verdict as soon as it is there
    """
    verdicts, grafts = {}, {}

    def settle(verdict):
        verdicts[verdict.task] = verdict
        if each:
            each(verdict)

    for name, task in tasks.items():
        if only is not None and name not in only:
            continue
        try:
            if task.path in submitted and is_blank(submitted[task.path], task.qualname):
                settle(Verdict(name, trouble="blank"))
            else:
                grafts[name] = tree(sources(name), tasks, name, submitted)
        except GraftError as error:
            settle(Verdict(name, trouble="graft", detail={"error": error}))

    def compare(name, answers):
        task = tasks[name]
        verdict = judge(task, answers, expected(name), place_of(task, grafts[name], submitted))
        if not verdict.passed:
            helpers = missing_helpers(sources(name)[task.path], task.qualname, submitted[task.path])
            if helpers:
                verdict = Verdict(name, trouble="helpers", detail={"names": helpers, "function": task.qualname})
        settle(verdict)

    if grafts:
        runner.run(grafts, seed, compare)
    return {name: verdicts[name] for name in tasks if name in verdicts}


def place_of(task, grafted, submitted):
    """A function that finds a line of the grafted file, (number, text), in the student's own file."""
    def place(line):
        number, text = line
        own = submitted[task.path].splitlines()
        number += body_lines(submitted[task.path], task.qualname)[0] - body_lines(grafted[task.path], task.qualname)[0]
        return (number, text) if 0 < number <= len(own) and own[number - 1].strip() == text else (None, text)
    return place


def judge(task, answers, expected, place=lambda line: line):
    """The Verdict on the Answers to a task; place takes a line of the code that ran to the student's own."""
    for number, right in enumerate(expected):
        if number >= len(answers):
            return Verdict(task.name, case=number, inputs=right.inputs, trouble="died")
        answer = answers[number]
        if answer.trouble:
            return troubled(task, number, right, answer, place)
        verdict = compare(task.name, number, right, answer)
        if verdict:
            return replace(verdict, output=answers[-1].output)
    if len(answers) != len(expected):    # nobody asked for more
        return Verdict(task.name, trouble="died")
    return Verdict(task.name, passed=True)


def troubled(task, number, right, answer, place):
    line = answer.line(task.qualname)
    read_only = answer.detail.get("type") == "ValueError" and "read-only" in answer.detail.get("message", "")
    return Verdict(task.name, case=number, inputs=right.inputs, trouble="load" if answer.trouble == "graft" else answer.trouble,
                   detail=answer.detail, line=line and place(line), output=answer.output,
                   cause="changed in place" if read_only else None)


def compare(name, number, right, answer):
    """The Verdict on a case that failed; None on one that did not."""
    if len(answer.value) != len(right.values):
        return Verdict(name, case=number, inputs=right.inputs, trouble="count",
                       detail={"found": len(answer.value), "wanted": len(right.values)})
    for part, (yours, truth) in enumerate(zip(answer.value, right.values)):
        alike = yours["shape"] == truth["shape"] and is_single(yours) == is_single(truth)
        a, b = array(yours), array(truth)
        if alike and off(a, b) <= (COARSE_BOUND if is_single(truth) else BOUNDS.get(name, BOUND)):
            continue
        said = right.testimony(part) or Testimony(None)
        index = worst_index(a, b) if alike else None

        def entry(data):
            return None if data is None or index is None else float(array(data)[index])
        return Verdict(name, case=number, inputs=right.inputs, part=part, parts=len(right.values), index=index,
                       yours=entry(yours), right=entry(truth), numerical=entry(said.numerical), jax=entry(said.jax),
                       kinds=(kind(yours), kind(truth)),
                       cause=cause_of(a, b, part, right, said, is_single(yours) and not is_single(truth)))


def cause_of(yours, truth, part, right, said, single):
    """The likely cause of a wrong value."""
    if single:
        return "float32"
    if yours.size == 0 or truth.size == 0:
        return None
    if any(off(yours.transpose(p), truth) <= BOUND for p in permutations(range(yours.ndim))):
        return "transposed"              # likely_cause looks for that in arrays of the right shape only
    # What was used several times is overwritten sooner than mixed up with another input that happens to get the same.
    others = [array(value) for i, value in enumerate(right.values) if i != part] if len(said.contributions) < 2 else []
    evidence = Evidence(False, others, said.jacobian and array(said.jacobian), said.cotangent and array(said.cotangent),
                        [array(data) for data in said.contributions])
    return likely_cause(yours, truth, evidence)


def is_single(data):
    return data["dtype"] in ("float32", "float16")


def kind(data):
    return data["dtype"], tuple(data["shape"])


def array(data):
    import numpy as np
    return np.asarray(data["data"], dtype=float).reshape(data["shape"])


def off(a, b):
    """The distance of a from b.  What must be infinite, or no number, must be just that."""
    import numpy as np
    finite = np.isfinite(b)
    if not np.array_equal(np.isfinite(a), finite) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return float("inf")
    return distance(a[finite], b[finite])


# ---- What the reference answers.

def expect(name, seed, with_jax=True):
    """An Expected for each case of a task, computed with the engine of this process, which is the reference."""
    import numpy as np
    return [of_case(case, with_jax) for case in cases(name, minigrad, np, seed)]


def of_case(case, with_jax):
    values = plain(case.run())
    witnesses = case.witness if isinstance(case.witness, tuple) else (case.witness,)
    witnesses += (None,) * (len(values) - len(witnesses))

    def testimony(part):
        return witnesses[part] and testify(witnesses[part], with_jax)
    return Expected({name: shown(value) for name, value in case.inputs.items()}, values, testimony)


def shown(value):
    """An input as plain data; a text stays a text."""
    return value if isinstance(value, str) else plain(value)[0]


def testify(witness, with_jax):
    """Ask the witnesses about one vector-Jacobian product."""
    import numpy as np
    f, args, i, gy = witness.f, list(witness.args), witness.index, witness.gy

    def one(value):
        return plain(np.asarray(value))[0]

    def values(arrays):
        return [f(*arrays)]
    said = Testimony(one(numerical_grad(contracted(values, args, i, [gy]), args[i])), cotangent=one(gy))
    if np.size(gy) * np.size(args[i]) <= LARGEST:
        jacobian = minigrad.jacrev(lambda x: f(*args[:i], x, *args[i + 1:]))(args[i])
        said.jacobian = one(np.reshape(jacobian, np.shape(gy) + np.shape(args[i])))
    uses = contributions(SimpleNamespace(f=values, arrays=args, cotangents=[gy]), i)
    said.contributions = [one(part) for part in uses[-MOST_USES:]]
    jax = import_jax() if with_jax else None
    if jax:
        def back(data):
            x, gy = data
            return jax.vjp(lambda x: f(*args[:i], x, *args[i + 1:]), x)[1](gy)[0]
        with float64_on_cpu(jax):
            data = jax.tree.map(jax.numpy.asarray, (args[i], gy))
            said.jax = one(compile_quickly(jax, back, data)(data))
    return said
