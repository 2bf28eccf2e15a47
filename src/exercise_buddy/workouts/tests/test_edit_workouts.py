"""Changing workouts: every way to do so, and what comes of it."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(catalogue_id("barbell-squat"))
PUSHUP = str(catalogue_id("pushups"))

EVIDENCE = {
    "counter": {"name": "pose", "version": "1"},
    "detected_reps": 3,
    "reps": [
        {"offset_ms": 0, "duration_ms": 900, "range_degrees": 80.1, "flags": ["fast"]},
        {"offset_ms": 2000, "rejected": True, "confidence": 0.3},
    ],
}
WORKOUT = {
    "title": "Push",
    "started_at": "2026-03-28T23:30:00+01:00",
    "ended_at": "2026-03-29T00:30:00+01:00",
    "time_zone": "Europe/Berlin",
    "notes": "Fine",
    "exercises": [
        {
            "exercise_id": BENCH,
            "superset": 1,
            "notes": "Slow",
            "targets": [{"reps": 5, "reps_to": 8, "weight_kg": 100}],
            "sets": [{"reps": 5, "weight_kg": 100, "rpe": 8.5}, {"kind": "failure", "reps": 3, "weight_kg": 102.0583}],
        },
        {"exercise_id": PUSHUP, "superset": 1, "sets": [{"reps": 2, "evidence": EVIDENCE, "rest_seconds": 60}]},
    ],
}


def without_times(workout: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in workout.items() if name != "updated_at"}


def recounted(workout: dict[str, Any]) -> dict[str, Any]:
    sets = [one for exercise in workout["exercises"] for one in exercise["sets"]]
    return {
        "exercises": len(workout["exercises"]),
        "sets": len(sets),
        "reps": sum(one["reps"] or 0 for one in sets),
        "volume_kg": pytest.approx(sum((one["reps"] or 0) * (one["weight_kg"] or 0) for one in sets), abs=1e-6),
    }


def counted(workout: dict[str, Any]) -> dict[str, Any]:
    return {name: workout["totals"][name] for name in ("exercises", "sets", "reps", "volume_kg")}


@pytest.fixture
async def logged(ann: Person) -> dict[str, Any]:
    return await ann.log(**WORKOUT)


# --- the whole ---------------------------------------------------------------------------------------------------


async def test_put_back_what_was_read_changes_nothing(ann: Person, logged: dict[str, Any]) -> None:
    before = await ann.get(f"/workouts/{logged['id']}")

    put = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT)

    assert put.status_code == 200
    assert put.json() == before.json()
    assert put.headers["etag"] == before.headers["etag"]


async def test_other_content_takes_the_place_of_all(ann: Person, logged: dict[str, Any]) -> None:
    content = {"started_at": "2026-03-30T10:00:00+02:00", "exercises": [{"exercise_id": SQUAT, "sets": [{"reps": 1}]}]}

    put = (await ann.put(f"/workouts/{logged['id']}", json=content)).json()

    assert (put["title"], put["notes"], put["ended_at"]) == ("Morning workout: quadriceps", None, None)
    assert (put["time_zone"], put["local_date"]) == ("Europe/Berlin", "2026-03-30")
    assert (put["id"], put["created_at"]) == (logged["id"], logged["created_at"])
    assert put["updated_at"] > logged["updated_at"]
    assert counted(put) == {"exercises": 1, "sets": 1, "reps": 1, "volume_kg": 0}
    # The first request, sent again, is still the same request.
    assert (await ann.get("/workouts")).json()["items"][0]["id"] == logged["id"]


async def test_a_retry_of_the_first_write_finds_it_changed(ann: Person) -> None:
    workout = WORKOUT | {"id": str(uuid4())}
    await ann.log(**workout)
    changed = await ann.patch(f"/workouts/{workout['id']}", json={"title": "Pull"})
    assert changed.status_code == 200

    again = await ann.post("/workouts", json=workout)

    assert (again.status_code, again.json()["title"]) == (200, "Pull")


async def test_a_source_can_be_put_right(ann: Person, logged: dict[str, Any]) -> None:
    put = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT | {"source": "camera"})
    kept = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT)

    assert put.json()["source"] == kept.json()["source"] == "camera"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"id": str(uuid4())}, "/id"),
        ({"exercises": [{"exercise_id": BENCH}, {"exercise_id": str(uuid4())}]}, "/exercises/1/exercise_id"),
        ({"ended_at": "2026-03-28T23:29:00+01:00"}, "/ended_at"),
        ({"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}] * 251}] * 2}, "/exercises"),
    ],
)
async def test_what_cannot_take_its_place(
    ann: Person, logged: dict[str, Any], content: dict[str, Any], pointer: str
) -> None:
    response = await ann.put(f"/workouts/{logged['id']}", json=WORKOUT | content)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert (await ann.get(f"/workouts/{logged['id']}")).json() == logged


# --- the head ----------------------------------------------------------------------------------------------------


async def test_a_title_goes_with_the_content_until_one_is_given(ann: Person) -> None:
    live = await ann.log(started_at="2026-03-28T09:00:00+01:00", time_zone="Europe/Berlin")
    url = f"/workouts/{live['id']}"
    assert live["title"] == "Morning workout"
    one = (await ann.post(f"{url}/sets", json={"exercise_id": SQUAT, "sets": [{"reps": 5}]})).json()
    assert one["title"] == "Morning workout: quadriceps"
    assert (await ann.patch(url, json={"started_at": "2026-03-28T18:00:00+01:00"})).json()["title"] == (
        "Evening workout: quadriceps"
    )
    assert (await ann.patch(url, json={"title": "Legs"})).json()["title"] == "Legs"
    two = (await ann.post(f"{url}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 5}]})).json()
    assert two["title"] == "Legs"
    assert (await ann.patch(url, json={"title": None})).json()["title"] == "Evening workout: quadriceps, chest"


async def test_the_day_follows_the_start_and_the_zone_and_records_follow_both(
    ann: Person, logged: dict[str, Any]
) -> None:
    url = f"/workouts/{logged['id']}"
    assert logged["local_date"] == "2026-03-28"

    # 23:30 in Berlin is the next day in Kiritimati, and still the same in Pago Pago.
    moved = (await ann.patch(url, json={"time_zone": "Pacific/Kiritimati"})).json()
    assert moved["local_date"] == "2026-03-29"
    records = (await ann.get("/statistics/records", params={"exercise": BENCH})).json()["items"][0]["records"]
    assert {record["date"] for record in records} == {"2026-03-29"}
    west = (await ann.patch(url, json={"time_zone": "Pacific/Pago_Pago"})).json()
    assert west["local_date"] == "2026-03-28"
    # 02:30 does not exist in Berlin that day, but the moment does: 03:30.
    later = await ann.patch(
        url, json={"started_at": "2026-03-29T01:30:00Z", "time_zone": "Europe/Berlin", "ended_at": None}
    )
    assert (later.json()["local_date"], later.json()["totals"]["duration_seconds"]) == ("2026-03-29", None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"started_at": None}, "/started_at"),
        ({"started_at": "2026-03-29T10:00:00+02:00"}, "/ended_at"),
        ({"time_zone": "Europe/Nowhere"}, "/time_zone"),
        ({"exercise_order": [0]}, "/exercise_order"),
        ({"exercise_order": [0, 0]}, "/exercise_order"),
        ({"exercise_order": [0, 1, 2]}, "/exercise_order"),
        ({"exercises": []}, "/exercises"),
        ({"id": str(uuid4())}, "/id"),
    ],
)
async def test_a_head_that_cannot_be(ann: Person, logged: dict[str, Any], change: Any, pointer: str) -> None:
    response = await ann.patch(f"/workouts/{logged['id']}", json=change)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


async def test_nothing_to_change_writes_nothing(ann: Person, logged: dict[str, Any]) -> None:
    feed = (await ann.get("/workouts/changes")).json()["next_cursor"]
    assert (await ann.patch(f"/workouts/{logged['id']}", json={})).json() == logged
    assert (await ann.patch(f"/workouts/{logged['id']}", json={"title": "Push"})).json() == logged
    assert (await ann.get("/workouts/changes", params={"since": feed})).json()["items"] == []


# --- exercises and sets ------------------------------------------------------------------------------------------


async def test_exercises_are_added_changed_moved_and_taken_out(ann: Person, logged: dict[str, Any]) -> None:
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


async def test_sets_are_appended_changed_moved_and_taken_out(ann: Person, logged: dict[str, Any]) -> None:
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
async def test_a_part_that_cannot_be(
    ann: Person, logged: dict[str, Any], method: str, path: str, body: Any, status: int, pointer: str | None
) -> None:
    response = await ann.client.request(method, f"/api/v1/workouts/{logged['id']}{path}", json=body)

    assert response.status_code == status, response.text
    if pointer is not None:
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert (await ann.get(f"/workouts/{logged['id']}")).json() == logged


async def test_a_live_workout_is_finished_once(ann: Person) -> None:
    live = await ann.log(started_at="2026-03-28T09:00:00+01:00", time_zone="Europe/Berlin")
    url = f"/workouts/{live['id']}/finish"
    early = await ann.post(url, json={"ended_at": "2026-03-28T08:59:00+01:00"})
    assert [error["pointer"] for error in early.json()["errors"]] == ["/ended_at"]

    ended = await ann.post(url, json={"ended_at": "2026-03-28T10:00:00+01:00"})

    assert ended.json()["totals"]["duration_seconds"] == 3600
    assert (await ann.post(url, json={"ended_at": "2026-03-28T09:00:00Z"})).json() == ended.json()
    assert (await ann.post(url)).json() == ended.json()
    assert (await ann.post(url, json={"ended_at": "2026-03-28T10:01:00+01:00"})).status_code == 409


async def test_a_workout_of_over_a_month_cannot_end_now(ann: Person) -> None:
    live = await ann.log(started_at="2020-03-28T09:00:00+01:00")
    response = await ann.post(f"/workouts/{live['id']}/finish")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/ended_at"


# --- more than one writer ----------------------------------------------------------------------------------------


async def test_only_the_version_that_is_meant_is_changed(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}"
    stale = {"If-Match": (await ann.get(url)).headers["etag"]}
    fresh = {"If-Match": (await ann.patch(url, json={"title": "Pull"}, headers=stale)).headers["etag"]}
    for method, path, body in (
        ("PUT", "", WORKOUT),
        ("PATCH", "", {"title": "Legs"}),
        ("PATCH", "/exercises/0", {"notes": "x"}),
        ("DELETE", "/exercises/0", None),
        ("PATCH", "/exercises/0/sets/0", {"reps": 1}),
        ("DELETE", "/exercises/0/sets/0", None),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        ("POST", "/exercises", {"exercise_id": BENCH}),
        ("POST", "/finish", None),
    ):
        refused = await ann.client.request(method, f"/api/v1{url}{path}", json=body, headers=stale)
        assert refused.status_code == 412, (method, path)
    assert (await ann.patch(url, json={"title": "Legs"}, headers=fresh)).status_code == 200


async def test_sets_that_are_appended_at_once_are_all_there(ann: Person, logged: dict[str, Any]) -> None:
    url = f"/workouts/{logged['id']}/sets"
    answers = await asyncio.gather(
        *(ann.post(url, json={"exercise_id": SQUAT, "sets": [{"reps": reps}]}) for reps in range(1, 9))
    )
    assert {answer.status_code for answer in answers} == {201}
    now = (await ann.get(f"/workouts/{logged['id']}")).json()
    assert sorted(one["reps"] for one in now["exercises"][2]["sets"]) == list(range(1, 9))


async def test_somebody_elses_workout_is_not_there(bob: Person, logged: dict[str, Any]) -> None:
    url = f"/api/v1/workouts/{logged['id']}"
    for method, path, body in (
        ("PUT", "", WORKOUT),
        ("PATCH", "", {"title": "Mine"}),
        ("POST", "/finish", None),
        ("POST", "/sets", {"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        ("POST", "/exercises", {"exercise_id": BENCH}),
        ("PATCH", "/exercises/0", {"notes": "x"}),
        ("DELETE", "/exercises/0", None),
        ("PATCH", "/exercises/0/sets/0", {"reps": 1}),
        ("DELETE", "/exercises/0/sets/0", None),
    ):
        assert (await bob.client.request(method, url + path, json=body)).status_code == 404


# --- any sequence of edits ---------------------------------------------------------------------------------------

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
async def test_totals_always_equal_a_recount(
    ann: Person, connection: asyncpg.Connection, edits: list[tuple[str, str, Any]]
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
