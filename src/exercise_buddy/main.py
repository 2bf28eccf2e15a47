"""The composition root: it mounts the slices and the kernel onto one application. Nothing else."""

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import exercise_buddy.schema  # noqa: F401  (all tables, before the first statement)
from exercise_buddy.auth import public as accounts
from exercise_buddy.auth.public import EXPORTS as AUTH_EXPORTS
from exercise_buddy.auth.router import router as auth
from exercise_buddy.backups.observation import measure_backups
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.db.pool_waits import PoolWaits
from exercise_buddy.core.db.replica import Replica
from exercise_buddy.core.http import asyncapi, cors, docs, home, openapi, problem_handlers
from exercise_buddy.core.http.application import Application
from exercise_buddy.core.http.authentication import AuthenticationMiddleware
from exercise_buddy.core.http.body_memory import BodyMemory
from exercise_buddy.core.http.client_bounds import ClientBounds
from exercise_buddy.core.http.compression import CompressionMiddleware
from exercise_buddy.core.http.middleware import ExceptionMiddleware, RequestLog
from exercise_buddy.core.http.routing import BASE_PATH, mount
from exercise_buddy.core.ops import health, logging
from exercise_buddy.core.ops.disks import measure_disks
from exercise_buddy.core.ops.metrics import PATH as METRICS
from exercise_buddy.core.ops.metrics import Metrics, MetricsMiddleware
from exercise_buddy.core.ops.metrics import install as install_metrics
from exercise_buddy.core.ops.observations import Observation, Observations
from exercise_buddy.core.ops.rate_limits import RateLimits
from exercise_buddy.core.security import jwks, security_txt
from exercise_buddy.core.security.identity import TokenVerifier
from exercise_buddy.counting.public import EXPORTS as COUNTING_EXPORTS
from exercise_buddy.counting.public import LIVE_CHANNEL, LiveCounting
from exercise_buddy.counting.public import RESTORED_FILES as COUNTING_RESTORED_FILES
from exercise_buddy.counting.router import router as counting
from exercise_buddy.database_requirements import check_database
from exercise_buddy.exercises.public import EXPORTS as EXERCISES_EXPORTS
from exercise_buddy.exercises.public import RESTORED_FILES as EXERCISES_RESTORED_FILES
from exercise_buddy.exercises.router import router as exercises
from exercise_buddy.migration import alembic_config
from exercise_buddy.settings import Settings, SettingsError, load_settings
from exercise_buddy.startup import get_database_url, get_pooler_url, get_replica_url, open_key_ring, ready_database
from exercise_buddy.statistics.public import EXPORTS as STATISTICS_EXPORTS
from exercise_buddy.statistics.public import RESTORED_FILES as STATISTICS_RESTORED_FILES
from exercise_buddy.statistics.public import StatisticsCache
from exercise_buddy.statistics.router import router as statistics
from exercise_buddy.sync.router import router as sync
from exercise_buddy.transfers.public import EXPORTS as TRANSFERS_EXPORTS
from exercise_buddy.transfers.public import RESTORED_FILES as TRANSFERS_RESTORED_FILES
from exercise_buddy.transfers.public import BackgroundImports, measure_waiting_imports
from exercise_buddy.transfers.router import router as transfers
from exercise_buddy.users.public import EXPORTS as USERS_EXPORTS
from exercise_buddy.users.public import RESTORED_FILES as USERS_RESTORED_FILES
from exercise_buddy.users.public import RESTORED_PROFILE, REVISION
from exercise_buddy.users.router import router as users
from exercise_buddy.web.public import DemoAccount, WebClient, serve_demo_account
from exercise_buddy.workouts.public import EVENTS_CHANNEL, WorkoutEvents, backfill_in_background, exercise_usage
from exercise_buddy.workouts.public import EXPORTS as WORKOUTS_EXPORTS
from exercise_buddy.workouts.public import RESTORED_FILES as WORKOUTS_RESTORED_FILES
from exercise_buddy.workouts.router import router as workouts

if TYPE_CHECKING:
    from exercise_buddy.core.ops.telemetry import Telemetry

