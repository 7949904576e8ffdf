"""How a task is asked.  A probe calls the engine and gives back the numbers that come out; it holds no answer.

PROBES[name](mg, np, rng) yields the cases of a task, for an engine mg.  With a student's engine they run in the student's process,
with the reference's in the parent, which compares the numbers.  Shapes are fixed and numbers are drawn, so that a guess fails;
cotangents are never ones.

A rule is asked as the notebook does it, y = f(x) and f.backward(gy), without the sweep: so it can be checked before there is one.
"""
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

__all__ = ["Case", "Witness", "PROBES", "cases", "plain"]


@dataclass(frozen=True)
class Witness:
    """The answer is the vector-Jacobian product of f at args by args[index], with the cotangent gy, however one computes it."""
    f: Callable
    args: tuple
    index: int
    gy: object


@dataclass(frozen=True)
class Case:
    """One question.

    inputs   what is shown to the student, {name: array or number or text}
    run      takes nothing, and gives the answer: a number, an array, or a tuple of them
    witness  for an answer that is one vector-Jacobian product; for a tuple of them a tuple of witnesses; or None
    """
    inputs: dict
    run: Callable
    witness: object = None


PROBES = {}


def probe(name):
    def keep(function):
        PROBES[name] = function
        return function
    return keep


def cases(name, mg, np, seed):
    """The cases of a task, with numbers that a seed (bytes) and the task's name fix."""
    number = int.from_bytes(blake2b(name.encode(), key=seed[:64]).digest(), "big")
    return PROBES[name](mg, np, np.random.default_rng(number))


def plain(value):
    """An answer as data: a list of {"shape", "dtype", "data"}, one for each number or array in it, the data row by row."""
    import numpy as np
    if isinstance(value, (tuple, list)):
        return [array for part in value for array in plain(part)]
    if type(value) in (bool, int, float):
        return [{"shape": [], "dtype": type(value).__name__, "data": [value]}]
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "biuf":
        raise TypeError(f"a {type(value).__name__} is no number and no array of numbers")
    return [{"shape": list(value.shape), "dtype": str(value.dtype),
             "data": [v if type(v) in (bool, int) else float(v) for v in np.asarray(value).ravel().tolist()]}]


# ---- What many probes do

def asking(code, answer):
    """What is run and what comes out of it, shown to the student in the one language that all of them read."""
    return {"code": code, "answer": answer}


def called(g):
    return g() if callable(g) else g


def vjp_of(f, args, gy):
    """A witness for each argument."""
    return tuple(Witness(f, tuple(args), i, gy) for i in range(len(args)))


def rule(mg, make, args, gy):
    """What a rule answers, as in the notebook: y = f(*args), then f.backward(gy).  make() gives the Function f."""
    f = make()
    f(*[mg.Variable(a) for a in args])
    with unaided(mg, f):
        return tuple(without_new_axes(called(g), a) for g, a in zip(f.cotangents(gy), args))     # it checks how many there are


def without_new_axes(g, a):
    """g without the axes of length 1 in front that a has not.  A rule may leave them on: the sweep takes them off."""
    extra = len(getattr(g, "shape", ())) - len(a.shape)
    return g.reshape(a.shape) if extra > 0 and g.shape == (1,) * extra + a.shape else g


@contextmanager
def unaided(mg, f):
    """While a rule of minigrad.own runs, neither the engine's sweep nor the class's own forward can be asked for the derivative."""
    def refuse(*args, **options):
        raise RuntimeError("a rule is a formula: inside backward neither the sweep nor this class's forward can be called")
    is_own = type(f).__module__ == f"{mg.__name__}.own"
    taken = [(mg.core, "sweep"), (mg.transforms, "sweep"), (type(f), "forward")] if is_own else []
    before = [getattr(owner, name) for owner, name in taken]
    try:
        for owner, name in taken:
            setattr(owner, name, refuse)
        yield
    finally:
        for (owner, name), function in zip(taken, before):
            setattr(owner, name, function)


