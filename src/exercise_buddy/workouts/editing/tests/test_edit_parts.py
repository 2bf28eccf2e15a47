"""Editing the exercises and sets of a workout."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.workouts.editing.tests.helpers import WORKOUT, counted, recounted
from tests.factories import BENCH, PUSHUP, SQUAT, error_pointers
from tests.support import Connection, Person


async def test_exercises_are_appended_updated_moved_and_deleted(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    new = {"exercise_id": SQUAT, "sets": [{"reps": 5, "weight_kg": 140}]}
    added = await ann.post(f"{url}/exercises", json=new)
    assert (added.status_code, added.headers["location"]) == (201, f"/api/v1{url}")
    assert counted(added.json()) == recounted(added.json())

    async def names(response: Any) -> list[str]:
        return [exercise["exercise"]["id"] for exercise in response.json()["exercises"]]

    assert await names(added) == [BENCH, PUSHUP, SQUAT]
    assert await names(await ann.patch(url, json={"exercise_order": [2, 0, 1]})) == [SQUAT, BENCH, PUSHUP]
    assert await names(await ann.patch(f"{url}/exercises/0", json={"position": 2})) == [BENCH, PUSHUP, SQUAT]
    changed = await ann.patch(f"{url}/exercises/1", json={"superset": None, "notes": "Deep", "exercise_id": SQUAT})
    part = changed.json()["exercises"][1]
    assert (part["superset"], part["notes"], part["exercise"]["id"]) == (None, "Deep", SQUAT)
    assert part["sets"] == logged["exercises"][1]["sets"]
    assert await names(await ann.delete(f"{url}/exercises/1")) == [BENCH, SQUAT]


async def test_sets_are_appended_updated_moved_and_deleted(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    by_id = (await ann.post(f"{url}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 8, "weight_kg": 90}]})).json()
    assert [one["reps"] for one in by_id["exercises"][0]["sets"]] == [5, 3, 8]
    by_place = (await ann.post(f"{url}/sets", json={"exercise_position": 1, "sets": [{"reps": 9}, {"reps": 8}]})).json()
    assert [one["reps"] for one in by_place["exercises"][1]["sets"]] == [2, 9, 8]
    added = (await ann.post(f"{url}/sets", json={"exercise_id": SQUAT, "sets": [{"reps": 1}]})).json()
    assert added["exercises"][2]["exercise"]["id"] == SQUAT

    changed = (await ann.patch(f"{url}/exercises/0/sets/2", json={"reps": 10, "rpe": 9, "position": 0})).json()
    assert [(one["reps"], one["weight_kg"]) for one in changed["exercises"][0]["sets"]] == [
        (10, 90),
        (5, 100),
        (3, 102.0583),
    ]
    assert counted(changed) == recounted(changed)
    # What the camera saw stays, beside the count that the user puts right.
    corrected = (await ann.patch(f"{url}/exercises/1/sets/0", json={"reps": 4})).json()["exercises"][1]["sets"][0]
    assert corrected == logged["exercises"][1]["sets"][0] | {"reps": 4}
    gone = (await ann.delete(f"{url}/exercises/0/sets/0")).json()
    assert [one["reps"] for one in gone["exercises"][0]["sets"]] == [5, 3]
    assert counted(gone) == recounted(gone)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "pointer"),
    [
        ("PATCH", "/exercises/2", {"notes": "x"}, 404, None),
        ("PATCH", "/exercises/0", {"position": 2}, 404, None),
        ("PATCH", "/exercises/0", {"exercise_id": str(uuid4())}, 422, "/exercise_id"),
        ("DELETE", "/exercises/2", None, 404, None),
        ("PATCH", "/exercises/0/sets/2", {"reps": 1}, 404, None),
        ("PATCH", "/exercises/0/sets/0", {"position": 2}, 404, None),
        ("PATCH", "/exercises/0/sets/0", {"reps": None}, 422, ""),
        ("PATCH", "/exercises/0/sets/0", {"reps": -1}, 422, "/reps"),
        ("PATCH", "/exercises/0/sets/0", {"kind": None}, 422, "/kind"),
        ("DELETE", "/exercises/2/sets/0", None, 404, None),
        ("DELETE", "/exercises/-1/sets/0", None, 422, "/position"),
        ("DELETE", "/exercises/0/sets/x", None, 422, "/set_position"),
        ("POST", "/exercises", {"exercise_id": str(uuid4())}, 422, "/exercise_id"),
        ("POST", "/sets", {"exercise_id": str(uuid4()), "sets": [{"reps": 1}]}, 422, "/exercise_id"),
        ("POST", "/sets", {"exercise_position": 2, "sets": [{"reps": 1}]}, 404, None),
        ("POST", "/sets", {"exercise_position": 0, "exercise_id": BENCH, "sets": [{"reps": 1}]}, 422, ""),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": []}, 422, "/sets"),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": [{"reps": 1}] * 498}, 422, "/sets"),
        ("POST", "/finish", {"ended_at": "2026-03-29T01:00:00+01:00"}, 409, None),
    ],
)
async def test_an_invalid_edit_of_a_part_is_refused(
    ann: Person, logged: dict[str, Any], method: str, path: str, body: Any, status: int, pointer: str | None
) -> None:
    response = await ann.client.request(method, f"/api/v1/workouts/{logged['id']}{path}", json=body)

    assert response.status_code == status, response.text
    if pointer is not None:
        assert error_pointers(response) == [pointer]
    assert (await ann.get(f"/workouts/{logged['id']}")).json() == logged


_exercise = st.sampled_from([BENCH, SQUAT, PUSHUP])


_set = st.fixed_dictionaries(
    {"reps": st.integers(0, 30)},
    optional={"weight_kg": st.integers(0, 8_000_000).map(lambda steps: steps / 10_000), "duration_seconds": st.just(1)},
)


_sets = st.lists(_set, min_size=1, max_size=3)


_place = st.integers(0, 3)


_edit = st.one_of(
    st.tuples(st.just("POST"), st.just("/sets"), st.fixed_dictionaries({"exercise_id": _exercise, "sets": _sets})),
    st.tuples(st.just("POST"), st.just("/exercises"), st.fixed_dictionaries({"exercise_id": _exercise, "sets": _sets})),
    st.tuples(st.just("PATCH"), st.builds("/exercises/{}/sets/{}".format, _place, _place), _set),
    st.tuples(
        st.just("PATCH"), st.builds("/exercises/{}".format, _place), st.fixed_dictionaries({"exercise_id": _exercise})
    ),
    st.tuples(st.just("PATCH"), st.builds("/exercises/{}".format, _place), st.fixed_dictionaries({"position": _place})),
    st.tuples(st.just("DELETE"), st.builds("/exercises/{}/sets/{}".format, _place, _place), st.none()),
    st.tuples(st.just("DELETE"), st.builds("/exercises/{}".format, _place), st.none()),
    st.tuples(st.just("PATCH"), st.just(""), st.fixed_dictionaries({"title": st.sampled_from(["A", "B", None])})),
)


@given(edits=st.lists(_edit, min_size=3, max_size=12))
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_totals_equal_recomputed_ones_after_any_edits(
    ann: Person, connection: Connection, edits: list[tuple[str, str, Any]]
) -> None:
    workout = await ann.log(**WORKOUT)
    for method, path, body in edits:
        response = await ann.client.request(method, f"/api/v1/workouts/{workout['id']}{path}", json=body)
        assert response.status_code in {200, 201, 404}, response.text
        now = (await ann.get(f"/workouts/{workout['id']}")).json()
        if response.status_code != 404:
            assert response.json() == now
        assert counted(now) == recounted(now)
        for exercise in now["exercises"]:
            loads = [one["weight_kg"] for one in exercise["sets"] if one["weight_kg"] is not None and one["reps"] > 0]
            assert exercise["totals"]["best_set"]["weight_kg"] == max(loads, default=None)
    everything = await connection.fetchrow(
        "SELECT sum(set_count), sum(rep_count) FROM workout WHERE user_id = $1", ann.id
    )
    counted_anew = await connection.fetchrow(
        "SELECT count(*), coalesce(sum(reps), 0) FROM workout_set WHERE user_id = $1", ann.id
    )
    assert tuple(everything) == tuple(counted_anew)
