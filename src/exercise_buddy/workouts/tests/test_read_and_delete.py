from uuid import uuid4

import pytest

from tests.factories import BENCH, START
from tests.support import Client, Connection, Person


async def test_the_workout_of_another_user_looks_missing(ann: Person, bob: Person) -> None:
    logged = await ann.log(started_at=START)
    nowhere = uuid4()

    for method in ("GET", "DELETE"):
        others = await bob.client.request(method, f"/api/v1/workouts/{logged['id']}")
        random = await bob.client.request(method, f"/api/v1/workouts/{nowhere}")

        assert others.status_code == random.status_code == 404
        body, other_body = (
            response.text.replace(response.headers["x-request-id"], "").replace(id_, "")
            for response, id_ in ((others, logged["id"]), (random, str(nowhere)))
        )
        assert body == other_body
    assert (await ann.get(f"/workouts/{logged['id']}")).status_code == 200


async def test_a_request_without_a_token_is_refused(client: Client, ann: Person) -> None:
    logged = await ann.log(started_at=START)

    for path in ("/workouts", f"/workouts/{logged['id']}", "/exercises", f"/exercises/{BENCH}"):
        response = await client.get(f"/api/v1{path}")
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("workout_id", ["7", "not-a-uuid", "..%2F..%2Fetc"])
async def test_an_invalid_id_is_refused(ann: Person, workout_id: str) -> None:
    response = await ann.get(f"/workouts/{workout_id}")

    assert response.status_code in {404, 422}


async def test_an_unchanged_response_is_304(ann: Person) -> None:
    logged = await ann.log(started_at=START)
    first = await ann.get(f"/workouts/{logged['id']}")

    again = await ann.get(f"/workouts/{logged['id']}", headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304
    assert first.headers["cache-control"] == "no-store"


async def test_deleting_a_workout_deletes_its_parts(ann: Person, connection: Connection) -> None:
    logged = await ann.log(started_at=START, exercises=[{"exercise_id": BENCH, "sets": [{"reps": 5}]}])
    kept = await ann.log(started_at=START)

    response = await ann.delete(f"/workouts/{logged['id']}")
    again = await ann.delete(f"/workouts/{logged['id']}")

    assert (response.status_code, response.content, again.status_code) == (204, b"", 404)
    assert [item["id"] for item in (await ann.get("/workouts")).json()["items"]] == [kept["id"]]
    assert await connection.fetchval("SELECT count(*) FROM workout_set") == 0
    assert await connection.fetchval("SELECT count(*) FROM workout_exercise") == 0
    assert await connection.fetchval("SELECT max(revision) FROM user_revision") == 3


async def test_delete_honours_if_match(ann: Person) -> None:
    logged = await ann.post("/workouts", json={"started_at": START})
    path = f"/workouts/{logged.json()['id']}"

    stale = await ann.delete(path, headers={"If-Match": '"another"'})
    weak = await ann.delete(path, headers={"If-Match": f"W/{logged.headers['etag']}"})
    fresh = await ann.delete(path, headers={"If-Match": logged.headers["etag"]})

    assert (stale.status_code, weak.status_code, fresh.status_code) == (412, 412, 204)


async def test_delete_with_any_version(ann: Person) -> None:
    logged = await ann.log(started_at=START)

    assert (await ann.delete(f"/workouts/{logged['id']}", headers={"If-Match": "*"})).status_code == 204
    assert (await ann.delete(f"/workouts/{logged['id']}", headers={"If-Match": "*"})).status_code == 404
