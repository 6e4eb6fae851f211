"""All about the chosen checkpoint, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from rave_gui.core.records import Checkpoint
from rave_gui.ui.context import PageContext
from rave_gui.ui.readers_models import CheckpointDetail
from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels import checkpoint_detail as words
from rave_gui.ui.viewmodels.timeline import summary_of_many
from rave_gui.ui.widgets.buttons import PRIMARY, button
from rave_gui.ui.widgets.checkpoint_model import CheckpointModel
from rave_gui.ui.widgets.checkpoint_preview import CheckpointPreview
from rave_gui.ui.widgets.labels import ElidedLabel, hairline, label
from rave_gui.ui.widgets.notes_field import NotesField
from rave_gui.ui.widgets.notes_line import StarBar
from rave_gui.ui.widgets.pairs import Pairs
from rave_gui.ui.widgets.parts import folder_button, scrolled

LISTEN, EXPORT, DELETE, FOLDER, KEEP = "listen", "export", "delete", "folder", "keep"


class CheckpointPanel(QFrame):
    """One checkpoint in full, or several in a sentence."""

    wish_requested = pyqtSignal(str)
    """One of the words above."""
    rated = pyqtSignal(int)
    notes_changed = pyqtSignal(int, str)
    """The id of a checkpoint, and its notes."""
    trust_requested = pyqtSignal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        theme = self._theme = context.theme
        self._title, self._sentence = (
            ElidedLabel(role="section"),
            label(role="secondary", wrap=True),
        )
        self.stars, self.preview = StarBar(), CheckpointPreview(context)
        self._advice, self._came = label(role="muted", wrap=True), label(role="muted", wrap=True)
        self.notes = NotesField(
            self.tr("Notes: what you hear in it"), self.tr("Notes about this checkpoint")
        )
        self._pairs, self.model = Pairs(), CheckpointModel(theme)
        self.keep = self._button(KEEP, self.tr("Keep"), "pin")
        self.listen = self._button(LISTEN, self.tr("Listen…"))
        self.export = self._button(EXPORT, self.tr("Export…"), kind=PRIMARY)
        self.delete = self._button(DELETE, "", "trash", name=self.tr("Delete…"))
        self.folder = folder_button(theme)
        self.folder.clicked.connect(partial(self._ask, FOLDER))
        self._one, self._several = QWidget(), label(role="secondary", wrap=True)
        self._middle = QStackedWidget()
        self._build()
        self.stars.rated.connect(self.rated)
        self.notes.notes_changed.connect(self.notes_changed)
        self.model.trust_requested.connect(self.trust_requested)

    # Methods

    def show_detail(self, detail: CheckpointDetail) -> None:
        """Show one checkpoint."""
        row = detail.stakes.checkpoint
        self._middle.setCurrentIndex(0)
        self._title.setText(words.title(detail))
        self._sentence.setText(words.sentence(detail))
        self.stars.show_rating(row.rating)
        self.preview.show_checkpoint(row.experiment_id, row.step)
        advice, role = words.advice(detail)
        _say(self._advice, advice, role)
        self.notes.show_notes(row.id, row.notes)
        self._pairs.show_facts(words.facts(detail))
        self.model.show_differences(detail.differences)
        _say(self._came, words.came_of(detail))
        self._offer([row], there=detail.stakes.there)

    def show_several(self, rows: Sequence[Checkpoint], names: Mapping[int, str]) -> None:
        """Show what several have in common."""
        self.notes.show_notes(None, "")
        self._middle.setCurrentIndex(1)
        self._title.setText(summary_of_many(rows))
        self._sentence.setText(words.many(rows))
        ratings = {row.rating for row in rows}
        self.stars.show_rating(ratings.pop() if len(ratings) == 1 else None)
        advice = self.tr("Listen to them side by side, keep them, or let them go together.")
        self._several.setText(f"{words.listing(rows, names)}\n\n{advice}")
        self._offer(rows, there=True)

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.notes.show_notes(None, "")
        self._middle.setCurrentIndex(1)
        self._title.setText(self.tr("No checkpoint is chosen"))
        self._sentence.setText("")
        self._several.setText(self.tr("Choose one in the timeline to see all about it."))
        self._offer([], there=False)

    def _offer(self, rows: Sequence[Checkpoint], *, there: bool) -> None:
        """What can be done with these."""
        self.export.setEnabled(bool(rows) and there)
        self.listen.setEnabled(bool(rows) and there)
        self.folder.setEnabled(len(rows) == 1)
        self.delete.setEnabled(bool(rows))
        self.keep.setEnabled(bool(rows))
        kept = bool(rows) and all(row.pinned for row in rows)
        self.keep.setChecked(kept)
        self.keep.setText(self.tr("Kept") if kept else self.tr("Keep"))

    # Construction

    def _button(
        self, key: str, text: str, icon: str = "", kind: str = "", *, name: str = ""
    ) -> QPushButton:
        made = button(text, kind, theme=self._theme, icon=icon, tip=self._tip(key), name=name)
        made.clicked.connect(partial(self._ask, key))
        return made

    def _tip(self, key: str) -> str:
        return {
            KEEP: self.tr("No rule clears a kept checkpoint, and RAVE cannot replace it"),
            LISTEN: self.tr("Hear it beside others in the listening room"),
            DELETE: self.tr("Delete…"),
        }.get(key, "")

    def _build(self) -> None:
        self.keep.setCheckable(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 16, 0, 14)
        outer.setSpacing(12)
        outer.addLayout(self._head())
        self._fill_one()
        self._middle.addWidget(scrolled(self._one))
        several = QWidget()
        box = QVBoxLayout(several)
        box.setContentsMargins(18, 0, 18, 0)
        box.addWidget(self._several)
        box.addStretch(1)
        self._middle.addWidget(several)
        outer.addWidget(self._middle, 1)
        outer.addWidget(hairline())
        outer.addLayout(self._foot())

    def _head(self) -> QVBoxLayout:
        head, row = QVBoxLayout(), QHBoxLayout()
        head.setContentsMargins(18, 0, 18, 0)
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._sentence)
        row.addWidget(self.stars, 1)
        row.addWidget(self.keep)
        head.addSpacing(2)
        head.addLayout(row)
        return head

    def _fill_one(self) -> None:
        box = QVBoxLayout(self._one)
        box.setContentsMargins(18, 0, 18, 0)
        box.setSpacing(10)
        for part in (
            self.preview, self._advice, self.notes, self._pairs, self._came, hairline(), self.model,
        ):  # fmt: skip
            box.addWidget(part)
        box.addStretch(1)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(18, 0, 18, 0)
        row.setSpacing(8)
        row.addWidget(self.export, 1)
        row.addWidget(self.listen, 1)
        for made in (self.folder, self.delete):
            made.setFixedWidth(44)
            row.addWidget(made)
        return row

    def _ask(self, key: str, _checked: bool = False) -> None:
        self.wish_requested.emit(key)


def _say(part: QWidget, text: str, role: str = "muted") -> None:
    """A remark that is gone while there is nothing to say."""
    part.setText(text)  # type: ignore[attr-defined]
    part.setVisible(bool(text))
    set_role(part, role or "muted")
