"""How pytest runs all tests, and what it prints at its end: the proof, and what was left out of it."""
import os

import pytest

from ending import left_out, proof


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Share all tests among the cores, where pytest-xdist is there; a file or a test that is asked for by name runs at once."""
    of_one_worker = "PYTEST_XDIST_WORKER" in os.environ    # a worker that had workers of its own would never end
    every_test = config.args_source is config.ArgsSource.TESTPATHS
    if every_test and not of_one_worker and getattr(config.option, "numprocesses", 0) is None and not config.option.usepdb:
        config.option.numprocesses, config.option.dist = min(4, os.cpu_count()), "loadgroup"


def pytest_terminal_summary(terminalreporter):
    proved = dict(value for reports in terminalreporter.stats.values() for report in reports
                  for key, value in getattr(report, "user_properties", ()) if key == "proof")
    if proved:
        terminalreporter.section("the largest error of each gradient against each witness")
    for line in [*proof(proved, terminalreporter._tw.fullwidth), *left_out(terminalreporter.stats, terminalreporter.config.option.markexpr)]:
        terminalreporter.line(line)
