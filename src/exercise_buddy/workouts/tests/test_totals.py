"""Totals of a workout beyond its volume: bodyweight, assistance and camera evidence; and its default title."""

from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.workouts.tables import REP_QUALITY
from tests.factories import BENCH, SQUAT, evidence
from tests.support import Connection, Person

PUSHUP = catalogue_id("pushups")


def workout(*exercises: tuple[object, list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
    return {
        "started_at": "2026-03-28T18:30:00+01:00",
        "ended_at": "2026-03-28T19:30:00+01:00",
        "time_zone": "Europe/Berlin",
        "exercises": [{"exercise_id": str(exercise_id), "sets": sets} for exercise_id, sets in exercises],
    } | changes


@pytest.fixture
async def share(connection: Connection) -> None:
    await connection.execute("UPDATE catalogue_exercise SET bodyweight_share = 0.64 WHERE id = $1", PUSHUP)


@pytest.mark.usefixtures("share")
async def test_bodyweight_volume_uses_the_mass_of_the_day(ann: Person) -> None:
    logged = await ann.log(**workout((PUSHUP, [{"reps": 10}, {"reps": 5, "weight_kg": 10}]), (BENCH, [{"reps": 1}])))
    assert logged["totals"]["bodyweight_volume_kg"] is None

    for day, mass in (("2026-03-01", 80), ("2026-03-28", 90), ("2026-03-29", 100)):
        await ann.weigh(day, mass)
    weighed = (await ann.get(f"/workouts/{logged['id']}")).json()
    assert weighed["totals"]["bodyweight_volume_kg"] == 864  # 15 reps x 0.64 x 90 kg
    assert weighed["totals"]["volume_kg"] == 50
    assert [one["totals"]["bodyweight_volume_kg"] for one in weighed["exercises"]] == [864, None]
    assert (await ann.get("/workouts")).json()["items"][0]["totals"] == weighed["totals"]


@pytest.mark.usefixtures("share")
async def test_assistance_reduces_volume_to_zero_at_most_and_sets_no_record_of_load(
    ann: Person, connection: Connection
) -> None:
    await connection.execute("UPDATE catalogue_exercise SET assisted = true WHERE id = $1", PUSHUP)
    # The process remembers the exercises of a version.
    await connection.execute(
        "CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql RETURN 'assisted push-ups'"
    )
    await ann.weigh("2026-03-01", 100)
    little = await ann.log(**workout((PUSHUP, [{"reps": 10, "weight_kg": 20}])))
    assert little["totals"]["bodyweight_volume_kg"] == 440
    totals = little["exercises"][0]["totals"]
    assert totals["assisted_volume_kg"] == 200
    assert (totals["volume_kg"], totals["best_set"], totals["best_e1rm_kg"]) == (
        0,
        {"weight_kg": None, "reps": None},
        None,
    )
    much = await ann.log(**workout((PUSHUP, [{"reps": 10, "weight_kg": 90}])))
    assert much["totals"]["bodyweight_volume_kg"] == 0
    records = (await ann.get("/statistics/records")).json()["items"][0]["records"]
    assert [(record["kind"], record["value"]) for record in records] == [("reps", 10), ("assistance", 20)]


async def test_camera_evidence_is_summed(ann: Person, connection: Connection) -> None:
    reps = [
        {"offset_ms": 0, "duration_ms": 1000, "eccentric_ms": 600, "concentric_ms": 400, "range_degrees": 90},
        {"offset_ms": 2000, "duration_ms": 2000, "concentric_ms": 500, "range_degrees": 80},
        {"offset_ms": 5000, "duration_ms": 9000, "concentric_ms": 10, "rejected": True},
        {"offset_ms": 14000, "duration_ms": 3000, "concentric_ms": 600},
        # 5,000 ms after the end of the one before: no pause yet.
        {"offset_ms": 22000, "concentric_ms": 500},
        {"offset_ms": 22500},
        {"offset_ms": 27501},
    ]
    sided = [
        {"offset_ms": 0, "side": "left", "full_range_share": 0.5},
        {"offset_ms": 1000, "side": "right", "full_range_share": 0.75},
    ]
    sets: list[dict[str, Any]] = [
        {"reps": 6, "evidence": evidence(*reps, detected=7)},
        {"reps": 3, "evidence": evidence(detected=3)},
        {"reps": 2, "evidence": evidence(*sided, detected=2)},
        {"reps": 9},
    ]
    await ann.log(**workout((PUSHUP, sets), (BENCH, [{"reps": 5, "weight_kg": 60}, {"reps": 8, "weight_kg": 50}])))
    one, other = await connection.fetch("SELECT * FROM workout_exercise ORDER BY position")
    assert {name: one[name] for name in REP_QUALITY if one[name] is not None} == {
        "tracked_sets": 3,
        "tracked_reps": 8,
        "detected_reps": 12,
        "corrected_reps": 11,
        "corrected_sets": 1,
        "timed_reps": 3,
        "time_ms": 6000,
        "eccentric_reps": 1,
        "eccentric_ms": 600,
        "concentric_reps": 4,
        "concentric_ms": 2000,
        "range_reps": 2,
        "range_degrees": 170,
        "slowdown_sets": 1,
        "slowdown_percent": 20,  # 500 ms after a shortest of 400: not beyond the threshold
        "slowed_sets": 0,
        "velocity_loss_sets": 0,
        "range_loss_sets": 1,
        "range_loss_percent": 11.111111,  # 80 after 90 degrees
        "faded_sets": 0,
        "full_range_reps": 2,
        "full_range_share": 1.25,
        "left_reps": 1,
        "right_reps": 1,
        "tempo_variation_sets": 1,
        "tempo_variation_percent": 50,  # of 1, 2 and 3 s
        "cadence_reps": 6,
        "cadence_ms": 28501,
        "best_unbroken_reps": 3,
    }
    assert not [name for name in REP_QUALITY if other[name] is not None]
    assert (other["load_kgs"], other["load_reps"]) == ([50, 60], [8, 5])


@pytest.mark.parametrize(
    ("exercises", "title"),
    [
        ([], "Evening workout"),
        ([(PUSHUP, [])], "Evening workout: chest"),
        ([(PUSHUP, [{"reps": 1}]), (SQUAT, [{"reps": 1}] * 2)], "Evening workout: quadriceps, chest"),
    ],
)
async def test_a_title_is_derived_from_the_time_of_day_and_the_muscles(
    ann: Person, exercises: list[tuple[object, list[dict[str, Any]]]], title: str
) -> None:
    assert (await ann.log(**workout(*exercises)))["title"] == title


async def test_planned_sets_are_returned(ann: Person) -> None:
    target = {"reps": 8, "reps_to": 12, "weight_kg": 60, "rest_seconds": 90}
    logged = await ann.log(**workout() | {"exercises": [{"exercise_id": BENCH, "targets": [target, {"reps": 5}]}]})
    nothing = dict.fromkeys(["assistance_kg", "duration_seconds", "distance_meters", "rpe"])
    assert logged["exercises"][0]["targets"] == [
        {"kind": "normal"} | target | nothing,
        {"kind": "normal", "reps": 5, "reps_to": None, "weight_kg": None, "rest_seconds": None} | nothing,
    ]
    backwards = {"exercises": [{"exercise_id": BENCH, "targets": [{"reps": 8, "reps_to": 7}]}]}
    response = await ann.post("/workouts", json=workout() | backwards)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/exercises/0/targets/0"
