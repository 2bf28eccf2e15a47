import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.workouts.routines.handlers import MAX_ROUTINES
from tests.support import Person, read_revision

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(catalogue_id("barbell-squat"))
PUSHUP = str(catalogue_id("pushups"))
PATH = "/routines"
ID = "019a0000-0000-7000-8000-000000000001"
LINEAR = {"kind": "linear", "increment_kg": 2.5}


def planned(exercise_id: str = BENCH, **changes: Any) -> dict[str, Any]:
    return {"exercise_id": exercise_id, "targets": [{"reps": 5, "weight_kg": 60}] * 3, "progression": LINEAR} | changes


def routine(**changes: Any) -> dict[str, Any]:
    return {"name": "Push", "notes": "On Mondays.", "exercises": [planned()]} | changes


async def make(person: Person, **changes: Any) -> dict[str, Any]:
    response = await person.post(PATH, json=routine(**changes))
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(person: Person, **query: Any) -> list[str]:
    response = await person.get(PATH, params=query)
    assert response.status_code == 200, response.text
    return [item["name"] for item in response.json()["items"]]


async def patch(person: Person, routine_id: str, body: Any, **headers: str) -> httpx2.Response:
    return await person.patch(f"{PATH}/{routine_id}", json=body, headers=headers)


WHOLE = routine(
    exercises=[
        {
            "exercise_id": BENCH,
            "superset": 1,
            "notes": "Feet on the floor.",
            "targets": [
                {"kind": "warm_up", "reps": 10, "weight_kg": 20.4117, "rest_seconds": 60},
                {"kind": "normal", "reps": 8, "reps_to": 12, "weight_kg": 60, "rpe": 8.5, "rest_seconds": 120},
                {"kind": "drop", "reps": 15, "weight_kg": 40},
            ],
            "progression": {"kind": "double", "increment_kg": 2.268},
        },
        {
            "exercise_id": PUSHUP,
            "superset": 1,
            "targets": [{"kind": "failure", "reps": 10}],
            "progression": {"kind": "reps"},
        },
        {"exercise_id": SQUAT},
        {"exercise_id": SQUAT, "targets": [{"duration_seconds": 60.5, "distance_meters": 20}]},
    ]
)


# --- making and reading ------------------------------------------------------------------------------------------


async def test_comes_back_whole(ann: Person) -> None:
    response = await ann.post(PATH, json=WHOLE)

    assert response.status_code == 201
    made = response.json()
    assert response.headers["location"] == f"/api/v1{PATH}/{made['id']}"
    read = await ann.client.get(response.headers["location"])
    assert read.content == response.content
    assert read.headers["etag"] == response.headers["etag"]
    assert (made["name"], made["notes"]) == ("Push", "On Mondays.")
    assert made["created_at"] == made["updated_at"]
    bench, pushup, squat, again = made["exercises"]
    assert bench["exercise"] == {"id": BENCH, "name": "Barbell Bench Press - Medium Grip", "custom": False}
    assert (bench["superset"], bench["notes"]) == (1, "Feet on the floor.")
    nothing = dict.fromkeys(
        ("reps", "reps_to", "weight_kg", "duration_seconds", "distance_meters", "rpe", "rest_seconds")
    )
    assert bench["targets"] == [nothing | target for target in WHOLE["exercises"][0]["targets"]]
    assert bench["progression"] == {"kind": "double", "increment_kg": 2.268, "deload_after": None, "step": None}
    assert bench["progress_since"] == made["created_at"]
    assert pushup["progression"] == {"kind": "reps", "increment_kg": None, "deload_after": None, "step": 1}
    assert (squat["targets"], squat["progression"], squat["progress_since"]) == ([], None, None)
    assert again["targets"] == [nothing | {"kind": "normal", "duration_seconds": 60.5, "distance_meters": 20}]


async def test_a_name_is_enough(ann: Person) -> None:
    response = await ann.post(PATH, json={"name": "Later"})

    assert response.status_code == 201
    assert (response.json()["notes"], response.json()["exercises"]) == (None, [])


