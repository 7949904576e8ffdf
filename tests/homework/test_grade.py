"""The batch: that nothing stops it, that it can be resumed with the same marks, what it writes, and what it calls alike.

The first tests examine with a stand-in, which looks for a word in the source, so as to be about the batch alone; the last ones
run the real thing.
"""
import csv
import html.parser
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from random import Random
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from attacks import RIGHT, WRONG, Aims, replaced
from attacks.folders import BUILDERS
from attacks.functions import ATTACKS

from minigrad.homework import alike, grade as module
from minigrad.homework.grade import GradeError, grade, run_autograder
from minigrad.homework.grafting import blank, body_lines
from minigrad.homework.reference import PACKAGE
from minigrad.homework.running import Runner
from minigrad.homework.secret import SecretError, note_tasks, secret_in
from minigrad.homework.variations import own_source

PLACES = {"exp": (1, 2, "functions/elementary.py", "Exp.backward"), "sin": (1, 3, "functions/elementary.py", "Sin.backward"),
          "matmul": (2, 5, "functions/products.py", "Matmul.backward")}
TASKS = {name: SimpleNamespace(name=name, part=part, points=points, path=path, qualname=qualname,
                               title={"en": f"Do {name}", "ko": f"{name} 풀기"})
         for name, (part, points, path, qualname) in PLACES.items()}


def source(*right):
    return "".join(f"class {TASKS[name].qualname.split('.')[0]}:\n    def backward(self, gy):\n        return {name}_is_right\n"
                   for name in right)


def submit(folder, name, *right):
    for path in {task.path for task in TASKS.values()}:
        file = folder / name / "minigrad" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source(*(task for task in right if TASKS[task].path == path)))
    return folder / name


class Stand_in:
    """Examines by looking for a word, counts what it examined, and breaks where it is told to."""

    def __init__(self, broken=()):
        self.seen, self.seeds, self.broken = [], {}, broken

    def __call__(self, files, seed):
        text = "".join(files.values())
        self.seen.append(text)
        self.seeds[text] = seed
        for word, error in self.broken:
            if word in text:
                raise error
        right = {name for name in TASKS if f"{name}_is_right" in text}
        return {name: {"passed": name in right, "cause": None if name in right else "sign", "trouble": None,
                       "text": {"en": "said in English", "ko": "한국어로"}} for name in TASKS}


@pytest.fixture
def batch(tmp_path):
    """A call of grade on tmp_path/in, with a seed file of its own."""
    (tmp_path / "in").mkdir()

    def run(**options):
        options = {"seed_file": tmp_path / "seed", "tasks": TASKS, "examine": Stand_in(), "jobs": 2, **options}
        return grade(tmp_path / "in", tmp_path / "out", **options)
    run.folder, run.out = tmp_path / "in", tmp_path / "out"
    return run


def table(out):
    return {row["name"]: row for row in csv.DictReader(io.StringIO((out / "grades.csv").read_text("utf-8-sig")))}


def marks(out):
    return {name: [row[task] for task in TASKS] for name, row in table(out).items()}


def test_marks_are_written_for_each_submission(batch):
    submit(batch.folder, "홍길동", "exp", "sin", "matmul")
    submit(batch.folder, "kim", "sin")
    done = []
    result = batch(progress=lambda n, total, record: done.append((n, total, record["name"])))
    assert marks(batch.out) == {"kim": ["0", "3", "0"], "홍길동": ["2", "3", "5"]}
    assert sorted(done)[0][:2] == (1, 2) and {name for _, _, name in done} == {"kim", "홍길동"} and result.fresh == 2
    document = json.loads((batch.out / "홍길동" / "results.json").read_text("utf-8"))
    assert [test["score"] for test in document["tests"]] == [2, 3, 5]
    assert json.loads((batch.out / "kim" / "result.json").read_text("utf-8"))["score"] == 3


