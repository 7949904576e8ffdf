"""The one picture of the landing page."""
import figures


def notebook(y):
    """The notebook's function as the engine recorded it, with each value and the derivative of y by it."""
    return figures.graph(
        y, symbols={"x": "c1", "a": "c2", "b": "c3", "y": "c4"},
        alt="노트북의 함수의 계산 그래프. x를 제곱하여 a, 지수 함수에 넣어 b, 다시 제곱하여 y를 얻고, 변수마다 값과 y의 미분이 적혀 있습니다. ¦ "
            "Computational graph of the notebook's function: x is squared to a, a put into the exponential function gives b, b is squared to y; "
            "each variable shows its value and the derivative of y by it.")
