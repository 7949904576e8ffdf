"""The likely cause of a wrong gradient, found by making each of the usual mistakes on purpose and comparing."""
from dataclasses import dataclass
from itertools import permutations

import minigrad

from ..core import bare, source, sweep
from ..numerical import numerical_grad
from . import Text
from .compare import contracted, distance

CAUSES = {
    "changed in place": Text("An input was changed in place: a rule computes a new array and leaves its inputs as they are.",
                             "입력 배열이 제자리에서 바뀌었습니다. 입력은 그대로 두고 새 배열을 만들어야 합니다."),
    "zero": Text("The gradient is 0: the way back is cut, by x.data, a detach, a comparison, or a rule that returns None.",
                 "기울기가 모두 0입니다. x.data, detach, 비교 연산, None을 반환하는 규칙 등으로 돌아가는 길이 끊겼습니다."),
    "sign": Text("The sign is wrong: the gradient is exactly the negative of the right one.",
                 "부호가 틀렸습니다. 바른 기울기에 -1을 곱한 값입니다."),
    "doubled": Text("The gradient is twice the right one: something is counted twice.",
                    "바른 기울기의 두 배입니다. 무엇인가를 두 번 더했습니다."),
    "float32": Text("Only about 7 digits are right: somewhere it passes through float32, or a constant has too few digits.",
                    "기울기가 일곱 자리쯤까지만 맞습니다. 계산 중에 float32를 거쳤거나 상수의 자릿수가 모자랍니다."),
    "transposed": Text("The gradient is the right one with its axes exchanged.",
                       "바른 기울기의 축이 서로 바뀌었습니다(전치)."),
    "swapped inputs": Text("The gradient is the one that belongs to another input: the cotangents are returned in the wrong order.",
                           "다른 입력의 기울기입니다. 반환하는 기울기의 순서가 바뀌었습니다."),
    "missing cotangent": Text("The gradient is the local derivative: it is not multiplied by the cotangent gy that arrives.",
                              "국소 미분만 있습니다. 상류에서 흘러온 기울기 gy를 곱하지 않았습니다."),
    "not summed over broadcast axes": Text(
        "The input was broadcast: the cotangents of all its copies must be added up, and some are missing.",
        "입력이 브로드캐스팅되었습니다. 복제된 곳의 기울기를 모두 더해야 하는데 일부가 빠졌습니다."),
    "overwritten instead of accumulated": Text(
        "Something is used more than once, and only one of its contributions is left: add them up (+=, not =).",
        "여러 번 쓰인 값의 기울기가 하나만 남았습니다. 덮어쓰지 말고(=) 더해야 한다(+=)."),
}


@dataclass
class Evidence:
    """What is known beside the wrong gradient and the right one.

    changed        whether an input was found changed after the computation
    others         the right gradients of the other inputs
    jacobian       the derivative of each entry of the result, of shape result.shape + input.shape
    cotangent      that of the result
    contributions  what each call that used the input sent back to it
    """
    changed: bool = False
    others: list = ()
    jacobian: object = None
    cotangent: object = None
    contributions: list = ()


def likely_cause(ours, truth, evidence=Evidence()):
    """The key in CAUSES of the mistake that would have made `ours` of the right gradient `truth`; None if none would."""
    import numpy as np
    ours, truth = np.asarray(ours, dtype=float), np.asarray(truth, dtype=float)
    if evidence.changed:
        return "changed in place"
    if ours.shape != truth.shape:
        return "not summed over broadcast axes" if is_like(summed_to(ours, truth.shape), truth) else None
    if not ours.any():
        return "zero"
    if is_like(ours, -truth):
        return "sign"
    if is_like(ours, 2 * truth):
        return "doubled"
    if distance(ours, truth) < 1e-5 and not in_proportion(ours, truth):
        return "float32"
    if any(is_like(ours, truth.transpose(p)) for p in permutations(range(truth.ndim))):
        return "transposed"
    if any(is_like(ours, other) for other in evidence.others):
        return "swapped inputs"
    if evidence.jacobian is not None:
        jacobian, gy = np.asarray(evidence.jacobian), np.asarray(evidence.cotangent)
        shape = gy.shape
        if is_like(ours, jacobian.reshape(-1, *truth.shape).sum(axis=0)):
            return "missing cotangent"
        pieces = jacobian * gy.reshape(shape + (1,) * truth.ndim)             # what each entry of the result sends back
        lead = len(shape) - truth.ndim
        for axis in range(len(shape)):
            if shape[axis] > 1 and (axis < lead or lead >= 0 and truth.shape[axis - lead] == 1):
                parts = [pieces.take(i, axis).reshape(-1, *truth.shape).sum(axis=0) for i in (0, -1)]
                if any(is_like(ours, part) for part in (*parts, truth / shape[axis])):
                    return "not summed over broadcast axes"
        pieces = pieces.reshape(-1, *truth.shape)
        if is_like(ours, last_of(pieces)) or is_like(ours, last_of(pieces[::-1])):
            return "overwritten instead of accumulated"
    if len(evidence.contributions) > 1 and any(is_like(ours, part) for part in evidence.contributions):
        return "overwritten instead of accumulated"
    return None


def is_like(a, b):
    return a is not None and a.shape == b.shape and distance(a, b) < 1e-7


def in_proportion(a, b):
    """Whether a is b times one number, as no rounding makes it."""
    import numpy as np
    ratio = a[b != 0] / b[b != 0]
    return ratio.size > 1 and bool(np.ptp(ratio) < 1e-9)


def summed_to(x, shape):
    """x summed over the axes that broadcasting makes of an array of this shape; None if it does not."""
    lead = x.ndim - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, x.shape[lead:])):
        return None
    axes = (*range(lead), *[lead + i for i, n in enumerate(shape) if n != x.shape[lead + i]])
    return x.sum(axis=axes).reshape(shape)


def last_of(pieces):
    """For each place the last piece that is not 0."""
    import numpy as np
    last = np.zeros(pieces.shape[1:])
    for piece in pieces:
        last = np.where(piece != 0, piece, last)
    return last


def gather_evidence(ours, truths, i):
    """What likely_cause wants to know about the array i, for which ours are the derivatives and truths the right gradients."""
    import numpy as np
    others = [truth for j, truth in enumerate(truths) if j != i]
    evidence = Evidence(any(ours.changed), others, contributions=contributions(ours, i))
    if len(ours.values) == 1 and np.size(ours.values[0]) * np.size(ours.arrays[i]) <= 2000:         # more would take long
        evidence.cotangent = np.asarray(ours.cotangents[0])
        units = np.eye(evidence.cotangent.size).reshape(-1, *evidence.cotangent.shape)
        rows = [numerical_grad(contracted(ours.f, ours.arrays, i, [unit]), ours.arrays[i]) for unit in units]
        evidence.jacobian = np.reshape(rows, evidence.cotangent.shape + np.shape(ours.arrays[i]))
    return evidence


def contributions(ours, i):
    """What each call that used the array i sends back to it: their sum is the gradient."""
    import numpy as np
    boxes = [minigrad.Variable(a) for a in ours.arrays]
    results = [(source(y), gy) for y, gy in zip(ours.f(boxes), ours.cotangents) if type(y) is minigrad.Variable]
    parts = []

    def watch(call, gy, gxs):
        parts.extend(np.asarray(bare(g), dtype=float) for s, g in zip(call.sources, gxs) if s is boxes[i] and g is not None)
    if results:
        sweep(*zip(*results), watch)
    return parts