def test_one_bad_submission_never_stops_the_batch(batch):
    submit(batch.folder, "good", "exp")
    submit(batch.folder, "index.html", "exp")
    (batch.folder / "rubbish.zip").write_bytes(b"PK\x03\x04" + bytes(500))
    (batch.folder / "thesis.docx").write_bytes(b"\0\1\2")
    (batch.folder / "empty").mkdir()
    submit(batch.folder, "binary")
    for path in {task.path for task in TASKS.values()}:
        (batch.folder / "binary" / "minigrad" / path).write_bytes(bytes(range(256)))
    for name, words in {"recursion": "1" * 300 + "x", "memory": "memory_error", "unicode": "bad_unicode"}.items():
        submit(batch.folder, name)
        (batch.folder / name / "minigrad" / "functions" / "elementary.py").write_text(words)
    broken = [("1x", RecursionError()), ("memory_error", MemoryError()), ("bad_unicode", ValueError("\udcff"))]
    result = batch(examine=Stand_in(broken))
    assert marks(batch.out) == {name: ["2" if name in ("good", "index.html_") else "0", "0", "0"] for name in (
        "binary", "empty", "good", "index.html_", "memory", "recursion", "rubbish", "thesis.docx", "unicode")}
    assert [record["name"] for record in result.records if record["trouble"] and record["trouble"][0] == "grader"] == [
        "memory", "recursion", "unicode"]
    assert all(row["remarks"] for name, row in table(batch.out).items() if name not in ("good", "index.html_", "binary"))
    assert (batch.out / "index.html").is_file()


def test_what_the_grader_failed_on_is_tried_again_and_the_rest_is_not(batch):
    submit(batch.folder, "a", "exp")
    submit(batch.folder, "b", "sin")
    batch(examine=Stand_in([("sin", OSError("no space left"))]))
    again = Stand_in()
    assert batch(examine=again).fresh == 1 and "sin" in again.seen[0] and marks(batch.out)["b"] == ["0", "3", "0"]


def test_a_finished_submission_is_not_run_again_unless_something_changed(batch, tmp_path, monkeypatch):
    submit(batch.folder, "a", "exp")
    submit(batch.folder, "b", "sin")
    assert batch().fresh == 2 and batch().fresh == 0
    submit(batch.folder, "b", "sin", "matmul")
    assert batch().fresh == 1 and marks(batch.out)["b"] == ["0", "3", "5"]
    (tmp_path / "other").write_text("another secret of some length")
    assert batch(seed_file=tmp_path / "other").fresh == 2
    assert batch(seed_file=tmp_path / "other").fresh == 0
    monkeypatch.setattr(module, "folder_digest", lambda folder: "another reference")
    assert batch(seed_file=tmp_path / "other").fresh == 2
    assert batch(seed_file=tmp_path / "other", again=True).fresh == 2
    record = batch.out / ".records" / "a.json"
    record.write_text(record.read_text("utf-8")[:50])
    assert batch(seed_file=tmp_path / "other").fresh == 1           # a record that is damaged counts as none


def test_one_submission_can_be_graded_again_and_the_others_stay(batch):
    for name in ("a", "b", "c"):
        submit(batch.folder, name, "exp")
    batch()
    submit(batch.folder, "a", "exp", "sin")
    submit(batch.folder, "b", "exp", "sin")
    assert batch(only=["a"]).fresh == 1 and marks(batch.out) == {"a": ["2", "3", "0"], "b": ["2", "0", "0"], "c": ["2", "0", "0"]}
    with pytest.raises(GradeError, match="no submission called z"):
        batch(only=["z"])


