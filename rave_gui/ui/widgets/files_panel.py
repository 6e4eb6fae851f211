"""The files of a dataset: a sentence, a bar, and a table that can be narrowed down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from rave_gui.core.records import Json
from rave_gui.ui import formats
from rave_gui.ui.models.files import FilesModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.record_table import RecordTable
from rave_gui.ui.widgets.verdict_bar import VerdictBar

_VERDICTS = ("", words.LOOK, words.REJECT)


class FilesPanel(QWidget):
    """Shows a manifest."""

    file_activated = pyqtSignal(str)
    """Path of the file that was chosen with return or a double click."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._manifest: Sequence[Json] = ()
        self._wanted = ""
        self._sentence = label(role="section")
        self._bar = VerdictBar(theme)
        self._chips = [button("", CHIP) for _ in _VERDICTS]
        self._group = QButtonGroup(self)
        for index, chip in enumerate(self._chips):
            chip.setCheckable(True)
            self._group.addButton(chip, index)
        self._chips[0].setChecked(True)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Filter"))
        self._filter.setAccessibleName(self.tr("Filter the files"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setFixedWidth(220)
        self._model = FilesModel(self)
        self._table = RecordTable(theme, self._model, self.tr("Files of this dataset"))
        self._table.stretch(6, {0: 220, 1: 80, 2: 90, 3: 80, 4: 80, 5: 100})
        self._build()
        self._group.idClicked.connect(self._narrow)
        self._filter.textChanged.connect(self._table.proxy.set_filter)
        self._table.record_activated.connect(self._activated)

    @property
    def table(self) -> RecordTable:
        """The table of files."""
        return self._table

    @property
    def chips(self) -> list[QPushButton]:
        """All, want a look, cannot be used."""
        return self._chips

    @property
    def model(self) -> FilesModel:
        """The rows of the table."""
        return self._model

    def show_manifest(self, manifest: Sequence[Json]) -> None:
        """Show these entries; the same ones again change nothing."""
        if manifest == self._manifest and self._model.rows:
            return
        self._manifest = manifest
        _, look, reject = counts = words.verdict_counts(manifest)
        sentence = words.verdict_sentence(manifest)
        self._sentence.setText(sentence)
        self._bar.show_counts(counts, sentence)
        for chip, text, number in zip(
            self._chips,
            (self.tr("All"), self.tr("Want a look"), self.tr("Cannot be used")),
            (len(manifest), look, reject),
            strict=True,
        ):
            chip.setText(f"{text} {formats.count(number)}")
        for chip, number in zip(self._chips[1:], (look, reject), strict=True):
            chip.setVisible(number > 0)
        self._narrow(0)
        self._chips[0].setChecked(True)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for chip in self._chips:
            row.addWidget(chip)
        row.addStretch(1)
        row.addWidget(self._filter)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(self._sentence)
        box.addWidget(self._bar)
        box.addLayout(row)
        box.addWidget(self._table, 1)

    @pyqtSlot(int)
    def _narrow(self, index: int) -> None:
        wanted = _VERDICTS[index]
        shown = [e for e in self._manifest if not wanted or str(e.get("verdict")) == wanted]
        self._model.set_rows(shown)

    @pyqtSlot(object)
    def _activated(self, entry: Any) -> None:
        if entry is not None and entry.get("path"):
            self.file_activated.emit(str(entry["path"]))
