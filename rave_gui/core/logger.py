"""The application's own logs: what it did, and what processes and files did to it."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

ROOT = "rave_gui"
SYSTEM = f"{ROOT}.system"
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_MEGABYTE = 1024 * 1024


def get_logger(name: str) -> logging.Logger:
    """The logger of a module; give it ``__name__``."""
    return logging.getLogger(name)


def system_logger() -> logging.Logger:
    """Where the doings of processes, files and the engine are noted."""
    return logging.getLogger(SYSTEM)


def set_up(folder: Path) -> None:
    """Write ``app.log`` and ``system.log`` below ``folder``, both rotating at 2 MB, five kept."""
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # whoever opens the records there says so in words
    root = logging.getLogger(ROOT)
    root.setLevel(logging.INFO)
    _attach(root, folder / "app.log")
    _attach(system_logger(), folder / "system.log")


def _attach(logger: logging.Logger, path: Path) -> None:
    """Add the file once, however often set-up is asked for."""
    wanted = str(path.absolute())
    if any(getattr(handler, "baseFilename", None) == wanted for handler in logger.handlers):
        return
    handler = logging.handlers.RotatingFileHandler(
        wanted, maxBytes=2 * _MEGABYTE, backupCount=5, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger.addHandler(handler)