def test_who_is_alike_is_found_also_when_one_is_graded_again(batch):
    for name in ("copier", "victim", "other"):
        submit(batch.folder, name)
        for task in ("exp", "matmul"):
            text = "\n".join(f"v{i} = gy * {i} + self.output.sum() * {len(name)} - gy" for i in range(40))
            file = batch.folder / name / "minigrad" / TASKS[task].path
            file.write_text(body(text).replace("Exp", TASKS[task].qualname.split(".")[0]))
    (batch.folder / "rubbish").write_bytes(b"")
    assert [(pair.first, pair.second) for pair in batch().pairs] == [("copier", "victim")]
    assert [(pair.first, pair.second) for pair in batch(only=["other"]).pairs] == [("copier", "victim")]
    assert "copier<br>victim" in (batch.out / "index.html").read_text("utf-8")


def test_points_change_without_running_anything(batch, tmp_path):
    submit(batch.folder, "a", "exp")
    batch()
    (tmp_path / "points.toml").write_text("[points]\nexp = 9\n[scores.a]\nsin = 1\n")
    assert batch(points=tmp_path / "points.toml").fresh == 0 and marks(batch.out) == {"a": ["9", "1", "0"]}
    assert json.loads((batch.out / "a" / "result.json").read_text())["score"] == 10


def test_inputs_differ_with_the_student_the_content_and_the_secret_and_with_nothing_else(batch, tmp_path):
    submit(batch.folder, "a", "exp")
    submit(batch.folder, "b", "exp")
    seeds = []
    for options in ({}, {"again": True}, {"seed_file": tmp_path / "other"}):
        seen = []
        batch(examine=lambda files, seed: seen.append(seed) or Stand_in()(files, seed), jobs=1, **options)
        seeds.append(seen)
    submit(batch.folder, "a", "exp", "sin")
    batch(examine=lambda files, seed: seen.append(seed) or Stand_in()(files, seed), jobs=1, seed_file=tmp_path / "other")
    assert seeds[0] == seeds[1] and len({*seeds[0], *seeds[2]}) == 5 and len(seeds[2]) == 3
    assert all(len(seed) == 32 for seed in seen)


def test_the_secret_is_made_once_for_its_owner_only_and_told(batch, tmp_path):
    submit(batch.folder, "a", "exp")
    told = []
    batch(tell=told.append)
    batch(tell=told.append)
    assert len(told) == 1 and str(tmp_path / "seed") in told[0]
    if os.name == "posix":
        assert (tmp_path / "seed").stat().st_mode & 0o077 == 0
    secret = (tmp_path / "seed").read_text().strip()
    assert len(secret) == 64
    written = b"".join(path.read_bytes() for path in batch.out.rglob("*") if path.is_file())
    assert secret.encode() not in written and secret_in(tmp_path / "seed").hex().encode() not in written


def test_the_secret_and_the_results_lie_where_no_student_is(batch, tmp_path):
    submit(batch.folder, "a", "exp")
    for place in (batch.folder / "seed", batch.out / "a" / "seed", batch.folder / "a" / "seed"):
        with pytest.raises(SecretError, match="must not lie in"):
            batch(seed_file=place)
        assert not place.exists()
    (tmp_path / "seed").write_text("short")
    with pytest.raises(SecretError, match="at least 16"):
        batch()
    for out in (batch.folder, batch.folder / "out", tmp_path):
        with pytest.raises(GradeError, match="must not lie one in the other"):
            grade(batch.folder, out, seed_file=tmp_path / "other", tasks=TASKS, examine=Stand_in())
    (tmp_path / "none").mkdir()
    with pytest.raises(GradeError, match="no submissions"):
        grade(tmp_path / "none", batch.out, seed_file=tmp_path / "other", tasks=TASKS, examine=Stand_in())


