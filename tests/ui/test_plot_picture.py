"""A picture of the curves shows what the window shows, and is written whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PyQt6.QtGui import QImage

from rave_gui.core.errors import UserError
from rave_gui.ui import tokens
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup
from rave_gui.ui.widgets.plot_draw import Look
from rave_gui.ui.widgets.plot_picture import picture, save_picture
from rave_gui.ui.widgets.plot_wish import Drawn

STEPS = np.arange(0, 500_000, 50)
LOSS = 13 + 10 * np.exp(-STEPS / 50_000)
SEEN = np.arange(10_000, 500_000, 10_000)
LOOK = Look(tokens.DARK, figures="JetBrains Mono", words="Inter")


def group(*curves: Curve, **changes) -> PlotGroup:
    held = curves or (Curve("fullband", STEPS, LOSS), Curve("multiband", STEPS, LOSS / 2))
    return PlotGroup(
        changes.pop("key", "a"), changes.pop("title", "Reconstruction"), held, **changes
    )


def seldom(key: str) -> PlotGroup:
    return group(Curve("distance", SEEN, 1e5 / SEEN, "series3", smoothed=False), key=key)


def test_a_png_is_sharp_and_in_the_colours_of_the_window(tmp_path):
    save_picture(tmp_path / "a.png", "png", "bells", [Drawn(group())], LOOK)
    image = QImage(str(tmp_path / "a.png"))
    assert image.width() == 2560
    assert image.pixelColor(2, 2).name() == tokens.DARK.panel
    colours = {image.pixelColor(1400, y).name() for y in range(image.height())}
    assert tokens.DARK.series1 in colours


def test_an_svg_is_one_drawing(tmp_path):
    save_picture(tmp_path / "a.svg", "svg", "bells & <co>", [Drawn(group())], LOOK)
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert root.tag.endswith("svg")
    assert tokens.DARK.series1 in (tmp_path / "a.svg").read_text()


def test_names_are_written_letter_by_letter(tmp_path):
    odd = group(Curve("$\\x_{", STEPS, LOSS), title="50 % $of^$ it")
    save_picture(tmp_path / "a.png", "png", "a$b$ \\frac{", [Drawn(odd)], LOOK)
    assert (tmp_path / "a.png").stat().st_size > 10_000


def test_plots_with_few_points_stand_side_by_side():
    made = picture("bells", [Drawn(group()), Drawn(seldom("v")), Drawn(seldom("l"))], LOOK)
    large, left, right = (axes.get_position() for axes in made.axes)
    assert left.y0 == right.y0 < large.y0
    assert left.x1 < right.x0
    assert large.width > 1.8 * left.width


def test_it_is_drawn_as_it_is_shown():
    seen = Drawn(group(phase_change=300_000), smoothing=0.0, log=True, view=(100_000, 200_000))
    axes = picture("bells", [seen], LOOK).axes[0]
    assert axes.get_yscale() == "log"
    assert axes.get_xlim() == (100_000, 200_000)
    first, second, _phase = axes.get_lines()
    assert first.get_color() == second.get_color() == tokens.DARK.series1
    assert min(first.get_xdata()) == 99_950
    assert len(first.get_xdata()) == 2003, "all points between, and a neighbour each side"


def is_marked(curve: Curve) -> bool:
    axes = picture("bells", [Drawn(group(curve), smoothing=0.5)], LOOK).axes[0]
    return "o" in {line.get_marker() for line in axes.get_lines()}


def test_a_single_point_is_seen_and_many_do_not_crowd():
    assert is_marked(Curve("early", STEPS[:1], LOSS[:1]))
    some, crowd = SEEN[:40], np.arange(0, 500_000, 1_000)
    checks = (Curve("v", at, 1e5 / (at + 1), smoothed=False) for at in (some, crowd))
    assert [is_marked(one) for one in checks] == [True, False]


def test_a_spike_between_the_pixels_is_drawn():
    values = LOSS.copy()
    values[1234] = 99.0
    axes = picture("bells", [Drawn(group(Curve("a", STEPS, values)))], LOOK).axes[0]
    assert max(axes.get_lines()[0].get_ydata()) == 99.0


def test_twenty_runs_have_a_legend_that_covers_nothing():
    many = group(*(Curve(f"a training with a long name {i}", STEPS, LOSS + i) for i in range(20)))
    made = picture("x" * 500, [Drawn(many), Drawn(seldom("v"))], LOOK)
    made.canvas.draw()
    axes = made.axes[0]
    legend = axes.get_legend().get_window_extent()
    assert len(axes.get_legend().get_texts()) == 20
    assert legend.y0 >= axes.get_window_extent().y1 - 1
    assert legend.y1 < made.bbox.height - 40
    assert legend.x0 > 150, "the title stands beside it"


def test_without_curves_it_says_so_and_writes_nothing(tmp_path):
    empty = PlotGroup("a", "A", (Curve("a", STEPS[:0], LOSS[:0]),))
    with pytest.raises(UserError, match="no curves"):
        save_picture(tmp_path / "a.png", "png", "bells", [Drawn(empty)], LOOK)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path):
    with pytest.raises(UserError, match="cannot be written"):
        save_picture(tmp_path / "no" / "a.png", "png", "bells", [Drawn(group())], LOOK)


def test_it_can_be_drawn_in_another_thread_while_this_one_draws(tmp_path):
    paths = [tmp_path / f"{number}.svg" for number in range(3)]

    def save(path: Path) -> None:
        save_picture(path, "svg", "bells", [Drawn(group()), Drawn(seldom("v"))], LOOK)

    threads = [threading.Thread(target=save, args=(path,)) for path in paths[1:]]
    for thread in threads:
        thread.start()
    save(paths[0])
    for thread in threads:
        thread.join(60)
    sizes = {path.stat().st_size for path in paths}
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("key", "told"), [("reconstruction", True), ("validation", True), ("latent", False)]
)
def test_where_phase_2_begins_stands_what_is_normal(key, told):
    axes = picture("bells", [Drawn(group(key=key, phase_change=300_000))], LOOK).axes[0]
    (mark,) = [text.get_text() for text in axes.texts]
    assert ("rise here: normal" in mark) is told
    assert mark.startswith("phase 2")
