"""minigrad homework: the three commands, each in the words of its own file.  A student's copy has `check` alone."""
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from .words import speaker

__all__ = ["add_homework"]


class Refusal(click.ClickException):
    """One sentence on standard error, and the exit status 2."""
    exit_code = 2


def add_homework(group, language):
    """Add `homework` to a click group; language is what was asked for or what the system speaks."""
    say = speaker(language)

    def lang(explanation):
        return click.option("--lang", type=click.Choice(["ko", "en"]), help=say(explanation))

    @group.group(help=say("help_homework"))
    def homework():
        pass

    @homework.command("check", help=say("help_check"))
    @click.argument("tasks", nargs=-1)
    @click.option("--watch", "watching", is_flag=True, help=say("help_watch"))
    @click.option("--hint", is_flag=True, help=say("help_hint"))
    @lang("help_lang_check")
    @click.pass_context
    def check_command(context, tasks, watching, hint, lang):
        from .check import CheckError, check, find_copy, language_of, watch
        from .running import NotHere
        speak = say
        try:
            copy = find_copy()
            if lang is None:
                speak = speaker(language_of(copy))
            context.exit((watch if watching else check)(copy, speak, tasks, hint))
        except CheckError as error:
            raise Refusal(speak(error.key, **error.values)) from None
        except NotHere as error:
            raise Refusal(str(error)) from None

    if not find_spec("minigrad.homework.make"):
        return

    @homework.command("make", help=say("help_make"))
    @click.argument("out", type=click.Path(path_type=Path))
    @click.option("--tasks", help=say("help_tasks"))
    @click.option("--site", help=say("help_site"))
    @click.option("--seed-file", type=click.Path(path_type=Path), help=say("help_seed_file"))
    @lang("help_lang")
    def make_command(out, tasks, site, seed_file, lang):
        from .check import CheckScreen
        from .make import MakeError, make
        from .secret import SecretError
        screen, only = CheckScreen(say), listed(tasks)
        try:
            with screen.counting() as progress:
                made = make(out, language, only, seed_file, site, progress, screen.show_sentence)
        except (MakeError, SecretError) as error:
            raise Refusal(str(error)) from None
        screen.show_sentence(say("made", out=out, tasks=len(made), points=sum(task.points for task in made.values())))

    @homework.command("grade", help=say("help_grade"))
    @click.argument("submissions", required=False, type=click.Path(path_type=Path))
    @click.option("--out", type=click.Path(path_type=Path), help=say("help_out"))
    @click.option("-j", "--jobs", type=click.IntRange(1), help=say("help_jobs"))
    @click.option("--seed-file", type=click.Path(path_type=Path), help=say("help_seed_file"))
    @click.option("--tasks", help=say("help_tasks_grade"))
    @click.option("--points", type=click.Path(path_type=Path), help=say("help_points"))
    @click.option("--only", multiple=True, help=say("help_only"))
    @click.option("--again", is_flag=True, help=say("help_again"))
    @click.option("--gradescope", is_flag=True, help=say("help_gradescope"))
    @lang("help_lang")
    @click.pass_context
    def grade_command(context, submissions, out, jobs, seed_file, tasks, points, only, again, gradescope, lang):
        if not sys.platform.startswith("linux"):
            raise Refusal(say("linux_only"))
        from .check import CheckScreen
        from .grade import GradeError, grade, run_autograder
        from .results import PointsError
        from .running import NotHere
        from .secret import SecretError
        from .submissions import SubmissionError
        screen = CheckScreen(say)
        try:
            if gradescope:
                context.exit(run_autograder(lang=language, tell=screen.show_sentence, names=listed(tasks)))
            if submissions is None or out is None:
                raise click.UsageError(say("need_folders"))
            with screen.counting() as progress:
                batch = grade(submissions, out, jobs, seed_file, points, language, only, again,
                              lambda done, total, record: progress(done, total, record["name"]), screen.show_sentence,
                              names=listed(tasks))
        except (GradeError, SecretError, SubmissionError, PointsError, NotHere) as error:
            raise Refusal(str(error)) from None
        screen.show_sentence(say("graded", count=len(batch.records), fresh=batch.fresh, out=out))


def listed(names):
    """The names in a text, which commas separate."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]
