"""The table: a row for each function with a derivative, with all that is needed to check it.

The tests, the command `minigrad`, the catalogue of rules and the homework are generated from it.  To add a function, add a
row: its domain, its twin in JAX, and samples that leave a wrong rule no place to hide.  A sample is how the function is
called; it is differentiated by all arrays of floating-point numbers among the arguments.
"""
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

import numpy as np

from . import Text


class Sample(NamedTuple):
    """How a function is called: function(*args, **options)."""
    args: tuple
    options: dict


class Convention(NamedTuple):
    """What the derivative is taken to be where there is none: the gradients of sum(function(...)) at a kink or a tie."""
    sample: Sample
    ours: list                           # a gradient for each array of floating-point numbers in the sample
    jax: list | None                     # JAX's, where it differs
    text: Text


@dataclass(frozen=True)
class Row:
    """A function of minigrad and how to check it.

    name         minigrad's name of it
    domain       where it is defined and differentiable
    samples      how it is called, at least 8 times
    twin         takes the module jax and returns JAX's function for the same arguments
    analytic     whether it can be computed with complex numbers, as an analytic function
    numerical    whether its derivative is that of its values: not so for stop_gradient
    conventions  its derivative at kinks and ties
    """
    name: str
    domain: Text
    samples: tuple[Sample, ...]
    twin: Callable
    analytic: bool = True
    numerical: bool = True
    conventions: tuple[Convention, ...] = field(default=())


table: dict[str, Row] = {}


def row(name, domain, samples, low=-2.0, high=2.0, twin=None, conventions=(), **options):
    """Add a row.  samples takes a Draw from low to high; the twin is jax.numpy's function of that name, unless one is given."""
    domain = domain if isinstance(domain, Text) else Text(domain, domain)
    twin = twin or (lambda jax: getattr(jax.numpy, name))
    table[name] = Row(name, domain, tuple(samples(Draw(name, low, high))), twin, conventions=tuple(conventions), **options)


def call(*args, **options):
    return Sample(args, options)


def at(*args, ours, jax=None, en, ko, **options):
    """A convention: the gradients ours, and JAX's where they differ, of the sum of the function at these arguments."""
    return Convention(Sample(args, options), ours, jax, Text(en, ko))


def numbers(*values):
    return np.array(values)


class Draw:
    """Random numbers, the same in each run and different for each row: d(3, 4) has the shape (3, 4)."""

    def __init__(self, name, low, high):
        self.random, self.low, self.high = np.random.default_rng(crc32(name.encode())), low, high

    def __call__(self, *shape):
        """Between low and high."""
        return np.asarray(self.random.uniform(self.low, self.high, shape))

    def signed(self, *shape):
        """Between low and high in absolute value, of both signs."""
        return np.asarray(self(*shape) * self.random.choice([-1.0, 1.0], shape))

    def apart(self, *shape):
        """No two within 0.6 of each other, nor any within 0.1 of 0: far from ties and kinks."""
        size = int(np.prod(shape, dtype=int))
        steps = self.random.permutation(size) - size // 2
        return np.asarray((0.7 * steps + 0.175 + self.random.uniform(-0.02, 0.02, size)).reshape(shape))

    def between(self, *shape):
        """Like apart, and at least 0.3 from all that apart draws."""
        return np.asarray(self.apart(*shape) + 0.35)


def layouts(x):
    """The same numbers stored otherwise: by columns, backwards, with gaps, and read-only."""
    gaps, fixed = np.zeros((2 * x.shape[0], 3 * x.shape[1])), x.copy()
    gaps[::2, ::3] = x
    fixed.flags.writeable = False
    return np.asfortranarray(x), x[::-1, ::-1].copy()[::-1, ::-1], gaps[::2, ::3], fixed


# ---- Samples that serve many rows

def each(d, *shapes):
    """For a function of one array: one sample for each shape, and one for each layout."""
    return [call(d(*shape)) for shape in shapes or [(), (1,), (0,), (2, 1, 3), (3, 4)]] + [call(x) for x in layouts(d(3, 4))]


def pairs(a, b, number=1.5):
    """For a function of two arrays that broadcast; a draws the first and b the second, and either may be a Python number."""
    shapes = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (3, 4)), ((2, 1, 3), (4, 1)), ((), (3,)), ((1,), (0,)), ((), ())]
    stored = zip(layouts(a(3, 4)), reversed(layouts(b(3, 4))))
    return [call(a(*m), b(*n)) for m, n in shapes] + [call(*both) for both in stored] + [call(a(3), number), call(number, b(3))]


