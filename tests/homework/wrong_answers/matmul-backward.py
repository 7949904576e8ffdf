def not_transposed(self, gy):
    """cause: transposed"""
    a, b = self.arrays
    by_a, by_b = right(self, gy)
    by_a, by_b = by_a(), by_b()
    return (by_a.mT, by_b.mT) if by_a.ndim > 1 and by_b.ndim > 1 else (by_a, by_b)


def transposes_forgotten(self, gy):
    """trouble: raised"""
    a, b = self.arrays
    return gy @ b, a @ gy


def the_other_way_round(self, gy):
    """trouble: raised"""
    a, b = self.arrays
    return b.mT @ gy, gy @ a.mT


def square_matrices_only(self, gy):
    """trouble: raised"""
    a, b = self.arrays
    return gy @ b.T, a.T @ gy


def element_by_element(self, gy):
    """trouble: raised"""
    a, b = self.arrays
    return gy * b, gy * a
