"""What a project listens to while it trains: a few files, prepared once for a model's rate.

Chosen in ``listening/listening.json`` of the project folder. Where nothing is chosen, or nothing of
it can be read, the companion takes the first examples of the validation instead.
"""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rave_gui.audio.condition import as_integers, mix
from rave_gui.audio.decode import open_sound
from rave_gui.audio.wav_file import wav_header
from rave_gui.companion.rave_gui_job_files import write_json, write_whole
from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.logger import system_logger
from rave_gui.core.paths import slug
from rave_gui.core.records import Project

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER, FILE = "listening", "listening.json"
MOST_CLIPS, MOST_SECONDS = 8, 10.0
"""As the companion has it (rave_gui_clips)."""
LEAST_SECONDS = 0.5
_KIND = "listening"


@dataclass(frozen=True)
class ListeningClip:
    """One stretch of one file. Times in seconds."""

    path: Path
    start: float = 0.0
    seconds: float = MOST_SECONDS
    name: str = ""

    @property
    def title(self) -> str:
        """What it is called on the window."""
        return self.name or self.path.stem


def chosen(project: Project) -> tuple[ListeningClip, ...]:
    """What the project listens to; empty: examples of the validation. Damaged counts as none."""
    path = project.path / FOLDER / FILE
    if not path.exists():
        return ()
    try:
        entries = sidecars.read(path, _KIND).get("clips")
        found = [_from_json(entry, project) for entry in entries or ()]
    except (UserError, KeyError, TypeError, ValueError) as error:
        system_logger().warning("the listening set of %s cannot be read: %s", project.name, error)
        return ()
    return tuple(found[:MOST_CLIPS])


def choose(project: Project, clips: Sequence[ListeningClip]) -> tuple[ListeningClip, ...]:
    """Listen to these from the next start of a training on; none: examples of the validation.

    Raises:
        UserError: there are too many, one cannot be read or is too short, or it cannot be kept.
    """
    if len(clips) > MOST_CLIPS:
        raise UserError(
            f"These are {len(clips)} clips.",
            f"Choose at most {MOST_CLIPS}: each is put through the model again and again.",
        )
    for clip in clips:
        _checked(clip)
    folder = project.path / FOLDER
    _made(folder)
    body = {"clips": [_to_json(clip, project) for clip in clips]}
    sidecars.write(folder / FILE, _KIND, body)
    return tuple(clips)


def prepare(
    project: Project, sample_rate: int, channels: int, ffmpeg: str | None = None
) -> Path | None:
    """Write the chosen clips as WAV files of a model's rate; what lists them, None for none.

    What was prepared before is used again. Never keeps a training from its start: a clip that
    cannot be read is left out, and the system log says so.
    """
    entries = []
    folder = project.path / FOLDER / f"{sample_rate}x{channels}"
    for clip in chosen(project):
        try:
            entries.append(_prepared(clip, folder, sample_rate, channels, ffmpeg))
        except (UserError, OSError) as error:
            system_logger().warning("%s is not listened to: %s", clip.path, error)
    if not entries:
        return None
    mark = hashlib.sha256(repr(entries).encode()).hexdigest()[:12]
    listing = folder / f"clips-{mark}.json"
    try:
        write_json(listing, {"clips": entries})
    except OSError as error:
        system_logger().warning("%s cannot be written: %s", listing, error)
        return None
    return listing


def _prepared(
    clip: ListeningClip, folder: Path, rate: int, channels: int, ffmpeg: str | None
) -> dict[str, str]:
    """One clip as the companion is told of it; the file is there afterwards."""
    status = clip.path.stat()
    told = (str(clip.path), clip.start, clip.seconds, status.st_size, status.st_mtime_ns)
    mark = hashlib.sha256(repr(told).encode()).hexdigest()[:6]
    key = f"{slug(clip.title, 'clip')[:60]}-{mark}"
    target = folder / f"{key}.wav"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        sound = read_stretch(clip, rate, channels, ffmpeg)
        header = wav_header(len(sound), channels, rate)
        write_whole(target, [header, sound.tobytes()])
    return {"clip": key, "name": clip.title, "path": str(target)}


def read_stretch(
    clip: ListeningClip, sample_rate: int, channels: int, ffmpeg: str | None = None
) -> NDArray[np.int16]:
    """int16[frames, channels] at that rate.

    Raises:
        UserError: it cannot be read, or nothing is left of it.
    """
    import numpy as np  # noqa: PLC0415

    program = ffmpeg or shutil.which("ffmpeg")
    wanted = round(min(clip.seconds, MOST_SECONDS) * sample_rate)
    with open_sound(clip.path, ffmpeg=program, sample_rate=sample_rate) as decoder:
        if clip.start > 0:
            decoder.seek(round(clip.start * decoder.sample_rate))
        blocks: list[NDArray[np.int16]] = []
        for block in decoder.blocks():
            fine = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
            blocks.append(as_integers(mix(fine, channels))[:wanted])
            wanted -= len(blocks[-1])
            if wanted <= 0:
                break
    if not blocks:
        raise UserError(f"{clip.path.name} holds nothing from {clip.start:g} s on.")
    return np.concatenate(blocks)


def _checked(clip: ListeningClip) -> None:
    if not (math.isfinite(clip.start) and clip.start >= 0 and clip.seconds >= LEAST_SECONDS):
        raise UserError(
            f"{clip.title} cannot be listened to from {clip.start:g} s for {clip.seconds:g} s.",
            f"Give at least {LEAST_SECONDS:g} s of sound.",
        )
    heard = len(read_stretch(clip, 44100, 1)) / 44100
    if heard < LEAST_SECONDS:
        raise UserError(
            f"{clip.path.name} holds only {heard:.2f} s of sound from {clip.start:g} s on.",
            "Begin earlier, or choose another file.",
        )


def _made(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be made: {error.strerror or error}.",
            "Make the project folder writable.",
        ) from error


def _to_json(clip: ListeningClip, project: Project) -> dict[str, Any]:
    """Inside the project by its place there, so that the project can be moved."""
    inside = clip.path.is_relative_to(project.path)
    path = clip.path.relative_to(project.path).as_posix() if inside else str(clip.path)
    return {"path": path, "start": clip.start, "seconds": clip.seconds, "name": clip.name}


def _from_json(entry: Any, project: Project) -> ListeningClip:
    start, seconds = float(entry.get("start", 0.0)), float(entry.get("seconds", MOST_SECONDS))
    if not (math.isfinite(start) and math.isfinite(seconds)):
        raise ValueError("times that are no numbers")
    path = project.path / str(entry["path"])  # an absolute path stays what it is
    return ListeningClip(
        path, max(0.0, start), min(max(seconds, LEAST_SECONDS), MOST_SECONDS), str(entry["name"])
    )
