def wrong_sign(self, gy):
    """cause: sign"""
    return -gy * self.output


def no_cotangent(self, gy):
    """cause: missing cotangent"""
    return self.output


def nothing_comes_back(self, gy):
    """cause: zero"""
    return 0 * gy


def in_place(self, gy):
    """cause: changed in place"""
    gy *= self.output
    return gy


def the_input_for_the_output(self, gy):
    return gy * self.input.data


def nothing_returned(self, gy):
    """trouble: not-numbers"""
    gy * self.output
