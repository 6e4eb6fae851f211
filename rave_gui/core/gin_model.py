"""What a set of gin files adds up to: macros, bindings, and what they say about a RAVE model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.core.gin_files import MacroUse, Reference

_DEEPEST = 50


@dataclass(frozen=True)
class GinModel:
    """Macros and bindings after all files and overrides, the later ones having won."""

    macros: Mapping[str, Any] = field(default_factory=dict)
    """Name to value as written; may itself be a :class:`MacroUse`."""
    bindings: Mapping[str, Any] = field(default_factory=dict)
    """``scope/module.Name.parameter`` to value as written."""
    includes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    """Every file that was read, in the order of reading."""
    imports: tuple[str, ...] = ()
    source_of: Mapping[str, str] = field(default_factory=dict)
    """Macro or binding to the file name, or ``override``, that gave it its value."""
    ineffective: tuple[str, ...] = ()
    """Names of overridden macros that nothing uses: RAVE accepts them and does nothing."""
    undefined: tuple[str, ...] = ()
    """Names of macros that something uses and nothing defines: RAVE stops on them."""
    used: frozenset[str] = frozenset()
    """Names of macros that a binding reaches, directly or through others."""

    def macro(self, name: str) -> Any:
        """The resolved value of a macro, None if there is none."""
        return self.resolve(self.macros.get(name))

    def bound(self, name: str, parameter: str, scope: str = "") -> Any:
        """The resolved value bound to ``parameter`` of the class or function called ``name``.

        RAVE's own files say ``rave.RAVE``, a run's record ``model.RAVE``, an override ``RAVE``:
        the last part decides. The scope wins over no scope, no scope over any other.
        """
        found = dict(self._scopes(name, parameter))
        for candidate in (scope, "", *found):
            if candidate in found:
                return self.resolve(found[candidate])
        return None

    def resolve(self, value: Any, depth: int = 0) -> Any:
        """``value`` with every macro replaced by what it stands for; None where that fails."""
        if depth > _DEEPEST:
            return None
        if isinstance(value, MacroUse):
            return self.resolve(self.macros.get(value.name), depth + 1)
        if isinstance(value, (list, tuple)):
            return type(value)(self.resolve(item, depth + 1) for item in value)
        if isinstance(value, dict):
            return {key: self.resolve(item, depth + 1) for key, item in value.items()}
        return value

    @property
    def sampling_rate(self) -> int | None:
        """Hz."""
        return _positive(self.bound("RAVE", "sampling_rate"))

    @property
    def latent_size(self) -> int | None:
        """Dimensions of the latent space before any are dropped at export."""
        return _positive(self.bound("RAVE", "latent_size"))

    @property
    def phase_1_duration(self) -> int | None:
        """Steps before the adversarial phase begins."""
        value = self.bound("RAVE", "phase_1_duration")
        return value if type(value) is int else None

    @property
    def capacity(self) -> int | None:
        """Width of the first layer of the encoder."""
        return _positive(self._encoder_value("capacity"))

    @property
    def n_band(self) -> int | None:
        """Bands of the filter bank before the encoder."""
        return _positive(self.bound("CachedPQMF", "n_band"))

    @property
    def ratios(self) -> tuple[int, ...]:
        """Downsampling of each stage of the encoder."""
        value = self._encoder_value("ratios")
        whole = isinstance(value, (list, tuple)) and all(_positive(item) for item in value)
        return tuple(value) if whole else ()

    @property
    def ratio(self) -> int | None:
        """Audio samples in one latent frame: front end times every stage of the encoder."""
        front = {
            "raw": 1,
            "mel": _positive(self.bound("MelSpectrogram", "hop_length")),
        }.get(self.input_mode, self.n_band)
        return front * math.prod(self.ratios) if front and self.ratios else None

    @property
    def input_mode(self) -> str:
        """``pqmf``, ``mel`` or ``raw``."""
        return str(self.bound("RAVE", "input_mode") or "pqmf")

    @property
    def valid_signal_crop(self) -> bool:
        """Whether training throws away what the receptive field cannot see whole."""
        return bool(self.bound("RAVE", "valid_signal_crop"))

    @property
    def causal(self) -> bool:
        """Whether every convolution looks only into the past."""
        return bool(self.bound("get_padding", "mode") == "causal")

    @property
    def regularization(self) -> str:
        """Name of the class that shapes the latent space, such as ``VariationalEncoder``."""
        return _name(self.bound("RAVE", "encoder"))

    @property
    def encoder(self) -> str:
        """Name of the network inside it: ``Encoder`` in the v1 family, else ``EncoderV2``."""
        return _name(self._encoder_reference())

    @property
    def decoder(self) -> str:
        """Name of the decoder class; empty when no architecture was given."""
        return _name(self.bound("RAVE", "decoder"))

    @property
    def discriminator(self) -> str:
        """Name of the discriminator class."""
        return _name(self.bound("RAVE", "discriminator"))

    def _encoder_reference(self) -> Any:
        outer = self.regularization
        return self.bound(outer, "encoder_cls") or self.bound(outer, "encoder")

    def _encoder_value(self, parameter: str) -> Any:
        inner = self._encoder_reference()
        scope = inner.scope if isinstance(inner, Reference) else ""
        return self.bound(_name(inner), parameter, scope)

    def _scopes(self, name: str, parameter: str) -> Iterator[tuple[str, Any]]:
        for key, value in self.bindings.items():
            scope, selector, bound = split_binding(key)
            if bound == parameter and selector.rpartition(".")[2] == name:
                yield scope, value


def split_binding(key: str) -> tuple[str, str, str]:
    """``scope/module.Name.parameter`` as its three parts."""
    scope, _, rest = key.rpartition("/")
    selector, _, parameter = rest.rpartition(".")
    return scope, selector, parameter


def used_macros(value: Any) -> Iterator[str]:
    """The names of the macros that ``value`` mentions, at any depth."""
    if isinstance(value, MacroUse):
        yield value.name
    elif isinstance(value, dict):
        for pair in value.items():
            yield from used_macros(pair)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from used_macros(item)


def _positive(value: Any) -> int | None:
    return value if type(value) is int and value > 0 else None


def _name(value: Any) -> str:
    return value.name if isinstance(value, Reference) else ""