PROGRAM = """
import sys, time
sys.path.insert(0, sys.argv[1])
import test_grade as t
def slow(files, seed):
    time.sleep(0.05)
    return t.Stand_in()(files, seed)
t.grade(sys.argv[2], sys.argv[3], seed_file=sys.argv[4], tasks=t.TASKS, examine=slow, jobs=2)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT] + ([signal.SIGKILL] if hasattr(signal, "SIGKILL") else []))
def test_a_batch_that_was_stopped_half_way_is_resumed_with_the_same_marks(batch, tmp_path, how):
    for i in range(40):
        submit(batch.folder, f"s{i}", *[task for bit, task in enumerate(TASKS) if i >> bit & 1])
    batch()
    whole, out = marks(batch.out), tmp_path / "stopped"
    command = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), str(batch.folder), str(out), str(tmp_path / "seed")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while len(list(out.glob(".records/*.json"))) < 10:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(how)
    done = len(list(out.glob(".records/*.json")))
    assert 10 <= done < 40 and not (out / "grades.csv").exists()
    resumed = grade(batch.folder, out, seed_file=tmp_path / "seed", tasks=TASKS, examine=Stand_in())
    assert resumed.fresh == 40 - done and marks(out) == whole


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    module.write(tmp_path / "x" / "a.json", b"old")

    def fail(*_):
        raise OSError("no space left")
    monkeypatch.setattr(module.os, "replace", fail)
    with pytest.raises(OSError):
        module.write(tmp_path / "x" / "a.json", b"new")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "x").iterdir()] == [("a.json", b"old")]


def test_gradescope_calls_for_one_submission(tmp_path):
    submit(tmp_path, "submission", "exp")
    with pytest.raises(GradeError, match="no .*homework.seed: put the secret there"):
        run_autograder(tmp_path, "en", TASKS, Stand_in())
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "homework.seed").write_text("a secret of some length")
    assert run_autograder(tmp_path, "ko", TASKS, Stand_in()) == 0
    document = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
    assert [test["score"] for test in document["tests"]] == [2, 0, 0] and document["tests"][1]["output"] == "한국어로"
    (tmp_path / "source" / "points.toml").write_text("[points]\nexp = 4\n")
    (tmp_path / "submission_metadata.json").write_text(json.dumps({"id": 1, "users": [{"id": 7, "email": "a@b", "name": "A"}]}))
    examine = Stand_in()
    assert run_autograder(tmp_path, "en", TASKS, examine) == 0
    document = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
    assert [test["score"] for test in document["tests"]] == [4, 0, 0] and document["extra_data"]["submission"] == "a@b"
    assert run_autograder(tmp_path, "en", TASKS, Stand_in([("exp", OSError())])) == 1
    assert json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))["tests"][0]["score"] == 0


def test_on_a_runner_of_classroom_50_the_result_says_what_only_it_knows(batch, monkeypatch):
    submit(batch.folder, "checkout", "exp")
    known = {"CLASSROOM": "cs", "OWNER": "alice", "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://example.org/c"}
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    batch()
    document = json.loads((batch.out / "checkout" / "result.json").read_text())
    assert (document["classroom"], document["owner"], document["commit"]) == ("cs", "alice", "https://example.org/c")
    submit(batch.folder, "another", "exp")                          # of two nobody can know whose it is
    batch()
    assert json.loads((batch.out / "checkout" / "result.json").read_text())["owner"] == "checkout"


def test_a_homework_made_with_another_seed_is_told(batch, tmp_path):
    (tmp_path / "seed").write_text("the seed that grades")
    ours, others = own_source(secret_in(tmp_path / "seed")), own_source(b"another")
    for name, text in {"ours": ours, "others": others, "broken": "def ("}.items():
        submit(batch.folder, name, "exp")
        (batch.folder / name / "minigrad" / "own.py").write_text(text)
    own = SimpleNamespace(name="own-step", part=1, points=1, path="own.py", qualname="step", title={"en": "Step", "ko": "걸음"})
    batch(tasks=TASKS | {"own-step": own},
          examine=lambda files, seed: (found := Stand_in()(files, seed)) | {"own-step": found["exp"]})
    told = {name for name, row in table(batch.out).items() if "not those of this secret seed" in row["remarks"]}
    assert told == {"others", "broken"}


@pytest.mark.parametrize("how", ["noted", "named"])
def test_of_a_homework_with_some_tasks_only_these_are_graded(batch, tmp_path, how):
    submit(batch.folder, "a", "exp")
    (tmp_path / "seed").write_text("a secret of some length")
    told, names = [], ["exp-backward", "sweep"]
    note_tasks(tmp_path / "seed", names if how == "noted" else ["softmax"])
    batch(tasks=None, names=names if how == "named" else (), tell=told.append,
          examine=lambda files, seed: dict.fromkeys(names, Stand_in()(files, seed)["exp"]))
    assert list(table(batch.out)["a"])[3:-1] == ["exp-backward", "sweep"]
    assert [sentence for sentence in told if "exp-backward, sweep" in sentence] == told == told[:how == "noted"]
    with pytest.raises(GradeError, match="There is no task swep"):
        batch(tasks=None, names=["swep"])


def test_one_that_was_graded_on_other_tasks_is_graded_again_also_if_another_is_named(batch):
    for name in "ab":
        submit(batch.folder, name, "exp", "sin")
    batch(tasks={"exp": TASKS["exp"]}, examine=lambda files, seed: {"exp": Stand_in()(files, seed)["exp"]})
    assert batch(only=["a"]).fresh == 2 and marks(batch.out) == {"a": ["2", "3", "0"], "b": ["2", "3", "0"]}


def test_a_body_that_is_the_references_letter_by_letter_is_told(batch, tasks, done):
    own_words = done["numerical.py"].replace("def numerical_diff", "# a comment\ndef numerical_diff")
    last, lines = body_lines(done["numerical.py"], "numerical_diff")[1], done["numerical.py"].splitlines(keepends=True)
    other = "".join([*lines[:last], "    # mine\n", *lines[last:]])
    for name, text in {"same": own_words, "other": other}.items():
        hand_in(batch.folder / name, {"numerical.py": text, "functions/elementary.py": done["functions/elementary.py"]})
    some = {name: tasks[name] for name in ("numerical-diff", "exp-backward")}
    batch(tasks=some, examine=lambda files, seed: Stand_in()(files, seed) | dict.fromkeys(some, Stand_in()({}, b"")["exp"]))
    told = {name: row["remarks"] for name, row in table(batch.out).items()}
    assert "Letter by letter the reference's own: numerical-diff." in told["same"] and "Letter" not in told["other"]


# ------------------------------------------------------------------------------------------------------------------- the page
class Reader(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("lang, says", [("en", "Commonest causes"), ("ko", "가장 흔한 원인")])
def test_the_page_says_what_came_out_and_needs_nothing_beside_it(batch, lang, says):
    submit(batch.folder, "홍길동", "exp", "sin", "matmul")
    submit(batch.folder, "kim/<script>alert(1)<script>", "sin")     # the remark says where the files were
    submit(batch.folder, "50% off #1", "sin")
    batch(lang=lang)
    text = (batch.out / "index.html").read_text("utf-8")
    page = Reader(text)
    assert says in page.text and "홍길동" in page.text and "3 / 3" in page.text and "1 / 3" in page.text
    assert not {"script", "img", "link", "iframe"} & {*page.tags} and not re.search(r"https?:|url\(|@import", text)
    assert len(page.links) == 3 and all((batch.out / unquote(urlsplit(link).path)).is_file() for link in page.links)
    assert f'<html lang="{lang}">' in text


# --------------------------------------------------------------------------------------------------------------- who is alike
def body(text):
    return "class Exp:\n    def backward(self, gy):\n" + "".join(f"        {line}\n" for line in text.splitlines())


LONG = """rate = 0.5 * gy + self.output.sum() / 3
kept = [abs(v - rate) for v in self.output if v > 0.125]
if len(kept) > 7 and rate != 2:
    rate = rate - sum(kept) * 0.25
