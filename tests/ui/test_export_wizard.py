"""The wizard for an export: what RAVE cannot do cannot be chosen, and everything is told before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.export_draft import Step
from rave_gui.backend.export_kinds import KINDS, ONNX, STREAMING
from rave_gui.backend.export_reading import read_sources
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.core.errors import UserError
from rave_gui.core.records import CheckpointKind
from rave_gui.ui.wizards.new_export import NewExportWizard

ENGINE = Engine(Path("/e/bin/python"), "test", command=("/e/bin/rave",))
CUMULATIVE = (0.5, 0.7, 0.8, 0.88, 0.93, 0.96, 0.99, 1.0)
GIN = """RAVE.phase_1_duration = 1000
RAVE.sampling_rate = 44100
RAVE.latent_size = 8
RAVE.encoder = @blocks.VariationalEncoder
"""


@pytest.fixture
def opened(qtbot, world, monkeypatch):
    """A wizard on two checkpoints, the engine having looked into them."""
    facts = {"now": ModelFacts(shares=CUMULATIVE)}

    def look(_path):
        if facts["now"] is None:
            raise UserError("Nobody can look.")
        return facts["now"]

    monkeypatch.setattr(world.services.shelf, "look", look)
    made = []

    def show(*, engine=ENGINE, channels=1, told=facts["now"]) -> NewExportWizard:
        facts["now"], world.state.engine = told, engine
        run = world.experiment("bells", config={"channels": channels})
        (run.run_dir / "config.gin").write_text(GIN)
        for step, kind in ((900, CheckpointKind.BEST), (1200, CheckpointKind.LAST)):
            world.checkpoint(run, step, kind=kind).checkpoint_path.write_bytes(b"ckpt")
        wizard = NewExportWizard(
            world.context, world.project, read_sources(world.services, world.project)
        )
        qtbot.addWidget(wizard)
        wizard.resize(1200, 760)
        wizard.show()
        made.append(wizard)
        return wizard

    yield show
    for wizard in made:
        wizard.leave()


def walk(wizard: NewExportWizard, step: Step) -> NewExportWizard:
    while wizard.draft.step < step:
        assert wizard.frame.primary.isEnabled(), wizard.frame.primary.toolTip()
        QTest.mouseClick(wizard.frame.primary, Qt.MouseButton.LeftButton)
    return wizard


def test_the_newest_is_ticked_and_the_best_is_explained(opened):
    wizard = opened()
    ticked = [key for key, item in wizard.model.items.items() if item.checkState(0).value]
    assert [wizard.draft.sources[key].checkpoint.step for key in ticked] == [1200]
    assert not wizard.worth_keeping
    first = next(iter(wizard.model.items.values()))
    first.setCheckState(0, Qt.CheckState.Unchecked)
    assert not wizard.frame.primary.isEnabled()
    assert "at least one checkpoint" in wizard.frame.primary.toolTip()
    assert wizard.worth_keeping


def test_one_press_for_each_step_and_a_streaming_file(qtbot, opened, world):
    wizard = walk(opened(), Step.REVIEW)
    assert "✓" in wizard.review.clear_words.text()
    assert "--streaming" in wizard.review.commands[0].command()
    with qtbot.waitSignal(wizard.requested) as asked:
        QTest.mouseClick(wizard.frame.primary, Qt.MouseButton.LeftButton)
    (plan,) = asked.args[0].plans
    assert (plan.kind, plan.latents) == (STREAMING, 8)
    assert wizard.busy


def test_forms_add_up_to_exports(opened):
    wizard = walk(opened(), Step.FORMAT)
    for kind in KINDS[1:]:
        wizard.format.cards[kind].click()
    assert wizard.frame.sentence.words().startswith("4 exports")
    walk(wizard, Step.REVIEW)
    shown = [box.command() for box in wizard.review.commands if box.isVisible()]
    assert len(shown) == 4
    assert sum("rave_gui_export_onnx.py" in command for command in shown) == 2
    assert wizard.frame.primary.text() == "Export all 4"


def test_latents_by_number_or_by_share(opened):
    wizard = walk(opened(), Step.SOUND)
    assert wizard.sound.latents.values()[-4:] == (1, 2, 4, 8)
    wizard.sound.latents.chip(4).click()
    assert wizard.draft.plans()[0].latents == 4
    assert "4 latents" in wizard.sound._latents_hint.text()
    wizard.sound.fidelity.setValue(600)
    assert wizard.draft.plans()[0].latents == 1
    assert wizard.sound.latents.value() == 1


def test_what_cannot_be_had_says_why(opened):
    wizard = walk(opened(), Step.SOUND)
    assert not wizard.sound.rate.chip(3).isEnabled()
    assert "even multiples" in wizard.sound.rate.chip(3).toolTip()
    assert not wizard.sound.ema.isEnabled()
    assert "mono" in wizard.sound._channels_hint.text()
    wizard.draft.set_kind(ONNX, on=True)
    wizard._show()
    assert not wizard.sound.rate.chip(2).isEnabled()


def test_stereo_may_become_mono(opened):
    wizard = walk(opened(channels=2), Step.SOUND)
    wizard.sound.channels.chip(1).click()
    assert wizard.draft.plans()[0].settings.channels == 1
    walk(wizard, Step.REVIEW)
    assert "--channels 1" in wizard.review.commands[0].command()


def test_name_files_and_copies(opened, world, tmp_path):
    wizard = walk(opened(), Step.DESTINATION)
    wizard.destination.name.setText("Glas & Glocken")
    wizard.destination.name.textEdited.emit("Glas & Glocken")
    wanted = world.project.path / "exports" / "glas-glocken" / "glas-glocken_streaming.ts"
    assert str(wanted) in wizard.destination._files_hint.text()
    wizard.destination.folder_added.emit(str(tmp_path))
    assert wizard.draft.copies == (tmp_path,)
    assert world.state.settings.export_folder == str(tmp_path)
    assert wizard.destination.copies[tmp_path].isChecked()
    wizard.destination.copies[tmp_path].click()
    assert wizard.draft.copies == ()


def test_one_latent_is_refused_before_it_is_made(opened):
    wizard = walk(opened(told=ModelFacts()), Step.REVIEW)
    assert not wizard.frame.primary.isEnabled()
    assert "single latent" in wizard.draft.findings()[0].text
    assert wizard.review.findings.isVisible()


def test_without_an_answer_of_the_engine_it_goes_on(opened):
    wizard = walk(opened(told=None), Step.REVIEW)
    assert wizard.frame.primary.isEnabled()


def test_without_an_engine_it_waits_for_one(qtbot, opened):
    wizard = walk(opened(engine=None), Step.REVIEW)
    assert not wizard.frame.primary.isEnabled()
    with qtbot.waitSignal(wizard.install_requested):
        wizard.review.install.click()


def test_a_refusal_is_told_and_can_be_mended(opened):
    wizard = walk(opened(), Step.REVIEW)
    wizard.submit()
    wizard.show_refusal(UserError("The disk is full.", "Free some space."))
    assert "disk is full" in wizard.frame.sentence.words()
    assert wizard.frame.primary.isEnabled()


def test_what_was_asked_for_elsewhere_is_where_it_begins(opened):
    wizard = opened()
    best = min(wizard.draft.sources.values(), key=lambda one: one.checkpoint.step)
    wizard.begin_with([best.id])
    assert wizard.draft.step is Step.FORMAT
    assert wizard.draft.chosen == (best.id,)
    assert not wizard.worth_keeping, "nothing was decided yet"
