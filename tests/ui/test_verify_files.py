"""Files from elsewhere on the Exports page: asked for, dropped, shown like exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton

from rave_gui.core.job_facts import JobSpec
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.records import Job, JobKind, JobState
from rave_gui.ui.dialogs.verify_file import VerifyDialog
from rave_gui.ui.pages.exports import ExportsPage
from rave_gui.ui.viewmodels.export_other import key_of

ANSWER = {
    "verdict": "warn",
    "checks": [
        {"id": "loads", "result": "ok", "text": "It loads.", "figure": None},
        {"id": "streaming", "result": "warn", "text": "Without streaming.", "figure": -1.0},
    ],
    "hosts": {
        "nn~ in Max": {"verdict": "warn", "why": "Without streaming."},
        "nn~ in Pd": {"verdict": "warn", "why": "Without streaming."},
        "RAVE VST": {"verdict": "fail", "why": "It does not know “pad”."},
    },
    "model": {
        "ratio": 512,
        "channels": 1,
        "blocks": [{"block": 512, "difference": -1.0, "clicks": 0.0, "real_time": 0.2}],
    },
}


@pytest.fixture
def verified(world, tmp_path) -> str:
    """The key of a file that was verified."""
    path = tmp_path / "theirs.ts"
    path.write_bytes(b"sound")
    argv = ("python", "verify", str(path))
    spec = JobSpec("20260101-verify-9", JobKind.VERIFY, argv, tmp_path, 0.0)
    made = JobDirectory.create(tmp_path, spec)
    (made.path / "result.json").write_text(json.dumps(ANSWER))
    job = Job(spec.id, spec.kind, made.path, JobState.SUCCEEDED, 0.0)
    return key_of(world.services.repositories.jobs.add(job).id)


@pytest.fixture
def page(qtbot, world):
    made = ExportsPage(world.context)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    return made


def words_of(widget) -> str:
    QApplication.processEvents()  # layouts show new widgets with the next turn
    return "\n".join(part.text() for part in widget.findChildren(QLabel) if part.isVisible())


def test_a_verified_file_is_shown_like_an_export(qtbot, page, verified):
    page.refresh()
    page.open_record(verified)
    for part in ("theirs.ts", "plays, with remarks", "nn~ in Max\nnn~ in Pd", "another sound"):
        assert part in words_of(page.detail)
    for part in ("Licence", "Where it came from", "Command"):
        assert part not in words_of(page.detail)
    with qtbot.waitSignal(page.verify_file_requested) as asked:
        press(page.detail, "Verify again")
    assert Path(asked.args[0]).name == "theirs.ts"


def test_one_file_can_be_dropped(qtbot, page, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "theirs.ts"))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(page.verify_file_requested) as asked:
        page.dropEvent(event)
    assert asked.args == [str(tmp_path / "theirs.ts")]


def test_the_link_asks_for_any_file(qtbot, page, verified):
    page.refresh()
    with qtbot.waitSignal(page.verify_with_requested) as asked:
        page.verify_other.click()
    assert asked.args == [None, ""]


class TestDialog:
    @pytest.fixture
    def files(self, tmp_path) -> tuple[Path, Path]:
        found = tmp_path / "m.ts", tmp_path / "clip.wav"
        for path in found:
            path.touch()
        return found

    def test_wants_a_file_and_takes_a_sound(self, qtbot, theme, files):
        dialog = VerifyDialog(theme, None)
        qtbot.addWidget(dialog)
        assert not dialog.primary.isEnabled()
        dialog.file.add_paths([files[0]])
        dialog.clip.add_paths([files[1]])
        with qtbot.waitSignal(dialog.requested) as asked:
            dialog.primary.click()
        assert asked.args == list(files)

    def test_of_an_export_it_wants_the_sound(self, qtbot, theme, files):
        dialog = VerifyDialog(theme, files[0], 7)
        qtbot.addWidget(dialog)
        assert (dialog.export_id, dialog.primary.isEnabled()) == (7, False)
        dialog.clip.add_paths([files[1]])
        assert dialog.primary.isEnabled()


def press(widget, text: str) -> None:
    buttons = widget.findChildren(QPushButton)
    [found] = [button for button in buttons if button.isVisible() and button.text() == text]
    found.click()
