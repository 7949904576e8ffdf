"""Variable, Function and the sweep: all of backpropagation but the calculus, which is in functions/.

It starts where the notebook ends, with a backward pass by hand:

    A, B, C = Square(), Exp(), Square()
    x = Variable(np.array(0.5))
    a = A(x); b = B(a); y = C(b)                # forward:   x -> a -> b -> y
    y.grad = np.array(1.0)                      # backward:  dy/dy = 1, and then home the same way
    b.grad = C.backward(y.grad)
    a.grad = B.backward(b.grad)
    x.grad = A.backward(a.grad)

Three words: C(b) is a *call* of a Function; the derivative of the final result by b, here b.grad, is the *cotangent*
of b; and x, which no call made, is a *leaf*.

For any computation to do this by itself, two things are needed: to remember which call made what, and to
walk home in the right order.  `Function.apply` does the first and `sweep` the second; with `Variable` they are
the idea, and they come first.  What a real library adds to it is below them.

A third thing gives derivatives of derivatives.  `backward` is ordinary code: it multiplies, it calls cos.  So if
the arrays it works on are Variables themselves, computing the gradient is remembered too, and can be
differentiated again.  A Variable may therefore hold a Variable, as a box may hold a box, and each box has a
*level*: 1 when made by hand, and for each call of grad a number above all that were given before.  A Function takes
off the boxes of the highest level, computes with what is inside, and puts a box of that level around the result.

    def grad(f):                                # for one number; transforms.py has the whole of it
        def derivative(x):
            x = box(x, next(levels))
            y = f(x)
            return sweep([y.creator], [1.0])[x]
        return derivative

Here is grad(grad(f))(3.0) for f(x) = x**3, a box written as [what it holds]level:

    outer grad       x = [3.0]2                 and calls the inner grad with it
    inner grad       x = [[3.0]2]3              and calls f with it
    f                y = [[27.0]2]3             box 3 is off while x**3 is computed; box 2 is on, so level 2 remembers it
    inner sweep      3 * x**2 = [27.0]2         it works on what is in the boxes of level 3, on [3.0]2: so level 2
                                                remembers this computation as well
    outer sweep      6 * x = 18.0               goes home through all that level 2 remembers; no box is left
"""
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from heapq import heappop, heappush
from itertools import count
from math import prod

import minigrad                          # this package: an operator of a Variable calls minigrad's function of that name
from .arrays import array_namespace, cast, check_real, dtype, real, shape

__all__ = ["Variable", "Function", "no_grad", "keep_values"]

levels = count(2)                        # 1 is for Variables made by hand
births = count(0, -1)                    # the younger a call, the smaller its number: a heap gives the smallest first


