"""Line icons by key, drawn from ``resources/icons`` in any colour."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PyQt6.QtCore import QByteArray, QRectF, Qt
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from rave_gui.core.paths import resources_dir

_SIZES = (16, 20, 24, 32, 48)


def icons_dir() -> Path:
    """Where the drawings lie."""
    return resources_dir() / "icons"


@lru_cache(maxsize=64)
def _source(key: str) -> str:
    return (icons_dir() / f"{key}.svg").read_text(encoding="utf-8")


def recoloured(key: str, colour: str) -> str:
    """The SVG text of ``key`` with its lines in ``colour``."""
    return _source(key).replace("currentColor", colour)


@lru_cache(maxsize=512)
def pixmap(key: str, colour: str, size: int) -> QPixmap:
    """``key`` in ``colour``, ``size`` device pixels square."""
    image = QPixmap(size, size)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer = QSvgRenderer(QByteArray(recoloured(key, colour).encode()))
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def icon(key: str, colour: str, disabled: str, selected: str | None = None) -> QIcon:
    """``key`` as an icon with a colour for each state."""
    made = QIcon()
    on = selected or colour
    for size in _SIZES:
        made.addPixmap(pixmap(key, colour, size), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(pixmap(key, on, size), QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(pixmap(key, disabled, size), QIcon.Mode.Disabled)
    return made
