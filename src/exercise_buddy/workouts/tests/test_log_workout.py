import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person, RunningApp, read_revision

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(catalogue_id("barbell-squat"))
PUSHUP = str(catalogue_id("pushups"))
PLANK = str(catalogue_id("plank"))

START = "2026-03-28T18:30:00+01:00"


def workout(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Push",
        "started_at": START,
        "ended_at": "2026-03-28T19:30:00+01:00",
        "time_zone": "Europe/Berlin",
        "exercises": [{"exercise_id": BENCH, "sets": [{"reps": 5, "weight_kg": 100}]}],
    } | changes


def one_set(**values: Any) -> dict[str, Any]:
    return workout(exercises=[{"exercise_id": BENCH, "sets": [values]}])


WHOLE = workout(
    notes="Felt strong.\nSecond line.",
    source="camera",
    exercises=[
        {
            "exercise_id": BENCH,
            "superset": 1,
            "notes": "Narrow grip",
            "sets": [
                {"kind": "warm_up", "reps": 12, "weight_kg": 40, "rest_seconds": 60},
                {"kind": "normal", "reps": 5, "weight_kg": 100, "rpe": 8.5, "rest_seconds": 120},
                {"kind": "failure", "reps": 0, "weight_kg": 105},
            ],
        },
        {
            "exercise_id": PUSHUP,
            "superset": 1,
            "sets": [
                {
                    "reps": 3,
                    "evidence": {
                        "counter": {"name": "pose-counter", "version": "2.1"},
                        "detected_reps": 4,
                        "reps": [
                            {
                                "offset_ms": 0,
                                "duration_ms": 1500,
                                "eccentric_ms": 800,
                                "concentric_ms": 700,
                                "range_degrees": 87.3,
                                "confidence": 0.97,
                            },
                            {"offset_ms": 1600, "flags": ["partial", "too_fast"], "rejected": True},
                            {"offset_ms": 3100, "duration_ms": 1400},
                        ],
                    },
                }
            ],
        },
        {"exercise_id": PLANK, "sets": [{"duration_seconds": 62.5}]},
        {"exercise_id": SQUAT, "sets": []},
    ],
)


async def test_comes_back_whole(ann: Person) -> None:
    logged = await ann.log(**WHOLE)

    read = (await ann.get(f"/workouts/{logged['id']}")).json()
    assert read == logged
    assert read["title"] == "Push"
    assert read["notes"] == "Felt strong.\nSecond line."
    assert read["source"] == "camera"
    assert read["started_at"] == "2026-03-28T17:30:00+00:00"
    assert read["local_date"] == "2026-03-28"
    bench, pushup, plank, squat = read["exercises"]
    assert [e["exercise"]["id"] for e in read["exercises"]] == [BENCH, PUSHUP, PLANK, SQUAT]
    assert bench["exercise"]["name"] == "Barbell Bench Press - Medium Grip"
    assert (bench["superset"], bench["notes"]) == (1, "Narrow grip")
    assert [s["kind"] for s in bench["sets"]] == ["warm_up", "normal", "failure"]
    assert (bench["sets"][1]["rpe"], bench["sets"][0]["rest_seconds"]) == (8.5, 60)
    assert plank["sets"][0]["duration_seconds"] == 62.5
    assert squat["sets"] == []
    evidence = pushup["sets"][0]["evidence"]
    assert evidence["counter"] == {"name": "pose-counter", "version": "2.1"}
    assert evidence["detected_reps"] == 4
    assert evidence["reps"] == [
        {
            "offset_ms": 0,
            "duration_ms": 1500,
            "eccentric_ms": 800,
            "concentric_ms": 700,
            "range_degrees": 87.3,
            "range_mm": None,
            "mean_velocity_mps": None,
            "confidence": 0.97,
            "flags": [],
            "rejected": False,
        },
        {
            "offset_ms": 1600,
            "duration_ms": None,
            "eccentric_ms": None,
            "concentric_ms": None,
            "range_degrees": None,
            "range_mm": None,
            "mean_velocity_mps": None,
            "confidence": None,
            "flags": ["partial", "too_fast"],
            "rejected": True,
        },
        {
            "offset_ms": 3100,
            "duration_ms": 1400,
            "eccentric_ms": None,
            "concentric_ms": None,
            "range_degrees": None,
            "range_mm": None,
            "mean_velocity_mps": None,
            "confidence": None,
            "flags": [],
            "rejected": False,
        },
    ]