class Variable:
    """An array that remembers where it came from.

    data     a float, a NumPy or JAX array of real floating-point numbers or, inside grad, a Variable of a lower level
    grad     None, or the derivative of some result by this Variable: an array of the same shape and dtype
    creator  the call of a Function that made it; None for a leaf, which nobody computed
    level    which derivative it takes part in (see the top of this file)
    name     what a drawing calls it
    """
    __slots__ = ("data", "grad", "creator", "level", "label", "__weakref__")

    def __init__(self, data, name=None):
        if type(data) is Variable:
            raise TypeError("Variable(x) of an x that is a Variable already: use x itself, or x.detach() for a leaf with the same data")
        check_real(data, "the data of a Variable", "give a float or a floating-point array, for instance np.array(2.0) or x.astype(float)")
        self.data, self.grad, self.creator, self.level = data, None, None, 1
        self.name = name

    def backward(self, gy=None):
        """Add to the grad of each leaf the derivative of this Variable by that leaf.

        gy is the cotangent to start from (the seed), of this Variable's shape; for a single number it is 1.
        """
        if self.level != 1:
            raise TypeError("backward() is for Variables made by hand, and this one belongs to mg.grad, mg.vjp or their kin: "
                            "for a derivative inside a derivative use these again")
        for leaf, g in owned(sweep([source(self)], [seed(gy, self)])).items():
            leaf.grad = g if leaf.grad is None else leaf.grad + g

    def clear_grad(self):
        """Forget the gradient, to which the next backward() would add."""
        self.grad = None

    # An operator is a call of the function of that name.
    def __add__(self, other): return minigrad.add(self, other)
    def __radd__(self, other): return minigrad.add(other, self)
    def __sub__(self, other): return minigrad.subtract(self, other)
    def __rsub__(self, other): return minigrad.subtract(other, self)
    def __mul__(self, other): return minigrad.multiply(self, other)
    def __rmul__(self, other): return minigrad.multiply(other, self)
    def __truediv__(self, other): return minigrad.divide(self, other)
    def __rtruediv__(self, other): return minigrad.divide(other, self)
    def __floordiv__(self, other): return minigrad.floor_divide(self, other)
    def __rfloordiv__(self, other): return minigrad.floor_divide(other, self)
    def __mod__(self, other): return minigrad.remainder(self, other)
    def __rmod__(self, other): return minigrad.remainder(other, self)
    def __pow__(self, other): return minigrad.pow(self, other)
    def __rpow__(self, other): return minigrad.pow(other, self)
    def __matmul__(self, other): return minigrad.matmul(self, other)
    def __rmatmul__(self, other): return minigrad.matmul(other, self)
    def __neg__(self): return minigrad.negative(self)
    def __pos__(self): return self
    def __abs__(self): return minigrad.abs(self)
    def __getitem__(self, key): return minigrad.getitem(self, key)

    # A comparison has no derivative, so it gives a bare array.
    def __lt__(self, other): return minigrad.less(self, other)
    def __le__(self, other): return minigrad.less_equal(self, other)
    def __gt__(self, other): return minigrad.greater(self, other)
    def __ge__(self, other): return minigrad.greater_equal(self, other)
    def __eq__(self, other): return minigrad.equal(self, other)
    def __ne__(self, other): return minigrad.not_equal(self, other)
    __hash__ = object.__hash__           # == compares the elements, so as a key a Variable is only itself

    # The rest makes a Variable feel like an array; on a first reading go on with class Function.
    shape = property(lambda self: shape(self.data), doc="The length of each axis, a tuple of int.")
    dtype = property(lambda self: dtype(self.data), doc="The type of the elements.")
    spec = property(lambda self: spec(self.data))
    ndim = property(lambda self: len(self.shape), doc="The number of axes.")
    size = property(lambda self: prod(self.shape), doc="The number of elements.")
    T = property(lambda self: minigrad.permute_dims(self, range(self.ndim)[::-1]), doc="The axes in reversed order.")
    mT = property(lambda self: minigrad.matrix_transpose(self), doc="The last two axes exchanged.")

    def sum(self, axis=None, keepdims=False): return minigrad.sum(self, axis=axis, keepdims=keepdims)
    def mean(self, axis=None, keepdims=False): return minigrad.mean(self, axis=axis, keepdims=keepdims)
    def max(self, axis=None, keepdims=False): return minigrad.max(self, axis=axis, keepdims=keepdims)
    def min(self, axis=None, keepdims=False): return minigrad.min(self, axis=axis, keepdims=keepdims)
    def prod(self, axis=None, keepdims=False): return minigrad.prod(self, axis=axis, keepdims=keepdims)
    def reshape(self, *shape): return minigrad.reshape(self, *shape if len(shape) == 1 else (shape,))
    def flatten(self): return minigrad.reshape(self, (-1,))
    def astype(self, dtype): return minigrad.astype(self, dtype)

    def detach(self):
        """A leaf with the same data: what is computed from it leads no further back."""
        return box(bare(self), self.level)

    def item(self):
        """The only element, as a Python number."""
        self.check_single("item()")
        x = bare(self)
        return x.item() if hasattr(x, "item") else x

    @property
    def name(self):
        return getattr(source(self), "label", None)

    @name.setter
    def name(self, name):
        source(self).label = name        # with the call that made it, for the graph outlives its Variables

    def __array_namespace__(self, *, api_version=None):
        """Where the functions for this array live: in minigrad (Python Array API standard)."""
        return minigrad

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """np.exp(x) and its like (NEP 13)."""
        from .numpy_protocol import apply_ufunc
        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function, types, args, options):
        """np.sum(x), np.concatenate([x, y]) and their like (NEP 18)."""
        from .numpy_protocol import apply_function
        return apply_function(function, args, options)

    def __repr__(self):
        name = f", name={self.name!r}" if self.name else ""
        level = f", level {self.level}" if self.level > 1 else ""
        return f"Variable({self.data!r}{name}{level})"

    def __format__(self, spec): return format(self.item() if spec and self.size == 1 else bare(self), spec) if spec else repr(self)

    def __float__(self):
        if self.level > 1:
            raise TypeError("float() of a Variable inside mg.grad would make it a constant: write mg.sin(x) for math.sin(x), or "
                            "x.item() if a constant is what you want")
        self.check_single("float()")
        return float(self.data)

    def check_single(self, what):
        if self.size != 1:
            raise ValueError(f"a Variable of shape {self.shape} has no single element for {what}: sum it, or take one by its index")

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("a Variable of shape () is a single number and has no len()")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        if self.size != 1:
            raise ValueError(f"a Variable of shape {self.shape} is neither true nor false: compare it first, then ask all() or any()")
        return bool(bare(self))

    def __setitem__(self, key, value):
        raise TypeError("a Variable cannot be changed in place, for the backward pass may need its numbers: make a new one, "
                        "for instance by mg.where(mask, new, x), mg.concat or mg.stack")

    def __array__(self, *args, **options):
        raise TypeError("making a NumPy array of a Variable would lose its history: x.data has the numbers; to go on computing, "
                        "write mg.exp(x) or np.exp(x), and mg.stack([x, y]) for np.array([x, y])")

    def __getattr__(self, name):
        if callable(getattr(minigrad, name, None)):
            raise AttributeError(f"a Variable has no method {name}: write mg.{name}(x)")
        raise AttributeError(f"a Variable has no attribute {name!r}")

    def __init_subclass__(cls):
        raise TypeError(f"class {cls.__name__}: Variable has no subclasses; keep a Variable as an attribute instead")


