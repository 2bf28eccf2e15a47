"""Merges in bulk, also of exercises of the catalogue: what each one moves, and what keeps one from being applied."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.exercises.tests.helpers import PULL_UP, PUSH_UP, make, patch, workout
from exercise_buddy.statistics.consistency import verify_totals
from exercise_buddy.sync.feed.tests.helpers import Device, everything
from tests.factories import BENCH, SQUAT, error_pointers, read_problem
from tests.support import Connection, Person, RunningApp


async def merge(person: Person, *pairs: Sequence[str], **options: Any) -> list[dict[str, Any]]:
    """Send merges of pairs (source, target, perhaps `if_match`) and return the outcomes."""
    names = ("exercise_id", "into_id", "if_match")
    merges = [dict(zip(names, pair, strict=False)) for pair in pairs]
    response = await person.post("/exercises/merge", json={"merges": merges}, **options)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    assert [(item["exercise_id"], item["into_id"]) for item in items] == [tuple(pair[:2]) for pair in pairs]
    return items


def outcomes(items: list[dict[str, Any]]) -> list[str]:
    return [item["outcome"] for item in items]


async def performed(person: Person) -> dict[str, int]:
    """Return the number of sets of each exercise that the person's workouts have."""
    counts: dict[str, int] = {}
    for logged in await person.list_all("/workouts", include="sets"):
        for exercise in logged["exercises"]:
            key = exercise["exercise"]["id"]
            counts[key] = counts.get(key, 0) + len(exercise["sets"])
    return counts


async def check_totals(app: RunningApp, person: Person) -> None:
    """Check that the stored totals and records are those of the sets."""
    async for result in verify_totals(app.state["database"], UUID(person.id), repair=False, batch=100):
        assert result.differences == []


async def test_each_merge_moves_sets_routines_and_names(app: RunningApp, ann: Person) -> None:
    first, second = await make(ann, "Zorp"), await make(ann, "Glorp")
    device = Device(ann)
    await workout(ann, first["id"], second["id"], BENCH)
    await workout(ann, first["id"], first["id"], started_at="2026-03-03T10:00:00Z", ended_at=None)
    routine = (await ann.post("/routines", json={"name": "Push", "exercises": [{"exercise_id": first["id"]}]})).json()
    await device.sync()

    items = await merge(ann, (first["id"], PULL_UP), (second["id"], SQUAT))

    counts = [
        (item["outcome"], item["replaced_by"], item["workouts"], item["sets"], item["routines"]) for item in items
    ]
    assert counts == [("merged", PULL_UP, 2, 6, 1), ("merged", SQUAT, 1, 2, 0)]
    assert await performed(ann) == {PULL_UP: 6, SQUAT: 2, BENCH: 2}
    stored = (await ann.get(f"/routines/{routine['id']}")).json()
    assert [exercise["exercise"]["id"] for exercise in stored["exercises"]] == [PULL_UP]
    await check_totals(app, ann)
    assert {record["exercise"]["id"] for record in (await ann.get("/statistics/records")).json()["items"]} == {
        PULL_UP,
        SQUAT,
        BENCH,
    }
    await device.sync()
    truth, _ = await everything(ann)
    assert {key: held for key, held in device.held.items() if key in truth} == truth
    assert device.replaced == {first["id"]: PULL_UP, second["id"]: SQUAT}
    assert (await ann.get("/exercises", params={"search": "zorp"})).json()["items"][0]["id"] == PULL_UP


async def test_a_catalogue_exercise_gives_only_the_sets_of_this_user_away(
    app: RunningApp, ann: Person, bob: Person
) -> None:
    named = await make(ann, "Own squat")
    assert (await ann.post(f"/exercises/{named['id']}/merge", json={"into": PUSH_UP})).status_code == 200
    await workout(ann, PUSH_UP)
    await workout(bob, PUSH_UP)
    device = Device(ann)
    await device.sync()
    before = (await bob.get(f"/exercises/{PUSH_UP}")).content

    response = await ann.post(f"/exercises/{PUSH_UP}/merge", json={"into": SQUAT})

    assert response.status_code == 200, response.text
    assert {name: response.json()[name] for name in ("workouts", "routines", "sets")} == {
        "workouts": 1,
        "routines": 0,
        "sets": 2,
    }
    assert await performed(ann) == {SQUAT: 2}
    assert await performed(bob) == {PUSH_UP: 2}
    assert (await bob.get(f"/exercises/{PUSH_UP}")).content == before
    # The exercise stays and keeps its own names. Those that the user has given it move.
    stays, moved = [(await ann.get(f"/exercises/{key}")).json() for key in (PUSH_UP, SQUAT)]
    assert "Push Up" in stays["aliases"]
    assert "Own squat" not in stays["aliases"]
    assert "Own squat" in moved["aliases"]
    heard = set(await device.hear())
    assert {("exercise", PUSH_UP), ("exercise", SQUAT)} <= heard
    assert [kind for kind, _ in heard].count("workout") == 1
    # Only a custom exercise ceases to exist.
    assert device.replaced == {named["id"]: PUSH_UP}
    assert device.held["exercise", PUSH_UP]["aliases"] == stays["aliases"]
    await check_totals(app, ann)
    await workout(ann, PUSH_UP, started_at="2026-04-01T10:00:00Z", ended_at="2026-04-01T11:00:00Z")
    assert await performed(ann) == {SQUAT: 2, PUSH_UP: 2}


