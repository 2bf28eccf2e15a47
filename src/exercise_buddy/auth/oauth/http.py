"""The HTTP client for providers: bounded in time and size, without redirects."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from joserfc.errors import JoseError

from exercise_buddy.core.text import clean_name

TIMEOUT_SECONDS = 10.0
_MAX_RESPONSE_BYTES = 1024 * 1024
_MAX_ADDRESS = 254


class ProviderError(Exception):
    """A provider failed or sent something invalid. The text is for our log and never contains a token."""


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: Any) -> None:  # noqa: ANN401  (the type of httpx2)
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > _MAX_RESPONSE_BYTES:
                raise ProviderError("its response is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _BoundedTransport(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            # We did not ask for compression: a megabyte can decompress to a gigabyte.
            await response.aclose()
            raise ProviderError("its response is compressed")
        response.stream = _BoundedStream(response.stream)
        return response


@asynccontextmanager
async def provider_client(**options: Any) -> AsyncIterator[AsyncOAuth2Client]:  # noqa: ANN401  (the options of Authlib)
    """Yield a client for the requests of one sign-in. All of them together may take ten seconds.

    Raises:
        ProviderError: any failure inside the context.

    """
    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            AsyncOAuth2Client(
                code_challenge_method="S256",
                timeout=TIMEOUT_SECONDS,
                follow_redirects=False,
                headers={"Accept-Encoding": "identity"},
                transport=_BoundedTransport(),
                **options,
            ) as client,
        ):
            yield client
    except TimeoutError:
        raise ProviderError("it took too long") from None
    except OAuthError as error:
        raise ProviderError(f"it answered {str(error.error)[:40]!r}") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ProviderError(f"it is not reachable ({type(error).__name__})") from None
    except (JoseError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        # Authlib and this package parse what a provider sends; invalid data causes one of these errors.
        raise ProviderError(f"it sent invalid data ({type(error).__name__})") from None


async def get_json(client: AsyncOAuth2Client, url: str, **options: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return a JSON document.

    Raises:
        ProviderError: the response is an error.

    """
    response = await client.request("GET", url, **options)
    if response.status_code != httpx2.codes.OK:
        raise ProviderError(f"it answered {response.status_code}")
    return response.json()


def get_text(document: Any, name: str, max_length: int = 255) -> str | None:  # noqa: ANN401  (any JSON)
    """Return a member of a JSON object as one line of visible text, truncated. None if it is missing or no text."""
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str):
        return None
    return clean_name(value[:max_length]) or None


def get_email(document: Any) -> str | None:  # noqa: ANN401  (any JSON)
    """Return the `email` of a JSON object unchanged: a cleaned address may be another person's. None if invalid."""
    value = document.get("email") if isinstance(document, dict) else None
    fits = isinstance(value, str) and 0 < len(value) <= _MAX_ADDRESS and value.isprintable()
    return value if fits else None
