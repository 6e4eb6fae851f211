"""The sentence in the place of a plot that has nothing to draw: true for this run at this moment.

RAVE 2.3 logs losses every 50 steps (Lightning's default), the latent size at the validations of
phase 1 (rave/model.py, validation_epoch_end).
"""

from __future__ import annotations

from rave_gui.ui.text import translate


def empty(key: str, *, phase2: bool, ended: bool) -> str:
    """Why there is nothing to see.

    Args:
        key: of the plot.
        phase2: whether the run has reached phase 2.
        ended: whether nothing more will come.
    """
    if key == "adversarial":
        return _adversarial(phase2, ended)
    return (_never() if ended else _not_yet()).get(key, "")


def phase_change(key: str) -> str:
    """What is seen where phase 2 begins; empty where there is nothing to tell.

    RAVE stops training the encoder and begins to train against a discriminator (rave/model.py),
    which trades distance for lifelike sound.
    """
    rises = _tr("distances rise here: normal")
    return {"reconstruction": rises, "validation": rises}.get(key, "")


def _not_yet() -> dict[str, str]:
    return {
        "reconstruction": _tr("The first losses appear after 50 steps."),
        "validation": _tr("The first point appears with the first validation."),
        "latent": _tr(
            "How many latents the sound needs is measured at each validation of phase 1."
        ),
        "regularization": _tr("This training has no latent penalty, or has not logged one yet."),
    }


def _never() -> dict[str, str]:
    return {
        "reconstruction": _tr(
            "RAVE writes its losses every 50 steps. This run ended before the first of them."
        ),
        "validation": _tr("This run ended before its first validation was written."),
        "latent": _tr(
            "The latent size was not measured in this run: that is done at each validation of "
            "phase 1."
        ),
        "regularization": _tr("This run has no latent penalty."),
    }


def _adversarial(phase2: bool, ended: bool) -> str:
    if not phase2 and ended:
        return _tr("This run ended before phase 2, in which the sound becomes lifelike.")
    if not phase2:
        return _tr("Nothing to see before phase 2, in which the sound becomes lifelike.")
    if ended:
        return _tr("RAVE writes its losses every 50 steps. Phase 2 ended before the first of them.")
    return _tr("The first losses of phase 2 appear within 50 steps.")


def _tr(text: str) -> str:
    return translate("plots", text)
