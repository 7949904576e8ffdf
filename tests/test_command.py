"""The command minigrad, each time in a process of its own, as a user starts it.

Most of these runs have a table cut down to a few rows, or with a fault in it; `prepare` is what the process does first.
"""
import json
import os
import re
import string
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec

import pytest
from rich.cells import cell_len
from terminal import pieces

from minigrad.words import MESSAGES, choose

FIGURES = "4.000000000004", "3.2974426293330694", "3.297442541400256"
FEW = "for name in set(table) - {'exp', 'abs'}: del table[name]\n"
ALONE = "sys.modules['jax'] = None\n"       # without JAX, which takes most of the time of so small a run
ROW = ALONE + "from types import SimpleNamespace as verdict\nimport minigrad.checking\nminigrad.checking.check_row = lambda row: "
with_jax = pytest.mark.skipif(find_spec("jax") is None, reason="compares with JAX: pip install jax")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals, and reports a closed pipe in another way")


def environment(**changes):
    """This process's environment, less whatever the command looks at."""
    looked_at = "LC_", "LANG", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONCOERCE", "NO_COLOR", "COLUMNS", "FORCE_COLOR", "TTY_"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(looked_at)}
    return {**kept, "PYTHONUTF8": "1", "TERM": "xterm-256color", **changes}


def program(args, prepare):
    code = f"import sys\nfrom minigrad.checking import table\n{prepare}\nfrom minigrad.__main__ import main\nsys.exit(main())"
    return [sys.executable, "-c", code.encode("ascii", "backslashreplace").decode(), *args]


def run(*args, prepare=FEW, encoding="utf-8", **changes):
    result = subprocess.run(program(args, prepare), env=environment(**changes), stdin=subprocess.DEVNULL, capture_output=True,
                            timeout=120)
    result.stdout, result.stderr = result.stdout.decode(encoding), result.stderr.decode(encoding)
    return result


def strict(text):
    """The JSON document in text, which has nothing else, and no NaN."""
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")
    return json.loads(text, parse_constant=refuse)


def on_terminal(*args, prepare=FEW, columns=80, **changes):
    """What the command writes to a terminal, escape codes and all."""
    import fcntl
    import pty
    import struct
    import termios
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = dict.fromkeys(["stdin", "stdout", "stderr"], theirs)
    with subprocess.Popen(program(args, prepare), env=environment(**changes), **streams) as process:
        os.close(theirs)
        written = b"".join(pieces(ours))
    os.close(ours)
    return process.returncode, written.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def whole():
    return run()


@pytest.fixture(scope="module")
def data():
    return run("--json")


def test_the_command_opens_with_the_versions_it_runs_on(whole):
    import numpy
    lines = whole.stdout.splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["minigrad", "Python", "NumPy", "JAX", "platform"]
    by_jax = version("jax") if find_spec("jax") else "not installed"
    assert [line.split(maxsplit=1)[1] for line in lines[1:4]] == [sys.version.split()[0], numpy.__version__, by_jax]


@pytest.mark.parametrize("columns, language", [(20, "en"), (40, "en"), (40, "ko"), (80, "ko")])
def test_every_digit_of_the_notebook_is_there_however_narrow_the_screen(columns, language, data):
    shown = run("--lang", language, COLUMNS=str(columns)).stdout
    differences = [repr(d) for entry in strict(data.stdout)["notebook"][1:] for d in entry["differences"].values()][:-1]
    for figure in [*FIGURES, *differences]:
        assert re.search(rf"(^|\s){re.escape(figure)}(\s|$)", shown), figure
    if columns == 40:
        figures = [line for line in shown.splitlines()[:-1] if re.search(r"\d\.\d|e-", line) and "platform" not in line]
        assert len(figures) > 10 and max(map(cell_len, figures)) <= 40


@with_jax
def test_numerical_differentiation_backpropagation_and_jax_stand_side_by_side(whole):
    lines = whole.stdout.splitlines()
    start = lines.index("dy/dx of y = exp(x**2)**2 at x = 0.5")
    rows = [line.split() for line in lines[start + 2:start + 5]]
    assert [row[0] for row in rows] == ["numerical_diff", "backpropagation", "JAX"]
    numerical, backpropagation, by_jax = (float(row[1]) for row in rows)
    assert (repr(numerical), repr(backpropagation)) == FIGURES[1:]
    assert abs(backpropagation - by_jax) < 1e-15
    assert [float(row[2]) for row in rows[:2]] == [numerical - by_jax, backpropagation - by_jax]


@with_jax
def test_a_row_has_its_samples_its_errors_and_a_verdict(whole):
    row, = [line.split() for line in whole.stdout.splitlines() if line.startswith("exp ")]
    name, samples, *errors, verdict = row
    assert int(samples) >= 8 and verdict == "agrees" and len(errors) == 4
    assert all(float(error) <= bound for error, bound in zip(errors, [1e-8, 1e-12, 1e-12, 1e-10]))
    assert re.search(r"Functions that agree: 2 of 2\. Time: \d+\.\d s\.$", whole.stdout.strip())
    assert whole.returncode == 0 and whole.stderr == ""


