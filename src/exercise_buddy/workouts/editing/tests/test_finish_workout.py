"""The end of a workout that a client finishes without a time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.workouts.editing.tests.helpers import EVIDENCE
from tests.factories import PUSHUP, SQUAT
from tests.support import Person

NOW = datetime.now(UTC).replace(microsecond=0)
MONDAY = NOW - timedelta(days=16)


def id_at(time: datetime) -> str:
    """Return a UUIDv7 that a device chose at a time."""
    milliseconds = int(time.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | (new_id().int & (1 << 80) - 1)))


def exercise_with(*sets: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"exercise_id": PUSHUP, "sets": list(sets)}]


async def finish(person: Person, **workout: Any) -> tuple[timedelta, str]:
    """Finish a new workout; return how long it lasted, and how its end was found."""
    live = await person.log(**workout)
    response = await person.post(f"/workouts/{live['id']}/finish")
    assert response.status_code == 200, response.text
    ended_at = datetime.fromisoformat(response.json()["ended_at"])
    return ended_at - datetime.fromisoformat(live["started_at"]), response.headers["ended-at-source"]


async def test_a_forgotten_workout_ends_with_its_last_set(ann: Person) -> None:
    first, last = (MONDAY + timedelta(minutes=minutes) for minutes in (5, 40))
    sets = exercise_with({"id": id_at(last), "reps": 5}, {"id": id_at(first), "reps": 8})

    duration, source = await finish(ann, started_at=MONDAY.isoformat(), exercises=sets)

    assert (duration.total_seconds() // 1, source) == (40 * 60, "last-set")


async def test_a_measured_set_ends_with_its_last_rep(ann: Person) -> None:
    sets = exercise_with({"id": id_at(MONDAY), "reps": 2, "evidence": EVIDENCE})

    duration, _ = await finish(ann, started_at=MONDAY.isoformat(), exercises=sets)

    assert duration.total_seconds() == pytest.approx(2, abs=1)


async def test_a_workout_that_is_logged_later_lasts_as_long_as_it_took_to_log_it(ann: Person) -> None:
    live = await ann.log(started_at=MONDAY.isoformat())
    for reps in (10, 9, 8):
        sets = {"exercise_id": SQUAT, "sets": [{"reps": reps}]}
        assert (await ann.post(f"/workouts/{live['id']}/sets", json=sets)).status_code == 201

    response = await ann.post(f"/workouts/{live['id']}/finish")

    assert response.headers["ended-at-source"] == "logged-later"
    assert response.json()["totals"]["duration_seconds"] < 60
    assert (
        "Ended-At-Source"
        in (await ann.get("/users/me", headers={"Origin": "http://localhost:5173"})).headers[
            "access-control-expose-headers"
        ]
    )


async def test_an_id_without_a_time_counts_as_the_last_write(ann: Person) -> None:
    start = NOW - timedelta(hours=1)
    sets = exercise_with({"id": "0b7f37a2-58f1-4c61-9a56-6f3a0f5c1f10", "reps": 5})

    duration, source = await finish(ann, started_at=start.isoformat(), exercises=sets)

    assert source == "last-set"
    assert duration.total_seconds() == pytest.approx(3600, abs=60)


@pytest.mark.parametrize("nonsense", ["ffffffff-ffff-7fff-bfff-ffffffffffff", "00000000-0000-7000-8000-000000000000"])
async def test_the_clock_of_a_device_cannot_leave_the_workout(ann: Person, nonsense: str) -> None:
    start = NOW - timedelta(hours=1)

    duration, _ = await finish(ann, started_at=start.isoformat(), exercises=exercise_with({"id": nonsense, "reps": 5}))

    assert timedelta() <= duration <= timedelta(hours=1, minutes=1)
    assert UUID(nonsense).version == 7


async def test_a_workout_without_sets_ends_now_or_at_its_last_write(ann: Person) -> None:
    recent = await finish(ann, started_at=(NOW - timedelta(hours=2)).isoformat())
    old = await finish(ann, started_at=(NOW - timedelta(days=2)).isoformat())

    assert recent[1] == "now"
    assert recent[0].total_seconds() == pytest.approx(7200, abs=60)
    assert old[1] == "last-write"


async def test_the_response_says_who_stated_the_end(ann: Person) -> None:
    live = await ann.log(started_at=MONDAY.isoformat())
    url = f"/workouts/{live['id']}/finish"
    body = {"ended_at": (MONDAY + timedelta(hours=1)).isoformat()}

    sources = [(await ann.post(url, json=sent)).headers["ended-at-source"] for sent in (body, body, None)]

    assert sources == ["request", "stored", "stored"]
