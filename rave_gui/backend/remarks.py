"""What people say of a training or a checkpoint, checked before it is recorded."""

from __future__ import annotations

from rave_gui.core.errors import UserError

MOST_STARS = 5
_LONGEST_NOTES = 100_000


def checked_rating(value: int | None) -> int | None:
    """Stars from 1 on; None where none are given.

    Raises:
        UserError: there are not so many.
    """
    if value and not 1 <= value <= MOST_STARS:
        raise UserError(f"There are no {value} stars.", f"Give 1 to {MOST_STARS}, or none.")
    return value or None


def checked_notes(value: str) -> str:
    """The notes as they are.

    Raises:
        UserError: they are too long for a record.
    """
    if len(value) > _LONGEST_NOTES:
        raise UserError("These notes are too long.", f"Keep them below {_LONGEST_NOTES:,} letters.")
    return value
