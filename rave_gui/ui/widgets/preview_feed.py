"""What the strips of a training show and play: one choice, one reading, one playing for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.audio.sound import Samples, Sound
from rave_gui.backend.previews import Heard, PreviewClip, PreviewSound, PreviewStrip
from rave_gui.bridge.playback import PlayState
from rave_gui.bridge.stream import Newest
from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import previews as words
from rave_gui.ui.viewmodels.previews import Cell, Place

_BEAT_MS = 10_000
"""RAVE's own sounds are told by nobody: they are looked for."""
_CALM_MS = 30
_BATCH = 12
"""Small pictures that are made at a time."""
Picture = Sequence[float]


class PreviewFeed(QObject):
    """Reads only while something that shows it is seen."""

    strip_changed = pyqtSignal()
    """There is more to hear, or of another training."""
    place_changed = pyqtSignal()
    """Another sound is chosen."""
    heard_changed = pyqtSignal()
    """The chosen sound is loaded, or another one plays."""
    pictures_changed = pyqtSignal()
    failed = pyqtSignal(object)
    """A ``UserError``: why something cannot be heard."""

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._run = context.services, context.run
        self.playback = context.playback
        self.strip, self.place = PreviewStrip(), Place()
        self.heard: Heard | None = None
        self.matched, self.live, self.waits = True, False, False
        self.phase2_at: int | None = None
        """The step at which phase 2 began, if it has."""
        self._experiment: int | None = None
        self._mark = -1
        self._follow = True
        self._stale = self._reading = self._play_soon = self._drawing = False
        self._viewers: set[QObject] = set()
        self._pictures: dict[str, Picture] = {}
        self._wanted: list[PreviewSound] = []
        self._loader = Newest(context.run, self, _CALM_MS, eager=True)
        self._loader.answered.connect(self._loaded)
        self._loader.refused.connect(self._refused)
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self.refresh)
        if self.playback is not None:
            self.playback.changed.connect(self._played)
            self.playback.refused.connect(self._not_played)

    @property
    def _previews(self) -> Any:
        """``backend.previews.PreviewManager``."""
        return self._services.previews

    # What is shown

    def show_experiment(
        self,
        experiment_id: int | None,
        mark: int,
        *,
        live: bool,
        waits: bool = False,
        phase2_at: int | None = None,
    ) -> None:
        """Show that training; another ``mark`` means that there is something new to hear."""
        self.phase2_at, self.waits = phase2_at, waits
        another = experiment_id != self._experiment
        if another:
            self._experiment, self._follow = experiment_id, True
            self.strip, self.place, self.heard = PreviewStrip(), Place(), None
            self._pictures, self._wanted = {}, []
            self._loader.cancel()
        turned = another or live != self.live
        stale = turned or mark != self._mark
        self._mark, self.live = mark, live
        if turned:
            self.strip_changed.emit()
        if stale:
            self.refresh()

    def watch(self, viewer: QObject, *, seen: bool) -> None:
        """Tell that somebody sees it in ``viewer``, or no longer."""
        (self._viewers.add if seen else self._viewers.discard)(viewer)
        if not self._viewers:
            self._beat.stop()
        else:
            self._beat.start()
            if self._stale:
                self.refresh()

    @pyqtSlot()
    def refresh(self) -> None:
        """Read what is there, now if it is seen."""
        number = self._experiment
        if number is None or not self._viewers or self._reading:
            self._stale = True
            return
        self._stale, self._reading = False, True
        self._run(partial(self._previews.strip, number), self._take, self._unread, owner=self)

    @property
    def clip(self) -> PreviewClip | None:
        """The chosen clip."""
        return words.clip_of(self.strip, self.place)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The sounds of the chosen clip."""
        return words.cells(self.clip, self.place.step)

    @property
    def chosen(self) -> Cell | None:
        """The chosen sound."""
        return words.chosen(self.strip, self.place)

    @property
    def sound(self) -> Sound | None:
        """The chosen sound for a player, once it is loaded."""
        heard, clip, cell = self.heard, self.clip, self.chosen
        if heard is None or clip is None or cell is None or heard.sound != cell.sound:
            return None
        data = heard.samples
        return Sound(
            self._key(cell.sound),
            words.title(clip, cell),
            load=partial(_as_it_is, data),
            seconds=len(data.data) / data.sample_rate,
        )

    def is_playing(self, sound: PreviewSound) -> bool:
        """Whether it is heard now."""
        state = self._state
        return state.playing and state.key == self._key(sound)

    # Choosing

    def choose(self, place: Place) -> None:
        """Choose that sound; where one plays, this one goes on at the same moment."""
        newest = self.clip.sounds[-1].step if self.clip and self.clip.sounds else None
        self._follow = place.step is not None and place.step == newest
        if place != self.place:
            self.place = place
            self.place_changed.emit()
            self._load()

    def move(self, steps: int = 0, clips: int = 0) -> None:
        """Go to another step, or to another clip."""
        if steps:
            self.choose(words.beside(self.strip, self.place, steps))
        if clips:
            self.choose(words.other_clip(self.strip, self.place, clips))

    @pyqtSlot()
    def toggle(self) -> None:
        """Play or pause the chosen sound."""
        sound = self.sound
        if self.playback is None:
            return
        if sound is None:
            self._play_soon = self.chosen is not None
            self._load()
        elif self._state.key == sound.key:
            self.playback.toggle(sound)
        else:
            self.playback.play(sound, self._position(sound))

    def play(self, place: Place) -> None:
        """Choose that sound and play it, or pause it where it plays."""
        if place == self.place:
            self.toggle()
            return
        self._play_soon = self.playback is not None
        self.choose(place)

    def set_matched(self, matched: bool) -> None:
        """Whether everything is made as loud as what was put in."""
        if matched != self.matched:
            self.matched = matched
            self._pictures = {}
            self.strip_changed.emit()
            self._load()

    # Small pictures

    def picture(self, sound: PreviewSound) -> Picture | None:
        """The largest sample of each column; None until it is made."""
        return self._pictures.get(sound.key)

    def want_pictures(self, sounds: Iterable[PreviewSound]) -> None:
        """Have these made, and no others: they are what is seen."""
        self._wanted = [sound for sound in sounds if sound.key not in self._pictures]
        self._draw()

    # In the background

    def _draw(self) -> None:
        batch = self._wanted[:_BATCH]
        if batch and not self._drawing:
            self._drawing = True
            clip = self.clip if self.matched else None
            pairs = [(one, clip.original_of(one.step) if clip else None) for one in batch]
            work = partial(_drawn_as, self.matched, partial(self._previews.pictures, pairs))
            self._run(work, self._drawn, self._not_drawn, owner=self)

    def _drawn(self, answer: tuple[bool, dict[str, Picture]]) -> None:
        self._drawing = False
        matched, found = answer
        if matched == self.matched:
            self._pictures.update(found)
        self._wanted = [sound for sound in self._wanted if sound.key not in self._pictures]
        self.pictures_changed.emit()
        self._draw()

    def _not_drawn(self, error: Any) -> None:
        self._drawing = False
        self._wanted = []
        self.failed.emit(error)

    def _take(self, strip: PreviewStrip) -> None:
        self._reading = False
        if strip.experiment_id == self._experiment and strip != self.strip:
            self.strip = strip
            playing = self._state.playing and self.heard is not None
            place = words.settled(strip, self.place, follow=self._follow and not playing)
            moved = place != self.place
            self.place = place
            self.strip_changed.emit()
            if moved or self.heard is None:
                self._load()
        if self._stale:
            self.refresh()

    def _unread(self, error: Any) -> None:
        self._reading = False
        self.failed.emit(error)

    def _load(self) -> None:
        """Fetch the chosen sound, measured and matched."""
        cell, clip = self.chosen, self.clip
        if cell is None or clip is None:
            return
        like = clip.original_of(cell.step) if self.matched else None
        self._loader.ask(partial(self._previews.heard, cell.sound, like))

    @pyqtSlot(object)
    def _loaded(self, heard: Heard) -> None:
        before, self.heard = self.heard, heard
        sound = self.sound
        if sound is None:
            return
        going_on = before is not None and self._state.playing and self._ours()
        if self.playback is not None and (self._play_soon or going_on):
            self.playback.play(sound, self._position(sound))
        self._play_soon = False
        self.heard_changed.emit()

    @pyqtSlot(object)
    def _refused(self, error: Any) -> None:
        self._play_soon = False
        self.heard = None
        self.heard_changed.emit()
        self.failed.emit(error)

    # Playing

    @property
    def _state(self) -> PlayState:
        return self.playback.state if self.playback is not None else PlayState()

    def _ours(self) -> bool:
        return self._state.key.startswith(_PREFIX)

    def _position(self, sound: Sound) -> float:
        """The moment at which another preview is, or was stopped; from there one hears on."""
        at = self._state.position if self._ours() else 0.0
        return at if at < (sound.seconds or 0.0) - 0.05 else 0.0

    def _key(self, sound: PreviewSound) -> str:
        return f"{_PREFIX}{int(self.matched)}:{sound.key}"

    @pyqtSlot(object)
    def _played(self, _state: PlayState) -> None:
        self.heard_changed.emit()

    @pyqtSlot(object)
    def _not_played(self, error: Any) -> None:
        if self._ours():
            self.failed.emit(error)


_PREFIX = "preview:"


def _drawn_as(
    matched: bool, work: Callable[[], dict[str, Picture]]
) -> tuple[bool, dict[str, Picture]]:
    return matched, work()


def _as_it_is(samples: Samples) -> Samples:
    return samples
