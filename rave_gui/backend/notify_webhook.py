"""News posted to an address as JSON, in a form that chat programs show."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.error import URLError
from urllib.parse import SplitResult, urlsplit

from rave_gui import __version__
from rave_gui.backend.notice import TEST, Notice
from rave_gui.core.errors import UserError
from rave_gui.core.settings import Settings

TIMEOUT = 10.0
"""Seconds that one try may wait for the other side."""
PAUSES = (2.0, 8.0)
"""Seconds before each further try."""
_MOST_BYTES = 64 * 1024
_QUOTED = 160
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_REMEDY = "Check the address in Settings, under Notifications."


@dataclass(frozen=True)
class _Passing:
    """It did not work this time; another try may go well."""

    text: str


class Webhook:
    """Posts to the address of the settings; a busy or silent other side is tried again.

    Not for a test: somebody waits for the answer.
    """

    name = "webhook"

    def __init__(self, timeout: float = TIMEOUT, pauses: Sequence[float] = PAUSES) -> None:
        self._timeout, self._pauses = timeout, pauses

    def chosen(self, settings: Settings) -> bool:
        """Whether there is an address."""
        return bool(settings.notify_webhook.strip())

    def reaches(self) -> bool:
        """Every process may post."""
        return True

    def send(self, notice: Notice, settings: Settings, cancel: threading.Event) -> str:
        """Post it; see `Channel`."""
        url = settings.notify_webhook.strip()
        if problem := url_problem(url):
            raise UserError(problem, _REMEDY)
        told = self._try(url, payload(notice))
        for pause in () if notice.event == TEST else self._pauses:
            if not isinstance(told, _Passing) or cancel.wait(pause):
                break
            told = self._try(url, payload(notice))
        if isinstance(told, _Passing):
            raise UserError(told.text, _REMEDY)
        return told

    def _try(self, url: str, body: bytes) -> str | _Passing:
        host = urlsplit(url).netloc
        try:
            status, answer = _post(url, body, self._timeout)
        except (OSError, http.client.HTTPException) as error:
            cause = _cause(error)
            if isinstance(cause, TimeoutError):
                return _Passing(f"{host} did not answer within {self._timeout:g} seconds.")
            return _Passing(f"{host} cannot be reached ({_reason(cause)}).")
        return _judge(host, status, answer)


def url_problem(url: str) -> str:
    """Why nothing can be posted to ``url``, as a sentence; empty where it may work."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return "The address holds signs that no address may have, such as a space."
    try:
        parts = urlsplit(url)
        _ = parts.port  # looked at only now by urllib
    except ValueError as error:
        return f"This is no address: {error}."
    return _wrong_part(parts)


def payload(notice: Notice) -> bytes:
    """All facts; and the whole news under the names that Slack, Discord and others look for."""
    shown = dict.fromkeys(("text", "content", "message"), notice.whole)
    return json.dumps({**notice.to_json(), **shown}).encode()


def _wrong_part(parts: SplitResult) -> str:
    if parts.scheme not in ("http", "https"):
        return "The address must begin with https:// or http://."
    if not parts.hostname:
        return "The address names no computer after https://."
    if parts.username is not None or parts.password is not None:
        return "Name and password cannot be part of the address."
    return ""


def _post(url: str, body: bytes, timeout: float) -> tuple[int, str]:
    """Status and the beginning of the answer. Other protocols and redirections are not followed."""
    headers = {"Content-Type": "application/json", "User-Agent": f"rave-gui/{__version__}"}
    request = urllib.request.Request(url, body, headers, method="POST")
    with _opener().open(request, timeout=timeout) as answer:
        return int(answer.status), answer.read(_MOST_BYTES).decode("utf-8", "replace")


def _opener() -> urllib.request.OpenerDirector:
    """One that knows HTTP alone: ``build_opener`` would also open files, and follow anything."""
    opener = urllib.request.OpenerDirector()
    for handler in ("ProxyHandler", "HTTPHandler", "HTTPSHandler"):
        opener.add_handler(getattr(urllib.request, handler)())
    return opener


def _judge(host: str, status: int, answer: str) -> str | _Passing:
    if 200 <= status < 300:
        return f"{host} took it."
    words = f"{host} answered {status}{_name(status)}{_said(answer)}."
    if status >= 500 or status in _BUSY:
        return _Passing(words)
    if 300 <= status < 400:
        raise UserError(f"{host} sends on to another address ({status}).", f"Give that. {_REMEDY}")
    raise UserError(words, _REMEDY)


def _name(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def _said(answer: str) -> str:
    """A short answer in plain text says what is wrong; a whole web page does not."""
    line = " ".join(answer.split())
    fits = 0 < len(line) <= _QUOTED and line.isprintable() and "<" not in line
    return f": {line.rstrip('.')}" if fits else ""


def _cause(error: Exception) -> Any:
    return error.reason if isinstance(error, URLError) else error


def _reason(cause: Any) -> str:
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__
