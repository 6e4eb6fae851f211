"""Which models the listening room takes in: checkpoints and exports of the project, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QWidget

from rave_gui.backend.listening_room import Lane, LaneKind, file_lane
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.listening_room import model_line
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import filter_field

_ROW = 30


class AddModelDialog(Sheet):
    """Several can be chosen at once."""

    requested = pyqtSignal(object)
    """A tuple of lanes."""

    def __init__(
        self, theme: Theme, lanes: Sequence[Lane], room: int, parent: QWidget | None = None
    ) -> None:
        """``room``: how many more lanes there may be."""
        super().__init__(
            theme,
            self.tr("Add models"),
            self.tr("The input goes through each of them; hold Ctrl or Shift to choose several."),
            parent,
        )
        self._lanes, self._room = tuple(lanes), room
        self._filter = filter_field(self.tr("Filter by name"), self.tr("Filter the models"), 280)
        self.list = QListWidget()
        self._file = button(self.tr("Choose a file…"), theme=theme, icon="folder")
        self._fill()
        self._filter.textChanged.connect(self._narrow)
        self.list.itemSelectionChanged.connect(self._say)
        self.list.itemDoubleClicked.connect(self.submit)
        self._file.clicked.connect(self._choose_file)
        self._say()

    def chosen(self) -> tuple[Lane, ...]:
        """What is selected."""
        rows = sorted(self.list.row(item) for item in self.list.selectedItems())
        return tuple(self._lanes[row] for row in rows)

    @pyqtSlot()
    def submit(self) -> None:
        """Take them."""
        if 0 < len(self.chosen()) <= self._room:
            self.requested.emit(self.chosen())
            self.accept()

    @pyqtSlot()
    def _say(self) -> None:
        count = len(self.chosen())
        self.primary.setEnabled(0 < count <= self._room)
        many = self.tr("The room has space for {n} more.").format(n=self._room)
        self.say(many if count > self._room else "", "bad")

    @pyqtSlot(str)
    def _narrow(self, text: str) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item is not None:
                item.setHidden(text.casefold() not in item.text().casefold())

    @pyqtSlot()
    def _choose_file(self) -> None:
        kinds = self.tr("Models") + " (*.ts *.ckpt)"
        dialog = QFileDialog(self, self.tr("Choose a model"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._take_files)
        dialog.open()

    @pyqtSlot("QStringList")
    def _take_files(self, paths: list[str]) -> None:
        self.requested.emit(tuple(file_lane(Path(path), LaneKind.MODEL) for path in paths))
        self.accept()

    def _fill(self) -> None:
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(self.tr("Checkpoints and exports of this project"))
        for lane in self._lanes:
            icon = self.theme.icon("upload" if lane.kind is LaneKind.EXPORT else "layers")
            item = QListWidgetItem(icon, model_line(lane))
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        self.body.addWidget(self._filter)
        self.body.addWidget(self.list, 1)
        if not self._lanes:
            none = self.tr("This project has no checkpoint or export yet; a file can be chosen.")
            self.body.addWidget(label(none, "muted", wrap=True))
        self.foot.insertWidget(0, self._file)
        self.primary.setText(self.tr("Add"))
        self.resize(620, 520)
