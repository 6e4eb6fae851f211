"""What the Hardware tab shows: charts over the hours of a training, with the values of now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rave_gui.backend.hardware import Gpu, Hardware, HardwareHistory
from rave_gui.ui import formats
from rave_gui.ui.text import translate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HOUR, DAY, ALL = 1.0, 24.0, None
_COLUMNS = 400
"""Columns into which a long line is gathered: a mean, and a band from lowest to highest."""
_TICKS = 4
_HOT_C = 100.0
_NICE = (1.0, 2.0, 5.0, 10.0)
_TICK_HOURS = (
    1 / 60,
    2 / 60,
    5 / 60,
    10 / 60,
    0.25,
    0.5,
    1,
    2,
    3,
    6,
    12,
    24,
    48,
    96,
    168,
    336,
    672,
)
_FLOOR_BYTES = 1e6
Text = Callable[[float], str]
Point = tuple[float, float, float, float]
"""Place from the left, height, lowest and highest height, each from 0 to 1."""


@dataclass(frozen=True)
class Line:
    """One line in pieces, between which nobody measured."""

    label: str
    role: str
    """The token that colours it."""
    pieces: tuple[tuple[Point, ...], ...]
    dashed: bool = False
    """Colour is never the only sign."""


@dataclass(frozen=True, eq=False)
class Chart:
    """One small plot."""

    key: str
    title: str
    now: str
    """The newest value."""
    words: str = ""
    """What belongs beside it."""
    lines: tuple[Line, ...] = ()
    levels: tuple[tuple[float, str], ...] = ()
    """Heights from 0 to 1 and what they stand for."""
    ticks: tuple[tuple[float, str], ...] = ()
    empty: str = ""
    """The sentence in the place of the lines where there are none."""
    probe: Callable[[float], tuple[float, str] | None] = lambda _: None
    """For a place from 0 to 1: the nearest sample's place, and its words."""


@dataclass(frozen=True, eq=False)
class HardwareView:
    """The whole tab."""

    sentence: str
    charts: tuple[Chart, ...] = ()


def view(history: HardwareHistory | None, span: float | None = ALL) -> HardwareView:
    """The charts of the last ``span`` hours, None for all; made in the background.

    ``history`` is None before anything was read.
    """
    if history is None or not len(history.times):
        return HardwareView(
            _tr("Nothing was recorded: the hardware is measured while a training runs from here.")
        )
    maker = _Maker(history, span)
    hardware = history.hardware
    charts = [maker.processor(), maker.memory(), maker.disk()]
    for place, gpu in enumerate(_gpus(history)):
        charts += maker.gpu(place, gpu, several=len(history.gpus) > 1)
    return HardwareView(_sentence(hardware), tuple(charts))


class _Maker:
    """Makes charts of one stretch of a history."""

    def __init__(self, history: HardwareHistory, span: float | None) -> None:
        import numpy as np  # noqa: PLC0415

        begin = 0
        if span is not None:
            begin = int(np.searchsorted(history.hours, history.hours[-1] - span))
        self._from = slice(begin, None)
        self._history = history
        self._hours, self._times = history.hours[self._from], history.times[self._from]
        self._places = _places(self._hours)
        self._breaks = np.flatnonzero(history.gaps[self._from])
        self._ticks = tuple(_ticks(float(self._hours[0]), float(self._hours[-1])))

    def processor(self) -> Chart:
        """All cores, and what the training uses of them."""
        cores = self._history.hardware.cores or 1
        own = self._history.machine["tree_cpu"] / cores
        used = _last(own)
        words = "" if used is None else _tr("the training uses {used} of {cores} cores").format(
            used=f"{used * cores / 100:.1f}", cores=cores
        )  # fmt: skip
        return self._chart(
            "processor", _tr("Processor"), _percent, 100.0,
            ((_tr("machine"), "series1", self._history.machine["cpu"]),
             (_tr("training"), "series2", own)),
            words, self._history.hardware.absent.get("machine", ""),
        )  # fmt: skip

    def memory(self) -> Chart:
        """The machine's, and what the training holds of it."""
        table, total = self._history.machine, self._history.hardware.memory
        held = _last(table["tree_memory"])
        words = "" if held is None else _tr("the training holds {size}").format(size=_size(held))
        return self._chart(
            "memory", _tr("Memory"), _size, total or _ceiling(table["memory"][self._from]),
            ((_tr("machine"), "series1", table["memory"]),
             (_tr("training"), "series2", table["tree_memory"])),
            _of(total, words), self._history.hardware.absent.get("machine", ""),
        )  # fmt: skip

    def disk(self) -> Chart:
        """What the training reads and writes, and how much room is left."""
        table, total = self._history.machine, self._history.hardware.disk
        free = _last(table["free"])
        words = "" if free is None else _tr("{free} of {total} free").format(
            free=_size(free), total=_size(total)
        )  # fmt: skip
        top = max(_ceiling(table[name][self._from]) for name in ("read", "write"))
        return self._chart(
            "disk", _tr("Disk"), _speed, max(top, _FLOOR_BYTES),
            ((_tr("read"), "series1", table["read"]), (_tr("written"), "series4", table["write"])),
            words, self._history.hardware.absent.get("machine", ""),
        )  # fmt: skip

    def gpu(self, place: int, gpu: Gpu, *, several: bool) -> Iterator[Chart]:
        """Its use, its memory, its temperature with the power it draws."""
        table, key = self._history.gpus[place], f"gpu{place}"
        name = _tr("GPU {number}").format(number=place) if several else _tr("GPU")
        silent = _tr("This GPU does not tell it.")
        yield self._chart(
            f"{key}-use", name, _percent, 100.0,
            ((_tr("busy"), "series3", table["use"]),), gpu.name, silent,
        )  # fmt: skip
        top = gpu.memory or _ceiling(table["memory"][self._from])
        yield self._chart(
            f"{key}-memory", _tr("{gpu} memory").format(gpu=name), _size, top,
            ((_tr("used"), "series3", table["memory"]),), _of(gpu.memory), silent,
        )  # fmt: skip
        watts = _last(table["power"])
        yield self._chart(
            f"{key}-heat", _tr("{gpu} temperature").format(gpu=name), _celsius, _HOT_C,
            ((_tr("temperature"), "series4", table["temperature"]),),
            "" if watts is None else _tr("draws {watts} W").format(watts=f"{watts:.0f}"), silent,
        )  # fmt: skip

    def _chart(
        self,
        key: str,
        title: str,
        text: Text,
        top: float,
        rows: Sequence[tuple[str, str, Floats]],
        words: str,
        absent: str,
    ) -> Chart:
        """``rows``: label, colour and the whole series of each line, the first one in figures."""
        shown = [(label, role, values[self._from]) for label, role, values in rows]
        lines = tuple(
            Line(label, role, self._pieces(values, top or 1.0), dashed=bool(number))
            for number, (label, role, values) in enumerate(shown)
        )
        some = any(line.pieces for line in lines)
        now = _last(rows[0][2])
        return Chart(
            key, title, text(now) if now is not None else formats.DASH, words,
            lines if some else (),
            tuple((share, text(share * top)) for share in (0.0, 0.5, 1.0)) if some else (),
            self._ticks if some else (),
            "" if some else absent or _tr("Not measured."),
            self._probe([(label, values) for label, _, values in shown], text),
        )  # fmt: skip

    def _pieces(self, values: Floats, top: float) -> tuple[tuple[Point, ...], ...]:
        import numpy as np  # noqa: PLC0415

        found = []
        heights = np.clip(values / top, 0.0, 1.0)
        for places, part in zip(
            np.split(self._places, self._breaks), np.split(heights, self._breaks), strict=True
        ):
            known = np.isfinite(part)
            if known.any():
                found.append(_gathered(places[known], part[known]))
        return tuple(found)

    def _probe(
        self, rows: Sequence[tuple[str, Floats]], text: Text
    ) -> Callable[[float], tuple[float, str] | None]:
        def probe(place: float) -> tuple[float, str] | None:
            import numpy as np  # noqa: PLC0415

            index = int(np.argmin(np.abs(self._places - place)))
            told = [
                f"{label} {text(float(values[index]))}"
                for label, values in rows
                if np.isfinite(values[index])
            ]
            if not told:
                return None
            when = formats.moment(float(self._times[index]))
            return float(self._places[index]), "\n".join([when, *told])

        return probe