async def test_totals_are_those_of_the_sets(ann: Person) -> None:
    logged = await ann.log(**WHOLE)

    # By the MET of each exercise over its sets: bench 3.5 x 3, push-ups 3.8 x 1, plank 2.8 x 1, of an hour.
    met = (3.5 * 3 + 3.8 + 2.8) / 5
    assert logged["totals"] == {
        "exercises": 4,
        "sets": 5,
        "reps": 20,
        "volume_kg": 980,
        "bodyweight_volume_kg": None,
        "duration_seconds": 3600,
        "met_minutes": pytest.approx(met * 60, abs=1e-4),
    }
    bench, pushup, plank, squat = (exercise["totals"] for exercise in logged["exercises"])
    assert bench == {
        "sets": 3,
        "reps": 17,
        "volume_kg": 980,
        "bodyweight_volume_kg": None,
        "duration_seconds": None,
        "distance_meters": None,
        "best_set": {"weight_kg": 100, "reps": 5},
        "best_e1rm_kg": pytest.approx(116.6666667),
    }
    assert (pushup["reps"], pushup["volume_kg"], pushup["best_e1rm_kg"]) == (3, 0, None)
    assert pushup["best_set"] == {"weight_kg": None, "reps": 3}
    assert (plank["duration_seconds"], plank["reps"]) == (62.5, 0)
    assert (squat["sets"], squat["volume_kg"]) == (0, 0)


async def test_the_location_leads_to_it(ann: Person) -> None:
    response = await ann.post("/workouts", json=workout())

    assert response.headers["location"] == f"/api/v1/workouts/{response.json()['id']}"
    read = await ann.client.get(response.headers["location"])
    assert read.headers["etag"] == response.headers["etag"]
    assert read.content == response.content


@pytest.mark.parametrize(
    ("weight", "reps", "estimate"),
    [
        (100, 1, 100),
        (100, 2, 106.6666667),
        (100, 12, 140),
        (100, 13, None),
        (0, 5, None),
        (None, 5, None),
        (100, 0, None),
    ],
)
async def test_one_rep_max_is_estimated_by_epley_up_to_twelve(
    ann: Person, weight: float | None, reps: int, estimate: float | None
) -> None:
    logged = await ann.log(**one_set(reps=reps, weight_kg=weight))

    found = logged["exercises"][0]["totals"]["best_e1rm_kg"]
    assert found == (None if estimate is None else pytest.approx(estimate))


async def test_pounds_survive(ann: Person) -> None:
    logged = await ann.log(**one_set(reps=1, weight_kg=20.41165665))

    weight = logged["exercises"][0]["sets"][0]["weight_kg"]
    assert weight == 20.4117
    assert round(weight / 0.45359237, 3) == 45.0


async def test_sums_of_weights_are_exact(ann: Person) -> None:
    sets = [{"reps": 3, "weight_kg": 0.1} for _ in range(10)] + [{"reps": 1, "weight_kg": 0.2}]

    logged = await ann.log(**workout(exercises=[{"exercise_id": BENCH, "sets": sets}] * 3))

    assert logged["exercises"][0]["totals"]["volume_kg"] == 3.2
    assert logged["totals"]["volume_kg"] == 9.6


@pytest.mark.parametrize(
    ("started_at", "title"),
    [
        ("2026-03-28T04:30:00+01:00", "Night workout"),
        ("2026-03-28T06:00:00+01:00", "Morning workout"),
        ("2026-03-28T12:00:00+01:00", "Midday workout"),
        ("2026-03-28T15:00:00+01:00", "Afternoon workout"),
        ("2026-03-28T16:30:00Z", "Evening workout"),
        ("2026-03-28T22:30:00+01:00", "Night workout"),
    ],
)
async def test_a_title_is_proposed_by_the_time_of_day_there(ann: Person, started_at: str, title: str) -> None:
    logged = await ann.log(started_at=started_at)

    assert logged["title"] == title
    assert logged["time_zone"] == "Europe/Berlin"


async def test_it_belongs_to_the_day_on_which_it_started_there(ann: Person) -> None:
    logged = await ann.log(
        started_at="2026-01-01T10:30:00Z", ended_at="2026-01-02T12:00:00Z", time_zone="Pacific/Kiritimati"
    )

    assert logged["local_date"] == "2026-01-02"


