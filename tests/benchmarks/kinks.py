"""What PyTorch takes the derivative to be at kinks and ties, where there is none: kept for the page that compares conventions.

PyTorch is no dependency of this project.  In an environment of its own, from the root of the repository:

    uv run --no-project --with torch python -m tests.benchmarks.kinks docs/records/torch_kinks.json
"""
import json
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

POINTS = {                               # name: (arguments, what is differentiated by all of them)
    "abs": ([0.0], lambda torch, x: torch.abs(x)),
    "relu": ([0.0], lambda torch, x: torch.relu(x)),
    "sqrt": ([0.0], lambda torch, x: torch.sqrt(x)),
    "maximum": ([1.0, 1.0], lambda torch, a, b: torch.maximum(a, b)),
    "max": ([[1.0, 3.0, 3.0]], lambda torch, x: torch.max(x)),
    "max along an axis": ([[1.0, 3.0, 3.0]], lambda torch, x: torch.max(x, dim=0).values),
    "clip": ([[-1.0, 0.0, 1.0]], lambda torch, x: torch.clip(x, -1.0, 1.0)),
    "norm": ([[0.0, 0.0]], lambda torch, x: torch.linalg.norm(x)),
    "pow": ([0.0], lambda torch, x: x ** 0.0),
    "prod": ([[2.0, 0.0, 3.0]], lambda torch, x: torch.prod(x)),
    "hypot": ([0.0, 0.0], lambda torch, a, b: torch.hypot(a, b)),
}


def gradients(torch, arguments, f):
    """The derivative of the sum of f by each argument, as lists of texts, since JSON has neither nan nor inf."""
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in arguments]
    f(torch, *leaves).sum().backward()
    return [[str(float(g)) for g in leaf.grad.reshape(-1)] for leaf in leaves]


def main(path):
    import torch
    commit = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude=*"], capture_output=True,
                            text=True).stdout.strip()
    record = {"command": f"uv run --no-project --with torch python -m tests.benchmarks.kinks {path}", "commit": commit,
              "machine": f"{platform.machine()}, {platform.system()}", "date": date.today().isoformat(),
              "versions": {"torch": torch.__version__, "python": platform.python_version()},
              "gradients": {name: gradients(torch, *point) for name, point in POINTS.items()}}
    Path(path).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
