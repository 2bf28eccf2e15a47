from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.workouts.routines.progression import (
    NextSets,
    Performance,
    deloaded,
    find_load,
    heavier,
    next_sets,
    reached,
)
from exercise_buddy.workouts.routines.schemas import ProgressionInput, Reason
from exercise_buddy.workouts.set_schemas import SetResult, TargetSet

POUND = 0.45359237


def target(reps: int | None = 5, weight_kg: float | None = None, **more: Any) -> TargetSet:
    return TargetSet.model_validate({"reps": reps, "weight_kg": weight_kg} | more)


def done(reps: int | None = 5, weight_kg: float | None = None, **more: Any) -> SetResult:
    nothing = dict.fromkeys(SetResult.model_fields)
    return SetResult.model_validate(nothing | {"kind": "normal", "reps": reps, "weight_kg": weight_kg} | more)


def linear(**changes: Any) -> ProgressionInput:
    return ProgressionInput.model_validate({"kind": "linear", "increment_kg": 2.5} | changes)


def double(**changes: Any) -> ProgressionInput:
    return ProgressionInput.model_validate({"kind": "double", "increment_kg": 2.5} | changes)


def in_reps(**changes: Any) -> ProgressionInput:
    return ProgressionInput.model_validate({"kind": "reps"} | changes)


def weights(targets: Sequence[TargetSet]) -> list[float | None]:
    return [one.weight_kg for one in targets]


def reps(targets: Sequence[TargetSet]) -> list[int | None]:
    return [one.reps for one in targets]


def as_asked(targets: Sequence[TargetSet], *, short_by: int = 0) -> Performance:
    """Do what is planned, or `short_by` reps less in the last set."""
    sets = [done(one.reps, one.weight_kg, kind=one.kind) for one in targets]
    sets[-1] = done((targets[-1].reps or 0) - short_by, targets[-1].weight_kg, kind=targets[-1].kind)
    return Performance(targets, sets)


FIVES = [target(5, 100), target(5, 100), target(5, 100)]


def test_without_a_progression_the_plan_stays() -> None:
    assert next_sets(FIVES, None, [as_asked(FIVES)]) == NextSets(FIVES, Reason.AS_PLANNED)


def test_the_first_time_is_as_planned() -> None:
    assert next_sets(FIVES, linear(), []) == NextSets(FIVES, Reason.FIRST_TIME)


def test_reaching_all_sets_increases_the_weight() -> None:
    found = next_sets(FIVES, linear(), [as_asked(FIVES)])

    assert (weights(found.targets), reps(found.targets), found.reason) == ([102.5] * 3, [5] * 3, Reason.WEIGHT_UP)


def test_a_missed_rep_repeats_the_weight() -> None:
    found = next_sets(FIVES, linear(), [as_asked(FIVES, short_by=1)])

    assert (weights(found.targets), found.reason, found.misses) == ([100] * 3, Reason.REPEAT, 1)


def test_a_set_less_is_a_miss() -> None:
    found = next_sets(FIVES, linear(), [Performance(FIVES, [done(5, 100), done(5, 100)])])

    assert (weights(found.targets), found.reason) == ([100] * 3, Reason.REPEAT)


def test_a_lighter_set_is_a_miss() -> None:
    found = next_sets(FIVES, linear(), [Performance(FIVES, [done(5, 100), done(5, 100), done(8, 95)])])

    assert (weights(found.targets), found.reason) == ([100] * 3, Reason.REPEAT)


def test_heavier_results_are_the_new_base() -> None:
    found = next_sets(FIVES, linear(), [Performance(FIVES, [done(5, 100), done(5, 110), done(5, 110), done(20, 60)])])

    assert weights(found.targets) == [102.5, 112.5, 112.5]


