"""Which programs can play an export, and why; those with the same reason share a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rave_gui.ui.text import translate


def grouped(hosts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Names, verdict and reason of each line, in the order of the verification.

    Names stand below each other; where all programs have one reason, they are not listed.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name, entry in hosts.items():
        judged = entry if isinstance(entry, Mapping) else {}
        why = str(judged.get("why") or judged.get("reason") or "")
        found.setdefault((str(judged.get("verdict", "")), why), []).append(str(name))
    if len(found) == 1 and len(hosts) > 1:
        [(verdict, why)] = found
        return [(translate("export_hosts", "Every program"), verdict, why)]
    return [(_below(names), verdict, why) for (verdict, why), names in found.items()]


def _below(names: Iterable[str]) -> str:
    return "\n".join(names)
