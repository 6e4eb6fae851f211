"""Where files and folders are dropped or chosen, with a list of what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PyQt6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.tokens import GRID

_ROW = 26
_MOST_ROWS = 5


class PathDrop(QFrame):
    """Takes folders, and files where ``files`` is set; each only once, in order."""

    paths_changed = pyqtSignal()
    """Something was added or removed."""

    def __init__(
        self,
        theme: Theme,
        invitation: str,
        *,
        files: bool = True,
        folders: bool = True,
        many: bool = True,
        name_filter: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files, self._many, self._filter = files, many, name_filter
        self._folders = folders
        self.setAcceptDrops(True)
        self.setProperty("surface", "inset")
        self.setAccessibleName(invitation)
        self._invitation = QLabel(invitation, self)
        self._invitation.setProperty("role", "secondary")
        self._invitation.setWordWrap(True)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Chosen files and folders"))
        self._list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self._build()
        self._fit()

    # Methods

    def paths(self) -> list[Path]:
        """What was chosen."""
        items = (self._list.item(row) for row in range(self._list.count()))
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item is not None]

    def add_paths(self, paths: Iterable[Path]) -> None:
        """Add what is not there yet; where only one may be chosen, the last one stays."""
        before = self.paths()
        wanted = [path.expanduser().absolute() for path in paths]
        fresh = [path for path in dict.fromkeys(wanted) if path not in before]
        if not self._many:
            fresh = fresh[-1:]
        if not fresh:
            return
        if not self._many:
            self._list.clear()
        for path in fresh:
            self._add_item(path)
        self._fit()
        self.paths_changed.emit()

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Light up for what can be taken."""
        if event is not None and _local_paths(event):
            set_role(self, "accent", "drop")
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent | None) -> None:
        """The hand moved on."""
        set_role(self, "", "drop")

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Take it."""
        set_role(self, "", "drop")
        if event is not None:
            found = [path for path in _local_paths(event) if self._takes(path)]
            self.add_paths(found)
            event.acceptProposedAction()

    def _takes(self, path: Path) -> bool:
        return self._folders if path.is_dir() else self._files

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Delete takes the selected ones out again."""
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if event is not None and event.key() in keys:
            self.remove_selected()
            return
        super().keyPressEvent(event)

    # Slots

    @pyqtSlot()
    def remove_selected(self) -> None:
        """Take the selected ones out."""
        for item in self._list.selectedItems():
            self._list.takeItem(self._list.row(item))
        self._fit()
        self.paths_changed.emit()

    @pyqtSlot()
    def choose_folder(self) -> None:
        """Ask for a folder."""
        dialog = QFileDialog(self, self.tr("Choose a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._ask(dialog)

    @pyqtSlot()
    def choose_files(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self, self.tr("Choose files"), "", self._filter)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._ask(dialog)

    @pyqtSlot("QStringList")
    def _take(self, chosen: list[str]) -> None:
        self.add_paths(Path(text) for text in chosen)

    def _ask(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if before := self.paths():
            dialog.setDirectory(str(before[-1].parent))
        dialog.filesSelected.connect(self._take)
        dialog.open()

    def _add_item(self, path: Path) -> None:
        item = QListWidgetItem(self._theme.icon("folder" if path.is_dir() else "waveform"), "")
        item.setText(str(path))
        item.setToolTip(str(path))
        item.setData(Qt.ItemDataRole.UserRole, path)
        item.setSizeHint(QSize(0, _ROW))
        self._list.addItem(item)

    def _fit(self) -> None:
        """As high as what is in it, up to a few rows."""
        count = self._list.count()
        self._list.setVisible(count > 0)
        self._list.setFixedHeight(min(count, _MOST_ROWS) * _ROW + 4)
        self._remove.setVisible(count > 0)

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self._invitation, 1)
        self._remove = self._button(self.tr("Remove"), "link")
        self._remove.clicked.connect(self.remove_selected)
        folder = self._button(self.tr("Add folder…") if self._many else self.tr("Choose…"), "")
        folder.clicked.connect(self.choose_folder)
        buttons.addWidget(self._remove)
        buttons.addWidget(folder)
        folder.setVisible(self._folders)
        if self._files:
            files = self._button(self.tr("Add files…"), "")
            files.clicked.connect(self.choose_files)
            buttons.addWidget(files)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(2 * GRID, 12, 12, 12)
        rows.setSpacing(GRID)
        rows.addLayout(buttons)
        rows.addWidget(self._list)

    def _button(self, text: str, kind: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if kind:
            button.setProperty("kind", kind)
        return button


def _local_paths(event: QDropEvent) -> list[Path]:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