@pytest.mark.parametrize(("misses", "expected"), [(1, 100), (2, 100), (3, 90), (4, 90)])
def test_the_third_miss_in_a_row_is_a_deload(misses: int, expected: float) -> None:
    found = next_sets(FIVES, linear(), [as_asked(FIVES, short_by=1)] * misses + [as_asked(FIVES)])

    assert (weights(found.targets), found.misses) == ([expected] * 3, misses)
    assert found.reason is (Reason.DELOAD if expected == 90 else Reason.REPEAT)


def test_another_weight_resets_the_misses() -> None:
    lighter = [target(5, 90)] * 3
    history = [as_asked(lighter, short_by=1), *[as_asked(FIVES, short_by=1)] * 3]

    found = next_sets(FIVES, linear(), history)

    assert (weights(found.targets), found.reason, found.misses) == ([90] * 3, Reason.REPEAT, 1)


def test_deload_after_is_configurable() -> None:
    missed = as_asked(FIVES, short_by=1)

    assert next_sets(FIVES, linear(deload_after=1), [missed]).reason is Reason.DELOAD
    assert next_sets(FIVES, linear(deload_after=5), [missed] * 4).reason is Reason.REPEAT


def test_without_a_planned_weight_the_last_lifted_one_counts() -> None:
    planned = [target(5), target(5)]
    elsewhere = Performance([target(20, 20)], [done(5, 60, kind="warm_up"), done(5, 80), done(6, 80)])

    assert weights(next_sets(planned, linear(), [], elsewhere).targets) == [82.5] * 2
    assert next_sets(FIVES, linear(), [], elsewhere) == NextSets(FIVES, Reason.FIRST_TIME)


def test_a_pyramid_keeps_its_shape() -> None:
    pyramid = [target(10, 60), target(8, 70), target(6, 80)]

    assert weights(next_sets(pyramid, linear(), [as_asked(pyramid)]).targets) == [62.5, 72.5, 82.5]


def test_warm_ups_stay_and_drop_sets_follow() -> None:
    planned = [target(10, 40, kind="warm_up"), target(5, 100), target(10, 70, kind="drop"), target(5, 100)]
    history = [Performance(planned, [done(5, 110), done(3, 70, kind="drop"), done(5, 110)])]

    found = next_sets(planned, linear(), history)

    assert weights(found.targets) == [40, 112.5, 82.5, 112.5]
    assert [one.kind for one in found.targets] == [one.kind for one in planned]


def test_a_performance_of_only_warm_ups_does_not_count() -> None:
    history = [Performance(FIVES, [done(5, 40, kind="warm_up")]), as_asked(FIVES)]

    assert weights(next_sets(FIVES, linear(), history).targets) == [102.5] * 3


def test_a_set_to_failure_is_a_working_set() -> None:
    history = [Performance(FIVES, [done(5, 100), done(5, 100), done(7, 100, kind="failure")])]

    assert next_sets(FIVES, linear(), history).reason is Reason.WEIGHT_UP


def test_an_added_planned_set_takes_the_same_weight() -> None:
    assert weights(next_sets([*FIVES, target(5, 100)], linear(), [as_asked(FIVES)]).targets) == [102.5] * 4
    assert weights(next_sets([*FIVES, target(9, 80)], linear(), [as_asked(FIVES)]).targets) == [102.5] * 3 + [80]
    assert weights(next_sets(FIVES[:2], linear(), [as_asked(FIVES)]).targets) == [102.5] * 2


def test_a_duration_and_a_distance_are_reached_too() -> None:
    carry = [target(None, 30, duration_seconds=60, distance_meters=40)]

    assert reached(carry, [done(None, 30, duration_seconds=60, distance_meters=40)])
    assert not reached(carry, [done(None, 30, duration_seconds=59, distance_meters=40)])
    assert not reached(carry, [done(None, 30, duration_seconds=60)])