def by_hand(mg, np, make, args, gy, **shown):
    """A case of a rule, with all that it answers."""
    def run():
        gs = rule(mg, make, args, gy)
        return gs[0] if len(gs) == 1 else gs
    witnesses = vjp_of(lambda *xs: make().apply(*xs), args, gy)
    inputs = {**dict(zip("ab" if len(args) == 2 else "x", args)), **shown, "gy": gy}
    return Case(inputs, run, witnesses[0] if len(args) == 1 else witnesses)


def broadcast(mg, np, rng, make, args, gy):
    """A case of a rule whose inputs broadcast.  The rule need not sum over the copies, the sweep does; so what is asked is the
    derivative in a direction (da, db), which is the same for a sum and for what is to be summed."""
    directions = [normal(np, rng, *a.shape) for a in args]

    def run():
        return tuple(np.sum(np.asarray(g) * d) for g, d in zip(rule(mg, make, args, gy), directions, strict=True))

    def moved(i):
        return lambda t: make().apply(*[a + t * d if i == j else a for j, (a, d) in enumerate(zip(args, directions))])
    return Case({**dict(zip("ab", args)), "da": directions[0], "db": directions[1], "gy": gy}, run,
                tuple(Witness(moved(i), (0.0,), 0, gy) for i in range(2)))


def normal(np, rng, *shape):
    return fixed(np, rng.normal(size=shape))


def positive(np, rng, *shape):
    return fixed(np, rng.uniform(0.5, 2.0, size=shape))


def signed(np, rng, *shape):
    """Of both signs, and not near 0."""
    return fixed(np, positive(np, rng, *shape) * rng.choice([-1.0, 1.0], size=shape))


def fixed(np, x):
    """x as an array that nobody can change in place: who tries gets NumPy's ValueError."""
    x = np.asarray(x)
    x.setflags(write=False)
    return x


def own(mg):
    """minigrad.own, which only a course's copy has."""
    from importlib import import_module
    return import_module(mg.__name__ + ".own")


# ---- Part 1: numerical differentiation

@probe("numerical-diff")
def numerical_diff(mg, np, rng):
    functions = {"sin(x) * x": lambda x: mg.sin(x) * x, "exp(-x)": lambda x: mg.exp(-x), "x * x * x": lambda x: x * x * x}
    for (text, f), eps in zip(functions.items(), (None, 0.01, 0.3)):
        for x in (signed(np, rng), normal(np, rng, 2, 3)):
            options = {} if eps is None else {"eps": eps}

            def run(f=f, x=x, options=options):
                return mg.numerical_diff(f, mg.Variable(x), **options)
            yield Case({"f(x)": text, "x": x, **options}, run)


@probe("complex-step")
def complex_step(mg, np, rng):
    c = normal(np, rng, 3)
    for x in (float(normal(np, rng)), normal(np, rng), normal(np, rng, 3), normal(np, rng, 2, 3)):
        f = lambda x: mg.sum(mg.exp(mg.sin(x)) * (c if getattr(x, "shape", ()) else c[0]))
        yield Case({"f(x)": "sum(exp(sin(x)) * c)", "c": c, "x": x}, partial(mg.complex_step, f, x), Witness(f, (x,), 0, 1.0))


@probe("own-difference")
def own_difference(mg, np, rng):
    a, b, c = signed(np, rng, 3)
    for text, f in {f"{a:.3f} * x * x + {b:.3f} * x + {c:.3f}": lambda x: a * x * x + b * x + c, "exp(x)": np.exp}.items():
        for x in (float(normal(np, rng)), normal(np, rng, 2, 3)):
            for h in (0.5, -0.25):
                yield Case({"f(x)": text, "x": x, "h": h}, partial(lambda f, x, h: own(mg).difference(f, x, h), f, x, h))


# ---- Part 2: the notebook's functions, and the sweep

@probe("square-forward")
def square_forward(mg, np, rng):
    for x in (normal(np, rng), normal(np, rng, 2, 3), fixed(np, normal(np, rng, 4).astype(np.float32))):
        yield Case({"x": x}, partial(lambda x: mg.Square()(mg.Variable(x)).data, x))


