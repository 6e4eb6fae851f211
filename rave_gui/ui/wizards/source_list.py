"""The folders and files that were chosen, each with what was found in it so far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend.draft_files import Source
from rave_gui.ui import icons
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import dataset_words as words
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.labels import ElidedLabel, hairline, label

_ICON = 18


class SourceList(QWidget):
    """Rows are kept while their figures change, so that nothing flickers."""

    remove_requested = pyqtSignal(object)
    """The path of a source."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: dict[Path, SourceRow] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)

    def rows(self) -> tuple[SourceRow, ...]:
        """In order."""
        return tuple(self._rows.values())

    def show_sources(self, sources: Sequence[Source]) -> None:
        """Show these, and no others."""
        wanted = {source.path: source for source in sources}
        for path in [path for path in self._rows if path not in wanted]:
            self._take_away(path)
        for path, source in wanted.items():
            if path not in self._rows:
                self._add(path)
            self._rows[path].show_source(source)

    def _add(self, path: Path) -> None:
        row = self._rows[path] = SourceRow(self._theme, path)
        row.remove_requested.connect(self.remove_requested)
        self._box.addWidget(row)

    def _take_away(self, path: Path) -> None:
        row = self._rows.pop(path)
        follower = self._neighbour(row) if row.isAncestorOf(self.focusWidget() or self) else None
        self._box.removeWidget(row)
        row.hide()
        row.deleteLater()
        if follower is not None:
            follower.remove.setFocus(Qt.FocusReason.OtherFocusReason)

    def _neighbour(self, row: SourceRow) -> SourceRow | None:
        """Where the keyboard goes when ``row`` disappears under it."""
        place = self._box.indexOf(row)
        left = list(self._rows.values())
        return left[min(place, len(left) - 1)] if left else None


class SourceRow(QFrame):
    """Icon, name, where it lies, what was found, and a cross that takes it out."""

    remove_requested = pyqtSignal(object)

    def __init__(self, theme: Theme, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._path = theme, path
        self._key = ""
        self._mark = label()
        self._name = ElidedLabel(path.name or str(path), "strong")
        self._place = ElidedLabel(str(path.parent), "muted", Qt.TextElideMode.ElideMiddle)
        self._found = label(role="secondary")
        tip = self.tr("Leave {name} out again").format(name=path.name)
        self.remove = button("", LINK, theme=theme, icon="cross", tip=tip, name=tip)
        self.remove.clicked.connect(self._on_remove)
        theme.changed.connect(self._draw)
        self._build()

    def show_source(self, source: Source) -> None:
        """What is known of it by now."""
        text, role = words.source_words(source)
        self._found.setText(text)
        set_role(self._found, role)
        self._found.setToolTip(source.problem)
        key = "waveform" if source.is_file else "folder"
        if key != self._key:
            self._key = key
            self._draw()

    def found(self) -> str:
        """What it says of the files in it."""
        return self._found.text()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Delete takes it out."""
        if event is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._on_remove()
            return
        super().keyPressEvent(event)

    @pyqtSlot()
    def _on_remove(self) -> None:
        self.remove_requested.emit(self._path)

    @pyqtSlot()
    def _draw(self) -> None:
        if not self._key:
            return
        ratio = self.devicePixelRatioF()
        drawn = icons.pixmap(self._key, self._theme.tokens.secondary, round(_ICON * ratio))
        drawn.setDevicePixelRatio(ratio)
        self._mark.setPixmap(drawn)

    def _build(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._name)
        names.addWidget(self._place)
        row = QHBoxLayout()
        row.setContentsMargins(4, 9, 0, 9)
        row.setSpacing(12)
        row.addWidget(self._mark)
        row.addLayout(names, 1)
        row.addWidget(self._found)
        row.addWidget(self.remove)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(hairline())
