"""A checkpoint that may be exported, with what its run and its own file say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend.export_latents import Choice, Table, choices, table_of
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.rave_stage import CONFIG
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.gin_model import GinModel
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment

VARIATIONAL = "VariationalEncoder"
_LESS = {"SphericalEncoder": 1}
"""Latents that a model has fewer than its size: angles of a direction (export.py:137)."""


@dataclass(frozen=True)
class Source:
    """What is known without the engine, and later what the engine tells."""

    checkpoint: Checkpoint
    experiment: Experiment
    model: GinModel | None
    """What ``config.gin`` says; None where it cannot be read."""
    facts: ModelFacts | None = None
    """None: not told yet, or never."""
    asked: bool = False
    """Whether the engine was asked; without facts, it could not tell."""
    trouble: str = ""
    """Why it cannot be exported at all, in words."""

    @property
    def id(self) -> int:
        """Of the checkpoint."""
        return self.checkpoint.id or 0

    @property
    def channels(self) -> int:
        """As it was trained, see :func:`channels_of`."""
        return channels_of(self.experiment, self.facts)

    @property
    def rate(self) -> int:
        """Hz."""
        return (self.model.sampling_rate if self.model else None) or 44100

    @property
    def phase(self) -> int | None:
        """1 or 2; None where nobody can tell."""
        begins = self.model.phase_1_duration if self.model else None
        return None if begins is None else 1 if self.checkpoint.step <= begins else 2

    @property
    def variational(self) -> bool:
        """Whether the number of latents can be chosen."""
        return self.model is not None and self.model.regularization in ("", VARIATIONAL)

    @property
    def styled(self) -> bool:
        """Whether it was trained to transfer style (AdaIN)."""
        return self.model is not None and bool(self.model.bound("GeneratorV2", "adain"))

    @property
    def has_ema(self) -> bool:
        """Whether averaged weights were kept in training."""
        return self.experiment.config.get("ema") is not None

    @property
    def table(self) -> Table:
        """Shares of the variance with the latents they give; empty where not known (yet)."""
        return table_of(self.facts.shares) if self.facts is not None and self.variational else ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Numbers of latents that it can be exported with."""
        return choices(self.table)

    @property
    def fixed_latents(self) -> int | None:
        """The number that a model keeps which is not variational."""
        size = self.model.latent_size if self.model is not None else None
        if self.variational or size is None or self.model is None:
            return None
        if self.model.regularization == "DiscreteEncoder":
            found = self.model.bound("DiscreteEncoder", "num_quantizers")
            return found if isinstance(found, int) else None
        return size - _LESS.get(self.model.regularization, 0)

    @property
    def seems_early(self) -> bool:
        """Whether nothing speaks of a validation before it, which alone measures the latents."""
        logged = self.experiment.final_metrics
        known = any(name == "validation" or name.startswith("fidelity_") for name in logged)
        return self.checkpoint.validation is None and not known

    @property
    def only_best(self) -> bool:
        """Whether it is what RAVE calls the best: usually of phase 1."""
        return self.checkpoint.kind is CheckpointKind.BEST


def channels_of(experiment: Experiment, facts: ModelFacts | None) -> int:
    """What a model was trained with; RAVE writes it nowhere but into the shapes of its weights.

    Of a run that was brought in only those tell; of our own the settings do.
    """
    told = facts.channels if facts is not None and experiment.config.get("adopted") else None
    value = told or experiment.config.get("channels")
    return value if isinstance(value, int) and value > 0 else 1


def source_of(checkpoint: Checkpoint, experiment: Experiment) -> Source:
    """What the files of the run say."""
    run_dir = experiment.run_dir or checkpoint.checkpoint_path.parents[2]
    model, trouble = _model(run_dir)
    if not checkpoint.checkpoint_path.is_file():
        trouble = "Its file is gone."
    return Source(checkpoint, experiment, model, trouble=trouble)


def usual(sources: Iterable[Source]) -> Source | None:
    """The newest state of the newest training that can be exported.

    Not RAVE's ``best``: validation rises in phase 2 by design, so that is usually one of phase 1.
    """

    def newness(one: Source) -> tuple[float, int, bool, float]:
        row = one.checkpoint
        return one.experiment.created_at, row.step, not row.is_best, row.created_at

    return max((one for one in sources if not one.trouble), key=newness, default=None)


def _model(run_dir: Path) -> tuple[GinModel | None, str]:
    try:
        return read_run(run_dir / CONFIG), ""
    except UserError as error:
        return None, str(error)
