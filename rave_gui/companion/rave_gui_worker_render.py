"""Whole files through a model, piece by piece: memory does not grow with their length."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_bend import Bend
    from rave_gui.companion.rave_gui_worker_delay import streaming_delay
    from rave_gui.companion.rave_gui_worker_measure import context_of, reach_of
    from rave_gui.companion.rave_gui_worker_models import Model, Rebuilt, Scripted, Shelf
    from rave_gui.companion.rave_gui_worker_output import SUBTYPES, NewSound
    from rave_gui.companion.rave_gui_worker_sound import Stretch
    from rave_gui.companion.rave_gui_worker_talk import UNREADABLE, Fault, Task
else:
    from rave_gui_worker_bend import Bend
    from rave_gui_worker_delay import streaming_delay
    from rave_gui_worker_measure import context_of, reach_of
    from rave_gui_worker_models import Model, Rebuilt, Scripted, Shelf
    from rave_gui_worker_output import SUBTYPES, NewSound
    from rave_gui_worker_sound import Stretch
    from rave_gui_worker_talk import UNREADABLE, Fault, Task

PIECE, BLOCK = 131072, 32768
"""Samples that go through a model at a time, without and with memory of the block before."""
FADE = 1024
"""Samples over which pieces of a model fade whose random numbers differ from piece to piece."""


def render(task: Task, shelf: Shelf) -> dict[str, Any]:
    """The answer to ``render``: what was written where, and how it went."""
    whole = shelf.open(Path(task.text("model")), task.trusted)
    model, delay = chosen(whole, task.fields.get("streaming"))
    bend = Bend.of(task.fields.get("latent"))
    bend.check(model.latent_size)
    begin, end = task.number("from", 0.0) or 0.0, task.number("to")
    sound = Stretch(Path(task.text("audio")), model.rate, model.channels, begin, end)
    made = _new_sound(task, model, sound)
    try:
        spent = _write(task, _parts(task, model, sound, bend, delay), sound, made)
        if not sound.read:
            raise Fault(f"{sound.path.name} holds no sound.", "Choose another.", UNREADABLE)
        path = made.publish(task.fields.get("exact") is True)
    finally:
        made.discard()
    return _told(path, sound, made, model, delay, spent)


def load(task: Task, shelf: Shelf) -> dict[str, Any]:
    """The answer to ``load``: what one must know to render, without measuring anything."""
    model = shelf.open(Path(task.text("model")), task.trusted)
    return {
        "rate": model.rate,
        "channels": model.channels,
        "channels_out": model.channels_out,
        "ratio": model.ratio,
        "latent_size": model.latent_size,
        "streaming": model.streaming,
    }


def chosen(whole: Rebuilt | Scripted, streaming: Any) -> tuple[Model, int]:
    """The model as it is asked for, and by how many samples its sound comes late.

    Raises:
        Fault: an exported file is asked to be what it is not.
    """
    if isinstance(whole, Rebuilt):
        return (whole.streamed(), streaming_delay(whole)) if streaming else (whole, 0)
    if streaming is not None and bool(streaming) != whole.streaming:
        kind = "with" if whole.streaming else "without"
        text = f"This file was exported {kind} streaming and cannot be played otherwise."
        raise Fault(text, "Export it again, or leave the choice to the file.")
    return whole, reach_of(whole).delay if whole.streaming else 0


def _new_sound(task: Task, model: Model, sound: Stretch) -> NewSound:
    kind = str(task.fields.get("format") or "float")
    if kind not in SUBTYPES:
        raise Fault(f"There is no format {kind}.", f"Choose one of {', '.join(SUBTYPES)}.")
    out = Path(task.text("out"))
    hidden = Path(str(task.fields.get("hidden") or out.with_name(f".{out.name[:80]}.part")))
    return NewSound(out, model.rate, model.channels_out, kind, sound.most_seconds, hidden)


def _write(task: Task, parts: Iterator[np.ndarray], sound: Stretch, made: NewSound) -> float:
    """Everything; returns the seconds that it took."""
    began, gain = time.perf_counter(), 10 ** ((task.number("gain", 0.0) or 0.0) / 20)
    for part in parts:
        task.progress(seconds=round(made.frames / sound.rate, 3), total=sound.seconds)
        made.write(part * np.float32(gain))
    return time.perf_counter() - began


def _parts(
    task: Task, model: Model, sound: Stretch, bend: Bend, delay: int
) -> Iterator[np.ndarray]:
    size = task.whole("block", 0) or (BLOCK if model.streaming else PIECE)
    size = max(1, math.ceil(size / model.ratio)) * model.ratio
    feed = Feed(sound)
    if model.streaming:
        return in_blocks(model, feed, bend, size, delay)
    return in_pieces(model, feed, bend, size, context_of(model))


def _told(
    path: Path, sound: Stretch, made: NewSound, model: Model, delay: int, spent: float
) -> dict[str, Any]:
    seconds = made.frames / sound.rate
    return {
        "out": str(path),
        "seconds": seconds,
        "frames": made.frames,
        "rate": sound.rate,
        "channels": model.channels_out,
        "source_rate": sound.source_rate,
        "source_channels": sound.source_channels,
        "real_time_factor": spent / seconds if seconds else 0.0,
        "peak": made.peak,
        "clipped": made.clipped,
        "non_finite": made.strange,
        "streaming": model.streaming,
        "delay": delay,
    }


def through(model: Model, x: np.ndarray, bend: Bend, frame: int) -> np.ndarray:
    """float32[channels, samples] of whole frames through the model; ``frame``: its first."""
    given = torch.from_numpy(np.ascontiguousarray(x))[None]
    if bend.changes:
        y = model.decode(bend.apply(model.encode(given, frame), frame), frame)
    else:
        y = model.forward(given, frame)
    made: np.ndarray = y[0].numpy()
    missing = x.shape[-1] - made.shape[-1]
    return np.pad(made, ((0, 0), (0, missing))) if missing > 0 else made[:, : x.shape[-1]]


class Feed:
    """A sound that is read ahead as far as needed and forgotten behind."""

    def __init__(self, sound: Stretch) -> None:
        self._sound, self._blocks = sound, sound.blocks()
        self._kept = np.zeros((sound.channels, 0), np.float32)
        self._begin = 0
        self.end = 0
        """Samples that were read."""
        self.ended = False

    def reach(self, stop: int) -> None:
        """Read until ``stop``, or to the end."""
        more = [self._kept]
        while not self.ended and self.end < stop:
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
                break
            self.end += block.shape[-1]
            more.append(block)
        self._kept = np.concatenate(more, -1)

    def take(self, first: int, stop: int) -> np.ndarray:
        """From ``first`` to ``stop``, silence after the end; nothing before is needed again."""
        self._kept = self._kept[:, max(0, first - self._begin) :]
        self._begin = max(self._begin, first)
        part = self._kept[:, : stop - first]
        return np.pad(part, ((0, 0), (0, stop - first - part.shape[-1])))


def in_pieces(
    model: Model, feed: Feed, bend: Bend, size: int, context: tuple[int, int]
) -> Iterator[np.ndarray]:
    """A model without memory: each piece with what it hears around, which is cut off again."""
    left, right = (math.ceil(one / model.ratio) * model.ratio for one in context)
    fade = 0 if model.positional else min(FADE, size // 2)
    start, tail = 0, np.zeros((model.channels_out, 0), np.float32)
    while True:
        feed.reach(start + size + fade + right)
        if feed.ended and start >= feed.end:
            return
        first, stop = max(0, start - left), start + size + fade + right
        stop = min(stop, feed.end) if feed.ended else stop
        stop = math.ceil(stop / model.ratio) * model.ratio
        made = through(model, feed.take(first, stop), bend, first // model.ratio)
        part = faded(tail, made[:, start - first : start - first + size + fade])
        tail = part[:, size:]
        yield part[:, : min(size, feed.end - start)]
        start += size


def faded(tail: np.ndarray, part: np.ndarray) -> np.ndarray:
    """``part``, which begins as the end of the one before, ``tail``, and goes over from it."""
    count = min(tail.shape[-1], part.shape[-1])
    if count:
        slope = np.linspace(0, 1, count, dtype=np.float32)
        part = part.copy()
        part[:, :count] = tail[:, :count] * (1 - slope) + part[:, :count] * slope
    return part


def in_blocks(model: Model, feed: Feed, bend: Bend, size: int, delay: int) -> Iterator[np.ndarray]:
    """A model with memory, as a host plays it; its delay is cut off at the beginning."""
    model.reset()
    start = 0
    while True:
        feed.reach(start + size)
        if feed.ended and start >= feed.end + delay:
            break
        made = through(model, feed.take(start, start + size), bend, start // model.ratio)
        stop = feed.end + delay - start if feed.ended else size
        yield made[:, min(size, max(0, delay - start)) : stop]
        start += size
    model.reset()
