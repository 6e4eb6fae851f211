"""Which files of a folder RAVE can take, judged by their headers before anything is run.

``rave preprocess`` hangs for ever on one unreadable file and drops short ones without a word
(acids-rave 2.3.1, scripts/preprocess.py), so every file gets a verdict with its reason first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.core.process import run_captured

AUDIO_SUFFIXES = frozenset(
    {".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".ogg", ".oga", ".opus", ".mp3", ".aac"}
    | {".m4a", ".mp4", ".w64", ".rf64", ".caf", ".au", ".snd", ".wma", ".mka", ".ac3", ".amr"}
    | {".wv", ".ape", ".tta", ".mpc"}
)
_PROBE_SECONDS = 20.0


def find_files(sources: Iterable[Path]) -> Iterator[Path]:
    """Every audio file named by or below ``sources``, hidden ones left out, each only once.

    Raises:
        UserError: when a source does not exist or cannot be read.
    """
    seen: set[Path] = set()
    for source in sources:
        for path in _below(source.expanduser().absolute()):
            real = path.resolve()
            if real not in seen:
                seen.add(real)
                yield path


def _below(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    if not source.is_dir():
        raise UserError(f"{source} does not exist.", "Choose a folder or an audio file.")
    if not os.access(source, os.R_OK | os.X_OK):
        raise UserError(f"{source} cannot be read.", "Change its permissions or choose another.")
    # os.walk does not follow links to folders, so a loop of links cannot trap it.
    for folder, subfolders, names in os.walk(source):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in AUDIO_SUFFIXES:
                yield Path(folder) / name


def scan(sources: Sequence[Path], ffprobe: str = "ffprobe") -> Iterator[ScannedFile]:
    """Judge every audio file below ``sources``, as they come."""
    for path in find_files(sources):
        yield scan_file(path, ffprobe)


def scan_file(path: Path, ffprobe: str = "ffprobe") -> ScannedFile:
    """Judge one file by its header: libsndfile first, ffprobe for what it cannot read."""
    try:
        stat = path.stat()
    except OSError as error:
        return ScannedFile(path, "reject", f"cannot be read: {error.strerror}")
    if stat.st_size == 0:
        return ScannedFile(path, "reject", "empty: the file has no bytes")
    found = _by_sndfile(path) or _by_ffprobe(path, ffprobe)
    return replace(found, size=stat.st_size, modified=stat.st_mtime_ns)


def _by_sndfile(path: Path) -> ScannedFile | None:
    import soundfile  # noqa: PLC0415  heavy: start-up must not pay for it

    try:
        info = soundfile.info(os.fsencode(path) if os.name == "posix" else str(path))
    except Exception:  # libsndfile refuses in many ways, and ffprobe may know the format
        return None
    return _judged(path, info.frames / info.samplerate, info.samplerate, info.channels, info.format)


def _by_ffprobe(path: Path, ffprobe: str) -> ScannedFile:
    try:
        answer = run_captured(
            [
                ffprobe, "-v", "error", "-of", "json", "-select_streams", "a:0", "-show_entries",
                "stream=channels,sample_rate:format=duration,format_name", str(path),
            ],
            timeout=_PROBE_SECONDS,
        )  # fmt: skip
    except UserError as error:
        return ScannedFile(path, "reject", f"cannot be checked: {error.what}")
    try:
        facts = json.loads(answer.stdout)
        stream, container = facts["streams"][0], facts["format"]
        return _judged(
            path,
            float(container["duration"]),
            int(stream["sample_rate"]),
            int(stream["channels"]),
            str(container.get("format_name", "")),
        )
    except (ValueError, KeyError, IndexError, TypeError):
        return ScannedFile(path, "reject", "damaged or not audio: no sound could be found in it")


def _judged(path: Path, seconds: float, rate: int, channels: int, kind: str) -> ScannedFile:
    if not seconds > 0 or rate <= 0 or channels <= 0:
        return ScannedFile(path, "reject", "holds no sound: its length is zero", format=kind)
    return ScannedFile(path, "use", "", seconds, rate, channels, kind)


def judge_length(file: ScannedFile, settings_rate: int, num_signal: int) -> ScannedFile:
    """The verdict once the window is known: RAVE makes no example of a file shorter than one.

    One example holds ``2 * num_signal`` samples (scripts/preprocess.py reads ``num_signal * 4``
    bytes of 16-bit sound), and what is left at the end of a file is lost.
    """
    if not file.usable or examples_in(file, settings_rate, num_signal):
        return file
    one = 2 * num_signal / settings_rate
    reason = f"too short: {file.duration_seconds or 0:.2f} s, and one example takes {one:.2f} s"
    return replace(file, verdict="reject", reason=reason)


def judge_channels(file: ScannedFile, channels: int) -> ScannedFile:
    """A warning where RAVE would take only the first channels (it never mixes down)."""
    if not file.usable or file.channels is None or file.channels <= channels:
        return file
    kept = (
        "only its left channel is" if channels == 1 else f"only its first {channels} channels are"
    )
    reason = f"has {file.channels} channels: {kept} used"
    return ScannedFile(**{**file.__dict__, "verdict": "warn", "reason": reason})


def examples_in(file: ScannedFile, sample_rate: int, num_signal: int) -> int:
    """How many examples RAVE makes of the file."""
    return int((file.duration_seconds or 0.0) * sample_rate) // (2 * num_signal)
