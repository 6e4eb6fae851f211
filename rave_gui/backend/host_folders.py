"""Where programs that play instruments look for them, on each system.

Sources: the RAVE VST keeps models in JUCE's ``userApplicationDataDirectory`` under ``ACIDS/RAVE``;
nn~ finds a model in the search path of Max (``Documents/Max N/Library``) and of Pd
(``Documents/Pd/externals`` and what it calls ``-stdpath``); nn.ar is given a path, for which
SuperCollider's own folder for users' files is the natural place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rave_gui.core.records import Export

MAX, PD, VST, SUPERCOLLIDER, OWN = "max", "pd", "vst", "supercollider", "own"
_MAX_VERSIONS = (9, 8)
_LINUX, _MAC, _WINDOWS = "linux", "darwin", "win32"


@dataclass(frozen=True)
class HostFolder:
    """One place that an instrument may be copied to."""

    host: str
    """:data:`MAX`, :data:`PD`, :data:`VST`, :data:`SUPERCOLLIDER` or :data:`OWN`."""
    title: str
    path: Path
    there: bool
    """Whether the program has been here: its folder or the one above it exists."""


def host_folders(
    own: str = "",
    home: Path | None = None,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> list[HostFolder]:
    """Every place, those of programs that are installed first; ``own`` is the person's folder."""
    house = home or Path.home()
    known = [
        (MAX, "Max (nn~)", _max(house, platform)),
        (PD, "Pure Data (nn~)", _pd(house, platform)),
        (VST, "RAVE VST", _settings(house, platform, environment, "ACIDS") / "RAVE"),
        (SUPERCOLLIDER, "SuperCollider (nn.ar)", _supercollider(house, platform, environment)),
    ]
    found = [
        HostFolder(host, title, path, path.is_dir() or path.parent.is_dir())
        for host, title, path in known
        if path is not None
    ]
    mine = [HostFolder(OWN, "My own folder", Path(own), Path(own).is_dir())] if own else []
    return [*sorted(found, key=lambda one: not one.there), *mine]


def why_not_export(host: str, export: Export) -> str:
    """Why a host cannot play the instrument, whatever the verification says; empty where it can."""
    onnx = export.format == "onnx"
    return why_not(host, onnx=onnx, streaming=export.streaming, channels=export.channels)


def why_not(host: str, *, onnx: bool, streaming: bool, channels: int) -> str:
    """The same for what is still to be exported."""
    if host == OWN:
        return ""
    if onnx:
        return "It plays TorchScript, not ONNX."
    if host == VST and channels != 1:
        return "The RAVE VST plays mono models only."
    return "" if streaming else "Without streaming it clicks at every buffer."


def _max(home: Path, platform: str) -> Path | None:
    """The library of the newest Max that is there; there is none for Linux."""
    if platform not in (_MAC, _WINDOWS):
        return None
    all_versions = [home / "Documents" / f"Max {version}" for version in _MAX_VERSIONS]
    return next((one for one in all_versions if one.is_dir()), all_versions[0]) / "Library"


def _pd(home: Path, platform: str) -> Path:
    older = {_MAC: home / "Library" / "Pd"}.get(platform, home / "pd-externals")
    return older if older.is_dir() else home / "Documents" / "Pd" / "externals"


def _supercollider(home: Path, platform: str, environment: Mapping[str, str]) -> Path:
    folder = {
        _MAC: home / "Library" / "Application Support",
        _WINDOWS: Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local"),
    }.get(platform, Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share"))
    return folder / "SuperCollider" / "models"


def _settings(home: Path, platform: str, environment: Mapping[str, str], name: str) -> Path:
    """JUCE's folder for settings: ``~/.config`` on Linux, whatever ``XDG_CONFIG_HOME`` says."""
    folder = {
        _MAC: home / "Library" / "Application Support",
        _WINDOWS: Path(environment.get("APPDATA") or home / "AppData" / "Roaming"),
    }.get(platform, home / ".config")
    return folder / name
