"""Where student code runs: each protection holds, and does not without its lock; what comes back is read as a stranger's letter."""
import ctypes
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from attacks import RIGHT, VICTIM, replaced
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad.homework import running
from minigrad.homework.grafting import tree
from minigrad.homework.isolation import LEVELS, PROTECTIONS, Limits
from minigrad.homework.reference import sources
from minigrad.homework.running import Answer, Ending, NotHere, Runner, Sandbox, measure, read_answers
from minigrad.homework.tasks import load

TASKS, SOURCES = load(), sources(b"a secret of the teacher's")
BEFORE, AFTER = "square-backward", "multiply-backward"
PATH = TASKS[VICTIM].path
LIMITS = Limits(task=1, wait=3, submission=40)
linux = pytest.mark.skipif(sys.platform != "linux", reason="these locks are Linux's")
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no resource limits")


def measured(level, locks=None, fork=sys.platform == "linux"):
    """The Means of a level, or of some locks alone; skips where this system has not all of them."""
    wanted = LEVELS[level] if locks is None else locks
    try:
        means = measure(level, LIMITS, locks, fork)
    except NotHere as reason:
        pytest.skip(f"{level}: {reason}")
    if means.locks != wanted:
        pytest.skip(f"this system has of {wanted} only {means.locks}")
    return means


def run(code, names=(VICTIM,), means=None, limits=LIMITS, each=None, **options):
    """The answers to these tasks where the victim's body begins with the code."""
    runner = Runner(limits, **options)
    runner.means = means or runner.means
    submitted = {**SOURCES, PATH: replaced(SOURCES[PATH], dedent(code) + "\n" + RIGHT)}
    return runner.run({name: tree(SOURCES, TASKS, name, submitted) for name in names}, b"seed", each)


def shown(code, **options):
    """What such a body prints."""
    answer = run(dedent(code) + "\nraise SystemError\n", **options)[VICTIM][-1]
    assert answer.detail["type"] == "SystemError", answer
    return answer.output.split("\n")[:-1]


# ---- The locks.

ALONE = {"bubblewrap": {"read", "write", "network", "signals"}, "landlock": {"read", "write", "network"},
         "seccomp": {"write", "network", "processes", "signals"}, "limits": {"open files", "output"}}


@linux
@pytest.mark.parametrize("fork", [True, False])
@pytest.mark.parametrize("level", ["bubblewrap", "landlock", "limits"])
def test_each_level_refuses_what_it_should(level, fork):
    assert set(measured(level, fork=fork).open) <= ({"read"} if level == "limits" else set())


@linux
@pytest.mark.parametrize("lock", ALONE)
def test_each_lock_alone_refuses_its_share(lock):
    assert ALONE[lock] <= set(measured("none", (lock,)).refused)


@posix
@pytest.mark.parametrize("fork", [True, False])
def test_without_locks_nothing_is_refused(fork):
    means = measured("none", fork=fork and sys.platform == "linux")
    assert (means.refused, set(means.open)) == ((), set(PROTECTIONS))


@linux
@pytest.mark.parametrize("protection", PROTECTIONS)
def test_each_protection_is_lost_without_the_locks_that_give_it(protection):
    measured("bubblewrap")
    keeping = [lock for lock, share in ALONE.items() if protection not in share]
    if protection in ("memory", "processes") and "limits" in keeping:
        keeping.remove("limits")         # it gives memory everywhere, and processes to all but the superuser
    if protection == "signals":
        keeping.remove("landlock")       # it gives signals since Linux 6.12
    assert protection not in measure("none", LIMITS, tuple(lock for lock in keeping)).refused


def test_auto_takes_the_first_level_that_works():
    for level in LEVELS:
        try:
            first = measure(level, LIMITS)
            break
        except NotHere:
            continue
    assert Runner(LIMITS).means == first


