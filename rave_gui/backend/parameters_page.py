"""``PARAMETERS.md``, written from the table of parameters: ``python -m …parameters_page``."""

from __future__ import annotations

from rave_gui.backend.parameters import (
    EXPERT,
    MACHINE,
    NETWORK,
    PARAMETERS,
    SOUND,
    TIME,
    Parameter,
    groups,
)  # fmt: skip

_TITLES = {
    TIME: "How long",
    NETWORK: "The network",
    SOUND: "The sound",
    MACHINE: "The machine",
    EXPERT: "For experiments",
}


def page() -> str:
    """The whole page."""
    parts = [
        "# The parameters of a training",
        "What the step *Parameters* of a new training shows, and what it becomes for RAVE. This"
        " page is written from the same table as the form, the command line and the checks.",
    ]
    for group in groups():
        parts.append(f"## {_TITLES[group]}")
        parts.append("\n".join(_row(one) for one in PARAMETERS if one.group == group))
    return "\n\n".join(parts) + "\n"


def group_title(group: str) -> str:
    """The title of a group of parameters."""
    return _TITLES[group]


def _row(one: Parameter) -> str:
    name = one.flag or "` or `".join(one.bindings)
    kind = "on or off" if one.kind == "switch" else one.range_words
    unit = f", {one.unit}" if one.unit else ""
    off = ", or off" if one.optional else ""
    return f"- **{one.title}** (`{name}`: {kind}{unit}{off}). {one.explanation}"


if __name__ == "__main__":
    print(page(), end="")