def around(d):
    """For what works over several axes: all, one, two, negative, kept or not, of length 1, of none, and layouts."""
    return [call(d(2, 3, 4)), call(d(2, 3, 4), axis=(0, 2)), call(d(2, 3, 4), axis=(-1, 0)), call(d(3, 1), axis=0),
            call(d(0, 3), axis=1), call(d(), axis=None), call(d(2, 3, 2), axis=1, keepdims=True), call(d(2, 3), keepdims=True),
            *[call(x, axis=-2) for x in layouts(d(3, 4))]]


def along(d):
    """For what works along one axis."""
    return [call(d(4)), call(d(2, 3, 4), axis=0), call(d(2, 3, 4), axis=-2), call(d(1)), call(d(0, 3), axis=-1),
            *[call(x, axis=1) for x in layouts(d(3, 4))]]


REAL = Text("all real numbers", "모든 실수")
FITTING = Text("all arrays of fitting shapes", "형상이 맞는 모든 배열")
NO_TIES = Text("no two candidates tie", "후보 사이에 동률이 없는 곳")
WITHIN = Text("indices within bounds", "범위 안의 인덱스")


# ---- Arithmetic

row("add", REAL, lambda d: pairs(d, d))
row("subtract", REAL, lambda d: pairs(d, d))
row("multiply", REAL, lambda d: pairs(d, d))
row("divide", "b ≠ 0", lambda d: pairs(d.signed, d.signed), 0.5, 2)
row("negative", REAL, each)
row("pow", Text("a > 0; a ≠ 0 where b is a whole number and constant", "a > 0. b가 정수인 상수이면 a ≠ 0"), lambda d: [
    *pairs(d, d), call(d(3, 4), 2), call(-d(3), 3), call(-d(3), -2), call(d(3), 0), call(d(3), 1), call(d(3), 0.5), call(2, d(3)),
    call(d.signed(2, 4), np.array([0, 1, 2, 3], dtype=np.int8)), call(d(3), numbers(0.0, 1.0, 2.0)), call(numbers(0.0, 1.0), 2)],
    0.5, 2, conventions=[
        at(numbers(0.0), 0, ours=[[0.0]],
           en="x**0 is 1 for every x, also at 0: its derivative is 0.", ko="x**0은 0에서도 1이므로 미분계수는 0입니다."),
        at(numbers(0.0), 0.0, ours=[[0.0]], jax=[[np.nan]],
           en="x**0.0 likewise; JAX has nan there, from 0 * inf.", ko="x**0.0도 마찬가지입니다. JAX는 0 * inf를 계산해서 nan이 됩니다."),
        at(numbers(0.0, 0.0), numbers(0.0, 2.0), ours=[[0.0, 0.0], [0.0, 0.0]], jax=[[np.nan, 0.0], [0.0, 0.0]],
           en="At a = 0 the derivative of a**b by b is 0; by a it is 0 where b = 0, and JAX has nan there.",
           ko="a = 0에서 a**b를 b로 미분한 값은 0입니다. b = 0이면 a로 미분한 값도 0이고, JAX는 nan입니다.")])
row("remainder", Text("a / b is not a whole number", "a / b가 정수가 아닌 곳"), lambda d: pairs(
    lambda *shape: np.asarray(d.signed(*shape) + d.random.choice([-1.5, -0.5, 0.5, 1.5], shape)),
    lambda *shape: np.asarray(d.signed(*shape) + d.random.choice([-2.0, -1.0, 1.0, 2.0], shape)), 1.2),
    0.0, 0.05, analytic=False, conventions=[
        at(numbers(4.0), numbers(2.0), ours=[[1.0], [-2.0]],
           en="At a jump the derivative is the one on the side of larger a / b.", ko="뛰는 점에서는 a / b가 커지는 쪽의 미분계수를 씁니다.")])
row("reciprocal", "x ≠ 0", lambda d: each(d.signed), 0.5, 2)
row("square", REAL, each)
row("sqrt", "x > 0", each, 0.3, 3, conventions=[
    at(numbers(0.0), ours=[[np.inf]], en="The tangent at 0 is vertical: inf.", ko="0에서 접선이 수직이므로 inf입니다.")])
row("abs", "x ≠ 0", lambda d: each(d.signed), 0.3, 2, analytic=False, conventions=[
    at(numbers(0.0), ours=[[0.0]], jax=[[1.0]],
       en="At 0 the derivative is 0, halfway between the slopes on its two sides; JAX takes the slope on the right.",
       ko="0에서는 양쪽 기울기의 가운데인 0입니다. JAX는 오른쪽 기울기인 1을 씁니다.")])
