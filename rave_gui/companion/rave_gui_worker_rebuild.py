"""RAVE's own network, built by RAVE from ``config.gin`` and filled with a checkpoint's weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_file import Checkpoint
    from rave_gui.companion.rave_gui_worker_gin import check_config, find_config
    from rave_gui.companion.rave_gui_worker_talk import Fault, first_line
else:
    from rave_gui_worker_file import Checkpoint
    from rave_gui_worker_gin import check_config, find_config
    from rave_gui_worker_talk import Fault, first_line

_MOST_CHANNELS = 64
_BELONG = "Choose the config.gin that RAVE wrote for this very training."
_JUDGES = ("discriminator", "audio_distance", "multiband_audio_distance")


def rebuild(path: Path, checkpoint: Checkpoint, trusted: bool) -> tuple[Any, str]:
    """The network of the checkpoint in ``path``, ready to play, and the text of its config.

    Raises:
        Fault: there is no configuration, it is not trusted, or the two do not belong together.
    """
    config = check_config(find_config(path), trusted)
    module = _filled(config, checkpoint.weights, path)
    for part in module.modules():
        if hasattr(part, "weight_g"):
            _torch().nn.utils.remove_weight_norm(part)
    return module, config


def streaming_twin(module: Any, config: str) -> Any:
    """The same network with cached convolutions and the very same weights, not a copy of them."""
    twin = _built(config, int(module.n_channels), streaming=True)
    for part in twin.modules():
        if hasattr(part, "weight_g"):
            _torch().nn.utils.remove_weight_norm(part)
    twin.load_state_dict(module.state_dict(), strict=False, assign=True)
    return twin.eval()


def _torch() -> Any:
    import torch  # noqa: PLC0415

    return torch


def _filled(config: str, weights: Mapping[str, Any], path: Path) -> Any:
    """RAVE leaves the number of channels out of its configuration; the weights tell it."""
    module = _built(config, 1)
    channels = _channels(module, weights)
    if channels != 1:
        module = _built(config, channels)
    try:
        missing, _ = module.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise Fault(f"{path.name} and its config.gin are of different models.", _BELONG) from error
    if [name for name in missing if name.startswith(("encoder.", "decoder."))]:
        raise Fault(f"{path.name} and its config.gin are of different models.", _BELONG)
    return module.eval()


def _channels(module: Any, weights: Mapping[str, Any]) -> int:
    """From the first layer, which is as wide as the sound has channels."""
    for name, mine in module.encoder.state_dict().items():
        theirs = weights.get(f"encoder.{name}")
        if name.rpartition(".")[2] in {"weight", "weight_v"} and theirs is not None:
            times = theirs.shape[1] / mine.shape[1] if mine.dim() > 1 else 1
            whole = times == int(times) and 1 <= times <= _MOST_CHANNELS
            return int(times) if whole else 1
    return 1


def _built(config: str, channels: int, streaming: bool = False) -> Any:
    """A network with random weights; gin and cached convolutions keep global switches."""
    import cached_conv  # type: ignore[import-not-found]  # noqa: PLC0415
    import gin  # noqa: PLC0415
    import rave  # type: ignore[import-not-found]  # noqa: PLC0415

    cached_conv.use_cached_conv(streaming)
    gin.clear_config()
    try:
        gin.parse_config(config)
        module = rave.RAVE(n_channels=channels)
    except Exception as error:
        text = f"This RAVE cannot build the model of that config.gin: {first_line(error)}"
        raise Fault(text, "It may come from another version of RAVE.") from error
    finally:
        cached_conv.use_cached_conv(False)
    for name in _JUDGES:
        setattr(module, name, None)
    return module.eval()
