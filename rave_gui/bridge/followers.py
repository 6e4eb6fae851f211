"""The one owner of every follower thread."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from rave_gui.bridge.process_thread import ProcessThread


class JobFollowers(QObject):
    """Keeps followers from their start until they have finished.

    A QThread that loses its last reference while it runs aborts the program: therefore nobody else
    may own one, and none has a parent.
    """

    all_finished = pyqtSignal()
    """The last follower ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: dict[str, ProcessThread] = {}
        self._refusing = False

    def follow(self, thread: ProcessThread) -> bool:
        """Start and keep ``thread``; False when its job is followed already, or while closing."""
        if self._refusing or thread.job_id in self._threads:
            return False
        self._threads[thread.job_id] = thread
        thread.finished.connect(self._forget)
        thread.start()
        return True

    def follower(self, job_id: str) -> ProcessThread | None:
        """Who follows that job now."""
        return self._threads.get(job_id)

    def running(self) -> list[str]:
        """The ids of all jobs that are followed now."""
        return list(self._threads)

    def detach(self, job_id: str) -> None:
        """Follow that job no more; the job goes on."""
        if thread := self._threads.get(job_id):
            thread.request_stop()

    def detach_all(self) -> None:
        """Refuse new followers and let all others end; :attr:`all_finished` tells when."""
        self._refusing = True
        for thread in self._threads.values():
            thread.request_stop()

    @pyqtSlot()
    def _forget(self) -> None:
        thread = self.sender()
        if isinstance(thread, ProcessThread) and thread.wait(1000):
            self._threads.pop(thread.job_id, None)
            thread.deleteLater()
        if not self._threads:
            self.all_finished.emit()
