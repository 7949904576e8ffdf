"""What `make`, `check` and `grade` say to students and teachers, in English and in Korean."""
from ..checking import Text

__all__ = ["speaker", "explain", "cause_text", "CAUSES", "TROUBLES", "MESSAGES"]

# The keys are those of checking/causes.py, whose sentences are for who knows the engine; these are for who is learning it.
CAUSES = {
    "changed in place": Text(
        "An input was changed in place, as by x *= 2 or x[i] = 0. Others still need it: compute a new array.",
        "입력 배열을 제자리에서 바꾸었습니다(예: x *= 2, x[i] = 0). 다른 곳에서도 쓰는 배열이므로 새 배열을 만들어 계산하십시오."),
    "zero": Text("Everything is 0: the derivative was lost on the way, or a cotangent was never passed on.",
                 "결과가 모두 0입니다. 계산 도중에 기울기가 사라졌거나 상류에서 흘러온 기울기를 넘겨주지 않았습니다."),
    "sign": Text("The sign is wrong: it is exactly the negative of what is right.", "부호가 반대입니다. 바른 값에 -1을 곱한 값입니다."),
    "doubled": Text("It is exactly twice what is right: something is counted twice.", "바른 값의 정확히 두 배입니다. 무엇인가를 두 번 더했습니다."),
    "float32": Text("Only about 7 digits are right: somewhere it passes through float32, or a constant has too few digits.",
                    "일곱 자리쯤까지만 맞습니다. 계산 중에 float32를 거쳤거나 상수의 자릿수가 모자랍니다."),
    "transposed": Text("These are the right numbers with the axes exchanged: it is transposed.",
                       "숫자는 맞지만 축이 서로 바뀌었습니다(전치). 행과 열을 확인하십시오."),
    "swapped inputs": Text("This is what belongs to another input: the order is wrong in which the results are returned.",
                           "다른 입력의 기울기입니다. 돌려주는 순서가 바뀌었습니다."),
    "missing cotangent": Text("This is the local derivative alone: it is not multiplied by gy, the cotangent that arrives.",
                              "국소 미분만 있습니다. 상류에서 흘러온 기울기 gy를 곱하지 않았습니다."),
    "not summed over broadcast axes": Text(
        "The input was broadcast, that is copied: the cotangents of all copies must be added up, and some are missing.",
        "입력이 브로드캐스팅되어 여러 곳에 복제되었습니다. 복제된 곳의 기울기를 모두 더해야 하는데 일부가 빠졌습니다."),
    "overwritten instead of accumulated": Text(
        "Something is used more than once, and only one contribution is left: add them up (+=) instead of overwriting (=).",
        "여러 번 쓰인 값의 기울기가 하나만 남았습니다. 덮어쓰지 말고(=) 더하십시오(+=)."),
}

# Why there is no number to compare.
TROUBLES = {
    "blank": Text("It is not written yet.", "아직 작성하지 않았습니다."),
    "graft": Text("The function could not be taken from its file.", "파일에서 함수를 가져올 수 없습니다."),
    "load": Text("With it, minigrad cannot even be imported: {type}: {message}",
                 "이 함수를 넣으면 minigrad를 불러올 수 없습니다. {type}: {message}"),
    "raised": Text("It raised {type}: {message}", "오류가 발생했습니다. {type}: {message}"),
    "not-numbers": Text("It returned something that is neither a number nor an array of numbers ({type}).",
                        "수나 수의 배열이 아닌 것을 돌려주었습니다({type})."),
    "memory": Text("It needed more memory than is allowed.", "허용된 것보다 많은 메모리를 사용했습니다."),
    "output": Text("It printed more than is allowed.", "허용된 것보다 많이 출력했습니다."),
    "time": Text("It took longer than is allowed: perhaps a loop never ends.", "제한 시간을 넘겼습니다. 끝나지 않는 반복문이 있는지 확인하십시오."),
    "died": Text("Its process ended before it had answered.", "답을 내기 전에 프로세스가 끝났습니다."),
    "count": Text("It returned {found} values, and {wanted} are needed.", "값을 {wanted}개 돌려주어야 하는데 {found}개를 돌려주었습니다."),
    "helpers": Text(
        "{function} uses {names}, which you defined outside of it. Only the function itself is graded: move what it needs into it.",
        "{function} 함수가 바깥에 정의한 것을 사용합니다: {names}. 채점할 때는 이 함수만 가져가므로 필요한 것을 함수 안으로 옮기십시오."),
}

