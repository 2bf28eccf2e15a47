"""What the mails say, as text and as HTML from the same words."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8, default
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from exercise_buddy.auth.mail.queue import MailKind
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import OutgoingMail


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    paragraphs: tuple[str, ...]
    path: str | None = None
    action: str | None = None


_NOT_YOU = "If this was not you, change your password and sign your other devices out at once."
_WORDS = {
    MailKind.VERIFY_EMAIL: _Words(
        "Confirm your e-mail address",
        (
            "Please confirm that this is your address.",
            "The link works once, for 24 hours. If you have not made an account, do not follow it.",
        ),
        "/auth/verify-email",
        "Confirm the address",
    ),
    MailKind.CHANGE_EMAIL: _Words(
        "Confirm your new e-mail address",
        (
            "You want to use this address for your account from now on.",
            "The link works once, for 24 hours. Until you follow it, the former address stays.",
        ),
        "/auth/verify-email",
        "Confirm the new address",
    ),
    MailKind.RESET_PASSWORD: _Words(
        "Choose a new password",
        (
            "Somebody, probably you, has asked for a new password for your account.",
            "The link works once, for 30 minutes. If you did not ask for it, there is nothing to do.",
        ),
        "/auth/reset-password",
        "Choose a new password",
    ),
    MailKind.EMAIL_IN_USE: _Words(
        "You have an account already",
        (
            "Somebody, probably you, has tried to use this address for an account. There is one with it already: "
            "just sign in, or choose a new password if you do not know the old one.",
            "If it was not you, there is nothing to do.",
        ),
    ),
    MailKind.EMAIL_CHANGED: _Words(
        "Your e-mail address was changed",
        ("Your account now uses another address than this one.", _NOT_YOU),
    ),
    MailKind.PASSWORD_CHANGED: _Words(
        "Your password was changed",
        ("Your password was changed, and your other devices were signed out.", _NOT_YOU),
    ),
    MailKind.NEW_DEVICE: _Words(
        "A new device has signed in",
        ("A device that we had not seen before has signed in to your account:", "{device}, from {address}.", _NOT_YOU),
    ),
    MailKind.IDENTITY_LINKED: _Words(
        "A new way to sign in",
        ("From now on, one can sign in to your account with {provider}.", _NOT_YOU),
    ),
    MailKind.ACCOUNT_DELETED: _Words(
        "Your account was deleted",
        ("Your account was deleted, with everything that belonged to it.", "Thank you for training with us."),
    ),
}


@cache
def _templates() -> Environment:
    loader = PackageLoader("exercise_buddy.auth.mail")
    return Environment(
        loader=loader,
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _written_for_servers(address: str) -> str:
    """Write the domain in ASCII, as every server knows it. What is before the @ may need one that knows SMTPUTF8."""
    try:
        return validate_email(address, check_deliverability=False).ascii_email or address
    except EmailNotValidError:
        return address


def compose(mail: OutgoingMail, settings: AuthSettings, token: str | None = None) -> EmailMessage:
    """Write a mail.

    Args:
        mail: what it is about, and to whom.
        settings: the sender and the address of the web client, to which links lead.
        token: the one-time token of the link. It stands behind a `#`, so that no server along the way logs it.

    """
    words = _WORDS[MailKind(mail.kind)]
    known: dict[str, Any] = {"device": None, "address": None, "provider": None} | mail.details
    known["device"] = known["device"] or "An unknown program"
    content = {
        "app_name": settings.app_name,
        "subject": words.subject,
        "paragraphs": [paragraph.format_map(known) for paragraph in words.paragraphs],
        "action": words.action,
        "link": f"{settings.frontend_url}{words.path}#token={token}" if words.path else None,
    }
    recipient = _written_for_servers(mail.recipient)
    message = EmailMessage(default if recipient.isascii() else SMTPUTF8)
    message["Subject"] = f"{settings.app_name}: {words.subject}"
    message["From"] = settings.mail_from
    message["To"] = recipient
    message["Date"] = format_datetime(mail.created_at)
    # The same at every attempt: a mail that was sent twice can be told by it.
    message["Message-ID"] = f"<{mail.id}@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    text = _templates().get_template("mail.txt.j2").render(content)
    html = _templates().get_template("mail.html.j2").render(content)
    message.set_content(text, cte=_encoding(text))
    message.add_alternative(html, subtype="html", cte=_encoding(html))
    return message


def _encoding(text: str) -> str:
    # Quoted-printable would break the link over several lines, for whoever reads the file in the outbox.
    return "7bit" if text.isascii() else "quoted-printable"
