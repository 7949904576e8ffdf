"""The bank of attacks: what a student's code may try in order to get points that it has not earned, or to spoil the batch.

    functions.py   code that stands in a task's function, or at the top of its file
    folders.py     submissions that attack, or break, whoever reads them

The attacks know no names of this machine: `Aims` tells them what to go for.
"""
from dataclasses import dataclass
from textwrap import indent

VICTIM = "exp-backward"
RIGHT = "return gy * self.output\n"
WRONG = "return gy * self.output * 1.0001\n"


@dataclass(frozen=True)
class Aims:
    """What the attacks go for.

    folder      holds what must not be read or changed: results, tests, a secret
    reference   the package with the answers
    packages    where other packages are installed, jax among them
    parent      the process that grades
    port        where somebody listens who must not be called
    """
    folder: str
    reference: str
    packages: str
    parent: int
    port: int


@dataclass(frozen=True)
class Attack:
    """Code for a function backward(self, gy) of exp.

    ending   what becomes of the task if the right answer stands behind the code: "passes", or the trouble that it ends in
    needs    the protections without which the attack is not tried: it would do harm here
    honest   the answer that the code gives is right, and it is due: nobody can tell it from a rule
    """
    name: str
    code: str
    ending: tuple = ("passes",)
    needs: tuple = ()
    honest: bool = False

    def body(self, answer, aims):
        """The lines of the function: the attack, then an answer."""
        code = self.code
        for name, value in vars(aims).items():
            code = code.replace("{" + name + "}", str(value))
        return code + answer

    def in_function(self, source, answer, aims):
        """The source of elementary.py with the attack in Exp.backward, before that answer."""
        return replaced(source, self.body(answer, aims))

    def in_module(self, source, answer, aims):
        """The same source with that answer, and with the attack at the top of the file, in its class and at its end."""
        code = "def attack(self, gy):\n" + indent(self.body("", aims), "    ") + "attack(None, 1.0)\n"
        source = replaced(source, answer).replace('    needs = "y"\n', '    needs = "y"\n    attack(None, 1.0)\n', 1)
        return code + source + "\nattack(None, 1.0)\n"


def replaced(source, body):
    """The source of elementary.py with another body for Exp.backward."""
    old = "        return gy * self.output\n"
    before, found, after = source.partition(old)
    assert found and before.rstrip().endswith("def backward(self, gy):") and "class Expm1" not in before
    return before + indent(body, " " * 8) + after
