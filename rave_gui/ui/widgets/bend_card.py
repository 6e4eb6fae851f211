"""Bend the sound: a slider for each latent of the model that is chosen."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QWidget,
)

from rave_gui.backend.latent_bend import OFFSET, LatentBend
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import listening_room as words
from rave_gui.ui.widgets.buttons import CHIP, LINK, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.latent_slider import NARROWEST, LatentSlider
from rave_gui.ui.widgets.room_feed import RoomFeed

SHOWN = 8
_GAP, _HIGH, _WIDEST = 20, 58, 170


class BendCard(Card):
    """Shows eight latents, the most telling first; the others are to the right."""

    def __init__(self, theme: Theme, feed: RoomFeed, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme, self._feed = theme, feed
        self._kind = OFFSET
        self._title, self._count = ElidedLabel(role="cardtitle"), label(role="muted")
        self._state, self._hint = label(role="muted"), label(role="muted")
        self._reset = button(self.tr("Reset"), LINK, tip=self.tr("All latents as they were"))
        self._kinds: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._area, self._row = QScrollArea(), QHBoxLayout()
        self._made: list[LatentSlider] = []
        self.sliders: list[LatentSlider] = []
        """Those that are shown, one for each latent."""
        self._build()
        self._reset.clicked.connect(self.reset)
        feed.room_changed.connect(self._show)
        feed.live.changed.connect(self._show_state)
        self._show()

    # What is shown

    @pyqtSlot()
    def _show(self) -> None:
        lane = self._feed.room.chosen
        latents = lane.latents if lane is not None and lane.sound is not None else 0
        self._title.setText(words.bend_title(lane))
        self._fit(latents)
        # Inside the scrolled row: else the page would be laid out anew with each switch of a lane.
        self._hint.setVisible(not latents)
        self._hint.setText(words.bend_hint(lane))
        self._count.setText(words.bend_count(latents, SHOWN) if latents else "")
        bend = lane.bend if lane is not None else LatentBend()
        self._reset.setEnabled(not bend.neutral)
        for kind in self._kinds.values():
            kind.setEnabled(latents > 0)
        for latent, slider in enumerate(self.sliders):
            slider.show_value(self._kind, bend.value(self._kind, latent))
        self._show_state()

    @pyqtSlot()
    def _show_state(self) -> None:
        live = self._feed.live
        told, role = words.bend_state(self._feed.room.chosen, opening=live.opening, late=live.late)
        self._state.setText(told)
        set_role(self._state, role or "muted")

    def _fit(self, latents: int) -> None:
        """Sliders are kept: making them takes longer than a switch may."""
        while len(self._made) < latents:
            slider = LatentSlider(self._theme, len(self._made))
            slider.moved.connect(self._moved)
            self._made.append(slider)
            self._row.insertWidget(self._row.count() - 1, slider)
        for latent, slider in enumerate(self._made):
            slider.setVisible(latent < latents)
        self.sliders = self._made[:latents]
        self._share_width()

    def _share_width(self) -> None:
        """Eight fill the row, whatever its width."""
        view = self._area.viewport()
        room = view.width() if view is not None else self.width()
        shown = max(1, min(SHOWN, len(self.sliders)))
        wide = max(NARROWEST, (room - (shown - 1) * _GAP) // max(shown, SHOWN // 2))
        for slider in self.sliders:
            if slider.width() != min(wide, _WIDEST):
                slider.setFixedWidth(min(wide, _WIDEST))

    # Wishes

    @pyqtSlot()
    def reset(self) -> None:
        """All as they were."""
        self._feed.bend(LatentBend())

    @pyqtSlot(int, float)
    def _moved(self, latent: int, value: float) -> None:
        lane = self._feed.room.chosen
        if lane is not None:
            self._feed.bend(lane.bend.with_value(self._kind, latent, value))

    @pyqtSlot()
    def _choose_kind(self) -> None:
        chosen = next((kind for kind, made in self._kinds.items() if made.isChecked()), OFFSET)
        self._kind = chosen
        self._show()

    # Construction

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width, other sliders."""
        super().resizeEvent(event)
        self._share_width()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        head.addSpacing(8)
        for kind, word, tip in words.bend_kinds():
            made = self._kinds[kind] = button(word, CHIP, tip=tip)
            made.setCheckable(True)
            made.setChecked(kind == self._kind)
            made.clicked.connect(self._choose_kind)
            self._group.addButton(made)
            head.addWidget(made)
        head.addSpacing(8)
        head.addWidget(self._count)
        head.addWidget(self._reset)
        self.body.addLayout(head)
        self.body.addWidget(self._sliders())
        self.body.addStretch(1)

    def _sliders(self) -> QScrollArea:
        inner = QWidget()
        self._row.setContentsMargins(0, 2, 0, 2)
        self._row.setSpacing(_GAP)
        self._row.addWidget(self._hint)
        self._row.addStretch(1)
        inner.setLayout(self._row)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFixedHeight(_HIGH)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        return self._area
