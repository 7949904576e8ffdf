"""The batch: every submission is read, run and judged, and what comes out is written; one that is bad never stops the others.

    OUT/NAME/results.json    for Gradescope                  OUT/grades.csv   for a spreadsheet
    OUT/NAME/result.json     for Classroom 50                OUT/index.html   for the teacher's eyes
    OUT/.records/NAME.json   what is known of a submission that was run: see results.py

A record is written when its submission is done, at once and whole, so the batch may be interrupted or killed and started again:
what has the same content, seed, reference and tasks is not run again.  All other files are made from the records, and made anew
each time, since points may have been changed.

Each submission has a seed of its own, made from the teacher's secret (secret.py), the submission's name and its content.  So inputs
differ from student to student, and a student who may submit often cannot learn from the results what the next inputs will be.

On Gradescope, this is the whole of run_autograder (with homework.seed, and points.toml if points differ, beside it in the zip):

    #!/bin/sh
    exec minigrad homework grade --gradescope

Classroom 50 publishes what its autograders are made of, and so it would publish the seed: grade the students' repositories here, in
one batch.  A runner of your own that keeps the seed elsewhere may grade a folder with nothing but the checkout in it: what only
the runner knows (CLASSROOM, SUBMISSION_TAG, …) is then in result.json.
"""
import ast
import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ..checking import Text
from . import alike, judging
from .grafting import GraftError, body_of, body_text, find as find_function, parse
from .page import page
from .proving import LEAST_STATEMENT, size
from .reference import PACKAGE, sources, with_own
from .results import Points, classroom50, grades_csv, gradescope
from .running import Runner
from .secret import secret_in, tasks_in
from .submissions import SENTENCES, Submission, SubmissionError, find, read
from .tasks import load
from .variations import OWN
from .words import cause_text, explain

__all__ = ["grade", "run_autograder", "GradeError", "Batch", "Examiner"]

FORMAT = 1                          # of the records

SENTENCES |= {
    "seed": Text("The constants in its minigrad/own.py are not those of this secret seed: "
                 "give the seed that the homework was made with.",
                 "minigrad/own.py의 상수가 이 비밀 시드와 맞지 않습니다. 과제를 만들 때 쓴 시드를 지정하십시오."),
    "same": Text("Letter by letter the reference's own: {tasks}. It was copied, or it was never blank; then name the tasks of the "
                 "homework with --tasks.",
                 "참조 구현과 글자 하나까지 같은 과제: {tasks}. 베꼈거나 처음부터 비어 있지 않았습니다. 비어 있지 않았다면 과제의 이름을 --tasks로 "
                 "지정하십시오."),
    "grader": Text("The grader itself failed on this submission, which counts as not graded: {detail}.",
                   "채점기가 이 제출물을 처리하지 못했습니다. 채점되지 않은 것으로 봅니다: {detail}."),
}
WORDS = {
    "seed-missing": Text("There is no {path}: put the secret there with which `minigrad homework make` made the homework.",
                         "{path} 파일이 없습니다. 과제를 만들 때(minigrad homework make) 쓴 비밀 시드를 그곳에 두십시오."),
    "out-place": Text("The results cannot be written to {out}: it and the submissions, {folder}, must not lie one in the other.",
                      "결과를 {out}에 쓸 수 없습니다. 결과 폴더와 제출물 폴더 {folder}는 서로 겹치지 않아야 합니다."),
    "noted": Text("Graded are the tasks of the homework that was made last with this seed: {names}. For others use --tasks.",
                  "이 시드로 마지막에 만든 과제를 채점합니다: {names}. 다른 과제를 채점하려면 --tasks를 쓰십시오."),
    "unknown": Text("There is no task {name}. The tasks are: {names}.", "{name}(이)라는 과제는 없습니다. 과제 이름: {names}."),
    "means": Text("Isolation of the students' code: {level} ({locks}).", "학생 코드의 격리 수단: {level} ({locks})."),
    "open": Text("This system does not protect: {open}. Grade only in a container or on a machine of its own.",
                 "이 시스템에서 보호하지 못하는 것: {open}. 컨테이너나 전용 컴퓨터에서 채점하십시오."),
    "nobody": Text("There is no submission called {name} in {folder}.", "{folder}에 {name}(이)라는 제출물이 없습니다."),
    "empty": Text("There are no submissions in {folder}.", "{folder}에 제출물이 없습니다."),
}


class GradeError(Exception):
    """Why a batch cannot begin, as a sentence in the teacher's language."""

    def __init__(self, key, lang, **values):
        super().__init__(getattr(WORDS[key], lang).format_map(values))


@dataclass
class Batch:
    """What came of a batch: the records in the submissions' order, how many were run now, and the pairs that are alike."""
    records: list
    fresh: int
    pairs: list


