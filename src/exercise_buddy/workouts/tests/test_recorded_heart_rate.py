"""The heart rate that a client measured of a workout."""

import json
from typing import Any
from uuid import uuid4

from tests.exports import export, read_csv
from tests.factories import BENCH, error_pointers, exercise, workout
from tests.support import Person

START = "2026-03-02T18:00:00+01:00"
END = "2026-03-02T19:00:00+01:00"
BENCHED = exercise(BENCH, {"reps": 5, "weight_kg": 60})


def fields(average: float | None, highest: float | None) -> dict[str, float | None]:
    return {"average_heart_rate_bpm": average, "max_heart_rate_bpm": highest}


def rates(found: dict[str, Any]) -> list[float | None]:
    return [found["average_heart_rate_bpm"], found["max_heart_rate_bpm"]]


async def test_every_read_and_export_has_what_was_sent(ann: Person) -> None:
    logged = await ann.log(**workout(BENCHED, **fields(118.26, 156)))
    quick = await ann.post("/workouts/quick", json={"exercise": "plank", "duration_seconds": 60, **fields(90, 90)})
    sent = {"id": str(uuid4()), "started_at": START, **fields(20, 250)}
    (item,) = await ann.log_all([sent])
    expected = {logged["id"]: [118.3, 156], quick.json()["id"]: [90, 90], sent["id"]: [20, 250]}

    assert item["outcome"] == "created"
    assert (rates(logged), rates(quick.json())) == ([118.3, 156], [90, 90])
    for path in ("/workouts", "/workouts?include=sets", "/sync/changes"):
        items = [item.get("resource") or item for item in (await ann.get(path)).json()["items"]]
        assert {item["id"]: rates(item) for item in items if "local_date" in item} == expected, path
    exported = (await ann.get("/workouts/export?format=json")).json()["workouts"]
    assert {item["id"]: rates(item) for item in exported} == expected
    files = await export(ann)
    assert {item["id"]: rates(item) for item in json.loads(files["workouts.json"])} == expected
    rows = read_csv(files["workouts.csv"])
    names = ("workout_average_heart_rate_bpm", "workout_max_heart_rate_bpm")
    assert {row["workout_id"]: [float(row[name]) for name in names] for row in rows} == expected


async def test_edits_keep_it_until_it_is_changed_or_deleted(ann: Person) -> None:
    logged = await ann.log(**workout(BENCHED, **fields(118, 156)))
    path = f"/workouts/{logged['id']}"

    kept = [
        await ann.post(f"{path}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        await ann.patch(path, json={"title": "New", "energy_kcal": 5}),
        # A client of an earlier version does not know the fields.
        await ann.put(path, json=workout(BENCHED)),
    ]
    changed = await ann.patch(path, json={"max_heart_rate_bpm": 170.04})
    replaced = await ann.put(path, json=workout(BENCHED, **fields(120, 171)))
    deleted = await ann.put(path, json=workout(BENCHED, max_heart_rate_bpm=None))
    repeated = await ann.post("/workouts/repeat", json={"workout_id": logged["id"]})

    assert [rates(response.json()) for response in kept] == [[118, 156]] * 3
    assert [rates(response.json()) for response in (changed, replaced, deleted)] == [
        [118, 170],
        [120, 171],
        [120, None],
    ]
    assert rates(repeated.json()) == [None, None]


async def test_finishing_records_it(ann: Person) -> None:
    live = await ann.log(started_at=START)
    end = {"ended_at": END, **fields(101, 140)}

    finished = await ann.post(f"/workouts/{live['id']}/finish", json=end)
    again = await ann.post(f"/workouts/{live['id']}/finish", json=end)

    assert rates(finished.json()) == [101, 140]
    assert again.headers["etag"] == finished.headers["etag"]


async def test_impossible_heart_rates_are_refused(ann: Person) -> None:
    live = await ann.log(started_at=START, **fields(100, 120))
    path = f"/workouts/{live['id']}"
    requests: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("POST", "/workouts", {"started_at": START}),
        ("POST", "/workouts/quick", {"exercise": "plank", "duration_seconds": 60}),
        ("PUT", path, {"started_at": START}),
        ("PATCH", path, {}),
        ("POST", f"{path}/finish", {"ended_at": END}),
    )
    impossible: tuple[tuple[dict[str, Any], list[str]], ...] = (
        (fields(19.9, 0), ["/average_heart_rate_bpm", "/max_heart_rate_bpm"]),
        (fields(255, 250.1), ["/average_heart_rate_bpm", "/max_heart_rate_bpm"]),
        ({"average_heart_rate_bpm": "100"}, ["/average_heart_rate_bpm"]),
        (fields(120.1, 120), ["/max_heart_rate_bpm"]),
    )
    for method, url, body in requests:
        for rate, pointers in impossible:
            refused = await ann.client.request(method, f"/api/v1{url}", json=body | rate)
            assert (refused.status_code, error_pointers(refused)) == (422, pointers), (method, url, rate)
    # One is sent, the other one is stored.
    for change in ({"average_heart_rate_bpm": 121}, {"max_heart_rate_bpm": 99}):
        refused = await ann.patch(path, json=change)
        assert (refused.status_code, error_pointers(refused)) == (422, ["/max_heart_rate_bpm"])

    assert rates((await ann.get(path)).json()) == [100, 120]


async def test_our_json_restores_it(ann: Person, bob: Person) -> None:
    await ann.log(**workout(BENCHED, **fields(118, 156)))
    exported = (await ann.get("/workouts/export?format=json")).content

    imported = await bob.post("/imports", files={"file": ("workouts.json", exported)})

    assert imported.status_code == 201, imported.text
    assert [rates(item) for item in (await bob.get("/workouts")).json()["items"]] == [[118, 156]]
