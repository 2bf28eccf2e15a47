"""Imports of body measurements: new, equal and changed ones, and undo."""

from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.transfers.imports.tests import measurement_files as files
from exercise_buddy.transfers.tests.support import import_file, list_codes
from tests.support import Connection, Person

PATH = "/users/me/body-measurements"
FILE = files.hevy('"1 Mar 2026, 00:00",80,18,,84', '"8 Mar 2026, 00:00",79.5,,,', '"15 Mar 2026, 00:00",79,17.5,,83')
CORRECTED = FILE.replace("79.5", "78.5").replace("17.5", "17")
STORED = [("2026-03-01", 80, 18), ("2026-03-08", 79.5, None), ("2026-03-15", 79, 17.5)]
NO_CHANGES = {"new": 0, "equal": 3, "changed": 0, "replaced": 0, "repeated": 0, "skipped": 0}


async def list_items(person: Person) -> list[dict[str, Any]]:
    items = await person.list_all(PATH, limit=100)
    return items[::-1]


async def list_values(person: Person) -> list[tuple[str, float, float | None]]:
    return [(item["measured_on"], item["mass_kg"], item["body_fat_percent"]) for item in await list_items(person)]


def counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in report["body_measurements"].items() if isinstance(count, int)}


async def create(person: Person, **values: Any) -> dict[str, Any]:
    response = await person.post(PATH, json={"measured_on": "2026-03-08", "mass_kg": 79.5} | values)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


async def test_a_file_is_looked_at_imported_and_imported_again(ann: Person, bob: Person) -> None:
    dry = await import_file(ann, FILE, dry_run=True, time_zone="", weight_unit="")
    assert await list_items(ann) == []
    done = await import_file(ann, FILE)
    again = await import_file(ann, FILE, time_zone="Pacific/Auckland")

    assert counts(dry) == counts(done) == NO_CHANGES | {"new": 3, "equal": 0}
    assert done["body_measurements"]["left_out"] == [{"name": "waist", "count": 2}]
    assert list_codes(done["warnings"]) == [(2, "measurements_left_out")]
    assert (dry["id"], done["source"], done["workouts"], done["time_zone"]) == (None, "hevy", 0, None)
    assert (counts(again), again["id"]) == (NO_CHANGES, None)
    assert await list_values(ann) == STORED
    assert {item["import_id"] for item in await list_items(ann)} == {done["id"]}
    (listed,) = (await ann.get("/imports")).json()["items"]
    assert (listed["body_measurements"], listed["replaced_body_measurements"], listed["workouts"]) == (3, 0, 0)
    assert await list_items(bob) == []


async def test_a_grown_file_adds_only_what_is_new(ann: Person) -> None:
    await import_file(ann, FILE)

    grown = await import_file(ann, FILE + '"15 Mar 2026, 00:00",78.9,,,\n"22 Mar 2026, 00:00",79,,,\n')

    assert counts(grown) == NO_CHANGES | {"new": 2}
    assert await list_values(ann) == [*STORED, ("2026-03-15", 78.9, None), ("2026-03-22", 79, None)]


@pytest.mark.parametrize("on_conflict", ["skip", "replace", "keep"])
async def test_a_corrected_file(ann: Person, on_conflict: str) -> None:
    await import_file(ann, FILE)
    second = (await list_items(ann))[1]
    await ann.patch(f"{PATH}/{second['id']}", json={"notes": "After lunch"})

    dry = await import_file(ann, CORRECTED, on_conflict=on_conflict, dry_run=True)
    assert await list_values(ann) == STORED
    report = await import_file(ann, CORRECTED, on_conflict=on_conflict)

    expected = {"skip": {}, "replace": {"replaced": 2}, "keep": {"new": 2}}[on_conflict]
    assert counts(dry) == counts(report) == NO_CHANGES | {"equal": 1, "changed": 2} | expected
    assert [(change["line"], change["measured_on"]) for change in report["body_measurements"]["changes"]] == [
        (3, "2026-03-08"),
        (4, "2026-03-15"),
    ]
    assert report["body_measurements"]["changes"][0]["differences"] == ["the mass is 79.5 kg, in the file 78.5 kg"]
    assert report["body_measurements"]["changes"][0]["measurement_id"] == second["id"]
    warned = [code for _, code in list_codes(report["warnings"]) if code == "measurement_changed"]
    assert len(warned) == (0 if on_conflict == "replace" else 2)
    values = await list_values(ann)
    if on_conflict == "skip":
        assert values == STORED
    elif on_conflict == "replace":
        assert values == [STORED[0], ("2026-03-08", 78.5, None), ("2026-03-15", 79, 17)]
        assert (await list_items(ann))[1]["notes"] == "After lunch"
    else:
        assert sorted(values, key=str) == sorted([*STORED, ("2026-03-08", 78.5, None), ("2026-03-15", 79, 17)], key=str)
    again = await import_file(ann, CORRECTED, on_conflict=on_conflict)
    assert counts(again) == NO_CHANGES | ({"equal": 1, "changed": 2} if on_conflict == "skip" else {})
    assert await list_values(ann) == values


