"""Models ready to play: a checkpoint rebuilt by RAVE, or an exported instrument, used alike."""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion import rave_gui_worker_file as files
    from rave_gui.companion.rave_gui_worker_chance import SEED, Chance
    from rave_gui.companion.rave_gui_worker_rebuild import rebuild, streaming_twin
    from rave_gui.companion.rave_gui_worker_space import space_of
    from rave_gui.companion.rave_gui_worker_talk import Fault
else:
    import rave_gui_worker_file as files
    from rave_gui_worker_chance import SEED, Chance
    from rave_gui_worker_rebuild import rebuild, streaming_twin
    from rave_gui_worker_space import space_of
    from rave_gui_worker_talk import Fault

_NOISE = 3
_KEPT = 4


class Model(Protocol):
    """What renders and sessions need; sound is float32[1, channels, samples]."""

    rate: int
    channels: int
    channels_out: int
    ratio: int
    """Samples in one latent frame."""
    latent_size: int
    """Dimensions that can be turned; 0 where the model cannot be opened in the middle."""
    streaming: bool
    """Whether it remembers the block before."""
    positional: bool
    """Whether its random numbers belong to places, so that joints are the same sound."""
    user: object
    """Whose sound its memory holds; None after a reset."""

    def encode(self, x: torch.Tensor, frame: int) -> torch.Tensor:
        """float32[1, latent_size, frames] of a whole number of frames; ``frame``: the first."""

    def decode(self, z: torch.Tensor, frame: int) -> torch.Tensor:
        """The sound of these frames."""

    def forward(self, x: torch.Tensor, frame: int) -> torch.Tensor:
        """Both, as the model itself does it."""

    def reset(self) -> None:
        """Forget all sound that went through."""

    def memory(self) -> dict[str, torch.Tensor]:
        """A copy of what it remembers."""

    def remember(self, memory: dict[str, torch.Tensor]) -> None:
        """Go on from such a copy."""


class _Remembering:
    """What all models with cached convolutions have in common."""

    module: Any
    user: object = None

    def memory(self) -> dict[str, torch.Tensor]:
        return {name: buffer.clone() for name, buffer in self._memories()}

    def remember(self, memory: dict[str, torch.Tensor]) -> None:
        for name, buffer in self._memories():
            if name in memory:
                buffer.copy_(memory[name])

    def _memories(self) -> list[tuple[str, torch.Tensor]]:
        """Cached convolutions keep the end of the block before (cached_conv, convs.py)."""
        buffers = self.module.named_buffers()
        return [(name, buffer) for name, buffer in buffers if name.endswith((".pad", ".cache"))]


class _Network(_Remembering):
    """One RAVE network; streaming or not."""

    positional = True

    def __init__(self, module: Any, chance: Chance, ratio: int, streaming: bool) -> None:
        self.module, self.chance, self.ratio, self.streaming = module, chance, ratio, streaming
        self.rate, self.channels = int(module.sr), int(module.n_channels)
        self.channels_out = self.channels
        self.space = space_of(module, chance)
        self.latent_size = self.space.size

    def encode(self, x: torch.Tensor, frame: int) -> torch.Tensor:
        return self.space.out_of(self.module.encode(x), frame)

    def decode(self, z: torch.Tensor, frame: int) -> torch.Tensor:
        h = self.space.into(z, frame)
        with self.chance.in_decoder(_NOISE, frame, z.shape[-1]):
            y: torch.Tensor = self.module.decode(h)
        return y[..., : z.shape[-1] * self.ratio]

    def forward(self, x: torch.Tensor, frame: int) -> torch.Tensor:
        return self.decode(self.encode(x, frame), frame)

    def reset(self) -> None:
        self.user = None
        for _, buffer in self._memories():
            buffer.zero_()


class Rebuilt(_Network):
    """A checkpoint, in one piece; its streaming twin shares the weights."""

    def __init__(self, path: Path, trusted: bool) -> None:
        self.checkpoint = files.read_checkpoint(path, trusted)
        module, self.config = rebuild(path, self.checkpoint, trusted)
        super().__init__(module, Chance(), _ratio(module), streaming=False)
        self._twin: _Network | None = None
        self.known_delay: int | None = None
        self.known_decoder_delay: tuple[int, float] | None = None

    def streamed(self) -> _Network:
        """The same with cached convolutions, as a streaming export is built."""
        if self._twin is None:
            module = streaming_twin(self.module, self.config)
            self._twin = _Network(module, self.chance, self.ratio, streaming=True)
            self._twin.forward(torch.zeros(1, self.channels, 4 * self.ratio), 0)
        return self._twin


