"""One table for form, flags, checks and documentation."""

from __future__ import annotations

from dataclasses import fields as settings_fields
from pathlib import Path

import pytest
from gin_tree import write_gin_tree

from rave_gui.backend import parameters, parameters_page
from rave_gui.backend.parameters import PAIR, PARAMETERS, SWITCH, parameter
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.gin_config import ConfigManager


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    return ConfigManager(write_gin_tree(tmp_path_factory.mktemp("gin")))


def test_every_flag_is_a_setting_and_its_default_is_in_range() -> None:
    names = {one.name for one in settings_fields(TrainingSettings)}
    for one in PARAMETERS:
        assert bool(one.flag) != bool(one.bindings), one.key
        if one.flag:
            assert one.key in names
            assert one.problem(getattr(TrainingSettings(), one.key)) == ""


def test_flags_are_passed_with_their_values_and_nothing_that_is_off() -> None:
    settings = TrainingSettings(
        batch=4, normalize=True, rand_pitch=(0.8, 1.25), ema=None, workers=0, max_steps=7
    )
    line = " ".join(parameters.flags(settings))
    assert "--batch 4" in line
    assert "--normalize" in line
    assert "--rand_pitch 0.8,1.25" in line
    assert "--workers 0" in line
    assert "--max_steps 7" in line
    assert "--ema" not in line
    assert "--derivative" not in line


@pytest.mark.parametrize(
    ("configs_chosen", "binding"),
    [(("v2",), "PHASE_1_DURATION"), (("v2", "wasserstein"), "PHASE_1_DURATION")],
)
def test_a_gin_value_is_set_by_the_name_that_the_network_uses(
    configs: ConfigManager, configs_chosen: tuple[str, ...], binding: str
) -> None:
    settings = TrainingSettings(configs=configs_chosen, overrides=("PHASE_1_DURATION=5", "A.b=1"))
    plain = configs.describe(configs_chosen)
    one = parameter("phase_1")
    changed = parameters.with_value(one, settings, 300, plain)
    assert changed.overrides == (f"{binding} = 300", "A.b=1"), "it keeps its place"
    model = configs.describe(configs_chosen, changed.overrides[:1])
    assert parameters.value_of(one, changed, model) == 300
    usual = parameters.value_of(one, settings, plain)
    assert parameters.with_value(one, changed, usual, plain).overrides == ("A.b=1",)


def test_a_binding_that_no_recipe_names_has_the_default_of_the_source(
    configs: ConfigManager,
) -> None:
    one = parameter("discriminator_every")
    assert parameters.value_of(one, TrainingSettings(), configs.describe(("v1",))) == 2
    named = configs.describe(("v1",), ("RAVE.update_discriminator_every = 4",))
    assert parameters.value_of(one, TrainingSettings(), named) == 4


@pytest.mark.parametrize(
    ("key", "value", "fine"),
    [
        ("batch", 8, True), ("batch", 0, False), ("batch", 2.5, False), ("batch", True, False),
        ("ema", None, True), ("ema", 0.999, True), ("ema", float("nan"), False),
        ("rand_pitch", (0.8, 1.2), True), ("rand_pitch", (0.8,), False),
        ("rand_pitch", 3, False), ("normalize", 1, False), ("normalize", True, True),
        ("capacity", 10**9, False), ("n_signal", None, False),
    ],
)  # fmt: skip
def test_ranges(key: str, value: object, fine: bool) -> None:
    assert (parameter(key).problem(value) == "") is fine


def test_problems_name_gin_values_but_not_references() -> None:
    settings = TrainingSettings(overrides=("CAPACITY = 0", "LATENT_SIZE = %OTHER", "X = [", "B"))
    assert [one.key for one, _ in parameters.problems(settings)] == ["capacity"]


def test_the_strength_of_a_regularization_means_nothing_to_a_sphere(
    configs: ConfigManager,
) -> None:
    one = parameter("beta")
    assert one.applies(configs.describe(("v2",))) == ""
    assert one.applies(configs.describe(("v2", "spherical"))) != ""


def test_the_page_of_parameters_is_what_the_table_says() -> None:
    page = (Path(__file__).parents[2] / "PARAMETERS.md").read_text(encoding="utf-8")
    assert page == parameters_page.page()
    for one in PARAMETERS:
        assert one.title in page
        assert one.explanation in page


def test_kinds_are_known() -> None:
    assert {one.kind for one in PARAMETERS} <= {"whole", "number", SWITCH, PAIR}
