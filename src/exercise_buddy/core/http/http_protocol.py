"""The HTTP protocol of `serve`: uvicorn's, with the bounds that it lacks.

uvicorn (0.54, httptools) takes request heads of any size and waits for ever for one that stalls. Here a head over
32 KiB is answered 431, a head or body that makes no progress for 30 s is answered 408, and what is no HTTP gets a
problem document like every other error. The web client may read these answers as it may those of the app.

A request that offers another protocol (`Upgrade`) is served in this one: uvicorn would drop its body, and take what
comes of it later for the next request. Trailers, which it would add to the headers of a running request, are dropped.
"""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from exercise_buddy.core import problems
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.http import cors
from exercise_buddy.core.http.middleware import HEADERS
from exercise_buddy.core.settings import CoreSettings

MAX_HEAD_BYTES = 32 * 1024
STALL_SECONDS = 30.0


class GuardedProtocol(HttpToolsProtocol):
    """One connection. See the module."""

    max_head_bytes = MAX_HEAD_BYTES
    stall_seconds = STALL_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch a connection."""
        super().connection_made(transport)
        self._head_bytes = 0
        # What has come of a body since its last byte: the sizes of its chunks, their extensions, its trailers.
        self._framing_bytes = 0
        self._in_head = True
        self._in_body = False
        self._offers_upgrade = False
        self._progress_at = self.loop.time()
        self._watch: asyncio.TimerHandle | None = self.loop.call_later(self.stall_seconds, self._look_for_stall)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""
        self._progress_at = self.loop.time()
        if self._in_head:
            self._head_bytes += len(data)
        elif self._in_body:
            self._framing_bytes += len(data)
        self._unset_keepalive_if_required()
        self._parse(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head_bytes > self.max_head_bytes:
            self._refuse(431, "The request line and headers are over 32 KiB.")
        elif self._in_body and self._framing_bytes > self.max_head_bytes:
            self._refuse(431, "The trailers of the body are over 32 KiB.")
        elif self._watch is None and self._waits_for_client():
            self._watch = self.loop.call_later(self.stall_seconds, self._look_for_stall)

    def _parse(self, data: bytes) -> None:
        try:
            while not self.transport.is_closing():
                try:
                    self.parser.feed_data(data)
                except httptools.HttpParserUpgrade as upgrade:
                    data = data[upgrade.args[0] :]
                    self._decline_upgrade()
                else:
                    return
        except httptools.HttpParserError:
            self.logger.warning("Invalid HTTP request received.")
            self.send_400_response("Invalid HTTP request received.")

    def _decline_upgrade(self) -> None:
        """Read a head again, without its offer: the parser would leave all that follows to the other protocol."""
        self._offers_upgrade = False
        if self.transport.is_closing():
            return
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        if method == b"CONNECT":
            self._refuse(400, "This is no proxy.")
            return
        lines = [b"%s %s HTTP/%s" % (method, self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        # As uvicorn does.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(b"\r\n".join(lines) + b"\r\n\r\n")

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. What comes after the body is none: who checks headers has done so by then."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that a head is complete; refuse it if it came in one piece that is too large."""
        if self.transport.is_closing():
            return
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        self._in_head = False
        self._head_bytes = 0
        if size > self.max_head_bytes:
            self._refuse(431, "The request line and headers are over 32 KiB.")
            return
        if self.parser.should_upgrade():
            self._offers_upgrade = True
            return
        super().on_headers_complete()
        self._in_body = True
        self._framing_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of the body, unless the head was refused."""
        self._framing_bytes = 0
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is here as a whole: from now on it is our turn."""
        if self._offers_upgrade:
            return
        self._in_body = False
        self._stop_watching()
        if not self.transport.is_closing():
            super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400, msg)

    def _waits_for_client(self) -> bool:
        # A request that was answered before its body had come, such as one that is too large, ends without an answer
        # after which uvicorn would wait for the next one, and no longer than so many seconds.
        return self._in_body or self._head_bytes > 0 or self._has_answered()

    def _has_answered(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _may_answer(self) -> bool:
        """Say whether an answer would be taken for that of the request which is to be refused, not of one before it."""
        return not self.cycle.response_started if self._in_body else self._has_answered()

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look_for_stall(self) -> None:
        self._watch = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            # We are the ones who do not read: the body waits for the endpoint.
            self._progress_at = self.loop.time()
        stalled_for = self.loop.time() - self._progress_at
        if stalled_for < self.stall_seconds:
            self._watch = self.loop.call_later(self.stall_seconds - stalled_for, self._look_for_stall)
        elif self._head_bytes == 0 and not self._in_body:
            # Connected and never spoke: there is no request to answer.
            self.transport.close()
        else:
            self._refuse(408, "The request made no progress for too long.")

    def _refuse(self, status: int, detail: str) -> None:
        if not self._may_answer():
            self.transport.close()
            return
        request_id = str(new_id())
        scope: dict[str, Any] = {"state": {"request_id": request_id}, "raw_path": b""}
        content = problems.document(problems.from_status(status, detail), scope)
        headers = [
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
            (b"x-request-id", request_id.encode()),
            *HEADERS,
            *cors.headers(self._origin(), self._origins()),
        ]
        head = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + content)
        self.transport.close()

    def _origin(self) -> bytes | None:
        # Of a head that is not here as a whole, those headers count that are.
        return next((value for name, value in self.headers or () if name == b"origin"), None)

    def _origins(self) -> list[str]:
        settings: CoreSettings | None = self.app_state.get("settings")
        return [] if settings is None else settings.cors_origins
