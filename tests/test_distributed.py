"""Our backward pass on many devices: as on one, with sums over all devices that XLA put in, and no process left behind."""
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from test_examples import ENVIRONMENT, EXAMPLES, close, run

pytest.importorskip("jax", reason="this is about JAX on many devices: pip install jax")
pytest.importorskip("click", reason="the example needs click: pip install click")
pytest.importorskip("rich", reason="the example needs rich: pip install rich")

LIMIT = 60                               # seconds, for two processes to start, train and end
PATIENCE = 4 * LIMIT                     # for what is not about time: a machine may be busy
STEPS = 3


@pytest.fixture(scope="module")
def losses_on_numpy():
    return run("transformer.py", "--steps", str(STEPS))[0]


@pytest.fixture
def started(tmp_path):
    """Function that starts the example and returns it with two functions: what it printed so far, and on stderr."""
    running = []

    def start(*options):
        out, err = tmp_path / "out", tmp_path / "err"
        with open(out, "w") as o, open(err, "w") as e:
            process = subprocess.Popen([sys.executable, EXAMPLES / "sharded.py", *options], env={**ENVIRONMENT, "XLA_FLAGS": ""},
                                       stdin=subprocess.DEVNULL, stdout=o, stderr=e)
        running.append((process, err))
        return process, lambda: out.read_text(encoding="utf-8"), lambda: err.read_text(encoding="utf-8")
    yield start
    for process, err in running:
        process.kill()
        process.wait()
        for pid in ids(err.read_text(encoding="utf-8")):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


def ids(shown):
    return [int(pid) for pid in re.findall(r"^process \d of \d has the id (\d+)$", shown, re.MULTILINE)]


def alive(pid):
    """Whether that process runs; one that ended, and that nobody has asked about yet (a zombie), does not."""
    asked = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return asked.stdout.strip()[:1] not in ("", "Z")


def wait_for(condition, seconds):
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def check(printed, losses_on_numpy):
    assert float(re.search(r"relative difference to NumPy's (\S+)", printed)[1]) < 1e-6
    traced, compiled = map(int, re.search(r"all-reduces: (\d+) as traced, (\d+) as compiled", printed).groups())
    assert traced == 0 and compiled > 0
    losses = {int(i): float(value) for i, value in re.findall(r"^step +(\d+)  loss (\S+)$", printed, re.MULTILINE)}
    assert close(losses, losses_on_numpy)


def test_on_8_devices_in_one_process_as_on_one_device(losses_on_numpy, started):
    process, printed, shown = started("--steps", str(STEPS))
    assert process.wait(timeout=PATIENCE) == 0, shown()
    check(printed(), losses_on_numpy)


two_processes = pytest.mark.skipif(os.name == "nt", reason="whether a process is alive is asked of ps, which Windows has not")


@two_processes
def test_on_two_processes_as_on_one_device_and_both_end(losses_on_numpy, started):
    process, printed, shown = started("--steps", str(STEPS), "--processes", "2")
    assert process.wait(timeout=LIMIT) == 0, shown()
    check(printed(), losses_on_numpy)
    assert len(ids(shown())) == 2 and not any(map(alive, ids(shown())))


@two_processes
@pytest.mark.parametrize("victim", ["process 0", "process 1", "the one that started them"])
def test_when_one_is_killed_half_way_the_others_end(victim, started):
    process, printed, shown = started("--steps", "1000000", "--processes", "2")
    assert wait_for(lambda: "step   2" in printed() or process.poll() is not None, PATIENCE) and process.poll() is None, shown()
    both = ids(shown())
    assert all(map(alive, both))
    os.kill({"process 0": both[0], "process 1": both[1]}.get(victim, process.pid), signal.SIGKILL)
    end = time.monotonic() + LIMIT / 2
    assert process.wait(timeout=LIMIT / 2) != 0
    assert wait_for(lambda: not any(map(alive, both)), end - time.monotonic()), "left behind"
