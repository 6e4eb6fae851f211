"""How many latent dimensions an export will have, from the checkpoint's own analysis.

RAVE writes into the buffer ``fidelity`` the share of the variance that the first dimensions hold
together (model.py, ``validation_epoch_end``). ``rave export --fidelity f`` takes the place, counted
from 0, of the first that is above ``f``, and rounds it up to a power of 2 (export.py:119).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

USUAL = (0.8, 0.9, 0.95, 0.99)
_LEAST, _MOST = 0.1, 0.999
"""What ``--fidelity`` takes."""


def table(fidelity: Sequence[float]) -> dict[str, Any]:
    """Everything that can be told from the buffer; ``measured`` is false before a validation."""
    if not any(fidelity):
        # RAVE exports one dimension then, whatever is asked for.
        return {"measured": False, "kept": [], "for_fidelity": {}, "exports": []}
    return {
        "measured": True,
        "kept": [round(float(one), 6) for one in fidelity],
        "for_fidelity": {
            f"{one:g}": {"dims": needed(fidelity, one), "exported": exported(fidelity, one)}
            for one in USUAL
        },
        "exports": _exports(fidelity),
    }


def needed(fidelity: Sequence[float], share: float) -> int:
    """Dimensions that hold more than ``share`` of the variance."""
    return _place(fidelity, share) + 1


def exported(fidelity: Sequence[float], share: float) -> int:
    """Dimensions of an export with ``--fidelity share``."""
    return int(2 ** math.ceil(math.log2(max(_place(fidelity, share), 1))))


def _place(fidelity: Sequence[float], share: float) -> int:
    return next((index for index, one in enumerate(fidelity) if one > share), 0)


def _exports(fidelity: Sequence[float]) -> list[dict[str, Any]]:
    """Each number of dimensions that an export can have, with a fidelity that gives it."""
    found: dict[int, list[float]] = {}
    for step in range(int(_LEAST * 1000), int(_MOST * 1000) + 1):
        dims = exported(fidelity, step / 1000)
        found.setdefault(dims, []).append(step / 1000)
    return [
        {
            "dims": dims,
            "fidelity": shares[len(shares) // 2],
            "kept": round(float(fidelity[min(dims, len(fidelity)) - 1]), 6),
        }
        for dims, shares in sorted(found.items())
    ]
