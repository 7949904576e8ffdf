def sign_of_the_denominator(self, gy):
    """cause: sign"""
    a, b = self.arrays
    return gy / b, gy * a / (b * b)


def square_is_missing(self, gy):
    a, b = self.arrays
    return gy / b, -gy * a / b


def in_the_wrong_order(self, gy):
    """cause: swapped inputs"""
    a, b = self.arrays
    return -gy * a / (b * b), gy / b


def as_for_a_product(self, gy):
    a, b = self.arrays
    return gy * b, gy * a
