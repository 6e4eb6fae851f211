"""Everything below the front ends, built once: what the window and the command line share."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.backend.adopt import Adopter
from rave_gui.backend.archive import Archive
from rave_gui.backend.card_keeper import CardKeeper
from rave_gui.backend.chain import Chain
from rave_gui.backend.checkpoint_care import CheckpointCare
from rave_gui.backend.checkpoint_clearing import Clearing
from rave_gui.backend.dataset import DatasetManager
from rave_gui.backend.dataset_care import DatasetCare
from rave_gui.backend.deliveries import Deliveries
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.engine_worker import EngineWorker
from rave_gui.backend.export import ExportManager
from rave_gui.backend.jobs import JobManager
from rave_gui.backend.listening import Listener
from rave_gui.backend.model import ModelManager
from rave_gui.backend.model_facts import ModelShelf
from rave_gui.backend.model_import import Importer
from rave_gui.backend.notify import Notifier
from rave_gui.backend.outside import OutsideWatch
from rave_gui.backend.previews import PreviewManager
from rave_gui.backend.projects import ProjectManager
from rave_gui.backend.queue import Queue
from rave_gui.backend.render import Renderer
from rave_gui.backend.rooms import Rooms
from rave_gui.backend.training import TrainingManager
from rave_gui.backend.trial import TrialManager
from rave_gui.backend.worker_player import WorkerPlayer
from rave_gui.core import logger
from rave_gui.core.database import Database
from rave_gui.core.paths import AppPaths
from rave_gui.core.repositories import Repositories
from rave_gui.core.settings import SettingsStore
from rave_gui.core.signals import AppSignals


@dataclass(frozen=True)
class Services:
    """The managers and what they stand on."""

    paths: AppPaths
    settings: SettingsStore
    database: Database
    repositories: Repositories
    signals: AppSignals
    archive: Archive
    projects: ProjectManager
    engines: EngineManager
    worker: EngineWorker
    """Answers while somebody looks and listens."""
    render_worker: EngineWorker
    """Works off whole files, which the other must not wait for."""
    renderer: Renderer
    player: WorkerPlayer
    jobs: JobManager
    datasets: DatasetManager
    care: DatasetCare
    trainings: TrainingManager
    trials: TrialManager
    previews: PreviewManager
    models: ModelManager
    checkpoints: CheckpointCare
    clearing: Clearing
    shelf: ModelShelf
    importer: Importer
    rooms: Rooms
    exports: ExportManager
    cards: CardKeeper
    deliveries: Deliveries
    queue: Queue
    adopter: Adopter
    outside: OutsideWatch
    chain: Chain
    notifier: Notifier

    def start(self) -> None:
        """Find out what happened while nobody looked, and let the queue go on."""
        self._settle()
        self.exports.start_waiting()

    def close(self) -> None:
        """End the processes that only served this one; jobs go on."""
        self.worker.close()
        self.render_worker.close()

    def tick(self) -> None:
        """Settle what ended, start what can start, tell what is new.

        Cheap enough for once a second.
        """
        self._settle()
        self.notifier.look()

    def _settle(self) -> None:
        self.jobs.reconcile()
        self.datasets.reconcile()
        self.queue.reconcile()
        self.outside.look()


def build_services(paths: AppPaths) -> Services:
    """Open the database (upgrading it if needed) and build every manager; starts nothing.

    Raises:
        UserError: when the database cannot be opened.
    """
    logger.set_up(paths.logs)
    settings = SettingsStore(paths.settings)
    database = Database(paths.database)
    database.migrate()
    rows = Repositories(database)
    signals = AppSignals()
    archive = Archive(rows)
    engines = EngineManager(paths, settings)
    jobs = JobManager(paths, rows, signals)
    models = ModelManager(paths, rows, signals)
    queue = Queue(rows, signals)
    projects = ProjectManager(paths, rows, archive, signals)
    listener = Listener(paths.cache / "listening.sqlite3")
    datasets = DatasetManager(rows, archive, engines, jobs, signals, listener)
    trainings = TrainingManager(
        paths=paths,
        repositories=rows,
        archive=archive,
        engines=engines,
        jobs=jobs,
        models=models,
        queue=queue,
        signals=signals,
    )
    outside = OutsideWatch(paths, rows, archive, models, signals)
    checkpoints = CheckpointCare(rows, archive, models, jobs, signals)
    worker = EngineWorker(engines.current, paths.logs / "worker.log")
    render_worker = EngineWorker(engines.current, paths.logs / "render-worker.log")
    renderer = Renderer(render_worker)
    player = WorkerPlayer(worker, renderer)
    shelf = ModelShelf(paths.cache / "models", lambda: worker)
    exports = ExportManager(rows, archive, engines, jobs, signals, shelf)
    return Services(
        paths=paths,
        settings=settings,
        database=database,
        repositories=rows,
        signals=signals,
        archive=archive,
        projects=projects,
        engines=engines,
        worker=worker,
        render_worker=render_worker,
        renderer=renderer,
        player=player,
        jobs=jobs,
        datasets=datasets,
        care=DatasetCare(rows, archive, signals),
        trainings=trainings,
        trials=TrialManager(rows, engines, jobs),
        previews=PreviewManager(rows, trainings, jobs),
        models=models,
        checkpoints=checkpoints,
        clearing=Clearing(rows, models, checkpoints),
        shelf=shelf,
        importer=Importer(rows, archive, models, shelf, signals),
        rooms=Rooms(rows, player),
        exports=exports,
        cards=CardKeeper(rows, archive, shelf, signals, exports, engines, paths.cache),
        deliveries=Deliveries(rows, exports, signals),
        queue=queue,
        adopter=Adopter(rows, archive, models, signals, outside),
        outside=outside,
        chain=Chain(
            repositories=rows,
            projects=projects,
            datasets=datasets,
            trainings=trainings,
            models=models,
            exports=exports,
            signals=signals,
        ),
        notifier=Notifier(paths, rows, jobs, trainings, signals),
    )
