"""The energy that a client recorded of a workout, beside our estimate."""

from typing import Any
from uuid import uuid4

import pytest

from tests.factories import BENCH, PLANK, error_pointers, exercise, workout
from tests.support import Connection, Person

START = "2026-03-02T18:00:00+01:00"
END = "2026-03-02T19:00:00+01:00"
PLANKED = {"exercise_id": PLANK, "sets": [{"duration_seconds": 60}]}


async def log(person: Person, **fields: Any) -> dict[str, Any]:
    return await person.log(started_at=START, ended_at=END, exercises=[PLANKED], **fields)


def energies(found: dict[str, Any]) -> list[float | None]:
    return [found["energy_kcal"], found["totals"]["estimated_energy_kcal"]]


async def get_statistic(person: Person) -> float | None:
    summary = (await person.get("/statistics/summary")).json()
    energy: float | None = summary["energy_kcal"]
    return energy


async def test_what_is_recorded_is_shown_beside_the_estimate_and_preferred(ann: Person) -> None:
    await ann.weigh("2026-01-01", 70)

    estimated = await log(ann)
    estimate = estimated["totals"]["met_minutes"] * 3.5 * 70 / 200
    assert energies(estimated) == [None, pytest.approx(estimate, abs=1e-4)]
    assert await get_statistic(ann) == estimated["totals"]["estimated_energy_kcal"]

    recorded = await log(ann, energy_kcal=412.34567)
    assert energies(recorded) == [412.3457, estimated["totals"]["estimated_energy_kcal"]]
    assert await get_statistic(ann) == pytest.approx(estimate + 412.3457, abs=1e-4)
    for path in ("/workouts", "/workouts?include=sets", "/sync/changes"):
        items = (await ann.get(path)).json()["items"]
        found = {item["id"]: item.get("resource") or item for item in items}
        assert [energies(found[one["id"]]) for one in (estimated, recorded)] == [
            energies(estimated),
            energies(recorded),
        ]


async def test_without_a_body_mass_only_what_is_recorded_counts(ann: Person) -> None:
    await log(ann)
    without = await get_statistic(ann)
    recorded = await log(ann, energy_kcal=0)
    zero = await get_statistic(ann)

    assert energies(recorded) == [0, None]
    assert (without, zero) == (None, 0)


async def test_the_estimate_follows_the_body_mass(ann: Person) -> None:
    logged = await log(ann)
    path = f"/workouts/{logged['id']}"
    tag = (await ann.get(path)).headers["etag"]
    await ann.weigh("2026-01-01", 70)

    weighed = await ann.get(path, headers={"If-None-Match": tag})

    assert energies(weighed.json()) == [
        None,
        pytest.approx(logged["totals"]["met_minutes"] * 3.5 * 70 / 200, abs=1e-4),
    ]


@pytest.mark.parametrize("energy", [-1, 100_000.1, "300", True])
async def test_an_impossible_energy_is_refused(ann: Person, energy: Any) -> None:
    live = await ann.log(started_at=START)
    for method, path, body in (
        ("POST", "/workouts", {"started_at": START}),
        ("POST", "/workouts/quick", {"exercise": "plank", "duration_seconds": 60}),
        ("PUT", f"/workouts/{live['id']}", {"started_at": START}),
        ("PATCH", f"/workouts/{live['id']}", {}),
        ("POST", f"/workouts/{live['id']}/finish", {}),
    ):
        refused = await ann.client.request(method, f"/api/v1{path}", json=body | {"energy_kcal": energy})
        assert error_pointers(refused) == ["/energy_kcal"], (method, path)
    (item,) = await ann.log_all([{"started_at": START, "energy_kcal": energy}])

    assert (item["outcome"], item["errors"][0]["pointer"]) == ("invalid", "/data/energy_kcal")
    assert [one["energy_kcal"] for one in (await ann.get("/workouts")).json()["items"]] == [None]


async def test_quick_and_batch_record_it(ann: Person) -> None:
    quick = await ann.post("/workouts/quick", json={"exercise": "plank", "duration_seconds": 60, "energy_kcal": 5.5})
    sent = {"id": str(uuid4()), "started_at": START, "energy_kcal": 100_000}
    (item,) = await ann.log_all([sent])

    assert quick.json()["energy_kcal"] == 5.5
    assert item["outcome"] == "created"
    assert (await ann.get(f"/workouts/{sent['id']}")).json()["energy_kcal"] == 100_000