class Function:
    """y = f(a, b, ...), a rule of differentiation: two methods, written by whoever makes a Function.

        class Square(Function):
            def forward(self, x):               # the bare arrays come in, the result goes out
                return x ** 2
            def backward(self, gy):             # the cotangent of y comes in, that of each input goes out
                x = self.input.data
                return 2 * x * gy

    The cotangent of an array is the derivative of the final result by it, so it has the array's shape.  For several
    inputs backward returns a tuple with one each: None where there is none, or a function without arguments, which is
    called only if that input is not a constant.

    needs  the arrays that backward reads: "x" for the inputs (self.arrays, or self.input.data), "y" for the output
           (self.output), "xy" or "".  No others are kept in memory.
    """
    __slots__ = ("arrays", "output", "sources", "spec", "level", "birth", "label")
    needs = "x"

    def forward(self, *arrays):
        raise NotImplementedError(f"{type(self).__name__} has no forward: write def forward(self, *arrays)")

    def backward(self, gy):
        raise NotImplementedError(f"{type(self).__name__} has no backward: write def backward(self, gy)")

    def __call__(self, *inputs):
        """f(x).  The same f may be called many times, so the graph gets a copy of it.  f itself remembers its latest call.

        As in the notebook both keep the inputs; mg.exp(x) makes an Exp for one call, which keeps only what it needs.
        """
        call = copy(self)
        y = call.apply(*inputs)
        if type(y) is Variable and y.creator is call:
            call.arrays = [v.data if type(v) is Variable and v.level == call.level else v for v in inputs]
            attributes, slots = call.__getstate__()
            for name, value in {**(attributes or {}), **slots}.items():
                setattr(self, name, value)
        return y

    def apply(self, *inputs):
        """Compute the result and remember how: this Function becomes the record of this one call, the result's creator.

        arrays   the inputs without the boxes of this level: what forward gets
        sources  for each input where it came from: the call that made it, or the leaf itself; None for a constant
        """
        level = 0
        for v in inputs:
            if type(v) is Variable and v.level > level:
                level = v.level
        if not level:                    # bare arrays only: there is nothing to remember
            return self.compute(inputs)
        forgotten, kept = switches.get()
        if level <= forgotten:           # no_grad() is on
            return box(self.compute([bare(v) for v in inputs]), level)
        arrays, sources = [], []
        for v in inputs:
            if type(v) is Variable and v.level == level:
                arrays.append(v.data)
                sources.append(v if v.creator is None else v.creator)
            else:                        # a bare array, or a Variable of a lower level: at this level a constant
                arrays.append(v)
                sources.append(None)
        y = self.compute(arrays)
        self.sources, self.level, self.birth = sources, level, next(births)
        self.spec = NUMBER if isinstance(y, float) else result_spec(y, self)
        needs = kept or self.needs
        if "x" in needs:
            self.arrays = arrays
        if "y" in needs:
            self.output = y
        return box(y, level, self)

    @property
    def inputs(self):
        """The inputs of this call, as Variables."""
        if not hasattr(self, "arrays"):
            name = type(self).__name__
            raise AttributeError(f"this {name} has no inputs: it was not called with a Variable yet, or mg.{name.lower()} called it, which "
                                 f"keeps only what backward needs; write f = {name}(); y = f(x) to keep them")
        return tuple(s if type(s) is Variable and s.data is x else box(x, self.level, s if isinstance(s, Function) else None)
                     for s, x in zip(self.sources, self.arrays))

    @property
    def input(self):
        """The first input, of many Functions the only one."""
        return self.inputs[0]

    def compute(self, arrays):
        try:
            return self.forward(*arrays)
        except (TypeError, ValueError):
            sentence = self.mismatch(*map(shape, arrays))
            if sentence:
                raise ValueError(f"{type(self).__name__} of arrays of shapes {', '.join(map(str, map(shape, arrays)))}: {sentence}") from None
            raise

    def mismatch(self, *shapes):
        """What is wrong with the inputs of such shapes, in a sentence, or None."""

    def cotangents(self, gy):
        """What backward returns for gy: a cotangent for each input, in a tuple."""
        gxs = self.backward(gy)
        if type(gxs) is not tuple:
            gxs = gxs,
        if len(gxs) != len(self.sources):
            raise TypeError(f"{type(self).__name__}.backward returned {len(gxs)} cotangents for {len(self.sources)} inputs: "
                            "return a tuple with one for each, None where there is none")
        return gxs


