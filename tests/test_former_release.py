"""Processes of the former release serve until all are replaced: what they write after the migration is not lost.

The next release drops the triggers and functions of this, the columns `met_minutes_kg`, and this file.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.sql_files import SqlFile
from exercise_buddy.migration import migrate
from exercise_buddy.users import public as users
from exercise_buddy.workouts.storage import changes, totals, write_call
from exercise_buddy.workouts.storage.totals import WARM_UP_TOTALS
from exercise_buddy.workouts.tables import SET_VALUES, TOTALS
from tests.factories import BENCH, exercise, workout
from tests.support import Connection, Person
from tests.test_migrations import alembic, run


@pytest.fixture
async def former(empty_database_url: str) -> AsyncIterator[Connection]:
    """A connection to a migrated database with the triggers for the former release."""
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


async def insert_account(connection: Connection, email: str, username: str | None = None) -> UUID:
    user_id = uuid4()
    await connection.execute(
        "INSERT INTO user_account (id, email, email_key, username, username_key, time_zone, canonical_time_zone,"
        " week_starts_on, unit_system, locale) VALUES ($1, $2, $2, $3, $3, 'UTC', 'UTC', 'monday', 'metric', 'en')",
        user_id,
        email,
        username,
    )
    return user_id


async def insert_identity(connection: Connection, user_id: UUID, subject: str) -> None:
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1, 'github', $2)", user_id, subject
    )


async def names(connection: Connection) -> set[tuple[Any, ...]]:
    rows = await connection.fetch("SELECT kind, key, user_id FROM login_identifier")
    return {tuple(row) for row in rows}


async def test_its_accounts_are_found(former: Connection, empty_database_url: str) -> None:
    ann = await insert_account(former, "ann@example.com", "ann")
    await insert_account(former, "bob@example.com")

    async with Database.open(empty_database_url) as database, database.sessions() as session:
        by_email = await users.find_account(session, "Ann@example.com")
        by_name = await users.find_account(session, "ANN")

    assert by_email is not None
    assert by_email.id == ann
    assert by_name == by_email


async def test_its_names_stay_unique(former: Connection) -> None:
    ann = await insert_account(former, "ann@example.com", "ann")
    bob = await insert_account(former, "bob@example.com")
    await insert_identity(former, ann, "4711")

    for statement, rule in (
        (insert_account(former, "ann@example.com"), "uq_user_account_email_key"),
        (insert_account(former, "eve@example.com", "ann"), "uq_user_account_username_key"),
        (insert_identity(former, bob, "4711"), "uq_provider_identity_provider_subject"),
        (
            former.execute("UPDATE user_account SET username_key = 'ann' WHERE id = $1", bob),
            "uq_user_account_username_key",
        ),
    ):
        with pytest.raises(asyncpg.UniqueViolationError) as raised:
            await statement
        assert raised.value.constraint_name == rule


async def test_what_it_changes_and_deletes_is_free_again(former: Connection) -> None:
    ann = await insert_account(former, "ann@example.com", "ann")
    bob = await insert_account(former, "bob@example.com", "bob")
    await insert_identity(former, ann, "4711")
    await former.execute(
        "INSERT INTO outgoing_mail (id, user_id, kind, recipient, details, attempts)"
        " VALUES (gen_random_uuid(), $1, 'new_device', 'bob@example.com', '{}', 0)",
        bob,
    )

    await former.execute(
        "UPDATE user_account SET email_key = 'ann@example.org', username_key = NULL WHERE id = $1", ann
    )
    changed = await names(former)
    await former.execute("DELETE FROM provider_identity")
    await former.execute("DELETE FROM user_account WHERE id = $1", bob)

    expected = {("email", "ann@example.org", ann)}
    assert changed == expected | {("github", "4711", ann), ("email", "bob@example.com", bob), ("username", "bob", bob)}
    assert await names(former) == expected
    assert await former.fetchval("SELECT count(*) FROM outgoing_mail") == 0


@pytest.mark.parametrize("end", ["UPDATE auth_session SET revoked_at = now()", "DELETE FROM user_account"])
async def test_its_revoked_sessions_end_everywhere(former: Connection, end: str) -> None:
    user_id = await insert_account(former, "ann@example.com")
    session_id = uuid4()
    await former.execute(
        "INSERT INTO auth_session (user_id, id, token_hash, generation, delivery, rotated_at, idle_expires_at,"
        " expires_at) VALUES ($1, $2, '', 0, 'body', now(), now(), now())",
        user_id,
        session_id,
    )

    await former.execute(end)

    assert await former.fetchval("SELECT session_id FROM ended_session") == session_id


async def test_it_still_records_the_failed_logins_of_strangers(former: Connection) -> None:
    await former.execute(
        "INSERT INTO security_event (id, user_id, kind, details)"
        " VALUES (gen_random_uuid(), NULL, 'sign_in_failed', '{}')"
    )


async def test_what_is_stored_survives_the_migration_and_its_reversal(
    former: Connection, empty_database_url: str
) -> None:
    await run(empty_database_url, alembic(command.downgrade, "0030"))
    ann = await insert_account(former, "ann@example.com", "ann")
    bob = await insert_account(former, "bob@example.com")
    await insert_identity(former, ann, "4711")
    for user_id in (ann, None):
        await former.execute(
            "INSERT INTO security_event (id, user_id, kind, address, details)"
            " VALUES (gen_random_uuid(), $1, 'sign_in_failed', '203.0.113.7', '{}')",
            user_id,
        )

    await migrate(empty_database_url)

    assert await names(former) == {
        ("email", "ann@example.com", ann),
        ("username", "ann", ann),
        ("github", "4711", ann),
        ("email", "bob@example.com", bob),
    }
    assert await former.fetchval("SELECT array_agg(user_id) FROM security_event") == [ann]
    assert await former.fetchval("SELECT array_agg(address) FROM stranger_event") == ["203.0.113.7"]
    # A mail of an account that was deleted at the same time has no account.
    await former.execute(
        "INSERT INTO outgoing_mail (id, user_id, kind, recipient, details, attempts) VALUES"
        " (gen_random_uuid(), gen_random_uuid(), 'new_device', 'x@example.com', '{}', 0),"
        " (gen_random_uuid(), NULL, 'account_deleted', 'x@example.com', '{}', 0)"
    )
    await run(empty_database_url, alembic(command.downgrade, "0030"))
    assert await former.fetchval("SELECT count(*) FROM security_event WHERE user_id IS NULL") == 1
    assert await former.fetchval("SELECT array_agg(kind) FROM outgoing_mail") == ["account_deleted"]
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert_account(former, "ann@example.com")


WRITE_WORKOUTS = """
SELECT
    is_written, workout_count, byte_count, catalogue, stored_ids, stored_fingerprints, deleted_ids, part_kinds,
    part_ids, part_workouts, mass_kg
