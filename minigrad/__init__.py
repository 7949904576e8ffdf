"""minigrad: a reference implementation of backpropagation, cross-validated against JAX, for learning.

    import minigrad as mg
    mg.grad(lambda x: mg.sin(x) * x)(2.0)

core.py has the idea, functions/ the rules, transforms.py grad and its kin.  NumPy is all that is needed to run it, and for
single numbers not even that.
"""
from .arrays import array_namespace
from .changes import check_every_entry
from .checking import crosscheck
from .core import *
from .drawing import graph
from .functions import *
from .numerical import complex_step, numerical_diff, numerical_grad
from .transforms import *


HABITS = {                               # what other libraries call it, and what to write here
    "array": "mg.Variable(np.array(...)), or mg.stack([x, y]) of Variables", "tensor": "mg.Variable(np.array(...))", "concatenate": "mg.concat",
    "cat": "mg.concat", "jacobian": "mg.jacrev", "elementwise_grad": "mg.grad of the sum", "transpose": "mg.permute_dims", "sub": "mg.subtract",
    "mul": "mg.multiply", "div": "mg.divide", "mm": "mg.matmul", "bmm": "mg.matmul",
}


def __getattr__(name):
    if name in HABITS:
        raise AttributeError(f"minigrad has no {name}: write {HABITS[name]}", name=name)
    raise AttributeError(f"minigrad has no {name} (np.{name} may take a Variable): matrix algebra, sorting, FFT, special functions and complex "
                         "derivatives are out of its scope; write a Function with forward and backward, or use JAX", name=name)
