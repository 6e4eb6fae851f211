"""Random numbers that belong to a place in the sound, not to the order in which they are drawn.

RAVE draws numbers while it plays: for its latent space, and for the noise in its sound. Bound to
their place, a sound comes out the same whether it is rendered in one piece, in pieces, or block by
block while a slider moves, and joints cannot be heard.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import torch

SEED = 20_231
_BLOCK = 256
_KEPT = 24
"""Blocks; neighbours are asked for again and again."""


class Chance:
    """Numbers by kind, row and frame; none at all while ``still``."""

    def __init__(self) -> None:
        self.still = False

    def normal(self, kind: int, rows: int, first: int, count: int) -> torch.Tensor:
        """float32[1, rows, count] from the frame ``first`` on; zeros while still."""
        if self.still:
            return torch.zeros(1, rows, count)
        return _cut(kind, rows, first, count, True)[None]

    def uniform(self, kind: int, rows: int, first: int, count: int) -> torch.Tensor:
        """float32[rows, count] from 0 to 1; 0.5 while still, which RAVE makes silence of."""
        return (
            torch.full((rows, count), 0.5) if self.still else _cut(kind, rows, first, count, False)
        )

    @contextlib.contextmanager
    def in_decoder(self, kind: int, first: int, frames: int) -> Iterator[None]:
        """Inside the block ``torch.rand_like`` is bound to the place of the latent frames.

        RAVE's noise generators call it for ``[batch, time, bands, samples]`` (blocks.py:236, 288).
        """
        plain = torch.rand_like

        def bound(like: torch.Tensor, **options: Any) -> torch.Tensor:
            if like.dim() != 4 or like.shape[0] != 1 or like.shape[1] % frames:
                return plain(like, **options)
            _, time, bands, samples = like.shape
            rate = time // frames
            drawn = self.uniform(kind, bands * samples, first * rate, time)
            return drawn.T.reshape(1, time, bands, samples)

        torch.rand_like = bound
        try:
            yield
        finally:
            torch.rand_like = plain

    @contextlib.contextmanager
    def silenced(self) -> Iterator[None]:
        """Nothing is left to chance inside the block."""
        self.still, before = True, self.still
        try:
            yield
        finally:
            self.still = before


def _cut(kind: int, rows: int, first: int, count: int, normal: bool) -> torch.Tensor:
    blocks = range(first // _BLOCK, (first + count - 1) // _BLOCK + 1)
    drawn = torch.cat([_block(kind, rows, number, normal) for number in blocks], -1)
    begin = first - blocks[0] * _BLOCK
    return drawn[:, begin : begin + count]


@functools.lru_cache(maxsize=_KEPT)
def _block(kind: int, rows: int, number: int, normal: bool) -> torch.Tensor:
    # Before the beginning of a sound numbers are negative; a seed is not.
    generator = torch.Generator().manual_seed(SEED + kind * 2**40 + number + 2**32)
    draw = torch.randn if normal else torch.rand
    return draw(_BLOCK, rows, generator=generator).T