def test_json_is_one_strict_document_in_ascii_with_the_same_data(data):
    document = strict(data.stdout)
    assert data.stdout.isascii() and data.returncode == 0 and data.stderr == ""
    square, composite = document["notebook"]
    assert repr(square["derivatives"]["numerical_diff"]) == FIGURES[0]
    assert [repr(composite["derivatives"][way]) for way in ("numerical_diff", "backpropagation")] == list(FIGURES[1:])
    assert {row["name"] for row in document["table"]} == {"exp", "abs"}
    for row in document["table"]:
        assert row["agrees"] is True and row["failures"] == [] and row["samples"] >= 8
        assert all(e is None or e <= document["bounds"][witness] for witness, e in row["errors"].items())
    assert document["seconds"] > 0 and document["versions"]["Python"] == sys.version.split()[0]


def test_check_takes_names_and_keeps_their_order():
    for args in ["check", "exp", "abs", "exp", "--json"], ["--json", "check", "exp", "abs"]:
        document = strict(run(*args, prepare=ALONE).stdout)
        assert [row["name"] for row in document["table"]] == ["exp", "abs"]
        assert "notebook" not in document


@pytest.mark.parametrize("language, sentence", [("en", "expm is not in the table; nearest: exp"), ("ko", "비슷한 이름: exp")])
def test_an_unknown_name_is_bad_usage_and_brings_the_nearest(language, sentence):
    result = run("check", "exp", "expm", "--lang", language)
    assert result.returncode == 2 and result.stdout == "" and sentence in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("args", [["--colour"], ["exp"], ["--lang", "fr"], ["check", "--jsn"], ["check", "역전파"]])
def test_bad_usage_ends_with_2_and_says_what_is_wrong(args):
    result = run(*args)
    assert result.returncode == 2 and result.stdout == "" and "Error" in result.stderr and "Traceback" not in result.stderr


WRONG = "import minigrad\nright = minigrad.Exp.backward\nminigrad.Exp.backward = lambda self, gy: 1.0001 * right(self, gy)\n" + FEW


def test_a_wrong_rule_is_named_and_the_command_ends_with_1():
    result = run("check", prepare=WRONG)
    assert result.returncode == 1
    assert re.search(r"^exp .* DIFFERS$", result.stdout, re.M) and re.search(r"^abs .* agrees$", result.stdout, re.M)
    assert "Functions that agree: 1 of 2." in result.stdout and "Functions that differ: exp." in result.stdout


def test_a_notebook_that_disagrees_ends_with_1_too():
    result = run(prepare="import minigrad\nminigrad.numerical_diff = lambda f, x: 3.2\n"
                 + ROW + "verdict(name='exp', samples=8, errors=dict.fromkeys(minigrad.checking.BOUNDS), agrees=True, failures=[])")
    assert result.returncode == 1 and "\nDIFFERS\n" in result.stdout


STRANGE = ROW + """verdict(name="exp", samples=8, agrees=False, failures=["√ x² ✓ 기울기 ≤ 1"],
    errors={"numerical": float("nan"), "complex_step": None, "jax_vjp": float("inf"), "second_order": 0.0})"""


def test_errors_that_are_no_numbers_are_shown_and_stay_strict_json():
    row, = strict(run("check", "exp", "--json", prepare=STRANGE).stdout)["table"]
    assert row["errors"] == {"numerical": "nan", "complex_step": None, "jax_vjp": "inf", "second_order": 0.0}
    shown = run("check", "exp", prepare=STRANGE)
    assert shown.returncode == 1 and re.search(r"^exp +8 +nan +- +inf +0 +DIFFERS$", shown.stdout, re.M)
    assert "    √ x² ✓ 기울기 ≤ 1\n" in shown.stdout