class Scripted(_Remembering):
    """An exported instrument. Its random numbers follow from the frame where a call begins."""

    positional = False

    def __init__(self, path: Path) -> None:
        self.module = files.load_torchscript(path)
        self.module.eval()
        buffers = dict(self.module.named_buffers())
        self._fresh = {name: _fresh(name, buffer) for name, buffer in buffers.items()}
        self.params = {name: _four(buffers.get(f"{name}_params")) for name in _METHODS}
        self.streaming = any(name.endswith(".pad") for name in buffers)
        self._describe(path)

    def _describe(self, path: Path) -> None:
        encode, decode, forward = (self.params[name] for name in _METHODS)
        entry, way_out = forward or encode, forward or decode
        if entry is None or way_out is None:
            text = f"{path.name} lacks the methods of an instrument of RAVE (encode, decode)."
            raise Fault(text, "Choose a file that RAVE exported.")
        rate = getattr(self.module, "sr", None)
        self.says_rate = isinstance(rate, (int, float)) and rate > 0
        self.rate = int(rate) if self.says_rate and rate else 44100
        self.channels, self.channels_out = entry[0], way_out[2]
        self.latent_size = decode[0] if encode and decode else 0
        ratios = [p[3] for p in [encode] if p] + [p[1] for p in [decode] if p]
        self.ratio = max([1, *ratios])

    def encode(self, x: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: D102
        return self._call("encode", x, frame)

    def decode(self, z: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: D102
        return self._call("decode", z, frame)

    def forward(self, x: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: D102
        return self._call("forward", x, frame)

    def reset(self) -> None:  # noqa: D102
        self.user = None
        for name, buffer in self.module.named_buffers():
            fresh = self._fresh.get(name)
            if fresh is not None and fresh.shape == buffer.shape:
                buffer.copy_(fresh)

    def _call(self, method: str, x: torch.Tensor, frame: int) -> torch.Tensor:
        torch.manual_seed(SEED + frame)
        y = getattr(self.module, method)(x)
        if not isinstance(y, torch.Tensor) or y.dim() != 3:
            raise Fault(f"The model's {method} gives no sound.", "Choose another file.")
        return y.float()


_METHODS = ("encode", "decode", "forward")


def _fresh(name: str, buffer: torch.Tensor) -> torch.Tensor:
    """A copy; RAVE's export sends silence through a model, whose traces may be no numbers."""
    kept = name.endswith((".pad", ".cache"))
    return torch.nan_to_num(buffer) if kept else buffer.clone()


def _four(buffer: Any) -> list[int] | None:
    if not isinstance(buffer, torch.Tensor) or buffer.numel() < 4:
        return None
    return [int(value) for value in buffer.flatten()[:4]]


def _ratio(module: Any) -> int:
    """Samples in a frame, by trying: a network is built from parts of any ratio."""
    length = 2**15
    frames = int(module.encode(torch.zeros(1, module.n_channels, length)).shape[-1])
    return max(1, math.ceil(length / max(1, frames)))


class Shelf:
    """The models opened last; a file that changed is opened anew."""

    def __init__(self) -> None:
        self._models: OrderedDict[tuple[Any, ...], Rebuilt | Scripted] = OrderedDict()

    def open(self, path: Path, trusted: bool) -> Rebuilt | Scripted:
        """The model in ``path``.

        Raises:
            Fault: it cannot be opened, or not without trust.
        """
        kind = files.kind_of(path)
        state = path.stat()
        key = (path.resolve(), state.st_mtime_ns, state.st_size, trusted)
        if key not in self._models:
            made = Scripted(path) if kind == files.TORCHSCRIPT else Rebuilt(path, trusted)
            self._models[key] = made
        self._models.move_to_end(key)
        while len(self._models) > _KEPT:
            self._models.popitem(last=False)
        return self._models[key]
