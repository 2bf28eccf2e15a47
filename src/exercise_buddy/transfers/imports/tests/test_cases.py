"""Files that broke imports of others, with the values that a count by hand gives."""

import json
from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests.support import first_set, import_file, list_workouts, send_file
from tests.support import Person, shared_file

TOTALS = ("workouts", "sets", "reps", "volume_kg", "weight_unit")


def read_case(name: str) -> tuple[bytes, dict[str, str], dict[str, Any]]:
    case = json.loads(shared_file("import-cases/cases.json").read_text())[name]
    return shared_file(f"import-cases/{case['files'][0]}").read_bytes(), case["form"], case["expected"]


@pytest.mark.parametrize("name", ["strong2016", "sorted-rows", "band-assist", "fitnotes"])
async def test_a_file_is_imported_as_counted_by_hand(ann: Person, name: str) -> None:
    content, form, expected = read_case(name)

    report = await import_file(ann, content, **({"weight_unit": ""} | form))

    assert {total: report[total] for total in TOTALS if total in expected} == {
        total: expected[total] for total in TOTALS if total in expected
    }
    assert report["problem_count"] == 0


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
    content, form, _ = read_case("dot-thousands")

    await import_file(ann, content, **form)

    assert (await first_set(ann))["weight_kg"] == pytest.approx(1250.5 * 0.45359237, abs=0.001)
    report = await import_file(
        ann, content.replace(b"1.250,5;2", b"1.250;2"), **form, number_format="decimal_comma", on_conflict="keep"
    )
    assert report["volume_kg"] == pytest.approx(4 * 1250 * 0.45359237, abs=0.01)


@pytest.mark.parametrize(("policy", "sets", "volume_kg"), [("skip", 1, 400), ("replace", 2, 850), ("keep", 3, 1250)])
async def test_a_grown_file_follows_the_policy(ann: Person, policy: str, sets: int, volume_kg: float) -> None:
    first, form, _ = read_case("updated-export")
    second = shared_file("import-cases/updated-export-2.csv").read_bytes()
    await import_file(ann, first, **form)

    report = await import_file(ann, second, **form, on_conflict=policy)

    totals = [workout["totals"] for workout in await list_workouts(ann)]
    assert report["changed"] == 1
    assert len(totals) == (2 if policy == "keep" else 1)
    assert (sum(one["sets"] for one in totals), sum(one["volume_kg"] for one in totals)) == (sets, volume_kg)


async def test_a_mapping_on_top_moves_the_sets(ann: Person) -> None:
    content, form, _ = read_case("mapping-on-top")
    squat, other = str(catalogue_id("barbell-squat")), str(catalogue_id("leg-press"))
    await import_file(ann, content, **form)

    fields: dict[str, Any] = form | {"mapping": json.dumps({"Squat": squat, "Nonsens": other})}
    wrong = await send_file(ann, content, **fields)
    await import_file(ann, content, **form, mapping=json.dumps({"Squat": other}))

    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/mapping/Nonsens"]
    (workout,) = await list_workouts(ann)
    assert workout["exercises"][0]["exercise"]["id"] == other
