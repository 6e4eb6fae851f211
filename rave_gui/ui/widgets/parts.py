"""Small arrangements that several pages share."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import label


def scrolled(inner: QWidget) -> QScrollArea:
    """``inner`` as wide as there is room, scrolling where it is higher."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inner)
    return area


def fill(page: QWidget, content: QWidget) -> None:
    """Let ``content`` take the whole of ``page``."""
    box = QHBoxLayout(page)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(content)


def filter_field(hint: str, name: str, width: int) -> QLineEdit:
    """A field that narrows a table; ``name`` is for screen readers."""
    field = QLineEdit()
    field.setPlaceholderText(hint)
    field.setAccessibleName(name)
    field.setClearButtonEnabled(True)
    field.setFixedWidth(width)
    return field


def table_head(title: str, summary: QLabel, field: QLineEdit) -> QHBoxLayout:
    """Above a table: title and summary at the left, the filter at the right."""
    titles, head = QVBoxLayout(), QHBoxLayout()
    titles.setSpacing(4)
    titles.addWidget(label(title, "title"))
    titles.addWidget(summary)
    head.addLayout(titles, 1)
    head.addWidget(field)
    return head


def folder_button(theme: Theme) -> QPushButton:
    """Opens the folder in the system's file manager."""
    name = QCoreApplication.translate("parts", "Show in folder")
    return button("", theme=theme, icon="folder", tip=name, name=name)
