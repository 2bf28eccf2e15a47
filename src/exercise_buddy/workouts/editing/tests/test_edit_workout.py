"""Replacing, updating and finishing a workout."""

from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.workouts.editing.tests.helpers import WORKOUT, counted
from tests.factories import BENCH, CHOSEN_ID, OTHER_ID, SQUAT, error_pointers
from tests.support import Person


async def test_replacing_a_workout_by_itself_changes_nothing(ann: Person, logged: dict[str, Any]) -> None:
    before = await ann.get(f"/workouts/{logged['id']}")

    put = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT)

    assert put.status_code == 200
    assert put.json() == before.json()
    assert put.headers["etag"] == before.headers["etag"]


async def test_replacing_changes_all_content(ann: Person, logged: dict[str, Any]) -> None:
    content = {"started_at": "2026-03-30T10:00:00+02:00", "exercises": [{"exercise_id": SQUAT, "sets": [{"reps": 1}]}]}

    put = (await ann.put(f"/workouts/{logged['id']}", json=content)).json()

    assert (put["title"], put["notes"], put["ended_at"]) == ("Morning workout: quadriceps", None, None)
    assert (put["time_zone"], put["local_date"]) == ("Europe/Berlin", "2026-03-30")
    assert (put["id"], put["created_at"]) == (logged["id"], logged["created_at"])
    assert put["updated_at"] > logged["updated_at"]
    assert counted(put) == {"exercises": 1, "sets": 1, "reps": 1, "volume_kg": 0}
    # The first request, sent again, is still the same request.
    assert (await ann.get("/workouts")).json()["items"][0]["id"] == logged["id"]


async def test_a_repeated_create_returns_the_edited_workout(ann: Person) -> None:
    workout = WORKOUT | {"id": str(uuid4())}
    await ann.log(**workout)
    changed = await ann.patch(f"/workouts/{workout['id']}", json={"title": "Pull"})
    assert changed.status_code == 200

    again = await ann.post("/workouts", json=workout)

    assert (again.status_code, again.json()["title"]) == (200, "Pull")


async def test_the_source_can_be_replaced(ann: Person, logged: dict[str, Any]) -> None:
    put = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT | {"source": "camera"})
    kept = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT)

    assert put.json()["source"] == kept.json()["source"] == "camera"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"id": str(uuid4())}, "/id"),
        ({"exercises": [{"exercise_id": BENCH}, {"exercise_id": str(uuid4())}]}, "/exercises/1/exercise_id"),
        ({"ended_at": "2026-03-28T23:29:00+01:00"}, "/ended_at"),
        ({"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}] * 251}] * 2}, "/exercises"),
    ],
)
async def test_an_invalid_replacement_is_refused(
    ann: Person, logged: dict[str, Any], content: dict[str, Any], pointer: str
) -> None:
    response = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT | content)

    assert error_pointers(response) == [pointer]
    assert (await ann.get(f"/workouts/{logged['id']}")).json() == logged


