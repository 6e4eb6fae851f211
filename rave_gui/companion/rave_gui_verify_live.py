"""How an instrument does in a host that plays live: in blocks, with a delay, in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion import rave_gui_verify_blocks as blocks_of
    from rave_gui.companion.rave_gui_verify_file import OK, SKIP, WARN, Check
    from rave_gui.companion.rave_gui_verify_latency import latency
    from rave_gui.companion.rave_gui_verify_model import Instrument, carries_memory
else:
    import rave_gui_verify_blocks as blocks_of
    from rave_gui_verify_file import OK, SKIP, WARN, Check
    from rave_gui_verify_latency import latency
    from rave_gui_verify_model import Instrument, carries_memory

SAME = -60.0
"""dB; below this, blocks and one pass differ by rounding only."""
CLICK = 6.0
"""dB; jumps at borders that are twice as large as elsewhere are heard as clicks."""
BUFFER = 2048
"""Samples; the buffer that musicians usually give to nn~."""


class Live:
    """One instrument played in blocks of every size.

    Args:
        player: The instrument without chance, or itself where its chance could not be removed.
        sound: What is played, ``[1, channels, samples]``.
        rate: In Hz.
    """

    def __init__(self, player: Instrument, sound: torch.Tensor, rate: int) -> None:
        self.player, self.sound, self.rate = player, sound, rate
        self.blocks: list[blocks_of.Blocks] = []
        self.streams = False
        self.delay: float | None = None
        self.spread = -200.0

    def measure(self) -> None:
        """Play everything; the checks tell of it.

        Raises:
            ValueError: when the sound holds no numbers.
        """
        passages = [blocks_of.Passage(self.player, "forward", self.sound), *self._lively()]
        self.spread = max(passage.spread() for passage in passages)
        self.blocks = [
            blocks_of.play_in_blocks(passages, size, self.rate)
            for size in blocks_of.usable(self.player.ratio)
        ]
        # What needs no memory loses nothing between blocks, nor does what answers to no sound.
        alike = max(found.difference for found in self.blocks) <= SAME
        self.streams = alike or carries_memory(self.player, self.sound)

    def _lively(self) -> Iterator[blocks_of.Passage]:
        """Latents that leap: they make the decoder loud, however little the model has learnt."""
        decode, ratio = self.player.params["decode"], self.player.ratio
        if decode is not None and decode[1] == ratio and decode[3] == 1:
            generator = torch.Generator().manual_seed(5)
            steps = self.sound.shape[-1] // ratio
            z = torch.randn(1, decode[0], steps, generator=generator)
            yield blocks_of.Passage(self.player, "decode", z, ratio)

    def streaming(self) -> Iterator[Check]:
        """Whether sound in blocks comes out as in one piece: the largest difference, in dB."""
        worst = max(found.difference for found in self.blocks)
        if not self.streams:
            yield Check("streaming", WARN, _NOT_STREAMING, worst)
        elif worst > max(SAME, self.spread + 3.0):
            text = (
                f"Played in blocks it differs by {worst:.0f} dB from one pass, more than two "
                f"passes do from each other ({self.spread:.0f} dB): blocks may be heard."
            )
            yield Check("streaming", WARN, text, worst)
        else:
            text = f"Played in blocks it sounds as in one pass (they differ by {worst:.0f} dB)."
            yield Check("streaming", OK, text, worst)
        yield self._clicks()
        yield from (self._block(found) for found in self.blocks)

    def _clicks(self) -> Check:
        """How far the sound leaps at borders beside elsewhere, in dB."""
        found = max(self.blocks, key=lambda found: abs(found.clicks))
        if found.clicks > CLICK:
            text = (
                f"It clicks where blocks meet: jumps are {found.clicks:.0f} dB larger there than "
                f"elsewhere, in blocks of {found.block} samples."
            )
            return Check("clicks", WARN, text, found.clicks)
        if found.clicks < -CLICK:
            text = (
                f"It breaks off where blocks meet, which is heard as clicks: it is "
                f"{-found.clicks:.0f} dB weaker there than elsewhere, in blocks of {found.block} "
                "samples."
            )
            return Check("clicks", WARN, text, found.clicks)
        text = f"Nothing clicks where blocks meet (jumps there: {found.clicks:+.1f} dB)."
        return Check("clicks", OK, text, found.clicks)

    def _block(self, found: blocks_of.Blocks) -> Check:
        text = (
            f"In blocks of {found.block} samples it differs by {found.difference:.0f} dB from one "
            f"pass and takes {found.real_time:.2f} s for a second of sound."
        )
        bad = found.difference > max(SAME, self.spread + 3.0) or found.real_time >= 1
        return Check(f"block-{found.block}", WARN if bad else OK, text, found.difference)

    def speed(self) -> Iterator[Check]:
        """Seconds of this computer's processor for a second of sound, in the slowest size."""
        slow = [found for found in self.blocks if found.real_time >= 1.0]
        quick = [found for found in self.blocks if found.real_time < 1.0]
        worst = max(found.real_time for found in self.blocks)
        if not slow:
            text = f"A second of sound takes a core of this computer at most {worst:.2f} seconds."
            yield Check("speed", OK, text, worst)
        elif quick:
            text = (
                f"In small blocks a second of sound takes a core of this computer {worst:.1f} "
                f"seconds, which drops out: give the host a buffer of {quick[0].block} or more."
            )
            yield Check("speed", WARN, text, worst)
        else:
            text = (
                f"A second of sound takes a core of this computer up to {worst:.1f} seconds: "
                "played live here it drops out."
            )
            yield Check("speed", WARN, text, worst)

    def latency(self) -> Iterator[Check]:
        """The delay of the model and what buffers add; the figure is the model's own, in ms."""
        self.delay = latency(self.player)
        if self.delay is None:
            yield Check("latency", SKIP, "Its delay cannot be measured: it answers to no sound.")
            return
        samples, buffer = round(self.delay), max(self.player.ratio, BUFFER)
        milliseconds = 1000 * self.delay / self.rate
        together = 1000 * (self.delay + 2 * buffer) / self.rate
        text = (
            f"Sound comes out {samples:,} samples ({milliseconds:.0f} ms) after it went in; in nn~,"
            f" which gathers at least {self.player.ratio} samples and answers two buffers later, "
            f"it is {together:.0f} ms with a buffer of {buffer}."
        )
        yield Check("latency", OK, text, milliseconds)


_NOT_STREAMING = (
    "It was exported without streaming: each block starts from silence, which clicks "
    "in a host that plays live. Export it with streaming for Max, Pd or the RAVE VST."
)
