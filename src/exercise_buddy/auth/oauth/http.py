"""How we talk to providers: never long, never much, never somewhere else than asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from joserfc.errors import JoseError

TIMEOUT_SECONDS = 10.0
_MAX_ANSWER_BYTES = 1024 * 1024
_MAX_ADDRESS = 254


class ProviderError(Exception):
    """A provider did not do what it should. The text is for our log; it never holds a token."""


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: Any) -> None:  # noqa: ANN401  (httpx2's own)
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > _MAX_ANSWER_BYTES:
                raise ProviderError("its answer is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _BoundedTransport(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            # A megabyte can unpack to a gigabyte, and we have asked for none of that.
            await response.aclose()
            raise ProviderError("its answer is packed")
        response.stream = _Bounded(response.stream)
        return response


@asynccontextmanager
async def talking(**options: Any) -> AsyncIterator[AsyncOAuth2Client]:  # noqa: ANN401  (Authlib's own)
    """Give a client for one conversation with a provider. All of it together may take ten seconds.

    Raises:
        ProviderError: whatever went wrong in it.

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
        raise ProviderError(f"it cannot be reached ({type(error).__name__})") from None
    except (JoseError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        # What a provider sends is read by Authlib and by us; nonsense shows as one of these.
        raise ProviderError(f"it sent nonsense ({type(error).__name__})") from None


async def get_json(client: AsyncOAuth2Client, url: str, **options: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Read a JSON document.

    Raises:
        ProviderError: the answer is none.

    """
    response = await client.request("GET", url, **options)
    if response.status_code != httpx2.codes.OK:
        raise ProviderError(f"it answered {response.status_code}")
    return response.json()


def text_of(document: Any, name: str, most: int = 255) -> str | None:  # noqa: ANN401  (any JSON)
    """Give a text out of a JSON object: printable, of one line, not too long. None if there is none."""
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str):
        return None
    cleaned = "".join(character for character in value if character.isprintable()).strip()
    return cleaned[:most].strip() or None


def address_of(document: Any) -> str | None:  # noqa: ANN401  (any JSON)
    """Give the e-mail address out of a JSON object as it is, or None: tidied up, it may be somebody else's."""
    value = document.get("email") if isinstance(document, dict) else None
    fits = isinstance(value, str) and 0 < len(value) <= _MAX_ADDRESS and value.isprintable()
    return value if fits else None
