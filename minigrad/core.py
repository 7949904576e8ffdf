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
of b; and x, where the way home ends, is a *leaf*.

For any computation to do this by itself, two things are needed: to remember which call made what, and to
walk home in the right order.  `Function.apply` does the first and `sweep` the second; with `Variable` they are
the idea, and they come first.  What a real library adds to it is below them.  Only leaves then get a .grad.

A third thing gives derivatives of derivatives.  `backward` is ordinary code: it multiplies, it calls cos.  So if
the arrays it works on are Variables themselves, computing the gradient is remembered too, and can be
differentiated again.  A Variable may therefore hold a Variable, as a box may hold a box, and each box has a
*level*: 1 when made by hand, and each time that a derivative made by grad is called, a number above all that were
given before.  A Function takes off the boxes of the highest level, computes with what is inside, and puts a box of
that level around the result.  An input without such a box is a constant for this level, and only for this one.

    def grad(f):                                # for one number; transforms.py has the whole of it
        def derivative(x):
            x = box(x, next(levels))
            y = f(x)
            return sweep([y.creator], [1.0])[x]
        return derivative

Here is grad(grad(f))(4.0) for f(x) = x**3, a box written as [what it holds]level:

    outer derivative     x = [4.0]2                and calls the inner derivative with it
    inner derivative     x = [[4.0]2]3             and calls f with it
    f, level 3           takes off box 3, and computes [4.0]2 ** 3
       level 2           takes off box 2, computes 4.0 ** 3 = 64.0, and remembers this call; its result is [64.0]2
       level 3           puts box 3 around that, y = [[64.0]2]3, and remembers this call, with [4.0]2 as its input
    inner sweep          at level 3, backward reads that input, [4.0]2, and computes 3 * [4.0]2 ** 2 = [48.0]2:
                         on Variables of level 2, so level 2 remembers how the gradient was computed
    outer sweep          goes home from [48.0]2 through the calls of level 2 that led to it, and finds 6 * 4.0 = 24.0
