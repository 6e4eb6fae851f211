"""Latents under one's fingers: a sound encoded once, decoded block by block as sliders move."""

from __future__ import annotations

import base64
import itertools
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_bend import Bend
    from rave_gui.companion.rave_gui_worker_delay import SAME, decoder_delay
    from rave_gui.companion.rave_gui_worker_measure import context_of, decoder_reach, reach_of
    from rave_gui.companion.rave_gui_worker_models import Model, Rebuilt, Scripted, Shelf
    from rave_gui.companion.rave_gui_worker_render import faded
    from rave_gui.companion.rave_gui_worker_sound import Stretch
    from rave_gui.companion.rave_gui_worker_talk import NO_SESSION, UNREADABLE, Fault, Task
else:
    from rave_gui_worker_bend import Bend
    from rave_gui_worker_delay import SAME, decoder_delay
    from rave_gui_worker_measure import context_of, decoder_reach, reach_of
    from rave_gui_worker_models import Model, Rebuilt, Scripted, Shelf
    from rave_gui_worker_render import faded
    from rave_gui_worker_sound import Stretch
    from rave_gui_worker_talk import NO_SESSION, UNREADABLE, Fault, Task

_AT_A_TIME = 32768
"""Samples that are encoded when one of them is first asked for: heard within a moment."""
_FADE = 256
_MOST_FRAMES = 2**20
_MOST_SESSIONS = 16


