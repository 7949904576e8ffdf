"""Of a submission only a body is taken, whatever its form, and everything else is refused in a kind sentence."""
import random
from warnings import catch_warnings, simplefilter

import pytest

from minigrad.homework.grafting import SENTENCES, GraftError, blank, body_lines, graft, is_blank, missing_helpers, tree

REFERENCE = '''"""A module."""
import math


def free(x, *, y=2):
    """What it does.

    More of it.
    """
    # a comment
    return math.sin(x) + y


class Rule:
    """A class."""
    needs = "y"

    def backward(self, gy):
        # the answer begins
        y = self.output

        return gy * (1 - y * y)          # and ends
        # after it

    def other(self):
        return 1
'''


def submission(body, head="    def backward(self, gy):\n"):
    return "class Rule:\n" + head + body


def run(source, **attributes):
    """Rule().backward(3.0) of a source text."""
    names = {}
    exec(compile(source, "grafted.py", "exec"), names)
    rule = names["Rule"]()
    rule.__dict__.update(output=2.0, **attributes)
    return rule.backward(3.0)


def test_a_blank_keeps_signature_and_docstring_and_raises_what_there_is_to_do():
    text = blank(REFERENCE, "free", 'free: a "kind" \\ word\nand more')
    assert '    """\n    # TODO free: a "kind" \\ word\n    # and more\n    raise NotImplementedError(' in text
    assert "math.sin" not in text and "a comment" not in text and "def free(x, *, y=2):" in text and "More of it." in text
    names = {}
    exec(text, names)
    with pytest.raises(NotImplementedError, match=r'^free: a "kind" \\ word$'):
        names["free"](1)


def test_a_blank_takes_the_comments_of_the_body_with_it_and_nothing_else():
    text = blank(REFERENCE, "Rule.backward", "it")
    for gone in ("the answer begins", "self.output", "and ends", "after it"):
        assert gone not in text
    assert "    def other(self):\n        return 1\n" in text
    assert '    needs = "y"\n\n    def backward(self, gy):\n        # TODO it\n' in text
    assert is_blank(text, "Rule.backward") and not is_blank(REFERENCE, "Rule.backward") and not is_blank(text, "free")


@pytest.mark.parametrize("body", ["pass", "...", '"""Only words."""', "raise NotImplementedError", "raise NotImplementedError('x')",
                                  "raise NotImplementedError\n        return gy"])
def test_a_body_that_does_nothing_is_blank(body):
    assert is_blank(submission(f"        {body}\n"), "Rule.backward")


@pytest.mark.parametrize("body", ["return gy", "raise ValueError", "if not gy:\n            raise NotImplementedError"])
def test_a_body_that_does_something_is_not_blank(body):
    assert not is_blank(submission(f"        {body}\n"), "Rule.backward")


def test_blank_and_graft_undo_each_other_for_every_task(tasks, done):
    for task in tasks.values():
        text = blank(done[task.path], task.qualname, task.title["ko"])
        assert text != done[task.path] and is_blank(text, task.qualname)
        assert graft(text, task.qualname, done[task.path]) == done[task.path], task.name


@pytest.mark.parametrize(("body", "expected"), [
    ("        return gy * 5\n", 15.0),
    ("        '''A docstring of theirs.'''\n        return gy * 5\n", 15.0),
    ("  \n        # first a comment\n        if gy:\n            return gy * 5\n", 15.0),
    ("      z = (gy *\n    5)\n      return z\n", 15.0),
    ("        z = '''a\nb'''\n        return len(z) * gy\n", 9.0),
    ("        z = f'''a\n{gy:.0f}'''\n        return len(z) * gy\n", 9.0),
    ("        import math; return math.sqrt(gy * gy) * 5\n", 15.0),
    ("        def helper(x):\n            return x * 5\n        return helper(gy)\n", 15.0),
    ("        @staticmethod\n        def helper(x):\n            return x * 5\n        return helper(gy)\n", 15.0),
    ("        return gy * 5", 15.0),
    ("        s = 'a' \\\n  'b'\n        return gy * len(s)\n", 6.0),
])
def test_the_body_is_taken_in_whatever_form_it_is_written(body, expected):
    for text in (submission(body), submission(body).replace("\n", "\r\n")):
        grafted = graft(REFERENCE, "Rule.backward", text)
        assert run(grafted) == expected
        assert blank(grafted, "Rule.backward", "x") == blank(REFERENCE, "Rule.backward", "x")


