"""Which program and which Python hold an instrument in ONNX against its checkpoint."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from rave_gui.backend.engine_record import Engine
from rave_gui.core.paths import companion_dir

CHECKER = "rave_gui_check_onnx.py"
_SUFFIX = ".onnx"
_RUNTIME = "onnxruntime"


def onnx_check_argv(engine: Engine, path: Path) -> list[str]:
    """What plays the ``.onnx`` file ``path`` under onnxruntime and compares.

    Neither torch nor RAVE is needed for it, so that the application's own Python does where the
    engine has no onnxruntime. Without either the check says that it could not be made.
    """
    return [str(_python(engine)), str(companion_dir() / CHECKER), str(path)]


def has_reference(path: Path) -> bool:
    """Whether the file is one of ours in ONNX, with what its checkpoint answered beside it."""
    return path.suffix == _SUFFIX and path.with_name(f"{path.stem}.reference.npz").is_file()


def has_runtime(engine: Engine) -> bool:
    """Whether the engine brings onnxruntime, as far as its folders tell."""
    folder = engine.configs_dir
    return folder is not None and (folder.parents[1] / _RUNTIME).is_dir()


def _python(engine: Engine) -> Path:
    own = not getattr(sys, "frozen", False) and importlib.util.find_spec(_RUNTIME) is not None
    return Path(sys.executable) if own and not has_runtime(engine) else engine.python
