"""The wizard for a training: the impossible cannot be chosen, form and text agree, it waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from gin_tree import write_gin_tree
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_draft import Step
from rave_gui.backend.trial_report import PhaseCost, TrialReport
from rave_gui.core.errors import UserError
from rave_gui.ui.wizards.new_training import NewTrainingWizard

WAIT = 10_000


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    folder = write_gin_tree(tmp_path)
    return Engine(Path("/e/bin/python"), "test", command=("/e/bin/rave",), configs_dir=folder)


@pytest.fixture
def opened(qtbot, world, engine, monkeypatch):
    monkeypatch.setattr(world.services.engines, "now", lambda one: one)
    made = []

    def show(*, found: Engine | None = engine, **dataset) -> NewTrainingWizard:
        world.state.engine = found
        rows = [world.dataset("bells", **dataset), world.dataset("choir", channels=2)]
        for row in rows:
            row.path.mkdir(parents=True)
        wizard = NewTrainingWizard(world.context, world.project, rows)
        qtbot.addWidget(wizard)
        wizard.resize(1200, 760)
        wizard.show()
        made.append(wizard)
        return wizard

    yield show
    for wizard in made:
        wizard.leave()


@pytest.fixture
def to(qtbot):
    """Walk to a step by the filled button, and wait until the choice is judged."""

    def walk(wizard: NewTrainingWizard, step: Step) -> NewTrainingWizard:
        if wizard.draft.dataset is None:
            next(iter(wizard.dataset.cards.values())).click()
        while wizard.draft.step < step:
            qtbot.waitUntil(wizard.frame.primary.isEnabled, timeout=WAIT)
            QTest.mouseClick(wizard.frame.primary, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: wizard.draft.fresh, timeout=WAIT)
        return wizard

    return walk


def said(wizard: NewTrainingWizard) -> str:
    return wizard.frame.sentence.words()


def test_without_a_choice_it_waits_for_the_dataset(opened) -> None:
    wizard = opened()
    assert not wizard.frame.primary.isEnabled()
    assert "Choose a dataset" in said(wizard)
    assert len(wizard.dataset.cards) == 2


def test_what_does_not_go_together_cannot_be_chosen_and_says_why(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.RECIPE)
    recipe = wizard.recipe
    recipe.cards["v1"].click()
    qtbot.waitUntil(lambda: wizard.draft.fresh and wizard.draft.architecture == "v1", timeout=WAIT)
    chip = recipe.regularization.chip("wasserstein")
    assert not chip.isEnabled()
    assert "v1" in chip.toolTip()
    recipe.cards["v2"].click()
    qtbot.waitUntil(chip.isEnabled, timeout=WAIT)
    chip.click()
    recipe.additions["causal"].click()
    assert wizard.draft.settings.configs == ("v2", "wasserstein", "causal")


def test_a_network_that_needs_longer_pieces_says_so(qtbot, opened, to) -> None:
    wizard = to(opened(num_signal=32768), Step.RECIPE)
    recipe = wizard.recipe
    recipe.cards["v1"].click()
    qtbot.waitUntil(lambda: wizard.draft.fresh, timeout=WAIT)
    assert not recipe.cards["v2"].isEnabled()
    assert "65,536" in recipe.cards["v2"].toolTip()


def test_presets_fill_everything_and_changes_are_told(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.RECIPE)
    wizard.recipe.presets["smoke"].click()
    assert wizard.draft.settings.max_steps == 20
    assert wizard.recipe.presets["smoke"].isChecked()
    to(wizard, Step.PARAMETERS)
    field = wizard.parameters.fields["batch"]
    field.number.setValue(3)
    qtbot.waitUntil(field.reset.isVisible, timeout=WAIT)
    assert wizard.draft.settings.batch == 3
    assert "batch 3 instead of 2" in wizard.parameters._differences.text()
    field.reset.click()
    assert wizard.draft.settings.batch == 2
    qtbot.waitUntil(lambda: not field.reset.isVisible(), timeout=WAIT)


def test_form_and_text_edit_each_other(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.PARAMETERS)
    fields, editor = wizard.parameters.fields, wizard.parameters.editor
    fields["capacity"].number.setValue(24)
    qtbot.waitUntil(lambda: "CAPACITY = 24" in editor.toPlainText(), timeout=WAIT)
    editor.setPlainText(editor.toPlainText().replace("CAPACITY = 24", "CAPACITY = 40"))
    qtbot.waitUntil(lambda: fields["capacity"].number.value() == 40, timeout=WAIT)
    assert "CAPACITY = 40" in wizard.draft.settings.overrides


def test_what_is_wrong_in_the_text_is_marked_and_hinders(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.PARAMETERS)
    editor = wizard.parameters.editor
    editor.setPlainText("include 'configs/v2.gin'\nCAPACITY = \n")
    qtbot.waitUntil(lambda: wizard.draft.text_error is not None, timeout=WAIT)
    assert not wizard.frame.primary.isEnabled()
    assert [one.cursor.blockNumber() for one in editor.extraSelections()] == [1]
    editor.setPlainText("include 'configs/v2.gin'\nCAPACTIY = 3\n")
    qtbot.waitUntil(lambda: "CAPACITY" in wizard.parameters.error.text(), timeout=WAIT)
    assert [one.cursor.blockNumber() for one in editor.extraSelections()] == [1]


def test_another_look_of_the_window_changes_no_recipe(opened, to, world) -> None:
    wizard = to(opened(), Step.RECIPE)
    before = wizard.draft.settings
    world.context.theme.set_mode("light")
    assert not wizard.parameters.editor._calm.isActive(), "colours are not words"
    wizard._turn(Step.PARAMETERS)
    assert wizard.draft.settings == before
    assert not wizard.worth_keeping


def test_a_strange_number_is_refused_beside_its_field(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.PARAMETERS)
    field = wizard.parameters.fields["ema"]
    wizard.parameters.more.click()
    field.switch.click()
    qtbot.waitUntil(lambda: wizard.draft.settings.ema == 0.999, timeout=WAIT)
    (text,) = field.texts
    text.setText("much")
    text.editingFinished.emit()
    assert field.problem.isVisible()
    assert wizard.draft.settings.ema == 0.999
    text.setText("0.9")
    text.editingFinished.emit()
    assert wizard.draft.settings.ema == 0.9
    field.switch.click()
    assert wizard.draft.settings.ema is None


def test_findings_are_mended_by_their_button(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.PARAMETERS)
    wizard.parameters.fields["batch"].number.setValue(4000)
    to(wizard, Step.REVIEW)
    assert not wizard.frame.primary.isEnabled()
    fixes = wizard.review.findings.fixes
    fix = next(one for one, finding in fixes.items() if finding.id == "batch-large")
    fix.click()
    qtbot.waitUntil(wizard.frame.primary.isEnabled, timeout=WAIT)
    assert wizard.draft.settings.batch == 1900


def test_it_asks_for_exactly_what_is_shown(qtbot, opened, to, world) -> None:
    wizard = to(opened(), Step.REVIEW)
    wizard.review.name.setFocus()
    wizard.review.name.selectAll()
    QTest.keyClicks(wizard.review.name, "my bells")
    qtbot.waitUntil(lambda: "my_bells" in wizard.review.command.command(), timeout=WAIT)
    with qtbot.waitSignal(wizard.requested) as asked:
        wizard.frame.primary.click()
    (wish,) = asked.args
    assert (wish.name, wish.dataset.name, wish.project) == ("my bells", "bells", world.project)
    assert wish.settings == wizard.draft.settings
    assert wizard.busy
    wizard.show_refusal(UserError("The disk is full."))
    assert "The disk is full." in said(wizard)
    assert wizard.frame.primary.isEnabled()


def test_a_name_that_is_taken_waits_for_another(qtbot, opened, to, world) -> None:
    world.experiment("taken")
    wizard = to(opened(), Step.REVIEW)
    wizard.review.name.setText("")
    QTest.keyClicks(wizard.review.name, "taken")
    assert "taken already" in said(wizard)
    assert not wizard.frame.primary.isEnabled()


def test_without_an_engine_it_offers_to_install_one(qtbot, opened) -> None:
    wizard = opened(found=None)
    next(iter(wizard.dataset.cards.values())).click()
    wizard._turn(Step.RECIPE)
    assert "Review offers to install it" in said(wizard)
    wizard._turn(Step.REVIEW)
    assert wizard.review.engine.isVisible()
    assert not wizard.frame.primary.isEnabled()
    with qtbot.waitSignal(wizard.install_requested):
        wizard.review.install.click()


def test_begun_from_a_training_at_its_parameters(qtbot, opened, world) -> None:
    wizard = opened()
    settings = TrainingSettings(configs=("v2", "causal"), batch=5, overrides=("CAPACITY=32",))
    bells = next(iter(wizard.draft.datasets))
    parent = world.experiment("old", config=settings.to_json(), dataset_id=bells)
    wizard.begin_with_experiment(parent)
    assert wizard.draft.step is Step.PARAMETERS
    assert wizard.draft.settings.batch == 5
    assert "CAPACITY = 32" in wizard.parameters.editor.toPlainText()
    damaged = world.experiment("bad", config={"batch": "many"})
    wizard.begin_with_experiment(damaged)
    assert "batch" in said(wizard)


def test_a_dataset_that_vanished_is_told_before_the_start(opened, to) -> None:
    wizard = opened()
    bells = next(iter(wizard.draft.datasets.values()))
    bells.path.rmdir()
    to(wizard, Step.REVIEW)
    assert not wizard.frame.primary.isEnabled()
    (found,) = (one for one in wizard.draft.outlook.findings if one.id == "dataset-gone")
    assert str(bells.path) in found.text


def test_a_device_that_works_means_the_queue(qtbot, opened, to, world) -> None:
    wizard = opened()
    world.services.repositories.devices.claim("cpu", "somebody")
    to(wizard, Step.REVIEW)
    qtbot.waitUntil(lambda: wizard.frame.primary.text() == "Add to the queue", timeout=WAIT)
    assert "has to wait" in wizard.review._test_words.text()


def test_the_test_tells_what_the_training_takes(qtbot, opened, to, world, monkeypatch) -> None:
    wizard = to(opened(), Step.REVIEW)
    done = TrialReport(
        True,
        phases=(PhaseCost((9.0, 0.1), None, 10**9), PhaseCost((9.0, 0.2), None, 2 * 10**9)),
        validations=1,
        checkpoint_bytes=(10**6, 2 * 10**6),
        settings=wizard.draft.settings.to_json(),
    )
    answers = [None, done]

    class Job:
        id = "trial-1"

    trials = world.services.trials
    monkeypatch.setattr(trials, "start", lambda *_: Job())
    monkeypatch.setattr(trials, "report", lambda _id: answers.pop(0))
    wizard.review.test.click()
    assert wizard.review.stop_test.isVisible()
    qtbot.waitUntil(wizard.review.figures.isVisible, timeout=WAIT)
    assert "100 ms a step in phase 1, 200 ms in phase 2" in wizard.review._test_words.text()
    wizard._on_value("batch", 3)
    qtbot.waitUntil(lambda: not wizard.review.figures.isVisible(), timeout=WAIT)
    assert "test again" in wizard.review._test_words.text()


def test_a_test_that_is_refused_says_why(opened, to, world) -> None:
    wizard = to(opened(), Step.REVIEW)
    world.services.repositories.devices.claim("cpu", "somebody")
    wizard.review.test.click()
    assert "disturb" in said(wizard)
    assert wizard.review.test.isVisible()


def test_own_presets_are_kept_and_offered(qtbot, opened, to) -> None:
    wizard = to(opened(), Step.PARAMETERS)
    wizard.parameters.fields["batch"].number.setValue(6)
    wizard._save_preset("Glass")
    wizard._turn(Step.RECIPE)
    qtbot.waitUntil(lambda: "glass" in wizard.recipe.presets, timeout=WAIT)
    wizard.recipe.presets["smoke"].click()
    wizard.recipe.presets["glass"].click()
    assert wizard.draft.settings.batch == 6


def test_a_file_that_is_no_preset_is_refused(opened, to, tmp_path) -> None:
    wizard = to(opened(), Step.RECIPE)
    (tmp_path / "x.json").write_text("[]")
    wizard._take_in(str(tmp_path / "x.json"))
    assert "not a preset" in said(wizard)


def test_giving_up_is_only_asked_where_something_is_lost(opened, to) -> None:
    wizard = to(opened(), Step.RECIPE)
    assert not wizard.worth_keeping
    wizard.recipe.additions["causal"].click()
    assert wizard.worth_keeping