async def test_a_second_merge_finds_it_done(ann: Person, connection: Connection) -> None:
    made = await make(ann, "Zorp")
    await workout(ann, made["id"], PUSH_UP)
    pairs = [(made["id"], PULL_UP), (PUSH_UP, PULL_UP)]
    assert outcomes(await merge(ann, *pairs)) == ["merged", "merged"]
    revision = await connection.fetchval("SELECT revision FROM user_revision WHERE user_id = $1", UUID(ann.id))

    again = await merge(ann, pairs[0])
    elsewhere = await merge(ann, (made["id"], SQUAT))

    assert [(item["outcome"], item["replaced_by"], item["sets"]) for item in again] == [("unchanged", PULL_UP, 0)]
    assert [(item["outcome"], item["problem"]) for item in elsewhere] == [("not_found", "/problems/not-found")]
    assert PULL_UP in elsewhere[0]["detail"]
    assert await connection.fetchval("SELECT revision FROM user_revision WHERE user_id = $1", UUID(ann.id)) == revision
    assert outcomes(await merge(ann, pairs[1])) == ["unchanged"]
    response = await ann.post(f"/exercises/{made['id']}/merge", json={"into": PULL_UP})
    assert read_problem(response) == (404, "/problems/not-found")


@pytest.mark.parametrize("forwards", [True, False])
async def test_a_chain_ends_in_its_last_exercise(app: RunningApp, ann: Person, *, forwards: bool) -> None:
    first, second = [(await make(ann, name))["id"] for name in ("Zorp", "Glorp")]
    await workout(ann, first, second)
    pairs = [(first, second), (second, SQUAT)]

    items = await merge(ann, *(pairs if forwards else pairs[::-1]))

    # Each merge finds what the earlier ones have done.
    expected = [(second, 2), (SQUAT, 4)] if forwards else [(SQUAT, 2), (SQUAT, 2)]
    assert [(item["outcome"], item["sets"]) for item in items] == [("merged", sets) for _, sets in expected]
    assert {item["replaced_by"] for item in items} == {SQUAT}
    assert await performed(ann) == {SQUAT: 4}
    assert {"Zorp", "Glorp"} <= set((await ann.get(f"/exercises/{SQUAT}")).json()["aliases"])
    await check_totals(app, ann)


async def test_sets_of_the_catalogue_can_move_on_by_one(ann: Person) -> None:
    """Sets of one exercise take the place of others, which leave first: they are not mixed."""
    await workout(ann, PUSH_UP, PULL_UP, PULL_UP)

    items = await merge(ann, (PULL_UP, SQUAT), (PUSH_UP, PULL_UP))

    assert [item["sets"] for item in items] == [4, 2]
    assert await performed(ann) == {SQUAT: 4, PULL_UP: 2}


@pytest.mark.parametrize("custom", [True, False])
async def test_a_cycle_does_not_mix_the_exercises(ann: Person, *, custom: bool) -> None:
    made = [(await make(ann, name))["id"] for name in ("Zorp", "Glorp", "Blorp")] if custom else []
    first, second, third = made or (PUSH_UP, PULL_UP, SQUAT)
    await workout(ann, first, second, third)

    items = await merge(ann, (first, second), (second, third), (third, first))

    assert outcomes(items) == ["merged", "merged", "invalid"]
    assert items[2]["code"] == "same_exercise"
    assert await performed(ann) == {third: 6}


