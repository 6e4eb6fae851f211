"""A program that one talks with line by line."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence

from rave_gui.companion.rave_gui_job_files import process_token
from rave_gui.core.process import kill_tree, start_program


class TalkingProcess:
    """Lines in, lines out; in a session of its own, so that it can be killed with its children.

    Raises:
        UserError: it is missing or cannot be started.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = start_program(
            argv,
            None,
            environment,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._token = process_token(self._process.pid)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def say(self, line: bytes) -> None:
        """One line in. Raises OSError where the program is gone."""
        if self._process.stdin is not None:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    def lines(self) -> Iterator[bytes]:
        """Its lines as they come, until it ends; may be left and taken up again."""
        while self._process.stdout is not None and (line := self._process.stdout.readline()):
            yield line

    def kill(self) -> None:
        """End it with all that it started; any thread may do so."""
        kill_tree(self._process.pid, self._token)

    def end(self) -> None:
        """Kill it and take back what it held."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()
