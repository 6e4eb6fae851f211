"""Step 1: which checkpoints become instruments."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from rave_gui.backend.export_draft import ExportDraft
from rave_gui.backend.export_source import Source
from rave_gui.ui.viewmodels import export_words as words
from rave_gui.ui.widgets.labels import label

_ID = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ModelStep(QWidget):
    """The checkpoints of every training, newest training first; one or several are ticked."""

    chosen = pyqtSignal(list)
    """Ids of the checkpoints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Checkpoints"))
        self.tree.setHeaderLabels(words.source_columns())
        self.tree.setRootIsDecorated(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(18)
        self.items: dict[int, QTreeWidgetItem] = {}
        self._trouble = label(role="warn", wrap=True)
        self._build()
        self.tree.itemChanged.connect(self._on_changed)

    def show_draft(self, draft: ExportDraft) -> None:
        """All checkpoints, the chosen ones ticked."""
        with QSignalBlocker(self.tree):
            if not self.items:
                self._fill(list(draft.sources.values()))
            for key, item in self.items.items():
                on = key in draft.chosen
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        told = words.trouble_words(list(draft.sources.values()))
        self._trouble.setText(told)
        self._trouble.setVisible(bool(told))

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.tree

    def _fill(self, sources: list[Source]) -> None:
        by_run: dict[int, list[Source]] = {}
        for one in sorted(sources, key=_newness):
            by_run.setdefault(one.experiment.id or 0, []).append(one)
        for group in by_run.values():
            head = QTreeWidgetItem([group[0].experiment.name])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = self.tree.font()
            font.setBold(True)
            head.setFont(0, font)
            self.tree.addTopLevelItem(head)
            for one in group:
                self._add(head, one)
            head.setExpanded(True)
        first = next(iter(self.items.values()), None)
        if first is not None:
            self.tree.setCurrentItem(first)

    def _add(self, head: QTreeWidgetItem, source: Source) -> None:
        item = QTreeWidgetItem(list(words.source_cells(source)))
        item.setData(0, _ID, source.id)
        item.setToolTip(0, source.trouble or str(source.checkpoint.checkpoint_path))
        item.setDisabled(bool(source.trouble))
        for column in range(1, self.tree.columnCount()):
            item.setTextAlignment(column, _RIGHT)
        head.addChild(item)
        self.items[source.id] = item

    def _build(self) -> None:
        header = self.tree.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            header.setDefaultAlignment(_RIGHT)
        head = self.tree.headerItem()
        if head is not None:
            head.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 22, 28, 12)
        box.setSpacing(12)
        text = self.tr("Which model shall become an instrument? Several can be exported at once.")
        box.addWidget(label(text, "secondary", wrap=True))
        box.addWidget(self.tree, 1)
        box.addWidget(self._trouble)
        box.addWidget(label(words.best_note(), "muted", wrap=True))

    @pyqtSlot()
    def _on_changed(self) -> None:
        ticked = [
            key for key, item in self.items.items() if item.checkState(0) == Qt.CheckState.Checked
        ]
        self.chosen.emit(ticked)


def _newness(one: Source) -> tuple[float, int, float]:
    return -one.experiment.created_at, -one.checkpoint.step, -one.checkpoint.created_at
