"""What a process that runs a student's code gives up, and by which means.

Four locks, each the system's own, the first two of which do the same work and exclude each other:

    bubblewrap   namespaces, made by the program bwrap from outside: no file of this machine but Python and NumPy, all of them
                 read-only, no network, no process but its own
    landlock     the same for files, for the network (TCP) and for signals, asked for from inside; Linux 5.13 and later
    seccomp      the system calls that a computation never needs are refused: processes, sockets, signals, writing files
    limits       resource limits: address space, processor time, open files, size of files, processes

`LEVELS` names the sets of them that are tried in turn.  What really is in force is not believed but measured: a process that has
been locked in tries each forbidden act (`attempt`), and `Means` says which were refused.  None of this is a jail: a fault
in the kernel opens them all.

This file is used on both sides: the parent imports it, and the process inside, which sees no file of ours, is sent its text.
"""
import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import which

LEVELS = {
    "bubblewrap": ("bubblewrap", "seccomp", "limits"),
    "landlock": ("landlock", "seccomp", "limits"),
    "limits": ("seccomp", "limits"),
    "none": (),
}
PROTECTIONS = ("read", "write", "network", "processes", "signals", "memory", "open files", "output")


class NotHere(Exception):
    """A level of isolation does not work on this machine, and why."""


@dataclass(frozen=True)
class Limits:
    """What a student's code may use.  Time is in seconds, sizes in bytes."""
    task: float = 3                      # processor time of one task
    wait: float = 10                     # time of one task by the clock, for code that sleeps
    submission: float = 60               # time of all tasks together by the clock; what has been answered by then counts
    memory: int = 512 << 20              # beyond what Python and NumPy take
    files: int = 32                      # open at once
    output: int = 1 << 20                # of what is printed, and of what is answered


@dataclass(frozen=True)
class Means:
    """Which locks were put on, and which of PROTECTIONS were then seen to hold.  (The limit on time is the parent's own.)"""
    level: str                           # a key of LEVELS
    locks: tuple                         # those of the level's locks that this system has
    refused: tuple                       # the protections that hold here: a locked process tried, and was refused
    fork: bool                           # a process for each task out of one that has NumPy loaded; otherwise each loads it

    @property
    def open(self):
        """The protections that do not hold here."""
        return tuple(name for name in PROTECTIONS if name not in self.refused)


# ---- Outside: what is shown to the process, and the command that starts it.

