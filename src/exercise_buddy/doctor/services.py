"""Checks of the services that the program uses: mail, providers, and the storage of rate limits."""

from datetime import timedelta

import asyncpg
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from exercise_buddy.auth import public as auth
from exercise_buddy.doctor.database import compare_clocks, open_connection
from exercise_buddy.doctor.findings import Check, Finding
from exercise_buddy.settings import Settings

_TIMEOUT_SECONDS = 5.0
# Users who wait for a link have given up by then.
_MAX_WAIT = timedelta(minutes=30)
# `Date` has whole seconds.
_PRECISION = timedelta(seconds=1)


async def check_mail(settings: Settings) -> list[Finding]:
    """Return whether mails can be sent. None is."""
    check = Check("mail")
    if settings.smtp_host is None:
        waiting = len(list(settings.outbox_dir.glob("*.eml")))
        return [
            check.warning(
                f"SMTP_HOST is not set: mails become files in {settings.outbox_dir} ({waiting} now).",
                "Set it, or users cannot reset passwords.",
            )
        ]
    server = f"{settings.smtp_host} port {settings.smtp_port}"
    if (error := await auth.find_mail_error(settings)) is not None:
        return [check.error(f"{server} does not accept us: {error}.", "Check the SMTP_… settings and the server.")]
    return [check.ok(f"{server} accepts us.")]


async def check_unsent_mails(url: str) -> list[Finding]:
    """Return which mails could not be sent."""
    check, found = Check("mail"), []
    try:
        async with open_connection(url) as connection:
            unsent = await auth.find_unsent_mails(connection)
    except (OSError, asyncpg.PostgresError):
        # The check of the database says so, or that it is not migrated.
        return []
    if unsent.oldest is not None:
        minutes = unsent.oldest.total_seconds() / 60
        add = check.error if unsent.oldest > _MAX_WAIT else check.warning
        message = f"{unsent.waiting} mails could not be sent yet; the oldest waits for {minutes:,.0f} minutes."
        found.append(
            add(message, "They are tried for a day. The log has the reasons (mail_not_sent), if a server runs.")
        )
    if unsent.given_up:
        message = f"{unsent.given_up} mails of the last seven days were given up."
        found.append(check.warning(message, "The log has the reasons: mail_given_up."))
    return found or [check.ok("No mail waits.")]


async def check_providers(settings: Settings) -> list[Finding]:
    """Return whether the configured providers respond, and how far their clocks are away."""
    check, found = Check("providers"), []
    answers = await auth.ask_providers(settings)
    for answer in answers:
        if answer.error is not None:
            advice = f"Check the network and the {answer.name.upper()}_… settings: nobody can sign in with it."
            found.append(check.error(f"{answer.name}: {answer.error}.", advice))
        else:
            found.append(check.ok(f"{answer.name} responds."))
        if answer.clock is not None:
            found.append(compare_clocks(answer.name, answer.clock, answer.began - _PRECISION, answer.ended))
    return found or [check.ok("None is configured.")]


async def check_rate_limits(settings: Settings) -> list[Finding]:
    """Return whether the storage of rate limits responds."""
    check = Check("rate limits")
    if settings.rate_limit_storage_url.startswith("memory://"):
        return [check.ok("Each process counts for itself. Several processes need RATE_LIMIT_STORAGE_URL.")]
    client = Valkey.from_url(
        settings.rate_limit_storage_url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )
    try:
        await client.ping()
    except (ValkeyError, OSError) as error:
        return [
            check.error(f"Their storage does not respond: {error}.", "Check RATE_LIMIT_STORAGE_URL and the server.")
        ]
    finally:
        await client.aclose()
    return [check.ok("Their storage responds.")]
