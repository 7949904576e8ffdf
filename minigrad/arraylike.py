"""What makes a Variable feel like an array: shape, methods, NumPy's functions, printing, and what it refuses to do."""
from math import prod

import minigrad                          # this package: a method of a Variable calls minigrad's function of that name
from . import core
from .arrays import dtype, shape

HABITS = {                               # what other libraries call it, and what to write here
    "zero_grad": "write x.clear_grad()", "cleargrad": "write x.clear_grad()",
    "retain_grad": "only leaves keep a gradient, so ask for that of a value in between by mg.grad of a function of it",
    "requires_grad": "every Variable is differentiated, and what should not be stays a bare array", "numpy": "its array is x.data",
    "clone": "use x itself, which no operation changes", "view": "write x.reshape(shape)",
}


class ArrayLike:
    """The manners of an array, for a Variable."""
    __slots__ = ()

    shape = property(lambda self: shape(self.data), doc="The length of each axis, a tuple of int.")
    dtype = property(lambda self: dtype(self.data), doc="The type of the elements.")
    spec = property(lambda self: core.spec(self.data))
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
        return core.box(core.bare(self), self.level)

    def item(self):
        """The only element, as a Python number."""
        self.check_single("item()")
        x = core.bare(self)
        return x.item() if hasattr(x, "item") else x

    @property
    def name(self):
        return getattr(core.source(self), "label", None)

    @name.setter
    def name(self, name):
        core.source(self).label = name        # with the call that made it, for the graph outlives its Variables

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

    def __format__(self, spec): return format(self.item() if spec and self.size == 1 else core.bare(self), spec) if spec else repr(self)

    def __float__(self):
        if self.level > 1:
            raise TypeError("float() of a Variable inside mg.grad would make it a constant: write mg.sin(x) for math.sin(x), or "
                            "x.item() if a constant is what you want")
        self.check_single("float()")
        return float(self.item())

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
        return bool(core.bare(self))

    def __setitem__(self, key, value):
        raise TypeError("a Variable cannot be changed in place, for the backward pass may need its numbers: make a new one, "
                        "for instance by mg.where(mask, new, x), mg.concat or mg.stack")

    def __array__(self, *args, **options):
        raise TypeError("making a NumPy array of a Variable would lose its history: x.data has the numbers; to go on computing, "
                        "write mg.exp(x) or np.exp(x), and mg.stack([x, y]) for np.array([x, y])")

    def __getattr__(self, name):
        if name in HABITS:
            raise AttributeError(f"a Variable has no {name}: {HABITS[name]}")
        if callable(getattr(minigrad, name, None)):
            raise AttributeError(f"a Variable has no method {name}: write mg.{name}(x)")
        raise AttributeError(f"a Variable has no attribute {name!r}")