FROM write_workouts(
    :user_id, :catalogue, :workouts, :exercises, :sets, :exercise_ids, :set_ids, :checks, :max_workouts, :max_bytes,
    :imported, :mass_date
)
"""
EDIT_WORKOUT = """
SELECT edit_workout(
    {catalogue}:user_id, :workout_id, :expected_revision, :head, :exercises, :sets, :deleted_sets, :first_replaced,
    :new_exercises, :new_sets{records}
) AS is_written
"""
# The columns that it does not know.
_OF_SETS = ("assistance_kg",)
_OF_WORKOUTS = WARM_UP_TOTALS
_OF_EXERCISES = (
    *WARM_UP_TOTALS,
    *("assisted_reps", "least_assistance_kg", "velocity_loss_sets", "velocity_loss_percent"),
)


def _without(unknown: Sequence[str], build: Callable[..., Any], names: Sequence[str]) -> Callable[..., Any]:
    """Return a function that builds rows, whose last columns have these names, without the unknown columns."""

    def build_former(*content: Any) -> Any:
        built = build(*content)
        is_row = isinstance(built, tuple)
        rows = [
            tuple(
                value
                for value, name in zip(row, [None] * (len(row) - len(names)) + list(names), strict=True)
                if name not in unknown
            )
            for row in ([built] if is_row else built)
        ]
        return rows[0] if is_row else rows

    return build_former


def write_as_former(monkeypatch: pytest.MonkeyPatch, *, catalogue: str, records: str) -> None:
    """Write workouts and edits as the former release does."""
    edit = SqlFile("former", EDIT_WORKOUT.format(catalogue=catalogue, records=records))
    for module, name, statement in (
        (write_call, "_write_workouts", SqlFile("former", WRITE_WORKOUTS)),
        (changes, "_edit_workout", edit),
    ):
        monkeypatch.setattr(module, name, statement)
    head = ("title", *totals.WORKOUT_TOTALS, *("",) * 10)
    for module, name, unknown, names in (
        (write_call, "build_set_rows", _OF_SETS, SET_VALUES),
        (changes, "_build_sets", _OF_SETS, SET_VALUES),
        (write_call, "build_exercise_rows", _OF_EXERCISES, TOTALS),
        (changes, "_build_exercises", _OF_EXERCISES, TOTALS),
        (write_call, "build_workout_row", _OF_WORKOUTS, head),
    ):
        monkeypatch.setattr(module, name, _without(unknown, getattr(module, name), names))
    known = tuple(name for name in changes._NEW_WORKOUT if name not in _OF_WORKOUTS)
    monkeypatch.setattr(changes, "_NEW_WORKOUT", known)


# Its documents have another version.
RENDERED_BY_IT = "UPDATE workout SET document = 'its', document_sets = 'its', document_version = document_version + 1"


@pytest.mark.parametrize(
    ("catalogue", "records"),
    [("", ""), (":catalogue, ", ""), (":catalogue, ", ", :record_exercises, :records_since")],
)
async def test_its_workouts_have_no_energy_and_its_edits_keep_it(
    ann: Person, connection: Connection, monkeypatch: pytest.MonkeyPatch, catalogue: str, records: str
) -> None:
    content = workout(exercise(BENCH, {"reps": 5, "weight_kg": 60}))
    recorded = await ann.log(**content | {"energy_kcal": 250})
    write_as_former(monkeypatch, catalogue=catalogue, records=records)

    logged = await ann.log(**content)
    edited = await ann.patch(f"/workouts/{recorded['id']}", json={"title": "Edited"})
    await connection.execute(RENDERED_BY_IT)

    assert edited.status_code == 200
    found = {one["id"]: one for one in (await ann.get("/workouts")).json()["items"]}
    assert (found[logged["id"]]["energy_kcal"], found[recorded["id"]]["energy_kcal"]) == (None, 250)
    assert found[recorded["id"]]["title"] == "Edited"


async def test_its_statistics_find_the_energy(ann: Person, connection: Connection) -> None:
    await ann.weigh("2020-01-01", 70)
    old = {"started_at": "2025-05-02T18:00:00Z", "ended_at": "2025-05-02T19:00:00Z"}
    estimated = await ann.log(**workout(**old))
    await ann.log(**workout(energy_kcal=250.1234))
    expected = estimated["totals"]["estimated_energy_kcal"]

    for view, unit in (("day_total", "day"), ("month_total", "month")):
        # Its statements.
        rows = await connection.fetch(
            f"SELECT round(sum(met_minutes_kg) * 3.5 / 200, 4)::float8 FROM {view} GROUP BY {unit} ORDER BY {unit}"  # noqa: S608
        )
        assert [row[0] for row in rows] == [expected, 250.1234]


async def test_settled_energy_survives_the_migration_and_its_reversal(
    ann: Person, connection: Connection, database_url: str
) -> None:
    await ann.weigh("2020-01-01", 70)
    old = {"started_at": "2025-05-02T18:00:00Z", "ended_at": "2025-05-02T19:00:00Z"}
    estimated = await ann.log(**workout(**old))
    await ann.log(**workout(energy_kcal=250))
    kilocalories = "SELECT round(energy_kcal, 4)::float8 FROM settled_month"
    before = await connection.fetchval(kilocalories)

    await run(database_url, alembic(command.downgrade, "0040"))
    met_minutes = await connection.fetchval("SELECT met_minutes_kg::float8 FROM settled_month")
    await migrate(database_url)

    assert await connection.fetchval(kilocalories) == before == estimated["totals"]["estimated_energy_kcal"]
    assert met_minutes == pytest.approx(estimated["totals"]["met_minutes"] * 70)
