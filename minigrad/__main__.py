"""The command minigrad, or python -m minigrad: it says what is missing, or hands over to command.py."""
import os
import sys
from _thread import interrupt_main
from threading import Timer

from .words import choose, speaker


def interrupt_again(lost):
    """What Python calls for an exception that it has to ignore: an interrupt (Ctrl-C) is sent once more a moment later.

    It is lost where C code calls back, as the garbage collector calls JAX, and the command would just go on.
    """
    if lost.exc_type is KeyboardInterrupt:
        Timer(0.05, interrupt_main).start()
    else:
        sys.__unraisablehook__(lost)


def main():
    """Run the command; returns its exit status."""
    sys.unraisablehook = interrupt_again
    for stream in sys.stdout, sys.stderr:
        stream.reconfigure(errors="backslashreplace")      # what the encoding lacks is shown as \u2264, and nothing stops
    language, lacking = choose(sys.argv, os.environ, sys.stdout.encoding)
    say = speaker(language)
    try:
        from .command import run
        if lacking:
            print(say("no_hangul", encoding=sys.stdout.encoding), file=sys.stderr)
        return run(say, sys.argv[1:])
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("click", "rich"):
            raise
        print(say("no_cli") + 'pip install "minigrad-edu[cli]"', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(say("interrupted"), file=sys.stderr)
        return 130
    except BrokenPipeError:              # whoever read the output has seen enough, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())       # for Python's own last flush
        return 141


if __name__ == "__main__":
    sys.exit(main())
