"""The messages: plain text and HTML from the same content."""

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
class _Content:
    subject: str
    paragraphs: tuple[str, ...]
    path: str | None = None
    action: str | None = None


_CHECK = "check your e-mail address, the linked providers and the signed-in devices in the settings of your account."
_NOT_YOU = f"If this was not you, change your password and sign your other devices out at once. Then {_CHECK}"
_CONTENTS = {
    MailKind.VERIFY_EMAIL: _Content(
        "Confirm your e-mail address",
        (
            "Please confirm that this is your address.",
            "The link works once, for 24 hours. If you have not made an account, do not follow it.",
        ),
        "/auth/verify-email",
        "Confirm the address",
    ),
    MailKind.CHANGE_EMAIL: _Content(
        "Confirm your new e-mail address",
        (
            "You want to use this address for your account from now on.",
            "The link works once, for 24 hours. Until you follow it, the former address stays.",
        ),
        "/auth/verify-email",
        "Confirm the new address",
    ),
    MailKind.RESET_PASSWORD: _Content(
        "Choose a new password",
        (
            "Somebody, probably you, has asked for a new password for your account.",
            "The link works once, for 30 minutes. If you did not ask for it, there is nothing to do.",
        ),
        "/auth/reset-password",
        "Choose a new password",
    ),
    MailKind.EMAIL_IN_USE: _Content(
        "You have an account already",
        (
            "Somebody, probably you, has tried to use this address for an account. There is one with it already: "
            "just sign in, or choose a new password if you do not know the old one.",
            "If it was not you, there is nothing to do.",
        ),
    ),
    MailKind.EMAIL_CHANGED: _Content(
        "Your e-mail address was changed",
        ("Your account now uses another address than this one.", "{followed}", _NOT_YOU),
    ),
    MailKind.PASSWORD_CHANGED: _Content(
        "Your password was changed",
        (
            "Your password was changed.",
            "{followed}",
            "If this was not you, choose a new password at once: the sign-in page sends you a link.",
            f"In any case, {_CHECK}",
        ),
    ),
    MailKind.NEW_DEVICE: _Content(
        "A new device has signed in",
        ("A device that we had not seen before has signed in to your account:", "{device}, from {address}.", _NOT_YOU),
    ),
    MailKind.IDENTITY_LINKED: _Content(
        "A new way to sign in",
        ("From now on, one can sign in to your account with {provider}.", _NOT_YOU),
    ),
    MailKind.IDENTITY_UNLINKED: _Content(
        "One way to sign in less",
        ("From now on, one can no longer sign in to your account with {provider}.", _NOT_YOU),
    ),
    MailKind.ACCOUNT_DELETION_REQUESTED: _Content(
        "Your account will be deleted",
        (
            "You have asked to delete your account. On {deletes_at} it will be deleted, with everything in it.",
            "Until then nobody can see or use it. To keep it, just sign in.",
            f"If you did not ask for this, sign in and change your password at once. Then {_CHECK}",
        ),
    ),
    MailKind.ACCOUNT_DELETION_CANCELLED: _Content(
        "Your account will not be deleted",
        (
            "Somebody, probably you, has signed in to your account. So it will not be deleted.",
            f"If this was not you, change your password at once. Then {_CHECK}",
        ),
    ),
    MailKind.ACCOUNT_DELETED: _Content(
        "Your account was deleted",
        ("Your account was deleted, with everything that belonged to it.", "Thank you for training with us."),
    ),
}


def _describe_consequences(sessions: int, unlinked: list[str]) -> str:
    """Return which sessions and identities ended with a change of a credential."""
    devices = "Your other devices were signed out." if sessions else "No other device was signed out."
    providers = ", ".join(name.capitalize() for name in unlinked)
    return f"{devices} Unlinked: {providers}." if providers else devices


@cache
def _templates() -> Environment:
    loader = PackageLoader("exercise_buddy.auth.mail")
    return Environment(
        loader=loader,
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _to_ascii_domain(address: str) -> str:
    """Return the address with its domain in ASCII, for every server. Its local part may still need SMTPUTF8."""
    try:
        return validate_email(address, check_deliverability=False).ascii_email or address
    except EmailNotValidError:
        return address


def build_message(mail: OutgoingMail, settings: AuthSettings, token: str | None = None) -> EmailMessage:
    """Build the message of a mail.

    Args:
        mail: the kind, the recipient and the details.
        settings: the sender, and the URL of the web client for links.
        token: the one-time token of the link. It comes after a `#`, so that no server logs it.

    """
    content = _CONTENTS[MailKind(mail.kind)]
    details: dict[str, Any] = {"device": None, "address": None, "provider": None, "deletes_at": None} | mail.details
    details["device"] = details["device"] or "An unknown program"
    details["followed"] = _describe_consequences(mail.details.get("sessions", 0), mail.details.get("unlinked", []))
    variables = {
        "app_name": settings.app_name,
        "subject": content.subject,
        "paragraphs": [paragraph.format_map(details) for paragraph in content.paragraphs],
        "action": content.action,
        "link": f"{settings.frontend_origin}{content.path}#token={token}" if content.path else None,
    }
    recipient = _to_ascii_domain(mail.recipient)
    message = EmailMessage(default if recipient.isascii() else SMTPUTF8)
    message["Subject"] = f"{settings.app_name}: {content.subject}"
    message["From"] = settings.mail_from
    message["To"] = recipient
    message["Date"] = format_datetime(mail.created_at)
    # The same at every attempt: it identifies a mail that was sent twice.
    message["Message-ID"] = f"<{mail.id}@{parseaddr(settings.mail_from)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    text = _templates().get_template("mail.txt.j2").render(variables)
    html = _templates().get_template("mail.html.j2").render(variables)
    message.set_content(text, cte=_choose_encoding(text))
    message.add_alternative(html, subtype="html", cte=_choose_encoding(html))
    return message


def _choose_encoding(text: str) -> str:
    # Quoted-printable would split the link into several lines of the file in the outbox.
    return "7bit" if text.isascii() else "quoted-printable"
