"""A file as if it were one long ``bytes``, read in pages as it is looked at."""

from __future__ import annotations

from typing import BinaryIO

_PAGE = 4096


class FileWindow:
    """Slices of an open file. Ask for small ones: each is read whole, and no further than asked.

    Neighbouring looks cost one read; a far jump costs another.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._page = b""
        self._start = 0

    def __getitem__(self, span: slice) -> bytes:
        """The bytes from ``span.start`` to ``span.stop``, fewer at the end of the file."""
        start, stop = span.start, max(span.stop, span.start)
        if start < self._start or stop > self._start + len(self._page):
            self._file.seek(start)
            self._page = self._file.read(max(_PAGE, stop - start))
            self._start = start
        return self._page[start - self._start : stop - self._start]
