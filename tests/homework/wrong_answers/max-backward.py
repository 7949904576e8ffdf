def all_ties_get_all(self, gy):
    x, = self.arrays
    return where(equal(x, self.kept(self.output)), self.kept(gy), 0)


def everybody_gets_it(self, gy):
    return broadcast_to(self.kept(gy), self.origin)


def one_where_it_is_largest(self, gy):
    """cause: missing cotangent"""
    import numpy as np
    x, = self.arrays
    return np.asarray(equal(x, self.kept(self.output)), dtype=float)


def the_first_of_all(self, gy):
    import numpy as np
    x, = self.arrays
    g = np.zeros(x.size)
    g[np.argmax(x)] = np.sum(gy)
    return g.reshape(x.shape)