@pytest.mark.parametrize("encoding, settings, hangul", [
    ("cp949", {"PYTHONIOENCODING": "cp949", "PYTHONUTF8": "0", "LC_ALL": "ko_KR.EUC-KR"}, True),
    ("ascii", {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}, False),
    ("latin-1", {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0", "LANG": "ko_KR"}, False),
])
def test_no_encoding_stops_it(encoding, settings, hangul):
    for args in [], ["--lang", "ko"], ["check", "exp", "--json"], ["check", "exq"], ["--help"]:
        result = run(*args, prepare=STRANGE, encoding=encoding, **settings)
        assert "Traceback" not in result.stderr and result.returncode == {"check exq": 2, "--help": 0}.get(" ".join(args), 1)
        if "--json" in args:
            assert strict(result.stdout)["table"][0]["failures"] == ["√ x² ✓ 기울기 ≤ 1"]
        elif args != ["check", "exq"]:
            assert bool(re.search("[가-힣]{2}", result.stdout)) == hangul
    if not hangul:
        assert "has no Hangul" in run("--lang", "ko", prepare=STRANGE, encoding=encoding, **settings).stderr


@pytest.mark.parametrize("args, variables, language", [
    ([], {}, "en"),
    ([], {"LANG": "ko_KR.UTF-8"}, "ko"),
    ([], {"LANG": "ko"}, "ko"),
    ([], {"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
    ([], {"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR"}, "ko"),
    ([], {"LC_MESSAGES": "ko_KR", "LC_ALL": "C"}, "en"),
    ([], {"LC_ALL": "", "LANG": "ko_KR"}, "ko"),
    ([], {"LANG": "kok_IN"}, "en"),
    (["--lang", "en"], {"LANG": "ko_KR.UTF-8"}, "en"),
    (["check", "exp", "--lang=ko"], {"LANG": "en_US"}, "ko"),
])
def test_the_language_is_the_one_asked_for_or_the_systems(args, variables, language):
    assert choose(["minigrad", *args], variables, "utf-8") == (language, False)
    assert choose(["minigrad", *args], variables, "ascii") == ("en", "--lang=ko" in args)


def test_help_is_in_the_language_asked_for():
    assert "수치 미분 및 JAX와 대조합니다" in run("--help", "--lang", "ko", COLUMNS="200").stdout.replace("\n  ", " ")
    assert "against numerical differentiation" in run("--help").stdout.replace("\n  ", " ")


def test_both_languages_say_the_same_and_fit_their_encodings():
    def blanks(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    for message, (english, korean) in MESSAGES.items():
        assert english.isascii() and korean.encode("cp949") is not None
        assert message == "no_hangul" or blanks(english) == blanks(korean), message


def test_korean_columns_stand_under_each_other():
    for columns in "80", "40":
        lines = run("--lang", "ko", prepare=ALONE + FEW, COLUMNS=columns).stdout.splitlines()
        head, exp = (next(line for line in lines if line.startswith(start)) for start in ("함수 ", "exp "))
        assert cell_len(head[:head.index("판정")]) == cell_len(exp[:exp.index("일치")])


def test_without_jax_it_runs_the_other_witnesses_and_says_how_to_get_it():
    result = run(prepare=ALONE + FEW)
    assert result.returncode == 0 and "JAX is not installed" in result.stdout and "pip install jax\n" in result.stdout
    name, samples, numerical, complex_step, by_jax, second_order, verdict = next(
        line.split() for line in result.stdout.splitlines() if line.startswith("exp "))
    assert (by_jax, second_order, verdict) == ("-", "-", "agrees") and 0 < float(numerical) <= 1e-8 and float(complex_step) <= 1e-12
    assert all(figure in result.stdout for figure in FIGURES)


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_its_libraries_it_says_in_one_sentence_what_to_install(missing):
    result = run(prepare=f"sys.modules['{missing}'] = None")
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and 'pip install "minigrad-edu[cli]"' in result.stderr


@pytest.mark.parametrize("prepare", [
    "import signal, minigrad.checking\nminigrad.checking.check_row = lambda row: signal.raise_signal(signal.SIGINT)",
    # where Python can only report it: in a callback of the garbage collector
    "import gc, signal, time, minigrad.checking\n"
    "interrupt = lambda phase, info: phase == 'stop' and [gc.callbacks.remove(interrupt), signal.raise_signal(signal.SIGINT)]\n"
    "pause = lambda: [time.sleep(0.01) for _ in range(3000)]\n"
    "minigrad.checking.check_row = lambda row: [gc.callbacks.append(interrupt), gc.collect(), pause()]",
], ids=["row", "callback"])
def test_ctrl_c_ends_with_130_and_one_line(prepare):
    result = run("check", "exp", prepare=ALONE + prepare)
    assert result.returncode == 130 and result.stderr == "Interrupted.\n"


@posix
@pytest.mark.parametrize("args", [["check", "exp"], ["check", "exp", "--json"], ["--help"]])
def test_a_closed_pipe_ends_it_without_a_traceback(args):
    with subprocess.Popen(program(args, ALONE + FEW), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_no_escape_code_is_written_to_a_file(whole):
    assert "\x1b" not in whole.stdout and "\x1b" not in run("check", "exp", prepare=ALONE, FORCE_COLOR="1").stdout


@posix
def test_a_terminal_has_colours_and_a_progress_bar_and_with_no_color_neither():
    code, coloured = on_terminal("check", "exp", prepare=ALONE)
    assert code == 0 and "\x1b[32magrees" in coloured and "0/1" in coloured
    code, bare = on_terminal("check", "exp", prepare=ALONE, NO_COLOR="1")
    assert code == 0 and "\x1b" not in bare and "0/1" not in bare and re.search("^exp .* agrees$", bare, re.M)


@posix
def test_a_terminal_of_40_columns_shows_every_digit_in_one_line():
    code, written = on_terminal(columns=40, NO_COLOR="1")
    assert code == 0
    for figure in FIGURES:
        lines = [line for line in written.splitlines() if figure in line.split()]
        assert lines and max(map(cell_len, lines)) <= 40
