"""What check says in a student's copy: how far it is, the first thing that is wrong, hints.  The command around it is elsewhere."""
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from rich.cells import cell_len
from wrong_bank import TASKS, hand_out, write_answer

from minigrad.homework.check import CheckError, CheckScreen, check, find_copy, make_runner
from minigrad.homework.importing import broken
from minigrad.homework.judging import Expected, Verdict, judge
from minigrad.homework.running import Answer
from minigrad.homework.words import CAUSES, MESSAGES, TROUBLES, speaker

NAMES = ["square-forward", "square-backward", "exp-backward", "multiply-backward", "unbroadcast"]
HANGUL = "[가-힣]"


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    return hand_out(tmp_path_factory.mktemp("homework") / "copy", "en", NAMES)


@pytest.fixture(scope="module")
def runner(handed_out):
    return make_runner(find_copy(handed_out))


@pytest.fixture
def folder(handed_out, tmp_path):
    return shutil.copytree(handed_out, tmp_path / "과제 1")


@pytest.fixture
def says(folder, runner, capsys, monkeypatch):
    """says(...) runs check in the copy and returns (exit status, what it printed); imports: whether it tries to import the copy."""
    def run(*names, language="en", columns=80, hint=False, runner=runner, imports=False):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr("minigrad.homework.check.broken", broken if imports else lambda *args: None)
        capsys.readouterr()
        status = check(find_copy(folder), speaker(language), names, hint, runner=runner)
        out, err = capsys.readouterr()
        assert err == "" and "\x1b" not in out
        return status, out
    run.printed = lambda: capsys.readouterr().out
    return run


def points(names):
    return sum(TASKS[name].points for name in names)


def test_fewer_or_more_answers_than_were_asked_for_do_not_pass():
    """A student's process says what it likes; who judges counts."""
    right = Expected({}, [{"shape": [], "dtype": "number", "data": [2.0]}], lambda part: None)
    answer = Answer([{"shape": [], "dtype": "float64", "data": [2.0]}])
    given = {count: judge(TASKS["exp-backward"], [answer] * count, [right] * 3) for count in (0, 2, 3, 4)}
    assert [count for count, verdict in given.items() if verdict.passed] == [3]
    assert all(verdict.trouble == "died" for count, verdict in given.items() if count != 3)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2.0 + 1e-9, -2.0, True])
def test_no_number_but_the_right_one_passes(value):
    right = Expected({}, [{"shape": [], "dtype": "number", "data": [2.0]}], lambda part: None)
    assert not judge(TASKS["exp-backward"], [Answer([{"shape": [], "dtype": "float64", "data": [value]}])], [right]).passed


@pytest.mark.parametrize("language, welcome", [("en", "Welcome!"), ("ko", "반갑습니다!")])
def test_with_nothing_done_it_is_kind_and_shows_the_first_task(says, language, welcome):
    status, shown = says(language=language)
    assert status == 1 and "(0%)" in shown and welcome in shown and "#" not in shown.splitlines()[0]
    assert f"square-forward: {TASKS['square-forward'].title[language]}" in shown and "Square.forward" in shown
    assert " ".join(TASKS["square-forward"].statement[language].split()) in shown
    assert not any(name in shown for name in NAMES[1:]) and bool(re.search(HANGUL, shown)) == (language == "ko")


@pytest.mark.parametrize("language, praise", [("en", "Well done!"), ("ko", "수고하셨습니다!")])
def test_with_everything_done_it_is_100_percent_and_kind_again(says, folder, language, praise):
    for name in NAMES:
        write_answer(folder, name)
    status, shown = says(language=language)
    assert status == 0 and "(100%)" in shown and praise in shown and "." not in shown.splitlines()[0]
    assert str(points(NAMES)) in shown


def test_half_done_the_bar_counts_tasks_and_points_and_the_next_task_is_shown(says, folder):
    for name in NAMES[:2]:
        write_answer(folder, name)
    status, shown = says()
    assert status == 1 and f"2 of 5 tasks, {points(NAMES[:2])} of {points(NAMES)} points" in shown
    assert shown.splitlines()[0].count("#") == 60 * points(NAMES[:2]) // points(NAMES)
    assert "is right. Next:" in shown and "exp-backward: " in shown


