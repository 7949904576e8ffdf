"""The mutation gate: does a test fail for every fault in a rule or in the engine?

    uv run python -m tests.mutation                  # all of it
    uv run python -m tests.mutation Exp sweep        # what bears one of these names: a module, a class, a function
    uv run python -m tests.mutation --killers        # and which test noticed each fault

A mutant is the program with one place changed: a + for a -, a term dropped, two arguments exchanged (places.py has the
list).  It is killed when a test fails.  What survives is a fault that the tests would not notice.  Other tools do this
too, but pass over lambdas and decorated functions without a word, and our rules are made of them.

    places.py       the changes that are made, and where
    install.py      one of them in the running process
    killers.py      which tests run which lines, and a process for each mutant, in which they run until one fails
    equivalent.py   the changes that change nothing, each with its proof
    report.py       what is printed, and whether the gate is passed

Nothing on disk is changed at any time: a mutant is text in memory, compiled and put into a process of its own, which ends
with it.  That also holds whenever the gate is stopped, in whatever way.
"""
