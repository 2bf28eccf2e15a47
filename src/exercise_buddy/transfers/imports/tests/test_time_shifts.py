"""Files whose times are shifted: by another time zone, by another clock, or by a correction in the app."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.transfers.imports.time_shifts import Outline, find_shifts, name_shift, outline_of
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.support import import_file, list_codes, list_workouts
from tests.support import Person

BERLIN = ZoneInfo("Europe/Berlin")
QUARTERS = st.integers(-104, 104).filter(bool)


def training(*times: str, days: int = 5) -> str:
    """Return a file of Strong with the same workout at the same times each day."""
    return files.strong(
        *(files.strong_row(Date=f"2026-01-{day + 1:02d} {time}") for day in range(days) for time in times)
    )


@pytest.mark.parametrize(
    ("times", "first", "second"),
    [
        (["18:00:00"], "Europe/Berlin", "Asia/Kathmandu"),
        # The evening there is the morning here, so that half of the workouts are equal at the same time.
        (["07:00:00", "19:00:00"], "Asia/Kamchatka", "Europe/London"),
        # The zones differ by a whole day.
        (["18:00:00"], "Pacific/Kiritimati", "Pacific/Honolulu"),
    ],
)
async def test_repeated_workouts_in_another_zone_are_no_new_ones(
    ann: Person, times: list[str], first: str, second: str
) -> None:
    file = training(*times)
    stored = await import_file(ann, file, time_zone=first)

    shifted = await import_file(ann, file, time_zone=second)
    moved = await import_file(ann, file, time_zone=second, on_conflict="replace")
    again = await import_file(ann, file, time_zone=second)

    number = stored["workouts"]
    assert (shifted["workouts"], shifted["duplicates"], shifted["shifted"]) == (0, 0, number)
    assert (moved["workouts"], moved["replaced"]) == (0, number)
    assert (again["workouts"], again["duplicates"]) == (0, number)
    assert len(await list_workouts(ann)) == number


@pytest.mark.parametrize(("name", "weight"), [("Pull Up (Assisted)", 20), ("Pull Up", -20)])
async def test_assistance_counts_where_workouts_are_compared(ann: Person, name: str, weight: float) -> None:
    file = files.strong(files.strong_row(Exercise_Name=name, Weight=weight))
    await import_file(ann, file, time_zone="Europe/Berlin")

    shifted = await import_file(ann, file, time_zone="Europe/London")

    assert (shifted["workouts"], shifted["shifted"]) == (0, 1)


@pytest.mark.parametrize("start", ["18:04:00", "17:10:30"])
async def test_a_corrected_start_is_no_new_workout(ann: Person, start: str) -> None:
    await import_file(ann, training("18:00:00", days=2))
    corrected = training("18:00:00", days=1) + files.strong_row(Date=f"2026-01-02 {start}") + "\n"

    skipped = await import_file(ann, corrected)
    moved = await import_file(ann, corrected, on_conflict="replace")

    assert (skipped["workouts"], skipped["duplicates"], skipped["shifted"]) == (0, 1, 1)
    assert list_codes(skipped["warnings"]) == [(3, "shifted_times")]
    assert moved["replaced"] == 1
    assert len(await list_workouts(ann)) == 2
    assert (await import_file(ann, corrected))["duplicates"] == 2


@pytest.mark.parametrize(("days", "warnings"), [(2, []), (5, [(2, "possible_shift")])])
async def test_workouts_that_are_repeated_later_are_new(
    ann: Person, days: int, warnings: list[tuple[int, str]]
) -> None:
    await import_file(ann, training("18:00:00", days=days))

    later = await import_file(ann, training("20:00:00", days=days))

    assert (later["workouts"], later["shifted"]) == (days, 0)
    assert list_codes(later["warnings"]) == warnings
    assert "begin 2 hours later" in str(later["warnings"]) or not warnings
    # A file with both is complete: there is nothing to suspect.
    both = await import_file(ann, training("18:00:00", "20:00:00", days=days + 5))
    assert (both["workouts"], both["duplicates"], list_codes(both["warnings"])) == (10, 2 * days, [])


def outlines(starts: list[int]) -> list[Outline]:
    """Return the same workout at these minutes of consecutive days."""
    monday = datetime(2026, 1, 5, tzinfo=BERLIN)
    times = [monday + timedelta(days=day, minutes=minute) for day, minute in enumerate(starts)]
    return [outline_of(time, "Europe/Berlin", "Push", 3, 30, 900.0) for time in times]


def shifts_of(starts: list[int], quarters: int) -> set[int | None]:
    """Return the shifts that are found in a file whose starts differ from the stored ones by quarters of an hour."""
    stored = [(uuid4(), outline) for outline in outlines(starts)]
    file = outlines([start + quarters * 15 for start in starts])
    return {shift.seconds for shift in find_shifts(list(enumerate(file)), stored) if not shift.is_suspected}


@given(
    starts=st.one_of(
        # At the same time each day, at two times, or whenever the clock is round.
        st.lists(st.sampled_from([427]), min_size=1, max_size=20),
        st.lists(st.sampled_from([427, 1091]), min_size=1, max_size=20),
        st.lists(st.integers(0, 287).map(lambda five: five * 5), min_size=1, max_size=20),
    ),
    quarters=QUARTERS,
)
def test_a_habit_is_no_shift(starts: list[int], quarters: int) -> None:
    assert shifts_of(starts, quarters) == set()


@given(
    starts=st.lists(st.integers(0, 1439), min_size=3, max_size=20).filter(
        lambda starts: len({start % 15 for start in starts if start % 5}) >= 3
    ),
    quarters=QUARTERS,
)
def test_identical_workouts_at_irregular_times_have_a_shift(starts: list[int], quarters: int) -> None:
    assert quarters * 15 * 60 in shifts_of(starts, quarters)


@pytest.mark.parametrize(
    ("seconds", "name"),
    [(20, "less than a minute later"), (-60, "1 minute earlier"), (9000, "2 hours 30 minutes later")],
)
def test_a_shift_has_a_name(seconds: int, name: str) -> None:
    assert name_shift(timedelta(seconds=seconds)) == name
