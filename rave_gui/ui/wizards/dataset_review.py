"""Step 4: the name, what will happen, the exact command."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rave_gui.backend.dataset_draft import DatasetDraft
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import review_words as words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

_WIDTH = 480
_LONGEST_NAME = 80
_LONGEST_NOTE = 2000


class ReviewStep(QWidget):
    """Says before it happens what will happen."""

    name_changed = pyqtSignal(str)
    note_changed = pyqtSignal(str)
    install_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.note = QLineEdit(), QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.note.setMaxLength(_LONGEST_NOTE)
        self.note.setPlaceholderText(self.tr("For example: CC BY 4.0, recorded with consent"))
        self.plan, self.room = label(wrap=True), label(role="secondary", wrap=True)
        self.command = CommandBox(theme, self.tr("The exact command"))
        self.engine = Card()
        self.install = button(self.tr("Install RAVE…"))
        for field in (self.name, self.note):
            field.setMinimumWidth(_WIDTH)
            field.setAcceptDrops(False)  # sound that is dropped here is for the wizard
        for part in (self.plan, self.room):
            part.setAlignment(Qt.AlignmentFlag.AlignTop)
            part.setContentsMargins(0, 7, 0, 0)
        self._build()
        self.name.textEdited.connect(self.name_changed)
        self.note.textEdited.connect(self.note_changed)
        self.install.clicked.connect(self.install_requested)

    def show_draft(self, draft: DatasetDraft, command: str) -> None:
        """What was decided, and what follows from it."""
        if self.name.text() != draft.name:
            with QSignalBlocker(self.name):
                self.name.setText(draft.name)
        text, role = words.name_words(draft)
        self._name_hint.setText(text)
        set_role(self._name_hint, role)
        self.plan.setText("\n".join(f"•  {line}" for line in words.sentences(draft)))
        text, role = words.room(draft)
        self.room.setText(text)
        set_role(self.room, role)
        self.command.show_command(command)
        self.engine.setVisible(not draft.has_engine)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        self.name.selectAll()
        return self.name

    def _build(self) -> None:
        form = Form()
        self._name_hint = form.add_row(self.tr("Name"), _left(self.name, self.tr("Name")))
        form.add_row(self.tr("What happens"), self.plan)
        form.add_row(self.tr("Disk"), self.room)
        form.add_row(
            self.tr("Rights"),
            _left(self.note, self.tr("Rights")),
            self.tr("Licence and consent, if you like; it is kept with the dataset."),
        )
        self._build_engine()
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 8, 0)
        box.setSpacing(16)
        box.addWidget(form)
        box.addWidget(self.engine)
        box.addWidget(self.command)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 20, 12)
        outer.addWidget(scrolled(inner))

    def _build_engine(self) -> None:
        row = QHBoxLayout()
        row.addWidget(
            label(
                self.tr("RAVE is not installed yet. Your choices wait here while it is."),
                wrap=True,
            ),
            1,
        )
        row.addWidget(self.install)
        self.engine.body.addLayout(row)


def _left(field: QLineEdit, name: str) -> QWidget:
    """A field that is not drawn out over the whole width."""
    field.setAccessibleName(name)
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field)
    row.addStretch(1)
    holder.setFocusProxy(field)
    return holder
