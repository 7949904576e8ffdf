"""The most memory that a forward and backward pass takes beside what is there before, over that of the hand-written one."""
import gc
import tracemalloc

from . import networks, peers

WORKLOADS = "mid", "large"


def peak(f):
    """The bytes that f takes at its fullest, by what Python and NumPy ask the system for."""
    f()                                  # what is made once is not counted
    gc.collect()
    tracemalloc.start()
    f()
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return taken


def peaks(workload):
    """(bytes of minigrad, bytes by hand)"""
    functions = networks.contenders(workload, {"minigrad": peers.Minigrad()})
    return peak(functions["minigrad"]), peak(functions["by hand"])
