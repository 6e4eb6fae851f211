"""What the Exports page says of where an instrument came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rave_gui.backend.model_card import Rights
from rave_gui.core.records import Checkpoint, Dataset, Experiment
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels.rows import Fact


@dataclass(frozen=True)
class OriginFacts:
    """The records behind an export; None: not known any more."""

    checkpoint: Checkpoint | None = None
    experiment: Experiment | None = None
    dataset: Dataset | None = None
    rights: Rights = field(default_factory=Rights)
    card: Path | None = None
    """The readable model card beside the file."""


def _tr(text: str) -> str:
    return translate("export-origin", text)


def sentence(facts: OriginFacts) -> str:
    """From which sound, by which training, at which step."""
    run, point, dataset = facts.experiment, facts.checkpoint, facts.dataset
    if run is None or point is None:
        return _tr("Its training is not known here.")
    told = _tr("{run} at step {step}").format(run=run.name, step=formats.count(point.step))
    if dataset is None:
        return told
    sound = formats.duration(dataset.duration_seconds)
    return _tr("{run}, which learnt from {sound} of {dataset}").format(
        run=told, sound=sound, dataset=dataset.name
    )


def links(facts: OriginFacts) -> list[tuple[str, str, int]]:
    """Words, table and id of what can be turned to."""
    found = [
        (_tr("The checkpoint"), "models", facts.checkpoint),
        (_tr("The training"), "experiments", facts.experiment),
        (_tr("The dataset"), "datasets", facts.dataset),
    ]
    return [(text, table, row.id) for text, table, row in found if row is not None and row.id]


def rights_facts(rights: Rights) -> list[Fact]:
    """Each field, said or not."""
    unsaid = _tr("not said yet")
    pairs = [
        (_tr("Licence"), rights.licence),
        (_tr("Consent and rights in the sounds"), rights.consent),
        (_tr("Author"), rights.author),
        (_tr("Remarks"), rights.remarks),
    ]
    shown = [pair for pair in pairs if pair[1] or pair[0] != _tr("Remarks")]
    return [Fact(name, value or unsaid, "" if value else "muted") for name, value in shown]
