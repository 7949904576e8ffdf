def doubled_instead_of_squared(self, x):
    return x + x


def single_precision(self, x):
    """cause: float32"""
    import numpy as np
    return np.asarray(x, dtype=np.float32) ** 2


def in_place(self, x):
    """cause: changed in place"""
    x *= x
    return x


def nothing_returned(self, x):
    """trouble: raised"""
    x * x
