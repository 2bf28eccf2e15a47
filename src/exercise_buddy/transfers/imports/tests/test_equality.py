"""Which values make a workout of a file equal a stored one: without a database."""

from datetime import timedelta
from typing import Any

import pytest

from exercise_buddy.transfers.imports.comparison import (
    count_shared_sets,
    equals_set,
    has_equal_sets,
    has_same_start,
    has_same_title,
)
from exercise_buddy.transfers.imports.model import list_set_values
from exercise_buddy.transfers.imports.tests.compared_workouts import RESULTS, START, Exercises, compare, parse, store
from exercise_buddy.workouts.public import SetInput


@pytest.mark.parametrize(
    ("seconds", "stored_seconds", "is_same"),
    [
        (0, 0, True),
        (0, 42, True),
        (42, 0, True),
        (42, 42, True),
        (42, 41, False),
        (1, 2, False),
        (60, 0, False),
        (0, 60, False),
        (42, 60, False),
        (42, 42.5, False),
        (0.5, 0, True),
        (0, 0.5, True),
    ],
)
def test_a_start_without_seconds_is_compared_by_its_minute(
    seconds: float, stored_seconds: float, is_same: bool
) -> None:
    workout = parse([], started_at=START + timedelta(seconds=seconds))

    assert has_same_start(workout, START + timedelta(seconds=stored_seconds)) is is_same


def test_white_space_in_titles_does_not_count() -> None:
    assert has_same_title(parse([], title="Push  day "), "Push\tday")
    assert not has_same_title(parse([], title="Push day"), "Pushday")
    assert not has_same_title(parse([], title="Push day"), "push day")


@pytest.mark.parametrize(
    ("other", "change"),
    [
        ({"reps": 9}, "8 reps to 9 reps"),
        ({"weight_kg": 40.01}, "40 kg to 40.01 kg"),
        ({"weight_kg": None}, "40 kg to 0 kg"),
        ({"weight_kg": None, "assistance_kg": 40.0}, "40 kg to 40 kg of assistance"),
        ({"duration_seconds": 31.5}, "30 s to 31.5 s"),
        ({"duration_seconds": 30.001}, "30 s to 30 s"),
        ({"distance_meters": 100.001}, "100 m to 100 m"),
        ({"distance_meters": 0.0}, "100 m to 0 m"),
        ({"rpe": 8.5}, "no RPE to RPE 8.5"),
        ({"kind": "warm_up"}, "normal to warm_up"),
    ],
)
def test_each_value_of_a_set_makes_two_workouts_different(other: dict[str, Any], change: str) -> None:
    """With one of them left out, a corrected file would be taken for the stored one, and the correction lost."""
    workout, stored = parse([("Squat", [RESULTS | other])]), store([("Squat", [RESULTS])])

    assert not has_equal_sets(workout, stored)
    assert not equals_set(workout.exercises[0].sets[0], stored["exercises"][0]["sets"][0])
    assert compare(workout, stored) == [f"Squat set 1: {change}"]
    assert has_equal_sets(parse([("Squat", [RESULTS])]), stored)
    # The same difference the other way round.
    assert not has_equal_sets(parse([("Squat", [RESULTS])]), store([("Squat", [RESULTS | other])]))
    assert workout.fingerprint() != parse([("Squat", [RESULTS])]).fingerprint()


@pytest.mark.parametrize("name", ["rest_seconds", "assistance_kg", "reps", "duration_seconds", "distance_meters"])
def test_a_fingerprint_tells_no_value_from_zero(name: str) -> None:
    result = {"reps": 8} if name != "reps" else {"duration_seconds": 30.0}

    assert parse([("Squat", [result])]).fingerprint() != parse([("Squat", [result | {name: 1}])]).fingerprint()


