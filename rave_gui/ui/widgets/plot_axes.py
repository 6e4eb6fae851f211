"""How axes look: hairlines instead of frames, figures in the figures' font."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import Formatter, FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from rave_gui.ui import formats, tokens
from rave_gui.ui.text import translate
from rave_gui.ui.tokens import Tokens

_STEPS = [1, 2, 2.5, 5, 10]
_TICK_ROOM = 20.0
"""Pixels from one tick of values to the next, at least."""
_ROOM_FOR_WORDS = 0.8
"""Share of the width after which a label stands on the other side of its line."""
_AT_THE_END = 0.96
_WIDE = 480.0
"""Pixels of axes, half of which hold a sentence."""


def dress(
    axes: Axes, shown: Tokens, *, log: bool, whole: bool = False, hours: bool = False
) -> None:
    """Colours, grid and ticks of axes that were just cleared; ``whole``: no fractions."""
    axes.figure.set_facecolor(shown.panel)
    axes.set_facecolor(shown.panel)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_yscale("log" if log else "linear")
    axes.grid(visible=True, axis="y", color=shown.line, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=shown.muted, pad=6, which="both")
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=_STEPS, integer=not hours, min_n_ticks=2))
    axes.xaxis.set_major_formatter(HourText() if hours else StepText())
    _set_value_axis(axes, log=log, whole=whole)


def mark_phase(
    axes: Axes, step: float, shown: Tokens, font: FontProperties, sentence: str = ""
) -> None:
    """A dashed line where phase 2 began, with its name; and below it ``sentence``, given room."""
    axes.axvline(step, color=shown.phase2, linewidth=1.0, linestyle=(0, (4, 3)))
    low, high = axes.get_xlim()
    if not sentence and step > low + (high - low) * _AT_THE_END:
        return  # nothing of phase 2 is drawn here, and the name would lie on the curves
    left = step > low + (high - low) * (_ROOM_FOR_WORDS if not sentence else 0.5)
    wide = axes.bbox.width / axes.figure.dpi * 100 >= _WIDE
    name = translate("plots", "phase 2")
    axes.annotate(
        f"{name}\n{sentence}" if sentence and wide else name,
        (step, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-5 if left else 5, -3),
        textcoords="offset points",
        ha="right" if left else "left",
        va="top",
        linespacing=1.4,
        color=shown.phase2_word,
        fontproperties=font,
        annotation_clip=True,
        bbox={"boxstyle": "square,pad=0.2", "fc": shown.panel, "ec": "none", "alpha": 0.8},
    )


def font_of(family: str, dpi: float, pixels: float = tokens.LABEL_PX) -> FontProperties:
    """A font at a size in pixels; matplotlib's own stands in for what it cannot find."""
    stand_in = "DejaVu Sans Mono" if "mono" in family.casefold() else "DejaVu Sans"
    return FontProperties(family=[family, stand_in], size=pixels * 72 / dpi)


def set_font(axes: Axes, font: FontProperties) -> None:
    """Set all tick labels in ``font``."""
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font)


def _set_value_axis(axes: Axes, *, log: bool, whole: bool) -> None:
    if log:
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=8))
        axes.yaxis.set_minor_formatter(NullFormatter())
    else:
        height = axes.bbox.height / axes.figure.dpi * 100
        most = min(6, max(2, int(height / _TICK_ROOM)))
        least = min(most, 2 if whole else 4)
        locator = MaxNLocator(most, steps=_STEPS, integer=whole, min_n_ticks=least)
        axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_major_formatter(FuncFormatter(_value_text))


class StepText(Formatter):
    """Steps in short, and in full where the short ones could not be told apart."""

    def __call__(self, value: float, _position: int | None = None) -> str:
        """One tick, ``250k``; before the first step stands nothing."""
        return formats.short_count(round(value)) if value >= 0 else ""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All ticks of an axis, no two alike."""
        short = [self(value) for value in values]
        told = [text for text in short if text]
        if len(set(told)) == len(told):
            return short
        return [formats.count(round(value)) if value >= 0 else "" for value in values]


class HourText(Formatter):
    """Hours of training, ``2.5 h``."""

    def __call__(self, value: float, _position: int | None = None) -> str:
        """One tick; before the beginning stands nothing."""
        return translate("plots", "{n} h").format(n=f"{value:.4g}") if value >= 0 else ""


def _value_text(value: float, _position: int | None = None) -> str:
    return f"{value:.4g}"