row("hypot", "(a, b) ≠ (0, 0)", lambda d: pairs(d.signed, d.signed), 0.3, 2, analytic=False, conventions=[
    at(numbers(0.0), numbers(0.0), ours=[[0.0], [0.0]], jax=[[0.5], [0.5]],
       en="At (0, 0), the tip of a cone, both derivatives are 0, as for norm; JAX has 0.5.",
       ko="원뿔의 꼭짓점인 (0, 0)에서는 norm과 같이 둘 다 0입니다. JAX는 0.5입니다.")])

# ---- Elementary functions

row("exp", REAL, each)
row("expm1", REAL, each)
row("log", "x > 0", each, 0.3, 3)
row("log1p", "x > -1", each, -0.7, 3)
row("log2", "x > 0", each, 0.3, 3)
row("log10", "x > 0", each, 0.3, 3)
row("logaddexp", REAL, lambda d: pairs(d, d) + [call(numbers(1000.0, -1000.0, 0.0), numbers(0.0, 0.0, 1000.0))], analytic=False)
row("sin", REAL, each)
row("cos", REAL, each)
row("tan", "|x| < π/2", each, -1.2, 1.2)
row("asin", "|x| < 1", each, -0.8, 0.8)
row("acos", "|x| < 1", each, -0.8, 0.8)
row("atan", REAL, each)
row("atan2", "(a, b) ≠ (0, 0)", lambda d: pairs(d.signed, d.signed), 0.3, 2, analytic=False)
row("sinh", REAL, each)
row("cosh", REAL, each)
row("tanh", REAL, lambda d: each(d) + [call(numbers(-1000.0, 1000.0))])
row("asinh", REAL, each)
row("acosh", "x > 1", each, 1.3, 3)
row("atanh", "|x| < 1", each, -0.8, 0.8)

# ---- Choosing

row("where", FITTING, lambda d: [
    *[Sample((d.random.choice([True, False], np.broadcast_shapes(*map(np.shape, s.args))), *s.args), {}) for s in pairs(d, d)],
    call(np.array([[True], [False]]), d(3), d(3)), call(True, d(3), d(3)), call(np.array(False), d(2), d(1))])
row("maximum", NO_TIES, lambda d: pairs(d.apart, d.between, 1.4), analytic=False, conventions=[
    at(numbers(1.0), numbers(1.0), ours=[[0.5], [0.5]], en="At a tie each side receives half.", ko="동률이면 양쪽이 절반씩 받습니다.")])
row("minimum", NO_TIES, lambda d: pairs(d.apart, d.between, 1.4), analytic=False, conventions=[
    at(numbers(1.0), numbers(1.0), ours=[[0.5], [0.5]], en="At a tie each side receives half.", ko="동률이면 양쪽이 절반씩 받습니다.")])
row("clip", Text("x is neither min nor max", "x가 min도 max도 아닌 곳"), lambda d: [
    call(d.apart(3, 4), -1.0, 1.0), call(d.apart(3, 4), min=0.0), call(d.apart(3, 4), max=0.0), call(d.apart(3)),
    call(d.apart(), -1, 1), call(d.apart(2, 1, 3), d.between(4, 1) - 1.4, 2.0), call(d.apart(0), 0.0, 1.0),
    call(d.apart(3, 4), d.between(4) - 1.4, d.between(3, 1) + 2.1), *[call(x, -1.0, 1.0) for x in layouts(d.apart(3, 4))]],
    analytic=False, conventions=[
        at(numbers(-1.0, 0.0, 1.0), -1.0, 1.0, ours=[[0.5, 1.0, 0.5]],
           en="At a bound half passes, as for maximum and minimum.", ko="경계에서는 maximum, minimum과 같이 절반이 지나갑니다.")])
row("stop_gradient", Text("all real numbers; its derivative is 0 by decree", "모든 실수. 미분계수는 약속에 따라 0이다"), each,
    twin=lambda jax: jax.lax.stop_gradient, analytic=False, numerical=False)

# ---- Sums, products, extremes, statistics

row("sum", FITTING, lambda d: around(d) + [call(d(3).astype(np.float32), dtype=np.float64)])
row("prod", FITTING, lambda d: around(d) + [
    call(numbers(2.0, 0.0, 3.0)), call(numbers(0.0, 2.0, 0.0)), call(d(0)), call(d(5), dtype=np.float64),
    call(np.array([[0.0, 2.0, 3.0], [1.0, 2.0, 3.0], [0.0, 0.0, 3.0]]), axis=1)], 0.5, 2)