def _gathered(places: Floats, heights: Floats) -> tuple[Point, ...]:
    """As many points as can be seen; no extreme is lost."""
    import numpy as np  # noqa: PLC0415

    low = high = heights
    if len(places) > _COLUMNS:
        starts = np.flatnonzero(np.diff(np.floor(places * _COLUMNS), prepend=-1.0))
        low, high = np.minimum.reduceat(heights, starts), np.maximum.reduceat(heights, starts)
        count = np.diff(starts, append=len(heights))
        heights = np.add.reduceat(heights, starts) / count
        places = places[starts]
    return tuple(zip(*(row.tolist() for row in (places, heights, low, high)), strict=True))


def _places(hours: Floats) -> Floats:
    """From 0 to 1."""
    length = float(hours[-1] - hours[0])
    return (hours - hours[0]) / length if length > 0 else hours * 0.0


def _ticks(begin: float, end: float) -> Iterator[tuple[float, str]]:
    length = end - begin
    if length <= 0:
        return
    step = next((one for one in _TICK_HOURS if length / one <= _TICKS), _TICK_HOURS[-1])
    number = int(-(-begin // step))
    while number * step <= end:
        yield (number * step - begin) / length, _hours(number * step, step)
        number += 1


def _hours(hours: float, step: float) -> str:
    if hours < 1 and step < 1:
        return _tr("{n} min").format(n=round(hours * 60))
    if hours >= 48 and hours % 24 == 0:
        return _tr("{n} d").format(n=round(hours / 24))
    return _tr("{n} h").format(n=f"{hours:g}")


def _ceiling(values: Floats) -> float:
    """A round number above all of them."""
    import numpy as np  # noqa: PLC0415

    known = values[np.isfinite(values)]
    highest = float(known.max()) if len(known) else 0.0
    if highest <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(highest))
    return float(next(nice * power for nice in _NICE if highest <= nice * power * (1 + 1e-9)))


def _last(values: Floats) -> float | None:
    import numpy as np  # noqa: PLC0415

    return float(values[-1]) if len(values) and np.isfinite(values[-1]) else None


def _gpus(history: HardwareHistory) -> Iterator[Gpu]:
    known = history.hardware.gpus
    for place in range(len(history.gpus)):
        yield known[place] if place < len(known) else Gpu(_tr("GPU"), None)


def _sentence(hardware: Hardware) -> str:
    every = _tr("Measured every {time} while it trains; hours without it are left out.").format(
        time=formats.duration(hardware.interval)
    )
    return " ".join([every, *hardware.absent.values()])


def _of(total: float | None, words: str = "") -> str:
    told = "" if total is None else _tr("of {total}").format(total=_size(total))
    return " · ".join(part for part in (told, words) if part)


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _celsius(value: float) -> str:
    return f"{value:.0f} °C"


def _size(value: float | None) -> str:
    return formats.size(value)


def _speed(value: float) -> str:
    return f"{formats.size(value)}/s"


def _tr(text: str) -> str:
    return translate("hardware", text)
