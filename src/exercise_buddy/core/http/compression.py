"""Compression of responses, and the entity tags of compressed responses.

`starlette-compress` negotiates and compresses. Its default levels are for bandwidth, ours are for the event loop, on
which it compresses: 1 MiB of workouts takes 0.9 ms with zstd, 1.4 ms with br and 4.5 ms with gzip, and becomes 91, 109
and 137 kB. Level 4 takes 1.4, 7.1 and 7.5 ms and saves a tenth.

A strong entity tag names one sequence of bytes, so each coding of a document needs a tag of its own (RFC 9110, section
8.8.3.3). This module appends the coding to the tag of a compressed response, and removes it from the conditions of a
request: nothing else knows of codings.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

# A packet of the network: a smaller response does not arrive earlier if it is compressed.
MINIMUM_BYTES = 1024

_CONDITIONS = frozenset({b"if-match", b"if-none-match", b"if-range"})
_TAG_WITH_CODING = re.compile(rb'("[^"]*)-(?:zstd|br|gzip)"')
_NOT_MODIFIED = 304
# The numbers with fewer digits are smaller.
_DIGITS = len(str(MINIMUM_BYTES))
_COMPRESS = "exercise_buddy.compress"

# An event would wait for the next ones, and each open stream would hold the memory of a compressor.
remove_compress_type("text/event-stream")
add_compress_type("text/csv")


class CompressionMiddleware:
    """Compresses responses that are larger than `MINIMUM_BYTES`.

    Args:
        app: the application.
        exempt: the paths that begin so are not compressed. Tokens beside text that an attacker chooses could be guessed
            from the size of compressed responses (the BREACH attack).

    """

    def __init__(self, app: ASGIApp, exempt: str) -> None:
        self._app = app
        self._exempt = exempt
        self._compressing = CompressMiddleware(
            _hand_over, minimum_size=MINIMUM_BYTES, zstd_level=1, brotli_quality=1, gzip_level=1
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request; pass other scopes on unchanged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        compressing = None if path.startswith(self._exempt) else self._compressing
        response = _ResponseSender(scope, receive, send, compressing)
        try:
            await self._app(scope, receive, response.send)
        finally:
            response.end()


async def _hand_over(scope: Scope, _receive: Receive, send: Send) -> None:
    """Store the function that compresses messages and sends them: the library passes it to the application."""
    scope[_COMPRESS] = send


class _ResponseSender:
    """The response of one request. The library takes part only if the response may be compressed."""

    __slots__ = ("_compressing", "_forward", "_receive", "_received", "_scope", "_send")

    def __init__(self, scope: Scope, receive: Receive, send: Send, compressing: ASGIApp | None) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._compressing = compressing
        self._received = _remove_codings(scope)
        self._forward: Send | None = None

    async def send(self, message: Message) -> None:
        if self._forward is None and message["type"] == "http.response.start":
            if self._compressing is None or _is_small(message):
                _adapt_tag(message, self._received)
                self._forward = self._send
            else:
                await self._compressing(self._scope, self._receive, self._send_tagged)
                self._forward = self._scope.pop(_COMPRESS)
        await (self._forward or self._send)(message)

    def end(self) -> None:
        """Forget the library's function: it refers to this sender, and only the collector would free the two."""
        self._forward = None

    async def _send_tagged(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            _adapt_tag(message, self._received)
        await self._send(message)


def _is_small(message: Message) -> bool:
    """Return whether a response is known to be smaller than what is compressed."""
    if message["status"] == _NOT_MODIFIED:
        return True
    return any(name == b"content-length" and len(value) < _DIGITS for name, value in message["headers"])


def _remove_codings(scope: Scope) -> dict[bytes, bytes]:
    """Remove the codings from the tags of the conditions; return the received tags by the tags without coding."""
    received: dict[bytes, bytes] = {}

    def remove(match: re.Match[bytes]) -> bytes:
        tag = match[1] + b'"'
        received[tag] = match[0]
        return tag

    for index, (name, value) in enumerate(scope["headers"]):
        if name in _CONDITIONS:
            scope["headers"][index] = (name, _TAG_WITH_CODING.sub(remove, value))
    return received


def _adapt_tag(message: Message, received: dict[bytes, bytes]) -> None:
    """Append the coding of a response to its tag. A 304 response has the tag that the client knows."""
    headers: list[tuple[bytes, bytes]] = message["headers"]
    position, tag, coding, vary = -1, b"", b"", -1
    for index, (name, value) in enumerate(headers):
        if name == b"etag":
            position, tag = index, value
        elif name == b"content-encoding":
            coding = value
        elif name == b"vary":
            vary = index
    if message["status"] == _NOT_MODIFIED:
        if vary < 0:
            headers.append((b"vary", b"Accept-Encoding"))
        else:
            headers[vary] = (b"vary", headers[vary][1] + b", Accept-Encoding")
        tag = received.get(tag, tag)
    elif coding:
        tag = tag.removesuffix(b'"') + b"-" + coding + b'"'
    if position >= 0:
        headers[position] = (b"etag", tag)
