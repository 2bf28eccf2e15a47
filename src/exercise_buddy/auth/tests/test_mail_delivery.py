"""The delivery of mails by SMTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.mail.sender import MailSender
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import OutgoingMail
from exercise_buddy.auth.tasks import delete_expired_rows
from exercise_buddy.auth.tests.helpers import Outbox, call
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from tests.mail_server import MailServer
from tests.support import PASSWORD, Connection, Person, RunningApp, StartApp, find_free_port, wait_until


async def register(app: RunningApp, email: str = "ann@example.com") -> None:
    """Register a user, who then receives a mail."""
    assert (await call(app, "/auth/register", email=email, password=PASSWORD)).status_code == 201


def list_events(logs: Sequence[Mapping[str, object]]) -> list[object]:
    """Return the log events of failed deliveries."""
    return [line["event"] for line in logs if line["event"] in {"mail_not_sent", "mail_given_up"}]


async def skip_pause(connection: Connection) -> None:
    """Skip the pause before the next attempt, and wake the sender."""
    await connection.execute("UPDATE outgoing_mail SET next_attempt_at = now() - interval '1 second'")
    await connection.execute("NOTIFY outgoing_mail")


async def test_a_mail_is_sent(start_app: StartApp, mail_server: MailServer) -> None:
    app = await start_app(**mail_server.settings)
    await register(app)

    await wait_until(lambda: len(mail_server.sent_to("ann@example.com")) == 1)
    content = mail_server.envelopes[0].content
    assert isinstance(content, bytes)
    assert b"multipart/alternative" in content
    assert mail_server.logins == []


async def test_the_sender_authenticates(start_app: StartApp, mail_server: MailServer) -> None:
    app = await start_app(**mail_server.settings, smtp_username="buddy", smtp_password="swordfish")
    await register(app)

    await wait_until(lambda: len(mail_server.envelopes) == 1)
    assert mail_server.logins == [("buddy", "swordfish")]


async def test_international_addresses_are_delivered(start_app: StartApp, mail_server: MailServer) -> None:
    app = await start_app(**mail_server.settings)
    for email in ("ann@exämple.com", "ünn@example.com"):
        await register(app, email)

    await wait_until(lambda: len(mail_server.envelopes) == 2)
    assert {envelope.rcpt_tos[0] for envelope in mail_server.envelopes} == {"ann@xn--exmple-cua.com", "ünn@example.com"}


async def test_temporary_errors_double_the_pause(
    start_app: StartApp, mail_server: MailServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A claim also moves the next attempt: it must not look like one of the pauses.
    monkeypatch.setattr("exercise_buddy.auth.mail.sender._CLAIM_DURATION", timedelta(minutes=7))

    async def pauses(half_minutes: int) -> bool:
        pause: timedelta = await connection.fetchval("SELECT next_attempt_at - now() FROM outgoing_mail")
        return round(pause.total_seconds() / 30) == half_minutes

    mail_server.replies = {"DATA": "451 Not now"}
    app = await start_app(**mail_server.settings)
    with capture_logs() as logs:
        await register(app)
        for attempts in range(5):
            if attempts > 0:
                await skip_pause(connection)
            await wait_until(lambda expected=attempts + 1: len(list_events(logs)) == expected)  # type: ignore[misc]
            # The row changes after the log line.
            await wait_until(lambda expected=2**attempts: pauses(expected))  # type: ignore[misc]
    mail_server.replies = {}
    await skip_pause(connection)
    await wait_until(lambda: len(mail_server.sent_to("ann@example.com")) == 1)


async def test_an_unreachable_server_is_retried(start_app: StartApp, connection: Connection) -> None:
    app = await start_app(smtp_host="127.0.0.1", smtp_port=find_free_port(), smtp_security="none")
    with capture_logs() as logs:
        await register(app)
        await wait_until(lambda: "mail_not_sent" in list_events(logs))

    assert await connection.fetchval("SELECT count(*) FROM outgoing_mail") == 1


async def test_a_mail_is_given_up_after_a_day(
    start_app: StartApp, mail_server: MailServer, connection: Connection
) -> None:
    mail_server.replies = {"DATA": "451 Not now"}
    app = await start_app(**mail_server.settings)
    await register(app)

    async def was_tried() -> bool:
        return bool(
            await connection.fetchval(
                "SELECT attempts = 1 AND next_attempt_at < now() + interval '1 minute' FROM outgoing_mail"
            )
        )

    await wait_until(was_tried)
    with capture_logs() as logs:
        await connection.execute("UPDATE outgoing_mail SET created_at = now() - interval '25 hours'")
        await skip_pause(connection)
        await wait_until(lambda: "mail_given_up" in list_events(logs))

    assert [line["log_level"] for line in logs if line["event"] == "mail_given_up"] == ["error"]

    await wait_until(lambda: is_given_up(connection))
    # Nobody tries it again, and it is deleted after a week.
    mail_server.replies = {}
    await connection.execute("NOTIFY outgoing_mail")
    await connection.execute("UPDATE outgoing_mail SET created_at = now() - interval '167 hours'")
    await delete_expired_rows(app.state["database"])
    assert await is_given_up(connection)
    await connection.execute("UPDATE outgoing_mail SET created_at = now() - interval '169 hours'")
    await delete_expired_rows(app.state["database"])
    assert await connection.fetchval("SELECT count(*) FROM outgoing_mail") == 0
    assert mail_server.envelopes == []


async def is_given_up(connection: Connection) -> bool:
    """Return whether there is one mail, which will not be tried again."""
    rows = await connection.fetch("SELECT next_attempt_at = 'infinity' FROM outgoing_mail")
    return [tuple(row) for row in rows] == [(True,)]


@pytest.mark.parametrize(
    ("command", "code", "kept"),
    [
        ("RCPT", 550, False),
        ("DATA", 554, False),
        ("RCPT", 450, True),
        ("DATA", 452, True),
        # The server refuses the sender's address: the operator can correct the settings.
        ("MAIL", 550, True),
    ],
)
async def test_permanent_errors_are_not_retried(
    start_app: StartApp, mail_server: MailServer, connection: Connection, *, command: str, code: int, kept: bool
) -> None:
    mail_server.replies = {command: f"{code} No"}
    app = await start_app(**mail_server.settings)
    with capture_logs() as logs:
        await register(app)
        await wait_until(lambda: bool(list_events(logs)))

    async def is_settled() -> bool:
        # An attempt claims the mail for two minutes; a retry follows in less than one.
        if not kept:
            return await is_given_up(connection)
        return bool(
            await connection.fetchval("SELECT next_attempt_at < now() + interval '1 minute' FROM outgoing_mail")
        )

    await wait_until(is_settled)
    (line,) = [line for line in logs if line["event"] in {"mail_not_sent", "mail_given_up"}]
    assert (line["event"], line["smtp_code"]) == (("mail_not_sent", None) if kept else ("mail_given_up", code))


async def test_an_invalid_mail_does_not_block_others(ann: Person, outbox: Outbox, connection: Connection) -> None:
    await outbox.wait_until_empty(connection)
    await connection.execute(
        "INSERT INTO outgoing_mail (id, kind, recipient, details, attempts, next_attempt_at)"
        " SELECT gen_random_uuid(), kind, $1, '{}', 0, now() FROM unnest($2::text[]) kind",
        ann.email,
        ["nonsense", "password_changed"],
    )

    await outbox.wait_for(ann.email, "Your password was changed")

    async def is_postponed() -> bool:
        rows = await connection.fetch("SELECT kind, attempts FROM outgoing_mail")
        return [(row["kind"], row["attempts"]) for row in rows] == [("nonsense", 1)]

    await wait_until(is_postponed)


async def test_a_rollback_sends_nothing(app: RunningApp, outbox: Outbox, connection: Connection) -> None:
    database: Database = app.state["database"]

    async def fails(session: AsyncSession) -> None:
        queue_mail(session, MailKind.PASSWORD_CHANGED, "ann@example.com")
        await session.flush()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        async with database.transaction() as session:
            await fails(session)
    await asyncio.sleep(0.2)

    assert await outbox.wait_until_empty(connection) == []


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    async with Database.open(database_url, 4) as one, Database.open(database_url, 4) as two:
        yield [one, two]


async def test_two_processes_send_each_mail_once(
    databases: list[Database], settings: AuthSettings, mail_server: MailServer, connection: Connection
) -> None:
    sending = AuthSettings.model_validate({**settings.__dict__, **mail_server.settings})
    async with databases[0].transaction() as session:
        for number in range(50):
            queue_mail(session, MailKind.PASSWORD_CHANGED, f"{number}@example.com")
    senders = [MailSender(database, Listener(""), sending) for database in databases]
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    await wait_until(lambda: len(mail_server.envelopes) >= 50)
    await Outbox(settings.outbox_dir).wait_until_empty(connection)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert sorted(envelope.rcpt_tos[0] for envelope in mail_server.envelopes) == sorted(
        f"{n}@example.com" for n in range(50)
    )


async def test_a_mail_claimed_by_another_process_is_not_sent(
    databases: list[Database], settings: AuthSettings, outbox: Outbox, connection: Connection
) -> None:
    async with databases[0].transaction() as session:
        queue_mail(session, MailKind.PASSWORD_CHANGED, "ann@example.com")
    row = await connection.fetchrow("SELECT id, created_at FROM outgoing_mail")
    stale = OutgoingMail(
        id=row["id"], kind="password_changed", recipient="ann@example.com", attempts=1, created_at=row["created_at"]
    )
    await connection.execute("UPDATE outgoing_mail SET attempts = 2")

    await MailSender(databases[0], Listener(""), settings)._send(stale)

    assert outbox.all() == []
    assert await connection.fetchval("SELECT count(*) FROM outgoing_mail") == 1


@pytest.mark.usefixtures("ann")
async def test_a_deleted_account_gets_no_mail(app: RunningApp, outbox: Outbox, connection: Connection) -> None:
    await outbox.wait_until_empty(connection)
    gone = OutgoingMail(user_id=uuid4(), id=uuid4(), kind="change_email", recipient="x@example.com", attempts=1)
    sender = MailSender(app.state["database"], Listener(""), app.state["settings"])

    await sender._send(gone)

    assert outbox.all("x@example.com") == []