async def test_what_cannot_be_merged_does_not_keep_the_others_from_it(ann: Person, bob: Person) -> None:
    made, kept, gone = [(await make(ann, name))["id"] for name in ("Zorp", "Glorp", "Blorp")]
    bobs = (await make(bob, "Zorp"))["id"]
    await workout(ann, made)
    assert (await ann.delete(f"/exercises/{gone}")).status_code == 204
    unknown = str(uuid4())

    items = await merge(
        ann,
        (bobs, SQUAT),
        (unknown, SQUAT),
        (gone, SQUAT),
        (kept, bobs),
        (kept, unknown),
        (kept, gone),
        (kept, kept),
        (made, SQUAT),
        (PUSH_UP, SQUAT),
        (PUSH_UP, PULL_UP),
    )

    assert outcomes(items) == [*["not_found"] * 3, *["invalid"] * 4, "merged", "unchanged", "invalid"]
    assert len({item["detail"] for item in items[:3]}) == 1
    assert [item["code"] for item in items[3:7]] == [*["unknown_exercise"] * 3, "same_exercise"]
    assert items[-1]["code"] == "repeated_exercise"
    assert all(item["replaced_by"] is None for item in items if item["outcome"] in {"not_found", "invalid"})
    assert (await bob.get(f"/exercises/{bobs}")).status_code == 200
    assert (await ann.get(f"/exercises/{kept}")).status_code == 200


async def test_an_exercise_that_was_changed_meanwhile_is_a_conflict(ann: Person) -> None:
    made = await make(ann, "Zorp")
    path = f"/exercises/{made['id']}"
    tag = (await ann.get(path, headers={"Accept-Encoding": "identity"})).headers["ETag"]
    assert (await patch(ann, made["id"], met=8)).status_code == 200

    items = await merge(ann, (made["id"], SQUAT, tag))
    single = await ann.post(f"{path}/merge", json={"into": SQUAT}, headers={"If-Match": tag})

    assert [(item["outcome"], item["problem"]) for item in items] == [("conflict", "/problems/precondition-failed")]
    assert single.status_code == 412
    # A name that it gets by an earlier merge of the request is no change by others.
    other = await make(ann, "Glorp")
    tag = (await ann.get(path, headers={"Accept-Encoding": "identity"})).headers["ETag"]
    items = await merge(ann, (other["id"], made["id"]), (made["id"], SQUAT, tag))
    assert outcomes(items) == ["merged", "merged"]


async def test_a_name_that_is_an_alias_already_denotes_the_other_exercise(ann: Person, connection: Connection) -> None:
    made = await make(ann, "Zorp")
    insert = (
        "INSERT INTO custom_exercise_alias (user_id, name_key, name, search_key, catalogue_exercise_id)"
        " VALUES ($1, 'zorp', 'Zorp', 'zorp', $2)"
    )
    await connection.execute(insert, UUID(ann.id), UUID(PUSH_UP))

    assert outcomes(await merge(ann, (made["id"], SQUAT))) == ["merged"]

    assert "Zorp" in (await ann.get(f"/exercises/{SQUAT}")).json()["aliases"]
    assert "Zorp" not in (await ann.get(f"/exercises/{PUSH_UP}")).json()["aliases"]


async def test_while_it_is_logged_nothing_is_lost(app: RunningApp, ann: Person) -> None:
    made = [(await make(ann, name))["id"] for name in ("Zorp", "Glorp")]
    logging = [
        ann.post("/workouts", json={"started_at": f"2026-03-0{day}T10:00:00Z", "exercises": [exercise]})
        for day, exercise in enumerate(
            [{"exercise_id": exercise_id, "sets": [{"reps": 1}]} for exercise_id in (*made, *made, *made)], start=1
        )
    ]

    merging = [merge(ann, *((key, into) for key in made)) for into in (PULL_UP, SQUAT)]
    logged, (first, second) = await asyncio.gather(asyncio.gather(*logging), asyncio.gather(*merging))

    assert sorted([outcomes(first), outcomes(second)]) == [["merged"] * 2, ["not_found"] * 2]
    stored = sum(answer.status_code == 201 for answer in logged)
    assert {answer.status_code for answer in logged} <= {201, 422}
    counts = await performed(ann)
    assert sum(counts.values()) == stored
    assert counts.keys() <= {PULL_UP if outcomes(first) == ["merged"] * 2 else SQUAT}
    await check_totals(app, ann)


async def test_a_request_has_up_to_100_merges(ann: Person) -> None:
    pair = {"exercise_id": PUSH_UP, "into_id": SQUAT}
    for merges in ([], [pair] * 101):
        assert error_pointers(await ann.post("/exercises/merge", json={"merges": merges})) == ["/merges"]
    for wrong in ({"exercise_id": "x"}, {"into_id": None}, {"if_match": "x" * 1001}, {"sets": 1}):
        response = await ann.post("/exercises/merge", json={"merges": [pair | wrong]})
        assert error_pointers(response) == [f"/merges/0/{next(iter(wrong))}"]
    assert set(outcomes(await merge(ann, *[(PUSH_UP, SQUAT)] * 100))) == {"unchanged"}
