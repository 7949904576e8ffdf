def exponent_is_constant(self, gy):
    """cause: zero"""
    a, b = self.arrays
    return gy * b * a ** (b - 1), 0 * gy * b


def without_the_logarithm(self, gy):
    a, b = self.arrays
    return gy * b * a ** (b - 1), gy * self.output


def power_not_lowered(self, gy):
    a, b = self.arrays
    return lambda: gy * b * a ** b, lambda: gy * self.output * array_namespace(a).log(a)


def not_at_zero(self, gy):
    a, b = self.arrays
    return lambda: gy * b * a ** (b - 1), lambda: gy * self.output * array_namespace(a).log(a)


def in_the_wrong_order(self, gy):
    """cause: swapped inputs"""
    by_a, by_b = right(self, gy)
    return by_b, by_a