async def test_one_that_the_user_entered_is_not_doubled_and_keeps_its_body_fat(ann: Person) -> None:
    await create(ann, body_fat_percent=20)
    await create(ann, measured_on="2026-03-15", mass_kg=80)

    report = await import_file(ann, FILE, on_conflict="replace")

    assert counts(report) == NO_CHANGES | {"new": 1, "equal": 1, "changed": 1, "replaced": 1}
    assert await list_values(ann) == [STORED[0], ("2026-03-08", 79.5, 20), STORED[2]]


async def test_a_day_that_was_corrected_is_one_measurement(ann: Person) -> None:
    await import_file(ann, FILE)
    moved = FILE.replace("8 Mar", "9 Mar")

    skipped = await import_file(ann, moved)
    replaced = await import_file(ann, moved, on_conflict="replace")

    assert counts(skipped) == NO_CHANGES | {"equal": 2, "changed": 1}
    assert skipped["body_measurements"]["changes"][0]["differences"] == [
        "the day is 2026-03-08, in the file 2026-03-09"
    ]
    assert counts(replaced) == NO_CHANGES | {"equal": 2, "changed": 1, "replaced": 1}
    assert [day for day, _, _ in await list_values(ann)] == ["2026-03-01", "2026-03-09", "2026-03-15"]


async def test_the_same_mass_on_the_next_day_in_another_app_is_new(ann: Person) -> None:
    await import_file(ann, FILE)
    other = files.strong(
        "2026-03-01 07:00:00,Weight,80,kg,S",
        "2026-03-09 07:00:00,Weight,79.5,kg,S",
        "2026-03-16 07:00:00,Weight,79,kg,S",
    )

    assert counts(await import_file(ann, other)) == NO_CHANGES | {"new": 2, "equal": 1}


async def test_apple_health_with_another_time_zone_adds_nothing(ann: Person) -> None:
    content = files.health(
        files.record("BodyMass", 80 + day / 10, "kg", f"2026-03-{day:02} {hour}:30:00 +0100")
        for day, hour in ((1, 12), (2, 23), (4, 23), (6, 12), (8, 23), (9, 12))
    )

    first = await import_file(ann, content, time_zone="Europe/Berlin")
    shifted = await import_file(ann, content, time_zone="Europe/Athens")
    again = await import_file(ann, content, time_zone="Europe/Berlin")

    assert (counts(first)["new"], counts(again)["equal"]) == (6, 6)
    assert (counts(shifted)["new"], counts(shifted)["equal"], counts(shifted)["changed"]) == (0, 3, 3)


async def test_workouts_and_measurements_of_one_file(ann: Person) -> None:
    workout = (
        ' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min"'
        ' startDate="2026-03-01 18:00:00 +0100" endDate="2026-03-01 18:30:00 +0100"/>\n'
    )
    content = files.archive(
        {
            "apple_health_export/export.xml": files.health(
                [files.record("BodyMass", 80, "kg", "2026-03-01 07:00:00 +0100"), workout]
            )
        }
    )

    report = await import_file(ann, content)
    again = await import_file(ann, content)

    assert (report["workouts"], counts(report)["new"]) == (1, 1)
    assert (again["duplicates"], counts(again)["equal"], again["id"]) == (1, 1, None)
    assert (await ann.delete(f"/imports/{report['id']}")).status_code == 204
    assert (await list_items(ann), (await ann.get("/workouts")).json()["items"]) == ([], [])


