"""What one account may store: the counters of what it stores, the limits, and what a client hears beyond them."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from exercise_buddy.workouts.public import plan_stored_bytes
from exercise_buddy.workouts.schemas import WorkoutInput
from tests.factories import BENCH, CUSTOM_EXERCISE, LINEAR, SQUAT, evidence, exercise, workout
from tests.support import Connection, Person, RunCommand, StartApp, sign_up

REPS = [{"offset_ms": 1000 * number, "duration_ms": 900, "flags": ["fast"]} for number in range(10)]
COUNTED = exercise(SQUAT, {"reps": 10, "evidence": evidence(*REPS, detected=10)}, notes="ß" * 50)
COUNTERS = "SELECT stored_bytes, workouts, body_measurements FROM user_revision WHERE user_id = $1"
RECOUNTED = "SELECT stored_bytes, workouts, body_measurements FROM stored_usage($1)"
STRONG = (
    '"Date","Workout Name","Exercise Name","Set Order","Weight","Weight Unit","Reps","RPE","Distance","Distance Unit",'
    '"Seconds","Notes","Workout Notes","Workout Duration"\n'
)


async def usage(person: Person) -> dict[str, dict[str, int]]:
    response = await person.get("/users/me/usage")
    assert response.status_code == 200, response.text
    found: dict[str, dict[str, int]] = response.json()
    return found


async def used(person: Person) -> dict[str, int]:
    return {name: quota["used"] for name, quota in (await usage(person)).items()}


def assert_beyond(response: httpx2.Response, quota: str, limit: int) -> None:
    assert response.status_code == 409, response.text
    problem = response.json()
    assert problem["type"] == "/problems/quota-exceeded"
    assert (problem["quota"], problem["limit"]) == (quota, limit)
    assert "Delete" in problem["detail"]


async def joined(start_app: StartApp, **quotas: int) -> Person:
    return await sign_up(await start_app(**quotas), "ann")


async def upload(person: Person, content: str, **query: Any) -> dict[str, Any]:
    response = await person.post(
        "/imports",
        params=query,
        files={"file": ("strong.csv", content.encode())},
        data={"time_zone": "Europe/Berlin", "weight_unit": "kg"},
    )
    assert response.status_code == 201, response.text
    report: dict[str, Any] = response.json()
    return report


def strong(*days: int) -> str:
    row = '"2024-01-{day:02} 10:00:00","Push","Bench Press (Barbell)",1,60,"kg",5,,0,"m",0,"","","45m"\n'
    return STRONG + "".join(row.format(day=day) for day in days)


async def test_every_write_is_counted_and_every_deletion_uncounted(ann: Person, connection: Connection) -> None:
    empty = await used(ann)
    assert empty == {"stored_bytes": 0, "workouts": 0, "body_measurements": 0}

    logged = [await ann.log(**workout(COUNTED, exercise(BENCH, {"reps": 5, "weight_kg": 60}))) for _ in range(3)]
    batch = [workout(started_at=f"2026-04-0{day}T10:00:00Z", ended_at=None, id=str(uuid4())) for day in (1, 2)]
    await ann.log_all(batch)
    report = await upload(ann, strong(1, 2, 3))
    await ann.weigh("2026-05-01", 80)
    measured = await ann.weigh("2026-05-02", 81)
    await ann.patch(f"/users/me/body-measurements/{measured}", json={"notes": "after lunch"})
    own = (await ann.post("/exercises", json=CUSTOM_EXERCISE)).json()
    plan = {"exercise_id": own["id"], "targets": [{"reps": 5, "weight_kg": 60}], "progression": LINEAR}
    routine = (await ann.post("/routines", json={"name": "Push", "exercises": [plan]})).json()
    await ann.patch(f"/routines/{routine['id']}", json={"notes": "heavy"})
    await ann.post(f"/workouts/{logged[0]['id']}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 3}]})
    await ann.patch(f"/workouts/{logged[1]['id']}", json={"notes": "good", "title": None})
    assert (await ann.post(f"/exercises/{own['id']}/merge", json={"into": BENCH})).status_code == 200

    counters = await connection.fetchrow(COUNTERS, UUID(ann.id))
    assert counters == await connection.fetchrow(RECOUNTED, UUID(ann.id))
    assert counters["stored_bytes"] > 8 * 1000
    assert (await used(ann)) == dict(counters)
    assert (counters["workouts"], counters["body_measurements"]) == (8, 2)

    await ann.delete(f"/imports/{report['id']}")
    await ann.delete(f"/routines/{routine['id']}")
    for workout_id in [*(found["id"] for found in logged), *(item["id"] for item in batch)]:
        assert (await ann.delete(f"/workouts/{workout_id}")).status_code == 204
    for measurement in (await ann.get("/users/me/body-measurements")).json()["items"]:
        await ann.delete(f"/users/me/body-measurements/{measurement['id']}")
    assert await connection.fetchrow(COUNTERS, UUID(ann.id)) == await connection.fetchrow(RECOUNTED, UUID(ann.id))
    # Tombstones (of workouts, a routine, an exercise and measurements) and the names of merged exercises stay.
    assert await used(ann) == {"stored_bytes": (8 + 1 + 1 + 2) * 150 + 500, "workouts": 0, "body_measurements": 0}


async def test_no_workout_beyond_the_number(start_app: StartApp) -> None:
    ann = await joined(start_app, quota_workouts=2)
    first = await ann.log(**workout(id=str(uuid4())))
    await ann.log(**workout())

    chosen = workout(id=str(uuid4()))
    for refused in (workout(), chosen):
        assert_beyond(await ann.post("/workouts", json=refused), "workouts", 2)
    assert_beyond(await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 5}), "workouts", 2)
    assert_beyond(await ann.post("/workouts/repeat", json={"workout_id": first["id"]}), "workouts", 2)
    assert (await used(ann))["workouts"] == 2

    # What exists can be read, sent again, edited and deleted.
    again = await ann.post("/workouts", json=workout(id=first["id"]))
    assert again.status_code == 200
    assert (await ann.patch(f"/workouts/{first['id']}", json={"notes": "edited"})).status_code == 200
    assert (await ann.delete(f"/workouts/{first['id']}")).status_code == 204
    assert (await ann.post("/workouts", json=chosen)).status_code == 201
    assert await usage(ann) | {"stored_bytes": None} == {
        "workouts": {"used": 2, "limit": 2},
        "body_measurements": {"used": 0, "limit": 20_000},
        "stored_bytes": None,
    }


async def test_a_full_account_shrinks_and_does_not_grow(start_app: StartApp) -> None:
    ann = await joined(start_app)
    logged = await ann.log(**workout(COUNTED, COUNTED))
    measurement = await ann.weigh("2026-05-01", 80)
    routine = (await ann.post("/routines", json={"name": "Push", "exercises": []})).json()
    limit = (await used(ann))["stored_bytes"] - 1
    app = await start_app(quota_stored_bytes=limit)
    ann = Person(ann.id, ann.email, ann.password, ann.refresh_token, app.client(**dict(ann.client.headers)))
    path = f"/workouts/{logged['id']}"

    for refused in (
        await ann.post("/workouts", json=workout()),
        await ann.post(f"{path}/sets", json={"exercise_id": SQUAT, "sets": [{"reps": 5}]}),
        await ann.patch(path, json={"notes": "a longer text"}),
        await ann.post("/users/me/body-measurements", json={"measured_on": "2026-05-02", "mass_kg": 80}),
        await ann.patch(f"/users/me/body-measurements/{measurement}", json={"notes": "a longer text"}),
        await ann.post("/routines", json={"name": "Pull", "exercises": []}),
        await ann.post("/routines/from-workout", json={"workout_id": logged["id"]}),
        await ann.patch(f"/routines/{routine['id']}", json={"notes": "a longer text"}),
        await ann.post(f"/routines/{routine['id']}/start", json={}),
        await ann.post("/exercises", json=CUSTOM_EXERCISE),
    ):
        assert_beyond(refused, "stored_bytes", limit)

    assert (await ann.get(path)).status_code == 200
    # An edit that needs no more space, and deletions, one of them by an edit.
    assert (await ann.patch(path, json={"title": "Legs"})).status_code == 200
    changed = await ann.patch(f"/users/me/body-measurements/{measurement}", json={"mass_kg": 81})
    assert changed.status_code == 200
    assert (await ann.delete(f"{path}/sets/{logged['exercises'][0]['sets'][0]['id']}")).status_code == 200
    assert (await ann.patch(path, json={"notes": "a longer text"})).status_code == 200
    assert (await ann.delete(path)).status_code == 204


async def test_a_batch_stores_what_fits(start_app: StartApp) -> None:
    ann = await joined(start_app, quota_workouts=2)
    workouts = [workout(id=str(uuid4())) for _ in range(4)]
    batch = [workouts[0], workout(exercise(str(uuid4()))), *workouts[1:], workouts[3]]

    for first in ("created", "unchanged"):
        items = await ann.log_all(batch)

        assert [item["outcome"] for item in items] == [first, "invalid", first, *["refused"] * 3]
        beyond = {(item["status"], item["problem"]) for item in items[3:]}
        assert beyond == {(409, "/problems/quota-exceeded")}
        assert (await used(ann))["workouts"] == 2


async def test_an_import_reports_what_does_not_fit(start_app: StartApp) -> None:
    ann = await joined(start_app, quota_workouts=2)

    planned = await upload(ann, strong(1, 2, 3), dry_run=True)
    report = await upload(ann, strong(1, 2, 3))

    for found in (planned, report):
        assert (found["workouts"], found["sets"], found["problem_count"]) == (2, 2, 1)
        (problem,) = found["problems"]
        assert (problem["line"], problem["code"]) == (4, "quota_exceeded")
        assert "2" in problem["message"]
    assert (await ann.get(f"/imports/{report['id']}")).json()["workouts"] == 2
    # An import of nothing is not listed.
    again = await upload(ann, strong(3))
    assert (again["id"], again["workouts"], again["problem_count"]) == (None, 0, 1)
    assert len((await ann.get("/imports")).json()["items"]) == 1
    # Nothing is lost: with room for it, a second import adds the rest.
    await ann.delete(f"/workouts/{(await ann.get('/workouts')).json()['items'][0]['id']}")
    assert (await upload(ann, strong(1, 2, 3)))["workouts"] == 1


async def test_a_dry_run_counts_the_bytes_that_an_import_takes(start_app: StartApp) -> None:
    ann = await joined(start_app, quota_stored_bytes=3 * (600 + 500 + 250) - 1)

    planned = await upload(ann, strong(1, 2, 3), dry_run=True)
    report = await upload(ann, strong(1, 2, 3))

    for found in (planned, report):
        assert (found["workouts"], found["problem_count"]) == (2, 1)
        (problem,) = found["problems"]
        assert (problem["line"], problem["code"]) == (4, "quota_exceeded")
        assert "stored bytes" in problem["message"]


async def test_the_planned_bytes_are_those_that_are_stored(ann: Person) -> None:
    sets = {"reps": 5, "weight_kg": 60}
    targets = {"targets": [{"reps": 5, "weight_kg": 62.5}]}
    content = workout(COUNTED, exercise(BENCH, sets, notes="ü"), exercise(BENCH, sets) | targets, notes="ß")
    planned = WorkoutInput.model_validate_json(json.dumps(content))

    await ann.log(**content)

    assert plan_stored_bytes(planned.notes, planned.exercises) == (await used(ann))["stored_bytes"]


async def test_no_measurement_beyond_the_number(start_app: StartApp) -> None:
    ann = await joined(start_app, quota_body_measurements=1)
    measurement = await ann.weigh("2026-05-01", 80)
    content = {"measured_on": "2026-05-02", "mass_kg": 80, "notes": "a" * 10}

    assert_beyond(await ann.post("/users/me/body-measurements", json=content), "body_measurements", 1)

    updated = await ann.patch(f"/users/me/body-measurements/{measurement}", json={"notes": "a" * 10})
    assert updated.status_code == 200
    await ann.delete(f"/users/me/body-measurements/{measurement}")
    assert (await ann.post("/users/me/body-measurements", json=content)).status_code == 201


async def test_parallel_writes_do_not_pass_a_quota_together(start_app: StartApp) -> None:
    ann = await joined(start_app, quota_workouts=3)

    responses = await asyncio.gather(*(ann.post("/workouts", json=workout()) for _ in range(8)))

    assert sorted(response.status_code for response in responses) == [201] * 3 + [409] * 5
    assert (await used(ann))["workouts"] == 3


@pytest.mark.parametrize("content", [{"notes": "ß" * 1000}, {"exercises": [COUNTED]}, {"exercises": [COUNTED] * 2}])
async def test_stored_bytes_follow_the_content(ann: Person, content: dict[str, Any]) -> None:
    plain = workout()
    await ann.log(**plain)
    before = (await used(ann))["stored_bytes"]

    await ann.log(**plain | content)

    grown = (await used(ann))["stored_bytes"] - before
    octets = len(json.dumps(plain | content, ensure_ascii=False).encode())
    assert octets / 2 < grown < octets * 4


async def test_an_operator_counts_again(ann: Person, run_command: RunCommand, connection: Connection) -> None:
    await ann.log(**workout())
    before = await used(ann)
    await connection.execute("UPDATE user_revision SET workouts = 7, stored_bytes = 1")

    corrected = await run_command("user", "recount", ann.email)
    again = await run_command("user", "recount", ann.email)

    assert "Corrected" in corrected.stdout
    assert "are correct" in again.stdout
    assert await used(ann) == before


LARGE = workout(exercise(BENCH, *[{"reps": 5, "weight_kg": 60}] * 40))


async def test_a_large_response_is_not_stored_twice(ann: Person, connection: Connection) -> None:
    small = await ann.post("/workouts", json=workout(), headers={"Idempotency-Key": "small"})
    key = {"Idempotency-Key": "large"}
    first = await ann.post("/workouts", json=LARGE, headers=key)
    stored = await connection.fetch("SELECT key, length(body) AS length FROM idempotent_request ORDER BY key")

    assert len(first.content) > 4096
    assert [tuple(row) for row in stored] == [("large", None), ("small", len(small.content))]

    again = await ann.post("/workouts", json=LARGE, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await used(ann))["workouts"] == 2

    # The resource as it is now, and its tag; then the news that it is gone.
    path = f"/workouts/{first.json()['id']}"
    edited = await ann.patch(path, json={"notes": "edited"})
    again = await ann.post("/workouts", json=LARGE, headers=key)
    assert (again.status_code, again.content, again.headers["ETag"]) == (201, edited.content, edited.headers["ETag"])
    await ann.delete(path)
    again = await ann.post("/workouts", json=LARGE, headers=key)
    assert again.status_code == 404
    assert (await used(ann))["workouts"] == 1


async def test_an_appended_set_is_replayed_from_its_workout(ann: Person) -> None:
    path = f"/workouts/{(await ann.log(**LARGE))['id']}/sets"
    sets = {"exercise_id": BENCH, "sets": [{"reps": 5}]}

    first, second = [await ann.post(path, json=sets, headers={"Idempotency-Key": "a"}) for _ in range(2)]

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content


async def test_no_idempotency_key_beyond_the_number(start_app: StartApp, connection: Connection) -> None:
    ann = await joined(start_app, quota_idempotency_keys=2)
    for key in "ab":
        assert (await ann.post("/workouts", json=workout(), headers={"Idempotency-Key": key})).status_code == 201

    refused = await ann.post("/workouts", json=workout(), headers={"Idempotency-Key": "c"})

    assert (refused.status_code, refused.json()["quota"]) == (409, "idempotency_keys")
    assert (await used(ann))["workouts"] == 2
    # A retry is answered, and so is a request with an id of its own. Expired keys do not count.
    assert (await ann.post("/workouts", json=workout(), headers={"Idempotency-Key": "a"})).status_code == 201
    assert (await ann.post("/workouts", json=workout(id=str(uuid4())))).status_code == 201
    await connection.execute("UPDATE idempotent_request SET created_at = now() - interval '25 hours' WHERE key = 'a'")
    assert (await ann.post("/workouts", json=workout(), headers={"Idempotency-Key": "c"})).status_code == 201


async def test_sign_ins_that_succeed_are_limited(start_app: StartApp, connection: Connection) -> None:
    app = await start_app(rate_limits={"sign_ins_account": "2/hour"})
    ann = await sign_up(app, "ann")
    form = {"username": ann.email, "password": ann.password}

    responses = [await app.client().post("/api/v1/auth/login", data=form) for _ in range(3)]

    assert [response.status_code for response in responses] == [200, 429, 429]
    assert int(responses[1].headers["Retry-After"]) > 0
    assert await connection.fetchval("SELECT count(*) FROM auth_session") == 2
    assert await connection.fetchval("SELECT count(*) FROM security_event WHERE kind = 'signed_in'") == 2
    # Wrong passwords are not charged: nobody else can exhaust the limit.
    assert (await ann.get("/users/me")).status_code == 200
