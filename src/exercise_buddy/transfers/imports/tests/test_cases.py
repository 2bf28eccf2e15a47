"""Files that broke imports of others, with the values that a count by hand gives."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.imports.tests.test_batches import build_row
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.support import (
    import_file,
    list_errors,
    list_workouts,
    send_file,
    wait_for_import,
)
from tests.factories import PUSHUP
from tests.support import Person, shared_file, wait_until

BY_HAND = {
    "workouts": "workouts",
    "sets": "sets",
    "reps": "reps",
    "volume_kg": "volume_kg",
    "weight_unit": "weight_unit",
    "problems": "problem_count",
}
"""The totals of the cases, and the properties of the report."""


def read_case(name: str) -> tuple[bytes, dict[str, str], dict[str, Any]]:
    """Return the first file of a case, the fields of its form, and what is expected."""
    case = json.loads(shared_file("import-cases/cases.json").read_text())[name]
    return shared_file(f"import-cases/{case['files'][0]}").read_bytes(), case["form"], case["expected"]


def parse_strong(*sets: tuple[str, int, float]) -> str:
    """Return a file of Strong with sets: exercise, number, weight."""
    return files.strong(
        *(files.strong_row(Exercise_Name=name, Set_Order=order, Weight=weight) for name, order, weight in sets)
    )


async def list_exercises(person: Person) -> list[tuple[str, list[float | None]]]:
    """Return the exercises of all workouts, with the weights of their sets."""
    return [
        (exercise["exercise"]["name"], [workout_set["weight_kg"] for workout_set in exercise["sets"]])
        for workout in await list_workouts(person)
        for exercise in workout["exercises"]
    ]


def test_every_case_is_tried() -> None:
    cases = json.loads(shared_file("import-cases/cases.json").read_text())

    source = Path(__file__).read_text()
    assert [name for name in cases if f'"{name}"' not in source] == []


@pytest.mark.parametrize("name", ["strong2016", "sorted-rows", "band-assist", "fitnotes"])
async def test_a_file_is_imported_as_counted_by_hand(ann: Person, name: str) -> None:
    content, form, expected = read_case(name)

    # A unit that the client does not send must not be asked for.
    fields: dict[str, Any] = {"weight_unit": ""} | form
    response = await send_file(ann, content, **fields)

    assert response.status_code == expected.pop("status", 201), response.text
    assert expected.pop("asks_no_weight_unit", True)
    report = response.json()
    assert {total: report[BY_HAND[total]] for total in expected} == expected
    assert report["problem_count"] == 0


async def test_squats_with_a_load_are_no_bodyweight_squats(ann: Person) -> None:
    content, form, expected = read_case("loaded-squat")

    report = await import_file(ann, content, **form)

    matched = {exercise["exercise_name"] for exercise in report["exercises"]}
    assert expected["exercise_of_both_is_not"] not in matched
    assert expected["either"].split(", ")[0] == "Barbell Squat"
    assert matched == {"Barbell Squat"}


@pytest.mark.parametrize("orders", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
async def test_sets_of_a_sorted_table_are_in_their_exercise(ann: Person, orders: tuple[int, ...]) -> None:
    alternating = [(name, order, 40 + 10 * order) for order in orders for name in ("Leg Press", "Deadlift")]
    adjacent = sorted(alternating, key=lambda row: row[0], reverse=True)

    for index, rows in enumerate((alternating, adjacent)):
        content = parse_strong(*rows).replace("2026-01-05", f"2026-01-0{index + 1}")
        await import_file(ann, content)

    ordered = [("Leg Press", [50, 60, 70]), ("Barbell Deadlift", [50, 60, 70])]
    assert await list_exercises(ann) == ordered * 2


async def test_a_negative_weight_is_assistance(ann: Person) -> None:
    content, form, _ = read_case("band-assist")

    await import_file(ann, content, **form)

    (workout,) = await list_workouts(ann)
    sets = [workout_set for exercise in workout["exercises"] for workout_set in exercise["sets"]]
    assert [(workout_set["weight_kg"], workout_set["assistance_kg"]) for workout_set in sets] == [
        (None, 21),
        (None, None),
        (None, 10),
    ]


async def test_a_point_separates_thousands_where_a_comma_separates_decimals(ann: Person) -> None:
    content, form, expected = read_case("dot-thousands")
    second_lb, never_lb = float(expected["second_set"].split()[0]), float(expected["never"].split()[0])

    await import_file(ann, content, **form)

    pounds = [weight_kg / 0.45359237 for _, sets in await list_exercises(ann) for weight_kg in sets if weight_kg]
    assert pounds == [pytest.approx(1250.5, abs=0.001), pytest.approx(second_lb, abs=0.001)]
    assert never_lb not in [round(value, 2) for value in pounds]
    report = await import_file(
        ann, content.replace(b"1.250,5;2", b"1.250;2"), **form, number_format="decimal_comma", on_conflict="keep"
    )
    assert report["volume_kg"] == pytest.approx(4 * 1250 * 0.45359237, abs=0.01)


@pytest.mark.parametrize(("policy", "sets", "volume_kg"), [("skip", 1, 400), ("replace", 2, 850), ("keep", 3, 1250)])
async def test_a_grown_file_follows_the_policy(ann: Person, policy: str, sets: int, volume_kg: float) -> None:
    first, form, expected = read_case("updated-export")
    second = shared_file("import-cases/updated-export-2.csv").read_bytes()
    await import_file(ann, first, **form)

    report = await import_file(ann, second, **form, on_conflict=policy)

    totals = [workout["totals"] for workout in await list_workouts(ann)]
    assert report["changed"] == 1
    assert len(totals) == (2 if policy == "keep" else 1)
    found = {
        "workouts": len(totals),
        "sets": sum(one["sets"] for one in totals),
        "volume_kg": sum(one["volume_kg"] for one in totals),
    }
    assert (found["sets"], found["volume_kg"]) == (sets, volume_kg)
    assert (found == expected["after_both"]) is (policy == "replace")


async def test_a_mapping_on_top_moves_the_sets(ann: Person) -> None:
    content, form, expected = read_case("mapping-on-top")
    assert expected["second"].startswith("moves the sets to the mapped exercise")
    squat, other = str(catalogue_id("barbell-squat")), str(catalogue_id("leg-press"))
    await import_file(ann, content, **form)

    fields: dict[str, Any] = form | {"mapping": json.dumps({"Squat": squat, "Nonsens": other})}
    wrong = await send_file(ann, content, **fields)
    await import_file(ann, content, **form, mapping=json.dumps({"Squat": other}))

    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/mapping/Nonsens"]
    (workout,) = await list_workouts(ann)
    assert workout["exercises"][0]["exercise"]["id"] == other


async def test_a_mapping_says_one_thing_about_a_name(ann: Person) -> None:
    squat, other = str(catalogue_id("barbell-squat")), str(catalogue_id("leg-press"))
    content = parse_strong(("Squat", 1, 100))

    wrong = await send_file(ann, content, mapping=json.dumps({"Squat": squat, " SQUAT": other}))
    right = await send_file(ann, content, mapping=json.dumps({"Squat": other, " SQUAT": other}))

    assert list_errors(wrong) == [("/mapping/ SQUAT", "repeated_name")]
    assert right.status_code == 201, right.text


async def test_a_workout_that_is_stopped_late_ends_with_its_last_set(ann: Person) -> None:
    recipe, _, expected = read_case("stopped-late")
    assert expected == {"ended_at": "not 16 days later: last set, or a warning"}
    assert b"3 sets; POST" in recipe
    started_at = datetime.now(UTC) - timedelta(days=16)
    live = await ann.log(started_at=started_at.isoformat())
    for reps in (10, 9, 8):
        sets = {"exercise_id": PUSHUP, "sets": [{"reps": reps}]}
        assert (await ann.post(f"/workouts/{live['id']}/sets", json=sets)).status_code == 201

    finished = (await ann.post(f"/workouts/{live['id']}/finish")).json()

    assert datetime.fromisoformat(finished["ended_at"]) - started_at < timedelta(minutes=2)


async def test_the_user_logs_while_a_file_is_imported(ann: Person) -> None:
    recipe, _, expected = read_case("import-then-log")
    assert b'POST /workouts/quick {"exercise":"pushups","reps":5}' in recipe
    queued = await send_file(ann, files.hevy(*(build_row(days, exercise_notes="x" * 300) for days in range(1200))))
    assert queued.status_code == 202, queued.text
    url = f"/imports/{queued.json()['id']}"

    async def is_running() -> bool:
        return bool((await ann.get(url)).json()["state"] == "running")

    await wait_until(is_running, seconds=60)
    logged = await ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 5})

    assert logged.status_code == expected["status"], logged.text
    assert (await wait_for_import(ann, queued.json()["id"]))["workouts"] == 1200
