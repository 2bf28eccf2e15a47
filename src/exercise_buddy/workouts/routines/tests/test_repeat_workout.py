"""Repeating a workout, and creating a routine from one."""

from typing import Any
from uuid import uuid4

from tests.factories import BENCH, CHOSEN_ID, PUSHUP, SQUAT
from tests.support import Connection, Person

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
    ("reps", "reps_to", "weight_kg", "assistance_kg", "duration_seconds", "distance_meters", "rpe", "rest_seconds")
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


async def test_a_repeat_plans_the_results(ann: Person) -> None:
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


async def test_the_last_finished_workout_is_repeated_by_default(ann: Person, bob: Person) -> None:
    await ann.log(**DONE | {"title": "Before", "started_at": "2026-04-30T10:00:00Z"})
    await ann.log(**DONE)
    await ann.log(**DONE | {"title": "Goes on", "started_at": "2026-05-02T10:00:00Z", "ended_at": None})
    await bob.log(**DONE | {"title": "Bob's", "started_at": "2026-05-03T10:00:00Z", "ended_at": "2026-05-03T11:00:00Z"})

    response = await ann.post("/workouts/repeat")

    assert (response.status_code, response.json()["title"]) == (201, "Push")


async def test_a_derived_title_is_derived_again(ann: Person) -> None:
    done = await ann.log(**{name: value for name, value in DONE.items() if name != "title"})
    given = {"workout_id": done["id"], "started_at": "2026-05-02T19:00:00Z", "time_zone": "Europe/Berlin"}

    started = (await ann.post("/workouts/repeat", json=given)).json()

    assert done["title"].startswith("Midday workout: ")
    assert started["title"].startswith("Evening workout: ")


async def test_repeating_the_request_returns_the_same_workout(ann: Person, connection: Connection) -> None:
    await ann.log(**DONE)
    first = await ann.post("/workouts/repeat", json={"id": CHOSEN_ID})
    # Now another one is the last that has ended.
    await ann.post(f"/workouts/{CHOSEN_ID}/finish")
    finished = await ann.get(f"/workouts/{CHOSEN_ID}")

    again = await ann.post("/workouts/repeat", json={"id": CHOSEN_ID})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == finished.content
    assert await connection.fetchval("SELECT count(*) FROM workout") == 2


async def test_nothing_to_repeat_is_not_found(ann: Person, bob: Person) -> None:
    bobs = await bob.log(**DONE)

    for given in ({}, {"workout_id": bobs["id"]}, {"workout_id": str(uuid4())}):
        assert (await ann.post("/workouts/repeat", json=given)).status_code == 404
        assert (await ann.post("/routines/from-workout", json={"workout_id": bobs["id"]})).status_code == 404


async def test_at_most_a_hundred_sets_are_planned(ann: Person) -> None:
    sets = [{"reps": n} for n in range(1, 121)]
    done = await ann.log(**DONE | {"exercises": [{"exercise_id": PUSHUP, "sets": sets}]})

    made = (await ann.post("/routines/from-workout", json={"workout_id": done["id"]})).json()
    started = (await ann.post("/workouts/repeat")).json()

    for shown in (made, started):
        assert [one["reps"] for one in shown["exercises"][0]["targets"]] == list(range(1, 101))
    # It can be changed like any other workout.
    assert (await ann.patch(f"/workouts/{started['id']}", json={"title": "Many"})).status_code == 200


async def test_a_routine_is_created_from_a_workout(ann: Person) -> None:
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


async def test_repeating_the_request_returns_the_same_routine(ann: Person) -> None:
    done = await ann.log(**DONE)
    given = {"workout_id": done["id"], "id": CHOSEN_ID}
    first = await ann.post("/routines/from-workout", json=given)
    await ann.delete(f"/workouts/{done['id']}")

    again = await ann.post("/routines/from-workout", json=given)
    other = await ann.post("/routines/from-workout", json=given | {"name": "Other"})

    assert [one.status_code for one in (first, again, other)] == [201, 200, 409]
    assert again.content == first.content
