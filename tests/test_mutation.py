"""The mutation gate makes the changes it says, lets no survivor pass, and changes nothing on disk."""
import ast
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from mutation import killers
from mutation.places import Source
from mutation.report import Report, key

ROOT = Path(__file__).parent.parent
can_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the gate forks a process for each mutant, and this system cannot fork")


def mutants(text):
    return Source("toy", "toy.py", dedent(text).encode()).mutants


def changes(text):
    """{what the changed line is: the kind of change}"""
    return {mutant.diff[1].removeprefix("return "): mutant.kind for mutant in mutants(text)}


# ---- What is changed

@pytest.mark.parametrize("expression, expected", {
    "x + y": ["(x - y)", "x", "y"],
    "x - y": ["(x + y)", "(y - x)", "x"],
    "x * y": ["(x / y)", "x", "y"],
    "x / y": ["(x * y)", "(y / x)", "x"],
    "x ** y": ["(x * y)", "(y ** x)", "x"],
    "x @ y": ["(y @ x)"],
    "x & y": ["(x | y)", "x", "y"],
    "-x": ["x"],
    "not x": ["x"],
    "x < y": ["(x <= y)"],
    "x >= y": ["(x > y)"],
    "x == y != z": ["(x != y != z)", "(x == y == z)"],
    "x is y": ["(x is not y)"],
    "x not in y": ["(x in y)"],
    "x and y": ["x", "y"],
    "2": ["3"],
    "-1": ["0"],
    "0.5": ["1.0"],
    "0.0": ["1.0"],
    "True": ["False"],
    "None": ["0"],
    "'axis'": ["'axis_'"],
    "'tril'": ["'triu'"],
    "'some words'": ["pass"],
    "f'{x}'": ["pass"],
    "x": ["pass"],
    "gy * a * b": ["(gy * a / b)", "(gy * a)", "b", "(gy / a) * b", "gy * b", "a * b"],
    "g(x, y)": ["g(y, x)"],
    "add(x, y)": ["subtract(x, y)"],
    "reshape(x, y)": ["reshape(y, x)", "x"],
    "x.sin()": ["x.cos()"],
    "sum(x, keepdims=True)": ["sum(x)", "x", "prod(x, keepdims=True)", "sum(x, keepdims=False)"],
    "sum(x, axis=n)": ["sum(x)", "sum(x, axis=0)", "x", "prod(x, axis=n)"],
    "isinstance(x, (y, z))": ["pass"],
    "x.mT": ["x"],
    "(x, y)": ["pass"],
    "x in (y, z)": ["(x not in (y, z))"],
    "x[1:]": ["x[:]", "x[2:]"],
    "x[y:, 0]": ["x[:, 0]", "x[y:, 1]"],
    "x if y else z": ["x if True else z", "x if False else z"],
    "x if y == 0 else z": ["x if True else z", "x if False else z", "x if y == 1 else z"],
    "x if not y else z": ["x if True else z", "x if False else z"],
    "x if y < z and a or b else c": ["x if True else c", "x if (y < z and a) else c", "x if b else c", "x if (y < z) or b else c",
                                     "x if a or b else c", "x if (y <= z) and a or b else c"],
    "[x for x in y if z]": ["[x for x in y if True]", "[x for x in y if False]"],
    "lambda: x + y": ["lambda: (x - y)", "lambda: x", "lambda: y"],
}.items(), ids=lambda value: value if isinstance(value, str) else "")
def test_an_expression_is_changed_at_each_place(expression, expected):
    assert sorted(m.diff[1].removeprefix("return ") for m in mutants(f"def f():\n    return {expression}")) == sorted(expected)