# --- undo --------------------------------------------------------------------------------------------------------


async def test_an_undo_deletes_what_was_added_and_restores_what_was_replaced(ann: Person) -> None:
    manual = await create(ann, notes="Mine")
    before = await list_items(ann)
    report = await import_file(ann, CORRECTED, on_conflict="replace")
    assert len(await list_items(ann)) == 3

    assert (await ann.delete(f"/imports/{report['id']}")).status_code == 204

    (after,) = await list_items(ann)
    assert after | {"updated_at": ""} == before[0] | {"updated_at": ""}
    assert after["id"] == manual["id"]
    assert (await ann.get("/imports")).json()["items"] == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0), (0, 2, 1), (2, 0, 1)])
async def test_imports_are_undone_in_any_order(ann: Person, order: tuple[int, ...]) -> None:
    contents = [FILE, CORRECTED, CORRECTED.replace("78.5", "77.5")]
    ids = [(await import_file(ann, content, on_conflict="replace"))["id"] for content in contents]
    states = {(0, 1): CORRECTED, (0, 2): contents[2], (0,): FILE}

    done: list[int] = []
    for number in order:
        assert (await ann.delete(f"/imports/{ids[number]}")).status_code == 204
        done.append(number)
        left = [other for other in range(3) if other not in done]
        values = await list_values(ann)
        if tuple(left) in states:
            assert len(values) == 3
            mass = 78.5 if left[-1] == 1 else 77.5 if left[-1] == 2 else 79.5
            assert values[1] == ("2026-03-08", mass, None)
        if not left:
            assert values == []


async def test_an_undo_asks_before_it_deletes_what_was_edited(ann: Person) -> None:
    await create(ann)
    report = await import_file(ann, CORRECTED, on_conflict="replace")
    for item in await list_items(ann):
        await ann.patch(f"{PATH}/{item['id']}", json={"notes": "edited"})

    refused = await ann.delete(f"/imports/{report['id']}")
    assert (refused.status_code, refused.json()["type"], refused.json()["edited"]) == (
        409,
        "/problems/import-edited",
        3,
    )
    assert len(await list_items(ann)) == 3
    assert (await ann.delete(f"/imports/{report['id']}", params={"include_edited": True})).status_code == 204

    assert await list_values(ann) == [("2026-03-08", 79.5, None)]


async def test_what_the_user_deleted_or_replaced_meanwhile_does_not_come_back(ann: Person) -> None:
    report = await import_file(ann, FILE)
    first, second, _ = await list_items(ann)
    await ann.delete(f"{PATH}/{first['id']}")
    await import_file(ann, FILE.replace("79.5", "78"), on_conflict="replace")
    await ann.delete(f"{PATH}/{second['id']}")

    assert (await ann.delete(f"/imports/{report['id']}", params={"include_edited": True})).status_code == 204

    # The second import has brought the first day again.
    assert await list_values(ann) == [("2026-03-01", 80, 18)]


# --- what follows ------------------------------------------------------------------------------------------------


async def test_the_last_reading_of_a_day_is_the_mass_of_the_day(ann: Person, connection: Connection) -> None:
    times = [f"2026-03-01 {hour:02}:00:00 +0000" for hour in (21, 7, 12)]
    records = (files.record("BodyMass", 80 + number, "kg", time) for number, time in enumerate(times))

    await import_file(ann, files.health(records), time_zone="UTC")

    assert await list_values(ann) == [("2026-03-01", mass, None) for mass in (81, 82, 80)]
    ids = [UUID(item["id"]) for item in await list_items(ann)]
    assert ids == sorted(ids)
    assert {measurement_id.version for measurement_id in ids} == {7}
    mass = "SELECT mass_kg FROM body_measurement ORDER BY measured_on DESC, id DESC LIMIT 1"
    assert await connection.fetchval(mass) == 80
