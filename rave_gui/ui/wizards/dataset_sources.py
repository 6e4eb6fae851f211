"""Step 1: where the sound is."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.backend.dataset_draft import DatasetDraft
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.wizards.drop_area import DropArea
from rave_gui.ui.wizards.source_list import SourceList


class SourcesStep(QWidget):
    """A place to drop, and the list of what was chosen."""

    sources_chosen = pyqtSignal(list)
    """Paths."""
    remove_requested = pyqtSignal(object)
    folder_used = pyqtSignal(str)
    """The folder in which something was chosen, to begin there the next time."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drop = DropArea(theme)
        self.list = SourceList(theme)
        self._scroll = scrolled(self._padded(self.list))
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 12)
        box.setSpacing(12)
        box.addWidget(self.drop, 1)
        box.addWidget(self._scroll, 1)
        self.drop.chosen.connect(self._on_chosen)
        self.list.remove_requested.connect(self.remove_requested)

    def show_draft(self, draft: DatasetDraft) -> None:
        """What was chosen, and what was found in it so far."""
        some = bool(draft.sources)
        self.drop.set_small(some)
        self._scroll.setVisible(some)
        self.list.show_sources(draft.sources)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.drop.folder_button

    @pyqtSlot(list)
    def _on_chosen(self, paths: list[Path]) -> None:
        if paths:
            self.folder_used.emit(str(paths[0].parent))
        self.sources_chosen.emit(paths)

    def _padded(self, inner: QWidget) -> QWidget:
        """The list at the top of its room."""
        outer = QWidget()
        box = QVBoxLayout(outer)
        box.setContentsMargins(0, 0, 8, 0)
        box.addWidget(inner)
        box.addStretch(1)
        return outer