async def test_finishing_records_it_once(ann: Person) -> None:
    live = await ann.log(started_at=START, exercises=[PLANKED])
    path = f"/workouts/{live['id']}/finish"
    end = {"ended_at": END, "energy_kcal": 300}

    finished = await ann.post(path, json=end)
    again = await ann.post(path, json=end)
    without = await ann.post(path, json={"ended_at": END})
    corrected = await ann.post(path, json={"energy_kcal": 310})

    assert finished.json()["energy_kcal"] == 300
    assert again.headers["etag"] == without.headers["etag"] == finished.headers["etag"]
    assert (corrected.json()["energy_kcal"], corrected.json()["ended_at"]) == (310, finished.json()["ended_at"])


async def test_edits_keep_it_until_it_is_deleted(ann: Person) -> None:
    logged = await ann.log(**workout(exercise(BENCH, {"reps": 5, "weight_kg": 60}), energy_kcal=250))
    path = f"/workouts/{logged['id']}"
    set_id = logged["exercises"][0]["sets"][0]["id"]

    kept = [
        await ann.patch(f"{path}/sets/{set_id}", json={"reps": 6}),
        await ann.post(f"{path}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        await ann.patch(path, json={"title": "New"}),
        # A client of an earlier version does not know the field.
        await ann.put(path, json=workout(exercise(BENCH, {"reps": 3}))),
    ]
    changed = await ann.patch(path, json={"energy_kcal": 260.5})
    replaced = await ann.put(path, json=workout(exercise(BENCH, {"reps": 3}), energy_kcal=270))
    by_patch = await ann.patch(path, json={"energy_kcal": None})
    await ann.patch(path, json={"energy_kcal": 1})
    by_put = await ann.put(path, json=workout(exercise(BENCH, {"reps": 3}), energy_kcal=None))

    assert [response.json()["energy_kcal"] for response in kept] == [250] * 4
    assert [one.json()["energy_kcal"] for one in (changed, replaced, by_patch, by_put)] == [260.5, 270, None, None]


async def test_repeating_a_workout_does_not_copy_it(ann: Person) -> None:
    logged = await log(ann, energy_kcal=250)

    repeated = await ann.post("/workouts/repeat", json={"workout_id": logged["id"]})

    assert (repeated.status_code, repeated.json()["energy_kcal"]) == (201, None)


async def test_it_belongs_to_the_content_of_a_create(ann: Person) -> None:
    sent = {"id": str(uuid4()), "started_at": START, "energy_kcal": 250}
    await ann.log(**sent)

    again = await ann.post("/workouts", json=sent)
    other = await ann.post("/workouts", json=sent | {"energy_kcal": 251})

    assert (again.status_code, other.status_code) == (200, 409)


async def test_a_create_without_it_has_the_fingerprint_of_the_former_release(
    ann: Person, connection: Connection
) -> None:
    """So a retry that reaches the new release after the former one wrote is still a retry."""
    first = {"id": str(uuid4()), "started_at": START}
    await ann.log(**first)
    await ann.log(id=str(uuid4()), started_at=START, energy_kcal=None)

    rows = await connection.fetch("SELECT encode(fingerprint, 'hex') FROM workout")

    assert {row[0] for row in rows} == {"f618cb6a7244fa9d3ae80171d70b192f"}


async def test_a_change_of_the_past_reaches_settled_months(ann: Person, connection: Connection) -> None:
    await ann.weigh("2025-01-01", 70)
    old = await ann.log(started_at="2025-05-02T18:00:00Z", ended_at="2025-05-02T19:00:00Z", exercises=[PLANKED])
    await ann.log(started_at="2026-03-02T18:00:00Z")
    estimated = await get_statistic(ann)

    await ann.patch(f"/workouts/{old['id']}", json={"energy_kcal": 500})
    recorded = await get_statistic(ann)
    await ann.patch(f"/workouts/{old['id']}", json={"energy_kcal": None})

    assert await connection.fetchval("SELECT count(*) FROM settled_month WHERE month = '2025-05-01'") == 1
    assert (recorded, await get_statistic(ann)) == (500, estimated)
    assert estimated == old["totals"]["estimated_energy_kcal"]
