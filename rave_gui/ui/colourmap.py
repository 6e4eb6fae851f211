"""Colours for pictures of numbers, made from the tokens: even steps to the eye, dark and light."""

from __future__ import annotations

from rave_gui.ui.tokens import Tokens

SIZE = 256
Lab = tuple[float, float, float]


def spectrum_colours(tokens: Tokens) -> list[int]:
    """256 colours as ``0xffrrggbb``, from the panel (nothing) to the text (full scale).

    Lightness rises (or, on a light panel, falls) in equal steps of OKLab (B. Ottosson, 2020), so
    that equal steps in level look equal; hue goes by way of two series colours.
    """
    stops = [_lab(colour) for colour in (tokens.panel, tokens.series3, tokens.series4, tokens.text)]
    first, last = stops[0][0], stops[-1][0]
    made = []
    for index in range(SIZE):
        part = index / (SIZE - 1)
        place = part * (len(stops) - 1)
        below = min(int(place), len(stops) - 2)
        inside = place - below
        _, a, b = (
            one * (1 - inside) + other * inside
            for one, other in zip(stops[below], stops[below + 1], strict=True)
        )
        made.append(_packed((first + (last - first) * part, a, b)))
    return made


def _lab(colour: str) -> Lab:
    """OKLab of ``#rrggbb``."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _packed(lab: Lab) -> int:
    """0xffrrggbb of an OKLab colour; what no screen can show is cut off."""
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    parts = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (round(255 * _shown(part)) for part in parts)
    return 0xFF000000 | red << 16 | green << 8 | blue


def _linear(value: float) -> float:
    """SRGB to linear light."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _shown(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
