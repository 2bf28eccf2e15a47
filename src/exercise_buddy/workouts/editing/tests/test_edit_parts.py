"""Editing the exercises and sets of a workout."""

import random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.workouts.editing.tests.helpers import WORKOUT, counted, part_path, recounted
from exercise_buddy.workouts.storage.recompute import (
    find_differences,
    find_document_differences,
    recompute_all_records,
)
from tests.factories import BENCH, PUSHUP, SQUAT, error_pointers, evidence, exercise, workout
from tests.support import Connection, Person, RunningApp


async def test_exercises_are_appended_updated_moved_and_deleted(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    new = {"exercise_id": SQUAT, "sets": [{"reps": 5, "weight_kg": 140}]}
    added = await ann.post(f"{url}/exercises", json=new)
    assert (added.status_code, added.headers["location"]) == (201, f"/api/v1{url}")
    assert counted(added.json()) == recounted(added.json())

    async def names(response: Any) -> list[str]:
        return [exercise["exercise"]["id"] for exercise in response.json()["exercises"]]

    assert await names(added) == [BENCH, PUSHUP, SQUAT]
    bench, pushup, squat = [exercise["id"] for exercise in added.json()["exercises"]]
    order = {"exercise_order": [squat, bench, pushup]}
    assert await names(await ann.patch(url, json=order)) == [SQUAT, BENCH, PUSHUP]
    assert await names(await ann.patch(f"{url}/exercises/{squat}", json={"position": 2})) == [BENCH, PUSHUP, SQUAT]
    change = {"superset": None, "notes": "Deep", "exercise_id": SQUAT}
    changed = (await ann.patch(f"{url}/exercises/{pushup}", json=change)).json()
    part = changed["exercises"][1]
    assert (part["superset"], part["notes"], part["exercise"]["id"]) == (None, "Deep", SQUAT)
    assert part["sets"] == logged["exercises"][1]["sets"]
    assert [exercise["id"] for exercise in changed["exercises"]] == [bench, pushup, squat]
    assert await names(await ann.delete(f"{url}/exercises/{pushup}")) == [BENCH, SQUAT]


async def test_sets_are_appended_updated_moved_and_deleted(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    by_id = (await ann.post(f"{url}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 8, "weight_kg": 90}]})).json()
    assert [one["reps"] for one in by_id["exercises"][0]["sets"]] == [5, 3, 8]
    entry_id = logged["exercises"][1]["id"]
    in_entry = (await ann.post(f"{url}/sets", json={"entry_id": entry_id, "sets": [{"reps": 9}, {"reps": 8}]})).json()
    assert [one["reps"] for one in in_entry["exercises"][1]["sets"]] == [2, 9, 8]
    added = (await ann.post(f"{url}/sets", json={"exercise_id": SQUAT, "sets": [{"reps": 1}]})).json()
    assert added["exercises"][2]["exercise"]["id"] == SQUAT

    last = part_path(added, 0, 2)
    changed = (await ann.patch(url + last, json={"reps": 10, "rpe": 9, "position": 0})).json()
    assert [(one["reps"], one["weight_kg"]) for one in changed["exercises"][0]["sets"]] == [
        (10, 90),
        (5, 100),
        (3, 102.0583),
    ]
    assert part_path(changed, 0, 0) == last
    assert counted(changed) == recounted(changed)
    # What the camera saw stays, beside the count that the user puts right.
    corrected = (await ann.patch(url + part_path(logged, 1, 0), json={"reps": 4})).json()["exercises"][1]["sets"][0]
    assert corrected == logged["exercises"][1]["sets"][0] | {"reps": 4}
    gone = (await ann.delete(url + last)).json()
    assert [one["reps"] for one in gone["exercises"][0]["sets"]] == [5, 3]
    assert counted(gone) == recounted(gone)


async def test_a_move_after_a_deletion_on_another_device_moves_the_same_part(ann: Person) -> None:
    logged = await ann.log(**workout(*(exercise(BENCH, {"reps": 5}, {"reps": 4}, {"reps": 3}) for _ in range(3))))
    first, second, third = logged["exercises"]
    url = f"/workouts/{logged['id']}"
    await ann.delete(f"{url}/exercises/{third['id']}")
    await ann.delete(f"{url}/sets/{first['sets'][1]['id']}")

    await ann.patch(f"{url}/sets/{first['sets'][0]['id']}", json={"position": 2})
    moved = (await ann.patch(f"{url}/exercises/{first['id']}", json={"position": 2})).json()["exercises"]

    assert [entry["id"] for entry in moved] == [second["id"], first["id"]]
    assert [part["id"] for part in moved[1]["sets"]] == [first["sets"][2]["id"], first["sets"][0]["id"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "pointer"),
    [
        ("PATCH", "/exercises/{absent}", {"notes": "x"}, 404, None),
        ("PATCH", "/exercises/{set}", {"notes": "x"}, 404, None),
        ("PATCH", "/exercises/{catalogue}", {"notes": "x"}, 404, None),
        ("PATCH", "/exercises/{entry}", {"position": -1}, 422, "/position"),
        ("PATCH", "/exercises/{entry}", {"id": str(uuid4())}, 422, "/id"),
        ("PATCH", "/exercises/{entry}", {"exercise_id": str(uuid4())}, 422, "/exercise_id"),
        ("DELETE", "/exercises/{absent}", None, 404, None),
        ("DELETE", "/exercises/0", None, 422, "/entry_id"),
        ("PATCH", "/sets/{absent}", {"reps": 1}, 404, None),
        ("PATCH", "/sets/{entry}", {"reps": 1}, 404, None),
        ("PATCH", "/sets/{set}", {"position": -1}, 422, "/position"),
        ("PATCH", "/sets/{set}", {"id": str(uuid4())}, 422, "/id"),
        ("PATCH", "/sets/{set}", {"reps": None}, 422, ""),
        ("PATCH", "/sets/{set}", {"reps": -1}, 422, "/reps"),
        ("PATCH", "/sets/{set}", {"kind": None}, 422, "/kind"),
        ("DELETE", "/sets/{absent}", None, 404, None),
        ("DELETE", "/sets/0", None, 422, "/set_id"),
        ("POST", "/exercises", {"exercise_id": str(uuid4())}, 422, "/exercise_id"),
        ("POST", "/sets", {"exercise_id": str(uuid4()), "sets": [{"reps": 1}]}, 422, "/exercise_id"),
        ("POST", "/sets", {"entry_id": str(uuid4()), "sets": [{"reps": 1}]}, 404, None),
        ("POST", "/sets", {"entry_id": str(uuid4()), "exercise_id": BENCH, "sets": [{"reps": 1}]}, 422, ""),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": []}, 422, "/sets"),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": [{"reps": 1}] * 498}, 422, "/sets"),
        ("POST", "/finish", {"ended_at": "2026-03-29T01:00:00+01:00"}, 409, None),
    ],
)
async def test_an_invalid_edit_of_a_part_is_refused(
    ann: Person, logged: dict[str, Any], method: str, path: str, body: Any, status: int, pointer: str | None
) -> None:
    entry = logged["exercises"][0]
    ids = {"entry": entry["id"], "set": entry["sets"][0]["id"], "catalogue": BENCH, "absent": str(uuid4())}
    response = await ann.client.request(method, f"/api/v1/workouts/{logged['id']}{path.format(**ids)}", json=body)

    assert response.status_code == status, response.text
    if pointer is not None:
        assert error_pointers(response) == [pointer]
    assert (await ann.get(f"/workouts/{logged['id']}")).json() == logged


def part_ids(workout: dict[str, Any]) -> set[str]:
    return {part["id"] for exercise in workout["exercises"] for part in (exercise, *exercise["sets"])}


_exercise = st.sampled_from([BENCH, SQUAT, PUSHUP])
_reps = st.fixed_dictionaries(
    {"offset_ms": st.integers(0, 9_000)},
    optional={"duration_ms": st.integers(1, 3_000), "range_share": st.sampled_from([0.1, 0.75, 1])},
)
_evidence = st.none() | st.lists(_reps, max_size=3).map(lambda reps: evidence(*reps, detected=len(reps)))
_set = st.fixed_dictionaries(
    {"reps": st.integers(0, 30)},
    optional={
        "weight_kg": st.integers(0, 8_000_000).map(lambda steps: steps / 10_000),
        "duration_seconds": st.just(1),
        "rpe": st.sampled_from([7, 8.5]),
        "evidence": _evidence,
    },
)
_sets = st.lists(_set, min_size=1, max_size=3)
_new_exercise = st.fixed_dictionaries({"exercise_id": _exercise, "sets": _sets})
_place = st.integers(0, 3)
_change = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["A", "B", None]),
        "notes": st.sampled_from(["Übung", None]),
        "started_at": st.sampled_from(["2026-03-28T07:30:00+01:00", "2026-03-28T23:59:59.5+01:00"]),
        "time_zone": st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati"]),
    },
)
_edit = st.one_of(
    st.tuples(st.just("POST"), st.just("/sets"), _new_exercise),
    st.tuples(st.just("POST"), st.just("/exercises"), _new_exercise),
    st.tuples(st.just("PATCH"), st.tuples(_place, _place), _set),
    st.tuples(st.just("PATCH"), st.tuples(_place, _place), st.fixed_dictionaries({"position": st.integers(0, 1)})),
    st.tuples(st.just("PATCH"), st.tuples(_place), st.fixed_dictionaries({"exercise_id": _exercise})),
    st.tuples(st.just("PATCH"), st.tuples(_place), st.fixed_dictionaries({"position": st.integers(0, 1)})),
    st.tuples(st.just("PATCH"), st.tuples(_place), st.fixed_dictionaries({"notes": st.sampled_from(["x", None])})),
    st.tuples(st.just("DELETE"), st.tuples(_place, _place), st.none()),
    st.tuples(st.just("DELETE"), st.tuples(_place), st.none()),
    st.tuples(st.just("PATCH"), st.just(""), _change),
    # A replacement by the workout with another order of its sets and exercises, and with a further exercise.
    st.tuples(st.just("PUT"), st.integers(0, 5), _new_exercise),
)


