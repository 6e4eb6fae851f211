"""RAVE's own validation sounds: what its ``audio_val`` clips hold, one by one.

A clip is ``torch.cat(audio, 0)[:8].reshape(-1)`` of ``cat([x, y], -1)`` (rave/model.py,
``validation_epoch_end``): for each of up to eight sounds and each channel the original, then what
the model made of it, end to end in one mono WAV of 16 bits.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rave_gui.audio.sound import Samples
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.metrics_records import Clip
from rave_gui.backend.preview_records import ClipPart, PreviewClip, PreviewSound
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Mono = NDArray[np.float32]

TAG = "audio_val"
MOST = 8
_RATIO = 512
"""Windows are multiples of what one latent stands for: 512 samples or more in every config."""
_HOP, _BANDS = 512, 8
_SURER = 0.1
"""By so much another window must fit better than the expected one before it is believed."""


def validation_clips(clips: Sequence[Clip], window: int, channels: int) -> tuple[PreviewClip, ...]:
    """RAVE's sounds, by their place in the clip.

    Args:
        clips: All clips of a run; those of other tags, of unknown steps and what a resumed
            training overwrote are left out.
        window: Samples of one sound.
        channels: Of the model.
    """
    usable = [clip for clip in clips if is_usable(clip) and count_in(clip, window, channels)]
    most = max((count_in(clip, window, channels) for clip in usable), default=0)
    made = (_clip(index, usable, window, channels) for index in range(most))
    return tuple(made)


def is_usable(clip: Clip) -> bool:
    """Whether it is one of RAVE's validation sounds, and its step is known and still counts."""
    return clip.ref.tag == TAG and clip.step is not None and not clip.superseded


def count_in(clip: Clip, window: int, channels: int) -> int:
    """How many sounds of that length it holds; 0 where that does not come out even."""
    each = 2 * window * channels
    count, rest = divmod(clip.ref.frames, each) if each > 0 else (0, 1)
    return count if rest == 0 and 1 <= count <= MOST else 0


def guess_window(sounds: Sequence[Mono], channels: int, expected: int) -> int:
    """Samples of one sound in some clips, where nobody wrote down the window of the training.

    Originals and results take turns. Under the true window a result rises and falls with its
    original once the model has learnt; until then all results differ from all originals.
    """
    length = len(sounds[0])
    alike = [sound for sound in sounds if len(sound) == length]
    known = {n: _fit(alike, n) for n in _windows(length, channels)}
    if not known:
        return expected
    best = max(known, key=lambda n: known[n])
    return expected if known.get(expected, -9.0) >= known[best] - _SURER else best


def load_part(part: ClipPart) -> Samples:
    """The sound itself: float32[frames, channels].

    Raises:
        UserError: the clip is damaged, or its event file is gone.
    """
    import numpy as np  # noqa: PLC0415

    sound, rate = decode(RunMetrics.load_clip(part.clip))
    shape = (-1, part.channels, 2, part.window)
    try:
        sounds = sound.reshape(shape)
        chosen = sounds[part.index, :, 0 if part.original else 1]
    except (ValueError, IndexError) as error:
        raise UserError(
            f"The validation sound of step {part.clip.step} has another length than expected.",
            "Choose the sound of another step.",
        ) from error
    return Samples(np.ascontiguousarray(chosen.T), rate)


def decode(data: bytes) -> tuple[Mono, int]:
    """float32[samples] and the rate in Hz of a WAV file as TensorBoard writes it.

    Raises:
        UserError: it is no such file.
    """
    import numpy as np  # noqa: PLC0415

    try:
        with wave.open(io.BytesIO(data), "rb") as file:
            if file.getsampwidth() != 2:
                raise ValueError("not 16 bits")
            raw, rate = file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError, ValueError) as error:
        raise UserError(
            f"This validation sound cannot be read: {error}.", "Choose that of another step."
        ) from error
    whole = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2")
    return (whole / 32768).astype(np.float32), rate


def _clip(index: int, clips: Sequence[Clip], window: int, channels: int) -> PreviewClip:
    key = f"rave-{index + 1}"
    sounds: dict[int, PreviewSound] = {}
    originals: dict[int, PreviewSound] = {}
    for clip in clips:
        if index < count_in(clip, window, channels) and clip.step is not None:
            for original, found in ((False, sounds), (True, originals)):
                part = ClipPart(clip, index, window, channels, original)
                place = f"{clip.path}#{clip.ref.offset}:{index}:{int(original)}"
                step = None if original else clip.step
                found[clip.step] = PreviewSound(place, key, step, clip.ref.wall_time, part=part)
    steps = sorted(sounds)
    originals = {step: originals[step] for step in steps}
    if steps:
        originals[-1] = originals[steps[-1]]
    return PreviewClip(
        key,
        f"RAVE's validation sound {index + 1}",
        tuple(sounds[step] for step in steps),
        originals=originals,
    )


def _windows(length: int, channels: int) -> list[int]:
    """The windows that come out even."""
    found = []
    for count in range(MOST, 0, -1):
        window, rest = divmod(length, 2 * count * channels)
        if rest == 0 and window and window % _RATIO == 0:
            found.append(window)
    return found


def _fit(sounds: Sequence[Mono], window: int) -> float:
    return sum(_alternating(sound, window) for sound in sounds) / len(sounds)


def _alternating(sound: Mono, window: int) -> float:
    """How well the stretches of this length take turns as original and result, about 0 to 2."""
    import numpy as np  # noqa: PLC0415

    bands = _band_levels(sound).reshape(-1, 2, window // _HOP, _BANDS)
    first, second = bands[:, 0].reshape(-1, _BANDS), bands[:, 1].reshape(-1, _BANDS)
    apart = np.abs(first.mean(axis=0) - second.mean(axis=0))
    spread = first.std(axis=0) + second.std(axis=0)
    different = float(np.mean(apart / (apart + spread + 0.1)))
    # Changes, not levels: levels alike are found wherever loud and quiet take turns.
    moves = np.clip(np.diff(bands.mean(axis=3), axis=2), -0.5, 0.5).reshape(len(bands), 2, -1)
    moves -= moves.mean(axis=2, keepdims=True)
    power = np.sqrt((moves[:, 0] ** 2).sum() * (moves[:, 1] ** 2).sum())
    alike = float((moves[:, 0] * moves[:, 1]).sum() / power) if power > 1e-9 else 0.0
    return different + alike


def _band_levels(sound: Mono) -> NDArray[np.float64]:
    """float64[hops, bands]: the level of each octave, in bels."""
    import numpy as np  # noqa: PLC0415

    frames = sound[: len(sound) // _HOP * _HOP].reshape(-1, _HOP) * np.hanning(_HOP)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = [2**band for band in range(_BANDS)]
    levels: NDArray[np.float64] = np.log10(np.add.reduceat(power, edges, axis=1) + 1e-4)
    return levels
