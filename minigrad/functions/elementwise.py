"""What the functions of several arrays, element by element, have in common."""
from itertools import zip_longest

from ..core import Function


class Elementwise(Function):
    """The shapes of the arrays must broadcast (Python Array API standard, "Broadcasting")."""
    __slots__ = ()

    def mismatch(self, *shapes):
        for lengths in zip_longest(*[shape[::-1] for shape in shapes], fillvalue=1):
            if len({*lengths} - {1}) > 1:
                return "they do not broadcast; from the last axis back the lengths must be equal or 1, so reshape or transpose one of them"
