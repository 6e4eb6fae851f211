"""The wizard on its page: opened, left, kept apart by project, answered; the window may close."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from rave_gui.app import App
from rave_gui.backend.dataset_draft import Step
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.services import build_services
from rave_gui.bridge.lifecycle import Stage
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset, DatasetStatus
from rave_gui.ui.dialogs.confirm import ConfirmDialog

WAIT = 20_000
ENGINE = Engine(Path("/engine/bin/python"), "test", command=("/engine/bin/rave",))
pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def app(qtbot, qapp, app_paths, monkeypatch):
    monkeypatch.setattr(EngineManager, "current", lambda self, refresh=False: ENGINE)
    monkeypatch.setattr(EngineManager, "find", lambda self, *, refresh=False: [ENGINE])
    monkeypatch.setattr("rave_gui.ui.controllers.engine.Doctor.examine", lambda self: ())
    made = App(qapp, build_services(app_paths))
    made.state.select(made.services.projects.create("Glass"))
    with qtbot.waitSignal(made.ready, timeout=WAIT):
        made.show()
    qtbot.waitUntil(lambda: made.state.engine is not None, timeout=WAIT)
    yield made
    if made.lifecycle.stage is not Stage.DONE:
        with qtbot.waitSignal(made.done, timeout=WAIT):
            made.lifecycle.shut_down()
    qapp.setStyleSheet("")


@pytest.fixture
def sound(tmp_path) -> Path:
    folder = tmp_path / "bells"
    folder.mkdir()
    noise = np.random.default_rng(0).normal(size=44100 * 13) * 0.1
    for number in range(2):
        soundfile.write(folder / f"bell_{number}.wav", noise * (number + 1), 44100)
    return folder


def opened(app, *paths):
    app.window.new_dataset_requested.emit([str(path) for path in paths])
    return app.controller.new_dataset.wizard


def question(qtbot, app) -> ConfirmDialog:
    def asked():
        return [one for one in app.messages.dialogs if isinstance(one, ConfirmDialog)]

    qtbot.waitUntil(lambda: bool(asked()), timeout=WAIT)
    return asked()[0]


def walk(qtbot, wizard, step):
    while wizard.draft.step < step:
        qtbot.waitUntil(wizard.frame.primary.isEnabled, timeout=WAIT)
        wizard.frame.primary.click()


def test_a_wizard_without_decisions_goes_without_a_question(qtbot, app, sound):
    wizard = opened(app, sound)
    page = app.window.data
    assert page.wizard is wizard
    QTest.keyClick(app.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.wizard is None, timeout=WAIT)
    assert app.controller.new_dataset.wizard is None
    assert app.messages.dialogs == ()


def test_decisions_are_asked_for_before_they_are_lost(qtbot, app, sound):
    wizard = opened(app, sound)
    wizard.draft.set_name("mine")
    wizard.frame.cancel.click()
    question(qtbot, app).reject()
    assert app.controller.new_dataset.wizard is wizard
    wizard.frame.cancel.click()
    question(qtbot, app).primary.click()
    qtbot.waitUntil(lambda: app.window.data.wizard is None, timeout=WAIT)


def test_what_is_dropped_meanwhile_goes_to_the_open_wizard(qtbot, app, sound):
    wizard = opened(app)
    assert opened(app, sound) is wizard
    assert [source.path for source in wizard.draft.sources] == [sound]


def test_another_page_and_another_project_keep_it(qtbot, app, sound):
    first, wizard = app.state.project, opened(app, sound)
    app.window.show_page("home")
    app.window.show_page("data")
    assert wizard.isVisible()
    other = app.services.projects.create("Other")
    app.state.select(other)
    assert app.window.data.wizard is None
    app.state.select(first)
    assert app.window.data.wizard is wizard
    assert wizard.isVisible()
    app.state.select(replace(first, path=first.path))
    assert app.window.data.wizard is wizard


def test_the_dataset_is_made_and_shown(qtbot, app, sound, monkeypatch):
    wishes = []

    def create(project, name, sources, settings, prepared, then):
        wishes.append((name, sources, then, prepared.examples))
        row = Dataset(project.id, name, project.path / "x", (), 1.0, DatasetStatus.READY)
        return app.services.repositories.datasets.add(row)

    monkeypatch.setattr(app.services.datasets, "create_dataset", create)
    wizard = opened(app, sound)
    walk(qtbot, wizard, Step.REVIEW)
    wizard.review.note.setText("with consent")
    wizard.review.note.textEdited.emit("with consent")
    qtbot.waitUntil(wizard.frame.primary.isEnabled, timeout=WAIT)
    wizard.frame.primary.click()
    qtbot.waitUntil(lambda: app.window.data.wizard is None, timeout=WAIT)
    assert wishes == [("bells", (sound,), {"note": "with consent"}, 4)]
    (made,) = app.services.repositories.datasets.list()
    qtbot.waitUntil(lambda: app.window.data.selected == made.id, timeout=WAIT)


def test_a_refusal_is_shown_in_the_wizard(qtbot, app, sound, monkeypatch):
    def create(*args):
        raise UserError("The disk is full.", "Make room.")

    monkeypatch.setattr(app.services.datasets, "create_dataset", create)
    wizard = opened(app, sound)
    walk(qtbot, wizard, Step.REVIEW)
    qtbot.waitUntil(wizard.frame.primary.isEnabled, timeout=WAIT)
    wizard.frame.primary.click()
    qtbot.waitUntil(lambda: "disk is full" in wizard.frame.sentence.words(), timeout=WAIT)
    assert wizard.isVisible()
    assert app.messages.dialogs == ()


def test_a_dataset_is_made_again_with_other_settings(qtbot, app, sound):
    project = app.state.project
    row = Dataset(
        project.id, "first", project.path / "x", (str(sound),), 1.0, DatasetStatus.READY,
        num_signal=65536,
    )  # fmt: skip
    made = app.services.repositories.datasets.add(row)
    app.window.duplicate_dataset_requested.emit(made.id)
    page = app.window.data
    qtbot.waitUntil(lambda: page.wizard is not None, timeout=WAIT)
    wizard = page.wizard
    qtbot.waitUntil(lambda: wizard.draft.step is Step.FORMAT, timeout=WAIT)
    assert (wizard.draft.name, wizard.draft.settings.num_signal) == ("first 2", 65536)
    # A second time: the first copy holds no decision, so it is replaced without a question.
    app.window.duplicate_dataset_requested.emit(made.id)
    qtbot.waitUntil(lambda: page.wizard is not None and page.wizard is not wizard, timeout=WAIT)


def test_the_window_closes_in_the_middle_of_listening(qtbot, app, sound, monkeypatch):
    begun, ended = threading.Event(), threading.Event()

    def listen(files, on_file, cancel):
        begun.set()
        if cancel.wait(30):
            ended.set()
        return []

    monkeypatch.setattr(app.services.datasets, "listen", listen)
    wizard = opened(app, sound)
    walk(qtbot, wizard, Step.CHECK)
    qtbot.waitUntil(begun.is_set, timeout=10_000)
    with qtbot.waitSignal(app.done, timeout=4000):
        app.lifecycle.shut_down()
    assert ended.is_set()
