"""What the Models page says about checkpoints."""

from __future__ import annotations

from collections.abc import Sequence

from rave_gui.core.records import Checkpoint, CheckpointKind
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate


def _tr(text: str) -> str:
    return translate("checkpoint", text)


def summary(checkpoints: Sequence[Checkpoint], trainings: int) -> str:
    """``12 checkpoints of 3 trainings, 5.8 GB``."""
    many = plural(len(checkpoints), _tr("1 checkpoint"), _tr("{n} checkpoints"))
    runs = plural(trainings, _tr("1 training"), _tr("{n} trainings"))
    total = formats.size(sum(item.size for item in checkpoints))
    words = _tr("{checkpoints} of {trainings}, {size}")
    return words.format(
        checkpoints=many.format(n=len(checkpoints)), trainings=runs.format(n=trainings), size=total
    )


def sentence(checkpoint: Checkpoint, training: str) -> str:
    """What the selected checkpoint is, for the bar below the table."""
    words = _tr("{training} at step {step}, {size}, written {when}")
    return words.format(
        training=training,
        step=formats.count(checkpoint.step),
        size=formats.size(checkpoint.size),
        when=formats.moment(checkpoint.created_at),
    )


def advice(checkpoint: Checkpoint, phase1: int | None) -> tuple[str, str]:
    """What to know before exporting it, and the role of the remark.

    RAVE's ``validation`` rises in phase 2 by design, so that the lowest one, ``best.ckpt``, is
    usually a model of phase 1, without the adversarial training (docs/tensorboard_guide.md).
    """
    if phase1 and checkpoint.step <= phase1:
        return _tr("From phase 1: it does not sound as crisp as one of phase 2."), "warn"
    if checkpoint.kind is CheckpointKind.BEST:
        return _tr(
            "RAVE's “best” is usually a model of phase 1: listen before you rely on it."
        ), "warn"
    return "", ""
