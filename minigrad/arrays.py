"""What a rule may ask of an array, whoever made it: where its functions live, its shape and dtype, whether it is real."""
import minigrad                          # this package: the namespace of a Variable

namespaces = {}                          # found so far: {type of array: its namespace}


def array_namespace(x, *others):
    """The module that has the functions for these arrays: numpy for NumPy's, jax.numpy for JAX's, minigrad for Variables.

    A rule writes array_namespace(x).exp(x) where the notebook writes np.exp(x).  Of different kinds of arrays a Variable
    decides, then one of JAX or the like, then one of NumPy, then a number.  Source: Python Array API standard 2024.12.
    """
    if others:
        return max(array_namespace(x), *map(array_namespace, others), key=precedence)
    try:
        return namespaces[type(x)]
    except KeyError:
        namespaces[type(x)] = find_namespace(x)
        return namespaces[type(x)]


def find_namespace(x):
    if hasattr(x, "__array_namespace__"):
        return x.__array_namespace__()
    if isinstance(x, (int, float, complex)):
        from . import scalars
        return scalars
    raise TypeError(f"{glimpse(x)} is of type {type(x).__name__} and no array: pass a number, an array of NumPy or JAX, or a Variable")


def glimpse(x):
    """The beginning of how x is written, on one line."""
    return " ".join(repr(x).split())[:60]


def precedence(namespace):
    return {"minigrad.scalars": 0, "numpy": 1, "minigrad": 3}.get(namespace.__name__, 2)


def shape(x):
    return getattr(x, "shape", ())


def dtype(x):
    """The dtype of an array; float for a Python number, which takes on the dtype of any array that it meets."""
    return getattr(x, "dtype", float)


def cast(x, kind):
    """x in the dtype kind."""
    xp = array_namespace(x)
    return xp.astype(x, kind) if xp is minigrad else xp.asarray(x, dtype=kind)


real = {float}                           # the dtypes found so far to be of real floating-point numbers


def is_real(kind, xp):
    """Whether kind is a dtype of real floating-point numbers in the namespace xp."""
    if kind not in real:
        if kind is complex or not xp.isdtype(xp.zeros((), dtype=kind).dtype, "real floating"):
            return False
        real.add(kind)
    return True


def check_real(x, what, advice):
    """Refuse to differentiate what is no number or array of real floating-point numbers."""
    kind = getattr(x, "dtype", type(x))
    if kind in real:
        return
    if not hasattr(x, "dtype"):
        raise TypeError(f"{what} is {glimpse(x)}, of type {type(x).__name__}: {advice}")
    if not is_real(kind, array_namespace(x)):
        raise TypeError(f"{what} has dtype {kind}, and only real floating-point numbers have derivatives: {advice}")
