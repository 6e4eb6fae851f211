"""The sections of the Settings page."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend.doctor import Check
from rave_gui.backend.engine_record import Engine
from rave_gui.ui.theme import DARK_MODE, LIGHT_MODE, SYSTEM, Theme, set_role
from rave_gui.ui.viewmodels import engine as engine_words
from rave_gui.ui.viewmodels import health
from rave_gui.ui.widgets.buttons import CHIP, PRIMARY, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.findings import Findings
from rave_gui.ui.widgets.labels import ElidedLabel, label


class EngineCard(Card):
    """The engine used now, all that were found, and what can be done about it."""

    install_requested = pyqtSignal()
    choose_requested = pyqtSignal()
    refresh_requested = pyqtSignal()
    engine_selected = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._now, self._where = label(role="section"), ElidedLabel(role="mono")
        self._remarks = label(role="warn", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._install = button(self.tr("Install RAVE…"), PRIMARY)
        self._choose = button(self.tr("Choose another…"))
        self._again = button(self.tr("Look again"), theme=theme, icon="refresh")
        self._build()
        self._install.clicked.connect(self._ask_install)
        self._choose.clicked.connect(self._ask_choose)
        self._again.clicked.connect(self._ask_again)

    def show_current(self, engine: Engine | None, problem: str, busy: bool) -> None:
        """The engine that new work uses."""
        self._now.setText(engine_words.chip(engine, problem, busy).text)
        self._where.setText(str(engine.python) if engine else "")
        self._where.setVisible(engine is not None)
        remarks = " ".join(engine.warnings) if engine else ("" if busy else problem)
        self._remarks.setText(remarks)
        self._remarks.setVisible(bool(remarks))
        self._again.setEnabled(not busy)
        set_role(self._install, "" if engine else PRIMARY, "kind")

    def show_found(self, engines: Sequence[Engine], used: Engine | None) -> None:
        """One line for each environment that was found."""
        while item := self._rows.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        for engine in engines:
            self._rows.addWidget(self._row(engine, used))

    def _row(self, engine: Engine, used: Engine | None) -> QWidget:
        row, line = engine_words.row(engine, used), QWidget()
        box = QHBoxLayout(line)
        box.setContentsMargins(0, 4, 0, 4)
        box.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(row.title, "strong"))
        words.addWidget(ElidedLabel(f"{row.left} · {row.right}", "muted"))
        box.addLayout(words, 1)
        box.addWidget(label(row.status, row.role))
        if engine.ready and (used is None or used.python != engine.python):
            use = button(self.tr("Use this"))
            use.setProperty("python", str(engine.python))
            use.setAccessibleName(self.tr("Use {python}").format(python=engine.python))
            use.clicked.connect(self._ask_use)
            box.addWidget(use)
        return line

    def _build(self) -> None:
        self.body.addWidget(label(self.tr("Engine"), "cardtitle"))
        self.body.addWidget(self._now)
        self.body.addWidget(self._where)
        self.body.addWidget(self._remarks)
        self.body.addLayout(self._rows)
        row = QHBoxLayout()
        row.setSpacing(8)
        for made in (self._install, self._choose, self._again):
            row.addWidget(made)
        row.addStretch(1)
        self.body.addSpacing(4)
        self.body.addLayout(row)

    @pyqtSlot()
    def _ask_install(self) -> None:
        self.install_requested.emit()

    @pyqtSlot()
    def _ask_choose(self) -> None:
        self.choose_requested.emit()

    @pyqtSlot()
    def _ask_again(self) -> None:
        self.refresh_requested.emit()

    @pyqtSlot()
    def _ask_use(self) -> None:
        if made := self.sender():
            self.engine_selected.emit(made.property("python"))


class AppearanceCard(Card):
    """Light, dark, or as the system has it."""

    mode_requested = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.addWidget(label(self.tr("Appearance"), "cardtitle"))
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        self._buttons = {}
        for mode, text in (
            (SYSTEM, self.tr("As the system")),
            (LIGHT_MODE, self.tr("Light")),
            (DARK_MODE, self.tr("Dark")),
        ):
            made = button(text, CHIP)
            made.setCheckable(True)
            made.setProperty("mode", mode)
            made.clicked.connect(self._chosen)
            self._group.addButton(made)
            self._buttons[mode] = made
            row.addWidget(made)
        row.addStretch(1)
        self.body.addLayout(row)

    def show_mode(self, mode: str) -> None:
        """Mark the mode that is used."""
        self._buttons.get(mode, self._buttons[SYSTEM]).setChecked(True)

    @pyqtSlot()
    def _chosen(self) -> None:
        if made := self.sender():
            self.mode_requested.emit(made.property("mode"))


class FoldersCard(Card):
    """Where things are kept."""

    folder_requested = pyqtSignal(str)

    def __init__(
        self, theme: Theme, folders: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.body.addWidget(label(self.tr("Folders"), "cardtitle"))
        for name, path in folders:
            row = QHBoxLayout()
            row.setSpacing(12)
            title = label(name)
            title.setFixedWidth(150)
            show = button("", theme=theme, icon="folder", tip=self.tr("Show in folder"))
            show.setAccessibleName(self.tr("Show {folder}").format(folder=name))
            show.setProperty("path", path)
            show.clicked.connect(self._ask)
            row.addWidget(title)
            row.addWidget(ElidedLabel(path, "mono"), 1)
            row.addWidget(show)
            self.body.addLayout(row)

    @pyqtSlot()
    def _ask(self) -> None:
        if made := self.sender():
            self.folder_requested.emit(made.property("path"))


class DiagnosticsCard(Card):
    """The doctor's findings, and a report to copy."""

    check_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._checks: Sequence[Check] = ()
        self._summary = label(role="secondary", wrap=True)
        self.findings = Findings()
        self._check = button(self.tr("Check everything"), theme=theme, icon="check")
        self._copy = button(self.tr("Copy report"), theme=theme, icon="copy")
        self.body.addWidget(label(self.tr("Diagnostics"), "cardtitle"))
        self.body.addWidget(self._summary)
        self.body.addWidget(self.findings)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._check)
        row.addWidget(self._copy)
        row.addStretch(1)
        self.body.addLayout(row)
        self._check.clicked.connect(self._ask)
        self._copy.clicked.connect(self._put_on_clipboard)
        self.show_checks(())

    def show_busy(self) -> None:
        """The check is under way."""
        self._check.setEnabled(False)
        self._summary.setText(self.tr("Looking at everything…"))

    def show_checks(self, checks: Sequence[Check]) -> None:
        """What was found; nothing yet where there are none."""
        self._checks = tuple(checks)
        self._check.setEnabled(True)
        self._copy.setVisible(bool(checks))
        self.findings.show_findings(health.findings(checks))
        waiting = self.tr("Looks at the engine, the sound tools, the disk and the records.")
        self._summary.setText(health.summary(checks) if checks else waiting)

    @pyqtSlot()
    def _ask(self) -> None:
        self.check_requested.emit()

    @pyqtSlot()
    def _put_on_clipboard(self) -> None:
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(health.report(self._checks))
