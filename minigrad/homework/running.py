"""Runs the tasks of a submission where they can do no harm, and brings back numbers.

    runner = Runner()
    runner.means                                           # what is in force here
    runner.run({"exp-backward": {"functions/elementary.py": source}}, seed)        # {"exp-backward": [Answer, Answer, …]}

A submission gets a `Sandbox`: a fresh process (child.py) behind the locks of isolation.py, with NumPy in it, which is copied for
each task.  A task that does not end in time is ended together with its sandbox, and the next one gets a new one.  What comes back
is read as a stranger's letter: lines of JSON of limited length, in which every number is looked at.
"""
import base64
import importlib.util
import json
import marshal
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePath

from .isolation import LEVELS, Limits, Means, NotHere, bubblewrap, interpreter, shown_and_hidden

__all__ = ["Answer", "Limits", "Means", "NotHere", "Runner"]

HERE = Path(__file__).resolve().parent
NOT_NEEDED = "checking/*", "homework/*", "drawing.py", "command.py", "__main__.py", "screen.py", "words.py"
DTYPES = {"bool", "int", "float", "float16", "float32", "float64",
          *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))}
SIGXCPU = 24                             # the signal at the limit of processor time, which Windows has not
ARRAYS, DIMENSIONS, CASES = 100, 16, 1000                  # more than any task asks for


@dataclass(frozen=True)
class Answer:
    """What a student's code answered to one case: a value, or the trouble there was instead.

    value     a list of {"shape": [...], "dtype": "float64", "data": [numbers, row by row]}, as probes.plain makes it
    trouble   None, or
              "raised"       an exception in the case: detail has type, message and frames
              "graft"        the same before the first case, while the engine was loaded
              "not-numbers"  the result, or the line that should hold it, is not made of real numbers: detail has type
              "memory"       more than the limit
              "output"       printed or answered more than the limit
              "time"         took longer than the limit: detail has limit, "task" or "submission"
              "died"         the process ended in the middle: detail has code, the exit code or minus the signal
    output    of the last one: what was printed in all cases, shortened; to be shown to a person, never to be trusted
    """
    value: list | None = None
    trouble: str | None = None
    detail: dict = field(default_factory=dict)
    output: str = ""

    def line(self, qualname):
        """(line number, text) where the function of that name raised, the deepest such place; None if it did not."""
        for _, number, function, text in reversed(self.detail.get("frames", ())):
            if function == qualname or function.startswith(qualname + ".<locals>"):
                return number, text


class Runner:
    """Runs tasks, each alone in a process of its own.

    limits      see isolation.Limits
    files       {path: source} of the package of which a graft replaces some files; that which runs here, if not given
    isolation   "auto" takes the first level of isolation.LEVELS that works here; or the name of one, and NotHere if it does not
    """

    def __init__(self, limits=Limits(), files=None, isolation="auto"):
        self.limits = limits
        self.files = {**(files or base(HERE.parent)), "homework/__init__.py": "", "homework/probes.py": text_of("probes.py")}
        self.means = means(isolation, limits)

    def run(self, grafts, seed, each=None):
        """Runs {task: {path in the package: source}}, where the sources replace those of the package.

        seed   bytes that no submission knows: with the task's name it fixes the inputs (probes.cases makes the same ones here)
        each   called with (task, answers) as soon as they are there
        Returns {task: answers}: an Answer for each case, up to the first with trouble.  There may be fewer answers than cases, or
        more, when student code says so: whoever judges counts.
        """
        left, results = self.limits.submission, {}
        touched = {path for replaced in grafts.values() for path in replaced}
        shared = {path: text for path, text in self.files.items() if path not in touched}
        with Sandbox(self.means, self.limits, shared, (HERE.parent,)) as sandbox:
            for task, replaced in grafts.items():
                files = {path: self.files[path] for path in touched if path in self.files} | replaced
                request = {"task": task, "seed": seed.hex(), "files": files}
                start = time.monotonic()
                if left > 0:
                    results[task] = read_answers(*sandbox.ask(request, min(left, self.limits.wait)), self.limits)
                    left -= time.monotonic() - start                               # what `each` takes is not the student's
                if left <= 0 and (task not in results or results[task][-1].trouble == "time"):
                    results[task] = [*results.get(task, [])[:-1], Answer(trouble="time", detail={"limit": "submission"})]
                if each:
                    each(task, results[task])
        return results


def base(folder):
    """{path: source} of the package in a folder, as far as a task can need it."""
    return engine(files_in(folder))


def files_in(folder):
    """{path: source} of all modules of the package in a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(folder.rglob("*.py"))}


def engine(files):
    """Of a package's files those that a task can need, and a word in place of what its __init__.py only asks for by name."""
    needed = {path: source for path, source in files.items() if not any(PurePath(path).match(pattern) for pattern in NOT_NEEDED)}
    return {**needed, "checking/__init__.py": "crosscheck = None\n", "drawing.py": "graph = None\n"}


