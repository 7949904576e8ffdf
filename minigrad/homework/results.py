"""What is written of a record: results.json for Gradescope, result.json for Classroom 50, a line of grades.csv.

A record is what `grade` keeps of a submission that was run, a dict that is its own JSON:

    name       the submission's
    key        stands for its content, the seed, the reference and the tasks: with the same key it need not be run again
    trouble    a note (key, values) for submissions.sentence if nothing of it could be read, else None
    notes      more of them
    submitted  when it was last changed, in seconds since 1970, or None
    graded_at  when it was run, likewise
    seconds    how long that took
    tasks      {task's name: {"passed": bool, "cause": key or None, "trouble": key or None, "text": {"en": ..., "ko": ...}}}

No points are in it: they are put on when the files are written, so that they can be changed without running anything again.

The field lists: "Output format" in https://gradescope-autograders.readthedocs.io/en/latest/specs/ and
https://github.com/foundation50/classroom50/blob/main/schemas/result-v1.schema.json (explained in the wiki of that project, on the
page Advanced Autograding, section "The result.json contract").
"""
import csv
import io
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ..checking import Text
from .submissions import sentence

__all__ = ["Points", "PointsError", "Line", "lines", "gradescope", "classroom50", "grades_csv"]

TEXT_LENGTH = 20_000                # of what is said of one task

WORDS = {
    "name": Text("name", "이름"),
    "total": Text("total", "총점"),
    "most": Text("out of", "만점"),
    "remarks": Text("remarks", "비고"),
    "by_hand": Text("The teacher gave this score.", "교사가 직접 매긴 점수입니다."),
    "passed": Text("Correct.", "맞았습니다."),
}


# --------------------------------------------------------------------------------------------------------------- points
class PointsError(ValueError):
    """What is wrong with a file of points."""


@dataclass
class Points:
    """What each task is worth, and what a student gets for one whatever the run said.

    A file of points is TOML:

        [points]
        exp-backward = 5

        [scores."홍길동"]
        exp-backward = 3
    """
    worth: dict
    by_hand: dict = field(default_factory=dict)

    @classmethod
    def of(cls, tasks, path=None):
        """The points in tasks.toml, with those in the file in their places."""
        points = cls({name: task.points for name, task in tasks.items()})
        if path is None:
            return points
        try:
            with open(path, "rb") as file:
                document = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise PointsError(f"{path} is not TOML: {error}.") from error
        except (OSError, UnicodeDecodeError) as error:
            raise PointsError(f"{path} cannot be read: {error}.") from error
        for table in document.keys() - {"points", "scores"}:
            raise PointsError(f"{path}: the tables are [points] and [scores.\"NAME\"], not {table}.")
        points.worth |= cls.checked(document.get("points", {}), tasks, path, "points")
        for name, scores in document.get("scores", {}).items():
            points.by_hand[name] = cls.checked(scores, tasks, path, f"scores.{name}")
            for task, score in points.by_hand[name].items():
                if score > points.worth[task]:
                    raise PointsError(f"{path}: {name} gets {score} for {task}, which is worth {points.worth[task]}.")
        return points

    @staticmethod
    def checked(table, tasks, path, where):
        if not isinstance(table, dict):
            raise PointsError(f"{path}: {where} must be a table.")
        for task, score in table.items():
            if task not in tasks:
                raise PointsError(f"{path}: {where} names {task}, but the tasks are {', '.join(tasks)}.")
            if type(score) is not int or score < 0:                 # Classroom 50 knows whole numbers only
                raise PointsError(f"{path}: {where}.{task} must be a whole number of points, 0 or more, not {score!r}.")
        return table


@dataclass(frozen=True)
class Line:
    """One task of one submission, with points."""
    task: object
    score: int
    worth: int
    passed: bool
    text: str


