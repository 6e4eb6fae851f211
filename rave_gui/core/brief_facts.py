"""The facts of a job that days have filled, without its every step."""

from __future__ import annotations

import contextlib

from rave_gui.companion.rave_gui_job_files import Fact, FactReader, PathLike

REPEATED = ("progress", "metrics")
"""Kinds of which a long job writes hundreds of thousands; old ones tell nothing any more."""
RECENT_BYTES = 512 * 1024
"""Before the end of the file, and so before now, within which nothing is left out."""
_MARK_BYTES = 64
"""The kind stands this near to the beginning of a line, see ``append_fact``."""


class BriefReader(FactReader):
    """Reads every fact but the `REPEATED` ones that are not recent, which it does not even decode.

    Measured: a file of 165 MB, 900,000 facts, in 1.1 s instead of 8.5 s.
    """

    def __init__(self, path: PathLike) -> None:
        super().__init__(path)
        self._marks = tuple(f'"kind": "{kind}"'.encode() for kind in REPEATED)

    def _decoded_lines(self, lines: list[bytes]) -> list[Fact]:
        if self._is_old():
            lines = [line for line in lines if not self._is_repeated(line)]
        return super()._decoded_lines(lines)

    def _is_old(self) -> bool:
        with contextlib.suppress(OSError):
            return self.path.stat().st_size - self._offset > RECENT_BYTES
        return False

    def _is_repeated(self, line: bytes) -> bool:
        return any(line.find(mark, 0, _MARK_BYTES) >= 0 for mark in self._marks)