@pytest.mark.parametrize("body", [
    "      # why\n      z = (gy *\n    5)\n      return z\n",
    "      # why\n      z = '''a\n      b'''\n      return len(z) * gy\n",
])
def test_the_text_of_a_body_is_kept_with_its_comments(body):
    grafted = graft(REFERENCE, "Rule.backward", submission(body))
    assert "        # why\n        z = " in grafted and run(grafted) in (15.0, 27.0)


def test_an_escape_that_python_warns_of_is_no_error():
    body = "        return gy * len('\\d')\n"
    with catch_warnings(record=True) as warned:
        simplefilter("always")
        assert "len('\\d')" in graft(REFERENCE, "Rule.backward", submission(body))
    assert not warned
    assert "len('\\d')" in graft(REFERENCE, "Rule.backward", submission(body + "        # again\n"))      # where it would be one


def test_a_body_indented_by_tabs_is_taken_too():
    text = "class Rule:\n\tdef backward(self, gy):\n\t\tif gy:\n\t\t\treturn gy * 5\n"
    assert run(graft(REFERENCE, "Rule.backward", text)) == 15.0


def test_a_body_behind_the_colon_is_taken_too():
    assert run(graft(REFERENCE, "Rule.backward", "class Rule:\n    def backward(self, gy): return gy * 5\n")) == 15.0
    assert run(graft(REFERENCE, "Rule.backward", "class Rule:\n    def backward(self,\n      gy): y = 5; return gy * y\n")) == 15.0


def test_nothing_but_the_body_is_taken():
    text = '''
import os
print("module level")
class Rule(os.PathLike):
    needs = "xy"
    print("class level")
    def backward(self, gy: print("annotation")) -> print("result"):
        "Their docstring."
        return gy * 5
    def other(self):
        return 100
class Other: pass
'''
    grafted = graft(REFERENCE, "Rule.backward", text)
    assert grafted.replace("        return gy * 5\n", "BODY") == \
        REFERENCE.replace(REFERENCE[REFERENCE.index("        # the answer"):REFERENCE.index("\n    def other")], "BODY")


def test_defaults_and_docstring_are_the_references():
    names = {}
    exec(graft(REFERENCE, "free", "def free(x, *, y=100):\n    'theirs'\n    return x + y\n"), names)
    assert names["free"](1) == 3 and names["free"].__doc__.startswith("What it does.")


@pytest.mark.parametrize(("text", "key", "values"), [
    ("class Rule:\n    def backward(self, gy:\n", "syntax", {"line": 2}),
    ("class Rule:\n    def backward(self, gy):\n", "syntax", {"line": 2}),
    ("x = '\0'", "syntax", {}),
    ("(" * 1000, "syntax", {}),
    ("", "missing", {"qualname": "Rule.backward"}),
    ("class Rule:\n    backward = lambda self, gy: gy\n", "missing", {}),
    ("class Rule:\n    async def backward(self, gy): pass\n", "missing", {}),
    ("def backward(self, gy): return gy\n", "missing", {}),
    ("class Rule:\n    class backward: pass\n", "missing", {}),
    ("class Rule:\n    def backward(self, gy): return 1\n    def backward(self, gy): pass\n", "twice", {"first": 2, "second": 3}),
    ("class Rule: pass\nclass Rule:\n    def backward(self, gy): return 2\n", "twice", {"first": 1, "second": 2}),
    ("class Rule:\n    def backward(self, g): pass\n", "signature", {"expected": "self, gy", "found": "self, g", "line": 2}),
    ("class Rule:\n    def backward(self, gy, more=1):\n        return gy\n", "signature", {}),
    ("class Rule:\n    def backward(self, *gy):\n        return gy\n", "signature", {}),
    ("class Rule:\n    @staticmethod\n    def backward(self, gy):\n        return gy\n", "decorated", {"line": 3}),
    ("class Rule:\n    def backward(self, gy):\n        return " + "-" * 5000 + "gy\n", None, {}),
    ("class Rule:\n    def backward(self, gy, x=" + "-" * 900 + "1):\n        return gy\n", None, {}),
    ("class Rule:\n    @f(" + "-" * 900 + "1)\n    def backward(self, gy):\n        return gy\n", None, {}),
    ("class Rule:\n    def backward(self, gy):\n        return " + "gy + " * 5000 + "gy\n", None, {}),
    ("class Rule:\n    def backward(self, gy):\n" + "        gy = gy\n" * 7000, "large", {"qualname": "Rule.backward"}),
])
def test_what_cannot_be_grafted_is_said_in_both_languages(text, key, values):
    with pytest.raises(GraftError) as raised:
        graft(REFERENCE, "Rule.backward", text)
    error = raised.value
    assert error.key == (key or error.key) and error.key in ("syntax", "large", "decorated", key)
    assert values.items() <= error.values.items()
    assert all(error.text(lang).rstrip().endswith(".") for lang in ("ko", "en")) and error.text("ko") != error.text("en")


