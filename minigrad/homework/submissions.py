"""A folder, a zip or a git repository becomes {path: source text} of just the files that hold tasks.

Nothing of a submission is unpacked, checked out, imported or run.  What is not an ordinary file of moderate size is not read:
no symbolic link is followed and no path that climbs out is looked up, since nothing is looked up but names that were listed.
Whatever is wrong with a submission is a SubmissionError or a note: both are sentences in two languages, for the teacher.

    for submission in find("submissions"):
        reading = read(submission, ["functions/elementary.py", "core.py"])
"""
import io
import os
import re
import stat
import subprocess
import tempfile
import time
import tokenize
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from threading import Timer

from ..checking import Text

__all__ = ["Submission", "Reading", "SubmissionError", "find", "read"]

FILE_BYTES = 1_000_000              # one source file; the largest of ours has 20 kB
ZIP_BYTES = 20_000_000              # the names in a zip of this size are read within seconds
LISTED = 20_000                     # files in one submission
DEPTH = 12                          # folders within folders
GIT_SECONDS = 20
GIT_LIST_BYTES = 4_000_000          # a small hostile repository can list more files than there are atoms
NAME_BYTES = 180                    # in UTF-8: file systems allow 255, and files of ours lie below
RESERVED = {"index.html", "grades.csv"}

SENTENCES = {
    "kind": Text("It is neither a folder, nor a zip file, nor a git repository.", "폴더도 zip 파일도 git 저장소도 아닙니다."),
    "link": Text("It is a symbolic link, which is not followed.", "심볼릭 링크이므로 읽지 않습니다."),
    "nothing": Text("No file with a task was found in it; the nearest to look for would be {example}.",
                    "과제 파일이 하나도 없습니다. 예를 들어 {example} 파일이 있어야 합니다."),
    "zip": Text("The zip file cannot be read: {detail}.", "zip 파일을 읽을 수 없습니다: {detail}."),
    "zip-large": Text("The zip file has {size} bytes; at most {limit} are read.",
                      "zip 파일의 크기가 {size}바이트입니다. {limit}바이트까지만 읽습니다."),
    "many": Text("It has more than {limit} files or folders.", "파일과 폴더가 {limit}개보다 많습니다."),
    "git": Text("The git repository cannot be read: {detail}.", "git 저장소를 읽을 수 없습니다: {detail}."),
    "system": Text("It cannot be read: {detail}.", "읽을 수 없습니다: {detail}."),
    # Notes: the rest of the submission is graded.
    "large": Text("{path} has more than {limit} bytes and was not read.", "{path}: 크기가 {limit}바이트를 넘어 읽지 않았습니다."),
    "not-text": Text("{path} is not Python source text: {detail}.", "{path}: 파이썬 소스 텍스트가 아닙니다: {detail}."),
    "not-ordinary": Text("{path} is a link or a device, not an ordinary file, and was not read.",
                         "{path}: 일반 파일이 아니라 링크나 장치이므로 읽지 않았습니다."),
    "unreadable": Text("{path} could not be read: {detail}.", "{path}: 읽지 못했습니다: {detail}."),
    "climbs": Text("{count} names in the zip file lead out of it and were not read.",
                   "zip 파일 안의 이름 {count}개가 바깥을 가리켜 읽지 않았습니다."),
    "below": Text("The files were found below {folder}.", "과제 파일을 {folder} 아래에서 찾았습니다."),
    "inner": Text("The files were found in {name}, a zip file within the submission.",
                  "과제 파일을 제출물 안의 zip 파일 {name}에서 찾았습니다."),
    "commit": Text("The files are those of the commit {commit}.", "커밋 {commit}의 파일입니다."),
}


class SubmissionError(Exception):
    """Why nothing of a submission can be read: a key of SENTENCES and what stands in the sentence."""

    def __init__(self, key, **values):
        super().__init__(sentence((key, values), "en"))
        self.note = key, values


def sentence(note, lang):
    """A note, a pair of a key and its values, in the language "en" or "ko"."""
    key, values = note
    return getattr(SENTENCES[key], lang).format_map(values)


@dataclass(frozen=True)
class Submission:
    """name, which is fit for a folder's name, and where it lies."""
    name: str
    place: Path


@dataclass
class Reading:
    """What was read of a submission.

    files      {path inside the package minigrad: source text}
    notes      what the teacher should know, as (key, values) for `sentence`
    submitted  when the files were last changed or committed, in seconds since 1970; None if nothing tells
    """
    files: dict
    notes: list = field(default_factory=list)
    submitted: float | None = None

    @property
    def digest(self):
        """The same for the same files and notes, and for no others."""
        parts = [*sorted(self.files.items()), *((key, repr(sorted(values.items()))) for key, values in self.notes)]
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


