"""What neural networks are made of: relu, and compositions, stable for large arguments, whose derivatives follow from the rules."""
import math

from ..arrays import array_namespace, shape as shape_of
from ..core import Function, Variable, bare
from .elementary import exp, log, logaddexp, tanh
from .indexing import getitem, places
from .reductions import max, sum
from .selection import isfinite, less_equal, where
from .shapes import axes_of

__all__ = ["Relu", "relu", "sigmoid", "softplus", "gelu", "logsumexp", "softmax", "log_softmax", "cross_entropy"]


class Relu(Function):
    """A rule, for the composition that relu is for a bare array chooses twice: for the value, and on the way back."""
    __slots__ = ("flat",)
    needs = ""

    def forward(self, x):
        self.flat = less_equal(x, 0)
        if type(x) is Variable:          # of a lower level
            return relu(x)
        return array_namespace(x).maximum(x, 0.0)

    def backward(self, gy):
        return where(self.flat, 0, gy)


def relu(x):
    """x where it is positive, else 0, as jax.nn.relu; the derivative at 0 is 0."""
    if type(x) is Variable:
        return Relu().apply(x)
    return where(less_equal(x, 0), 0, x)                   # the derivative at 0 is 0 for JAX too, and that of maximum is not


def softplus(x):
    """log(1 + exp(x)), as jax.nn.softplus."""
    return logaddexp(x, 0.0)


def sigmoid(x):
    """1 / (1 + exp(-x)), as jax.nn.sigmoid."""
    return exp(-softplus(-x))


def gelu(x, approximate=True):
    """x times the normal distribution up to x, in Hendrycks and Gimpel's approximation by tanh, as jax.nn.gelu's default."""
    if not approximate:
        raise NotImplementedError("gelu(approximate=False) needs erf, a special function, and minigrad has none: use approximate=True")
    return 0.5 * x * (1 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))


def largest(x, axis):
    """The maximum along axis as a constant, to be subtracted before exp; 0 where it is infinite."""
    x = bare(x)
    xp = array_namespace(x)
    m = xp.max(x, axis=axis, keepdims=True)
    return xp.where(xp.isfinite(m), m, 0)


def logsumexp(x, axis=None, keepdims=False):
    """log(sum(exp(x))) over the given axes, as jax.nn.logsumexp."""
    m = largest(x, axis)
    y = log(sum(exp(x - m), axis, keepdims=keepdims))
    return y + (m if keepdims else sum(m, axis))


def softmax(x, axis=-1):
    """exp(x) / sum(exp(x)) along an axis, as jax.nn.softmax."""
    z = exp(x - largest(x, axis))
    return z / sum(z, axis, keepdims=True)


def log_softmax(x, axis=-1):
    """log(softmax(x)), as jax.nn.log_softmax."""
    z = x - largest(x, axis)
    return z - log(sum(exp(z), axis, keepdims=True))


def cross_entropy(logits, labels, axis=-1):
    """-log softmax(logits) at the right class, one number for each example: take the mean of it for a loss.

    labels  integers, the right class of each example, of the shape of logits without axis; or floating-point numbers, the
            probability of each class, of the shape of logits.  (optax has the two as softmax_cross_entropy_with_integer_labels
            and softmax_cross_entropy.)
    """
    n = shape_of(logits)
    axis, = axes_of(axis, len(n))
    if is_integer(bare(labels)):
        examples = (*n[:axis], *n[axis + 1:])
        if shape_of(labels) != examples:
            raise ValueError(f"cross_entropy: labels of shape {shape_of(labels)} for logits of shape {n}: there must be one class for each "
                             f"example, so shape {examples}")
        key = places(examples, array_namespace(labels, bare(logits)))
        key.insert(axis, labels)
        z = logits - largest(logits, axis)
        return log(sum(exp(z), axis)) - getitem(z, tuple(key))
    if shape_of(labels) != n:
        raise ValueError(f"cross_entropy: probabilities of shape {shape_of(labels)} for logits of shape {n}: the shapes must be equal")
    return -sum(labels * log_softmax(logits, axis), axis)


def is_integer(x):
    return array_namespace(x).isdtype(x.dtype, "integral") if hasattr(x, "dtype") else type(x) is int
