"""Starting workouts from routines and from other workouts, and routines of workouts."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person, read_revision

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(catalogue_id("barbell-squat"))
PUSHUP = str(catalogue_id("pushups"))
ID = "019a0000-0000-7000-8000-000000000001"
OTHER_ID = "019a0000-0000-7000-8000-000000000002"
LINEAR = {"kind": "linear", "increment_kg": 2.5}
FIVES = [{"reps": 5, "weight_kg": 60}] * 3


def planned(exercise_id: str = BENCH, **changes: Any) -> dict[str, Any]:
    return {"exercise_id": exercise_id, "targets": FIVES, "progression": LINEAR} | changes


async def make(person: Person, *exercises: dict[str, Any], **changes: Any) -> str:
    response = await person.post("/routines", json={"name": "Push", "exercises": list(exercises)} | changes)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def start(person: Person, routine_id: str, **given: Any) -> dict[str, Any]:
    response = await person.post(f"/routines/{routine_id}/start", json=given)
    assert response.status_code == 201, response.text
    started: dict[str, Any] = response.json()
    return started


async def do(person: Person, routine_id: str, *exercises: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    """Start a routine, do sets of its exercises in their order, and finish it."""
    started = await start(person, routine_id, **given)
    for position, sets in enumerate(exercises):
        if sets:
            done = await person.post(
                f"/workouts/{started['id']}/sets", json={"exercise_position": position, "sets": sets}
            )
            assert done.status_code == 201, done.text
    finished = await person.post(f"/workouts/{started['id']}/finish", json={})
    assert finished.status_code == 200, finished.text
    whole: dict[str, Any] = finished.json()
    return whole


async def following(person: Person, routine_id: str) -> list[dict[str, Any]]:
    response = await person.get(f"/routines/{routine_id}/next")
    assert response.status_code == 200, response.text
    exercises: list[dict[str, Any]] = response.json()["exercises"]
    return exercises


def weights(exercise: dict[str, Any]) -> list[float | None]:
    return [target["weight_kg"] for target in exercise["targets"]]


def fives(weight_kg: float, *, last: int = 5) -> list[dict[str, Any]]:
    return [{"reps": reps, "weight_kg": weight_kg} for reps in (5, 5, last)]


# --- starting ----------------------------------------------------------------------------------------------------


async def test_a_start_is_a_workout_that_goes_on_with_the_planned_sets(ann: Person) -> None:
    exercises = [planned(superset=1, notes="Slowly."), planned(SQUAT, targets=[], progression=None)]
    routine_id = await make(ann, *exercises)
    before = datetime.now(UTC)

    response = await ann.post(f"/routines/{routine_id}/start")

    assert response.status_code == 201
    started = response.json()
    assert response.headers["location"] == f"/api/v1/workouts/{started['id']}"
    assert (await ann.get(f"/workouts/{started['id']}")).content == response.content
    assert (started["title"], started["routine_id"], started["ended_at"]) == ("Push", routine_id, None)
    assert before <= datetime.fromisoformat(started["started_at"]) <= datetime.now(UTC)
    assert started["time_zone"] == "Europe/Berlin"
    bench, squat = started["exercises"]
    assert (bench["exercise"]["id"], bench["superset"], bench["notes"]) == (BENCH, 1, "Slowly.")
    assert [(one["kind"], one["reps"], one["weight_kg"]) for one in bench["targets"]] == [("normal", 5, 60)] * 3
    assert (bench["sets"], squat["targets"], squat["sets"]) == ([], [], [])
    assert started["totals"]["sets"] == 0


async def test_when_and_where_it_starts_can_be_said(ann: Person) -> None:
    routine_id = await make(ann, planned())

    started = await start(ann, routine_id, started_at="2026-03-28T23:30:00Z", time_zone="Asia/Tokyo")

    assert started["started_at"] == "2026-03-28T23:30:00+00:00"
    assert (started["time_zone"], started["local_date"]) == ("Asia/Tokyo", "2026-03-29")


async def test_the_same_start_again_is_answered_alike(ann: Person, connection: asyncpg.Connection) -> None:
    routine_id = await make(ann, planned())
    path = f"/routines/{routine_id}/start"
    first = await ann.post(path, json={"id": ID})
    again = await ann.post(path, json={"id": ID})
    written = await read_revision(connection, ann)
    await ann.post(f"/workouts/{ID}/sets", json={"exercise_position": 0, "sets": fives(60)})
    await ann.post(f"/workouts/{ID}/finish")
    await ann.delete(f"/routines/{routine_id}")

    later = await ann.post(path, json={"id": ID})

    assert [one.status_code for one in (first, again, later)] == [201, 200, 200]
    assert again.content == first.content
    assert written == 2
    assert later.content == (await ann.get(f"/workouts/{ID}")).content
    assert later.json()["routine_id"] == routine_id


async def test_another_start_with_the_same_id_is_a_conflict(ann: Person) -> None:
    routine_id, other_id = await make(ann, planned()), await make(ann, planned())
    logged = await ann.log(id=OTHER_ID, started_at="2026-05-01T10:00:00Z")
    await start(ann, routine_id, id=ID)

    answers = [
        await ann.post(f"/routines/{other_id}/start", json={"id": ID}),
        await ann.post(f"/routines/{routine_id}/start", json={"id": ID, "started_at": "2026-05-01T10:00:00Z"}),
        await ann.post(f"/routines/{routine_id}/start", json={"id": logged["id"]}),
        await ann.post("/workouts/repeat", json={"id": ID, "workout_id": logged["id"]}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert {answer.json()["type"] for answer in answers} == {"/problems/workout-id-taken"}


async def test_a_deleted_start_does_not_come_back(ann: Person, connection: asyncpg.Connection) -> None:
    routine_id = await make(ann, planned())
    await start(ann, routine_id, id=ID)
    await ann.delete(f"/workouts/{ID}")
    written = await read_revision(connection, ann)

    again = await ann.post(f"/routines/{routine_id}/start", json={"id": ID})

    assert again.status_code == 409
    assert again.json()["type"] == "/problems/workout-deleted"
    assert await read_revision(connection, ann) == written


async def test_twenty_starts_at_once_with_one_id_are_one(ann: Person, connection: asyncpg.Connection) -> None:
    path = f"/routines/{await make(ann, planned())}/start"

    answers = await asyncio.gather(*(ann.post(path, json={"id": ID}) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await connection.fetchval("SELECT count(*) FROM workout") == 1


# --- growing -----------------------------------------------------------------------------------------------------


async def test_with_a_key_everything_that_is_made_is_made_once(ann: Person) -> None:
    routine_id = await make(ann, planned())
    done = await do(ann, routine_id, fives(60))
    for path, body in (
        (f"/routines/{routine_id}/start", None),
        ("/workouts/repeat", {"workout_id": done["id"]}),
        ("/routines", {"name": "Legs", "exercises": [planned(SQUAT)]}),
        ("/routines/from-workout", {"workout_id": done["id"]}),
    ):
        options: dict[str, Any] = {"headers": {"Idempotency-Key": str(uuid4())}}

        answers = await asyncio.gather(*(ann.post(path, json=body, **options) for _ in range(4)))

        assert {answer.status_code for answer in answers} == {201}, path
        assert len({answer.json()["id"] for answer in answers}) == 1, path
        assert (await ann.post(path, json={"id": ID}, **options)).status_code == 422, path


async def test_what_comes_next_grows_with_what_was_done(ann: Person) -> None:
    routine_id = await make(
        ann,
        planned(),
        planned(
            SQUAT,
            targets=[{"reps": 8, "reps_to": 10, "weight_kg": 80}],
            progression={"kind": "double", "increment_kg": 5},
        ),
        planned(PUSHUP, targets=[{"reps": 20}], progression={"kind": "reps", "step": 2}),
        planned(targets=[{"reps": 12, "weight_kg": 40}], progression=None),
    )
    first = await following(ann, routine_id)
    done = await do(ann, routine_id, fives(60), [{"reps": 8, "weight_kg": 80}], [{"reps": 20}], [])

    bench, squat, pushup, again = second = await following(ann, routine_id)

    assert [one["reason"] for one in first] == ["first_time"] * 3 + ["as_planned"]
    assert [one["last"] for one in first] == [None] * 4
    assert [one["reason"] for one in second] == ["weight_up", "reps_up", "reps_up", "as_planned"]
    assert weights(bench) == [62.5] * 3
    assert [(one["reps"], one["reps_to"], one["weight_kg"]) for one in squat["targets"]] == [(9, 10, 80)]
    assert [one["reps"] for one in pushup["targets"]] == [22]
    assert weights(again) == [40]
    assert bench["last"]["workout_id"] == done["id"]
    assert bench["last"]["started_at"] == done["started_at"]
    assert [(one["reps"], one["weight_kg"]) for one in bench["last"]["sets"]] == [(5, 60)] * 3
    started = await start(ann, routine_id)
    assert [one["targets"] for one in started["exercises"]] == [one["targets"] for one in second]


async def test_the_finished_workout_shows_planned_beside_done(ann: Person) -> None:
    routine_id = await make(ann, planned())

    (bench,) = (await do(ann, routine_id, fives(60, last=4)))["exercises"]

    assert [one["reps"] for one in bench["targets"]] == [5, 5, 5]
    assert [one["reps"] for one in bench["sets"]] == [5, 5, 4]


async def test_three_misses_in_a_row_are_a_deload_and_it_goes_up_from_there(ann: Person) -> None:
    routine_id = await make(ann, planned())
    seen = []
    for short in (True, True, True, False, False):
        (bench,) = await following(ann, routine_id)
        weight = bench["targets"][0]["weight_kg"]
        seen.append((bench["reason"], bench["misses"], weight))
        await do(ann, routine_id, fives(weight, last=4 if short else 5))

    assert seen == [
        ("first_time", 0, 60),
        ("repeat", 1, 60),
        ("repeat", 2, 60),
        ("deload", 3, 52.5),
        ("weight_up", 0, 55),
    ]


async def test_what_goes_on_and_what_was_skipped_does_not_count(ann: Person) -> None:
    routine_id = await make(ann, planned(), planned(SQUAT))
    await do(ann, routine_id, fives(60), fives(60))
    skipped = await do(ann, routine_id, fives(62.5), [])
    live = await start(ann, routine_id)
    await ann.post(f"/workouts/{live['id']}/sets", json={"exercise_position": 0, "sets": fives(100)})

    bench, squat = await following(ann, routine_id)

    assert (weights(bench), weights(squat)) == ([65] * 3, [62.5] * 3)
    assert bench["last"]["workout_id"] == skipped["id"]


async def test_an_edit_and_a_deletion_of_what_was_done_count(ann: Person) -> None:
    routine_id = await make(ann, planned())
    first = await do(ann, routine_id, fives(60))
    second = await do(ann, routine_id, fives(62.5))
    await ann.patch(f"/workouts/{second['id']}/exercises/0/sets/2", json={"reps": 3})
    (missed,) = await following(ann, routine_id)
    await ann.delete(f"/workouts/{second['id']}")
    (deleted,) = await following(ann, routine_id)
    await ann.delete(f"/workouts/{first['id']}")
    (nothing,) = await following(ann, routine_id)

    assert (missed["reason"], weights(missed)) == ("repeat", [62.5] * 3)
    assert (deleted["reason"], weights(deleted)) == ("weight_up", [62.5] * 3)
    assert (nothing["reason"], weights(nothing)) == ("first_time", [60] * 3)


async def test_the_latest_is_the_one_that_started_last(ann: Person) -> None:
    routine_id = await make(ann, planned())
    now = datetime.now(UTC)
    await do(ann, routine_id, fives(80), started_at=now.isoformat())
    await do(ann, routine_id, fives(60), started_at=(now - timedelta(days=3)).isoformat())

    (bench,) = await following(ann, routine_id)

    assert weights(bench) == [82.5] * 3


async def test_other_workouts_count_only_where_no_weight_is_planned(ann: Person) -> None:
    elsewhere = await ann.log(
        started_at="2026-05-01T10:00:00Z",
        ended_at="2026-05-01T11:00:00Z",
        exercises=[{"exercise_id": BENCH, "sets": fives(100)}],
    )
    open_id = await make(ann, planned(targets=[{"reps": 5}] * 3))
    stated_id = await make(ann, planned())

    (unstated,), (stated,) = await following(ann, open_id), await following(ann, stated_id)

    assert (unstated["reason"], weights(unstated)) == ("weight_up", [102.5] * 3)
    assert (stated["reason"], weights(stated)) == ("first_time", [60] * 3)
    assert unstated["last"]["workout_id"] == stated["last"]["workout_id"] == elsewhere["id"]


async def test_two_routines_do_not_disturb_each_other(ann: Person, bob: Person) -> None:
    heavy, light = await make(ann, planned()), await make(ann, planned(targets=[{"reps": 12, "weight_kg": 40}]))
    bobs = await make(bob, planned(), id=heavy)
    await do(ann, heavy, fives(60))
    await do(ann, light, [{"reps": 12, "weight_kg": 40}])
    await do(bob, bobs, fives(200))

    assert weights((await following(ann, heavy))[0]) == [62.5] * 3
    assert weights((await following(ann, light))[0]) == [42.5]


async def test_an_exercise_that_occurs_twice_is_two(ann: Person) -> None:
    routine_id = await make(
        ann, planned(), planned(SQUAT), planned(targets=[{"reps": 12, "weight_kg": 40}], progression=LINEAR)
    )
    await do(ann, routine_id, fives(60, last=2), fives(60), [{"reps": 12, "weight_kg": 40}])

    top, _, back_off = await following(ann, routine_id)

    assert (weights(top), weights(back_off)) == ([60] * 3, [42.5])


async def test_another_weight_in_the_plan_is_a_new_start(ann: Person) -> None:
    routine_id = await make(ann, planned())
    await do(ann, routine_id, fives(60))
    await ann.patch(f"/routines/{routine_id}", json={"name": "Pull", "exercises": [planned(targets=FIVES[:2])]})
    (fewer,) = await following(ann, routine_id)
    await ann.patch(f"/routines/{routine_id}", json={"exercises": [planned(targets=[{"reps": 5, "weight_kg": 50}])]})
    (lighter,) = await following(ann, routine_id)
    await do(ann, routine_id, [{"reps": 5, "weight_kg": 50}])
    (grown,) = await following(ann, routine_id)

    assert (fewer["reason"], weights(fewer)) == ("weight_up", [62.5] * 2)
    assert (lighter["reason"], weights(lighter)) == ("first_time", [50])
    assert (grown["reason"], weights(grown)) == ("weight_up", [52.5])


async def test_a_progression_that_is_added_begins_with_the_plan(ann: Person) -> None:
    routine_id = await make(ann, planned(progression=None))
    await do(ann, routine_id, fives(100))
    await ann.patch(f"/routines/{routine_id}", json={"exercises": [planned()]})

    (bench,) = await following(ann, routine_id)

    assert (bench["reason"], weights(bench)) == ("first_time", [60] * 3)


async def test_where_the_weight_assists_it_goes_down(ann: Person, connection: asyncpg.Connection) -> None:
    await connection.execute("UPDATE catalogue_exercise SET assisted = true WHERE id = $1", UUID(BENCH))
    routine_id = await make(ann, planned())
    await do(ann, routine_id, fives(60))

    assert weights((await following(ann, routine_id))[0]) == [57.5] * 3


async def test_unchanged_is_304(ann: Person) -> None:
    path = f"/routines/{await make(ann, planned())}/next"
    first = await ann.get(path)

    again = await ann.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code == 304


# --- repeating ---------------------------------------------------------------------------------------------------

DONE: dict[str, Any] = {
    "title": "Push",
    "started_at": "2026-05-01T10:00:00Z",
    "ended_at": "2026-05-01T11:00:00Z",
    "notes": "Tired.",
    "exercises": [
        {
            "exercise_id": BENCH,
            "superset": 2,
            "notes": "Narrow.",
            "targets": [{"reps": 5, "weight_kg": 95}],
            "sets": [
                {"kind": "warm_up", "reps": 10, "weight_kg": 40, "rest_seconds": 60},
                {"kind": "failure", "reps": 4, "weight_kg": 100, "rpe": 10},
                {"reps": 0, "weight_kg": 110},
            ],
        },
        {"exercise_id": PUSHUP, "targets": [{"reps": 30}]},
        {"exercise_id": SQUAT, "sets": [{"duration_seconds": 30.5, "distance_meters": 10}]},
    ],
}
NOTHING: dict[str, Any] = dict.fromkeys(
    ("reps", "reps_to", "weight_kg", "duration_seconds", "distance_meters", "rpe", "rest_seconds")
)
AGAIN = [
    [
        NOTHING | {"kind": "warm_up", "reps": 10, "weight_kg": 40, "rest_seconds": 60},
        NOTHING | {"kind": "failure", "reps": 4, "weight_kg": 100, "rpe": 10},
        NOTHING | {"kind": "normal", "weight_kg": 110},
    ],
    [NOTHING | {"kind": "normal", "reps": 30}],
    [NOTHING | {"kind": "normal", "duration_seconds": 30.5, "distance_meters": 10}],
]


async def test_a_repeat_plans_what_was_done(ann: Person) -> None:
    done = await ann.log(**DONE)

    response = await ann.post("/workouts/repeat", json={"workout_id": done["id"]})

    assert response.status_code == 201
    started = response.json()
    assert response.headers["location"] == f"/api/v1/workouts/{started['id']}"
    assert (started["title"], started["notes"], started["ended_at"]) == ("Push", None, None)
    assert started["id"] != done["id"]
    assert [one["targets"] for one in started["exercises"]] == AGAIN
    assert [(one["superset"], one["notes"], one["sets"]) for one in started["exercises"]] == [
        (2, None, []),
        (None, None, []),
        (None, None, []),
    ]


async def test_the_last_one_is_repeated_by_default(ann: Person, bob: Person) -> None:
    await ann.log(**DONE | {"title": "Before", "started_at": "2026-04-30T10:00:00Z"})
    await ann.log(**DONE)
    await ann.log(**DONE | {"title": "Goes on", "started_at": "2026-05-02T10:00:00Z", "ended_at": None})
    await bob.log(**DONE | {"title": "Bob's", "started_at": "2026-05-03T10:00:00Z", "ended_at": "2026-05-03T11:00:00Z"})

    response = await ann.post("/workouts/repeat")

    assert (response.status_code, response.json()["title"]) == (201, "Push")


async def test_a_proposed_title_is_proposed_anew(ann: Person) -> None:
    done = await ann.log(**{name: value for name, value in DONE.items() if name != "title"})
    given = {"workout_id": done["id"], "started_at": "2026-05-02T19:00:00Z", "time_zone": "Europe/Berlin"}

    started = (await ann.post("/workouts/repeat", json=given)).json()

    assert done["title"].startswith("Midday workout: ")
    assert started["title"].startswith("Evening workout: ")


async def test_the_same_repeat_again_is_answered_alike(ann: Person, connection: asyncpg.Connection) -> None:
    await ann.log(**DONE)
    first = await ann.post("/workouts/repeat", json={"id": ID})
    # Now another one is the last that has ended.
    await ann.post(f"/workouts/{ID}/finish")
    finished = await ann.get(f"/workouts/{ID}")

    again = await ann.post("/workouts/repeat", json={"id": ID})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == finished.content
    assert await connection.fetchval("SELECT count(*) FROM workout") == 2


async def test_there_may_be_nothing_to_repeat(ann: Person, bob: Person) -> None:
    bobs = await bob.log(**DONE)

    for given in ({}, {"workout_id": bobs["id"]}, {"workout_id": str(uuid4())}):
        assert (await ann.post("/workouts/repeat", json=given)).status_code == 404
        assert (await ann.post("/routines/from-workout", json={"workout_id": bobs["id"]})).status_code == 404


# --- routines of workouts ----------------------------------------------------------------------------------------


async def test_a_workout_becomes_a_routine(ann: Person) -> None:
    done = await ann.log(**DONE)

    response = await ann.post("/routines/from-workout", json={"workout_id": done["id"]})
    named = await ann.post("/routines/from-workout", json={"workout_id": done["id"], "name": "Chest"})

    assert response.status_code == 201
    made = response.json()
    assert response.headers["location"] == f"/api/v1/routines/{made['id']}"
    assert (await ann.get(f"/routines/{made['id']}")).content == response.content
    assert (made["name"], made["notes"], named.json()["name"]) == ("Push", "Tired.", "Chest")
    assert [one["targets"] for one in made["exercises"]] == AGAIN
    assert [(one["superset"], one["notes"], one["progression"]) for one in made["exercises"]] == [
        (2, "Narrow.", None),
        (None, None, None),
        (None, None, None),
    ]


async def test_the_same_again_is_the_same_routine(ann: Person) -> None:
    done = await ann.log(**DONE)
    given = {"workout_id": done["id"], "id": ID}
    first = await ann.post("/routines/from-workout", json=given)
    await ann.delete(f"/workouts/{done['id']}")

    again = await ann.post("/routines/from-workout", json=given)
    other = await ann.post("/routines/from-workout", json=given | {"name": "Other"})

    assert [one.status_code for one in (first, again, other)] == [201, 200, 409]
    assert again.content == first.content


async def test_of_very_many_sets_the_first_hundred_are_planned(ann: Person) -> None:
    sets = [{"reps": n} for n in range(1, 121)]
    done = await ann.log(**DONE | {"exercises": [{"exercise_id": PUSHUP, "sets": sets}]})

    made = (await ann.post("/routines/from-workout", json={"workout_id": done["id"]})).json()
    started = (await ann.post("/workouts/repeat")).json()

    for shown in (made, started):
        assert [one["reps"] for one in shown["exercises"][0]["targets"]] == list(range(1, 101))
    # It can be changed like any other workout.
    assert (await ann.patch(f"/workouts/{started['id']}", json={"title": "Many"})).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"started_at": "yesterday"}, "/started_at"),
        ({"started_at": "2126-01-01T00:00:00Z"}, "/started_at"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"id": "x"}, "/id"),
        ({"ended_at": "2026-05-01T11:00:00Z"}, "/ended_at"),
    ],
)
async def test_nonsense_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    routine_id = await make(ann, planned())

    for path in (f"/routines/{routine_id}/start", "/workouts/repeat"):
        response = await ann.post(path, json=change)
        assert response.status_code == 422
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
