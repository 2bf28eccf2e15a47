"""What a process remembers of the sessions that are active and those that have ended."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from exercise_buddy.auth import active_sessions
from exercise_buddy.auth.active_sessions import ActiveSessions, is_session_active
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.tests.helpers import get_session_id, log_in_again
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.security.identity import Identity
from tests.support import Connection, Person, RunningApp, wait_until


async def test_a_revocation_is_removed_after_its_tokens_have_expired(app: RunningApp) -> None:
    ended = ActiveSessions(app.state["database"], Listener("postgresql://"), timedelta(milliseconds=20))
    ended._add(str(uuid4()))
    await asyncio.sleep(0.03)
    last = uuid4()
    ended._add(str(last))

    assert list(ended._revoked) == [last]


async def test_a_repeated_notification_keeps_the_order(app: RunningApp) -> None:
    ended = ActiveSessions(app.state["database"], Listener("postgresql://"), timedelta(minutes=1))
    first, second = uuid4(), uuid4()
    for session in (first, second, first):
        ended._add(str(session))

    assert list(ended._revoked) == [second, first]


async def test_the_sessions_that_were_seen_are_bounded(
    app: RunningApp, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active_sessions, "_MAX_SEEN", 2)
    seen = ActiveSessions(app.state["database"], Listener("postgresql://"), timedelta(minutes=1))
    people = [ann, await log_in_again(app, ann), await log_in_again(app, ann)]
    identities = [Identity(UUID(ann.id), UUID(await get_session_id(person))) for person in people]

    assert [await seen.is_active(identity) for identity in identities] == [True] * 3

    assert list(seen._seen) == identities[1:]


@pytest.mark.parametrize("column", ["expires_at", "idle_expires_at"])
async def test_a_transaction_finds_a_session_active_until_it_expires_or_is_revoked(
    app: RunningApp, ann: Person, bob: Person, connection: Connection, column: str
) -> None:
    database: Database = app.state["database"]
    user_id, session_id = UUID(ann.id), UUID(await get_session_id(ann))
    end = datetime.now(UTC) + timedelta(days=1)
    await connection.execute("UPDATE auth_session SET expires_at = $1, idle_expires_at = $1", end + timedelta(days=1))
    await connection.execute(f"UPDATE auth_session SET {column} = $1", end)  # noqa: S608  (one of two constants)

    async def is_active(identity: Identity, now: datetime) -> bool:
        async with database.transaction() as session:
            return await is_session_active(session, identity, now)

    before = end - timedelta(microseconds=1)
    assert [await is_active(Identity(user_id, session_id), now) for now in (before, end)] == [True, False]
    assert not await is_active(Identity(user_id, UUID(await get_session_id(bob))), before)
    assert not await is_active(Identity(UUID(bob.id), session_id), before)
    await connection.execute("UPDATE auth_session SET revoked_at = now()")
    assert not await is_active(Identity(user_id, session_id), before)


async def test_a_revocation_takes_effect_at_its_commit_in_its_own_process(ann: Person, database_url: str) -> None:
    identity = Identity(UUID(ann.id), UUID(await get_session_id(ann)))
    async with Database.open(database_url, pool_size=1) as database:
        register = ActiveSessions(database, Listener("postgresql://"), timedelta(minutes=1))

        async def revoke(*, is_committed: bool) -> None:
            async with database.transaction() as session:
                await revoke_sessions(session, identity.user_id, datetime.now(UTC))
                if not is_committed:
                    raise InterruptedError

        with capture_logs() as logs:
            with pytest.raises(InterruptedError):
                await revoke(is_committed=False)
            rolled_back = list(register._revoked)
            await revoke(is_committed=True)
            # It ends nothing more.
            await revoke(is_committed=True)

    assert (rolled_back, list(register._revoked)) == ([], [identity.session_id])
    lines = [line for line in logs if line["event"] == "session_ended"]
    assert [(line["session_id"], line["log_level"]) for line in lines] == [(str(identity.session_id), "info")]


async def test_a_new_connection_catches_up_with_what_may_still_have_tokens(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    register = ActiveSessions(app.state["database"], Listener("postgresql://"), timedelta(minutes=16))
    assert await register.is_active(Identity(UUID(ann.id), UUID(await get_session_id(ann))))
    recent, old = uuid4(), uuid4()
    for session_id, age in ((recent, timedelta(minutes=15)), (old, timedelta(minutes=17))):
        await connection.execute("INSERT INTO ended_session VALUES ($1, now() - $2::interval)", session_id, age)

    await register._catch_up(connection)

    assert list(register._revoked) == [recent]
    # The database may be one that was restored from a backup, without the session.
    assert not register._seen


async def test_a_notified_session_is_revoked(app: RunningApp, database_url: str, connection: Connection) -> None:
    listener, last = Listener(database_url), asyncio.Event()
    register = ActiveSessions(app.state["database"], listener, timedelta(minutes=1))

    async def catch_up(_: object) -> None:
        """Nothing was missed."""

    # Notifications arrive in their order.
    listener.on("last", lambda _: last.set(), catch_up)
    before, notified = uuid4(), uuid4()
    await connection.execute("INSERT INTO ended_session VALUES ($1, now())", before)

    async with listener.listening():
        await wait_until(lambda: listener.connected)
        await connection.execute("SELECT pg_notify('session_ended', $1), pg_notify('last', '')", str(notified))
        await last.wait()

    assert list(register._revoked) == [before, notified]
