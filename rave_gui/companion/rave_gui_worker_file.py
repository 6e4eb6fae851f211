"""Model files from anywhere: what kind they are, and their contents without obeying them."""

from __future__ import annotations

import pickle
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_file import FAIL, check_file
    from rave_gui.companion.rave_gui_verify_safe import check_safe
    from rave_gui.companion.rave_gui_worker_talk import UNTRUSTED, Fault, first_line
else:
    from rave_gui_verify_file import FAIL, check_file
    from rave_gui_verify_safe import check_safe
    from rave_gui_worker_talk import UNTRUSTED, Fault, first_line

CHECKPOINT, TORCHSCRIPT = "checkpoint", "torchscript"
_CHOOSE = "Choose a checkpoint (.ckpt) of RAVE or an exported instrument (.ts)."
_AGAIN = "Copy it again from where it came, or choose another checkpoint."
_TRUST = (
    "If you know who made it and trust them, say so; it may then run any program on this computer."
)


def kind_of(path: Path) -> str:
    """``checkpoint`` or ``torchscript``, told from the contents.

    Raises:
        Fault: the file is missing, damaged or something else.
    """
    try:
        problem = _not_a_file(path)
        if problem:
            raise Fault(f"{path.name or path} {problem}", _CHOOSE)
        return _kind(path)
    except OSError as error:
        raise Fault(f"{path.name} cannot be read: {error.strerror}.", _CHOOSE) from error


def _not_a_file(path: Path) -> str:
    if not path.exists():
        return "does not exist. It may have been moved or deleted."
    if not path.is_file():
        return "is not a file."
    return "is empty." if path.stat().st_size == 0 else ""


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(2)
    # Old versions of torch wrote a bare pickle, which begins with 0x80.
    if head[:1] == b"\x80" and path.suffix != ".ts":
        return CHECKPOINT
    if not zipfile.is_zipfile(path):
        cut = "is incomplete: its end is missing." if head == b"PK" else "is no model of RAVE."
        raise Fault(f"{path.name} {cut}", _AGAIN if head == b"PK" else _CHOOSE)
    with zipfile.ZipFile(path) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    if "constants.pkl" in names:
        return TORCHSCRIPT
    if "data.pkl" in names:
        return CHECKPOINT
    raise Fault(f"{path.name} is no model of RAVE.", _CHOOSE)


def load_torchscript(path: Path) -> Any:
    """The module in a ``.ts`` file, whose whole bytes were checked before.

    Raises:
        Fault: it is damaged, would touch files, or this torch cannot load it.
    """
    import torch  # noqa: PLC0415

    for look in (check_file, check_safe):
        check = look(path)
        if check.result == FAIL:
            raise Fault(check.text)
    try:
        return torch.jit.load(str(path), map_location="cpu")
    except Exception as error:
        text = f"{path.name} cannot be loaded by torch {torch.__version__}: {first_line(error)}"
        raise Fault(text, "Export it again, with the engine of this application.") from error


@dataclass(frozen=True)
class Checkpoint:
    """What is kept of a checkpoint: the weights of the generator, and facts about the rest."""

    weights: dict[str, Any]
    """Tensors by name, without those of the judge and of the optimizers."""
    parameters: dict[str, int]
    """Numbers by the first part of the name: encoder, decoder, discriminator."""
    step: int | None
    epoch: int | None
    training_steps: int | None
    """Steps that RAVE's warm-up counted; in the first phase until ``phase_1_duration``."""
    ema: bool


def read_checkpoint(path: Path, trusted: bool) -> Checkpoint:
    """The checkpoint in ``path``; only numbers are taken from it unless its source is trusted.

    Raises:
        Fault: it is damaged, no checkpoint of RAVE, or needs more (code ``untrusted``).
    """
    content = _content(path, trusted)
    state = content.get("state_dict") if isinstance(content, dict) else None
    if not isinstance(state, dict) or not any(str(key).startswith("encoder.") for key in state):
        raise Fault(f"{path.name} is no checkpoint of RAVE.", _CHOOSE)
    return Checkpoint(
        # Cloned, so that nothing hangs on the file, which a training may write anew.
        weights={k: v.clone() for k, v in state.items() if not _of_judge(k)},
        parameters=_counted(state),
        step=_whole(content.get("global_step")),
        epoch=_whole(content.get("epoch")),
        training_steps=_training_steps(content),
        ema="EMA" in (content.get("callbacks") or {}),
    )


def _of_judge(name: str) -> bool:
    return name.startswith(("discriminator.", "audio_distance.", "multiband_audio_distance."))


def _content(path: Path, trusted: bool) -> Any:
    import torch  # noqa: PLC0415

    try:
        # Mapped, since two thirds of a checkpoint are the optimizers', which nobody reads here.
        mapped = zipfile.is_zipfile(path)
        if mapped:
            _hold_against_sums(path)
        return torch.load(str(path), "cpu", weights_only=not trusted, mmap=mapped)
    except pickle.UnpicklingError as error:
        raise _refused(path, error) from error
    except Exception as error:
        text = f"{path.name} is damaged and cannot be read: {first_line(error)}"
        raise Fault(text, _AGAIN) from error


def _hold_against_sums(path: Path) -> None:
    """Torch reads numbers that changed on the way without a word. Raises ValueError."""
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()
    if damaged:
        raise ValueError(f"{damaged} is not as it was written")


def _refused(path: Path, error: Exception) -> Fault:
    """What torch says where a file needs more than numbers; torch names the first such thing."""
    text = str(error)
    named = re.search(r"(?:GLOBAL|global|class) [`']?([\w.]+)", text)
    if "weights_only" not in text.lower() and named is None:
        return Fault(f"{path.name} is damaged and cannot be read: {first_line(error)}", _AGAIN)
    what = f" (it asks for “{named[1]}”)" if named else ""
    return Fault(
        f"{path.name} holds more than numbers{what}: opening it could run a program in it.",
        _TRUST,
        UNTRUSTED,
    )


def _counted(state: dict[str, Any]) -> dict[str, int]:
    """Numbers that are learned; the directions of a normalized weight, not its lengths twice."""
    count: dict[str, int] = {}
    for name, tensor in state.items():
        part = str(name).partition(".")[0]
        learned = str(name).rpartition(".")[2] in _LEARNED
        if part in {"encoder", "decoder", "discriminator"} and learned:
            count[part] = count.get(part, 0) + int(tensor.numel())
    return count


_LEARNED = {"weight", "bias", "weight_g", "weight_v", "alpha", "original0", "original1"} | {
    f"{kind}_{gate}_l{layer}"
    for kind in ("weight", "bias")
    for gate in ("ih", "hh")
    for layer in range(4)
}


def _training_steps(content: dict[str, Any]) -> int | None:
    callbacks = content.get("callbacks")
    for name, state in callbacks.items() if isinstance(callbacks, dict) else ():
        if str(name).startswith("WarmupCallback") and isinstance(state, dict):
            return _whole(state.get("training_steps"))
    return None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
