"""Files that broke imports of others, with the values that a count by hand gives."""

import json
from typing import Any

import pytest

from exercise_buddy.transfers.tests.support import first_set, import_file, list_workouts
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
