"""From a checkpoint to an instrument: what it will be, where it will lie, the exact command."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QWidget

from rave_gui.backend.rave_cli import export_argv, exported_file, shell_line
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.core.paths import fresh_path, slug
from rave_gui.core.records import Checkpoint, Experiment, Project
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.dialogs import export_words as words
from rave_gui.ui.dialogs.form import Choice, Findings, Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.labels import label


@dataclass(frozen=True)
class ExportRequest:
    """Everything that makes an export."""

    checkpoint: Checkpoint
    settings: ExportSettings


class ExportDialog(Sheet):
    """Stays open until the export has begun; the verification follows by itself."""

    requested = pyqtSignal(object)
    """An :class:`ExportRequest`."""

    def __init__(
        self,
        context: PageContext,
        project: Project,
        experiment: Experiment,
        checkpoint: Checkpoint,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            context.theme,
            self.tr("Export an instrument"),
            self.tr("RAVE writes one file, which is then really loaded and played to verify it."),
            parent,
        )
        self._context, self._project = context, project
        self._experiment, self._checkpoint = experiment, checkpoint
        self._channels = int(experiment.config.get("channels") or 1)
        self.resize(680, 620)
        self._make_fields()
        self._lay_out()
        self._refresh()

    # Methods

    def settings(self) -> ExportSettings:
        """What was chosen."""
        return ExportSettings(
            streaming=self.streaming.isChecked(),
            fidelity=round(self.fidelity.value() / 100, 4),
            channels=self.channels.currentData(),
            name=slug(self.name.text().strip(), "model"),
        )

    # Slots

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for the export; the answer closes this or says why not."""
        self.set_busy(self.tr("Starting RAVE…"))
        self.requested.emit(ExportRequest(self._checkpoint, self.settings()))

    @pyqtSlot()
    def _refresh(self) -> None:
        settings, metrics = self.settings(), self._experiment.final_metrics
        self._streaming_hint.setText(words.streaming_words(streaming=settings.streaming))
        self._fidelity_hint.setText(words.latent_words(settings.fidelity, metrics))
        early = words.early_warning(self._checkpoint, metrics)
        self._findings.show_lines([], [early] if early else [])
        folder = fresh_path(self._project.path / "exports", settings.name)
        staged = folder / "staging" / self._checkpoint.checkpoint_path.name
        file = exported_file(staged, folder, settings)
        self._where.setText(self.tr("It will be {file}.").format(file=file))
        engine = self._context.state.engine
        argv = export_argv(engine, staged, folder, settings) if engine is not None else []
        self._command.show_command(shell_line(argv) if argv else "")
        self.primary.setEnabled(engine is not None and bool(self.name.text().strip()))
        if engine is None:
            self.say(self.tr("RAVE is not there yet."), "warn")

    # Construction

    def _make_fields(self) -> None:
        self.name = QLineEdit(slug(self._experiment.name, "model"), self)
        self.name.setMaxLength(60)
        self.streaming = QCheckBox(self.tr("Streaming"), self)
        self.streaming.setChecked(True)
        self.fidelity = QDoubleSpinBox(self)
        self.fidelity.setRange(10.0, 99.9)
        self.fidelity.setDecimals(1)
        self.fidelity.setSuffix(" %")
        self.fidelity.setValue(95.0)
        self.channels = Choice(self)
        self.channels.add(
            self.tr("As trained: {c}").format(c=formats.channels(self._channels)), None
        )
        for number in range(1, self._channels):
            self.channels.add(formats.channels(number), number)
        self.name.textChanged.connect(self._refresh)
        self.streaming.toggled.connect(self._refresh)
        self.fidelity.valueChanged.connect(self._refresh)
        self.channels.currentIndexChanged.connect(self._refresh)

    def _lay_out(self) -> None:
        summary = words.checkpoint_words(self._checkpoint, self._experiment)
        self.body.addWidget(label(summary, "strong", wrap=True))
        form = Form(self)
        self._where = form.add_row(self.tr("Name"), self.name)
        self._streaming_hint = form.add_row(self.tr("Use"), self.streaming)
        self._fidelity_hint = form.add_row(self.tr("Fidelity"), self.fidelity)
        form.add_row(
            self.tr("Channels"),
            self.channels,
            self.tr("The RAVE VST plays mono models only; nn~ plays both."),
        )
        self._findings = Findings(self)
        self._command = CommandBox(self.theme, self.tr("Exact command"))
        for widget in (form, self._findings, self._command):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Export"))
