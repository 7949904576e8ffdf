def no_cotangent(self, gy):
    """cause: missing cotangent"""
    x = self.input.data
    return 2 * x


def no_two(self, gy):
    x, = self.arrays
    return x * gy


def twice_too_much(self, gy):
    """cause: doubled"""
    x, = self.arrays
    return 4 * x * gy


def through_float32(self, gy):
    """cause: float32"""
    import numpy as np
    x, = self.arrays
    return np.asarray(np.asarray(2 * x * gy, dtype=np.float32), dtype=float)


def summed(self, gy):
    import numpy as np
    x, = self.arrays
    return np.sum(2 * x * gy)
