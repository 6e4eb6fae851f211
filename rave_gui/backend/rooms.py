"""The listening rooms: what is in them, what is heard in each lane, where renders go."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend import room_file
from rave_gui.backend.blind_answers import BlindAnswers
from rave_gui.backend.lane_levels import measure_file
from rave_gui.backend.lane_renders import RenderCache, RenderKey
from rave_gui.backend.lane_sources import LaneSources
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.listening_room import Lane, Room
from rave_gui.backend.model_player import LivePlay, ModelPlayer
from rave_gui.backend.preview_levels import Level
from rave_gui.backend.render_wish import RenderWish
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.core.repositories import Repositories

__all__ = ["Filled", "Rooms"]
_MEASURING = 0.95
"""How much of the progress is done when only the level is to be measured still."""


@dataclass(frozen=True)
class Filled:
    """What is heard in a lane, ready."""

    key: str
    sound: Path
    level: Level
    latents: int
    source: Path | None
    """What went through the model; None where nothing did."""


class Rooms:
    """Synchronous, safe from every thread; whatever plays a model takes its time."""

    def __init__(self, rows: Repositories, player: ModelPlayer) -> None:
        self._player = player
        self.sources = LaneSources(rows)

    def open(self, project: Project) -> Room:
        """The room of a project as it was left."""
        return room_file.load(project, self.sources)

    def save(self, project: Project, room: Room) -> None:
        """Keep it.

        Raises:
            UserError: it cannot be written.
        """
        room_file.save(project, room)

    def answers(self, project: Project) -> BlindAnswers:
        """What was said in blind tests."""
        return BlindAnswers(project.path)

    def fill(
        self,
        project: Project,
        lane: Lane,
        sound: Path | None,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> Filled:
        """Make what is heard in a lane: at once where it was made before.

        Raises:
            UserError: it cannot be made or read, or was cancelled.
        """
        if not lane.is_model:
            return Filled(lane.key, lane.path, measure_file(lane.path, cancelled), 0, None)
        if sound is None:
            raise UserError("There is no sound to put through it.", "Add a sound first.")
        path = self._render(project, lane, sound, LatentBend(), progress, cancelled)
        latents = self._player.latents(lane.path)
        return Filled(lane.key, path, measure_file(path, cancelled), latents, sound)

    def render_to(
        self,
        project: Project,
        lane: Lane,
        sound: Path | None,
        destination: Path,
        originals: Collection[Path],
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> Path:
        """Write what is heard in a lane, bent as it is, into a file of the person's own.

        Raises:
            UserError: it cannot be done, or ``destination`` is one of the ``originals``.
        """
        if any(_same(destination, original) for original in originals):
            raise UserError(
                f"{destination.name} is the original.", "Choose another name: it stays as it is."
            )
        made = lane.path
        if lane.is_model:
            if sound is None:
                raise UserError("There is no sound to put through it.", "Add a sound first.")
            made = self._render(project, lane, sound, lane.bend, progress, cancelled)
        try:
            shutil.copyfile(made, destination)
        except OSError as error:
            raise UserError(
                f"{destination} cannot be written ({error.strerror or error}).",
                "Choose a folder that you can write to, with enough space.",
            ) from error
        return destination

    def batch_wish(self, lane: Lane) -> RenderWish:
        """What a folder is put through: a model, bent as it is."""
        return RenderWish(lane.path, label=lane.title, bend=lane.bend)

    def live(self, lane: Lane, sound: Path) -> LivePlay:
        """Get ready to bend a lane while it is heard.

        Raises:
            UserError: it cannot be played.
        """
        return self._player.live(lane.path, sound)

    def _render(
        self,
        project: Project,
        lane: Lane,
        sound: Path,
        bend: LatentBend,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> Path:
        cache, key = RenderCache(project.path / "renders"), RenderKey(lane.path, sound, bend)
        found = cache.find(key)
        if found is not None:
            return found

        def render(out: Path) -> None:
            self._player.render(
                lane.path, sound, out, bend, lambda done: progress(done * _MEASURING), cancelled
            )

        return cache.make(key, render)


def _same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return first.absolute() == second.absolute()
