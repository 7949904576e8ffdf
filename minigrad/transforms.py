"""grad and its kin, with the names and signatures of their twins in JAX.

Each takes a function and returns one: grad(f) computes the derivative of f.  Arguments and results may be numbers, arrays,
or tuples, lists and dicts of them, one inside the other: trees, with the arrays as their leaves.  What comes back is bare,
or of the caller's level where the caller is inside a derivative of its own.
"""
from functools import wraps
from math import prod

from .arrays import array_namespace, check_real, shape
from .core import Variable, bare, box, levels, owned, seed, source, sweep
from .functions import reshape, stack, zeros_like

__all__ = ["grad", "value_and_grad", "vjp", "jvp", "jacrev", "hessian"]


def grad(f, argnums=0, has_aux=False):
    """The function that computes the derivative of f, which returns a single number, by its argument number argnums.

    argnums  an int, or a tuple of them: then the result is a tuple, with one derivative each
    has_aux  f returns (y, aux), and the result is (derivative, aux)
    """
    both = value_and_grad(f, argnums, has_aux)

    @wraps(f)
    def derivative(*args, **options):
        y, g = both(*args, **options)
        return (g, y[1]) if has_aux else g
    return derivative


def value_and_grad(f, argnums=0, has_aux=False):
    """Like grad, but the result is (y, derivative), or ((y, aux), derivative)."""
    @wraps(f)
    def value_and_derivative(*args, **options):
        h, chosen, as_asked = restricted(f, argnums, args, options)
        y, pull, aux = run(h, chosen, has_aux)
        if outline(y) != "*" or shape(y) != ():
            raise ValueError(f"grad needs a function whose result is a single number, and this one is {outline(y, shape)}: sum it, or "
                             "use jacrev or vjp")
        return ((y, aux) if has_aux else y), as_asked(pull([None]))
    return value_and_derivative


def vjp(f, *primals, has_aux=False):
    """(y, back): the result f(*primals) and the function that takes a cotangent of y to those of the primals.

    This is the vector-Jacobian product, gy times dy/dx.  back(gy) takes a tree like y and returns a tuple of trees like the
    primals.  With has_aux, f returns (y, aux), and vjp returns (y, back, aux).
    """
    y, pull, aux = run(f, primals, has_aux)

    def back(gy):
        if outline(gy) != outline(y):
            raise ValueError(f"the cotangent is {outline(gy)} and the result {outline(y)}, where * is an array: they must be alike")
        return pull(leaves(gy))
    return (y, back, aux) if has_aux else (y, back)


