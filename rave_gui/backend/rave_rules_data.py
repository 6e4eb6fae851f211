"""Rules about what a training takes from its dataset: window, rate, channels, amount."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rave_gui.backend.rave_findings import Finding, Plan, Rule, error, warning, with_macro
from rave_gui.backend.rave_window import shortest_window

_PITCH_FACTORS = 20
"""RandomPitch resamples by x / y with both below this (transforms.py:64)."""


def sample_rate(plan: Plan) -> Iterator[Finding]:
    """A model of another rate than its dataset crashes or learns at the wrong pitch."""
    rate, wanted = plan.dataset.sample_rate, plan.settings.sample_rate
    if wanted != rate:
        yield error(
            "sample-rate",
            f"The dataset has {rate} Hz and the training is set to {wanted} Hz.",
            f"Set the training to {rate} Hz.",
            sample_rate=rate,
        )
    elif plan.model.sampling_rate not in (None, rate):
        yield error(
            "sample-rate-fixed",
            f"This configuration fixes the model at {plan.model.sampling_rate} Hz, and the dataset"
            f" has {rate} Hz.",
            "Choose another configuration, or prepare the dataset at that rate.",
        )


def missing(plan: Plan) -> Iterator[Finding]:
    """RAVE would end at once with a traceback."""
    if plan.surroundings.missing:
        yield error(
            "dataset-gone",
            f"The dataset {plan.dataset.name} is gone from {plan.surroundings.missing}.",
            "Connect the disk it was on, or prepare it again.",
        )


def channels(plan: Plan) -> Iterator[Finding]:
    """RAVE crashes on too many channels and lays surplus ones end to end as one."""
    has, wanted = plan.dataset.channels, plan.settings.channels
    if wanted < 1 or wanted > has:
        yield error(
            "channels",
            f"The dataset has {_channels(has)} and the training asks for {wanted}.",
            f"Set the training to {_channels(has)}, or prepare the sounds again.",
            channels=has,
        )
    elif wanted < has:
        yield warning(
            "channels-fewer",
            f"The dataset has {_channels(has)}; RAVE would play them one after the other as"
            f" {_channels(wanted)}.",
            f"Prepare the sounds again with {_channels(wanted)}, or train with {has}.",
            channels=has,
        )


def window(plan: Plan) -> Iterator[Finding]:
    """The length of a training example against network and dataset."""
    n_signal, ratio = plan.settings.n_signal, plan.model.ratio
    if n_signal < 1:
        yield error(
            "window",
            "A training example needs a length.",
            "131072 samples are usual.",
            **_length(plan, 131072),
        )
        return
    if ratio and n_signal % ratio:
        nearest = max(1, round(n_signal / ratio)) * ratio
        yield error(
            "window-multiple",
            f"A training example of {n_signal} samples is no multiple of {ratio}, the samples in"
            " one latent frame of this network.",
            f"{nearest} would do.",
            **_length(plan, nearest),
        )
    yield from _too_short(plan)
    longest = 2 * plan.dataset.num_signal
    if not plan.dataset.lazy and n_signal > longest:
        yield error(
            "window-long",
            f"The dataset was cut into pieces of {longest} samples, and a training example is to"
            f" have {n_signal}.",
            f"Use {longest} or less, or prepare the dataset with longer pieces.",
            **_length(plan, longest),
        )


def rand_pitch(plan: Plan) -> Iterator[Finding]:
    """The range of random pitch against the pieces that it stretches and shrinks."""
    pitch = plan.settings.rand_pitch
    if pitch is None:
        return
    low, high = pitch
    whole = range(1, _PITCH_FACTORS)
    if not any(low <= x / y <= high for x in whole for y in whole if x != y):
        yield error(
            "pitch-range",
            f"The random pitch from {low:g} to {high:g} contains no step that RAVE can make.",
            "A range such as 0.8 to 1.25 works.",
        )
    elif low * 2 * _piece(plan) < plan.settings.n_signal:
        yield error(
            "pitch-short",
            f"Pieces pitched by {low:g} are shorter than a training example.",
            f"Begin the range at {_piece_ratio(plan):.2f} or above, or shorten the example.",
        )


def amount(plan: Plan) -> Iterator[Finding]:
    """Enough examples for one batch, and for one validation."""
    split, batch = plan.division, plan.settings.batch
    if batch < 1:
        yield error("batch", "A batch needs at least one example.", "8 is usual.", batch=8)
        return
    if split is None:
        return
    if split.training + split.validation == 0:
        yield error(
            "empty", "The dataset is empty.", "Add more sound, or cut it into shorter pieces."
        )
    elif split.steps_per_epoch == 0:
        yield error(
            "batch-large",
            f"A batch of {batch} needs as many examples, and there are only {split.training} to"
            " train on.",
            f"Use a batch of {split.training} or less, or add more sound.",
            batch=split.training,
        )
    elif split.validation == 0:
        yield error(
            "no-validation",
            "There is only one example, so none is left to measure with.",
            "Add more sound, or cut it into shorter pieces.",
        )


def latent_analysis(plan: Plan) -> Iterator[Finding]:
    """The analysis of the latent space at each validation of the first phase.

    scikit-learn's PCA wants at least as many frames as dimensions (model.py, validation_epoch_end);
    only variational models are analysed.
    """
    split, ratio, size = plan.division, plan.model.ratio, plan.model.latent_size
    variational = plan.model.regularization == "VariationalEncoder"
    if not variational or split is None or not ratio or not size or split.validation == 0:
        return
    if not _validates_in_phase_1(plan, split.first_validation):
        return
    frames = split.validation * (plan.settings.n_signal // ratio)
    if 0 < frames < size:
        fits = 1 << frames.bit_length() - 1
        yield error(
            "latent-analysis",
            f"The {split.validation} examples kept for validation make {frames} latent frames, and"
            f" the analysis of {size} latent dimensions needs at least {size}.",
            f"Add more sound, use longer examples, or add the override LATENT_SIZE={fits}.",
            **_latent(plan, fits),
        )


def latent_size(plan: Plan) -> Iterator[Finding]:
    """Export rounds the dimensions it keeps up to a power of two (export.py:122).

    Where that is more than there are, it fails; a power of two is safe at every fidelity.
    """
    size = plan.model.latent_size
    if plan.model.regularization != "VariationalEncoder" or size is None or size & (size - 1) == 0:
        return
    yield warning(
        "latent-size",
        f"With {size} latent dimensions the export may fail, because RAVE rounds the number it"
        " keeps up to a power of two.",
        f"Use LATENT_SIZE={1 << size.bit_length()} or {1 << size.bit_length() - 1}.",
        **_latent(plan, 1 << size.bit_length() - 1),
    )


def _validates_in_phase_1(plan: Plan, first_validation: int) -> bool:
    phase_1 = plan.model.phase_1_duration
    return phase_1 is None or first_validation <= min(phase_1, plan.settings.max_steps)


def _too_short(plan: Plan) -> Iterator[Finding]:
    shortest = shortest_window(plan.model)
    if shortest is not None and plan.settings.n_signal < shortest:
        yield error(
            "window-short",
            f"A training example of {plan.settings.n_signal} samples is too short for this network,"
            f" which needs {shortest}: RAVE would crash after its first validation.",
            f"Use {shortest} samples or more; v2_small works with shorter ones.",
            **_length(plan, shortest),
        )


def _length(plan: Plan, wanted: int) -> dict[str, Any]:
    """The length next to ``wanted`` that network and dataset both take, as a change; or none."""
    ratio = plan.model.ratio or 1
    least = max(shortest_window(plan.model) or ratio, ratio)
    most = wanted if plan.dataset.lazy else 2 * plan.dataset.num_signal
    fitting = max(min(wanted, most) // ratio * ratio, least)
    return {"n_signal": fitting} if plan.dataset.lazy or fitting <= most else {}


def _latent(plan: Plan, size: int) -> dict[str, Any]:
    """The override of the latent size, as a change."""
    return {"overrides": with_macro(plan.settings.overrides, "LATENT_SIZE", size)}


def _piece(plan: Plan) -> int:
    """Half the samples of one piece of the dataset, as RAVE counts them."""
    return plan.settings.n_signal if plan.dataset.lazy else plan.dataset.num_signal


def _piece_ratio(plan: Plan) -> float:
    return plan.settings.n_signal / (2 * _piece(plan))


def _channels(count: int) -> str:
    return {1: "one channel", 2: "two channels"}.get(count, f"{count} channels")


RULES: tuple[Rule, ...] = (
    missing,
    sample_rate,
    channels,
    window,
    rand_pitch,
    amount,
    latent_analysis,
    latent_size,
)
