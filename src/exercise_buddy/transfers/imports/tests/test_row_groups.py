"""Rows of one workout belong together wherever they are, and rows that a file repeats are imported once."""

import pytest

from exercise_buddy.transfers.tests.files import hevy_row, strong, strong_row
from exercise_buddy.transfers.tests.support import (
    import_hevy,
    import_strong,
    list_codes,
    list_errors,
    list_workouts,
    send_file,
)
from tests.support import Person

DAYS = ({"start_time": "28 Mar 2025, 17:29"}, {"start_time": "29 Mar 2025, 17:29", "end_time": "29 Mar 2025, 18:00"})
ROWS = [
    hevy_row(exercise_title=exercise, set_index=index, **day)
    for exercise in ("My Dip", "My Pull")
    for day in DAYS
    for index in range(2)
]


@pytest.mark.parametrize("rows", [ROWS, ROWS[::2] + ROWS[1::2], sorted(ROWS)])
async def test_sorted_rows_are_whole_workouts(ann: Person, rows: list[str]) -> None:
    report = await import_hevy(ann, *rows)

    assert (report["workouts"], report["sets"], report["problems"], report["warnings"]) == (2, 8, [], [])
    for workout in await list_workouts(ann):
        assert [len(exercise["sets"]) for exercise in workout["exercises"]] == [2, 2]


async def test_a_pasted_block_is_imported_once_with_a_warning(ann: Person) -> None:
    workout = [strong_row(Set_Order=1), strong_row(Set_Order=2), strong_row(Exercise_Name="My Row")]
    other = strong_row(Date="2026-01-06 18:00:00")

    report = await import_strong(ann, *workout, other, *workout[:2], *workout)

    assert (report["workouts"], report["sets"]) == (2, 4)
    assert (report["problems"], list_codes(report["warnings"])) == ([], [(6, "repeated_rows")])


async def test_a_workout_pasted_twice_in_a_row_is_imported_once(ann: Person) -> None:
    workout = [strong_row(Set_Order=1), strong_row(Set_Order=2), strong_row(Exercise_Name="My Row")]

    report = await import_strong(ann, *workout, *workout)

    assert (report["sets"], list_codes(report["warnings"])) == (3, [(5, "repeated_rows")])


async def test_a_circuit_is_no_repetition(ann: Person) -> None:
    circuit = [strong_row(), strong_row(Exercise_Name="My Row")]

    report = await import_strong(ann, *circuit, *circuit)

    assert (report["sets"], report["warnings"]) == (4, [])


@pytest.mark.parametrize(("number_format", "kilograms"), [("decimal_comma", 1250), ("decimal_point", 1.25)])
async def test_an_ambiguous_number_asks_for_the_format(ann: Person, number_format: str, kilograms: float) -> None:
    content = strong(strong_row(Weight="1.250")).replace(",", ";")

    assert list_errors(await send_file(ann, content)) == [("/number_format", "number_format_needed")]
    response = await send_file(ann, content, number_format=number_format)

    assert response.status_code == 201
    (workout,) = await list_workouts(ann)
    assert workout["exercises"][0]["sets"][0]["weight_kg"] == kilograms


async def test_the_format_of_numbers_is_that_of_the_other_numbers(ann: Person) -> None:
    rows = (strong_row(Weight="1.250,5"), strong_row(Weight="1.250", Set_Order=2))

    report = await import_strong(ann, *rows)

    assert (report["volume_kg"], report["warnings"]) == (8 * 2500.5, [])
