"""Which tests run which statements, and a process for each mutant, in which they run until one of them fails.

The tests are those that pytest collects, run by pytest's own runner, under their ordinary names.  This process imports and
collects everything, and then forks: a child puts its mutant in, runs tests until one fails, says which, and is gone, so no
mutant can touch another.  A mutant that makes a test run forever, or crashes Python, is killed too, and it is said how.
(JAX starts threads when it first computes, and a process with threads cannot be forked safely.  So this process never
computes with JAX: only its children do.)
"""
import ast
import gc
import json
import os
import resource
import selectors
import signal
import sys
import time
import traceback
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import accumulate

import pytest
from _pytest.runner import runtestprotocol

from .install import FailsAtImport, Installer
from .probes import add_probes

PATIENCE = 5.0                           # seconds of the processor that a test may take beyond ten times what it takes without mutant
ENDURANCE = 6.0                          # seconds of tests after which a mutant has survived, even if more tests run its line
OF_EQUIVALENTS = 2.0                     # the same for a mutant that is said to be equivalent
NOTES = "_notes_of_the_mutation_gate"
MEMORY = 16 << 30                        # bytes that a child may take


@dataclass
class Result:
    mutant: object
    killer: str | None                   # the name of the test that noticed it, as pytest has it
    how: str                             # "failed", "never ended", "crashed", "at import"; "" for a survivor
    tried: int                           # tests that ran
    covering: int                        # tests that run the changed line


class Killers:
    """A plugin of pytest that runs the collected tests in its own way.

    tell  called with each Result
    """

    def __init__(self, sources, mutants, equivalent, processes, tell):
        self.sources, self.mutants, self.equivalent, self.processes, self.tell = sources, mutants, equivalent, processes, tell
        self.broken = []                 # (test that fails without any mutant, why)
        self.seconds = 0.0               # that the run without mutant took

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.testsfailed:          # while they were collected: pytest says so
            return None
        self.items = session.items
        installer = Installer(self.sources)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                # of JAX and Python about forking, see above
            start = time.perf_counter()
            gc.collect()
            gc.freeze()                  # so that no child has garbage to look for in what it shares with this process
            self.run_without_mutant(installer)
            self.seconds = time.perf_counter() - start
            gc.collect()
            gc.freeze()
            if not self.broken:
                self.run_with_mutants(installer)
        return True

    # ---- Without mutant: which test runs which statements, and how long it takes.

    def run_without_mutant(self, installer):
        def run(numbers, write):
            notes = {}                   # {number of a source: (its notes, where each was taken)}
            for k, source in enumerate(self.sources):
                module, tree = sys.modules[source.module], ast.parse(source.data)
                places = add_probes(tree, NOTES)
                notes[k] = setattr(module, NOTES, bytearray(len(places))) or getattr(module, NOTES), places
                installer.exchange_code(module, tree)
            for i, following in zip(numbers, [*numbers[1:], None]):
                start = time.process_time()
                reports = self.run_test(i, following)
                seconds = time.process_time() - start
                complaints = [str(report.longrepr) for report in reports if report.failed]
                passed = [(k, *place) for k, (taken, places) in notes.items() for place, note in zip(places, taken) if note]
                write(json.dumps([i, seconds, complaints, passed]))
                for taken, places in notes.values():
                    taken[:] = bytes(len(places))

        self.cost, self.tests = {}, defaultdict(int)       # {test: seconds}, {(source, place): tests, the bit 1 << i for number i}
        numbers = list(range(len(self.items)))
        tasks = [(k, lambda write, k=k: run(numbers[k::self.processes], write)) for k in range(self.processes)]
        for k, status, lines in in_children(tasks, self.processes):
            if status:
                self.broken.append((f"process {k} of the run without mutant", f"it ended with status {status}: {lines[-1:]}"))
                continue
            for i, seconds, complaints, passed in map(json.loads, lines):
                self.cost[i] = seconds
                if complaints:
                    self.broken.append((self.items[i].nodeid, "\n".join(complaints)))
                for source, *place in passed:
                    self.tests[source, tuple(place)] |= 1 << i

    def run_test(self, i, following=None):
        return runtestprotocol(self.items[i], log=False, nextitem=None if following is None else self.items[following])

    # ---- With mutants

    def run_with_mutants(self, installer):
        self.kills = defaultdict(Counter)                  # {unit: {number of a test: mutants it killed}}
        self.record = defaultdict(lambda: [1.0, 20.0])     # {test function: kills, runs}, to begin with one kill in 20
        for (mutant, order, covering), status, lines in in_children(self.tasks(installer), self.processes):
            end = lines.pop() if lines and not lines[-1].isdigit() else None
            if status and not os.WIFSIGNALED(status):
                raise RuntimeError(f"mutant {mutant.diff} of {mutant.unit}: {end}")
            tried = list(map(int, lines))
            for i in tried:
                self.record[base_name(self.items[i])][1] += 1
            if end == "at import":
                self.tell(Result(mutant, "pytest, when it collects the tests", end, 0, covering))
                continue
            if end == "survived":
                self.tell(Result(mutant, None, "", len(tried), covering))
                continue
            killer = tried[-1]
            self.record[base_name(self.items[killer])][0] += 1
            self.kills[mutant.source.module, mutant.unit][killer] += 1
            how = "failed" if not status else "never ended" if os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM) else "crashed"
            self.tell(Result(mutant, self.items[killer].nodeid, how, len(tried), covering))

    def tasks(self, installer):
        """For each mutant what its child is to do; made only when its turn comes, from what is known by then."""
        for mutant in self.mutants:
            order, covering = self.order(mutant)
            if not order:
                self.tell(Result(mutant, None, "", 0, 0))
                continue

            def run(write, mutant=mutant, order=order):
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                try:
                    installer.install(mutant)
                except FailsAtImport:
                    return write("at import")
                for i, following in zip(order, [*order[1:], None]):
                    write(str(i))
                    signal.setitimer(signal.ITIMER_PROF, PATIENCE + 10 * self.cost[i])            # seconds of the processor
                    signal.setitimer(signal.ITIMER_REAL, 60 + 10 * self.cost[i])                  # and of the clock: it may just wait
                    try:
                        failed = any(report.failed for report in self.run_test(i, following))
                    except BaseException:                  # which pytest does not take for a failure
                        failed = True
                    if failed:
                        return write("killed")
                write("survived")
            yield (mutant, order, covering), run

    def order(self, mutant):
        """(the tests in which to run a mutant, the likely and cheap ones first; how many there are that run its line)."""
        source, (first, last) = self.sources.index(mutant.source), mutant.needed
        covering = 0
        for (k, place), tests in self.tests.items():
            if k == source and first <= place <= last:
                covering |= tests
        covering = [i for i, bit in enumerate(reversed(f"{covering:b}")) if bit == "1"]
        kills = self.kills[mutant.source.module, mutant.unit]

        def seconds_per_kill(i):
            mine, runs = self.record[base_name(self.items[i])]
            seconds = self.cost[i] + (0.005 if self.cost[i] < 0.1 else 0.3)        # in a child JAX has to start first
            return seconds / (mine / runs + kills[i])
        # What a few tests of one function did not notice, more of them are unlikely to: so the functions take turns.
        seconds, turn, turns = {i: seconds_per_kill(i) for i in covering}, Counter(), {}
        for i in sorted(covering, key=seconds.get):
            turns[i] = turn[base_name(self.items[i])] = turn[base_name(self.items[i])] + 1
        order = sorted(covering, key=lambda i: seconds[i] * turns[i])
        endurance = OF_EQUIVALENTS if mutant in self.equivalent else ENDURANCE
        return [i for i, seconds in zip(order, accumulate(self.cost[i] for i in order)) if seconds < endurance or i == order[0]], len(order)