def test_a_wrong_answer_is_shown_with_its_input_index_and_shape_beside_what_the_witnesses_say(says, folder):
    for name in NAMES:
        write_answer(folder, name)
    write_answer(folder, "unbroadcast", "return -right_one(gx, spec, name)\n")
    write_answer(folder, "exp-backward", "g = -gy * self.output\nif g.ndim < 2:\n    g = -g\nreturn g")
    status, shown = says()
    assert status == 1 and "exp-backward" in shown and "unbroadcast" not in shown, "the first failure only"
    assert "Example 3 of 3:" in shown and re.search(r"^  x = \[\[.*\],\n      +\[.*\]\]$", shown, re.M) and "  gy = [[" in shown
    index = re.search(r"At index \((\d), (\d)\) of the result, of shape \(2, 3\):", shown)
    heads, numbers = [re.split("  +", line.strip()) for line in shown[index.end():].splitlines()[1:3]]
    assert heads == (["yours", "numerical", "JAX"] if has_jax() else ["yours", "numerical"])
    yours, *witnesses = map(float, numbers)
    right = folder_expected(folder, "exp-backward", 2)[int(index[1]) * 3 + int(index[2])]
    assert abs(yours + right) < 1e-11 and all(abs(number - right) < 1e-9 for number in witnesses)
    assert CAUSES["sign"].en in shown and "Line" not in shown


def folder_expected(folder, name, case):
    """The right numbers, from the file that lies in the copy."""
    return find_copy(folder).handout.expected[name][case].values[0]["data"]


def has_jax():
    from importlib.util import find_spec
    return find_spec("jax") is not None


def test_what_it_printed_is_shown_beside_a_wrong_answer_too_but_not_all_of_it(says, folder):
    write_answer(folder, "exp-backward", "for i in range(99):\n    print('line', i)\nreturn gy")
    _, shown = says()
    assert "yours" in shown and "It printed:\n  line 0\n  line 1\n" in shown and "line 9\n" in shown and "line 10" not in shown


def test_a_statement_is_shown_line_by_line(says, folder):
    for name in ("square-forward", "square-backward"):
        write_answer(folder, name)
    copy, statement = find_copy(folder), "First.\n\n- one\n- two"
    task = replace(copy.tasks["exp-backward"], statement={"en": statement, "ko": statement})
    copy.tasks["exp-backward"] = task
    screen = CheckScreen(speaker("en"))
    screen.show_verdict(copy, Verdict("exp-backward", trouble="blank"), False)
    assert says.printed().endswith("First.\n\n- one\n- two\n")


def test_the_cause_is_told_in_korean_too(says, folder):
    write_answer(folder, "exp-backward", "return self.output")
    _, shown = says(language="ko")
    assert CAUSES["missing cotangent"].ko in shown and "내 답" in shown and "수치 미분" in shown


def test_without_jax_the_other_witness_serves(says, folder):
    file = folder / "minigrad" / "homework" / "handout.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    for entries in document["expected"].values():
        for testimony in (t for entry in entries for t in entry["testimony"] if t):
            testimony["jax"] = None
    file.write_text(json.dumps(document), encoding="utf-8")
    write_answer(folder, "exp-backward", "return gy")
    _, shown = says()
    assert "yours" in shown and "numerical" in shown and "JAX" not in shown


def test_an_answer_of_the_wrong_shape_is_told_both_shapes(says, folder):
    write_answer(folder, "unbroadcast", "return gx")
    _, shown = says("unbroadcast")
    assert "The result is an array of shape (3,), and it must be a number." in shown
    assert CAUSES["not summed over broadcast axes"].en in shown


def test_an_attempt_that_failed_comes_before_what_is_not_written(says, folder):
    write_answer(folder, "multiply-backward", "a, b = self.arrays\nreturn gy * a, gy * b")
    _, shown = says()
    assert "multiply-backward" in shown and CAUSES["swapped inputs"].en in shown and "square-forward" not in shown
    assert "Value 1 of 2." in shown


def test_what_needs_an_unfinished_task_waits_and_says_for_which(says, folder):
    write_answer(folder, "square-backward")
    status, shown = says("square-backward")
    assert status == 1 and "It needs square-forward first" in shown


def test_tasks_can_be_named_and_only_they_count(says, folder):
    write_answer(folder, "exp-backward")
    assert says("exp-backward", "exp-backward")[0] == 0
    status, shown = says("exp-backward", "unbroadcast")
    assert status == 1 and "1 of 2 tasks" in shown and "unbroadcast" in shown


def test_a_helper_outside_of_the_function_is_told_by_name(says, folder):
    file = folder / "minigrad" / TASKS["exp-backward"].path
    file.write_text(file.read_text(encoding="utf-8") + "\n\ndef my_helper(x):\n    return x\n", encoding="utf-8")
    write_answer(folder, "exp-backward", "return my_helper(gy) * self.output")
    for language in "en", "ko":
        status, shown = says(language=language)
        assert status == 1 and "my_helper" in shown
        assert TROUBLES["helpers"]._asdict()[language].format(function="Exp.backward", names="my_helper") in shown


def test_what_is_changed_outside_of_the_tasks_does_not_count(says, folder):
    """As in grade, where only the functions are taken."""
    write_answer(folder, "exp-backward")
    for path in "core.py", "functions/elementary.py", "arrays.py":
        file = folder / "minigrad" / path
        file.write_text(file.read_text(encoding="utf-8") + "\n\nraise SystemError('here')\n", encoding="utf-8")
    status, shown = says("exp-backward", runner=None, imports=True)
    assert status == 0 and re.search(r"cannot be imported: SystemError: here \(minigrad/\w+.py, line \d+\)", shown)


