"""Helpers of the tests of imports: files, requests and results."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import asyncpg
import httpx2

from tests.support import Person

STRONG_HEADER = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
)
HEVY_HEADER = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,"
    "reps,distance_km,duration_seconds,rpe"
)
_STRONG_ROW = dict.fromkeys(STRONG_HEADER.split(","), "") | {
    "Date": "2026-01-05 18:00:00",
    "Workout Name": "Push",
    "Duration": "1h 5m",
    "Exercise Name": "My Press",
    "Set Order": "1",
    "Weight": "50",
    "Reps": "8",
    "Distance": "0",
    "Seconds": "0",
}
_HEVY_ROW = dict.fromkeys(HEVY_HEADER.split(","), "") | {
    "title": "Push",
    "start_time": "28 Mar 2025, 17:29",
    "end_time": "28 Mar 2025, 18:41",
    "exercise_title": "My Press",
    "set_index": "0",
    "set_type": "normal",
    "weight_kg": "50",
    "reps": "8",
}
# Tables that an import can write to.
TABLES = (
    "workout",
    "workout_exercise",
    "workout_set",
    "workout_import",
    "custom_exercise",
    "custom_exercise_alias",
    "catalogue_exercise",
    "exercise_alias",
    "routine",
    "routine_exercise",
)


def _csv_line(cells: Iterable[object]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().removesuffix("\n")


def strong_row(**cells: object) -> str:
    """Return a row of Strong. Columns are named like `Set_Order`."""
    return _csv_line((_STRONG_ROW | {name.replace("_", " "): cell for name, cell in cells.items()}).values())


def strong_rest(seconds: float) -> str:
    """Return the row of a rest."""
    return strong_row(Set_Order="Rest Timer", Weight=0, Reps=0, Seconds=seconds)


def hevy_row(**cells: object) -> str:
    """Return a row of Hevy."""
    return _csv_line((_HEVY_ROW | cells).values())


def strong_file(*rows: str, header: str = STRONG_HEADER) -> str:
    """Return a file of Strong."""
    return "\n".join([header, *rows]) + "\n"


def hevy_file(*rows: str, header: str = HEVY_HEADER) -> str:
    """Return a file of Hevy."""
    return "\n".join([header, *rows]) + "\n"


async def send_file(person: Person, content: str | bytes, *, dry_run: bool = False, **fields: str) -> httpx2.Response:
    """Import a file. An empty field is not sent."""
    data = {"weight_unit": "kg", "time_zone": "Europe/Athens"} | fields
    return await person.post(
        "/workouts/imports",
        files={"file": ("export.csv", content)},
        data={name: value for name, value in data.items() if value},
        params={"dry_run": "true"} if dry_run else None,
    )


async def import_file(person: Person, content: str | bytes, **fields: Any) -> dict[str, Any]:
    """Import a readable file, and return the report."""
    response = await send_file(person, content, **fields)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def list_workouts(person: Person) -> list[dict[str, Any]]:
    """Return all workouts with their sets, the newest first."""
    return await person.list_all("/workouts", include="sets", limit=100)


async def first_set(person: Person) -> dict[str, Any]:
    """Return the first set of the newest workout."""
    workout_set: dict[str, Any] = (await list_workouts(person))[0]["exercises"][0]["sets"][0]
    return workout_set


async def count_rows(connection: asyncpg.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608


def list_codes(remarks: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Return the lines and the codes of warnings or problems."""
    return [(remark["line"], remark["code"]) for remark in remarks]
