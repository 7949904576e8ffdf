"""What the command says, in English and in Korean, and in which of the two.

Terms follow the books: 수치 미분, 역전파, 복소 스텝. Figures and what one types stand outside these sentences.
"""
import locale
import os
import re

MESSAGES = {
    # message: (English, Korean)
    "help": (
        "Check minigrad's gradients: first the notebook's two functions, then every rule, each against numerical differentiation "
        "and JAX. The exit status is 0 if all agree, 1 if anything does not, and 2 if the command was not understood.",
        "minigrad의 기울기를 검증합니다. 먼저 노트북의 두 함수를, 이어서 모든 미분 규칙을 수치 미분 및 JAX와 대조합니다. "
        "종료 코드는 모두 일치하면 0, 하나라도 일치하지 않으면 1, 명령을 잘못 썼으면 2입니다."),
    "help_check": (
        "Check only the functions named, for instance exp matmul; without names, all of them.",
        "이름을 적은 함수만 검증합니다(예: exp matmul). 이름이 없으면 모든 함수를 검증합니다."),
    "help_json": ("Print one JSON document, for programs to read.", "프로그램이 읽을 수 있는 JSON 문서 하나로 출력합니다."),
    "help_lang": ("The language: that of the system's settings by default.", "출력 언어를 고릅니다. 기본값은 시스템 설정을 따릅니다."),
    "help_version": ("Show the version and exit.", "버전을 보여 줍니다."),

    "no_cli": (
        "The command minigrad needs click and rich, which are not installed: ",
        "minigrad 명령에 필요한 click과 rich가 설치되어 있지 않습니다. 다음 명령으로 설치하십시오: "),
    "no_jax": (
        "JAX is not installed, so the two checks that need it, jax.vjp and second order, are left out. To add them:",
        "JAX가 설치되어 있지 않아 JAX가 필요한 두 가지 대조(jax.vjp와 2차 미분)를 건너뜁니다. 함께 대조하려면 다음과 같이 설치하십시오."),
    "no_hangul": (
        "The encoding of this output, {encoding}, has no Hangul, so this is in English; with PYTHONUTF8=1 it would be in Korean.",
        ""),                             # said when Korean cannot be printed
    "nearest": ("{name} is not in the table; nearest: {names}.", "{name}: 표에 없는 함수입니다. 비슷한 이름: {names}"),
    "unknown": ("{name} is not in the table, which has {names}.", "{name}: 표에 없는 함수입니다. 표에 있는 이름: {names}"),
    "interrupted": ("Interrupted.", "중단했습니다."),

    "missing": ("not installed", "설치되지 않음"),
    "source": ("(run from its source)", "(소스에서 실행)"),
    "at": ("dy/dx of y = {y} at x = {x}", "x = {x}에서 y = {y}의 미분"),
    "numerical_diff": ("numerical_diff", "수치 미분"),
    "backpropagation": ("backpropagation", "역전파"),
    "JAX": ("JAX", "JAX"),
    "difference": ("difference from {name}", "{name}와의 차이"),

    "function": ("function", "함수"),
    "samples": ("samples", "표본"),
    "verdict": ("verdict", "판정"),
    "numerical": ("numerical", "수치 미분"),
    "complex_step": ("complex step", "복소 스텝"),
    "jax_vjp": ("jax.vjp", "jax.vjp"),
    "second_order": ("2nd order", "2차 미분"),
    "bounds": ("(at most)", "(허용 오차)"),
    "agrees": ("agrees", "일치"),
    "differs": ("DIFFERS", "불일치"),
    "table": (
        "The largest error of each gradient against each witness, over all samples:",
        "모든 표본에서 각 검증 수단과 대조한 기울기의 최대 오차:"),
    "end": (
        "Functions that agree: {agreeing} of {n}. Time: {seconds:.1f} s.",
        "일치하는 함수: {n}개 중 {agreeing}개. 걸린 시간: {seconds:.1f}초."),
    "differing": ("Functions that differ: {names}.", "일치하지 않는 함수: {names}."),
}


def speaker(language):
    """The function that gives a message in a language, "en" or "ko", with its blanks filled in."""
    def say(message, /, **blanks):
        return MESSAGES[message][language == "ko"].format(**blanks)
    say.language = language
    return say


def choose(args, environment, encoding):
    """The language, "en" or "ko", and whether Korean was asked for but cannot be written in this encoding.

    It is the one after --lang, wherever that stands among the args, so that --help speaks it too; else the system's.
    """
    asked = next((following for arg, following in zip(args, args[1:]) if arg == "--lang"), None)
    asked = next((arg.removeprefix("--lang=") for arg in args if arg.startswith("--lang=")), asked)
    korean = (asked or re.split("[_.@-]", system_language(environment).lower())[0]) in ("ko", "korean")
    try:
        "한글".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "en", asked == "ko"
    return ("ko" if korean else "en"), False


def system_language(environment):
    """The name of the system's language, for instance ko_KR.UTF-8, or "" where it is unknown."""
    for name in "LC_ALL", "LC_MESSAGES", "LANG":
        if environment.get(name):
            return environment[name]
    if os.name == "nt":                  # Windows says it only here
        try:
            return locale.getlocale()[0] or ""
        except ValueError:
            pass
    return ""
