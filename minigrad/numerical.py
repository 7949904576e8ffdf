def numerical_diff(f, x, eps=1e-4):
    from .core import Variable
    x0 = Variable(x.data - eps); x1 = Variable(x.data + eps)
    return (f(x1).data - f(x0).data) / (2 * eps)
