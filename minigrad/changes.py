"""What a rule keeps must stay as it was until backward reads it; where it did not, the sweep stops with an error.

There are three ways to change an array between forward and backward, and each is noticed in its own way:

    x.data = new, x.data += 1     for a leaf: Variable.data notes when, and the sweep finds that a call that used x is older;
                                  for what a Function computed: refused
    y.data[0] = 1                 for what a Function computed and recorded: the array is locked, so NumPy refuses
    x.data[0] = 1, a *= 2         for an array that came from outside: its checksum is not what it was when it was kept

Numbers and JAX's arrays cannot change.  The checksum is of the whole array if it has up to 1,024 entries, and else of
as many, evenly spread: that finds what changes everywhere, as an update does or a shuffle, and costs no more than
a few microseconds a call.  To find also a single entry changed in a large array, switch on mg.check_every_entry().
"""
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from zlib import crc32

from . import core

__all__ = ["check_every_entry"]

ENTRIES = 1024
limit = ContextVar("limit", default=ENTRIES)               # of an array with more entries only so many are checked


class Types(dict):
    """{type: whether it is NumPy's array, which can be changed in place}, found out when a type is first asked for."""

    def __missing__(self, kind):
        self[kind] = any((c.__module__, c.__name__) == ("numpy", "ndarray") for c in kind.__mro__)
        return self[kind]


is_numpys = Types()


@contextmanager
def check_every_entry():
    """with mg.check_every_entry(): large arrays are watched for changes as a whole.  It takes time: a gigabyte in about 0.3 s."""
    token = limit.set(inf)
    try:
        yield
    finally:
        limit.reset(token)


# ---- At the time of forward

def locked(y, arrays):
    """The result y of a call with these arrays, as an array that nobody can write."""
    if is_numpys[type(y)]:
        for x in arrays:
            if x is y:                   # of a forward that returned what it was given
                y = y.copy()
        y.setflags(write=False)
    return y


def marks(arrays):
    """{number of an array that somebody might write: (its checksum, for what limit)}; None if there is no such array."""
    for x in arrays:
        if is_numpys[type(x)]:
            most = limit.get()
            return {i: (checksum(x, most), most) for i, x in enumerate(arrays) if may_change(x)} or None
    return None


def may_change(x):
    if not is_numpys[type(x)]:
        return False
    return x.flags.writeable or x.base is not None and (not is_numpys[type(x.base)] or x.base.flags.writeable)   # of a view: through its base


def checksum(x, most):
    if x.size > most:
        x = x.ravel("K")[::x.size // most]
    return crc32(x.tobytes())


# ---- At the time of backward

def check_arrays(call):
    """Raise an error if an array that a call kept is not what it was."""
    for i, (mark, most) in call.marks.items():
        if checksum(call.arrays[i], most) != mark:
            name = type(call).__name__
            raise RuntimeError(f"input {i} of {name}, an array of shape {call.arrays[i].shape}, was changed in place after {name} used it, "
                               "so the derivative would be wrong: call backward() first, or change a copy")


def report_binding(leaf, call):
    name = f"{leaf.name}, a Variable" if leaf.name else "a Variable"
    raise RuntimeError(f"{name} of shape {leaf.shape}, got new data after {type(call).__name__} used it, so the derivative would not be "
                       "that of its data: call backward() first, or compute again with the new data")


def check_binding(variable, data):
    """Raise an error if a Variable cannot get this data."""
    if variable.creator is not None:
        raise AttributeError(f"this Variable was computed by {type(variable.creator).__name__}, and its data are what came out: for other "
                             "data make a Variable of its own, mg.Variable(data)")
    if variable.level != 1:
        raise AttributeError("this Variable belongs to mg.grad, mg.vjp or their kin, and its data are what they were called with: compute "
                             "a new array, for instance x + 1")
    core.check_data(data)