# Before workouts: `/workouts/export` must not match `/workouts/{workout_id}`.
SLICES = (auth, users, exercises, transfers, workouts, counting, statistics, sync)
EXPORTS = (
    *USERS_EXPORTS,
    *AUTH_EXPORTS,
    *EXERCISES_EXPORTS,
    *WORKOUTS_EXPORTS,
    *TRANSFERS_EXPORTS,
    *COUNTING_EXPORTS,
    *STATISTICS_EXPORTS,
)
# What others refer to comes first.
RESTORED_FILES = (
    *USERS_RESTORED_FILES,
    *EXERCISES_RESTORED_FILES,
    *TRANSFERS_RESTORED_FILES,
    *WORKOUTS_RESTORED_FILES,
    *COUNTING_RESTORED_FILES,
    *STATISTICS_RESTORED_FILES,
    RESTORED_PROFILE,
)
# Clients know these paths, and operators have registered these callbacks at the providers.
FORMER_PATHS = {
    f"{BASE_PATH}/workouts/imports": f"{BASE_PATH}/imports",
    **{f"{BASE_PATH}/auth/{name}/": f"{BASE_PATH}/auth/providers/{name}/" for name in ("google", "github", "discord")},
}
CHANNELS = (EVENTS_CHANNEL, LIVE_CHANNEL)
# What the settings of a server must also fulfil; see `load_settings`. The last one may log.
CHECKS = (RateLimits.check, logging.configure, open_key_ring)


def create_app(settings: Settings, demo: DemoAccount | None = None) -> FastAPI:
    """Create the application.

    Args:
        settings: all settings.
        demo: the demo account of `serve --demo`, which the web client offers on this machine.

    Raises:
        ValueError: the setting `rate_limits` names a limit that does not exist.
        SigningKeysError: the algorithm needs key files that do not exist.

    """
    RateLimits.check(settings)
    keys = open_key_ring(settings)
    verifier = TokenVerifier(keys)
    registry = CollectorRegistry()
    metrics = Metrics(registry) if settings.metrics_enabled else None
    waits = PoolWaits(registry) if settings.metrics_enabled else None
    web_client = WebClient.find(is_enabled=settings.web_enabled)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        async with (
            ready_database(settings, is_supervised=True) as ready,
            _open_telemetry(ready) as telemetry,
            Database.open(
                get_database_url(ready),
                ready.database_pool_size,
                ready.quotas,
                is_serving=True,
                pooler_url=get_pooler_url(ready),
                watch=None if telemetry is None else telemetry.watch_connection,
                waits=waits,
            ) as database,
            Replica.open(
                get_replica_url(ready),
                ready.database_pool_size,
                database,
                REVISION,
                registry,
                watch=None if telemetry is None else telemetry.watch_connection,
                waits=waits,
            ) as replica,
            RateLimits.open(ready, registry) as rate_limits,
            WorkoutEvents.open(
                database, listener := Listener(get_database_url(ready), database.breaker), registry
            ) as events,
            # The listener begins to listen last: each slice has registered its channels by then.
            accounts.lifespan(ready, database, listener, registry) as accounts_state,
            LiveCounting.open(ready, database, verifier, events, registry) as live,
            backfill_in_background(database),
            BackgroundImports.open(
                database, jobs := Jobs(database), RESTORED_FILES, ready.import_max_bytes, registry
            ) as background_imports,
            Observations.open(*_observations(ready, database)) as observations,
        ):
            if telemetry is not None:
                telemetry.watch_engine(database.engine.sync_engine)
                telemetry.watch_engine(database.job_engine.sync_engine)
            yield {
                "settings": ready,
                "telemetry": telemetry,
                "keys": keys,
                "verifier": verifier,
                "database": database,
                "replica": replica,
                "jobs": jobs,
                "background_imports": background_imports,
                "rate_limits": rate_limits,
                "observations": observations,
                "client_bounds": ClientBounds(ready),
                "body_memory": BodyMemory(max_upload=ready.import_max_bytes),
                **accounts_state,
                "workout_events": events,
                "live": live,
                "statistics_cache": StatisticsCache(ready.statistics_cache_bytes, registry),
                "on_shutdown": (events.stop, jobs.stop),
                "exports": EXPORTS,
                "exercise_usage": exercise_usage,
                "older_migrations": health.older_migrations(alembic_config()),
            }

    app = Application(
        title=settings.app_name,
        version=settings.version,
        summary="The backend of an AI-powered exercise counter.",
        description=openapi.DESCRIPTION,
        openapi_tags=[{"name": "operations", "description": "Health of the server, and its public keys."}],
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # A redirect to the path without the slash would be built from the Host header.
        redirect_slashes=False,
        # `openapi.serve` serves the document.
        openapi_url=None,
        middleware=_middleware(settings, verifier, metrics, web_client),
    )
    app.former_paths = FORMER_PATHS
    problem_handlers.install(app)
    openapi.install(app, sign_in_url="/api/v1/auth/login")
    links = {"health": health.LIVENESS}
    if settings.docs_enabled:
        openapi.serve(app)
        asyncapi.install(app, CHANNELS)
        docs.install(app)
        links |= {"docs": docs.PATH, "openapi": openapi.PATH, "asyncapi": asyncapi.PATH}
    health.install(app)
    home.install(app, links, settings.frontend_url, None if web_client is None else web_client.get_page)
    if web_client is not None:
        web_client.install(app)
        if demo is not None:
            serve_demo_account(app, settings, demo)
    jwks.install(app)
    if settings.security_contact is not None:
        security_txt.install(app, settings.security_contact)
    if metrics is not None:
        install_metrics(app, metrics)
    mount(app, *SLICES)
    return app