@linux
def test_level_that_does_not_work_here_says_why(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(running, "measure", measure.__wrapped__)
    with pytest.raises(NotHere, match="^bubblewrap: the program bwrap is not installed$"):
        Runner(LIMITS, isolation="bubblewrap")
    assert Runner(LIMITS).means.level != "bubblewrap"


@linux
def test_level_whose_lock_the_system_lacks_is_not_taken(monkeypatch):
    without = running.text_of("isolation.py").replace("if version < 1:", "if True:")
    others = running.text_of
    monkeypatch.setattr(running, "text_of", lambda name: without if name == "isolation.py" else others(name))
    with pytest.raises(NotHere, match="no landlock"):
        measure.__wrapped__("landlock", LIMITS)


@linux
@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
def test_process_sees_no_package_but_numpy(level):
    measured(level)
    code = """
        import importlib.util, os, sys
        import numpy
        sys.path[:0] = [os.path.dirname(os.path.dirname(numpy.__file__)), "{packages}", "/usr/lib/python3/dist-packages",
                        os.path.join(os.path.dirname(os.__file__), "site-packages")]
        for name in ("numpy", "pytest", "jax", "autograd", "scipy", "minigrad.checking.rows", "minigrad.homework.judging", "pip"):
            try:
                with open(importlib.util.find_spec(name).origin): print(name)
            except (ImportError, OSError, AttributeError):
                pass             # no spec, or a file that cannot be opened
    """.replace("{packages}", str(Path(pytest.__file__).resolve().parents[1]))
    assert shown(code, isolation=level) == ["numpy"]
    assert "pytest" in shown(code, isolation="limits")     # so the list can be longer


@linux
def test_process_knows_nothing_of_the_parents_environment(monkeypatch):
    monkeypatch.setenv("MINIGRAD_SECRET", "abc")
    assert shown("import os; print(os.environ.get('MINIGRAD_SECRET'))") == ["None"]


def test_a_task_is_sent_no_answer_and_no_judge():
    base = running.base(Path(running.__file__).parents[1])
    assert [path for path in base if path.startswith(("homework/", "checking/"))] == ["checking/__init__.py"]
    assert base["checking/__init__.py"] == "crosscheck = None\n" and {"core.py", "functions/elementary.py"} <= base.keys()


def test_what_all_tasks_share_is_compiled_once_and_has_no_task_in_it(monkeypatch):
    asked, compiled, files = [], [], Runner(LIMITS).files

    def ask(self, request, seconds):
        asked.append((self.hello(), request))
        return Ending(0), b"", b""
    monkeypatch.setattr(Sandbox, "ask", ask)
    monkeypatch.setattr(running, "compiled", lambda path, text: compiled.append(path))
    run("")
    (hello, request), = asked
    assert hello["compiled"] and set(request["files"]) == {task.path for task in TASKS.values()}
    assert set(compiled) == set(files) - set(request["files"]) and {"arrays.py", "homework/probes.py"} <= set(compiled)


def test_what_is_passed_on_the_command_line_is_ascii():
    assert running.text_of("child.py").isascii()


# ---- Time.

@posix
def test_endless_loop_ends_at_the_limit_of_its_task_and_the_rest_goes_on():
    answers = run("while True: pass", (BEFORE, VICTIM, AFTER))
    assert answers[VICTIM][-1].trouble == "time" and answers[VICTIM][-1].detail == {"limit": "task"}
    assert not any(answer.trouble for name in (BEFORE, AFTER) for answer in answers[name])


def test_what_was_answered_before_the_submissions_time_was_over_is_kept():
    seen = []
    runner = Runner(replace(LIMITS, submission=2.5, wait=60))
    submitted = {**SOURCES, PATH: replaced(SOURCES[PATH], "import time; time.sleep(30)\n")}
    grafts = {name: tree(SOURCES, TASKS, name, submitted) for name in (BEFORE, VICTIM, AFTER)}
    start = time.monotonic()
    answers = runner.run(grafts, b"seed", lambda task, given: seen.append(task))
    assert time.monotonic() - start < 20 and seen == list(grafts)
    assert not any(answer.trouble for answer in answers[BEFORE])
    assert [answers[name][-1].detail for name in (VICTIM, AFTER)] == [{"limit": "submission"}] * 2


# ---- One task and the next, the grader and the sandbox.

def test_a_task_finds_nothing_of_the_one_before():
    leaves = 'import numpy as np, os, sys\nnp.left = os.environ["left"] = sys.modules["left"] = "something"\n' + RIGHT
    looks = 'import numpy as np, os, sys\nprint(hasattr(np, "left"), "left" in os.environ, "left" in sys.modules)\n0 / 0\n'
    runner = Runner(LIMITS)
    first, second = [tree(SOURCES, TASKS, VICTIM, {**SOURCES, PATH: replaced(SOURCES[PATH], body)}) for body in (leaves, looks)]
    with Sandbox(runner.means, LIMITS) as sandbox:
        ends = []
        for files in (first, second):
            request = {"task": VICTIM, "seed": b"seed".hex(), "files": {**runner.files, **files}}
            ends.append(read_answers(*sandbox.ask(request, 20), LIMITS)[-1])
    assert ends[0].trouble is None and ends[1].output == "False False False\n"


def test_without_fork_the_same_answers_come():
    means = measure("none", LIMITS, fork=False)
    with_fork, without = run("", (BEFORE, VICTIM)), run("", (BEFORE, VICTIM), means=means)
    assert with_fork == without and all(answer.value for given in without.values() for answer in given)
    assert run("import os; os._exit(3)", means=means)[VICTIM] == [Answer(trouble="died", detail={"code": 3})]
    assert run("import time; time.sleep(30)", means=means, limits=replace(LIMITS, wait=2))[VICTIM][-1].trouble == "time"


@linux
def test_sandbox_that_was_killed_is_started_again():
    runner = Runner(LIMITS)
    with Sandbox(runner.means, LIMITS) as sandbox:
        request = {"attempt": {"file": "/", "folder": "/", "parent": 1, "port": 1}, "limits": vars(LIMITS)}
        for _ in range(2):
            ending, answers, _ = sandbox.ask(request, 30)
            assert ending.code == 0 and json.loads(answers)["refused"]
            sandbox.process.kill()
            sandbox.process.wait()


@linux
@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
def test_nothing_runs_on_when_the_grader_is_killed(level, tmp_path):
    measured(level)
    program = tmp_path / "grader.py"
    program.write_text(dedent(f"""
        import sys
        sys.path[:0] = {[str(Path(__file__).parent), str(running.HERE.parents[1])]!r}
        import test_isolation
        test_isolation.run("import time; time.sleep(60)", (test_isolation.BEFORE, test_isolation.VICTIM), isolation={level!r},
                           limits=test_isolation.Limits(wait=60), each=lambda task, answers: print(task, flush=True))
    """))
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)                # PR_SET_CHILD_SUBREAPER: orphans become children of this process
    grader = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE)
    try:
        assert grader.stdout.readline().decode().strip() == BEFORE
        end = time.monotonic() + 10
        processes = 4 if level == "bubblewrap" else 3      # the grader, bwrap, the sandbox, and the task in it
        while len(running_then := family(grader.pid)) < processes:
            assert time.monotonic() < end, running_then
            time.sleep(0.05)
    finally:
        grader.kill()
        grader.wait()
        grader.stdout.close()
    end = time.monotonic() + 5
    while alive := [pid for pid in running_then if is_alive(pid)]:
        assert time.monotonic() < end, alive
        time.sleep(0.02)