@probe("square-backward")
def square_backward(mg, np, rng):
    for shape in ((), (3,), (2, 3)):
        yield by_hand(mg, np, mg.Square, [normal(np, rng, *shape)], normal(np, rng, *shape))


@probe("exp-backward")
def exp_backward(mg, np, rng):
    for shape in ((), (3,), (2, 3)):
        yield by_hand(mg, np, mg.Exp, [normal(np, rng, *shape)], normal(np, rng, *shape))


def product(mg, np):
    """a * b, with a rule that counts how often it is asked."""
    class Product(mg.Function):
        asked = 0

        def forward(self, a, b):
            return a * b

        def backward(self, gy):
            Product.asked += 1
            a, b = self.arrays
            return lambda: gy * b, gy * a
    return Product


def graphs(mg, times):
    """{the code of it: a function of two arrays}; times multiplies two."""
    def twice(x, y):
        return mg.add(mg.add(x, x), y)

    def diamond(x, y):
        z = mg.exp(x)
        return times(z, mg.add(mg.sin(z), y))

    def late(x, y):                      # who takes the shorter way home comes to z before its cotangent is complete
        z = times(x, y)
        far = mg.cos(mg.exp(mg.negative(z)))
        return mg.add(mg.sin(z), far)

    def constant(x, y):
        return times(mg.subtract(x, 0.5), mg.exp(y))

    def long(x, y):
        for _ in range(1500):
            x = mg.add(x, y)
        return x
    return {"result = cos(exp(-x)) + y": lambda x, y: mg.add(mg.cos(mg.exp(mg.negative(x))), y),
            "result = (x + x) + y": twice,
            "z = exp(x); result = Product()(z, sin(z) + y)": diamond,
            "z = Product()(x, y); far = cos(exp(-z)); result = sin(z) + far": late,
            "result = Product()(x - 0.5, exp(y))": constant,
            "result = functools.reduce(add, [y] * 1500, x)": long}


@probe("sweep")
def sweep(mg, np, rng):
    core = mg.core
    for text, shape in zip(graphs(mg, None), ((), (3,), (2, 2), (3,), (2,), ())):
        x, y, gy = (normal(np, rng, *shape) for _ in range(3))
        count = "Product" in text

        def run(text=text, x=x, y=y, gy=gy, count=count):
            Product = product(mg, np)
            a, b = mg.Variable(x), mg.Variable(y)
            result = graphs(mg, lambda p, q: Product()(p, q))[text](a, b)
            found = core.sweep([result.creator], [gy])
            return (found[a], found[b], Product.asked, len(found)) if count else (found[a], found[b])
        f = graphs(mg, lambda p, q: p * q)[text]
        answer = "found[x], found[y]" + ", Product.asked, len(found)" * count
        asked = asking(f"{text}; found = sweep([result.creator], [gy])", answer)
        witnesses = None if "1500" in text else vjp_of(f, (x, y), gy)                  # which would take long to ask
        yield Case({"x": x, "y": y, "gy": gy, **asked}, run, witnesses)

    x, y, g, h = (normal(np, rng, 3) for _ in range(4))

    def two_results():
        a, b = mg.Variable(x), mg.Variable(y)
        z = mg.sin(a)
        found = core.sweep([mg.add(z, b).creator, z.creator, b], [g, h, h])
        return found[a], found[b]
    asked = asking("z = sin(x); found = sweep([(z + y).creator, z.creator, y], [g, h, h])", "found[x], found[y]")
    yield Case({"x": x, "y": y, "g": g, "h": h, **asked}, two_results)

    def alone():
        a = mg.Variable(x)
        found = core.sweep([mg.subtract(y, a).creator, None], [g, h])
        return found[a], len(found)
    asked = asking("found = sweep([(y.data - x).creator, None], [g, h])", "found[x], len(found)")
    yield Case({"x": x, "y.data": y, "g": g, "h": h, **asked}, alone)

    def watched():
        seen = []
        a = mg.Variable(x)
        core.sweep([mg.exp(mg.sin(mg.add(a, y))).creator], [g], lambda call, gy, gxs: seen.append((gy, gxs)))
        return tuple(np.asarray(part) for gy, gxs in seen for part in (gy, gxs[0]))
    asked = asking("sweep([exp(sin(x + y.data)).creator], [g], watch)", "gy, gxs[0], gy, gxs[0], gy, gxs[0]")
    yield Case({"x": x, "y.data": y, "g": g, **asked}, watched)


