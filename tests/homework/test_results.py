"""What is written for Gradescope, Classroom 50 and a spreadsheet, checked against the lists of fields that they publish."""
import csv
import io
import json
import re
from types import SimpleNamespace

import pytest

from minigrad.homework.results import Points, PointsError, classroom50, grades_csv, gradescope, inert, instant, lines

TASKS = {name: SimpleNamespace(name=name, part=part, points=points, title={"en": f"The {name}", "ko": f"{name} 과제"})
         for name, part, points in (("square", 1, 3), ("exp", 1, 5), ("matmul", 2, 7))}
BOTH = {"en": "Wrong.", "ko": "틀렸습니다."}
RECORD = {"name": "홍길동 1", "key": "0123456789abcdef" * 4, "trouble": None, "notes": [["below", {"folder": "과제"}]],
          "submitted": 1772366400.7, "graded_at": 1780323191.2, "seconds": 2.6,
          "tasks": {"square": {"passed": True, "cause": None, "trouble": None, "text": {"en": "", "ko": ""}},
                    "exp": {"passed": False, "cause": "sign", "trouble": None, "text": BOTH},
                    "matmul": {"passed": False, "cause": None, "trouble": "time", "text": BOTH}}}
UNREAD = {"name": "=cmd|'/c calc'!A1", "key": "f" * 64, "trouble": ["kind", {}], "notes": [], "submitted": None,
          "graded_at": 1780323191.2, "seconds": 0.0, "tasks": {}}
POINTS = Points.of(TASKS)

# "Output format", "Output String Formatting", "Test case status" and "Controlling test case visibility" in
# https://gradescope-autograders.readthedocs.io/en/latest/specs/ (all are optional, but score must be in each test or above).
NUMBER, FORMATS = (int, float), {"text", "html", "simple_format", "md", "ansi"}
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}
GRADESCOPE = {"score": NUMBER, "execution_time": NUMBER, "output": str, "output_format": FORMATS, "test_output_format": FORMATS,
              "test_name_format": FORMATS, "visibility": VISIBILITY, "stdout_visibility": VISIBILITY, "extra_data": dict,
              "tests": list, "leaderboard": list}
GRADESCOPE_TEST = {"score": NUMBER, "max_score": NUMBER, "status": {"passed", "failed"}, "name": str, "name_format": FORMATS,
                   "number": str, "output": str, "output_format": FORMATS, "tags": list, "visibility": VISIBILITY,
                   "extra_data": dict}

# https://github.com/foundation50/classroom50/blob/main/schemas/result-v1.schema.json: no field but these, and all but the last two
# must be there; in a test further fields may be.
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
SOME = re.compile(r"(?s).+")
CLASSROOM = {"schema": {"classroom50/result/v1"}, "classroom": SOME, "assignment": SOME, "assignment_type": {"individual", "group"},
             "owner": SOME, "submission": re.compile("submit/.*"), "commit": SOME, "release": SOME, "review": SOME,
             "datetime": MOMENT, "score": int, "max-score": int, "tests": list, "graded_at": MOMENT, "submitted_by": dict}
CLASSROOM_OPTIONAL = {"graded_at", "submitted_by"}
CLASSROOM_TEST = {"test-name": SOME, "passed": bool, "score": int, "max-score": int}


def violations(document, fields, optional=frozenset(), more=False):
    """What a JSON object has that a list of fields does not allow, or lacks."""
    found = [f"{key} is missing" for key in fields.keys() - optional - document.keys()]
    found += [f"{key} is unknown" for key in document.keys() - fields.keys() if not more]
    for key in document.keys() & fields.keys():
        value, rule = document[key], fields[key]
        if isinstance(rule, set):
            right = isinstance(value, str) and value in rule
        elif isinstance(rule, re.Pattern):
            right = isinstance(value, str) and rule.fullmatch(value) is not None
        else:
            right = isinstance(value, rule) and (rule is bool or not isinstance(value, bool))
        if not right or isinstance(value, int) and value < 0:
            found.append(f"{key} is {value!r}")
    return found


def gradescope_violations(document):
    found = violations(document, GRADESCOPE, GRADESCOPE.keys())
    if "score" not in document and not all("score" in test for test in document.get("tests", [])):
        found.append("a score is missing")
    return found + [v for test in document.get("tests", []) for v in violations(test, GRADESCOPE_TEST, GRADESCOPE_TEST.keys())]


def classroom_violations(document):
    found = violations(document, CLASSROOM, CLASSROOM_OPTIONAL)
    found += [v for test in document.get("tests", []) for v in violations(test, CLASSROOM_TEST, more=True)]
    for part in [document, *document.get("tests", [])]:
        if not found and part["score"] > part["max-score"]:         # the rule that its schema cannot express
            found.append("a score is above its max-score")
    return found


def as_read(document):
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("record", [RECORD, UNREAD])
def test_both_documents_have_the_fields_that_are_published(record, lang):
    assert gradescope_violations(as_read(gradescope(record, TASKS, POINTS, lang))) == []
    assert classroom_violations(as_read(classroom50(record, TASKS, POINTS, lang))) == []