class Sessions:
    """The open sessions, by number."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._numbers = shelf, itertools.count(1)
        self._open: dict[int, Session] = {}

    def open(self, task: Task) -> dict[str, Any]:
        """Read the sound whole into a file that has no name; the model may be asked to wait."""
        if len(self._open) >= _MOST_SESSIONS:
            raise Fault("Too many sounds are open at once.", "Close some of them.")
        whole = self._shelf.open(Path(task.text("model")), task.trusted)
        if not whole.latent_size:
            raise Fault("This model has no latent space that could be reached.")
        session = Session(whole, _read(task, whole))
        number = next(self._numbers)
        self._open[number] = session
        return {"session": number, **session.about()}

    def block(self, task: Task) -> dict[str, Any]:
        """Sound from sample ``from`` on, ``frames`` of it, as interleaved float32 in base64."""
        session = self._session(task)
        frames = min(task.whole("frames", 0), _MOST_FRAMES)
        made = session.block(task.whole("from", 0), frames, Bend.of(task.fields))
        data = np.ascontiguousarray(made.T, "<f4").tobytes()
        pcm = base64.b64encode(data).decode("ascii")
        return {"pcm": pcm, "frames": made.shape[-1], "channels": made.shape[0]}

    def latents(self, task: Task) -> dict[str, Any]:
        """Latent frames from ``from`` on, ``frames`` of them, one list for each dimension."""
        session = self._session(task)
        first, count = task.whole("from", 0), min(task.whole("frames", 0), _MOST_FRAMES)
        z = session.latents(first, first + count).nan_to_num()
        return {"latents": [[round(v, 5) for v in row] for row in z[0].tolist()]}

    def close(self, task: Task) -> dict[str, Any]:
        """Forget it; one that is not open is closed already."""
        session = self._open.pop(task.whole("session", 0), None)
        return {"closed": session is not None}

    def _session(self, task: Task) -> Session:
        session = self._open.get(task.whole("session", 0))
        if session is None:
            raise Fault("This sound is not open any more.", "Open it again.", NO_SESSION)
        return session


def _read(task: Task, model: Rebuilt | Scripted) -> np.ndarray:
    """float32[samples, channels] in a mapped file that vanishes with the process."""
    begin, end = task.number("from", 0.0) or 0.0, task.number("to")
    sound = Stretch(Path(task.text("audio")), model.rate, model.channels, begin, end)
    with tempfile.TemporaryFile(prefix="rave-gui-") as file:
        for block in sound.blocks():
            task.progress(seconds=sound.read / sound.source_rate, total=sound.seconds)
            file.write(np.ascontiguousarray(block.T, np.float32).tobytes())
        if not sound.read:
            raise Fault(f"{sound.path.name} holds no sound.", "Choose another.", UNREADABLE)
        file.flush()
        return np.memmap(file, np.float32, "r", shape=(sound.length, model.channels))


class Session:
    """One sound and one model.

    A checkpoint is encoded without memory and decoded with it, where RAVE's streaming decoder
    gives the very same sound later: then each block costs only itself. The v1 family's does not,
    and is decoded in windows, each with what the decoder hears around it, as is an export without
    streaming. A streaming export has memory in both halves.
    """

    def __init__(self, whole: Rebuilt | Scripted, sound: np.ndarray) -> None:
        self._encoder: Model = whole
        self._sound, self.length = sound, sound.shape[0]
        self._context = context_of(whole)
        self._decoder, self._delay = _decoder(whole)
        self._around = decoder_reach(self._decoder, self._context)
        ratio = whole.ratio
        self.frames = math.ceil((self.length + self._delay) / ratio) + 1
        self._latents = np.zeros((self.frames, whole.latent_size), np.float32)
        self._chunk = max(1, _AT_A_TIME // ratio)
        self._known = np.zeros(math.ceil(self.frames / self._chunk), bool)
        self._next = self._at = -1
        self._rest = self._tail = np.zeros((whole.channels_out, 0), np.float32)
        # TorchScript prepares itself in its first calls: not when somebody waits for a sound.
        self.block(0, 2 * ratio, Bend())

    def about(self) -> dict[str, Any]:
        """What one must know to ask for blocks."""
        model = self._encoder
        return {
            "frames": self.length,
            "rate": model.rate,
            "channels": model.channels_out,
            "ratio": model.ratio,
            "latent_size": model.latent_size,
            "latent_frames": self.frames,
            "latent_rate": model.rate / model.ratio,
            "seconds": self.length / model.rate,
        }

    def latents(self, first: int, stop: int) -> torch.Tensor:
        """float32[1, dimensions, frames]; encoded now where they were not yet."""
        first, stop = max(0, first), min(self.frames, stop)
        for chunk in range(first // self._chunk, math.ceil(stop / self._chunk)):
            if not self._known[chunk]:
                self._encode(chunk)
        return torch.from_numpy(np.array(self._latents[first:stop].T))[None]

    def block(self, first: int, count: int, bend: Bend) -> np.ndarray:
        """float32[channels, at most count]; fewer at the end of the sound."""
        bend.check(self._encoder.latent_size)
        count = max(0, min(count, self.length - first))
        if not count:
            return np.zeros((self._decoder.channels_out, 0), np.float32)
        made = (self._flow if self._decoder.streaming else self._window)(first, count, bend)
        good: np.ndarray = np.nan_to_num(made, posinf=0.0, neginf=0.0)
        return good

    def _encode(self, chunk: int) -> None:
        ratio, model = self._encoder.ratio, self._encoder
        begin, end = chunk * self._chunk, min(self.frames, (chunk + 1) * self._chunk)
        left, right = (math.ceil(one / ratio) for one in self._context)
        first, stop = max(0, begin - left), min(self.frames, end + right)
        # A streaming export has one memory for encoder and decoder, which may be in the middle.
        memory, user = model.memory(), model.user
        model.reset()
        z = model.encode(self._cut(first * ratio, stop * ratio), first)[0]
        model.remember(memory)
        model.user = user
        self._latents[begin:end] = z[:, begin - first : end - first].T.numpy()
        self._known[chunk] = True

    def _cut(self, first: int, stop: int) -> torch.Tensor:
        part = np.array(self._sound[first:stop].T)
        missing = stop - first - part.shape[-1]
        return torch.from_numpy(np.pad(part, ((0, 0), (0, missing))))[None]

    def _flow(self, first: int, count: int, bend: Bend) -> np.ndarray:
        """From a decoder with memory, which goes on where it stopped if it can."""
        if first != self._next or self._decoder.user is not self:
            self._seek(first, bend)
        missing = count - self._rest.shape[-1]
        if missing > 0:
            frames = math.ceil(missing / self._decoder.ratio)
            self._rest = np.concatenate([self._rest, self._decode(self._at, frames, bend)], -1)
        made, self._rest = self._rest[:, :count], self._rest[:, count:]
        self._next = first + count
        return made

    def _seek(self, first: int, bend: Bend) -> None:
        """Let the decoder hear what comes before, so that it sounds as if it had played on."""
        ratio, place = self._decoder.ratio, first + self._delay
        begin = max(0, place // ratio - self._around[0])
        self._decoder.reset()
        self._decoder.user = self
        made = self._decode(begin, place // ratio - begin + 1, bend)
        self._rest = made[:, place - begin * ratio :]

    def _decode(self, first: int, frames: int, bend: Bend) -> np.ndarray:
        z = self.latents(first, first + frames)
        z = torch.nn.functional.pad(z, (0, frames - z.shape[-1]))
        made: np.ndarray = self._decoder.decode(bend.apply(z, first), first)[0].numpy()
        self._at = first + frames
        return made

    def _window(self, first: int, count: int, bend: Bend) -> np.ndarray:
        """From a decoder without memory."""
        ratio, fade = self._decoder.ratio, 0 if self._decoder.positional else _FADE
        begin = max(0, first // ratio - self._around[0])
        end = min(self.frames, math.ceil((first + count + fade) / ratio) + self._around[1])
        made = self._decode(begin, end - begin, bend)[:, first - begin * ratio :]
        tail = self._tail if first == self._next else self._tail[:, :0]
        made = faded(tail, made[:, : count + fade])
        self._tail, self._next = made[:, count:], first + count
        return made[:, :count]


def _decoder(whole: Rebuilt | Scripted) -> tuple[Model, int]:
    """What decodes, and by how many samples its sound comes late."""
    if not isinstance(whole, Rebuilt):
        return whole, reach_of(whole).delay if whole.streaming else 0
    delay, rest = decoder_delay(whole)
    return (whole.streamed(), delay) if rest < SAME else (whole, 0)
