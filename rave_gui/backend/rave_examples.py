"""How RAVE divides a dataset into training and validation, in its own whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rave_gui.backend.rave_facts import MAX_EPOCHS, TRAINING_PERCENT
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.gin_config import GinModel
from rave_gui.core.records import Dataset


@dataclass(frozen=True)
class Division:
    """What a training makes of a dataset."""

    training: int
    """Examples."""
    validation: int
    """Examples."""
    steps_per_epoch: int
    """Whole batches; RAVE drops the rest (train.py:180). Zero crashes."""
    first_validation: int
    """Step of the first validation; RAVE writes its first checkpoints then."""

    @property
    def reachable_steps(self) -> int:
        """Steps after which RAVE ends, whatever was asked."""
        return self.steps_per_epoch * MAX_EPOCHS


def divide(settings: TrainingSettings, dataset: Dataset, model: GinModel) -> Division | None:
    """How ``dataset`` is divided; None while its number of examples is not known.

    Source: ``split_dataset`` in rave/dataset.py and train.py:168-195.
    """
    count = count_examples(dataset, settings.n_signal)
    if count is None:
        return None
    training = max(TRAINING_PERCENT * count // 100, 1)
    validation = max(0, count - training)
    residual = model.bound("split_dataset", "max_residual")
    if type(residual) is int:
        validation = min(residual, validation)
        training = count - validation
    steps = training // settings.batch if settings.batch > 0 else 0
    return Division(training, validation, steps, _first_validation(steps, settings.val_every))


def count_examples(dataset: Dataset, n_signal: int) -> int | None:
    """Examples that RAVE finds, None if not known.

    A lazy dataset is cut anew by each training into pieces of ``n_signal`` samples, file by file
    (``LazyAudioDataset`` in rave/dataset.py).
    """
    if not dataset.lazy:
        return dataset.num_samples
    lengths = [_seconds(entry) for entry in dataset.manifest if _taken(entry)]
    if not lengths or any(length is None for length in lengths):
        lengths = [dataset.duration_seconds]
    known = [length for length in lengths if length is not None]
    if not known or n_signal <= 0:
        return None
    return sum(int(length * dataset.sample_rate) // n_signal for length in known)


def _taken(entry: Mapping[str, Any]) -> bool:
    """Whether the file went into the dataset; manifests of old do not tell of a choice."""
    return entry.get("verdict") != "reject" and entry.get("included", True) is not False


def _seconds(entry: Mapping[str, Any]) -> float | None:
    value = entry.get("duration_seconds")
    return float(value) if isinstance(value, (int, float)) and value >= 0 else None


def _first_validation(steps_per_epoch: int, val_every: int) -> int:
    if steps_per_epoch == 0 or val_every <= steps_per_epoch:
        return val_every
    return val_every // steps_per_epoch * steps_per_epoch
