"""By ear, so far: what was said without knowing to what."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from rave_gui.ui.viewmodels.listening_room import by_ear
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.labels import Sentence, label
from rave_gui.ui.widgets.room_feed import RoomFeed

_MOST = 4


class EarCard(Card):
    """Shows who is preferred, and how sure that is."""

    def __init__(self, feed: RoomFeed, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("By ear, so far"), parent)
        self._feed = feed
        self._known: object = None
        self._strong, self._text = Sentence(), label(role="secondary", wrap=True)
        self._ranking = label(role="muted", wrap=True)
        line = QHBoxLayout()
        line.addWidget(self._strong)
        line.addStretch(1)
        self.body.addLayout(line)
        for part in (self._text, self._ranking):
            self.body.addWidget(part)
        self.body.addStretch(1)
        feed.answers_changed.connect(self._show)
        feed.room_changed.connect(self._show)
        self._show()

    @pyqtSlot()
    def _show(self) -> None:
        room = {lane.key: lane.title for lane in self._feed.room.lanes}
        known = (self._feed.answers, {**self._feed.titles, **room})
        if known == self._known:  # a slider moves: a ranking would hold it up
            return
        self._known = known
        said = by_ear(*known)
        self._strong.say(said.strong, said.rest)
        self._text.setText(said.text)
        lines = [f"{place}. {line}" for place, line in enumerate(said.ranking[:_MOST], 1)]
        self._ranking.setText("\n".join(lines))
        self._ranking.setVisible(bool(lines))
        self.setAccessibleName(f"{said.strong} {said.rest} {said.text}".strip())
