"""Nothing that is held ever goes; budgets are met or the reason is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rave_gui.backend.retention import KINDS, Candidate, Plan, Reason, Rules, plan
from rave_gui.backend.thinning import Spacing, order

GB = 1_000_000_000


def run_of(steps, run=1, size=GB, **held) -> list[Candidate]:
    """A run with a checkpoint at each step; ``held`` gives reasons by ``s<step>``."""
    return [
        Candidate(
            run * 1000 + number,
            run,
            step,
            float(number),
            size,
            frozenset(held.get(f"s{step}", ())),
        )
        for number, step in enumerate(steps)
    ]


def steps_of(candidates) -> list[int]:
    return sorted(one.step for one in candidates)


def test_without_a_rule_nothing_goes():
    made = plan(run_of(range(0, 1000, 10)), Rules())
    assert made.going == ()
    assert made.left == 100 * GB


def test_one_of_each_so_many_steps_stays():
    made = plan(run_of([10, 50, 110, 120, 250, 290, 310]), Rules(every=100))
    assert steps_of(made.staying) == [10, 110, 250, 310]
    assert made.freed == 3 * GB


def test_what_is_held_is_the_one_of_its_part():
    made = plan(run_of([10, 50, 110], s50=[Reason.PINNED]), Rules(every=100))
    assert steps_of(made.staying) == [50, 110]


def test_the_newest_stays_by_step_and_by_time():
    """Somebody went back to step 100 and trained from there: 200 is newest, 500 furthest."""
    found = run_of([100, 500])
    back = [replace(one, id=9, step=200, written=99.0) for one in found[:1]]
    made = plan(found + back, Rules(keep=1))
    assert steps_of(made.staying) == [200, 500]


def test_thinned_evenly():
    made = plan(run_of(range(0, 101, 10)), Rules(keep=3))
    kept = steps_of(made.staying)
    assert len(kept) == 3
    assert kept[-1] == 100
    assert 30 <= kept[1] - kept[0] <= 70


def test_thinned_denser_towards_the_end():
    made = plan(run_of(range(0, 1001, 10)), Rules(keep=8, spacing=Spacing.RECENT))
    kept = steps_of(made.staying)
    gaps = [after - before for before, after in pairwise(kept)]
    assert gaps[0] > 4 * gaps[-1]
    assert max(gaps[-3:]) < min(gaps[:2])


def test_a_budget_is_met_over_all_runs_evenly():
    found = run_of(range(0, 100, 10)) + run_of(range(0, 1_000_000, 100_000), run=2)
    made = plan(found, Rules(budget=12 * GB))
    assert made.left == 12 * GB
    assert made.over == 0
    assert {one.run: None for one in made.going}.keys() == {1, 2}


def test_a_budget_that_cannot_be_met_tells_by_how_much():
    made = plan(run_of([1, 2, 3], s1=[Reason.EXPORTED], s2=[Reason.BEST]), Rules(budget=GB))
    assert made.going == ()
    assert made.over == 2 * GB


def test_kinds_can_be_given_up_but_the_newest_stays():
    found = run_of([1, 2, 3], s1=[Reason.STOPPED], s3=[Reason.STOPPED])
    assert steps_of(plan(found, Rules(keep=1)).staying) == [1, 3]
    given = Rules(keep=1, kinds=KINDS - {Reason.STOPPED})
    assert steps_of(plan(found, given).staying) == [3]


def test_shared_bytes_do_not_help_a_budget():
    found = [replace(one, shared=one.step < 3) for one in run_of([1, 2, 3, 4])]
    made = plan(found, Rules(budget=GB))
    assert steps_of(made.going) == [3]
    assert (made.freed, made.left, made.over) == (GB, 3 * GB, 2 * GB)


def test_a_file_that_is_gone_is_neither_counted_nor_the_newest():
    found = run_of([1, 2, 3], s3=[Reason.GONE])
    found[2] = replace(found[2], size=0)
    made = plan(found, Rules(keep=1))
    assert steps_of(made.going) == [1]


def test_thousands_are_thinned_in_no_time():
    steps = list(range(20_000))
    losses = order(steps, [False] * 20_000, Spacing.EVEN)
    assert len(losses) == 20_000


reasons = st.frozensets(st.sampled_from(list(Reason)), max_size=2)
candidates = st.lists(
    st.builds(
        Candidate,
        id=st.just(0),
        run=st.integers(1, 4),
        step=st.integers(0, 5000),
        written=st.floats(0, 1e6),
        size=st.integers(0, 10_000),
        held=st.one_of(st.just(frozenset()), reasons),
        shared=st.booleans(),
    ),
    max_size=60,
).map(lambda found: [replace(one, id=number) for number, one in enumerate(found)])
rules = st.builds(
    Rules,
    every=st.none() | st.integers(1, 2000),
    keep=st.none() | st.integers(0, 20),
    spacing=st.sampled_from(Spacing),
    budget=st.none() | st.integers(0, 200_000),
    kinds=st.frozensets(st.sampled_from(sorted(KINDS))),
)


@given(candidates, rules)
def test_nothing_held_ever_goes_and_every_run_keeps_its_newest(found, wanted):
    made = plan(found, wanted)
    assert sorted(one.id for one in (*made.going, *made.staying)) == [one.id for one in found]
    for one in made.going:
        assert not one.held
        assert not found[one.id].held - (KINDS - wanted.kinds)
    for run in {one.run for one in made.going}:
        mine = [one for one in found if one.run == run and Reason.GONE not in one.held]
        stay = {one.id for one in made.staying}
        assert max(mine, key=lambda one: (one.step, one.written)).id in stay
        assert max(mine, key=lambda one: (one.written, one.step)).id in stay


@given(candidates, rules)
def test_a_budget_is_met_or_everything_that_may_go_is_gone(found, wanted):
    made = plan(found, wanted)
    assert made.left == sum(one.size for one in found) - made.freed
    if wanted.budget is None:
        assert made.over == 0
    elif made.left > wanted.budget:
        assert made.over == made.left - wanted.budget
        assert all(one.held or not one.frees for one in made.staying)


@given(candidates, rules)
def test_no_more_goes_than_the_rules_ask(found, wanted):
    made = plan(found, wanted)
    if wanted == Rules(kinds=wanted.kinds):
        assert made.going == ()
    if wanted.every is None and wanted.keep is None and wanted.budget is not None:
        smallest = min((one.frees for one in made.going), default=0)
        assert not made.going or made.left + smallest > wanted.budget or _late(made, wanted)


def _late(made: Plan, wanted: Rules) -> bool:
    """The last one taken was larger than what was still too much."""
    return made.left + max(one.frees for one in made.going) > (wanted.budget or 0)


@given(st.lists(st.integers(0, 10_000), unique=True), st.sampled_from(Spacing), st.data())
def test_the_order_names_each_free_point_once(steps, spacing, data):
    steps = sorted(steps)
    fixed = data.draw(st.lists(st.booleans(), min_size=len(steps), max_size=len(steps)))
    losses = order(steps, fixed, spacing)
    assert sorted(loss.index for loss in losses) == [n for n, held in enumerate(fixed) if not held]
    gaps = [loss.gap for loss in losses]
    assert gaps == sorted(gaps)
