"""Settings: the engine, the look, where things are kept, whether all is well."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.backend.doctor import Check
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.notify_book import Trouble
from rave_gui.backend.notify_channel import Outcome
from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.readers import examine, find_engines
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.notify_card import NotifyCard
from rave_gui.ui.widgets.parts import fill, scrolled
from rave_gui.ui.widgets.settings_cards import (
    AppearanceCard,
    DiagnosticsCard,
    EngineCard,
    FoldersCard,
)
from rave_gui.ui.widgets.sound_card import SoundCard

_WIDTH = 860


@dataclass(frozen=True)
class Found:
    """What the page reads in another thread."""

    engines: Sequence[Engine]
    troubles: Mapping[str, Trouble]
    """Why the last news was not told, by channel."""


def find(services: Any) -> Found:
    """The engines on this computer, and what went wrong while nobody looked."""
    return Found(find_engines(services, refresh=False), services.notifier.troubles())


class SettingsPage(Page):
    """Shows settings; changing them is asked for, never done, here."""

    engine_install_requested = pyqtSignal()
    engine_choose_requested = pyqtSignal()
    engine_refresh_requested = pyqtSignal()
    engine_selected = pyqtSignal(str)
    theme_mode_requested = pyqtSignal(str)
    sound_device_requested = pyqtSignal(str)
    settings_change_requested = pyqtSignal(dict)
    show_in_folder_requested = pyqtSignal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        paths = context.services.paths
        self.engine_card = EngineCard(context.theme)
        self.sound = SoundCard(context.theme, context.playback)
        self.notify = NotifyCard(context.theme)
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
        self.notify.show_settings(context.state.settings)

    # Methods

    def reader(self) -> Callable[[], Any]:
        """The engines on this computer, and news that did not arrive."""
        return partial(find, self._ctx.services)

    def present(self, found: Found) -> None:
        """One line for each; and whatever can be listened through."""
        self.engine_card.show_found(found.engines, self._ctx.state.engine)
        self.notify.show_settings(self._ctx.state.settings)
        self.notify.show_troubles(found.troubles, time.time())
        self.look_for_devices()

    # What is shown

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(22, 18, 22, 22)
        column.setSpacing(14)
        column.addWidget(label(self.tr("Settings"), "title"))
        cards = (
            self.engine_card, self.sound, self.notify, self.appearance, self.folders,
            self.diagnostics,
        )  # fmt: skip
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
        self.notify.change_requested.connect(self.settings_change_requested)
        self.notify.test_requested.connect(self.send_test)
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
    def send_test(self) -> None:
        """Tell something by every way that is chosen, in the background."""
        self.notify.show_busy()
        settings = replace(self._ctx.state.settings, **self.notify.chosen())
        work = partial(self._ctx.services.notifier.test, settings)
        self._ctx.run(work, self._tested, self._test_failed, owner=self)

    @pyqtSlot()
    def check(self) -> None:
        """Ask the doctor, in the background."""
        self.diagnostics.show_busy()
        work = partial(examine, self._ctx.services)
        self._ctx.run(work, self._checked, self._check_failed, owner=self)

    def _tested(self, outcomes: Sequence[Outcome]) -> None:
        self.notify.show_outcomes(outcomes)

    def _test_failed(self, error: Any) -> None:
        self.notify.show_failure()
        self.error_raised.emit(error, self.tr("Sending a test"))

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
