"""The crosshair by keyboard: which key moves it where. No widget."""

from __future__ import annotations

from PyQt6.QtCore import Qt

_FINE, _COARSE = 0.01, 0.1
"""Shares of the range that is shown."""
_WAYS = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
BY_KEYBOARD = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
     Qt.FocusReason.ShortcutFocusReason}
)  # fmt: skip
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def crosshair(
    key: int,
    keys: Qt.KeyboardModifier,
    at: float | None,
    shown: tuple[float, float],
    *,
    zoomed: bool,
) -> float | None:
    """Where the crosshair goes; None where the key is not for it.

    Left and right move it; zoomed in they move the picture, and with Ctrl the crosshair. Shift
    goes ten times as far. The first key brings it to the middle.

    Args:
        key: that was pressed.
        keys: held down with it.
        at: its place on the axis, None where it is not shown.
        shown: the range of the axis.
        zoomed: whether that is a part only.
    """
    way = _WAYS.get(key)
    if way is None or (zoomed and not keys & _CONTROL):
        return None
    low, high = shown
    if at is None or not low <= at <= high:
        return (low + high) / 2
    share = _COARSE if keys & _SHIFT else _FINE
    return min(max(at + way * share * (high - low), low), high)
