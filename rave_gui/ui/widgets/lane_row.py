"""One lane of the listening room: digit, name, shape, level."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from rave_gui.audio.sound import Sound
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels.listening_room import LaneWords
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.lane_views import LaneSpectrogram, LaneWaveform
from rave_gui.ui.widgets.time_view import TimeView

LEFT, RIGHT = 232, 142
LOWEST, HIGHEST = 58, 118
_DIGIT, _MORE = 26, 26


class LaneRow(QFrame):
    """Shows :class:`LaneWords` and a sound; a click on its name lets it be heard."""

    chosen = pyqtSignal(str)
    menu_requested = pyqtSignal(str)
    failed = pyqtSignal(str, object)
    """The sound cannot be drawn: key and ``UserError``."""

    def __init__(
        self, theme: Theme, run: Background, key: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.key = key
        self._theme = theme
        self._file: Path | None = None
        self._drawn: Path | None = None
        self._heard = False
        self.digit = QLabel()
        self._title, self._note = ElidedLabel(role="strong"), ElidedLabel(role="muted")
        self._level, self._state = label(role="secondary"), label(role="muted")
        self.waveform, self.spectrogram = LaneWaveform(theme, run), LaneSpectrogram(theme, run)
        self._views = QStackedWidget()
        self.more = button("", "bare", theme=theme, icon="more")
        self.more.setFixedSize(_MORE, _MORE)
        self._build()
        self.waveform.failed.connect(self._unreadable)
        self.more.clicked.connect(self._ask_menu)
        theme.changed.connect(self.update)

    # What is shown

    @property
    def view(self) -> TimeView:
        """What is drawn now."""
        return self.spectrogram if self._views.currentIndex() else self.waveform

    @property
    def views(self) -> tuple[TimeView, TimeView]:
        """Both ways to draw it."""
        return self.waveform, self.spectrogram

    def show_words(self, words: LaneWords, *, heard: bool) -> None:
        """Everything but the shape."""
        self.digit.setText(str(words.number))
        set_role(self.digit, "on" if heard else "off", "digit")
        self._title.setText(words.title)
        self._note.setText(words.note)
        set_role(self._note, words.note_role)
        self._level.setText(words.level)
        self._level.setToolTip(words.level_tip)
        self._state.setText(words.state)
        self._state.setVisible(bool(words.state))
        self.waveform.set_role(words.colour)
        self.waveform.set_gain(words.height)
        self.more.setVisible(heard)
        self.more.setAccessibleName(self.tr("More about {title}").format(title=words.title))
        self.setAccessibleName(words.spoken)
        if heard != self._heard:
            self._heard = heard
            self.update()

    def show_sound(self, path: Path | None) -> None:
        """Draw that file; the same again changes nothing."""
        if path == self._file:
            return
        self._file, self._drawn = path, None
        self.spectrogram.show_sound(None)
        self.waveform.show_sound(_sound(path))
        self._draw_spectrum()

    def show_spectrum(self, on: bool) -> None:
        """As a spectrogram or as a waveform."""
        self._views.setCurrentIndex(int(on))
        self._draw_spectrum()

    def _draw_spectrum(self) -> None:
        """It costs more than the waveform: it is worked out when it is looked at."""
        if not self._views.currentIndex() or self._drawn == self._file:
            return
        self._drawn = self._file
        view, position = self.waveform.view, self.waveform._position
        self.spectrogram.show_sound(_sound(self._file))
        self.spectrogram.set_length(self.waveform.seconds)
        self.spectrogram.set_view(*view)
        self.spectrogram.set_position(position)

    # Events

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Lit where it is heard; a hairline above."""
        super().paintEvent(event)
        painter = QPainter(self)
        if self._heard:
            painter.fillRect(self.rect(), self._theme.colour("selected"))
        painter.fillRect(0, 0, self.width(), 1, self._theme.colour("line"))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Its name was clicked."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.key)
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """What else can be done with it."""
        if event is not None:
            self.menu_requested.emit(self.key)

    def sizeHint(self) -> QSize:
        """As high as there is room, to a point."""
        return QSize(900, HIGHEST)

    @pyqtSlot()
    def _ask_menu(self) -> None:
        self.menu_requested.emit(self.key)

    @pyqtSlot(object)
    def _unreadable(self, error: object) -> None:
        self.failed.emit(self.key, error)

    # Construction

    def _build(self) -> None:
        self.setMinimumHeight(LOWEST)
        self.setMaximumHeight(HIGHEST)
        self.digit.setFixedSize(_DIGIT, _DIGIT)
        self.digit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for view in self.views:
            self._views.addWidget(view)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        row.addWidget(self._views, 1)
        row.addWidget(self._right())

    def _left(self) -> QWidget:
        place, names = QWidget(), QVBoxLayout()
        place.setFixedWidth(LEFT)
        names.setSpacing(1)
        names.addStretch(1)
        names.addWidget(self._title)
        names.addWidget(self._note)
        names.addStretch(1)
        row = QHBoxLayout(place)
        row.setContentsMargins(18, 0, 14, 0)
        row.setSpacing(12)
        row.addWidget(self.digit)
        row.addLayout(names, 1)
        return place

    def _right(self) -> QWidget:
        place, words = QWidget(), QVBoxLayout()
        place.setFixedWidth(RIGHT)
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self._level)
        words.addWidget(self._state)
        words.addStretch(1)
        row = QHBoxLayout(place)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(2)
        row.addLayout(words, 1)
        row.addWidget(self.more)
        return place


def _sound(path: Path | None) -> Sound | None:
    return Sound(str(path), path.name, path=path) if path is not None else None
