"""Totals with the values that a count by hand gives: what Python computes when it writes, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.set_schemas import SetInput
from exercise_buddy.workouts.storage.computed_totals import (
    ComputedExercise,
    ExerciseFacts,
    compute_duration,
    compute_exercises,
    exercise_totals,
    propose_title,
    summarize_exercise,
    workout_totals,
)
from exercise_buddy.workouts.tables import REP_QUALITY

BARBELL = ExerciseFacts("Squat", 5.0, ["quadriceps"], None, assisted=False, is_custom=False)
BODY = ExerciseFacts("Pull-up", 8.0, ["lats"], 0.95, assisted=False, is_custom=False)
MACHINE = ExerciseFacts("Assisted pull-up", None, ["lats"], 0.95, assisted=True, is_custom=False)
NOTHING: dict[str, Any] = {
    "set_count": 0,
    "rep_count": 0,
    "volume_kg": 0.0,
    "bodyweight_reps": 0.0,
    "assisted_volume_kg": 0.0,
    "assisted_reps": 0,
    "least_assistance_kg": None,
    "warm_up_set_count": 0,
    "warm_up_rep_count": 0,
    "warm_up_volume_kg": 0.0,
    "warm_up_bodyweight_reps": 0.0,
    "warm_up_assisted_volume_kg": 0.0,
    "duration_seconds": None,
    "distance_meters": None,
    "best_set_weight_kg": None,
    "best_set_reps": None,
    "best_e1rm_kg": None,
    "best_reps": None,
    "best_set_volume_kg": None,
    "best_duration_seconds": None,
    "best_distance_meters": None,
    "load_kgs": None,
    "load_reps": None,
}


def total(facts: ExerciseFacts, *sets: dict[str, Any]) -> dict[str, Any]:
    """Return those totals of sets that differ from the totals of no sets."""
    totals = exercise_totals([SetInput(**one) for one in sets], facts)
    assert {*totals} == {*NOTHING, *REP_QUALITY}
    assert {totals[name] for name in REP_QUALITY} == {None}
    return {name: totals[name] for name, nothing in NOTHING.items() if totals[name] != nothing}


def lift(reps: int, weight_kg: float | None = None, **fields: Any) -> dict[str, Any]:
    return {"reps": reps, "weight_kg": weight_kg} | fields


def test_no_sets_have_no_totals() -> None:
    for facts in (BARBELL, BODY, MACHINE):
        assert total(facts) == {}


def test_a_warm_up_counts_and_is_no_best_and_so_is_a_failed_lift() -> None:
    found = total(
        BARBELL,
        lift(10, 200.5, kind="warm_up", duration_seconds=99.0, distance_meters=99.0),
        lift(5, 100.0),
        lift(3, 110.0),
        lift(4, 110.0, duration_seconds=30.0),
        lift(0, 120.0),
        lift(20),
        lift(15, 50.25, distance_meters=7.5),
    )

    assert found == {
        "set_count": 7,
        "rep_count": 57,
        "volume_kg": 4028.75,  # 2005 + 500 + 330 + 440 + 0 + 753.75
        "warm_up_set_count": 1,
        "warm_up_rep_count": 10,
        "warm_up_volume_kg": 2005.0,
        "duration_seconds": 129.0,
        "distance_meters": 106.5,
        "best_set_weight_kg": 110.0,
        "best_set_reps": 4,
        "best_e1rm_kg": pytest.approx(124.6667, abs=1e-4),  # 110 * (1 + 4 / 30), and not 50.25 with 15 reps
        "best_reps": 20,
        "best_set_volume_kg": 753.75,
        "best_duration_seconds": 30.0,
        "best_distance_meters": 7.5,
        "load_kgs": [50.25, 100.0, 110.0, 110.0],
        "load_reps": [15, 5, 3, 4],
    }


@pytest.mark.parametrize(
    ("reps", "weight_kg", "estimate"), [(1, 100.0, 100.0), (2, 90.0, 96.0), (12, 50.0, 70.0), (13, 50.0, None)]
)
def test_a_one_rep_max_is_estimated_of_one_to_twelve_reps(reps: int, weight_kg: float, estimate: float | None) -> None:
    assert total(BARBELL, lift(reps, weight_kg)).get("best_e1rm_kg") == (
        None if estimate is None else pytest.approx(estimate)
    )


@pytest.mark.parametrize(
    ("sets", "weight_kg", "reps", "volume_kg"),
    [
        # A load without a number of reps (a hold) is a best weight without best reps.
        ([{"duration_seconds": 30.0, "weight_kg": 20.0}], 20.0, None, None),
        ([{"duration_seconds": 30.0, "weight_kg": 20.0}, lift(1, 20.0)], 20.0, 1, 20.0),
        # Nothing is lifted without a load, but the volume is known where a weight is.
        ([lift(5)], None, 5, None),
        ([lift(5, 0.0)], 0.0, 5, 0.0),
        ([lift(5), lift(3, 0.0)], 0.0, 3, 0.0),
        ([lift(0, 50.0)], None, None, 0.0),
        ([lift(5, 0.0001)], 0.0001, 5, 0.0005),
    ],
)
def test_the_best_set_is_the_heaviest_then_the_longest(
    sets: list[dict[str, Any]], weight_kg: float | None, reps: int | None, volume_kg: float | None
) -> None:
    found = exercise_totals([SetInput(**one) for one in sets], BARBELL)

    assert (found["best_set_weight_kg"], found["best_set_reps"], found["best_set_volume_kg"]) == (
        weight_kg,
        reps,
        volume_kg,
    )


def test_assistance_is_no_weight_and_such_reps_are_no_best() -> None:
    found = total(BODY, lift(12, assistance_kg=20.0), lift(9, assistance_kg=10.0), lift(6), lift(7, 5.0), lift(5, 0.0))

    assert found == {
        "set_count": 5,
        "rep_count": 39,
        "volume_kg": 35.0,
        "bodyweight_reps": 37.05,
        "assisted_volume_kg": 330.0,
        "assisted_reps": 21,
        "least_assistance_kg": 10.0,
        "best_set_weight_kg": 5.0,
        "best_set_reps": 7,
        "best_e1rm_kg": pytest.approx(6.1667, abs=1e-4),
        # At body weight: neither with assistance nor with a load.
        "best_reps": 6,
        "best_set_volume_kg": 35.0,
        "load_kgs": [5.0],
        "load_reps": [7],
    }
    # An exercise that does not move the body: with any load, but without assistance.
    assert total(BARBELL, lift(12, assistance_kg=20.0), lift(7, 5.0))["best_reps"] == 7
    assert total(BODY, lift(8, assistance_kg=20.0, kind="warm_up")) == {
        "set_count": 1,
        "rep_count": 8,
        "bodyweight_reps": 7.6,
        "assisted_volume_kg": 160.0,
        "warm_up_set_count": 1,
        "warm_up_rep_count": 8,
        "warm_up_bodyweight_reps": 7.6,
        "warm_up_assisted_volume_kg": 160.0,
    }


def test_the_weight_of_an_assisting_machine_is_assistance() -> None:
    found = total(
        MACHINE, lift(8, 30.0), lift(9, 20.0, kind="warm_up"), lift(6, assistance_kg=25.0), lift(11), lift(0, 1.0)
    )

    assert found == {
        "set_count": 5,
        "rep_count": 34,
        "bodyweight_reps": 32.3,
        "assisted_volume_kg": 570.0,  # 240 + 180 + 150
        "assisted_reps": 14,
        "least_assistance_kg": 25.0,
        "best_reps": 11,
        "warm_up_set_count": 1,
        "warm_up_rep_count": 9,
        "warm_up_bodyweight_reps": 8.55,
        "warm_up_assisted_volume_kg": 180.0,
    }


def test_sums_are_exact_decimals() -> None:
    """Sums of doubles would be 0.6000000000000001 and 30.000000000000004."""
    tenths = [{"duration_seconds": 0.1}, {"duration_seconds": 0.2}, {"duration_seconds": 0.3}]

    assert total(BARBELL, *tenths)["duration_seconds"] == 0.6
    assert total(BARBELL, *tenths)["best_duration_seconds"] == 0.3
    assert total(BARBELL, {"duration_seconds": 2.0}, {"duration_seconds": 1.0})["duration_seconds"] == 3.0
    assert total(BARBELL, *(lift(1, 0.1) for _ in range(3)))["volume_kg"] == 0.3
    # Halves are rounded away from zero, to 4 decimals.
    share = ExerciseFacts("Half", None, [], 0.00005, assisted=False, is_custom=False)
    assert total(share, lift(1))["bodyweight_reps"] == 0.0001


def test_a_summary_of_totals_gives_those_that_a_workout_sums_up() -> None:
    part = {"sets": 3, "reps": 20, "volume_kg": 60.0, "assisted_volume_kg": 5.0}
    warm_up = {"sets": 1, "reps": 8, "volume_kg": 20.0, "assisted_volume_kg": 1.0}
    expected = {"set_count": 3, "rep_count": 20, "volume_kg": 60.0, "bodyweight_reps": 19.0, "assisted_volume_kg": 5.0}
    of_warm_ups = {"set_count": 1, "rep_count": 8, "volume_kg": 20.0, "bodyweight_reps": 7.6, "assisted_volume_kg": 1.0}
    prefixed = {f"warm_up_{name}": value for name, value in of_warm_ups.items()}

    assert summarize_exercise(part | {"warm_up": warm_up}, BODY) == expected | prefixed
    unmoved = summarize_exercise(part | {"warm_up": warm_up}, BARBELL)
    assert (unmoved["bodyweight_reps"], unmoved["warm_up_bodyweight_reps"]) == (0.0, 0.0)


def compute(*exercises: tuple[ExerciseFacts, list[dict[str, Any]]]) -> list[ComputedExercise]:
    facts = {UUID(int=number): one for number, (one, _) in enumerate(exercises)}
    parts = [
        ExerciseInput(exercise_id=UUID(int=number), sets=[SetInput(**one) for one in sets])
        for number, (_, sets) in enumerate(exercises)
    ]
    return compute_exercises(parts, facts)


def test_a_workout_sums_up_its_exercises() -> None:
    exercises = compute(
        (BARBELL, [lift(5, 100.1), lift(5, 40.0, kind="warm_up")]), (BODY, [lift(10)]), (MACHINE, [lift(3, 10.2)])
    )

    totals = workout_totals(exercises, 3600.0, "Notes")

    size = totals.pop("stored_bytes")
    assert totals == {
        "exercise_count": 3,
        "set_count": 4,
        "rep_count": 23,
        "volume_kg": 700.5,
        "bodyweight_reps": 12.35,
        "assisted_volume_kg": 30.6,
        "warm_up_set_count": 1,
        "warm_up_rep_count": 5,
        "warm_up_volume_kg": 200.0,
        "warm_up_bodyweight_reps": 0.0,
        "warm_up_assisted_volume_kg": 0.0,
        # (2 sets of 5 MET + 1 of 8 MET) / 3 sets, for an hour; the machine has no MET.
        "met_minutes": 360.0,
    }
    empty = workout_totals([], None, None)
    assert size == empty["stored_bytes"] + sum(one.stored_bytes for one in exercises) + len("Notes")
    assert (empty["exercise_count"], empty["volume_kg"], empty["met_minutes"]) == (0, 0.0, None)


def test_sums_of_a_workout_are_exact_and_counts_are_integers() -> None:
    exercises = compute((BARBELL, [lift(1, 0.1)]), (BARBELL, [lift(1, 0.2)]))

    totals = workout_totals(exercises, None, None)

    assert totals["volume_kg"] == 0.3
    assert all(
        type(totals[name]) is int for name in ("set_count", "rep_count", "warm_up_set_count", "warm_up_rep_count")
    )
    assert [one.exercise.exercise_id.int for one in exercises] == [0, 1]


def test_a_warm_up_alone_has_totals_and_no_bests() -> None:
    found = total(BARBELL, lift(8, 20.0, kind="warm_up", duration_seconds=9.0, distance_meters=5.0), lift(3))

    assert (found["duration_seconds"], found["distance_meters"], found["best_reps"]) == (9.0, 5.0, 3)
    assert {"best_duration_seconds", "best_distance_meters", "best_set_weight_kg", "load_kgs"} & found.keys() == set()


def test_met_minutes_need_a_duration_and_a_set_with_a_met() -> None:
    rated, unrated = compute((BODY, [lift(1)])), compute((MACHINE, [lift(1)]), (BODY, []))

    assert workout_totals(rated, 90.0, None)["met_minutes"] == 12.0
    assert workout_totals(rated, None, None)["met_minutes"] is None
    assert workout_totals(unrated, 90.0, None)["met_minutes"] is None


def test_a_workout_in_progress_has_no_duration() -> None:
    start = datetime(2026, 1, 5, 18, tzinfo=UTC)

    assert compute_duration(start, None) is None
    assert compute_duration(start, start + timedelta(minutes=1.5)) == 90.0
    assert compute_duration(start, start) == 0.0


@pytest.mark.parametrize(
    ("hour", "name"),
    [
        (0, "Night"),
        (4, "Night"),
        (5, "Morning"),
        (10, "Morning"),
        (11, "Midday"),
        (13, "Midday"),
        (14, "Afternoon"),
        (16, "Afternoon"),
        (17, "Evening"),
        (21, "Evening"),
        (22, "Night"),
        (23, "Night"),
    ],
)
def test_a_title_names_the_local_time_of_day(hour: int, name: str) -> None:
    start = datetime(2026, 1, 5, hour, 59, tzinfo=UTC)

    assert propose_title(start, "UTC", []) == f"{name} workout"
    assert propose_title(start - timedelta(hours=1), "Europe/Berlin", []) == f"{name} workout"


def test_a_title_names_the_two_muscles_with_the_most_sets() -> None:
    def facts(*muscles: str) -> ExerciseFacts:
        return ExerciseFacts("Any", None, muscles, None, assisted=False, is_custom=False)

    one = lift(1)
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    title = propose_title(noon, "UTC", compute((facts("biceps"), [one]), (facts("lower_back", "lats"), [one, one])))
    assert title == "Midday workout: lats, lower back"
    # The sets of all exercises of a muscle count.
    lats = [(facts("lats"), [one])] * 3
    assert propose_title(noon, "UTC", compute((facts("biceps"), [one, one]), *lats)) == "Midday workout: lats, biceps"
    # Of as many sets the first, and of one exercise by the alphabet.
    several = compute((facts("triceps"), [one]), (facts("lats", "biceps"), [one]), (facts("triceps"), [one]))
    assert propose_title(noon, "UTC", several) == "Midday workout: triceps, biceps"
    same = compute((facts("triceps"), [one]), (facts("biceps"), [one]))
    assert propose_title(noon, "UTC", same) == "Midday workout: triceps, biceps"
