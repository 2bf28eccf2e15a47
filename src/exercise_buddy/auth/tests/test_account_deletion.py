import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from exercise_buddy.auth.events.trail import list_trail
from exercise_buddy.auth.tasks import delete_due_accounts, delete_expired_rows
from exercise_buddy.auth.tests.helpers import (
    Outbox,
    call,
    delete_account,
    end_grace_period,
    get_event_kinds,
    get_status,
    log_in,
    log_in_again,
    put,
)
from exercise_buddy.core.db.tables import metadata
from tests.support import PASSWORD, STEP_UP, Connection, Join, Person, RunningApp, StartApp


async def everything_of(person: Person, outbox: Outbox, connection: Connection) -> None:
    """Insert a row of the user into every table of auth."""
    exercise = (await person.get("/exercises")).json()["items"][0]["id"]
    await person.log(title="Push", started_at="2026-01-05T10:00:00Z", exercises=[{"exercise_id": exercise}])
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1::text::uuid, 'google', $1)", person.id
    )
    await put(person, "/auth/email", email=f"other-{person.email}", current_password=PASSWORD)
    await outbox.wait_for(f"other-{person.email}", "Confirm")


async def rows_of(connection: Connection, person: Person) -> dict[str, int]:
    """Return the number of rows of a user in each table with a user id."""
    counts = {}
    for table in metadata.sorted_tables:
        column = "id" if table.name == "user_account" else "user_id"
        if column in table.columns:
            query = f"SELECT count(*) FROM {table.name} WHERE {column}::text = $1"  # noqa: S608  (our own tables)
            counts[table.name] = await connection.fetchval(query, person.id)
    return counts


async def test_deletion_removes_all_data_of_the_user_only(
    app: RunningApp, ann: Person, bob: Person, outbox: Outbox, connection: Connection
) -> None:
    for person in (ann, bob):
        await everything_of(person, outbox, connection)
    before = await rows_of(connection, ann)
    of_bob = await rows_of(connection, bob)

    await end_grace_period(app, ann, connection)

    filled = {name for name, count in before.items() if count}
    assert {
        "user_account",
        "auth_session",
        "workout",
        "provider_identity",
        "security_event",
        "one_time_token",
    } <= filled
    assert set((await rows_of(connection, ann)).values()) == {0}
    assert await rows_of(connection, bob) == of_bob
    assert (await get_status(ann), await get_status(bob)) == (401, 200)
    assert (await log_in(app, ann.email)).status_code == 401
    assert "everything" in (await outbox.wait_for(ann.email, "Your account was deleted")).text
    requested = (await outbox.wait_for(ann.email, "Your account will be deleted")).text
    assert f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}" in requested


async def test_a_deleted_address_can_register_again(
    app: RunningApp, join: Join, ann: Person, connection: Connection
) -> None:
    await end_grace_period(app, ann, connection)

    again = await join("ann")

    assert again.id != ann.id
    assert (await get_status(ann), await get_status(again)) == (401, 200)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, 401),
        ({"current_password": None}, 401),
        ({"current_password": PASSWORD}, 200),
        ({"current_password": "wrong"}, 403),
        ({"current_password": "x" * 1025}, 422),
        ({"current_password": PASSWORD, "sure": True}, 422),
    ],
)
async def test_it_requires_the_password(
    ann: Person, connection: Connection, content: dict[str, object], expected: int
) -> None:
    response = await delete_account(ann, **content)

    assert response.status_code == expected
    pending = await connection.fetchval("SELECT count(deletes_at) FROM user_account")
    assert pending == (1 if expected == 200 else 0)


async def test_it_deletes_the_cookie(ann: Person) -> None:
    response = await delete_account(ann, current_password=PASSWORD)

    assert response.status_code == 200
    assert "__Secure-exercise_buddy_refresh=" in response.headers["set-cookie"]


async def test_if_match_prevents_deleting_another_version(ann: Person) -> None:
    stale = (await ann.get("/users/me")).headers["etag"]
    changed = await ann.patch("/users/me", json={"locale": "de"})

    refused = await ann.delete("/users/me", headers={"If-Match": stale}, json=STEP_UP)
    still_there = await get_status(ann)
    deleted = await ann.delete("/users/me", headers={"If-Match": changed.headers["etag"]}, json=STEP_UP)

    assert (refused.status_code, still_there, deleted.status_code) == (412, 200, 200)


async def test_wrong_passwords_are_recorded_and_counted(ann: Person) -> None:
    statuses = [(await delete_account(ann, current_password=f"wrong {n}")).status_code for n in range(6)]

    assert statuses == [403] * 5 + [429]
    assert (await get_event_kinds(ann)).count("step_up_failed") == 5


async def test_links_of_a_deleted_account_are_invalid(app: RunningApp, ann: Person, outbox: Outbox) -> None:
    token = (await outbox.wait_for(ann.email, "Confirm")).token
    await delete_account(ann, current_password=PASSWORD)

    assert (await call(app, "/auth/email/verify", token=token)).status_code == 400


