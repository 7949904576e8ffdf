"""grad, value_and_grad, vjp, jvp, jacrev and hessian do what their twins in JAX do, with the same arguments."""
from typing import NamedTuple

import numpy as np
import pytest

import minigrad as mg

jax = pytest.importorskip("jax", reason="compares with JAX: pip install jax")
jnp = jax.numpy


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


class Line(NamedTuple):
    slope: object
    shift: object


x = np.random.default_rng(0).normal(size=(2, 3))
w = np.random.default_rng(1).normal(size=(3, 4))


def f(lib, x, w):
    return lib.sum(lib.tanh(x @ w) ** 2 / (2 + lib.cos(lib.sum(x, axis=1, keepdims=True))))


def tree(lib, p):
    return {"b": lib.sin(p["x"]) * p["y"][0], "a": [p["y"][1] ** 2, (p["x"][0] * p["y"][0],)], "none": None}


point = {"x": x, "y": (w[:2, :3], np.array(0.7))}


def same(ours, jaxs, atol=1e-12):
    a, b = jax.tree.flatten(ours)[0], jax.tree.flatten(jaxs)[0]
    assert jax.tree.structure(ours) == jax.tree.structure(jaxs)
    for p, q in zip(a, b):
        assert np.shape(p) == np.shape(q) and np.allclose(p, q, rtol=0, atol=atol)
        assert not isinstance(p, mg.Variable)


@pytest.mark.parametrize("argnums", [0, 1, -1, (0,), (1, 0)], ids=str)
def test_grad_and_value_and_grad(argnums):
    same(mg.grad(lambda x, w: f(mg, x, w), argnums)(x, w), jax.grad(lambda x, w: f(jnp, x, w), argnums)(x, w))
    same(mg.value_and_grad(lambda x, w: f(mg, x, w), argnums)(x, w), jax.value_and_grad(lambda x, w: f(jnp, x, w), argnums)(x, w))


def test_keyword_arguments_are_constants():
    assert mg.grad(lambda x, k: k * x * x)(3.0, k=2) == 12.0


def test_has_aux():
    def g(x):
        y = x * x
        return y, {"y": y, "text": "hello", "none": None}
    d, aux = mg.grad(g, has_aux=True)(3.0)
    assert d == 6.0 and aux == {"y": 9.0, "text": "hello", "none": None} and type(aux["y"]) is float
    assert mg.value_and_grad(g, has_aux=True)(3.0) == ((9.0, aux), 6.0)
    y, back, aux = mg.vjp(g, 3.0, has_aux=True)
    assert (y, back(1.0), aux["y"]) == (9.0, (6.0,), 9.0)
    y, tangent, aux = mg.jvp(g, (3.0,), (2.0,), has_aux=True)
    assert (y, tangent, aux["y"]) == (9.0, 12.0, 9.0)
    assert mg.jacrev(g, has_aux=True)(3.0) == (6.0, aux)
    assert mg.hessian(g, has_aux=True)(3.0) == (2.0, aux)


def test_trees():
    ct = jax.tree.map(lambda y: np.full(np.shape(y), 0.3), tree(np, point))
    y, back = mg.vjp(lambda p: tree(mg, p), point)
    yj, backj = jax.vjp(lambda p: tree(jnp, p), point)
    same(y, yj)
    same(back(ct), backj(ct))
    tangents = jax.tree.map(np.cos, point)
    same(mg.jvp(lambda p: tree(mg, p), (point,), (tangents,)), jax.jvp(lambda p: tree(jnp, p), (point,), (tangents,)))
    same(mg.jacrev(lambda p: tree(mg, p))(point), jax.jacrev(lambda p: tree(jnp, p))(point))
    same(mg.hessian(lambda p: mg.sum(tree(mg, p)["b"]))(point), jax.hessian(lambda p: jnp.sum(tree(jnp, p)["b"]))(point))


def test_named_tuples_stay_what_they_are():
    g = mg.grad(lambda line: mg.sum(line.slope * x + line.shift))(Line(2.0, x))
    assert type(g) is Line and np.isclose(g.slope, x.sum()) and (g.shift == 1).all()