total = max(kept) ** 2 + min(kept) ** 3 - rate
return total * gy / (1 + rate * rate)"""
RENAMED = '''"""My own work."""
# written by me alone
mine: float = self.output.sum() / 3 + gy * 0.5
them = [abs(e - mine) for e in self.output if e > 0.125]
if len(them) > 7 and mine != 2:
    mine = mine - 0.25 * sum(them)
answer = min(them) ** 3 + max(them) ** 2 - mine
return answer * gy / (mine * mine + 1)'''


def test_renaming_reordering_and_comments_change_no_form():
    first, second = alike.forms(body(LONG), "Exp.backward"), alike.forms(body(RENAMED), "Exp.backward")
    # max + min - rate: of three terms only the first two are operands of one +, so that statement is the same as well
    assert len(first) == 6 and first == second
    assert alike.forms(body(LONG.replace("0.125", "0.25")), "Exp.backward") != first
    assert alike.forms(body(LONG.replace("self.output", "self.input")), "Exp.backward") != first


def pairs(bodies, dictated="pass", tasks="abc"):
    """The pairs among {name: text}, if each wrote that same text in every task."""
    found = {name: dict.fromkeys(tasks, alike.forms(body(text), "Exp.backward")) for name, text in bodies.items()}
    dictated = dict.fromkeys(tasks, alike.forms(body(dictated), "Exp.backward"))
    return [(pair.first, pair.second) for pair in alike.alike_pairs(found, dictated)]


def varied(i):
    """What a student writes on their own: nobody else has its numbers."""
    return re.sub(r"\d+(\.\d+)?", lambda number: f"{number[0]}{i}7", LONG)        # 7: else 0.50 would be 0.5


def test_a_copy_stands_out_and_own_work_does_not():
    others = {f"s{i}": varied(i) for i in range(30)}
    assert pairs(others) == []
    assert pairs(others | {"copier": RENAMED, "victim": LONG}) == [("copier", "victim")]
    half = "\n".join(LONG.splitlines()[:5]) + "\nreturn self.output * 3.25 - gy / total + 1"
    assert pairs(others | {"copier": half, "victim": LONG}) == [("copier", "victim")]
    ring = {f"c{i}": LONG for i in range(12)} | {f"s{i}": varied(i) for i in range(188)}
    assert len(pairs(ring, tasks="abcd")) == 12 * 11 / 2
    three = {f"c{i}": LONG for i in range(3)}
    assert len(pairs(others | three, tasks="abcd")) == 3            # each with each


def test_what_the_reference_dictates_or_many_write_accuses_nobody():
    two = {"copier": RENAMED, "victim": LONG} | {f"s{i}": varied(i) for i in range(30)}
    assert pairs(two, dictated=LONG) == [] and len(pairs(two)) == 1
    assert pairs({f"s{i}": LONG for i in range(30)} | {f"t{i}": varied(i) for i in range(170)}, tasks="abcdefgh") == []
    short = "x = self.arrays[0]\nreturn gy * array_namespace(x).exp(x)"
    assert pairs({"a": short, "b": short} | {f"s{i}": "return gy * self.output" for i in range(198)}) == []
    assert pairs({f"s{i}": "return gy * self.output" for i in range(2)} | {"x": "return 2 * gy"}) == []


def test_one_task_alike_or_a_small_part_of_what_is_unusual_is_not_enough():
    others = {f"s{i}": varied(i) for i in range(30)} | {"copier": RENAMED, "victim": LONG}
    assert pairs(others, tasks="a") == []
    own_too = {name: "\n".join([LONG, *map(varied, numbers)]) for name, numbers in {"a": (91, 92, 93), "b": (94, 95, 96)}.items()}
    assert pairs({f"s{i}": varied(i) for i in range(30)} | own_too) == []


def test_students_who_make_the_same_mistakes_by_themselves_are_not_accused():
    draw, names = Random(0), [f"s{i}" for i in range(200)]
    bodies = {name: {} for name in names}
    for task in range(22):
        for name in names:                                          # a third err, most in one of the common ways
            mistake = min(int(draw.paretovariate(0.6)), 40) if draw.random() < 0.35 else 0
            bodies[name][task] = frozenset((mistake, k) for k in range(3)) if mistake else frozenset()
    assert alike.alike_pairs(bodies, {}) == []


def test_rubbish_has_no_forms():
    for text in ("def (", "\0", "(" * 5000 + ")" * 5000, "class Exp: pass", "Exp = 1", "-" * 200_000 + "1"):
        assert alike.forms(text, "Exp.backward") == frozenset()


# ------------------------------------------------------------------------------------------------------------- the real thing
linux = pytest.mark.skipif(sys.platform != "linux", reason="grade may ask for Linux")


@pytest.fixture
def teacher(tasks, done, seed_file):
    """The tasks, the reference with the teacher's own operations, and the seed file that they come from."""
    return SimpleNamespace(tasks=tasks, sources=done, seed_file=seed_file)


