"""The `exercise-buddy` command."""

import asyncio
import json
import multiprocessing.connection
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Annotated, Any

import structlog
import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import ChangeReload, Multiprocess

from exercise_buddy import demo as demo_account
from exercise_buddy import main
from exercise_buddy.auth import commands as auth
from exercise_buddy.core.commands import CommandContext
from exercise_buddy.core.db import errors
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError
from exercise_buddy.core.http import websocket_protocol
from exercise_buddy.core.http.asyncapi import build_asyncapi
from exercise_buddy.core.http.client_bounds import raise_file_limit
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.core.http.websocket_protocol import BoundedWebSocketProtocol
from exercise_buddy.core.ops import logging, metrics
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.counting import commands as counting
from exercise_buddy.dev import commands as dev
from exercise_buddy.exercises import commands as exercises
from exercise_buddy.settings import Settings, SettingsError, load_settings
from exercise_buddy.startup import get_database_url, reachable_database, ready_database
from exercise_buddy.startup import migrate as migrate_database
from exercise_buddy.statistics import commands as statistics
from exercise_buddy.transfers import commands as transfers
from exercise_buddy.workouts import commands as workouts

_GRACE_SECONDS = 30
_BACKLOG = 2048
# The system doubles it.
_SEND_BUFFER_BYTES = 256 * 1024
# A worker that does not respond for this time is replaced. Starting takes a second, on a busy machine ten: with
# five seconds, as in uvicorn, workers would be replaced before they ever serve.
_WORKER_PATIENCE_SECONDS = 30

log = structlog.get_logger()

app = typer.Typer(
    help="The backend of an AI-powered exercise counter.", no_args_is_help=True, pretty_exceptions_enable=False
)


@contextmanager
def _readable_errors() -> Iterator[None]:
    try:
        yield
    except (SettingsError, EmbeddedPostgresError, PermissionError, ValueError) as error:
        message = str(error)
    except Exception as error:
        problem = errors.problem_for(error)
        if not isinstance(problem, Unavailable):
            raise
        message = f"{problem.detail} {errors.original(error)}"
    else:
        return
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1)


@asynccontextmanager
async def _open_database() -> AsyncIterator[Database]:
    with _readable_errors():
        async with (
            ready_database(load_settings()) as settings,
            Database.open(get_database_url(settings), pool_size=1, quotas=settings.quotas) as database,
        ):
            yield database


def _load_settings() -> Settings:
    with _readable_errors():
        return load_settings()


@app.callback()
def prepare(context: typer.Context) -> None:
    """Pass the settings and the database to the commands of the slices."""
    context.obj = CommandContext(_open_database, _load_settings)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: PORT, else 8000.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of worker processes.")] = 1,
    *,
    reload: Annotated[bool, typer.Option("--reload", help="Restart when the code changes.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Create an account with a year of training.")] = False,
) -> None:
    """Serve the API. Without DATABASE_URL, start an embedded PostgreSQL in DATA_DIR."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    overrides = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    with _readable_errors():
        # This creates keys that are missing, before the processes that serve would create different ones.
        settings = load_settings(*main.CHECKS, **overrides)
        raise_file_limit(settings.max_connections)
        with _listen(settings) as listener, reachable_database(settings) as ready:
            if settings.database_url is None:
                asyncio.run(migrate_database(get_database_url(ready)))
            if demo:
                _show_demo(ready)
            if workers > 1 and settings.rate_limit_storage_url.startswith("memory://"):
                log.warning("rate_limits_not_shared", workers=workers, setting="RATE_LIMIT_STORAGE_URL")
            _show(f"{'Docs' if settings.docs_enabled else 'API'}: {_display_url(settings)}")
            with suppress(KeyboardInterrupt):
                _run(ready, listener, workers, reload=reload)


@contextmanager
def _listen(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python appends the address, which the message names already.
        reason = str(error.strerror).partition(" (while ")[0]
        raise ValueError(
            f"Cannot listen on {settings.host} port {settings.port}: {reason}. Choose another with --port."
        ) from None
    with listener:
        listener.set_inheritable(True)
        # For its connections. Otherwise the system takes up to 4 MiB that a client does not read, and a response that
        # nobody reads looks sent. It suffices for 5 MB/s over 100 ms.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        yield listener


def _display_url(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.host in {"0.0.0.0", "::"}:  # noqa: S104  (only compared)
        host = "localhost"
    return f"http://{host}:{settings.port}/{'docs' if settings.docs_enabled else 'api/v1'}"


def _show(text: str) -> None:
    # Not on standard output, which has JSON lines only.
    typer.secho(text, fg="green", bold=True, err=True)


def _show_demo(settings: Settings) -> None:
    email, password = asyncio.run(demo_account.load(settings))
    _show(f"Demo account: {email} with the password {password}")


def _run(settings: Settings, listener: socket.socket, workers: int, *, reload: bool) -> None:
    options: dict[str, Any] = {
        "http": BoundedHttpProtocol,
        "ws": BoundedWebSocketProtocol,
        **websocket_protocol.OPTIONS,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        # The application handles X-Forwarded-For, from TRUSTED_PROXIES only.
        "proxy_headers": False,
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }
    if workers == 1 and not reload:
        uvicorn.Server(uvicorn.Config(main.build(settings), **options)).run(sockets=[listener])
        return
    # The workers read the environment themselves: they must find this database and this secret.
    os.environ["DATABASE_URL"] = get_database_url(settings)
    os.environ["SECRET_KEY"] = settings.secret_key.get_secret_value()
    with _shared_metrics() if settings.metrics_enabled else nullcontext():
        _run_processes(listener, workers, options, reload=reload)


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """Create a folder in which the workers share their metrics, unless the environment names one."""
    with TemporaryDirectory(prefix="exercise-buddy-metrics-") as directory:
        os.environ.setdefault(metrics.DIRECTORY, directory)
        yield


def _run_processes(listener: socket.socket, workers: int, options: dict[str, Any], *, reload: bool) -> None:
    package = str(Path(__file__).parent)
    config = uvicorn.Config(
        "exercise_buddy.cli:worker",
        factory=True,
        workers=workers,
        timeout_worker_healthcheck=_WORKER_PATIENCE_SECONDS,
        reload=reload,
        reload_dirs=[package] if reload else None,
        **options,
    )
    if reload:
        ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
    else:
        Multiprocess(config, sockets=[listener]).run()


def worker() -> FastAPI:
    """Create the application of a worker process, which ends when its parent process ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()
    return main.application()


def _exit_with_parent(parent: int) -> None:
    # A killed supervisor cannot stop its workers, and they would keep the port.
    multiprocessing.connection.wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)


@app.command()
def migrate() -> None:
    """Migrate the database to the newest revision and update its exercise catalogue."""
    with _readable_errors():
        settings = load_settings()
        logging.configure(settings)
        with reachable_database(settings) as ready:
            asyncio.run(migrate_database(get_database_url(ready)))
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
app.add_typer(auth.user, name="user")
app.add_typer(auth.keys, name="keys")
app.add_typer(exercises.catalogue, name="catalogue")
app.add_typer(statistics.statistics, name="statistics")
app.add_typer(workouts.workouts, name="workouts")
app.add_typer(dev.dev, name="dev")
