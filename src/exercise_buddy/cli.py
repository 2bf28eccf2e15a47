"""The `exercise-buddy` command."""

import asyncio
import json
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Annotated, Any

import structlog
import typer

from exercise_buddy import demo as demo_account
from exercise_buddy import main, serving
from exercise_buddy.auth import commands as auth
from exercise_buddy.backups import commands as backups
from exercise_buddy.backups.schedule import scheduled_backups
from exercise_buddy.core.commands import CommandContext
from exercise_buddy.core.db import errors
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError
from exercise_buddy.core.http.asyncapi import build_asyncapi
from exercise_buddy.core.http.client_bounds import raise_file_limit
from exercise_buddy.core.http.workers import WorkersError
from exercise_buddy.core.ops import logging
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.counting import commands as counting
from exercise_buddy.database_requirements import check_database
from exercise_buddy.dev import commands as dev
from exercise_buddy.doctor.commands import doctor
from exercise_buddy.exercises import commands as exercises
from exercise_buddy.migration import migrate as migrate_database
from exercise_buddy.settings import Settings, SettingsError, load_settings
from exercise_buddy.startup import get_database_url, get_pooler_url, reachable_database, ready_database
from exercise_buddy.statistics import commands as statistics
from exercise_buddy.transfers import commands as transfers
from exercise_buddy.web import public as web
from exercise_buddy.workouts import commands as workouts

# With the number of a signal, the exit status that shells report for it.
_SIGNALLED = 128

log = structlog.get_logger()

app = typer.Typer(
    help="The backend of an AI-powered exercise counter.", no_args_is_help=True, pretty_exceptions_enable=False
)


@contextmanager
def _readable_errors() -> Iterator[None]:
    try:
        yield
    except (SettingsError, EmbeddedPostgresError, WorkersError, PermissionError, ValueError) as error:
        message = str(error)
    except Exception as error:
        problem = errors.problem_for(error)
        if not isinstance(problem, Unavailable):
            raise
        message = f"{problem.detail} {errors.message_of(error)}"
    else:
        return
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1)


@asynccontextmanager
async def _open_database() -> AsyncIterator[Database]:
    with _readable_errors():
        given = load_settings()
        if given.database_url is not None:
            check_database(get_database_url(given))
        async with (
            ready_database(given) as settings,
            Database.open(get_database_url(settings), pool_size=1, quotas=settings.quotas) as database,
        ):
            yield database


def _load_settings(**overrides: Any) -> Settings:  # noqa: ANN401  (any setting)
    with _readable_errors():
        return load_settings(**overrides)


@app.callback()
def prepare(context: typer.Context) -> None:
    """Pass the settings and the database to the commands of the slices."""
    context.obj = CommandContext(_open_database, _load_settings, main.RESTORED_FILES)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: PORT, else 8000.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of worker processes.")] = 1,
    backup_every: Annotated[
        str | None, typer.Option(help="Back up whenever the newest backup is so old: 24h, 7d. Default: BACKUP_EVERY.")
    ] = None,
    *,
    reload: Annotated[bool, typer.Option("--reload", help="Restart when the code changes.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Create an account with a year of training.")] = False,
) -> None:
    """Serve the API. Without DATABASE_URL, start an embedded PostgreSQL in DATA_DIR."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options = {"host": host, "port": port, "backup_every": backup_every}
    overrides = {name: value for name, value in options.items() if value is not None}
    with _readable_errors():
        # This creates keys that are missing, before the processes that serve would create different ones.
        settings = load_settings(*main.CHECKS, **overrides)
        raise_file_limit(settings.max_connections)
        if settings.web_enabled:
            _build_web_client()
        with serving.listen(settings) as listener, reachable_database(settings, is_supervised=True) as ready:
            if settings.database_url is not None:
                check_database(get_database_url(ready), get_pooler_url(ready))
            else:
                asyncio.run(migrate_database(get_database_url(ready)))
            account = web.DemoAccount(*asyncio.run(demo_account.load(ready))) if demo else None
            if workers > 1 and settings.rate_limit_storage_url.startswith("memory://"):
                log.warning("rate_limits_not_shared", workers=workers, setting="RATE_LIMIT_STORAGE_URL")
            with suppress(KeyboardInterrupt), scheduled_backups(settings):
                serving.run(ready, listener, workers, account, reload=reload)


def _build_web_client() -> None:
    """Build the web client of a checkout if it is missing or older than its source. If that fails, say so."""

    def report(line: str) -> None:
        typer.secho(line, err=True)

    if not web.is_outdated():
        return
    try:
        web.build(report)
    except web.WebBuildError as error:
        report(f"The web client was not built, so only the API is served. {error}.")


@app.command()
def migrate() -> None:
    """Migrate the database to the newest revision and update its exercise catalogue.

    It can be interrupted and repeated, and several at once wait for each other. The exit status is 1 if the database
    cannot be used or other transactions are in the way, 130 after Ctrl+C, and 143 after SIGTERM.
    """
    # The statement that runs is cancelled, and an embedded server is stopped. What a script starts in the background
    # ignores SIGINT at first.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    received = signal.SIGINT

    def interrupt(*_: object) -> None:
        nonlocal received
        received = signal.SIGTERM
        signal.raise_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, interrupt)
    try:
        with _readable_errors():
            settings = load_settings()
            logging.configure(settings)
            with reachable_database(settings) as ready:
                asyncio.run(migrate_database(get_database_url(ready)))
    except KeyboardInterrupt:
        typer.secho("Interrupted. What was migrated is kept: migrate again to continue.", fg="red", err=True)
        raise typer.Exit(_SIGNALLED + received) from None
    typer.echo("The database is up to date.")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    settings = Settings(secret_key=secrets.token_urlsafe(48))
    typer.echo(json.dumps(main.create_app(settings).openapi(), indent=2, ensure_ascii=False))


@app.command()
def asyncapi() -> None:
    """Print the AsyncAPI document."""
    settings = Settings(secret_key=secrets.token_urlsafe(48))
    document = build_asyncapi(settings.app_name, settings.version, main.CHANNELS)
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


app.command("import")(transfers.import_file)
app.command("count")(counting.count_file)
app.add_typer(backups.backup, name="backup")
app.command()(backups.restore)
app.command()(doctor)
app.add_typer(auth.user, name="user")
app.add_typer(auth.keys, name="keys")
app.add_typer(exercises.catalogue, name="catalogue")
app.add_typer(workouts.exercises, name="exercises")
app.add_typer(statistics.statistics, name="statistics")
app.add_typer(workouts.workouts, name="workouts")
app.add_typer(dev.dev, name="dev")