async def test_what_was_read_of_an_exercise_can_be_sent_back(ann: Person) -> None:
    made = (await ann.post(PATH, json=WHOLE)).json()
    content = {name: made[name] for name in ("name", "notes")} | {
        "exercises": [
            {name: one[name] for name in ("superset", "notes", "targets", "progression")}
            | {"exercise_id": one["exercise"]["id"]}
            for one in made["exercises"]
        ]
    }

    replaced = await ann.put(f"{PATH}/{made['id']}", json=content)

    assert replaced.status_code == 200
    assert replaced.json() == made | {"updated_at": replaced.json()["updated_at"]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"notes": "bell \u0007"}, "/notes"),
        ({"exercises": None}, "/exercises"),
        ({"exercises": [planned(str(uuid4()))]}, "/exercises/0/exercise_id"),
        ({"exercises": [planned(), planned(BENCH[:-1])]}, "/exercises/1/exercise_id"),
        ({"exercises": [planned()] * 101}, "/exercises"),
        ({"exercises": [planned(targets=[{"reps": 5}] * 100)] * 6}, "/exercises"),
        ({"exercises": [planned(targets=[{"reps": 5}] * 101)]}, "/exercises/0/targets"),
        ({"exercises": [planned(targets=[{"reps": -1}])]}, "/exercises/0/targets/0/reps"),
        ({"exercises": [planned(targets=[{"reps": 8, "reps_to": 6}])]}, "/exercises/0/targets/0"),
        ({"exercises": [planned(superset=101)]}, "/exercises/0/superset"),
        ({"exercises": [planned(progression={"kind": "linear"})]}, "/exercises/0/progression/increment_kg"),
        ({"exercises": [planned(progression=LINEAR | {"increment_kg": 0})]}, "/exercises/0/progression/increment_kg"),
        ({"exercises": [planned(progression=LINEAR | {"increment_kg": 101})]}, "/exercises/0/progression/increment_kg"),
        ({"exercises": [planned(progression=LINEAR | {"deload_after": 11})]}, "/exercises/0/progression/deload_after"),
        ({"exercises": [planned(progression=LINEAR | {"step": 1})]}, "/exercises/0/progression/step"),
        ({"exercises": [planned(progression={"kind": "wave"})]}, "/exercises/0/progression/kind"),
        ({"exercises": [planned(progression={"kind": "double", "increment_kg": 1})]}, "/exercises/0/progression"),
        (
            {"exercises": [planned(progression={"kind": "reps", "increment_kg": 1})]},
            "/exercises/0/progression/increment_kg",
        ),
        (
            {"exercises": [planned(targets=[{"weight_kg": 5}], progression={"kind": "reps"})]},
            "/exercises/0/progression",
        ),
        ({"exercises": [planned(targets=[{"kind": "warm_up", "reps": 5}])]}, "/exercises/0/progression"),
        ({"exercises": [planned(targets=[])]}, "/exercises/0/progression"),
        ({"color": "red"}, "/color"),
    ],
)
async def test_nonsense_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    there = await make(ann)

    posted = await ann.post(PATH, json=routine(**change))
    put = await ann.put(f"{PATH}/{there['id']}", json=routine(**change))
    patched = await patch(ann, there["id"], change)

    for response in (posted, put, patched):
        assert response.status_code == 422, response.text
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert (await ann.get(PATH)).json()["items"] == [there]


async def test_somebody_elses_own_exercise_is_unknown(ann: Person, bob: Person, connection: asyncpg.Connection) -> None:
    mine, theirs = uuid4(), uuid4()
    for person, exercise_id in ((ann, mine), (bob, theirs)):
        await connection.execute(
            "INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles)"
            " VALUES ($1, $2, 'My Press', 'my press', '{}', '{}')",
            UUID(person.id),
            exercise_id,
        )

    made = await make(ann, exercises=[planned(str(mine))])
    refused = await ann.post(PATH, json=routine(exercises=[planned(str(mine)), planned(str(theirs))]))

    assert made["exercises"][0]["exercise"] == {"id": str(mine), "name": "My Press", "custom": True}
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/exercises/1/exercise_id"]


# --- an id of the client's choice --------------------------------------------------------------------------------


async def test_the_same_again_is_answered_alike_and_changes_nothing(
    ann: Person, connection: asyncpg.Connection
) -> None:
    first = await ann.post(PATH, json=routine(id=ID))
    again = await ann.post(PATH, json=routine(id=ID))
    changed = await patch(ann, ID, {"name": "Pull"})
    later = await ann.post(PATH, json=routine(id=ID))

    assert [one.status_code for one in (first, again, later)] == [201, 200, 200]
    assert again.content == first.content
    assert later.content == changed.content
    assert await read_revision(connection, ann) == 2


