def in_the_wrong_order(self, gy):
    """cause: swapped inputs"""
    by_a, by_b = right(self, gy)
    return by_b, by_a


def no_cotangent(self, gy):
    """cause: missing cotangent"""
    by_a, by_b = right(self, 1.0)
    return by_a, by_b


def a_alone(self, gy):
    """cause: zero"""
    by_a, by_b = right(self, gy)
    return by_a, 0 * by_b


def by_a_twice(self, gy):
    by_a, by_b = right(self, gy)
    return by_a, by_a + by_b


def from_the_sweep(self, gy):
    """trouble: raised"""
    from minigrad.transforms import vjp
    a, b = self.arrays
    _, back = vjp(self.forward, a, b)
    return back(gy)