def test_less_assistance_is_progress() -> None:
    planned = [target(8, 20)] * 3

    up = next_sets(planned, linear(), [as_asked(planned)], assisted=True)
    missed = next_sets(planned, linear(), [Performance(planned, [done(8, 25)] * 3)], assisted=True)
    down = next_sets(planned, linear(), [as_asked(planned, short_by=1)] * 3, assisted=True)
    without = next_sets([target(8, 0)], linear(), [as_asked([target(8, 0)])], assisted=True)

    assert (weights(up.targets), up.reason) == ([17.5] * 3, Reason.WEIGHT_UP)
    assert (weights(missed.targets), missed.reason) == ([20] * 3, Reason.REPEAT)
    assert (weights(down.targets), down.reason) == ([22.5] * 3, Reason.DELOAD)
    assert (weights(without.targets), without.reason) == ([0], Reason.REPEAT)


def assisted_by(*kilograms: float, reps: int = 8, **more: Any) -> list[TargetSet]:
    return [target(reps, assistance_kg=assistance, **more) for assistance in kilograms]


def results_of(targets: Sequence[TargetSet], **changes: Any) -> Performance:
    """Do what is planned, with changes."""
    known = SetResult.model_fields
    done_as = [{name: value for name, value in one.model_dump().items() if name in known} for one in targets]
    return Performance(targets, [done(**one | changes) for one in done_as])


def loads(targets: Sequence[TargetSet]) -> list[float | None]:
    return [find_load(one) for one in targets]


def test_assistance_decreases_to_none_and_then_a_weight_is_added() -> None:
    planned = assisted_by(6, 6)
    history: list[Performance] = []
    seen = []
    for _ in range(5):
        history.insert(0, results_of(next_sets(planned, linear(), history).targets))
        seen.append(loads(history[0].targets))

    assert seen == [[-6, -6], [-3.5, -3.5], [-1, -1], [0, 0], [2.5, 2.5]]
    alone = Performance(planned, [done(8), done(8)])
    assert loads(next_sets(planned, linear(), [alone]).targets) == [2.5, 2.5]


def test_more_assistance_than_planned_is_a_miss_and_less_is_the_new_base() -> None:
    planned = assisted_by(20, 20, 20)

    missed = next_sets(planned, linear(), [results_of(planned, assistance_kg=25)])
    better = next_sets(planned, linear(), [results_of(planned, assistance_kg=10)])
    down = next_sets(planned, linear(), [results_of(planned, reps=7)] * 3)
    unplanned = next_sets([target(8)], linear(), [results_of([target(8)], assistance_kg=15)])

    assert (loads(missed.targets), missed.reason) == ([-20] * 3, Reason.REPEAT)
    assert (loads(better.targets), better.reason) == ([-7.5] * 3, Reason.WEIGHT_UP)
    assert (loads(down.targets), down.reason) == ([-22.5] * 3, Reason.DELOAD)
    assert loads(unplanned.targets) == [-12.5]
    assert not reached([target(8, 0)], results_of(assisted_by(5)).sets)
    assert reached(assisted_by(5), [done(8)])


def test_a_reached_range_needs_less_assistance() -> None:
    planned = [*assisted_by(20, 20, reps_to=12), target(8, kind="drop", assistance_kg=30)]

    top = next_sets(planned, double(), [results_of(planned, reps=12)])
    more = next_sets(planned, double(), [results_of(planned, reps=9)])

    assert (loads(top.targets), reps(top.targets), top.reason) == ([-17.5, -17.5, -27.5], [8] * 3, Reason.WEIGHT_UP)
    assert (loads(more.targets), reps(more.targets), more.reason) == ([-20, -20, -30], [10, 10, 8], Reason.REPS_UP)


def test_the_assistance_of_an_assisted_exercise_never_becomes_a_weight() -> None:
    planned = assisted_by(2)

    found = next_sets(planned, linear(), [results_of(planned)], assisted=True)
    again = next_sets(planned, linear(), [results_of(found.targets)], assisted=True)

    assert (loads(found.targets), loads(again.targets), again.reason) == ([0], [0], Reason.REPEAT)


def test_sets_without_a_weight_stay_without_one() -> None:
    planned = [target(8)]

    assert next_sets(planned, linear(), [as_asked(planned)]) == NextSets(planned, Reason.REPEAT)