async def test_something_else_under_the_same_id_is_a_conflict(ann: Person, bob: Person) -> None:
    there = await make(ann, id=ID)

    response = await ann.post(PATH, json=routine(id=ID, exercises=[]))

    assert response.status_code == 409
    assert response.json()["type"] == "/problems/routine-id-taken"
    assert (await ann.get(PATH)).json()["items"] == [there]
    assert (await bob.post(PATH, json=routine(id=ID, exercises=[]))).status_code == 201


async def test_twenty_at_once_with_one_id_write_one(ann: Person, connection: asyncpg.Connection) -> None:
    answers = await asyncio.gather(*(ann.post(PATH, json=routine(id=ID)) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await connection.fetchval("SELECT count(*) FROM routine_exercise") == 1
    assert await read_revision(connection, ann) == 1


async def test_there_are_as_many_routines_as_there_may_be(ann: Person, connection: asyncpg.Connection) -> None:
    await connection.execute(
        "INSERT INTO routine (user_id, id, name, fingerprint)"
        " SELECT $1, gen_random_uuid(), 'Plan ' || n, '' FROM generate_series(2, $2::int) n",
        UUID(ann.id),
        MAX_ROUTINES,
    )
    last = await make(ann, id=ID)
    workout = await ann.log(started_at="2026-05-01T10:00:00Z")

    refused = await ann.post(PATH, json=routine())
    from_workout = await ann.post(f"{PATH}/from-workout", json={"workout_id": workout["id"]})
    again = await ann.post(PATH, json=routine(id=ID))

    assert (refused.status_code, from_workout.status_code, again.status_code) == (409, 409, 200)
    assert refused.json()["type"] == "/problems/too-many-routines"
    await ann.delete(f"{PATH}/{last['id']}")
    assert (await ann.post(PATH, json=routine())).status_code == 201


# --- the list ----------------------------------------------------------------------------------------------------


async def test_the_newest_comes_first_or_by_name(ann: Person, bob: Person) -> None:
    made = [await make(ann, name=name) for name in ("pull", "Push", "Ärmel", "Legs")]
    await make(bob, name="Bob's")

    page = (await ann.get(PATH)).json()

    assert page == {"items": made[::-1], "next_cursor": None}
    assert await listed(ann, sort="name") == ["Legs", "pull", "Push", "Ärmel"]


@pytest.mark.parametrize("sort", ["newest", "name"])
async def test_pages_join_and_survive_inserts_and_deletes(ann: Person, sort: str) -> None:
    made = {name: (await make(ann, name=name))["id"] for name in ("E", "D", "C", "C", "B", "A")}
    expected = await listed(ann, sort=sort)

    found: list[str] = []
    query: dict[str, Any] = {"limit": 2, "sort": sort}
    while True:
        page = (await ann.get(PATH, params=query)).json()
        found += [item["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        if "cursor" not in query:
            # One before the place where the reader is, in either order.
            await ann.delete(f"{PATH}/{made['A']}")
            await make(ann, name="0" if sort == "name" else "new")
        query["cursor"] = page["next_cursor"]

    assert found == expected == ["A", "B", "C", "C", "D", "E"]


async def test_a_cursor_of_the_other_order_is_refused(ann: Person) -> None:
    for name in ("A", "B"):
        await make(ann, name=name)
    cursor = (await ann.get(PATH, params={"limit": 1})).json()["next_cursor"]

    response = await ann.get(PATH, params={"sort": "name", "cursor": cursor})

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == ["/cursor"]


async def test_a_text_is_looked_for_in_names_notes_and_exercises(ann: Person) -> None:
    await make(ann, name="Ärmel", notes=None, exercises=[])
    await make(ann, name="B", notes="100 % effort", exercises=[planned(SQUAT)])

    assert await listed(ann, text="äRM") == ["Ärmel"]
    assert await listed(ann, text="% EFF") == ["B"]
    assert await listed(ann, text="squat") == ["B"]
    assert await listed(ann, text="squat", sort="name") == ["B"]
    assert await listed(ann, text="_") == []
    assert await listed(ann, text="Bench") == []


# --- changing and deleting ---------------------------------------------------------------------------------------


async def test_only_what_is_sent_is_changed(ann: Person, connection: asyncpg.Connection) -> None:
    there = await make(ann)

    renamed = await patch(ann, there["id"], {"name": "Pull", "notes": None})
    emptied = await patch(ann, there["id"], {"exercises": []})

    expected = there | {"name": "Pull", "notes": None, "updated_at": renamed.json()["updated_at"]}
    assert renamed.json() == expected
    assert renamed.json()["updated_at"] > there["updated_at"]
    assert emptied.json() == expected | {"exercises": [], "updated_at": emptied.json()["updated_at"]}
    assert emptied.json()["updated_at"] > renamed.json()["updated_at"]
    assert (await ann.get(f"{PATH}/{there['id']}")).content == emptied.content
    assert await read_revision(connection, ann) == 3


async def test_put_replaces_all_of_it(ann: Person) -> None:
    there = await make(ann)

    response = await ann.put(f"{PATH}/{there['id']}", json={"name": "Legs", "exercises": [planned(SQUAT), planned()]})

    shown = response.json()
    assert (shown["id"], shown["name"], shown["notes"]) == (there["id"], "Legs", None)
    assert [one["exercise"]["id"] for one in shown["exercises"]] == [SQUAT, BENCH]
    assert shown["created_at"] == there["created_at"]
    assert (await ann.get(f"{PATH}/{there['id']}")).headers["etag"] == response.headers["etag"]


async def test_if_match_refuses_a_write_to_another_version(ann: Person, connection: asyncpg.Connection) -> None:
    first = await ann.post(PATH, json=routine())
    routine_id, stale = first.json()["id"], {"If-Match": first.headers["etag"]}
    current = await patch(ann, routine_id, {"exercises": [planned(SQUAT)]}, **stale)
    assert current.status_code == 200

    assert (await patch(ann, routine_id, {"name": "x"}, **stale)).status_code == 412
    assert (await ann.put(f"{PATH}/{routine_id}", json=routine(), headers=stale)).status_code == 412
    assert (await ann.delete(f"{PATH}/{routine_id}", headers=stale)).status_code == 412
    assert (await ann.get(f"{PATH}/{routine_id}")).content == current.content
    assert await read_revision(connection, ann) == 2
    fresh = {"If-Match": current.headers["etag"]}
    assert (await ann.get(f"{PATH}/{routine_id}", headers={"If-None-Match": fresh["If-Match"]})).status_code == 304
    assert (await ann.delete(f"{PATH}/{routine_id}", headers=fresh)).status_code == 204


async def test_of_writers_with_one_version_one_wins(ann: Person) -> None:
    first = await ann.post(PATH, json=routine())
    version = {"If-Match": first.headers["etag"]}
    path = first.json()["id"]

    answers = await asyncio.gather(
        *(patch(ann, path, {"exercises": [planned(superset=n)]}, **version) for n in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert (await ann.get(f"{PATH}/{path}")).content == won.content


async def test_deleted_means_gone(ann: Person, connection: asyncpg.Connection) -> None:
    there, other = await make(ann), await make(ann)

    response = await ann.delete(f"{PATH}/{there['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert (await ann.get(f"{PATH}/{there['id']}")).status_code == 404
    assert (await ann.get(PATH)).json()["items"] == [other]
    assert await connection.fetchval("SELECT count(*) FROM routine_exercise") == 1


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
async def test_what_is_not_there_cannot_be_written(
    ann: Person, bob: Person, connection: asyncpg.Connection, headers: dict[str, str]
) -> None:
    bobs = await make(bob)

    for missing in (str(uuid4()), bobs["id"]):
        path = f"{PATH}/{missing}"
        for response in (
            await ann.get(path),
            await ann.get(f"{path}/next"),
            await ann.post(f"{path}/start"),
            await patch(ann, missing, {"name": "x"}, **headers),
            await ann.put(path, json=routine(), headers=headers),
            await ann.delete(path, headers=headers),
        ):
            assert response.status_code == 404

    assert (await bob.get(PATH)).json()["items"] == [bobs]
    assert await read_revision(connection, ann) == 0


async def test_a_token_whose_account_is_gone_writes_nothing(ann: Person, connection: asyncpg.Connection) -> None:
    there = await make(ann)
    await connection.execute("DELETE FROM user_account")

    assert (await ann.post(PATH, json=routine())).status_code == 401
    assert (await patch(ann, there["id"], {"name": "x"})).status_code == 401
    assert (await ann.delete(f"{PATH}/{there['id']}")).status_code == 401
    assert (await ann.post(f"{PATH}/{there['id']}/start")).status_code == 401
    assert await connection.fetchval("SELECT count(*) FROM routine") == 0