@probe("variable-backward")
def variable_backward(mg, np, rng):
    x, y, g, h = (normal(np, rng, 3) for _ in range(4))
    start = normal(np, rng)

    def once():
        a = mg.Variable(x)
        mg.exp(mg.sin(a)).backward(g)
        return a.grad
    asked = asking("exp(sin(x)).backward(g)", "x.grad")
    yield Case({"x": x, "g": g, **asked}, once, Witness(lambda x: mg.exp(mg.sin(x)), (x,), 0, g))

    def number():
        a = mg.Variable(start)
        mg.exp(a).backward()
        return a.grad
    yield Case({"x": start, **asking("exp(x).backward()", "x.grad")}, number, Witness(mg.exp, (start,), 0, 1.0))

    def again():
        a, b = mg.Variable(x), mg.Variable(y)
        z = mg.subtract(mg.exp(a), b)
        z.backward(g)
        z.backward(h)
        mg.sin(b).backward(g)
        return a.grad, b.grad
    asked = asking("z = exp(x) - y; z.backward(g); z.backward(h); sin(y).backward(g)", "x.grad, y.grad")
    yield Case({"x": x, "y": y, "g": g, "h": h, **asked}, again)

    def between():
        a = mg.Variable(x)
        z = mg.sin(a)
        mg.exp(z).backward(g)
        return a.grad, int(z.grad is None)
    yield Case({"x": x, "g": g, **asking("z = sin(x); exp(z).backward(g)", "x.grad, int(z.grad is None)")}, between)


# ---- Part 3: rules element by element, and broadcasting

def elementwise(mg, np, rng, make, draw_a, draw_b):
    for shape in ((), (3,), (2, 3)):
        yield by_hand(mg, np, make, [draw_a(np, rng, *shape), draw_b(np, rng, *shape)], normal(np, rng, *shape))
    for m, n, k in (((2, 3), (3,), (2, 3)), ((2, 1), (2, 3), (2, 3)), ((), (3,), (3,))):
        yield broadcast(mg, np, rng, make, [draw_a(np, rng, *m), draw_b(np, rng, *n)], normal(np, rng, *k))


@probe("unbroadcast")
def unbroadcast(mg, np, rng):
    shapes = [((3,), ()), ((2, 3), (3,)), ((2, 3), (2, 1)), ((4, 2, 3), (2, 1)), ((2, 3), (1, 1)), ((4, 1, 3), (1, 3)),
              ((2, 2), (2, 2))]
    for given, wanted in shapes:
        gx, spec = normal(np, rng, *given), (wanted, np.dtype(float))
        yield Case({"gx": gx, "to": str(wanted), "kind": "float64"}, partial(mg.core.unbroadcast, gx, spec, "Add"),
                   Witness(partial(mg.broadcast_to, shape=given), (normal(np, rng, *wanted),), 0, gx))
    gx = normal(np, rng, 2, 3)
    yield Case({"gx": gx, "to": "(3,)", "kind": "float32"}, partial(mg.core.unbroadcast, gx, ((3,), np.dtype(np.float32)), "Add"))


@probe("multiply-backward")
def multiply_backward(mg, np, rng):
    yield from elementwise(mg, np, rng, mg.Multiply, normal, normal)


@probe("divide-backward")
def divide_backward(mg, np, rng):
    yield from elementwise(mg, np, rng, mg.Divide, normal, signed)


@probe("tanh-backward")
def tanh_backward(mg, np, rng):
    for shape in ((), (3,), (2, 3)):
        yield by_hand(mg, np, mg.Tanh, [normal(np, rng, *shape)], normal(np, rng, *shape))
    far = fixed(np, [-800.0, 0.0, 800.0])
    yield by_hand(mg, np, mg.Tanh, [far], normal(np, rng, 3))