def family(root):
    """A process and all that come from it."""
    children = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            children.setdefault(int((place / "stat").read_text().rpartition(")")[2].split()[1]), []).append(int(place.name))
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ---- What came back is a stranger's letter.

ONE = {"shape": [2], "dtype": "float64", "data": [1.0, float("nan")]}
RUBBISH = {
    "nothing": b"", "an empty line": b"\n", "no JSON": b"\x80\x04\x95pickle\n", "a number": b"1\n", "a list": b"[]\n",
    "deep": b"[" * 100000 + b"\n", "deep objects": b'{"case":' * 50000 + b"\n",
    "a long number": b'{"case": ' + b"9" * 100000 + b"}\n", "null": b"null\n", "half a line": b'{"case": 0, "val',
    "no value": b'{"case": 0}\n', "another case": json.dumps({"case": 1, "value": [ONE]}).encode() + b"\n",
    "a verdict": b'{"passed": true, "score": 100}\n',
    **{name: json.dumps({"case": 0, "value": value}).encode() + b"\n" for name, value in {
        "a value that is no list": ONE, "no array": [1.0], "no shape": [{"dtype": "float64", "data": []}],
        "too many arrays": [ONE] * 101}.items()},
    **{name: json.dumps({"case": 0, "value": [{**ONE, **other}]}).encode() + b"\n" for name, other in {
        "another shape": {"shape": [3]}, "a negative shape": {"shape": [-1, -2]}, "a vast shape": {"shape": [10**30]},
        "a shape of floats": {"shape": [2.0]}, "many dimensions": {"shape": [1] * 99 + [2]}, "a text": {"data": ["1.0", "2.0"]},
        "nothing in it": {"data": [None, 1.0]}, "a list in it": {"data": [[1.0], [2.0]]}, "an object": {"dtype": "object"},
        "a dtype that is a list": {"dtype": []}, "complex numbers": {"dtype": "complex128"},
        "a huge number": {"data": [10**400, 1]}}.items()},
    "a forged trouble": b'{"trouble": "passed", "type": {"a": 1}, "frames": [1, [2], ["a", 1.5, "b", "c"]]}\n',
    "a trouble of lists": b'{"trouble": [], "type": [[[]]], "message": null, "frames": {}}\n',
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_no_answer(name):
    answers = read_answers(Ending(0), RUBBISH[name], b"", LIMITS)
    assert len(answers) == 1 and answers[0].value is None and answers[0].trouble in ("died", "not-numbers")


def test_an_answer_is_read():
    lines = [json.dumps(line).encode() + b"\n" for line in ({"case": 0, "value": [ONE]}, {"case": 1, "value": []}, {"end": 2})]
    first, second = read_answers(Ending(0), b"".join(lines), b"", LIMITS)
    assert repr(first.value) == repr([ONE]) and (second.value, second.trouble) == ([], None)


def test_answers_before_the_trouble_are_kept():
    line = json.dumps({"case": 0, "value": [ONE]}).encode() + b"\n"
    for rest, ending, trouble in ((b"rubbish", Ending(1), "died"), (b"[]\n", Ending(0), "not-numbers"), (b"", Ending(-9), "died"),
                                  (b"", Ending(None, stopped="time"), "time"), (b"", Ending(-24), "time"),
                                  (b"", Ending(-9, seconds=1.2), "time"), (b"x" * (1 << 20), Ending(70), "output")):
        answers = read_answers(ending, line + rest, b"", LIMITS)
        assert [answer.trouble for answer in answers] == [None, trouble]


def test_where_it_raised_is_told():
    code = "x = 1\nif True:\n    [].index(3)\n"
    answer, = run(code)[VICTIM]
    assert (answer.trouble, answer.detail["type"]) == ("raised", "ValueError")
    number, text = answer.line("Exp.backward")
    ran = tree(SOURCES, TASKS, VICTIM, {**SOURCES, PATH: replaced(SOURCES[PATH], code + RIGHT)})[PATH]
    assert text == "[].index(3)" == ran.split("\n")[number - 1].strip()
    assert answer.line("Exp.forward") is None


def test_texts_cannot_command_a_terminal_and_can_be_written():
    answer, = run('print("\\x1b[2J\\x07ok", flush=True)\nraise ValueError("\\x1b]0;x\\x07 \\ud800 한글")\n')[VICTIM]
    assert answer.output == "\ufffd[2J\ufffdok\n" and answer.detail["message"] == "\ufffd]0;x\ufffd \ufffd 한글"
    json.dumps(answer.detail, ensure_ascii=False).encode()


names = st.sampled_from(["case", "value", "shape", "dtype", "data", "end", "trouble", "frames", "type"])
documents = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                         lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=40) | documents.map(lambda value: json.dumps(value).encode()), max_size=4), st.binary())
def test_whatever_comes_back_is_read_without_an_error(lines, output):
    for answer in read_answers(Ending(0), b"\n".join([*lines, b""]), output, LIMITS):
        assert (answer.value is None) == (answer.trouble is not None)
        json.dumps([answer.detail, answer.output]).encode()
