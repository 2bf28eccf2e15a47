"""Which stored workout is the counterpart of one of the file: without a database."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.transfers.imports.comparison import (
    Stored,
)
from exercise_buddy.transfers.imports.matching import Candidate, match_workouts
from exercise_buddy.transfers.imports.model import ParsedWorkout
from exercise_buddy.transfers.imports.tests.compared_workouts import (
    RESULTS,
    START,
    Exercises,
    match_by_name,
    parse,
    store,
)
from exercise_buddy.workouts.public import Source


def rank(first: ParsedWorkout, second: ParsedWorkout, stored: Stored) -> list[bool]:
    """Return which of two workouts of a file a stored one is the counterpart of."""
    stored_id = UUID(stored["id"])
    found = match_workouts(
        [Candidate(first, b"1", [stored_id]), Candidate(second, b"2", [stored_id])],
        {stored_id: stored},
        match_by_name(first),
        source=Source.STRONG,
        weight_unit="kg",
    )
    assert [match.fingerprint for match in found] == [b"1", b"2"]
    return [match.stored_id is not None for match in found]


def test_the_counterpart_is_the_most_alike() -> None:
    """Of two sessions with the same title at one time, the weight tells which is which."""
    stored = store([("Squat", [RESULTS])])
    lighter = parse([("Squat", [RESULTS | {"weight_kg": 20.0}])])
    equal = parse([("Squat", [RESULTS])])

    assert rank(lighter, equal, stored) == [False, True]
    assert rank(equal, lighter, stored) == [True, False]
    # Of equal ones the first.
    assert rank(equal, equal, stored) == [True, False]
    # More sets in common, where no workout is equal.
    two, one = [RESULTS, {"reps": 3}, {"reps": 1}], [RESULTS, {"reps": 2}, {"reps": 1}]
    longer = store([("Squat", [RESULTS, {"reps": 3}])])
    assert rank(parse([("Squat", one)]), parse([("Squat", two)]), longer) == [False, True]


def test_each_workout_has_one_counterpart() -> None:
    """And those with none are new."""
    exercises: Exercises = [("Squat", [RESULTS])]
    ids = [UUID(int=100), UUID(int=200)]
    stored = {one: store(exercises, id=str(one)) for one in ids}
    candidates = [Candidate(parse(exercises, line=line), bytes([line]), ids) for line in (1, 2, 3)]

    found = match_workouts(
        candidates, stored, match_by_name(candidates[0].workout), source=Source.STRONG, weight_unit="kg"
    )

    assert [match.stored_id for match in found] == [*ids, None]
    assert [match.workout.line for match in found] == [1, 2, 3]
    assert [match.differences for match in found] == [[], [], []]
    assert [len(match.pairs) for match in found] == [1, 1, 0]


def test_the_most_alike_of_several_stored_workouts_is_the_counterpart() -> None:
    exercises: Exercises = [("Squat", [RESULTS])]
    ids = [UUID(int=100), UUID(int=200)]
    stored = {ids[0]: store(exercises, id=str(ids[0])), ids[1]: store(exercises, id=str(ids[1]), title="Legs")}
    candidates = [Candidate(parse(exercises), b"1", []), Candidate(parse(exercises), b"2", ids)]

    found = match_workouts(candidates, stored, {}, source=Source.STRONG, weight_unit="kg")

    assert [match.stored_id for match in found] == [None, ids[0]]


def test_a_match_lists_the_differences_in_the_unit_of_the_user() -> None:
    stored = store([("Squat", [{"reps": 5, "weight_kg": 45.359237}])])
    workout = parse([("Squat", [{"reps": 5, "weight_kg": 90.718474}])])

    def find_differences(weight_unit: str) -> list[str]:
        candidate = Candidate(workout, b"1", [UUID(int=100), UUID(int=300)])
        ids = {UUID(int=100): stored}
        (match,) = match_workouts(
            [candidate], ids, match_by_name(workout), source=Source.STRONG, weight_unit=weight_unit
        )
        assert match.workout is workout
        return match.differences

    assert find_differences("lb") == ["Squat set 1: 100 lb to 200 lb"]
    assert find_differences("kg") == ["Squat set 1: 45.36 kg to 90.72 kg"]


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        # The same id, whatever else; the same start; equal sets; more sets; the title; the source.
        ({}, {"id": UUID(int=100), "title": "Legs", "started_at": START + timedelta(hours=1)}),
        ({"started_at": START + timedelta(hours=1)}, {"title": "Legs"}),
        ({"title": "Legs"}, {}),
        ({"source": Source.HEVY}, {"source": Source.STRONG}),
    ],
)
def test_likeness_has_an_order(weaker: dict[str, Any], stronger: dict[str, Any]) -> None:
    stored = store([("Squat", [RESULTS])])
    exercises: Exercises = [("Squat", [RESULTS])]

    assert rank(parse(exercises, **weaker), parse(exercises, **stronger), stored) == [False, True]


def test_workouts_with_nothing_in_common_are_no_counterparts() -> None:
    stored = store([("Squat", [RESULTS])])
    other = parse([("Row", [{"reps": 3}])], title="Legs", source=Source.HEVY)

    assert rank(other, other, stored) == [False, False]
    for fields in ({"title": "Push"}, {"source": Source.STRONG}, {"id": UUID(int=100)}):
        alike = parse([("Row", [{"reps": 3}])], **{"title": "Legs", "source": Source.HEVY} | fields)
        assert rank(alike, other, stored) == [True, False]


def test_a_match_at_another_time_says_by_how_much() -> None:
    stored = store([("Squat", [RESULTS])])

    def find_shift(**fields: Any) -> timedelta | None:
        workout = parse([("Squat", [RESULTS])], **fields)
        candidate = Candidate(workout, b"1", [UUID(int=100)])
        ids = {UUID(int=100): stored}
        (match,) = match_workouts([candidate], ids, {}, source=Source.STRONG, weight_unit="kg")
        return match.shift

    assert find_shift() is None
    assert find_shift(started_at=START + timedelta(hours=5)) == timedelta(hours=5)
    assert find_shift(started_at=START - timedelta(hours=5)) == timedelta(hours=-5)
    assert find_shift(started_at=START + timedelta(hours=5), id=UUID(int=100)) is None