"""
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter

import minigrad                          # this package: an operator of a Variable calls minigrad's function of that name
from . import changes
from .arraylike import ArrayLike
from .arrays import array_namespace, cast, check_real, dtype, real, shape

__all__ = ["Variable", "Function", "no_grad", "keep_values"]

levels = count(2)                        # 1 is for Variables made by hand
births = count(0, -1)                    # calls are numbered 0, -1, -2, ...: a heap gives the smallest, the latest


class Variable(ArrayLike):
    """An array that remembers where it came from.  (What else makes it feel like an array is in arraylike.py.)

    data     a float, a NumPy or JAX array of real floating-point numbers or, inside grad, a Variable of a lower level
    grad     None, or the derivative of some result by this Variable: an array of the same shape and dtype
    creator  the call of a Function that made it; None for a leaf, where the way home ends
    level    which derivative it takes part in (see the top of this file)
    bound    when it got its data: 1 when it was made, later a number as the births of calls are
    name     what a drawing calls it
    """
    __slots__ = ("held", "grad", "creator", "level", "bound", "label", "__weakref__")

    def __init__(self, data, name=None):
        check_data(data)
        self.held, self.grad, self.creator, self.level, self.bound = data, None, None, 1, 1
        self.name = name

    data = property(attrgetter("held"))  # the array is in self.held; this is its face to the outside, which notes a change

    @data.setter
    def data(self, data):
        changes.check_binding(self, data)
        self.held, self.bound = data, next(births)         # whatever call is older than that used other data

    def backward(self, gy=None, **others):
        """Add to the grad of each leaf the derivative of this Variable by that leaf.

        gy is what the notebook sets y.grad to (the seed), an array of this Variable's shape; for a single number it is 1.
        """
        if others:
            raise TypeError(f"backward() takes a seed and no {' or '.join(others)}: it can be called again as it is, and for the derivative of "
                            "a derivative there is mg.grad(mg.grad(f))")
        if self.level != 1:
            raise TypeError("backward() is for Variables made by hand, and this one belongs to mg.grad, mg.vjp or their kin: "
                            "for a derivative inside a derivative use these again")
        for leaf, g in owned(sweep([source(self)], [seed(gy, self)])).items():
            leaf.grad = g if leaf.grad is None else leaf.grad + g

    def clear_grad(self):
        """Forget the gradient, to which the next backward() would add."""
        self.grad = None

    # An operator is a call of the function of that name: a + b is minigrad.add(a, b), which is Add().apply(a, b).
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

    def __init_subclass__(cls):
        raise TypeError(f"class {cls.__name__}: Variable has no subclasses; keep a Variable as an attribute instead")


def check_data(data):
    if type(data) is Variable:
        raise TypeError("Variable(x) of an x that is a Variable already: use x itself, or x.detach() for a leaf with the same data")
    check_real(data, "the data of a Variable", "give a float or a floating-point array, for instance np.array(2.0) or x.astype(float)")


def box(data, level, creator=None):
    """A Variable of any level."""
    v = Variable.__new__(Variable)
    v.held, v.level = data, level
    v.grad, v.creator = None, creator
    v.bound = 1
    return v


def bare(x):
    """x without any box."""
    while type(x) is Variable:
        x = x.data
    return x


def source(v):
    """Where a Variable comes from: the call that made it, or for a leaf the Variable itself."""
    return v if v.creator is None else v.creator


class Function:
    """y = f(a, b, ...), a rule of differentiation: two methods, written by whoever makes a Function.

        class Square(Function):
            def forward(self, x):               # the arrays come in, without the boxes of this call's level
                return x ** 2
            def backward(self, gy):             # the cotangent of y comes in, that of each input goes out
                x = self.input.data
                return 2 * x * gy

    The cotangent of an array is the derivative of the final result by it, so it has the array's shape.  For several
    inputs backward returns a tuple with one each: None where there is none, or a function such as lambda: gy * b, which is
    called only if that input is not a constant.

    needs  the arrays that backward reads: "x" for the inputs (self.arrays, or self.input.data), "y" for the output
           (self.output), "xy" or "".  No others are kept in memory, except that f(x), as in the notebook, keeps its inputs.
    """
    __slots__ = ("arrays", "marks", "output", "sources", "spec", "level", "birth", "label")
    needs = "x"

    def forward(self, *arrays):
        raise NotImplementedError(f"{type(self).__name__} has no forward: write def forward(self, *arrays)")

    def backward(self, gy):
        raise NotImplementedError(f"{type(self).__name__} has no backward: write def backward(self, gy)")

    def __call__(self, *inputs):
        """f(x).  The same f may be called many times, so the graph gets a copy of it.  f itself remembers its latest call.

        Both keep the inputs, whatever it needs; mg.exp(x) makes an Exp for that one call, which keeps no more than it needs.
        """
        call = copy(self)
        y = call.apply(*inputs)
        if type(y) is Variable and y.creator is call:
            call.arrays = [v.data if type(v) is Variable and v.level == call.level else v for v in inputs]
            attributes, slots = call.__getstate__()        # the record copied back, so that f.backward(gy) works by hand
            for name, value in {**(attributes or {}), **slots}.items():
                setattr(self, name, value)
        return y

    def apply(self, *inputs):
        """Compute the result and remember how: this Function becomes the record of this one call, the result's creator.

        arrays   the inputs without the boxes of this level: what forward gets
        sources  for each input where it came from: the call that made it, or the leaf itself; None for a constant
        marks    by which a change of the arrays is noticed, for those that somebody could change
        """
        level = 0
        for v in inputs:
            if type(v) is Variable and v.level > level:
                level = v.level
        if not level:                    # bare arrays only: there is nothing to remember
            return compute(self, inputs)
        forgotten, kept = switches.get() # what no_grad() and keep_values() say
        if level <= forgotten:           # no_grad() is on
            return box(compute(self, [bare(v) for v in inputs]), level)
        if len(inputs) == 1:             # v is the only one: as below, but faster
            arrays, sources = (v.held,), (v if v.creator is None else v.creator,)
        else:
            arrays, sources = [], []
            for v in inputs:
                if type(v) is Variable and v.level == level:
                    arrays.append(v.held)
                    sources.append(v if v.creator is None else v.creator)
                else:                    # a bare array, or a Variable of a lower level: at this level a constant
                    arrays.append(v)
                    sources.append(None)
            arrays, sources = tuple(arrays), tuple(sources)
        try:
            y = self.forward(*arrays)    # which calls apply again if it meets Variables of a lower level
        except (TypeError, ValueError):
            explain(self, arrays)
            raise
        self.sources, self.level, self.birth = sources, level, next(births)
        if isinstance(y, float):
            self.spec = NUMBER           # the shape and dtype of its cotangent
        else:
            self.spec = result_spec(y, self)
            y = changes.locked(y, arrays)                  # what backward will read must not change before: see changes.py
        needs, self.marks = kept or self.needs, None
        if "x" in needs:
            self.arrays, self.marks = arrays, changes.marks(arrays)
        if "y" in needs:
            self.output = y
        return box(y, level, self)

    @property
    def inputs(self):
        """The inputs of this call, as Variables: it keeps only arrays and sources, so the boxes are made again."""
        if not hasattr(self, "arrays"):
            name = type(self).__name__
            raise AttributeError(f"this {name} has no inputs: it was not called with a Variable yet, or mg.{name.lower()} called it, which "
                                 f"keeps only what backward needs; write f = {name}(); y = f(x) to keep them")
        if self.marks:
            changes.check_arrays(self)
        return tuple(s if type(s) is Variable and s.data is x else box(x, self.level, s if isinstance(s, Function) else None)
                     for s, x in zip(self.sources, self.arrays))

    @property
    def input(self):
        """The first input, of many Functions the only one."""
        return self.inputs[0]

    def cotangents(self, gy):
        """What backward returns for gy: a cotangent for each input, in a tuple."""
        if self.marks:
            changes.check_arrays(self)
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

    The youngest call, the one made last, goes first.  Whoever used its output is younger still and has been here already,
    so the cotangent of its output is complete: each backward runs once.  (A topological order, found on the way.)  The
    cotangents wait here and not on the Variables between, which may be gone already, and where a second sweep would add
    to what the first had left.
    """
    waiting, calls, call = {}, [], None
    while True:                          # hand out what the last call's backward returned, at first the seeds; then take the next
        for s, g in zip(sources, cotangents):
            if s is None or g is None:
                continue                 # a constant: nothing is computed for it
            if type(s) is Variable and call is not None and s.bound < call.birth:
                changes.report_binding(s, call)            # the leaf got other data since, see changes.py
            g = fit(g, s, call)          # with the shape and dtype that a cotangent of s must have
            if s in waiting:             # used more than once: what it contributes on each way adds up
                waiting[s] = waiting[s] + g
            else:
                waiting[s] = g
                if type(s) is not Variable:
                    heappush(calls, (s.birth, s))
        if not calls:
            return waiting               # only leaves are left in it
        call = heappop(calls)[1]
        gy = waiting.pop(call)
        sources, cotangents = call.sources, call.cotangents(gy)                    # for the next round
        if watch:                        # mg.graph does
            cotangents = [None if s is None or g is None else fit(g, s, call) for s, g in zip(sources, cotangents)]
            watch(call, gy, cotangents)


