"""How a mail leaves: by SMTP, or, where no server is configured, as a file into the outbox folder."""

from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import aiosmtplib
import structlog
from anyio import to_thread

from exercise_buddy.auth.settings import AuthSettings, SmtpSecurity

_TIMEOUT_SECONDS = 20.0
_PERMANENT = 500

log = structlog.get_logger()


class MailRefusedError(Exception):
    """The SMTP server will never take this mail: it has refused the recipient, or what it says, for good (5xx)."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


async def deliver(message: EmailMessage, settings: AuthSettings, mail_id: UUID) -> None:
    """Hand a mail to the SMTP server, or put it into the outbox.

    Raises:
        MailRefusedError: it can never be done.
        aiosmtplib.SMTPException, OSError: it could not be done now.

    """
    if settings.smtp_host is None:
        path = await to_thread.run_sync(_put_into_outbox, message, settings.outbox_dir, mail_id)
        log.info("mail_in_outbox", path=str(path))
        return
    try:
        await aiosmtplib.send(
            message,
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
            timeout=_TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        # A mail of ours has one recipient.
        _raise_if_permanent(refused.recipients[0])
        raise
    except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as refused:
        _raise_if_permanent(refused)
        raise


def _raise_if_permanent(refused: aiosmtplib.SMTPResponseException) -> None:
    # Also refusals of the sender, the password or the connection come as 5xx. Those are about our settings, not about
    # this mail: it waits until its operator has mended them.
    if refused.code >= _PERMANENT:
        raise MailRefusedError(refused.code) from refused


def _put_into_outbox(message: EmailMessage, folder: Path, mail_id: UUID) -> Path:
    # Its mails hold links that open accounts.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{mail_id}.eml"
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_bytes(message.as_bytes())
    return draft.rename(path)
