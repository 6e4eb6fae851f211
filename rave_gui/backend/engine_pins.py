"""The versions that our engine is made of, and the name of the folder that they go by.

The one place that knows them; the extra ``rave`` in ``pyproject.toml`` repeats them, and a test
compares the two. Standard library only, so that a Python with nothing installed can run this file:
it prints the folder name that the set-up scripts use.
"""

from __future__ import annotations

import hashlib

PINS = (
    "acids-rave==2.3.1",
    "torch==2.8.0",
    "torchaudio==2.8.0",
    "setuptools<81",
    "numpy<1.27",
)
"""Measured to work together: later torchaudio lacks what RAVE calls, later setuptools has no
``pkg_resources``, and scipy 1.10 (RAVE's own pin) needs numpy 1."""
TORCH_PINS = tuple(pin for pin in PINS if pin.startswith("torch"))
"""torch and torchaudio: always from the same source, else they do not load together."""
ADDITIONS = ("onnxruntime>=1.20,<1.24",)
"""What RAVE does without: instruments in ONNX are played with it. Not part of the name, since an
engine in which it cannot be installed is as good; these versions take numpy 1 and Python 3.10."""
PYTHON = ">=3.10,<3.12"
"""scipy 1.10 has no builds for later ones."""


def engine_name() -> str:
    """A folder name that changes with the pins, as ``rave-2.3.1-1a2b3c4d``."""
    version = PINS[0].partition("==")[2]
    digest = hashlib.sha256("\n".join((*PINS, PYTHON)).encode()).hexdigest()[:8]
    return f"rave-{version}-{digest}"


if __name__ == "__main__":
    print(engine_name())
