"""Whether a student's package can be imported as it is on the disk, and which line is to blame if not.

`check` does not need it: it looks at texts, and runs functions in the package as it was handed out.  But the student does.  An
import may do anything, so it happens in a process of its own, which runs this file as a program.
"""
import json
import subprocess
import sys
import traceback
from pathlib import Path

__all__ = ["broken"]

SECONDS = 15
START = {"file": "minigrad/__init__.py", "line": 1}        # to blame where nothing else is


def broken(folder, files):
    """{"type", "message", "file", "line"} of the error in which `import minigrad` ends in a student's folder; None if it works.

    files   {path: source} of the package as it was handed out: where nothing was changed, nothing is tried
    """
    package = Path(folder, "minigrad")
    if not any(is_changed(package / path, source) for path, source in files.items()):
        return None
    try:
        ran = subprocess.run([sys.executable, "-P", __file__, str(folder)], capture_output=True, timeout=SECONDS, cwd=folder)
        return json.loads(ran.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"type": "TimeoutError", "message": f"{SECONDS} s", **START}
    except (IndexError, ValueError):     # the process was ended, as by os._exit
        return {"type": "exit", "message": str(ran.returncode), **START}


def is_changed(path, source):
    """Whether a file is no longer as it was handed out."""
    try:
        return path.read_text(encoding="utf-8") != source
    except (OSError, UnicodeDecodeError):
        return True


def tried(folder):
    """What `broken` says, found out in this process."""
    sys.path.insert(0, folder)
    try:
        import minigrad                  # noqa: F401
    except BaseException as error:       # SystemExit too
        places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
        if isinstance(error, SyntaxError):
            places.append((error.filename or "", error.lineno or 1))
        ours = [{"file": Path(file).relative_to(folder).as_posix(), "line": line} for file, line in places
                if Path(folder, "minigrad") in Path(file).parents]
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return {"type": type(error).__name__, "message": message, **(ours or [START])[-1]}


if __name__ == "__main__":
    found = tried(sys.argv[1])           # which may print something first
    print("\n" + json.dumps(found))
