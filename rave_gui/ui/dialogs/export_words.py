"""What the export dialog says, decided without Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rave_gui.core.records import Checkpoint, Experiment
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

_MEASURED = (0.8, 0.9, 0.95, 0.99)
"""The shares for which RAVE logs how many latents they need (rave/model.py)."""


def _tr(text: str) -> str:
    return translate("export-dialog", text)


def checkpoint_words(checkpoint: Checkpoint, experiment: Experiment) -> str:
    """``bells-v2 at step 412,300, validation 6.84, 704 MB``."""
    parts = [
        _tr("{name} at step {step}").format(
            name=experiment.name, step=formats.count(checkpoint.step)
        )
    ]
    if checkpoint.validation is not None:
        value = formats.figure(checkpoint.validation)
        parts.append(_tr("validation {value}").format(value=value))
    if checkpoint.size:
        parts.append(formats.size(checkpoint.size))
    return ", ".join(parts)


def streaming_words(*, streaming: bool) -> str:
    """Why streaming is on, and when to turn it off."""
    if streaming:
        return _tr("For playing live in Max, Pd or a plug-in: no clicks between two buffers.")
    return _tr("For rendering whole files in Python only: played live it clicks at every buffer.")


def latent_words(fidelity: float, metrics: Mapping[str, Any]) -> str:
    """How many latents that fidelity keeps, as far as the training has measured it."""
    dims = latents(fidelity, metrics)
    if dims is None:
        return _tr("How many latents that keeps is measured at each validation of phase 1.")
    many = plural(dims, _tr("1 latent carries"), _tr("{n} latents carry")).format(n=dims)
    return _tr("About {many} that much of the sound; RAVE will keep {kept}.").format(
        many=many, kept=kept_latents(dims)
    )


def kept_latents(dims: int) -> int:
    """What RAVE makes of ``dims`` latents: it takes the index of the last one for their number.

    Then it goes up to a power of two (scripts/export.py, ScriptedRAVE).
    """
    return 1 << (max(dims - 1, 1) - 1).bit_length()


def latents(fidelity: float, metrics: Mapping[str, Any]) -> int | None:
    """Latents for the next measured share above ``fidelity``; None where none was measured."""
    for share in _MEASURED:
        value = metrics.get(f"fidelity_{share}")
        if share >= fidelity - 1e-9 and isinstance(value, (int, float)) and value == value:  # noqa: PLR0124
            return int(value) + 1  # RAVE logs the index of the last one
    return None


def early_warning(checkpoint: Checkpoint, metrics: Mapping[str, Any]) -> str:
    """Before the first validation RAVE exports a single latent (scripts/export.py)."""
    never = checkpoint.validation is None and not any(
        name.startswith("fidelity_") or name == "validation" for name in metrics
    )
    if not never:
        return ""
    return _tr(
        "This checkpoint is older than the first validation: RAVE would export one latent only."
    )
