"""Sounds of a strip as samples, as loud as what was put in, and their small pictures."""

from __future__ import annotations

import math
import shutil
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rave_gui.audio.decode import open_sound
from rave_gui.audio.loudness import LoudnessMeter
from rave_gui.audio.sound import Samples
from rave_gui.backend.preview_records import PreviewSound
from rave_gui.backend.preview_validation import load_part
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_SECONDS = 60.0
MOST_GAIN = 30.0
"""dB; more would only bring up the noise of a model that has learnt nothing yet."""
_FULL = 0.99
_MOST_KEPT = 24
"""Sounds held as samples: some 4 MB each."""
_SILENT = -70.0
PICTURE = 48
"""Columns of a small picture."""


@dataclass(frozen=True)
class Level:
    """How loud a sound is."""

    loudness: float | None
    """LUFS; None: silence."""
    peak: float
    """Largest sample, 1.0 is full scale."""


@dataclass(frozen=True)
class Heard:
    """A sound to be played as it is, or made as loud as another."""

    sound: PreviewSound
    samples: Samples
    gain_db: float
    """Applied to ``samples`` already."""
    level: Level
    """Before the gain."""


class Levels:
    """Loads and measures sounds, each once. Safe from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._samples: OrderedDict[str, Samples] = OrderedDict()
        self._levels: dict[str, Level] = {}
        self._pictures: dict[str, tuple[float, ...]] = {}

    def heard(self, sound: PreviewSound, like: PreviewSound | None) -> Heard:
        """The sound, made as loud as ``like``; None leaves it as it is.

        Raises:
            UserError: it cannot be read.
        """
        samples, gain = self.samples(sound), self.gain(sound, like)
        if gain:
            samples = Samples(samples.data * 10 ** (gain / 20), samples.sample_rate)
        return Heard(sound, samples, gain, self.level(sound))

    def gain(self, sound: PreviewSound, like: PreviewSound | None) -> float:
        """What makes ``sound`` as loud as ``like``, in dB; 0 where there is nothing to match.

        Raises:
            UserError: one cannot be read.
        """
        if like is None or like == sound:
            return 0.0
        return gain_db(self.level(sound), self.level(like))

    def level(self, sound: PreviewSound) -> Level:
        """How loud it is.

        Raises:
            UserError: it cannot be read.
        """
        if sound.key not in self._levels:
            self._levels[sound.key] = measure(self.samples(sound))
        return self._levels[sound.key]

    def picture(self, sound: PreviewSound, like: PreviewSound | None) -> tuple[float, ...]:
        """The largest sample of each of :data:`PICTURE` columns, as loud as it is heard.

        Raises:
            UserError: it cannot be read.
        """
        if sound.key not in self._pictures:
            self._pictures[sound.key] = picture(self.samples(sound))
        factor = 10 ** (self.gain(sound, like) / 20)
        return tuple(value * factor for value in self._pictures[sound.key])

    def samples(self, sound: PreviewSound) -> Samples:
        """float32[frames, channels].

        Raises:
            UserError: it cannot be read.
        """
        with self._lock:
            if sound.key in self._samples:
                self._samples.move_to_end(sound.key)
                return self._samples[sound.key]
        found = load(sound)
        with self._lock:
            self._samples[sound.key] = found
            while len(self._samples) > _MOST_KEPT:
                self._samples.popitem(last=False)
        return found


def load(sound: PreviewSound) -> Samples:
    """The samples of a sound, of the first minute at most.

    Raises:
        UserError: it cannot be read.
    """
    import numpy as np  # noqa: PLC0415

    if sound.part is not None:
        return load_part(sound.part)
    if sound.path is None:
        raise UserError("This preview has no sound.")
    with open_sound(sound.path, ffmpeg=shutil.which("ffmpeg")) as decoder:
        left = round(MOST_SECONDS * decoder.sample_rate)
        blocks = []
        for block in decoder.blocks():
            blocks.append(block[:left])
            left -= len(blocks[-1])
            if left <= 0:
                break
        if not blocks:
            raise UserError(f"{sound.path} holds no sound.", "Choose another step.")
        return Samples(np.nan_to_num(np.concatenate(blocks)), decoder.sample_rate)


def measure(samples: Samples) -> Level:
    """Integrated loudness; of sounds too short for it, the plain power."""
    import numpy as np  # noqa: PLC0415

    data = samples.data
    peak = float(np.abs(data).max(initial=0.0))
    meter = LoudnessMeter(samples.sample_rate, data.shape[1])
    meter.add(data)
    loudness = meter.integrated()
    if loudness is None and peak > 0:
        power = float(np.mean(np.square(data, dtype=np.float64))) * data.shape[1]
        plain = 10 * math.log10(power) if power > 0 else _SILENT
        loudness = plain if plain > _SILENT else None
    return Level(loudness, peak)


def gain_db(level: Level, target: Level) -> float:
    """What makes one sound as loud as another without going over full scale."""
    if level.loudness is None or target.loudness is None or level.peak <= 0:
        return 0.0
    room = max(0.0, 20 * math.log10(_FULL / level.peak))
    return max(-MOST_GAIN, min(target.loudness - level.loudness, MOST_GAIN, room))


def picture(samples: Samples) -> tuple[float, ...]:
    """The largest sample of each column."""
    import numpy as np  # noqa: PLC0415

    loud: NDArray[np.float32] = np.abs(samples.data).max(axis=1)
    if not len(loud):
        return (0.0,) * PICTURE
    edges = np.linspace(0, len(loud), PICTURE, endpoint=False).astype(int)
    return tuple(float(value) for value in np.maximum.reduceat(loud, edges))
