"""How high the sound really reaches, and whether something has cut it off there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW = 4096
"""Frames of one spectrum."""
LOUD = 1e-3
"""Least RMS of a window that counts (-60 dBFS)."""
_BANDS_A_KHZ = 5
_FLOOR_DB = -125.0
"""Mean power of one bin, in dB of a full-scale sine, below which there is nothing. Rounding to 16
bits alone leaves about -131 in a bin of this window."""
_CLIFF_DB = 18.0
"""How far the level of dense sound falls within 1.2 kHz where a machine has cut it."""
_FALL_BANDS = 3
_DENSE_BANDS = 7
"""Sound must be dense over so many bands below the cut; single tones fall steeply by nature."""
_HIGHEST = 0.92
"""Part of the spectrum above which a cut is that of every converter and says nothing."""


class BandwidthMeter:
    """Averages spectra of a few windows of every block."""

    def __init__(self, sample_rate: int) -> None:
        import numpy as np  # noqa: PLC0415

        self._rate = sample_rate
        self._step = max(WINDOW, sample_rate // 3)
        self._shape = np.hanning(WINDOW).astype(np.float32)
        self._power = np.zeros(WINDOW // 2 + 1)
        self._level = np.zeros(WINDOW // 2 + 1)
        self._windows = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """float32[frames, channels]; three windows of every second are looked at."""
        import numpy as np  # noqa: PLC0415

        starts = range(0, len(block) - WINDOW + 1, self._step)
        if not starts:
            return
        wave = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)
        frames = np.stack([wave[start : start + WINDOW] for start in starts])
        frames = frames[np.einsum("wf,wf->w", frames, frames) > LOUD**2 * WINDOW]
        if not len(frames):
            return
        spectra = np.abs(np.fft.rfft(frames * self._shape, axis=1)) ** 2 / (WINDOW / 4) ** 2
        self._power += spectra.sum(axis=0)
        self._level += np.log10(spectra + 1e-16).sum(axis=0)
        self._windows += len(frames)

    def result(self) -> tuple[float | None, bool]:
        """The highest frequency in Hz that carries sound, and whether it was cut off there."""
        import numpy as np  # noqa: PLC0415

        if not self._windows:
            return None, False
        loud = _banded(10 * np.log10(self._power / self._windows + 1e-16), self._rate)
        usual = _banded(10 * self._level / self._windows, self._rate)
        filled = np.flatnonzero(loud > max(_FLOOR_DB, float(loud.max()) - 100.0))
        top = int(filled[-1]) if len(filled) else 0
        cut = _cliff(usual)
        band = 1000 / _BANDS_A_KHZ
        if cut is not None:
            return cut * band, True
        return min((top + 1) * band, self._rate / 2), False


def _banded(level: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Medians over bands of 200 Hz, in dB: single tones in them do not count."""
    import numpy as np  # noqa: PLC0415

    hertz = np.arange(len(level)) * rate / WINDOW
    number = (hertz * _BANDS_A_KHZ / 1000).astype(int)
    edges = np.flatnonzero(np.diff(number)) + 1
    return np.array([float(np.median(part)) for part in np.split(level, edges)])


def _cliff(level: NDArray[np.float64]) -> int | None:
    """The band at which dense sound falls off a cliff with nothing behind it; None for none."""
    import numpy as np  # noqa: PLC0415

    reach = _FALL_BANDS
    falls = level[: -2 * reach] - level[2 * reach :]
    band = int(np.argmax(falls)) + reach if len(falls) else 0
    if band < _DENSE_BANDS + reach or band > _HIGHEST * len(level):
        return None
    before, rest = level[band - _DENSE_BANDS - reach : band - reach], level[band + reach :]
    nothing = max(_FLOOR_DB + 8.0, float(before.max()) - 45.0)
    cut = (
        float(before.min()) - float(np.median(rest)) > _CLIFF_DB and falls[band - reach] > _CLIFF_DB
    )
    return band if cut and float(np.percentile(rest, 90)) < nothing else None
