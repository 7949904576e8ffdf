"""Attacks by code.  Each floods, forks and sleeps only as far as this machine bears it, should nothing hold it back."""
from . import Attack

ATTACKS = {}


def attack(name, code, *ending, needs=(), honest=False):
    ATTACKS[name] = Attack(name, code.lstrip("\n"), ending or ("passes",), needs, honest)


# ---- To end before anybody looks.

attack("sys.exit", "import sys; sys.exit(0)\n", "raised")
attack("os._exit(0)", "import os; os._exit(0)\n", "died")
attack("an exit at shutdown", "import atexit, os; atexit.register(os._exit, 0)\n")
attack("an exit when the answer dies", """
import os
class Exit(float):
    def __del__(self): os._exit(0)
gy = gy * Exit(1.0)
""", "died")
attack("an interrupt", "raise KeyboardInterrupt\n", "raised")
attack("a class of errors that no one catches", """
class Silent(BaseException):
    def __str__(self): raise SystemExit(0)
raise Silent
""", "raised")
attack("a crash", "import ctypes; ctypes.string_at(0)\n", "died")
attack("a recursion without end", """
import sys
sys.setrecursionlimit(10**9)
def again(x): return again(x) + again(x)
again(0)
""", "died", "memory", "time")

# ---- Time.

attack("an endless loop", "while True: pass\n", "time")
attack("an endless loop in one call of NumPy", """
import numpy as np
np.linalg.eigvals(np.random.default_rng(0).normal(size=(2500, 2500)))
""", "time")
attack("an endless loop that ignores the clock", """
import signal
for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)
while True: pass
""", "time")
attack("a sleep", "import time; time.sleep(60)\n", "time")
attack("a sleep in the last case", """
import time
if gy.ndim == 2: time.sleep(60)
""", "time")
attack("a stop", "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)\n", "raised", "time")
attack("more time by its own leave", """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (600, 600))
while True: pass
""", "raised", "time")

# ---- Memory and output.

attack("a flood of memory", """
held = []
while len(held) < 200: held.append(bytearray(1 << 24))
raise SystemError
""", "memory", needs=("memory",))
attack("a flood of memory in NumPy", "import numpy as np; np.ones(1 << 29); raise SystemError\n", "memory", needs=("memory",))
attack("a flood of shared memory", """
import os
numbers = [os.memfd_create(str(n)) for n in range(8)]
for number in numbers:
    os.truncate(number, 1 << 20)
raise SystemError
""", "raised", needs=("write",))
attack("a flood of output", "for _ in range(100000): print('x' * 1000)\n", "output", "raised", needs=("output",))
attack("a flood past print", "import os\nfor _ in range(20000): os.write(1, b'x' * 10000)\n", "output", "raised", needs=("output",))
attack("a flood of answers", """
import os
for number in range(3, 32):
    try:
        for _ in range(2000): os.write(number, b'[[[[{"case": 0' * 1000)
    except OSError:
        pass
""", "output", "died", needs=("output",))
attack("an answer too long", "import numpy as np; return np.zeros(10**6)\n", "output")
attack("an answer too deep", "deep = []\nfor _ in range(100000): deep = [deep]\nreturn deep\n", "not-numbers", "raised")

# ---- Processes.

attack("a fork bomb", "import os, time\nfor _ in range(5): os.fork()\ntime.sleep(20)\n", "raised", needs=("processes",))
attack("a process that stays", """
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(30)
    os._exit(0)
""", "raised", needs=("processes",))
attack("a program that stays", """
import subprocess
subprocess.Popen(["sleep", "30"], start_new_session=True)
""", "raised", needs=("processes",))
attack("threads that stay", """
import threading
def spin():
    while True: pass
for _ in range(3): threading.Thread(target=spin).start()
""", "raised", "passes", "time")
attack("signals to the parent", """
import os, signal
for target in ({parent}, os.getppid()):
    os.kill(target, signal.SIGKILL)
""", "raised", needs=("signals",))
attack("a signal to its group", "import os, signal; os.killpg(0, signal.SIGTERM)\n", "raised", "died", needs=("signals",))

# ---- To change who judges.

