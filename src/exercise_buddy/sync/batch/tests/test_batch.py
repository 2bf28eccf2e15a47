"""Batches: operations of all kinds, each with an outcome of its own."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.core.db.tables import new_id
from tests.factories import BENCH, PUSHUP, START
from tests.support import Person


async def send(person: Person, *operations: Any, atomic: bool = False, key: str | None = None) -> dict[str, Any]:
    """Send a batch, perhaps with an idempotency key; return the report."""
    headers = {} if key is None else {"Idempotency-Key": key}
    response = await person.post(
        "/sync/batch", json={"operations": list(operations), "atomic": atomic}, headers=headers
    )
    assert response.status_code == 200, response.text
    report: dict[str, Any] = response.json()
    return report


def outcomes(report: dict[str, Any]) -> list[tuple[str, int | None]]:
    return [(item["outcome"], item["status"]) for item in report["items"]]


def operation(name: str, target: UUID | str | None = None, **members: Any) -> dict[str, Any]:
    identity = {} if target is None else {"id": str(target)}
    return {"operation": name, **identity, **members}


def create_workout(workout_id: UUID | str, **content: Any) -> dict[str, Any]:
    return operation("create_workout", workout_id, data={"started_at": START} | content)


ROUTINE = {"name": "Push", "exercises": [{"exercise_id": BENCH}]}


async def test_a_batch_writes_resources_of_every_kind(ann: Person) -> None:
    workout, entry, one_set, routine, mass, exercise = (str(new_id()) for _ in range(6))
    created = await send(
        ann,
        operation("create_exercise", exercise, data={"name": "Log press"}),
        create_workout(workout),
        operation("append_exercise", entry, workout_id=workout, data={"exercise_id": exercise}),
        operation("append_set", one_set, workout_id=workout, entry_id=entry, data={"reps": 5, "weight_kg": 60}),
        operation("create_routine", routine, data=ROUTINE),
        operation("create_body_measurement", mass, data={"measured_on": "2026-03-01", "mass_kg": 80}),
        operation("replace_goal", data={"metric": "workouts", "target": 3}),
    )
    assert outcomes(created) == [("created", 201)] * 6 + [("updated", 200)]

    changed = await send(
        ann,
        operation("update_exercise", exercise, data={"name": "Axle press"}),
        operation("update_workout", workout, data={"title": "Evening"}),
        operation("update_set", one_set, workout_id=workout, data={"reps": 6}),
        operation("update_exercise_of_workout", entry, workout_id=workout, data={"notes": "Slow"}),
        operation("finish_workout", workout, data={"ended_at": datetime.now(UTC).isoformat()}, if_match="*"),
        operation("update_routine", routine, data={"name": "Pull"}),
        operation("replace_routine", routine, data=ROUTINE | {"name": "Legs"}),
        operation("update_body_measurement", mass, data={"mass_kg": 81}),
    )
    # A workout of months cannot be finished now.
    assert outcomes(changed) == [("updated", 200)] * 4 + [("invalid", 422)] + [("updated", 200)] * 3
    assert changed["items"][4]["errors"][0]["pointer"] == "/data/ended_at"
    stored = (await ann.get(f"/workouts/{workout}")).json()
    (found,) = stored["exercises"]
    assert (stored["title"], found["notes"], found["sets"][0]["reps"]) == ("Evening", "Slow", 6)
    for item, path in zip(
        [changed["items"][3], *changed["items"][6:]],
        [f"/workouts/{workout}", f"/routines/{routine}", f"/users/me/body-measurements/{mass}"],
        strict=True,
    ):
        assert item["etag"] == (await ann.get(path, headers={"Accept-Encoding": "identity"})).headers["etag"]

    deletions = [
        operation("delete_set", one_set, workout_id=workout),
        operation("delete_exercise_of_workout", entry, workout_id=workout),
        operation("delete_workout", workout),
        operation("delete_routine", routine),
        operation("delete_body_measurement", mass),
        operation("delete_exercise", exercise),
        operation("delete_goal"),
    ]
    assert outcomes(await send(ann, *deletions)) == [("deleted", 204)] * 7
    assert outcomes(await send(ann, *deletions)) == [("unchanged", 204)] * 7


async def test_a_repeated_batch_changes_nothing(ann: Person) -> None:
    workout, entry, one_set, routine = (str(new_id()) for _ in range(4))
    batch = [
        create_workout(workout),
        operation("append_exercise", entry, workout_id=workout, data={"exercise_id": BENCH}),
        operation("append_set", one_set, workout_id=workout, exercise_id=BENCH, data={"reps": 5}),
        operation("create_routine", routine, data=ROUTINE),
    ]
    first = await send(ann, *batch)
    before = await ann.get(f"/workouts/{workout}")

    again = await send(ann, *batch)

    assert outcomes(again) == [("unchanged", 200)] * 4
    assert [item["etag"] for item in again["items"][2:]] == [item["etag"] for item in first["items"][2:]]
    assert (await ann.get(f"/workouts/{workout}")).content == before.content


async def test_an_operation_on_another_version_is_a_conflict_and_names_the_current_one(ann: Person) -> None:
    logged = await ann.log(started_at=START)
    known = (await ann.get(f"/workouts/{logged['id']}")).headers["etag"]

    report = await send(
        ann,
        operation("update_workout", logged["id"], if_match=known, data={"title": "Phone"}),
        operation("update_workout", logged["id"], if_match=known, data={"title": "Tablet"}),
        operation("delete_workout", logged["id"], if_match=known),
    )

    assert outcomes(report) == [("updated", 200), ("conflict", 412), ("conflict", 412)]
    stored = await ann.get(f"/workouts/{logged['id']}")
    assert stored.json()["title"] == "Phone"
    assert {item["etag"] for item in report["items"]} == {stored.headers["etag"]}
    assert report["items"][1]["problem"] == "/problems/precondition-failed"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({}, "/operation"),
        ({"operation": "create_workout", "data": {"started_at": START}}, "/id"),
        (operation("create_workout", uuid4(), data={"started_at": "now"}), "/data/started_at"),
        (operation("create_workout", uuid4(), data={"id": str(uuid4()), "started_at": START}), ""),
        (operation("create_exercise", "b1f4e7c8-6d6f-5d0f-9d3a-1c2b3a4d5e6f", data={"name": "Mine"}), "/data/id"),
        (operation("drop_table", uuid4()), "/operation"),
        (operation("delete_workout", uuid4(), data={}), "/data"),
        (operation("append_set", uuid4(), workout_id=str(uuid4()), data={"reps": 5}), ""),
        (
            create_workout(uuid4(), exercises=[{"exercise_id": BENCH}, {"exercise_id": str(uuid4())}]),
            "/data/exercises/1/exercise_id",
        ),
    ],
)
async def test_an_invalid_operation_does_not_hinder_others_unless_the_batch_is_atomic(
    ann: Person, wrong: dict[str, Any], pointer: str
) -> None:
    first, last = str(new_id()), str(new_id())
    batch = [create_workout(first), wrong, create_workout(last)]

    atomic = await send(ann, *batch, atomic=True)
    none = (await ann.get("/workouts")).json()["items"]
    each = await send(ann, *batch)

    assert (atomic["applied"], outcomes(atomic)) == (
        False,
        [("not_applied", None), ("invalid", 422), ("not_applied", None)],
    )
    assert none == []
    assert (each["applied"], outcomes(each)) == (True, [("created", 201), ("invalid", 422), ("created", 201)])
    assert each["items"][1]["errors"][0]["pointer"] == pointer
    assert len((await ann.get("/workouts")).json()["items"]) == 2


async def test_an_atomic_batch_undoes_what_it_has_done(ann: Person) -> None:
    workout, exercise = str(new_id()), str(new_id())
    missing = operation("update_set", uuid4(), workout_id=workout, data={"reps": 1})

    report = await send(
        ann,
        operation("create_exercise", exercise, data={"name": "Log press"}),
        create_workout(workout, exercises=[{"exercise_id": exercise}]),
        missing,
        operation("replace_goal", data={"metric": "reps", "target": 1}),
        atomic=True,
    )

    assert (report["applied"], [item["outcome"] for item in report["items"]]) == (
        False,
        ["not_applied", "not_applied", "not_found", "not_applied"],
    )
    assert (await ann.get(f"/exercises/{exercise}")).status_code == 404
    assert (await ann.get("/statistics/goal")).status_code == 404


async def test_the_exercise_that_a_deletion_moves_to_is_checked(ann: Person) -> None:
    exercise = str(new_id())
    await send(ann, operation("create_exercise", exercise, data={"name": "Log press"}))
    await ann.log(started_at=START, exercises=[{"exercise_id": exercise}])

    report = await send(
        ann,
        operation("delete_exercise", exercise),
        operation("delete_exercise", exercise, move_to=str(uuid4())),
        operation("delete_exercise", exercise, move_to=PUSHUP),
        operation("delete_exercise", PUSHUP),
    )

    assert [item["outcome"] for item in report["items"]] == ["conflict", "invalid", "deleted", "refused"]
    assert report["items"][1]["errors"][0]["pointer"] == "/move_to"


async def test_a_batch_concerns_only_its_user(ann: Person, bob: Person) -> None:
    logged = await ann.log(started_at=START, exercises=[{"exercise_id": BENCH, "sets": [{"reps": 5}]}])
    one_set = logged["exercises"][0]["sets"][0]["id"]
    before = await ann.get(f"/workouts/{logged['id']}")

    report = await send(
        bob,
        operation("update_workout", logged["id"], data={"title": "Mine"}),
        operation("delete_workout", logged["id"]),
        operation("update_set", one_set, workout_id=logged["id"], data={"reps": 1}),
        create_workout(logged["id"]),
    )

    assert [item["outcome"] for item in report["items"]] == ["not_found", "unchanged", "not_found", "created"]
    assert (await ann.get(f"/workouts/{logged['id']}")).content == before.content


async def test_a_batch_can_be_repeated_by_its_key(ann: Person) -> None:
    goal = operation("replace_goal", data={"metric": "reps", "target": 100})
    key = str(uuid4())
    first = await send(ann, goal, key=key)
    await ann.delete("/statistics/goal")

    assert await send(ann, goal, key=key) == first
    assert (await ann.get("/statistics/goal")).status_code == 404


async def test_a_batch_has_a_size(ann: Person) -> None:
    none = await ann.post("/sync/batch", json={"operations": []})
    many = await ann.post("/sync/batch", json={"operations": [operation("delete_goal")] * 101})
    assert [response.status_code for response in (none, many)] == [422, 422]


def workout(**changes: Any) -> dict[str, Any]:
    exercises = [{"exercise_id": BENCH, "sets": [{"reps": 5, "weight_kg": 60}]}]
    return {"id": str(uuid4()), "started_at": START, "exercises": exercises} | changes


async def test_each_workout_of_a_run_has_its_own_outcome(ann: Person) -> None:
    there, changed, gone, new = (workout() for _ in range(4))
    for one in (there, changed, gone):
        await ann.log(**one)
    await ann.delete(f"/workouts/{gone['id']}")

    items = await ann.log_all(
        [new, there, changed | {"title": "Other"}, gone, new, new | {"notes": "Other"}, workout(started_at="now")]
    )

    assert [(item["outcome"], item["status"]) for item in items] == [
        ("created", 201),
        ("unchanged", 200),
        ("conflict", 409),
        ("conflict", 409),
        ("unchanged", 200),
        ("conflict", 409),
        ("invalid", 422),
    ]
    stored = await ann.get(f"/workouts/{there['id']}", headers={"Accept-Encoding": "identity"})
    assert items[1]["etag"] == stored.headers["etag"]


async def test_a_batch_of_a_hundred_workouts_is_one_write(ann: Person) -> None:
    batch = [workout() for _ in range(100)]
    first = await ann.log_all(batch)
    cursor = (await ann.get("/sync/changes", params={"limit": 100})).json()["next_cursor"]
    rest = (await ann.get("/sync/changes", params={"since": cursor})).json()

    again = await ann.log_all(batch)

    assert {item["outcome"] for item in first} == {"created"}
    assert {item["outcome"] for item in again} == {"unchanged"}
    assert [item["etag"] for item in again] == [item["etag"] for item in first]
    assert (await ann.get("/sync/changes", params={"since": rest["next_cursor"]})).json()["items"] == []


async def test_concurrent_batches_write_each_workout_once(ann: Person) -> None:
    batch = [workout() for _ in range(20)]
    reports = await asyncio.gather(*(ann.log_all(batch) for _ in range(3)))
    assert sorted(item["outcome"] for items in reports for item in items) == ["created"] * 20 + ["unchanged"] * 40