def lines(record, tasks, points, lang):
    """A Line for each task, whatever could be read of the submission."""
    by_hand, made = points.by_hand.get(record["name"], {}), []
    for name, task in tasks.items():
        worth, found = points.worth[name], record["tasks"].get(name)
        passed = bool(found and found["passed"])
        text = found["text"][lang] if found else sentence(record["trouble"], lang)
        score = by_hand.get(name, worth if passed else 0)
        if name in by_hand:
            text = f"{getattr(WORDS['by_hand'], lang)}\n{text}"
        made.append(Line(task, score, worth, score == worth if name in by_hand else passed,
                         text[:TEXT_LENGTH] or getattr(WORDS["passed"], lang)))
    return made


def remarks(record, lang):
    """What the teacher should know, as one text."""
    notes = ([record["trouble"]] if record["trouble"] else []) + record["notes"]
    return " ".join(sentence(note, lang) for note in notes)


# ------------------------------------------------------------------------------------------------------------ two platforms
def gradescope(record, tasks, points, lang):
    """The content of Gradescope's results.json."""
    return {
        "output": remarks(record, lang),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(record["seconds"]),
        "extra_data": {"submission": record["name"]},
        "tests": [{
            "score": line.score,
            "max_score": line.worth,
            "status": "passed" if line.passed else "failed",
            "name": f"{line.task.name}: {line.task.title[lang]}",
            "number": f"{line.task.part}.{number}",
            "output": line.text,
            "tags": [f"part-{line.task.part}"],
            "visibility": "visible",
        } for line, number in zip(lines(record, tasks, points, lang), numbers(tasks))],
    }


def numbers(tasks):
    """Each task's place in its part, from 1."""
    seen = {}
    for task in tasks.values():
        seen[task.part] = seen.get(task.part, 0) + 1
        yield seen[task.part]


def classroom50(record, tasks, points, lang, environment=None):
    """The content of Classroom 50's result.json.

    What only its runner knows is in the environment there: give os.environ.  Elsewhere there is no repository to link to, and these
    fields, none of which may be empty, say what is known: the submission's name, its date and the first digits of its key.
    """
    environment = environment or {}
    tests = [{
        "test-name": line.task.name,
        "passed": line.passed,
        "score": line.score,
        "max-score": line.worth,
        "output": line.text,
    } for line in lines(record, tasks, points, lang)]
    when = record["graded_at"] if record["submitted"] is None else record["submitted"]
    moment = f"{instant(when).replace(':', '-')}-{record['key'][:7]}"
    commit = environment.get("COMMIT_URL") or f"minigrad-homework:{record['key'][:20]}"
    return {
        "schema": "classroom50/result/v1",
        "classroom": environment.get("CLASSROOM") or "minigrad",
        "assignment": environment.get("ASSIGNMENT") or "homework",
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment.get("USERNAME") or record["name"],
        "submission": environment.get("SUBMISSION_TAG") or f"submit/{moment}",
        "commit": commit,
        "release": environment.get("RELEASE_URL") or commit,
        "review": environment.get("REVIEW_URL") or commit,
        "datetime": instant(when),
        "graded_at": instant(record["graded_at"]),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def instant(seconds):
    """2026-06-01T14:32:01Z"""
    within = min(max(seconds, 0), 253_402_300_799)                  # a file may claim any date: the years 1970 to 9999
    return datetime.fromtimestamp(within, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---------------------------------------------------------------------------------------------------------------- the table
def grades_csv(records, tasks, points, lang):
    """All submissions as one table, as bytes: UTF-8 with the signature by which Excel knows it."""
    file = io.StringIO()
    table = csv.writer(file)                                        # lines end with CRLF, as Excel writes them
    name, total, most, remark = [getattr(WORDS[key], lang) for key in ("name", "total", "most", "remarks")]
    table.writerow([name, total, most, *tasks, remark])
    for record in records:
        scored = lines(record, tasks, points, lang)
        table.writerow([inert(record["name"]), sum(line.score for line in scored), sum(line.worth for line in scored),
                        *[line.score for line in scored], inert(remarks(record, lang))])
    return file.getvalue().encode("utf-8-sig", "replace")


def inert(text):
    """A text that no spreadsheet takes for a formula: students choose their names."""
    text = " ".join(text.split())
    return "'" + text if text[:1] in tuple("=+-@＝＋－＠") else text