# ---------------------------------------------------------------------------------------------------- which submissions there are
def find(folder):
    """The submissions in a folder, by name: each folder, zip and repository in it.

    A file of another kind is a submission too, one that cannot be read: nobody is left out of the grades without a word.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SubmissionError("system", detail=f"{folder}: no such folder")
    taken, found = set(), []
    for place in sorted(folder.iterdir(), key=lambda p: (readable(p.name), p.name)):
        if place.name.startswith(".") or place.name.lower() in ("__macosx", "thumbs.db", "desktop.ini"):
            continue
        base = fit_name(re.sub(r"\.(zip|git)$", "", readable(place.name), flags=re.IGNORECASE))
        name, count = base, 1
        while name.casefold() in taken:                             # some file systems do not tell a from A
            count += 1
            name = f"{base} ({count})"
        taken.add(name.casefold())
        found.append(Submission(name, place))
    return found


def readable(name):
    """A file name as text: one that is not UTF-8 was unpacked from an archive made in code page 949."""
    return decoded(os.fsencode(name))


def decoded(raw):
    """A name out of bytes whose encoding nobody noted.  Hangul in code page 949 is hardly ever valid UTF-8: that is tried first."""
    for encoding in ("utf-8", "cp949"):
        try:
            return unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            pass
    return raw.decode("cp437")                                      # which gives each byte a meaning


def fit_name(name):
    """A name that can be a folder's on any system, and shows as what it is."""
    name = "".join("_" if c in '<>:"/\\|?*' or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else c
                   for c in unicodedata.normalize("NFC", name))
    while len(name.encode()) > NAME_BYTES:
        name = name[:-1]
    name = name.strip(" .")
    device = re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name, flags=re.IGNORECASE)
    return name + "_" if not name or device or name.casefold() in RESERVED else name


# --------------------------------------------------------------------------------------------------------------- reading one
def read(submission, wanted):
    """The Reading of a submission: of its files just those whose path inside the package is in `wanted`.

    A folder is read as it lies there; a git repository without those files beside it is read at its HEAD.
    """
    place, wanted = Path(submission.place), list(wanted)
    try:
        kind = os.lstat(place).st_mode
        if stat.S_ISLNK(kind):
            raise SubmissionError("link")
        if stat.S_ISREG(kind) and zipfile.is_zipfile(place):
            return read_zip(place, wanted)
        if not stat.S_ISDIR(kind):
            raise SubmissionError("kind")
        if is_repository(place):
            return read_git(place, wanted)
        reading = read_folder(place, wanted)
        if not reading.files and not reading.notes:
            if is_repository(place / ".git"):
                return read_git(place / ".git", wanted)
            raise SubmissionError("nothing", example=f"minigrad/{wanted[0]}")
        return reading
    except OSError as error:
        raise SubmissionError("system", detail=error.strerror or type(error).__name__) from error


def locate(paths, wanted):
    """({path in the package: one of paths}, the folder they lie below).

    The folder is the one below which most of the files wanted lie, as minigrad/PATH or, where no folder is called minigrad, as
    PATH; among equals the one that is highest up.  Files that were handed in alone, without folders, are found by their names.
    """
    paths = {unicodedata.normalize("NFC", path): path for path in paths if not is_foreign(path)}
    for prefix in ("minigrad/", ""):
        counts = Counter(path.removesuffix(prefix + name) for path in paths for name in wanted
                         if path == prefix + name or path.endswith("/" + prefix + name))
        if counts:
            root = min(counts, key=lambda r: (-counts[r], r.count("/"), r))
            return {name: paths[root + prefix + name] for name in wanted if root + prefix + name in paths}, root
    alone = Counter(PurePosixPath(name).name for name in wanted)
    return {name: paths[base] for name in wanted if (base := PurePosixPath(name).name) in paths and alone[base] == 1}, ""


def is_foreign(path):
    """Whether a file belongs to something that is not the student's: installed packages, what macOS puts in a zip, git's own."""
    return any(part.startswith(".") or part in ("site-packages", "__MACOSX", "__pycache__", "node_modules")
               for part in path.split("/")[:-1])