@pytest.mark.parametrize("body, expected", {
    "g(x)\nreturn": ["pass"],                              # and the return that follows does nothing: it is the end
    "x += y": ["pass", "x = y", "x -= y"],
    "x = 2": ["x = 3"],
    "x.y = z": ["pass"],
    "if x: return y": ["if True: return y", "if False: return y", "if x: pass"],
    "if x:\n    raise ValueError(1 + 2)": ["if False:"],
    "while x < y: z()": ["while False: z()", "while (x <= y): z()", "while x < y: pass"],
    "for x in y:\n    continue": ["pass"],
    "with x + y:\n    pass": ["with (x - y):", "with x:", "with y:"],
}.items(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_statement_is_changed(body, expected):
    text = "def f():\n" + "\n".join("    " + line for line in body.splitlines())
    assert {"pass", *(m.diff[1] for m in mutants(text))} == {"pass", *expected}


def test_every_change_is_one_that_python_can_read():
    source = Source("toy", "toy.py", (ROOT / "minigrad/functions/indexing.py").read_bytes())
    assert len(source.mutants) > 100
    for mutant in source.mutants:
        assert ast.dump(ast.parse(mutant.text)) != ast.dump(source.tree)


def test_of_what_backward_returns_one_is_gy_alone_or_two_are_exchanged():
    found = changes("""
        class Rule:
            def backward(self, gy):
                return f(gy), lambda: g(gy)
        """)
    assert found == {"gy, lambda: g(gy)": "gy alone", "f(gy), lambda: gy": "gy alone", "(lambda: g(gy), f(gy))": "cotangents exchanged"}


def test_lambdas_closures_methods_and_decorated_functions_are_not_passed_over():
    units = {m.unit for m in mutants("""
        half = lambda x: x / 2
        table = {"a": 1}
        class Rule:
            needs = "x"
            size = property(lambda self: self.n + 1)
            @property
            def double(self):
                return 2 * self.x
            def backward(self, gy):
                def by_a():
                    return gy + 1
                return by_a, lambda: -gy
        @contextmanager
        def switch(on=True):
            yield on
        """)}
    assert units == {"half", "table", "Rule.needs", "Rule.size", "Rule.double", "Rule.backward", "Rule.backward.by_a", "switch"}


def test_names_are_exchanged_only_for_names_that_mean_something_there():
    assert "def backward(a, b): return b" in changes("def backward(a, b): return a")
    assert changes("def f(a): return max(a)") == {"def f(a): return min(a)": "name"}
    assert changes("def f(a, b): return a") == {"def f(a, b): pass": "statement deleted"}


# ---- A small program under the gate

PROGRAM = """
    from functools import cache

    @cache
    def area(width, height=2.0):
        return width * height

    def power(n):
        def function(x):
            return x ** n
        return function

    square, cube = power(2), power(3)

    class Rule:
        needs = "x"
        size = property(lambda self: len(self.needs) + 1)

        def backward(self, gy):
            return gy, lambda: -gy

    def last(numbers):
        while len(numbers) > 1:
            numbers = numbers[1:]
        return numbers[0]

    def nothing():
        \"\"\"Has no statement.\"\"\"
    """
TESTS = """
    import pytest
    import toy
    from toy import Rule, area, cube, last, power, square

    @pytest.mark.parametrize("width", [3.0])
    def test_area(width):
        assert area(width) == 6.0 and area(width, 4.0) == 12.0

    def test_powers():
        assert square(3) == 9 and cube(3) == 27 and power(2)(3) == toy.power(2)(3) == 9

    def test_rule():
        one, two = Rule().backward(5)
        assert one == 5 and two() == -5 and Rule.needs == "x" and Rule().size == 2

    def test_last():
        assert last([1, 2, 4, 8]) == 8
    """


def gate(folder, *options, program=PROGRAM, tests=TESTS, equivalent=(), patience=0.3):
    """Run the gate on a program in a folder."""
    (folder / "toy.py").write_text(dedent(program))
    (folder / "test_toy.py").write_text(dedent(tests))
    code = f"""if True:
        import sys
        sys.path.insert(0, {str(ROOT / 'tests')!r})
        from mutation import killers, __main__
        killers.PATIENCE = {patience}
        sys.exit(__main__.main({['--source=toy.py', '--tests=test_toy.py', '--processes=2', *options]!r}, {dict(equivalent)!r}))"""
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)


@can_fork
def test_all_mutants_are_killed_by_the_tests_under_their_own_names(tmp_path):
    run = gate(tmp_path, "--killers")
    assert run.returncode == 0, run.stdout + run.stderr
    number = len(mutants(PROGRAM))
    assert number > 20 and run.stdout.endswith(f"\nkilled {number} of {number}\n")
    functions = re.findall(r"^ +(\d+) of +(\d+)  (\S+)", run.stdout, re.MULTILINE)
    assert [name for *_, name in functions] == ["area", "power.function", "power", "square,", "Rule.needs", "Rule.size",
                                                "Rule.backward", "last"]
    assert all(killed == all_ != "0" for killed, all_, _ in functions)
    assert "no mutant: toy nothing has no statement" in run.stdout
    assert "failed: test_toy.py::test_area[3.0]" in run.stdout
    assert re.search(r"line \d+, statement deleted: pass\n +never ended: test_toy.py::test_last", run.stdout)
    assert {path.name for path in tmp_path.iterdir()} == {"toy.py", "test_toy.py"}


@can_fork
def test_survivors_are_shown_and_the_gate_is_not_passed(tmp_path):
    run = gate(tmp_path, "area", "spare", program=PROGRAM + "\n    def spare(x):\n        return -x\n",
               tests=TESTS.replace("area(width) == 6.0 and area(width, 4.0) == 12.0", "area(width, 2.0) == 6.0"))
    assert run.returncode == 1 and run.stdout.endswith("killed 3 of 5\n")
    assert re.search(r"survived: toy:\d+ area \(constant\), in all 1 tests that were tried, of 1 that run this place\n"
                     r"    - def area\(width, height=2.0\):\n    \+ def area\(width, height=4.0\):\n", run.stdout)
    assert re.search(r"survived: toy:\d+ spare \(sign dropped\), in all 0 tests that were tried, of 0 that run this place", run.stdout)


@can_fork
def test_a_mutant_that_crashes_python_is_killed_and_it_is_said_how(tmp_path):
    run = gate(tmp_path, "--killers", "risky", program="""
        import os
        def risky(x):
            if x:
                os.abort()
            return None
        """, tests="""
        from toy import risky
        def test_risky():
            assert risky(0) is None
        """)
    assert "crashed: test_toy.py::test_risky" in run.stdout and run.returncode == 1        # if False: survives


@can_fork
def test_tests_that_fail_without_any_mutant_prove_nothing(tmp_path):
    run = gate(tmp_path, tests=TESTS + "\n    def test_wrong():\n        assert square(2) == 5\n")
    assert run.returncode == 2 and "fails without any mutant: test_toy.py::test_wrong" in run.stdout and "killed" not in run.stdout
    run = gate(tmp_path, tests="import nowhere")
    assert run.returncode == 2 and "No module named 'nowhere'" in run.stdout and "killed" not in run.stdout


# ---- The verdict

def verdict(text, equivalent, killed=lambda mutant: True):
    """(exit status, words) of a report on a program of which some mutants are killed."""
    source, words = Source("toy", "toy.py", dedent(text).encode()), []
    report = Report([source], source.mutants, equivalent, out=words.append)
    for mutant in source.mutants:
        report.tell(killers.Result(mutant, "test_toy.py::test" if killed(mutant) else None, "failed" if killed(mutant) else "", 1, 1))
    return report.verdict(), "\n".join(words)


MANY = "def f(x, y):\n" + "    x += y\n" * 30 + "    return x + y\n"                          # 93 mutants
SAME = ("f", "return x + y", "return x")


def test_an_equivalent_mutant_need_not_be_killed_and_is_shown_with_its_proof():
    status, words = verdict(MANY, {SAME: "because"}, killed=lambda m: key(m) != SAME)
    assert status == 0 and words.endswith("killed 92 of 92") and "+ return x\n    because" in words
    status, words = verdict(MANY, {}, killed=lambda m: key(m) != SAME)
    assert status == 1 and words.endswith("killed 92 of 93")


def test_a_mutant_that_is_killed_is_not_equivalent():
    status, words = verdict(MANY, {SAME: "because"})
    assert status == 1 and "is said to be equivalent, but test_toy.py::test noticed it" in words


def test_an_equivalent_mutant_that_does_not_exist_any_more_is_named():
    status, words = verdict(MANY, {("f", "return x * y", "return x"): "because"})
    assert status == 1 and "the equivalent mutant of f does not exist any more: return x * y  ->  return x" in words


def test_at_most_3_in_100_are_equivalent():
    few = MANY.replace("    x += y\n" * 10, "", 1)                                       # 63 mutants: one may be, two may not
    two = {SAME: "because", ("f", "return x + y", "return y"): "because"}
    assert verdict(few, {SAME: "because"}, killed=lambda m: key(m) != SAME)[0] == 0
    status, words = verdict(few, two, killed=lambda m: key(m) not in two)
    assert status == 1 and "2 of 63 mutants are said to be equivalent: at most 3 in 100 may be" in words


def test_a_function_without_a_mutant_is_a_fault_unless_it_has_no_statement():
    status, words = verdict("def f():\n    import os\ndef g():\n    'no statement'\ndef h(x):\n    return -x", {})
    assert status == 1 and "not passed: toy f has no mutant" in words and "no mutant: toy g has no statement" in words
    assert " h\n" in words and "toy h has no mutant" not in words


# ---- Nothing on disk is changed

def fingerprint(folder):
    """Of all files in a folder, but for what Python itself puts there."""
    return {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__"}


@can_fork
@pytest.mark.parametrize("how", ["to the end", "killed half-way"])
def test_nothing_on_disk_is_changed(how, tmp_path):
    for name in "minigrad", "tests/mutation":
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests/test_notebook.py", tmp_path / "tests")
    before = fingerprint(tmp_path)
    gate = subprocess.Popen([sys.executable, "-m", "tests.mutation", "Square", "apply", "--tests=tests/test_notebook.py"], cwd=tmp_path,
                            env={**os.environ, "PYTHONPATH": str(tmp_path)}, stdout=subprocess.PIPE, text=True)
    line = ""
    while "Square.backward" not in line:                   # of the first of two modules: children are at work on the second
        line = gate.stdout.readline()
        assert line
    if how == "killed half-way":
        gate.send_signal(signal.SIGKILL)
    rest, _ = gate.communicate(timeout=60)
    assert gate.returncode == (1 if how == "to the end" else -signal.SIGKILL)                # for one file does not notice them all
    assert ("killed" in rest) == (how == "to the end")
    assert fingerprint(tmp_path) == before
