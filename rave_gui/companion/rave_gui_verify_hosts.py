"""The programs that play exports, what each of them asks of a file, and a verdict for each.

What is known of them was read in their sources:

* nn~: ``acids-ircam/nn_tilde``, v1.6.0 (2025-05) builds with libtorch 2.5.1
  (``src/cmake/add_torch.cmake``), v1.5.0 to v1.5.6 with 2.0.x (``.github/workflows/build.yaml``).
  ``src/backend/backend.cpp`` asks for ``get_methods``, ``NAME_params`` of four numbers,
  ``get_attributes`` with ``get_``, ``set_`` and ``_params`` of each. Its objects gather sound to a
  power of two not below the highest ratio; with a thread they answer two such buffers later.
* RAVE VST: ``acids-ircam/rave_vst``, archived 2023-06, libtorch 1.11.0 (``cmake/add_torch.cmake``).
  ``source/Rave.h`` and ``PluginProcessorProcessing.cpp`` send one channel of 2^n samples through
  ``encode`` and ``decode``, n from the ratio to 32768. It makes two channels of a model only where
  that has an attribute ``stereo``, which RAVE 2.3.1 does not write.
* nn.ar: ``elgiano/nn.ar``, libtorch 2.0.1 (``.github/workflows/pluginbuild.yml``), nn~'s backend.
* The RAVE UGen: ``victor-shepardson/rave-supercollider``, libtorch 1.12 (``pluginbuild.yml``), one
  channel (``plugins/RAVE/RAVE.hpp``), "must use sample rate 48000" (``README.md``).
* Neutone: ``Neutone/neutone_sdk`` 1.4.3 wraps a model into an ``.nm`` file, with a torch below 2.2
  (``pyproject.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_file import FAIL, WARN, Check
else:
    from rave_gui_verify_file import FAIL, WARN, Check

PASSES, REMARKS, FAILS = "pass", "warn", "fail"
NN_MAX, NN_PD, VST = "nn~ in Max", "nn~ in Pd", "RAVE VST"
NN_AR, UGEN, NEUTONE = "SuperCollider (nn.ar)", "SuperCollider (RAVE UGen)", "Neutone"
ONNX_RUNTIME = "ONNX runtime"


@dataclass(frozen=True)
class Host:
    """What one program carries and asks for."""

    name: str
    carries: str
    """Its release and libtorch, as it is told."""
    libtorch: str
    """A key of ``FORMATS`` in rave_gui_verify_origin."""
    mono: bool = False
    """Whether it plays one channel only."""
    largest: int = 0
    """Samples of its longest buffer; 0 where it has no limit of its own."""
    rate: int = 0
    """The one sample rate at which it works, in Hz; 0 for any."""
    wrap: str = ""
    """What must be done to the file first."""


HOSTS = (
    Host(NN_MAX, "nn~ 1.6 (libtorch 2.5)", "2.5"),
    Host(NN_PD, "nn~ 1.6 (libtorch 2.5)", "2.5"),
    Host(VST, "the RAVE VST (libtorch 1.11)", "1.11", mono=True, largest=32768),
    Host(NN_AR, "nn.ar 0.0.4 (libtorch 2.0)", "2.0"),
    Host(UGEN, "the RAVE UGen (libtorch 1.12)", "1.12", mono=True, rate=48000),
    Host(
        NEUTONE,
        "neutone_sdk 1.4 (torch below 2.2)",
        "2.0",
        wrap="It does not load the file as it is: neutone_sdk wraps it into an .nm file first.",
    ),
)


ONLY = {"vst": VST}
"""Checks that concern one host alone: elsewhere they do not count."""
TABLE = "block-"
"""Checks of this kind are summed up by others: their sentences are not told again."""


def verdict_of(checks: Iterable[Check]) -> str:
    """The worst of the checks as a word."""
    results = {check.result for check in checks}
    return FAILS if FAIL in results else REMARKS if WARN in results else PASSES


def judge_hosts(checks: list[Check], model: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """A verdict and a reason for every program that plays TorchScript.

    Args:
        checks: All that was found.
        model: What is known of it; ``hindrances`` maps each libtorch to why it cannot load it.
    """
    return {host.name: _judge(host, checks, model) for host in HOSTS}


def _judge(host: Host, found: list[Check], model: Mapping[str, Any]) -> dict[str, str]:
    checks = [check for check in found if ONLY.get(check.id, host.name) == host.name]
    broken = [check.text for check in checks if check.result == FAIL]
    if broken:
        return {"verdict": FAILS, "why": " ".join(broken)}
    unfit = [*_unfit(host, model), *(c.text for c in checks if c.id in ONLY and c.result == WARN)]
    if unfit:
        return {"verdict": FAILS, "why": " ".join(unfit)}
    remarks = [*_remarks(host, model), *_telling(checks)]
    if remarks:
        return {"verdict": REMARKS, "why": " ".join(remarks)}
    return {"verdict": PASSES, "why": f"All that {host.carries} asks for is there."}


def _telling(checks: list[Check]) -> list[str]:
    """Each remark once: that a model clicks needs no telling where it does not stream."""
    warned = {check.id: check.text for check in checks if check.result == WARN}
    if "streaming" in warned:
        warned.pop("clicks", None)
    return [text for identity, text in warned.items() if not identity.startswith(TABLE)]


def _unfit(host: Host, model: Mapping[str, Any]) -> Iterable[str]:
    hindrance = (model.get("hindrances") or {}).get(host.libtorch)
    if hindrance:
        # 1.11 aborts its process while it puts its refusal into words.
        fate = (
            "Loading it takes the program down" if host.libtorch == "1.11" else "It cannot load it"
        )
        yield f"{fate}: {host.carries} {hindrance}."
    if host.mono and host.name not in ONLY.values() and model.get("channels", 1) != 1:
        yield f"It plays models of one channel only, and this has {model['channels']}."
    ratio = model.get("ratio") or 1
    if host.largest and not (_power_of_two(ratio) and ratio <= host.largest):
        yield f"Its buffers are powers of two up to {host.largest}, and this needs {ratio} samples."


def _remarks(host: Host, model: Mapping[str, Any]) -> Iterable[str]:
    if host.wrap:
        yield host.wrap
    rate = model.get("sr")
    if host.rate and rate and rate != host.rate:
        yield f"It works at {host.rate} Hz only: this model of {rate} Hz sounds detuned in it."


def _power_of_two(number: int) -> bool:
    return number > 0 and number & (number - 1) == 0


def only_onnx(verdict: str, why: str) -> dict[str, dict[str, str]]:
    """The verdicts on an ONNX file, which the programs above do not play."""
    other = {"verdict": FAILS, "why": "It plays TorchScript files (.ts); this is an ONNX file."}
    return {ONNX_RUNTIME: {"verdict": verdict, "why": why}, **{h.name: other for h in HOSTS}}