def shown_and_hidden(protected=()):
    """Folders and files that Python and NumPy need, and what must not be seen in them: packages, and the folders named."""
    from importlib.util import find_spec
    from sysconfig import get_path

    base, numpy = Path(sys.base_prefix).resolve(), Path(find_spec("numpy").origin).resolve().parent
    stdlib = Path(get_path("stdlib")).resolve()
    folders = {Path(p).resolve() for p in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", base / "lib", base / "lib64", stdlib)}
    folders = {p for p in folders if p.is_dir()}
    shown = {p for p in folders if not any(q in p.parents for q in folders)}
    shown |= {p for p in (Path(interpreter()), Path("/etc/ld.so.cache")) if p.exists()}
    packages = {p.resolve() for folder in folders for p in (*folder.glob("*-packages"), *folder.glob("*/*-packages"))}
    paths = {Path(p or ".").resolve() for p in (*sys.path, *protected)}
    hidden = {p for p in (packages | paths) - {stdlib, stdlib / "lib-dynload"} if p.is_dir() and any(q in p.parents for q in shown)}
    within = [p for p in (numpy, numpy.with_name("numpy.libs")) if p.exists()]
    return sorted(map(str, shown)), sorted(map(str, hidden)), list(map(str, within))


def interpreter():
    """The Python that runs here, not the link that a virtual environment makes to it (which on Windows is a program)."""
    return sys.executable if os.name == "nt" else os.path.realpath(sys.executable)


def bubblewrap(shown, hidden, within):
    """The command that shows a process these paths, nothing else, and all of it read-only."""
    program = which("bwrap")
    if program is None:
        raise NotHere("the program bwrap is not installed")
    command = [program, "--unshare-user", "--unshare-all", "--die-with-parent", "--as-pid-1", "--cap-drop", "ALL"]
    for path in shown:
        command += ["--ro-bind", path, path]
    for path in ("/lib", "/lib64"):
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
    for path in hidden:
        command += ["--tmpfs", path]
    for path in within:
        command += ["--ro-bind", path, path]
    command += ["--dev", "/dev", "--remount-ro", "/dev", "--chdir", "/"]
    for path in hidden:
        command += ["--remount-ro", path]
    return command + ["--remount-ro", "/", "--"]


# ---- Inside, before anything of the student's is there: what all tasks of a submission have in common.

def c_library():
    return ctypes.CDLL(None, use_errno=True)


def enter(locks, shown, hidden, within):
    """Puts on the locks that processes inherit.  Returns those of the wanted ones that are on, or that `lock` can put on."""
    on = [name for name in locks if name == "bubblewrap" or name == "limits" and os.name == "posix"]
    end_with_parent()
    if sys.platform == "linux":
        if "seccomp" in locks and seccomp_ready():
            on.append("seccomp")
        if "landlock" in locks and landlock([*readable(shown, hidden), *within, "/dev/null", "/dev/urandom"]):
            on.append("landlock")
    return [name for name in locks if name in on]


def end_with_parent():
    """When the process that started this one ends, this one is killed."""
    if sys.platform == "linux":
        c_library().prctl(1, 9, 0, 0, 0)                   # PR_SET_PDEATHSIG, SIGKILL


def readable(paths, hidden):
    """The paths without the hidden ones in them: a rule of Landlock can allow a whole folder, and take nothing out of it again."""
    for path in paths:
        if path in hidden:
            continue
        if any(h.startswith(path + os.sep) for h in hidden):
            yield from readable([entry.path for entry in os.scandir(path) if not entry.is_symlink()], hidden)
        else:
            yield path


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def landlock(paths):
    """Allows this process and its children to read these paths, and no other use of a file; True where the kernel has Landlock."""
    create, add, restrict, read_file, read_folder = 444, 445, 446, 1 << 2, 1 << 3          # the same numbers on every processor
    syscall = c_library().syscall
    version = syscall(create, None, 0, 1)
    if version < 1:
        return False
    files = {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)  # so many kinds of access to files are known
    rules = Ruleset((1 << files) - 1, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = syscall(create, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        return False
    for path in paths:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue                     # what is not there need not be allowed
        rule = PathBeneath(read_file | read_folder if os.path.isdir(path) else read_file, place)
        syscall(add, ruleset, 1, ctypes.byref(rule), 0)
        os.close(place)
    c_library().prctl(38, 1, 0, 0, 0)    # PR_SET_NO_NEW_PRIVS, without which an ordinary user may not
    done = syscall(restrict, ruleset, 0) == 0
    os.close(ruleset)
    return done


# The system calls that are refused.  (libseccomp knows their numbers on each processor, and skips what this one has not.)
REFUSED = """
    fork vfork clone execve execveat setsid setpgid unshare setns
    kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd
    ptrace process_vm_readv process_vm_writev process_madvise kcmp perf_event_open bpf userfaultfd io_uring_setup
    socket socketpair connect bind listen
    setrlimit prlimit64 prctl
    memfd_create memfd_secret shmget shmat msgget semget mq_open add_key request_key keyctl
    creat openat2 truncate rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir mknod mknodat
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat
    setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
    mount umount2 pivot_root chroot open_tree move_mount fsopen fspick init_module finit_module delete_module kexec_load
    open_by_handle_at name_to_handle_at
    reboot swapon swapoff acct quotactl settimeofday clock_settime adjtimex personality
""".split()
WRITING = os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC   # an open with any of these is refused too
prepared = {}                            # the filter, made once and put on by each child


class Compare(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int), ("mask", ctypes.c_uint64), ("value", ctypes.c_uint64)]


def seccomp_ready():
    """Makes the filter; True where the system has libseccomp."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Compare)
    library.seccomp_load.argtypes = ctypes.c_void_p,
    allow, refuse, absent, masked_equal = 0x7fff0000, 0x00050001, 0x00050026, 7            # refused: EPERM; absent: ENOSYS
    rules = library.seccomp_init(allow)
    if not rules:
        return False

    def add(action, name, *compares):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            library.seccomp_rule_add_array(rules, action, number, len(compares), (Compare * len(compares))(*compares))

    for name in REFUSED:
        add(refuse, name)
    add(absent, "clone3")
    for flag in WRITING:
        add(refuse, "open", Compare(1, masked_equal, flag, flag))
        add(refuse, "openat", Compare(2, masked_equal, flag, flag))
    prepared["seccomp"] = library.seccomp_load, rules
    return True


# ---- Inside, in the process of one task.

def lock(locks, limits):
    """Puts on the locks of a single task.  After that nothing of the student's may be refused that a computation needs."""
    end_with_parent()
    if "limits" in locks:
        import resource

        def limit(name, soft, hard=None):
            try:
                resource.setrlimit(getattr(resource, name), (soft, hard or soft))
            except (AttributeError, ValueError, OSError):
                pass                     # not on this system: `attempt` finds out
        seconds = max(1, int(limits["task"]))
        limit("RLIMIT_CPU", seconds, seconds + 1)
        limit("RLIMIT_FSIZE", limits["output"])
        limit("RLIMIT_NOFILE", limits["files"])
        limit("RLIMIT_NPROC", 0)
        limit("RLIMIT_CORE", 0)
        limit("RLIMIT_AS", limits["taken"] + limits["memory"])
    if "seccomp" in locks:
        load, rules = prepared["seccomp"]
        if load(rules):
            raise OSError("the filter of system calls, which was ready, could not be put on")


def address_space():
    """How much this process has reserved, in bytes, found by trying: the least limit under which it still gets a page."""
    import mmap
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, 1 << 40
    while high - low > 1 << 20:
        middle = (low + high) // 2
        try:
            resource.setrlimit(resource.RLIMIT_AS, (middle, hard))
            mmap.mmap(-1, 1 << 12).close()
            high = middle
        except (OSError, ValueError, MemoryError):
            low = middle
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return high


def attempt(aims, limits):
    """Tries each forbidden act, harmlessly, and returns the names of those that were refused.

    aims   a file and a folder that the process must not reach, the process id of the parent, the port where it listens
    """
    def read():
        with open(aims["file"]) as file:
            file.read()

    def write():
        with open(os.path.join(aims["folder"], "written"), "w") as file:
            file.write("!")

    def network():
        import socket
        socket.create_connection(("127.0.0.1", aims["port"]), timeout=2).close()

    def processes():
        if hasattr(os, "fork"):
            if os.fork() == 0:
                os._exit(0)
            os.wait()
        else:
            import subprocess
            subprocess.run([sys.executable, "-c", ""], check=True)

    def signals():
        if os.name == "nt":              # there signal 0 would end the process
            return
        os.kill(aims["parent"], 0)

    def memory():
        import mmap
        mmap.mmap(-1, 2 * limits["memory"]).close()

    def open_files():
        held = []
        try:
            for _ in range(4 * limits["files"]):
                held.append(os.dup(2))
        finally:
            for number in held:
                os.close(number)

    def output():
        try:
            os.ftruncate(2, limits["output"] + 1)
        finally:
            os.ftruncate(2, 0)

    refused = []
    for name, act in zip(PROTECTIONS, (read, write, network, processes, signals, memory, open_files, output)):
        try:
            act()
        except (OSError, ValueError, MemoryError, ImportError, AttributeError):
            refused.append(name)
    return refused
