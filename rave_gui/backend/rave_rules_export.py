"""What is known to crash an export, told before it starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rave_gui.backend.rave_findings import Finding, error
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.core.gin_config import GinModel

FIDELITY = (0.1, 0.999)
"""Bounds of ``--fidelity`` (export.py:44)."""


@dataclass(frozen=True)
class _Plan:
    settings: ExportSettings
    model: GinModel
    channels: int
    """Of the model, as it was trained."""


def export_refusals(settings: ExportSettings, model: GinModel, channels: int) -> list[str]:
    """Why RAVE would fail to export like this, one sentence each; empty when it should work.

    ``model`` is what the run's ``config.gin`` says, ``channels`` what it was trained with.
    """
    rules = (_format, _fidelity, _channels, _sample_rate, _network)
    plan = _Plan(settings, model, channels)
    return [found.sentence for rule in rules for found in rule(plan)]


def _format(plan: _Plan) -> Iterator[Finding]:
    if plan.settings.format not in {"torchscript", "onnx"}:
        yield error(
            "format",
            f"RAVE cannot export as “{plan.settings.format}”.",
            "Choose torchscript or onnx.",
        )
    if plan.settings.format != "onnx":
        return
    noisy = (
        plan.model.decoder != "Generator" or plan.model.bound("Generator", "use_noise") is not False
    )
    if noisy:
        yield error(
            "onnx",
            "Only networks of the configuration “onnx” can be exported as ONNX.",
            "Export it as TorchScript (.ts).",
        )
    if plan.channels > 1:
        yield error(
            "onnx-channels", "RAVE exports only mono as ONNX.", "Export it as TorchScript (.ts)."
        )


def _fidelity(plan: _Plan) -> Iterator[Finding]:
    low, high = FIDELITY
    if not low <= plan.settings.fidelity <= high:
        yield error(
            "fidelity",
            f"The fidelity {plan.settings.fidelity:g} is out of range.",
            f"Choose a value from {low} to {high}; 0.95 is usual.",
        )


def _channels(plan: _Plan) -> Iterator[Finding]:
    wanted = plan.settings.channels
    if wanted is None:
        return
    if not 1 <= wanted <= plan.channels:
        yield error(
            "channels",
            f"The model has {plan.channels} channels and cannot be exported with {wanted}.",
            f"Choose from 1 to {plan.channels}, or leave it as it is.",
        )
    elif wanted != plan.channels and plan.model.bound("GeneratorV2", "adain"):
        yield error(
            "adain-channels",
            "A model with style transfer (AdaIN) keeps its channels.",
            "Leave the channels as they are.",
        )


def _sample_rate(plan: _Plan) -> Iterator[Finding]:
    """Whole multiples only, and with streaming an even one (resampler.py:21)."""
    wanted, own = plan.settings.sample_rate, plan.model.sampling_rate
    if wanted is None or own is None or wanted == own:
        return
    if wanted < own or wanted % own:
        yield error(
            "sample-rate",
            f"A model of {own} Hz cannot be exported at {wanted} Hz, only at whole multiples.",
            f"Leave the sample rate as it is, or choose {2 * own} Hz.",
        )
    elif plan.settings.streaming and wanted // own % 2:
        yield error(
            "sample-rate-streaming",
            f"With streaming a model of {own} Hz can be exported at an even multiple only.",
            f"Choose {2 * own} Hz, or switch streaming off.",
        )


def _network(plan: _Plan) -> Iterator[Finding]:
    if plan.model.bound("RAVE", "output_mode") == "raw":
        yield error(
            "nopqmf",
            "RAVE 2.3.1 cannot export networks without a filter bank at their end.",
            "Train with v2 or v2_small instead.",
        )
