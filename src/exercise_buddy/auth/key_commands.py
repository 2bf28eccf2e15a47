"""The commands of signing keys."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.commands import get_settings
from exercise_buddy.core.security import key_files
from exercise_buddy.core.security.key_files import SigningKeysError, StoredKey

_MAX_DELAY_MINUTES = 60 * 24 * 30

keys = typer.Typer(help="The keys that EdDSA and ES256 sign access tokens with.", no_args_is_help=True)


@contextmanager
def _readable_errors() -> Iterator[None]:
    try:
        yield
    except SigningKeysError as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from None


def _format_time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _warn_if_inactive(settings: AuthSettings, new: StoredKey) -> None:
    if settings.algorithm != new.algorithm:
        typer.echo(f"It signs nothing before ALGORITHM={new.algorithm} is set: now it is {settings.algorithm}.")


@keys.command()
def generate(context: typer.Context) -> None:
    """Create SIGNING_KEYS_FILE with one key for ALGORITHM, or for EdDSA if that needs no key pair."""
    settings = get_settings(context, AuthSettings)
    with _readable_errors():
        new = key_files.generate_keys(settings.signing_keys_path, settings.key_pair_algorithm or "EdDSA")
    typer.echo(f"Created {settings.signing_keys_path} with the key {new.kid} for {new.algorithm}.")
    _warn_if_inactive(settings, new)


@keys.command()
def rotate(
    context: typer.Context,
    delay: Annotated[
        int,
        typer.Option(
            min=0,
            max=_MAX_DELAY_MINUTES,
            help="Publish the new key now and sign with it after so many minutes: for verifiers that cache the "
            "published keys, and servers that get the file later.",
        ),
    ] = 0,
    *,
    revoke: Annotated[
        bool,
        typer.Option("--revoke", help="Refuse all tokens of the former keys at once: for a leaked key."),
    ] = False,
) -> None:
    """Add a new key that signs. Former keys verify until their tokens have expired; expired keys are dropped."""
    if delay and revoke:
        raise typer.BadParameter("--revoke leaves no other key to sign with meanwhile", param_hint="--delay")
    settings = get_settings(context, AuthSettings)
    with _readable_errors():
        done = key_files.rotate_keys(
            settings.signing_keys_path,
            settings.key_pair_algorithm,
            token_seconds=settings.access_token_expire_minutes * 60,
            delay_seconds=delay * 60,
            revoke=revoke,
        )
    begins = f"from {_format_time(done.new.not_before)} on" if delay else "from now on"
    typer.echo(f"The key {done.new.kid} for {done.new.algorithm} signs {begins}.")
    for key, until in done.kept:
        signs = f"signs from {_format_time(key.not_before)} on" if key.not_before > time.time() else None
        accepted = f"is accepted until {_format_time(until)}" if until < math.inf else None
        typer.echo(f"The key {key.kid} {' and '.join(filter(None, (signs, accepted)))}.")
    for key in done.dropped:
        typer.echo(f"The key {key.kid} is {'revoked' if revoke else 'dropped: its tokens have expired'}.")
    _warn_if_inactive(settings, done.new)
