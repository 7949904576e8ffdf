"""Transcripts of the homework's commands, for the pages For students and For teachers: run in a folder that is gone afterwards.

Everything is done twice, once for a Korean and once for an English class, and printed for both pages at once:

    desk = homework.Desk()
    desk.transcript("minigrad homework make class --seed-file course.seed")

What differs from run to run or from machine to machine is not shown: the folder's path is left out, or ~ where it is the home.
"""
import ast
import base64
import html
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from pathlib import Path

from rich.console import Console
from rich.text import Text

from minigrad.homework import make
from minigrad.homework.grafting import extent, find, graft
from minigrad.homework.reference import sources
from minigrad.homework.secret import secret_in
from minigrad.homework.tasks import load
from minigrad_pages.reading import BAR, LANGUAGES

__all__ = ["Desk", "TASKS", "both"]

TASKS = load()
WIDTH = 76                               # of the terminal, in columns
LOCALE = {"ko": "ko_KR.UTF-8", "en": "en_US.UTF-8"}


class Desk:
    """A folder for each language, and in each a home."""

    def __init__(self):
        self.room = tempfile.TemporaryDirectory(prefix="minigrad-")
        self.folders = {lang: Path(self.room.name).resolve() / lang for lang in LANGUAGES}
        for folder in self.folders.values():
            (folder / "home").mkdir(parents=True)
        self.place = "."

    def go(self, place):
        """Work from here on in this folder of the desk."""
        self.place = place

    def transcript(self, *commands, only=None):
        """Print commands and what they said, in both languages; returns their exit statuses.

        In a command {lang} is the language.  only=(first, last) leaves out the lines before and after these, counted from 0.
        """
        with ThreadPoolExecutor(len(LANGUAGES)) as pool:
            done = dict(zip(LANGUAGES, pool.map(lambda lang: [self.ran(command, lang) for command in commands], LANGUAGES)))
        texts = ["\n\n".join(f"$ {command.format(lang=lang)}\n{wrapped(said)}" for command, (said, _) in zip(commands, done[lang]))
                 for lang in LANGUAGES]
        both(*texts)
        return [status for _, status in done["en"]]

    def ran(self, command, lang):
        """(what a command printed, its exit status)"""
        folder = self.folders[lang]
        program, *arguments = shlex.split(command.format(lang=lang))
        known = {"minigrad": [sys.executable, "-m", "minigrad"]}
        own = {"HOME": str(folder / "home"), "USERPROFILE": str(folder / "home"), "LANG": LOCALE[lang], "LC_ALL": LOCALE[lang],
               "COLUMNS": str(WIDTH), "NO_COLOR": "1", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run([*known.get(program, [program]), *arguments], cwd=folder / self.place, env={**os.environ, **own},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return f"{program}: not found", 127
        said = done.stdout.replace(str(folder / "home"), "~").replace(f"{folder / self.place}{os.sep}", "")
        return said.replace(str(folder), "…").strip("\n"), done.returncode

    # ---- What is done without a command.

    def hand_out(self, name, seed):
        """A student's copy of all tasks, as `make` writes it but without its proof, in the folder of this name; the seed is a text."""
        for lang, folder in self.folders.items():
            make.write_files(folder / name, lang, make.TASKS_FILE.read_text("utf-8"), *self.reference(lang, seed), None)

    def reference(self, lang, seed):
        """({path: source} of the reference, the secret) for a seed that is a text, which is kept in the home."""
        file = self.folders[lang] / "home" / "course.seed"
        file.write_text(seed + "\n", encoding="utf-8")
        self.secret = secret_in(file)
        return sources(self.secret), self.secret

    def write(self, name, body, place=None):
        """Write the body of a task into a copy, the one that is worked in by default."""
        task = TASKS[name]
        for folder in self.folders.values():
            file = folder / (place or self.place) / "minigrad" / task.path
            file.write_text(with_body(file.read_text(encoding="utf-8"), task.qualname, body), encoding="utf-8")

    def solve(self, names, place=None):
        """Write the reference's bodies of tasks into a copy."""
        answers = sources(self.secret)
        for folder in self.folders.values():
            for task in map(TASKS.get, names):
                file = folder / (place or self.place) / "minigrad" / task.path
                file.write_text(graft(file.read_text(encoding="utf-8"), task.qualname, answers[task.path]), encoding="utf-8")

    def show(self, name, place=None):
        """Print the function of a task as it stands in a copy, below the name of its file."""
        task, texts = TASKS[name], []
        for lang in LANGUAGES:
            text = (self.folders[lang] / (place or self.place) / "minigrad" / task.path).read_text(encoding="utf-8")
            node = find(text, task.qualname)
            texts.append("\n".join(text.splitlines()[node.lineno - 1:node.end_lineno]))
        both(*(f"# minigrad/{task.path}, {task.qualname.partition('.')[0]}\n{text}" for text in texts))

    def copy(self, place, to):
        for folder in self.folders.values():
            shutil.copytree(folder / place, folder / to)

    def read(self, path, lang):
        """A file as text; None if it is not there, as the results of grading are where they cannot be made."""
        file = self.folders[lang] / path
        return file.read_text(encoding="utf-8") if file.exists() else None
