"""From real checkpoints to verified instruments; and what is refused really fails."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from small_models import SmallModels

from rave_gui.backend.engine_worker import EngineWorker
from rave_gui.backend.export import verified
from rave_gui.backend.export_draft import ExportDraft
from rave_gui.backend.export_kinds import OFFLINE, ONNX, STREAMING
from rave_gui.backend.export_reading import read_sources
from rave_gui.backend.export_source import source_of
from rave_gui.backend.model_card import Rights
from rave_gui.backend.model_facts import ModelShelf
from rave_gui.backend.rave_cli import export_argv, exported_file
from rave_gui.backend.rave_rules_export import export_refusals
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.rave_stage import stage_for_export
from rave_gui.core.gin_config import read_run
from rave_gui.core.process import run_captured
from rave_gui.core.records import JobKind

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def mono(services, project, small_models: SmallModels):
    """A trained v1 model, brought in where it lies."""
    return services.adopter.adopt(small_models.model("v1").run_dir, project)[0]


@pytest.fixture(scope="module")
def stereo(services, project, small_models: SmallModels):
    return services.adopter.adopt(small_models.model("v1", channels=2).run_dir, project)[0]


def a_draft(services, experiment) -> ExportDraft:
    point = services.models.default_for_export(experiment.id)
    draft = ExportDraft([source_of(point, experiment)])
    draft.has_engine = True
    draft.learn(point.id, looked_into(services, point.checkpoint_path))
    return draft


def looked_into(services, path):
    """What the engine says; it is kept where the services find it, and nobody stays behind."""
    worker = EngineWorker(services.engines.current, services.paths.logs / "test-worker.log")
    try:
        return ModelShelf(services.paths.cache / "models", lambda: worker).look(path)
    finally:
        worker.close()


def all_made(services, draft, copies=()) -> list:
    made = [services.exports.export(p.source.id, p.settings, copies) for p in draft.plans()]
    for one in made:
        services.exports.start_waiting()
        for kind in (JobKind.EXPORT, JobKind.VERIFY):
            services.jobs.wait(services.exports.job(one.id, kind).id, timeout=240)
    return [services.exports.get_export(one.id) for one in made]


def test_a_wanted_number_of_latents_is_exactly_what_comes(services, mono):
    draft = a_draft(services, mono)
    offered = [one.latents for one in draft.choices]
    assert offered
    for latents in offered:
        draft.set_latents(latents)
        (made,) = all_made(services, draft)
        assert verified(made), made.error
        assert made.latent_size == latents


def test_several_forms_one_after_the_other_with_a_true_card(services, mono, tmp_path):
    draft = a_draft(services, mono)
    draft.set_name("Three forms")
    for kind in (OFFLINE, ONNX):
        draft.set_kind(kind, on=True)
    found = all_made(services, draft, [tmp_path / "copies"])
    assert [verified(one) for one in found] == [True, True, True], [one.error for one in found]
    names = sorted(path.name for path in (tmp_path / "copies").iterdir())
    assert {"three-forms_streaming.ts", "three-forms.ts", "three-forms.onnx"} <= set(names)
    folder = found[0].export_path.parent
    told = json.loads((folder / "card.json").read_text())
    assert told["verification"]["verdict"] == found[0].verification["verdict"]
    assert told["model"]["latents"] == found[0].latent_size
    assert told["versions"]["acids-rave"] == "2.3.1"
    assert "three-forms_streaming.ts" in (folder / "README.md").read_text()
    services.cards.set_rights(found[0].id, Rights(licence="CC BY-NC 4.0"))
    assert "CC BY-NC 4.0" in (folder / "README.md").read_text()
    assert not (folder / "staging").exists()


def test_stereo_is_seen_in_the_checkpoint_and_exported(services, project, stereo):
    draft = a_draft(services, stereo)
    assert draft.most_channels == 2
    (made,) = all_made(services, draft)
    assert verified(made), made.error
    assert made.channels == 2
    draft.set_channels(1)
    (less,) = all_made(services, draft)
    assert less.channels == 1


def test_everything_that_a_project_has_can_be_chosen(services, project, mono, stereo):
    found = read_sources(services, project)
    assert {one.experiment.id for one in found} >= {mono.id, stereo.id}
    assert all(one.model is not None for one in found)


REFUSED = (
    ("more channels than the model has", ("v1",), {"channels": 4}),
    ("no multiple of the rate", ("v1",), {"sample_rate": 48000}),
    ("an odd multiple with streaming", ("v1",), {"sample_rate": 132300, "streaming": True}),
)


@pytest.mark.parametrize(("why", "configs", "chosen"), REFUSED, ids=[one[0] for one in REFUSED])
def test_what_is_refused_really_fails(small_models: SmallModels, tmp_path, why, configs, chosen):
    model = small_models.model(*configs)
    settings = replace(ExportSettings(name="small"), **chosen)
    assert export_refusals(settings, read_run(model.run_dir), 1), why
    staged = stage_for_export(model.run_dir, model.checkpoint, tmp_path / "staged", 1)
    argv = export_argv(small_models.engine, staged, tmp_path, settings)
    done = run_captured(argv, timeout=240)
    assert done.returncode != 0 or not exported_file(staged, tmp_path, settings).is_file()


def test_streaming_is_the_usual_form_and_can_be_verified_again(services, mono):
    draft = a_draft(services, mono)
    assert draft.kinds == (STREAMING,)
    (made,) = all_made(services, draft)
    job = services.exports.verify(made.id)
    services.jobs.wait(job.id, timeout=240)
    assert verified(services.exports.get_export(made.id))


def test_style_transfer_is_exported_without_effect(small_models: SmallModels):
    exported = small_models.export("v2_small", "adain", streaming=True)
    code = (
        "import sys, torch; m = torch.jit.load(sys.argv[1]); m.set_learn_target(True); "
        "m.forward(torch.randn(1, 1, 8192)); "
        "print(m.is_using_adain, max(float(b) for n, b in m.named_buffers() if 'num_update' in n))"
    )
    done = run_captured([str(small_models.engine.python), "-c", code, str(exported)], timeout=120)
    assert done.stdout.split() == ["False", "0.0"], done.stderr
