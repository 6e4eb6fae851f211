"""The doctor's findings in words."""

from __future__ import annotations

from collections.abc import Sequence

from rave_gui.backend.doctor import Check, Result
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.export import Finding


def _tr(text: str) -> str:
    return translate("health", text)


def findings(checks: Sequence[Check]) -> list[Finding]:
    """One line a check, with its remedy behind the finding."""
    words = {
        Result.OK: (_tr("good"), "good"),
        Result.WARNING: (_tr("remark"), "warn"),
        Result.FAILURE: (_tr("bad"), "bad"),
    }
    return [
        Finding(check.title, *words[check.result], f"{check.text} {check.remedy}".strip())
        for check in checks
    ]


def summary(checks: Sequence[Check]) -> str:
    """``Everything is well``, or how much is not."""
    failed = sum(1 for check in checks if check.result is Result.FAILURE)
    warned = sum(1 for check in checks if check.result is Result.WARNING)
    if failed:
        many = plural(failed, _tr("1 thing must be mended."), _tr("{n} things must be mended."))
        return many.format(n=failed)
    if warned:
        return plural(warned, _tr("1 remark."), _tr("{n} remarks.")).format(n=warned)
    return _tr("Everything is well.")


def report(checks: Sequence[Check]) -> str:
    """Plain text for the clipboard."""
    lines = []
    for check in checks:
        lines.append(f"[{check.result.value}] {check.title}: {check.text}")
        lines += [f"    {check.remedy}"] if check.remedy else []
    return "\n".join(lines)