async def test_a_derived_title_follows_the_content_until_one_is_set(ann: Person) -> None:
    live = await ann.log(started_at="2026-03-28T09:00:00+01:00", time_zone="Europe/Berlin")
    url = f"/workouts/{live['id']}"
    assert live["title"] == "Morning workout"
    one = (await ann.post(f"{url}/sets", json={"exercise_id": SQUAT, "sets": [{"reps": 5}]})).json()
    assert one["title"] == "Morning workout: quadriceps"
    assert (await ann.patch(url, json={"started_at": "2026-03-28T18:00:00+01:00"})).json()["title"] == (
        "Evening workout: quadriceps"
    )
    assert (await ann.patch(url, json={"title": "Legs"})).json()["title"] == "Legs"
    two = (await ann.post(f"{url}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 5}]})).json()
    assert two["title"] == "Legs"
    assert (await ann.patch(url, json={"title": None})).json()["title"] == "Evening workout: quadriceps, chest"


async def test_the_local_date_and_the_records_follow_start_and_time_zone(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    assert logged["local_date"] == "2026-03-28"

    # 23:30 in Berlin is the next day in Kiritimati, and still the same in Pago Pago.
    moved = (await ann.patch(url, json={"time_zone": "Pacific/Kiritimati"})).json()
    assert moved["local_date"] == "2026-03-29"
    records = (await ann.get("/statistics/records", params={"exercise": BENCH})).json()["items"][0]["records"]
    assert {record["date"] for record in records} == {"2026-03-29"}
    west = (await ann.patch(url, json={"time_zone": "Pacific/Pago_Pago"})).json()
    assert west["local_date"] == "2026-03-28"
    # 02:30 does not exist in Berlin that day, but the moment does: 03:30.
    later = await ann.patch(
        url, json={"started_at": "2026-03-29T01:30:00Z", "time_zone": "Europe/Berlin", "ended_at": None}
    )
    assert (later.json()["local_date"], later.json()["totals"]["duration_seconds"]) == ("2026-03-29", None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"started_at": None}, "/started_at"),
        ({"started_at": "2026-03-29T10:00:00+02:00"}, "/ended_at"),
        ({"time_zone": "Europe/Nowhere"}, "/time_zone"),
        ({"exercise_order": [0]}, "/exercise_order/0"),
        ({"exercise_order": [CHOSEN_ID, OTHER_ID]}, "/exercise_order"),
        ({"exercises": []}, "/exercises"),
        ({"id": str(uuid4())}, "/id"),
    ],
)
async def test_an_invalid_update_is_refused(ann: Person, logged: dict[str, Any], change: Any, pointer: str) -> None:
    response = await ann.patch(f"/workouts/{logged['id']}", json=change)

    assert error_pointers(response) == [pointer]


async def test_an_order_lists_each_exercise_once(ann: Person, logged: dict[str, Any]) -> None:
    first, second = [exercise["id"] for exercise in logged["exercises"]]
    for order in ([], [first], [first, first], [first, second, CHOSEN_ID], [first, second, second]):
        response = await ann.patch(f"/workouts/{logged['id']}", json={"exercise_order": order})
        assert error_pointers(response) == ["/exercise_order"]


async def test_an_update_without_a_change_writes_nothing(ann: Person, logged: dict[str, Any]) -> None:
    feed = (await ann.get("/sync/changes")).json()["next_cursor"]
    assert (await ann.patch(f"/workouts/{logged['id']}", json={})).json() == logged
    assert (await ann.patch(f"/workouts/{logged['id']}", json={"title": "Push"})).json() == logged
    assert (await ann.get("/sync/changes", params={"since": feed})).json()["items"] == []


async def test_a_workout_is_finished_once(ann: Person) -> None:
    live = await ann.log(started_at="2026-03-28T09:00:00+01:00", time_zone="Europe/Berlin")
    url = f"/workouts/{live['id']}/finish"
    early = await ann.post(url, json={"ended_at": "2026-03-28T08:59:00+01:00"})
    assert error_pointers(early) == ["/ended_at"]

    ended = await ann.post(url, json={"ended_at": "2026-03-28T10:00:00+01:00"})

    assert ended.json()["totals"]["duration_seconds"] == 3600
    assert (await ann.post(url, json={"ended_at": "2026-03-28T09:00:00Z"})).json() == ended.json()
    assert (await ann.post(url)).json() == ended.json()
    assert (await ann.post(url, json={"ended_at": "2026-03-28T10:01:00+01:00"})).status_code == 409


async def test_a_workout_does_not_last_over_a_month(ann: Person) -> None:
    live = await ann.log(started_at="2020-03-28T09:00:00+01:00")
    response = await ann.post(f"/workouts/{live['id']}/finish", json={"ended_at": "2020-05-28T09:00:00+01:00"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/ended_at"