def test_every_reason_has_been_seen_above():
    marks = test_what_cannot_be_grafted_is_said_in_both_languages.pytestmark
    assert {case[1] for mark in marks for case in mark.args[1]} - {None} == set(SENTENCES)


def test_rubbish_raises_nothing_but_graft_errors():
    rng = random.Random(0)
    for _ in range(300):
        text = list(submission("        y = self.output\n        return gy * (1 - y * y)\n"))
        for _ in range(rng.randrange(1, 6)):
            start, end = rng.randrange(len(text)), rng.randrange(len(text))
            text[start:end] = rng.choice(["\n", "\t", "(", "'''", "\\", "é", "def ", "\f", "\x0b", " "])
        for attempt in (graft, lambda r, q, s: missing_helpers(r, q, s), lambda r, q, s: is_blank(s, q)):
            try:
                attempt(REFERENCE, "Rule.backward", "".join(text))
            except GraftError:
                pass


def test_helpers_outside_the_function_are_named():
    text = '''
import numpy as np
from math import cos as cosine
FACTOR = 2
def helper(x): return x
if FACTOR:
    late = 1
class Rule:
    scale = 3
    def backward(self, gy):
        import os
        local = [helper(v) for v in (gy, len("x"))]
        def inner(a): return a + FACTOR + late
        return np.sum(local) + cosine(0) + self.scale + self.mine(gy) + inner(1) + unknown + math.pi + os.x
    def mine(self, x): return x
'''
    outside = ["FACTOR", "cosine", "helper", "late", "np", "self.mine", "self.scale"]
    assert missing_helpers(REFERENCE, "Rule.backward", text) == outside


def test_what_is_inside_or_the_references_is_no_missing_helper(tasks, done):
    text = submission("        import numpy as np\n        return np.sum(gy) * math.pi * self.needs\n    needs = 1\n")
    assert missing_helpers(REFERENCE, "Rule.backward", "import math\n" + text) == []
    for task in tasks.values():
        assert missing_helpers(done[task.path], task.qualname, done[task.path]) == []


def test_a_local_name_hides_a_helper_of_the_same_name():
    text = "def helper(x): return x\n" + submission("        helper = lambda x: x\n        return helper(gy)\n")
    assert missing_helpers(REFERENCE, "Rule.backward", text) == []


def test_body_lines_find_a_students_line():
    text = submission("        # why\n        y = 1\n        return gy * y\n", '    def backward(self, gy):\n        """Why."""\n')
    first, last = body_lines(text, "Rule.backward")
    assert text.splitlines()[first - 1:last] == ["        # why", "        y = 1", "        return gy * y"]


def test_in_the_tree_of_a_task_later_tasks_are_blank_and_its_own_body_is_the_students(tasks, done):
    task = tasks["multiply-backward"]
    theirs = "class Multiply:\n    def backward(self, gy):\n        return gy, gy\n"
    files = tree(done, tasks, task.name, {task.path: theirs})
    assert set(files) == {other.path for other in tasks.values()}
    later = False
    for name, other in tasks.items():
        assert is_blank(files[other.path], other.qualname) == later, name
        later = later or name == task.name
    assert "        return gy, gy\n" in files[task.path][files[task.path].index("class Multiply"):][:300]
    assert tree(done, tasks, "own-step") == {path: done[path] for path in files}


def test_a_submission_without_the_file_is_missing_the_function(tasks, done):
    with pytest.raises(GraftError) as raised:
        tree(done, tasks, "sweep", {})
    assert raised.value.key == "missing"
