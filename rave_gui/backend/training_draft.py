"""The way from a dataset to a training: dataset, recipe, parameters, review.

A draft lives in memory only. It holds what the person decided; what follows from that is judged
elsewhere (:mod:`training_outlook`) and handed back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from typing import Any

from rave_gui.backend import gin_text, parameters
from rave_gui.backend.gin_text import GinChoice, GinTextError
from rave_gui.backend.presets import Preset
from rave_gui.backend.rave_findings import Finding, mended, sets_rate
from rave_gui.backend.rave_settings import CPU, TrainingSettings
from rave_gui.backend.training_outlook import ARCHITECTURES, REGULARIZATIONS, TrainingOutlook
from rave_gui.backend.trial_report import TrialReport
from rave_gui.core.gin_model import GinModel
from rave_gui.core.records import Dataset, Experiment
from rave_gui.core.repositories import same_name

_TOLD = ("phase_1", "capacity", "latent_size", "beta")
"""Parameters whose values are told in the gin text as the recipe has them."""


class Step(IntEnum):
    """Where the person is."""

    DATASET = 0
    RECIPE = 1
    PARAMETERS = 2
    REVIEW = 3


class Hindrance(Enum):
    """Why the next step has to wait."""

    NO_DATASET = "no-dataset"
    NO_ENGINE = "no-engine"
    TEXT = "text"
    JUDGING = "judging"
    ERRORS = "errors"
    NO_NAME = "no-name"
    NAME_TAKEN = "name-taken"


@dataclass(frozen=True)
class Difference:
    """One setting that is not as it was."""

    key: str
    value: Any
    was: Any


class TrainingDraft:
    """What was decided so far."""

    def __init__(self, datasets: Sequence[Dataset], devices: Sequence[str] = (CPU,)) -> None:
        self.datasets = {row.id: row for row in datasets}
        self.devices = tuple(devices) or (CPU,)
        self.step = Step.DATASET
        self.dataset: Dataset | None = None
        self.settings = TrainingSettings(device=self._usual_device())
        self.base = self.settings
        """What a value is compared with: the preset, or the training it was begun from."""
        self.base_title = ""
        self.parent: Experiment | None = None
        self.name = ""
        self.text = ""
        self.text_error: GinTextError | None = None
        self.has_engine = False
        self.outlook: TrainingOutlook | None = None
        self.trial: TrialReport | None = None
        self.touched = False
        """Whether the person decided something that would be lost."""
        self._named = False
        self._taken: dict[str, str] = {}

    # What is known

    @property
    def fresh(self) -> bool:
        """Whether :attr:`outlook` tells of what is chosen now."""
        return self.outlook is not None and self.outlook.settings == self.settings

    @property
    def model(self) -> GinModel | None:
        """What the newest choice that was judged adds up to."""
        return self.outlook.model if self.outlook is not None else None

    @property
    def plain(self) -> GinModel | None:
        """The same without overrides."""
        return self.outlook.plain if self.outlook is not None else None

    @property
    def architecture(self) -> str:
        """The network; empty where a custom file brings it."""
        return next((name for name in self.settings.configs if name in ARCHITECTURES), "")

    @property
    def regularization(self) -> str:
        """The latent space; empty for that of the network."""
        return next((name for name in self.settings.configs if name in REGULARIZATIONS), "")

    @property
    def trial_counts(self) -> bool:
        """Whether :attr:`trial` was made with what is chosen now."""
        return self.trial is not None and _timeless(self.trial.settings) == _timeless(
            self.settings.to_json()
        )

    def hindrance(self) -> Hindrance | None:
        """Why the next step has to wait, None if it need not."""
        if self.dataset is None:
            return Hindrance.NO_DATASET
        if self.step is Step.DATASET:
            return None
        if self.text_error is not None:
            return Hindrance.TEXT
        return self._last_hindrance() if self.step is Step.REVIEW else None

    def can_show(self, step: Step) -> bool:
        """Whether the person may go there."""
        return step is Step.DATASET or (self.dataset is not None and self.text_error is None)

    def differences(self) -> list[Difference]:
        """Settings that are not as in :attr:`base`; overrides one by one."""
        now, was = self.settings.to_json(), self.base.to_json()
        found = [
            Difference(key, now[key], was.get(key))
            for key in now
            if key not in {"overrides", "preset"} and now[key] != was.get(key)
        ]
        mine, theirs = _bound(self.settings.overrides), _bound(self.base.overrides)
        return found + [
            Difference(name, mine.get(name), theirs.get(name))
            for name in dict.fromkeys((*mine, *theirs))
            if mine.get(name) != theirs.get(name)
        ]

    def name_taken_by(self) -> str:
        """The training that has the name already; empty if none."""
        return self._taken.get(same_name(self.name), "")

    # Decisions

    def choose_dataset(self, dataset_id: int | None) -> None:
        """Train on that; rate and channels follow it, and so does a window that is too long."""
        dataset = self.datasets.get(dataset_id)
        if dataset is None or dataset is self.dataset:
            return
        self.dataset = dataset
        self._set(replace(self.settings, **self._of_dataset(self.settings)))
        self.base = replace(self.base, **self._of_dataset(self.base))
        self._suggest_name()

    def take_preset(self, preset: Preset) -> None:
        """Begin with everything that the preset says; the dataset and the device stay."""
        self._begin(preset.training, preset.title, None)

    def take_experiment(self, experiment: Experiment) -> None:
        """Begin with what an earlier training was given.

        Raises:
            UserError: its record is damaged.
        """
        settings = TrainingSettings.from_json(experiment.config)
        if experiment.dataset_id in self.datasets:
            self.dataset = self.datasets[experiment.dataset_id]
        self._begin(settings, experiment.name, experiment)

    def set_architecture(self, name: str) -> None:
        """Use that network; additions stay, and what does not go with it is told."""
        rest = [one for one in self.settings.configs if one not in ARCHITECTURES]
        self._recipe((name, *rest))

    def set_regularization(self, name: str) -> None:
        """Use that latent space; empty for that of the network."""
        rest = [one for one in self.settings.configs if one not in REGULARIZATIONS]
        self._recipe((*rest, *((name,) if name else ())))

    def set_addition(self, name: str, *, on: bool) -> None:
        """Add a discriminator or modifier, or take it out."""
        rest = [one for one in self.settings.configs if one != name]
        self._recipe((*rest, *((name,) if on else ())))

    def set_augmentation(self, name: str, *, on: bool) -> None:
        """Add an augmentation, or take it out."""
        rest = [one for one in self.settings.augmentations if one != name]
        self.touched = True
        self._set(replace(self.settings, augmentations=(*rest, *((name,) if on else ()))))

    def set_value(self, key: str, value: Any) -> None:
        """Give a parameter a value; one that is out of its range is told, not refused."""
        plain = self.plain
        one = parameters.parameter(key)
        if one.bindings and plain is None:
            return
        self.touched = True
        self._set(parameters.with_value(one, self.settings, value, plain or GinModel()))

    def set_device(self, device: str) -> None:
        """Train there."""
        self.touched = True
        self._set(replace(self.settings, device=device))

    def set_text(self, text: str) -> None:
        """The gin text was edited; while it cannot be read, the choice stays as it was."""
        self.text, self.touched = text, True
        self.text_error = _error_in(text)
        if self.text_error is not None:
            return
        choice = gin_text.parse(text)
        self.settings = replace(
            self.settings,
            configs=choice.configs,
            augmentations=choice.augmentations,
            overrides=choice.overrides,
        )
        self._suggest_name()

    def mend(self, finding: Finding) -> None:
        """Do what the finding proposes."""
        self.touched = True
        self._set(mended(self.settings, finding))

    def set_name(self, name: str) -> None:
        """The person named it."""
        self.name, self._named, self.touched = name, True, True

    def take_names(self, names: Iterable[str]) -> None:
        """The names of the project's trainings."""
        self._taken = {same_name(name): name for name in names}
        self._suggest_name()

    def take_outlook(self, outlook: TrainingOutlook) -> bool:
        """Take an answer, unless it belongs to another choice."""
        if outlook.settings != self.settings:
            return False
        self.outlook = outlook
        if self.text_error is None:
            self.text = gin_text.patched(self.text, self._choice(), self._told())
        return True

    def go(self, step: Step) -> bool:
        """Turn to that step, if it may be shown."""
        if not self.can_show(step):
            return False
        self.step = step
        return True

    def advance(self) -> bool:
        """Go on, if nothing hinders."""
        if self.step is Step.REVIEW or self.hindrance() is not None:
            return False
        return self.go(Step(self.step + 1))

    # Inside

    def _begin(self, settings: TrainingSettings, title: str, parent: Experiment | None) -> None:
        device = settings.device if settings.device in self.devices else self._usual_device()
        settings = replace(
            settings,
            device=device,
            preset=settings.preset,
            overrides=_normal(settings.overrides),
            **self._of_dataset(settings),
        )
        self.base, self.base_title, self.parent = settings, title, parent
        self.text = ""
        self._set(settings)

    def _usual_device(self) -> str:
        """The first GPU, else the CPU."""
        return self.devices[1] if len(self.devices) > 1 else self.devices[0]

    def _of_dataset(self, settings: TrainingSettings) -> dict[str, Any]:
        """What the dataset decides."""
        if self.dataset is None:
            return {}
        found: dict[str, Any] = {
            "channels": self.dataset.channels,
            "sample_rate": self.dataset.sample_rate,
        }
        longest = 2 * self.dataset.num_signal
        if not self.dataset.lazy and settings.n_signal > longest:
            found["n_signal"] = longest
        return found

    def _recipe(self, configs: tuple[str, ...]) -> None:
        self.touched = True
        self._set(replace(self.settings, configs=in_order(configs)))

    def _set(self, settings: TrainingSettings) -> None:
        settings = replace(settings, overrides=_normal(settings.overrides))
        changed = (settings.configs, settings.augmentations, settings.overrides) != (
            self.settings.configs, self.settings.augmentations, self.settings.overrides,
        )  # fmt: skip
        self.settings = settings
        if changed or not self.text:
            self.text = gin_text.patched(self.text, self._choice(), self._told())
            self.text_error = _error_in(self.text)
        self._suggest_name()

    def _choice(self) -> GinChoice:
        settings = self.settings
        return GinChoice(settings.configs, settings.augmentations, settings.overrides)

    def _told(self) -> list[tuple[str, Any]]:
        plain, set_already = self.plain, set(_bound(self.settings.overrides))
        if plain is None:
            return []
        told = []
        for key in _TOLD:
            one = parameters.parameter(key)
            name = parameters.binding_of(one, plain)
            value = parameters.value_of(one, self.settings, plain)
            if name not in set_already and value is not None and not one.applies(plain):
                told.append((name, value))
        return told

    def _last_hindrance(self) -> Hindrance | None:
        if not self.has_engine:
            return Hindrance.NO_ENGINE
        if not self.fresh or self.outlook is None:
            return Hindrance.JUDGING
        if self.outlook.errors:
            return Hindrance.ERRORS
        if not self.name.strip():
            return Hindrance.NO_NAME
        return Hindrance.NAME_TAKEN if self.name_taken_by() else None

    def _suggest_name(self) -> None:
        """``bells v2 causal``, with a number where that is taken."""
        if self._named or self.dataset is None:
            return
        stems = (name.rpartition("/")[2].removesuffix(".gin") for name in self.settings.configs)
        wanted = " ".join((self.dataset.name, *stems))[:70]
        self.name, number = wanted, 2
        while self.name_taken_by():
            self.name, number = f"{wanted} {number}", number + 1


def in_order(configs: Iterable[str]) -> tuple[str, ...]:
    """Network, latent space, then the rest: for RAVE a later file wins over an earlier one."""
    ranks = {**dict.fromkeys(ARCHITECTURES, 0), **dict.fromkeys(REGULARIZATIONS, 1)}
    return tuple(sorted(dict.fromkeys(configs), key=lambda name: ranks.get(name, 2)))


def _error_in(text: str) -> GinTextError | None:
    """What is wrong with a text; the overrides of a damaged record may be."""
    try:
        gin_text.parse(text)
    except GinTextError as error:
        return error
    return None


def _normal(overrides: Iterable[str]) -> tuple[str, ...]:
    """Bindings in one spelling, without the rate of the dataset; what is not gin stays."""
    kept = [text for text in overrides if not sets_rate(text)]
    try:
        return gin_text.parse("\n".join(kept)).overrides
    except GinTextError:
        return tuple(kept)


def _bound(overrides: Iterable[str]) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (o.partition("=") for o in overrides)}


def _timeless(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those that change neither speed nor memory."""
    left_out = {"max_steps", "val_every", "save_every", "preset"}
    return {key: value for key, value in settings.items() if key not in left_out}
