"""A model from elsewhere, in words."""

from __future__ import annotations

from rave_gui.backend.import_look import CHECKPOINT, Stranger
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import checkpoint_detail


def what(stranger: Stranger) -> str:
    """What the file is, and where it is from."""
    if stranger.kind == CHECKPOINT:
        text = _tr("A checkpoint at step {step}, {size}, from {folder}.")
    else:
        text = _tr("An exported instrument, {size}, from {folder}.")
    return text.format(
        step=formats.count(stranger.step),
        size=formats.size(stranger.size),
        folder=stranger.path.parent,
    )


def becomes(stranger: Stranger) -> str:
    """What it will be in the project."""
    if stranger.kind != CHECKPOINT:
        return _tr("It becomes an export, and is verified next.")
    if stranger.run is not None:
        return _tr(
            "It becomes a training with this one checkpoint. The whole run {run} can be brought in "
            "as well, with its curves: “Bring in existing RAVE runs” on the first page."
        ).format(run=stranger.run.name)
    return _tr("It becomes a training with this one checkpoint, marked as imported.")


def model(facts: ModelFacts) -> str:
    """What the engine found in it."""
    parts = [f"{fact.name} {fact.value}" for fact in checkpoint_detail.model_facts(facts)]
    return ", ".join(parts)


def progress(done: int, total: int) -> str:
    """How much of it is copied."""
    share = formats.percent(done / total if total else 1.0)
    return _tr("Copying: {share} of {size}").format(share=share, size=formats.size(total))


def _tr(text: str) -> str:
    return translate("bringing", text)