def jvp(f, primals, tangents, has_aux=False):
    """(y, gy): the result f(*primals) and how it moves when the primals move by the tangents (Jacobian-vector product).

    back of vjp is linear in its cotangent, with the transposed Jacobian as its matrix, so the vjp of back is the product
    wanted.  (J. Townsend, "A new trick for calculating Jacobian vector products", 2017.)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp takes the primals in a tuple and the tangents in another, with one for each argument of f: jvp(f, (x,), (dx,))")
    if outline(tuple(tangents), shape) != outline(tuple(primals), shape):
        raise ValueError(f"the tangents have the shapes {outline(tangents, shape)} and the primals {outline(primals, shape)}: they must be alike")
    y, back, *aux = vjp(f, *primals, has_aux=has_aux)
    _, forth = vjp(back, rebuild(y, iter([zeros_like(r) for r in leaves(y)])))
    return y, *forth(tuple(tangents)), *aux


def jacrev(f, argnums=0, has_aux=False):
    """The function that computes the Jacobian of f: for each array of the result, by each of the argument, shape y.shape + x.shape.

    The Jacobian is built row by row: one sweep for each number in the result.
    """
    @wraps(f)
    def jacobian(*args, **options):
        h, chosen, as_asked = restricted(f, argnums, args, options)
        y, pull, aux = run(h, chosen, has_aux)
        results, jacobians = leaves(y), []
        for k, r in enumerate(results):
            rows = [leaves(pull([g if i == k else ... for i in range(len(results))])) for g in unit_seeds(r)]
            jacobians.append(as_asked(rebuild(chosen, iter([pile([row[j] for row in rows], shape(r), x)
                                                            for j, x in enumerate(leaves(chosen))]))))
        jacobians = rebuild(y, iter(jacobians))
        return (jacobians, aux) if has_aux else jacobians
    return jacobian


def hessian(f, argnums=0, has_aux=False):
    """The function that computes the second derivatives of f: the Jacobian of its Jacobian."""
    return jacrev(jacrev(f, argnums, has_aux), argnums, has_aux)


# ---- What they share.

def run(f, primals, has_aux):
    """(y, pull, aux): y = f(*primals) without boxes, and the function that sweeps from the cotangents of y's leaves to the primals'.

    pull takes a list: a cotangent, None for 1, or ... for a leaf of y from which not to start.
    """
    level = next(levels)
    for x in leaves(primals):
        check_real(bare(x), "an argument to differentiate by", "give a float or a floating-point array, for instance x.astype(float)")
    boxes = [box(x, level) for x in leaves(primals)]
    try:
        y = f(*rebuild(primals, iter(boxes)))
    except Exception as error:
        if "Variable" in str(error) and isinstance(error, TypeError):
            error.add_note("If another library was asked to compute with a Variable: write the function with minigrad's functions, "
                           "mg.sin for jnp.sin, or with array_namespace(x).sin, which serves bare arrays too.  jax.checkpoint, jax.lax.scan "
                           "and jax.lax.cond take no Variables: call mg.grad inside them, or take jax.grad.")
        raise
    aux = None
    if has_aux:
        if not isinstance(y, tuple) or len(y) != 2:
            raise TypeError(f"with has_aux the function must return a pair (y, aux), and it returned a {type(y).__name__}")
        y, aux = y
    results = [lowered(r, level) for r in leaves(y)]
    for r in results:
        check_real(bare(r), "the result of the function", "return a float or a floating-point array, for only such a result has a derivative")

    def pull(cotangents):
        starts = [(source(r), seed(g, r)) for r, g in zip(results, cotangents) if g is not ... and is_box(r, level)]
        gradients = owned(sweep(*zip(*starts))) if starts else {}
        return rebuild(primals, iter([gradients[x] if x in gradients else zeros_like(x) for x in boxes]))

    def opened(tree, arrays):
        return rebuild(tree, iter([a.data if is_box(a, level) else a for a in arrays]))
    return opened(y, results), pull, opened(aux, [lowered(a, level) for a in leaves(aux)])


def is_box(x, level):
    return type(x) is Variable and x.level == level


def lowered(x, level):
    """x without boxes above level: they are from a derivative that has ended."""
    while type(x) is Variable and x.level > level:
        x = x.data
    return x


def restricted(f, argnums, args, options):
    """f as a function of the arguments argnums alone; those arguments; and how to answer, one for an int and a tuple for a tuple."""
    numbers = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    for i in numbers:
        if not isinstance(i, int):
            raise TypeError(f"argnums is {argnums!r}: it must be an int or a tuple of int")
        if not -len(args) <= i < len(args):
            raise TypeError(f"argnums is {argnums}, but the function was called with {len(args)} positional arguments")
    if len({i % len(args) for i in numbers}) < len(numbers):
        raise ValueError(f"argnums {argnums} names an argument twice")

    def h(*chosen):
        every = list(args)
        for i, x in zip(numbers, chosen):
            every[i] = x
        return f(*every, **options)
    return h, tuple(args[i] for i in numbers), lambda answer: answer if isinstance(argnums, (tuple, list)) else answer[0]


def unit_seeds(y):
    """For each number in y the cotangent that is 1 there and 0 elsewhere."""
    if shape(y) == ():
        return [None]
    xp = array_namespace(bare(y))
    return xp.reshape(xp.eye(prod(y.shape), dtype=y.dtype), (prod(y.shape), *y.shape))


def pile(rows, to, x):
    """The rows of a Jacobian, each of x's shape, as an array of shape to + x's shape."""
    if to == ():
        return rows[0]
    if not rows:
        xp = array_namespace(bare(x))
        return xp.zeros(to + shape(x), dtype=getattr(x, "dtype", None))
    return reshape(stack(rows), to + shape(x))


# ---- Trees.

def leaves(tree):
    """The arrays in a tree from left to right, dicts in the order of their keys; None is a tree without leaves."""
    if isinstance(tree, dict):
        return [x for key in sorted(tree) for x in leaves(tree[key])]
    if isinstance(tree, (tuple, list)):
        return [x for branch in tree for x in leaves(branch)]
    return [] if tree is None else [tree]


def rebuild(tree, arrays):
    """A tree like this one, with its leaves taken from the iterator arrays."""
    if isinstance(tree, dict):
        return {key: rebuild(tree[key], arrays) for key in sorted(tree)}
    if isinstance(tree, (tuple, list)):
        branches = [rebuild(branch, arrays) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
    return None if tree is None else next(arrays)


def outline(tree, show=lambda x: "*"):
    """How a tree is built, as text: each array as what show says of it."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key!r}: {outline(tree[key], show)}" for key in sorted(tree)) + "}"
    if isinstance(tree, (tuple, list)):
        inside = ", ".join(outline(branch, show) for branch in tree)
        return f"[{inside}]" if isinstance(tree, list) else f"({inside})"
    return "None" if tree is None else str(show(tree))
