"""The shortcut of a bare counter, and what is sent again without an id of its own."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person

PUSHUP = str(catalogue_id("pushups"))
BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))


@pytest.mark.parametrize("word", [PUSHUP, PUSHUP.upper(), "pushups", "Pushups", " PUSHUPS "])
async def test_one_number_makes_a_workout(ann: Person, word: str) -> None:
    before = datetime.now(UTC)

    response = await ann.post("/workouts/quick", json={"exercise": word, "reps": 20, "duration_seconds": 45})

    assert response.status_code == 201
    logged = response.json()
    assert response.headers["location"] == f"/api/v1/workouts/{logged['id']}"
    (exercise,) = logged["exercises"]
    assert (exercise["exercise"]["id"], exercise["sets"][0]["reps"], logged["source"]) == (PUSHUP, 20, "camera")
    assert logged["totals"]["duration_seconds"] == 45
    assert abs(datetime.fromisoformat(logged["ended_at"]) - before) < timedelta(seconds=30)
    assert logged["time_zone"] == "Europe/Berlin"


async def test_a_name_of_ones_own(ann: Person, connection: asyncpg.Connection) -> None:
    own = uuid4()
    await connection.execute(
        "INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles) "
        "VALUES ($1, $2, 'Wall Sit', 'wall sit', '{}', '{}')",
        ann.id,
        own,
    )
    await connection.execute(
        "INSERT INTO custom_exercise_alias (user_id, name_key, name, custom_exercise_id) VALUES ($1, 'ws', 'WS', $2)",
        ann.id,
        own,
    )
    for word in ("wall sit", "WS", str(own)):
        logged = (await ann.post("/workouts/quick", json={"exercise": word, "duration_seconds": 30})).json()
        assert logged["exercises"][0]["exercise"] == {"id": str(own), "name": "Wall Sit", "custom": True}


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"exercise": "no such thing", "reps": 1}, "/exercise"),
        ({"exercise": str(uuid4()), "reps": 1}, "/exercise"),
        ({"exercise": "pushups"}, ""),
        ({"exercise": "pushups", "reps": -1}, "/reps"),
        ({"exercise": "pushups", "reps": 1, "id": str(uuid4())}, ""),
        ({"exercise": " ", "reps": 1}, "/exercise"),
    ],
)
async def test_what_is_no_quick_set(ann: Person, content: dict[str, Any], pointer: str) -> None:
    response = await ann.post("/workouts/quick", json=content)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


# --- Idempotency-Key ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/workouts", {"started_at": "2026-03-28T18:30:00+01:00"}),
        ("/workouts/quick", {"exercise": "pushups", "reps": 20}),
    ],
)
async def test_sent_again_it_does_nothing_again(ann: Person, path: str, content: dict[str, Any]) -> None:
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


async def test_at_once_it_is_done_once(ann: Person) -> None:
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


async def test_what_failed_can_be_tried_again(ann: Person) -> None:
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


async def test_an_existing_workout_moves_no_revision(ann: Person, connection: asyncpg.Connection) -> None:
    existing = {"id": str(uuid4()), "started_at": "2026-03-28T18:30:00+01:00"}
    await ann.log(**existing)
    revision = "SELECT revision FROM user_revision WHERE user_id = $1"
    before = await connection.fetchval(revision, ann.id)

    assert (await ann.post("/workouts", json=existing, headers={"Idempotency-Key": "k"})).status_code == 200

    assert await connection.fetchval(revision, ann.id) == before


async def test_after_a_day_a_key_is_new(ann: Person, connection: asyncpg.Connection) -> None:
    key = {"Idempotency-Key": "k"}
    first = await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 1}, headers=key)
    await connection.execute("UPDATE idempotent_request SET created_at = now() - interval '25 hours'")
    second = await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 2}, headers=key)
    assert second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ü".encode().decode("latin-1")])
async def test_a_key_that_is_none(ann: Person, key: str) -> None:
    response = await ann.post(
        "/workouts/quick",
        json={"exercise": "pushups", "reps": 1},
        headers=[(b"Idempotency-Key", key.encode("latin-1"))],
    )
    assert response.status_code == 422
    assert response.json()["errors"][0]["location"] == "header"
