"""Hearing a training learn: its previews and RAVE's own validation sounds as strips over steps."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rave_gui.backend.jobs import JobManager
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.metrics_records import Clip
from rave_gui.backend.preview_folder import Start, folder_clips
from rave_gui.backend.preview_levels import Heard, Levels
from rave_gui.backend.preview_records import PreviewClip, PreviewSound, PreviewStrip
from rave_gui.backend.preview_validation import (
    decode,
    guess_window,
    is_usable,
    validation_clips,
)
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_state import find_run_dir
from rave_gui.core.errors import UserError
from rave_gui.core.records import Experiment, Job, JobKind, Preview
from rave_gui.core.repositories import Repositories

__all__ = ["Heard", "PreviewClip", "PreviewManager", "PreviewSound", "PreviewStrip"]

_MOST_OPEN = 3
_LISTENED_TO = 5
"""Clips from which the window of an adopted run is guessed."""


class Trainings(Protocol):
    """Who opens the event files of a training."""

    def metrics(self, experiment_id: int) -> RunMetrics:
        """Its curves and clips."""


class PreviewManager:
    """Finds and loads previews; synchronous, safe from every thread."""

    def __init__(self, rows: Repositories, trainings: Trainings, jobs: JobManager) -> None:
        self._rows, self._trainings, self._jobs = rows, trainings, jobs
        self._lock = threading.Lock()
        self._open: dict[int, RunMetrics] = {}
        self._windows: dict[Path, int] = {}
        self._starts: dict[str, Start] = {}
        self.levels = Levels()

    def strip(self, experiment_id: int) -> PreviewStrip:
        """What can be heard of a training, of all the times that it was started or went on.

        Raises:
            UserError: there is no such training.
        """
        experiment = self._rows.experiments.get(experiment_id)
        with self._lock:
            rendered = self._rendered(experiment)
            own, problems = self._validations(experiment)
        return PreviewStrip(experiment_id, (*rendered, *own), problems)

    def heard(self, sound: PreviewSound, like: PreviewSound | None) -> Heard:
        """A sound to be played, as loud as ``like``; None: as it is.

        Raises:
            UserError: it cannot be read.
        """
        return self.levels.heard(sound, like)

    def pictures(
        self, pairs: Iterable[tuple[PreviewSound, PreviewSound | None]]
    ) -> Mapping[str, tuple[float, ...]]:
        """Small pictures by key; of what cannot be read, an empty one.

        Each sound comes with what it is made as loud as: it is drawn as it is heard.
        """
        found: dict[str, tuple[float, ...]] = {}
        for sound, like in pairs:
            try:
                found[sound.key] = self.levels.picture(sound, like)
            except UserError:
                found[sound.key] = ()
        return found

    # Of the companion

    def _rendered(self, experiment: Experiment) -> tuple[PreviewClip, ...]:
        out = experiment.output_path
        run_dir = experiment.run_dir or (find_run_dir(out) if out is not None else None)
        if run_dir is None:
            return ()
        clips = folder_clips(run_dir, self._starts_of(experiment.id or 0))
        self._record(experiment.id or 0, clips)
        return clips

    def _starts_of(self, experiment_id: int) -> list[Start]:
        jobs = self._rows.jobs.list(kind=JobKind.TRAIN, target_id=experiment_id)
        return [start for job in jobs if (start := self._start(job)) is not None]

    def _start(self, job: Job) -> Start | None:
        """When its first step was, and which; None where it never came so far."""
        if job.id not in self._starts:
            for facts in self._jobs.directory(job.id).facts().batches():
                found = [fact for fact in facts if "first_step" in fact]
                if found and isinstance(found[0]["first_step"], int):
                    self._starts[job.id] = (float(found[0].get("t", 0)), found[0]["first_step"])
                    break
        return self._starts.get(job.id)

    def _record(self, experiment_id: int, clips: Iterable[PreviewClip]) -> None:
        """Make the table agree with the files."""
        found = {sound.path: sound for clip in clips for sound in clip.sounds}
        rows = self._rows.previews.list(experiment_id=experiment_id)
        known = {row.path: row for row in rows}
        if known.keys() == found.keys():
            return
        with self._rows.database.transaction():
            for row in rows:
                if row.path not in found:
                    self._rows.previews.delete(row.id or 0)
            for path, sound in found.items():
                if path is not None and path not in known and self._unknown(path):
                    self._rows.previews.add(
                        Preview(experiment_id, sound.step or 0, sound.clip, path, sound.created_at)
                    )

    def _unknown(self, path: Path) -> bool:
        """Two trainings may look at one run folder, where it was adopted twice."""
        return self._rows.previews.by_path(path) is None

    # Of RAVE

    def _validations(
        self, experiment: Experiment
    ) -> tuple[tuple[PreviewClip, ...], tuple[str, ...]]:
        try:
            metrics = self._metrics(experiment.id or 0)
        except UserError:  # there is no run folder yet
            return (), ()
        metrics.poll()
        clips = [clip for clip in metrics.clips() if is_usable(clip)]
        if not clips:
            return (), tuple(metrics.problems[:3])
        settings = TrainingSettings.from_json(experiment.config)
        try:
            window = self._window(experiment, settings, clips)
        except UserError as error:
            return (), (str(error),)
        made = validation_clips(clips, window, settings.channels)
        return made, tuple(metrics.problems[:3])

    def _window(
        self, experiment: Experiment, settings: TrainingSettings, clips: Sequence[Clip]
    ) -> int:
        """Samples of one sound; of an adopted run nobody wrote them down."""
        path = clips[-1].path
        if not experiment.config.get("adopted"):
            return settings.n_signal
        if path not in self._windows:
            own = [clip for clip in clips if clip.path == path]
            some = own[-1 :: -max(1, len(own) // _LISTENED_TO)][:_LISTENED_TO]
            sounds = [decode(RunMetrics.load_clip(clip))[0] for clip in some]
            self._windows[path] = guess_window(sounds, settings.channels, settings.n_signal)
        return self._windows[path]

    def _metrics(self, experiment_id: int) -> RunMetrics:
        if experiment_id not in self._open:
            while len(self._open) >= _MOST_OPEN:
                self._open.pop(next(iter(self._open)))
            self._open[experiment_id] = self._trainings.metrics(experiment_id)
        return self._open[experiment_id]
