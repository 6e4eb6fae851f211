"""The child of a runner: started in a session of its own, ended with everything it started."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core import process_tree
from rave_gui.core.job_facts import JobSpec
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.process import clean_environment


class Child:
    """The program of a job. Its output goes straight into the file; nobody stands in between."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid
        self.token = job_files.process_token(process.pid)
        self.paused = False

    @classmethod
    def start(cls, directory: JobDirectory, spec: JobSpec) -> Child:
        """Start it; OSError or ValueError where it cannot be started."""
        ours = {job_files.JOB_VARIABLE: str(directory.path), "PYTHONUNBUFFERED": "1"}
        with _input(spec.stdin) as source, directory.output.open("ab", buffering=0) as output:
            process = subprocess.Popen(
                list(spec.argv),
                stdin=source,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=spec.cwd,
                env=clean_environment({**spec.environment, **ours}),
                **_apart(),
            )
        return cls(process)

    def ended(self) -> bool:
        """Whether it has ended. It is not reaped yet, so that its number stays its own."""
        if self._process.returncode is not None:
            return True
        if not hasattr(os, "waitid"):
            return self._process.poll() is not None
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is not None

    def finish(self) -> int:
        """Kill what it left behind, reap it; the return code, negative for a signal."""
        process_tree.kill(self.pid)
        return self._process.wait()

    def pause(self) -> None:
        """Stop the tree until `resume`."""
        process_tree.suspend(self.pid)
        self.paused = True

    def resume(self) -> None:
        """Let the tree go on."""
        process_tree.resume(self.pid)
        self.paused = False

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        self.wake()
        process_tree.interrupt(self.pid)

    def terminate(self) -> None:
        """Ask the whole tree to end."""
        self.wake()
        process_tree.terminate(self.pid)

    def kill(self) -> None:
        """End the whole tree."""
        process_tree.kill(self.pid)

    def wake(self) -> None:
        """Let the tree go on where it was paused, so that it hears what is asked of it."""
        if self.paused:
            self.resume()


def signal_of(returncode: int) -> int | None:
    """The signal that ended a process, where one did."""
    return -returncode if os.name == "posix" and returncode < 0 else None


@contextmanager
def _input(text: str) -> Iterator[int | IO[bytes]]:
    """Standard input with ``text`` in it and then its end: a file, so that nobody need feed it."""
    if not text:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as source:
        source.write(text.encode("utf-8", "surrogateescape"))
        source.seek(0)
        yield source


def _apart() -> dict[str, Any]:
    if os.name == "posix":
        return {"start_new_session": True}
    return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
