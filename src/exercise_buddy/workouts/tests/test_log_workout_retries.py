"""Repeated requests: ids that clients choose, and `Idempotency-Key`."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import BENCH, CHOSEN_ID, read_problem, workout
from tests.support import Connection, Person, RunningApp, read_revision


async def test_repeating_a_create_returns_the_same_and_writes_nothing(ann: Person, connection: Connection) -> None:
    first = await ann.post("/workouts", json=workout(id=CHOSEN_ID))
    before = await read_revision(connection, ann)
    again = await ann.post("/workouts", json=workout(id=CHOSEN_ID))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert first.json()["id"] == CHOSEN_ID
    assert await read_revision(connection, ann) == before == 1


async def test_other_content_with_the_same_id_is_a_conflict(ann: Person) -> None:
    first = await ann.post("/workouts", json=workout(id=CHOSEN_ID))
    other = await ann.post("/workouts", json=workout(id=CHOSEN_ID, title="Pull"))

    assert read_problem(other) == (409, "/problems/workout-id-taken")
    assert (await ann.get(f"/workouts/{CHOSEN_ID}")).content == first.content


async def test_two_users_can_use_the_same_id(ann: Person, bob: Person) -> None:
    anns = await ann.post("/workouts", json=workout(id=CHOSEN_ID, title="Ann's"))
    bobs = await bob.post("/workouts", json=workout(id=CHOSEN_ID, title="Bob's"))

    assert (anns.status_code, bobs.status_code) == (201, 201)
    assert (await ann.get(f"/workouts/{CHOSEN_ID}")).json()["title"] == "Ann's"
    assert (await bob.get(f"/workouts/{CHOSEN_ID}")).json()["title"] == "Bob's"


async def test_twenty_concurrent_creates_write_one_workout(ann: Person, connection: Connection) -> None:
    responses = await asyncio.gather(*(ann.post("/workouts", json=workout(id=CHOSEN_ID)) for _ in range(20)))

    assert sorted(response.status_code for response in responses) == [200] * 19 + [201]
    assert len({response.content for response in responses}) == 1
    assert await connection.fetchval("SELECT count(*) FROM workout_set") == 1
    assert await read_revision(connection, ann) == 1


async def test_each_write_increments_the_revision_once(ann: Person, connection: Connection) -> None:
    await asyncio.gather(*(ann.log(**workout(title=str(n))) for n in range(10)))

    revisions = [row["revision"] for row in await connection.fetch("SELECT revision FROM workout ORDER BY revision")]
    assert revisions == list(range(1, 11))


async def test_the_same_time_in_another_offset_is_the_same_content(ann: Person) -> None:
    content = {"id": str(uuid4()), "time_zone": "Europe/Berlin", "exercises": []}

    first = await ann.post("/workouts", json=content | {"started_at": "2026-05-04T18:00:00+02:00"})
    again = await ann.post("/workouts", json=content | {"started_at": "2026-05-04T16:00:00Z"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/workouts", {"started_at": "2026-03-28T18:30:00+01:00"}),
        ("/workouts/quick", {"exercise": "pushups", "reps": 20}),
    ],
)
async def test_a_repeated_key_replays_the_response(ann: Person, path: str, content: dict[str, Any]) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await ann.post(path, json=content, headers=key)

    again = await ann.post(path, json=content, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    for name in ("etag", "location", "content-type", "content-length"):
        assert again.headers[name] == first.headers[name]
    assert len((await ann.get("/workouts")).json()["items"]) == 1


async def test_concurrent_requests_with_one_key_write_once(ann: Person) -> None:
    live = await ann.log(started_at="2026-03-28T18:30:00+01:00")
    key = {"Idempotency-Key": "the-same"}
    sets = {"exercise_id": BENCH, "sets": [{"reps": 5}]}

    answers = await asyncio.gather(
        *(ann.post(f"/workouts/{live['id']}/sets", json=sets, headers=key) for _ in range(4))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert (await ann.get(f"/workouts/{live['id']}")).json()["totals"]["sets"] == 1


async def test_a_key_belongs_to_one_request_of_one_user(ann: Person, bob: Person) -> None:
    key = {"Idempotency-Key": "k"}
    content = {"exercise": "pushups", "reps": 20}
    await ann.post("/workouts/quick", json=content, headers=key)

    other = await ann.post("/workouts/quick", json=content | {"reps": 21}, headers=key)
    elsewhere = await ann.post("/workouts", json={"started_at": "2026-03-28T18:30:00+01:00"}, headers=key)
    his = await bob.post("/workouts/quick", json=content | {"reps": 21}, headers=key)

    assert [(one.status_code, one.json()["type"]) for one in (other, elsewhere)] == [
        (422, "/problems/idempotency-key-reused")
    ] * 2
    assert his.status_code == 201


async def test_a_failed_request_can_be_repeated_with_its_key(ann: Person) -> None:
    key = {"Idempotency-Key": "k"}
    assert (await ann.post("/workouts/quick", json={"exercise": "nothing", "reps": 1}, headers=key)).status_code == 422
    assert (await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 1}, headers=key)).status_code == 201


async def test_a_key_is_kept_when_the_workout_existed_already(ann: Person) -> None:
    existing = {"id": str(uuid4()), "started_at": "2026-03-28T18:30:00+01:00"}
    await ann.log(**existing)
    key = {"Idempotency-Key": "k1"}

    unchanged = await ann.post("/workouts", json=existing, headers=key)
    other = await ann.post("/workouts", json=existing | {"id": str(uuid4()), "title": "Legs"}, headers=key)

    assert unchanged.status_code == 200
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert len((await ann.get("/workouts")).json()["items"]) == 1


async def test_an_existing_workout_moves_no_revision(ann: Person, connection: Connection) -> None:
    existing = {"id": str(uuid4()), "started_at": "2026-03-28T18:30:00+01:00"}
    await ann.log(**existing)
    revision = "SELECT revision FROM user_revision WHERE user_id = $1"
    before = await connection.fetchval(revision, ann.id)

    assert (await ann.post("/workouts", json=existing, headers={"Idempotency-Key": "k"})).status_code == 200

    assert await connection.fetchval(revision, ann.id) == before


async def test_a_key_expires_after_a_day(ann: Person, connection: Connection) -> None:
    key = {"Idempotency-Key": "k"}
    first = await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 1}, headers=key)
    await connection.execute("UPDATE idempotent_request SET created_at = now() - interval '25 hours'")
    second = await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 2}, headers=key)
    assert second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ü".encode().decode("latin-1")])
async def test_an_invalid_key_is_refused(ann: Person, key: str) -> None:
    response = await ann.post(
        "/workouts/quick",
        json={"exercise": "pushups", "reps": 1},
        headers=[(b"Idempotency-Key", key.encode("latin-1"))],
    )
    assert response.status_code == 422
    assert response.json()["errors"][0]["location"] == "header"


async def test_two_keys_are_refused(ann: Person, connection: Connection) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]

    response = await ann.client.post("/api/v1/workouts", json=workout(), headers=headers)

    assert read_problem(response) == (400, "/problems/malformed-request")
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_a_retry_after_a_deletion_is_documented(app: RunningApp) -> None:
    document = app.app.openapi()
    keyed = [
        operation
        for path in document["paths"].values()
        for operation in path.values()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    ]

    assert len(keyed) > 5
    assert all("404" in operation["responses"] for operation in keyed)


async def test_a_deleted_workout_stays_deleted(ann: Person) -> None:
    given = workout(id=str(uuid4()))
    await ann.log(**given)
    await ann.delete(f"/workouts/{given['id']}")

    again = await ann.post("/workouts", json=given)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/resource-deleted")
    assert (await ann.get("/workouts")).json()["items"] == []
    assert (await ann.delete(f"/workouts/{given['id']}")).status_code == 404
