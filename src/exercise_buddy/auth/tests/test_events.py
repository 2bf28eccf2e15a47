from datetime import UTC, datetime, timedelta

import pytest

from exercise_buddy.auth import admin
from exercise_buddy.auth.events.log import Event
from exercise_buddy.auth.tasks import delete_expired_rows
from exercise_buddy.auth.tests.helpers import (
    NEW_PASSWORD,
    Outbox,
    call,
    delete_account,
    get_event_kinds,
    log_in,
    log_in_again,
    put,
)
from tests.support import PASSWORD, STEP_UP, Connection, Person, RunningApp, StartApp

# The tests of provider sign-ins cover these events.
OF_PROVIDERS = {Event.IDENTITY_LINKED, Event.IDENTITY_UNLINKED, Event.ACCOUNT_TAKEN_OVER}


async def test_every_kind_of_event_is_recorded(start_app: StartApp, ann: Person, outbox: Outbox) -> None:
    app = await start_app(reveal_taken_email=False)
    await call(app, "/auth/email/verify", token=(await outbox.wait_for(ann.email, "Confirm")).token)
    await call(app, "/auth/register", email=ann.email, password=PASSWORD)
    await log_in(app, ann.email, "wrong")
    replayed, leaving = await log_in_again(app, ann), await log_in_again(app, ann)
    token = replayed.refresh_token
    for _ in range(2):
        token = (await call(app, "/auth/refresh", refresh_token=token)).json()["refresh_token"]
    await call(app, "/auth/refresh", refresh_token=replayed.refresh_token)
    await call(app, "/auth/logout", refresh_token=leaving.refresh_token)
    ann = await log_in_again(app, ann)
    await put(ann, "/auth/password", current_password="wrong", new_password=NEW_PASSWORD)
    await put(ann, "/auth/password", current_password=PASSWORD, new_password=NEW_PASSWORD)
    await put(ann, "/auth/email", email="new@example.org", current_password="wrong")
    await put(ann, "/auth/email", email="new@example.org", current_password=NEW_PASSWORD)
    await call(app, "/auth/email/verify", token=(await outbox.wait_for("new@example.org", "Confirm")).token)
    await delete_account(ann, current_password="wrong")
    await ann.delete("/auth/sessions", json={"current_password": NEW_PASSWORD})
    await call(app, "/auth/password/forgot", email="new@example.org")
    reset = (await outbox.wait_for("new@example.org", "Choose")).token
    await call(app, "/auth/password/reset", token=reset, password=PASSWORD)
    for operation in (admin.disable, admin.enable):
        async with app.state["database"].transaction() as session:
            await operation(session, "new@example.org")
    ann = Person(ann.id, "new@example.org", PASSWORD, "", ann.client)
    for _ in range(2):
        ann = await log_in_again(app, ann)
        await delete_account(ann, current_password=PASSWORD)
    ann = await log_in_again(app, ann)

    assert set(kinds_of(await get_event_kinds(ann))) == set(Event) - OF_PROVIDERS


def kinds_of(names: list[str]) -> list[Event]:
    return [Event(name) for name in names]


async def test_an_event_has_user_time_and_origin(ann: Person) -> None:
    newest = (await ann.get("/auth/events")).json()["items"][0]

    assert newest["kind"] == "signed_in"
    assert newest["address"] == "203.0.113.7"
    assert newest["user_agent"].startswith("python-httpx2")
    assert newest["details"] == {"method": "password"}
    assert abs(datetime.fromisoformat(newest["created_at"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_events_are_paginated_newest_first(app: RunningApp, ann: Person) -> None:
    for _ in range(3):
        await log_in(app, ann.email, "wrong")

    seen = [item["kind"] for item in await ann.list_all("/auth/events", limit=2)]

    assert seen == ["sign_in_failed"] * 3 + ["signed_in", "registered"]


async def test_events_of_other_users_are_invisible(app: RunningApp, ann: Person, bob: Person) -> None:
    await log_in(app, ann.email, "wrong")

    assert await get_event_kinds(bob) == ["signed_in", "registered"]


async def test_a_failed_login_without_an_account_is_recorded(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    await log_in(app, "nobody@example.com")

    row = await connection.fetchrow("SELECT * FROM stranger_event WHERE kind = 'sign_in_failed'")
    assert row["address"] == "203.0.113.7"
    assert "nobody" not in str(dict(row))
    assert "sign_in_failed" not in await get_event_kinds(ann)


@pytest.mark.parametrize(("days", "left"), [(89, 2), (91, 0)])
async def test_events_are_kept_for_90_days(
    app: RunningApp, ann: Person, connection: Connection, days: int, left: int
) -> None:
    await log_in(app, "nobody@example.com")
    for update in ("UPDATE security_event SET", "UPDATE stranger_event SET"):
        await connection.execute(f"{update} created_at = now() - $1::interval", timedelta(days=days))

    await delete_expired_rows(app.state["database"])

    assert len(await get_event_kinds(ann)) == left
    assert await connection.fetchval("SELECT count(*) FROM stranger_event") == left // 2


async def test_only_expired_rows_are_deleted(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    await outbox.wait_for(ann.email, "Confirm")
    gone = await log_in_again(app, ann)
    await gone.delete("/auth/sessions", json=STEP_UP)
    ann = await log_in_again(app, ann)
    await delete_expired_rows(app.state["database"])
    tokens = await connection.fetchval("SELECT count(*) FROM one_time_token")
    ended = await connection.fetchval("SELECT count(*) FROM ended_session")

    await connection.execute("UPDATE one_time_token SET expires_at = now() - interval '1 second'")
    await connection.execute("UPDATE ended_session SET ended_at = now() - interval '49 hours'")
    await connection.execute(
        "UPDATE auth_session SET expires_at = now() - interval '91 days' WHERE revoked_at IS NOT NULL"
    )
    await delete_expired_rows(app.state["database"])

    assert (tokens, ended) == (1, 2)
    assert await connection.fetchval("SELECT count(*) FROM one_time_token") == 0
    assert await connection.fetchval("SELECT count(*) FROM ended_session") == 0
    assert await connection.fetchval("SELECT count(*) FROM auth_session") == 1
