def without_the_square(self, gy):
    return gy * (1 - self.output)


def of_the_wrong_sign(self, gy):
    """cause: sign"""
    y = self.output
    return gy * (y * y - 1)


def overflows_far_out(self, gy):
    y = self.output
    e = (1 + y) / (1 - y)
    return gy * 4 * e / (e + 1) ** 2


def no_cotangent(self, gy):
    """cause: missing cotangent"""
    y = self.output
    return 1 - y * y


def doubled(self, gy):
    """cause: doubled"""
    y = self.output
    return gy * (1 - y * y) + gy * (1 - y * y)
