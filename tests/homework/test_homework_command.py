"""The command minigrad homework, each time in a process of its own, as a student or a teacher starts it."""
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from threading import Timer

import pytest
from rich.cells import cell_len
from terminal import pieces
from wrong_bank import SECRET, TASKS, hand_out, write_answer

NAMES = ["square-forward", "square-backward", "exp-backward"]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals, and sends signals in another way")


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    return hand_out(tmp_path_factory.mktemp("homework") / "copy", "ko", NAMES)


@pytest.fixture
def folder(handed_out, tmp_path):
    return shutil.copytree(handed_out, tmp_path / "copy")


def environment(folder, **changes):
    """This process's environment, less whatever the command looks at, with the student's package as the one that is installed."""
    looked_at = "LC_", "LANG", "PYTHON", "NO_COLOR", "COLUMNS", "FORCE_COLOR", "TTY_"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(looked_at)}
    return {**kept, "PYTHONUTF8": "1", "TERM": "xterm-256color", "PYTHONPATH": str(folder), **changes}


def run(folder, *args, encoding="utf-8", cwd=None, command=("minigrad", "homework"), **changes):
    result = subprocess.run([sys.executable, "-m", *command, *args], cwd=cwd or folder, timeout=120,
                            env=environment(folder, **changes), stdin=subprocess.DEVNULL, capture_output=True)
    result.stdout, result.stderr = result.stdout.decode(encoding), result.stderr.decode(encoding)
    assert "Traceback" not in result.stderr
    return result


def test_check_speaks_the_language_of_the_homework_unless_told_otherwise(folder):
    result = run(folder, "check", LC_ALL="en_US.UTF-8")
    assert result.returncode == 1 and result.stderr == "" and "반갑습니다!" in result.stdout and "\x1b" not in result.stdout
    result = run(folder, "check", "--lang", "en", LC_ALL="ko_KR.UTF-8")
    assert "Welcome!" in result.stdout and not re.search("[가-힣]", result.stdout)


def test_the_exit_status_is_0_when_all_is_done_and_1_before(folder):
    for name in NAMES:
        assert run(folder, "check").returncode == 1
        write_answer(folder, name)
    result = run(folder, "check")
    assert result.returncode == 0 and "(100%)" in result.stdout