async def test_a_live_workout_has_no_end_yet(ann: Person) -> None:
    logged = await ann.log(started_at=START)

    assert logged["ended_at"] is None
    assert logged["totals"]["duration_seconds"] is None
    assert logged["totals"]["met_minutes"] is None
    assert logged["exercises"] == []


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"started_at": None}, "/started_at"),
    ({"started_at": "yesterday"}, "/started_at"),
    ({"started_at": "2026-03-28T18:30:00"}, "/started_at"),
    ({"started_at": 1774719000}, "/started_at"),
    ({"started_at": "0001-01-01T00:00:00Z"}, "/started_at"),
    ({"started_at": "2126-01-01T00:00:00Z"}, "/started_at"),
    ({"ended_at": "2026-03-28T18:29:59+01:00"}, "/ended_at"),
    ({"started_at": "2025-01-01T00:00:00Z", "ended_at": "2025-02-01T00:00:01Z"}, "/ended_at"),
    ({"time_zone": "CEST"}, "/time_zone"),
    ({"title": ""}, "/title"),
    ({"title": "x" * 201}, "/title"),
    ({"notes": "x" * 10_001}, "/notes"),
    ({"notes": "bell \u0007"}, "/notes"),
    ({"source": "strong"}, "/source"),
    ({"id": "7"}, "/id"),
    ({"exercises": [{"exercise_id": BENCH}] * 101}, "/exercises"),
    ({"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}] * 251}] * 2}, "/exercises"),
    ({"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}] * 501}]}, "/exercises/0/sets"),
    ({"exercises": {"0": {}}}, "/exercises"),
    ({"exercises": [{"sets": []}]}, "/exercises/0/exercise_id"),
    ({"exercises": [{"exercise_id": BENCH, "superset": -1}]}, "/exercises/0/superset"),
    ({"volume_kg": 7}, "/volume_kg"),
]


@pytest.mark.parametrize(("change", "pointer"), NONSENSE)
async def test_nonsense_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    response = await ann.post("/workouts", json=workout(**change))

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert (await ann.get("/workouts")).json()["items"] == []


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({}, ""),
        ({"weight_kg": 50}, ""),
        ({"reps": -1}, "/reps"),
        ({"reps": 100_001}, "/reps"),
        ({"reps": 5.5}, "/reps"),
        ({"reps": "5"}, "/reps"),
        ({"reps": True}, "/reps"),
        ({"reps": 2**63}, "/reps"),
        ({"reps": 5, "weight_kg": 2000.1}, "/weight_kg"),
        ({"reps": 5, "weight_kg": -0.1}, "/weight_kg"),
        ({"reps": 5, "weight_kg": "100"}, "/weight_kg"),
        ({"duration_seconds": 604_801}, "/duration_seconds"),
        ({"distance_meters": 2_000_001}, "/distance_meters"),
        ({"reps": 5, "rpe": 8.3}, "/rpe"),
        ({"reps": 5, "rpe": 0.5}, "/rpe"),
        ({"reps": 5, "rpe": 10.5}, "/rpe"),
        ({"reps": 5, "rest_seconds": 86_401}, "/rest_seconds"),
        ({"reps": 5, "kind": "super"}, "/kind"),
        ({"reps": 5, "evidence": {"counter": {"name": "x"}, "detected_reps": 5}}, "/evidence/counter/version"),
        ({"reps": 5, "evidence": {"counter": {"name": "x", "version": "1"}}}, "/evidence/detected_reps"),
        (
            {
                "reps": 5,
                "evidence": {
                    "counter": {"name": "x", "version": "1"},
                    "detected_reps": 5,
                    "reps": [{"offset_ms": 0}, {"offset_ms": 0, "confidence": 1.01}],
                },
            },
            "/evidence/reps/1/confidence",
        ),
        (
            {
                "reps": 5,
                "evidence": {
                    "counter": {"name": "x", "version": "1"},
                    "detected_reps": 5,
                    "reps": [{"offset_ms": 0, "flags": ["two words"]}],
                },
            },
            "/evidence/reps/0/flags/0",
        ),
        (
            {
                "reps": 5,
                "evidence": {
                    "counter": {"name": "x", "version": "1"},
                    "detected_reps": 5,
                    "reps": [{"offset_ms": 0}] * 2001,
                },
            },
            "/evidence/reps",
        ),
    ],
)
async def test_nonsense_in_a_set_is_refused_with_a_pointer(ann: Person, values: dict[str, Any], pointer: str) -> None:
    response = await ann.post("/workouts", json=one_set(**values))

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/exercises/0/sets/0{pointer}"]


async def test_the_largest_workout_there_can_be(ann: Person) -> None:
    exercises = [{"exercise_id": BENCH, "sets": [{"reps": 100_000, "weight_kg": 2000}] * 5}] * 100

    logged = await ann.log(**workout(exercises=exercises, notes="x" * 10_000))

    assert logged["totals"]["sets"] == 500
    assert logged["totals"]["reps"] == 50_000_000
    assert logged["totals"]["volume_kg"] == 100_000_000_000


async def test_unknown_exercises_are_pointed_at_and_nothing_is_written(
    ann: Person, bob: Person, connection: asyncpg.Connection
) -> None:
    await connection.execute(
        "INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles)"
        " VALUES ($1, $2, 'Secret', 'secret', '{}', '{}')",
        bob.id,
        secret := uuid4(),
    )
    exercises = [{"exercise_id": str(id_), "sets": [{"reps": 1}]} for id_ in (BENCH, uuid4(), secret)]

    response = await ann.post("/workouts", json=workout(exercises=exercises))

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
        ("/exercises/1/exercise_id", "unknown_exercise"),
        ("/exercises/2/exercise_id", "unknown_exercise"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0
    assert await connection.fetchval("SELECT max(revision) FROM user_revision") == 0


# --- an id of the client's choice --------------------------------------------------------------------------------

ID = "019a0000-0000-7000-8000-000000000001"


async def test_the_same_again_is_answered_alike_and_changes_nothing(
    ann: Person, connection: asyncpg.Connection
) -> None:
    first = await ann.post("/workouts", json=workout(id=ID))
    before = await read_revision(connection, ann)
    again = await ann.post("/workouts", json=workout(id=ID))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert first.json()["id"] == ID
    assert await read_revision(connection, ann) == before == 1


async def test_something_else_under_the_same_id_is_a_conflict(ann: Person) -> None:
    first = await ann.post("/workouts", json=workout(id=ID))
    other = await ann.post("/workouts", json=workout(id=ID, title="Pull"))

    assert other.status_code == 409
    assert other.json()["type"] == "/problems/workout-id-taken"
    assert (await ann.get(f"/workouts/{ID}")).content == first.content


async def test_ids_live_in_the_users_own_namespace(ann: Person, bob: Person) -> None:
    anns = await ann.post("/workouts", json=workout(id=ID, title="Ann's"))
    bobs = await bob.post("/workouts", json=workout(id=ID, title="Bob's"))

    assert (anns.status_code, bobs.status_code) == (201, 201)
    assert (await ann.get(f"/workouts/{ID}")).json()["title"] == "Ann's"
    assert (await bob.get(f"/workouts/{ID}")).json()["title"] == "Bob's"


async def test_the_same_sent_twenty_times_at_once_is_one_workout(ann: Person, connection: asyncpg.Connection) -> None:
    responses = await asyncio.gather(*(ann.post("/workouts", json=workout(id=ID)) for _ in range(20)))

    assert sorted(response.status_code for response in responses) == [200] * 19 + [201]
    assert len({response.content for response in responses}) == 1
    assert await connection.fetchval("SELECT count(*) FROM workout_set") == 1
    assert await read_revision(connection, ann) == 1


async def test_every_write_counts_once(ann: Person, connection: asyncpg.Connection) -> None:
    await asyncio.gather(*(ann.log(**workout(title=str(n))) for n in range(10)))

    revisions = [row["revision"] for row in await connection.fetch("SELECT revision FROM workout ORDER BY revision")]
    assert revisions == list(range(1, 11))


async def test_who_is_gone_writes_nothing(app: RunningApp, ann: Person, connection: asyncpg.Connection) -> None:
    # Else the end of the session would be heard of, and that comes first.
    await connection.execute("ALTER TABLE auth_session DISABLE TRIGGER note_deleted")
    await connection.execute("DELETE FROM user_account")

    response = await ann.post("/workouts", json=workout())

    assert response.status_code == 401
    assert response.json()["type"] == "/problems/account-gone"
    assert app.app.title


async def test_an_account_goes_with_everything_that_hangs_on_it(ann: Person, connection: asyncpg.Connection) -> None:
    csv = (
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
        '2026-01-05 18:00:00,"Push",1h,"My Own Press",1,50,5,0,0,,,\n'
    )
    await ann.post("/workouts/imports", files={"file": ("strong.csv", csv)}, data={"weight_unit": "kg"})
    await ann.log(**WHOLE)

    await connection.execute("DELETE FROM user_account")

    for table in ("workout", "workout_exercise", "workout_set", "custom_exercise", "workout_import", "user_revision"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


@pytest.mark.parametrize(
    "arrays",
    ["rep_duration_ms = '{1}'", "rep_offset_ms = '{1,2}', rep_flags = '{a}'", "rep_rejected = '{t}'"],
)
async def test_arrays_of_unequal_length_cannot_be_stored(
    ann: Person, connection: asyncpg.Connection, arrays: str
) -> None:
    await ann.log(**workout())

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(f"UPDATE workout_set SET {arrays}")  # noqa: S608


async def test_the_same_moment_in_another_zone_is_the_same_content(ann: Person) -> None:
    content = {"id": str(uuid4()), "time_zone": "Europe/Berlin", "exercises": []}

    first = await ann.post("/workouts", json=content | {"started_at": "2026-05-04T18:00:00+02:00"})
    again = await ann.post("/workouts", json=content | {"started_at": "2026-05-04T16:00:00Z"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
