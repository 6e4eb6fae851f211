"""One look for the whole window: follows the system, or what the person chose, live."""

from __future__ import annotations

import re
from typing import Final

from PyQt6.QtCore import QObject, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PyQt6.QtWidgets import QAbstractButton, QApplication, QWidget

from rave_gui.core.paths import resources_dir
from rave_gui.ui import icons
from rave_gui.ui import tokens as values
from rave_gui.ui.tokens import DARK, LIGHT, Tokens

SYSTEM, LIGHT_MODE, DARK_MODE = "system", "light", "dark"
MODES: Final = (SYSTEM, LIGHT_MODE, DARK_MODE)
_INTERFACE = ("Inter", "Inter Variable")
_MONOSPACE = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "DejaVu Sans Mono")
_PLACEHOLDER = re.compile(r"@([a-z_0-9]+)")


class Theme(QObject):
    """The tokens of the moment, and what is made of them."""

    changed = pyqtSignal()
    """Colours are others now: whatever paints itself paints again."""

    def __init__(self, mode: str = SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode if mode in MODES else SYSTEM
        self._app: QApplication | None = None
        self._tokens = self._wanted()
        self._mono = _first_family(_MONOSPACE)
        self._bound: list[tuple[QAbstractButton, str, str, str | None]] = []

    @property
    def mode(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The colours shown now."""
        return self._tokens

    @property
    def mono_family(self) -> str:
        """The font family of figures and command lines."""
        return self._mono

    def install(self, app: QApplication) -> None:
        """Dress the application, and dress it again whenever the system changes its scheme."""
        self._app = app
        app.setStyle("Fusion")
        app.setFont(_interface_font())
        if hints := app.styleHints():
            hints.colorSchemeChanged.connect(self._follow)
        self._apply()

    def set_mode(self, mode: str) -> None:
        """Show that mode from now on; an unknown one follows the system."""
        self._mode = mode if mode in MODES else SYSTEM
        self._follow()

    def colour(self, role: str) -> QColor:
        """The colour of a token, for painting."""
        return QColor(self._tokens.colour(role))

    def word(self, role: str) -> QColor:
        """The colour in which words of that role are written."""
        return QColor(self._tokens.word(role))

    def mono_font(self, pixels: int = values.SECONDARY_PX) -> QFont:
        """The font of figures: all digits equally wide."""
        font = QFont(self._mono)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(pixels)
        return font

    def icon(self, key: str, role: str = "secondary", selected: str | None = None) -> QIcon:
        """The drawing ``key`` in the colour of a token."""
        on = self._tokens.word(selected) if selected else None
        return icons.icon(key, self._tokens.word(role), self._tokens.muted, on)

    def bind_icon(
        self, button: QAbstractButton, key: str, role: str = "text", selected: str | None = None
    ) -> None:
        """Give ``button`` an icon that changes with the theme, as long as the button lives."""
        self._bound = [entry for entry in self._bound if entry[0] is not button]
        self._bound.append((button, key, role, selected))
        button.destroyed.connect(self._forget_dead)
        button.setIcon(self.icon(key, role, selected))

    def _wanted(self) -> Tokens:
        if self._mode == SYSTEM:
            hints = QGuiApplication.styleHints()
            light = hints is not None and hints.colorScheme() == Qt.ColorScheme.Light
            return LIGHT if light else DARK
        return LIGHT if self._mode == LIGHT_MODE else DARK

    @pyqtSlot()
    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self._tokens:
            self._tokens = wanted
            self._apply()

    def _apply(self) -> None:
        if self._app is None:
            return
        self._app.setPalette(_palette(self._tokens))
        self._app.setStyleSheet(style_sheet(self._tokens, self._mono))
        self._forget_dead()
        for button, key, role, selected in self._bound:
            button.setIcon(self.icon(key, role, selected))
        self.changed.emit()

    @pyqtSlot()
    def _forget_dead(self) -> None:
        self._bound = [entry for entry in self._bound if _alive(entry[0])]


def style_sheet(shown: Tokens, mono: str) -> str:
    """``resources/style.qss`` with its placeholders filled in.

    Raises:
        KeyError: the sheet names a token that does not exist.
    """
    filled = {
        **shown.as_dict(),
        "mono": mono,
        "icons": (icons.icons_dir() / shown.name).as_posix(),
        "card": f"{values.RADIUS_CARD}px",
        "control": f"{values.RADIUS_CONTROL}px",
        "title_px": f"{values.TITLE_PX}px",
        "section_px": f"{values.SECTION_PX}px",
        "body_px": f"{values.BODY_PX}px",
        "secondary_px": f"{values.SECONDARY_PX}px",
        "label_px": f"{values.LABEL_PX}px",
    }
    template = (resources_dir() / "style.qss").read_text(encoding="utf-8")
    return _PLACEHOLDER.sub(lambda match: filled[match.group(1)], template)


def set_role(widget: QWidget, role: str, name: str = "role") -> None:
    """Change what a widget means (``good``, ``bad``, ...); the style sheet gives it its colour."""
    if widget.property(name) == role:
        return
    widget.setProperty(name, role)
    if style := widget.style():
        style.unpolish(widget)
        style.polish(widget)


def _alive(button: QAbstractButton) -> bool:
    try:
        button.objectName()
    except RuntimeError:  # its C++ half is deleted
        return False
    return True


def _first_family(wanted: tuple[str, ...]) -> str:
    """The first of ``wanted`` that is installed, else the platform's monospace."""
    known = set(QFontDatabase.families())
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return next((family for family in wanted if family in known), fixed)


def _interface_font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    known = set(QFontDatabase.families())
    if family := next((name for name in _INTERFACE if name in known), None):
        font.setFamily(family)
    font.setPixelSize(values.BODY_PX)
    return font


def _palette(shown: Tokens) -> QPalette:
    """For what the style sheet does not reach: native dialogs, selections, placeholders."""
    role = QPalette.ColorRole
    palette = QPalette()
    for key, colour in (
        (role.Window, shown.bg),
        (role.WindowText, shown.text),
        (role.Base, shown.panel),
        (role.AlternateBase, shown.raised),
        (role.Text, shown.text),
        (role.Button, shown.raised),
        (role.ButtonText, shown.text),
        (role.ToolTipBase, shown.raised),
        (role.ToolTipText, shown.text),
        (role.Highlight, shown.accent),
        (role.HighlightedText, shown.on_accent),
        (role.Link, shown.accent_word),
        (role.PlaceholderText, shown.muted),
    ):
        palette.setColor(key, QColor(colour))
    for key in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(shown.muted))
    return palette
