"""Sound through a model into new files: one, or whole folders; originals are only ever read."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.backend.audio_find import find_files
from rave_gui.backend.engine_worker import CANCELLED, Cancelled, EngineWorker, WorkerFault
from rave_gui.backend.render_wish import Rendered, RenderWish
from rave_gui.core.errors import UserError

__all__ = ["BatchState", "Place", "RenderWish", "Rendered", "Renderer", "places"]


@dataclass(frozen=True)
class BatchState:
    """How far a batch is."""

    done: int
    total: int
    source: Path
    part: float = 0.0
    """Of the present sound, from 0 to 1; 0 where its length is not known."""

    @property
    def whole(self) -> float:
        """Of everything, from 0 to 1."""
        return min(1.0, (self.done + self.part) / self.total) if self.total else 1.0


@dataclass(frozen=True)
class Place:
    """One sound of a batch and the file that is wanted for it."""

    source: Path
    out: Path
    problem: str = ""


class Renderer:
    """Has the worker render. Synchronous; windows call it in background."""

    def __init__(self, worker: EngineWorker) -> None:
        self._worker = worker

    def render(
        self,
        wish: RenderWish,
        sound: Path,
        out: Path,
        *,
        exact: bool = False,
        progress: Callable[[float], None] | None = None,
        cancelled: Cancelled | None = None,
    ) -> Rendered:
        """One sound into one new file.

        Args:
            wish: The model and what is done.
            sound: Of any format, rate and length.
            out: The wanted file; where something has that name, the next free one is taken.
            exact: Nothing is written where something has that name.
            progress: Told how much is done, from 0 to 1.
            cancelled: Whether to give up.

        Raises:
            UserError: it cannot be done, or was cancelled; nothing is left of it then.
        """
        sound, out = sound.expanduser().absolute(), out.expanduser().absolute()
        hidden = out.with_name(f".{out.name[:80]}.{uuid.uuid4().hex[:12]}.part")
        _make_folder(out.parent)
        fields = {"audio": str(sound), "out": str(out), "hidden": str(hidden), "exact": exact}
        try:
            answer = self._worker.ask(
                "render",
                progress=None if progress is None else lambda facts: progress(_part(facts)),
                cancelled=cancelled,
                **wish.fields(),
                **fields,
            )
        finally:
            with contextlib.suppress(OSError):  # of a worker that was killed
                hidden.unlink(missing_ok=True)
        return _rendered(sound, answer)

    def render_all(
        self,
        wish: RenderWish,
        sounds: Sequence[Path],
        folder: Path,
        *,
        progress: Callable[[BatchState], None] | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[Rendered]:
        """Files and whole folders into ``folder``, where the tree of a folder is made again.

        What cannot be read is passed over and told; a wish to cancel ends it with what is done.

        Raises:
            UserError: the model cannot be used, or the folder cannot be written.
        """
        self.load(wish, cancelled)
        every = list(places(sounds, folder, wish.name))
        found: list[Rendered] = []
        for number, place in enumerate(every):
            if cancelled is not None and cancelled():
                break
            state = BatchState(number, len(every), place.source)
            if progress is not None:
                progress(state)
            found.append(self._attempt(wish, place, state, progress, cancelled))
        return found

    def load(self, wish: RenderWish, cancelled: Cancelled | None = None) -> dict[str, Any]:
        """Open the model; ``rate``, ``channels``, ``ratio``, ``latent_size``, ``streaming``.

        Raises:
            UserError: it cannot be used.
        """
        model = str(wish.model.absolute())
        return self._worker.ask("load", cancelled=cancelled, model=model, trusted=wish.trusted)

    def _attempt(
        self,
        wish: RenderWish,
        place: Place,
        state: BatchState,
        progress: Callable[[BatchState], None] | None,
        cancelled: Cancelled | None,
    ) -> Rendered:
        if place.problem:
            return Rendered(place.source, error=place.problem)

        def tell(part: float) -> None:
            if progress is not None:
                progress(BatchState(state.done, state.total, state.source, part))

        try:
            return self.render(wish, place.source, place.out, progress=tell, cancelled=cancelled)
        except WorkerFault as error:
            what = "It was cancelled." if error.code == CANCELLED else error.what
            return Rendered(place.source, error=what, remedy=error.remedy)


def places(sounds: Sequence[Path], folder: Path, label: str) -> Iterator[Place]:
    """Which files are rendered, and where to; what lies in ``folder`` already is no source."""
    folder = folder.expanduser().absolute()
    folders = [one for one in sounds if one.expanduser().is_dir()]
    for sound in sounds:
        root = sound.expanduser().absolute()
        inside = sound in folders
        for found in find_files([root]):
            if inside and folder != root and found.path.is_relative_to(folder):
                continue
            above = found.path.parent.relative_to(root) if inside else Path()
            # Several folders may hold the same names.
            above = Path(root.name) / above if inside and len(folders) > 1 else above
            out = folder / above / f"{found.path.stem} ({label}).wav"
            yield Place(found.path, out, found.problem)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Choose another folder.",
        ) from error


def _part(facts: Mapping[str, Any]) -> float:
    total = facts.get("total")
    return min(1.0, float(facts.get("seconds") or 0) / float(total)) if total else 0.0


def _rendered(sound: Path, answer: Mapping[str, Any]) -> Rendered:
    return Rendered(
        source=sound,
        out=Path(str(answer["out"])),
        seconds=float(answer.get("seconds") or 0),
        real_time_factor=float(answer.get("real_time_factor") or 0),
        peak=float(answer.get("peak") or 0),
        clipped=int(answer.get("clipped") or 0),
        non_finite=int(answer.get("non_finite") or 0),
    )
