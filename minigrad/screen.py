"""What the command shows: lines that nobody wraps or cuts; colours and a progress bar where there is a terminal."""
import os
import sys
from contextlib import contextmanager
from itertools import count
from textwrap import indent

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

WITNESSES = "numerical", "complex_step", "jax_vjp", "second_order"


class Screen(Console):
    """Standard output, with a method for each part of the report."""

    def __init__(self, say, quiet=False):
        self.say = say
        bare = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))             # then no escape code at all
        super().__init__(force_terminal=not bare, color_system=None if bare else "auto", quiet=quiet)

    def on_broken_pipe(self):
        raise                            # the BrokenPipeError, which main() expects

    def show_line(self, text="", style="", end_style=""):
        """Print one line as it is, however long, the last word in a style of its own."""
        text = Text(text.rstrip(), style)
        text.stylize(end_style, text.plain.rfind(" ") + 1)
        self.print(text, soft_wrap=True)                   # without soft_wrap, rich wraps or cuts at the edge

    def show_sentence(self, text, style=""):
        """Print a sentence, which on a terminal is wrapped between words."""
        self.print(Text(text, style), soft_wrap=not sys.stdout.isatty())

    def show_versions(self, versions):
        shown = {**versions, "minigrad": versions["minigrad"] or self.say("source"), "JAX": versions["JAX"] or self.say("missing")}
        for line in aligned(shown.items()):
            self.show_line(line)

    def show_notebook(self, entries):
        for entry in entries:
            self.show_line()
            self.show_line(self.say("at", **entry), "bold")
            derivatives = [(self.say(way), repr(derivative)) for way, derivative in entry["derivatives"].items()]
            differences = [repr(difference) for difference in entry["differences"].values()]
            differences[-1] = ""                           # that from itself
            head = self.say("difference", name=derivatives[-1][0])
            beside = aligned([("", "dy/dx", head), *[(*row, difference) for row, difference in zip(derivatives, differences)]])
            if len(derivatives) == 1:
                lines = aligned(derivatives)
            elif max(map(cell_len, beside)) <= self.width:
                lines = beside
            else:
                names = [name for name, _ in derivatives[:-1]]
                lines = [*aligned(derivatives), head, *aligned(zip(names, differences))]
            for line in lines:
                self.show_line(line)
            if not entry["agrees"]:
                self.show_line(self.say("differs"), "bold red")

    def show_head(self, table, bounds, with_jax):
        """What the rows are, and how wide their columns."""
        self.show_line()
        if not with_jax:
            self.show_sentence(self.say("no_jax"), "yellow")
            self.show_line("    pip install jax")
            self.show_line()
        self.show_sentence(self.say("table"), "bold")
        heads = [self.say(witness) for witness in WITNESSES]
        self.name_width = max(map(cell_len, [*table, self.say("function"), self.say("bounds")]))
        self.samples_width = cell_len(self.say("samples"))
        self.error_widths = [max(cell_len("2.2e-16"), cell_len(head)) for head in heads]
        verdict_width = max(cell_len(self.say(word)) for word in ("verdict", "agrees", "differs"))
        widths = [self.name_width, self.samples_width, *self.error_widths, verdict_width]
        self.wide = sum(widths) + 2 * (len(widths) - 1) <= self.width
        self.show_cells(self.say("function"), self.say("samples"), heads, self.say("verdict"))
        self.show_cells(self.say("bounds"), "", [f"{bounds[witness]:.0e}" for witness in WITNESSES], "")

    def show_row(self, row):
        errors = [in_short(row["errors"][witness]) for witness in WITNESSES]
        verdict, style = ("agrees", "green") if row["agrees"] else ("differs", "bold red")
        self.show_cells(row["name"], str(row["samples"]), errors, self.say(verdict), style)
        for failure in row["failures"]:
            self.show_line(indent(failure, "    "))

    def show_cells(self, name, samples, errors, verdict, style=""):
        """A row in one line or, where the terminal is too narrow for it, in two."""
        name, samples = left(name, self.name_width), right(samples, self.samples_width)
        errors = [right(error, width) for error, width in zip(errors, self.error_widths)]
        if self.wide:
            self.show_line("  ".join([name, samples, *errors, verdict]), end_style=style)
        else:
            self.show_line("  ".join([name, samples, verdict]), end_style=style)
            self.show_line(" ".join(errors))

    @contextmanager
    def progress(self, total):
        """On a terminal a bar at the bottom while the rows pass above it; call what it gives with the name of each row begun."""
        if self.quiet or not self.is_interactive:
            yield lambda name: None
            return
        done = count()
        with Progress(BarColumn(16), MofNCompleteColumn(), TextColumn("{task.description}"), console=self, transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda name: bar.update(task, description=name, completed=next(done))

    def show_end(self, rows, seconds):
        differing = [row["name"] for row in rows if not row["agrees"]]
        style = "bold red" if differing else "bold green"
        self.show_line()
        self.show_sentence(self.say("end", n=len(rows), agreeing=len(rows) - len(differing), seconds=seconds), style)
        if differing:
            self.show_sentence(self.say("differing", names=", ".join(differing)), style)


def left(text, width):
    """text at the left of width cells; a Korean syllable takes two."""
    return text + " " * (width - cell_len(text))


def right(text, width):
    return " " * (width - cell_len(text)) + text


def aligned(rows):
    """Each row as a line, with every column as wide as its widest cell."""
    rows = list(rows)
    widths = [max(map(cell_len, column)) for column in zip(*rows)]
    return ["  ".join(map(left, row, widths)).rstrip() for row in rows]


def in_short(error):
    """An error as 2.2e-16; - where the witness does not apply."""
    if error is None:
        return "-"
    return f"{float(error):.1e}" if error else "0"             # float("nan") is what --json writes as "nan"
