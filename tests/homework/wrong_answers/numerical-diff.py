def forward_difference(f, x, eps=1e-4):
    x1 = Variable(data_of(x, "x") + eps)
    return (data_of(f(x1), "the result of f") - data_of(f(x), "the result of f")) / eps


def the_distance_is_not_eps(f, x, eps=1e-4):
    """cause: doubled"""
    x0 = Variable(x.data - eps)
    x1 = Variable(x.data + eps)
    return (f(x1).data - f(x0).data) / eps


def backwards(f, x, eps=1e-4):
    """cause: sign"""
    x0 = Variable(x.data - eps)
    x1 = Variable(x.data + eps)
    return (f(x0).data - f(x1).data) / (2 * eps)


def no_variables(f, x, eps=1e-4):
    """trouble: raised"""
    return (f(x.data + eps).data - f(x.data - eps).data) / (2 * eps)


def a_variable_comes_out(f, x, eps=1e-4):
    """trouble: not-numbers"""
    return (f(Variable(x.data + eps)) - f(Variable(x.data - eps))) / (2 * eps)


def its_own_eps(f, x, eps=1e-4):
    h = 1e-4
    return (f(Variable(x.data + h)).data - f(Variable(x.data - h)).data) / (2 * h)
