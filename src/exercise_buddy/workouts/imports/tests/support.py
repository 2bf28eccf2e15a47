"""What the tests of imports share."""

from typing import Any

import asyncpg
import httpx2

from tests.support import Person

# Tables that an import of anybody's touches, in no order.
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


async def send(person: Person, content: str | bytes, *, dry_run: bool = False, **fields: str) -> httpx2.Response:
    """Import a file. A field that is empty is not sent."""
    data = {"time_zone": "Europe/Athens"} | fields
    return await person.post(
        "/workouts/imports",
        files={"file": ("export.csv", content)},
        data={name: value for name, value in data.items() if value},
        params={"dry_run": "true"} if dry_run else None,
    )


async def report(person: Person, content: str | bytes, **fields: Any) -> dict[str, Any]:
    """Import a file that can be read, and give the report."""
    response = await send(person, content, **fields)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def workouts(person: Person) -> list[dict[str, Any]]:
    """Give all workouts, the newest first, with their sets."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        parameters = {"include": "sets", "limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = (await person.get("/workouts", params=parameters)).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


async def counts(connection: asyncpg.Connection) -> dict[str, int]:
    """Count the rows of every table."""
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608


def codes(found: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Give the lines and the codes of warnings or problems."""
    return [(remark["line"], remark["code"]) for remark in found]