# ---- What a real library adds -----------------------------------------------------------------------------------------
# Broadcasting repeats an array, so on the way back its cotangents are summed: once for all rules, here.

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
    kind = getattr(y, "dtype", None)
    if kind not in real:
        check_real(bare(y), f"the result of {type(call).__name__}", "convert it, or what it is computed from, for instance by mg.astype")
    return y.shape, kind


def fit(g, source, call):
    """What the backward of call returned for source: computed, if it is a function, and in the shape and dtype of its primal."""
    if callable(g):
        g = g()
    right = source.spec
    return g if spec(g, call) == right else unbroadcast(g, right, type(call).__name__)


def unbroadcast(gx, spec, name):
    """gx summed over the axes along which its primal was repeated, and in the dtype of its primal."""
    (to, kind), n = spec, shape(gx)
    lead = len(n) - len(to)
    axes = tuple([i for i, m in enumerate(n) if i < lead or m != to[i - lead]])
    if lead < 0 or any([to[i - lead] != 1 for i in axes[lead:]]):
        raise ValueError(f"{name}.backward returned a cotangent of shape {n} for an input of shape {to}: return one of that shape")
    xp = array_namespace(gx)
    if dtype(gx) not in real and xp.isdtype(dtype(gx), "complex floating"):
        raise TypeError(f"{name}.backward returned a cotangent of dtype {dtype(gx)}: it must be real, like the input")
    gx = xp.sum(gx, axis=axes)
    if shape(gx) != to:
        gx = xp.reshape(gx, to)
    if kind is not float and dtype(gx) != kind:
        gx = cast(gx, kind)
    return gx


# ---- Shapes that do not go together are named.

def compute(call, arrays):
    """call.forward(*arrays), remembering nothing."""
    try:
        return call.forward(*arrays)
    except (TypeError, ValueError):
        explain(call, arrays)
        raise


def explain(call, arrays):
    """Raise an error in one sentence if the rule has a method mismatch, and that finds the shapes at fault."""
    shapes = [shape(x) for x in arrays]
    sentence = hasattr(call, "mismatch") and call.mismatch(*shapes)
    if sentence:
        raise ValueError(f"{type(call).__name__} of arrays of shapes {', '.join(map(str, shapes))}: {sentence}") from None


# ---- No two gradients, and no gradient and the caller's seed, share memory.

def copied(x):
    return x if isinstance(x, (float, Variable)) else array_namespace(x).asarray(x, copy=True)


def owned(gradients):
    """{leaf: gradient} of a sweep, each gradient an array that nobody else holds, without boxes of its leaf's level."""
    mine, given = {}, set()
    for leaf, g in gradients.items():
        while type(g) is Variable and g.level == leaf.level:       # from a backward that wrote self.input for self.input.data
            g = g.data
        x = bare(leaf)
        if type(x) is float:
            g = float(g) if isinstance(g, (int, float)) or type(g).__module__ == "numpy" else g
        elif type(g) is float:
            g = array_namespace(x).asarray(g)
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
    n, kind = spec(gy)
    if n != shape(x):
        raise ValueError(f"the seed has shape {n} and the result {shape(x)}: they must be the same")
    if kind not in real and array_namespace(gy).isdtype(kind, "complex floating"):
        raise TypeError(f"the seed has dtype {kind}: it must be real, like the result")
    if type(gy) is Variable:
        return gy                        # the sweep sees to its dtype, and owned() to its box, if it is one of y's level
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
