def not_stable(x, axis=-1):
    z = exp(x)
    return z / sum(z, axis, keepdims=True)


def over_all_entries(x, axis=-1):
    z = exp(x - largest(x, axis))
    return z / sum(z)


def the_last_axis_only(x, axis=-1):
    return right(x, -1)


def not_divided(x, axis=-1):
    return exp(x - largest(x, axis))


def without_a_way_back(x, axis=-1):
    """cause: zero"""
    import minigrad
    return right(minigrad.stop_gradient(x), axis) + 0 * x
