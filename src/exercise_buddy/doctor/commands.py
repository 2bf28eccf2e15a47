"""The command `doctor`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Annotated

import typer

from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError
from exercise_buddy.core.private_files import UnsafePathError
from exercise_buddy.doctor.database import check_database
from exercise_buddy.doctor.files import check_backups, check_disk, check_keys, check_settings
from exercise_buddy.doctor.findings import Check, Finding, has_errors, render
from exercise_buddy.doctor.pooler import check_pooler
from exercise_buddy.doctor.replica import check_replica
from exercise_buddy.doctor.services import check_mail, check_providers, check_rate_limits, check_unsent_mails
from exercise_buddy.settings import Settings, SettingsError, load_settings
from exercise_buddy.startup import get_database_url, reachable_database


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array of findings.")] = False) -> None:
    """Check settings, database, disk, clock, mail, providers, keys and backups. Status 1 if something fails."""
    findings = examine()
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], indent=2, ensure_ascii=False))
    else:
        for line in render(findings):
            typer.echo(line)
    if has_errors(findings):
        raise typer.Exit(1)


def examine() -> list[Finding]:
    """Return the findings of all checks. A check that fails itself is one, too."""
    try:
        settings = load_settings()
    except SettingsError as error:
        check = Check("settings")
        return [check.error(f"{line.rstrip('.')}.", "See .env.example.") for line in str(error).splitlines()]
    with ExitStack() as stack:
        before: list[Finding] = []
        url = None
        try:
            url = get_database_url(stack.enter_context(reachable_database(settings)))
        except (EmbeddedPostgresError, UnsafePathError) as error:
            before = [Check("database").error(str(error), "")]
        return asyncio.run(_examine(settings, url, before))


async def _examine(settings: Settings, url: str | None, before: list[Finding]) -> list[Finding]:
    async def local(check: Callable[[Settings], list[Finding]]) -> list[Finding]:
        return check(settings)

    checks: dict[str, Awaitable[list[Finding]]] = {"settings": local(check_settings)}
    if url is not None:
        checks["database"] = check_database(settings, url)
        checks["pooler"] = check_pooler(settings)
        checks["replica"] = check_replica(settings, url)
    checks |= {"disk": local(check_disk), "mail": check_mail(settings)}
    if url is not None:
        checks["unsent mails"] = check_unsent_mails(url)
    checks |= {
        "providers": check_providers(settings),
        "rate limits": check_rate_limits(settings),
        "keys": local(check_keys),
        "backups": check_backups(settings, url),
    }
    results = await asyncio.gather(*checks.values(), return_exceptions=True)
    found = list(before)
    for name, result in zip(checks, results, strict=True):
        if isinstance(result, BaseException):
            found.append(Check(name).error(f"The check fails: {type(result).__name__}: {result}.", "Report this."))
        else:
            found += result
    return found
