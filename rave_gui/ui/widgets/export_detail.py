"""The right side of the Exports page: the verdict, its reasons, the file."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from rave_gui.backend.host_folders import HostFolder, why_not_export
from rave_gui.ui.readers import ExportDetail as Found
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import export as words
from rave_gui.ui.widgets.block_table import BlockCard
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.chips import Chip
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.copy_menu import CopyMenu
from rave_gui.ui.widgets.export_origin import OriginCard, RightsCard
from rave_gui.ui.widgets.findings import Findings
from rave_gui.ui.widgets.labels import ElidedLabel, FactsRow, label
from rave_gui.ui.widgets.parts import folder_button, scrolled


class ExportDetail(QWidget):
    """Shows one export and passes wishes on."""

    verify_requested = pyqtSignal()
    verify_with_requested = pyqtSignal()
    """With a sound of the user's."""
    listen_requested = pyqtSignal()
    folder_requested = pyqtSignal()
    delete_requested = pyqtSignal()
    copy_requested = pyqtSignal(str)
    """A folder."""
    rights_requested = pyqtSignal()
    card_requested = pyqtSignal()
    record_requested = pyqtSignal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._title, self._under = ElidedLabel(role="title"), ElidedLabel(role="secondary")
        self._verdict, self._sentence = Chip(), label(wrap=True)
        self._facts = FactsRow()
        self._verify = button(self.tr("Verify again"), theme=theme, icon="refresh")
        listen = self.tr("Hear it beside others in the listening room")
        self._listen = button(self.tr("Listen"), theme=theme, icon="waveform", tip=listen)
        self._with = button(self.tr("Verify with a sound of yours…"), LINK, theme=theme)
        self._folder = folder_button(theme)
        self._copy = _icon_button(theme, "copy", self.tr("Copy path"))
        self._delete = _icon_button(theme, "trash", self.tr("Delete"))
        self._forget = button(self.tr("Forget this entry…"))
        self.copies = CopyMenu(theme)
        self.origin, self.rights = OriginCard(theme), RightsCard()
        self._hosts_card = Card(self.tr("Where it can be played"))
        self._checks_card = Card(self.tr("What the verification found"))
        self.hosts, self.checks = Findings(), Findings()
        self.blocks = BlockCard(theme)
        self._command = CommandBox(theme, self.tr("Command that exported it"))
        self._build()
        for made, slot in (
            (self._verify, self._ask_verify),
            (self._with, self.verify_with_requested),
            (self._listen, self._ask_listen),
            (self._folder, self._ask_folder),
            (self._copy, self._copy_path),
            (self._delete, self._ask_delete),
            (self._forget, self._ask_delete),
        ):
            made.clicked.connect(slot)
        self.copies.copy_requested.connect(self.copy_requested)
        self.rights.edit_requested.connect(self.rights_requested)
        self.rights.card_requested.connect(self.card_requested)
        self.origin.record_requested.connect(self.record_requested)

    def show_export(self, found: Found, hosts: Sequence[HostFolder] = ()) -> None:
        """Everything about the export, and where it can be copied to."""
        export, busy = found.export, words.working(found.job)
        self._path = str(export.export_path)
        self._title.setText(export.name)
        self._under.setText(" · ".join(part for part in (found.origin, self._path) if part))
        self._verdict.say(
            *words.verdict(export, found.job, waiting=found.waiting, there=found.there)
        )
        text, role = words.sentence(export, found.job, there=found.there, waiting=found.waiting)
        self._sentence.setText(text)
        set_role(self._sentence, role)
        point = found.facts.checkpoint
        self._facts.show_facts(words.facts(export, found.size, point.size if point else None))
        self.origin.show_origin(found.facts)
        self.rights.show_rights(found.facts)
        self.copies.show_places([(host, why_not_export(host.host, export)) for host in hosts])
        self.copies.setVisible(found.there and not busy)
        self._forget.setVisible(not found.there and not busy and not found.waiting)
        self.hosts.show_findings(words.hosts(export))
        self.checks.show_findings(words.checks(export))
        self._hosts_card.setVisible(bool(words.hosts(export)))
        self._checks_card.setVisible(bool(words.checks(export)))
        self._command.show_command(found.command)
        self._show_other(found)
        self._verify.setVisible(found.there and not busy)
        played = bool(export.verification.get("model")) and export.format != "onnx"
        self._with.setVisible(found.there and not busy and played)
        first_time = not export.verification
        self._verify.setText(self.tr("Verify") if first_time else self.tr("Verify again"))
        self._delete.setVisible(not busy and found.there)
        self._folder.setVisible(found.there)
        self._listen.setVisible(found.there and export.format == "torchscript" and not busy)

    def _show_other(self, found: Found) -> None:
        """Of a file from elsewhere there is nothing but what was found in it."""
        self.blocks.show_blocks(found.export)
        own = not found.other
        for part in (self.origin, self.rights):
            part.setVisible(own)
        self._command.setVisible(own and bool(found.command))
        if found.other:
            for made in (self.copies, self._forget):
                made.hide()

    def _build(self) -> None:
        titles, head = QVBoxLayout(), QHBoxLayout()
        titles.setSpacing(4)
        titles.addWidget(self._title)
        titles.addWidget(self._under)
        head.setSpacing(8)
        head.addLayout(titles, 1)
        for made in (
            self._verdict, self._delete, self._copy, self._folder, self.copies,
            self._listen, self._verify,
            self._forget,
        ):  # fmt: skip
            head.addWidget(made)
        box = QVBoxLayout(self)
        box.setContentsMargins(22, 18, 22, 0)
        box.setSpacing(16)
        box.addLayout(head)
        box.addWidget(self._facts)
        box.addWidget(self._sentence)
        box.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        self._hosts_card.body.addWidget(self.hosts)
        self._checks_card.body.addWidget(self.checks)
        self._checks_card.body.addWidget(self._with, 0, Qt.AlignmentFlag.AlignLeft)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 22)
        column.setSpacing(14)
        for part in (
            self._hosts_card, self.blocks, self._checks_card, self.origin, self.rights,
            self._command,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        return scrolled(inner)

    @pyqtSlot()
    def _ask_verify(self) -> None:
        self.verify_requested.emit()

    @pyqtSlot()
    def _ask_listen(self) -> None:
        self.listen_requested.emit()

    @pyqtSlot()
    def _ask_folder(self) -> None:
        self.folder_requested.emit()

    @pyqtSlot()
    def _ask_delete(self) -> None:
        self.delete_requested.emit()

    @pyqtSlot()
    def _copy_path(self) -> None:
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(self._path)


def _icon_button(theme: Theme, icon: str, name: str) -> QPushButton:
    return button("", theme=theme, icon=icon, tip=name, name=name)
