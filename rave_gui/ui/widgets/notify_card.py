"""Settings: which news of trainings is told, by which ways, and a test of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from rave_gui.backend.notify_book import Trouble
from rave_gui.backend.notify_channel import Outcome
from rave_gui.core.settings import Settings
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import notify as words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.findings import Findings
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import label

_NAME_WIDTH = 150
_LONGEST = 2000


class NotifyCard(Card):
    """Asks for each change as it is made; what cannot work is told at its field, and not kept."""

    change_requested = pyqtSignal(dict)
    """Names of settings with their new values."""
    test_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Notifications"), parent)
        self.switches = {
            "end": QCheckBox(self.tr("a training is done")),
            "failure": QCheckBox(self.tr("one fails or is interrupted")),
            "phase": QCheckBox(self.tr("phase 2 begins")),
            "desktop": QCheckBox(self.tr("Message on the desktop")),
            "sound": QCheckBox(self.tr("A short chime")),
        }
        self.webhook = _Line(
            self.tr("Webhook"),
            "https://",
            self.tr(
                "An address to which the news is posted: Slack, Discord, Mattermost, ntfy and "
                "others show it. Empty: none."
            ),
        )
        self.command = _Line(
            self.tr("Command"),
            "~/bin/tell-me --soon",
            self.tr(
                "A program with its arguments, run without a shell. It finds the news in variables "
                "such as RAVE_GUI_TITLE and RAVE_GUI_TEXT, and as JSON on its input."
            ),
        )
        self.test = button(self.tr("Send a test"), theme=theme, icon="upload")
        self._said = label(role="secondary", wrap=True)
        self.findings = Findings()
        self._build()
        self._connect()

    def show_settings(self, settings: Settings) -> None:
        """What is chosen now; a line that is being written stays."""
        for name, box in self.switches.items():
            box.blockSignals(True)
            box.setChecked(getattr(settings, f"notify_{name}"))
            box.blockSignals(False)
        for name, line in self._lines().items():
            line.show_kept(getattr(settings, f"notify_{name}"))

    def chosen(self) -> dict[str, Any]:
        """The settings as they stand here; of a line that cannot work, what was kept before."""
        switches = {f"notify_{name}": box.isChecked() for name, box in self.switches.items()}
        return switches | {f"notify_{name}": line.kept for name, line in self._lines().items()}

    def show_troubles(self, troubles: Mapping[str, Trouble], now: float) -> None:
        """What did not arrive the last time, of the ways that are chosen still."""
        chosen = self.chosen()
        still = {name: it for name, it in troubles.items() if chosen.get(f"notify_{name}")}
        self._say("", words.missed(still, now))

    def show_busy(self) -> None:
        """A test is on its way."""
        self.test.setEnabled(False)
        self._say(self.tr("Sending a test…"))

    def show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """What became of the test."""
        self.test.setEnabled(True)
        nothing = "" if outcomes else self.tr("Choose a way of being told first.")
        self._say(nothing, words.tested(outcomes))

    def show_failure(self, _error: object = None) -> None:
        """The test itself broke off; whoever showed why has done so."""
        self.test.setEnabled(True)
        self._say("")

    def _say(self, sentence: str, findings: Sequence[Any] = ()) -> None:
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))
        self.findings.show_findings(findings)
        self.findings.setVisible(bool(findings))

    def _lines(self) -> dict[str, _Line]:
        return {"webhook": self.webhook, "command": self.command}

    def _build(self) -> None:
        about = self.tr(
            "News of your trainings, and of datasets that take long; also while no window is "
            "open. What you stop yourself is not told."
        )
        self.body.addWidget(label(about, "secondary", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        grid.setColumnStretch(1, 1)
        self._add(grid, self.tr("Tell me when"), self._flow("end", "failure", "phase"))
        self._add(grid, self.tr("How"), self._flow("desktop", "sound"))
        for line in self._lines().values():
            self._add(grid, line.name, line)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        self.body.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self._said)
        self.body.addWidget(self.findings)
        self._say("")

    def _add(self, grid: QGridLayout, name: str, content: QWidget) -> None:
        row, title = grid.rowCount(), label(name, "secondary")
        if isinstance(content, _Line):
            title.setBuddy(content.field)
            title.setContentsMargins(0, 7, 0, 0)
        grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(content, row, 1)

    def _flow(self, *names: str) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(gap=20, line_gap=8, parent=holder)
        for name in names:
            flow.addWidget(self.switches[name])
        return holder

    def _connect(self) -> None:
        for name, box in self.switches.items():
            box.setProperty("setting", f"notify_{name}")
            box.toggled.connect(self._toggled)
        for name, line in self._lines().items():
            line.setProperty("setting", f"notify_{name}")
            line.field.setProperty("subject", name)
            line.changed.connect(self._written)
        self.test.clicked.connect(self._ask_test)

    @pyqtSlot(bool)
    def _toggled(self, on: bool) -> None:
        if made := self.sender():
            self.change_requested.emit({made.property("setting"): on})

    @pyqtSlot(str)
    def _written(self, text: str) -> None:
        if made := self.sender():
            self.change_requested.emit({made.property("setting"): text})

    @pyqtSlot()
    def _ask_test(self) -> None:
        for line in self._lines().values():
            line.finish()  # clicked by keyboard the focus stays in the line
        self.test_requested.emit()


class _Line(QWidget):
    """A line of text with a sentence below: what it is for, or why it cannot work."""

    changed = pyqtSignal(str)
    """It was finished, may work, and is another than before."""

    def __init__(self, name: str, example: str, about: str) -> None:
        super().__init__()
        self.name, self._about = name, about
        self.kept = ""
        """What was last found good."""
        self.field = QLineEdit()
        self.field.setMaxLength(_LONGEST)
        self.field.setPlaceholderText(example)
        self.field.setAccessibleName(name)
        self.field.setClearButtonEnabled(True)
        self.hint = label(about, "muted", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.field, 0, 0)
        grid.addWidget(self.hint, 1, 0)
        self.field.editingFinished.connect(self.finish)
        self.field.textEdited.connect(self._edited)

    def show_kept(self, text: str) -> None:
        """What is kept; what somebody writes at this moment stays."""
        if self.field.text().strip() == self.kept:
            self.field.setText(text)
        self.kept = text

    @pyqtSlot()
    def finish(self) -> None:
        """Keep what was written, or say why not."""
        text = self.field.text().strip()
        problem = words.problem(self.field.property("subject"), text)
        self._explain(problem)
        if not problem and text != self.kept:
            self.kept = text
            self.changed.emit(text)

    @pyqtSlot()
    def _edited(self) -> None:
        """What was wrong is being mended."""
        self._explain("")

    def _explain(self, problem: str) -> None:
        self.hint.setText(problem or self._about)
        self.field.setAccessibleDescription(problem or self._about)
        set_role(self.hint, "bad" if problem else "muted")
