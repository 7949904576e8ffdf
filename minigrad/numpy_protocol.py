"""NumPy's own functions on a Variable: np.exp(x), np.sum(x, axis=0), np.concatenate([x, y])  (NEP 13 and NEP 18)."""
import numpy as np

import minigrad as mg

ufuncs = {getattr(np, name): getattr(mg, name) for name in ["add", "subtract", "multiply", "divide", "exp", "greater", "less", "equal", "matmul", "sin", "cos", "log", "maximum", "minimum", "negative", "sqrt", "square", "power"] if hasattr(mg, name)}
ufuncs[np.power] = mg.pow


def apply_ufunc(ufunc, method, inputs, options):
    return ufuncs[ufunc](*inputs)
