"""The feed: what one device misses that another has done, to any kind of resource."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.core.db.pagination import encode_cursor
from exercise_buddy.sync.feed.tests.helpers import Device
from tests.factories import BENCH, CUSTOM_EXERCISE, SQUAT, exercise, workout
from tests.support import Connection, Person, read_revision

MEASUREMENTS = "/users/me/body-measurements"
STRONG = """Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps,RPE,Distance,Distance Unit,Seconds,Notes,\
Workout Notes,Workout Duration
"2024-01-01 10:00:00","Push","Odd thing",1,60,"kg",5,,0,"m",0,"","","45m"
"""
GOAL = {"metric": "workouts", "target": 3, "rest_days": []}


async def create(person: Person, path: str, **content: Any) -> str:
    response = await person.post(path, json=content)
    assert response.status_code == 201, response.text
    created: str = response.json()["id"]
    return created


async def create_exercise(person: Person, name: str = "Wall walk") -> str:
    return await create(person, "/exercises", **CUSTOM_EXERCISE | {"name": name})


async def create_routine(person: Person, exercise_id: str = BENCH) -> str:
    planned = {"exercise_id": exercise_id, "targets": [{"reps": 5}]}
    return await create(person, "/routines", name="Push", exercises=[planned])


async def test_a_new_account_is_a_profile(ann: Person) -> None:
    device = Device(ann)
    await device.sync()

    assert device.heard == [("profile", ann.id)]
    await device.check()
    assert await device.hear() == []


async def test_every_write_of_every_kind_is_a_change(ann: Person) -> None:
    device = Device(ann, limit=1)
    await device.sync()

    logged = (await ann.log(**workout()))["id"]
    assert await device.hear() == [("workout", logged)]
    own = await create_exercise(ann)
    assert await device.hear() == [("exercise", own)]
    routine = await create_routine(ann, own)
    assert await device.hear() == [("routine", routine)]
    measured = await ann.weigh("2026-04-01", 80)
    assert await device.hear() == [("body_measurement", measured)]
    await ann.put("/statistics/goal", json=GOAL)
    assert await device.hear() == [("goal", ann.id)]
    await device.check()

    await ann.patch(f"/workouts/{logged}", json={"title": "Other"})
    assert await device.hear() == [("workout", logged)]
    await ann.patch(f"/routines/{routine}", json={"notes": "heavy"})
    assert await device.hear() == [("routine", routine)]
    await ann.patch(f"{MEASUREMENTS}/{measured}", json={"mass_kg": 81})
    assert await device.hear() == [("body_measurement", measured)]
    await ann.patch("/users/me", json={"display_name": "Ann", "week_starts_on": "sunday"})
    assert await device.hear() == [("profile", ann.id)]
    await ann.put("/statistics/goal", json=GOAL | {"target": 4})
    assert await device.hear() == [("goal", ann.id)]
    await ann.patch(f"/exercises/{own}", json={"name": "Wall climb"})
    # The routine shows the name.
    assert sorted(await device.hear_types()) == ["exercise", "routine"]
    await device.check()

    await ann.delete(f"/workouts/{logged}")
    await ann.delete(f"/routines/{routine}")
    await ann.delete(f"{MEASUREMENTS}/{measured}")
    await ann.delete("/statistics/goal")
    await ann.delete(f"/exercises/{own}")
    assert await device.hear_types() == ["workout", "routine", "body_measurement", "goal", "exercise"]
    assert list(device.held) == [("profile", ann.id)]
    await device.check()

    late = Device(ann)
    await late.check()


async def test_parts_of_a_workout_are_deleted_by_a_change_of_the_workout(ann: Person) -> None:
    logged = await ann.log(**workout(exercise(BENCH, {"reps": 5}, {"reps": 4}), exercise(SQUAT, {"reps": 3})))
    url = f"/workouts/{logged['id']}"
    (bench, squat), device = logged["exercises"], Device(ann)
    await device.sync()
    delete_set = {"operation": "delete_set", "workout_id": logged["id"], "id": bench["sets"][1]["id"]}
    deletions = [
        ann.delete(f"{url}/sets/{bench['sets'][0]['id']}"),
        ann.post("/sync/batch", json={"operations": [delete_set]}),
        ann.delete(f"{url}/exercises/{squat['id']}"),
        ann.put(url, json=workout() | {"exercises": []}),
    ]

    for left, deletion in zip(([1, 1], [0, 1], [0], []), deletions, strict=True):
        response = await deletion
        assert response.status_code < 300, response.text
        assert await device.hear() == [("workout", logged["id"])]
        held = device.held["workout", logged["id"]]
        assert [len(part["sets"]) for part in held["exercises"]] == left
        await device.check()


async def test_a_merged_exercise_names_the_one_that_replaces_it(ann: Person) -> None:
    first, second, third = [await create_exercise(ann, name) for name in ("One", "Two", "Three")]
    logged = (await ann.log(**workout(exercise(first, {"reps": 5}))))["id"]
    routine = await create_routine(ann, first)
    device = Device(ann, limit=2)
    await device.sync()

    assert (await ann.post(f"/exercises/{first}/merge", json={"into": second})).status_code == 200

    assert set(await device.hear()) == {
        ("exercise", first),
        ("exercise", second),
        ("workout", logged),
        ("routine", routine),
    }
    assert device.replaced == {first: second}
    assert device.held["exercise", second]["aliases"] == ["One"]
    # Its name becomes one of the catalogue's exercise.
    assert (await ann.post(f"/exercises/{second}/merge", json={"into": SQUAT})).status_code == 200
    await device.sync()
    assert device.replaced == {first: second, second: SQUAT}
    assert {"One", "Two"} <= set(device.held["exercise", SQUAT]["aliases"])
    assert (await ann.delete(f"/exercises/{third}", params={"move_to": BENCH})).status_code == 204
    await device.sync()
    assert device.replaced[third] == BENCH
    assert [kind for kind, _ in device.held if kind == "exercise"] == ["exercise"]


async def test_the_undo_of_an_import_deletes_what_it_created(ann: Person) -> None:
    device = Device(ann)
    await device.sync()
    answer = await ann.post(
        "/imports",
        files={"file": ("strong.csv", STRONG.encode())},
        data={"time_zone": "Europe/Berlin", "weight_unit": "kg"},
    )
    assert answer.status_code == 201, answer.text
    assert sorted(await device.hear_types()) == ["exercise", "workout"]
    await device.check()

    await ann.delete(f"/imports/{answer.json()['id']}")

    assert sorted(await device.hear_types()) == ["exercise", "workout"]
    await device.check()


async def test_an_account_that_is_deleted_leaves_nothing(ann: Person, connection: Connection) -> None:
    await ann.log(**workout())
    await create_routine(ann, await create_exercise(ann))
    await ann.weigh("2026-04-01", 80)
    await ann.put("/statistics/goal", json=GOAL)
    deleted = await ann.weigh("2026-04-02", 80)
    await ann.delete(f"{MEASUREMENTS}/{deleted}")

    await connection.execute("DELETE FROM user_account WHERE id = $1", UUID(ann.id))

    assert await connection.fetchval("SELECT count(*) FROM resource_revision WHERE user_id = $1", UUID(ann.id)) == 0


async def test_users_receive_only_their_own_changes(ann: Person, bob: Person) -> None:
    await ann.log(**workout(id=str(uuid4())))
    await create_routine(ann)
    mine = await create_routine(bob)
    device = Device(bob)
    await device.sync()
    assert set(device.held) == {("profile", bob.id), ("routine", mine)}


# --- cursors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "since",
    [
        "",
        "x",
        "e30",
        encode_cursor(["sync", 1, UUID(int=0)]),
        encode_cursor(["x", 1, UUID(int=0), "goal"]),
        encode_cursor(["sync", -2, UUID(int=0), "goal"]),
        encode_cursor(["sync", 2**63, UUID(int=0), "goal"]),
        encode_cursor(["sync", 1, UUID(int=0), "\0"]),
    ],
)
async def test_an_invalid_cursor_is_refused(ann: Person, since: str) -> None:
    response = await ann.get("/sync/changes", params={"since": since})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/since"


async def test_a_cursor_that_does_not_fit_begins_again(ann: Person, connection: Connection) -> None:
    await ann.log(**workout())
    device = Device(ann)
    await device.sync()
    # An older backup is restored.
    await connection.execute("UPDATE user_revision SET revision = 0 WHERE user_id = $1", UUID(ann.id))

    for cursor in (device.cursor, encode_cursor(["changes", 1, UUID(int=0)])):
        response = await ann.get("/sync/changes", params={"since": cursor})
        assert (response.status_code, response.json()["type"]) == (410, "/problems/sync-from-the-start")


async def test_a_cursor_of_an_undone_time_is_refused_whatever_was_written_since(
    ann: Person, connection: Connection
) -> None:
    """Two devices synchronize, a backup of the time between is restored, and new writes come."""
    await ann.log(**workout())
    first, second = Device(ann), Device(ann)
    await first.sync()
    restored = await read_revision(connection, ann)
    await ann.log(**workout())
    await second.sync()
    # What a restore does, apart from deleting the second workout.
    await connection.execute("UPDATE user_revision SET revision = (7::bigint << 24) WHERE user_id = $1", UUID(ann.id))
    for _ in range(3):
        await ann.log(**workout())

    for device in (first, second):
        response = await ann.get("/sync/changes", params={"since": device.cursor})
        assert (response.status_code, response.json()["type"]) == (410, "/problems/sync-from-the-start")
    assert restored < 7 << 24
    # A device that begins again gets all pages, also those with revisions of before.
    has_more, pages = True, 0
    cursor: dict[str, str] = {}
    while has_more:
        page = (await ann.get("/sync/changes", params={"limit": 2} | cursor)).json()
        cursor, has_more, pages = {"since": page["next_cursor"]}, page["has_more"], pages + 1
    assert pages > 2
    assert len(await ann.list_all("/workouts")) == 5


# --- races -------------------------------------------------------------------------------------------------------


async def test_changes_become_visible_in_the_order_of_revisions(ann: Person, connection: Connection) -> None:
    """Two writers, a slow transaction, and a reader in between."""
    kept = await create_routine(ann)
    device = Device(ann)
    await device.sync()
    slow = connection.transaction()
    await slow.start()
    # A trigger takes the next revision, and the lock on it.
    await connection.execute("UPDATE routine SET name = 'Slow' WHERE user_id = $1", UUID(ann.id))
    fast = asyncio.create_task(ann.post("/workouts", json=workout(title="Fast")))
    await asyncio.sleep(0.2)
    assert await device.hear() == []
    assert not fast.done()

    await slow.commit()

    assert (await fast).status_code == 201
    assert await device.hear() == [("routine", kept), ("workout", (await fast).json()["id"])]
    await device.check()


async def _write_workouts(person: Person, number: int) -> None:
    ids = []
    for turn in range(4):
        ids.append((await person.log(**workout(title=f"{number}/{turn}")))["id"])
        if turn % 2:
            await person.patch(f"/workouts/{ids[0]}", json={"title": f"Again {turn}"})
            await person.delete(f"/workouts/{ids.pop()}")


async def _write_routines(person: Person, number: int) -> None:
    for turn in range(3):
        own = await create_exercise(person, f"Odd {number} {turn}")
        routine = await create_routine(person, own)
        await person.patch(f"/exercises/{own}", json={"name": f"Odder {number} {turn}"})
        await person.put(f"/routines/{routine}", json={"name": "Other", "exercises": [{"exercise_id": own}]})
        await person.post(f"/exercises/{own}/merge", json={"into": SQUAT})
        if turn:
            await person.delete(f"/routines/{routine}")


async def _write_the_rest(person: Person, number: int) -> None:
    for turn in range(4):
        measured = await person.weigh(f"2026-04-0{turn + 1}", 80 + number)
        await person.put("/statistics/goal", json=GOAL | {"target": turn + 1})
        await person.patch("/users/me", json={"display_name": f"Ann {turn}"})
        await person.patch(f"{MEASUREMENTS}/{measured}", json={"notes": f"{number}"})
        if turn % 2:
            await person.delete(f"{MEASUREMENTS}/{measured}")
            await person.delete("/statistics/goal")


async def test_no_change_is_missed_under_concurrent_writers(ann: Person) -> None:
    devices = [Device(ann, limit=1), Device(ann, limit=3)]
    writing = True
    writers: list[Callable[[Person, int], Awaitable[None]]] = [_write_workouts, _write_routines, _write_the_rest]

    async def read(device: Device) -> None:
        while writing:
            await device.read_page()

    readers = [asyncio.create_task(read(device)) for device in devices]
    await asyncio.gather(*(write(ann, number) for number in range(2) for write in writers))
    writing = False
    await asyncio.gather(*readers)
    for device in devices:
        await device.sync()
        # The names of the catalogue's exercise: it is no custom one.
        shown = device.held.pop(("exercise", SQUAT))
        assert shown == (await ann.get(f"/exercises/{SQUAT}")).json()
        device.etags.pop(("exercise", SQUAT))
        await device.check()
