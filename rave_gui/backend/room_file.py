"""The listening room of a project between two starts: ``listening/room.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend.lane_sources import LaneSources, portable
from rave_gui.backend.latent_bend import bend_from
from rave_gui.backend.listening_room import INPUT, MOST_LANES, Lane, LaneKind, Room, file_lane
from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.logger import system_logger
from rave_gui.core.records import Project

FILE = "room.json"
_KIND = "listening-room"


def save(project: Project, room: Room) -> None:
    """Keep which lanes there are, and how they are bent.

    Raises:
        UserError: it cannot be written.
    """
    path = _path(project)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The listening room cannot be kept ({error.strerror or error}).",
            "Make the project folder writable.",
        ) from error
    lanes = [_to_json(project, lane) for lane in room.lanes]
    facts = {"lanes": lanes, "heard": room.heard, "loop": room.loop, "matched": room.matched}
    sidecars.write(path, _KIND, facts)


def load(project: Project, sources: LaneSources) -> Room:
    """The room as it was left; lanes whose file is gone are left out. Damaged counts as empty."""
    path = _path(project)
    if not path.exists():
        return Room()
    try:
        document = sidecars.read(path, _KIND)
        return _room(project, document, {lane.key: lane for lane in sources.models(project)})
    except (UserError, KeyError, TypeError, ValueError) as error:
        system_logger().warning("the room of %s cannot be read: %s", project.name, error)
        return Room()


def _room(project: Project, document: Mapping[str, Any], known: Mapping[str, Lane]) -> Room:
    room = Room(matched=document.get("matched") is not False)
    for entry in list(document.get("lanes") or ())[:MOST_LANES]:
        lane = _lane(project, entry, known)
        if lane is not None:
            room = room.with_lane(lane)
    loop = document.get("loop")
    if isinstance(loop, list) and len(loop) == 2 and 0 <= float(loop[0]) < float(loop[1]):
        room = replace(room, loop=(float(loop[0]), float(loop[1])))
    return room.hear(str(document.get("heard", INPUT)))


def _lane(project: Project, entry: Mapping[str, Any], known: Mapping[str, Lane]) -> Lane | None:
    """From the record where there is one, since that may have changed; else from the file."""
    key, path = str(entry["key"]), project.path / str(entry["path"])
    if not path.is_file():
        return None
    lane = known.get(key)
    if lane is None:
        kind = LaneKind(entry["kind"])
        title = str(entry.get("title") or path.stem)
        if kind in {LaneKind.CHECKPOINT, LaneKind.EXPORT}:  # its record is gone, its file is not
            kind = LaneKind.MODEL
        lane = replace(file_lane(path, kind, title), key=key)
    return replace(lane, bend=bend_from(entry.get("bend")))


def _to_json(project: Project, lane: Lane) -> dict[str, Any]:
    return {
        "key": lane.key,
        "kind": lane.kind.value,
        "title": lane.title,
        "path": portable(project, lane.path),
        "bend": lane.bend.to_json(),
    }


def _path(project: Project) -> Path:
    return project.path / "listening" / FILE
