"""The teacher's secret: a line of text in a file of its own, which `make` and `grade` share.  If there is none, it is made.

A second line names the tasks, if the homework that was made last has not all of them: only these are graded then.  (That the
students' copies say so too is of no use: students can change them.)

What is drawn from it, by keyed hashes: the operations of the teacher's own (variations.py) and the inputs that each student gets.
It never goes to a process that runs a student's code.
"""
import os
import secrets
from hashlib import blake2b
from pathlib import Path

from ..checking import Text

__all__ = ["SecretError", "default_seed_file", "note_tasks", "secret_in", "tasks_in"]

SENTENCES = {
    "made": Text("A new secret seed was written to {path}. Keep it: with it the same submissions get the same inputs and marks "
                 "again. Keep it from students: who has it can compute the inputs in advance.",
                 "새 비밀 시드를 {path}에 저장했습니다. 같은 제출물을 같은 입력으로 다시 채점하려면 이 파일을 보관하십시오. "
                 "이 파일이 있으면 입력값을 미리 계산할 수 있으므로 학생에게 공개하지 마십시오."),
    "place": Text("The secret seed {path} must not lie in {folder}: students' files or their results are there.",
                  "비밀 시드 {path}는 {folder} 안에 둘 수 없습니다. 학생의 파일이나 채점 결과가 있는 곳입니다."),
    "short": Text("The secret seed {path} must hold a line of at least 16 characters.",
                  "비밀 시드 파일 {path}에는 16자 이상인 줄이 있어야 합니다."),
    "unnoted": Text("{path} cannot be written, so `grade` will not know the tasks: name them to it by --tasks {names}.",
                    "{path} 파일에 쓸 수 없어 채점할 과제를 기록하지 못했습니다. 채점할 때 --tasks {names} 옵션을 쓰십시오."),
}
NOTE = "tasks:"


class SecretError(Exception):
    """Why there is no secret, as a sentence in the teacher's language."""

    def __init__(self, key, lang, **values):
        super().__init__(getattr(SENTENCES[key], lang).format_map(values))


def default_seed_file():
    """Where the secret is if nobody says where."""
    return Path.home() / ".config" / "minigrad" / "homework.seed"


def secret_in(path=None, forbidden=(), lang="en", tell=None):
    """32 bytes out of the file at `path`, which must not lie in a forbidden folder.  If it is made, tell(sentence) says so."""
    path = Path(path or default_seed_file()).resolve()
    for folder in forbidden:
        if Path(folder).resolve() in path.parents:
            raise SecretError("place", lang, path=path, folder=folder)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        for_its_owner = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(for_its_owner, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        if tell:
            tell(getattr(SENTENCES["made"], lang).format(path=path))
    text = path.read_bytes().strip().partition(b"\n")[0].strip()
    if len(text) < 16:
        raise SecretError("short", lang, path=path)
    return blake2b(text, digest_size=32).digest()


def tasks_in(path=None):
    """The names of the tasks of the homework that was made last with this secret; none if it has all."""
    lines = Path(path or default_seed_file()).read_text(encoding="utf-8", errors="replace").splitlines()
    return [name for line in lines[1:] if line.startswith(NOTE) for name in line.removeprefix(NOTE).split(",")]


def note_tasks(path, names, lang="en", tell=None):
    """Note the names of the tasks beside the secret; without names, that it is all of them."""
    path = Path(path or default_seed_file()).resolve()
    if tasks_in(path) == list(names):
        return
    lines = [path.read_bytes().strip().partition(b"\n")[0].strip(), *([f"{NOTE}{','.join(names)}".encode()] if names else [])]
    beside = path.with_name(path.name + ".part")
    try:
        beside.touch(0o600)
        beside.write_bytes(b"".join(line + b"\n" for line in lines))
        os.replace(beside, path)
    except OSError:
        if tell:
            tell(getattr(SENTENCES["unnoted"], lang).format(path=path, names=",".join(names)))
