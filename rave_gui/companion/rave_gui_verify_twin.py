"""An instrument without chance: the same file with its random numbers replaced by their mean.

RAVE draws random numbers when it plays: for latents that the export dropped, for a variational
encoder, for its noise synthesizer. They hide what blocks and delays do. A TorchScript archive holds
its code as text, so a copy of it can be made, in memory only, that is exact.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_model import Instrument
else:
    from rave_gui_verify_model import Instrument

_CALM = (
    (re.compile(r"\btorch\.randn\("), "torch.zeros("),
    (re.compile(r"\btorch\.randn_like\("), "torch.zeros_like("),
    (re.compile(r"\btorch\.rand_like\((\w+)"), r"torch.full_like(\1, 0.5"),
)
"""The arguments are the same, so that nothing else has to change."""


def calm_twin(path: Path, tone: torch.Tensor) -> Instrument | None:
    """The instrument in ``path`` without chance.

    Args:
        path: A file that was found safe.
        tone: Played twice to see whether chance is gone.

    Returns:
        None where its code draws random numbers in a way that is not known here.
    """
    try:
        twin = Instrument(torch.jit.load(_without_chance(path), map_location="cpu"))
        first = twin.run("forward", tone, seed=1)
        twin.reset()
        second = twin.run("forward", tone, seed=2)
        twin.reset()
    except Exception:  # whatever torch says of code that was changed
        return None
    same = torch.equal(torch.nan_to_num(first), torch.nan_to_num(second))
    return twin if same else None


def _without_chance(path: Path) -> Any:
    made = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(made, "w") as twin:
        for name in archive.namelist():
            if name.endswith(".debug_pkl"):  # points at characters of the code as it was
                continue
            content = archive.read(name)
            twin.writestr(name, calmed(content) if name.endswith(".py") else content)
    made.seek(0)
    return made


def calmed(code: bytes) -> bytes:
    """TorchScript with every random number replaced by its mean."""
    text = code.decode()
    for drawing, mean in _CALM:
        text = drawing.sub(mean, text)
    return text.encode()