MESSAGES = {
    # The command's help.
    "help_homework": Text("Homework: hand it out (make), check it (check), grade it (grade).",
                          "과제를 만들고(make), 확인하고(check), 채점합니다(grade)."),
    "help_check": Text(
        "Check the homework in this folder: how far you are, and then the first thing that is wrong. "
        "Name tasks to look at these only.",
        "이 폴더의 과제를 확인합니다. 어디까지 했는지, 처음으로 틀린 곳이 어디인지 보여 줍니다. 과제 이름을 적으면 그 과제만 확인합니다."),
    "help_watch": Text("Check again each time a file is saved, until Ctrl-C.", "파일을 저장할 때마다 다시 확인합니다. Ctrl-C로 끝냅니다."),
    "help_hint": Text("Show one more hint for the task at hand.", "지금 할 과제의 힌트를 하나 더 보여 줍니다."),
    "help_make": Text("Make a repository for students in the folder OUT: the package with the tasks' bodies blank.",
                      "학생에게 나누어 줄 저장소를 OUT 폴더에 만듭니다. 과제가 되는 함수의 본문을 비워 둡니다."),
    "help_tasks": Text("Only these tasks, separated by commas; the others stay done.", "쉼표로 구분한 과제만 비웁니다. 나머지는 풀이가 채워진 채로 둡니다."),
    "help_tasks_grade": Text("Grade only these tasks, separated by commas; by default those of the homework that was made last.",
                             "쉼표로 구분한 과제만 채점합니다. 기본값은 마지막에 만든 과제 전부입니다."),
    "help_site": Text("The address of the published book, for links in the students' README.",
                      "공개된 교재의 주소입니다. 학생용 README에서 링크합니다."),
    "help_seed_file": Text("The file with the teacher's secret; made if it does not exist.", "교사의 비밀 시드 파일입니다. 없으면 새로 만듭니다."),
    "help_grade": Text("Grade the submissions in a folder: each a folder, a zip file or a git repository.",
                       "폴더 안의 제출물을 모두 채점합니다. 제출물은 폴더, zip 파일, git 저장소 가운데 하나입니다."),
    "help_out": Text("The folder for the results.", "결과를 저장할 폴더입니다."),
    "help_jobs": Text("How many to grade at a time; as many as there are processor cores by default.",
                      "동시에 채점할 제출물의 수입니다. 기본값은 프로세서 코어 수입니다."),
    "help_points": Text("A TOML file with points to override.", "배점이나 점수를 바꾸어 적은 TOML 파일입니다."),
    "help_only": Text("Grade only the submission of this name again; may be repeated.", "이 이름의 제출물만 다시 채점합니다. 여러 번 쓸 수 있습니다."),
    "help_again": Text("Grade all again, also those that have not changed.", "바뀌지 않은 제출물까지 모두 다시 채점합니다."),
    "help_gradescope": Text("Run as Gradescope's run_autograder, for the one submission that it brings.",
                            "Gradescope의 run_autograder로 동작하여 제출물 하나를 채점합니다."),
    "help_lang": Text("The language: that of the system's settings by default.", "출력 언어를 고릅니다. 기본값은 시스템 설정을 따릅니다."),
    "help_lang_check": Text("The language: that of the homework by default.", "출력 언어를 고릅니다. 기본값은 과제의 언어입니다."),

    # check
    "no_copy": Text(
        "There is no homework in {folder}: go to the folder that your teacher gave you, the one with README.md, and try again.",
        "{folder}에 과제가 없습니다. 선생님께 받은 과제 폴더(README.md가 있는 곳)로 이동하여 다시 실행하십시오."),
    "broken_copy": Text("{file} cannot be read ({detail}): take it from the homework again as you got it.",
                        "{file} 파일을 읽을 수 없습니다({detail}). 처음 받은 과제에서 이 파일을 다시 가져오십시오."),
    "broken": Text("As it is now, your minigrad cannot be imported: {type}: {message} ({file}, line {line}).",
                   "지금은 여러분의 minigrad를 불러올 수 없습니다. {type}: {message} ({file} {line}번째 줄)."),
    "nearest": Text("There is no task {name}; nearest: {names}.", "{name}: 그런 이름의 과제는 없습니다. 비슷한 이름: {names}"),
    "unknown": Text("There is no task {name}. The tasks are: {names}.", "{name}: 그런 이름의 과제는 없습니다. 과제 이름: {names}"),
    "done": Text("{tasks} of {all_tasks} tasks, {points} of {all_points} points ({percent}%)",
                 "과제 {all_tasks}개 중 {tasks}개, {all_points}점 중 {points}점({percent}%)"),
    "welcome": Text(
        "Welcome! Nothing is done yet, and that is where everybody starts. The first task is small; begin with this one:",
        "반갑습니다! 아직 시작하지 않았지만 누구나 여기에서 출발합니다. 첫 과제는 간단하니 이것부터 해 보십시오."),
    "next": Text("All that you wrote so far is right. Next:", "지금까지 작성한 것은 모두 맞았습니다. 다음 과제:"),
    "wrong": Text("Not right yet:", "아직 맞지 않습니다:"),
    "all_done": Text(
        "Everything is right: {all_points} of {all_points} points. You have written a backpropagation engine. "
        "Well done! Now hand it in.",
        "모두 맞았습니다. {all_points}점 만점입니다. 역전파 엔진을 직접 완성했습니다. 수고하셨습니다! 이제 제출하십시오."),
    "these_done": Text("Right: {names}.", "맞았습니다: {names}."),
    "waiting": Text("It needs {names} first: do that, then this can be checked.", "먼저 해야 하는 과제: {names}. 이것을 마치면 확인할 수 있습니다."),
    "task": Text("{name}: {title} ({points} points)", "{name}: {title} ({points}점)"),
    "place": Text("{function} in {file}, line {line}", "{file} {line}번째 줄, {function}"),
    "case": Text("Example {number} of {count}:", "{count}개 중 {number}번째 예:"),
    "part": Text("Value {part} of {parts}.", "결과 {parts}개 중 {part}번째 값입니다."),
    "entry": Text("At index {index} of the result, of shape {shape}:", "형상이 {shape}인 결과의 인덱스 {index}에서:"),
    "number": Text("The result:", "결과:"),
    "kinds": Text("The result is {found}, and it must be {wanted}.", "결과가 {found}인데 {wanted}이어야 합니다."),
    "number_kind": Text("a number", "수 하나"),
    "array_kind": Text("an array of shape {shape}", "형상이 {shape}인 배열"),
    "dtype_kind": Text("{kind} of dtype {dtype}", "자료형이 {dtype}이고 {kind}"),
    "yours": Text("yours", "내 답"),
    "numerical": Text("numerical", "수치 미분"),
    "jax": Text("JAX", "JAX"),
    "right": Text("right", "바른 값"),
    "cause": Text("Likely: {cause}", "짐작되는 원인: {cause}"),
    "line": Text("Line {line}: {text}", "{line}번째 줄: {text}"),
    "line_unknown": Text("In the line: {text}", "오류가 난 줄: {text}"),
    "printed": Text("It printed:", "출력한 내용:"),
    "hint": Text("Hint {number} of {count}: {hint}", "힌트 {count}개 중 {number}번째: {hint}"),
    "more_hints": Text("For a hint: minigrad homework check --hint", "힌트를 보려면: minigrad homework check --hint"),
    "last_hint": Text("That was the last hint.", "마지막 힌트입니다."),
    "watching": Text("Watching for changes; Ctrl-C to stop.", "파일이 바뀌기를 기다립니다. Ctrl-C로 끝냅니다."),
    "saved": Text("{file} was saved, {time}", "{file} 저장됨, {time}"),

    # make and grade
    "linux_only": Text("minigrad homework grade needs Linux, where students' code can be isolated.",
                       "minigrad homework grade는 학생의 코드를 격리할 수 있는 Linux에서 실행해야 합니다."),
    "made": Text("The homework is in {out}. Tasks: {tasks}, points: {points}.", "{out}에 과제를 만들었습니다. 과제 {tasks}개, {points}점입니다."),
    "graded": Text("Submissions: {count}, graded now: {fresh}. Results: {out}",
                   "제출물 {count}개 가운데 {fresh}개를 새로 채점했습니다. 결과: {out}"),
    "need_folders": Text("Name the folder with the submissions and, after --out, one for the results.",
                         "제출물 폴더와 결과를 저장할 폴더(--out 다음)를 지정하십시오."),
}


