"""The worker as what the listening room plays models with; see :mod:`.model_player`."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rave_gui.backend.engine_worker import DIED, NO_SESSION, EngineWorker, WorkerFault
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.model_player import Cancelled, Progress
from rave_gui.backend.render import Renderer, RenderWish
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class WorkerPlayer:
    """Whole renders by one worker, so that blocks for the ear never wait for them in the other.

    Args:
        live: The worker that answers while somebody listens.
        renderer: Renders whole files.
    """

    def __init__(self, live: EngineWorker, renderer: Renderer) -> None:
        self._live, self._renderer = live, renderer

    def latents(self, model: Path) -> int:
        """How many can be bent; 0 where none can.

        Raises:
            UserError: it holds no model that can be played.
        """
        return int(self._live.ask("load", model=str(model.absolute()))["latent_size"])

    def render(
        self,
        model: Path,
        sound: Path,
        out: Path,
        bend: LatentBend,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        """Write a WAV file that is as long as ``sound`` and at the same place in time.

        Raises:
            UserError: it cannot be done, was cancelled, or something has that name.
        """
        wish = RenderWish(model, bend=bend)
        self._renderer.render(wish, sound, out, exact=True, progress=progress, cancelled=cancelled)

    def live(self, model: Path, sound: Path) -> LiveSession:
        """Get ready to play.

        Raises:
            UserError: it cannot be played.
        """
        return LiveSession(self._live, model.absolute(), sound.absolute())


class LiveSession:
    """One sound through one model, from anywhere; opened again where the worker was renewed."""

    def __init__(
        self, worker: EngineWorker, model: Path, sound: Path, *, trusted: bool = False
    ) -> None:
        self._worker = worker
        self._fields: dict[str, Any] = {
            "model": str(model),
            "audio": str(sound),
            "trusted": trusted,
        }
        self.facts: dict[str, Any] = {}
        """``frames``, ``rate``, ``channels``, ``ratio``, ``latent_size``, ``seconds``."""
        self._open()
        self.rate = int(self.facts["rate"])

    def block(self, first: int, frames: int, bend: LatentBend) -> NDArray[np.float32]:
        """float32[``frames``, channels] from frame ``first``; fewer at the end of the sound.

        Raises:
            UserError: it cannot be made any more.
        """
        import numpy as np  # noqa: PLC0415 - start-up needs none

        fields = {"from": first, "frames": frames, **bend.to_json()}
        answer = self._ask("block", fields)
        samples = np.frombuffer(base64.b64decode(answer["pcm"]), "<f4")
        return samples.reshape(-1, int(answer["channels"])).astype(np.float32)

    def latents(self, first: int, frames: int) -> NDArray[np.float32]:
        """float32[dimensions, ``frames``] of latent frames from ``first``, before any bend.

        Raises:
            UserError: it cannot be made any more.
        """
        import numpy as np  # noqa: PLC0415

        answer = self._ask("latents", {"from": first, "frames": frames})
        return np.asarray(answer["latents"], np.float32)

    def close(self) -> None:
        """Forget it; raises nothing."""
        # A worker is not started for that: one that is gone has forgotten.
        if self._worker.pid is not None:
            try:
                self._worker.ask("close", session=self.facts["session"])
            except UserError:
                return

    def _open(self) -> None:
        self.facts = self._worker.ask("open", **self._fields)

    def _ask(self, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._worker.ask(verb, session=self.facts["session"], **fields)
        except WorkerFault as fault:
            if fault.code not in {NO_SESSION, DIED}:
                raise
        self._open()
        return self._worker.ask(verb, session=self.facts["session"], **fields)