@dataclass(frozen=True)
class Ending:
    """How the process of a task ended: by itself with a code (minus a signal), or because we ended it."""
    code: int | None
    seconds: float = 0                   # of processor time
    stopped: str = ""                    # "time" if we ended it


class Sandbox:
    """The isolated process of one submission, started when it is first needed, and again when it had to be ended."""

    def __init__(self, means, limits, shared=None, protected=()):
        """shared    {path: source} of the files that are the same in each request, which leaves them out
        protected    folders that it must not see"""
        self.means, self.limits, self.shared, self.protected = means, limits, shared or {}, protected
        self.process, self.lost = None, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def hello(self):
        shown, hidden, within = shown_and_hidden(self.protected)
        path = [str(Path(importlib.util.find_spec("numpy").origin).resolve().parents[1])]
        code = {name: compiled(name, text) for name, text in self.shared.items()}
        return {"isolation": text_of("isolation.py"), "path": path, "locks": self.means.locks, "limits": asdict(self.limits),
                "shown": shown, "hidden": hidden, "within": within, "compiled": base64.b64encode(marshal.dumps(code)).decode()}

    def command(self, hello, how):
        outside = bubblewrap(hello["shown"], hello["hidden"], hello["within"]) if "bubblewrap" in self.means.locks else []
        return [*outside, interpreter(), "-I", "-S", "-u", "-X", "utf8", "-c", text_of("child.py"), how]

    def ask(self, request, seconds):
        """(how it ended, the bytes it answered, the bytes it printed)"""
        text = json.dumps(request).encode()
        with tempfile.TemporaryFile() as answers, tempfile.TemporaryFile() as output:
            ending = self.fork(text, answers, output, seconds) if self.means.fork else self.single(text, answers, output, seconds)
            if ending.code is not None or ending.stopped:
                return ending, read_start(answers, self.limits.output), read_start(output, self.limits.output)
        if self.lost:                    # the task itself ended its sandbox
            return ending, b"", b""
        self.lost = True                 # perhaps the task before did it on leaving: a new sandbox, once
        try:
            return self.ask(request, seconds)
        finally:
            self.lost = False

    # ---- Where the system forks.

    def start(self):
        hello = self.hello()
        command = self.command(hello, "serve")
        self.control, inside = socket.socketpair()
        self.complaints = tempfile.TemporaryFile()
        with inside, as_file(json.dumps(hello).encode()) as greeting:
            self.process = subprocess.Popen(command, stdin=inside, stdout=subprocess.DEVNULL, stderr=self.complaints,
                                            env=ENVIRONMENT, cwd="/", start_new_session=True)
            socket.send_fds(self.control, [b"h"], [greeting.fileno()])
        if self.listen(60) != "ready":
            said = read_start(self.complaints, 2000).decode(errors="replace").strip()
            self.stop()
            raise NotHere(said or "the process ended without a word")

    def listen(self, seconds):
        """The next line that the sandbox itself says; None if it ends, or says none in this time."""
        end, line = time.monotonic() + seconds, b""
        while not line.endswith(b"\n"):
            self.control.settimeout(max(0.001, end - time.monotonic()))
            try:
                got = self.control.recv(1)
            except OSError:              # the time is over, or the other end is gone
                return None
            line += got
            if not got or len(line) > 2000:
                return None
        try:
            return json.loads(line)
        except ValueError:
            return None

    def fork(self, text, answers, output, seconds):
        if self.process is None:
            self.start()
        began, ended = time.monotonic(), None
        with as_file(text) as request:
            try:
                socket.send_fds(self.control, [b"f"], [request.fileno(), answers.fileno(), output.fileno()])
                ended = self.listen(seconds)
            except OSError:              # it is gone
                pass
        try:
            return Ending(int(ended["code"]), float(ended["seconds"]))
        except (TypeError, KeyError, ValueError, OverflowError):
            self.stop()
            return Ending(None, stopped="time" if time.monotonic() - began >= seconds else "")

    def stop(self):
        """Ends the sandbox and all that is in it."""
        if self.process is not None:
            end(self.process)
            self.control.close()
            self.complaints.close()
            self.process = None

    # ---- Where it does not.

    def single(self, text, answers, output, seconds):
        hello = self.hello()
        with as_file(json.dumps(hello).encode() + b"\n" + text) as request:
            process = subprocess.Popen(self.command(hello, "single"), stdin=request, stdout=answers, stderr=output, env=ENVIRONMENT,
                                       start_new_session=True)
            try:
                return Ending(process.wait(seconds))
            except subprocess.TimeoutExpired:
                return Ending(None, stopped="time")
            finally:
                end(process)


def end(process):
    """Ends a process with its group.  (With bubblewrap all that it started goes with it, whatever group that is in.)"""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:                  # nobody is left in it
            pass
    process.kill()
    process.wait()


