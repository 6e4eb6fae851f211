"""Settings: what news is told and how; a test; messages beside the clock."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QIcon

from rave_gui.backend.notice import ENDED, FAILED, Notice
from rave_gui.backend.notify_book import Trouble
from rave_gui.backend.notify_channel import Outcome
from rave_gui.core.errors import UserError
from rave_gui.core.settings import Settings
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.shell import ShellController
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.pages.settings import SettingsPage
from rave_gui.ui.tray import TrayMessages
from rave_gui.ui.widgets.notify_card import NotifyCard


@pytest.fixture
def card(qtbot, theme):
    made = NotifyCard(theme)
    qtbot.addWidget(made)
    made.show_settings(Settings())
    made.show()
    return made


def shown(card):
    return [(one.title, one.word, one.reason) for one in card.findings._shown]


def write(qtbot, line, text):
    line.field.setFocus()
    line.field.selectAll()
    qtbot.keyClicks(line.field, text)
    qtbot.keyClick(line.field, Qt.Key.Key_Return)


class TestCard:
    def test_it_shows_what_is_chosen_and_asks_for_nothing(self, qtbot, card):
        with qtbot.assertNotEmitted(card.change_requested):
            card.show_settings(Settings(notify_phase=False, notify_webhook="https://h/x"))
        on = [name for name, box in card.switches.items() if box.isChecked()]
        assert on == ["end", "failure", "desktop"]
        assert card.webhook.field.text() == "https://h/x"
        assert card.chosen()["notify_webhook"] == "https://h/x"

    def test_each_change_is_asked_for_at_once(self, qtbot, card):
        with qtbot.waitSignal(card.change_requested) as asked:
            card.switches["sound"].click()
        assert asked.args == [{"notify_sound": True}]
        with qtbot.waitSignal(card.change_requested) as asked:
            write(qtbot, card.webhook, " https://h/x ")
        assert asked.args == [{"notify_webhook": "https://h/x"}]
        with qtbot.assertNotEmitted(card.change_requested):
            qtbot.keyClick(card.webhook.field, Qt.Key.Key_Return)

    @pytest.mark.parametrize(
        ("name", "wrong", "words"),
        [
            ("webhook", "ftp://host", "must begin with https://"),
            ("command", "no-such-program --now", "was not found"),
            ("command", "say 'it", "cannot be read"),
        ],
    )
    def test_what_cannot_work_is_told_at_its_field_and_not_kept(
        self, qtbot, card, name, wrong, words
    ):
        line = card._lines()[name]
        about = line.hint.text()
        with qtbot.assertNotEmitted(card.change_requested):
            write(qtbot, line, wrong)
        assert words in line.hint.text()
        assert line.hint.property("role") == "bad"
        assert words in line.field.accessibleDescription()
        assert card.chosen()[f"notify_{name}"] == ""
        qtbot.keyClicks(line.field, "x")
        assert line.hint.text() == about, "what is being mended is not told again"

    def test_it_can_be_emptied(self, qtbot, card):
        card.show_settings(Settings(notify_webhook="https://h/x"))
        card.webhook.field.clear()
        with qtbot.waitSignal(card.change_requested) as asked:
            qtbot.keyClick(card.webhook.field, Qt.Key.Key_Return)
        assert asked.args == [{"notify_webhook": ""}]

    def test_a_reading_does_not_take_away_what_is_being_written(self, qtbot, card):
        qtbot.keyClicks(card.webhook.field, "https://ha")
        card.show_settings(Settings())
        assert card.webhook.field.text() == "https://ha"

    def test_what_became_of_a_test(self, qtbot, card):
        with qtbot.waitSignal(card.test_requested):
            card.test.click()
        card.show_busy()
        assert not card.test.isEnabled()
        card.show_outcomes([Outcome("desktop", True, "Seen."), Outcome("sound", False, "No.")])
        assert card.test.isEnabled()
        assert shown(card) == [("Desktop", "sent", "Seen."), ("Sound", "failed", "No.")]
        card.show_outcomes([])
        assert "Choose a way" in card._said.text()
        card.show_busy()
        card.show_failure()
        assert card.test.isEnabled()

    def test_what_failed_without_a_window(self, card):
        now = time.time()
        card.show_settings(Settings(notify_webhook="https://h/x"))
        gone = {"webhook": Trouble("It is away.", now - 7300), "sound": Trouble("No.", now)}
        card.show_troubles(gone, now)
        assert shown(card) == [("Webhook", "failed 2 hours ago", "It is away.")], "sound is off"


class TestPage:
    def test_the_test_really_goes_out_and_troubles_are_read(self, qtbot, world, tmp_path):
        path = tmp_path / "told"
        code = f'import os; open("{path}", "w").write(os.environ["RAVE_GUI_TITLE"])'
        line = f"'{sys.executable}' -I -S -c '{code}'"
        world.state.settings = Settings(notify_command=line)
        page = SettingsPage(world.context)
        qtbot.addWidget(page)
        page.show()
        page.notify.test.click()
        assert path.read_text() == "RAVE GUI can tell you"
        words = {title: word for title, word, _ in shown(page.notify)}
        assert words == {"Desktop": "failed", "Command": "sent"}
        page.refresh()
        assert shown(page.notify)[0][1] == "failed just now"

    def test_a_choice_is_kept(self, qtbot, world):
        window = MainWindow(world.context)
        qtbot.addWidget(window)
        shell = ShellController(Desk(world.context, window, None))
        window.settings.notify.switches["sound"].click()
        assert world.state.settings.notify_sound
        assert shell.window is window


class PretendedTray(QObject):
    messageClicked = pyqtSignal()

    def __init__(self):
        super().__init__()
        self.shown, self.visible = [], False

    def show(self):
        self.visible = True

    def hide(self):
        self.visible = False

    def showMessage(self, title, text, icon, milliseconds):
        self.shown.append((title, text, icon.name))


class TestTray:
    @pytest.fixture
    def tray(self, qapp):
        pretended = PretendedTray()
        made = TrayMessages(QIcon(), pretended)
        yield made, pretended
        made.hide()

    def test_a_message_from_any_thread_appears_and_the_icon_goes_again(self, qtbot, tray):
        made, pretended = tray
        notices = [Notice(ENDED, "Bells is done", "All."), Notice(FAILED, "It failed", "Why.")]
        thread = threading.Thread(target=lambda: [made.show(one) for one in notices])
        thread.start()
        thread.join()
        assert not pretended.shown, "only the main thread touches it"
        qtbot.waitUntil(lambda: len(pretended.shown) == 2)
        assert pretended.shown[0] == ("Bells is done", "All.", "Information")
        assert pretended.shown[1][2] == "Warning"
        assert pretended.visible
        made._rest.timeout.emit()
        assert not pretended.visible

    def test_a_click_leads_to_the_window(self, qtbot, tray):
        made, pretended = tray
        with qtbot.waitSignal(made.clicked):
            pretended.messageClicked.emit()

    def test_without_a_tray_the_window_leaves_it_to_others(self, qapp):
        assert not TrayMessages.possible()

    def test_a_window_that_is_gone_is_a_sentence(self, qtbot, qapp):
        made = TrayMessages(QIcon(), PretendedTray())
        from PyQt6 import sip

        sip.delete(made)
        with pytest.raises(UserError, match="closes at this moment"):
            made.show(Notice(ENDED, "t", "x"))
