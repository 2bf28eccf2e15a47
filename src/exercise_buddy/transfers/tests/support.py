"""Requests and results of the tests of imports and exports."""

from typing import Any

import httpx2

from exercise_buddy.transfers.tests import files
from tests.support import Connection, Person, wait_until

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


async def send_file(person: Person, content: str | bytes, *, dry_run: bool = False, **fields: str) -> httpx2.Response:
    """Import a file. An empty field is not sent."""
    data = {"weight_unit": "kg", "time_zone": "Europe/Athens"} | fields
    return await person.post(
        "/imports",
        files={"file": ("export.csv", content)},
        data={name: value for name, value in data.items() if value},
        params={"dry_run": "true"} if dry_run else None,
    )


async def import_file(person: Person, content: str | bytes, **fields: Any) -> dict[str, Any]:
    """Import a readable file, in the background if it is large, and return the report."""
    response = await send_file(person, content, **fields)
    assert response.status_code in {201, 202}, response.text
    found: dict[str, Any] = response.json()
    if response.status_code == 202:
        found = (await wait_for_import(person, found["id"]))["report"]
    return found


async def wait_for_import(person: Person, import_id: str, state: str = "completed") -> dict[str, Any]:
    """Return an import when it has a state."""
    found: dict[str, Any] = {}

    async def has_state() -> bool:
        nonlocal found
        found = (await person.get(f"/imports/{import_id}")).json()
        return found["state"] not in {"queued", "running", "cancelling", "undoing"}

    await wait_until(has_state, seconds=120)
    assert found["state"] == state, found["problem"]
    return found


async def import_strong(person: Person, *rows: str, header: str = files.STRONG_HEADER, **fields: Any) -> dict[str, Any]:
    """Import the rows of a file of Strong, and return the report."""
    return await import_file(person, files.build_file(header, rows), **fields)


async def import_hevy(person: Person, *rows: str, header: str = files.HEVY_HEADER, **fields: Any) -> dict[str, Any]:
    """Import the rows of a file of Hevy, and return the report."""
    return await import_file(person, files.build_file(header, rows), **fields)


async def export_workouts(person: Person, export_format: str, **filters: str) -> bytes:
    """Return an export of the person's workouts."""
    response = await person.get("/workouts/export", params={"format": export_format} | filters)
    assert response.status_code == 200, response.text
    return response.content


def list_errors(response: httpx2.Response) -> list[tuple[str, str]]:
    """Return the pointers and the codes of a response to invalid input."""
    assert response.status_code == 422, response.text
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def drop_import_fields(workouts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return workouts without the fields that each import sets itself."""
    dropped = {"created_at", "updated_at", "import_id"}
    return [{key: value for key, value in workout.items() if key not in dropped} for workout in workouts]


async def list_workouts(person: Person) -> list[dict[str, Any]]:
    """Return all workouts with their sets, the newest first."""
    return await person.list_all("/workouts", include="sets", limit=100)


async def first_set(person: Person) -> dict[str, Any]:
    """Return the first set of the newest workout."""
    workout_set: dict[str, Any] = (await list_workouts(person))[0]["exercises"][0]["sets"][0]
    return workout_set


async def count_rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608


def list_codes(remarks: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Return the lines and the codes of warnings or problems."""
    return [(remark["line"], remark["code"]) for remark in remarks]
