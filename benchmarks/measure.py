"""Time and memory of one thing, in a process of its own."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")


def peak_memory() -> float:
    """The most memory that this process has held so far, in MB.

    Linux tells it for this very program; ``getrusage`` remembers the parent's across an exec.
    """
    if _STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
        if found:
            return int(found[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def report(work: Callable[[], dict[str, Any]]) -> None:
    """Do ``work``; print its answer, the seconds it took and the memory it added, as JSON."""
    before, began = peak_memory(), time.perf_counter()
    answer = work()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "memory": peak_memory() - before, **answer}))


def in_own_process(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module that reports, and return its report."""
    command = [sys.executable, "-m", module, *arguments]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
