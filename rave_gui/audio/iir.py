"""Recursive filters with a state, by scipy, but without the two seconds that its import takes.

``scipy.signal`` loads statistics, interpolation and much else; processes that only listen need one
compiled function of it. Where that cannot be had alone, the whole package is loaded.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NAME = "scipy.signal._sosfilt"
_LOADING = threading.Lock()


class Filter:
    """Second-order sections over channels, block after block."""

    def __init__(self, sections: NDArray[np.float64], channels: int) -> None:
        import numpy as np  # noqa: PLC0415

        self._sections = np.ascontiguousarray(sections, dtype=np.float64)
        self._state = np.zeros((channels, len(sections), 2))

    def apply(self, block: NDArray[np.float32]) -> NDArray[np.float64]:
        """float32[frames, channels] to float64[channels, frames]; goes on from the last block."""
        import numpy as np  # noqa: PLC0415

        wave = np.array(block.T, dtype=np.float64, order="C")
        kernel = _kernel()
        if kernel is not None:
            kernel(self._sections, wave, self._state)
            return wave
        from scipy.signal import sosfilt  # noqa: PLC0415

        state = np.moveaxis(self._state, 0, 1)
        filtered, state = sosfilt(self._sections, wave, axis=1, zi=state)
        self._state = np.ascontiguousarray(np.moveaxis(state, 1, 0))
        return np.asarray(filtered)


def _kernel() -> Any:
    """The compiled loop, which works in place; None where it is not found by itself.

    One thread at a time: whoever came second would find a module that is half made.
    """
    with _LOADING:
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> Any:
    package = importlib.util.find_spec("scipy")
    places = list(package.submodule_search_locations or ()) if package else []
    for library in (file for place in places for file in Path(place, "signal").glob("_sosfilt*")):
        try:
            spec = importlib.util.spec_from_file_location(_NAME, library)
            if spec is None or spec.loader is None or library.suffix not in {".so", ".pyd"}:
                continue
            module = sys.modules.get(_NAME) or importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module._sosfilt
        except (ImportError, AttributeError):
            continue
    return None