# ------------------------------------------------------------------------------------------------------------------ the batch
def grade(submissions, out, jobs=None, seed_file=None, points=None, lang="en", only=(), again=False, progress=None, tell=None,
          tasks=None, examine=None, names=()):
    """Grade the submissions in a folder and write what came out to `out`; returns the Batch.

    jobs        how many are run at a time; as many as there are cores by default
    seed_file   where the secret is: see secret.py
    points      a file of points: see results.Points
    only        names of submissions: these are run again and the others left as they are
    again       run all again
    progress    called as progress(done, total, record) after each
    tell        called with a sentence that the teacher should read
    tasks       {name: Task}, those of tasks_of by default
    examine     called as examine(files, seed) for a submission; an Examiner by default
    names       names of the tasks that the homework has: see tasks_of
    """
    submissions, out = Path(submissions).resolve(), Path(out).resolve()
    tell, progress = tell or (lambda text: None), progress or (lambda done, total, record: None)
    if submissions == out or submissions in out.parents or out in submissions.parents:
        raise GradeError("out-place", lang, out=out, folder=submissions)
    found = find(submissions)
    if not found:
        raise GradeError("empty", lang, folder=submissions)
    for name in only:
        if name not in {submission.name for submission in found}:
            raise GradeError("nobody", lang, name=name, folder=submissions)
    secret = secret_in(seed_file, (submissions, out), lang, tell)
    tasks = tasks_of(names, seed_file, lang, tell) if tasks is None else tasks
    points = Points.of(tasks, points)
    work = Work(tasks, secret, examine or Examiner(tasks, secret, lang, tell))
    store = out / ".records"
    store.mkdir(parents=True, exist_ok=True)

    def one(submission):
        old = stored(store / f"{submission.name}.json")
        if only and submission.name not in only and (old is None or old["trouble"] or tasks.keys() <= old["tasks"].keys()):
            return old, False, work.bodies_in(submission)
        return work.record(submission, None if again or only else old)

    runner_of_classroom50 = os.environ if len(found) == 1 and "SUBMISSION_TAG" in os.environ else None
    records, bodies, fresh = {}, {}, 0
    pool = ThreadPoolExecutor(jobs or os.cpu_count() or 1)
    with with_own(secret):
        try:
            futures = {pool.submit(one, submission): submission.name for submission in found}
            for done, future in enumerate(as_completed(futures), 1):
                name = futures[future]
                record, is_fresh, bodies[name] = future.result()
                if record is None:                                      # it was never graded, and is not to be now
                    continue
                records[name], fresh = record, fresh + is_fresh
                write(store / f"{name}.json", encoded(record))
                write(out / name / "results.json", encoded(gradescope(record, tasks, points, lang)))
                write(out / name / "result.json", encoded(classroom50(record, tasks, points, lang, runner_of_classroom50)))
                progress(done, len(found), record)
        finally:
            pool.shutdown(cancel_futures=True)                      # after an interrupt: what runs is let end, the rest is left
    records = [records[submission.name] for submission in found if submission.name in records]
    pairs = alike.alike_pairs(bodies, work.dictated)
    write(out / "grades.csv", grades_csv(records, tasks, points, lang))
    write(out / "index.html", page(records, tasks, points, pairs, lang, cause_text).encode("utf-8", "replace"))
    return Batch(records, fresh, pairs)


def tasks_of(names, seed_file, lang, tell):
    """{name: Task} of the homework: those named, or those that `make` noted in the seed file, or all in tasks.toml."""
    every, noted = load(), tasks_in(seed_file)
    for name in names or noted:
        if name not in every:
            raise GradeError("unknown", lang, name=name, names=", ".join(every))
    if noted and not names:
        tell(getattr(WORDS["noted"], lang).format(names=", ".join(noted)))
    return {name: task for name, task in every.items() if name in (names or noted or every)}


class Examiner:
    """Runs and judges the files of a submission: examiner(files, seed) gives what a record has as its tasks.

    It is called within with_own(secret), since the reference answers in this process.
    """

    def __init__(self, tasks, secret, lang="en", tell=None, runner=None):
        self.tasks, self.sources, self.runner = tasks, sources(secret), runner or Runner()
        means = self.runner.means
        if tell:
            tell(getattr(WORDS["means"], lang).format(level=means.level, locks=", ".join(means.locks) or "–"))
            if means.open:
                tell(getattr(WORDS["open"], lang).format(open=", ".join(means.open)))

    def __call__(self, files, seed):
        # JAX is left to `check`: asked about each wrong answer of a class, it would take longer than all the rest.
        verdicts = judging.examine(self.tasks, lambda name: self.sources, files, self.runner, seed,
                                   lambda name: judging.expect(name, seed, with_jax=False))
        return {name: {"passed": verdict.passed, "cause": verdict.cause, "trouble": verdict.trouble,
                       "text": {lang: explain(verdict, lang) for lang in ("en", "ko")}} for name, verdict in verdicts.items()}


