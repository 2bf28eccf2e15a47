"""Preparation of the database and the keys before the program serves requests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from anyio import to_thread
from pydantic import SecretStr

from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.security.keys import KeyRing
from exercise_buddy.core.settings import CoreSettings
from exercise_buddy.migration import migrate
from exercise_buddy.settings import Settings


@contextmanager
def reachable_database(settings: Settings, *, is_supervised: bool = False) -> Iterator[Settings]:
    """Yield settings with a database URL: the configured one, or that of an embedded server for the duration.

    Args:
        settings: all settings.
        is_supervised: whether an embedded server is restarted when it has ended (see `embedded_postgres`).

    """
    if settings.database_url is not None:
        yield settings
        return
    with embedded_postgres(settings.data_dir, is_supervised=is_supervised) as url:
        yield settings.model_copy(update={"database_url": SecretStr(url)})


@asynccontextmanager
async def ready_database(settings: Settings, *, is_supervised: bool = False) -> AsyncIterator[Settings]:
    """Yield settings with a database URL: the configured one, or that of an embedded server, which is migrated.

    The arguments are those of `reachable_database`.
    """
    if settings.database_url is not None:
        yield settings
        return
    reachable = reachable_database(settings, is_supervised=is_supervised)
    with_url = await to_thread.run_sync(reachable.__enter__)
    try:
        await migrate(get_database_url(with_url))
        yield with_url
    finally:
        await to_thread.run_sync(reachable.__exit__, None, None, None)


def get_database_url(settings: CoreSettings) -> str:
    """Return the database URL of settings that have one."""
    assert settings.database_url is not None  # noqa: S101
    return settings.database_url.get_secret_value()


def get_replica_url(settings: CoreSettings) -> str | None:
    """Return the URL of the replica; None if it is not set."""
    url = settings.database_replica_url
    return None if url is None else url.get_secret_value()


def get_pooler_url(settings: CoreSettings) -> str | None:
    """Return the URL of the pooler; None if it is not set."""
    url = settings.database_pooler_url
    return None if url is None else url.get_secret_value()


def open_key_ring(settings: Settings) -> KeyRing:
    """Return the keys that sign and verify access tokens.

    Raises:
        SigningKeysError: `signing_keys_file` is missing or invalid. The text is one line and says what to do.

    """
    return KeyRing.open(settings, settings.access_token_expire_minutes * 60)
