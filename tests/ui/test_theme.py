from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton

from rave_gui.ui import icons
from rave_gui.ui.theme import Theme, set_role, style_sheet
from rave_gui.ui.tokens import DARK, LIGHT, contrast

WORDS = ("text", "secondary", "muted", "accent", "good", "bad", "phase1", "phase2")
SURFACES = ("bg", "panel", "raised", "selected")


@pytest.mark.parametrize("shown", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("role", WORDS)
def test_words_can_be_read_on_every_surface(shown, role):
    colours = shown.as_dict()
    weak = {
        surface: round(contrast(shown.word(role), colours[surface]), 2)
        for surface in SURFACES
        if contrast(shown.word(role), colours[surface]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("shown", [DARK, LIGHT], ids=["dark", "light"])
def test_the_filled_button_can_be_read(shown):
    assert contrast(shown.on_accent, shown.accent_fill) >= 4.5


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("shown", [DARK, LIGHT], ids=["dark", "light"])
def test_the_style_sheet_has_no_open_placeholder(shown):
    sheet = style_sheet(shown, "Mono")
    assert "@" not in sheet
    assert shown.accent_fill in sheet


@pytest.mark.parametrize("shown", [DARK, LIGHT], ids=["dark", "light"])
def test_every_picture_of_the_style_sheet_exists(shown):
    sheet = style_sheet(shown, "Mono")
    named = [part.split('"')[0] for part in sheet.split('url("')[1:]]
    assert named
    assert all(icons.Path(path).is_file() for path in named)


def test_every_icon_takes_any_colour(qapp):
    keys = [path.stem for path in icons.icons_dir().glob("*.svg")]
    assert len(keys) >= 20
    for key in keys:
        assert "currentColor" not in icons.recoloured(key, "#123456")
        image = icons.pixmap(key, "#ff0000", 32).toImage()
        reds = [
            image.pixelColor(x, y).red()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert reds, f"{key} draws nothing"
        assert min(reds) > 200


def test_an_unknown_mode_follows_the_system(qapp):
    assert Theme("purple").mode == "system"


def test_the_mode_is_switched_live(qtbot, theme):
    label, button = QLabel("word"), QPushButton("x")
    qtbot.addWidget(label)
    qtbot.addWidget(button)
    set_role(label, "good")
    theme.bind_icon(button, "plus")
    before = button.icon().cacheKey()
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("light")
    assert theme.tokens is LIGHT
    assert QApplication.palette().window().color().name() == LIGHT.bg
    assert button.icon().cacheKey() != before
    label.ensurePolished()
    assert label.palette().windowText().color().name() == LIGHT.good


def test_the_system_scheme_is_followed_only_where_nothing_was_chosen(qtbot, theme, monkeypatch):
    hints = QApplication.styleHints()
    theme.set_mode("dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens is DARK
    theme.set_mode("system")
    monkeypatch.setattr(theme, "_wanted", lambda: LIGHT)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens is LIGHT


def test_a_button_that_is_gone_is_forgotten(qtbot, theme):
    button = QPushButton("x")
    theme.bind_icon(button, "plus")
    button.deleteLater()
    qtbot.waitUntil(lambda: not theme._bound)
    theme.set_mode("light")
