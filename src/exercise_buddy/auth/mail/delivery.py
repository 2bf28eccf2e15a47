"""The delivery of a mail: by SMTP, or, without a server, as a file in the outbox folder."""

from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import aiosmtplib
import structlog

from exercise_buddy.auth.settings import AuthSettings, SmtpSecurity
from exercise_buddy.core.files import write_atomically
from exercise_buddy.core.threads import run_in_thread

_TIMEOUT_SECONDS = 20.0
_FIRST_PERMANENT_CODE = 500

log = structlog.get_logger()


class MailRefusedError(Exception):
    """The SMTP server has refused the recipient or the content permanently (5xx)."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


async def deliver(message: EmailMessage, settings: AuthSettings, mail_id: UUID) -> None:
    """Send a mail to the SMTP server, or write it to the outbox.

    Raises:
        MailRefusedError: a retry cannot succeed.
        aiosmtplib.SMTPException, OSError: a retry may succeed.

    """
    if settings.smtp_host is None:
        path = await run_in_thread(_write_to_outbox, message, settings.outbox_dir, mail_id)
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
        # Each mail has one recipient.
        _raise_if_permanent(refused.recipients[0])
        raise
    except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as refused:
        _raise_if_permanent(refused)
        raise


def _raise_if_permanent(refused: aiosmtplib.SMTPResponseException) -> None:
    # The server also refuses the sender, the password or the connection with a 5xx. The cause is then in the settings,
    # not in this mail: it waits until the operator has corrected them.
    if refused.code >= _FIRST_PERMANENT_CODE:
        raise MailRefusedError(refused.code) from refused


def _write_to_outbox(message: EmailMessage, folder: Path, mail_id: UUID) -> Path:
    # Only for its owner: the links in the mails open accounts.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{mail_id}.eml"
    with write_atomically(path) as draft:
        draft.write(message.as_bytes())
    return path
