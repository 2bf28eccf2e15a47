"""What OpenBarbell, a sensor on the bar, has recorded loads as rep evidence; the nonsense planted in it is refused.

Its array for a rep: format flag, number, mean velocity (m/s), range (mm), peak velocity, where the peak lies (%), peak
acceleration, duration (µs).
"""

import json
from datetime import datetime
from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person, shared_file

FILE = "rep-level/openbarbell_testdata.json"
POUND = 0.45359237
NONSENSE = {"Infinity", "299792458", "9001"}


def rep(recorded: dict[str, Any], begun: datetime) -> dict[str, Any]:
    _, _, velocity, length, _, _, _, microseconds = recorded["data"][:8]
    at = datetime.fromisoformat(recorded["time"])
    return {
        "offset_ms": round((at - begun).total_seconds() * 1000),
        "duration_ms": round(float(microseconds) / 1000),
        "mean_velocity_mps": float(velocity),
        "range_mm": float(length),
        "rejected": not recorded["isValid"] or recorded["removed"],
    }


def one_set(recorded: dict[str, Any]) -> dict[str, Any]:
    begun = datetime.fromisoformat(recorded["reps"][0]["time"])
    reps = [rep(one, begun) for one in recorded["reps"]]
    weight = float(recorded["weight"]) if recorded.get("weight") else None
    return {
        "reps": len(reps),
        "weight_kg": None if weight is None else round(weight * (POUND if recorded["metric"] == "lbs" else 1), 4),
        "evidence": {
            "counter": {"name": "openbarbell", "version": "3.3.0"},
            "detected_reps": len(reps),
            "reps": reps,
        },
    }


def workout(sets: list[dict[str, Any]]) -> str:
    """Write a workout as JavaScript and Python do: `Infinity` for what JSON has no number for."""
    return json.dumps(
        {
            "started_at": "2018-02-17T18:34:51Z",
            "exercises": [{"exercise_id": str(catalogue_id("barbell-squat")), "sets": sets}],
        }
    )


def recorded_sets() -> list[dict[str, Any]]:
    found = json.loads(shared_file(FILE).read_text())
    return [one for one in found.values() if one["reps"]]


def is_sane(recorded: dict[str, Any]) -> bool:
    return not any(NONSENSE & {text.removesuffix(".0") for text in one["data"][2:4]} for one in recorded["reps"])


async def post(person: Person, content: str) -> Any:
    return await person.post("/workouts", content=content, headers={"Content-Type": "application/json"})


async def test_every_valid_rep_is_stored_and_returned(ann: Person) -> None:
    sane = [one_set(one) for one in recorded_sets() if is_sane(one)]

    response = await post(ann, workout(sane))

    assert response.status_code == 201, response.text
    (exercise,) = response.json()["exercises"]
    assert len(exercise["sets"]) == len(sane) > 10
    for given, stored in zip(sane, exercise["sets"], strict=True):
        assert stored["weight_kg"] == given["weight_kg"]
        assert stored["evidence"]["detected_reps"] == given["evidence"]["detected_reps"]
        for sent, kept in zip(given["evidence"]["reps"], stored["evidence"]["reps"], strict=True):
            assert {name: kept[name] for name in sent} == pytest.approx(sent, rel=1e-6)


async def test_slowdown_is_the_loss_of_the_measured_velocity(ann: Person) -> None:
    sane = [one_set(one) for one in recorded_sets() if is_sane(one)]
    reps = [[rep for rep in one["evidence"]["reps"] if not rep["rejected"]] for one in sane]
    velocities = [[rep["mean_velocity_mps"] for rep in sorted(one, key=lambda rep: rep["offset_ms"])] for one in reps]
    losses = [(len(one), (max(one) - one[-1]) / max(one) * 100) for one in velocities if len(one) > 1]
    slowed = sum(count > 2 and loss > 20 for count, loss in losses)
    assert len(losses) > 10

    await post(ann, workout(sane))

    response = await ann.get("/statistics/rep-quality", params={"from": "2018-02-01", "to": "2018-02-28"})
    total = response.json()["total"]
    assert total["slowdown_percent"] == pytest.approx(sum(loss for _, loss in losses) / len(losses), rel=1e-5)
    assert total["slowed_sets"] == slowed > 0
    assert total["slowed_share"] == pytest.approx(total["slowed_sets"] / len(losses))
    assert (total["left_reps"], total["right_reps"], total["full_range_share"]) == (None, None, None)


async def test_each_invalid_value_is_refused_with_its_pointer(ann: Person) -> None:
    sets = [one_set(one) for one in recorded_sets()]
    planted = {
        f"/exercises/0/sets/{number}/evidence/reps/{index}/{name}"
        for number, one in enumerate(recorded_sets())
        for index, each in enumerate(one["reps"])
        for name, text in zip(("mean_velocity_mps", "range_mm"), each["data"][2:4], strict=True)
        if text.removesuffix(".0") in NONSENSE
    }
    assert len(planted) == 3

    # JSON has no Infinity, so it is refused before anything is looked at; as a text, it is refused like the others.
    infinite = await post(ann, workout(sets))
    response = await post(ann, workout(sets).replace("Infinity", '"Infinity"'))

    assert infinite.status_code == 422
    (first,) = infinite.json()["errors"]
    assert first["pointer"] in planted
    assert first["pointer"].endswith("/mean_velocity_mps")
    assert response.status_code == 422
    assert {error["pointer"] for error in response.json()["errors"]} == planted
    assert (await ann.get("/workouts")).json()["items"] == []


async def test_invalid_sets_do_not_affect_valid_ones(ann: Person) -> None:
    for one in recorded_sets():
        if is_sane(one):
            continue
        response = await post(ann, workout([one_set(one)]).replace("Infinity", '"Infinity"'))

        assert response.status_code == 422
        assert all(
            error["pointer"].startswith("/exercises/0/sets/0/evidence/reps/") for error in response.json()["errors"]
        )