row("max", NO_TIES, lambda d: around(d.apart), analytic=False, conventions=[
    at(numbers(1.0, 3.0, 3.0), ours=[[0.0, 0.5, 0.5]],
       en="Entries that tie for the largest share equally.", ko="가장 큰 값이 동률이면 똑같이 나누어 받습니다."),
    at(np.array([[2.0, 2.0, 2.0], [0.0, 1.0, 0.0]]), axis=1, ours=[[[1 / 3, 1 / 3, 1 / 3], [0.0, 1.0, 0.0]]],
       en="Along an axis each place has its own ties.", ko="축을 따라 줄일 때는 자리마다 따로 나눕니다.")])
row("min", NO_TIES, lambda d: around(d.apart), analytic=False, conventions=[
    at(numbers(1.0, 3.0, 1.0), ours=[[0.5, 0.0, 0.5]],
       en="Entries that tie for the smallest share equally.", ko="가장 작은 값이 동률이면 똑같이 나누어 받습니다.")])
row("cumulative_sum", FITTING, lambda d: along(d) + [
    call(d(2, 3), axis=1, include_initial=True), call(d(3), include_initial=True), call(d(3), dtype=np.float64)])
row("mean", FITTING, around)
row("var", FITTING, lambda d: around(d) + [call(d(2, 3, 2), axis=(0, 1), correction=1), call(d(4), correction=0.5, keepdims=True)])
row("std", Text("not all entries are equal", "모든 값이 같지는 않은 곳"), lambda d: [
    *[s for s in around(d) if s.args[0].shape not in [(), (3, 1)]],
    call(d(2, 3, 2), axis=(0, 1), correction=1), call(d(4), correction=0.5, keepdims=True), call(d(1, 3), axis=1)])
row("diff", FITTING, lambda d: along(d) + [call(d(5), n=2), call(d(2, 5), axis=1, n=3), call(d(3), n=0)])
row("trace", FITTING, lambda d: [
    call(d(3, 3)), call(d(3, 4)), call(d(4, 3), offset=1), call(d(3, 4), offset=-1), call(d(2, 3, 3)), call(d(1, 1)), call(d(0, 0)),
    call(d(3, 4), offset=5), *[call(x, offset=1) for x in layouts(d(3, 4))]], twin=lambda jax: jax.numpy.linalg.trace)

# ---- Products

