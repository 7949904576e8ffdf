def uphill(loss, p, v, *data):
    g = grad(loss)(p, *data)
    velocity = {key: FRICTION * v[key] + RATE * (g[key] + DECAY * p[key]) for key in p}
    return {key: p[key] + velocity[key] for key in p}, velocity


def without_decay(loss, p, v, *data):
    g = grad(loss)(p, *data)
    velocity = {key: FRICTION * v[key] - RATE * g[key] for key in p}
    return {key: p[key] + velocity[key] for key in p}, velocity


def the_old_velocity(loss, p, v, *data):
    new, velocity = right(loss, p, v, *data)
    return {key: p[key] + v[key] for key in p}, velocity


def in_place(loss, p, v, *data):
    """cause: changed in place"""
    g = grad(loss)(p, *data)
    for key in p:
        v[key] *= FRICTION
        v[key] -= RATE * (g[key] + DECAY * p[key])
    return {key: p[key] + v[key] for key in p}, v


def the_velocity_stays(loss, p, v, *data):
    new, velocity = right(loss, p, v, *data)
    return new, v