def shuffled(workout: dict[str, Any], seed: int, new: dict[str, Any]) -> dict[str, Any]:
    """Return a workout as a client sends it, in which sets and exercises have moved, and with a new exercise."""
    chance = random.Random(seed)  # noqa: S311
    sets = [part for exercise in workout["exercises"] for part in exercise["sets"]]
    chance.shuffle(sets)
    exercises = [
        {name: exercise[name] for name in ("id", "superset", "notes", "targets")}
        | {"exercise_id": exercise["exercise"]["id"], "sets": sets[index :: len(workout["exercises"])]}
        for index, exercise in enumerate(workout["exercises"])
    ]
    chance.shuffle(exercises)
    head = {name: workout[name] for name in ("title", "started_at", "ended_at", "time_zone", "notes")}
    return head | {"exercises": [*exercises, new]}


@given(edits=st.lists(_edit, min_size=3, max_size=12))
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_totals_equal_recomputed_ones_after_any_edits(
    app: RunningApp, ann: Person, connection: Connection, edits: list[tuple[str, Any, Any]]
) -> None:
    workout = now = await ann.log(**WORKOUT)
    for method, place, change in edits:
        before, path, body = now, "", change
        if method == "PUT":
            body = shuffled(before, place, change)
        else:
            path = place if isinstance(place, str) else part_path(now, *place)
        response = await ann.client.request(method, f"/api/v1/workouts/{workout['id']}{path}", json=body)
        assert response.status_code in {200, 201, 404}, response.text
        now = (await ann.get(f"/workouts/{workout['id']}")).json()
        is_refused = response.status_code >= 400
        # Every part keeps its id, but for the one that was deleted with what it contains.
        lost, gained = part_ids(before) - part_ids(now), part_ids(now) - part_ids(before)
        assert not lost if method != "DELETE" or is_refused else path.rpartition("/")[2] in lost
        assert not gained or method in {"POST", "PUT"}
        if not is_refused:
            assert response.json() == now
        assert counted(now) == recounted(now)
        for entry in now["exercises"]:
            loads = [one["weight_kg"] for one in entry["sets"] if one["weight_kg"] is not None and one["reps"] > 0]
            assert entry["totals"]["best_set"]["weight_kg"] == max(loads, default=None)
    user_id = UUID(ann.id)
    async with app.state["database"].transaction() as session:
        assert await find_differences(session, user_id, [UUID(workout["id"])]) == []
        assert await find_document_differences(session, user_id, [UUID(workout["id"])]) == []
        assert await recompute_all_records(session, user_id) == []
    everything = await connection.fetchrow(
        "SELECT sum(set_count), sum(rep_count) FROM workout WHERE user_id = $1", user_id
    )
    counted_anew = await connection.fetchrow(
        "SELECT count(*), coalesce(sum(reps), 0) FROM workout_set WHERE user_id = $1", user_id
    )
    assert tuple(everything) == tuple(counted_anew)
    places = "SELECT count(DISTINCT position) = coalesce(max(position) + 1, 0) FROM"
    by_exercise = "workout_set WHERE user_id = $1 GROUP BY workout_id, exercise_position"
    assert all(row[0] for row in await connection.fetch(f"{places} {by_exercise}", user_id))
    by_workout = "workout_exercise WHERE user_id = $1 GROUP BY workout_id"
    assert all(row[0] for row in await connection.fetch(f"{places} {by_workout}", user_id))