RANGE = [target(8, 50, reps_to=12)] * 3


def test_reps_increase_within_their_range_then_the_weight() -> None:
    history: list[Performance] = []
    seen = []
    found = NextSets(RANGE, Reason.AS_PLANNED)
    for _ in range(11):
        found = next_sets(RANGE, double(), history)
        seen.append((found.targets[0].reps, found.targets[0].weight_kg, found.reason))
        history.insert(0, as_asked(found.targets))

    assert seen == [
        (8, 50, Reason.FIRST_TIME),
        *((n, 50, Reason.REPS_UP) for n in (9, 10, 11, 12)),
        (8, 52.5, Reason.WEIGHT_UP),
        *((n, 52.5, Reason.REPS_UP) for n in (9, 10, 11, 12)),
        (8, 55, Reason.WEIGHT_UP),
    ]
    assert found.targets[0].reps_to == 12


def test_each_set_plans_one_rep_more_than_its_result() -> None:
    found = next_sets(RANGE, double(), [Performance(RANGE, [done(12, 50), done(10, 50), done(6, 50)])])

    assert (reps(found.targets), weights(found.targets), found.reason) == ([12, 11, 8], [50] * 3, Reason.REPS_UP)


def test_a_lighter_result_is_the_new_base() -> None:
    found = next_sets(RANGE, double(), [Performance(RANGE, [done(12, 45), done(13, 45), done(12, 40)])])

    assert (reps(found.targets), weights(found.targets)) == ([8] * 3, [47.5, 47.5, 42.5])


def test_a_missing_set_does_not_reach_the_range() -> None:
    found = next_sets(RANGE, double(), [Performance(RANGE, [done(12, 50), done(12, 50)])])

    assert (reps(found.targets), found.reason) == ([12, 12, 8], Reason.REPS_UP)


def test_without_a_weight_a_reached_range_repeats() -> None:
    planned = [target(8, reps_to=12)]

    found = next_sets(planned, double(), [Performance(planned, [done(15)])])

    assert (reps(found.targets), weights(found.targets), found.reason) == ([12], [None], Reason.REPEAT)


def test_a_range_starts_with_the_weight_of_another_workout() -> None:
    planned = [target(8, reps_to=12)]

    found = next_sets(planned, double(), [], Performance([], [done(9, 40)]))

    assert (reps(found.targets), weights(found.targets)) == ([10], [40])


def test_reps_increase_by_the_step() -> None:
    planned = [target(10), target(10)]

    more = next_sets(planned, in_reps(step=2), [Performance(planned, [done(10), done(14)])])
    same = next_sets(planned, in_reps(step=2), [Performance(planned, [done(10), done(9)])])

    assert (reps(more.targets), more.reason) == ([12, 16], Reason.REPS_UP)
    assert (reps(same.targets), same.reason, same.misses) == ([10, 10], Reason.REPEAT, 1)


def test_missed_reps_are_planned_again() -> None:
    planned, grown = [target(10)], [target(17)]

    assert reps(next_sets(planned, in_reps(), [as_asked(grown, short_by=3)]).targets) == [17]


def test_reps_stop_at_the_planned_maximum() -> None:
    planned = [target(10, reps_to=12)]

    found = [next_sets(planned, in_reps(), [as_asked([target(n, reps_to=12)])]) for n in (10, 11, 12)]

    assert [(reps(one.targets), one.reason) for one in found] == [
        ([11], Reason.REPS_UP),
        ([12], Reason.REPS_UP),
        ([12], Reason.REPEAT),
    ]


def test_reps_ignore_other_workouts() -> None:
    planned = [target(10)]

    assert next_sets(planned, in_reps(), [], Performance([], [done(40)])) == NextSets(planned, Reason.FIRST_TIME)


