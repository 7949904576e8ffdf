"""Every wrong answer of the bank is marked down, on its task and on no other, and told what was wrong."""
import ast
from collections import Counter
from functools import cache

import pytest
import wrong_bank
from wrong_bank import SECRET, TASKS, answers_to, bank, reference

from minigrad.checking.causes import CAUSES
from minigrad.homework import handout
from minigrad.homework.check import Copy, before, verdicts_of
from minigrad.homework.grafting import blank, tree
from minigrad.homework.judging import PUBLIC_SEED, examine, expect
from minigrad.homework.reference import install_own
from minigrad.homework.running import Limits, Runner
from minigrad.homework.words import CAUSES as OUR_CAUSES
from minigrad.homework.words import TROUBLES

LIMITS = Limits(task=1, wait=5, submission=300)
ROUNDS = max(len(answers_to(name)) for name in TASKS)


@pytest.fixture(scope="module", autouse=True)
def own_operations():
    """The teacher's own operations, which the probes ask the engine of this process for."""
    import sys

    import minigrad
    install_own(SECRET)
    yield
    del sys.modules["minigrad.own"]
    if hasattr(minigrad, "own"):
        del minigrad.own


@cache
def expected(name):
    return expect(name, PUBLIC_SEED, with_jax=False)


@cache
def runner():
    return Runner(LIMITS, isolation="none")


def graded(submitted, only=None):
    """The verdicts of `grade`: each function alone on the reference."""
    return examine(TASKS, lambda name: reference(), submitted, runner(), PUBLIC_SEED, expected, only)


class CopyOf(Copy):
    """A student's copy that is only in memory."""

    def submitted(self):
        return self.files


@cache
def handed_out():
    sources = dict(reference())
    for name, task in TASKS.items():
        sources[task.path] = blank(sources[task.path], task.qualname, f"TODO {name}")
    return sources


def copy_with(submitted, tmp_path=None):
    class Expecting(dict):
        def __missing__(self, name):
            return expected(name)
    copy = CopyOf(tmp_path, TASKS, handout.Handout("en", handed_out(), Expecting()))
    object.__setattr__(copy, "files", submitted)
    return copy


def told(verdict):
    return f"cause: {verdict.cause}" if verdict.cause else f"trouble: {verdict.trouble}" if verdict.trouble else ""


@pytest.fixture(scope="module")
def verdicts():
    """{the name of a wrong answer: its verdict}, with a wrong answer for every task in each submission: each is grafted alone."""
    found = {}
    for number in range(ROUNDS):
        answers = {name: answers_to(name)[number] for name in TASKS if number < len(answers_to(name))}
        submitted = dict(reference())
        for answer in answers.values():
            path = TASKS[answer.task].path
            submitted[path] = wrong_bank.with_body(submitted[path], TASKS[answer.task].qualname, answer.body)
        for name, verdict in graded(submitted, answers).items():
            found[answers[name].name] = verdict
    return found


def test_the_bank_has_three_wrong_answers_for_each_task_and_sixty_in_all():
    assert min(len(answers_to(name)) for name in TASKS) >= 3 and len(bank()) >= 60
    assert len({answer.name for answer in bank()}) == len(bank())
    same = Counter(tuple(map(ast.dump, answer.body)) for answer in bank())
    assert max(same.values()) <= 3       # such as gy * a, gy * b in two rules


@pytest.mark.parametrize("answer", bank(), ids=lambda answer: answer.name)
def test_each_is_marked_down_and_told_why(answer, verdicts):
    verdict = verdicts[answer.name]
    assert not verdict.passed
    if answer.told:
        assert told(verdict) == answer.told, verdict


def test_each_likely_cause_is_told_to_somebody(verdicts):
    assert {verdict.cause for verdict in verdicts.values()} - {None} == set(CAUSES)
    assert OUR_CAUSES.keys() == CAUSES.keys()
    assert {verdict.trouble for verdict in verdicts.values()} - {None} <= TROUBLES.keys()


def test_the_reference_passes_every_task_by_either_command():
    by_grade = graded(reference())
    by_check = verdicts_of(copy_with(reference()), runner(), list(TASKS), None)
    assert by_grade == by_check and all(verdict.passed for verdict in by_grade.values()) and list(by_check) == list(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_wrong_answer_changes_what_is_run_for_its_own_task_and_no_other(name):
    """With the test before, each wrong answer is marked down on exactly its task.  (No other file than its own can change.)"""
    tasks = in_the_file_of(name)
    right = {other: as_trees(tree(reference(), tasks, other, reference())) for other in tasks}
    for answer in answers_to(name):
        submitted = answer.submission()
        for other in tasks:
            same = as_trees(tree(reference(), tasks, other, submitted)) == right[other]
            assert same == (other != name), (answer.name, other)


@pytest.mark.parametrize("name", TASKS)
def test_check_runs_a_task_in_just_the_package_in_which_grade_runs_it(name):
    """So both give the same verdict: all that follows is the same call.

    Once the whole package, then for each wrong answer its file.
    """
    tasks = {other: TASKS[other] for other in TASKS}
    for submitted in [reference(), *[answer.submission() for answer in answers_to(name)]]:
        copy = copy_with(submitted)
        object.__setattr__(copy, "tasks", tasks)
        by_grade = reference() | tree(reference(), tasks, name, submitted)
        by_check = handed_out() | tree(before(copy, submitted)(name), tasks, name, submitted)
        if len(tasks) == len(TASKS):
            assert as_trees(by_grade) == as_trees(by_check)
        assert syntax(by_grade[TASKS[name].path]) == syntax(by_check[TASKS[name].path])
        tasks = in_the_file_of(name)


def in_the_file_of(name):
    return {other: task for other, task in TASKS.items() if task.path == TASKS[name].path}


def as_trees(files):
    return {path: syntax(source) for path, source in files.items()}


@cache
def syntax(source):
    return ast.dump(ast.parse(source))


@pytest.mark.parametrize("name", ["exp-backward", "unbroadcast", "own-blend"])
def test_check_and_grade_give_the_same_verdict_and_what_needs_a_wrong_answer_waits(name):
    answer = answers_to(name)[0]
    by_grade = graded(answer.submission())
    by_check = verdicts_of(copy_with(answer.submission()), runner(), list(TASKS), None)
    assert [name for name in TASKS if not by_grade[name].passed] == [answer.task]
    assert by_check[answer.task] == by_grade[answer.task]
    for name in TASKS:
        waits = answer.task in TASKS[name].needs or any(answer.task in TASKS[need].needs for need in TASKS[name].needs)
        assert bool(by_check[name].waiting) == waits and by_check[name].passed == (not waits and name != answer.task)
