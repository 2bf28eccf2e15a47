"""Assistance of a set: the load that a band or a machine takes off."""

import csv
from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from tests.factories import BENCH, exercise, workout
from tests.support import Person

PULLUPS = str(catalogue_id("pullups"))


async def test_every_way_to_write_a_set_stores_its_assistance(ann: Person) -> None:
    assisted = {"reps": 8, "assistance_kg": 20.12346}
    logged = await ann.log(**workout(exercise(PULLUPS, assisted, targets=[assisted])))
    path = f"/workouts/{logged['id']}"
    (performed,) = logged["exercises"]
    first = performed["sets"][0]

    appended = (await ann.post(f"{path}/sets", json={"entry_id": performed["id"], "sets": [assisted]})).json()
    added = (await ann.post(f"{path}/exercises", json={"exercise_id": PULLUPS, "sets": [assisted]})).json()
    changed = (await ann.patch(f"{path}/sets/{first['id']}", json={"assistance_kg": 15})).json()
    quick = (await ann.post("/workouts/quick", json={"exercise": PULLUPS, **assisted})).json()

    assert first["assistance_kg"] == performed["targets"][0]["assistance_kg"] == 20.1235
    assert appended["exercises"][0]["sets"][1]["assistance_kg"] == 20.1235
    assert added["exercises"][1]["sets"][0]["assistance_kg"] == 20.1235
    assert changed["exercises"][0]["sets"][0]["assistance_kg"] == 15
    assert quick["exercises"][0]["sets"][0]["assistance_kg"] == 20.1235
    assert (await ann.get(path)).json() == changed
    exported = (await ann.get("/workouts/export", params={"format": "csv"})).text
    weights = [float(row["weight_kg"]) for row in csv.DictReader(exported.splitlines())]
    assert sorted(weights) == [-20.1235, -20.1235, -20.1235, -15]


@pytest.mark.parametrize(
    ("loads", "pointer"),
    [
        ({"weight_kg": 10, "assistance_kg": 10}, ""),
        ({"weight_kg": 0, "assistance_kg": 10}, ""),
        ({"assistance_kg": 0}, "/assistance_kg"),
        ({"assistance_kg": 0.00001}, "/assistance_kg"),
        ({"assistance_kg": -5}, "/assistance_kg"),
        ({"assistance_kg": 500.1}, "/assistance_kg"),
    ],
)
async def test_impossible_assistance_is_refused(ann: Person, loads: dict[str, Any], pointer: str) -> None:
    logged = await ann.log(**workout(exercise(BENCH, {"reps": 5, "weight_kg": 60})))
    set_id = logged["exercises"][0]["sets"][0]["id"]

    sent = await ann.post("/workouts", json=workout(exercise(BENCH, {"reps": 5, **loads})))
    quick = await ann.post("/workouts/quick", json={"exercise": BENCH, "reps": 5, **loads})
    changed = await ann.patch(f"/workouts/{logged['id']}/sets/{set_id}", json=loads)

    assert [response.status_code for response in (sent, quick, changed)] == [422, 422, 422]
    assert sent.json()["errors"][0]["pointer"] == f"/exercises/0/sets/0{pointer}"


async def test_a_set_gets_assistance_in_place_of_its_weight(ann: Person) -> None:
    logged = await ann.log(**workout(exercise(BENCH, {"reps": 5, "weight_kg": 60})))
    path = f"/workouts/{logged['id']}/sets/{logged['exercises'][0]['sets'][0]['id']}"

    added = await ann.patch(path, json={"assistance_kg": 10})
    replaced = await ann.patch(path, json={"assistance_kg": 10, "weight_kg": None})

    assert added.status_code == 422
    assert replaced.json()["exercises"][0]["sets"][0]["weight_kg"] is None
