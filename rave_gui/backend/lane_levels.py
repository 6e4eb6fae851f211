"""How loud a sound of any length is, read block by block."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from rave_gui.audio.loudness import LoudnessMeter, hop_frames
from rave_gui.audio.play_source import Source, open_source, two_channels
from rave_gui.audio.sound import Sound
from rave_gui.backend.preview_levels import Level
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

_HOPS = 20
_SILENT = -70.0


def measure_file(path: Path, cancelled: Callable[[], bool] | None = None) -> Level:
    """Integrated loudness of what is heard of a file; of very short ones the plain power.

    Raises:
        UserError: it cannot be read, or was cancelled.
    """
    import numpy as np  # noqa: PLC0415

    source = open_source(Sound(str(path), path.name, path=path))
    try:
        meter = LoudnessMeter(source.sample_rate, 2)
        peak, energy, frames = 0.0, 0.0, 0
        for block in _hops(source):
            if cancelled is not None and cancelled():
                raise UserError("Measuring was cancelled.")
            meter.add(block)
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            energy += float(np.sum(np.square(block, dtype=np.float64)))
            frames += len(block)
    finally:
        source.close()
    return Level(_loudness(meter, energy / max(1, frames)), peak)


def _loudness(meter: LoudnessMeter, power: float) -> float | None:
    found = meter.integrated()
    if found is not None or power <= 0:
        return found
    plain = 10 * math.log10(power)
    return plain if plain > _SILENT else None


def _hops(source: Source) -> Iterator[Block]:
    """Blocks of whole hops, as the meter wants them; the last may be shorter."""
    import numpy as np  # noqa: PLC0415

    wanted = _HOPS * hop_frames(source.sample_rate)
    rest: list[Block] = []
    have = 0
    while len(block := source.read(wanted)):
        rest.append(two_channels(block))
        have += len(block)
        if have >= wanted:
            whole = np.concatenate(rest)
            yield whole[:wanted]
            rest, have = [whole[wanted:]], have - wanted
    if have:
        yield np.concatenate(rest)
