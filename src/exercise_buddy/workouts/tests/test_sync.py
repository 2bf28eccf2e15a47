"""Batches, and the change feed: what one device misses that another has done."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.core.db.pagination import encode_cursor
from tests.factories import BENCH, START
from tests.support import Connection, Person


def workout(**changes: Any) -> dict[str, Any]:
    sets = [{"reps": 5, "weight_kg": 60}]
    return {"id": str(uuid4()), "started_at": START, "exercises": [{"exercise_id": BENCH, "sets": sets}]} | changes


class Device:
    """A device that keeps a copy of a person's workouts by the change feed."""

    def __init__(self, person: Person, limit: int = 100) -> None:
        self.person = person
        self.limit = limit
        self.cursor: str | None = None
        self.held: dict[str, Any] = {}
        self.heard: list[str] = []

    async def sync(self) -> None:
        while await self.read_page():
            pass

    async def read_page(self) -> bool:
        since = {} if self.cursor is None else {"since": self.cursor}
        response = await self.person.get("/workouts/changes", params={"limit": self.limit} | since)
        assert response.status_code == 200, response.text
        page = response.json()
        for item in page["items"]:
            self.heard.append(item["id"])
            if item["deleted_at"] is None:
                self.held[item["id"]] = item["workout"]
            else:
                assert item["workout"] is None
                self.held.pop(item["id"], None)
        self.cursor = page["next_cursor"]
        more: bool = page["has_more"]
        return more


async def everything(person: Person) -> dict[str, Any]:
    items = (await person.get("/workouts", params={"limit": 100})).json()["items"]
    return {item["id"]: (await person.get(f"/workouts/{item['id']}")).json() for item in items}


async def test_the_change_feed_has_all_changes_of_another_device(ann: Person) -> None:
    device = Device(ann, limit=2)
    await device.sync()
    assert device.held == {}
    for _ in range(5):
        await ann.log(**workout())
    await device.sync()
    first, second, *_ = ids = list(device.held)
    assert ids == device.heard
    await ann.patch(f"/workouts/{first}", json={"title": "Other"})
    await ann.delete(f"/workouts/{second}")
    device.heard.clear()

    await device.sync()

    assert device.heard == [first, second]
    assert device.held == await everything(ann)
    device.heard.clear()
    await device.sync()
    assert device.heard == []


async def test_the_change_feed_has_each_workout_once(ann: Person) -> None:
    logged = await ann.log(**workout())
    for title in "ABC":
        await ann.patch(f"/workouts/{logged['id']}", json={"title": title})
    device = Device(ann)
    await device.sync()
    assert device.heard == [logged["id"]]
    assert device.held[logged["id"]]["title"] == "C"


async def test_a_deleted_workout_stays_deleted(ann: Person) -> None:
    given = workout()
    await ann.log(**given)
    await ann.delete(f"/workouts/{given['id']}")

    again = await ann.post("/workouts", json=given)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/workout-deleted")
    assert (await ann.get("/workouts")).json()["items"] == []
    assert (await ann.delete(f"/workouts/{given['id']}")).status_code == 404


async def test_users_receive_only_their_own_changes(ann: Person, bob: Person) -> None:
    given = workout()
    await ann.log(**given)
    mine = await bob.log(**given)
    await ann.delete(f"/workouts/{given['id']}")
    device = Device(bob)
    await device.sync()
    assert list(device.held) == [mine["id"]]


@pytest.mark.parametrize(
    "since",
    [
        "",
        "x",
        "e30",
        encode_cursor(["changes", 1]),
        encode_cursor(["x", 1, UUID(int=0)]),
        encode_cursor(["changes", -2, UUID(int=0)]),
    ],
)
async def test_an_invalid_cursor_is_refused(ann: Person, since: str) -> None:
    response = await ann.get("/workouts/changes", params={"since": since})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/since"


async def test_a_cursor_newer_than_the_data_is_refused(ann: Person, connection: Connection) -> None:
    await ann.log(**workout())
    device = Device(ann)
    await device.sync()
    # An older backup is restored.
    await connection.execute("UPDATE user_revision SET revision = 0 WHERE user_id = $1", ann.id)

    response = await ann.get("/workouts/changes", params={"since": device.cursor})

    assert (response.status_code, response.json()["type"]) == (410, "/problems/sync-from-the-start")


async def test_changes_become_visible_in_the_order_of_revisions(ann: Person, connection: Connection) -> None:
    """Two writers, a slow transaction, and a reader in between."""
    kept = await ann.log(**workout())
    device = Device(ann)
    await device.sync()
    slow = connection.transaction()
    await slow.start()
    # What every write does first: it takes the next number, and the lock on it, before it writes.
    revision = await connection.fetchval(
        "UPDATE user_revision SET revision = revision + 1 WHERE user_id = $1 RETURNING revision", ann.id
    )
    fast = asyncio.create_task(ann.post("/workouts", json=workout(title="Fast")))
    await asyncio.sleep(0.2)
    await device.sync()
    assert not fast.done()
    assert list(device.held) == [kept["id"]]

    await connection.execute(
        "UPDATE workout SET title = 'Slow', revision = $2 WHERE user_id = $1 AND id = $3", ann.id, revision, kept["id"]
    )
    await slow.commit()

    assert (await fast).status_code == 201
    device.heard.clear()
    await device.sync()
    assert device.heard == [kept["id"], (await fast).json()["id"]]
    assert device.held == await everything(ann)


