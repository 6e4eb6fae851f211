"""What a new draft takes over from a dataset that was made before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset

CONDITION = "condition"
"""In ``Dataset.statistics``: how its files were prepared."""


@dataclass(frozen=True)
class Prefill:
    """Sources and choices of another dataset."""

    name: str
    sources: tuple[Path, ...]
    settings: PreprocessSettings
    condition: ConditionSettings
    choices: dict[Path, bool]
    """Which of its files were in; of those that could not be used nothing is said."""


def prefill_of(dataset: Dataset) -> Prefill:
    """What ``dataset`` was made of. Reads its manifest: call it in the background."""
    files = [ScannedFile.from_json(entry) for entry in dataset.manifest]
    return Prefill(
        name=dataset.name,
        sources=tuple(Path(source) for source in dataset.sources),
        settings=PreprocessSettings(
            num_signal=dataset.num_signal,
            channels=dataset.channels,
            sample_rate=dataset.sample_rate,
            lazy=dataset.lazy,
        ),
        condition=_condition(dataset),
        choices={file.path: file.included for file in files if file.usable},
    )


def _condition(dataset: Dataset) -> ConditionSettings:
    """As it was noted; the usual one where nothing of use was."""
    noted = dataset.statistics.get(CONDITION)
    if not isinstance(noted, dict):
        return ConditionSettings()
    try:
        return ConditionSettings.from_json(noted)
    except UserError:
        return ConditionSettings()
