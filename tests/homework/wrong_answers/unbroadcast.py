def not_summed(gx, spec, name):
    """cause: not summed over broadcast axes"""
    return gx


def only_the_new_axes(gx, spec, name):
    """cause: not summed over broadcast axes"""
    import numpy as np
    to, kind = spec
    lead = gx.ndim - len(to)
    return cast(np.sum(gx, axis=tuple(range(lead))), kind)


def the_first_of_the_copies(gx, spec, name):
    """cause: not summed over broadcast axes"""
    to, kind = spec
    for _ in range(gx.ndim - len(to)):
        gx = gx[0]
    for axis, n in enumerate(to):
        if n == 1:
            gx = gx.take([0], axis)
    return cast(gx, kind)


def the_mean_of_the_copies(gx, spec, name):
    """cause: not summed over broadcast axes"""
    g = right(gx, spec, name)
    return g * g.size / gx.size


def axes_are_lost(gx, spec, name):
    import numpy as np
    to, kind = spec
    lead = gx.ndim - len(to)
    axes = (*range(lead), *[lead + i for i, n in enumerate(to) if n != gx.shape[lead + i]])
    return cast(np.sum(gx, axis=axes), kind)


def dtype_is_left(gx, spec, name):
    to, _ = spec
    return right(gx, (to, gx.dtype), name)
