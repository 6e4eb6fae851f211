"""How a training was launched: the exact command, every setting, the gin file."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from rave_gui.ui.models.settings import Setting, SettingsModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.record_table import RecordTable


class ConfigPanel(QWidget):
    """Shows; nothing can be changed here."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command = CommandBox(theme)
        self._model = SettingsModel(self)
        self._table = RecordTable(theme, self._model, self.tr("Settings of this training"))
        self._table.stretch(1, {0: 172, 2: 110})
        self._gin = QPlainTextEdit()
        self._gin.setReadOnly(True)
        self._gin.setProperty("mono", True)
        self._gin.setFrameShape(QFrame.Shape.NoFrame)
        self._gin.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._gin.setAccessibleName(self.tr("Gin configuration"))
        self._no_gin = label(
            self.tr("RAVE writes its full configuration into the run folder when it starts."),
            "muted",
            wrap=True,
        )
        self._build()

    def show_config(self, command: str, settings: Sequence[tuple[str, str, str]], gin: str) -> None:
        """Command line, rows of name, value and usual value, and the text of the gin file."""
        self._command.show_command(command)
        self._model.set_rows([Setting(*row) for row in settings])
        if gin != self._gin.toPlainText():
            self._gin.setPlainText(gin)
        self._gin.setVisible(bool(gin))
        self._no_gin.setVisible(not gin)

    def _build(self) -> None:
        settings = Card(self.tr("Settings, what was changed first"))
        settings.body.addWidget(self._table, 1)
        gin = Card(self.tr("config.gin, as RAVE wrote it"))
        gin.body.addWidget(self._gin, 1)
        gin.body.addWidget(self._no_gin, 1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(settings, 1)
        row.addWidget(gin, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        box.addWidget(self._command)
        box.addLayout(row, 1)
