"""Homework: `make` hands the package out with holes, `check` helps to fill them, `grade` grades what comes back.

    tasks.toml, tasks.py   which functions are blanked, with what is said about each
    variations.py          the tasks that no public copy answers: minigrad/own.py, drawn from the teacher's secret
    grafting.py            blank a function, or put a student's body into it, as text
    probes.py              how a task is asked: inputs, and the numbers that come out
    running.py             a student's code answers them in a process of its own        (child.py, isolation.py)
    judging.py             a parent compares the numbers and finds the likely cause
    make.py, check.py, grade.py                                                         the three commands

Who runs a student's code never holds the answers, and who holds the answers never runs a student's code.
"""
