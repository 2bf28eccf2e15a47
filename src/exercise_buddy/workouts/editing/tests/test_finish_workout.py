"""The end of a workout that a client finishes without a time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.workouts.editing.content import EditedContent, EditedExercise, EditedSet
from exercise_buddy.workouts.editing.finishing import find_end
from exercise_buddy.workouts.editing.tests.helpers import EVIDENCE
from exercise_buddy.workouts.set_schemas import SetInput
from tests.factories import PUSHUP, SQUAT
from tests.support import Person

# A fixed time for functions; requests begin minutes after this module is loaded.
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
    start = datetime.now(UTC) - timedelta(hours=1)
    sets = exercise_with({"id": "0b7f37a2-58f1-4c61-9a56-6f3a0f5c1f10", "reps": 5})

    duration, source = await finish(ann, started_at=start.isoformat(), exercises=sets)

    assert source == "last-write"
    assert duration.total_seconds() == pytest.approx(3600, abs=60)


@pytest.mark.parametrize("nonsense", ["ffffffff-ffff-7fff-bfff-ffffffffffff", "00000000-0000-7000-8000-000000000000"])
async def test_the_clock_of_a_device_cannot_leave_the_workout(ann: Person, nonsense: str) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)

    duration, _ = await finish(ann, started_at=start.isoformat(), exercises=exercise_with({"id": nonsense, "reps": 5}))

    assert timedelta() <= duration <= timedelta(hours=1, minutes=1)
    assert UUID(nonsense).version == 7


async def test_a_workout_without_sets_ends_now_or_as_it_starts(ann: Person) -> None:
    now = datetime.now(UTC)
    recent = await finish(ann, started_at=(now - timedelta(hours=2)).isoformat())
    old = await finish(ann, started_at=(now - timedelta(days=2)).isoformat())

    assert recent[1] == "now"
    assert recent[0].total_seconds() == pytest.approx(7200, abs=60)
    assert old == (timedelta(), "start")


async def test_the_response_says_who_stated_the_end(ann: Person) -> None:
    live = await ann.log(started_at=MONDAY.isoformat())
    url = f"/workouts/{live['id']}/finish"
    body = {"ended_at": (MONDAY + timedelta(hours=1)).isoformat()}

    sources = [(await ann.post(url, json=sent)).headers["ended-at-source"] for sent in (body, body, None)]

    assert sources == ["request", "stored", "stored"]


MINUTES: dict[str, tuple[list[float | None], float, tuple[int, str]]] = {
    "all sets in time": ([5, 20, 40], 41, (40, "last-set")),
    "edited days later": ([5, 20, 40], 3000, (40, "last-set")),
    "a set added days later": ([5, 40, 4000], 4001, (40, "last-set")),
    "the last set tells no time": ([5, 20, None], 45, (45, "last-write")),
    "it tells none, and an edit days later": ([5, 20, None], 3000, (20, "last-set")),
    "another set tells no time": ([5, None, 20], 3000, (20, "last-set")),
    "no set tells a time": ([None, None], 45, (45, "last-write")),
    "no set tells a time, and an edit days later": ([None, None], 3000, (0, "start")),
    "no sets, last write in time": ([], 45, (45, "last-write")),
    "no sets, and an edit days later": ([], 3000, (0, "start")),
    "logged later": ([3000, 3002, 3003], 3004, (3, "logged-later")),
    "logged later, and a set added days after that": ([3000, 3002, 9000], 9000, (2, "logged-later")),
    "a set before the start": ([-600, 20], 20, (20, "last-set")),
    "a set in the future": ([5, 20, 900_000], 3000, (20, "last-set")),
}


def content_with(minutes: Sequence[float | None], last_write: float) -> EditedContent:
    """Return a workout whose sets were recorded so many minutes after the start; None: their ids do not tell."""
    sets: list[EditedSet] = [
        SetInput(id=uuid4() if minute is None else UUID(id_at(MONDAY + timedelta(minutes=minute))), reps=5)
        for minute in minutes
    ]
    head = {"started_at": MONDAY, "ended_at": None}
    return EditedContent(head, [EditedExercise(None, {}, sets)], MONDAY + timedelta(minutes=last_write))


@pytest.mark.parametrize("case", MINUTES)
def test_the_most_plausible_end(case: str) -> None:
    minutes, last_write, (duration, expected) = MINUTES[case]

    end = find_end(content_with(minutes, last_write), NOW)

    assert (end.ended_at - MONDAY, end.source) == (timedelta(minutes=duration), expected)


@given(
    minutes=st.lists(st.none() | st.integers(-10_000, 30_000), max_size=6),
    first=st.integers(0, 350),
    last_write=st.integers(0, 23_040),
    added=st.integers(1, 20_000),
)
def test_an_edit_hours_later_never_moves_the_end(
    minutes: list[float | None], first: int, last_write: int, added: int
) -> None:
    plausible = [minute for minute in minutes if minute is not None and 0 <= minute <= 23_040]
    any_end = find_end(content_with(minutes, last_write), NOW).ended_at
    assert MONDAY <= any_end <= MONDAY + timedelta(minutes=max([*plausible, last_write, 0]))

    # One set in time, and the last one tells its time: only they count.
    timed = [first, *minutes, first]
    end = find_end(content_with(timed, last_write), NOW)
    assert end.source == "last-set"
    assert end.ended_at in {MONDAY + timedelta(minutes=minute) for minute in [first, *plausible]}
    late = (end.ended_at - MONDAY).total_seconds() / 60 + 360 + added
    assert find_end(content_with([*timed[:-1], late, first], last_write + added), NOW) == end
