"""From checkpoints to a list of exports, without a window and without the engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.backend.export_draft import ExportDraft, Hindrance, Step
from rave_gui.backend.export_kinds import KINDS, OFFLINE, ONNX, ONNX_STREAMING, STREAMING
from rave_gui.backend.export_latents import choices, latents_for, table_of
from rave_gui.backend.export_reading import plan_files
from rave_gui.backend.export_source import Source
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.core.gin_files import Reference
from rave_gui.core.gin_model import GinModel
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment

CUMULATIVE = (0.5, 0.7, 0.8, 0.88, 0.93, 0.96, 0.99, 1.0)
TABLE = table_of(CUMULATIVE)


def a_source(number: int = 1, step: int = 1200, **changes) -> Source:
    bindings = {
        "RAVE.sampling_rate": 44100,
        "RAVE.latent_size": 8,
        "RAVE.phase_1_duration": 1000,
        "RAVE.encoder": Reference("VariationalEncoder"),
        **changes.pop("bindings", {}),
    }
    config = changes.pop("config", {"channels": 1})
    point = Checkpoint(
        1, f"epoch_{step}", Path(f"/r/epoch_{step}.ckpt"), step,
        changes.pop("kind", CheckpointKind.LAST), 10.0 * number, id=number,
    )  # fmt: skip
    run = Experiment(1, None, changes.pop("run", "Glass bells"), config, 100.0, id=7)
    facts = changes.pop("facts", ModelFacts(shares=CUMULATIVE))
    return Source(point, run, GinModel(bindings=bindings), facts, asked=True, **changes)


def a_draft(*sources: Source) -> ExportDraft:
    draft = ExportDraft(sources or (a_source(),))
    draft.has_engine = True
    return draft


def raves_own(fidelity: float) -> int:
    """``ScriptedRAVE.__init__`` of scripts/export.py."""
    import math

    above = [index for index, share in enumerate(CUMULATIVE) if share > fidelity]
    return int(2 ** math.ceil(math.log2(max(above[0] if above else 0, 1))))


def test_every_fidelity_gives_what_rave_gives():
    for thousandths in range(100, 999):
        share = thousandths / 1000
        assert latents_for(TABLE, share) == raves_own(share), share


def test_a_wanted_number_of_latents_is_what_rave_then_exports():
    found = choices(TABLE)
    assert [one.latents for one in found] == [1, 2, 4, 8]
    assert [raves_own(one.fidelity) for one in found] == [1, 2, 4, 8]


def test_a_buffer_of_zeros_tells_nothing():
    assert table_of([0.0] * 8) == ()
    assert choices(()) == ()
    assert latents_for((), 0.95) is None


def test_the_newest_is_proposed_and_not_raves_best():
    best = a_source(2, 900, kind=CheckpointKind.BEST)
    draft = a_draft(best, a_source(1, 1200))
    assert draft.chosen == (1,)
    draft.choose([2])
    assert [one.id for one in draft.findings()] == ["phase-1"]
    assert "RAVE's “best”" in draft.findings()[0].text


def test_streaming_torchscript_is_the_usual_form():
    (plan,) = a_draft().plans()
    assert (plan.kind, plan.settings.format, plan.settings.streaming) == (
        STREAMING, "torchscript", True,
    )  # fmt: skip
    assert plan.settings.name == "glass-bells"
    assert plan.latents == 8


def test_models_and_forms_make_a_list():
    draft = a_draft(a_source(1, 1200), a_source(2, 1100))
    draft.choose([1, 2])
    for kind in KINDS:
        draft.set_kind(kind, on=True)
    plans = draft.plans()
    assert len(plans) == 8
    assert {plan.settings.name for plan in plans} == {"glass-bells-1200", "glass-bells-1100"}
    files = plan_files(plans, Path("/nowhere/exports"))
    assert len(set(files)) == 8
    assert len({file.parent for file in files}) == 8, "each has a folder of its own"


def test_the_same_number_of_latents_takes_another_fidelity_in_each_model():
    other = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 1.0)
    draft = a_draft(a_source(1), a_source(2, 1100, facts=ModelFacts(shares=other)))
    draft.choose([1, 2])
    draft.set_latents(4)
    first, second = draft.plans()
    assert (first.latents, second.latents) == (4, 4)
    assert first.settings.fidelity != second.settings.fidelity
    draft.set_fidelity(0.9)
    assert {plan.settings.fidelity for plan in draft.plans()} == {0.9}


@pytest.mark.parametrize(
    ("kinds", "multiple", "word"),
    [
        ((STREAMING,), 2, ""),
        ((STREAMING,), 3, "even"),
        ((OFFLINE,), 3, ""),
        ((OFFLINE, ONNX), 2, "ONNX"),
        ((ONNX_STREAMING,), 2, "ONNX"),
    ],
)
def test_rates_that_rave_cannot_make_cannot_be_chosen(kinds, multiple, word):
    draft = a_draft()
    draft.kinds = kinds
    assert word in draft.why_not_multiple(multiple)
    assert bool(draft.why_not_multiple(multiple)) == bool(word)
    draft.set_multiple(multiple)
    assert draft.multiple == (1 if word else multiple)
    assert not [one for one in draft.findings() if one.severity == "error"]


def test_another_form_gives_up_a_rate_that_it_cannot_have():
    draft = a_draft()
    draft.set_multiple(2)
    assert draft.plans()[0].settings.sample_rate == 88200
    draft.set_kind(ONNX, on=True)
    assert draft.multiple == 1


def test_channels_fewer_but_never_more():
    stereo = a_source(config={"channels": 2})
    draft = a_draft(stereo)
    assert draft.most_channels == 2
    assert "mono models only" in draft.findings()[0].text
    draft.set_channels(1)
    assert draft.plans()[0].settings.channels == 1
    assert draft.findings() == []
    assert a_draft().why_not_channels()


def test_style_transfer_is_told_to_have_no_effect():
    styled = a_source(bindings={"GeneratorV2.adain": Reference("AdaIN")})
    assert "without effect" in a_draft(styled).findings()[0].text
    assert a_draft().findings() == []


def test_averaged_weights_only_where_the_training_kept_some():
    draft = a_draft()
    draft.set_ema(on=True)
    assert not draft.ema
    assert draft.why_not_ema()
    kept = a_draft(a_source(config={"channels": 1, "ema": 0.999}))
    kept.set_ema(on=True)
    assert kept.plans()[0].settings.ema


def test_a_checkpoint_before_the_first_validation_is_refused():
    draft = a_draft(a_source(facts=ModelFacts()))
    draft.step = Step.REVIEW
    assert "single latent" in draft.findings()[0].text
    assert draft.hindrance() is Hindrance.ERRORS


def test_what_no_engine_could_tell_only_warns():
    draft = a_draft(a_source(facts=None))
    assert [one.severity for one in draft.findings()] == ["warning"]
    assert draft.plans()[0].latents is None


def test_networks_without_a_filter_bank_are_refused():
    draft = a_draft(a_source(bindings={"RAVE.output_mode": "raw"}))
    assert "without a filter bank" in draft.findings()[0].text


@pytest.mark.parametrize(
    ("name", "bindings", "size"),
    [
        ("WasserteinEncoder", {}, 8),
        ("SphericalEncoder", {}, 7),
        ("DiscreteEncoder", {"DiscreteEncoder.num_quantizers": 16}, 16),
    ],
)
def test_only_variational_models_can_have_fewer_latents(name, bindings, size):
    source = a_source(bindings={"RAVE.encoder": Reference(name), **bindings})
    draft = a_draft(source)
    assert draft.choices == ()
    assert draft.plans()[0].latents == size


def test_it_waits_for_the_engine_and_for_decisions():
    draft = a_draft(replace(a_source(), facts=None, asked=False))
    assert draft.reading
    draft.step = Step.REVIEW
    assert draft.hindrance() is Hindrance.READING
    draft.learn(1, ModelFacts(shares=CUMULATIVE))
    assert draft.hindrance() is None
    draft.has_engine = False
    assert draft.hindrance() is Hindrance.NO_ENGINE
    draft.set_name(" ")
    assert draft.hindrance() is Hindrance.NO_NAME
    draft.set_kind(STREAMING, on=False)
    assert draft.hindrance() is Hindrance.NO_FORMAT
    draft.choose([])
    assert draft.hindrance() is Hindrance.NO_MODEL


def test_what_is_gone_is_not_chosen():
    draft = a_draft(replace(a_source(), trouble="Its file is gone."))
    assert draft.chosen == ()
