"""JAX runs minigrad: its transforms around ours, around Variable.backward() and inside a Function, for every row of the table.

A program is the sum of many calls, each weighed with random numbers, so that one gradient holds the derivative of them all.
What NumPy computes for it step by step is what JAX must give, whichever transform is around it.
"""
from functools import cache

import numpy as np
import pytest

import minigrad as mg

jax = pytest.importorskip("jax", reason="these tests run minigrad on JAX: pip install jax")
from minigrad import Function, Variable  # noqa: E402
from minigrad.checking import compare, table  # noqa: E402
from minigrad.checking.compare import compile_quickly, distance, of_arrays, random_like  # noqa: E402

jnp = jax.numpy


@pytest.fixture(autouse=True)
def float64():
    with compare.float64_on_cpu(jax):
        yield


class Program:
    """The weighed sum of calls of these rows; all samples of each, or one with the most numbers.

    arrays   what it is differentiated by
    batch    arrays twice, the second time a little smaller, so that they stay where each function is smooth
    tangents how the arrays move, for second derivatives
    """

    def __init__(self, names, every_sample=False):
        self.names, self.calls, self.arrays = names, [], []
        for name in names:
            samples = sorted(table[name].samples, key=lambda s: sum(a.size for a in of_arrays(None, *s)[1]))
            for sample in samples if every_sample else samples[-1:]:
                f, arrays = of_arrays(getattr(mg, name), *sample)
                weights = [random_like(np.asarray(y), random()) for y in f(arrays)]
                self.calls.append((f, len(arrays), weights))
                self.arrays += arrays
        self.batch = [self.arrays, [a - (a * 0.001).astype(a.dtype) for a in self.arrays]]
        self.tangents = [random_like(a, random()) for a in self.arrays]

    def __call__(self, arrays):
        total, arrays = 0.0, list(arrays)
        for f, n, weights in self.calls:
            for y, w in zip(f(arrays[:n]), weights):
                total = total + mg.sum(y * w)
            del arrays[:n]
        return total

    @cache
    def gradients(self):
        """For each of the batch: by NumPy, step by step."""
        return [mg.grad(self)(arrays) for arrays in self.batch]

    @cache
    def seconds(self):
        """How the gradient moves with the arrays: the derivative of its product with the tangents, by NumPy."""
        return mg.grad(lambda arrays: product(mg.grad(self)(arrays), self.tangents))(self.arrays)


def random():
    return np.random.default_rng(1)


def product(arrays, others):
    return sum((mg.sum(a * b) for a, b in zip(arrays, others)), 0.0)


# ---- Three ways to the gradient of a program, each a function of JAX arrays.

def by_grad(f):
    return mg.grad(f)


def by_backward(f):
    def gradient(arrays):
        leaves = [Variable(a) for a in arrays]
        y = f(leaves)
        if type(y) is Variable:          # of stop_gradient alone it is a constant
            y.backward()
        return [jnp.zeros_like(v.data) if v.grad is None else v.grad for v in leaves]
    return gradient


# ---- What JAX's transforms make of a gradient: each takes it and a program, and gives pairs of results, JAX's and NumPy's.

def jit_(gradient, program):
    return run(gradient, program.arrays), program.gradients()[0]


def vmap(gradient, program):
    stacked = [np.stack(pair) for pair in zip(*program.batch)]
    return run(jax.vmap(gradient), stacked), [np.stack(pair) for pair in zip(*program.gradients())]


def scan(gradient, program):
    """The gradients one by one, and their sum, which is carried along."""
    def step(carried, arrays):
        g = gradient(arrays)
        return [c + a for c, a in zip(carried, g)], g

    def steps(stacked):
        carried, each = jax.lax.scan(step, [jnp.zeros_like(a[0]) for a in stacked], stacked)
        return [*carried, *each]
    stacked = [np.stack(pair) for pair in zip(*program.batch)]
    pairs = list(zip(*program.gradients()))
    return run(steps, stacked), [a + b for a, b in pairs] + [np.stack(pair) for pair in pairs]


