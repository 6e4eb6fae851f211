"""Plays through PortAudio and ALSA as a program of its own; tells in JSON what happened.

ALSA's configuration is read once per process, so each test gives a process of its own another one.
A null device asks for sound as fast as it can: here it waits until the player has some.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import numpy as np
from offline_device import BLOCK, RATE, in_memory, sine

from rave_gui.audio.lanes import LaneDesk
from rave_gui.audio.output import PortAudio
from rave_gui.audio.playback import Player
from rave_gui.audio.sound import Sound
from rave_gui.core.errors import UserError


class Listening(PortAudio):
    """The real devices; keeps what the real callback was given."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[np.ndarray] = []
        self.player: Player | None = None

    def open(self, name, rate):
        output = super().open(name, rate)
        start = output.start
        output.start = lambda fill: start(lambda out, latency: self._fill(fill, out, latency))
        return output

    def _fill(self, fill, out, latency):
        pause = threading.Event()
        while not self._ready(len(out)):
            pause.wait(0.001)
        fill(out, latency)
        self.heard.append(out.copy())

    def _ready(self, frames: int) -> bool:
        reader = self.player._work._reader
        return reader is None or reader.feed.ended or reader.feed.buffered >= 2 * frames + BLOCK


def play(device: str) -> dict:
    """A sine with a seek into its opposite phase, to its end."""
    outputs = Listening()
    player = outputs.player = Player(outputs, device=device)
    sound = in_memory(sine(441, 2.0))
    begun = time.perf_counter()
    player.play(sound)
    wait(lambda: outputs.heard or player.errors)
    started = time.perf_counter() - begun
    wait(lambda: player.state().position > 0.2)
    player.seek(1.0 + 1.5 / 441)
    wait(lambda: player.quiet)
    player.close()
    heard = np.concatenate(outputs.heard)[:, 0]
    return {
        "started": started,
        "ended": player.join(10),
        "errors": [str(error) for error in player.errors()],
        **measured(heard[: np.flatnonzero(heard)[-1]]),
    }


def switch() -> dict:
    """Two lanes of one sine, switched again and again until it is over."""
    outputs = Listening()
    player = outputs.player = Player(outputs)
    lanes = [in_memory(sine(441, 2.0), key=key) for key in ("first", "second")]
    desk = LaneDesk(lanes)
    player.play(Sound("room", "room", desk=desk))
    wait(lambda: outputs.heard)
    switches, before = 0, -1
    while not player.quiet:
        if len(outputs.heard) != before:
            before, switches = len(outputs.heard), switches + 1
            desk.hear(switches % 2)
        time.sleep(0.001)
    player.close()
    heard = np.concatenate(outputs.heard)[:, 0]
    heard = heard[: np.flatnonzero(heard)[-1]]
    silent = np.flatnonzero(np.convolve(abs(heard) < 1e-4, np.ones(8), "valid") == 8)
    return {
        "switches": switches,
        "silent": len(silent),
        "ended": player.join(10),
        "errors": [str(error) for error in player.errors()],
        **measured(heard),
    }


def measured(heard: np.ndarray) -> dict:
    power = abs(np.fft.rfft(heard * np.hanning(len(heard))))
    return {
        "seconds": len(heard) / RATE,
        "hertz": float(power.argmax() * RATE / len(heard)),
        "peak": float(abs(heard).max()),
        "step": float(abs(np.diff(heard)).max()),
    }


def refused() -> dict:
    """What a person is told where nothing can be played."""
    outputs = PortAudio()
    player = Player(outputs)
    player.play(in_memory(sine(441, 0.1)))
    found: list[Exception] = []
    wait(lambda: found.extend(player.errors()) or found)
    player.close()
    known = [error for error in found if isinstance(error, UserError)]
    return {"errors": [str(error) for error in known], "ended": player.join(10)}


def wait(reached) -> None:
    deadline, pause = time.monotonic() + 20, threading.Event()
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError
        pause.wait(0.002)


if __name__ == "__main__":
    if sys.argv[1] == "devices":
        print(json.dumps([device.name for device in PortAudio().devices()]))
    else:
        acts = {"refused": refused, "switch": switch}
        print(json.dumps(acts.get(sys.argv[1], lambda: play(*sys.argv[2:]))()))
