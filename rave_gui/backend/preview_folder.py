"""The folder ``previews/`` of a run, as the companion fills it.

``input/CLIP.wav`` what is put through the model, ``step-000123/CLIP.wav`` what came out of it,
``clips.json`` the names. Anything else in it is passed over.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rave_gui.backend.preview_records import PreviewClip, PreviewSound
from rave_gui.companion.rave_gui_job_files import read_json

FOLDER, INPUTS, NAMES = "previews", "input", "clips.json"
MOST_FILES = 50_000
_STEP = re.compile(r"step-(\d{1,12})")
_HEADER = 44
"""Bytes of a WAV file without any sound."""
Start = tuple[float, int]
"""When a training began or went on, POSIX seconds, and from which step."""


def folder_clips(run_dir: Path, starts: Sequence[Start] = ()) -> tuple[PreviewClip, ...]:
    """What the companion rendered, clip by clip, without what a resumed training overwrote."""
    folder = run_dir / FOLDER
    by_clip: dict[str, dict[int, PreviewSound]] = defaultdict(dict)
    for sound in _rendered(folder):
        if not overwritten(sound, starts):
            by_clip[sound.clip][sound.step or 0] = sound
    inputs = {sound.clip: sound for sound in _sounds(folder / INPUTS, None)}
    names = _names(folder)
    made = [
        _clip(key, names.get(key, key), by_clip[key], inputs[key]) for key in inputs if by_clip[key]
    ]
    order = {key: place for place, key in enumerate(names)}
    return tuple(sorted(made, key=lambda clip: (order.get(clip.key, len(order)), clip.key)))


def preview_steps(run_dir: Path) -> tuple[int, ...]:
    """Steps of which there is a preview, from the names of their folders alone."""
    names = (_STEP.fullmatch(entry.name) for entry in _entries(run_dir / FOLDER))
    return tuple(sorted(int(match[1]) for match in names if match))


def overwritten(sound: PreviewSound, starts: Iterable[Start]) -> bool:
    """Whether the training later went on from a step before this sound's."""
    return any(
        began > sound.created_at and (sound.step or 0) > first_step for began, first_step in starts
    )


def _clip(
    key: str, name: str, steps: dict[int, PreviewSound], original: PreviewSound
) -> PreviewClip:
    return PreviewClip(key, name, tuple(steps[step] for step in sorted(steps)), original)


def _names(folder: Path) -> dict[str, str]:
    """Names by key, in the order in which they are listened to."""
    entries = (read_json(folder / NAMES) or {}).get("clips")
    found = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("clip"), str):
            found[entry["clip"]] = str(entry.get("name") or entry["clip"])[:200]
    return found


def _rendered(folder: Path) -> Iterator[PreviewSound]:
    left = MOST_FILES
    for entry in _entries(folder):
        match = _STEP.fullmatch(entry.name)
        if match is None or left <= 0:
            continue
        for sound in _sounds(Path(entry.path), int(match[1])):
            left -= 1
            yield sound


def _sounds(folder: Path, step: int | None) -> Iterator[PreviewSound]:
    for entry in _entries(folder):
        if not entry.name.endswith(".wav") or entry.name.startswith("."):
            continue
        try:
            status = entry.stat()
        except OSError:
            continue
        if status.st_size > _HEADER:
            path = Path(entry.path)
            # A step that is rendered again is another sound.
            key = f"{path}@{status.st_mtime_ns}"
            yield PreviewSound(key, path.stem, step, status.st_mtime, path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