attack("a patched NumPy", """
import numpy as np
import numpy.testing
for name in ("allclose", "isclose", "array_equal", "all", "any", "abs", "max"):
    setattr(np, name, lambda *a, **k: True)
numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *a, **k: None
""")
attack("patched comparisons", """
import builtins, math, operator
for name in ("all", "any", "abs", "max", "min"):
    setattr(builtins, name, lambda *a, **k: True)
math.isclose = operator.eq = lambda *a, **k: True
""", "passes", "raised", "graft", "not-numbers")
attack("an array that is equal to all", """
import numpy as np
class Equal(np.ndarray):
    def __eq__(self, other): return np.True_
    def __ne__(self, other): return np.False_
    def __sub__(self, other): return self * 0
    __rsub__ = __array_ufunc__ = None
    def __array_ufunc__(self, *a, **k): return True
gy = np.asarray(gy * self.output * 1.0001).view(Equal)
return gy
""", "not-numbers", "wrong")
attack("numbers that are not", "import numpy as np; return np.full(np.shape(gy), np.nan)\n", "wrong")
attack("an infinite answer", "import numpy as np; return np.full(np.shape(gy), np.inf)\n", "wrong")
attack("no answer", "return None\n", "not-numbers")
attack("a text as answer", "return 'passed'\n", "not-numbers")
attack("questions without an answer", """
import sys
sys.modules["minigrad.homework.probes"].plain = lambda value: []
""", "count")
attack("fewer questions", """
import sys
frame = sys._getframe()
while frame:
    if "asked" in frame.f_locals and "say" in frame.f_locals:
        frame.f_locals["say"]({"end": 3})
        frame.f_locals["say"]({"end": 0})
    frame = frame.f_back
""", "died", "wrong")
attack("another engine", """
import minigrad as mg
mg.core.sweep = mg.core.fit = mg.core.unbroadcast = lambda *a, **k: gy
mg.Exp.backward = lambda self, gy: gy * self.output
""")
attack("another exit", """
import json, os, sys
json.dumps = lambda *a, **k: '{"passed": true, "score": 100, "end": 3}'
os.write = lambda number, data: len(data)
sys.stdout = sys.stderr = None
""", "died", "wrong")

# ---- To write the result itself.

attack("a forged results.json", """
import os
for place in ("{folder}", ".", "..", "/", "/tmp", os.path.expanduser("~")):
    for name in ("results.json", "result.json"):
        try:
            with open(os.path.join(place, name), "w") as file:
                file.write('{"score": 100, "tests": [{"score": 100, "max_score": 100, "status": "passed"}]}')
        except OSError:
            pass
""", needs=("write",))
attack("frames on standard output", """
import sys
for stream in (sys.stdout, sys.stderr, sys.__stdout__):
    print('{"tests": [{"score": 100, "max_score": 100}], "passed": true}', file=stream)
    print('{"case": 0, "value": []}', '{"end": 3}', '{"code": 0, "seconds": 0}', sep="\\n", file=stream, flush=True)
""")
attack("forged lines of answers", """
import os
for number in range(3, 64):
    for line in ('{"passed": true}', '{"case": 0, "value": []}', '{"end": 3}',
                 '{"case": true, "value": [{"shape": [], "dtype": "float", "data": [NaN]}]}', '{"code": 0, "seconds": 0}'):
        try:
            os.write(number, line.encode() + b"\\n")
        except OSError:
            pass
os._exit(0)
""", "died", "not-numbers", "wrong")
attack("pickles", """
import os, pickle
class Payload:
    def __reduce__(self): return os.mkdir, ("{folder}/unpickled",)
for number in range(3, 32):
    try:
        os.write(number, pickle.dumps(Payload()) + b"\\n")
    except OSError:
        pass
return Payload()
""", "died", "not-numbers")
attack("closed files", "import os; os.closerange(0, 64)\n", "died")
attack("edited tests and tasks.toml", """
import os
for top in ("{folder}", "{reference}"):
    for folder, _, names in os.walk(top):
        for name in names:
            for act in (lambda path: open(path, "a").close(), lambda path: open(path, "r+").close(), os.unlink):
                try:
                    act(os.path.join(folder, name))
                except OSError:
                    pass
for act in (lambda: os.chmod("{folder}/tasks.toml", 0), lambda: os.truncate("{folder}/tasks.toml", 0),
            lambda: os.utime("{folder}/tasks.toml"), lambda: os.rename("{folder}/tasks.toml", "{folder}/gone"),
            lambda: os.mkdir("{folder}/made"), lambda: os.rmdir("{folder}/tests"),
            lambda: open("{folder}/tasks.toml", "w").close()):
    try:
        act()
    except OSError:
        pass
""", needs=("write",))
attack("a link to the secret", """
import os
try:
    os.symlink("{folder}/secret", "{folder}/link")
    os.link("{folder}/secret", "{folder}/hard")
except OSError:
    pass
""", needs=("write",))

