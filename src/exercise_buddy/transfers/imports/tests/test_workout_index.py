"""Which stored workouts a workout of a file may be: the index, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.transfers.imports.deduplication import WorkoutIndex
from exercise_buddy.transfers.imports.model import ParsedExercise, ParsedWorkout
from exercise_buddy.transfers.imports.replacements import PreviousWorkout
from exercise_buddy.transfers.imports.time_shifts import Outline, Shift, ShiftedPair, build_outline
from exercise_buddy.workouts.public import SetInput, Source, WorkoutKey

START = datetime(2026, 1, 5, 18, 7, tzinfo=UTC)
SECONDS, MINUTES, HOURS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
THIS_IMPORT, EARLIER_IMPORT = UUID(int=901), UUID(int=902)
Outlines = list[tuple[bytes, Outline]]


def parse(start: datetime = START, weight_kg: float = 40.0, **fields: Any) -> ParsedWorkout:
    """Return a workout of a file with one set of eight reps."""
    values: dict[str, Any] = {"line": 2, "title": "Push", "time_zone": "UTC", "ended_at": None, "notes": None}
    exercises = [ParsedExercise("Squat", [SetInput(reps=8, weight_kg=weight_kg)])]
    return ParsedWorkout(started_at=start, exercises=exercises, **values | fields)


def outlines_of(*workouts: ParsedWorkout) -> Outlines:
    return [(workout.fingerprint(), build_outline(workout)) for workout in workouts]


def build_index(
    *workouts: ParsedWorkout, edited: dict[int, ParsedWorkout] | None = None, **fields: Any
) -> WorkoutIndex:
    """Return the index of stored workouts that were written with these contents; their ids are 0, 1, 2 …

    `edited` are the contents that some of them have by now: they keep their fingerprints.
    """
    index = WorkoutIndex(UUID(int=900), THIS_IMPORT, **fields)
    for number, workout in enumerate(workouts):
        content = (edited or {}).get(number, workout)
        (part,) = content.exercises[0].sets
        index._add(
            WorkoutKey(
                id=UUID(int=number),
                revision=number + 1,
                started_at=content.started_at,
                fingerprint=workout.fingerprint(),
                import_id=EARLIER_IMPORT,
                source=Source.STRONG,
                title=content.title,
                time_zone=content.time_zone,
                set_count=1,
                rep_count=part.reps or 0,
                volume_kg=(part.reps or 0) * (part.weight_kg or 0),
                assisted_volume_kg=0.0,
            )
        )
    return index


def plan(index: WorkoutIndex, *workouts: ParsedWorkout) -> tuple[dict[int, int], list[int], list[int]]:
    """Return the planned counterparts by position, and the positions and ids that have none."""
    outlines = outlines_of(*workouts)
    others, stored = index.plan(outlines)
    numbers = {fingerprint: number for number, (fingerprint, _) in enumerate(outlines)}
    return (
        {numbers[fingerprint]: found.int for fingerprint, found in index.planned.items()},
        [position for position, _ in others],
        [found.int for found, _ in stored],
    )


def ids(found: list[UUID]) -> list[int]:
    return [one.int for one in found]


def test_a_workout_with_another_weight_is_not_equal() -> None:
    index = build_index(parse())

    assert index.find_equal(parse().fingerprint()) == UUID(int=0)
    assert index.find_equal(parse(weight_kg=42.5).fingerprint()) is None


def test_a_stored_workout_is_the_counterpart_of_one_workout() -> None:
    index = build_index(parse(), parse())
    fingerprint = parse().fingerprint()

    for number in (0, 1):
        assert index.find_equal(fingerprint) == UUID(int=number)
        index.take(UUID(int=number))
    assert index.find_equal(fingerprint) is None
    assert index.find_candidates(parse(weight_kg=42.5), b"") == []


def test_a_planned_counterpart_is_not_found_as_an_equal_one() -> None:
    """Its content was edited: another workout of the file may be it."""
    edited = parse(START + 5 * HOURS, 50.0)
    index = build_index(parse(), edited={0: edited})

    assert plan(index, edited) == ({0: 0}, [], [])
    assert index.find_equal(parse().fingerprint()) is None
    assert ids(index.find_candidates(edited, edited.fingerprint())) == [0]
    # Nor has a workout with a planned counterpart an equal one.
    other = build_index(parse(), edited)
    other.planned[parse().fingerprint()] = UUID(int=1)
    assert other.find_equal(parse().fingerprint()) is None
    other.take(UUID(int=1))
    assert ids(other.find_candidates(parse(), parse().fingerprint())) == [0]


def test_candidates_start_in_the_same_minute() -> None:
    index = build_index(parse(), parse(START + MINUTES), parse(START + 10 * SECONDS), parse(START - SECONDS))

    assert ids(index.find_candidates(parse(weight_kg=50.0), b"")) == [0, 2]
    assert ids(index.find_candidates(parse(START + 10 * SECONDS, 50.0), b"")) == [0, 2]
    assert ids(index.find_candidates(parse(START + 11 * SECONDS, 50.0), b"")) == [0]
    assert ids(index.find_candidates(parse(START + 59 * SECONDS, 50.0), b"")) == [0]


def test_a_workout_with_the_id_of_a_stored_one_is_that_one() -> None:
    index = build_index(parse(), parse())

    assert ids(index.find_candidates(parse(id=UUID(int=1)), b"")) == [1]
    assert ids(index.find_candidates(parse(START + HOURS, id=UUID(int=1)), b"")) == [1]
    assert ids(index.find_candidates(parse(id=UUID(int=7)), b"")) == [0, 1]


def test_of_many_workouts_with_one_start_twenty_are_candidates() -> None:
    assert len(build_index(*(parse() for _ in range(25))).find_candidates(parse(), b"")) == 20


def test_what_equals_a_workout_of_the_file_is_no_candidate_of_another() -> None:
    index = build_index(parse(), parse(weight_kg=60.0))

    assert plan(index, parse()) == ({}, [], [1])
    assert ids(index.find_candidates(parse(weight_kg=50.0), b"")) == [1]


def test_a_plan_finds_edited_titles_by_totals_and_tells_weights_apart() -> None:
    """Two sessions at one time with the same sets and reps: the weight says which of them is which."""
    light, heavy = parse(weight_kg=40.0, notes="a"), parse(weight_kg=60.0, notes="b")
    edited = {0: parse(weight_kg=60.0), 1: parse(weight_kg=40.0)}
    index = build_index(parse(weight_kg=41.0), parse(weight_kg=61.0), edited=edited)

    assert plan(index, light, heavy) == ({0: 1, 1: 0}, [], [])


def test_a_plan_takes_the_one_of_the_same_second() -> None:
    contents = {number: parse(START + seconds * SECONDS) for number, seconds in enumerate((5, 30, 55))}
    index = build_index(*(parse(START + HOURS, notes=str(number)) for number in contents), edited=contents)

    found = plan(index, parse(START + 29 * SECONDS), parse(START + 50 * SECONDS))

    assert found == ({0: 1, 1: 2}, [], [0])
    assert plan(build_index(parse(START + MINUTES)), parse()) == ({}, [0], [0])


def test_equal_workouts_are_reserved_one_for_one() -> None:
    index = build_index(parse(), parse())

    assert plan(index, parse(), parse(), parse()) == ({}, [2], [])


def test_a_file_in_another_zone_is_planned_by_local_times() -> None:
    """With mornings and evenings alike, half of its workouts equal stored ones at the same time by chance."""
    stored = [parse(START + day * 24 * HOURS + hours * HOURS) for day in range(3) for hours in (0, 1)]
    file = [parse(workout.started_at - HOURS, time_zone="Europe/Berlin") for workout in stored]
    index = build_index(*stored)

    planned, others, free = plan(index, *file)

    # Nothing is taken at the same time: each has its counterpart at the same local time.
    assert (planned, others, free) == ({}, [*range(6)], [*range(6)])
    # In the zone of the file, the same workouts are equal.
    assert plan(build_index(*stored), *stored) == ({}, [], [])
    assert plan(build_index(*stored), *stored, file[0]) == ({}, [6], [])


def test_where_as_many_are_equal_at_the_same_time_nothing_has_moved() -> None:
    """An app that exports other zones than were stored: the times are equal, and some local times are by chance."""
    stored = [parse(START + day * 24 * HOURS - hours * HOURS) for day in range(3) for hours in (0, 1)]
    file = [parse(workout.started_at, time_zone="Europe/Berlin") for workout in stored]

    assert plan(build_index(*stored), *file) == ({}, [], [])
    # The earlier of the two is equal to one, and has the local time of the other.
    assert plan(build_index(*stored[:2]), file[1]) == ({}, [], [0])


def accept(index: WorkoutIndex, shift: Shift, *workouts: ParsedWorkout) -> None:
    index.accept(shift, outlines_of(*workouts))


def test_candidates_of_a_shift_start_later_by_it() -> None:
    index = build_index(parse(), parse(START - 2 * HOURS), parse(START + 2 * HOURS), parse(START - 119 * MINUTES))
    accept(index, Shift(7200, None, []))

    assert ids(index.find_candidates(parse(START), b"")) == [0, 1]
    assert ids(index.find_candidates(parse(START + 12 * HOURS), b"")) == []
    assert ids(index.find_candidates(parse(START + 2 * HOURS), b"")) == [2, 0]


def test_candidates_in_another_zone_have_the_same_local_time_in_that_zone() -> None:
    zones = ["UTC", "Europe/London", "UTC"]
    starts = [START, START, START + HOURS]
    index = build_index(*(parse(start, time_zone=zone) for start, zone in zip(starts, zones, strict=True)))
    accept(index, Shift(None, ("Europe/Berlin", "UTC"), []))

    assert ids(index.find_candidates(parse(START - HOURS, time_zone="Europe/Berlin"), b"")) == [0]
    assert ids(index.find_candidates(parse(START - HOURS, time_zone="Europe/Paris"), b"")) == []
    assert ids(index.find_candidates(parse(START + 12 * HOURS, time_zone="Europe/Berlin"), b"")) == []
    index._discard(UUID(int=0))
    assert ids(index.find_candidates(parse(START - HOURS, time_zone="Europe/Berlin"), b"")) == []


def test_an_accepted_pair_is_planned_and_reserved() -> None:
    index = build_index(parse(), parse(weight_kg=60.0))
    file = [parse(START + 2 * HOURS), parse(START + 3 * HOURS)]
    accept(index, Shift(7200, None, [ShiftedPair(0, UUID(int=0))]), *file)

    assert ids(index.find_candidates(file[0], file[0].fingerprint())) == [0]
    assert ids(index.find_candidates(parse(START + 2 * HOURS, 1.0), b"")) == [1]
    pairs = [ShiftedPair(*pair) for pair in ((0, UUID(int=1)), (1, UUID(int=0)), (1, UUID(int=1)), (1, UUID(int=5)))]
    assert index.list_free_pairs(pairs, outlines_of(*file)) == [ShiftedPair(1, UUID(int=1))]


def test_each_workout_is_in_one_free_pair() -> None:
    index = build_index(parse(), parse(START + HOURS))
    pairs = [ShiftedPair(*pair) for pair in ((0, UUID(int=0)), (1, UUID(int=0)), (0, UUID(int=1)), (1, UUID(int=1)))]

    found = index.list_free_pairs(pairs, outlines_of(parse(START + 2 * HOURS), parse(START + 3 * HOURS)))

    assert found == [ShiftedPair(0, UUID(int=0)), ShiftedPair(1, UUID(int=1))]


@pytest.mark.parametrize("is_imported", [True, False])
def test_only_the_start_of_an_imported_workout_was_corrected_in_the_app(is_imported: bool) -> None:
    index = build_index(parse())
    if not is_imported:
        index.keys[UUID(int=0)] = index.keys[UUID(int=0)]._replace(import_id=None)
    file = [parse(START + 20 * MINUTES), parse(START + 25 * MINUTES)]
    outlines = outlines_of(*file)
    others, stored = index.plan(outlines)

    index.plan_corrected_starts(others, stored, outlines)

    assert index.planned == ({file[0].fingerprint(): UUID(int=0)} if is_imported else {})


def test_who_has_a_counterpart_keeps_it() -> None:
    index = build_index(parse(), parse(START + 30 * MINUTES))
    outlines = outlines_of(parse(START + 20 * MINUTES))
    index.planned[outlines[0][0]] = UUID(int=0)
    others, stored = index.plan(outlines)

    index.plan_corrected_starts(others, stored, outlines)

    assert index.planned == {outlines[0][0]: UUID(int=0)}


def test_a_workout_that_was_replaced_is_compared_as_it_was() -> None:
    before = parse(START - HOURS, 20.0, title="Legs", time_zone="Europe/Berlin")
    previous = PreviousWorkout(
        before.fingerprint(), before.started_at, before.time_zone, before.title, 1, 8, 160.0, b""
    )
    index = build_index(parse(), replaced={UUID(int=0): previous})

    assert index.find_equal(before.fingerprint()) == UUID(int=0)
    assert index.find_equal(parse().fingerprint()) is None
    assert index.starts == {before.started_at.timestamp()}
    kept = index.keys[UUID(int=0)]
    index._add(kept._replace(set_count=9, rep_count=99, assisted_volume_kg=9.0, time_zone="UTC", title="Pull"))
    assert index.keys[UUID(int=0)] == kept
    assert kept.title == "Legs"
    untitled = build_index(parse(title="Legs"), replaced={UUID(int=0): previous._replace(title=None, fingerprint=b"")})
    assert plan(untitled, before) == ({0: 0}, [], [])


def test_assistance_counts_as_volume() -> None:
    """Whether a weight assists depends on the exercise, which the outline of a file does not know."""
    index = build_index(parse(title="Old"))
    key = index.keys[UUID(int=0)]
    index.keys[UUID(int=0)] = key._replace(title="Push", volume_kg=120.0, assisted_volume_kg=200.0)

    assert plan(index, parse(notes="Another fingerprint")) == ({0: 0}, [], [])


def test_a_deleted_workout_is_no_counterpart() -> None:
    index = build_index(parse(), parse())
    for number in (0, 0, 7):
        index._discard(UUID(int=number))

    assert index.find_equal(parse().fingerprint()) == UUID(int=1)
    assert ids(index.find_candidates(parse(weight_kg=1.0), b"")) == [1]
    assert index.starts == {START.timestamp()}