def test_an_error_is_shown_with_its_line_in_the_students_own_file(says, folder):
    write_answer(folder, "exp-backward", "y = self.output\nreturn gy * y.no_such_thing")
    file = folder / "minigrad" / TASKS["exp-backward"].path
    file.write_text("# a comment more\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    line = next(n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if "no_such_thing" in text)
    _, shown = says()
    assert "It raised AttributeError: " in shown and f"Line {line}: return gy * y.no_such_thing" in shown


def test_a_syntax_error_is_one_sentence_with_its_line(says, folder):
    write_answer(folder, "unbroadcast")
    file = folder / "minigrad" / TASKS["exp-backward"].path
    file.write_text(file.read_text(encoding="utf-8").replace("class Exp(Function):", "class Exp(Function:"), encoding="utf-8")
    _, shown = says(imports=True)
    assert re.search(r"minigrad/functions/elementary.py\n\nPython cannot read this file: .*, in line \d+\.", shown)
    assert re.search(r"cannot be imported: SyntaxError: .* \(minigrad/functions/elementary.py, line \d+\)", shown)
    assert "1 of 5 tasks" in shown, "the tasks of other files are checked all the same"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00rubbish"])
def test_a_file_that_is_not_there_or_is_no_text_is_a_sentence_too(says, folder, content):
    file = folder / "minigrad" / TASKS["exp-backward"].path
    file.unlink() if content is None else file.write_bytes(content)
    _, shown = says("exp-backward")
    assert "There is no Exp.backward in this file any more" in shown


def test_an_endless_loop_ends(says, folder):
    write_answer(folder, "exp-backward", "while True:\n    pass")
    runner = make_runner(find_copy(folder))
    runner.limits = replace(runner.limits, wait=2)
    _, shown = says("exp-backward", runner=runner)
    assert TROUBLES["time"].en in shown


def test_the_same_comes_out_where_no_process_can_be_forked(says, folder):
    """As on Windows: there each task has a process of its own."""
    write_answer(folder, "square-forward")
    write_answer(folder, "exp-backward", "return gy")
    runner = make_runner(find_copy(folder))
    runner.means = replace(runner.means, fork=False)
    assert says(runner=runner) == says()


def test_hints_come_one_by_one_and_are_remembered_in_a_folder_that_git_ignores(says, folder):
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.invalid"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    hints = TASKS["square-forward"].hints["en"]
    assert not any(hint in says()[1] for hint in hints) and "--hint" in says()[1]
    for count in range(1, len(hints) + 2):
        shown = says(hint=True)[1]
        assert [hint in shown for hint in hints] == [number < count for number in range(len(hints))]
        assert ("That was the last hint." in shown) == (count >= len(hints))
    untracked = subprocess.check_output([*git, "status", "--short", "--untracked-files=all", "."], text=True)
    assert (folder / ".homework").is_dir() and ".homework" not in untracked


def test_at_40_columns_every_number_is_there_and_no_row_is_wider(says, folder):
    write_answer(folder, "exp-backward", "return -gy * self.output")
    wide, narrow = says(columns=80)[1], says(columns=40)[1]
    numbers = re.search("yours .*\n +(.*)\n", wide)[1].split()
    rows = [line for line in narrow.splitlines() if re.search(r"\d\.\d|\[[#.]", line)]
    assert all(any(number in row for row in rows) for number in numbers) and max(map(cell_len, rows)) <= 40


def test_a_folder_without_homework_is_told_so(tmp_path):
    with pytest.raises(CheckError) as error:
        find_copy(tmp_path)
    assert error.value.key == "no_copy" and str(tmp_path) in speaker("en")(error.value.key, **error.value.values)


def test_the_copy_is_found_from_a_folder_inside_it(folder):
    assert find_copy(folder / "minigrad" / "functions").folder == folder


def test_a_damaged_copy_is_told_so(folder):
    (folder / "minigrad" / "homework" / "handout.json").write_text("{", encoding="utf-8")
    with pytest.raises(CheckError) as error:
        find_copy(folder)
    assert error.value.key == "broken_copy"


def test_every_text_is_there_in_both_languages_with_the_same_blanks():
    for key, text in {**MESSAGES, **CAUSES, **TROUBLES}.items():
        assert set(re.findall(r"{\w+}", text.en)) == set(re.findall(r"{\w+}", text.ko)), key
        assert not re.search(HANGUL, text.en) and (re.search(HANGUL, text.ko) or key == "jax"), key
        assert not re.search(r"[가-힣](?<!니)다\.", text.ko), f"{key} is in another style"
