"""Real sound, dropped on the page, to a finished dataset of the real RAVE, as a person goes it."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
import soundfile
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from rave_gui.app import App
from rave_gui.backend.dataset_draft import Step
from rave_gui.backend.services import build_services
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import DatasetStatus

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
SECOND = 1000


@pytest.fixture
def app(qtbot, tmp_path, engine_python):
    made = App(QApplication.instance(), build_services(AppPaths.below(tmp_path / "home")))
    made.state.select(made.services.projects.create("Glass & bells"))
    with qtbot.waitSignal(made.ready, timeout=10 * SECOND):
        made.show()
    qtbot.waitUntil(lambda: made.state.engine is not None, timeout=60 * SECOND)
    yield made
    with qtbot.waitSignal(made.done, timeout=20 * SECOND):
        made.lifecycle.shut_down()


@pytest.fixture
def messy(tmp_path):
    """What people have: other rates and channels, short ones, a double, an MP3, damaged ones."""
    folder = tmp_path / "my sounds" / "take two"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(11)

    def tone(seconds, rate, channels=1, pitch=220.0):
        time = np.arange(int(seconds * rate)) / rate
        wave = 0.3 * np.sin(2 * np.pi * pitch * time) * np.exp(-(time % 1.5) * 2)
        return np.stack([wave + rng.normal(0, 1e-3, time.shape) for _ in range(channels)], 1)

    soundfile.write(folder / "plain.wav", tone(20, 44100), 44100)
    soundfile.write(folder / "wide and other.flac", tone(15, 48000, 2, 330), 48000)
    for number in range(3):
        soundfile.write(folder / f"short {number}.wav", tone(2.1, 44100, pitch=440), 44100)
    (folder.parent / "double.wav").write_bytes((folder / "plain.wav").read_bytes())
    (folder / "cut.wav").write_bytes((folder / "plain.wav").read_bytes()[:200_000])
    (folder / "notes.wav").write_text("no sound")
    mp3 = ["ffmpeg", "-loglevel", "error", "-i", folder / "plain.wav", folder / "field.mp3"]
    subprocess.run([str(part) for part in mp3], check=True)
    return folder.parent


def drop(page, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, button, keys))


def test_from_dropped_sound_to_a_dataset(qtbot, app, messy):
    before = {path: path.read_bytes() for path in messy.rglob("*") if path.is_file()}
    app.window.show_page("data")
    drop(app.window.data, messy)
    wizard = app.controller.new_dataset.wizard
    frame, draft = wizard.frame, wizard.draft

    def press(text):
        def ready():
            return frame.primary.text() == text and frame.primary.isEnabled()

        qtbot.waitUntil(ready, timeout=60 * SECOND)
        QTest.mouseClick(frame.primary, Qt.MouseButton.LeftButton)

    press("Check the files")
    qtbot.waitUntil(lambda: draft.counts.unheard == 0 and draft.fresh, timeout=60 * SECOND)
    headline = wizard.check.headline.text()
    assert headline.endswith("2 cannot be used")
    left_out = [file.path.name for file in draft.shown if file.usable and not file.included]
    assert len(left_out) == 1, "one of the two that sound the same"
    press("Choose the format")
    wizard.format.window_size.chip(32768).click()
    press("Review")
    assert draft.step is Step.REVIEW
    wizard.review.name.setFocus()
    QTest.keyClicks(wizard.review.name, "From the page")
    told = draft.prospect.plan.examples
    command = wizard.review.command.command()
    press("Prepare the dataset")
    qtbot.waitUntil(lambda: app.window.data.wizard is None, timeout=30 * SECOND)

    rows = app.services.repositories.datasets

    def ended():
        return [row.status for row in rows.list()] == [DatasetStatus.READY]

    qtbot.waitUntil(ended, timeout=120 * SECOND)
    (made,) = rows.list()
    assert made.name == "From the page"
    assert app.window.data.selected == made.id
    assert made.num_samples == told
    ran = app.services.datasets.command_line(made.id)
    assert [part.strip("'") for part in command.split(" ")][-12:] == ran[-12:]
    assert {path: path.read_bytes() for path in before} == before