@probe("pow-backward")
def pow_backward(mg, np, rng):
    yield from elementwise(mg, np, rng, mg.Pow, positive, normal)
    for n in (2, 3.0, 0):
        x, gy = signed(np, rng, 3), normal(np, rng, 3)

        def run(n=n, x=x, gy=gy):
            call = mg.pow(mg.Variable(x), n).creator
            return called(call.backward(gy)[0])
        yield Case({"a": x, "b": n, "gy": gy}, run, Witness(lambda a, n=n: a ** n, (x,), 0, gy))
    zero, one = fixed(np, [0.0, 0.0, 0.0, 0.0]), fixed(np, [0.0, 1.0, 2.0, 3.0])
    gy = normal(np, rng, 4)
    yield Case({"a": zero, "b": one, "gy": gy}, by_hand(mg, np, mg.Pow, [zero, one], gy).run)


@probe("own-blend")
def own_blend(mg, np, rng):
    yield from elementwise(mg, np, rng, lambda: own(mg).Blend(), normal, normal)


# ---- Part 4: sums, products, indices

# Shape, axis, keepdims.
SUMS = [((3,), None, False), ((2, 3), 0, False), ((2, 3), -1, False), ((2, 3, 2), (0, 2), False), ((2, 3), 1, True),
        ((2, 3), None, True), ((), None, False)]


def left(np, shape, axis, keepdims):
    return np.sum(np.zeros(shape), axis=axis, keepdims=keepdims).shape


@probe("sum-backward")
def sum_backward(mg, np, rng):
    for shape, axis, keepdims in SUMS:
        gy = normal(np, rng, *left(np, shape, axis, keepdims))
        x = normal(np, rng, *shape)
        yield by_hand(mg, np, partial(mg.Sum, axis, keepdims), [x], gy, axis=str(axis), keepdims=str(keepdims))


@probe("max-backward")
def max_backward(mg, np, rng):
    for shape, axis, keepdims in SUMS:
        x = fixed(np, rng.permutation(int(np.prod(shape))).reshape(shape) + rng.uniform(0, 0.3))
        gy = normal(np, rng, *left(np, shape, axis, keepdims))
        yield by_hand(mg, np, partial(mg.Max, axis, keepdims), [x], gy, axis=str(axis), keepdims=str(keepdims))
    x = fixed(np, [[2.0, 5.0, 5.0, 1.0], [3.0, 3.0, 0.0, 3.0]])
    for axis in (1, 0, None):
        gy = normal(np, rng, *left(np, x.shape, axis, False))
        yield Case({"x": x, "axis": str(axis), "gy": gy}, by_hand(mg, np, partial(mg.Max, axis, False), [x], gy).run)


@probe("matmul-backward")
def matmul_backward(mg, np, rng):
    shapes = [((2, 3), (3, 4), (2, 4)), ((3, 3), (3, 3), (3, 3)), ((3,), (3, 2), (2,)), ((2, 3), (3,), (2,)), ((3,), (3,), ()),
              ((2, 3, 2), (2, 2, 4), (2, 3, 4))]
    for m, n, k in shapes:
        yield by_hand(mg, np, mg.Matmul, [normal(np, rng, *m), normal(np, rng, *n)], normal(np, rng, *k))
    yield broadcast(mg, np, rng, mg.Matmul, [normal(np, rng, 2, 2, 3), normal(np, rng, 1, 3, 2)], normal(np, rng, 2, 2, 2))


@probe("getitem-backward")
def getitem_backward(mg, np, rng):
    keys = {"2": 2, "1:": slice(1, None), "::-2": slice(None, None, -2), "..., 1": (..., 1), "[0, 2, 0, 0]": np.array([0, 2, 0, 0]),
            "[1, 0, 1], [2, 1, 2]": (np.array([1, 0, 1]), np.array([2, 1, 2])), "mask": np.array([True, False, True, True])}
    for text, key in keys.items():
        x = normal(np, rng, 4, 3)
        yield by_hand(mg, np, partial(mg.GetItem, key), [x], normal(np, rng, *x[key].shape), key=text)


