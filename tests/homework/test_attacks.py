"""No attack of the bank earns a point that is not due, costs another task one that is, or leaves anything behind."""
import ctypes
import os
import socket
import sys
import time
from pathlib import Path

import pytest
from attacks import RIGHT, VICTIM, WRONG, Aims, replaced
from attacks.folders import hand_in
from attacks.functions import ATTACKS

from minigrad.homework.grade import Examiner, grade
from minigrad.homework.grafting import tree
from minigrad.homework.judging import expect, judge
from minigrad.homework.reference import PACKAGE, sources
from minigrad.homework.running import Limits, NotHere, Runner
from minigrad.homework.tasks import load

TASKS = load()
BEFORE, AFTER = "square-backward", "multiply-backward"     # of the same submission
PATH = TASKS[VICTIM].path
SOURCES = sources(b"a secret of the teacher's")
SEED = b"a seed of this student"
LIMITS = Limits(task=1, wait=3, submission=60, memory=128 << 20)
BESIDE_RIGHT = [name if number % 8 == 0 else pytest.param(name, marks=pytest.mark.homework_batch)            # some of them always
                for number, name in enumerate(ATTACKS)]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is left running is looked up in /proc, which only Linux has")


@pytest.fixture(scope="module")
def runner():
    return Runner(LIMITS)


@pytest.fixture
def aims(tmp_path):
    """A folder with what must not be touched, and a door at which nobody must knock; afterwards both are looked at."""
    private = {"results.json": '{"score": 0}', "tasks.toml": "[tasks]", "secret": "the teacher's secret",
               "tests/test_all.py": "assert False"}
    for name, text in private.items():
        path = tmp_path / "private" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folder = tmp_path / "private"
    before = looked_at(folder, PACKAGE / "functions")
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield Aims(str(folder), str(PACKAGE), str(Path(pytest.__file__).parents[1]), os.getpid(), door.getsockname()[1])
        door.settimeout(0)
        with pytest.raises(BlockingIOError):
            door.accept()
    assert looked_at(folder, PACKAGE / "functions") == before


def looked_at(*folders):
    found = {}
    for path in (path for folder in folders for path in Path(folder).rglob("*") if "__pycache__" not in path.parts):
        status = path.lstat()
        found[str(path)] = status.st_mode, status.st_mtime_ns, path.read_bytes() if path.is_file() else b""
    return found


@pytest.fixture
def nothing_left():
    """Whatever a sandbox leaves running becomes a child of this process, and is found."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)                # PR_SET_CHILD_SUBREAPER
    before = descendants(os.getpid())
    yield
    end = time.monotonic() + 5
    while left := descendants(os.getpid()) - before:       # the kernel needs a moment to end a whole namespace
        assert time.monotonic() < end, left
        time.sleep(0.01)
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)


def descendants(root):
    """The processes that come from this one, dead ones that nobody waits for left out: {(process id, its command)}."""
    parents, names = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (place / "stat").read_text().partition("(")[2].rpartition(")")
            state, parent = rest.split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(place.name)], names[int(place.name)] = int(parent), name
    found, size = {root}, 0
    while len(found) > size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return {(pid, names.get(pid)) for pid in found - {root}}


@pytest.fixture(scope="module")
def behind_landlock():
    try:
        return Runner(LIMITS, isolation="landlock")
    except NotHere as reason:
        pytest.skip(str(reason))


def marks(runner, submitted, names=(BEFORE, VICTIM, AFTER)):
    """{task: "passes", "wrong" or its trouble} of the victim and the tasks around it."""
    grafts = {name: tree(SOURCES, TASKS, name, submitted) for name in names}
    answers = runner.run(grafts, SEED)
    assert list(answers) == list(grafts)
    found = {}
    for name, given in answers.items():
        verdict = judge(TASKS[name], given, expect(name, SEED, with_jax=False))
        found[name] = "passes" if verdict.passed else verdict.trouble or "wrong"
    return found


def wanted(runner, attack):
    missing = set(attack.needs) - set(runner.means.refused)
    if missing:
        pytest.skip(f"without protection of {', '.join(sorted(missing))}, which this system does not offer, it would do harm")


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_in_a_function_beside_a_wrong_answer_earns_nothing(name, runner, aims, nothing_left):
    attack = ATTACKS[name]
    wanted(runner, attack)
    found = marks(runner, {**SOURCES, PATH: attack.in_function(SOURCES[PATH], WRONG, aims)})
    assert (found[VICTIM] == "passes") == attack.honest, found
    assert found[BEFORE] == found[AFTER] == "passes", found


@pytest.mark.parametrize("name", BESIDE_RIGHT)
def test_attack_in_a_function_beside_the_right_answer_costs_at_most_its_own_task(name, runner, aims, nothing_left):
    attack = ATTACKS[name]
    wanted(runner, attack)
    found = marks(runner, {**SOURCES, PATH: attack.in_function(SOURCES[PATH], RIGHT, aims)}, (VICTIM, AFTER))
    assert found[VICTIM] in attack.ending and found[AFTER] == "passes", found


@pytest.mark.homework_batch
@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.needs])
def test_attack_on_the_machine_fails_behind_landlock_too(name, behind_landlock, aims, nothing_left):
    attack = ATTACKS[name]
    wanted(behind_landlock, attack)
    found = marks(behind_landlock, {**SOURCES, PATH: attack.in_function(SOURCES[PATH], WRONG, aims)}, (VICTIM, AFTER))
    assert found[VICTIM] != "passes" and found[AFTER] == "passes", found


@pytest.mark.parametrize("answer", [RIGHT, WRONG])
@pytest.mark.parametrize("name", ATTACKS)
def test_attack_at_module_level_never_reaches_a_process(name, answer, aims):
    attacked = ATTACKS[name].in_module(SOURCES[PATH], answer, aims)
    compile(attacked, PATH, "exec")
    for task in [name for name in TASKS if TASKS[name].path == PATH]:              # to others the file is not even given
        there, clean = [tree(SOURCES, TASKS, task, {**SOURCES, PATH: text}) for text in (attacked, replaced(SOURCES[PATH], answer))]
        assert there == clean


def test_wrong_answer_and_right_answer_of_the_bank_are_wrong_and_right(runner):
    for answer, mark in ((RIGHT, "passes"), (WRONG, "wrong")):
        found = marks(runner, {**SOURCES, PATH: replaced(SOURCES[PATH], answer)})
        assert found == {BEFORE: "passes", VICTIM: mark, AFTER: "passes"}


def test_submissions_that_attack_their_reader_earn_what_is_due_and_stop_nobody(runner, aims, nothing_left, tmp_path, seed_file):
    tasks = {name: TASKS[name] for name in (BEFORE, VICTIM, AFTER)}
    right = {task.path: SOURCES[task.path] for task in tasks.values()}
    (tmp_path / "in").mkdir()
    due = hand_in(tmp_path / "in", right, {**right, PATH: replaced(right[PATH], WRONG)}, aims)
    batch = grade(tmp_path / "in", tmp_path / "out", seed_file=seed_file, tasks=tasks, jobs=2,
                  examine=Examiner(tasks, b"another secret", runner=runner))
    earned = {record["name"]: {name for name, found in record["tasks"].items() if found["passed"]} for record in batch.records}
    expected = {name: {task for task in tasks if tasks[task].path in paths} for name, paths in due.items()}
    expected["files that Python would run"].remove(VICTIM)
    assert earned == expected
    assert sorted(place.name for place in tmp_path.iterdir()) == ["in", "out", "private"]