def speaker(language):
    """The function that gives a message in a language, "en" or "ko", with its blanks filled in."""
    def say(message, /, **blanks):
        return getattr(MESSAGES[message], language).format(**blanks)
    say.language = language
    return say


def cause_text(key, language):
    """A cause or a trouble in general, as a teacher's table names it."""
    return getattr(CAUSES.get(key) or TROUBLES[key], language).replace("{type}: {message}", "…").replace("({type})", "")


def trouble_text(verdict, say):
    """Why there is no number to compare, in a sentence."""
    if verdict.trouble == "graft":
        return verdict.detail["error"].text(say.language)
    detail = {"type": "?", "message": "", **verdict.detail}
    if "names" in detail:
        detail["names"] = ", ".join(detail["names"])
    return getattr(TROUBLES[verdict.trouble], say.language).format(**detail).rstrip(" :")


def difference_text(verdict, say):
    """Where the result differs, in a sentence."""
    if verdict.index is None:
        found, wanted = [kind_text(kind, verdict.kinds, say) for kind in verdict.kinds]
        return say("kinds", found=found, wanted=wanted)
    if verdict.index == ():
        return say("number")
    return say("entry", index=tuple_text(verdict.index), shape=tuple_text(verdict.kinds[1][1]))


def kind_text(kind, kinds, say):
    dtype, shape = kind
    text = say("array_kind", shape=tuple_text(shape)) if shape else say("number_kind")
    return text if kinds[0][1] != kinds[1][1] else say("dtype_kind", kind=text, dtype=dtype)


