"""The drill of a restore: all that a user can read is the same on another database, byte by byte."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from exercise_buddy import demo
from exercise_buddy.settings import Settings
from tests.account_import.support import fill
from tests.databases import Databases
from tests.exports import BENCH, export
from tests.support import Connection, Person, RunCommand, RunningApp, StartApp, sign_up

# They return no state of the account.
NOT_COMPARED = {"/api/v1/users/me/export", "/api/v1/workouts/export"}
QUERIES = {
    "/api/v1/workouts": ("", "?limit=3&include=sets"),
    "/api/v1/statistics/summary": ("", "?from=2026-01-01&to=2026-12-31"),
    "/api/v1/statistics/timeseries": ("", "?metric=volume_kg&bucket=month&from=2026-01-01&to=2026-12-31"),
    "/api/v1/statistics/records/history": ("", "?from=2025-01-01&to=2026-12-31"),
    "/api/v1/sync/changes": ("", "?limit=3"),
}


@pytest.fixture
async def other_database_url(databases_of_tests: Databases) -> AsyncIterator[str]:
    async with databases_of_tests.one() as url:
        yield url


def list_paths(app: RunningApp) -> list[str]:
    """Return the paths of the API that a user reads without naming a resource, and of one exercise."""
    paths: dict[str, Any] = app.app.openapi()["paths"]
    found = [
        path
        for path, item in paths.items()
        if "get" in item
        and path.startswith("/api/v1")
        and not any(parameter.get("required") for parameter in item["get"].get("parameters", []))
    ]
    assert len(found) > 20
    asked = [path + query for path in found if path not in NOT_COMPARED for query in QUERIES.get(path, ("",))]
    return [*asked, f"/api/v1/statistics/exercises/{BENCH}"]


async def read_all(app: RunningApp, person: Person) -> dict[str, tuple[int, bytes]]:
    """Return what a user can read, by its path: the bytes of each response, of each workout, and of the export."""
    paths = list_paths(app)
    paths += [f"/api/v1/workouts/{workout['id']}" for workout in await person.list_all("/workouts", limit=100)]
    found = {}
    for path in paths:
        response = await person.client.get(path)
        # A problem names its request, and a cursor of changes is of the server that gave it out.
        content = response.content if response.is_success else b""
        found[path] = (response.status_code, re.sub(rb'"next_cursor":"[^"]*"', b"", content))
    members = await export(person)
    return found | {name: (0, content) for name, content in members.items()}


async def create_users(app: RunningApp, connection: Connection) -> list[Person]:
    ann, bob = [await sign_up(app, name) for name in ("ann", "bob")]
    await fill(ann, connection)
    await bob.log(title="Legs", started_at="2026-05-01T10:00:00Z", exercises=[])
    return [ann, bob]


@pytest.mark.parametrize("is_encrypted", [True, False])
async def test_everything_is_the_same_after_a_restore(
    app: RunningApp,
    start_app: StartApp,
    connection: Connection,
    other_database_url: str,
    run_command: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_encrypted: bool,
) -> None:
    people = await create_users(app, connection)
    before = [await read_all(app, person) for person in people]
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "backups"))
    options = []
    if is_encrypted:
        made = await run_command("backup", "generate-key", str(tmp_path / "key.txt"))
        monkeypatch.setenv("BACKUP_RECIPIENTS", made.output.rpartition("BACKUP_RECIPIENTS=")[2].strip())
        options = ["--identity", str(tmp_path / "key.txt")]

    stored = await run_command("backup")
    # What happens afterwards is not in it.
    await people[0].log(title="Later", started_at="2026-05-03T10:00:00Z", exercises=[])
    monkeypatch.setenv("DATABASE_URL", other_database_url)
    restored = await run_command("restore", "latest", *options)

    assert (stored.exit_code, restored.exit_code) == (0, 0), stored.output + restored.output
    content = next((tmp_path / "backups").iterdir()).read_bytes()
    assert (content.startswith(b"age-encryption.org"), b"PGDMP" in content) == (is_encrypted, not is_encrypted)
    other = await start_app(database_url=other_database_url)
    for person, expected in zip(people, before, strict=True):
        client = other.client()
        client.headers["Authorization"] = person.client.headers["Authorization"]
        twin = Person(person.id, person.email, person.password, person.refresh_token, client)
        found = await read_all(other, twin)
        assert found.keys() == expected.keys()
        assert {path for path, response in found.items() if response != expected[path]} == set()
        # A device that knows what was undone must begin again, and is told so.
        cursors = [(await reader.get("/sync/changes")).json()["next_cursor"] for reader in (person, twin)]
        statuses = [(await twin.get("/sync/changes", params={"since": cursor})).status_code for cursor in cursors]
        assert statuses == [410, 200]
        # The session goes on, and the account accepts writes.
        assert (await twin.log(title="New", started_at="2026-05-04T10:00:00Z", exercises=[]))["title"] == "New"
        await client.aclose()


async def test_a_restore_keeps_a_year_of_statistics(
    settings: Settings,
    other_database_url: str,
    run_command: RunCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The demo account, whose months are settled, against the command that recomputes all that is stored."""
    await demo.load(settings)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    assert (await run_command("backup", "--to", str(tmp_path / "backups"))).exit_code == 0
    monkeypatch.setenv("DATABASE_URL", other_database_url)

    restored = await run_command("restore", str(next((tmp_path / "backups").iterdir())))
    verified = await run_command("statistics", "verify")

    assert (restored.exit_code, verified.exit_code) == (0, 0), restored.output + verified.output
    assert "1 accounts" in restored.output
    assert "0 differ" in verified.output
    assert " 0 workouts" not in verified.output
