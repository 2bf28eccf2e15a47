"""Workouts during which clocks change keep their durations.

In Athens, clocks went forward on 2025-03-30 at 3:00, and back on 2025-10-26 at 4:00.
"""

import pytest

from exercise_buddy.transfers.tests.files import hevy_row, strong_row
from exercise_buddy.transfers.tests.support import (
    export_workouts,
    import_file,
    import_hevy,
    import_strong,
    list_workouts,
)
from tests.support import Person


@pytest.mark.parametrize(
    ("start", "ended_at"),
    [
        ("2025-03-30 01:30:00", "2025-03-30T02:30:00+00:00"),
        ("2025-10-26 01:30:00", "2025-10-26T01:30:00+00:00"),
        ("2025-06-01 23:30:00", "2025-06-01T23:30:00+00:00"),
    ],
)
async def test_a_duration_is_elapsed_time(ann: Person, start: str, ended_at: str) -> None:
    await import_strong(ann, strong_row(Date=start, Duration="3h"))

    (workout,) = await list_workouts(ann)
    assert (workout["ended_at"], workout["totals"]["duration_seconds"]) == (ended_at, 3 * 3600)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("30 Mar 2025, 02:30", "30 Mar 2025, 04:30", 3600),
        ("26 Oct 2025, 02:30", "26 Oct 2025, 04:30", 3 * 3600),
        ("26 Oct 2025, 03:30", "26 Oct 2025, 03:10", 40 * 60),
        ("26 Oct 2025, 03:10", "26 Oct 2025, 03:30", 20 * 60),
    ],
)
async def test_an_end_is_a_local_time_after_the_start(ann: Person, start: str, end: str, seconds: int) -> None:
    found = await import_hevy(ann, hevy_row(start_time=start, end_time=end))

    assert (found["workouts"], found["problems"]) == (1, [])
    (workout,) = await list_workouts(ann)
    assert workout["totals"]["duration_seconds"] == seconds


async def test_our_own_csv_keeps_them(ann: Person, bob: Person) -> None:
    times = {"started_at": "2025-10-26T03:30:00+03:00", "ended_at": "2025-10-26T03:10:00+02:00"}
    await ann.log(**times, time_zone="Europe/Athens")

    found = await import_file(bob, await export_workouts(ann, "csv"))

    assert (found["workouts"], found["problems"]) == (1, [])
    (workout,) = await list_workouts(bob)
    assert (workout["started_at"], workout["ended_at"]) == ("2025-10-26T00:30:00+00:00", "2025-10-26T01:10:00+00:00")
