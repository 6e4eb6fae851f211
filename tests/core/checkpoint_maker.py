"""Checkpoint files as torch and Lightning write them, as far as their first kilobytes go."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any


def content(step: int = 42, epoch: int = 3, **more: Any) -> dict[str, Any]:
    """What ``dump_checkpoint`` of pytorch-lightning 1.9 begins with."""
    return {
        "epoch": epoch,
        "global_step": step,
        "pytorch-lightning_version": "1.9.0",
        "state_dict": {"epoch": 999, "global_step": 888, "weight": [0.5] * 50},
        **more,
    }


def write(
    path: Path, pickled: Any = None, protocol: int = 2, member: str = "archive/data.pkl"
) -> Path:
    """A zip whose first member is the pickle, uncompressed, as ``torch.save`` makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = pickled if isinstance(pickled, bytes) else pickle.dumps(pickled or content(), protocol)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", raw)
        archive.writestr("archive/data/0", os.urandom(2000))
    return path