def _observations(settings: Settings, database: Database) -> tuple[Observation, ...]:
    return (
        Observation("database", partial(health.measure_database, database)),
        Observation("disks", partial(measure_disks, settings)),
        Observation("mails", partial(accounts.measure_mails, database)),
        Observation("imports", partial(measure_waiting_imports, database)),
        # Their place may be far away, and each look at it may cost money.
        Observation("backups", partial(measure_backups, settings), kept_seconds=300.0),
    )


@asynccontextmanager
async def _open_telemetry(settings: Settings) -> AsyncIterator["Telemetry | None"]:
    if settings.otel_exporter_otlp_endpoint is None:
        yield None
        return
    from exercise_buddy.core.ops.telemetry import Telemetry  # noqa: PLC0415  (it takes 20 MB)
    from exercise_buddy.dev.explain import statements  # noqa: PLC0415  (reads all modules)

    names = {statement.sql: name for name, statement in statements().items()}
    async with Telemetry.run(settings.otel_exporter_otlp_endpoint, settings.version, names) as telemetry:
        yield telemetry


def _telemetry_middleware(settings: Settings) -> list[Middleware]:
    if settings.otel_exporter_otlp_endpoint is None:
        return []
    from exercise_buddy.core.ops.telemetry import TelemetryMiddleware  # noqa: PLC0415  (it takes 20 MB)

    return [Middleware(TelemetryMiddleware)]


def _middleware(
    settings: Settings, verifier: TokenVerifier, metrics: Metrics | None, web_client: WebClient | None
) -> list[Middleware]:
    web_paths: frozenset[str] = frozenset() if web_client is None else web_client.paths
    return [
        *([Middleware(ProxyHeadersMiddleware, settings.trusted_proxies)] if settings.trusted_proxies else []),
        Middleware(RequestLog),
        *_telemetry_middleware(settings),
        *([Middleware(MetricsMiddleware, metrics)] if metrics is not None else []),
        cors.middleware(settings.cors_origins),
        Middleware(ExceptionMiddleware),
        Middleware(
            AuthenticationMiddleware,
            verifier,
            exempt=frozenset({health.LIVENESS, health.READINESS, METRICS}) | web_paths,
        ),
        Middleware(CompressionMiddleware, exempt=f"{BASE_PATH}/auth/"),
    ]


def build(settings: Settings, demo: DemoAccount | None = None) -> FastAPI:
    """Create the application of a serving process: configure its logging and its garbage collector."""
    logging.configure(settings)
    app = create_app(settings, demo)
    # Everything loaded so far stays alive, so the collector skips it: this removes pauses of 75-93 ms. Requests leave
    # no cycles (`tests/test_request_costs.py`); what others leave is collected in pauses of 5 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    return app


@cache
def application(demo: DemoAccount | None = None) -> FastAPI:
    """Return the application for the settings of the environment.

    Raises:
        SystemExit: the settings are invalid, or the database cannot be used; the text says why.

    """
    try:
        settings = load_settings(*CHECKS)
        if settings.database_url is not None:
            check_database(get_database_url(settings), get_pooler_url(settings))
        return build(settings, demo)
    except (SettingsError, ValueError) as error:
        raise SystemExit(str(error)) from None


def __getattr__(name: str) -> FastAPI:
    """Return `app` for `uvicorn exercise_buddy.main:app`. Importing this module reads no settings."""
    if name == "app":
        return application()
    raise AttributeError(name)
