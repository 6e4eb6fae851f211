"""The Hardware tab: what it says of a history, and that it reads only while it is seen."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QPushButton

from rave_gui.backend.hardware import HardwareHistory, HardwareReader
from rave_gui.core.hardware_facts import HARDWARE, Sample
from rave_gui.core.records import ExperimentStatus, JobKind
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.viewmodels import hardware
from rave_gui.ui.widgets.hardware_panel import HardwarePanel

HEAD: dict[str, Any] = {
    "hardware": 1,
    "interval": 5.0,
    "cores": 16,
    "memory": 64e9,
    "disk": 1e12,
    "gpus": [{"name": "RTX 4090", "memory": 24e9}],
    "absent": {},
}
WITHOUT = {**HEAD, "gpus": [], "absent": {"gpu": "There is no NVIDIA driver on this computer."}}


def sample(number: int, gpu: bool = True, use: float | None = None) -> Sample:
    wave = math.sin(number / 40)
    machine = (40 + 20 * wave, 340.0, 21e9, 12e9, 4.12e11, 3e6 + 2e6 * wave, 1e6)
    one = (90 + 6 * wave if use is None else use, 14.2e9, 68.0, 312.4)
    return Sample(1.7e9 + 5 * number, machine, (one,) if gpu else ())


def write(folder: Path, samples: list[Sample], head: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [head, *(one.to_json() for one in samples)]
    (folder / HARDWARE).write_text("".join(json.dumps(line) + "\n" for line in lines))


def history(
    folder: Path, samples: list[Sample], head: dict[str, Any] | None = None
) -> HardwareHistory:
    write(folder, samples, head or HEAD)
    found = HardwareReader(lambda: [folder]).read()
    assert found is not None
    return found


def chart(view: hardware.HardwareView, key: str) -> hardware.Chart:
    return next(one for one in view.charts if one.key == key)


def test_values_of_now_stand_beside_what_they_are_part_of(tmp_path: Path) -> None:
    view = hardware.view(history(tmp_path, [sample(number) for number in range(300)]))
    keys = [one.key for one in view.charts]
    assert keys == ["processor", "memory", "disk", "gpu0-use", "gpu0-memory", "gpu0-heat"]
    assert "the training uses 3.4 of 16 cores" in chart(view, "processor").words
    assert chart(view, "memory").now == "21 GB"
    assert chart(view, "memory").words == "of 64 GB · the training holds 12 GB"
    assert chart(view, "disk").words == "412 GB of 1 TB free"
    assert chart(view, "gpu0-use").words == "RTX 4090"
    assert chart(view, "gpu0-memory").levels[-1] == (1.0, "24 GB")
    assert (chart(view, "gpu0-heat").now, chart(view, "gpu0-heat").words) == (
        "68 °C",
        "draws 312 W",
    )
    assert "5 s" in view.sentence


def test_what_is_absent_says_why(tmp_path: Path) -> None:
    rows = [sample(number, gpu=False) for number in range(50)]
    view = hardware.view(history(tmp_path, rows, WITHOUT))
    assert [one.key for one in view.charts] == ["processor", "memory", "disk"]
    assert view.sentence.endswith("There is no NVIDIA driver on this computer.")
    nothing = (None,) * 7
    blind = {**WITHOUT, "absent": {"machine": "It needs psutil."}}
    view = hardware.view(history(tmp_path, [Sample(1.7e9, nothing), Sample(1.7e9, nothing)], blind))
    assert chart(view, "processor").empty == "It needs psutil."
    assert chart(view, "processor").now == "–"
    assert hardware.view(None).charts == ()
    assert "Nothing was recorded" in hardware.view(None).sentence


def test_long_lines_keep_their_extremes_in_few_points(tmp_path: Path) -> None:
    rows = [sample(number, use=50.0) for number in range(5000)]
    rows[2345] = sample(2345, use=1.0)
    view = hardware.view(history(tmp_path, rows))
    (piece,) = chart(view, "gpu0-use").lines[0].pieces
    assert len(piece) < 1000
    lowest = min(piece, key=lambda point: point[2])
    assert lowest[2] == pytest.approx(0.01)
    assert lowest[1] == pytest.approx(0.5, abs=0.05), "the line is a mean"
    assert lowest[0] == pytest.approx(2345 / 5000, abs=0.005)
    assert max(high for *_, high in piece) == pytest.approx(0.5)
    place, words = chart(view, "gpu0-use").probe(lowest[0] + 0.0002) or (0.0, "")
    assert place == pytest.approx(lowest[0], abs=0.005)
    assert "busy" in words


def test_stops_break_the_line_and_a_span_shows_the_end_only(tmp_path: Path) -> None:
    late = [sample(number + 100_000) for number in range(3000)]
    found = history(tmp_path, [*(sample(number) for number in range(3000)), *late])
    whole = chart(hardware.view(found), "processor")
    assert len(whole.lines[0].pieces) == 2
    assert [text for _, text in whole.ticks] == ["0 h", "3 h", "6 h"]
    hour = chart(hardware.view(found, hardware.HOUR), "processor")
    assert len(hour.lines[0].pieces) == 1
    assert 200 < len(hour.lines[0].pieces[0]) <= 401
    assert hour.ticks[0][1] != whole.ticks[0][1]


@pytest.fixture
def panel(qtbot: Any, theme: Any, tmp_path: Path) -> HardwarePanel:
    """A panel whose background is the foreground; it counts its readings."""

    def at_once(work: Callable[[], Any], done: Any, _failed: Any, *, owner: Any) -> bool:
        made.readings += 1  # type: ignore[attr-defined]
        done(work())
        return False

    made = HardwarePanel(theme, at_once, lambda _identity: HardwareReader(lambda: [tmp_path]))
    made.readings = 0  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.resize(1000, 560)
    return made


def test_it_reads_only_while_it_is_seen(panel: Any, tmp_path: Path) -> None:
    write(tmp_path, [sample(number) for number in range(30)], HEAD)
    panel.show_experiment(1, live=True)
    assert panel.readings == 0
    panel.show()
    assert panel.readings == 1
    assert [card.isVisible() for card in panel.charts] == [True] * 6
    assert panel._beat.isActive()
    panel.hide()
    assert not panel._beat.isActive()
    panel.show_experiment(1, live=False)
    panel.show()
    assert not panel._beat.isActive(), "what has ended does not grow"
    panel.show_experiment(None, live=False)
    assert not any(card.isVisible() for card in panel.charts)
    assert "Nothing was recorded" in panel.sentence


def test_a_span_is_chosen_with_a_button_and_the_mouse_tells_values(
    panel: Any, tmp_path: Path, qtbot: Any
) -> None:
    write(tmp_path, [sample(number) for number in range(3000)], HEAD)
    panel.show_experiment(1, live=False)
    panel.show()
    lines = panel.charts[0].lines
    whole = lines._chart.ticks
    hour = next(one for one in panel.findChildren(QPushButton) if one.text() == "Last hour")
    qtbot.mouseClick(hour, Qt.MouseButton.LeftButton)
    assert lines._chart.ticks != whole
    qtbot.mouseMove(lines, QPointF(lines.width() / 2, 40).toPoint())
    qtbot.waitUntil(lambda: lines._at is not None)
    assert lines._at == pytest.approx(0.45, abs=0.1)


def test_it_is_a_tab_of_the_training(world: Any, qtbot: Any) -> None:
    run = world.experiment(status=ExperimentStatus.RUNNING)
    job = world.job(JobKind.TRAIN, run.id)
    write(job.directory, [sample(number) for number in range(30)], HEAD)
    page = TrainPage(world.context)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    tabs = page.detail.tabs
    titles = [tabs.tabText(index) for index in range(tabs.count())]
    assert "Hardware" in titles
    tabs.setCurrentIndex(titles.index("Hardware"))
    panel = page.detail.findChild(HardwarePanel)
    assert panel.charts[0].isVisible()
    assert panel.charts[0].accessibleName() == "Processor"
