"""Servers and clients on loopback: no test needs anything else."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

_PATIENCE_SECONDS = 20.0
_THREADS = "provider of the tests"

# Trusts nobody. It is never used on loopback, and to load the usual certificates takes 20 ms for each client.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def http_client() -> httpx.AsyncClient:
    """Make a client for servers on loopback, which goes through no proxy."""
    return httpx.AsyncClient(trust_env=False, verify=NO_CERTIFICATES, timeout=30)


class _NotOurChatter(logging.Filter):
    """Drops what these servers say of their coming and going: a later test may be listening to the log by then."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or not str(record.threadName).startswith(_THREADS)


logging.getLogger("uvicorn.error").addFilter(_NotOurChatter())


@contextmanager
def serving(make_app: Callable[[str], ASGIApp], host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an app from a thread on a free port of loopback, and give its base URL, such as `http://127.0.0.1:41234`.

    `make_app` is told the base URL, since a provider has to say where it lives. `host` is the name in that URL: to a
    browser, `localhost` and `127.0.0.1` are two sites, as an app and its providers are.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://{host}:{listener.getsockname()[1]}"
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(url),
            loop="asyncio",
            ws="none",
            lifespan="off",
            # Its lines would hold the codes and states of the URLs.
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=f"{_THREADS}: {url}")
    thread.start()
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the server of {url} did not start")
            time.sleep(0.002)
        yield url
    finally:
        # It notices within 0.2 s, and closes its sockets. Nobody has to wait for that.
        server.should_exit = True
