"""What becomes of workouts that are stored already, by the policy, and what the user is told: without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.transfers.imports.comparison import ExercisePair, Matches
from exercise_buddy.transfers.imports.conflicts import ConflictCounts, Resolution, resolve, warn_of_shifts
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.matching import Match
from exercise_buddy.transfers.imports.model import OnConflict, ParsedExercise, ParsedWorkout
from exercise_buddy.transfers.imports.remarks import SHOWN_REMARKS, Remarks

START = datetime(2026, 1, 5, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
SKIP, REPLACE, KEEP = OnConflict.SKIP, OnConflict.REPLACE, OnConflict.KEEP


def build_match(*differences: str, is_new: bool = False, shift: timedelta | None = None, line: int = 2) -> Match:
    workout = ParsedWorkout(line, "Push", START, None, None, [], "Europe/Berlin")
    stored = {
        "id": str(UUID(int=line)),
        "title": "Stored",
        "started_at": (START + HOUR).isoformat(),
        "time_zone": "Europe/London",
    }
    return Match(workout, b"", None if is_new else stored, (), list(differences), shift)


def settle(policy: OnConflict, *found: Match) -> tuple[Resolution, ConflictCounts, Remarks]:
    counts, warnings = ConflictCounts(), Remarks()
    return resolve(found, {}, policy, counts, warnings), counts, warnings


@pytest.mark.parametrize("policy", OnConflict)
def test_new_workouts_are_written_and_equal_ones_are_not(policy: OnConflict) -> None:
    new, equal = build_match(is_new=True), build_match()

    resolution, counts, warnings = settle(policy, equal, new, equal)

    assert resolution == Resolution(new=[new], duplicates=2)
    assert (counts, warnings.count) == (ConflictCounts(), 0)


@pytest.mark.parametrize(
    ("policy", "new", "replaced", "message"),
    [
        (
            SKIP,
            False,
            False,
            "The stored workout differs and stays as it is: a; b. Send on_conflict=replace to store the content of the "
            "file, or on_conflict=keep to keep both.",
        ),
        (REPLACE, False, True, None),
        (KEEP, True, False, "Imported beside the stored workout, which differs: a; b. Delete one of them."),
    ],
)
def test_a_changed_workout_is_handled_by_the_policy(
    policy: OnConflict, new: bool, replaced: bool, message: str | None
) -> None:
    changed, after = build_match("a", "b", line=7), build_match(is_new=True)

    resolution, counts, warnings = settle(policy, changed, after)

    assert resolution.new == [changed] * new + [after]
    assert (resolution.replaced, resolution.remapped, resolution.duplicates) == ([changed] * replaced, [], 0)
    assert (counts.changed, counts.shifted, counts.shifts.total()) == (1, 0, 0)
    (change,) = counts.changes
    assert change.model_dump() == {
        "workout_id": UUID(int=7),
        "line": 7,
        "title": "Stored",
        "started_at": START + HOUR,
        "differences": ["a", "b"],
    }
    assert [(remark.line, remark.code, remark.message) for remark in warnings.first] == (
        [(7, "workout_changed", message)] if message else []
    )


@pytest.mark.parametrize("policy", OnConflict)
def test_a_shifted_workout_is_handled_like_a_changed_one(policy: OnConflict) -> None:
    shifted = build_match(shift=HOUR)

    resolution, counts, warnings = settle(policy, shifted, shifted)

    assert resolution.new == ([shifted] * 2 if policy is KEEP else [])
    assert resolution.replaced == ([shifted] * 2 if policy is REPLACE else [])
    assert (resolution.duplicates, counts.shifted, counts.changed, counts.shifts) == (0, 2, 0, {HOUR: 2})
    assert (counts.changes, warnings.count) == ([], 0)


def test_a_shifted_workout_that_differs_too_is_a_changed_one() -> None:
    _, counts, warnings = settle(SKIP, build_match("a", shift=HOUR))

    assert (counts.shifted, counts.changed, counts.shifts, warnings.count) == (0, 1, {HOUR: 1}, 1)


@pytest.mark.parametrize("policy", OnConflict)
@pytest.mark.parametrize("differences", [(), ("a",)])
def test_a_chosen_exercise_is_remapped_unless_all_is_replaced(policy: OnConflict, differences: tuple[str, ...]) -> None:
    match = build_match(*differences)
    entry = {"id": "entry", "exercise": {"id": str(UUID(int=1)), "name": "Squat"}}
    match.pairs = [ExercisePair(ParsedExercise("Squat"), entry)]
    counts, warnings = ConflictCounts(), Remarks()

    def find_remapped_matches(exercise_id: int) -> list[Match]:
        matches: Matches = {"squat": ExerciseMatch("Squat", "mapped", exercise_id=UUID(int=exercise_id))}
        return resolve([match], matches, policy, counts, warnings).remapped

    is_replaced = bool(differences) and policy is REPLACE
    assert find_remapped_matches(2) == ([] if is_replaced else [match])
    assert find_remapped_matches(1) == []


def test_many_changes_are_counted_and_the_first_are_shown() -> None:
    _, counts, _ = settle(SKIP, *(build_match("a") for _ in range(SHOWN_REMARKS + 1)))

    assert (counts.changed, len(counts.changes)) == (SHOWN_REMARKS + 1, SHOWN_REMARKS)


def warn(policy: OnConflict, *found: Match) -> Any:
    _, counts, warnings = settle(policy, *found)
    warn_of_shifts(counts, policy, warnings)
    return [(remark.line, remark.message) for remark in warnings.first if remark.code == "shifted_times"]


@pytest.mark.parametrize(
    ("policy", "end"),
    [
        (SKIP, "send the time_zone in which they were recorded."),
        (REPLACE, "The stored ones were moved to the times of the file. If that was wrong, undo the import."),
        (KEEP, "They were imported a second time. If that was wrong, undo the import."),
    ],
)
def test_one_warning_tells_of_all_shifts(policy: OnConflict, end: str) -> None:
    found = [build_match(shift=shift, line=line) for shift, line in ((-HOUR, 5), (HOUR, 3), (HOUR, 4))]

    ((line, message),) = warn(policy, *found)

    assert line == 3
    assert message.startswith(
        "3 workouts are stored already with other times. The file's times are "
        "(time zone Europe/Berlin, stored: Europe/London) 1 hour later: 2, 1 hour earlier: 1. "
    )
    assert message.endswith(end)
    ((_, message),) = warn(policy, build_match(shift=HOUR))
    assert message.startswith("1 workout is stored already")


def test_a_shift_within_a_zone_names_no_zone_and_five_shifts_are_named() -> None:
    found = [build_match(shift=HOUR * hours) for hours in range(1, 7)]
    for match in found:
        match.workout.time_zone = "Europe/London"

    ((_, message),) = warn(SKIP, *found)

    assert "The file's times are 1 hour later: 1, 2 hours later: 1," in message
    assert "5 hours later: 1. The stored ones" in message
    assert warn(SKIP, build_match("a")) == []
