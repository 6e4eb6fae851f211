"""How soon a person hears what a key or a slider of the listening room asks for.

A device asks for 10 ms of sound every 10 ms, as a loudspeaker does. Measured is the time from the
wish to the first block with a changed frame in it: of a switch between nine lanes, while nobody's
model works, and of a latent moved by hand, with a real model in the real worker.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import in_own_process, report
from benchmarks.result import Result

RATE, BLOCK = 44100, 441
LANES, SWITCHES, MOVES = 9, 100, 40
_ROOT = Path(__file__).resolve().parent.parent


def run() -> list[Result]:
    """Switching lanes, then moving a latent."""
    switched = in_own_process("benchmarks.listening_room", "switch")
    moved = in_own_process("benchmarks.listening_room", "latent")
    name = f"from a key to another of {LANES} lanes, slowest of {SWITCHES}"
    gaps = f"median {switched['median']:.1f} ms; blocks with a gap: {switched['gaps']}"
    told = (
        f"median {moved['median']:.0f} ms; a block of 93 ms takes the worker "
        f"{moved['block']:.0f} ms; blocks that came late: {moved['late']}"
    )
    return [
        Result(name, switched["worst"], "ms", 50.0, detail=gaps),
        Result("blocks with a gap while lanes are switched", switched["gaps"], "blocks", 0.0),
        Result(f"from a latent to the ear, 95 % of {MOVES} moves", moved["most"], "ms", 150.0,
               detail=told),
    ]  # fmt: skip


class Paced:
    """Asks for sound in its own thread, in time, and says when."""

    def __init__(self, heard: Callable[[Any, float], None]) -> None:
        self.rate = RATE
        self._heard = heard
        self._fill: Any = None
        self._thread: threading.Thread | None = None

    def devices(self) -> list[Any]:
        """None to choose from."""
        return []

    def look_again(self) -> None:
        """Nothing comes or goes."""

    def open(self, _name: str, _rate: int) -> Paced:
        """Itself."""
        return self

    @property
    def alive(self) -> bool:
        """Whether it asks."""
        return self._fill is not None

    def start(self, fill: Any) -> None:
        """Ask from now on."""
        self._fill = fill
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._fill = None

    def close(self) -> None:
        """The same."""
        self._fill = None

    def _run(self) -> None:
        import numpy as np

        due = time.perf_counter()
        while (fill := self._fill) is not None:
            block = np.zeros((BLOCK, 2), np.float32)
            fill(block, 0.0)
            self._heard(block, time.perf_counter())
            due += BLOCK / RATE
            time.sleep(max(0.0, due - time.perf_counter()))


def _until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.perf_counter() + seconds
    while not reached():
        if time.perf_counter() > end:
            raise TimeoutError
        time.sleep(0.001)


def _switch() -> dict[str, Any]:
    """Nine files of one level each: a block tells by its values which lane it is."""
    import numpy as np
    import soundfile

    from rave_gui.audio.lanes import LaneDesk
    from rave_gui.audio.playback import Player
    from rave_gui.audio.sound import Sound

    last: list[tuple[float, float, float]] = []
    player = Player(Paced(lambda block, when: last.append((when, block[-1, 0], block.min()))))
    with tempfile.TemporaryDirectory() as folder:
        sounds = []
        for lane in range(LANES):
            path = Path(folder) / f"{lane}.wav"
            soundfile.write(path, np.full(RATE * 60, (lane + 1) / 10, np.float32), RATE)
            sounds.append(Sound(str(path), path.name, path=path))
        desk = LaneDesk(sounds)
        player.play(Sound("room", "room", desk=desk))
        _until(lambda: len(last) > 20)
        found = [_one_switch(desk, lane, last) for lane in _lanes()]
        gaps = sum(bool(low < 0.05) for _when, _value, low in last[5:])
        player.close()
        player.join(10)
    found.sort()
    return {"median": found[len(found) // 2], "worst": found[-1], "gaps": gaps}


def _lanes() -> list[int]:
    return [(number * 4 + 1) % LANES for number in range(SWITCHES)]


def _one_switch(desk: Any, lane: int, last: list[tuple[float, float, float]]) -> float:
    before, count = last[-1][1], len(last)
    time.sleep(0.03 + 0.0007 * lane)
    before, count = last[-1][1], len(last)
    asked = time.perf_counter()
    desk.hear(lane)
    _until(lambda: any(abs(value - before) > 1e-4 for _w, value, _l in last[count:]))
    changed = next(when for when, value, _l in last[count:] if abs(value - before) > 1e-4)
    return 1000 * (changed - asked)


def _latent() -> dict[str, Any]:
    """A model that RAVE trained for this, in the worker of the application."""
    for name in ("tests/e2e", "tests/backend", "tests"):
        sys.path.insert(0, str(_ROOT / name))
    import soundfile
    from small_models import SmallModels

    from rave_gui.backend.engine import EngineManager
    from rave_gui.backend.engine_worker import EngineWorker
    from rave_gui.backend.render import Renderer
    from rave_gui.backend.worker_player import WorkerPlayer
    from rave_gui.core.paths import AppPaths
    from rave_gui.core.settings import SettingsStore

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        paths = AppPaths.below(place / "home")
        engines = EngineManager(paths, SettingsStore(paths.settings))
        worker = EngineWorker(engines.current, place / "worker.log")
        with SmallModels(engines.current(), place) as models:
            model = models.model("v2_small").checkpoint
            data = _tones()
            soundfile.write(place / "tones.wav", data, RATE)
            player = WorkerPlayer(worker, Renderer(worker))
            found = _move(player.live(model, place / "tones.wav"), place / "tones.wav")
        worker.close()
    return found


def _tones() -> Any:
    import numpy as np

    seconds = np.arange(RATE * 30) / RATE
    return (0.3 * np.sin(2 * np.pi * 220 * seconds) * np.exp(-(seconds % 1) * 3)).astype(np.float32)


def _move(play: Any, sound: Path) -> dict[str, Any]:
    from rave_gui.audio.lanes import LaneDesk
    from rave_gui.audio.live_lane import LiveLane
    from rave_gui.audio.playback import Player
    from rave_gui.audio.sound import Sound
    from rave_gui.backend.latent_bend import OFFSET, LatentBend

    changed: dict[int, float] = {}
    desk = LaneDesk([Sound(str(sound), sound.name, path=sound)])
    late = [0]

    def heard(_block: Any, when: float) -> None:
        feed = desk.playing
        take = feed._mix._voice._take if feed is not None and feed._mix is not None else None
        late[0] += live.starved and bool(changed)
        if take is not None and feed._mix._to is desk.bent:
            changed.setdefault(take.number, when)

    live = LiveLane(0, play.block, lambda: desk.playing, play.rate)
    desk.set_live(live)
    player = Player(Paced(heard))
    player.play(Sound("room", "room", desk=desk))
    player.set_loop(0.0, 29.0)
    _until(lambda: desk.playing is not None)
    found = []
    for move in range(1, MOVES + 1):
        bend = LatentBend().with_value(OFFSET, 0, (move % 20) / 10)
        asked = time.perf_counter()
        live.wish(bend)
        _until(lambda move=move: move in changed)
        found.append(1000 * (changed[move] - asked))
        time.sleep(0.15 + 0.003 * move)
    live.close()
    player.close()
    live.join(10)
    player.join(10)
    found = sorted(found[1:])  # the first encodes the sound
    return {
        "median": found[len(found) // 2],
        "most": found[int(len(found) * 0.95)],
        "block": 1000 * live.seconds,
        "late": late[0],
    }


if __name__ == "__main__":
    report(_switch if sys.argv[1] == "switch" else _latent)
