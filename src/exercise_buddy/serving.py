"""The processes of `exercise-buddy serve`, and the summary that they show once they serve."""

import errno
import json
import multiprocessing.connection
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import ChangeReload

from exercise_buddy import main
from exercise_buddy.core.http import docs, websocket_protocol
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.core.http.routing import BASE_PATH
from exercise_buddy.core.http.server import DrainingServer
from exercise_buddy.core.http.websocket_protocol import BoundedWebSocketProtocol
from exercise_buddy.core.http.workers import Workers
from exercise_buddy.core.ops import metrics
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from exercise_buddy.web.public import DemoAccount, WebClient

_GRACE_SECONDS = 30
_BACKLOG = 2048
# The system doubles it.
_SEND_BUFFER_BYTES = 256 * 1024
# How the parent process hands the demo account to its workers.
_DEMO_ACCOUNT = "EXERCISE_BUDDY_DEMO_ACCOUNT"

# A browser treats these addresses and `localhost` as different sites, and its cookies and permissions belong to one.
_LOCALHOST = {"127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104  (only compared)


@contextmanager
def listen(settings: Settings) -> Iterator[socket.socket]:
    """Yield the socket that the processes share.

    Raises:
        ValueError: the address is not available.

    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python appends the address, which the message names already.
        reason = str(error.strerror).partition(" (while ")[0]
        # A name that cannot be resolved has a negative number, of getaddrinfo.
        is_of_host = error.errno == errno.EADDRNOTAVAIL or (error.errno or 0) < 0
        option = "--host" if is_of_host else "--port"
        raise ValueError(
            f"Cannot listen on {settings.host} port {settings.port}: {reason}. Choose another with {option}."
        ) from None
    with listener:
        listener.set_inheritable(True)
        # For its connections. Otherwise the system takes up to 4 MiB that a client does not read, and a response that
        # nobody reads looks sent. It suffices for 5 MB/s over 100 ms.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        yield listener


def summarize(settings: Settings, demo: DemoAccount | None) -> str:
    """Return the lines that tell where the service is, and how to sign in to the demo account."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    if settings.host in _LOCALHOST:
        host = "localhost"
    address = f"http://{host}:{settings.port}"
    rows = {"API": f"{address}{BASE_PATH}"}
    if settings.docs_enabled:
        rows["Docs"] = f"{address}{docs.PATH}"
    if settings.frontend_url is not None:
        rows["Web client"] = settings.frontend_url
    elif WebClient.find(is_enabled=settings.web_enabled) is not None:
        rows["Web client"] = address
    if demo is not None:
        rows |= {"Demo account": demo.username, "Password": demo.password}
    lines = [f"  {name:<14}{value}" for name, value in rows.items()]
    return "\n".join(["", f"{settings.app_name} {settings.version} is ready. Stop it with Ctrl+C.", "", *lines, ""])


class _Server(DrainingServer):
    """A server that shows a summary once it serves: after the messages of everything that starts."""

    def __init__(self, config: uvicorn.Config, summary: str) -> None:
        super().__init__(config)
        self._summary = summary

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve."""
        await super().startup(sockets)
        if self.started:
            _show(self._summary)


def _show(text: str) -> None:
    # Not on standard output, which has the log only.
    typer.secho(text, fg="green", err=True)


def run(settings: Settings, listener: socket.socket, workers: int, demo: DemoAccount | None, *, reload: bool) -> None:
    """Serve until a signal ends it. A summary is shown once all processes serve, and again after each reload.

    Args:
        settings: with the URL of a database that is reachable.
        listener: the socket that `listen` yields.
        workers: the number of processes.
        demo: the demo account, if `--demo` has loaded it.
        reload: whether the process restarts when the code changes.

    Raises:
        WorkersError: a worker has died too often.

    """
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
    summary = summarize(settings, demo)
    if workers == 1 and not reload:
        _Server(uvicorn.Config(main.build(settings, demo), **options), summary).run(sockets=[listener])
        return
    # The workers read the environment themselves: they must find this database, this secret, and the address that the
    # options may have changed, to which the links in mails lead.
    os.environ["DATABASE_URL"] = get_database_url(settings)
    os.environ["HOST"], os.environ["PORT"] = settings.host, str(settings.port)
    os.environ["RATE_LIMIT_PROCESSES"] = str(settings.rate_limit_processes or workers)
    os.environ[_DEMO_ACCOUNT] = json.dumps(demo)
    os.environ["SECRET_KEY"] = settings.secret_key.get_secret_value()
    with _shared_metrics() if settings.metrics_enabled else nullcontext():
        _run_processes(listener, workers, summary, options, reload=reload)


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """Create a folder in which the workers share their metrics, unless the environment names one."""
    with TemporaryDirectory(prefix="exercise-buddy-metrics-") as directory:
        os.environ.setdefault(metrics.DIRECTORY, directory)
        yield


def _run_processes(
    listener: socket.socket, workers: int, summary: str, options: dict[str, Any], *, reload: bool
) -> None:
    package = str(Path(__file__).parent)
    config = uvicorn.Config(
        "exercise_buddy.serving:worker",
        factory=True,
        workers=workers,
        reload=reload,
        reload_dirs=[package] if reload else None,
        **options,
    )
    if reload:
        ChangeReload(config, target=_Server(config, summary).run, sockets=[listener]).run()
    else:
        Workers(config, [listener], partial(_show, summary)).run()


def worker() -> FastAPI:
    """Create the application of a worker process, which ends when its parent process ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()
    demo = json.loads(os.environ.get(_DEMO_ACCOUNT, "null"))
    return main.application(None if demo is None else DemoAccount(*demo))


def _exit_with_parent(parent: int) -> None:
    # A killed supervisor cannot stop its workers, and they would keep the port.
    multiprocessing.connection.wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)
