"""The commands `backup` and `restore`."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pyrage import x25519

from exercise_buddy.backups.archive import Manifest, read_archive
from exercise_buddy.backups.create import create_backup
from exercise_buddy.backups.encryption import generate_identity, open_content, read_identities
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.places import Place, StoredBackup, open_place
from exercise_buddy.backups.restore import restore_backup
from exercise_buddy.backups.retention import find_expired
from exercise_buddy.backups.schedule import Schedule
from exercise_buddy.core.commands import get_settings
from exercise_buddy.core.db import errors
from exercise_buddy.core.ops import logging
from exercise_buddy.core.ops.backup_settings import S3_SCHEME, parse_duration
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url, reachable_database

_LATEST = "latest"
_TO = typer.Option("--to", help="A folder, or s3://BUCKET/FOLDER. Default: BACKUP_TO, else DATA_DIR/backups.")
_FROM = typer.Option("--from", help="The folder or s3://BUCKET/FOLDER of backups. Default: BACKUP_TO.")
_IDENTITY = typer.Option(
    "--identity", "-i", help="The file with the secret key of an encrypted backup.", exists=True, dir_okay=False
)

backup = typer.Typer(help="Back up the database, the keys and the outbox.", invoke_without_command=True)


@contextmanager
def _readable_errors() -> Iterator[None]:
    try:
        yield
    # Of unsafe paths, the embedded PostgreSQL, and backups.
    except (ValueError, RuntimeError, PermissionError) as error:
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


def _duration(value: str | None) -> timedelta | None:
    try:
        found: timedelta | None = parse_duration(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return found


def _load(context: typer.Context, **changed: Any) -> Settings:  # noqa: ANN401  (any setting)
    """Return the settings, some of them changed by options."""
    given = {name: value for name, value in changed.items() if value is not None}
    settings = get_settings(context, Settings, **given)
    logging.configure(settings)
    return settings


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _stop_on_signals() -> None:
    # So that drafts are deleted. (Only a main thread can.)
    with suppress(ValueError):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            # `asyncio.run` would replace this one by its own, which waits until a transfer or a checksum is done.
            signal.signal(signal.SIGINT, _interrupt)


@backup.callback()
def create(
    context: typer.Context,
    to: Annotated[str | None, _TO] = None,
    every: Annotated[
        str | None, typer.Option(help="Go on, and make a backup whenever the newest one is so old: 24h, 7d.")
    ] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Keep the newest N. Default: BACKUP_KEEP, else 7.")] = None,
    keep_daily: Annotated[int | None, typer.Option(min=0, help="Keep the newest of each of N days, too.")] = None,
    keep_weekly: Annotated[int | None, typer.Option(min=0, help="Keep the newest of each of N weeks, too.")] = None,
) -> None:
    """Back up the database, the keys and the outbox; verify the backup, then delete those that no rule keeps."""
    if context.invoked_subcommand is not None:
        return
    _stop_on_signals()
    interval = _duration(every)
    rules = {"backup_keep": keep, "backup_keep_daily": keep_daily, "backup_keep_weekly": keep_weekly}
    settings = _load(context, backup_to=to, **rules)
    if interval is not None:
        options = ["--to", settings.backup_place, "--keep", settings.backup_keep]
        options += ["--keep-daily", settings.backup_keep_daily, "--keep-weekly", settings.backup_keep_weekly]
        Schedule(settings, interval, [str(option) for option in options]).run()
        return
    with _readable_errors(), reachable_database(settings) as ready:
        place = open_place(settings)
        stored, manifest = asyncio.run(create_backup(settings, get_database_url(ready), place))
        typer.echo(f"Stored {place}/{stored.name}: {_describe(stored.size, manifest)}. It was read back and verified.")
        if not settings.backup_recipients:
            typer.echo("It is not encrypted: BACKUP_RECIPIENTS is not set. Nobody else may read it.", err=True)
        for expired in find_expired(
            place.list(),
            keep=settings.backup_keep,
            daily=settings.backup_keep_daily,
            weekly=settings.backup_keep_weekly,
        ):
            place.delete(expired.name)
            typer.echo(f"Deleted {expired.name}, which no rule keeps.")


def _describe(size: int, manifest: Manifest) -> str:
    rows = manifest.rows
    return (
        f"{size / 1e6:,.1f} MB, {rows.get('user_account', 0):,} accounts, {rows.get('workout', 0):,} workouts, "
        f"{rows.get('workout_set', 0):,} sets, {len(manifest.members) - 1} files"
    )


@backup.command("list")
def list_backups(context: typer.Context, place: Annotated[str | None, _FROM] = None) -> None:
    """List the backups, the oldest first."""
    settings = _load(context, backup_to=place)
    with _readable_errors():
        for stored in open_place(settings).list():
            typer.echo(f"{stored.created_at:%Y-%m-%d %H:%M:%S} UTC  {stored.size / 1e6:10,.1f} MB  {stored.name}")


@backup.command()
def verify(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A file, an s3:// URL, a name of `backup list`, or latest.")] = _LATEST,
    identity: Annotated[Path | None, _IDENTITY] = None,
    place: Annotated[str | None, _FROM] = None,
) -> None:
    """Read a backup to its end and compare all checksums. An encrypted one needs its secret key."""
    settings = _load(context, backup_to=place)
    with _readable_errors():
        found, stored = _find(settings, name)
        with found.open(stored) as source, open_content(source, _read_identities(identity)) as content:
            manifest = read_archive(content)
    size = sum(member.size for member in manifest.members)
    typer.echo(f"{stored} is complete: of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC, {_describe(size, manifest)}.")


@backup.command("generate-key")
def generate_key(
    path: Annotated[Path, typer.Argument(help="The file for the secret key. Keep it elsewhere than the backups.")],
) -> None:
    """Create a key pair for encrypted backups. The server needs the public key only."""
    with _readable_errors():
        recipient = generate_identity(path)
    typer.echo(f"Created {path}. A restore needs it, so keep a copy apart from the server and its backups.")
    typer.echo(f"BACKUP_RECIPIENTS={recipient}")


def restore(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A file, an s3:// URL, a name of `backup list`, or latest.")],
    identity: Annotated[Path | None, _IDENTITY] = None,
    place: Annotated[str | None, _FROM] = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a database that has accounts. All its data are deleted.")
    ] = False,
) -> None:
    """Restore the database, the keys and the outbox from a backup. Stop the service first."""
    _stop_on_signals()
    settings = _load(context, backup_to=place)
    with _readable_errors(), reachable_database(settings) as ready:
        found, stored = _find(settings, name)
        with found.open(stored) as source:
            manifest, notes = asyncio.run(
                restore_backup(
                    settings,
                    get_database_url(ready),
                    source,
                    _read_identities(identity),
                    replace=replace,
                )
            )
    size = sum(member.size for member in manifest.members)
    typer.echo(f"Restored {stored} of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC: {_describe(size, manifest)}.")
    for note in notes:
        typer.echo(note)


def _read_identities(path: Path | None) -> Sequence[x25519.Identity]:
    return [] if path is None else read_identities(path)


def _find(settings: Settings, name: str) -> tuple[Place, str]:
    """Return the place and the name of a backup."""
    if name.startswith(S3_SCHEME):
        url, _, last = name.rpartition("/")
        return open_place(settings, url), last
    path = Path(name)
    if name != _LATEST and (path.is_file() or len(path.parts) > 1):
        return open_place(settings, str(path.parent)), path.name
    place = open_place(settings)
    backups: dict[str, StoredBackup] = {stored.name: stored for stored in place.list()}
    if name == _LATEST and backups:
        return place, list(backups)[-1]
    if name not in backups:
        raise BackupError(f"{place} has no backup{'' if name == _LATEST else f' of the name {name}'}.")
    return place, name