def sweep(sources, cotangents, watch=None):
    """Walk home from results to leaves; returns {leaf: its cotangent}.

    sources     where the results come from: for each the call that made it, or the leaf itself
    cotangents  the cotangent of each result
    watch       called at each step with the call, the cotangent of its output and the list of those of its inputs

    The youngest call goes first.  Whoever used its output is younger still and has been here already, so the cotangent
    of its output is complete: each backward runs once.  (A topological order, found on the way.)  The cotangents wait
    here and not on the Variables, so nothing is left over for the next sweep to trip on.
    """
    waiting, calls, call = {}, [], None
    while True:
        for source, g in zip(sources, cotangents):
            if source is None or g is None:
                continue                 # a constant: nothing is computed for it
            g = fit(g, source, call)
            if source in waiting:        # used more than once: what it contributes on each way adds up
                waiting[source] = waiting[source] + g
            else:
                waiting[source] = g
                if type(source) is not Variable:
                    heappush(calls, (source.birth, source))
        if not calls:
            return waiting               # only leaves are left in it
        call = heappop(calls)[1]
        gy = waiting.pop(call)
        sources, cotangents = call.sources, call.cotangents(gy)
        if watch:
            cotangents = [None if s is None or g is None else fit(g, s, call) for s, g in zip(sources, cotangents)]
            watch(call, gy, cotangents)


# ---- What a real library adds -----------------------------------------------------------------------------------------
# First small words for what the code above does.

def box(data, level, creator=None):
    """A Variable of any level."""
    v = Variable.__new__(Variable)
    v.data, v.grad, v.creator, v.level = data, None, creator, level
    return v


def bare(x):
    """x without any box."""
    while type(x) is Variable:
        x = x.data
    return x


def source(v):
    """Where a Variable comes from: the call that made it, or for a leaf the Variable itself."""
    return v if v.creator is None else v.creator


# ---- Broadcasting copies, so its adjoint sums: once for all rules, here.

NUMBER = (), float                       # the spec of a single number


def spec(x, call=None):
    """What a cotangent has in common with its primal: shape and dtype."""
    if isinstance(x, float):
        return NUMBER
    try:
        return x.shape, x.dtype
    except AttributeError:
        if isinstance(x, int):
            return NUMBER
        what = f"{type(call).__name__}.backward returned" if call else "the seed is"
        raise TypeError(f"{what} a {type(x).__name__}, where a real number or an array of them is needed") from None


def result_spec(y, call):
    """The spec of what forward returned: a real floating-point number, or an array of them."""
    if getattr(y, "dtype", None) not in real:
        check_real(y, f"the result of {type(call).__name__}", "convert it, or what it is computed from, for instance by mg.astype")
    return spec(y)


