"""Settings: the engine, the look, where things are kept, whether all is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.backend.doctor import Check
from rave_gui.backend.engine_record import Engine
from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.readers import examine, find_engines
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import fill, scrolled
from rave_gui.ui.widgets.settings_cards import (
    AppearanceCard,
    DiagnosticsCard,
    EngineCard,
    FoldersCard,
)
from rave_gui.ui.widgets.sound_card import SoundCard

_WIDTH = 860


class SettingsPage(Page):
    """Shows settings; changing them is asked for, never done, here."""

    engine_install_requested = pyqtSignal()
    engine_choose_requested = pyqtSignal()
    engine_refresh_requested = pyqtSignal()
    engine_selected = pyqtSignal(str)
    theme_mode_requested = pyqtSignal(str)
    sound_device_requested = pyqtSignal(str)
    show_in_folder_requested = pyqtSignal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        paths = context.services.paths
        self.engine_card = EngineCard(context.theme)
        self.sound = SoundCard(context.theme, context.playback)
        self.appearance = AppearanceCard()
        self.folders = FoldersCard(
            context.theme,
            (
                (self.tr("Projects"), str(paths.projects)),
                (self.tr("Records and engines"), str(paths.data)),
                (self.tr("Logs"), str(paths.logs)),
                (self.tr("Settings file"), str(paths.settings)),
            ),
        )
        self.diagnostics = DiagnosticsCard(context.theme)
        self._build()
        self._connect()
        self._show_engine()
        self._show_mode()

    # Methods

    def reader(self) -> Callable[[], Any]:
        """The engines on this computer."""
        return partial(find_engines, self._ctx.services, refresh=False)

    def present(self, found: Sequence[Engine]) -> None:
        """One line for each; and whatever can be listened through."""
        self.engine_card.show_found(found, self._ctx.state.engine)
        self.look_for_devices()

    # What is shown

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(22, 18, 22, 22)
        column.setSpacing(14)
        column.addWidget(label(self.tr("Settings"), "title"))
        cards = (self.engine_card, self.sound, self.appearance, self.folders, self.diagnostics)
        for card in cards:
            card.setMaximumWidth(_WIDTH)
            column.addWidget(card)
        column.addStretch(1)
        fill(self, scrolled(inner))

    def _connect(self) -> None:
        card = self.engine_card
        card.install_requested.connect(self.engine_install_requested)
        card.choose_requested.connect(self.engine_choose_requested)
        card.refresh_requested.connect(self.engine_refresh_requested)
        card.engine_selected.connect(self.engine_selected)
        self.sound.device_requested.connect(self.sound_device_requested)
        self.sound.look_requested.connect(self.look_for_devices)
        self.appearance.mode_requested.connect(self.theme_mode_requested)
        self.folders.folder_requested.connect(self.show_in_folder_requested)
        self.diagnostics.check_requested.connect(self.check)
        self._ctx.state.engine_changed.connect(self._engine_changed)
        self._ctx.theme.changed.connect(self._show_mode)

    @pyqtSlot()
    def look_for_devices(self) -> None:
        """Ask the system what sound can be played through, in the background."""
        playback = self._ctx.playback
        if playback is None:
            return
        self.sound.show_busy()
        chosen = self._ctx.state.settings.sound_device
        show = partial(self.sound.show_devices, chosen=chosen)
        self._ctx.run(playback.devices, show, self.sound.show_refusal, owner=self)

    @pyqtSlot()
    def check(self) -> None:
        """Ask the doctor, in the background."""
        self.diagnostics.show_busy()
        work = partial(examine, self._ctx.services)
        self._ctx.run(work, self._checked, self._check_failed, owner=self)

    def _checked(self, checks: Sequence[Check]) -> None:
        self.diagnostics.show_checks(checks)

    def _check_failed(self, error: Any) -> None:
        self.diagnostics.show_checks(())
        self.error_raised.emit(error, self.tr("Checking everything"))

    @pyqtSlot()
    def _engine_changed(self, _event: object = None) -> None:
        self._show_engine()
        if not self._ctx.state.engine_busy:
            self.refresh()

    def _show_engine(self) -> None:
        state = self._ctx.state
        self.engine_card.show_current(state.engine, state.engine_problem, state.engine_busy)

    @pyqtSlot()
    def _show_mode(self) -> None:
        self.appearance.show_mode(self._ctx.theme.mode)