def text_of(data, path, notes):
    """The source text in bytes, as Python itself would decode it; a note and None if it would not."""
    if len(data) > FILE_BYTES:
        notes.append(("large", {"path": path, "limit": FILE_BYTES}))
        return None
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        notes.append(("not-text", {"path": path, "detail": str(error)[:200]}))
        return None
    if "\0" in text:
        notes.append(("not-text", {"path": path, "detail": "it has null bytes"}))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def gathered(paths, wanted, fetch, notes):
    """{path: source text} of the files wanted, which fetch(a path of paths) gives as bytes, or None with a note of its own."""
    places, root = locate(paths, wanted)
    files = {}
    for name, path in places.items():
        data = fetch(path)
        text = None if data is None else text_of(data, name, notes)
        if text is not None:
            files[name] = text
    if places and root:
        notes.append(("below", {"folder": root.rstrip("/")}))
    return files


def read_folder(place, wanted):
    listed, notes, times, zips = {}, [], [], []

    def walk(folder, inside, depth):
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                path = f"{inside}{readable(entry.name)}"
                listed[path] = entry
                if len(listed) > LISTED:
                    raise SubmissionError("many", limit=LISTED)
                if entry.is_dir(follow_symlinks=False) and depth and not is_foreign(path + "/"):
                    walk(entry.path, path + "/", depth - 1)
                elif depth == DEPTH and entry.is_file(follow_symlinks=False) and path.lower().endswith(".zip"):
                    zips.append(entry)
    walk(place, "", DEPTH)

    def fetch(path):
        # The file may be a pipe or a link, or become one: it is opened without waiting and without following, then looked at.
        try:
            handle = os.open(listed[path].path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
                             | getattr(os, "O_BINARY", 0))
        except OSError as error:
            key = "not-ordinary" if listed[path].is_symlink() else "unreadable"
            notes.append((key, {"path": path} if key == "not-ordinary" else {"path": path, "detail": error.strerror}))
            return None
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or listed[path].is_symlink():
                notes.append(("not-ordinary", {"path": path}))
                return None
            times.append(status.st_mtime)
            return file.read(FILE_BYTES + 1)
    files = gathered([p for p, e in listed.items() if not e.is_dir(follow_symlinks=False)], wanted, fetch, notes)
    if not files and not notes and len(zips) == 1:                  # as learning platforms hand out what was uploaded
        reading = read_zip(Path(zips[0].path), wanted)
        reading.notes.append(("inner", {"name": readable(zips[0].name)}))
        return reading
    return Reading(files, notes, max(times, default=None))


def read_zip(place, wanted):
    """The files are read one by one into memory, so no name in the archive can reach anything on the disk."""
    size = place.stat().st_size
    if size > ZIP_BYTES:
        raise SubmissionError("zip-large", size=size, limit=ZIP_BYTES)
    notes, times = [], []
    try:
        with zipfile.ZipFile(place) as archive:
            if len(archive.infolist()) > LISTED:
                raise SubmissionError("many", limit=LISTED)
            members, climbing = {}, 0
            for info in archive.infolist():
                path = zip_name(info)
                if climbs(path):
                    climbing += 1
                elif not path.endswith("/"):
                    members[path] = info                            # of two with one name the later counts, as where one unpacks
            if climbing:
                notes.append(("climbs", {"count": climbing}))

            def fetch(path):
                info = members[path]
                mode = info.external_attr >> 16
                if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                    notes.append(("not-ordinary", {"path": path}))
                elif info.flag_bits & 1:
                    notes.append(("unreadable", {"path": path, "detail": "it is encrypted"}))
                elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):      # others may want gigabytes
                    notes.append(("unreadable", {"path": path, "detail": "its method of compression is unusual"}))
                else:
                    times.append(info.date_time)
                    try:
                        with archive.open(info) as file:
                            return file.read(FILE_BYTES + 1)
                    except Exception as error:                      # a damaged archive raises errors of many kinds
                        notes.append(("unreadable", {"path": path, "detail": str(error)[:200] or type(error).__name__}))
                return None
            files = gathered(members, wanted, fetch, notes)
    except SubmissionError:
        raise
    except Exception as error:                                      # likewise
        raise SubmissionError("zip", detail=str(error)[:200] or type(error).__name__) from error
    if not files and all(key == "climbs" for key, _ in notes):
        raise SubmissionError("nothing", example=f"minigrad/{wanted[0]}")
    return Reading(files, notes, seconds(max(times, default=None)))