@pytest.mark.parametrize("argnums", [0, (0, 1), (1,)], ids=str)
def test_jacrev_and_hessian(argnums):
    def g(lib, x, w):
        return [lib.exp(x) @ w, lib.sum(x)]
    same(mg.jacrev(lambda x, w: g(mg, x, w), argnums)(x, w), jax.jacrev(lambda x, w: g(jnp, x, w), argnums)(x, w))
    same(mg.hessian(lambda x, w: f(mg, x, w), argnums)(x, w), jax.hessian(lambda x, w: f(jnp, x, w), argnums)(x, w))


def test_jacobians_of_single_numbers_and_of_nothing():
    assert mg.jacrev(lambda x: x * x)(3.0) == 6.0 and mg.hessian(lambda x: x * x * x)(3.0) == 18.0
    assert mg.jacrev(lambda x: x * x)(np.ones((0, 2))).shape == (0, 2, 0, 2)
    assert mg.jacrev(lambda x: 2.0)(np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_jvp():
    t = (np.cos(x), np.sin(w))
    same(mg.jvp(lambda x, w: mg.exp(x) @ w, (x, w), t), jax.jvp(lambda x, w: jnp.exp(x) @ w, (x, w), t))
    assert mg.jvp(lambda x: 3.0, (2.0,), (1.0,)) == (3.0, 0.0)


def test_jvp_of_jvp_of_jvp():
    def thrice(lib, jvp):
        def once(f):
            return lambda x: jvp(f, (x,), (lib.cos(x),))[1]
        return once(once(once(lambda x: lib.sin(x) * lib.exp(x[::-1]))))
    same(thrice(mg, mg.jvp)(x), thrice(jnp, jax.jvp)(x))


def test_hessian_vector_product_both_ways():
    v = np.cos(x)
    right = jax.jvp(jax.grad(lambda x: f(jnp, x, w)), (x,), (v,))[1]
    same(mg.jvp(mg.grad(lambda x: f(mg, x, w)), (x,), (v,))[1], right)
    same(mg.grad(lambda x: mg.sum(mg.grad(lambda x: f(mg, x, w))(x) * v))(x), right)


def test_five_nested_grads():
    def nested(grad, lib):
        g = lambda x: lib.sin(x) * lib.exp(x) * x  # noqa: E731
        for _ in range(5):
            g = grad(g)
        return g
    for at in (0.7, -1.3, 2.0):
        right = float(nested(jax.grad, jnp)(at))
        assert abs(nested(mg.grad, mg)(at) - right) <= 1e-12 * max(1, abs(right))


def test_a_backward_pass_can_be_called_again_and_differentiated():
    _, back = mg.vjp(lambda x: x * x, x)
    assert np.array_equal(back(np.ones((2, 3)))[0], 2 * x) and np.array_equal(back(np.ones((2, 3)))[0], 2 * x)
    same(mg.vjp(lambda g: back(g)[0], np.ones((2, 3)))[1](x)[0], 2 * x * x)


def test_the_function_keeps_its_name():
    def loss(x):
        """How wrong it is."""
        return x
    assert mg.grad(loss).__name__ == "loss" and mg.grad(loss).__doc__ == loss.__doc__


def test_compiled_batched_and_differentiated_by_jax():
    g = mg.grad(lambda x: f(mg, x, w))
    right = jax.grad(lambda x: f(jnp, x, w))(x)
    same(jax.jit(g)(x), right)
    batch = np.stack([x, 2 * x, -x])
    same(jax.vmap(g)(batch), jax.vmap(jax.grad(lambda x: f(jnp, x, w)))(batch))
    same(jax.grad(lambda x: jnp.sum(g(x) ** 2))(x), jax.grad(lambda x: jnp.sum(jax.grad(lambda x: f(jnp, x, w))(x) ** 2))(x))

    def by_hand(x):
        v = mg.Variable(x)
        f(mg, v, w).backward()
        return v.grad
    same(jax.jit(by_hand)(x), right)