def test_the_lists_of_fields_find_what_is_wrong():
    for spoil in ({"score": "3"}, {"visibility": "maybe"}, {"tests": [{"name": "x"}]}, {"stdout": ""},
                  {"tests": [{"score": 1, "status": "ok"}]}):
        assert gradescope_violations(as_read(gradescope(RECORD, TASKS, POINTS, "en")) | spoil), spoil
    for spoil in ({"score": 1.5}, {"score": 99}, {"extra_data": {}}, {"submission": "1"}, {"datetime": "2026-06-01 14:32:01"},
                  {"commit": ""}, {"tests": [{"test-name": "x", "passed": 1, "score": 0, "max-score": 1}]}):
        assert classroom_violations(as_read(classroom50(RECORD, TASKS, POINTS, "en")) | spoil), spoil
    lacking = as_read(classroom50(RECORD, TASKS, POINTS, "en"))
    del lacking["review"]
    assert classroom_violations(lacking) == ["review is missing"]


def test_scores_are_the_points_of_what_passed():
    document = gradescope(RECORD, TASKS, POINTS, "ko")
    assert [(t["score"], t["max_score"], t["status"], t["number"]) for t in document["tests"]] == [
        (3, 3, "passed", "1.1"), (0, 5, "failed", "1.2"), (0, 7, "failed", "2.1")]
    assert document["tests"][1]["output"] == "틀렸습니다." and document["tests"][0]["output"] == "맞았습니다."
    other = classroom50(RECORD, TASKS, POINTS, "en")
    assert (other["score"], other["max-score"], other["owner"]) == (3, 15, "홍길동 1")
    assert (other["datetime"], other["graded_at"]) == ("2026-03-01T12:00:00Z", "2026-06-01T14:13:11Z")
    assert other["submission"] == "submit/2026-03-01T12-00-00Z-0123456"


def test_what_cannot_be_read_gets_nothing_and_is_told_why():
    document = gradescope(UNREAD, TASKS, POINTS, "en")
    assert [t["score"] for t in document["tests"]] == [0, 0, 0] and "neither a folder" in document["output"]
    assert all("neither a folder" in t["output"] for t in document["tests"])


def test_on_classroom_50_the_runner_knows_who_and_what():
    known = {"CLASSROOM": "cs", "ASSIGNMENT": "hw1", "ASSIGNMENT_TYPE": "group", "OWNER": "alice",
             "SUBMISSION_TAG": "submit/2026-a1b2c3d", "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r",
             "REVIEW_URL": "https://example.org/d"}
    document = classroom50(RECORD, TASKS, POINTS, "en", known)
    assert [document[key] for key in ("classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release",
                                      "review")] == list(known.values())
    assert classroom_violations(document) == []


def test_a_file_of_points_changes_what_tasks_are_worth_and_what_a_student_gets(tmp_path):
    file = tmp_path / "points.toml"
    file.write_text('[points]\nsquare = 10\n[scores."홍길동 1"]\nexp = 2\nmatmul = 7\n', encoding="utf-8")
    points = Points.of(TASKS, file)
    made = lines(RECORD, TASKS, points, "en")
    assert [(line.score, line.worth, line.passed) for line in made] == [(10, 10, True), (2, 5, False), (7, 7, True)]
    assert made[1].text == "The teacher gave this score.\nWrong."
    assert Points.of(TASKS).worth == {"square": 3, "exp": 5, "matmul": 7}
    assert classroom50(RECORD, TASKS, points, "en")["score"] == 19


@pytest.mark.parametrize("text, complaint", [
    ("points = 3", "must be a table"), ("[points]\nsquares = 3", "names squares, but the tasks are square, exp, matmul"),
    ("[points]\nsquare = -1", "whole number"), ("[points]\nsquare = 1.5", "whole number"), ("square", "not TOML"),
    ("[points]\nsquare = true", "whole number"), ("[point]\nsquare = 1", "not point"),
    ("[scores.kim]\nsquare = 4", "kim gets 4 for square, which is worth 3")])
def test_a_wrong_file_of_points_is_refused_with_the_place(tmp_path, text, complaint):
    file = tmp_path / "points.toml"
    file.write_text(text)
    with pytest.raises(PointsError, match=complaint):
        Points.of(TASKS, file)
    with pytest.raises(PointsError, match="cannot be read"):
        Points.of(TASKS, tmp_path / "none.toml")


def test_grades_csv_opens_in_excel_with_korean_names_and_no_formula():
    content = grades_csv([RECORD, UNREAD], TASKS, POINTS, "ko")
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == 3
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert table[0] == ["이름", "총점", "만점", "square", "exp", "matmul", "비고"]
    assert table[1] == ["홍길동 1", "3", "15", "3", "0", "0", "과제 파일을 과제 아래에서 찾았습니다."]
    assert table[2][:3] == ["'=cmd|'/c calc'!A1", "0", "15"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r\n=1+1", "＝1+1"])
def test_no_name_is_taken_for_a_formula(name):
    assert inert(name).startswith("'")
    assert inert("김=철수, 둘째 반") == "김=철수, 둘째 반"


def test_any_date_a_file_claims_can_be_written():
    for seconds in (-1e18, 0, 1e18):
        assert MOMENT.fullmatch(instant(seconds))