def fit(g, source, call):
    """What the backward of call returned for source: computed, if it is a function, and in the shape and dtype of its primal."""
    if callable(g):
        g = g()
    if isinstance(g, float) and source.spec is NUMBER or spec(g, call) == source.spec:
        return g
    return unbroadcast(g, source.spec, type(call).__name__)


def unbroadcast(gx, spec, name):
    """gx summed over the axes along which its primal was repeated, and in the dtype of its primal."""
    (to, kind), n = spec, shape(gx)
    lead = len(n) - len(to)
    if lead < 0 or any(m != k and m != 1 for m, k in zip(to, n[lead:])):
        raise ValueError(f"{name}.backward returned a cotangent of shape {n} for an input of shape {to}: return one of that shape")
    axes = (*range(lead), *[lead + i for i, m in enumerate(to) if m != n[lead + i]])
    xp = array_namespace(gx)
    if dtype(gx) not in real and array_namespace(bare(gx)).isdtype(dtype(gx), "complex floating"):
        raise TypeError(f"{name}.backward returned a cotangent of dtype {dtype(gx)}: it must be real, like the input")
    if axes:
        gx = xp.sum(gx, axis=axes)
        if gx.shape != to:
            gx = xp.reshape(gx, to)
    if kind is not float and dtype(gx) != kind:
        gx = cast(gx, kind)
    return gx


# ---- No two gradients, and no gradient and the caller's seed, share memory.

def copied(x):
    return x if isinstance(x, (float, Variable)) else array_namespace(x).asarray(x, copy=True)


def owned(gradients):
    """{leaf: gradient} of a sweep, each gradient an array that nobody else holds, without boxes of its leaf's level."""
    mine, given = {}, set()
    for leaf, g in gradients.items():
        while type(g) is Variable and g.level == leaf.level:       # backward computed with Variables of its own level
            g = g.data
        x = bare(leaf)
        if type(x) is float:
            g = float(g) if isinstance(g, float) or type(g).__module__ == "numpy" else g
        elif type(g) is not Variable and (type(g) is float or g.dtype != x.dtype):
            g = array_namespace(x, g).asarray(g, dtype=x.dtype)
        elif id(g) in given or getattr(g, "base", None) is not None:
            g = copied(g)
        mine[leaf] = g
        given.add(id(g))
    return mine


def seed(gy, y):
    """The cotangent with which a sweep from y starts: gy, or 1 where gy is None, as an array of our own like y's."""
    x = bare(y)
    if gy is None:
        if shape(x) != ():
            raise ValueError(f"a result of shape {shape(x)} has no derivative of its own to start from: pass a seed of that shape, "
                             "y.backward(gy), or sum it first, y.sum().backward()")
        gy = 1.0
    while type(gy) is Variable and gy.level == y.level:
        gy = gy.data
    n, kind = spec(gy)
    if n != shape(x):
        raise ValueError(f"the seed has shape {n} and the result {shape(x)}: they must be the same")
    if kind not in real and array_namespace(gy).isdtype(kind, "complex floating"):
        raise TypeError(f"the seed has dtype {kind}: it must be real, like the result")
    if type(gy) is Variable:
        return gy if dtype(x) in (float, kind) else cast(gy, x.dtype)
    if isinstance(x, float):
        return type(x)(gy) if isinstance(gy, (int, float)) else gy
    return array_namespace(x, gy).asarray(gy, dtype=x.dtype, copy=True)


# ---- Two switches, each for the thread and the context that sets it.

switches = ContextVar("switches", default=(0, ""))         # levels up to this one are not recorded; what all calls keep ("xy": all)


@contextmanager
def no_grad():
    """with mg.no_grad(): what is computed in it is not recorded, and leads back to nothing.

    It holds for the Variables that exist outside; a mg.grad that is called inside differentiates as ever.
    """
    token = switches.set((next(levels), switches.get()[1]))
    try:
        yield
    finally:
        switches.reset(token)


@contextmanager
def keep_values():
    """with mg.keep_values(): every call keeps all its arrays, whatever its rule needs, so that mg.graph can show them."""
    token = switches.set((switches.get()[0], "xy"))
    try:
        yield
    finally:
        switches.reset(token)
