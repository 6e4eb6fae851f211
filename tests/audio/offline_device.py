"""A sound device that asks for sound when the test says so, as PortAudio would, and keeps it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from rave_gui.audio.output import Device
from rave_gui.audio.playback import Player
from rave_gui.audio.sound import Samples, Sound
from rave_gui.core.errors import UserError

RATE = 44100
BLOCK = 441


class OfflineDevice:
    """One open device; its time goes on only when it is asked to."""

    def __init__(self, devices: OfflineDevices, name: str, rate: int) -> None:
        self.devices, self.name, self.rate = devices, name, rate
        self.alive = self.closed = False
        self.fill: Callable | None = None

    def start(self, fill: Callable) -> None:
        self.fill, self.alive = fill, True

    def stop(self) -> None:
        self.fill, self.alive = None, False

    def close(self) -> None:
        self.closed = True

    def ask(self, frames: int) -> np.ndarray:
        """What the player gives: silence where it was stopped meanwhile."""
        block = np.full((frames, self.devices.channels), np.nan, np.float32)
        fill = self.fill
        if fill is None:
            block[:] = 0
        else:
            fill(block, self.devices.latency)
        self.devices.now += frames / self.rate
        return block


class OfflineDevices:
    """All devices of a computer, with a clock that the devices move."""

    def __init__(self, rates: tuple[int, ...] = (), channels: int = 2, latency: float = 0.0):
        self.rates, self.channels, self.latency = rates, channels, latency
        self.names = ["", "Loudspeaker", "Headphones"]
        self.now = 1000.0
        self.opened: list[OfflineDevice] = []
        self.looks = 0

    def devices(self) -> list[Device]:
        return [Device(name) for name in self.names[1:]]

    def look_again(self) -> None:
        self.looks += 1

    def open(self, name: str, rate: int) -> OfflineDevice:
        if name not in self.names:
            raise UserError(f"The sound device {name} is not connected.", "Connect it.")
        known = rate if not self.rates or rate in self.rates else self.rates[0]
        self.opened.append(OfflineDevice(self, name, known))
        return self.opened[-1]

    @property
    def last(self) -> OfflineDevice:
        return self.opened[-1]


class Bench:
    """A player with offline devices, and the hand that turns them."""

    def __init__(self, devices: OfflineDevices) -> None:
        self.devices = devices
        self.player = Player(devices, clock=lambda: devices.now)

    def until(self, reached: Callable[[], object]) -> None:
        """Let the player's thread work."""
        deadline, pause = time.monotonic() + 10, threading.Event()
        while not reached():
            assert time.monotonic() < deadline, self.player.state()
            self.player._wake.set()
            pause.wait(0.001)

    def settle(self) -> None:
        """What was wished is done."""
        self.until(lambda: self.player.settled)

    def hear(self, frames: int, block: int = BLOCK) -> np.ndarray:
        """The next ``frames`` that the device gets, asked for as they become ready."""
        self.settle()
        parts = []
        for at in range(0, frames, block):
            count = min(block, frames - at)
            self.until(lambda count=count: self._ready(count))
            parts.append(self.devices.last.ask(count))
        return np.concatenate(parts)

    def _ready(self, frames: int) -> bool:
        work = self.player._work
        reader = work._reader
        return reader is None or reader.feed.ended or reader.feed.buffered >= 2 * frames

    def close(self) -> None:
        self.player.close()
        assert self.player.join(10)


def sine(hertz: float, seconds: float, level: float = 0.5, rate: int = RATE) -> np.ndarray:
    """float32[frames]."""
    frames = np.arange(round(seconds * rate))
    return (level * np.sin(2 * np.pi * hertz * frames / rate)).astype(np.float32)


def in_memory(data: np.ndarray, rate: int = RATE, key: str = "memory") -> Sound:
    return Sound(key, key, load=lambda: Samples(data, rate))


def in_file(path: Path, data: np.ndarray, rate: int = RATE, subtype: str = "FLOAT") -> Sound:
    soundfile.write(path, data, rate, subtype=subtype)
    return Sound(str(path), path.name, path=path)