async def test_no_change_is_missed_under_concurrent_writers(ann: Person) -> None:
    devices = [Device(ann, limit=1), Device(ann, limit=3)]
    writing = True

    async def write(number: int) -> None:
        ids = []
        for turn in range(6):
            logged = await ann.log(**workout(title=f"{number}/{turn}"))
            ids.append(logged["id"])
            if turn % 3 == 1:
                await ann.patch(f"/workouts/{ids[0]}", json={"title": f"Again {turn}"})
            if turn % 3 == 2:
                await ann.delete(f"/workouts/{ids.pop()}")

    async def read(device: Device) -> None:
        while writing:
            await device.read_page()

    readers = [asyncio.create_task(read(device)) for device in devices]
    await asyncio.gather(*(write(number) for number in range(3)))
    writing = False
    await asyncio.gather(*readers)
    truth = await everything(ann)
    for device in devices:
        await device.sync()
        assert device.held == truth


_step = st.one_of(
    st.tuples(st.just("log"), st.integers(0, 5)),
    st.tuples(st.just("edit"), st.integers(0, 5)),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("batch"), st.integers(1, 4)),
    st.tuples(st.just("read"), st.integers(0, 1)),
)


@given(steps=st.lists(_step, min_size=5, max_size=25))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_interleaving_of_writes_and_pages_converges(ann: Person, steps: list[tuple[str, int]]) -> None:
    devices = [Device(ann, limit=1), Device(ann, limit=2)]
    ids = [str(uuid4()) for _ in range(6)]
    for turn, (step, number) in enumerate(steps):
        match step:
            case "log":
                await ann.post("/workouts", json=workout(id=ids[number]))
            case "edit":
                await ann.patch(f"/workouts/{ids[number]}", json={"title": f"Edit {turn}"})
            case "delete":
                await ann.delete(f"/workouts/{ids[number]}")
            case "batch":
                await ann.post("/workouts/batch", json={"workouts": [workout() for _ in range(number)]})
            case _:
                await devices[number].read_page()
    truth = await everything(ann)
    for device in devices:
        await device.sync()
        assert device.held == truth


async def test_each_workout_of_a_batch_has_its_own_outcome(ann: Person) -> None:
    there, changed, gone, new = (workout() for _ in range(4))
    for one in (there, changed, gone):
        await ann.log(**one)
    await ann.delete(f"/workouts/{gone['id']}")
    unknown = workout(exercises=[{"exercise_id": BENCH}, {"exercise_id": str(uuid4())}])
    batch = [
        new,
        there,
        changed | {"title": "Other"},
        gone,
        {"id": "7"},
        unknown,
        new,
        new | {"notes": "Other"},
        workout(started_at="nonsense"),
        {"started_at": START},
    ]

    response = await ann.post("/workouts/batch", json={"workouts": batch})

    assert response.status_code == 200
    items = response.json()["items"]
    assert [(item["outcome"], item["status"]) for item in items] == [
        ("created", 201),
        ("unchanged", 200),
        ("conflict", 409),
        ("conflict", 409),
        ("invalid", 422),
        ("invalid", 422),
        ("unchanged", 200),
        ("conflict", 409),
        ("invalid", 422),
        ("created", 201),
    ]
    assert items[3]["problem"] == "/problems/workout-deleted"
    assert {error["pointer"] for error in items[4]["errors"]} == {"/id", "/started_at"}
    assert [error["pointer"] for error in items[5]["errors"]] == ["/exercises/1/exercise_id"]
    assert [item["id"] for item in items[:4]] == [one["id"] for one in (new, there, changed, gone)]
    assert (items[4]["id"], items[5]["id"]) == (None, unknown["id"])
    assert len(await everything(ann)) == 4
    assert items[9]["id"] in await everything(ann)


async def test_a_repeated_batch_writes_nothing(ann: Person) -> None:
    batch = {"workouts": [workout() for _ in range(100)]}
    first = (await ann.post("/workouts/batch", json=batch)).json()["items"]
    assert {item["outcome"] for item in first} == {"created"}
    device = Device(ann)
    await device.sync()

    again = (await ann.post("/workouts/batch", json=batch)).json()["items"]

    assert {item["outcome"] for item in again} == {"unchanged"}
    device.heard.clear()
    await device.sync()
    assert device.heard == []


@pytest.mark.parametrize("workouts", [[], [{}] * 101, [1], None, [[]]])
async def test_an_invalid_batch_is_refused(ann: Person, workouts: Any) -> None:
    assert (await ann.post("/workouts/batch", json={"workouts": workouts})).status_code == 422


async def test_concurrent_batches_write_each_workout_once(ann: Person) -> None:
    batch = {"workouts": [workout() for _ in range(20)]}
    answers = await asyncio.gather(*(ann.post("/workouts/batch", json=batch) for _ in range(3)))
    outcomes = sorted(item["outcome"] for answer in answers for item in answer.json()["items"])
    assert outcomes == ["created"] * 20 + ["unchanged"] * 40
