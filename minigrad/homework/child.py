"""What runs where a student's code runs: it asks the tasks' questions and sends back numbers.  It holds no answer and no judge.

Nothing of minigrad is on the disk that this process sees.  Its text comes on the command line, everything else in files that
are open when it gets them:

    hello      which locks to put on, where NumPy is, and compiled what all tasks share: the questions (probes.py), and those files
               of the engine in which no task is; once
    request    for each task the sources of the other files, with the student's function in one of them, and a seed
    answers    a line of JSON for each case, {"case": 0, "value": [{"shape": [2], "dtype": "float64", "data": [1.0, 2.0]}]},
               and at the end {"end": number of cases} or {"trouble": what kind, ...}
    output     what the student's code prints; nobody reads it but a person

Where the system can fork, this process loads NumPy and puts the locks on, and then is copied for each task (`serve`).  Where it
cannot, it is started for each task anew (`single`).

This text is in ASCII, so that it can be on a command line under any settings.
"""
import base64
import importlib.util
import json
import marshal
import os
import sys
import traceback
from importlib.abc import InspectLoader, MetaPathFinder


class Tree(MetaPathFinder, InspectLoader):
    """Imports the package minigrad from {path in the package: source or code object}: no file of it has to be anywhere."""

    def __init__(self, files):
        self.files = {}
        for path, text in files.items():
            parts = ["minigrad", *path.removesuffix(".py").split("/")]
            package = parts[-1] == "__init__"
            self.files[".".join(parts[:-1] if package else parts)] = path, text, package

    def find_spec(self, name, path=None, target=None):
        if name in self.files:
            return importlib.util.spec_from_loader(name, self, origin=self.files[name][0])

    def is_package(self, name):
        return self.files[name][2]

    def get_source(self, name):
        text = self.files[name][1]
        return text if isinstance(text, str) else None

    def get_code(self, name):
        path, text, _ = self.files[name]
        return compile(text, path, "exec", dont_inherit=True) if isinstance(text, str) else text


def module_from(name, source):
    """A module made of a text, which needs no other module of ours."""
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader=None))
    sys.modules[name] = module
    exec(compile(source, f"{name}.py", "exec", dont_inherit=True), module.__dict__)
    return module


def frames(error):
    """Where in the package an error came from, outermost first: path, line number, function, text of the line."""
    stack = [(f, n) for f, n in traceback.walk_tb(error.__traceback__) if str(f.f_globals.get("__name__")).startswith("minigrad")]
    found = [(f.f_code.co_filename, n, f.f_code.co_qualname) for f, n in stack]
    return [[*place, line_of(*place[:2])] for place in found[-8:]]


def line_of(path, number):
    files = getattr(sys.meta_path[0], "files", {}).values()
    sources = [text for p, text, _ in files if p == path and isinstance(text, str)]
    lines = sources[0].splitlines() if sources else []
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def trouble(error, kind="raised"):
    if isinstance(error, MemoryError):
        kind = "memory"
    try:
        message = str(error)[:2000]
    except BaseException:
        message = ""
    return {"trouble": kind, "type": type(error).__name__, "message": message, "frames": frames(error)}


def answer(request, say):
    """Does what a request asks for; say(line) is called with each answer."""
    if "attempt" in request:
        isolation = sys.modules["isolation"]
        say({"locks": isolation.hello["locks"], "refused": isolation.attempt(request["attempt"], request["limits"])})
        return
    import numpy as np
    sys.meta_path.insert(0, Tree({**sys.modules["isolation"].hello["compiled"], **request["files"]}))
    try:
        import minigrad
        from minigrad.homework import probes
        asked = iter(probes.cases(request["task"], minigrad, np, bytes.fromhex(request["seed"])))
    except BaseException as error:       # SystemExit and KeyboardInterrupt too: here everything is an answer
        say(trouble(error, "graft"))
        return
    number = 0
    while True:
        try:
            case = next(asked, None)
            if case is None:
                break
            value = case.run()
        except BaseException as error:
            say(trouble(error))
            return
        try:
            say({"case": number, "value": probes.plain(value)})
        except (TypeError, ValueError, RecursionError):
            say({"trouble": "not-numbers", "type": type(value).__name__})
            return
        number += 1
    say({"end": number})


def work(request, answers):
    """One task, from its locks to its end.  Never returns, and leaves nothing for an exit handler to do."""
    hello = sys.modules["isolation"].hello

    def say(line):
        data = json.dumps(line).encode() + b"\n"
        while data:
            data = data[os.write(answers, data):]
    try:
        asked = json.loads(read_whole(request))
        sys.modules["isolation"].lock(hello["locks"], hello["limits"])
        answer(asked, say)
    except BaseException as error:       # of our own, or a file that is full: what is there is read, the rest is "died"
        os.write(2, f"{type(error).__name__}: {error}\n".encode(errors="replace")[:500])
        os._exit(70)
    os._exit(0)


def read_whole(number):
    with os.fdopen(number, "rb") as file:
        return file.read()


def prepare(hello):
    """Loads NumPy, puts on the locks that all tasks share, and unpacks the code that they do."""
    isolation = module_from("isolation", hello["isolation"])
    sys.path[:0] = hello["path"]
    import ctypes
    import numpy
    import numpy.linalg
    import numpy.random
    del sys.path[:len(hello["path"])]
    if "limits" in hello["locks"] and os.name == "posix":
        hello["limits"]["taken"] = isolation.address_space()
    hello["locks"] = isolation.enter(hello["locks"], hello["shown"], hello["hidden"], hello["within"])
    hello["compiled"] = marshal.loads(base64.b64decode(hello["compiled"]))
    isolation.hello = hello


def serve():
    """Forks a process for each request that comes over the socket, one after the other, and says how each ended."""
    import socket
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    _, (hello,), _, _ = socket.recv_fds(control, 1, 1)
    prepare(json.loads(read_whole(hello)))
    control.sendall(b'"ready"\n')
    while True:
        message, files, _, _ = socket.recv_fds(control, 1, 3)
        if not message:
            return
        child = os.fork()
        if child == 0:
            request, answers, output = files
            control.close()
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.close(output)
            work(request, answers)
        for number in files:
            os.close(number)
        _, status, usage = os.wait4(child, 0)
        ended = {"code": os.waitstatus_to_exitcode(status), "seconds": usage.ru_utime + usage.ru_stime}
        control.sendall(json.dumps(ended).encode() + b"\n")


def single():
    """One task in a process of its own: request on standard input (after a line that holds hello), answers on standard output."""
    with os.fdopen(os.dup(0), "rb") as file:
        hello = file.readline()
    os.lseek(0, len(hello), os.SEEK_SET)
    prepare(json.loads(hello))
    request, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    work(request, answers)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else single()