async def test_during_the_grace_period_nobody_is_signed_in(app: RunningApp, ann: Person) -> None:
    phone = await log_in_again(app, ann)

    response = await delete_account(ann, current_password=PASSWORD)

    deletes_at = datetime.fromisoformat(response.json()["deletes_at"])
    assert abs(deletes_at - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)
    assert (await get_status(ann), await get_status(phone)) == (401, 401)
    for person in (ann, phone):
        assert (await call(app, "/auth/refresh", refresh_token=person.refresh_token)).status_code == 401


async def test_the_address_and_the_user_name_stay_reserved(app: RunningApp, join: Join) -> None:
    ann = await join("ann", username="ann_b")
    await delete_account(ann, current_password=PASSWORD)

    same_email = await call(app, "/auth/register", email="ANN@example.com", password=PASSWORD)
    same_name = await call(app, "/auth/register", email="else@example.com", username="Ann_B", password=PASSWORD)

    assert [response.json()["type"] for response in (same_email, same_name)] == [
        "/problems/email-taken",
        "/problems/username-taken",
    ]


async def test_a_sign_in_cancels_the_deletion(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    exercise = (await ann.get("/exercises")).json()["items"][0]["id"]
    await ann.log(title="Push", started_at="2026-01-05T10:00:00Z", exercises=[{"exercise_id": exercise}])
    await delete_account(ann, current_password=PASSWORD)
    refused = await log_in(app, ann.email, "wrong")
    still_pending = await connection.fetchval("SELECT count(deletes_at) FROM user_account")

    back = await log_in(app, ann.email)
    again = await log_in(app, ann.email)
    await delete_due_accounts(app.state["database"])

    assert (refused.status_code, still_pending) == (401, 1)
    assert (back.json()["deletion_cancelled"], again.json()["deletion_cancelled"]) == (True, False)
    ann.client.headers["Authorization"] = f"Bearer {back.json()['access_token']}"
    assert len((await ann.get("/workouts")).json()["items"]) == 1
    assert await connection.fetchval("SELECT count(deletes_at) FROM user_account") == 0
    assert {"account_deletion_requested", "account_deletion_cancelled"} <= set(await get_event_kinds(ann))
    await outbox.wait_for(ann.email, "Your account will not be deleted")


async def test_only_due_accounts_are_deleted(app: RunningApp, ann: Person, bob: Person, connection: Connection) -> None:
    await delete_account(ann, current_password=PASSWORD)

    await delete_due_accounts(app.state["database"])
    pending = await connection.fetchval("SELECT count(*) FROM user_account")
    await connection.execute("UPDATE user_account SET deletes_at = now() WHERE deletes_at IS NOT NULL")
    await asyncio.gather(*(delete_due_accounts(app.state["database"]) for _ in range(3)))

    assert pending == 2
    assert await connection.fetchval("SELECT array_agg(id::text) FROM user_account") == [bob.id]


async def test_without_a_grace_period_the_account_is_deleted_at_once(
    start_app: StartApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    app = await start_app(account_deletion_grace_days=0)
    ann = await log_in_again(app, ann)

    response = await delete_account(ann, current_password=PASSWORD)

    assert response.status_code == 200
    assert datetime.fromisoformat(response.json()["deletes_at"]) <= datetime.now(UTC)
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0
    await outbox.wait_for(ann.email, "Your account was deleted")
    assert await connection.fetch("SELECT network FROM deleted_account_event WHERE kind = 'account_deleted'") == [
        ("203.0.113.0",)
    ]


async def test_a_pseudonymous_trail_is_kept_for_90_days(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    await log_in(app, ann.email, "wrong")
    await end_grace_period(app, ann, connection)

    rows = await connection.fetch("SELECT * FROM deleted_account_event ORDER BY created_at")
    async with app.state["database"].sessions() as session:
        of_ann = await list_trail(session, UUID(ann.id))
        of_bob = await list_trail(session, UUID(bob.id))
    assert [row["kind"] for row in rows] == [event.kind for event in of_ann]
    assert of_bob == []
    kinds = [row["kind"] for row in rows]
    assert {"registered", "signed_in", "sign_in_failed", "account_deletion_requested"} < set(kinds)
    assert kinds[-1] == "account_deleted"
    assert {row["network"] for row in rows[:-1]} == {"203.0.113.0"}
    assert ann.id not in str(rows)
    assert "203.0.113.7" not in str(rows)

    await connection.execute("UPDATE deleted_account_event SET deleted_at = now() - interval '91 days'")
    await delete_expired_rows(app.state["database"])
    assert await connection.fetchval("SELECT count(*) FROM deleted_account_event") == 0


@pytest.mark.parametrize("address", ["2001:db8:1:2::/64", "2001:db8:1:2::5", "unknown", "", None])
async def test_the_trail_has_networks_only(
    app: RunningApp, ann: Person, connection: Connection, address: str | None
) -> None:
    await connection.execute("UPDATE security_event SET address = $1", address)
    await end_grace_period(app, ann, connection)

    networks = {row["network"] for row in await connection.fetch("SELECT network FROM deleted_account_event")}
    assert networks - {"203.0.113.0", None} == ({"2001:db8:1::"} if address and ":" in address else set())
