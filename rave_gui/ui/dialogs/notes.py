"""What a person says of a training: stars, tags, notes."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from rave_gui.core.records import Experiment
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.training_actions import split_tags
from rave_gui.ui.widgets.notes_line import StarBar


class NotesDialog(Sheet):
    """Stays open until it was kept."""

    requested = pyqtSignal(int, dict)
    """The id of the experiment, and what ``TrainingManager.annotate`` takes."""

    def __init__(self, theme: Theme, experiment: Experiment, parent: QWidget | None = None) -> None:
        title = self.tr("Tags and notes of {name}").format(name=experiment.name)
        super().__init__(theme, title, parent=parent)
        self._id, self._rating = experiment.id or 0, experiment.rating or 0
        self.resize(580, 480)
        self.stars = StarBar(self)
        self.stars.show_rating(experiment.rating)
        self.tags = QLineEdit(", ".join(experiment.tags), self)
        self.tags.setPlaceholderText(self.tr("bells, for the concert"))
        self.notes = QPlainTextEdit(experiment.notes, self)
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(140)
        self.notes.setPlaceholderText(self.tr("What you want to remember of it"))
        form = Form(self)
        form.add_row(self.tr("Stars"), self.stars)
        form.add_row(
            self.tr("Tags"), self.tags, self.tr("Commas between them; the filter finds them.")
        )
        form.add_row(self.tr("Notes"), self.notes)
        self.body.addWidget(form)
        self.primary.setText(self.tr("Keep"))
        self.stars.rated.connect(self._rate)

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it."""
        self.set_busy("")
        chosen = {
            "rating": self._rating,
            "tags": split_tags(self.tags.text()),
            "notes": self.notes.toPlainText().strip(),
        }
        self.requested.emit(self._id, chosen)

    @pyqtSlot(int)
    def _rate(self, stars: int) -> None:
        self._rating = stars
        self.stars.show_rating(stars)
