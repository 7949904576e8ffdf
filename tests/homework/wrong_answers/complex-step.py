def central_difference(f, x):
    return numerical_grad(f, x)


def forgotten_division(f, x):
    def derivative(i):
        return number(f(moved(x, i, 1e-200j)), complex).imag
    return each_entry(derivative, x)


def the_real_part(f, x):
    h = 1e-200

    def derivative(i):
        return number(f(moved(x, i, h * 1j)), complex).real / h
    return each_entry(derivative, x)


def all_at_once(f, x):
    h = 1e-200
    return f(x + h * 1j).imag / h


def single_precision(f, x):
    """cause: float32"""
    import numpy as np

    def derivative(i):
        return float(np.float32(number(f(moved(x, i, 1e-200j)), complex).imag / 1e-200))
    return each_entry(derivative, x)