class Work:
    """How a submission becomes a record."""

    def __init__(self, tasks, secret, examine):
        self.tasks, self.secret, self.examine = tasks, secret, examine
        self.paths = list(dict.fromkeys(task.path for task in tasks.values()))
        reference = sources(secret)
        self.drawn = drawn(reference[OWN])
        self.texts = {name: body_text(reference[task.path], task.qualname) for name, task in tasks.items()
                      if size(body_of(find_function(reference[task.path], task.qualname))) >= LEAST_STATEMENT}
        self.dictated = {name: alike.forms(reference[task.path], task.qualname) for name, task in tasks.items()}
        self.about = repr((FORMAT, folder_digest(PACKAGE), list(tasks)))

    def record(self, submission, old):
        """(its record, whether it was run now, the forms of its bodies); `old` is returned if nothing has changed since."""
        start, bodies = time.time(), {}
        record = {"name": submission.name, "key": "", "trouble": None, "notes": [], "submitted": None, "graded_at": start,
                  "seconds": 0.0, "tasks": {}}
        try:
            reading = read(submission, self.paths)
            bodies = self.bodies(reading)
            key = self.keyed(b"key", submission.name, reading.digest, self.about).hex()
            if old and old["key"] == key:
                return old, False, bodies
            record |= {"notes": [list(note) for note in reading.notes], "submitted": reading.submitted}
            if OWN in reading.files and not self.drawn <= drawn(reading.files[OWN]):
                record["notes"].append(["seed", {}])
            same = [name for name in self.texts if self.is_same(name, reading)]
            if same:
                record["notes"].append(["same", {"tasks": ", ".join(same)}])
            record["tasks"] = self.examine(reading.files, self.keyed(b"seed", submission.name, reading.digest))
            record["key"] = key
        except SubmissionError as error:
            record["trouble"] = list(error.note)
            record["key"] = self.keyed(b"key", submission.name, repr(error.note), self.about).hex()
            if old and old["key"] == record["key"]:
                return old, False, bodies
        except Exception as error:                                  # no submission stops the others; without a key it is run again
            record["trouble"] = ["grader", {"detail": f"{type(error).__name__}: {error}"[:500]}]
            record["key"] = ""
        record["seconds"] = time.time() - start
        return record, True, bodies

    def is_same(self, name, reading):
        """Whether a body is the reference's with all its spaces and comments: small ones are, whoever wrote them."""
        task = self.tasks[name]
        try:
            return body_text(reading.files.get(task.path, ""), task.qualname) == self.texts[name]
        except GraftError:
            return False

    def bodies(self, reading):
        return {name: alike.forms(reading.files.get(task.path, ""), task.qualname) for name, task in self.tasks.items()}

    def bodies_in(self, submission):
        """The same of a submission that is not to be graded now, and may be one that cannot be read."""
        try:
            return self.bodies(read(submission, self.paths))
        except Exception:                                           # as in `record`
            return {}

    def keyed(self, purpose, *parts):
        """32 bytes that nobody can compute without the secret."""
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), key=self.secret, person=purpose, digest_size=32).digest()


# ------------------------------------------------------------------------------------------------------------- one on Gradescope
def run_autograder(root="/autograder", lang="en", tasks=None, examine=None, tell=print, names=()):
    """What Gradescope calls for one submission: reads ROOT/submission, writes ROOT/results/results.json; the exit status."""
    root = Path(root)
    seed_file = root / "source" / "homework.seed"
    if not seed_file.exists():                                      # a new one would be gone afterwards, and give another own.py
        raise GradeError("seed-missing", lang, path=seed_file)
    secret = secret_in(seed_file, (), lang, tell)
    tasks = tasks_of(names, seed_file, lang, tell) if tasks is None else tasks
    given = root / "source" / "points.toml"
    points = Points.of(tasks, given if given.exists() else None)
    work = Work(tasks, secret, examine or Examiner(tasks, secret, lang, tell))
    with with_own(secret):
        record, _, _ = work.record(Submission(gradescope_name(root), root / "submission"), None)
    write(root / "results" / "results.json", encoded(gradescope(record, tasks, points, lang)))
    return int(bool(record["trouble"]) and record["trouble"][0] == "grader")


def gradescope_name(root):
    """Who submitted, out of the metadata that Gradescope puts beside the submission."""
    try:
        users = json.loads((root / "submission_metadata.json").read_text("utf-8"))["users"]
        return ", ".join(str(user.get("email") or user.get("name") or user["id"]) for user in users) or "submission"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "submission"


# ------------------------------------------------------------------------------------------------------------------ small things
def drawn(own):
    """The constants of an own.py, which are drawn from a secret; none if it cannot be read."""
    try:
        assigned = [node for node in parse(own).body if isinstance(node, ast.Assign)]
        return {ast.dump(node) for node in assigned if isinstance(node.targets[0], ast.Tuple)}
    except (GraftError, RecursionError):
        return set()


def encoded(document):
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def write(path, content):
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def stored(path):
    """A record that was written earlier; None if there is none, or none that can be read."""
    try:
        record = json.loads(path.read_text("utf-8"))
        return record if isinstance(record, dict) and {"name", "key", "trouble", "notes", "tasks"} <= record.keys() else None
    except (OSError, ValueError):
        return None


def folder_digest(folder):
    """The same for the same source files, with the same names, and for no others."""
    digest = blake2b(digest_size=20)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".toml", ".json") and path.is_file():
            digest.update(repr((path.relative_to(folder).as_posix(), path.read_bytes())).encode())
    return digest.hexdigest()
