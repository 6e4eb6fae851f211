"""The devices that sound comes out of, through PortAudio, which may be missing altogether."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from rave_gui.audio import alsa_check
from rave_gui.audio.play_source import CHANNELS
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LATENCY_SECONDS = 0.05
"""Asked of the device: enough to get over a busy moment, little enough to feel immediate."""
_log = get_logger(__name__)

Fill = Callable[["NDArray[np.float32]", float], None]
"""Writes the next frames into float32[frames, channels]; told in how many seconds they sound."""


@dataclass(frozen=True)
class Device:
    """Something that can play."""

    name: str
    """What it is chosen by."""
    is_default: bool = False
    """Whether the system plays through it where nothing was chosen."""


class Output(Protocol):
    """An open device."""

    rate: int
    """Hz; not always what was asked for."""

    @property
    def alive(self) -> bool:
        """Whether it asks for sound, as it must between ``start`` and ``stop``."""

    def start(self, fill: Fill) -> None:
        """Ask ``fill`` for sound from now on, in a thread of the device.

        Raises:
            UserError: the device does not start.
        """

    def stop(self) -> None:
        """Ask no more; raises nothing."""

    def close(self) -> None:
        """Give the device back; raises nothing."""


class Outputs(Protocol):
    """All devices."""

    def devices(self) -> list[Device]:
        """What is connected now.

        Raises:
            UserError: nothing can be played on this computer at all.
        """

    def open(self, name: str, rate: int) -> Output:
        """The device called ``name`` (empty: the system's), at ``rate`` Hz if it can.

        Raises:
            UserError: it is not there or cannot be used; the sentence says what helps.
        """

    def look_again(self) -> None:
        """Devices may have come and gone; only while none is open."""


class PortAudio:
    """The devices that PortAudio finds.

    The library is loaded at the first question: start-up does not wait for it, and a computer
    without it lacks nothing but sound.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0

    def devices(self) -> list[Device]:
        """Everything that has an output."""
        with self._lock:
            library = _library()
            if not self._open:
                _refresh(library)
            return [Device(name, index == _default(library)) for index, name in _named(library)]

    def open(self, name: str, rate: int) -> Output:
        """See :class:`Outputs`."""
        with self._lock:
            library = _library()
            output = _open(library, _index(library, name), name, rate, self._closed)
            self._open += 1
            return output

    def look_again(self) -> None:
        """PortAudio asks the system for its devices only once, when it is initialised."""
        with self._lock:
            if not self._open:
                _refresh(_library())

    def _closed(self) -> None:
        with self._lock:
            self._open -= 1


@cache
def shared() -> PortAudio:
    """The one that this process uses: looking for devices anew would end what another one plays."""
    return PortAudio()


class _Stream:
    """One open stream of PortAudio."""

    def __init__(
        self, library: Any, index: int, rate: int, channels: int, closed: Callable[[], None]
    ) -> None:
        self.rate = rate
        self._fill: Fill | None = None
        self._library, self._closed = library, closed
        self._stream = library.OutputStream(
            samplerate=rate,
            device=index,
            channels=channels,
            dtype="float32",
            latency=LATENCY_SECONDS,
            callback=self._callback,
        )

    @property
    def alive(self) -> bool:
        try:
            return bool(self._stream.active)
        except self._library.PortAudioError:
            return False

    def start(self, fill: Fill) -> None:
        self._fill = fill
        try:
            self._stream.start()
        except self._library.PortAudioError as error:
            raise _unusable("The sound device", error) from error

    def stop(self) -> None:
        self._quietly(self._stream.stop if self.alive else self._stream.abort)

    def close(self) -> None:
        self._quietly(self._stream.close)
        self._closed()

    def _callback(self, out: Any, _frames: int, time: Any, _status: Any) -> None:
        latency = time.outputBufferDacTime - time.currentTime
        if not 0 < latency < 5:  # some systems do not say
            latency = self._stream.latency
        if self._fill is not None:
            self._fill(out, latency)

    def _quietly(self, act: Callable[[], None]) -> None:
        try:
            act()
        except self._library.PortAudioError as error:
            _log.info("a sound device did not end well: %s", error)


def _library() -> Any:
    """The module ``sounddevice``.

    Raises:
        UserError: PortAudio is not installed, or cannot be used.
    """
    if "sounddevice" not in sys.modules and alsa_check.is_broken():
        raise UserError(
            "Nothing can be played: the configuration of the sound system ALSA is missing.",
            "Install it again (Debian, Ubuntu: sudo apt-get install --reinstall libasound2-data; "
            "elsewhere alsa-lib) and start RAVE GUI again.",
        )
    try:
        import sounddevice  # noqa: PLC0415  looks for devices: start-up must not wait for it
    except (OSError, ImportError) as error:
        raise UserError(
            "Nothing can be played: the sound library PortAudio is missing.",
            missing_library_remedy(sys.platform),
            details=repr(error),
        ) from error
    except Exception as error:  # its own kind, defined in the module that could not be loaded
        raise _unusable("The sound system", error) from error
    return sounddevice


def missing_library_remedy(platform: str) -> str:
    """What brings PortAudio, for a ``sys.platform``."""
    if platform.startswith("linux"):
        return (
            "Install it (Debian, Ubuntu: sudo apt-get install libportaudio2; "
            "Fedora: sudo dnf install portaudio; Arch: sudo pacman -S portaudio) and try again."
        )
    return (
        "It comes with the Python package sounddevice: install that again "
        "(pip install --force-reinstall sounddevice) and start RAVE GUI again."
    )


def _refresh(library: Any) -> None:
    """Initialise PortAudio anew, which is the only way in which it finds new devices."""
    try:
        library._terminate()
        library._initialize()
    except library.PortAudioError as error:
        raise _unusable("The sound system", error) from error


def _named(library: Any) -> list[tuple[int, str]]:
    """Index and name of every output; the host is named where a name would be there twice."""
    found = [
        (index, str(device["name"]), str(library.query_hostapis(device["hostapi"])["name"]))
        for index, device in enumerate(library.query_devices())
        if device["max_output_channels"] > 0
    ]
    names = [name for _, name, _ in found]
    return [
        (index, name if names.count(name) == 1 else f"{name} ({host})")
        for index, name, host in found
    ]


def _default(library: Any) -> int:
    return int(library.default.device[1])


def _index(library: Any, name: str) -> int:
    if name:
        found = next((index for index, known in _named(library) if known == name), None)
        if found is None:
            raise UserError(
                f"The sound device {name} is not connected.",
                "Connect it, or choose another one in Settings.",
            )
        return found
    index = _default(library)
    if index < 0:
        raise UserError(
            "Nothing can be played: this computer has no sound output.",
            "Connect loudspeakers or headphones and try again. Everything else works without.",
        )
    return index


def _open(library: Any, index: int, name: str, rate: int, closed: Callable[[], None]) -> _Stream:
    """At ``rate``, or at the device's own rate where it refuses that."""
    try:
        device = library.query_devices(index)
        channels = min(CHANNELS, int(device["max_output_channels"]))
        own = round(device["default_samplerate"])
        try:
            return _Stream(library, index, rate, channels, closed)
        except library.PortAudioError:
            if own == rate:
                raise
            return _Stream(library, index, own, channels, closed)
    except (library.PortAudioError, ValueError) as error:
        shown = f"The sound device {name}" if name else "The sound device of this computer"
        raise _unusable(shown, error) from error


def _unusable(what: str, error: Exception) -> UserError:
    return UserError(
        f"{what} cannot be used ({_reason(error)}).",
        "Another program may hold it: close that one, or choose another device in Settings.",
        details=repr(error),
    )


def _reason(error: Exception) -> str:
    """PortAudio's words without its numbers."""
    return str(error.args[0] if error.args else error).partition(" [")[0].rstrip(".")
