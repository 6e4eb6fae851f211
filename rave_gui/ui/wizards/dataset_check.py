"""Step 2: what each file is good for, heard while one looks."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.audio.sound import Sound
from rave_gui.backend.dataset_draft import DatasetDraft, Step
from rave_gui.backend.scanned import ScannedFile
from rave_gui.bridge.playback import PlayState
from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import dataset_words as words
from rave_gui.ui.widgets.audio_player import AudioPlayer
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.files_table import FilesTable, sound_of
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.verdict_bar import VerdictBar
from rave_gui.ui.wizards.dataset_work import DatasetWork

_PLAYER = 132
_CALM_MS = 60


class CheckStep(QWidget):
    """Headline, progress, the table of files, and a small player at the foot."""

    chosen_changed = pyqtSignal(object)
    """dict of path to bool."""
    pause_requested = pyqtSignal(bool)
    leave_out_looks_requested = pyqtSignal()
    leave_out_unheard_requested = pyqtSignal()
    files_wanted = pyqtSignal()
    """Files were added: give all of them to the table."""
    show_in_folder_requested = pyqtSignal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self._playback = context.playback
        self.headline, self.progress = label(role="section"), label(role="secondary")
        self.bar = VerdictBar(theme)
        self.table = FilesTable(theme, choosable=True)
        self.pause = button("", LINK, theme=theme, icon="pause")
        self.leave_looks, self.leave_unheard = button("", LINK), button("", LINK)
        self.player = AudioPlayer(theme, context.playback, context.run)
        self._paused = False
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.timeout.connect(self.files_wanted)
        self._build()
        self._connect()

    def show_draft(self, draft: DatasetDraft, work: DatasetWork) -> None:
        """The figures of the moment; the table is fed by itself."""
        counts = draft.counts
        text = words.headline(draft)
        self.headline.setText(text)
        left = work.seconds_left
        self.progress.setText(words.listened(draft, paused=work.paused, seconds_left=left))
        self.bar.show_counts((counts.use, counts.look, counts.reject), text)
        self._show_pause(draft, work)
        self.leave_looks.setText(words.looks_button(counts))
        self.leave_looks.setVisible(bool(self.leave_looks.text()))
        self.leave_unheard.setText(words.unheard_button(counts))
        waiting = draft.step is Step.CHECK and (work.paused or work.listening)
        self.leave_unheard.setVisible(bool(self.leave_unheard.text()) and waiting)

    def expect_files(self, many: int) -> None:
        """Files were added, so that there are ``many``; the table shows them soon.

        It has to begin anew for that: not at every batch, and the more there are the more seldom.
        """
        if not self._calm.isActive():
            self._calm.start(_CALM_MS + many // 50)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.table

    def _show_pause(self, draft: DatasetDraft, work: DatasetWork) -> None:
        self._paused = work.paused
        self.pause.setVisible(bool(draft.counts.unheard) and (work.listening or work.paused))
        self.pause.setText(
            self.tr("Go on listening") if work.paused else self.tr("Pause listening")
        )

    @pyqtSlot()
    def _on_pause(self) -> None:
        self.pause_requested.emit(not self._paused)

    @pyqtSlot(object)
    def _on_selected(self, file: ScannedFile | None) -> None:
        """The player, once it was wanted, follows; before that the files have all the room."""
        if self.player.isVisibleTo(self) and file is not None and file.usable:
            self.player.show_sound(sound_of(file))

    @pyqtSlot(object)
    def _on_heard(self, state: PlayState) -> None:
        """Mark the file that sounds."""
        self.table.set_playing(state.key if state.playing else None)

    @pyqtSlot(object)
    def _on_play(self, sound: Sound) -> None:
        self.player.setVisible(True)
        self.player.show_sound(sound)
        QTimer.singleShot(0, self._keep_in_sight)
        if self._playback is not None:
            self._playback.toggle(sound)

    @pyqtSlot()
    def _keep_in_sight(self) -> None:
        """The player took room from the files: the one that is heard stays in sight."""
        self.table.view.scrollTo(self.table.view.currentIndex())

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.headline, 1)
        head.addWidget(self.progress)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        for one in (self.pause, self.leave_looks, self.leave_unheard):
            tools.addWidget(one)
        tools.addStretch(1)
        tools.addWidget(label(self.tr("Space plays, Return takes in or leaves out"), "muted"))
        self.player.setVisible(False)
        self.player.setFixedHeight(_PLAYER)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 22, 28, 12)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self.bar)
        box.addWidget(self.table, 1)
        box.addLayout(tools)
        box.addWidget(self.player)

    def _connect(self) -> None:
        self.pause.clicked.connect(self._on_pause)
        self.leave_looks.clicked.connect(self.leave_out_looks_requested)
        self.leave_unheard.clicked.connect(self.leave_out_unheard_requested)
        self.table.chosen_changed.connect(self.chosen_changed)
        self.table.selected_changed.connect(self._on_selected)
        self.table.play_requested.connect(self._on_play)
        self.table.show_in_folder_requested.connect(self.show_in_folder_requested)
        if self._playback is not None:
            self._playback.changed.connect(self._on_heard)
