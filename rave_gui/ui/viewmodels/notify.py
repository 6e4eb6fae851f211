"""What became of news, in words for the Settings page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rave_gui.backend.notify_book import Trouble
from rave_gui.backend.notify_channel import Outcome
from rave_gui.backend.notify_command import command_problem
from rave_gui.backend.notify_webhook import url_problem
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels.export import Finding


def _tr(text: str) -> str:
    return translate("notify", text)


def channel_name(channel: str) -> str:
    """What people call it."""
    names = {
        "desktop": _tr("Desktop"),
        "sound": _tr("Sound"),
        "webhook": _tr("Webhook"),
        "command": _tr("Command"),
    }
    return names.get(channel, channel)


def tested(outcomes: Sequence[Outcome]) -> list[Finding]:
    """One line for each channel of a test."""
    words = {True: (_tr("sent"), "good"), False: (_tr("failed"), "bad")}
    return [Finding(channel_name(one.channel), *words[one.ok], one.text) for one in outcomes]


def missed(troubles: Mapping[str, Trouble], now: float) -> list[Finding]:
    """One line for each channel whose last news did not arrive."""
    word = _tr("failed {when}")
    return [
        Finding(channel_name(name), word.format(when=formats.ago(one.time, now)), "bad", one.text)
        for name, one in troubles.items()
    ]


def problem(field: str, text: str) -> str:
    """Why ``text`` in the field ``webhook`` or ``command`` cannot work; empty where it may."""
    text = text.strip()
    if not text:
        return ""
    return url_problem(text) if field == "webhook" else command_problem(text)