ENVIRONMENT = {**{name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP") if name in os.environ},
               **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"), "LC_ALL": "C.UTF-8"}


@lru_cache
def text_of(name):
    return (HERE / name).read_text(encoding="utf-8")


@lru_cache(maxsize=100)
def compiled(path, source):
    return compile(source, path, "exec", dont_inherit=True)


def as_file(data):
    file = tempfile.TemporaryFile()
    file.write(data)
    file.flush()
    file.seek(0)
    return file


def read_start(file, size):
    file.seek(0)
    return file.read(size + 1)


# ---- Which means are in force.

def means(isolation, limits):
    """The Means of a level; for "auto" those of the first level that works."""
    if isolation == "none":              # then nothing needs to be tried
        return Means("none", (), (), sys.platform == "linux")
    reasons, possible = [], {"linux": LEVELS, "win32": ["none"]}.get(sys.platform, ["limits", "none"])
    for level in possible if isolation == "auto" else [isolation]:
        try:
            return measure(level, limits)
        except NotHere as reason:
            reasons.append(f"{level}: {reason}")
    raise NotHere("; ".join(reasons))


@lru_cache
def measure(level, limits, locks=None, fork=sys.platform == "linux"):
    """Tries a level: starts it, and lets a locked process attempt what is forbidden.

    locks   those of the level, or other ones
    fork    only Linux lets a process that has loaded NumPy go on in a copy: a Mac's library for matrices does not bear it
    """
    wanted = LEVELS[level] if locks is None else locks
    sandbox = Sandbox(Means(level, wanted, (), fork), limits)
    with sandbox, tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        file = Path(folder, "secret")
        file.write_text("secret")
        aims = {"file": str(file), "folder": folder, "parent": os.getpid(), "port": server.getsockname()[1]}
        try:
            ending, answers, output = sandbox.ask({"attempt": aims, "limits": asdict(limits)}, 60)
            said = json.loads(answers)
            on, refused = tuple(said["locks"]), tuple(said["refused"])
        except (OSError, ValueError, KeyError) as error:
            raise NotHere(f"{type(error).__name__}: {error}") from None
    if level in wanted and level not in on or wanted and not on:
        raise NotHere(f"this system has no {level}")
    return Means(level, on, refused, fork)


# ---- Reading what came back.

def read_answers(ending, answers, output, limits):
    """The bytes that a stranger wrote, as Answers: what is not in order ends them."""
    printed = clean(output[:4000].decode(errors="replace"))
    read = []
    for line in answers.split(b"\n")[:CASES]:
        answer = read_line(line, len(read))
        if answer is None:               # the last line, or half a line at the end
            break
        if answer == "end":
            return [*read[:-1], replace(read[-1], output=printed)] if read else \
                [Answer(trouble="died", detail={"code": ending.code}, output=printed)]
        read.append(answer)
        if answer.trouble:
            break
    if read and read[-1].trouble:
        last = read.pop()
        kind, detail = last.trouble, last.detail
    elif ending.stopped or ending.code == -SIGXCPU or (ending.code or 0) < 0 and ending.seconds >= max(1, int(limits.task)):
        kind, detail = "time", {"limit": "task"}
    else:
        kind, detail = "died", {"code": ending.code}
    if len(output) > limits.output - 1 or len(answers) > limits.output - 1:
        kind, detail = "output", {}
    return [*read, Answer(trouble=kind, detail=detail, output=printed)]


def read_line(line, number):
    """An Answer, "end", or None for a line that is none."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError, MemoryError):
        return None
    if type(said) is not dict:
        return Answer(trouble="not-numbers", detail={"type": "a line that is not an answer"})
    if "end" in said:
        return "end"
    if "trouble" in said:
        return read_trouble(said)
    if said.get("case") != number or (value := read_value(said.get("value"))) is None:
        return Answer(trouble="not-numbers", detail={"type": "a line that is not an answer"})
    return Answer(value)


def read_trouble(said):
    kind = said["trouble"] if said["trouble"] in ("raised", "graft", "not-numbers", "memory") else "not-numbers"
    frames = said.get("frames") if type(said.get("frames")) is list else []
    frames = [frame for frame in frames if type(frame) is list and list(map(type, frame)) == [str, int, str, str]]
    return Answer(trouble=kind, detail={"type": clean(said.get("type"), 200), "message": clean(said.get("message"), 2000),
                                        "frames": [[clean(p, 200), n, clean(f, 200), clean(t, 500)] for p, n, f, t in frames[:8]]})


def clean(text, size=4000):
    """A text that can be printed and written anywhere: no half characters, and nothing that a terminal would obey."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text[:size]) if type(text) is str else ""


def read_value(value):
    """A list of arrays as plain data, or None if it is not one."""
    if type(value) is not list or len(value) > ARRAYS:
        return None
    arrays = []
    for array in value:
        if type(array) is not dict:
            return None
        shape, dtype, data = array.get("shape"), array.get("dtype"), array.get("data")
        if type(shape) is not list or len(shape) > DIMENSIONS or not all(type(n) is int and n >= 0 for n in shape):
            return None
        if type(dtype) is not str or dtype not in DTYPES or type(data) is not list or len(data) != math.prod(shape):
            return None
        if not all(type(x) is float or type(x) is bool or type(x) is int and -2**63 <= x < 2**64 for x in data):
            return None
        arrays.append({"shape": shape, "dtype": dtype, "data": data})
    return arrays