row("matmul", Text("the last axis of a is as long as the last but one of b", "a의 마지막 축과 b의 끝에서 둘째 축의 길이가 같은 배열"), lambda d: [
    *[call(d(*m), d(*n)) for m, n in [
        ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)),
        ((2, 3, 4), (4, 2)), ((3, 4), (2, 4, 2)), ((2, 3, 4), (2, 4, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((1, 2, 3), (2, 3, 2)),
        ((1, 3), (3, 1)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((0,), (0,)), ((2, 3, 0), (0,)), ((2, 0, 3), (3, 2))]],
    *[call(a, b.T) for a, b in zip(layouts(d(3, 4)), reversed(layouts(d(2, 4))))]])
row("tensordot", FITTING, lambda d: [
    call(d(2, 3, 4), d(3, 4, 2)), call(d(2, 3), d(3, 4), axes=1), call(d(2), d(3), axes=0), call(d(), d(2, 3), axes=0),
    call(d(3, 2, 4), d(4, 2, 3), axes=([2, 0], [0, 2])), call(d(3, 2, 4), d(2, 3, 2), axes=((0, 1), (1, 2))),
    call(d(2, 3), d(3, 2), axes=((-1,), (-2,))), call(d(3), d(3), axes=1), call(d(0, 3), d(3, 2), axes=1),
    *[call(x, y, axes=((0,), (0,))) for x, y in zip(layouts(d(3, 2)), layouts(d(3, 4)))]])
row("outer", Text("two vectors", "두 벡터"), lambda d: [
    *[call(d(m), d(n)) for m, n in [(3, 4), (4, 3), (1, 3), (3, 1), (1, 1), (0, 3), (2, 0)]],
    call(d(6)[::2], d(4)[::-1]), call(d(3, 4)[:, 1], np.broadcast_to(d(), (3,)))])
row("einsum", FITTING, lambda d: [
    call("ij,jk->ik", d(2, 3), d(3, 4)), call("bij,bjk->bik", d(2, 2, 3), d(2, 3, 2)), call("i,j->ij", d(2), d(3)),
    call("ij->ji", d(2, 3)), call("ba", d(2, 3)), call("kji,il->ljk", d(2, 3, 4), d(4, 2)), call(",i->i", d(), d(3)),
    call("ii", d(3, 3)), call("ii->i", d(3, 3)), call("iii->i", d(2, 2, 2)), call("iij,jk->ki", d(2, 2, 3), d(3, 2)),
    call("ij->", d(2, 3)), call("ij->j", d(2, 3)), call("ij,ij->i", d(2, 3), d(2, 3)), call("ij,k->i", d(2, 3), d(2)),
    call("...ij,...jk->...ik", d(2, 1, 2, 3), d(3, 3, 2)), call("...i,i", d(2, 3), d(3)), call("i...->...", d(2, 3)),
    call("...", d(2, 3)), call("i,i,i->i", d(3), d(3), d(3)), call("ij,jk,kl->il", d(2, 3), d(3, 2), d(2, 2)),
    call("ij,jk->ik", d(0, 3), d(3, 2)), call("ij,jk->ik", np.asfortranarray(d(2, 3)), d(4, 3)[::-1].T)])


def conv_of_jax(jax):
    def conv(lhs, rhs, window_strides=None, padding="VALID"):
        kind = jax.numpy.result_type(lhs, rhs)             # jax.lax takes two arrays of the same dtype only
        return jax.lax.conv_general_dilated(lhs.astype(kind), rhs.astype(kind), window_strides or (1,) * (lhs.ndim - 2), padding)
    return conv


row("conv", Text("images (batch, channels, *lengths) and filters (features, channels, *lengths)",
                 "이미지 (배치, 채널, *길이)와 필터 (특징, 채널, *길이)"), lambda d: [
    call(d(2, 2, 5), d(3, 2, 3)), call(d(1, 2, 5), d(2, 2, 2), (2,)), call(d(2, 1, 5), d(1, 1, 3), padding="SAME"),
    call(d(1, 2, 5), d(2, 2, 2), (2,), "SAME"), call(d(1, 1, 4), d(2, 1, 3), (1,), [(2, 0)]),
    call(d(2, 2, 4, 3), d(2, 2, 2, 2)), call(d(1, 2, 4, 3), d(2, 2, 3, 2), (2, 1), "SAME"),
    call(d(1, 1, 3, 4), d(2, 1, 2, 3), (1, 2), [(0, 1), (2, 1)]), call(d(1, 1, 1), d(1, 1, 1)), call(d(0, 2, 4), d(3, 2, 2)), call(d(1, 2, 4), d(0, 2, 2)),
    call(np.asfortranarray(d(1, 2, 3, 3)), d(1, 2, 2, 2)[..., ::-1, ::-1])],
    twin=conv_of_jax)
row("norm", Text("x ≠ 0; for ord 1 no entry is 0, for ord inf no two tie", "x ≠ 0. ord가 1이면 0인 원소가, inf이면 동률이 없는 곳"), lambda d: [
    call(d.apart(4)), call(d.apart(3, 4)), call(d.apart(3, 4), axis=1), call(d.apart(2, 3, 2), axis=(0, 2)), call(d.apart(1)),
    call(d.apart(4), 2), call(d.apart(3, 4), 2, axis=0, keepdims=True), call(d.apart(2, 3, 2), keepdims=True),
    call(d.apart(4), 1), call(d.apart(3, 4), 1, axis=-1), call(d.apart(0, 3), axis=1), call(d.apart(4) + 0.1, np.inf),
    call(d.apart(3, 4) + 0.1, np.inf, axis=0, keepdims=True), *[call(x, axis=0) for x in layouts(d.apart(3, 4))], call(d.apart(3, 4), 1, axis=0, keepdims=True)],
    twin=lambda jax: jax.numpy.linalg.norm, analytic=False, conventions=[
        at(numbers(0.0, 0.0), ours=[[0.0, 0.0]], jax=[[np.nan, np.nan]],
           en="At 0, the tip of a cone, the derivative is 0; JAX has nan.", ko="원뿔의 꼭짓점인 0에서는 0입니다. JAX는 nan입니다."),
        at(np.array([[0.0, 0.0], [3.0, 4.0]]), axis=1, ours=[[[0.0, 0.0], [0.6, 0.8]]], jax=[[[np.nan, np.nan], [0.6, 0.8]]],
           en="A vector that is 0 does no harm to its neighbours.", ko="0인 벡터가 이웃한 벡터를 해치지 않습니다."),
        at(numbers(0.0, 2.0), 1, ours=[[0.0, 1.0]], jax=[[1.0, 1.0]],
           en="With ord 1 an entry that is 0 has the derivative 0, as for abs.", ko="ord가 1이면 0인 원소의 미분계수는 abs와 같이 0입니다."),
        at(numbers(2.0, -2.0), np.inf, ours=[[0.5, -0.5]],
           en="With ord inf entries that tie share, as for max.", ko="ord가 inf이면 동률인 원소가 max와 같이 나누어 받습니다.")])

# ---- Rearranging

row("reshape", FITTING, lambda d: [
    call(d(2, 3, 2), (4, 3)), call(d(3, 4), (-1,)), call(d(6), (2, -1)), call(d(), (1, 1)), call(d(1), ()), call(d(0, 3), (3, 0)),
    *[call(x, (2, 6)) for x in layouts(d(3, 4))]])
row("permute_dims", FITTING, lambda d: [
    call(d(2, 3, 4), (2, 0, 1)), call(d(2, 3, 4), (1, 2, 0)), call(d(2, 3, 4), (-1, 0, -2)), call(d(2, 1, 3, 2), (3, 0, 2, 1)),
    call(d(3), (0,)), call(d(), ()), call(d(0, 2, 3), (1, 2, 0)), *[call(x, (1, 0)) for x in layouts(d(3, 4))]],
    twin=lambda jax: jax.numpy.transpose)        # which takes negative axes, too
row("matrix_transpose", Text("at least two axes", "축이 둘 이상인 배열"),
    lambda d: each(d, (2, 3), (2, 3, 4), (2, 1, 3, 2), (1, 1), (0, 3)))
row("moveaxis", FITTING, lambda d: [
    call(d(2, 3, 4), 0, -1), call(d(2, 3, 4), -1, 0), call(d(2, 3, 4), 1, 2), call(d(2, 3, 4), (0, 1), (1, 2)),
    call(d(2, 3, 4), (2, 0), (0, 1)), call(d(2, 3, 4), (0, 1, 2), (1, 2, 0)), call(d(3), 0, 0), call(d(0, 2, 3), 0, 2),
    *[call(x, 0, 1) for x in layouts(d(3, 4))]])
row("broadcast_to", FITTING, lambda d: [
    call(d(4), (3, 4)), call(d(3, 1), (3, 4)), call(d(2, 1, 3), (2, 4, 3)), call(d(1, 3), (2, 4, 3)), call(d(), (2, 3)),
    call(d(1), (0,)), call(d(), ()), call(d(2, 1), (3, 2, 4)), *[call(x, (2, 3, 4)) for x in layouts(d(3, 4))]])
row("expand_dims", FITTING, lambda d: [
    call(d(2, 3), axis=0), call(d(2, 3), axis=1), call(d(2, 3), axis=2), call(d(2, 3), axis=-1), call(d(2, 3), axis=-3),
    call(d(), axis=0), call(d(0), axis=-1), *[call(x, axis=1) for x in layouts(d(3, 4))]])
row("squeeze", Text("axes of length 1", "길이가 1인 축"), lambda d: [
    call(d(2, 1, 3), axis=1), call(d(2, 1, 3), axis=-2), call(d(1, 3, 1), axis=(0, 2)), call(d(1, 3, 1), axis=0),
    call(d(1), axis=0), call(d(0, 1), axis=1), call(d(1, 1), axis=(-1, 0)), *[call(x[:, None], axis=1) for x in layouts(d(3, 4))]])
row("concat", FITTING, lambda d: [
    call([d(2, 3), d(1, 3)]), call([d(2, 3), d(2, 1), d(2, 2)], axis=1), call([d(2, 3, 2), d(2, 1, 2)], axis=-2),
    call([d(2, 3), d(2)], axis=None), call([d(3)]), call([d(0, 2), d(3, 2), d(0, 2)]), call((d(1), d(1))),
    call([*layouts(d(3, 4))]), call([*layouts(d(3, 4))], axis=1)])
row("stack", FITTING, lambda d: [
    call([d(2, 3), d(2, 3)]), call([d(2, 3), d(2, 3), d(2, 3)], axis=1), call([d(2, 3), d(2, 3)], axis=-1), call([d(), d()]),
    call([d(1), d(1)], axis=1), call([d(0), d(0)]), call((d(3),), axis=-2), call([*layouts(d(3, 4))]),
    call([*layouts(d(3, 4))], axis=2)])
row("unstack", FITTING, lambda d: [
    call(d(3)), call(d(2, 3), axis=0), call(d(3, 2), axis=-1), call(d(2, 3, 2), axis=1), call(d(1, 2), axis=0),
    call(d(2, 0), axis=0), *[call(x, axis=1) for x in layouts(d(3, 4))]])
row("flip", FITTING, lambda d: [
    call(d(2, 3)), call(d(2, 3, 4), axis=1), call(d(2, 3, 4), axis=(0, -1)), call(d(3), axis=-1), call(d(1), axis=0),
    call(d(0, 3), axis=1), call(d()), *[call(x, axis=0) for x in layouts(d(3, 4))]])
row("roll", FITTING, lambda d: [
    call(d(5), 2, axis=0), call(d(2, 3), 1), call(d(2, 3, 4), -1, axis=1), call(d(2, 3, 4), (1, 2), axis=(0, 2)),
    call(d(3, 4), 5, axis=-1), call(d(1), 3, axis=0), call(d(0, 3), 1, axis=1), call(d(4, 3), (1, -2), axis=(0, 0)),
    *[call(x, 1, axis=0) for x in layouts(d(3, 4))]])
row("repeat", FITTING, lambda d: [
    call(d(3), 2), call(d(2, 3), 3), call(d(2, 3), 2, axis=1), call(d(2, 3, 2), 3, axis=-2), call(d(3), np.array([2, 0, 1])),
    call(d(2, 3), np.array([1, 3]), axis=0), call(d(), 3), call(d(1, 2), 2, axis=0), call(d(0), 2), call(d(3), 0),
    *[call(x, 2, axis=1) for x in layouts(d(3, 4))]])
row("tile", FITTING, lambda d: [
    call(d(3), 2), call(d(3), (2, 3)), call(d(2, 3), (2,)), call(d(2, 3), (3, 1, 2)), call(d(2, 1, 3), (1, 2, 2)), call(d(), (2,)),
    call(d(0), (3,)), call(d(2), (0,)), call(d(1), (1,)), *[call(x, (2, 1)) for x in layouts(d(3, 4))]])
row("tril", FITTING, lambda d: [
    call(d(3, 3)), call(d(3, 4), k=1), call(d(4, 3), k=-1), call(d(2, 3, 3)), call(d(1, 1)), call(d(0, 3)), call(d(2, 2), k=5),
    *[call(x) for x in layouts(d(3, 4))]])
row("triu", FITTING, lambda d: [
    call(d(3, 3)), call(d(3, 4), k=1), call(d(4, 3), k=-1), call(d(2, 3, 3)), call(d(1, 1)), call(d(0, 3)), call(d(2, 2), k=-5),
    *[call(x) for x in layouts(d(3, 4))]])
row("astype", Text("all arrays of floating-point numbers", "부동소수점 배열"), lambda d: [
    call(numbers(0.5, 1.25), np.float32), call(numbers(0.5, 1.25).astype(np.float32), np.float64), call(d(3, 4), np.float64),
    call(d(), np.float64), call(d(0), np.float64), call(np.array([[0.5], [-1.5]], dtype=np.float32), np.float64),
    *[call(np.round(x), np.float32) for x in layouts(d(3, 4))]],         # numbers that float32 holds exactly
    twin=lambda jax: lambda x, dtype: x.astype(dtype), analytic=False)

# ---- Indexing


def as_arrays(key):
    """The key with each list made an array, for JAX refuses lists."""
    if isinstance(key, tuple):
        return tuple(map(as_arrays, key))
    return np.asarray(key, dtype=None if key else int) if isinstance(key, list) else key


MASK = np.array([[True, False, True, False], [False, False, True, True], [False, True, False, False]])
KEYS = [                                                                 # for an array of shape (3, 4)
    1, -2, (1, 2), (), ..., (..., 0), slice(None, None, -1), (slice(1, None), slice(None, None, 2)), slice(0, 0),
    (None, slice(0, 1), None, -1), [0, 0, 2], [], ([0, 2], slice(None)), np.array(2), (slice(None), np.array([3, 3, 0, -1])),
    (np.array([[0], [2]]), np.array([1, 1])), (np.array([0, 2, 0]), np.array([1, 3, 1])), (0, np.array([2, 2])),
    (np.array([1, 1]), None, slice(2)), [True, False, True], MASK, np.zeros((3, 4), dtype=bool), True]

row("getitem", WITHIN, lambda d: [
    *[call(d(3, 4), key) for key in KEYS], call(d(2, 3, 4), (np.array([0, 1, 0]), slice(None), np.array([3, 3, 3]))),
    call(d(2, 3, 4), (slice(None), MASK)), call(d(3), 0), call(d(), ()), call(d(0, 3), slice(None)), call(d(1), [0, 0]),
    *[call(x, (slice(None, None, 2), [1, 1, 0])) for x in layouts(d(3, 4))]], twin=lambda jax: lambda x, key: x[as_arrays(key)])
row("scatter_add", WITHIN, lambda d: [
    *[call(d(*np.zeros((3, 4))[as_arrays(key)].shape), key, (3, 4)) for key in KEYS], call(d(), [0, 0, 2], (3,)),
    call(d(3), (slice(None), 1), (3, 2)), call(d(4), slice(None), (3, 4)), call(d(), (), ()),
    *[call(x, ([0, 2, 0],), (3, 4)) for x in layouts(d(3, 4))]],
    twin=lambda jax: lambda x, key, shape: jax.numpy.zeros(shape, x.dtype).at[as_arrays(key)].add(x))
row("take", WITHIN, lambda d: [
    call(d(4), np.array([1, 1, 3])), call(d(4), np.array([-1, 0])), call(d(3, 4), np.array([2, 0, 2]), axis=0),
    call(d(3, 4), np.array([3, -3]), axis=-1), call(d(2, 3, 2), np.array([[0, 2], [2, 2]]), axis=1),
    call(d(3), np.array([], dtype=int)), call(d(1), np.array([0, 0])), call(d(0, 3), np.array([1]), axis=1),
    *[call(x, np.array([1, 1, 0]), axis=1) for x in layouts(d(3, 4))]])
row("take_along_axis", WITHIN, lambda d: [
    call(d(3, 4), np.array([[0, 0], [3, 1], [-1, 2]])), call(d(3, 4), np.array([[2, 2, 0, 1]]), axis=0),
    call(d(2, 3, 2), np.array([[[1, 0]], [[2, 2]]]), axis=1), call(d(4), np.array([1, 1, 1, 3, 0])),
    call(d(3, 4), np.zeros((3, 0), dtype=int), axis=1), call(d(1, 1), np.array([[0, 0]])),
    call(d(4, 3), np.array([[1, 0, 3], [1, -1, 3]]), axis=-2),
    *[call(x, np.array([[1, 1, 0], [3, 3, 3], [0, 2, -1]]), axis=1) for x in layouts(d(3, 4))]])

# ---- What neural networks are made of

row("relu", "x ≠ 0", lambda d: each(d.signed) + [call(numbers(-1000.0, 1000.0))], 0.3, 2, analytic=False,
    twin=lambda jax: jax.nn.relu, conventions=[
        at(numbers(0.0), ours=[[0.0]], en="At 0 the derivative is 0, as JAX has it.", ko="0에서는 JAX와 같이 0입니다.")])
row("sigmoid", REAL, lambda d: each(d) + [call(numbers(-1000.0, 1000.0))], twin=lambda jax: jax.nn.sigmoid, analytic=False)
row("softplus", REAL, lambda d: each(d) + [call(numbers(-1000.0, 1000.0))], twin=lambda jax: jax.nn.softplus, analytic=False)
row("gelu", REAL, lambda d: each(d) + [call(numbers(-1000.0, 1000.0)), call(d(3), approximate=True)], twin=lambda jax: jax.nn.gelu)
row("logsumexp", REAL, lambda d: around(d) + [call(numbers(1000.0, 999.0, -1000.0))], twin=lambda jax: jax.nn.logsumexp)
row("softmax", REAL, lambda d: along(d) + [call(numbers(1000.0, 999.0, -1000.0))], twin=lambda jax: jax.nn.softmax)
row("log_softmax", REAL, lambda d: along(d) + [call(numbers(1000.0, 999.0, -1000.0))], twin=lambda jax: jax.nn.log_softmax)


def cross_entropy_of_jax(jax):
    def cross_entropy(logits, labels, axis=-1):
        if labels.dtype.kind == "i":
            labels = jax.nn.one_hot(labels, logits.shape[axis], dtype=logits.dtype, axis=axis)
        return -jax.numpy.sum(labels * jax.nn.log_softmax(logits, axis), axis)
    return cross_entropy


row("cross_entropy", Text("labels from 0 to the number of classes, or probabilities", "0부터 시작하는 정답 번호, 또는 확률"), lambda d: [
    call(d(4), np.array(2)), call(d(3, 4), np.array([0, 3, 3])), call(d(4, 3), np.array([0, 3, 3]), axis=0),
    call(d(2, 3, 2), np.array([[0, 1], [2, 2]]), axis=1), call(d(3, 4), abs(d(3, 4))), call(d(4, 3), abs(d(4, 3)), axis=0),
    call(d(1, 1), np.array([0])), call(d(0, 3), np.zeros(0, dtype=int)), call(numbers(1000.0, -1000.0), np.array(0)),
    *[call(x, np.array([1, 1, 0])) for x in layouts(d(3, 4))]], twin=cross_entropy_of_jax)
