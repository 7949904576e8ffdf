def one_secant(f, x, h):
    return (f(x + A * h) - f(x)) / (A * h)


def the_other_secant(f, x, h):
    return (f(x + B * h) - f(x + A * h)) / ((B - A) * h)


def not_divided(f, x, h):
    return right(f, x, h) * h


def the_mean_of_two_secants(f, x, h):
    return ((f(x + A * h) - f(x)) / A + (f(x + B * h) - f(x)) / B) / (2 * h)


def backwards(f, x, h):
    """cause: sign"""
    return right(f, x, -h) - 2 * right(f, x, h)
