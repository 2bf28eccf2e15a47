"""Options state what a file does not, and are asked for only if needed."""

from typing import Any

import pytest

from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import hevy_row, strong_row
from exercise_buddy.transfers.tests.support import import_strong, list_errors, list_workouts, send_file
from tests.support import Connection, Person


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"weight_unit": ""}, "/weight_unit"),
        ({"weight_unit": "stone"}, "/weight_unit"),
        ({"distance_unit": "furlong"}, "/distance_unit"),
        ({"time_zone": "Olympus"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
    ],
)
async def test_an_option_is_missing_or_invalid(ann: Person, fields: dict[str, Any], pointer: str) -> None:
    response = await send_file(ann, files.strong(strong_row()), **fields)

    assert [error_pointer for error_pointer, _ in list_errors(response)] == [pointer]


async def test_all_missing_options_are_reported_at_once(ann: Person, connection: Connection) -> None:
    content = files.strong(strong_row(Date="03/04/2025 18:00"))

    response = await send_file(ann, content, weight_unit="", time_zone="")

    assert list_errors(response) == [
        ("/weight_unit", "unit_needed"),
        ("/time_zone", "time_zone_needed"),
        ("/date_order", "date_order_needed"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_a_column_without_a_unit_needs_one(ann: Person) -> None:
    content = files.hevy(hevy_row()).replace("weight_kg", "weight")

    response = await send_file(ann, content, weight_unit="")

    assert list_errors(response) == [("/weight_unit", "unit_needed")]


async def test_no_option_is_needed_that_the_file_states(ann: Person) -> None:
    content = files.strong(strong_row(Date="2026-01-05T18:00:00+01:00", Exercise_Name="Push Up", Weight=0))

    response = await send_file(ann, content, weight_unit="", time_zone="UTC")
    without_zone = await send_file(ann, content.replace("+01:00", "Z"), weight_unit="", time_zone="")

    assert response.status_code == 201
    assert (without_zone.status_code, without_zone.json()["time_zone"]) == (201, "UTC")


@pytest.mark.parametrize(
    ("other", "order", "day"),
    [
        ("13/01/2025 18:00", "", "2025-04-03"),
        ("01/13/2025 18:00", "", "2025-03-04"),
        ("03/04/2025 19:00", "day_first", "2025-04-03"),
        ("03/04/2025 19:00", "month_first", "2025-03-04"),
    ],
)
async def test_dates_have_the_order_of_the_file_or_of_the_option(ann: Person, other: str, order: str, day: str) -> None:
    rows = [strong_row(Date=date) for date in ("03/04/2025 18:00", other)]

    await import_strong(ann, *rows, date_order=order)

    assert day in {workout["local_date"] for workout in await list_workouts(ann)}


async def test_unknown_and_repeated_fields_are_refused(ann: Person, connection: Connection) -> None:
    content = files.strong(strong_row())
    fields: dict[str, Any] = {"weight_unit": "kg", "time_zone": "Europe/Athens"}

    unknown = await send_file(ann, content, **dict[str, Any]({"dry_run ": "true"}))
    file = ("strong.csv", content)
    twice = await ann.post("/imports", files=[("file", file), ("file", file)], data=fields)

    assert unknown.status_code == 422
    assert unknown.json()["errors"][0] == {
        "pointer": "/dry_run ",
        "location": "body",
        "code": "extra_forbidden",
        "message": "This field does not exist",
    }
    assert list_errors(twice) == [("/file", "repeated")]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_a_file_is_required(ann: Person) -> None:
    response = await ann.post("/imports", data={"weight_unit": "kg"})

    assert [pointer for pointer, _ in list_errors(response)] == ["/file"]
