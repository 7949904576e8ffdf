"""minigrad and the libraries beside which it is measured, as far as they are installed, each with its own functions for the same loss.

A Library has the functions that the networks use, and gradient(loss, parameters, data): a function that computes the list of
the gradients by the parameters, as a program that trains would.  loss is called with the Library, the parameters and the data.
"""
import math
from importlib.metadata import PackageNotFoundError, version

import numpy as np

import minigrad as mg

DISTRIBUTIONS = {"micrograd": "micrograd", "autograd": "autograd", "PyTorch": "torch", "JAX": "jax", "DeZero": "dezero"}


def installed():
    """{library: its version, or None where it is not installed}"""
    found = {}
    for name, distribution in DISTRIBUTIONS.items():
        try:
            found[name] = version(distribution)
        except PackageNotFoundError:
            found[name] = None
    return found


def libraries():
    """{name: Library}, minigrad first; micrograd, which has only numbers, is not among them."""
    makers = {"minigrad": Minigrad, "autograd": Autograd, "PyTorch": Torch, "JAX": Jax, "DeZero": Dezero}
    return {name: make() for name, make in makers.items() if name == "minigrad" or installed()[name]}


class Library:
    def linear(self, x, w, b):
        return x @ w + b


class Minigrad(Library):
    def __init__(self):
        self.tanh, self.sqrt, self.reshape, self.permute, self.where = mg.tanh, mg.sqrt, mg.reshape, mg.permute_dims, mg.where
        self.softmax, self.gelu = mg.softmax, mg.gelu

    def mean(self, x, axis=None):
        return mg.mean(x, axis=axis, keepdims=axis is not None)

    def cross_entropy(self, logits, labels):
        return mg.mean(mg.cross_entropy(logits, labels))

    def gradient(self, loss, parameters, data):
        variables = [mg.Variable(p) for p in parameters]

        def run():
            for v in variables:
                v.clear_grad()
            loss(self, variables, *data).backward()
            return [v.grad for v in variables]
        return run


class Autograd(Library):
    def __init__(self):
        import autograd
        import autograd.numpy as anp
        self.autograd, self.np = autograd, anp
        self.tanh, self.sqrt, self.reshape, self.permute, self.where = anp.tanh, anp.sqrt, anp.reshape, anp.transpose, anp.where

    def mean(self, x, axis=None):
        return self.np.mean(x, axis=axis, keepdims=axis is not None)

    def softmax(self, x):
        e = self.np.exp(x - self.np.max(x, axis=-1, keepdims=True))
        return e / self.np.sum(e, axis=-1, keepdims=True)

    def gelu(self, x):
        return 0.5 * x * (1 + self.np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))

    def cross_entropy(self, logits, labels):
        z = logits - self.np.max(logits, axis=-1, keepdims=True)
        return self.np.mean(self.np.log(self.np.sum(self.np.exp(z), axis=-1)) - z[np.arange(len(labels)), labels])

    def gradient(self, loss, parameters, data):
        derivative = self.autograd.grad(lambda parameters: loss(self, parameters, *data))
        return lambda: derivative(parameters)


class Torch(Library):
    def __init__(self):
        import torch
        torch.set_num_threads(1)
        F = torch.nn.functional
        self.torch = torch
        self.tanh, self.sqrt, self.reshape, self.permute = torch.tanh, torch.sqrt, torch.reshape, torch.permute
        self.softmax, self.gelu = lambda x: F.softmax(x, -1), lambda x: F.gelu(x, approximate="tanh")
        self.where, self.cross_entropy = torch.where, F.cross_entropy

    def mean(self, x, axis=None):
        return self.torch.mean(x) if axis is None else self.torch.mean(x, axis, keepdim=True)

    def gradient(self, loss, parameters, data):
        tensors = [self.torch.from_numpy(p.copy()).requires_grad_() for p in parameters]
        data = [self.torch.from_numpy(d) for d in data]

        def run():
            for t in tensors:
                t.grad = None
            loss(self, tensors, *data).backward()
            return [t.grad.numpy() for t in tensors]
        return run


class Jax(Library):
    """Compiled, once, before it is measured."""

    def __init__(self):
        import jax
        jnp = jax.numpy
        self.jax, self.np = jax, jnp
        self.tanh, self.sqrt, self.reshape, self.permute, self.where = jnp.tanh, jnp.sqrt, jnp.reshape, jnp.transpose, jnp.where
        self.softmax, self.gelu = jax.nn.softmax, jax.nn.gelu

    def mean(self, x, axis=None):
        return self.np.mean(x, axis=axis, keepdims=axis is not None)

    def cross_entropy(self, logits, labels):
        return -self.np.mean(self.np.take_along_axis(self.jax.nn.log_softmax(logits), labels[:, None], axis=1))

    def gradient(self, loss, parameters, data):
        with self.jax.enable_x64(parameters[0].dtype == np.float64):
            parameters, data = self.jax.device_put((parameters, data))
            compiled = self.jax.jit(self.jax.grad(lambda parameters, data: loss(self, parameters, *data))).lower(parameters, data).compile()
        return lambda: self.jax.block_until_ready(compiled(parameters, data))


class Dezero(Library):
    """Only what multi-layer perceptrons need: DeZero has no product of stacks of matrices."""

    def __init__(self):
        if not hasattr(np, "int"):
            np.int = int                 # DeZero names it, and NumPy has it no more
        import dezero
        self.dezero = dezero
        self.tanh, self.linear = dezero.functions.tanh, dezero.functions.linear

    def cross_entropy(self, logits, labels):
        return self.dezero.functions.softmax_cross_entropy(logits, labels)

    def gradient(self, loss, parameters, data):
        variables = [self.dezero.Variable(p) for p in parameters]

        def run():
            for v in variables:
                v.cleargrad()
            loss(self, variables, *data).backward()
            return [v.grad.data for v in variables]
        return run
