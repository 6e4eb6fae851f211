"""The first tab of a dataset: is it good to learn from, and the small plots that show why."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rave_gui.backend.outlook import outlook
from rave_gui.core.records import DatasetStatus
from rave_gui.ui.readers_data import DatasetDetail
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.viewmodels import dataset_notice, dataset_overview
from rave_gui.ui.viewmodels.dataset_overview import Answer
from rave_gui.ui.viewmodels.dataset_plots import plots
from rave_gui.ui.viewmodels.small_plots import Plot
from rave_gui.ui.widgets.card_grid import CardGrid
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.labels import FactsRow, label
from rave_gui.ui.widgets.mini_plots import Dot, PlotCard
from rave_gui.ui.widgets.parts import scrolled

_CARD = 264
_DOTS = {"good": "good", "warn": "phase2", "bad": "bad"}


class DataOverview(QWidget):
    """Shows figures, the answer and the plots of one dataset."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.answer = AnswerCard(theme)
        self.facts = FactsRow()
        self._grid, self._plots = CardGrid(_CARD, 3), list[PlotCard]()
        self._left_out, self._sources = (
            label(role="secondary", wrap=True),
            label(role="secondary", wrap=True),
        )
        self._out, self._origin = Card(self.tr("Left out")), Card(self.tr("Where it came from"))
        self._checked = label(role="muted", wrap=True)
        self.command = CommandBox(theme, self.tr("Command that prepares it"))
        self._shown: object = None
        self._build()

    @property
    def plots(self) -> Sequence[PlotCard]:
        """The cards that are shown."""
        return self._plots

    def show_dataset(self, detail: DatasetDetail) -> None:
        """Everything about the dataset; what is as it was is not drawn again."""
        dataset, summary = detail.dataset, detail.contents.summary
        ready = dataset.status is DatasetStatus.READY and not detail.place.gone
        self.facts.show_facts(words.facts(dataset, summary, detail.size))
        self.answer.setVisible(ready)
        if ready:
            amount = outlook(words.made_of(dataset))
            self.answer.show_answer(dataset_overview.answer(amount, summary, dataset))
        if self._shown is not detail.contents:
            self._shown = detail.contents
            self._show_plots(plots(summary, dataset) if summary.files else [])
            self._left_out.setText(dataset_overview.left_out(summary))
        self._out.setVisible(bool(summary.files))
        self._sources.setText("\n".join(dataset.sources))
        self._origin.setVisible(bool(dataset.sources))
        self._checked.setText(dataset_notice.checked(detail))
        self._checked.setVisible(bool(self._checked.text()))
        self.command.show_command(detail.command)

    def _show_plots(self, shown: Sequence[Plot]) -> None:
        if len(shown) != len(self._plots):
            self._plots = [PlotCard(self._theme) for _ in shown]
            self._grid.set_cards(self._plots)
        for card, plot in zip(self._plots, shown, strict=True):
            card.show_plot(plot)

    def _build(self) -> None:
        self._out.body.addWidget(self._left_out)
        self._origin.body.addWidget(self._sources)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 22)
        column.setSpacing(14)
        for part in (
            self.answer, self.facts, self._grid, self._out, self._origin, self.command,
            self._checked,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scrolled(inner))


class AnswerCard(Card):
    """A light, a word, the reason, and what else there is to know."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._dot = Dot(theme, 12)
        self.word, self._reason = label(role="section"), label(role="secondary")
        self._concerns = QVBoxLayout()
        self._concerns.setSpacing(4)
        self._lines: list[QLabel] = []
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._dot)
        row.addWidget(self.word)
        row.addWidget(self._reason, 1, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(row)
        self.body.addLayout(self._concerns)

    def show_answer(self, answer: Answer) -> None:
        """Show it."""
        self._dot.show_role(_DOTS.get(answer.role, "line"))
        self.word.setText(answer.word)
        self._reason.setText(answer.reason)
        self.setAccessibleName(f"{answer.word}. {answer.reason}")
        while len(self._lines) < len(answer.concerns):
            line = label(role="secondary", wrap=True)
            line.setContentsMargins(22, 0, 0, 0)
            self._lines.append(line)
            self._concerns.addWidget(line)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(answer.concerns))
            if place < len(answer.concerns):
                line.setText(answer.concerns[place])
        set_role(self, answer.role, "answer")
