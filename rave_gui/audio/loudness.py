"""Integrated loudness, block by block, as EBU R128 and ITU-R BS.1770-4 define it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rave_gui.audio.iir import Filter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HOPS_A_SECOND = 10
"""Gating blocks of 400 ms begin every 100 ms (BS.1770-4: overlap of 75 %)."""
_BLOCK_HOPS = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691
"""LUFS; makes a 997 Hz sine at 0 dBFS in one channel read -3.01 (BS.1770-4)."""
_SURROUND_WEIGHTS = (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)
"""L R C LFE Ls Rs, for files of six channels; all others count every channel once."""


class LoudnessMeter:
    """Told the sound hop by hop; tells its loudness at the end."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        import numpy as np  # noqa: PLC0415

        self._filter = Filter(k_weighting(sample_rate), channels)
        self._hop = hop_frames(sample_rate)
        self._weights = np.array(_SURROUND_WEIGHTS if channels == 6 else [1.0] * channels)
        self._energies: list[NDArray[np.float64]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """float32[frames, channels]; only the last block may be other than whole hops."""
        import numpy as np  # noqa: PLC0415

        weighted = self._filter.apply(block)
        whole = weighted.shape[1] // self._hop
        hops = weighted[:, : whole * self._hop].reshape(len(weighted), whole, self._hop)
        power = np.einsum("chf,chf->hc", hops, hops) / self._hop
        self._energies.append(power @ self._weights)

    def integrated(self) -> float | None:
        """LUFS; None where the sound is shorter than 400 ms or all of it is below the gate."""
        import numpy as np  # noqa: PLC0415

        hops = np.concatenate([*self._energies, np.zeros(0)])
        if len(hops) < _BLOCK_HOPS:
            return None
        blocks = np.convolve(hops, np.full(_BLOCK_HOPS, 1 / _BLOCK_HOPS), "valid")
        heard = blocks[blocks > _power(_ABSOLUTE_GATE)]
        if not len(heard):
            return None
        gate = heard.mean() * 10 ** (_RELATIVE_GATE / 10)
        return _OFFSET + 10 * math.log10(float(heard[heard > gate].mean()))


def hop_frames(sample_rate: int) -> int:
    """Frames of one hop of 100 ms."""
    return max(1, round(sample_rate / HOPS_A_SECOND))


def k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """float64[2, 6]: second-order sections of the K filter at any rate.

    BS.1770-4 gives coefficients for 48 kHz only. These are the analogue prototypes behind them
    (shelf 1681.97 Hz, +4 dB; high pass 38.14 Hz), warped to the rate by the bilinear transform, as
    libebur128 does; at 48 kHz they are the published ones to nine digits.
    """
    import numpy as np  # noqa: PLC0415

    return np.array([_shelf(sample_rate), _high_pass(sample_rate)])


def _shelf(sample_rate: int) -> list[float]:
    k, q = math.tan(math.pi * 1681.974450955533 / sample_rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = (high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k)
    return [*(value / a0 for value in b), 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _high_pass(sample_rate: int) -> list[float]:
    k, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))