KILOGRAMS = st.floats(0, 2000).map(lambda kg: round(kg, 4))
INCREMENTS = st.floats(0.1, 100).map(lambda kg: round(kg, 4))
SETS = st.lists(st.tuples(st.integers(0, 30), KILOGRAMS | st.none()), min_size=1, max_size=6)
LOADS = KILOGRAMS | st.none() | st.floats(-500, -0.0001).map(lambda kg: round(kg, 4))
LOADED_SETS = st.lists(st.tuples(st.integers(0, 30), LOADS), min_size=1, max_size=6)


def loaded(load: float | None) -> dict[str, float | None]:
    """Return the field of a load, which is assistance if it is negative."""
    return {"assistance_kg": -load} if load is not None and load < 0 else {"weight_kg": load}


@given(KILOGRAMS, INCREMENTS)
def test_a_deload_takes_at_least_a_tenth_to_a_multiple(weight_kg: float, increment_kg: float) -> None:
    lighter = deloaded(weight_kg, increment_kg)

    assert 0 <= lighter <= weight_kg
    assert lighter <= 0.9 * weight_kg + 1e-4 or lighter == min(weight_kg, increment_kg)
    multiple = lighter / increment_kg
    assert lighter == weight_kg or abs(multiple - round(multiple)) * increment_kg < 1e-4
    # And not more than it has to.
    assert lighter == weight_kg or lighter > 0.9 * weight_kg - increment_kg - 1e-4


@given(KILOGRAMS, INCREMENTS)
def test_more_assistance_is_at_least_a_tenth(weight_kg: float, increment_kg: float) -> None:
    easier = deloaded(weight_kg, increment_kg, assisted=True)

    assert easier == 2000 or easier >= max(1.1 * weight_kg, increment_kg) - 1e-4
    assert 0 <= easier <= 2000


@given(st.integers(1, 900), st.sampled_from([1, 2.5, 5, 10]))
def test_pounds_stay_exact_over_many_increments(pounds: int, step: float) -> None:
    weight_kg, increment_kg = round(pounds * POUND, 4), round(step * POUND, 4)
    for _ in range(50):
        weight_kg = heavier(weight_kg, increment_kg)

    assert round(weight_kg / POUND, 1) == pounds + 50 * step


@given(
    LOADED_SETS,
    st.lists(LOADED_SETS, max_size=5),
    st.sampled_from([linear(), double(), in_reps(), linear(deload_after=1), linear(increment_kg=100)]),
    st.booleans(),
)
def test_the_next_sets_have_the_shape_of_the_plan(
    planned: list[tuple[int, float | None]],
    history: list[list[tuple[int, float | None]]],
    progression: ProgressionInput,
    assisted: bool,
) -> None:
    plan = [target(count, reps_to=count + 4, **loaded(load)) for count, load in planned]
    past = [Performance(plan, [done(count, **loaded(load)) for count, load in sets]) for sets in history]

    found = next_sets(plan, progression, past, assisted=assisted)

    assert len(found.targets) == len(plan)
    # They could be sent to the API as they are.
    assert [TargetSet.model_validate(one.model_dump()) for one in found.targets] == found.targets
    assert next_sets(plan, progression, past, assisted=assisted) == found
    assert 0 <= found.misses <= len(past)
    for before, after in zip(plan, found.targets, strict=True):
        assert before.reps is not None
        assert after.reps is not None
        assert before.reps <= after.reps <= before.reps + 4
        assert after.weight_kg is None or 0 <= after.weight_kg <= 2000


@given(SETS.filter(lambda sets: all(weight for _, weight in sets)), st.integers(1, 8))
def test_reaching_all_sets_adds_an_increment_each_time(planned: list[tuple[int, float | None]], times: int) -> None:
    plan = [target(*one) for one in planned]
    history: list[Performance] = []
    for _ in range(times):
        history.insert(0, as_asked(next_sets(plan, linear(), history).targets))

    assert weights(history[0].targets) == [
        pytest.approx(min(2000, weight + 2.5 * (times - 1)), abs=1e-3) for _, weight in planned if weight
    ]
