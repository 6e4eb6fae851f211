"""Installing RAVE: licence and size before, stages and log while it runs, a sentence at the end."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from rave_gui.backend.engine_install import STAGES
from rave_gui.ui.dialogs import install_words as words
from rave_gui.ui.dialogs.form import Choice, Form
from rave_gui.ui.dialogs.install_words import Progress
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.tokens import GRID
from rave_gui.ui.viewmodels.engine import Guide
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.log_view import LogView


class EngineInstallDialog(Sheet):
    """The work is a job of its own: closing this while it runs only hides it."""

    requested = pyqtSignal(str)
    """Install, with that choice of torch."""
    stop_requested = pyqtSignal()
    """End the installation."""

    def __init__(self, theme: Theme, guide: Guide, parent: QWidget | None = None) -> None:
        super().__init__(theme, self.tr("Install RAVE"), guide.what, parent)
        self._progress = Progress()
        self._running = self._stopping = False
        self.resize(640, 600)
        self.torch = Choice(self)
        self.torch.add(self.tr("What fits this computer"), "auto")
        self.torch.add(self.tr("Processor only, the smallest download"), "cpu")
        self._form = Form(self)
        self._form.add_row(self.tr("Kind"), self.torch, guide.size)
        self._licence = label(guide.licence, "secondary", wrap=True)
        self._stages = QWidget(self)
        self._rows = {name: self._stage_labels() for name in STAGES}
        self._detail = label(role="muted", wrap=True)
        self.log = LogView(theme)
        self.log.setMinimumHeight(200)
        self._lay_out()
        self._show()

    # Methods

    def follow(self, output: Path) -> None:
        """The installation has begun: show how it goes."""
        self._running = True
        self.log.show_file(output)
        self._show()

    # Slots

    @pyqtSlot()
    def submit(self) -> None:
        """Begin."""
        self.set_busy(self.tr("Starting…"))
        self._progress = Progress()
        self.requested.emit(self.torch.currentData())

    @pyqtSlot()
    def reject(self) -> None:
        """Before: leave. While it runs: end the installation, and stay to see it end."""
        if not self._running:
            super().reject()
        elif not self._stopping:
            self._stopping = True
            self.cancel.setEnabled(False)
            self.say(self.tr("Stopping…"))
            self.stop_requested.emit()

    @pyqtSlot(list)
    def take_facts(self, facts: list[dict[str, object]]) -> None:
        """What the job said."""
        self._progress = words.fold(self._progress, facts)
        self._show()

    @pyqtSlot(bool, str)
    def show_end(self, good: bool, message: str) -> None:
        """It ended."""
        self._running = self._stopping = False
        self.cancel.setEnabled(True)
        if good:
            self._progress = words.fold(self._progress, [{"kind": "result"}])
        self._show()
        self.cancel.setText(self.tr("Close"))
        self.primary.setVisible(not good)
        self.primary.setText(self.tr("Try again"))
        self.say(message, "good" if good else "bad")

    # Showing

    def _show(self) -> None:
        begun = self._running or bool(self._progress.stage)
        self._form.setVisible(not begun)
        self._stages.setVisible(begun)
        self.log.setVisible(begun)
        self.primary.setVisible(not self._running)
        self.primary.setEnabled(not self._running)
        self.primary.setText(self.tr("Install"))
        if self._running:
            self.cancel.setText(self.tr("Stop the installation"))
            self.say("")
        self._detail.setText(self._progress.fault or self._progress.detail)
        self._detail.setVisible(begun)
        set_role(self._detail, "bad" if self._progress.fault else "muted")
        for name, (sign, text) in self._rows.items():
            self._show_stage(name, sign, text)

    def _show_stage(self, name: str, sign: QLabel, text: QLabel) -> None:
        mark = self._progress.mark(name)
        shown, role = words.mark_words(mark)
        sign.setText(shown)
        set_role(sign, role)
        set_role(text, "strong" if mark == words.UNDER_WAY else "secondary")

    # Construction

    def _stage_labels(self) -> tuple[QLabel, QLabel]:
        return label(role="muted"), label(role="secondary")

    def _lay_out(self) -> None:
        grid = QGridLayout(self._stages)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for row, (name, (sign, text)) in enumerate(self._rows.items()):
            text.setText(words.stage_words(name))
            grid.addWidget(sign, row, 0)
            grid.addWidget(text, row, 1)
        for widget in (self._form, self._licence, self._stages, self._detail):
            self.body.addWidget(widget)
        self.body.addWidget(self.log, 1)
        self.body.addStretch(0)