def grad(gradient, program):
    return run(jax.grad(lambda arrays: inner(gradient(arrays), program.tangents)), program.arrays), program.seconds()


def jvp(gradient, program):
    """The derivative along the tangents, which is the same: second derivatives do not mind the order."""
    return run(lambda arrays: jax.jvp(gradient, (arrays,), (program.tangents,))[1], program.arrays), program.seconds()


def checkpoint(gradient, program):
    return grad(jax.checkpoint(gradient), program)


def inner(arrays, others):
    return sum((jnp.sum(a * b) for a, b in zip(arrays, others)), 0.0)


def run(f, data):
    return compile_quickly(jax, f, data)(data)


AROUND = {"jit": jit_, "vmap": vmap, "grad": grad, "jvp": jvp, "scan": scan, "checkpoint": checkpoint}
WAYS = {"mg.grad": by_grad, "backward()": by_backward}


def check_around(transform, way, program):
    for ours, expected in zip(*AROUND[transform](WAYS[way](program), program), strict=True):
        assert distance(ours, expected) < 1e-11, f"jax.{transform} around {way} of {program.names}"


# ---- Inside a Function: each transform takes a function of a list of arrays, and computes it in its own way.

def vmap_inside(h):
    return lambda arrays: jax.tree.map(lambda y: y[0], jax.vmap(h)([jnp.stack([a, a]) for a in arrays]))


def grad_inside(h):
    """The derivative by t of the product of t with h(arrays), which is h(arrays)."""
    def computed(arrays):
        shapes = jax.eval_shape(h, arrays)
        ones = jax.tree.map(lambda y: jnp.ones(y.shape, y.dtype), shapes)
        return jax.grad(lambda t: inner(jax.tree.leaves(t), jax.tree.leaves(h(arrays))))(ones)
    return computed


def jvp_inside(h):
    return lambda arrays: jax.jvp(h, (arrays,), ([jnp.zeros_like(a) for a in arrays],))[0]


def scan_inside(h):
    return lambda arrays: jax.tree.map(lambda y: y[0], jax.lax.scan(lambda c, a: (c, h(a)), None, [a[None] for a in arrays])[1])


INSIDE = {"jit": jax.jit, "vmap": vmap_inside, "grad": grad_inside, "jvp": jvp_inside, "scan": scan_inside,
          "checkpoint": jax.checkpoint}


class Inside(Function):
    """A program as one Function, whose forward and backward are computed by a transform of JAX."""

    def __init__(self, program, transform):
        self.program, self.transform = program, transform

    def forward(self, *arrays):
        return self.transform(self.program)(list(map(jnp.asarray, arrays)))

    def backward(self, gy):
        return tuple(gy * g for g in self.transform(mg.grad(self.program))(list(map(jnp.asarray, self.arrays))))


def check_inside(transform, program):
    def gradient_and_value(arrays):
        value, gradient = mg.value_and_grad(lambda arrays: 2.0 * Inside(program, INSIDE[transform])(*arrays))(arrays)
        return [value, *gradient]
    expected = [2.0 * program(program.arrays), *[2.0 * g for g in program.gradients()[0]]]
    for ours, theirs in zip(run(gradient_and_value, program.arrays), expected, strict=True):
        assert distance(ours, theirs) < 1e-11, f"jax.{transform} inside a Function of {program.names}"


# ---- Every row: a few programs of many rows, and, if asked for, each row by itself with all its samples.

NAMES = list(table)
PROGRAMS = [NAMES[i::3] for i in range(3)]


@cache
def program(number):
    return Program(PROGRAMS[number])


@cache
def whole(name):
    return Program([name], every_sample=True)


each_program = pytest.mark.parametrize("number", range(len(PROGRAMS)))
each_transform = pytest.mark.parametrize("transform", AROUND)
each_way = pytest.mark.parametrize("way", WAYS)


