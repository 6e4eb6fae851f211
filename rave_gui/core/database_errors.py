"""What SQLite says, in words: the troubles of the environment apart from bugs of ours.

Told by message, since Python 3.10 gives no error code.
"""

from __future__ import annotations

from pathlib import Path

from rave_gui.core.errors import UserError

_DAMAGED = ("file is not a database", "malformed", "file is encrypted", "unsupported file format")
_BUSY = ("database is locked", "database table is locked", "database schema is locked")
_READ_ONLY = ("readonly database", "read-only", "authorization denied")


def explain(message: str, path: Path) -> UserError | None:
    """The sentence for a person, or None where the fault is ours (a wrong statement, say)."""
    text = message.lower()
    if is_damage(text):
        return damaged(path, message)
    if any(sign in text for sign in _BUSY):
        return UserError(
            f"The records in {path} are in use by another program.",
            "Close other windows of this application, or wait a moment, and try again.",
            details=message,
        )
    if "disk is full" in text:
        return UserError(
            f"The disk that holds the records is full ({path}).",
            "Free some space and try again.",
            details=message,
        )
    if any(sign in text for sign in _READ_ONLY):
        return UserError(
            f"The records in {path} cannot be written.",
            "Make the file and its folder writable, or set RAVE_GUI_HOME to another folder.",
            details=message,
        )
    if "unable to open database file" in text or "disk i/o error" in text:
        return UserError(
            f"The records in {path} cannot be opened.",
            "See that the folder exists, is yours and that its disk is connected and sound.",
            details=message,
        )
    return None


def is_damage(message: str) -> bool:
    """Whether SQLite says that the file itself is broken."""
    return any(sign in message.lower() for sign in _DAMAGED)


def damaged(path: Path, details: str) -> UserError:
    """The file cannot be read any more."""
    return UserError(
        f"The records in {path} are damaged.",
        "Run `rave-gui project reindex` on your project folders: it builds the records anew from "
        "the projects and keeps the damaged file beside the new one.",
        details=details,
    )


def missing(path: Path) -> UserError:
    """The file was there when the application started."""
    return UserError(
        f"The records in {path} are gone.",
        "Start the application again; `rave-gui project reindex` on your project folders brings "
        "everything back.",
    )


def foreign(path: Path) -> UserError:
    """A database, but not one of ours."""
    return UserError(
        f"The file {path} belongs to another program.",
        "Move it away, or set RAVE_GUI_HOME to another folder.",
    )


def too_new(path: Path, version: int, known: int) -> UserError:
    """Written by a later release."""
    return UserError(
        f"The records in {path} were written by a newer version of this application "
        f"(format {version}; this one knows formats up to {known}).",
        "Update the application, or set RAVE_GUI_HOME to another folder.",
    )


def explain_conflict(message: str, noun: str) -> UserError | None:
    """The sentence for a broken rule of the tables, or None where it is a bug of ours."""
    text = message.lower()
    if "unique constraint failed" in text:
        what = "path" if "path" in text else "id" if text.endswith(".id") else "name"
        return UserError(f"There is already another {noun} with this {what}.", "Choose another.")
    if "foreign key constraint failed" in text:
        return UserError(
            f"This {noun} is tied to another record that is still there, or to one that is gone.",
            "Look at what depends on it first.",
        )
    return None
