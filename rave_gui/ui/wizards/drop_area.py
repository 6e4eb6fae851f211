"""The large place where sound is dropped or chosen."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QRectF, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.ui import icons
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.tokens import GRID, RADIUS_CARD
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.places import music_folder

_MARK = 36


class DropArea(QWidget):
    """Invites to drop; lights up while something hovers. The wizard around it takes the drop."""

    chosen = pyqtSignal(list)
    """Paths from a file dialog."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._lit = theme, False
        self._folder = ""
        self._mark = label()
        self._invitation = label(self.tr("Drop folders or files of sound here"), "section")
        self._promise = label(
            self.tr("Your files are only read: never changed, moved or deleted."), "secondary"
        )
        self.folder_button = button(self.tr("Choose a folder…"))
        self.files_button = button(self.tr("Choose files…"))
        self.folder_button.clicked.connect(self.choose_folder)
        self.files_button.clicked.connect(self.choose_files)
        theme.changed.connect(self._draw)
        self._build()
        self.set_small(False)
        self._draw()

    # Methods

    def begin_in(self, folder: str) -> None:
        """Where file dialogs open."""
        self._folder = folder

    def light(self, on: bool) -> None:
        """Something that can be taken hovers over the wizard."""
        if on != self._lit:
            self._lit = on
            self.update()

    def set_small(self, small: bool) -> None:
        """Give room to what was chosen already."""
        self._mark.setVisible(not small)
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.LeftToRight if small else direction.TopToBottom)
        self._box.setStretch(0, 0 if small else 1)
        self._box.setStretch(1, 1 if small else 0)
        self._box.setStretch(3, 0 if small else 1)
        side = Qt.AlignmentFlag.AlignLeft if small else Qt.AlignmentFlag.AlignHCenter
        for part in (self._mark, self._invitation, self._promise):
            part.setAlignment(side)
        set_role(self._invitation, "strong" if small else "section")
        self.setMinimumHeight(84 if small else 236)
        self.setMaximumHeight(84 if small else 16_777_215)

    # Slots

    @pyqtSlot()
    def choose_folder(self) -> None:
        """Ask for a folder."""
        dialog = QFileDialog(self, self.tr("Choose a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._ask(dialog)

    @pyqtSlot()
    def choose_files(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self, self.tr("Choose files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._ask(dialog)

    @pyqtSlot("QStringList")
    def _take(self, chosen: list[str]) -> None:
        self.chosen.emit([Path(text) for text in chosen])

    def _ask(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setDirectory(self._folder or music_folder())
        dialog.filesSelected.connect(self._take)
        dialog.open()

    @pyqtSlot()
    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        drawn = icons.pixmap("waveform", self._theme.tokens.muted, round(_MARK * ratio))
        drawn.setDevicePixelRatio(ratio)
        self._mark.setPixmap(drawn)
        self.update()

    # Looks

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """A dashed frame; in the accent colour while something hovers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour
        edge = colour("accent" if self._lit else "muted")
        edge.setAlphaF(1.0 if self._lit else 0.6)
        pen = QPen(edge, 1.2, Qt.PenStyle.DashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(colour("selected" if self._lit else "bg"))
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(area, RADIUS_CARD, RADIUS_CARD)

    def _build(self) -> None:
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(24, 14, 24, 14)
        self._box.setSpacing(12)
        self._words = QVBoxLayout()
        self._words.setSpacing(6)
        for part in (self._mark, self._invitation, self._promise):
            self._words.addWidget(part)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch(1)
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.files_button)
        buttons.addStretch(1)
        self._box.addStretch(1)
        self._box.addLayout(self._words)
        self._box.addLayout(buttons)
        self._box.addStretch(1)
