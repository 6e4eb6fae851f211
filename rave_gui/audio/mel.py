"""Rows as ears space them: librosa's mel filters over the windows of every spectrogram here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0


@dataclass(frozen=True)
class MelScale:
    """Triangles of height 1, so that a sine at full scale is about 1 in its row."""

    filters: Floats
    """float32[bins, rows]."""
    lowest_hz: float
    highest_hz: float

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.filters.shape[1])

    def gather(self, power: Floats) -> Floats:
        """float32[windows, bins] to float32[windows, rows]."""
        found: Floats = power @ self.filters
        return found


def mel_scale(rate: int, window: int, rows: int) -> MelScale:
    """For a transform of ``window`` frames at ``rate`` Hz.

    No more rows than the transform can tell apart: a triangle without a bin would be empty.
    """
    import librosa  # noqa: PLC0415  (takes a second: only whoever looks at mels waits for it)
    import numpy as np  # noqa: PLC0415

    high = min(HIGHEST_HZ, rate / 2)
    filters = librosa.filters.mel(
        sr=rate, n_fft=window, n_mels=rows, fmin=LOWEST_HZ, fmax=high, norm=None
    )
    empty = ~filters.any(axis=1)
    if empty.any():  # the bin next to the middle of such a row speaks for it
        middles = librosa.mel_frequencies(rows + 2, fmin=LOWEST_HZ, fmax=high)[1:-1]
        bins = np.clip(np.round(middles * window / rate).astype(int), 0, window // 2)
        filters[np.flatnonzero(empty), bins[empty]] = 1.0
    return MelScale(np.ascontiguousarray(filters.T, dtype=np.float32), LOWEST_HZ, high)
