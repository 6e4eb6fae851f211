"""From files of sound to a dataset: drop, see what can be used, start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QHeaderView, QLabel, QLineEdit, QPushButton, QWidget

from rave_gui.backend.forecast import Forecast, forecast
from rave_gui.backend.rave_cli import preprocess_argv, shell_line
from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.core.paths import fresh_path, slug
from rave_gui.core.records import Project
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.dialogs import dataset_words as words
from rave_gui.ui.dialogs.dataset_scan import SourceScan
from rave_gui.ui.dialogs.form import Choice, Findings, Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.models.files import FilesModel
from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels.dataset import enough
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.path_drop import PathDrop
from rave_gui.ui.widgets.record_table import RecordTable


@dataclass(frozen=True)
class DatasetRequest:
    """Everything that makes a dataset."""

    project: Project
    name: str
    sources: tuple[Path, ...]
    settings: PreprocessSettings
    plan: Forecast


class NewDatasetDialog(Sheet):
    """Checks the files while they are chosen; stays open until the work has begun."""

    requested = pyqtSignal(object)
    """A :class:`DatasetRequest`."""

    def __init__(
        self, context: PageContext, project: Project, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            context.theme,
            self.tr("New dataset"),
            self.tr("Choose sound, see what RAVE can use of it, and let it be prepared."),
            parent,
        )
        self._context, self._project = context, project
        self._files: tuple[ScannedFile, ...] | None = None
        self._plan: Forecast | None = None
        self._named = False
        self._scan = SourceScan(context.run, self)
        self.resize(760, 720)
        self._make_fields()
        self._lay_out()
        self._connect()
        self._refresh()

    # Methods

    def add_sources(self, paths: list[Path]) -> None:
        """Take files and folders, for example dropped on the page."""
        self.sources.add_paths(paths)

    def settings(self) -> PreprocessSettings:
        """What was chosen."""
        return PreprocessSettings(
            num_signal=self.window_size.currentData(),
            channels=self.channels.currentData(),
            sample_rate=self.rate.currentData(),
            lazy=self.lazy.isChecked(),
        )

    # Slots

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for the dataset; the answer closes this or says why not."""
        if self._plan is None or not self._plan.examples:
            return
        self.set_busy(self.tr("Linking the files and starting RAVE…"))
        name, sources = self.name.text().strip(), tuple(self.sources.paths())
        self.requested.emit(
            DatasetRequest(self._project, name, sources, self.settings(), self._plan)
        )

    @pyqtSlot()
    def reject(self) -> None:
        """Leave; a scan under way is not wanted any more."""
        self._scan.cancel()
        super().reject()

    @pyqtSlot()
    def _on_sources(self) -> None:
        sources = self.sources.paths()
        if not self._named:
            self.name.setText(words.suggested_name(sources))
        self._files = self._plan = None
        if sources:
            self._verdict.setText(words.counting(0))
            self._scan.start(sources)
        else:
            self._scan.cancel()
        self._refresh()

    @pyqtSlot(int)
    def _on_counted(self, files: int) -> None:
        self._verdict.setText(words.counting(files))

    @pyqtSlot(object)
    def _on_found(self, files: tuple[ScannedFile, ...]) -> None:
        self._files = files
        self._refresh()

    @pyqtSlot(object)
    def _on_refused(self, error: UserError) -> None:
        self._files = None
        self._verdict.setText(str(error))
        set_role(self._verdict, "bad")

    @pyqtSlot(str)
    def _on_named(self, _text: str) -> None:
        self._named = True

    @pyqtSlot()
    def _refresh(self) -> None:
        """Say everything again for what is chosen now."""
        settings = self.settings()
        self._window_hint.setText(words.window_words(settings))
        self._lazy_hint.setText(words.lazy_words(lazy=settings.lazy))
        self._plan = None if self._files is None else forecast(self._files, settings)
        self._show_plan()
        self._show_command(settings)
        ready = bool(self._plan and self._plan.examples and self.name.text().strip())
        self.primary.setEnabled(ready)

    @pyqtSlot(bool)
    def _show_files(self, on: bool) -> None:
        self._table.setVisible(on)

    # Showing

    def _show_plan(self) -> None:
        plan = self._plan
        self._more.setVisible(plan is not None and bool(plan.files))
        self._verdict.setVisible(bool(self.sources.paths()))
        if plan is None:
            self._amount.setText("")
            self._findings.show_lines([])
            return
        set_role(self._verdict, "strong" if plan.examples else "bad")
        self._verdict.setText(words.summary(plan))
        text, role = enough(plan.usable_seconds) if plan.examples else ("", "secondary")
        set_role(self._amount, role or "secondary")
        self._amount.setText(f"{words.yield_words(plan)}. {text}".strip())
        self._findings.show_lines([], words.warnings(plan))
        self._model.set_rows([file.to_json() for file in plan.files])

    def _show_command(self, settings: PreprocessSettings) -> None:
        engine = self._context.state.engine
        name = slug(self.name.text().strip(), "dataset")
        folder = fresh_path(self._project.path / "datasets", name)
        if self._plan is not None:
            settings = settings.with_room_for(self._plan.usable_seconds)
        if engine is None:
            self._command.show_command("")
            return
        argv = preprocess_argv(engine, [folder / "staging"], folder / "db", settings)
        self._command.show_command(shell_line(argv))

    # Construction

    def _make_fields(self) -> None:
        usual = PreprocessSettings()
        self.sources = PathDrop(self.theme, self.tr("Drop folders or files of sound here"))
        self.name = QLineEdit(self)
        self.name.setMaxLength(80)
        self.channels, self.rate, self.window_size = Choice(self), Choice(self), Choice(self)
        for number in words.CHANNELS:
            self.channels.add(formats.channels(number), number)
        for rate in words.RATES:
            self.rate.add(formats.sample_rate(rate), rate)
        for window in words.WINDOWS:
            self.window_size.add(self.tr("{n} samples").format(n=formats.count(window)), window)
        self.channels.choose(usual.channels)
        self.rate.choose(usual.sample_rate)
        self.window_size.choose(usual.num_signal)
        self.lazy = QCheckBox(self.tr("Leave the sound in its files (lazy)"), self)

    def _lay_out(self) -> None:
        self._verdict, self._amount = QLabel(self), QLabel(self)
        for label in (self._verdict, self._amount):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._findings = Findings(self)
        self._make_table()
        form = Form(self)
        form.add_row(self.tr("Name"), self.name)
        form.add_row(
            self.tr("Channels"),
            self.channels,
            self.tr("RAVE mixes nothing down: of a stereo file, mono keeps the left channel."),
        )
        form.add_row(self.tr("Sample rate"), self.rate, self.tr("All files are converted to it."))
        self._window_hint = form.add_row(self.tr("Window"), self.window_size)
        self._lazy_hint = form.add_row(self.tr("Storage"), self.lazy)
        self._command = CommandBox(self.theme, self.tr("Exact command"))
        for widget in (
            self.sources, self._verdict, self._amount, self._findings, self._more, self._table,
            form, self._command,
        ):  # fmt: skip
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Prepare the dataset"))

    def _make_table(self) -> None:
        self._model = FilesModel(self)
        self._table = RecordTable(self.theme, self._model, self.tr("Files"), self)
        self._table.setMinimumHeight(220)
        self._table.setVisible(False)
        header = self._table.horizontalHeader()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            header.setStretchLastSection(True)
        self._more = QPushButton(self.tr("Show every file"), self)
        self._more.setProperty("kind", "link")
        self._more.setCheckable(True)
        self._more.setAutoDefault(False)
        self._more.toggled.connect(self._show_files)

    def _connect(self) -> None:
        self.sources.paths_changed.connect(self._on_sources)
        self.name.textEdited.connect(self._on_named)
        self.name.textChanged.connect(self._refresh)
        for choice in (self.channels, self.rate, self.window_size):
            choice.currentIndexChanged.connect(self._refresh)
        self.lazy.toggled.connect(self._refresh)
        self._scan.counted.connect(self._on_counted)
        self._scan.found.connect(self._on_found)
        self._scan.refused.connect(self._on_refused)
