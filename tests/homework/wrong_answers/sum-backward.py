def not_spread(self, gy):
    return gy


def spread_along_the_wrong_axis(self, gy):
    """trouble: raised"""
    return broadcast_to(gy, self.origin)


def the_mean(self, gy):
    import numpy as np
    g = broadcast_to(self.kept(gy), self.origin)
    return g * np.size(gy) / np.size(g)


def ones(self, gy):
    """cause: missing cotangent"""
    import numpy as np
    return np.ones(self.origin)
