"""Alembic's environment: migrates over the connection that `exercise_buddy.migration.migrate` hands over, or, when
Alembic is called by hand, over one of its own to the configured database.
"""

import asyncio
import secrets
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from exercise_buddy.core.db.connections import connect
from exercise_buddy.schema import metadata
from exercise_buddy.settings import SettingsError, load_settings
from exercise_buddy.startup import get_database_url, reachable_database

# A migration that waits for a lock makes everybody queue behind it, and requests give up after 4 s: better that it fails
# and `migrate` tries it again.
LOCK_TIMEOUT = "2s"


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write plain SQLAlchemy types into migrations: they must not break when SQLModel changes its own."""
    if kind == "type":
        if isinstance(item, UTCDateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(item, AutoString | sa.Enum):
            return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def run(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        on_version_apply=context.config.attributes.get("on_version_apply"),
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on(url: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: connect(url, server_settings={"statement_timeout": "0"})
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True, render_item=render_item)
    with context.begin_transaction():
        context.run_migrations()
else:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
    else:
        # Only the database counts here, so no secret is asked for.
        try:
            settings = load_settings(secret_key=secrets.token_urlsafe(48))
        except SettingsError as error:
            raise SystemExit(str(error)) from None
        with reachable_database(settings) as ready:
            asyncio.run(run_on(get_database_url(ready)))
