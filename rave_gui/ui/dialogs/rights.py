"""What only a person can say of an instrument: licence, consent, author."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from rave_gui.backend.model_card import Rights
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme


class RightsDialog(Sheet):
    """Stays open until it was kept."""

    requested = pyqtSignal(int, object)
    """The id of the export, and the :class:`Rights`."""

    def __init__(
        self,
        theme: Theme,
        export_id: int,
        name: str,
        rights: Rights,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            theme,
            self.tr("Licence and consent of {name}").format(name=name),
            self.tr("It stands in the model card beside the file, which travels with it."),
            parent,
        )
        self._id = export_id
        self.resize(600, 480)
        self.licence = QLineEdit(rights.licence, self)
        self.licence.setPlaceholderText(self.tr("For example: CC BY-NC 4.0"))
        self.consent = QPlainTextEdit(rights.consent, self)
        self.consent.setPlaceholderText(self.tr("Who can be heard, and whether they agreed"))
        self.author = QLineEdit(rights.author, self)
        self.remarks = QPlainTextEdit(rights.remarks, self)
        form = Form(self)
        form.add_row(self.tr("Licence"), self.licence, self.tr("RAVE itself is CC BY-NC 4.0."))
        form.add_row(self.tr("Consent"), self.consent)
        form.add_row(self.tr("Author"), self.author)
        form.add_row(self.tr("Remarks"), self.remarks)
        for field in (self.consent, self.remarks):
            field.setTabChangesFocus(True)
            field.setFixedHeight(76)
        self.body.addWidget(form)
        self.primary.setText(self.tr("Keep"))

    def rights(self) -> Rights:
        """What the fields say."""
        return Rights(
            self.licence.text().strip(),
            self.consent.toPlainText().strip(),
            self.author.text().strip(),
            self.remarks.toPlainText().strip(),
        )

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it."""
        self.set_busy("")
        self.requested.emit(self._id, self.rights())
