"""An account with data of every kind, its export, and the import of it."""

import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from exercise_buddy.exercises import public as exercises
from exercise_buddy.main import RESTORED_FILES
from exercise_buddy.transfers.tests.support import import_file, send_file, wait_for_import
from tests.exports import BENCH, create_data, export
from tests.support import Connection, Person

SQUAT = str(exercises.catalogue_id("bodyweight-squat"))
NOT_RESTORED = {
    "sessions.json": "sessions stay on their server",
    "password.json": "the new account has its own password",
    "identities.json": "the user links providers on each server",
    "security_events.json": "what has happened on one server",
}
STAYS_IN_PROFILE = {"id", "email", "email_verified", "username", "created_at", "updated_at"}


def pack(members: dict[str, bytes]) -> bytes:
    """Return an archive with files, by their names."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def comparable(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return the members that an import restores, byte by byte; the profile without what identifies the account."""
    profile = json.loads(members["profile.json"])
    kept = {name: value for name, value in profile.items() if name not in STAYS_IN_PROFILE}
    others = {name: data for name, data in members.items() if name not in NOT_RESTORED}
    return others | {"profile.json": orjson.dumps(kept)}


async def fill(person: Person, connection: Connection) -> None:
    """Create what `create_data` does not: an alias, a calibration, a tombstone, a past goal, an edited workout."""
    await create_data(person)
    profile = {"display_name": "Ann Ä", "unit_system": "imperial", "week_starts_on": "sunday", "locale": "pt-BR"}
    assert (await person.patch("/users/me", json=profile)).status_code == 200
    merged = (await person.post("/exercises", json={"name": "Bench, but mine"})).json()["id"]
    assert (await person.post(f"/exercises/{merged}/merge", json={"into": BENCH})).status_code == 200
    deleted = await person.log(title="Mistake", started_at="2026-03-01T10:00:00Z", exercises=[])
    assert (await person.delete(f"/workouts/{deleted['id']}")).status_code == 204
    edited = await person.log(title="Typo", started_at="2026-03-02T10:00:00Z", exercises=[])
    assert (await person.patch(f"/workouts/{edited['id']}", json={"title": "No typo"})).status_code == 200
    measured = await import_file(person, "date,weight_kg,fat_percent\n2 Mar 2026,80,18\n3 Mar 2026,79.5,\n")
    assert measured["body_measurements"]["new"] == 2
    await connection.execute(
        "INSERT INTO counting_calibration (user_id, exercise_id, measure, joints, low, high, reps, profile_version)"
        " VALUES ($1::text::uuid, $2::text::uuid, 'angle', '{hip,knee,ankle}', 61.5, 172.25, 3, '1')",
        person.id,
        SQUAT,
    )
    await connection.execute(
        "INSERT INTO goal (user_id, valid_since, metric, target, rest_days, ended_on)"
        " VALUES ($1::text::uuid, '2026-01-05', 'minutes', 90, '{}', '2026-02-01')",
        person.id,
    )


async def restore(person: Person, content: bytes, state: str = "completed") -> dict[str, Any]:
    """Import an export and wait for a state; return the import."""
    response = await send_file(person, content)
    assert response.status_code == 202, response.text
    return await wait_for_import(person, response.json()["id"], state)


async def require_no_data(person: Person) -> None:
    """Check that the export of a user has none of the data that an import restores."""
    members = await export(person)
    restored = {file.name for file in RESTORED_FILES} - {"profile.json", "deleted_workouts.json"}
    assert {name for name in restored if json.loads(members[name])} == set()


def edit(members: dict[str, bytes], name: str, change: Callable[[Any], Any]) -> dict[str, bytes]:
    """Return the files of an export with one changed, by a function that changes its content or returns another."""
    content = json.loads(members[name])
    changed = change(content)
    return members | {name: orjson.dumps(content if changed is None else changed)}