@pytest.mark.parametrize("encoding, settings, hangul", [
    ("cp949", {"PYTHONIOENCODING": "cp949", "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}, True),
    ("ascii", {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}, False),
])
def test_no_encoding_stops_it(folder, encoding, settings, hangul):
    write_answer(folder, "square-forward", "return x + x")
    result = run(folder, "check", "--hint", encoding=encoding, **settings)
    assert result.returncode == 1 and bool(re.search("[가-힣]{2}", result.stdout)) == hangul


BREAKING = {
    "a bracket": ("functions/elementary.py", "class Exp(Function):", "class Exp(Function:", "SyntaxError: "),
    "a name": ("functions/elementary.py", "class Exp(Function):", "undefined_name\n\n\nclass Exp(Function):",
               "NameError: name 'undefined_name' is not defined"),
    "a file without tasks": ("arrays.py", "\nimport ", "\nfrom nowhere import\nimport ", "SyntaxError: "),
    "a file of the homework's": ("homework/judging.py", "\nimport ", "\nimport (\nimport ", None),
    "an exit": ("core.py", "\nclass Function", "\nraise SystemExit(3)\n\n\nclass Function", "SystemExit: 3"),
}


@pytest.mark.parametrize("how, language", [*[(how, "ko") for how in BREAKING], ("a bracket", "en")])
def test_a_package_that_cannot_be_imported_is_one_sentence_and_the_tasks_are_checked_all_the_same(folder, how, language):
    path, old, new, error = BREAKING[how]
    write_answer(folder, "square-forward")
    file = folder / "minigrad" / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[:text.index(old)].count("\n") + 1 + new.startswith("\n")
    sentence = {"en": "As it is now, your minigrad cannot be imported: ",
                "ko": "지금은 여러분의 minigrad를 불러올 수 없습니다. "}[language] + (error or "")
    where = {"en": f" (minigrad/{path}, line {line}).", "ko": f" (minigrad/{path} {line}번째 줄)."}[language]
    checked = run(folder, "check", "--lang", language, command=("minigrad_start", "homework"))
    said = [shown for shown in checked.stdout.splitlines() if shown.startswith(sentence)]
    assert checked.returncode == 1 and len(said) == (error is not None) and all(one.endswith(where) for one in said), checked.stdout
    assert {"en": "1 of 3 tasks", "ko": "과제 3개 중 1개"}[language] in checked.stdout and checked.stderr == ""
    if how == "a name" and language == "ko":               # the homework's own
        other = run(folder, "--version", command=("minigrad_start",))
        assert (other.returncode, other.stdout) == (2, "") and other.stderr.strip() == said[0]


def test_the_package_that_runs_is_the_students_own_for_everything_but_the_homework(folder):
    write_answer(folder, "exp-backward", "return -gy * self.output")
    started = run(folder, "check", "exp", command=("minigrad_start",))
    assert started.returncode == 1 and "DIFFERS" in started.stdout + started.stderr or "불일치" in started.stdout, started


@pytest.mark.parametrize("args, sentence", [
    (["exp-bakward", "--lang", "en"], "There is no task exp-bakward; nearest: exp-backward"),
    (["exp-bakward"], "exp-bakward: 그런 이름의 과제는 없습니다. 비슷한 이름: exp-backward"),
    (["zzz", "--lang", "en"], "There is no task zzz. The tasks are: square-forward, square-backward, exp-backward"),
])
def test_an_unknown_task_is_one_sentence_with_the_nearest(folder, args, sentence):
    result = run(folder, "check", *args)
    assert result.returncode == 2 and result.stdout == "" and result.stderr.strip().count("\n") == 0 and sentence in result.stderr


def test_outside_of_a_copy_it_says_where_to_go(folder, tmp_path):
    os.remove(folder / "minigrad" / "homework" / "handout.json")
    result = run(folder, "check", "--lang", "en", cwd=tmp_path)
    assert result.returncode == 2 and result.stdout == ""
    assert f"There is no homework in {tmp_path.resolve()}" in result.stderr and result.stderr.strip().count("\n") == 0


def test_a_copy_has_check_alone_and_the_teachers_package_all_three(folder):
    assert re.findall(r"^  (make|check|grade)\b", run(folder, "--help").stdout, re.M) == ["check"]
    from minigrad.homework.reference import PACKAGE
    shown = run(PACKAGE.parent, "--help").stdout
    assert re.findall(r"^  (make|check|grade)\b", shown, re.M) == ["check", "grade", "make"]


def test_make_and_grade_pass_on_what_is_wrong_as_one_sentence(tmp_path):
    from minigrad.homework.reference import PACKAGE
    seed = tmp_path / "seed"
    seed.write_text(SECRET.decode())
    full = tmp_path / "full"
    full.mkdir()
    (full / "a").touch()
    for args, sentence in [(["make", full, "--seed-file", seed], "is not empty"),
                           (["make", tmp_path / "new", "--tasks", "nothing", "--seed-file", seed], "There is no task nothing"),
                           (["grade"], "--out"),
                           (["grade", tmp_path / "none", "--out", tmp_path / "out", "--seed-file", seed], "none")]:
        result = run(PACKAGE.parent, *map(str, args), LC_ALL="C.UTF-8", cwd=tmp_path)
        assert result.returncode == 2 and sentence in result.stderr and result.stdout == "", result.stderr


def on_terminal(folder, *args, columns=80, until=None, then=None, **changes):
    """What the command writes to a terminal; when it has written a text, then() is called, and with None it is interrupted."""
    import fcntl
    import pty
    import struct
    import termios
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = dict.fromkeys(["stdin", "stdout", "stderr"], theirs)
    steps = list(zip(until or [], then or []))
    with subprocess.Popen([sys.executable, "-m", "minigrad", "homework", *args], cwd=folder, env=environment(folder, **changes),
                          **streams) as process:
        os.close(theirs)
        timer = Timer(90, process.kill)
        timer.start()
        written, looked = b"", 0
        for piece in pieces(ours):
            written += piece
            if steps and steps[0][0].encode() in written[looked:]:
                looked = len(written)
                step = steps.pop(0)[1]
                step() if step else process.send_signal(signal.SIGINT)
    timer.cancel()
    os.close(ours)
    assert not steps, written.decode()
    return process.returncode, written.decode().replace("\r\n", "\n")


@posix
def test_watch_checks_again_when_a_file_is_saved_until_an_interrupt(folder):
    waiting = "Watching for changes; Ctrl-C to stop."

    def save(body):
        time.sleep(0.05)                 # a clock of files may be coarse
        write_answer(folder, "square-forward", body)
    status, shown = on_terminal(folder, "check", "--watch", "--lang", "en", until=[waiting] * 3,
                                then=[lambda: save("return x + x"), lambda: save("return x * x"), None])
    assert status == 1 and shown.count(waiting) == 3 and "Traceback" not in shown and "arithmetic.py was saved" in shown
    first, second, third = shown.split(waiting)[:3]
    assert "Welcome!" in first and "Not right yet" in second and "1 of 3 tasks" in third


@posix
@pytest.mark.parametrize("language, columns", [("ko", 40), ("ko", 80), ("en", 40)])
def test_on_a_terminal_nothing_is_cut_or_wider_than_it(folder, language, columns):
    write_answer(folder, "square-forward", "return x + x")
    status, shown = on_terminal(folder, "check", "--lang", language, columns=columns)
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).rpartition("\r")[2] for line in shown.splitlines()]
    assert status == 1 and max(map(cell_len, lines)) <= columns and "…" not in "".join(lines)
    assert TASKS["square-forward"].title[language] in "\n".join(lines) and "\x1b[" in shown


@posix
def test_without_colours_it_says_the_same(folder):
    write_answer(folder, "square-forward", "return x + x")
    _, shown = on_terminal(folder, "check", NO_COLOR="1")
    _, coloured = on_terminal(folder, "check")
    assert "\x1b" not in shown and "\x1b" in coloured
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|.*\r(?!\n)", "", coloured)
    assert shown[shown.index("[...."):] == plain[plain.index("[...."):]            # before it, the bar that was there while it ran
