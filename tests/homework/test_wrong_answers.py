"""Every wrong answer of the bank is marked down, on its task and on no other, and told what was wrong."""
import ast
from collections import Counter
from functools import cache

import pytest
from wrong_bank import SECRET, TASKS, answers_to, bank, reference

from minigrad.checking.causes import CAUSES
from minigrad.homework import handout
from minigrad.homework.check import Copy, before, verdicts_of
from minigrad.homework.grafting import blank, graft, tree
from minigrad.homework.judging import PUBLIC_SEED, examine, expect
from minigrad.homework.reference import with_own
from minigrad.homework.running import Limits, Runner
from minigrad.homework.words import CAUSES as OUR_CAUSES
from minigrad.homework.words import TROUBLES

LIMITS = Limits(task=1, wait=2, submission=300)
ROUNDS = max(len(answers_to(name)) for name in TASKS)


@pytest.fixture(scope="module", autouse=True)
def own_operations():
    """The teacher's own operations, which the probes ask the engine of this process for."""
    with with_own(SECRET):
        yield


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
        sources[task.path] = blank(sources[task.path], task.qualname, name)
    return sources


def copy_with(submitted, tmp_path=None):
    class Expecting(dict):
        def __missing__(self, name):
            return expected(name)
    copy = CopyOf(tmp_path, TASKS, handout.Handout("en", {}, handed_out(), Expecting()))
    object.__setattr__(copy, "files", submitted)
    return copy


def told(verdict):
    return f"cause: {verdict.cause}" if verdict.cause else f"trouble: {verdict.trouble}" if verdict.trouble else ""


def test_the_bank_has_three_wrong_answers_for_each_task_and_sixty_in_all():
    assert min(len(answers_to(name)) for name in TASKS) >= 3 and len(bank()) >= 60
    assert len({answer.name for answer in bank()}) == len(bank())
    same = Counter(tuple(map(ast.dump, answer.body)) for answer in bank())
    assert max(same.values()) <= 3       # such as gy * a, gy * b in two rules


@pytest.mark.parametrize("number", range(ROUNDS))
def test_each_is_marked_down_and_told_why(number):
    """In a round there is a submission with the wrong answer of this number to each task: each is grafted alone."""
    answers = {name: answers_to(name)[number] for name in TASKS if number < len(answers_to(name))}
    submitted = dict(reference())
    for name, answer in answers.items():
        path = TASKS[name].path
        submitted[path] = graft(submitted[path], TASKS[name].qualname, answer.submission()[path])
    verdicts = graded(submitted, answers)
    assert [answers[name].name for name, verdict in verdicts.items() if verdict.passed] == []
    found = {answers[name].name: told(verdict) for name, verdict in verdicts.items() if answers[name].told}
    assert found == {answer.name: answer.told for answer in answers.values() if answer.told}


def test_each_likely_cause_is_told_to_somebody():
    assert {f"cause: {cause}" for cause in CAUSES} <= {answer.told for answer in bank()}
    assert OUR_CAUSES.keys() == CAUSES.keys()
    causes, troubles = [f"cause: {cause}" for cause in CAUSES], [f"trouble: {trouble}" for trouble in TROUBLES]
    assert {answer.told for answer in bank()} <= {"", *causes, *troubles}


@pytest.mark.homework_batch              # test_grade shows it of grade, and the next test of check, with one task less
def test_the_reference_passes_every_task_by_either_command():
    by_grade = graded(reference())
    by_check = verdicts_of(copy_with(reference()), runner(), list(TASKS), None)
    assert by_grade == by_check and all(verdict.passed for verdict in by_grade.values()) and list(by_check) == list(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_wrong_answer_changes_what_is_run_for_its_own_task_and_no_other(name):
    """With the test before, each wrong answer is marked down on exactly its task.  (No other file than its own can change.)"""
    tasks = in_the_file_of(name)
    right = {other: tree(reference(), tasks, other, reference()) for other in tasks}
    for answer in answers_to(name):
        submitted = answer.submission()
        for other in tasks:
            same = tree(reference(), tasks, other, submitted) == right[other]
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
        assert by_grade == by_check or len(tasks) < len(TASKS)
        assert by_grade[TASKS[name].path] == by_check[TASKS[name].path]
        tasks = in_the_file_of(name)


def in_the_file_of(name):
    return {other: task for other, task in TASKS.items() if task.path == TASKS[name].path}


@pytest.mark.parametrize("name", ["exp-backward", *[pytest.param(name, marks=pytest.mark.homework_batch)
                                                   for name in ("unbroadcast", "own-blend")]])
def test_check_and_grade_give_the_same_verdict_and_what_needs_a_wrong_answer_waits(name):
    answer = answers_to(name)[0]
    by_grade = graded(answer.submission())
    by_check = verdicts_of(copy_with(answer.submission()), runner(), list(TASKS), None)
    assert [name for name in TASKS if not by_grade[name].passed] == [answer.task]
    assert by_check[answer.task] == by_grade[answer.task]
    for name in TASKS:
        waits = answer.task in TASKS[name].needs or any(answer.task in TASKS[need].needs for need in TASKS[name].needs)
        assert bool(by_check[name].waiting) == waits and by_check[name].passed == (not waits and name != answer.task)