def zip_name(info):
    """A member's path.  A name not marked as UTF-8 was decoded by zipfile in code page 437, byte by byte, which can be undone."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        try:
            name = decoded(name.encode("cp437"))
        except UnicodeEncodeError:                                  # it came from the archive's extra field, as UTF-8
            pass
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def climbs(path):
    """Whether a path in an archive would lie outside of the folder it is unpacked to."""
    return path.startswith("/") or ".." in path.split("/") or "\0" in path or re.match(r"[A-Za-z]:", path) is not None


def seconds(date_time):
    """A zip's date, which is of an unknown time zone and taken for that of this machine."""
    try:
        return date_time and time.mktime((*date_time, 0, 0, -1))
    except (OverflowError, ValueError):
        return None


# --------------------------------------------------------------------------------------------------------- a git repository
def is_repository(folder):
    """Whether a folder is a repository's own, as .git is; a link is not, nor is a .git that leads elsewhere."""
    return not folder.is_symlink() and all((folder / part).is_dir() and not (folder / part).is_symlink()
                                           for part in ("objects", "refs")) and (folder / "HEAD").is_file()


def read_git(repository, wanted):
    """The files of the commit at HEAD.

    git is never run on the student's repository, whose configuration and hooks could start programs, but on an empty one of ours
    that borrows its objects.  So what HEAD names is found out here.
    """
    commit = commit_of(repository)
    with tempfile.TemporaryDirectory() as ours:
        (Path(ours) / "HEAD").write_text("ref: refs/heads/none\n")
        (Path(ours) / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        for part in ("objects", "refs"):
            (Path(ours) / part).mkdir()
        environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        environment |= {"GIT_DIR": ours, "GIT_OBJECT_DIRECTORY": str((repository / "objects").resolve()), "HOME": ours,
                        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_NO_REPLACE_OBJECTS": "1",
                        "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}

        def git(limit, *arguments):
            with subprocess.Popen(["git", *arguments], env=environment, cwd=ours, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL) as process:
                timer = Alarm(process)
                with timer:
                    output = process.stdout.read(limit + 1)
                    if len(output) > limit:
                        process.kill()
                        raise SubmissionError("many", limit=LISTED)
                    status = process.wait()
            if timer.rang:
                raise SubmissionError("git", detail=f"git took more than {GIT_SECONDS} s")
            if status:
                raise SubmissionError("git", detail=f"git {arguments[0]} found no commit, or damaged objects, at {commit[:12]}")
            return output
        listed = {}
        for line in git(GIT_LIST_BYTES, "ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0")[:-1]:
            about, _, path = line.partition(b"\t")
            mode, _, blob, size = about.split()
            listed[decoded(path)] = mode, blob.decode(), size
        notes = []

        def fetch(path):
            mode, blob, size = listed[path]
            if mode not in (b"100644", b"100755"):                  # 120000 is a link, 160000 another repository
                notes.append(("not-ordinary", {"path": path}))
            elif not size.isdigit():
                notes.append(("unreadable", {"path": path, "detail": "its object in git is missing or damaged"}))
            elif int(size) > FILE_BYTES:
                notes.append(("large", {"path": path, "limit": FILE_BYTES}))
            else:
                return git(FILE_BYTES, "cat-file", "blob", blob)
            return None
        files = gathered(listed, wanted, fetch, notes)
        if not files and not notes:
            raise SubmissionError("nothing", example=f"minigrad/{wanted[0]}")
        notes.append(("commit", {"commit": commit[:12]}))
        when = git(200, "log", "-1", "--format=%ct", "--no-show-signature", commit)
    return Reading(files, notes, float(when))


def commit_of(repository):
    """The full name of the commit at HEAD."""
    def small(path):
        return path.read_text("ascii", "replace")[:1_000_000] if path.is_file() and not path.is_symlink() else ""
    head = small(repository / "HEAD").strip()
    if head.startswith("ref: refs/") and ".." not in head:
        name = head.removeprefix("ref: ")
        head = small(repository / name).strip()
        if not head:
            packed = dict(reversed(line.split(" ", 1)) for line in small(repository / "packed-refs").splitlines()
                          if re.match(r"[0-9a-f]{40} refs/", line))
            head = packed.get(name, "")
    if not re.fullmatch(r"[0-9a-f]{40}", head):
        raise SubmissionError("git", detail="HEAD names no commit")
    return head


class Alarm:
    """Ends a process that takes too long."""

    def __init__(self, process):
        self.process, self.rang, self.timer = process, False, Timer(GIT_SECONDS, self.ring)

    def ring(self):
        self.rang = True
        self.process.kill()

    def __enter__(self):
        self.timer.start()

    def __exit__(self, *_):
        self.timer.cancel()
