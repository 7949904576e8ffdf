"""The page on a batch: how the scores are distributed, which tasks were hard, what went wrong, who is suspiciously alike.

One file that needs nothing beside it: no script, no font, no picture from elsewhere.  The template is page.html.
"""
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined

from ..checking import Text
from .results import lines, remarks

__all__ = ["page"]

WORDS = {
    "title": Text("Homework: the batch at a glance", "과제 채점 결과"),
    "teacher": Text("For the teacher: this page names students.", "교사용: 학생 이름이 들어 있습니다."),
    "submissions": Text("submissions", "제출물"),
    "mean": Text("mean", "평균"),
    "median": Text("median", "중앙값"),
    "worth": Text("points in all", "만점"),
    "unread": Text("could not be read", "읽지 못함"),
    "distribution": Text("Distribution", "점수 분포"),
    "distribution_note": Text("Submissions by the share of the points they earned.", "만점에 대한 비율별 제출물 수입니다."),
    "tasks": Text("Tasks", "과제별 통과율"),
    "task": Text("task", "과제"),
    "part": Text("part", "부"),
    "points": Text("points", "배점"),
    "passed": Text("passed", "통과"),
    "causes": Text("Commonest causes", "가장 흔한 원인"),
    "cause": Text("what went wrong", "무엇이 틀렸나"),
    "times": Text("times", "횟수"),
    "where": Text("in", "과제"),
    "no_causes": Text("Nothing was marked down.", "틀린 과제가 없습니다."),
    "alike": Text("Suspiciously alike", "지나치게 비슷한 제출물"),
    "alike_note": Text(
        "These pairs share statements that few others wrote and the reference does not dictate. Renaming, reordering and comments "
        "do not hide that. It is a reason to read both, not a verdict: friends, books and assistants write alike too.",
        "다른 학생은 거의 쓰지 않았고 참조 구현에도 없는 문장을 함께 쓴 쌍입니다. 이름이나 순서, 주석을 바꾸어도 드러납니다. "
        "판정이 아니라 두 제출물을 직접 읽어 볼 이유입니다. 같은 책이나 도우미를 써도 비슷해질 수 있습니다."),
    "pair": Text("pair", "쌍"),
    "share": Text("shared unusual code", "드문 코드의 공유 비율"),
    "statements": Text("statements", "문장 수"),
    "no_pairs": Text("No pair stands out.", "두드러지게 비슷한 쌍이 없습니다."),
    "everyone": Text("Everyone", "전체 제출물"),
    "name": Text("name", "이름"),
    "score": Text("score", "점수"),
    "correct": Text("correct tasks", "맞은 과제"),
    "remarks": Text("remarks", "비고"),
    "other": Text("Another mistake", "그 밖의 오류"),
    "closing": Text("Inputs differ from student to student. Open grades.csv beside this page in a spreadsheet.",
                    "입력값은 학생마다 다릅니다. 같은 폴더의 grades.csv를 표 계산 프로그램으로 열 수 있습니다."),
}


def page(records, tasks, points, pairs, lang, cause_text):
    """The page as text.  cause_text(key, lang) says in words what a cause or a trouble is."""
    scored = {record["name"]: lines(record, tasks, points, lang) for record in records}
    totals = {name: sum(line.score for line in all_lines) for name, all_lines in scored.items()}
    worth = sum(points.worth.values())
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        Path(__file__).with_name("page.html").read_text("utf-8"))
    return template.render(
        lang=lang, say={key: getattr(text, lang) for key, text in WORDS.items()}, worth=worth, count=len(records),
        mean=f"{mean(totals.values()):.1f}" if totals else "–", median=f"{median(totals.values()):g}" if totals else "–",
        unread=sum(record["trouble"] is not None for record in records), bars=bars(totals.values(), worth),
        tasks=rates(scored, tasks, points, lang), causes=causes(records, lang, cause_text),
        pairs=[{"names": (pair.first, pair.second), "share": f"{pair.share:.0%}", "forms": pair.forms,
                "tasks": ", ".join(pair.tasks)} for pair in pairs],
        people=[{"name": record["name"], "score": totals[record["name"]], "remarks": remarks(record, lang),
                 "link": quote(record["name"]) + "/results.json",
                 "marks": [{"name": line.task.name, "passed": line.passed} for line in scored[record["name"]]]}
                for record in records])


def bars(totals, worth):
    """Ten bars, from 0 to 10 % up to 90 to 100 %, with full marks in the last; the tallest has height 100."""
    counts = [0] * 10
    for total in totals:
        counts[min(9, total * 10 // worth) if worth else 0] += 1
    tallest = max(counts) or 1
    return [{"from": 10 * i, "to": 10 * i + 10, "count": n, "height": 100 * n / tallest} for i, n in enumerate(counts)]


def rates(scored, tasks, points, lang):
    """For each task, how many passed it."""
    passed = Counter(line.task.name for all_lines in scored.values() for line in all_lines if line.passed)
    return [{"name": name, "title": task.title[lang], "part": task.part, "points": points.worth[name], "passed": passed[name],
             "percent": 100 * passed[name] / len(scored) if scored else 0} for name, task in tasks.items()]


def causes(records, lang, cause_text, most=12):
    """What went wrong most often, and in which tasks."""
    counts, where = Counter(), defaultdict(Counter)
    for record in records:
        for name, found in record["tasks"].items():
            if not found["passed"]:
                key = found["cause"] or found["trouble"] or "other"
                counts[key] += 1
                where[key][name] += 1
    return [{"text": getattr(WORDS["other"], lang) if key == "other" else cause_text(key, lang), "count": count,
             "tasks": ", ".join(f"{name} ({n})" for name, n in where[key].most_common(4))}
            for key, count in counts.most_common(most)]
