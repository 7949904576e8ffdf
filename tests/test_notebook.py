"""The notebook that minigrad grew from runs as it is written, with its digits."""
import numpy as np
import pytest

import minigrad
from minigrad import Exp, Function, Square, Variable, numerical_diff


def test_x_squared_at_2_by_numerical_diff():
    f = Square()
    x = Variable(np.array(2.0))
    dy = numerical_diff(f, x)
    assert repr(float(dy)) == "4.000000000004"


def test_the_composite_function_by_numerical_diff():
    def f(x):
        A = Square()
        B = Exp()
        C = Square()
        return C(B(A(x)))

    x = Variable(np.array(0.5))
    dy = numerical_diff(f, x)
    assert repr(float(dy)) == "3.2974426293330694"


def by_hand(Square, Exp):
    A = Square()
    B = Exp()
    C = Square()

    x = Variable(np.array(0.5))
    a = A(x)
    b = B(a)
    y = C(b)

    y.grad = np.array(1.0)
    b.grad = C.backward(y.grad)
    a.grad = B.backward(b.grad)
    x.grad = A.backward(a.grad)
    return x, y


class NotebookSquare(Function):
    def forward(self, x):
        y = x**2
        return y

    def backward(self, gy):
        x = self.input.data
        gx = 2*x*gy
        return gx


class NotebookExp(Function):
    def forward(self, x):
        y = np.exp(x)
        return y

    def backward(self, gy):
        x = self.input.data
        gx = np.exp(x)*gy
        return gx


@pytest.mark.parametrize("functions", [(Square, Exp), (NotebookSquare, NotebookExp)], ids=["minigrad's", "the notebook's"])
def test_backpropagation_by_hand_and_by_itself(functions):
    x, y = by_hand(*functions)
    assert repr(float(x.grad)) == "3.297442541400256"
    x.clear_grad()
    y.backward()
    assert repr(float(x.grad)) == "3.297442541400256"


def test_the_notebooks_classes_differentiate_to_any_order():
    def f(x):
        return NotebookSquare()(NotebookExp()(NotebookSquare()(x)))

    def g(x):
        return minigrad.exp(2 * x ** 2)
    for _ in range(3):
        f, g = minigrad.grad(f), minigrad.grad(g)
    assert np.isclose(f(0.5), g(0.5), rtol=1e-14)
