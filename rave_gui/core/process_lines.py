"""Running a program to its end while hearing each line that it prints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rave_gui.companion.rave_gui_job_files import process_token
from rave_gui.core import process_tree
from rave_gui.core.process import start_program


def run_lines(
    argv: Sequence[str],
    on_line: Callable[[str], None],
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    on_start: Callable[[int, str | None], None] | None = None,
) -> int:
    """Run ``argv``, hand over every line of its output and errors, and return its return code.

    It shares our process group, so that Ctrl-C in a terminal and the end of a job reach it too.
    Whatever ends the waiting (an interrupt, a fault of a listener) ends the program and its kin.
    ``on_start`` gets its pid and what tells it from later processes with the same number.

    Raises:
        UserError: it is missing or cannot be started.
    """
    # One stream for both, so that lines come in the order in which they were printed.
    process = start_program(
        argv, cwd, environment, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        if on_start is not None:
            on_start(process.pid, process_token(process.pid))
        if process.stdout is not None:
            for line in process.stdout:
                on_line(line.decode("utf-8", "replace").rstrip())
        return process.wait()
    finally:
        if process.poll() is None:
            process_tree.kill(process.pid)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
