"""What a model is, told by the engine once and remembered for as long as its file is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rave_gui.companion.rave_gui_job_files import read_json, write_json
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger

_FORMAT = 1
_log = get_logger(__name__)


class Inspector(Protocol):
    """Who looks into files under the engine's own Python."""

    def ask(self, task: str, **arguments: Any) -> Mapping[str, Any]:
        """What the worker answers."""


@dataclass(frozen=True)
class ModelFacts:
    """A checkpoint or an exported instrument, looked into. None: the file does not tell."""

    architecture: str = ""
    parameters: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    """Parameters of encoder, decoder and so on."""
    latents: tuple[tuple[float, int], ...] = ()
    """Share of the variance that is kept, and the latents that RAVE would export for it."""
    shares: tuple[float, ...] = ()
    """The checkpoint's own buffer: the share that is kept by one latent, by two, and so on."""
    latent_size: int | None = None
    """Of the network, or what an exported file takes."""
    latents_measured: bool = True
    """False before the first validation of a network whose latents are cut when it is exported."""
    ratio: int | None = None
    """Samples of one latent frame."""
    receptive_field: float | None = None
    """Seconds."""
    latency: float | None = None
    """Seconds."""
    sample_rate: int | None = None
    channels: int | None = None
    step: int | None = None
    phase: int | None = None
    streaming: bool | None = None

    @property
    def latent_rate(self) -> float | None:
        """Latent frames of one second."""
        return self.sample_rate / self.ratio if self.sample_rate and self.ratio else None


class ModelShelf:
    """Asks the engine, and keeps every answer in a file of its own. Safe from every thread."""

    def __init__(self, folder: Path, inspector: Callable[[], Inspector]) -> None:
        self._folder, self._inspector = folder, inspector

    def known(self, path: Path) -> ModelFacts | None:
        """What was told of that very file before; None: nobody asked yet, or it changed."""
        place = self._place(path)
        stored = read_json(place) if place is not None else None
        if stored is None or stored.get("format") != _FORMAT:
            return None
        answer = stored.get("answer")
        return facts_of(answer) if isinstance(answer, dict) else None

    def look(self, path: Path, *, trusted: bool = False) -> ModelFacts:
        """What is known of the file, asking the engine if need be; takes seconds.

        Args:
            path: A ``.ckpt`` or ``.ts``.
            trusted: Whether the person vouches for where it is from: what cannot be opened
                without running code from the file is opened only then.

        Raises:
            UserError: it is damaged, not trusted, or there is no engine.
        """
        known = self.known(path)
        if known is not None:
            return known
        place = self._place(path)
        answer = dict(self._inspector().ask("inspect", path=str(path), trusted=trusted))
        if place is not None:
            self._keep(place, answer)
        return facts_of(answer)

    def _place(self, path: Path) -> Path | None:
        """Where the answer is kept: the name holds path, size and time of change."""
        try:
            status = path.stat()
        except OSError:
            return None
        mark = f"{path.absolute()}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ino}"
        return self._folder / f"{hashlib.sha256(mark.encode('utf-8', 'replace')).hexdigest()}.json"

    def _keep(self, place: Path, answer: Mapping[str, Any]) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_json(place, {"format": _FORMAT, "answer": answer}, durable=False)
        except (OSError, TypeError, ValueError) as error:
            _log.warning("%s cannot be kept: %s", place, error)  # it is asked again next time


def facts_of(answer: Mapping[str, Any]) -> ModelFacts:
    """The answer of the worker; what is missing or of another kind is not known."""
    rate = _whole(answer.get("sample_rate"))
    return ModelFacts(
        architecture=str(answer.get("architecture") or ""),
        parameters=_parameters(answer.get("parameters")),
        parts=_parts(answer.get("parameters")),
        latents=_latents(answer.get("latent_sizes")),
        shares=_shares(answer.get("latent")),
        latent_size=_whole(answer.get("latent_size")),
        latents_measured=_measured(answer.get("latent")),
        ratio=_whole(answer.get("ratio")),
        receptive_field=_seconds(answer.get("receptive_field"), rate),
        latency=_seconds(answer.get("latency"), rate),
        sample_rate=rate,
        channels=_whole(answer.get("channels")),
        step=_whole(answer.get("step")),
        phase=_whole(answer.get("phase")),
        streaming=streaming if isinstance(streaming := answer.get("streaming"), bool) else None,
    )


def no_inspector() -> Inspector:
    """Where nothing can look into files.

    Raises:
        UserError: always.
    """
    raise UserError("Without an engine no model can be looked into.", "Install RAVE in Settings.")


def _whole(value: Any) -> int | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return int(value) if number else None


def _parameters(value: Any) -> int | None:
    if isinstance(value, Mapping):
        total = _whole(value.get("total"))
        return sum(_parts(value).values()) if total is None else total
    return _whole(value)


def _parts(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    known = {str(name): _whole(number) for name, number in value.items() if name != "total"}
    return {name: number for name, number in known.items() if number}


def _shares(latent: Any) -> tuple[float, ...]:
    kept = latent.get("kept") if isinstance(latent, Mapping) else None
    return tuple(float(one) for one in kept or () if isinstance(one, (int, float)))


def _latents(value: Any) -> tuple[tuple[float, int], ...]:
    pairs = value.items() if isinstance(value, Mapping) else value or ()
    found = []
    for pair in pairs:
        try:
            share, size = float(pair[0]), int(pair[1])
        except (TypeError, ValueError, IndexError):
            continue
        found.append((share, size))
    return tuple(sorted(found))


def _measured(latent: Any) -> bool:
    """What is not variational is never cut, and needs no measure."""
    told = latent if isinstance(latent, Mapping) else {}
    return told.get("kind") != "variational" or told.get("measured") is not False


def _seconds(value: Any, rate: int | None) -> float | None:
    """Samples, or left and right samples, as seconds."""
    if isinstance(value, (list, tuple)):
        value = sum(number for number in value if isinstance(number, (int, float)))
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not rate:
        return None
    return float(value) / rate