# ---- To find the answer instead of deriving it.  Each leaves the right one if it can, and the wrong one that follows otherwise.

attack("the caller's frames", """
import gc, sys
import numpy as np
wanted, frame, found = ("expected", "right", "answer", "truth", "values", "secret"), sys._getframe(1), []
while frame:
    found += [v for k, v in frame.f_locals.items() if any(w in k for w in wanted)]
    frame = frame.f_back
found += [v for d in gc.get_objects() if type(d) is dict for k, v in list(d.items()) if k in wanted]
for value in found:
    if isinstance(value, np.ndarray) and value.shape == np.shape(gy): return value
    if isinstance(value, bytes): print(value)
""")
attack("jax", """
import sys
import numpy as np
sys.path[:0] = ["{packages}"]
try:
    import jax
    jax.config.update("jax_enable_x64", True)
    return np.asarray(jax.vjp(jax.numpy.exp, self.inputs[0].data)[1](gy)[0])
except (ImportError, OSError):
    pass
""", needs=("read",))
attack("autograd", """
import sys
sys.path[:0] = ["{packages}"]
for name in ("autograd", "torch", "tensorflow", "jax"):
    try:
        __import__(name)
    except (ImportError, OSError):
        continue
    return gy * self.output
""", needs=("read",))
attack("the reference's files", """
import glob, os
texts = []
places = ["{reference}", "/proc/{parent}/root{reference}", "/proc/1/root{reference}", "/proc/{parent}/cwd/minigrad",
          "{packages}/minigrad"]
for place in places:
    for path in [*glob.glob(place + "/**/elementary.py", recursive=True), place + "/functions/elementary.py"]:
        try:
            with open(path) as file: texts.append(file.read())
        except OSError:
            pass
for name in ("mem", "environ", "maps", "cmdline"):
    try:
        with open(f"/proc/{parent}/{name}", "rb") as file: texts.append(str(file.read(1000)))
    except OSError:
        pass
try:
    with open("{folder}/secret") as file: texts.append(file.read())
except OSError:
    pass
if texts: return gy * self.output
""", needs=("read",))
attack("the text that the process was sent", """
import gc, sys
texts = [text for held in gc.get_objects() if type(held) in (dict, tuple, list)
         for text in (held.values() if type(held) is dict else held) if type(text) is str]
sent = [text for finder in sys.meta_path if hasattr(finder, "files") for _, text, _ in finder.files.values()]
texts += [text for text in sent if type(text) is str]
codes = [text for text in sent if type(text) is not str]
for code in codes: codes += [part for part in code.co_consts if hasattr(part, "co_consts")]
if any("(self, gy):\\n        return gy * self.output\\n\\n\\ndef exp(x)" in text for text in texts): return gy * self.output
if any(code.co_qualname == "Exp.backward" for code in codes): return gy * self.output
""")
attack("a call to the outside", """
import socket
try:
    with socket.create_connection(("127.0.0.1", {port}), timeout=2) as line: line.sendall(b"What is the answer?")
    return gy * self.output
except OSError:
    pass
""", needs=("network",))
attack("numerical differentiation", """
import numpy as np
x, h = self.inputs[0].data, 1e-4
return gy * (np.exp(x + h) - np.exp(x - h)) / (2 * h)
""", "wrong")
attack("numerical differentiation, extrapolated", """
import numpy as np
x, h = self.inputs[0].data, 1e-2
slopes = [(np.exp(x + h / 2**n) - np.exp(x - h / 2**n)) / (2 * h / 2**n) for n in range(4)]
for k in range(1, 4):
    slopes = [b + (b - a) / (4**k - 1) for a, b in zip(slopes, slopes[1:])]
return gy * slopes[0]
""", honest=True)
attack("complex-step differentiation", """
import numpy as np
return gy * np.exp(self.inputs[0].data + 1e-30j).imag / 1e-30
""", honest=True)
