"""Buttons in the four looks of the window: quiet, primary, danger, link."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QPushButton

from rave_gui.ui.theme import Theme

PRIMARY, DANGER, LINK, CHIP = "primary", "danger", "link", "chip"
_ICON = QSize(16, 16)
_ROLES = {PRIMARY: "on_accent", DANGER: "bad", LINK: "secondary"}


def button(
    text: str,
    kind: str = "",
    *,
    theme: Theme | None = None,
    icon: str = "",
    tip: str = "",
    name: str = "",
) -> QPushButton:
    """A button; ``name`` is what a screen reader says where the text alone is too short."""
    made = QPushButton(text)
    made.setAutoDefault(False)  # in a dialog it would take the look and the place of the filled one
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind:
        made.setProperty("kind", kind)
    if tip:
        made.setToolTip(tip)
    if name:
        made.setAccessibleName(name)
    if theme is not None and icon:
        made.setIconSize(_ICON)
        theme.bind_icon(made, icon, _ROLES.get(kind, "text"))
    return made