@probe("own-gather")
def own_gather(mg, np, rng):
    for shape, axis in (((3,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 3, 2), 1)):
        gy = normal(np, rng, *(n for i, n in enumerate(shape) if i != axis))
        yield by_hand(mg, np, partial(lambda axis: own(mg).Gather(axis), axis), [normal(np, rng, *shape)], gy, axis=axis)


# ---- Part 5: softmax and training

def through(mg, f, x, gy):
    """The value of f and its vector-Jacobian product, by the engine."""
    def run():
        y, back = mg.vjp(f, x)
        return y, back(gy)[0]
    return run


@probe("softmax")
def softmax(mg, np, rng):
    for shape, axis in (((4,), -1), ((2, 3), 0), ((2, 3, 2), 1)):
        x, gy = normal(np, rng, *shape), normal(np, rng, *shape)
        f = partial(mg.softmax, axis=axis)
        yield Case({"x": x, "axis": axis, "gy": gy, "answer": "y, gx"}, through(mg, f, x, gy), (None, Witness(f, (x,), 0, gy)))
    x = fixed(np, np.array([-1000.0, 0.0, 999.0, 1000.0]) + rng.uniform(0, 0.5, 4))
    yield Case({"x": x}, partial(mg.softmax, x))


@probe("cross-entropy")
def cross_entropy(mg, np, rng):
    for shape, axis in (((2, 3), -1), ((3, 2), 0), ((2, 3, 2), 1)):
        x = normal(np, rng, *shape)
        examples = tuple(n for i, n in enumerate(shape) if i != axis % len(shape))
        labels, gy = rng.integers(0, shape[axis], size=examples), normal(np, rng, *examples)
        f = lambda x, labels=labels, axis=axis: mg.cross_entropy(x, labels, axis)
        yield Case({"logits": x, "labels": labels, "axis": axis, "gy": gy, "answer": "y, gx"}, through(mg, f, x, gy),
                   (None, Witness(f, (x,), 0, gy)))
    x, p, gy = normal(np, rng, 2, 3), positive(np, rng, 2, 3), normal(np, rng, 2)
    p = fixed(np, p / p.sum(axis=1, keepdims=True))
    f = lambda x: mg.cross_entropy(x, p)
    yield Case({"logits": x, "labels": p, "gy": gy, "answer": "y, gx"}, through(mg, f, x, gy), (None, Witness(f, (x,), 0, gy)))
    x, labels = fixed(np, [[1000.0, 0.0, -1000.0], [0.0, 1000.0, 1000.0]]), np.array([1, 1])
    yield Case({"logits": x, "labels": labels}, partial(mg.cross_entropy, x, labels))


@probe("own-step")
def own_step(mg, np, rng):
    x, labels = normal(np, rng, 5, 3), rng.integers(0, 2, size=5)
    p = {"weight": normal(np, rng, 3, 2), "bias": normal(np, rng, 2)}
    v = {key: normal(np, rng, *p[key].shape) for key in p}

    def loss(p, x, labels):
        return mg.sum(mg.cross_entropy(mg.tanh(x @ p["weight"]) + p["bias"], labels))

    def run(times):
        q, w = dict(p), dict(v)
        for _ in range(times):
            q, w = own(mg).step(loss, q, w, x, labels)
        return *(q[key] for key in p), *(w[key] for key in p)
    for times in (1, 3):
        asked = asking(f"for _ in range({times}): p, v = step(loss, p, v, x, labels)", "*p.values(), *v.values()")
        yield Case({"loss(p, x, labels)": 'sum(cross_entropy(tanh(x @ p["weight"]) + p["bias"], labels))', "x": x, "labels": labels,
                    **{f'p["{key}"]': p[key] for key in p}, **{f'v["{key}"]': v[key] for key in v}, **asked}, partial(run, times))
