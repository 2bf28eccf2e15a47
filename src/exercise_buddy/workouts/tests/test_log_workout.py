"""Logging workouts: what is stored, and its totals."""

import asyncpg
import pytest

from exercise_buddy.workouts.tables import REP_QUANTITIES
from tests.factories import BENCH, PLANK, PUSHUP, SQUAT, START, exercise, read_problem, workout
from tests.support import Connection, Person, RunningApp

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


async def test_all_fields_are_stored_and_returned(ann: Person) -> None:
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
    unmeasured = dict.fromkeys(REP_QUANTITIES) | {"flags": [], "rejected": False}
    sent = WHOLE["exercises"][1]["sets"][0]["evidence"]["reps"]
    assert evidence["reps"] == [unmeasured | rep for rep in sent]


async def test_totals_are_those_of_the_sets(ann: Person) -> None:
    logged = await ann.log(**WHOLE)

    # By the MET of each exercise over its sets: bench 3.5 x 3, push-ups 3.8 x 1, plank 2.8 x 1, of an hour.
    met = (3.5 * 3 + 3.8 + 2.8) / 5
    assert logged["totals"] == {
        "exercises": 4,
        "sets": 5,
        "reps": 20,
        "volume_kg": 980,
        "assisted_volume_kg": 0,
        "warm_up": {"sets": 1, "reps": 12, "volume_kg": 480, "assisted_volume_kg": 0},
        "bodyweight_volume_kg": None,
        "duration_seconds": 3600,
        "met_minutes": pytest.approx(met * 60, abs=1e-4),
        "estimated_energy_kcal": None,
    }
    bench, pushup, plank, squat = (exercise["totals"] for exercise in logged["exercises"])
    assert bench == {
        "sets": 3,
        "reps": 17,
        "volume_kg": 980,
        "assisted_volume_kg": 0,
        "warm_up": {"sets": 1, "reps": 12, "volume_kg": 480, "assisted_volume_kg": 0},
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


async def test_the_location_header_points_to_the_workout(ann: Person) -> None:
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
    logged = await ann.log(**workout(exercise(BENCH, {"reps": reps, "weight_kg": weight})))

    found = logged["exercises"][0]["totals"]["best_e1rm_kg"]
    assert found == (None if estimate is None else pytest.approx(estimate))


async def test_pounds_are_stored_exactly(ann: Person) -> None:
    logged = await ann.log(**workout(exercise(BENCH, {"reps": 1, "weight_kg": 20.41165665})))

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
async def test_a_title_is_derived_from_the_local_time_of_day(ann: Person, started_at: str, title: str) -> None:
    logged = await ann.log(started_at=started_at)

    assert logged["title"] == title
    assert logged["time_zone"] == "Europe/Berlin"


async def test_the_local_date_is_that_of_the_start(ann: Person) -> None:
    logged = await ann.log(
        started_at="2026-01-01T10:30:00Z", ended_at="2026-01-02T12:00:00Z", time_zone="Pacific/Kiritimati"
    )

    assert logged["local_date"] == "2026-01-02"


async def test_a_workout_in_progress_has_no_end(ann: Person) -> None:
    logged = await ann.log(started_at=START)

    assert logged["ended_at"] is None
    assert logged["totals"]["duration_seconds"] is None
    assert logged["totals"]["met_minutes"] is None
    assert logged["exercises"] == []


async def test_a_deleted_account_writes_nothing(app: RunningApp, ann: Person, connection: Connection) -> None:
    # This process has seen the session, and does not hear of its end: that would come first.
    await ann.get("/users/me")
    await connection.execute("ALTER TABLE auth_session DISABLE TRIGGER note_deleted")
    await connection.execute("DELETE FROM user_account")

    response = await ann.post("/workouts", json=workout())

    assert read_problem(response) == (401, "/problems/account-gone")
    assert app.app.title


async def test_deleting_an_account_deletes_all_its_rows(ann: Person, connection: Connection) -> None:
    csv = (
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
        '2026-01-05 18:00:00,"Push",1h,"My Own Press",1,50,5,0,0,,,\n'
    )
    await ann.post("/imports", files={"file": ("strong.csv", csv)}, data={"weight_unit": "kg"})
    await ann.log(**WHOLE)

    await connection.execute("DELETE FROM user_account")

    for table in ("workout", "workout_exercise", "workout_set", "custom_exercise", "workout_import", "user_revision"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


@pytest.mark.parametrize(
    "arrays",
    ["rep_duration_ms = '{1}'", "rep_offset_ms = '{1,2}', rep_flags = '{a}'", "rep_rejected = '{t}'"],
)
async def test_arrays_of_unequal_length_cannot_be_stored(ann: Person, connection: Connection, arrays: str) -> None:
    await ann.log(**workout())

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(f"UPDATE workout_set SET {arrays}")  # noqa: S608
