"""The search for shifted times, at its limits. It sees outlines only: start, zone, title, sets, reps and volume."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.transfers.imports.model import ParsedExercise, ParsedWorkout
from exercise_buddy.transfers.imports.time_shifts import (
    Outline,
    build_outline,
    find_corrected_starts,
    find_other_zone,
    find_shifts,
    local_minute,
    name_shift,
    outline_of,
)
from exercise_buddy.workouts.public import SetInput

START = datetime(2026, 1, 5, 18, 7, tzinfo=UTC)
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def outline(start: datetime, time_zone: str = "UTC", **changed: Any) -> Outline:
    values: dict[str, Any] = {"title": "Push", "sets": 3, "reps": 24, "volume_kg": 960.0}
    return outline_of(start, time_zone, **values | changed)


def number(*outlines: Outline) -> list[tuple[int, Outline]]:
    return [*enumerate(outlines)]


def identify(*outlines: Outline) -> list[tuple[UUID, Outline]]:
    return [(UUID(int=position), one) for position, one in enumerate(outlines)]


def list_pairs(shift: Any) -> list[tuple[int, int]]:
    return [(pair.position, pair.stored_id.int) for pair in shift.pairs]


@pytest.mark.parametrize(
    "changed", [{"title": "Pull"}, {"sets": 4}, {"reps": 25}, {"volume_kg": 960.1}, {"volume_kg": 0.0}]
)
def test_totals_tell_workouts_apart(changed: dict[str, Any]) -> None:
    """Without the volume, workouts of the same sets and reps with other weights would be taken for each other."""
    assert outline(START, **changed).totals != outline(START).totals


def test_totals_ignore_rounding_of_units_and_white_space() -> None:
    assert outline(START, volume_kg=960.04, title=" Push ").totals == outline(START).totals


@pytest.mark.parametrize("load", ["weight_kg", "assistance_kg"])
def test_the_outline_of_a_workout_of_a_file_has_the_totals_of_its_sets(load: str) -> None:
    sets = [SetInput(reps=8, **{load: 40.0}), SetInput(reps=3, **{load: 50.0}), SetInput(reps=2)]
    more = [SetInput(duration_seconds=30.0, **{load: 10.0})]
    exercises = [ParsedExercise("Squat", sets), ParsedExercise("Plank", more)]
    workout = ParsedWorkout(2, "Push", START, None, None, exercises, "Europe/Berlin")

    assert build_outline(workout) == outline_of(START, "Europe/Berlin", "Push", 4, 13, 470.0)


def test_a_local_minute_is_of_the_wall_clock() -> None:
    berlin, kathmandu = local_minute(START, "Europe/Berlin"), local_minute(START, "Asia/Kathmandu")

    assert (kathmandu - berlin, local_minute(START + MINUTES, "UTC") - local_minute(START, "UTC")) == (285, 1)
    assert local_minute(START + DAYS, "UTC") - local_minute(START, "UTC") == 24 * 60
    assert local_minute(datetime(2026, 1, 5, 0, 59, tzinfo=UTC), "UTC") + 1 == local_minute(
        datetime(2026, 1, 5, 1, tzinfo=UTC), "UTC"
    )
    assert local_minute(datetime(2026, 1, 5, 23, 59, tzinfo=UTC), "UTC") + 1 == local_minute(
        datetime(2026, 1, 6, tzinfo=UTC), "UTC"
    )


def search(shift: timedelta, *, workouts: int = 3, **changed: Any) -> list[Any]:
    """Return the shifts of a file whose workouts, each of its own, start later by `shift` than stored ones."""
    stored = [outline(START + day * DAYS, reps=day) for day in range(workouts)]
    file = [outline(START + day * DAYS + shift, reps=day, **changed) for day in range(workouts)]
    return find_shifts(number(*file), identify(*stored))


@pytest.mark.parametrize(
    "shift", [15 * MINUTES, -15 * MINUTES, 45 * MINUTES, HOURS, -5 * HOURS, 26 * HOURS, -26 * HOURS]
)
def test_three_workouts_of_their_own_with_one_shift_are_shifted(shift: timedelta) -> None:
    (found,) = search(shift)

    assert (found.seconds, found.zones, found.required) == (shift.total_seconds(), None, 3)
    assert (found.is_suspected, found.beside) == (False, None)
    assert list_pairs(found) == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize("shift", [0 * MINUTES, 10 * MINUTES, 14 * MINUTES, 26 * HOURS + 15 * MINUTES, -27 * HOURS])
def test_other_differences_are_no_shift(shift: timedelta) -> None:
    assert search(shift) == []


def test_two_workouts_are_no_shift() -> None:
    assert search(HOURS, workouts=2) == []


def test_other_totals_are_no_shift() -> None:
    assert search(HOURS, volume_kg=900.0) == []


def repeat(shift: timedelta, *starts: datetime, more: int = 0) -> list[Any]:
    """Return the shifts of a file that repeats one workout at these starts, and has `more` new ones."""
    file = [outline(start + shift) for start in starts]
    file += [outline(START + day * DAYS, title="New", reps=day) for day in range(more)]
    return find_shifts(number(*file), identify(*(outline(start) for start in starts)))


def test_repetitions_at_odd_minutes_are_shifted_and_at_round_ones_only_suspected() -> None:
    """Nobody begins at 18:07, 18:11 and 18:23 by habit, but at 18:00 every day."""
    odd = [START + day * DAYS + minutes * MINUTES for day, minutes in ((0, 0), (3, 4), (6, 16))]
    round_ = [START - 7 * MINUTES + day * DAYS + minutes * MINUTES for day, minutes in ((0, 0), (3, 5), (6, 25))]

    (found,) = repeat(HOURS, *odd)
    assert (found.seconds, found.required, found.is_suspected) == (3600, 3, False)
    (suspected,) = repeat(HOURS, *round_)
    assert (suspected.seconds, suspected.required, suspected.is_suspected) == (3600, 3, True)
    # With other new workouts, it is a habit; odd minutes suffice if half of the workouts have them.
    assert repeat(HOURS, *round_, more=1) == []
    assert [one.seconds for one in repeat(HOURS, *odd, more=3)] == [3600]
    assert repeat(HOURS, *odd, more=4) == []
    # Two that are odd, or three with the same minutes, are no evidence.
    assert [one.is_suspected for one in repeat(HOURS, *odd[:2], START + 9 * DAYS)] == [True]


def test_no_shift_is_suspected_of_two_workouts_or_beside_a_sure_one() -> None:
    round_ = START - 7 * MINUTES

    assert repeat(HOURS, round_, round_ + 3 * DAYS) == []
    assert [one.is_suspected for one in repeat(HOURS, round_, round_ + 3 * DAYS, round_ + 6 * DAYS)] == [True]
    file = [*(outline(round_ + day * DAYS + HOURS) for day in (0, 3, 6)), outline(START + HOURS, "Europe/Berlin")]
    stored = [*(outline(round_ + day * DAYS) for day in (0, 3, 6)), outline(START + 2 * HOURS, "UTC")]
    assert [one.zones for one in find_shifts(number(*file), identify(*stored))] == [("Europe/Berlin", "UTC")]


def test_only_one_shift_is_suspected() -> None:
    """Of somebody who trains twice a day, both have all workouts."""
    round_ = START - 7 * MINUTES
    file = [outline(round_ + day * DAYS) for day in (0, 3, 6)]
    stored = [outline(round_ + day * DAYS + hours * HOURS) for day in (0, 3, 6) for hours in (2, 5)]

    assert len(find_shifts(number(*file), identify(*stored))) == 1


def test_the_local_time_in_another_zone_is_a_shift_of_one_workout() -> None:
    stored = [outline(START, "UTC"), outline(START + DAYS, "UTC")]
    file = [outline(START - HOURS, "Europe/Berlin"), outline(START + DAYS - HOURS, "Europe/Berlin")]

    (found,) = find_shifts(number(*file), identify(*stored))

    assert (found.seconds, found.zones, found.required) == (None, ("Europe/Berlin", "UTC"), 1)
    assert list_pairs(found) == [(0, 0), (1, 1)]


def test_each_pair_of_zones_is_a_shift() -> None:
    stored = [outline(START, "UTC"), outline(START + DAYS, "Asia/Tokyo")]
    file = [outline(START - HOURS, "Europe/Berlin"), outline(START + DAYS + 8 * HOURS, "Europe/Berlin")]

    found = find_shifts(number(*file), identify(*stored))

    assert [(one.zones, list_pairs(one)) for one in found] == [
        (("Europe/Berlin", "UTC"), [(0, 0)]),
        (("Europe/Berlin", "Asia/Tokyo"), [(1, 1)]),
    ]


def test_an_hour_beside_a_shift_is_summer_time() -> None:
    stored = [outline(START + day * DAYS, reps=day) for day in range(6)]
    shifts = [2 * HOURS, 2 * HOURS, 2 * HOURS, HOURS, 3 * HOURS, 4 * HOURS]
    file = [outline(START + day * DAYS + shift, reps=day) for day, shift in enumerate(shifts)]

    found = find_shifts(number(*file), identify(*stored))

    assert [(one.seconds, one.beside, one.required, list_pairs(one)) for one in found] == [
        (7200, None, 3, [(0, 0), (1, 1), (2, 2)]),
        (3600, 7200, 1, [(3, 3)]),
        (10800, 7200, 1, [(4, 4)]),
    ]


def test_the_most_frequent_shift_comes_first() -> None:
    stored = [outline(START + day * DAYS, reps=day) for day in range(7)]
    shifts = [5 * HOURS] * 3 + [2 * HOURS] * 4
    file = [outline(START + day * DAYS + shift, reps=day) for day, shift in enumerate(shifts)]

    assert [one.seconds for one in find_shifts(number(*file), identify(*stored))] == [7200, 18000]


def test_a_workout_that_is_repeated_often_has_eight_pairs() -> None:
    stored = [outline(START + minutes * 15 * MINUTES) for minutes in range(20)]

    found = find_shifts(number(outline(START), outline(START, reps=1), outline(START, reps=2)), identify(*stored))
    assert found == []
    (zones,) = find_shifts(
        number(outline(START - HOURS, "Europe/Berlin")), identify(*(outline(START) for _ in range(20)))
    )
    assert list_pairs(zones) == [(0, position) for position in range(8)]


def test_another_zone_of_most_workouts_is_found_with_each_workout_once() -> None:
    stored = dict(identify(outline(START, "UTC"), outline(START, "UTC"), *[outline(START + DAYS, "UTC")] * 2))
    file = [
        outline(START - HOURS, "Europe/Berlin"),
        outline(START + DAYS - HOURS, "Europe/Berlin"),
        outline(START + DAYS, "UTC"),
        outline(START - HOURS, "Europe/Berlin", reps=1),
    ]

    positions, ids = find_other_zone(file, stored)

    assert (positions, {one.int for one in ids}) == ([0, 1], {0, 2})
    assert find_other_zone([outline(START, "UTC")], stored) == ([], set())


def test_the_zone_of_most_workouts_wins() -> None:
    tokyo = [outline(START + day * DAYS, "Asia/Tokyo") for day in (0, 1)]
    stored = dict(identify(*tokyo, outline(START + 2 * DAYS, "UTC")))
    file = [
        *(outline(START + day * DAYS + 8 * HOURS, "Europe/Berlin") for day in (0, 1)),
        outline(START + 2 * DAYS - HOURS, "Europe/Berlin"),
    ]

    positions, ids = find_other_zone(file, stored)

    assert (positions, {one.int for one in ids}) == ([0, 1], {0, 1})


@pytest.mark.parametrize(
    ("minutes", "is_corrected"), [(0, True), (1, True), (-1, True), (59, True), (-59, True), (60, False), (-60, False)]
)
def test_a_start_is_corrected_by_less_than_an_hour(minutes: int, is_corrected: bool) -> None:
    found = find_corrected_starts(number(outline(START + minutes * MINUTES)), identify(outline(START)))

    assert [(pair.position, pair.stored_id.int) for pair in found] == ([(0, 0)] if is_corrected else [])


def test_the_nearest_is_the_corrected_one_and_each_has_one() -> None:
    file = number(outline(START), outline(START + 20 * MINUTES), outline(START, reps=1))
    stored = identify(outline(START + 9 * MINUTES), outline(START + 25 * MINUTES), outline(START - 30 * MINUTES))

    found = find_corrected_starts(file, stored)

    assert {(pair.position, pair.stored_id.int) for pair in found} == {(0, 0), (1, 1)}
    (pair,) = find_corrected_starts(file[:2], identify(outline(START + 18 * MINUTES)))
    assert pair.position == 1


def test_of_many_stored_workouts_within_an_hour_eight_are_compared() -> None:
    stored = identify(*(outline(START + minutes * MINUTES) for minutes in range(-20, 0)))

    (pair,) = find_corrected_starts(number(outline(START)), stored)

    assert pair.stored_id.int == 7


@pytest.mark.parametrize(
    ("shift", "name"),
    [
        (HOURS, "1 hour later"),
        (-2 * HOURS, "2 hours earlier"),
        (HOURS + MINUTES, "1 hour 1 minute later"),
        (45 * MINUTES, "45 minutes later"),
        (timedelta(seconds=20), "less than a minute later"),
        (timedelta(seconds=40), "1 minute later"),
    ],
)
def test_a_shift_has_a_name(shift: timedelta, name: str) -> None:
    assert name_shift(shift) == name
