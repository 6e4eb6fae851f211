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
    """Why it would fail to export like this, one sentence each; empty when it should work."""
    return [found.sentence for found in export_findings(settings, model, channels)]


def export_findings(settings: ExportSettings, model: GinModel, channels: int) -> list[Finding]:
    """The same as findings, of which those that can be mended carry what would do it.

    ``model`` is what the run's ``config.gin`` says, ``channels`` what it was trained with.
    """
    rules = (_format, _fidelity, _channels, _sample_rate, _network)
    plan = _Plan(settings, model, channels)
    return [found for rule in rules for found in rule(plan)]


def _format(plan: _Plan) -> Iterator[Finding]:
    wanted, own = plan.settings.sample_rate, plan.model.sampling_rate
    if plan.settings.format not in {"torchscript", "onnx"}:
        yield error(
            "format",
            f"A model cannot be exported as “{plan.settings.format}”.",
            "Choose torchscript or onnx.",
        )
    elif plan.settings.format == "onnx" and wanted is not None and wanted != own:
        yield error(
            "onnx-rate",
            "In ONNX a model keeps its own sample rate.",
            "Leave the rate as it is, and resample outside the model.",
            sample_rate=None,
        )


def _fidelity(plan: _Plan) -> Iterator[Finding]:
    low, high = FIDELITY
    if not low <= plan.settings.fidelity <= high:
        yield error(
            "fidelity",
            f"The fidelity {plan.settings.fidelity:g} is out of range.",
            f"Choose a value from {low} to {high}; 0.95 is usual.",
            fidelity=0.95,
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
            channels=None,
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
            sample_rate=None,
        )
    elif plan.settings.streaming and wanted // own % 2:
        yield error(
            "sample-rate-streaming",
            f"With streaming a model of {own} Hz can be exported at an even multiple only.",
            f"Choose {2 * own} Hz, or switch streaming off.",
            sample_rate=2 * own,
        )


def _network(plan: _Plan) -> Iterator[Finding]:
    if plan.model.bound("RAVE", "output_mode") == "raw":
        yield error(
            "nopqmf",
            "RAVE 2.3.1 cannot export networks without a filter bank at their end.",
            "Train with v2 or v2_small instead.",
        )
