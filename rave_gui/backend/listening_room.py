"""The listening room as a value: lanes, which of them is heard, how loud, what is looped. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.preview_levels import Level, gain_db
from rave_gui.core.errors import UserError

MOST_LANES = 9
"""The keys 1 to 9 switch them."""
INPUT = "input"
Span = tuple[float, float]


class LaneKind(str, Enum):
    """Where the sound of a lane comes from."""

    INPUT = "input"
    CHECKPOINT = "checkpoint"
    EXPORT = "export"
    MODEL = "model"
    """A file from elsewhere."""
    PREVIEW = "preview"
    SOUND = "sound"


@dataclass(frozen=True)
class Lane:
    """One line of the room: a sound, or a model that the input is put through."""

    key: str
    """The same lane has the same key at every start: ``input``, ``checkpoint:12``, ``export:3``."""
    kind: LaneKind
    title: str
    path: Path
    """The model, or the sound where there is none."""
    step: int | None = None
    phase: int | None = None
    """1 or 2; None where it is not known."""
    validation: float | None = None
    rating: int | None = None
    record: int | None = None
    """Of the checkpoint, or of the export."""
    exported: bool = False
    latents: int = 0
    """How many can be bent; 0 until that is known."""
    bend: LatentBend = field(default_factory=LatentBend)
    sound: Path | None = None
    """What is heard; None until it is rendered."""
    level: Level | None = None
    """Of that sound, as it is."""
    problem: str = ""
    """Why it cannot be heard, in words."""

    @property
    def is_model(self) -> bool:
        """Whether the input goes through it."""
        return self.kind in {LaneKind.CHECKPOINT, LaneKind.EXPORT, LaneKind.MODEL}

    @property
    def waiting(self) -> bool:
        """Whether something is to be done before it can be heard."""
        return (self.sound is None or self.level is None) and not self.problem


@dataclass(frozen=True)
class Room:
    """Immutable: each method gives another room."""

    lanes: tuple[Lane, ...] = ()
    heard: str = INPUT
    """The key of the lane that is heard, or will be."""
    loop: Span | None = None
    """Seconds."""
    matched: bool = True
    """Whether all lanes are made as loud as the input."""

    # Facts

    @property
    def input(self) -> Lane | None:
        """What goes through the models."""
        return self.lane(INPUT)

    @property
    def audible(self) -> tuple[Lane, ...]:
        """Lanes with a sound, in order."""
        return tuple(lane for lane in self.lanes if lane.sound is not None)

    @property
    def current(self) -> Lane | None:
        """The lane that is heard; the first with a sound where that one has none."""
        found = self.lane(self.heard)
        if found is not None and found.sound is not None:
            return found
        return next(iter(self.audible), None)

    @property
    def chosen(self) -> Lane | None:
        """The lane that is chosen, with a sound or without."""
        return self.lane(self.heard) or next(iter(self.lanes), None)

    @property
    def reference(self) -> Lane | None:
        """What the others are as loud as."""
        return self.input or next(iter(self.audible), None)

    def lane(self, key: str) -> Lane | None:
        """The lane of that key."""
        return next((lane for lane in self.lanes if lane.key == key), None)

    def number(self, key: str) -> int | None:
        """The digit that switches to it."""
        return next((n for n, lane in enumerate(self.lanes, 1) if lane.key == key), None)

    def gain_db(self, lane: Lane) -> float:
        """What makes it as loud as the reference, in dB; 0 where nothing is matched."""
        reference = self.reference
        if not self.matched or reference is None or lane.key == reference.key:
            return 0.0
        if lane.level is None or reference.level is None:
            return 0.0
        return gain_db(lane.level, reference.level)

    def difference(self, lane: Lane) -> float | None:
        """How much louder it is by itself than the reference, in LU; None where unknown."""
        reference = self.reference
        if reference is None or lane.key == reference.key:
            return None
        own, other = lane.level, reference.level
        if own is None or other is None or own.loudness is None or other.loudness is None:
            return None
        return own.loudness - other.loudness

    def left_over(self, lane: Lane) -> float:
        """What it stays softer than the reference, in LU, since more would clip."""
        difference = self.difference(lane)
        if difference is None or not self.matched:
            return 0.0
        return max(0.0, -(difference + self.gain_db(lane)))

    # Changes

    def with_input(self, path: Path, title: str = "") -> Room:
        """Let that sound go through the models; what they made of another one is gone."""
        lane = Lane(INPUT, LaneKind.INPUT, title or path.stem, path, sound=path)
        others = [
            replace(other, sound=None, level=None, problem="") if other.is_model else other
            for other in self.lanes
            if other.key != INPUT
        ]
        return replace(self, lanes=(lane, *others), loop=None)

    def with_lane(self, lane: Lane) -> Room:
        """Add a lane; the same again changes nothing.

        Raises:
            UserError: there are nine already.
        """
        if self.lane(lane.key) is not None:
            return self
        if len(self.lanes) >= MOST_LANES:
            raise UserError(
                f"The room has {MOST_LANES} lanes already, one for each of the keys 1 to 9.",
                "Take one out first.",
            )
        return replace(self, lanes=(*self.lanes, lane))

    def without(self, key: str) -> Room:
        """Take a lane out; the one above is heard where it was."""
        index = (self.number(key) or 1) - 1
        left = tuple(lane for lane in self.lanes if lane.key != key)
        heard = self.heard
        if heard == key and left:
            heard = left[min(max(0, index - 1), len(left) - 1)].key
        return replace(self, lanes=left, heard=heard)

    def hear(self, key: str) -> Room:
        """Choose a lane."""
        return replace(self, heard=key) if self.lane(key) is not None else self

    def hear_number(self, number: int) -> Room:
        """Choose the lane of a digit; where there is none, nothing changes."""
        if not 1 <= number <= len(self.lanes):
            return self
        return self.hear(self.lanes[number - 1].key)

    def hear_beside(self, steps: int) -> Room:
        """Choose the lane so many lines below."""
        number = self.number(self.heard) or 1
        return self.hear_number(min(max(1, number + steps), len(self.lanes)))

    def change(self, key: str, change: Callable[[Lane], Lane]) -> Room:
        """Put another lane in the place of one."""
        lanes = tuple(change(lane) if lane.key == key else lane for lane in self.lanes)
        return replace(self, lanes=lanes)

    def filled(self, key: str, sound: Path, level: Level, latents: int = 0) -> Room:
        """What is heard in a lane is there."""
        return self.change(
            key,
            lambda lane: replace(
                lane, sound=sound, level=level, latents=latents or lane.latents, problem=""
            ),
        )

    def failed(self, key: str, problem: str) -> Room:
        """It cannot be heard."""
        return self.change(key, lambda lane: replace(lane, problem=problem))

    def retried(self, key: str) -> Room:
        """Try again."""
        return self.change(key, lambda lane: replace(lane, problem=""))

    def bent(self, key: str, bend: LatentBend) -> Room:
        """Bend the latents of a model; its sound stays what it was."""
        return self.change(key, lambda lane: replace(lane, bend=bend))


def file_lane(path: Path, kind: LaneKind = LaneKind.SOUND, title: str = "") -> Lane:
    """A lane of a file: a sound as it is, or a model."""
    sound = None if kind is LaneKind.MODEL else path
    return Lane(f"{kind.value}:{path}", kind, title or path.stem, path, sound=sound)


def is_model_file(path: Path) -> bool:
    """Whether a file that was dropped is a model and no sound."""
    return path.suffix.lower() in {".ts", ".ckpt"}


def split(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """(sounds, models) among files that were dropped."""
    models = [path for path in paths if is_model_file(path)]
    return [path for path in paths if path not in models and path.is_file()], models
