"""Step 4: its name, and who gets a copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QFileDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from rave_gui.backend.export_draft import ExportDraft
from rave_gui.backend.host_folders import HostFolder
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import export_words as words
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

_LONGEST_NAME = 60
_WIDTH = 420


class DestinationStep(QWidget):
    """The file is made in the project; copies go to programs once it was found to play."""

    name_changed = pyqtSignal(str)
    copy_toggled = pyqtSignal(object, bool)
    """A folder."""
    folder_added = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setMinimumWidth(_WIDTH)
        self.copies: dict[Path, QCheckBox] = {}
        self._hints: dict[Path, QLabel] = {}
        self._places = QVBoxLayout()
        self.other = button(self.tr("Another folder…"), LINK, theme=theme, icon="folder")
        self._build()
        self.name.textEdited.connect(self.name_changed)
        self.other.clicked.connect(self._ask_folder)

    def show_draft(
        self, draft: ExportDraft, files: Sequence[Path], hosts: Sequence[HostFolder]
    ) -> None:
        """Name, files, copies."""
        if self.name.text() != draft.name:
            with QSignalBlocker(self.name):
                self.name.setText(draft.name)
        self._files_hint.setText("\n".join(str(file) for file in files))
        for host in hosts:
            if host.path not in self.copies:
                self._add(host)
            why_not = words.copy_why_not(host.host, draft)
            box = self.copies[host.path]
            box.setChecked(host.path in draft.copies and not why_not)
            box.setEnabled(not why_not)
            hint = words.copy_hint(host, why_not)
            self._hints[host.path].setText(hint)
            self._hints[host.path].setVisible(bool(hint))

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        self.name.selectAll()
        return self.name

    def _add(self, host: HostFolder) -> None:
        box = QCheckBox(words.copy_text(host))
        box.clicked.connect(self._on_copy)
        self.copies[host.path] = box
        said = label("", "muted", wrap=True)
        said.setContentsMargins(24, 0, 0, 4)
        self._hints[host.path] = said
        self._places.addWidget(box)
        self._places.addWidget(said)

    def _build(self) -> None:
        form = Form()
        holder = QWidget()
        row = QVBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        holder.setFocusProxy(self.name)
        self._files_hint = form.add_row(self.tr("Name"), holder)
        self._places.setSpacing(6)
        places = QWidget()
        outer_places = QVBoxLayout(places)
        outer_places.setContentsMargins(0, 6, 0, 0)
        outer_places.addLayout(self._places)
        outer_places.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        form.add_row(
            self.tr("Copies"),
            places,
            self.tr("Made once the file was found to play; another file is never replaced."),
        )
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 10, 0)
        box.addWidget(form)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 18, 12)
        outer.addWidget(scrolled(inner))

    @pyqtSlot()
    def _on_copy(self) -> None:
        pressed = self.sender()
        for folder, box in self.copies.items():
            if box is pressed:
                self.copy_toggled.emit(folder, box.isChecked())

    @pyqtSlot()
    def _ask_folder(self) -> None:
        asked = QFileDialog(self, self.tr("A folder for copies"))
        asked.setFileMode(QFileDialog.FileMode.Directory)
        asked.fileSelected.connect(self.folder_added)
        asked.open()
