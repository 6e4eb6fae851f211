"""Translation for modules without Qt: the same calls that ``pylupdate6`` collects."""

from __future__ import annotations

from collections.abc import Callable

Translator = Callable[[str, str], str]


class _Catalogue:
    """Holds the translator that the application installs; without one, texts stay English."""

    def __init__(self) -> None:
        self.translator: Translator | None = None


_catalogue = _Catalogue()


def install_translator(translator: Translator | None) -> None:
    """Let ``translator(context, text)`` translate from now on, e.g. QCoreApplication's."""
    _catalogue.translator = translator


def translate(context: str, text: str) -> str:
    """``text`` in the person's language."""
    return _catalogue.translator(context, text) if _catalogue.translator else text


def plural(number: int, one: str, many: str) -> str:
    """``one`` or ``many``, whichever goes with ``number``; both are given translated."""
    return one if number == 1 else many
