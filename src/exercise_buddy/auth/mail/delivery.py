"""How a mail leaves: by SMTP, or, where no server is configured, as a file into the outbox folder."""

from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import aiosmtplib
import structlog
from anyio import to_thread

from exercise_buddy.auth.settings import AuthSettings, SmtpSecurity

_TIMEOUT_SECONDS = 20.0

log = structlog.get_logger()


async def deliver(message: EmailMessage, settings: AuthSettings, mail_id: UUID) -> None:
    """Hand a mail to the SMTP server, or put it into the outbox.

    Raises:
        aiosmtplib.SMTPException, OSError: it could not be done.

    """
    if settings.smtp_host is None:
        path = await to_thread.run_sync(_put_into_outbox, message, settings.outbox_dir, mail_id)
        log.info("mail_in_outbox", path=str(path))
        return
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


def _put_into_outbox(message: EmailMessage, folder: Path, mail_id: UUID) -> Path:
    # Its mails hold links that open accounts.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{mail_id}.eml"
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_bytes(message.as_bytes())
    return draft.rename(path)
