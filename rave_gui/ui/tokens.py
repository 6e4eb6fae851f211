"""The visual system as plain values: colours for dark and light, spacing, radii, type scale.

Colours that carry words reach a contrast of 4.5 to 1 on every surface; where the drawn colour does
not, a ``*_word`` twin does, and the drawn one stays for bars, curves and fills.
"""

from __future__ import annotations

from dataclasses import dataclass

GRID = 8
GAP = 16
MARGIN = 24
RADIUS_CARD = 12
RADIUS_CONTROL = 8
TITLE_PX, SECTION_PX, BODY_PX, SECONDARY_PX, LABEL_PX = 22, 17, 13, 12, 11


@dataclass(frozen=True)
class Tokens:
    """Every colour that the window uses, as ``#rrggbb``."""

    name: str
    bg: str
    panel: str
    raised: str
    line: str
    hover: str
    selected: str
    text: str
    secondary: str
    muted: str
    accent: str
    accent_word: str
    accent_fill: str
    accent_hover: str
    on_accent: str
    phase1: str
    phase1_word: str
    phase1_track: str
    phase2: str
    phase2_word: str
    phase2_track: str
    good: str
    bad: str
    bad_hover: str
    series1: str
    series2: str
    series3: str
    series4: str

    def as_dict(self) -> dict[str, str]:
        """Name to colour, for the style sheet."""
        return dict(vars(self))

    def colour(self, role: str) -> str:
        """The colour of that name; painting asks for it in every cell."""
        found: str = vars(self).get(role, self.text)
        return found

    def word(self, role: str) -> str:
        """The colour in which a word of that role is written."""
        named = vars(self)
        return named.get(f"{role}_word") or named.get(role, self.text)


DARK = Tokens(
    name="dark",
    bg="#111214",
    panel="#17181b",
    raised="#1e2024",
    line="#2a2d32",
    hover="#26292e",
    selected="#352622",
    text="#ece9e3",
    secondary="#a6abb3",
    muted="#8b919b",
    accent="#ff8a5c",
    accent_word="#ff8a5c",
    accent_fill="#ff8a5c",
    accent_hover="#ff9c75",
    on_accent="#1c0f08",
    phase1="#6ea8fe",
    phase1_word="#6ea8fe",
    phase1_track="#2a2d32",
    phase2="#f0b34a",
    phase2_word="#f0b34a",
    phase2_track="#3a2f1c",
    good="#5ec48f",
    bad="#ff6b6b",
    bad_hover="#3a2224",
    series1="#6ea8fe",
    series2="#4fc3c8",
    series3="#b48cf2",
    series4="#f0b34a",
)

LIGHT = Tokens(
    name="light",
    bg="#f4f2ee",
    panel="#fbfaf8",
    raised="#ffffff",
    line="#e0dcd4",
    hover="#efece6",
    selected="#f7e7e0",
    text="#1d1f23",
    secondary="#565c66",
    muted="#62686f",
    accent="#d4572a",
    accent_word="#b4431b",
    accent_fill="#c84d22",
    accent_hover="#b8461f",
    on_accent="#ffffff",
    phase1="#2f6fdb",
    phase1_word="#2560c4",
    phase1_track="#e0dcd4",
    phase2="#b27600",
    phase2_word="#875900",
    phase2_track="#ecdcbd",
    good="#1b7249",
    bad="#c02f2f",
    bad_hover="#f9e4e2",
    series1="#2f6fdb",
    series2="#15838a",
    series3="#7a4fd0",
    series4="#b27600",
)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast of two ``#rrggbb`` colours, from 1 to 21."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
