import asyncio
import socket
import stat
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import asyncpg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from exercise_buddy.auth.mail.messages import compose
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.mail.sender import MailSender
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import OutgoingMail
from exercise_buddy.auth.tests.helpers import Outbox, StartApp, call, eventually, log_in
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from tests.support import PASSWORD, SECRET, Person, RunningApp

FORGOT = "/auth/password/forgot"


@dataclass
class Server:
    """A mail server: aiosmtpd, in a thread of its own, that keeps what it gets."""

    port: int
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    """What it answers to MAIL, RCPT or DATA, where that is not a yes."""

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses or "DATA" in self.answers:
            return self.answers.get("DATA", "451 Not now")
        self.envelopes.append(envelope)
        return "250 OK"

    def login(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"swordfish")

    def to(self, recipient: str) -> list[Envelope]:
        return [envelope for envelope in self.envelopes if recipient in envelope.rcpt_tos]

    @property
    def settings(self) -> dict[str, object]:
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": "none"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(free_port())
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=server.login,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    yield server
    controller.stop()


async def due_again(connection: asyncpg.Connection) -> None:
    """Let the pause before the next attempt pass, and wake the sender."""
    await connection.execute("UPDATE outgoing_mail SET next_attempt_at = now() - interval '1 second'")
    await connection.execute("NOTIFY outgoing_mail")


def mail(kind: MailKind = MailKind.NEW_DEVICE, recipient: str = "ann@example.com", **details: str) -> OutgoingMail:
    return OutgoingMail(id=uuid4(), kind=kind.value, recipient=recipient, details=details, created_at=datetime.now(UTC))


@pytest.fixture
def settings_alone() -> AuthSettings:
    return AuthSettings(
        secret_key=SECRET, frontend_url="https://app.example.org", mail_from="Buddy <no-reply@example.org>"
    )


# --- what is written ---------------------------------------------------------------------------------------------


