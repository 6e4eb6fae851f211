"""What is played through an instrument: a clip of the user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_sound import Stretch
    from rave_gui.companion.rave_gui_worker_talk import Fault
else:
    from rave_gui_worker_sound import Stretch
    from rave_gui_worker_talk import Fault

CLIP_SECONDS = 20.0
"""Of a clip no more is played, however long it is."""


def read_clip(path: Path, rate: int, channels: int) -> torch.Tensor:
    """The first seconds of any sound file, ``[1, channels, samples]`` at ``rate`` Hz.

    Raises:
        ValueError: in words, when it holds no sound that can be read.
    """
    try:
        blocks = list(Stretch(path, rate, channels, end=CLIP_SECONDS).blocks())
    except Fault as fault:
        raise ValueError(str(fault).rstrip(".")) from fault
    if not sum(block.shape[-1] for block in blocks):
        raise ValueError(f"{path.name} holds no sound")
    return torch.from_numpy(np.concatenate(blocks, axis=-1)).unsqueeze(0)