def tuple_text(numbers):
    return str(tuple(numbers))


def columns(verdict, say):
    """[(head, number)] of the entry that differs: yours, and what the witnesses say or, where there are none, what is right."""
    if verdict.index is None:
        return []
    said = [(say("numerical"), verdict.numerical), (say("jax"), verdict.jax)]
    said = [(head, number) for head, number in said if number is not None] or [(say("right"), verdict.right)]
    return [(say("yours"), repr(verdict.yours)), *[(head, repr(number)) for head, number in said]]


def explain(verdict, language):
    """All of a verdict in some lines, as grade writes them: what happened, where, the numbers, and the likely cause."""
    say = speaker(language)
    if verdict.passed:
        return ""
    lines = [trouble_text(verdict, say)] if verdict.trouble else [difference_text(verdict, say)]
    lines += [f"{head}: {number}" for head, number in columns(verdict, say)] if not verdict.trouble else []
    if verdict.line:
        lines.append(line_text(verdict.line, say))
    if verdict.cause:
        lines.append(say("cause", cause=getattr(CAUSES[verdict.cause], language)))
    lines += [f"{name} = {input_text(value)}" for name, value in verdict.inputs.items()]
    return "\n".join(lines)


def line_text(line, say):
    number, text = line
    return say("line", line=number, text=text) if number else say("line_unknown", text=text)


def input_text(value, width=100):
    """An input as NumPy shows it, with some of its digits."""
    if isinstance(value, str):
        return value
    import numpy as np
    data = np.asarray(value["data"]).reshape(value["shape"])
    return np.array2string(data, precision=4, suppress_small=True, max_line_width=width, separator=", ", threshold=60)
