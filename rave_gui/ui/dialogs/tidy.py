"""Rules that clear checkpoints: what they would do is seen before anything happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QWidget

from rave_gui.backend.checkpoint_clearing import Going
from rave_gui.backend.retention import KINDS, Plan, Reason, Rules
from rave_gui.backend.thinning import Spacing
from rave_gui.core.errors import UserError
from rave_gui.core.records import Experiment
from rave_gui.ui.dialogs.form import Choice, Form, Number
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.models.going import GoingModel
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import tidy as words
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.record_table import RecordTable

_CALM_MS = 200
_GB = 10**9
_WIDTHS = {0: 150, 1: 96, 2: 130, 3: 90}


@dataclass(frozen=True)
class TidyWish:
    """Rules, and the trainings that they are for."""

    experiments: tuple[Experiment, ...]
    rules: Rules


class TidyDialog(Sheet):
    """Every change of a rule asks for its plan; the filled button does what the plan says."""

    plan_wanted = pyqtSignal(object)
    """A :class:`TidyWish`."""
    requested = pyqtSignal(object, bool)
    """The plan that was seen, and whether to delete without the trash."""

    def __init__(
        self, theme: Theme, experiments: Sequence[Experiment], parent: QWidget | None = None
    ) -> None:
        lede = self.tr(
            "Kept, starred, noted and exported checkpoints stay whatever the rules say, and so "
            "does the newest of each training. Nothing goes before you have seen it here."
        )
        super().__init__(theme, self.tr("Tidy up checkpoints"), lede, parent)
        self.resize(760, 740)
        self._runs, self._plan, self._asked = tuple(experiments), Plan(), 0
        self._make_fields()
        self._headline, self._stays = (
            label(role="strong", wrap=True),
            label(role="secondary", wrap=True),
        )
        self._depends = label(role="muted", wrap=True)
        self.going = GoingModel(self)
        self.table = RecordTable(theme, self.going, self.tr("Checkpoints that would go"))
        self.for_good = QCheckBox(
            self.tr("Delete for good: the trash gives no room back until it is emptied"), self
        )
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._lay_out()
        self._connect()
        self._refresh()

    # Methods

    def wish(self) -> TidyWish:
        """What is chosen."""
        number = self.scope.currentData()
        runs = self._runs if number is None else tuple(r for r in self._runs if r.id == number)
        rules = Rules(
            every=self.every.value() if self.by_every.isChecked() else None,
            keep=self.keep.value() if self.by_keep.isChecked() else None,
            spacing=self.spacing.currentData(),
            budget=round(self.budget.value() * _GB) if self.by_budget.isChecked() else None,
            kinds=frozenset(kind for kind, box in self.kinds.items() if box.isChecked()),
        )
        return TidyWish(runs, rules)

    def show_plan(self, wish: TidyWish, made: Plan, going: Sequence[Going]) -> None:
        """What these rules would do; an answer to an earlier question is passed over."""
        if wish != self.wish():
            return
        self._plan = made
        text, role = words.headline(made, wish.rules)
        self._headline.setText(text)
        set_role(self._headline, role)
        self._stays.setText(words.stays(made))
        told = words.depends(going)
        self._depends.setText(told)
        self._depends.setVisible(bool(told))
        self.going.set_rows(going)
        self.table.setVisible(bool(going))
        self.say("")
        self._show_button()

    def show_problem(self, error: UserError) -> None:
        """Why there is no plan."""
        self._plan = Plan()
        self._headline.setText(str(error))
        self._show_button()

    @pyqtSlot()
    def submit(self) -> None:
        """Do what was seen."""
        if self._plan.going:
            self.set_busy(self.tr("Clearing…"))
            self.requested.emit(self._plan, self.for_good.isChecked())

    # Construction

    def _make_fields(self) -> None:
        self.scope = Choice(self)
        self.scope.add(self.tr("All trainings"), None)
        for run in self._runs:
            self.scope.add(run.name, run.id)
        self.by_every, self.every = _rule(self.tr("one of each"), Number(1, 10**9, 50_000, self))
        self.by_keep, self.keep = _rule(self.tr("at most"), Number(1, 100_000, 10, self))
        self.spacing = Choice(self)
        self.spacing.add(self.tr("spread evenly"), Spacing.EVEN)
        self.spacing.add(self.tr("denser towards the end"), Spacing.RECENT)
        amount = QDoubleSpinBox(self)
        amount.setRange(0.01, 1_000_000)
        amount.setDecimals(2)
        amount.setValue(20)
        amount.setSuffix(" GB")
        self.by_budget, self.budget = _rule(self.tr("all together at most"), amount)
        names = words.kind_words()
        self.kinds: dict[Reason, QCheckBox] = {}
        for kind in sorted(KINDS, key=list(names).index):
            box = self.kinds[kind] = QCheckBox(names[kind], self)
            box.setChecked(True)

    def _lay_out(self) -> None:
        form = Form(self)
        form.add_row(self.tr("Of"), self.scope)
        form.add_row(
            self.tr("By steps"), _row(self.by_every, self.every, label(self.tr("steps"), "muted"))
        )
        form.add_row(
            self.tr("By number"),
            _row(
                self.by_keep, self.keep, label(self.tr("of each training"), "muted"), self.spacing
            ),
        )
        form.add_row(self.tr("By room"), _row(self.by_budget, self.budget))
        form.add_row(self.tr("Always keep"), _row(*self.kinds.values()))
        self.body.addWidget(form)
        for part in (self._headline, self._stays, self._depends):
            self.body.addWidget(part)
        self.table.stretch(4, _WIDTHS)
        self.table.setMinimumHeight(150)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.for_good)

    def _connect(self) -> None:
        for box in (self.by_every, self.by_keep, self.by_budget, *self.kinds.values()):
            box.toggled.connect(self._refresh)
        for field in (self.every, self.keep, self.budget):
            field.valueChanged.connect(self._refresh)
        for choice in (self.scope, self.spacing):
            choice.currentIndexChanged.connect(self._refresh)
        self.for_good.toggled.connect(self._show_button)
        self._calm.timeout.connect(self._ask)

    @pyqtSlot()
    def _refresh(self) -> None:
        """Nothing that was not seen may happen: the button waits for the plan."""
        for box, field in (
            (self.by_every, self.every), (self.by_keep, self.keep), (self.by_budget, self.budget),
        ):  # fmt: skip
            field.setEnabled(box.isChecked())
        self.spacing.setEnabled(self.by_keep.isChecked() or self.by_budget.isChecked())
        self._plan = Plan()
        self._show_button()
        self._calm.start()

    @pyqtSlot()
    def _ask(self) -> None:
        self.say(self.tr("Looking…"))
        self.plan_wanted.emit(self.wish())

    @pyqtSlot()
    def _show_button(self) -> None:
        self.primary.setEnabled(bool(self._plan.going))
        self.primary.setText(words.button(self._plan, for_good=self.for_good.isChecked()))


def _rule(text: str, field: QWidget) -> tuple[QCheckBox, Any]:
    """A rule that can be switched on, and its number."""
    box = QCheckBox(text)
    field.setAccessibleName(text)
    field.setFixedWidth(130)
    return box, field


def _row(*parts: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 2, 0, 2)
    row.setSpacing(10)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return holder