def hand_in(place, files):
    for path, text in files.items():
        file = place / "minigrad" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


def answered(teacher, blanks=(), doubled=()):
    """What a student hands in who left some tasks blank, and returns twice what is right in others."""
    files = {task.path: teacher.sources[task.path] for task in teacher.tasks.values()}
    for name in (*blanks, *doubled):
        task = teacher.tasks[name]
        if name in blanks:
            files[task.path] = blank(files[task.path], task.qualname, "not done")
        else:
            first, last = body_lines(files[task.path], task.qualname)
            lines = files[task.path].splitlines(keepends=True)
            lines[first - 1:last] = [re.sub(r"return (.+)", r"return twice(\1)", line) for line in lines[first - 1:last]]
            indent = re.match(" *", lines[first - 1])[0]
            lines.insert(first - 1, f"{indent}def twice(*y): return [2 * a for a in y] if len(y) > 1 else 2 * y[0]\n")
            files[task.path] = "".join(lines)
    return files


@linux
def test_the_real_thing_marks_each_task_for_itself_and_says_why_in_both_languages(teacher, tmp_path):
    place = tmp_path / "in"
    hand_in(place / "다 맞음", answered(teacher))
    hand_in(place / "kim", answered(teacher, blanks=["sweep"], doubled=["exp-backward", "own-blend"]))
    hand_in(place / "syntax", answered(teacher) | {teacher.tasks["exp-backward"].path: "def ("})
    batch = grade(place, tmp_path / "out", seed_file=teacher.seed_file, jobs=2)
    records = {record["name"]: record["tasks"] for record in batch.records}
    missed = {name: {task for task, found in tasks.items() if not found["passed"]} for name, tasks in records.items()}
    of_file = {name for name, task in teacher.tasks.items() if task.path == teacher.tasks["exp-backward"].path}
    assert missed == {"다 맞음": set(), "kim": {"sweep", "exp-backward", "own-blend"}, "syntax": of_file}
    kim = records["kim"]
    assert kim["exp-backward"]["cause"] == "doubled" and kim["sweep"]["trouble"] == "blank"
    assert "바른 값의 정확히 두 배" in kim["exp-backward"]["text"]["ko"] and "exactly twice" in kim["exp-backward"]["text"]["en"]
    assert "line 1" in records["syntax"]["exp-backward"]["text"]["en"]
    assert grade(place, tmp_path / "out", seed_file=teacher.seed_file, jobs=2).fresh == 0


