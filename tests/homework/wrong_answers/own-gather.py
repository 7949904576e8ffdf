def of_the_wrong_sign(self, gy):
    """cause: sign"""
    return -right(self, gy)


def no_cotangent(self, gy):
    """cause: missing cotangent"""
    return right(self, 0 * gy + 1)


def nothing_comes_back(self, gy):
    """cause: zero"""
    return 0 * right(self, gy)


def not_spread(self, gy):
    return gy * sum(right(self, gy), axis=self.axis)