def base_name(item):
    """A test without the parameters in its name."""
    return item.nodeid.partition("[")[0]


def in_children(tasks, processes):
    """Run tasks, pairs (key, function), each in a process of its own; yields (key, exit status, lines it wrote) as they end.

    A function is called with a function that writes a line.
    """
    tasks, running = iter(tasks), selectors.DefaultSelector()
    try:
        while True:
            while len(running.get_map()) < processes and (task := next(tasks, None)):
                key, function = task
                pid, pipe = fork(function)
                running.register(pipe, selectors.EVENT_READ, (key, pid, []))
            if not running.get_map():
                return
            for ready, _ in running.select():
                key, pid, chunks = ready.data
                chunk = os.read(ready.fd, 1 << 16)
                chunks.append(chunk)
                if not chunk:
                    running.unregister(ready.fd)
                    os.close(ready.fd)
                    yield key, os.waitpid(pid, 0)[1], b"".join(chunks).decode().splitlines()
    finally:
        for ready in list(running.get_map().values()):
            os.kill(ready.data[1], signal.SIGKILL)


def fork(function):
    """(the process, a pipe from it): a child that calls function and ends, without whatever else this process would do at its end."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return pid, ours
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        out = open(theirs, "w", buffering=1)
        function(lambda line: out.write(line + "\n"))
        status = 0
    except BaseException:
        out.write(repr(traceback.format_exc()) + "\n")
    finally:
        os._exit(status)