def test_a_fingerprint_tells_one_assistance_from_another_and_stays_as_it_was_without() -> None:
    """The fingerprints of stored workouts were computed by earlier releases."""
    more, less = {"reps": 8, "assistance_kg": 20.0}, {"reps": 8, "assistance_kg": 10.0}

    assert parse([("Squat", [more])]).fingerprint() != parse([("Squat", [less])]).fingerprint()
    assert list_set_values(SetInput(**RESULTS)) == ["normal", 8, 40.0, 30.0, 100.0, None, None, None]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Pull"},
        {"started_at": START + timedelta(seconds=1)},
        {"ended_at": START + timedelta(hours=1)},
        {"ended_at": START},
        {"notes": "Heavy"},
    ],
)
def test_a_fingerprint_is_of_the_whole_workout(fields: dict[str, Any]) -> None:
    exercises: Exercises = [("Squat", [RESULTS])]

    assert parse(exercises).fingerprint() == parse(exercises, line=7, time_zone="Europe/Berlin").fingerprint()
    assert parse(exercises).fingerprint() != parse(exercises, **fields).fingerprint()


@pytest.mark.parametrize("change", [{"name": "Row"}, {"notes": "Slow"}, {"superset": 1}])
def test_a_fingerprint_is_of_all_fields_of_an_exercise(change: dict[str, Any]) -> None:
    workout = parse([("Squat", [RESULTS])])
    before = workout.fingerprint()

    workout.exercises[0].name = "SQUAT"
    assert workout.fingerprint() == before
    for name, value in change.items():
        setattr(workout.exercises[0], name, value)
    assert workout.fingerprint() != before


def test_rounding_of_units_makes_no_difference() -> None:
    """44.092 lb are 19.9999 kg, and tables write 0 for an empty field."""
    exact = {"reps": 8, "weight_kg": 20.00001, "duration_seconds": 30.0001, "distance_meters": 100.0001}
    stored = store([("Squat", [{"reps": 8, "weight_kg": 20.0, "duration_seconds": 30.0, "distance_meters": 100.0}])])

    assert has_equal_sets(parse([("Squat", [exact])]), stored)
    assert compare(parse([("Squat", [exact])]), stored) == []
    for zero in ("weight_kg", "duration_seconds", "distance_meters"):
        assert has_equal_sets(parse([("Squat", [{"reps": 8, zero: 0.0}])]), store([("Squat", [{"reps": 8}])]))
        assert has_equal_sets(parse([("Squat", [{"reps": 8}])]), store([("Squat", [{"reps": 8, zero: 0.0}])]))
    timed = {"duration_seconds": 30.0}
    assert has_equal_sets(parse([("Plank", [timed | {"reps": 0}])]), store([("Plank", [timed])]))
    assert has_equal_sets(parse([("Plank", [timed])]), store([("Plank", [timed | {"reps": 0}])]))
    assert not has_equal_sets(parse([("Plank", [timed])]), store([("Plank", [timed | {"reps": 1}])]))


def test_a_difference_below_the_rounding_is_none_and_one_above_is_shown() -> None:
    stored = store([("Squat", [{"reps": 8, "weight_kg": 20.0}])])

    assert compare(parse([("Squat", [{"reps": 8, "weight_kg": 20.00004}])]), stored) == []
    assert compare(parse([("Squat", [{"reps": 8, "weight_kg": 20.0001}])]), stored) != []


def test_titles_and_the_number_of_sets_count_for_equality() -> None:
    workout = parse([("Squat", [RESULTS])])

    assert not has_equal_sets(workout, store([("Squat", [RESULTS])], title="Pull"))
    assert not has_equal_sets(workout, store([("Squat", [RESULTS, RESULTS])]))
    assert not has_equal_sets(workout, store([("Squat", [RESULTS]), ("Row", [RESULTS])]))
    assert has_equal_sets(workout, store([("Row", [RESULTS])]))


def test_shared_sets_have_the_same_results_in_any_exercise() -> None:
    workout = parse([("Squat", [RESULTS, RESULTS]), ("Row", [{"reps": 5}])])

    assert count_shared_sets(workout, store([("Bench Press", [RESULTS])])) == 1
    assert count_shared_sets(workout, store([("Bench Press", [{"reps": 5}, RESULTS, RESULTS, RESULTS])])) == 3
    # Kind and exertion may have been edited; the results not.
    other = RESULTS | {"kind": "drop", "rpe": 9.0}
    assert count_shared_sets(workout, store([("Squat", [other])])) == 1
    for name in RESULTS:
        assert count_shared_sets(parse([("Squat", [RESULTS])]), store([("Squat", [RESULTS | {name: 3}])])) == 0