async def test_without_a_server_mails_are_files_that_only_we_read(start_app: StartApp, outbox: Outbox) -> None:
    app = await start_app(frontend_url="https://app.example.org")
    async with app.client(Host="evil.example") as client:
        await client.post("/api/v1/auth/register", json={"email": "ann@example.com", "password": PASSWORD})
    received = await outbox.wait_for("ann@example.com", "Confirm")

    files = list(outbox.folder.iterdir())
    assert [path.suffix for path in files] == [".eml"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    link = f"https://app.example.org/auth/verify-email#token={received.token}"
    assert link in received.text
    assert f'href="{link}"' in received.html
    assert "evil.example" not in received.message.as_string()
    assert received.message["Auto-Submitted"] == "auto-generated"


def text_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_what_a_stranger_sends_is_no_html(settings_alone: AuthSettings) -> None:
    message = compose(mail(device="<script>alert(1)</script>{address}", address="1.2.3.4"), settings_alone)

    assert "<script>" not in text_of(message, "html")
    assert "&lt;script&gt;" in text_of(message, "html")
    assert "<script>alert(1)</script>{address}, from 1.2.3.4." in text_of(message, "plain")


@pytest.mark.parametrize("kind", list(MailKind))
def test_every_mail_says_the_same_as_text_and_as_html(settings_alone: AuthSettings, kind: MailKind) -> None:
    message = compose(mail(kind, device="Firefox", address="1.2.3.4", provider="GitHub"), settings_alone, "a-token")
    plain, html = text_of(message, "plain"), text_of(message, "html")

    assert message["From"] == "Buddy <no-reply@example.org>"
    assert str(message["Subject"]).startswith("Exercise Buddy: ")
    for paragraph in plain.split("\n\n")[0].splitlines():
        assert paragraph in html
    assert ("#token=a-token" in plain) == ("#token=a-token" in html) == (kind in list(MailKind)[:3])
    assert str(message["Message-ID"]).endswith("@example.org>")
    assert "{" not in plain


@pytest.mark.parametrize(
    ("recipient", "header"),
    [
        ("ann@exämple.com", "ann@xn--exmple-cua.com"),
        ("ünn@example.com", "ünn@example.com"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_addresses_of_all_scripts_can_be_written(settings_alone: AuthSettings, recipient: str, header: str) -> None:
    written = compose(mail(recipient=recipient), settings_alone).as_bytes().decode()

    assert f"To: {header}" in written.replace("To:\n ", "To: ")


# --- how it leaves -----------------------------------------------------------------------------------------------


async def test_a_server_gets_them(start_app: StartApp, server: Server) -> None:
    app = await start_app(**server.settings)
    await call(app, "/auth/register", email="ann@example.com", password=PASSWORD)

    await eventually(lambda: len(server.to("ann@example.com")) == 1)
    content = server.envelopes[0].content
    assert isinstance(content, bytes)
    assert b"multipart/alternative" in content
    assert server.logins == []


async def test_with_a_name_and_a_password(start_app: StartApp, server: Server) -> None:
    app = await start_app(**server.settings, smtp_username="buddy", smtp_password="swordfish")
    await call(app, "/auth/register", email="ann@example.com", password=PASSWORD)

    await eventually(lambda: len(server.envelopes) == 1)
    assert server.logins == [("buddy", "swordfish")]


async def test_international_addresses_get_there(start_app: StartApp, server: Server) -> None:
    app = await start_app(**server.settings)
    for email in ("ann@exämple.com", "ünn@example.com"):
        assert (await call(app, "/auth/register", email=email, password=PASSWORD)).status_code == 201

    await eventually(lambda: len(server.envelopes) == 2)
    assert {envelope.rcpt_tos[0] for envelope in server.envelopes} == {"ann@xn--exmple-cua.com", "ünn@example.com"}


def failures(logs: Sequence[Mapping[str, object]]) -> int:
    return [line["event"] for line in logs].count("mail_not_sent")


async def test_a_server_that_is_down_delays_them_longer_and_longer(
    start_app: StartApp, server: Server, connection: asyncpg.Connection
) -> None:
    server.refuses = True
    app = await start_app(**server.settings)
    with capture_logs() as logs:
        registered = await call(app, "/auth/register", email="ann@example.com", password=PASSWORD)
        await eventually(lambda: failures(logs) == 1)

    async def pauses(half_minutes: int) -> bool:
        pause: timedelta = await connection.fetchval("SELECT next_attempt_at - now() FROM outgoing_mail")
        return round(pause.total_seconds() / 30) == half_minutes

    with capture_logs() as logs:
        for attempts in range(1, 5):
            await due_again(connection)
            await eventually(lambda expected=attempts: failures(logs) == expected)  # type: ignore[misc]
            # The line is written first.
            await eventually(lambda expected=2**attempts: pauses(expected))  # type: ignore[misc]
    server.refuses = False
    await due_again(connection)
    await eventually(lambda: len(server.to("ann@example.com")) == 1)

    assert registered.status_code == 201


async def test_no_server_at_all_is_waited_for_too(start_app: StartApp, connection: asyncpg.Connection) -> None:
    app = await start_app(smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none")
    with capture_logs() as logs:
        await call(app, "/auth/register", email="ann@example.com", password=PASSWORD)
        await eventually(lambda: "mail_not_sent" in [line["event"] for line in logs])

    assert await connection.fetchval("SELECT count(*) FROM outgoing_mail") == 1


async def test_after_a_day_a_mail_is_given_up_with_an_error(
    start_app: StartApp, server: Server, connection: asyncpg.Connection
) -> None:
    server.refuses = True
    app = await start_app(**server.settings)
    await call(app, "/auth/register", email="ann@example.com", password=PASSWORD)

    async def tried() -> bool:
        return bool(
            await connection.fetchval(
                "SELECT attempts = 1 AND next_attempt_at < now() + interval '1 minute' FROM outgoing_mail"
            )
        )

    await eventually(tried)
    with capture_logs() as logs:
        await connection.execute("UPDATE outgoing_mail SET created_at = now() - interval '25 hours'")
        await due_again(connection)
        await eventually(lambda: "mail_given_up" in [line["event"] for line in logs])

    assert [line["log_level"] for line in logs if line["event"] == "mail_given_up"] == ["error"]

    async def gone() -> bool:
        return bool(await connection.fetchval("SELECT count(*) = 0 FROM outgoing_mail"))

    await eventually(gone)


@pytest.mark.parametrize(
    ("command", "code", "kept"),
    [
        ("RCPT", 550, False),
        ("DATA", 554, False),
        ("RCPT", 450, True),
        ("DATA", 452, True),
        # It is ours who may not write: a matter of the settings, which the operator can mend.
        ("MAIL", 550, True),
    ],
)
async def test_what_the_server_refuses_for_good_is_given_up_at_once(
    start_app: StartApp, server: Server, connection: asyncpg.Connection, *, command: str, code: int, kept: bool
) -> None:
    server.answers = {command: f"{code} No"}
    app = await start_app(**server.settings)
    with capture_logs() as logs:
        await call(app, "/auth/register", email="ann@example.com", password=PASSWORD)
        await eventually(lambda: bool({"mail_not_sent", "mail_given_up"} & {line["event"] for line in logs}))

    async def put_away() -> bool:
        # While it is tried it is claimed for two minutes; it is put off for less than one.
        count, soon = await connection.fetchrow(
            "SELECT count(*), bool_and(next_attempt_at < now() + interval '1 minute') FROM outgoing_mail"
        )
        return (count, soon) == ((1, True) if kept else (0, None))

    await eventually(put_away)
    (line,) = [line for line in logs if line["event"] in {"mail_not_sent", "mail_given_up"}]
    assert (line["event"], line["smtp_code"]) == (("mail_not_sent", None) if kept else ("mail_given_up", code))


async def test_one_that_cannot_be_written_holds_up_no_other(
    ann: Person, outbox: Outbox, connection: asyncpg.Connection
) -> None:
    await outbox.is_quiet(connection)
    await connection.execute(
        "INSERT INTO outgoing_mail (id, kind, recipient, details, attempts, next_attempt_at)"
        " SELECT gen_random_uuid(), kind, $1, '{}', 0, now() FROM unnest($2::text[]) kind",
        ann.email,
        ["nonsense", "password_changed"],
    )

    await outbox.wait_for(ann.email, "Your password was changed")
    await eventually_put_off(connection)


async def eventually_put_off(connection: asyncpg.Connection) -> None:
    async def put_off() -> bool:
        rows = await connection.fetch("SELECT kind, attempts FROM outgoing_mail")
        return [(row["kind"], row["attempts"]) for row in rows] == [("nonsense", 1)]

    await eventually(put_off)


async def test_what_rolls_back_sends_nothing(app: RunningApp, outbox: Outbox, connection: asyncpg.Connection) -> None:
    database: Database = app.state["database"]

    async def fails(session: AsyncSession) -> None:
        queue_mail(session, MailKind.PASSWORD_CHANGED, "ann@example.com")
        await session.flush()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        async with database.transaction() as session:
            await fails(session)
    await asyncio.sleep(0.2)

    assert await outbox.is_quiet(connection) == []


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[list[Database]]:
    async with Database.open(database_url, 4) as one, Database.open(database_url, 4) as two:
        yield [one, two]


async def test_two_processes_send_each_mail_once(
    databases: list[Database], settings: AuthSettings, server: Server, connection: asyncpg.Connection
) -> None:
    sending = AuthSettings.model_validate({**settings.__dict__, **server.settings})
    async with databases[0].transaction() as session:
        for number in range(50):
            queue_mail(session, MailKind.PASSWORD_CHANGED, f"{number}@example.com")
    senders = [MailSender(database, Listener(""), sending) for database in databases]
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    await eventually(lambda: len(server.envelopes) >= 50)
    await Outbox(settings.outbox_dir).is_quiet(connection)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert sorted(envelope.rcpt_tos[0] for envelope in server.envelopes) == sorted(
        f"{n}@example.com" for n in range(50)
    )


async def test_what_another_process_has_claimed_meanwhile_is_left_to_it(
    databases: list[Database], settings: AuthSettings, outbox: Outbox, connection: asyncpg.Connection
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
async def test_a_mail_dies_with_its_account(app: RunningApp, outbox: Outbox, connection: asyncpg.Connection) -> None:
    await outbox.is_quiet(connection)
    gone = OutgoingMail(user_id=uuid4(), id=uuid4(), kind="change_email", recipient="x@example.com", attempts=1)
    sender = MailSender(app.state["database"], Listener(""), app.state["settings"])

    await sender._send(gone)

    assert outbox.all("x@example.com") == []


# --- a device that was not seen before ---------------------------------------------------------------------------


async def test_a_new_device_is_told_of_once(
    app: RunningApp, ann: Person, outbox: Outbox, connection: asyncpg.Connection
) -> None:
    agents = ["<b>Firefox</b>", "<b>Firefox</b>", "Chrome", "<b>Firefox</b>"]
    for agent in agents:
        await log_in(app, ann.email, **{"user-agent": agent})

    await outbox.is_quiet(connection)
    notices = outbox.all(ann.email, "A new device has signed in")
    assert len(notices) == 2
    assert "<b>Firefox</b>, from 203.0.113.7." in notices[0].text
    assert "&lt;b&gt;Firefox" in notices[0].html


async def test_the_first_device_of_all_is_not_new(ann: Person, outbox: Outbox, connection: asyncpg.Connection) -> None:
    await outbox.is_quiet(connection)

    assert outbox.all(ann.email, "new device") == []