SIZE = int(os.environ.get("MINIGRAD_BATCH_SIZE", "200"))
REAL_PROGRAM = """
import sys
from minigrad.homework.grade import grade
grade(sys.argv[1], sys.argv[2], seed_file=sys.argv[3], jobs=2)
"""


def hostile(teacher, aims, place, number):
    """Hands in what means harm or is broken, from the bank of attacks; returns the tasks that it must earn, and those that it may.

    They alternate: code in exp-backward beside a wrong answer, the same beside the right one, and files that break who reads them.
    """
    path = teacher.tasks["exp-backward"].path
    right = answered(teacher)
    if number % 3 == 2:
        build = list(BUILDERS.values())[number // 3 % len(BUILDERS)]
        read = build(place, right, right | {path: replaced(right[path], WRONG)}, aims)
        may = {name for name, task in teacher.tasks.items() if task.path in read}
        return may - {"exp-backward"}, may
    bank = [attack for attack in ATTACKS.values() if not set(attack.needs) - set(Runner().means.refused)]
    attack, others = bank[number // 3 * 7 % len(bank)], teacher.tasks.keys() - {"exp-backward"}
    hand_in(place, right | {path: attack.in_function(right[path], RIGHT if number % 3 else WRONG, aims)})
    if attack.honest or number % 3 and attack.ending == ("passes",):
        return {*teacher.tasks}, {*teacher.tasks}
    return others, {*teacher.tasks} if number % 3 else others


def class_of(teacher, aims, place, size):
    """Hands in for a class, of which every fifth is hostile: {name: (tasks it must earn, tasks it may)}."""
    names, due = list(teacher.tasks), {}
    for i in range(size):
        if i % 5 == 4:
            name = f"{i:03d} 적"
            due[name] = hostile(teacher, aims, place / name, i // 5)
            continue
        name = f"{i:03d} 홍길동"
        blanks = {names[(i * k) % len(names)] for k in range(i % 4)}
        doubled = {names[(i * 3 + k) % len(names)] for k in range(i % 3)} - blanks
        doubled = {task for task in doubled if task.endswith("-backward") and task != "variable-backward"}
        due[name] = ({*names} - blanks - doubled,) * 2
        files = answered(teacher, blanks, doubled)
        if i % 10 == 1:                                             # some hand in a zip
            with zipfile.ZipFile(place / f"{name}.zip", "w") as archive:
                for path, text in files.items():
                    archive.writestr(f"과제/minigrad/{path}", text)
        else:
            hand_in(place / name, files)
    return due


@linux
@pytest.mark.homework_batch
def test_a_class_of_200_is_graded_twice_and_once_killed_half_way_with_the_same_marks(teacher, tmp_path):
    place, private = tmp_path / "in", tmp_path / "private"
    place.mkdir()
    private.mkdir()
    (private / "results.json").write_text("{}")
    aims = Aims(str(private), str(PACKAGE), str(PACKAGE), os.getpid(), 9)
    due = class_of(teacher, aims, place, SIZE)
    began = time.monotonic()
    batch = grade(place, tmp_path / "first", seed_file=teacher.seed_file, jobs=2)
    seconds = time.monotonic() - began
    print(f"{SIZE} submissions in {seconds:.0f} s")
    for record in batch.records:
        must, may = due[record["name"]]
        earned = {task for task, found in record["tasks"].items() if found["passed"]}
        assert must <= earned <= may, (record["name"], record["trouble"], must - earned, earned - may)
    assert len(batch.records) == batch.fresh == SIZE and seconds <= 600
    assert [(path.name, path.read_text()) for path in private.iterdir()] == [("results.json", "{}")]

    def marks_in(out):
        return [line.split(",")[:-1] for line in (out / "grades.csv").read_text("utf-8-sig").splitlines()]
    grade(place, tmp_path / "second", seed_file=teacher.seed_file, jobs=2)
    assert marks_in(tmp_path / "first") == marks_in(tmp_path / "second")

    out = tmp_path / "killed"
    with subprocess.Popen([sys.executable, "-c", REAL_PROGRAM, str(place), str(out), str(teacher.seed_file)]) as process:
        while len(list(out.glob(".records/*.json"))) < SIZE // 2:
            assert process.poll() is None
            time.sleep(0.1)
        process.kill()
    resumed = grade(place, out, seed_file=teacher.seed_file, jobs=2)
    assert 0 < resumed.fresh <= SIZE - SIZE // 2 and marks_in(out) == marks_in(tmp_path / "first")
