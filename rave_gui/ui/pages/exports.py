"""Exports: the instruments that were made, and whether they really play."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QWidget

from rave_gui.backend.host_folders import host_folders
from rave_gui.ui.context import PageContext
from rave_gui.ui.list_page import ListPage
from rave_gui.ui.readers import Exports, read_exports
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import export as words
from rave_gui.ui.viewmodels import export_other as others
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.export_detail import ExportDetail
from rave_gui.ui.widgets.list_column import ListColumn


class ExportsPage(ListPage):
    """Shows exports; verifying and deleting them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_training_requested = pyqtSignal(object)
    new_export_requested = pyqtSignal(list)
    listen_export_requested = pyqtSignal(int)
    verify_requested = pyqtSignal(int)
    verify_file_requested = pyqtSignal(str)
    """A file from elsewhere."""
    verify_with_requested = pyqtSignal(object, str)
    """An export's number or None and the path of its file; "" where it is to be asked for."""
    delete_export_requested = pyqtSignal(int)
    show_in_folder_requested = pyqtSignal(str)
    copy_export_requested = pyqtSignal(int, str)
    edit_rights_requested = pyqtSignal(int)
    record_requested = pyqtSignal(str, object)
    TABLES = frozenset({"exports", "jobs", "models", "experiments", "datasets"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        column = ListColumn(
            context.theme,
            translate("ExportsPage", "Exports"),
            translate("ExportsPage", "New export"),
            translate("ExportsPage", "Filter by name, verdict"),
        )
        self._detail = ExportDetail(context.theme)
        super().__init__(context, column, self._detail, "upload", parent)
        self._found = Exports()
        self.setAcceptDrops(True)
        self.verify_other = button(self.tr("Verify a file…"), LINK, theme=context.theme)
        self.verify_other.setToolTip(self.tr("Any .ts or .onnx; it can be dropped here as well"))
        column.set_foot_widget(self.verify_other)
        column.offer(words.orders(), words.filters())
        self._connect()
        self._say_empty()

    # Methods

    @property
    def detail(self) -> ExportDetail:
        """The right side."""
        return self._detail

    def reader(self) -> Callable[[], Any]:
        """Exports, and the selected one in full."""
        return partial(read_exports, self._ctx.services, self.project, self._chosen())

    def present(self, found: Exports) -> None:
        """List on the left, details on the right, or what to do first."""
        self._found = found
        self._column.set_rows(
            [
                words.row(
                    item, found.jobs.get(item.id or 0), found.sizes.get(item.id or 0),
                    waiting=item.id in found.waiting,
                )
                for item in found.exports
            ]
            + [others.row(item) for item in found.others]
        )  # fmt: skip
        self._say_empty()
        self.show_content(bool(found.exports or found.others))
        if found.detail is not None and found.detail.key == self._chosen():
            own = self._ctx.state.settings.export_folder
            self._detail.show_export(found.detail, host_folders(own))

    # What is shown

    def _connect(self) -> None:
        self._detail.verify_requested.connect(self._verify)
        self._detail.verify_with_requested.connect(self._verify_with)
        self.verify_other.clicked.connect(self._ask_file)
        self._detail.listen_requested.connect(self._listen)
        self._detail.folder_requested.connect(self._folder)
        self._detail.delete_requested.connect(self._delete)
        self._detail.copy_requested.connect(self._copy)
        self._detail.rights_requested.connect(self._rights)
        self._detail.card_requested.connect(self._card)
        self._detail.record_requested.connect(self.record_requested)

    def _say_empty(self) -> None:
        if self.project is None:
            action = self.tr("New project…")
        elif self._found.checkpoints:
            action = self.tr("New export")
        else:
            action = self.tr("New training")
        self._empty.say(
            self.tr("No instrument yet"),
            self.tr(
                "An export turns a checkpoint into one file that Max, Pd and the RAVE VST can "
                "play. Each one is loaded and played here before you take it anywhere."
            ),
            action,
        )

    # Wishes

    @pyqtSlot()
    def ask_new(self) -> None:
        """The filled button."""
        self.new_export_requested.emit([])

    @pyqtSlot()
    def ask_first_step(self) -> None:
        """The button of the empty page."""
        if self.project is None:
            self.new_project_requested.emit()
        elif self._found.checkpoints:
            self.new_export_requested.emit([])
        else:
            self.new_training_requested.emit(None)

    def _chosen(self) -> object:
        """The number of an export, or the key of a file from elsewhere."""
        return self._column.list.selected()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """One file can be verified."""
        if event is not None and _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Verify it."""
        if event is not None and (path := _dropped(event)):
            event.acceptProposedAction()
            self.verify_file_requested.emit(path)

    @pyqtSlot()
    def _verify(self) -> None:
        detail = self._found.detail
        if self.selected is not None:
            self.verify_requested.emit(self.selected)
        elif detail is not None and detail.other:
            self.verify_file_requested.emit(str(detail.export.export_path))

    @pyqtSlot()
    def _verify_with(self) -> None:
        detail = self._found.detail
        if detail is not None:
            self.verify_with_requested.emit(self.selected, str(detail.export.export_path))

    @pyqtSlot()
    def _ask_file(self) -> None:
        self.verify_with_requested.emit(None, "")

    @pyqtSlot()
    def _listen(self) -> None:
        if self.selected is not None:
            self.listen_export_requested.emit(self.selected)

    @pyqtSlot()
    def _folder(self) -> None:
        if self._found.detail is not None:
            self.show_in_folder_requested.emit(str(self._found.detail.export.export_path))

    @pyqtSlot(str)
    def _copy(self, folder: str) -> None:
        if self.selected is not None:
            self.copy_export_requested.emit(self.selected, folder)

    @pyqtSlot()
    def _rights(self) -> None:
        if self.selected is not None:
            self.edit_rights_requested.emit(self.selected)

    @pyqtSlot()
    def _card(self) -> None:
        detail = self._found.detail
        if detail is not None and detail.facts.card is not None:
            self.show_in_folder_requested.emit(str(detail.facts.card))

    @pyqtSlot()
    def _delete(self) -> None:
        if self.selected is not None:
            self.delete_export_requested.emit(self.selected)


def _dropped(event: QDropEvent) -> str:
    """The one file that hangs at the mouse; empty for anything else."""
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return urls[0].toLocalFile() if len(urls) == 1 and urls[0].isLocalFile() else ""
