"""What is said about a job in its directory, as frozen facts with their JSON forms.

Times are POSIX seconds, durations seconds. Reading is tolerant: a field that is missing or of the
wrong type takes its default, so that directories of older and newer versions stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from rave_gui.core.errors import UserError
from rave_gui.core.records import JobKind, Json


class Wish(str, Enum):
    """What can be asked of a job; the value is the name of the file in ``commands/``."""

    STOP = "stop"
    KILL = "kill"
    SAVE_NOW = "save-now"
    PREVIEW_NOW = "preview-now"
    PAUSE = "pause"
    RESUME = "resume"


class Liveness(Enum):
    """What the directory and the process table say together."""

    WAITING = "waiting"
    """Asked for, its runner has not begun yet."""
    LIVE = "live"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    """No exit record, and nobody left who could write one."""


@dataclass(frozen=True)
class Patience:
    """Seconds that each rung of a stop may take before the next, ruder one."""

    ask: float = 300.0
    interrupt: float = 20.0
    terminate: float = 10.0


@dataclass(frozen=True)
class JobSpec:
    """What was asked for; written once, before anything starts."""

    id: str
    kind: JobKind
    argv: tuple[str, ...]
    cwd: Path
    created_at: float
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the cleaned environment of the runner."""
    title: str = ""
    stdin: str = ""
    target_id: int | None = None
    silence_seconds: float | None = None
    """Without new output or facts for so long the job counts as silent; None: never."""
    silence_stops: bool = False
    stuck_patterns: tuple[str, ...] = ()
    """Regular expressions; output that matches means that the job will never end by itself."""
    patience: Patience = field(default_factory=Patience)
    companion: bool = False
    """Whether the companion was given to it; whether it came is told by ``companion.json``."""
    snapshot: Json = field(default_factory=dict)
    """The settings as they were at launch, for people."""

    def to_json(self) -> dict[str, Any]:
        """The content of ``job.json``."""
        return {
            **asdict(self),
            "kind": self.kind.value,
            "cwd": str(self.cwd),
            "environment": dict(self.environment),
            "snapshot": dict(self.snapshot),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JobSpec:
        """The spec in ``data``; UserError where it says neither what to run nor where."""
        try:
            return cls._from_fields(data)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                "The description of this job is damaged.",
                "Start the work again; the damaged job can be removed from the list.",
                details=f"job.json: {error!r}",
            ) from error

    @classmethod
    def _from_fields(cls, data: Mapping[str, Any]) -> JobSpec:
        silence, target = data.get("silence_seconds"), data.get("target_id")
        patience = _mapping(data.get("patience"))
        names = set(Patience.__dataclass_fields__)
        return cls(
            id=str(data["id"]),
            kind=JobKind(data["kind"]),
            argv=_strings(data["argv"], at_least=1),
            cwd=Path(data["cwd"]),
            created_at=float(data["created_at"]),
            environment={str(k): str(v) for k, v in _mapping(data.get("environment")).items()},
            title=str(data.get("title") or ""),
            stdin=str(data.get("stdin") or ""),
            target_id=None if target is None else int(target),
            silence_seconds=None if silence is None else float(silence),
            silence_stops=bool(data.get("silence_stops")),
            stuck_patterns=_strings(data.get("stuck_patterns") or []),
            patience=Patience(**{k: float(v) for k, v in patience.items() if k in names}),
            companion=bool(data.get("companion")),
            snapshot=_mapping(data.get("snapshot")),
        )


@dataclass(frozen=True)
class RunnerInfo:
    """Who works on a job; ``runner.json``, renewed every second."""

    runner_pid: int
    runner_token: str | None
    child_pid: int | None = None
    child_token: str | None = None
    heartbeat: float = 0.0
    state: str = "starting"
    """``starting``, ``running``, ``paused`` or ``stopping``."""

    def to_json(self) -> dict[str, Any]:
        """The content of ``runner.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunnerInfo | None:
        """None where ``data`` names no runner."""
        runner, child = data.get("runner_pid"), data.get("child_pid")
        if not isinstance(runner, int):
            return None
        return cls(
            runner_pid=runner,
            runner_token=_text_or_none(data.get("runner_token")),
            child_pid=child if isinstance(child, int) else None,
            child_token=_text_or_none(data.get("child_token")),
            heartbeat=_number(data.get("heartbeat")),
            state=str(data.get("state") or "running"),
        )


@dataclass(frozen=True)
class JobExit:
    """How a job came to its end; ``exit.json``. Whether that was a success is not its business."""

    returncode: int | None
    """None where the program never started; negative: the signal that ended it."""
    signal: int | None
    stop_requested: bool
    stopped_by: str
    """``user``, ``silence``, ``stuck``, or "" where it ended by itself."""
    last_step: int | None
    ended_at: float
    error: str = ""
    """Why it never started, in words."""

    def to_json(self) -> dict[str, Any]:
        """The content of ``exit.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JobExit:
        """Tolerant: what is missing is unknown."""
        return cls(
            returncode=_whole_or_none(data.get("returncode")),
            signal=_whole_or_none(data.get("signal")),
            stop_requested=bool(data.get("stop_requested")),
            stopped_by=str(data.get("stopped_by") or ""),
            last_step=_whole_or_none(data.get("last_step")),
            ended_at=_number(data.get("ended_at")),
            error=str(data.get("error") or ""),
        )


def _strings(value: Any, at_least: int = 0) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or len(value) < at_least:
        raise TypeError(f"not a list of {at_least} or more texts: {value!r:.80}")
    return tuple(str(item) for item in value)


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole_or_none(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
