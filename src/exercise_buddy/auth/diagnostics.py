"""Whether the services that auth uses respond: the SMTP server, and the providers. For `exercise-buddy doctor`.

And which mails could not be sent.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiosmtplib
import asyncpg
import httpx2

from exercise_buddy.auth.oauth.http import ProviderError
from exercise_buddy.auth.oauth.openid import OpenIDProvider
from exercise_buddy.auth.oauth.providers import AuthorizationRequest
from exercise_buddy.auth.oauth.registry import configured_providers
from exercise_buddy.auth.settings import AuthSettings, SmtpSecurity

_TIMEOUT_SECONDS = 10.0
_UNSENT = """
SELECT
    count(*) FILTER (WHERE is_late) AS waiting,
    now() - min(created_at) FILTER (WHERE is_late) AS oldest,
    count(*) FILTER (WHERE next_attempt_at = 'infinity') AS given_up
FROM (
    -- The first attempt may take a minute.
    SELECT *, next_attempt_at < 'infinity' AND (attempts > 1 OR created_at < now() - interval '1 minute') AS is_late
    FROM outgoing_mail
) AS mail
"""


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """How a provider has responded.

    Attributes:
        name: the provider.
        error: what is wrong, None if nothing is.
        clock: its time by the header `Date`, if it sent one, between the times of this machine `began` and `ended`.

    """

    name: str
    error: str | None
    clock: datetime | None
    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class UnsentMails:
    """The mails that should have been sent.

    Attributes:
        waiting: how many will be tried again, or nobody has tried to send for a minute.
        oldest: the age of the oldest of these; None without any.
        given_up: how many of the last seven days will not be tried again.

    """

    waiting: int
    oldest: timedelta | None
    given_up: int


async def find_unsent_mails(connection: asyncpg.Connection) -> UnsentMails:
    """Return which mails could not be sent."""
    row = await connection.fetchrow(_UNSENT)
    return UnsentMails(row["waiting"], row["oldest"], row["given_up"])


async def find_mail_error(settings: AuthSettings) -> str | None:
    """Return why the configured SMTP server takes no mail of ours, None if it lets us sign in. Sends nothing."""
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        use_tls=settings.smtp_security is SmtpSecurity.TLS,
        start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
        timeout=_TIMEOUT_SECONDS,
    )
    try:
        async with client:
            await client.noop()
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        # The text of a server may have several lines.
        return " ".join(str(error).split()) or type(error).__name__
    return None


async def ask_providers(settings: AuthSettings) -> list[ProviderAnswer]:
    """Ask each configured provider for its discovery document, those without one for anything."""
    answers = []
    for name, provider in configured_providers(settings).items():
        is_openid = isinstance(provider, OpenIDProvider)
        url: str = getattr(settings, f"{name}_issuer" if is_openid else f"{name}_api_url")
        if is_openid:
            url = f"{url.rstrip('/')}/.well-known/openid-configuration"
        began, error, clock = datetime.now(UTC), None, None
        try:
            async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
                response = await client.head(url)
            clock = _parse_date(response.headers.get("date"))
            ended = datetime.now(UTC)
            # Checks what a sign-in needs of the document.
            await provider.authorization_url(AuthorizationRequest.generate())
        except (httpx2.HTTPError, httpx2.InvalidURL, ProviderError) as failure:
            ended, error = datetime.now(UTC), str(failure) or type(failure).__name__
        answers.append(ProviderAnswer(name, error, clock, began, ended))
    return answers


def _parse_date(value: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
