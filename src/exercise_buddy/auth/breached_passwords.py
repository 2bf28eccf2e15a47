"""The check for breached passwords at a service with the range API of Have I Been Pwned.

The service receives the first five hexadecimal digits of the SHA-1 of a password, which about 1,000 known passwords
share, and returns the rest of each known hash (k-anonymity). The check is optional: if the service fails, the password
passes.
"""

import asyncio
import hashlib
import re
import ssl
from functools import cache

import httpx2
import structlog
from prometheus_client import CollectorRegistry, Counter

_TIMEOUT_SECONDS = 3.0
# A range has about 1,000 lines of at most 50 bytes.
_MAX_RESPONSE_BYTES = 256 * 1024
_PREFIX_LENGTH = 5
_LINE = re.compile(r"([0-9A-Fa-f]{35}):(\d{1,12})")

log = structlog.get_logger()


class _ServiceError(Exception):
    """The service failed. The text is for our log and contains nothing of the password or its hash."""


class BreachedPasswords:
    """The breached passwords that a service knows; none without a service."""

    def __init__(self, url: str | None, registry: CollectorRegistry) -> None:
        self._url = url
        self._checks = Counter(
            "breached_password_checks",
            "Checks of new passwords at the service of breached passwords, by result.",
            ["result"],
            registry=registry,
        )

    async def includes(self, password: str) -> bool:
        """Return whether a breach has revealed a password; False if the service fails or is not configured."""
        if self._url is None:
            return False
        # The API defines SHA-1: here it selects a range and protects nothing.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            breached = digest[_PREFIX_LENGTH:] in await self._fetch_range(digest[:_PREFIX_LENGTH])
        except _ServiceError as error:
            self._checks.labels("failed").inc()
            log.warning("breached_passwords_unavailable", reason=str(error))
            return False
        self._checks.labels("breached" if breached else "unknown").inc()
        return breached

    async def _fetch_range(self, prefix: str) -> set[str]:
        # Padding hides the number of real lines from observers of the size. Its lines have the count 0.
        headers = {"Add-Padding": "true", "Accept-Encoding": "identity"}
        content = bytearray()
        try:
            async with (
                asyncio.timeout(_TIMEOUT_SECONDS),
                httpx2.AsyncClient(verify=_tls(), timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client,
                client.stream("GET", f"{self._url}/{prefix}", headers=headers) as response,
            ):
                if response.status_code != httpx2.codes.OK:
                    raise _ServiceError(f"it answered {response.status_code}")
                async for chunk in response.aiter_raw():
                    content += chunk
                    if len(content) > _MAX_RESPONSE_BYTES:
                        raise _ServiceError("its response is too long")
        except TimeoutError:
            raise _ServiceError("it took too long") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _ServiceError(f"it is not reachable ({type(error).__name__})") from None
        lines = [_LINE.fullmatch(line) for line in content.decode("ascii", "replace").split()]
        if None in lines:
            # A compressed response too.
            raise _ServiceError("it sent invalid data")
        return {line[1].upper() for line in lines if line is not None and int(line[2]) > 0}


@cache
def _tls() -> ssl.SSLContext:
    # Loading the certificates takes 20 ms of the event loop: once, not for every password.
    return ssl.create_default_context()
