"""The content of mails."""

import stat
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import uuid4

import pytest

from exercise_buddy.auth.mail.messages import build_message
from exercise_buddy.auth.mail.queue import MailKind
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import OutgoingMail
from exercise_buddy.auth.tests.helpers import Outbox
from tests.support import PASSWORD, SECRET, StartApp


def build_mail(
    kind: MailKind = MailKind.NEW_DEVICE, recipient: str = "ann@example.com", **details: str
) -> OutgoingMail:
    return OutgoingMail(id=uuid4(), kind=kind.value, recipient=recipient, details=details, created_at=datetime.now(UTC))


@pytest.fixture
def mail_settings() -> AuthSettings:
    return AuthSettings(
        secret_key=SECRET, frontend_url="https://app.example.org", mail_from="Buddy <no-reply@example.org>"
    )


async def test_without_a_server_mails_are_private_files(start_app: StartApp, outbox: Outbox) -> None:
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


def get_part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_details_are_escaped_in_html(mail_settings: AuthSettings) -> None:
    message = build_message(build_mail(device="<script>alert(1)</script>{address}", address="1.2.3.4"), mail_settings)

    assert "<script>" not in get_part(message, "html")
    assert "&lt;script&gt;" in get_part(message, "html")
    assert "<script>alert(1)</script>{address}, from 1.2.3.4." in get_part(message, "plain")


@pytest.mark.parametrize("kind", list(MailKind))
def test_plain_text_and_html_have_the_same_content(mail_settings: AuthSettings, kind: MailKind) -> None:
    message = build_message(
        build_mail(kind, device="Firefox", address="1.2.3.4", provider="GitHub"), mail_settings, "a-token"
    )
    plain, html = get_part(message, "plain"), get_part(message, "html")

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
def test_international_addresses_are_encoded(mail_settings: AuthSettings, recipient: str, header: str) -> None:
    written = build_message(build_mail(recipient=recipient), mail_settings).as_bytes().decode()

    assert f"To: {header}" in written.replace("To:\n ", "To: ")
