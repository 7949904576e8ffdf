def repeated_indices_overwrite(self, gy):
    """cause: overwritten instead of accumulated"""
    import numpy as np
    g = np.zeros(self.origin)
    g[self.key] = gy
    return g


def repeated_indices_add_once(self, gy):
    import numpy as np
    g = np.zeros(self.origin)
    g[self.key] += gy
    return g


def only_what_was_taken(self, gy):
    return gy


def taken_again(self, gy):
    return gy[self.key]


def ones(self, gy):
    """cause: missing cotangent"""
    import numpy as np
    g = np.zeros(self.origin)
    np.add.at(g, self.key, 1.0)
    return g
