"""The card of an instrument as a text that people read beside the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OURS = "<!-- Written by RAVE GUI from card.json; what stands above the last mark is replaced. -->"
YOURS = "<!-- What you write below this line is kept. -->"
_KINDS = {
    "ts": "TorchScript, streaming: plays live in nn~ (Max, Pd), SuperCollider and, if mono, the "
    "RAVE VST",
    "ts-offline": "TorchScript, not streaming: for rendering in Python and for msprior",
    "onnx": "ONNX for whole signals: for programs with onnxruntime",
    "onnx-streaming": "ONNX in blocks: for programs with onnxruntime that play live",
}
_VERDICTS = {
    "pass": "plays well",
    "warn": "plays, with remarks",
    "fail": "does not play",
    None: "not verified",
}
_HOSTS = {"pass": "works", "warn": "works, with remarks", "fail": "does not work"}
_UNSAID = "not said"


def readme(card: Mapping[str, Any], kept: str = "") -> str:
    """The text; ``kept`` is what a person wrote at its end before."""
    parts = [
        OURS,
        f"# {card['name']}",
        _what(card),
        _sound(card),
        _learnt_from(card["data"]),
        _trained(card),
        _verified(card["verification"]),
        _rights(card["rights"]),
        _made_with(card),
        f"{YOURS}\n{kept}".rstrip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def kept_part(text: str) -> str | None:
    """What a person wrote at the end of a text of ours; None for a text that is not ours."""
    if not text.startswith(OURS):
        return None
    return text.partition(YOURS)[2].strip("\n")


def _what(card: Mapping[str, Any]) -> str:
    file = card["file"]
    return f"`{file['name']}` — {_KINDS.get(file['kind'], file['kind'])}."


def _sound(card: Mapping[str, Any]) -> str:
    model = card["model"]
    rows = [
        ("Channels", model["channels"]),
        ("Sample rate", _unit(model["sample_rate"], "Hz")),
        ("Latents", _latents(model)),
        ("Samples in one step", model["samples_per_step"]),
    ]
    inputs = ", ".join(f"`{name}` ({size})" for name, size in model["noise_inputs"].items())
    if inputs:
        rows.append(("Further inputs", inputs))
    table = ", ".join(f"{share:.1%}: {size}" for share, size in _steps(model["latent_table"]))
    told = (
        f"\n\nLatents by the share of the sound's variation from which on: {table}."
        if table
        else ""
    )
    return "## The model\n\n" + _table(rows) + told


def _steps(table: Any) -> list[tuple[float, int]]:
    """Only where the number changes."""
    found: list[tuple[float, int]] = []
    for share, size in table:
        if not found or found[-1][1] != size:
            found.append((float(share), int(size)))
    return found


def _latents(model: Mapping[str, Any]) -> str:
    kept, full = model["latents"], model["full_latents"]
    if kept is None:
        return _UNSAID
    share = f", {model['fidelity']:.1%} of the variation" if model["fidelity"] else ""
    return f"{kept}{f' of {full}' if full else ''}{share}"


def _learnt_from(data: Mapping[str, Any]) -> str:
    if not data:
        return "## What it learnt from\n\nThe dataset is not known."
    hours = data["seconds"]
    rows = [
        ("Dataset", data["name"]),
        ("Sources", ", ".join(data["sources"]) or _UNSAID),
        ("Files", data["files"]),
        ("Sound", _duration(hours)),
        ("Examples", data["examples"]),
        ("Format", f"{data['sample_rate']} Hz, {data['channels']} channels"),
        ("Window", _unit(data["num_signal"], "samples")),
    ]
    return "## What it learnt from\n\n" + _table(rows)


def _trained(card: Mapping[str, Any]) -> str:
    run, model = card["training"], card["model"]
    rows = [
        ("Training", run["name"] or _UNSAID),
        ("Network", " + ".join(model["configs"]) or _UNSAID),
        ("Steps", _phases(run)),
        ("Validation", f"{run['validation']:.4g}" if run["validation"] is not None else None),
    ]
    lines = [
        f"- `{one['setting']}`: {one['value']} (was {one['was']})" for one in run["differences"]
    ]
    told = f"\n\nNot as in {run['begun_with']}:\n\n" + "\n".join(lines) if lines else ""
    picture = f"\n\n![Curves of the training]({card['curves']})" if card["curves"] else ""
    return "## How it was trained\n\n" + _table(rows) + told + picture


def _phases(run: Mapping[str, Any]) -> str:
    if run["step"] is None:
        return _UNSAID
    begins = run["phase_1_steps"]
    phase = f", phase {run['phase']}; phase 2 begins at {begins:,}" if run["phase"] else ""
    return f"{run['step']:,}{phase}"


def _verified(found: Mapping[str, Any]) -> str:
    lines = [_host(name, one) for name, one in found["hosts"].items()]
    word = _VERDICTS.get(found["verdict"], "not verified")
    return "\n\n".join(part for part in (f"## Verified: {word}", "\n".join(lines)) if part)


def _host(name: str, found: Mapping[str, Any]) -> str:
    word = _HOSTS.get(str(found.get("verdict")), "not judged")
    return f"- {name}: {word}. {found.get('why') or ''}".rstrip()


def _rights(rights: Mapping[str, str]) -> str:
    rows = [
        ("Licence", rights["licence"] or _UNSAID),
        ("Consent and rights in the sounds", rights["consent"] or _UNSAID),
        ("Author", rights["author"] or _UNSAID),
    ]
    more = f"\n\n{rights['remarks']}" if rights["remarks"] else ""
    return "## Licence and consent\n\n" + _table(rows) + more


def _made_with(card: Mapping[str, Any]) -> str:
    told = ", ".join(f"{name} {version}" for name, version in card["versions"].items())
    command = f"\n\n```\n{card['command']}\n```" if card["command"] else ""
    return f"## Made with\n\n{told or _UNSAID}{command}"


def _table(rows: list[tuple[str, Any]]) -> str:
    lines = [f"| {name} | {_cell(value)} |" for name, value in rows if value not in (None, "")]
    return "\n".join(["| | |", "|---|---|", *lines])


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _unit(value: Any, unit: str) -> str | None:
    return f"{value:,} {unit}" if isinstance(value, (int, float)) else None


def _duration(seconds: Any) -> str | None:
    if not isinstance(seconds, (int, float)):
        return None
    minutes = seconds / 60
    return f"{minutes / 60:.1f} hours" if minutes >= 90 else f"{minutes:.1f} minutes"
