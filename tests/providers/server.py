"""HTTP on loopback: the servers of the tests' providers, and a client that follows their redirects."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import httpx2
import uvicorn
from starlette.types import ASGIApp

_START_TIMEOUT_SECONDS = 60.0
_THREAD_PREFIX = "test provider"

# Trusts no certificate: loopback uses none, and loading the usual ones costs 20 ms per client.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _StartupMessageFilter(logging.Filter):
    """Drops the start and stop messages of these servers, which a later test could capture."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or not str(record.threadName).startswith(_THREAD_PREFIX)


logging.getLogger("uvicorn.error").addFilter(_StartupMessageFilter())


@contextmanager
def serve(build_app: Callable[[str], ASGIApp], host: str = "127.0.0.1") -> Iterator[str]:
    """Yield the base URL of an app that a thread serves on a free loopback port.

    Args:
        build_app: receives the base URL, because a provider publishes its own address.
        host: the name in the URL. For a browser, `localhost` and `127.0.0.1` are two sites, as an app and its
            providers are.

    """
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://{host}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        build_app(url),
        loop="asyncio",
        ws="none",
        lifespan="off",
        # Access log lines would contain the codes and states of the URLs.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name=f"{_THREAD_PREFIX} {url}")
    thread.start()
    try:
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the server at {url} did not start")
            time.sleep(0.002)
        yield url
    finally:
        # The server reads this within 0.2 s and closes its sockets; no test waits for it.
        server.should_exit = True


def http_client() -> httpx2.AsyncClient:
    """Return a client for servers on loopback that uses no proxy."""
    return httpx2.AsyncClient(trust_env=False, verify=_NO_CERTIFICATES, timeout=30)


async def authorize(url: str) -> str:
    """Return the callback URL that a provider redirects to from an authorization URL, without following it."""
    async with http_client() as client:
        response = await client.get(url)
    assert response.has_redirect_location, f"{response.status_code} {response.text[:500]}"
    return str(response.headers["location"])


def parse_query(url: str) -> dict[str, str]:
    """Return the query parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
