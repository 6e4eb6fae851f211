"""The plots of a training as one picture. Importing this imports matplotlib: do it late.

Drawn anew instead of taken from the window, so that it has room, a title and a legend, is sharp
at any size, and can be made in another thread: figures without pyplot share nothing.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rave_gui.backend.curves_table import cannot_write
from rave_gui.companion.rave_gui_job_files import write_whole
from rave_gui.core.errors import UserError
from rave_gui.ui import tokens
from rave_gui.ui.tokens import Tokens
from rave_gui.ui.widgets import plot_axes
from rave_gui.ui.widgets.plot_data import Curve, value_text
from rave_gui.ui.widgets.plot_draw import Look, Scope, draw
from rave_gui.ui.widgets.plot_lines import Line, LineShop, ends
from rave_gui.ui.widgets.plot_wish import Drawn

_DPI, _SHARPNESS = 100.0, 2.0
_WIDTH, _MARGIN, _TITLE = 1280.0, 24.0, 40.0
_LARGE, _SMALL, _HEAD, _FOOT, _LEFT = 300.0, 230.0, 34.0, 30.0, 52.0
"""Pixels: heights of a plot with many and with few points, and the room around its axes."""
_LEGEND_ROW, _TITLE_ROOM, _HANDLE, _LETTER = 20.0, 200.0, 48.0, 7.0
"""Pixels of a legend: a row, the title beside it, line and gap, a letter."""
_LONGEST = 32


def save_picture(target: Path, kind: str, title: str, drawn: Sequence[Drawn], look: Look) -> None:
    """Write the plots that have something to show below each other, whole or not at all.

    Args:
        target: of the file.
        kind: ``png``, twice as sharp as the window, or ``svg``.
        title: stands above, letter by letter.
        drawn: the plots.
        look: colours and fonts.

    Raises:
        UserError: nothing is drawn yet, or it cannot be written there.
    """
    content = io.BytesIO()
    made = picture(title, [one for one in drawn if one.group.has_data], look)
    made.savefig(content, format=kind, dpi=_DPI * _SHARPNESS)
    try:
        write_whole(target, [content.getvalue()])
    except OSError as error:
        raise cannot_write(target, error) from error


def picture(title: str, drawn: Sequence[Drawn], look: Look) -> Figure:
    """Plots with many points over the whole width, those with few in pairs.

    Raises:
        UserError: there is no plot.
    """
    if not drawn:
        raise UserError(
            "There are no curves to save yet.", "RAVE writes the first values after 50 steps."
        )
    rows = _rows(drawn)
    heights = [max(_height(one, len(row)) for one in row) for row in rows]
    total = _TITLE + sum(heights) + 2 * _MARGIN
    made = Figure(figsize=(_WIDTH / _DPI, total / _DPI), dpi=_DPI, facecolor=look.tokens.panel)
    name = _short(title, 3 * _LONGEST)
    _write(made, name, _MARGIN, total - _MARGIN, total, look, tokens.SECTION_PX, bold=True)
    top = total - _MARGIN - _TITLE
    for row, height in zip(rows, heights, strict=True):
        width = _width(len(row))
        for index, one in enumerate(row):
            left = _MARGIN + index * (width + _MARGIN)
            _draw_plot(made, one, (left, top - height, width, height), total, look)
        top -= height
    return made


def _width(beside: int) -> float:
    """Pixels of one of so many plots in a row."""
    return (_WIDTH - _MARGIN) / beside - _MARGIN


def _height(one: Drawn, beside: int) -> float:
    """Pixels, with room for a legend of several rows above the axes."""
    names = _names(one.group.curves)
    more = math.ceil(len(names) / _columns(names, _width(beside))) - 1
    return (_LARGE if _is_large(one) else _SMALL) + more * _LEGEND_ROW


def _names(held: Sequence[Curve]) -> list[str]:
    told = [curve for curve in held if len(curve.values)]
    return [f"{_short(curve.label, _LONGEST)}  {value_text(curve.last)}" for curve in told]


def _short(text: str, most: int) -> str:
    """A name on one line that leaves room for the rest."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _columns(names: Sequence[str], width: float) -> int:
    """How many entries of a legend fit beside the title."""
    widest = max(len(name) for name in names) * _LETTER + _HANDLE
    return max(1, min(len(names), int((width - _TITLE_ROOM) / widest)))


def _rows(drawn: Sequence[Drawn]) -> list[list[Drawn]]:
    rows: list[list[Drawn]] = []
    for one in drawn:
        if rows and len(rows[-1]) == 1 and not _is_large(one) and not _is_large(rows[-1][0]):
            rows[-1].append(one)
        else:
            rows.append([one])
    return rows


def _is_large(one: Drawn) -> bool:
    return any(curve.smoothed for curve in one.group.curves)


def _draw_plot(
    made: Figure, one: Drawn, box: tuple[float, float, float, float], total: float, look: Look
) -> None:
    left, bottom, width, height = box
    held = [curve for curve in one.group.curves if len(curve.values)]
    columns = _columns(_names(held), width)
    head = _HEAD + (math.ceil(len(held) / columns) - 1) * _LEGEND_ROW
    place = (left + _LEFT, bottom + _FOOT, width - _LEFT, height - _FOOT - head)
    axes = made.add_axes(_share(place, total))
    lines = LineShop().lines(one.group, one.smoothing)
    scope = Scope(_limits(lines, one.view), one.view, int(place[2] * _SHARPNESS))
    draw(
        axes, one.group, lines, look, scope, smoothing=one.smoothing, log=one.log, clip=one.clip
    )  # fmt: skip
    top = bottom + height
    _write(made, one.group.title, left, top - 8, total, look, tokens.BODY_PX, bold=True)
    _draw_legend(axes, held, columns, look)


def _limits(lines: Sequence[Line], view: tuple[float, float] | None) -> tuple[float, float]:
    low, high = view or ends(list(lines))
    air = 0.0 if view else (high - low) * 0.01 or 1.0
    return low - air, high + air


def _draw_legend(axes: Axes, held: Sequence[Curve], columns: int, look: Look) -> None:
    lines = [_sign(curve, look.tokens) for curve in held]
    made = axes.legend(
        lines,
        _names(held),
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=columns,
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.2,
        columnspacing=1.6,
        labelcolor=look.tokens.secondary,
        prop=plot_axes.font_of(look.words, _DPI, tokens.SECONDARY_PX),
    )
    for text in made.get_texts():
        text.set_parse_math(False)


def _sign(curve: Curve, shown: Tokens) -> Line2D:
    return Line2D([], [], color=shown.colour(curve.role), linestyle=curve.dash, linewidth=1.8)


def _write(
    made: Figure, text: str, x: float, y: float, total: float, look: Look, pixels: int, *,
    bold: bool = False
) -> None:  # fmt: skip
    font = plot_axes.font_of(look.words, _DPI, pixels)
    font.set_weight("bold" if bold else "normal")
    # Names are written letter by letter: a dollar sign is no formula.
    made.text(
        x / _WIDTH, y / total, text, color=look.tokens.text, fontproperties=font,
        ha="left", va="top", parse_math=False,
    )  # fmt: skip


def _share(box: tuple[float, float, float, float], total: float) -> tuple[float, ...]:
    left, bottom, width, height = box
    return left / _WIDTH, bottom / total, width / _WIDTH, height / total
