"""The bar at the top: mark of the application, project switcher, engine."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QAction, QColor, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from rave_gui.core.records import Project
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.engine import Chip
from rave_gui.ui.widgets.chips import DotChip

HEIGHT = 48


class Mark(QWidget):
    """The mark of the application: three colours of the curves, melting into each other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(QSize(22, 22))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """A rounded square."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        blend = QLinearGradient(0, 22, 22, 0)
        for place, role in ((0.0, "accent"), (0.55, "series3"), (1.0, "phase1")):
            blend.setColorAt(place, self._theme.colour(role))
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(blend)
        painter.drawRoundedRect(QRectF(0, 0, 22, 22), 6, 6)


class TopBar(QFrame):
    """Shows the open project and the engine, and passes wishes on."""

    project_requested = pyqtSignal(int)
    new_project_requested = pyqtSignal()
    open_project_requested = pyqtSignal()
    home_requested = pyqtSignal()
    engine_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "top")
        self.setFixedHeight(HEIGHT)
        self._menu = QMenu(self)
        self._project = QPushButton(self.tr("No project open"))
        self._project.setProperty("kind", "project")
        self._project.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._project.setMenu(self._menu)
        self._project.setAccessibleName(self.tr("Switch project"))
        self._engine = DotChip(theme)
        self._engine.clicked.connect(self._engine_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(Mark(theme))
        row.addWidget(self._project)
        row.addStretch(1)
        row.addWidget(self._engine)
        self.show_projects([], None)

    @property
    def menu(self) -> QMenu:
        """The project switcher."""
        return self._menu

    @property
    def engine_chip(self) -> DotChip:
        """What says which engine is used."""
        return self._engine

    def show_projects(self, projects: Sequence[Project], current: Project | None) -> None:
        """Fill the switcher; the open one is checked."""
        name = current.name if current else self.tr("No project open")
        self._project.setText(f" {name}    ")  # room for the arrow, which the style draws over it
        self._menu.clear()
        for project in projects:
            action = self._add(project.name.replace("&", "&&"), self._project_chosen)
            action.setData(project.id)
            action.setCheckable(True)
            action.setChecked(current is not None and project.id == current.id)
        if projects:
            self._menu.addSeparator()
            self._add(self.tr("All projects"), self.home_requested)
        self._add(self.tr("New project…"), self.new_project_requested)
        self._add(self.tr("Open folder…"), self.open_project_requested)

    def show_engine(self, chip: Chip) -> None:
        """Show which engine is used."""
        self._engine.say(chip.text, chip.role, chip.tip)

    def _add(self, text: str, slot: object) -> QAction:
        action = QAction(text, self._menu)
        action.triggered.connect(slot)  # type: ignore[arg-type]
        self._menu.addAction(action)
        return action

    @pyqtSlot()
    def _project_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.project_requested.emit(action.data())

    @pyqtSlot()
    def _engine_clicked(self) -> None:
        self.engine_requested.emit()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(640, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Never squeezed."""
        return QSize(480, HEIGHT)