def test_the_programs_hold_every_row_of_the_table():
    assert sorted(sum(PROGRAMS, [])) == sorted(table)
    assert all(program(i).names == names and len(program(i).calls) == len(names) for i, names in enumerate(PROGRAMS))


@each_program
@each_way
@each_transform
def test_a_transform_of_jax_around_ours(transform, way, number):
    check_around(transform, way, program(number))


@each_program
@each_transform
def test_a_transform_of_jax_inside_a_function(transform, number):
    check_inside(transform, program(number))


# ---- What else a reader does with it.

def test_eager_numpy_and_compiled_jax_train_alike():
    draw = random()
    x, labels = draw.normal(size=(64, 2)), draw.integers(0, 3, 64)
    start = {"w1": draw.normal(size=(2, 16)), "b1": np.zeros(16), "w2": draw.normal(size=(16, 3)), "b2": np.zeros(3)}

    def loss(p):
        h = mg.tanh(x @ p["w1"] + p["b1"])
        return mg.mean(mg.cross_entropy(h @ p["w2"] + p["b2"], labels))

    def step(p):
        y, g = mg.value_and_grad(loss)(p)
        return y, {name: p[name] - 0.5 * g[name] for name in p}

    def curve(step, p):
        losses = []
        for _ in range(20):
            y, p = step(p)
            losses.append(float(y))
        return losses
    eager, compiled = curve(step, start), curve(jax.jit(step), start)
    assert compiled == pytest.approx(eager, rel=1e-6) and eager[-1] < 0.7 * eager[0]


@pytest.mark.parametrize("f", [jnp.sin, jnp.sum, jax.nn.relu, jax.lax.exp, jnp.asarray, lambda x: jnp.stack([x, x])[0],
                               jax.jit(lambda x: x), jax.vmap(lambda x: x)])
@pytest.mark.parametrize("x", [1.0, np.ones(()), jnp.ones(())], ids=["float", "NumPy", "JAX"])
@pytest.mark.parametrize("transform", [mg.grad, mg.jacrev, mg.hessian])
def test_a_function_of_jax_is_told_which_namespace_to_use(f, x, transform):
    with pytest.raises(TypeError) as caught:
        transform(f)(x)
    assert any("mg.sin for jnp.sin" in note and "array_namespace(x).sin" in note for note in caught.value.__notes__)


def test_a_variable_meets_an_array_of_jax_on_either_side():
    x, a = Variable(np.array([1.0, 2.0])), jnp.asarray([3.0, 4.0])
    (a * x + x / a - a @ x).sum().backward()
    assert distance(x.grad, np.array([3.0 + 1 / 3 - 2 * 3, 4.0 + 1 / 4 - 2 * 4])) < 1e-15


def test_slices_are_put_back_by_jax_as_by_numpy():
    ends = [None, 0, 1, -1, 5, -7]
    slices = [slice(first, last, step) for first in ends for last in ends for step in (None, 1, 2, 3, -1, -2, -3)]
    keys = [*slices, 0, -1, 2, None, ..., (), *[(..., s) for s in slices[::5]], *[(1, ..., None, s) for s in slices[::7]],
            *[(s, None, 0) for s in slices[::9]], *[(s, t) for s in slices[::23] for t in slices[::29]]]
    pieces = [random().normal(size=np.zeros((3, 4))[key].shape) for key in keys]

    def put_back(pieces):
        return [mg.scatter_add(piece, key, (3, 4)) for piece, key in zip(pieces, keys)]
    for key, ours, expected in zip(keys, run(put_back, pieces), put_back(pieces), strict=True):
        assert np.array_equal(ours, expected), key


# ---- The full product.

@pytest.mark.jax_product
@each_way
@each_transform
@pytest.mark.parametrize("name", NAMES)
def test_every_row_under_every_transform(name, transform, way):
    check_around(transform, way, whole(name))


@pytest.mark.jax_product
@each_transform
@pytest.mark.parametrize("name", NAMES)
def test_every_row_under_every_transform_inside_a_function(name, transform):
    check_inside(transform, whole(name))
