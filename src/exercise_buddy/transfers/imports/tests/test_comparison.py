"""How a workout of a file differs from a stored one: without a database."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.transfers.imports.comparison import (
    MAX_DIFFERENCES,
    Matches,
    pair_exercises,
    shorten_differences,
)
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.tests.compared_workouts import (
    IDS,
    RESULTS,
    START,
    Exercises,
    compare,
    match_by_name,
    name_pairs,
    parse,
    store,
)

_DIFFERENT: list[dict[str, Any]] = [
    {"reps": 10 * number, "weight_kg": 10.0 * number, "duration_seconds": 10.0 * number} for number in (1, 2, 3)
]
"""Sets that have nothing in common."""


def test_exercises_correspond_in_their_order() -> None:
    squat, bench, row = ("Squat", [{"reps": 5}]), ("Bench Press", [{"reps": 8}]), ("Row", [{"reps": 12}])

    assert name_pairs(parse([squat, bench]), store([squat, bench])) == [
        ("Squat", "Squat"),
        ("Bench Press", "Bench Press"),
    ]
    # One that was added, one that was deleted.
    assert name_pairs(parse([squat, row, bench]), store([squat, bench])) == [
        ("Squat", "Squat"),
        ("Row", None),
        ("Bench Press", "Bench Press"),
    ]
    assert name_pairs(parse([squat, bench]), store([squat, row, bench])) == [
        ("Squat", "Squat"),
        (None, "Row"),
        ("Bench Press", "Bench Press"),
    ]


def test_an_exercise_that_has_moved_keeps_its_counterpart() -> None:
    squat, bench, row = ("Squat", [{"reps": 5}]), ("Bench Press", [{"reps": 8}]), ("Row", [{"reps": 12}])
    moved, stored = parse([bench, row, squat]), store([squat, bench, row])

    assert name_pairs(moved, stored) == [("Bench Press", "Bench Press"), ("Row", "Row"), ("Squat", "Squat")]
    assert compare(moved, stored) == ["the order of the exercises"]


def test_only_one_of_two_equal_exercises_takes_a_moved_one() -> None:
    squat, bench = ("Squat", [{"reps": 5}]), ("Bench Press", [{"reps": 8}])

    pairs = name_pairs(parse([bench, squat, squat]), store([squat, bench]))

    assert pairs.count(("Squat", "Squat")) == 1
    assert pairs.count(("Squat", None)) == 1
    assert ("Bench Press", "Bench Press") in pairs
    assert len(pairs) == 3


def test_another_exercise_with_sets_in_common_is_a_rename_and_one_without_is_not() -> None:
    renamed = parse([("Row", [RESULTS])])

    assert name_pairs(renamed, store([("Squat", [RESULTS])])) == [("Row", "Squat")]
    assert compare(renamed, store([("Squat", [RESULTS])])) == ["exercise: Squat to Row"]
    assert set(name_pairs(renamed, store([("Squat", [{"reps": 3}])]))) == {("Row", None), (None, "Squat")}
    assert sorted(compare(renamed, store([("Squat", [{"reps": 3}])]))) == [
        "Row with 1 set is new",
        "Squat with 1 set is not in the file",
    ]


def test_what_a_chosen_name_meant_before_is_its_counterpart() -> None:
    workout, stored = parse([("Row", [RESULTS])]), store([("Squat", [{"reps": 3}])])
    reference = workout.exercises[0].reference
    chosen: Matches = {
        reference: ExerciseMatch("Row", "mapped", exercise_id=IDS["Row"], meanings=frozenset({IDS["Squat"]}))
    }
    known: Matches = {
        reference: ExerciseMatch("Row", "exact", exercise_id=IDS["Row"], meanings=frozenset({IDS["Squat"]}))
    }

    assert name_pairs(workout, stored, chosen) == [("Row", "Squat")]
    assert len(name_pairs(workout, stored, known)) == 2
    # The mapping is applied, and so it is no difference.
    assert not any("exercise:" in difference for difference in compare(workout, stored, chosen))


def test_sets_of_an_exercise_correspond_by_their_results() -> None:
    first, second, third = {"reps": 5, "weight_kg": 60.0}, {"reps": 8, "weight_kg": 50.0}, {"reps": 12, "rpe": 8.0}

    assert compare(parse([("Squat", [first, third])]), store([("Squat", [first, second, third])])) == [
        "1 set fewer of Squat"
    ]
    assert compare(parse([("Squat", [first, second, third])]), store([("Squat", [second])])) == ["2 sets more of Squat"]
    # What was appended has no counterpart, rather than one before it.
    assert compare(parse([("Squat", [first, second])]), store([("Squat", [second])])) == ["1 set more of Squat"]
    appended = parse([("Squat", [first, first])])
    (pair,) = pair_exercises(appended, store([("Squat", [first])]), match_by_name(appended))
    assert [(one is not None, other is not None) for one, other in pair.sets] == [(True, True), (True, False)]


@pytest.mark.parametrize(
    ("stored", "file", "counterparts"),
    [
        # One of two results changed: the set was corrected. With all of them, another one was done instead.
        ([{"reps": 5, "weight_kg": 60.0}], [{"reps": 6, "weight_kg": 60.0}], [0]),
        ([{"reps": 5, "weight_kg": 60.0}], [{"reps": 8, "weight_kg": 60.0}, {"reps": 5, "weight_kg": 60.0}], [None, 0]),
        # The same reps are nearer than the same kind or exertion.
        ([{"reps": 5}], [{"reps": 6}, {"reps": 5, "kind": "drop", "rpe": 9.0}], [None, 0]),
        # Of sets with equal results, the one with the same kind, then with the same exertion.
        ([{"reps": 5}], [{"reps": 5, "kind": "drop"}, {"reps": 5}], [None, 0]),
        ([{"reps": 5}], [{"reps": 5, "rpe": 9.0}, {"reps": 5}], [None, 0]),
        ([{"reps": 5, "kind": "drop"}, {"reps": 5}], [{"reps": 5}], [1]),
        # A set was inserted, two were deleted. Three sets with another number are rather corrected than replaced.
        ([{"reps": 5}, {"reps": 7}], [{"reps": 5}, {"reps": 6}, {"reps": 7}], [0, None, 1]),
        ([{"reps": 5}, {"reps": 6}, {"reps": 7}, {"reps": 8}], [{"reps": 5}, {"reps": 8}], [0, 3]),
        ([{"reps": 4}, {"reps": 5}, {"reps": 6}], [{"reps": 5}, {"reps": 6}, {"reps": 9}], [0, 1, 2]),
        ([{"reps": 4}, *_DIFFERENT], [*_DIFFERENT, {"reps": 9}], [1, 2, 3, None]),
        # One between a corrected set and an equal one was deleted.
        ([_DIFFERENT[0] | {"rpe": 9.0}, *_DIFFERENT[1:]], [_DIFFERENT[0], _DIFFERENT[2]], [0, 2]),
    ],
)
def test_a_set_corresponds_to_the_nearest_in_their_order(
    stored: list[dict[str, Any]], file: list[dict[str, Any]], counterparts: list[int | None]
) -> None:
    workout, kept = parse([("Squat", file)]), store([("Squat", stored)])

    (pair,) = pair_exercises(workout, kept, match_by_name(workout))

    sets = kept["exercises"][0]["sets"]
    numbers = {id(one): position for position, one in enumerate(sets)}
    assert [numbers.get(id(other)) for one, other in pair.sets if one is not None] == counterparts
    assert sorted(numbers[id(other)] for _, other in pair.sets if other is not None) == [*range(len(stored))]


@pytest.mark.parametrize(
    ("stored", "file", "counterparts"),
    [
        # The same exercise without a set in common is nearer than another one that shares some of its sets.
        ([("Squat", [8])], [("Row", [8, 9, 10]), ("Squat", [5])], [None, 0]),
        # Of two entries of an exercise, the one with more sets in common.
        ([("Squat", [5, 6]), ("Squat", [7, 8])], [("Squat", [7, 9])], [1]),
        ([("Squat", [7, 9])], [("Squat", [5, 6]), ("Squat", [7, 8])], [None, 0]),
        # Another exercise with most of the sets is a renamed one.
        ([("Squat", [5, 6, 7])], [("Row", [5, 6, 8])], [0]),
        ([("Squat", [5, 6, 7])], [("Row", [1, 2, 3, 4, 7])], [0]),
        # With equal sets, the same exercise rather than another one.
        ([("Row", [5]), ("Squat", [5])], [("Squat", [5])], [1]),
        # Neither has any set.
        ([("Squat", []), ("Row", [5])], [("Squat", []), ("Row", [5])], [0, 1]),
    ],
)
def test_an_exercise_corresponds_to_the_nearest(
    stored: list[tuple[str, list[int]]], file: list[tuple[str, list[int]]], counterparts: list[int | None]
) -> None:
    workout = parse([(name, [{"reps": reps} for reps in sets]) for name, sets in file])
    kept = store([(name, [{"reps": reps} for reps in sets]) for name, sets in stored])

    pairs = pair_exercises(workout, kept, match_by_name(workout))

    numbers = {id(one): position for position, one in enumerate(kept["exercises"])}
    assert [numbers.get(id(pair.stored)) for pair in pairs if pair.parsed is not None] == counterparts
    assert sorted(numbers[id(pair.stored)] for pair in pairs if pair.stored is not None) == [*range(len(stored))]


def test_an_exercise_is_called_as_the_one_that_its_name_matches() -> None:
    workout, stored = parse([("Rows", [RESULTS])]), store([("Squat", [RESULTS])])
    matches = {workout.exercises[0].reference: ExerciseMatch("Rows", "exact", exercise_id=IDS["Row"])}

    assert compare(workout, stored, matches) == ["exercise: Squat to Rows"]
    matches[workout.exercises[0].reference].exercise_name = "Row"
    assert compare(workout, stored, matches) == ["exercise: Squat to Row"]


def test_differences_name_both_sides() -> None:
    workout = parse([("Squat", [RESULTS, RESULTS | {"reps": 3}]), ("Row", [{"reps": 1}, {"reps": 2}])], title="Legs")
    stored = store([("Squat", [RESULTS, RESULTS | {"reps": 4, "weight_kg": 45.5}])])

    assert compare(workout, stored) == [
        'title: "Push" to "Legs"',
        "Squat set 2: 4 reps to 3 reps, 45.5 kg to 40 kg",
        "Row with 2 sets is new",
    ]
    pounds = parse([("Squat", [{"reps": 5, "weight_kg": 90.718474}])])
    assert compare(pounds, store([("Squat", [{"reps": 5, "weight_kg": 45.359237}])]), weight_unit="lb") == [
        "Squat set 1: 100 lb to 200 lb"
    ]


def test_many_differences_are_shortened_and_counted() -> None:
    names = [str(number) for number in range(MAX_DIFFERENCES + 1)]

    assert shorten_differences(names[:-1]) == names[:-1]
    assert shorten_differences(names) == [*names[:-1], "and 1 more"]


@pytest.mark.parametrize(
    ("fields", "difference"),
    [
        ({"started_at": START + timedelta(minutes=1)}, "start"),
        ({"ended_at": START + timedelta(hours=1)}, "end"),
        ({"time_zone": "Europe/Berlin"}, "time zone"),
        ({"notes": "Heavy"}, "notes"),
        ({"energy_kcal": 100.0}, "energy"),
        ({"average_heart_rate_bpm": 100.0}, "average heart rate"),
        ({"max_heart_rate_bpm": 180.0}, "maximum heart rate"),
    ],
)
def test_our_own_files_differ_in_every_field(fields: dict[str, Any], difference: str) -> None:
    own = UUID(int=100)
    stored = store([("Squat", [RESULTS])], ended_at=(START + timedelta(hours=2)).isoformat())
    same = {"ended_at": START + timedelta(hours=2)}

    assert compare(parse([("Squat", [RESULTS])], id=own, **same), stored) == []
    assert compare(parse([("Squat", [RESULTS])], id=own, **same | fields), stored) == [difference]
    # Those of another workout are no differences. Other files have no such fields, or not as exact.
    assert compare(parse([("Squat", [RESULTS])], id=UUID(int=7), **same | fields), stored) == []
    assert compare(parse([("Squat", [RESULTS])], **same | fields), stored) == []


def test_our_own_files_differ_in_every_field_of_a_part() -> None:
    exercises: Exercises = [("Row", [{"reps": 1}]), ("Squat", [RESULTS, RESULTS | {"rest_seconds": 90}])]
    workout = parse(exercises, id=UUID(int=100), title="Legs")
    workout.exercises[1].notes, workout.exercises[1].superset = "Slow", 1
    assisted = parse([("Squat", [{"reps": 8, "assistance_kg": 5.0}])], id=UUID(int=100))

    assert compare(assisted, store([("Squat", [{"reps": 8, "assistance_kg": 10.0}])])) == [
        "Squat set 1: 10 kg of assistance to 5 kg of assistance"
    ]
    assert compare(workout, store([("Squat", [RESULTS, RESULTS])])) == [
        'title: "Push" to "Legs"',
        "Row with 1 set is new",
        "notes of Squat",
        "superset of Squat",
        "rest or camera evidence of Squat set 2",
    ]
