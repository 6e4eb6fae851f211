"""Whole files as blocks of samples, in bounded memory, by libsndfile or ffmpeg.

RAVE decodes everything with ffmpeg. libsndfile is faster and finds the same samples in plain PCM
and FLAC; for all other formats ffmpeg's answer is the one that counts, because it is what
``rave preprocess`` will get.
"""

from __future__ import annotations

import contextlib
import os
import re
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rave_gui.core.errors import UserError
from rave_gui.core.process import start_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

BLOCK = 65536
"""Frames of one block."""
EXACT = {
    ("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "PCM_32"), ("WAV", "PCM_U8"),
    ("WAV", "FLOAT"), ("WAV", "DOUBLE"),
    ("WAVEX", "PCM_16"), ("WAVEX", "PCM_24"), ("WAVEX", "PCM_32"), ("WAVEX", "PCM_U8"),
    ("WAVEX", "FLOAT"), ("WAVEX", "DOUBLE"),
    ("RF64", "PCM_16"), ("RF64", "PCM_24"), ("RF64", "PCM_32"), ("RF64", "FLOAT"),
    ("W64", "PCM_16"), ("W64", "PCM_24"), ("W64", "PCM_32"), ("W64", "FLOAT"),
    ("AIFF", "PCM_16"), ("AIFF", "PCM_24"), ("AIFF", "PCM_32"), ("AIFF", "PCM_S8"),
    ("AIFF", "FLOAT"), ("AIFF", "DOUBLE"),
    ("FLAC", "PCM_16"), ("FLAC", "PCM_24"), ("FLAC", "PCM_S8"),
}  # fmt: skip
"""(format, subtype) of libsndfile that ffmpeg decodes to the very same samples."""
_HEADER = 1 << 16
_WORDS = 4096
_SMALLEST = 512
_ADDRESS = re.compile(r"\[[^\]\n]* @ 0x[0-9a-f]+\] ")
"""Where in its memory a part of ffmpeg that complains lies."""
_MOST_FRAMES = 1 << 60
"""What libsndfile says where a piped FLAC does not know its length is more."""


class Decoder(Protocol):
    """An open file. Close it, or use :func:`open_sound` as a context."""

    name: str
    sample_rate: int
    channels: int
    frames: int | None
    """As promised by the header; None where nothing is promised."""
    error: str
    """What went wrong, known when the last block was read; empty where nothing did."""

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        """float32[frames, channels], from the present place to the end."""

    def seek(self, frame: int) -> None:
        """Go on at ``frame``; ffmpeg is started anew for it."""

    def close(self) -> None:
        """Let go of file and process."""


@contextlib.contextmanager
def open_sound(
    path: Path, *, ffmpeg: str | None = "ffmpeg", sample_rate: int | None = None
) -> Iterator[Decoder]:
    """The decoder that suits ``path``.

    Args:
        path: The file; it is opened for reading only.
        ffmpeg: The program, None where there is none.
        sample_rate: Convert to this rate in Hz (by ffmpeg, with the resampler that RAVE uses).

    Raises:
        UserError: neither can read it; the sentence says why.
    """
    decoder = _choose(path, ffmpeg, sample_rate)
    try:
        yield decoder
    finally:
        decoder.close()


def _choose(path: Path, ffmpeg: str | None, sample_rate: int | None) -> Decoder:
    try:
        plain: Decoder | None = _SndFile(path)
    except UserError:
        if ffmpeg is None:
            raise
        plain = None
    if plain is not None and sample_rate in (None, plain.sample_rate):
        if plain.exact or ffmpeg is None:  # type: ignore[attr-defined]
            return plain
    elif plain is not None and ffmpeg is None:
        plain.close()
        raise UserError(f"{path} cannot be converted to {sample_rate} Hz.", "Install ffmpeg.")
    if plain is not None:
        plain.close()
    return _Ffmpeg(path, ffmpeg or "ffmpeg", sample_rate)


class _SndFile:
    """libsndfile."""

    name = "libsndfile"

    def __init__(self, path: Path) -> None:
        import soundfile  # noqa: PLC0415  heavy: start-up must not pay for it

        self.error = ""
        try:
            self._file: Any = soundfile.SoundFile(sndfile_name(path))
        except (RuntimeError, OSError, TypeError, ValueError) as error:
            raise UserError(f"{path} cannot be read as sound: {error}.") from error
        self.sample_rate, self.channels = self._file.samplerate, self._file.channels
        known = 0 < self._file.frames < _MOST_FRAMES
        self.frames: int | None = self._file.frames if known else None
        self.exact = (self._file.format, self._file.subtype) in EXACT

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        place = self._file.tell()
        while True:
            try:
                block = self._file.read(size, dtype="float32", always_2d=True)
            except (RuntimeError, OSError) as error:
                if size <= _SMALLEST:
                    self.error = str(error)
                    return
                size //= 8  # what is good before the damage is heard, too
                self._retry(place)
                continue
            if not len(block):
                return
            place += len(block)
            yield block

    def _retry(self, place: int) -> None:
        with contextlib.suppress(RuntimeError, OSError):
            self._file.seek(place)

    def seek(self, frame: int) -> None:
        self._file.seek(min(frame, self.frames or frame))

    def close(self) -> None:
        self._file.close()


class _Ffmpeg:
    """ffmpeg, as a stream of floating-point samples behind a WAV header."""

    name = "ffmpeg"

    def __init__(self, path: Path, program: str, sample_rate: int | None) -> None:
        self._path, self._program, self._rate = path, program, sample_rate
        self.error = ""
        self.frames: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._start(0.0)

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        import numpy as np  # noqa: PLC0415

        width = 4 * self.channels
        while data := self._read(size * width):
            whole = len(data) - len(data) % width
            yield np.frombuffer(data[:whole], "<f4").reshape(-1, self.channels)
        self.error = self._end()

    def seek(self, frame: int) -> None:
        self.close()
        self._start(frame / self.sample_rate)

    def close(self) -> None:
        self._end(kill=True)

    def _start(self, seconds: float) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  closed in _end
        source = str(self._path.absolute())
        rate = ["-ar", str(self._rate)] if self._rate else []
        place = ["-ss", f"{seconds:.9f}"] if seconds else []
        argv = [self._program, "-nostdin", "-hide_banner", "-v", "error", *place, "-i", source]
        argv += ["-map", "0:a:0", "-map_metadata", "-1", *rate, "-c:a", "pcm_f32le"]
        argv += ["-bitexact", "-f", "wav", "-"]
        options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": self._words}
        self._process = start_program(argv, None, None, **options)
        try:
            self.sample_rate, self.channels = self._header()
        except (ValueError, struct.error) as error:
            why = self._end(kill=True) or "no sound was found in it"
            raise UserError(f"{self._path} cannot be read as sound: {why}.") from error

    def _header(self) -> tuple[int, int]:
        """Rate and channels from the WAV header; the stream stands at the first sample then."""
        riff, _, wave = struct.unpack("<4sI4s", self._read(12))
        if (riff, wave) != (b"RIFF", b"WAVE"):
            raise ValueError("no header")
        found: tuple[int, int] | None = None
        while True:
            name, length = struct.unpack("<4sI", self._read(8))
            if name == b"data" and found:
                return found
            body = self._read(min(length + length % 2, _HEADER))
            if name == b"fmt ":
                channels, rate = struct.unpack_from("<HI", body, 2)
                found = rate, channels

    def _read(self, size: int) -> bytes:
        """Up to ``size`` bytes; fewer at the end only."""
        if self._process is None or self._process.stdout is None:
            return b""
        return self._process.stdout.read(size)

    def _end(self, *, kill: bool = False) -> str:
        """Take the process back; what it complained of."""
        process, self._process = self._process, None
        if process is None:
            return ""
        if kill:
            process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()
        self._words.seek(0)
        words = self._words.read(_WORDS).decode("utf-8", "replace").strip()
        self._words.close()
        plain = _ADDRESS.sub("", words)
        return plain.replace(str(self._path.absolute()), self._path.name)


def sndfile_name(path: Path) -> bytes | str:
    """``path`` as libsndfile takes it: bytes keep names that are not UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)
