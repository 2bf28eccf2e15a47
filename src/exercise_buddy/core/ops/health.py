"""Liveness and readiness of the service, and what its metrics say about the database."""

import asyncio
from datetime import datetime
from functools import cache
from typing import Literal

import asyncpg
import structlog
from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import FastAPI, Request
from pydantic import Field
from sqlalchemy import column, func, select, table

from exercise_buddy.core.db.database import Database, DatabaseDep
from exercise_buddy.core.ops.observations import Observed, build_gauge
from exercise_buddy.core.problems import MalformedRequest, TooManyRequests, Unavailable, documented
from exercise_buddy.core.types import Output, example

LIVENESS = "/health"
READINESS = "/health/ready"

_DEADLINE_SECONDS = 0.5
_STARTED = select(func.pg_postmaster_start_time())
_VERSION = str(select(column("version_num")).select_from(table("alembic_version")))

log = structlog.get_logger()


class Health(Output):
    """The process is alive."""

    model_config = example({"status": "healthy", "version": "0.1.0"})

    status: Literal["healthy"] = Field(description="Always `healthy`.")
    version: str = Field(description="The version of the server.")


class Readiness(Output):
    """The service can serve requests."""

    model_config = example({"status": "ready"})

    status: Literal["ready"] = Field(description="Always `ready`. Otherwise the response is a problem.")


async def read_health(request: Request) -> Health:
    """Check that the process is alive.

    It does not use the database.
    """
    return Health(status="healthy", version=request.app.version)


async def read_readiness(request: Request, database: DatabaseDep) -> Readiness:
    """Check that requests can be served.

    The database must respond within 500 ms and be migrated to this version.
    """
    try:
        async with asyncio.timeout(_DEADLINE_SECONDS):
            found = await _share_revision(request, database)
    except Exception as error:  # noqa: BLE001  (any failure means: not ready)
        log.warning("not_ready", error=type(error).__name__)
        raise Unavailable("The database does not answer.", retry_after=5) from None
    # A newer schema is accepted: the old release keeps serving while a new one is rolled out.
    if found is None or found in request.state.older_migrations:
        raise Unavailable("The database is not migrated to this version.", retry_after=5)
    return Readiness(status="ready")


async def _share_revision(request: Request, database: Database) -> str | None:
    """Return the revision that the query in progress finds, or a new one: many probes must not take the connections."""
    query: asyncio.Task[str | None] | None = request.app.state.revision_query
    if query is None or query.done():
        query = request.app.state.revision_query = asyncio.create_task(_revision(database))
        # All probes may have given up before it fails.
        query.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(query)


async def _revision(database: Database) -> str | None:
    async with database.reading() as connection:
        try:
            found: str | None = await connection.fetchval(_VERSION)
        except asyncpg.UndefinedTableError:
            return None
        return found


async def measure_database(database: Database) -> Observed:
    """Return whether the database responds, and since when it runs.

    It opens a connection of its own: if all of the pools are in use, the database is not down.
    """
    name, description = "database_up", "Whether the database accepts a connection and responds: 1 or 0."
    try:
        async with database.job_engine.connect() as connection:
            started_at: datetime = (await connection.execute(_STARTED)).scalar_one()
    except Exception as error:  # noqa: BLE001  (any failure means: it does not)
        log.warning("database_not_reached", error=type(error).__name__)
        return [build_gauge(name, description, 0)]
    description_of_start = "Unix time of the start of the database server."
    return [
        build_gauge(name, description, 1),
        build_gauge("database_start_time_seconds", description_of_start, started_at.timestamp()),
    ]


def install(app: FastAPI) -> None:
    """Add both endpoints to the application."""
    app.state.revision_query = None
    app.add_api_route(
        LIVENESS,
        read_health,
        tags=["operations"],
        operation_id="operations-health",
        summary="Check that the process is alive",
        responses=documented(MalformedRequest, TooManyRequests),
    )
    app.add_api_route(
        READINESS,
        read_readiness,
        tags=["operations"],
        operation_id="operations-readiness",
        summary="Check that requests can be served",
        responses=documented(MalformedRequest, TooManyRequests, Unavailable),
    )


def older_migrations(config: Config) -> frozenset[str]:
    """Return the revisions of all migrations of this version except the newest."""
    return _older_migrations(config.get_main_option("script_location") or "")


@cache
def _older_migrations(location: str) -> frozenset[str]:
    scripts = ScriptDirectory(location)
    return frozenset(script.revision for script in scripts.walk_revisions()) - set(scripts.get_heads())
