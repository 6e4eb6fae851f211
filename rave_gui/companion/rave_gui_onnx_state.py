"""Streaming without hidden memory: what RAVE keeps between two blocks, as an input and an output.

A streaming model keeps the end of each block in buffers (``cached_conv/convs.py``). ONNX has no
buffers that change, so all of them become one row of numbers: zeros before the first block, and
after it whatever came out with the block before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Work = Callable[[], Any]


class Memory:
    """Every layer of a model that remembers, from now on without side effects."""

    def __init__(self, model: Any) -> None:
        self._cells = [_Cell(part) for part in model.modules() if _remembers(part)]

    def used_by(self, work: Work) -> Row:
        """Which memory ``work`` uses, and how wide it is: found by doing it once."""
        for cell in self._cells:
            cell.forget()
        with torch.no_grad():
            work()
        return Row([cell for cell in self._cells if cell.size])


class Row:
    """The memory of one function of the model as one row of numbers."""

    def __init__(self, cells: list[_Cell]) -> None:
        self._cells = cells
        self._shapes = [cell.shape for cell in cells]
        self.size = sum(cell.size for cell in cells)

    def take(self, row: torch.Tensor) -> None:
        """Let the next call begin with this memory, ``[1, size]``."""
        start = 0
        for cell, shape in zip(self._cells, self._shapes, strict=True):
            cell.shape = shape
            cell.value = row[:, start : start + cell.size].reshape(shape)
            start += cell.size

    def left(self) -> torch.Tensor:
        """What the call remembers at its end, ``[1, size]``."""
        return torch.cat([cell.value.reshape(1, -1) for cell in self._cells], -1)


def _remembers(part: Any) -> bool:
    name = type(part).__name__
    return name == "CachedConvTranspose1d" or (name == "CachedPadding1d" and bool(part.padding))


class _Cell:
    """The memory of one layer, whose ``forward`` it replaces by one without side effects."""

    def __init__(self, layer: Any) -> None:
        self.layer, self.shape = layer, (0, 0, 0)
        self.value = torch.zeros(0)
        padding = type(layer).__name__ == "CachedPadding1d"
        layer.forward = self._padded if padding else self._overlapped

    @property
    def size(self) -> int:
        """Numbers in it; 0 until it is used."""
        return self.shape[0] * self.shape[1] * self.shape[2]

    def forget(self) -> None:
        """As if nothing had ever gone through."""
        self.shape, self.value = (0, 0, 0), torch.zeros(0)

    def _begin(self, x: torch.Tensor, length: int) -> None:
        if not self.size:
            self.shape = (int(x.shape[0]), int(x.shape[1]), length)
            self.value = torch.zeros(self.shape)

    def _padded(self, x: torch.Tensor) -> torch.Tensor:
        """``CachedPadding1d.forward``."""
        length = self.layer.padding
        self._begin(x, length)
        joined = torch.cat([self.value, x], -1)
        self.value = joined[..., -length:]
        return joined[..., :-length] if self.layer.crop else joined

    def _overlapped(self, x: torch.Tensor) -> torch.Tensor:
        """``CachedConvTranspose1d.forward``."""
        layer = self.layer
        y = torch.nn.functional.conv_transpose1d(
            x, layer.weight, None, layer.stride, 0, layer.output_padding, layer.groups,
            layer.dilation,
        )  # fmt: skip
        length = 2 * layer.padding[0]
        self._begin(y, length)
        head = y[..., :length] + self.value
        self.value = y[..., -length:]
        made = torch.cat([head, y[..., length:-length]], -1)
        return made if layer.bias is None else made + layer.bias.unsqueeze(-1)
