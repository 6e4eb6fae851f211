"""The Exports page: where an instrument came from, who may use it, who gets a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QLabel

from rave_gui.backend.export_waiting import leave_wish
from rave_gui.backend.model_card import Rights
from rave_gui.core.records import JobKind, JobState
from rave_gui.ui.dialogs.rights import RightsDialog
from rave_gui.ui.pages.exports import ExportsPage
from rave_gui.ui.viewmodels import export as words

VERIFIED = {"verdict": "pass", "hosts": {}, "checks": [], "model": {"sr": 44100}}


@pytest.fixture
def page(qtbot, world):
    made = ExportsPage(world.context)
    qtbot.addWidget(made)
    made.resize(1100, 720)
    made.show()
    return made


def words_of(widget) -> str:
    QApplication.processEvents()
    return " ".join(part.text() for part in widget.findChildren(QLabel) if part.isVisible())


def test_links_lead_to_checkpoint_training_and_dataset(qtbot, world, page):
    dataset = world.dataset()
    run = world.experiment(dataset_id=dataset.id)
    point = world.checkpoint(run)
    world.export(model_id=point.id, verification=VERIFIED)
    page.refresh()
    assert "bells-v2 at step 400, which learnt from 3 h 12 m of bells" in words_of(page)
    for link, (table, identity) in page.detail.origin.links.items():
        with qtbot.waitSignal(page.record_requested) as asked:
            link.click()
        assert asked.args == [table, identity]
    tables = [table for table, _ in page.detail.origin.links.values()]
    assert tables == ["models", "experiments", "datasets"]


def test_a_host_that_cannot_play_it_is_grey_and_says_why(qtbot, world, page, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: world.project.path)
    row = world.export(channels=2, verification=VERIFIED)
    page.refresh()
    page.detail.copies.button.click()
    actions = {one.text().split("  ")[0]: one for one in page.detail.copies.menu.actions()}
    assert not actions["RAVE VST"].isEnabled()
    assert "mono" in actions["RAVE VST"].toolTip()
    pd: QAction = actions["Pure Data (nn~)"]
    with qtbot.waitSignal(page.copy_export_requested) as asked:
        pd.trigger()
    assert asked.args == [row.id, str(world.project.path / "Documents" / "Pd" / "externals")]
    page.detail.copies.menu.close()


def test_what_is_gone_offers_to_forget(qtbot, world, page):
    row = world.export(verification=VERIFIED)
    row.export_path.unlink()
    page.refresh()
    assert "gone from its folder" in words_of(page)
    assert not page.detail.copies.isVisible()
    assert page.detail._forget.isVisible()
    with qtbot.waitSignal(page.delete_export_requested) as asked:
        page.detail._forget.click()
    assert asked.args == [row.id]


def test_what_waits_says_so(world, page):
    row = world.export()
    leave_wish(row.export_path.parent, ["x"], {})
    row.export_path.unlink()
    page.refresh()
    assert "waits for its turn" in words_of(page)


def test_sizes_can_be_compared(world):
    small, large = world.export("small"), world.export("large")
    rows = [words.row(small, None, 1000), words.row(large, None, 3_000_000)]
    order = next(one for one in words.orders() if one.title == "Size")
    assert order.descending
    assert max(rows, key=lambda row: row.keys[order.key]).title == "large"
    assert rows[1].right == "3 MB"


def test_rights_are_shown_and_asked_for(qtbot, world, page):
    row = world.export(verification=VERIFIED)
    world.services.cards.set_rights(row.id, Rights("CC0", "all agreed"))
    page.refresh()
    assert "CC0" in words_of(page)
    assert "all agreed" in words_of(page)
    with qtbot.waitSignal(page.edit_rights_requested) as asked:
        page.detail.rights.edit.click()
    assert asked.args == [row.id]


def test_the_dialog_keeps_what_is_said(qtbot, theme):
    dialog = RightsDialog(theme, 3, "bells", Rights(consent="the choir agreed"))
    qtbot.addWidget(dialog)
    assert dialog.consent.toPlainText() == "the choir agreed"
    dialog.licence.setText(" CC BY 4.0 ")
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.submit()
    assert asked.args == [3, Rights("CC BY 4.0", "the choir agreed")]


def test_of_a_file_from_elsewhere_only_the_file_is_deleted(world, tmp_path, monkeypatch):
    gone = []
    monkeypatch.setattr("rave_gui.backend.export.discard", gone.append)
    inside, outside = world.export("inside"), world.export("outside")
    elsewhere = tmp_path / "downloads" / "zoo.ts"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"x")
    world.services.repositories.exports.update(outside.id, export_path=elsewhere)
    for row in (inside, outside):
        world.services.exports.delete_export(row.id, files=True)
    assert gone == [inside.export_path.parent, elsewhere]


def test_what_is_at_work_is_not_deleted(world):
    row = world.export()
    world.job(JobKind.EXPORT, row.id, state=JobState.RUNNING)
    with pytest.raises(Exception, match="is at work"):
        world.services.exports.delete_export(row.id, files=True)
