"""Figures as people read them: durations, sizes, counts, rates, moments. Pure."""

from __future__ import annotations

import math
from datetime import datetime

from rave_gui.ui.text import plural, translate

MINUTE, HOUR, DAY = 60, 3600, 86400
DASH = "–"
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


def _tr(text: str) -> str:
    return translate("formats", text)


def duration(seconds: float | None) -> str:
    """The two largest units that matter: ``45 s``, ``4 min 20 s``, ``3 h 12 m``, ``1 d 14 h``."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return DASH
    if seconds < 1:
        return f"{seconds:.1f} s" if seconds else "0 s"
    if round(seconds) < MINUTE:
        return f"{round(seconds)} s"
    if round(seconds) < HOUR:
        minutes, rest = divmod(round(seconds), MINUTE)
        return f"{minutes} min {rest} s" if minutes < 10 and rest else f"{minutes} min"
    return _long_duration(round(seconds / MINUTE))


def _long_duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} m" if rest else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def eta(seconds: float | None) -> str:
    """A duration to come; says so while it is not known."""
    return _tr("estimating") if seconds is None else duration(seconds)


def clock(seconds: float | None) -> str:
    """The length of a sound: ``0:24``, ``12:44``, ``1:02:03``; tenths below ten seconds."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return DASH
    if seconds < 10:
        return f"0:{seconds:04.1f}" if seconds < 9.95 else "0:10"
    hours, rest = divmod(round(seconds), HOUR)
    minutes, rest = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def count(number: int | None) -> str:
    """``412,300``."""
    return DASH if number is None else f"{number:,}"


def short_count(number: int | None) -> str:
    """``950``, ``12k``, ``412k``, ``1.2 M``: for places with little room."""
    if number is None:
        return DASH
    if abs(number) < 1000:
        return str(number)
    if abs(number) < 999_500:
        return f"{_trimmed(number / 1000)}k"
    return f"{_trimmed(number / 1_000_000)} M"


def _trimmed(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if abs(value) < 10 else f"{value:.0f}"


def size(number: float | None) -> str:
    """Bytes in decimal units, as file managers and disks count: ``704 MB``, ``1.4 GB``."""
    if number is None or not math.isfinite(number) or number < 0:
        return DASH
    power = 0
    while round(number) >= 1000 and power < len(_SIZES) - 1:
        number, power = number / 1000, power + 1
    return f"{_trimmed(number) if power else int(number)} {_SIZES[power]}"


def rate(per_second: float | None) -> str:
    """Training speed: ``7.9 steps/s``, or ``3.2 s per step`` where that is easier to grasp."""
    if per_second is None or not math.isfinite(per_second) or per_second <= 0:
        return DASH
    if per_second < 0.5:
        return _tr("{seconds} per step").format(seconds=_short_seconds(1 / per_second))
    shown = f"{per_second:.1f}" if per_second < 99.95 else f"{per_second:.0f}"
    return _tr("{rate} steps/s").format(rate=shown)


def _short_seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else duration(seconds)


def percent(fraction: float | None) -> str:
    """``41 %``; 100 only when it is really all."""
    if fraction is None or not math.isfinite(fraction):
        return DASH
    whole = round(fraction * 100)
    return f"{min(whole, 99) if fraction < 1 else 100} %" if fraction > 0 else "0 %"


def figure(value: float | None) -> str:
    """A loss: four digits that carry meaning, ``nan`` and ``inf`` as they are."""
    if value is None:
        return DASH
    if not math.isfinite(value):
        return str(value)
    if value and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.2e}"
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 2
    return f"{value:,.{min(digits, 6)}f}" if abs(value) < 100 else f"{value:,.1f}"


def sample_rate(hertz: float | None) -> str:
    """``44.1 kHz``, ``48 kHz``."""
    return DASH if not hertz else f"{hertz / 1000:g} kHz"


def channels(number: int | None) -> str:
    """``mono``, ``stereo``, ``6 channels``."""
    if not number:
        return DASH
    if number <= 2:
        return _tr("mono") if number == 1 else _tr("stereo")
    return _tr("{number} channels").format(number=number)


def ago(then: float | None, now: float) -> str:
    """``just now``, ``4 minutes ago``, ``yesterday``, ``12 days ago``, then the date."""
    if then is None:
        return _tr("never")
    seconds = max(0.0, now - then)
    if seconds < MINUTE:
        return _tr("just now")
    for unit, until, one, many in _steps_back():
        if seconds < until:
            number = int(seconds // unit)
            return plural(number, one, many).format(number=number)
    return date(then)


def _steps_back() -> tuple[tuple[int, int, str, str], ...]:
    return (
        (MINUTE, HOUR, _tr("1 minute ago"), _tr("{number} minutes ago")),
        (HOUR, DAY, _tr("1 hour ago"), _tr("{number} hours ago")),
        (DAY, 30 * DAY, _tr("yesterday"), _tr("{number} days ago")),
    )


def date(moment: float | None) -> str:
    """``2026-03-14``: the same everywhere, and sortable."""
    return DASH if moment is None else datetime.fromtimestamp(moment).strftime("%Y-%m-%d")


def moment(when: float | None) -> str:
    """``2026-03-14 16:20``."""
    return DASH if when is None else datetime.fromtimestamp(when).strftime("%Y-%m-%d %H:%M")


def files(number: int) -> str:
    """``1 file``, ``335 files``."""
    return plural(number, _tr("1 file"), _tr("{number} files")).format(number=count(number))


def stars(rating: int | None) -> str:
    """``★★★``; nothing where there are none."""
    return "★" * min(5, max(0, rating or 0))
