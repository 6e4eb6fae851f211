"""Step 4: what speaks against it, a test with real batches, the exact command."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from rave_gui.backend.training_draft import TrainingDraft
from rave_gui.backend.trial_report import RunForecast
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import training_words as words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.finding_list import FindingList
from rave_gui.ui.widgets.labels import FactsRow, label
from rave_gui.ui.widgets.parts import scrolled

_LONGEST_NAME = 80
_WIDTH = 480


class TrainingReviewStep(QWidget):
    """Says before days are spent whether they will be well spent."""

    name_changed = pyqtSignal(str)
    mend_requested = pyqtSignal(object)
    test_requested = pyqtSignal()
    stop_test_requested = pyqtSignal()
    install_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setMinimumWidth(_WIDTH)
        self.findings = FindingList(theme)
        self.clear_words = label(role="good")
        self.plan, self.differences = label(wrap=True), label(role="muted", wrap=True)
        self.test = button(self.tr("Test this setup"), theme=theme, icon="play")
        self.stop_test = button(self.tr("Stop the test"))
        self._test_words = label(role="secondary", wrap=True)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setFixedHeight(4)
        self._progress.setTextVisible(False)
        self.figures = FactsRow()
        self.command = CommandBox(theme, self.tr("The exact command"))
        self.engine = Card()
        self.install = button(self.tr("Install RAVE…"))
        self._build()
        self._connect()

    def show_draft(
        self,
        draft: TrainingDraft,
        forecast: RunForecast | None,
        *,
        testing: bool,
        taken: bool = False,
    ) -> None:
        """What was decided, and what follows from it; ``taken``: its device works already."""
        if self.name.text() != draft.name:
            with QSignalBlocker(self.name):
                self.name.setText(draft.name)
        outlook = draft.outlook
        self.findings.show_findings(outlook.findings if outlook is not None else ())
        clear = draft.fresh and outlook is not None and not outlook.findings
        self.clear_words.setText(self.tr("✓  Nothing speaks against it.") if clear else "")
        self.clear_words.setVisible(clear)
        self.plan.setText(words.plan_words(draft))
        told = words.difference_words(draft.differences(), draft.base_title)
        self.differences.setText(told)
        self.differences.setVisible(bool(told))
        self._show_test(draft, forecast, testing=testing, taken=taken)
        self.command.show_command(outlook.command if outlook is not None else "")
        self.engine.setVisible(not draft.has_engine)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        self.name.selectAll()
        return self.name

    def _show_test(
        self, draft: TrainingDraft, forecast: RunForecast | None, *, testing: bool, taken: bool
    ) -> None:
        stale = draft.trial is not None and not draft.trial_counts
        text, role = words.trial_words(draft.trial, running=testing, stale=stale, taken=taken)
        self._test_words.setText(text)
        set_role(self._test_words, role)
        possible = draft.has_engine and draft.fresh and not (draft.outlook and draft.outlook.errors)
        self.test.setVisible(not testing)
        self.test.setEnabled(possible)
        self.stop_test.setVisible(testing)
        self._progress.setVisible(testing)
        self.figures.setVisible(forecast is not None)
        if forecast is not None:
            self.figures.show_facts(words.forecast_facts(forecast))

    def _build(self) -> None:
        form = Form()
        form.add_row(self.tr("Name"), _left(self.name))
        self.plan.setContentsMargins(0, 7, 0, 0)
        form.add_row(self.tr("What happens"), self.plan)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 10, 0)
        box.setSpacing(14)
        for part in (form, self.differences, self.clear_words, self.findings):
            box.addWidget(part)
        box.addWidget(self._test_card())
        self._build_engine()
        box.addWidget(self.engine)
        box.addWidget(self.command)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 20, 18, 12)
        outer.addWidget(scrolled(inner))

    def _test_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._test_words, 1)
        row.addWidget(self.test)
        row.addWidget(self.stop_test)
        card.body.addLayout(row)
        card.body.addWidget(self._progress)
        card.body.addWidget(self.figures)
        return card

    def _build_engine(self) -> None:
        row = QHBoxLayout()
        text = self.tr("RAVE is not installed yet. Your choices wait here while it is.")
        row.addWidget(label(text, wrap=True), 1)
        row.addWidget(self.install)
        self.engine.body.addLayout(row)

    def _connect(self) -> None:
        self.name.textEdited.connect(self.name_changed)
        self.findings.mend_requested.connect(self.mend_requested)
        self.test.clicked.connect(self.test_requested)
        self.stop_test.clicked.connect(self.stop_test_requested)
        self.install.clicked.connect(self.install_requested)


def _left(field: QWidget) -> QWidget:
    """A field that is not drawn out over the whole width."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(field)
    row.addStretch(1)
    holder.setFocusProxy(field)
    return holder
