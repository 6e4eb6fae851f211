"""uv, the installer of Python packages: where it is, and what its complaints mean."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from rave_gui.core.errors import UserError
from rave_gui.core.process import clean_environment

AGAIN = "Then run the installation again; what was downloaded already is kept."


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_NETWORK = _pattern(
    r"error sending request|dns error|failed to lookup address|tcp connect error|"
    r"connection (?:refused|reset|closed)|operation timed out|network is unreachable|"
    r"failed to fetch|failed to download|request failed after|body from connection|"
    r"status server error|\b50[234] (?:bad gateway|service unavailable|gateway timeout)"
)
_OFFLINE = _pattern(r"network was disabled|network connectivity is disabled")
_REASONS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        _pattern(
            r"no space left on device|os error 28\b|os error 112\b|disk quota exceeded|"
            r"not enough space on the disk|os error 122\b"
        ),
        "the disk is full.",
        f"Make room near {{folder}}. {AGAIN}",
    ),
    (
        _pattern(r"invalid peer certificate|UnknownIssuer|certificate verify"),
        "the certificate of the package server is not trusted.",
        f"Behind a company's proxy, set UV_SYSTEM_CERTS=1 or SSL_CERT_FILE. {AGAIN}",
    ),
    (_OFFLINE, "uv was told to stay offline.", f"Unset UV_OFFLINE. {AGAIN}"),
    (
        _pattern(r"no interpreter found|no (?:python )?download found"),
        "there is no Python 3.10 or 3.11 on this computer, and none could be downloaded.",
        f"Install Python 3.11, or check the connection to the internet. {AGAIN}",
    ),
    (
        _NETWORK,
        "a package server could not be reached.",
        f"Check the connection to the internet. {AGAIN}",
    ),
    (
        _pattern(r"permission denied|os error 13\b|read-only file system|os error 30\b"),
        "a file could not be written.",
        f"Check the permissions of {{folder}}. {AGAIN}",
    ),
    (
        _pattern(r"no solution found|no wheels with a matching"),
        "there are no packages for this kind of computer.",
        "RAVE needs 64-bit Linux, Windows or macOS.",
    ),
)
"""What uv's output shows, what happened, what to do; the first that applies counts."""


def find_uv() -> Path:
    """The program ``uv``: beside a frozen application, in the package ``uv``, or on ``PATH``.

    Raises:
        UserError: it is in none of these places.
    """
    for place in _bundled():
        if place.is_file():
            return place
    found = _packaged() or shutil.which("uv")
    if not found:
        raise UserError(
            "The program uv, which installs the engine, is missing.",
            "Install it with: pip install uv.",
        )
    return Path(found)


def _bundled() -> list[Path]:
    """Where a frozen application brings it: beside itself or among its libraries."""
    if not getattr(sys, "frozen", False):
        return []
    folders = [Path(sys.executable).parent, Path(getattr(sys, "_MEIPASS", sys.executable))]
    return [folder / name for folder in folders for name in ("uv", "uv.exe")]


def uv_environment() -> dict[str, str]:
    """A clean environment in which uv asks the index that this machine uses.

    uv does not read pip's settings: where only pip was told of another index, it is handed on.
    """
    environment = clean_environment()
    index = environment.get("PIP_INDEX_URL")
    told = any(environment.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"))
    return environment if told or not index else {**environment, "UV_DEFAULT_INDEX": index}


def _packaged() -> str:
    try:
        from uv import find_uv_bin  # noqa: PLC0415

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        return ""


def is_network_failure(output: str) -> bool:
    """Whether uv tried to reach a server and could not."""
    return bool(_NETWORK.search(output)) and not _OFFLINE.search(output)


def explain(output: str, code: int, folder: Path) -> UserError:
    """Why uv failed, in words; its own go into the details."""
    what, remedy = _reason(output, code, folder)
    return UserError(f"The engine was not installed: {what}", remedy, details=output[-8000:])


def _reason(output: str, code: int, folder: Path) -> tuple[str, str]:
    for pattern, what, remedy in _REASONS:
        if pattern.search(output):
            return what, remedy.replace("{folder}", str(folder))
    return _unknown(output, code)


def _unknown(output: str, code: int) -> tuple[str, str]:
    """The last error that uv names, or how it ended."""
    if code < 0:
        return f"uv was ended by signal {-code}.", AGAIN.removeprefix("Then ").capitalize()
    lines = [line for line in output.splitlines() if line.lower().startswith("error")]
    said = lines[-1].partition(":")[2].strip() if lines else f"uv ended with code {code}"
    return f"{said.rstrip('.')}.", "The details are in the log of the installation."
