"""Length, rate and channels of a file from its header: by libsndfile, mutagen, or at last ffprobe.

ffprobe takes two hundred times as long as the others, so it is asked for what neither can read.
"""

from __future__ import annotations

import json
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.audio.decode import sndfile_name
from rave_gui.core.errors import UserError
from rave_gui.core.process import run_captured

PROBE_SECONDS = 20.0
_SNDFILE = (b"RIFF", b"RF64", b"riff", b"FORM", b"fLaC", b"OggS", b"caff", b".snd", b"dns.")
"""What libsndfile reads at once. MP3 it could, too, but its decoder speaks to the terminal."""
_LONGEST_MOOV = 1 << 25
_MOST_FRAMES = 1 << 60


@dataclass(frozen=True)
class Header:
    """What it says. ``seconds`` may be an estimate for lossy formats."""

    seconds: float
    sample_rate: int
    channels: int
    format: str
    audio_first: bool = True
    length_known: bool = True
    """Whether the file says how long it is; else ``seconds`` is guessed from its bit rate."""


def read_header(
    path: Path, head: bytes, ffprobe: str | None, cancel: threading.Event | None = None
) -> Header:
    """The header of ``path``, whose first bytes are ``head``.

    Raises:
        UserError: nobody can read it; ``what`` says why.
    """
    found = _by_sndfile(path) if head.startswith(_SNDFILE) else None
    found = found or _by_mutagen(path, head)
    return found or _by_ffprobe(path, ffprobe, cancel)


def _by_sndfile(path: Path) -> Header | None:
    import soundfile  # noqa: PLC0415  heavy: start-up must not pay for it

    try:
        info = soundfile.info(sndfile_name(path))
        if info.frames < 0 or info.frames > _MOST_FRAMES:
            return None
        return Header(info.frames / info.samplerate, info.samplerate, info.channels, _kind(info))
    except Exception:  # libsndfile refuses in many ways, and others may know the format
        return None


def _kind(info: Any) -> str:
    subtype = {"VORBIS": "Vorbis", "OPUS": "Opus", "MPEG_LAYER_III": "MP3"}.get(info.subtype)
    return subtype or f"{info.format} {info.subtype.removeprefix('PCM_').replace('_', ' ').lower()}"


def _by_mutagen(path: Path, head: bytes) -> Header | None:
    import mutagen  # noqa: PLC0415

    try:
        file = mutagen.File(path)
        info = file.info
        rate, channels = int(info.sample_rate), int(info.channels)
        seconds = float(info.length)
    except Exception:  # damaged files fail in it in every way; ffprobe has the last word
        return None
    if rate <= 0 or channels <= 0 or not seconds > 0:
        return None
    first = first_track_is_sound(path) if _is_mp4(head) else True
    return Header(seconds, rate, channels, type(file).__name__, first, _is_said(file))


def _is_said(file: Any) -> bool:
    """Whether mutagen read the length; of MP3 without a Xing header and of raw AAC it guesses."""
    mode = getattr(file.info, "bitrate_mode", None)
    return type(file).__name__ not in {"AAC", "AC3"} and (mode is None or int(mode) != 0)


def _by_ffprobe(path: Path, ffprobe: str | None, cancel: threading.Event | None) -> Header:
    if ffprobe is None:
        raise UserError("cannot be checked: ffprobe is missing", "Install ffmpeg.")
    answer = run_captured(
        [
            ffprobe, "-v", "error", "-of", "json", "-show_entries",
            "stream=codec_type,channels,sample_rate,duration:format=duration,format_name",
            str(path),
        ],
        timeout=PROBE_SECONDS,
        cancel=cancel,
    )  # fmt: skip
    try:
        return _from_probe(json.loads(answer.stdout))
    except (ValueError, KeyError, IndexError, TypeError, StopIteration) as error:
        raise UserError("damaged or not audio: no sound could be found in it") from error


def _from_probe(facts: Any) -> Header:
    streams = facts["streams"]
    sound = next(stream for stream in streams if stream.get("codec_type") == "audio")
    container = facts["format"]
    length = container.get("duration") or sound["duration"]
    kind = str(container.get("format_name", "")).split(",")[0]
    return Header(
        float(length),
        int(sound["sample_rate"]),
        int(sound["channels"]),
        kind,
        streams[0] is sound,
    )


def _is_mp4(head: bytes) -> bool:
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def first_track_is_sound(path: Path) -> bool:
    """Whether the first track of an MP4 file is its sound; RAVE hangs on one that is not.

    Boxes: ISO/IEC 14496-12. The handler type of a track lies eight bytes into ``hdlr``.
    """
    try:
        moov = _box(path, b"moov")
    except (OSError, struct.error, ValueError):
        return True
    track = moov.find(b"trak")
    handler = moov.find(b"hdlr", track) if track >= 0 else -1
    return handler < 0 or moov[handler + 12 : handler + 16] == b"soun"


def _box(path: Path, wanted: bytes) -> bytes:
    with path.open("rb") as file:
        while len(head := file.read(8)) == 8:
            length, name = struct.unpack(">I4s", head)
            used = 8
            if length == 1:
                length, used = struct.unpack(">Q", file.read(8))[0], 16
            if name == wanted:
                rest = length - used if length else _LONGEST_MOOV
                return file.read(min(rest, _LONGEST_MOOV))
            if length < used:
                break
            file.seek(length - used, 1)
    return b""
