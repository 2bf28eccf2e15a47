"""The HTTP protocol of `serve`: uvicorn's implementation with additional limits.

uvicorn (0.54, httptools) accepts request heads of any size and never times out a stalled request. Here a head over
32 KiB gets 431, a head or body without progress for 30 s gets 408, and input that is not HTTP gets a problem document.
These responses carry CORS headers, so that web clients can read them. A client that reads nothing of a response for
30 s loses its connection: otherwise it could hold a response, and what the response holds, forever.

uvicorn waits for open responses when the server stops. Those that would not end by themselves are told: each function
in the state `on_shutdown` is called.

A request for a WebSocket becomes one (see `websocket_protocol`) if its handshake is complete. A request that offers
another protocol (`Upgrade`) is handled as HTTP: uvicorn would drop its body and parse the rest of it as the next
request. Trailers are dropped: uvicorn would add them to the headers of the running request.
"""

import asyncio
import re
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
# websockets accepts 128 headers and lines of 8 KiB.
_MAX_WEBSOCKET_HEADERS = 100
_MAX_WEBSOCKET_LINE = 8000
_WEBSOCKET_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")


class BoundedHttpProtocol(HttpToolsProtocol):
    """The protocol of one connection. See the module."""

    max_head_bytes = MAX_HEAD_BYTES
    stall_seconds = STALL_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout of a new connection."""
        super().connection_made(transport)
        self._head_bytes = 0
        # Bytes since the last byte of the body: chunk sizes, chunk extensions, trailers.
        self._framing_bytes = 0
        self._in_head = True
        self._in_body = False
        self._offers_upgrade = False
        self._is_upgraded = False
        self._progress_at = self.loop.time()
        self._watch: asyncio.TimerHandle | None = self.loop.call_later(self.stall_seconds, self._check_progress)
        self._write_watch: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timeouts."""
        self._stop_watching()
        self._stop_watching_reader()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Notify open responses of the shutdown."""
        for stop in self.app_state.get("on_shutdown", ()):
            stop()
        super().shutdown()

    def pause_writing(self) -> None:
        """Watch whether the client reads, because much waits for it."""
        super().pause_writing()
        self._watch_reader(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Record that the client has read."""
        self._stop_watching_reader()
        super().resume_writing()

    def _stop_watching_reader(self) -> None:
        if self._write_watch is not None:
            self._write_watch.cancel()
            self._write_watch = None

    def _watch_reader(self, waiting: int) -> None:
        self._write_watch = self.loop.call_later(self.stall_seconds, self._check_reader, waiting)

    def _check_reader(self, waiting: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left < waiting:
            self._watch_reader(left)
        else:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Parse bytes from the client and check the limits."""
        self._progress_at = self.loop.time()
        if self._in_head:
            self._head_bytes += len(data)
        elif self._in_body:
            self._framing_bytes += len(data)
        self._unset_keepalive_if_required()
        self._parse(data)
        if self.transport.is_closing() or self._is_upgraded:
            return
        if self._in_head and self._head_bytes > self.max_head_bytes:
            self._refuse(431, "The request line and headers are over 32 KiB.")
        elif self._in_body and self._framing_bytes > self.max_head_bytes:
            self._refuse(431, "The trailers of the body are over 32 KiB.")
        elif self._watch is None and self._waits_for_client():
            self._watch = self.loop.call_later(self.stall_seconds, self._check_progress)

    def _parse(self, data: bytes) -> None:
        try:
            while not self.transport.is_closing():
                try:
                    self.parser.feed_data(data)
                except httptools.HttpParserUpgrade as upgrade:
                    data = data[upgrade.args[0] :]
                    if not data and self._is_websocket():
                        self._is_upgraded = True
                        self._stop_watching()
                        self.scope["method"] = "GET"
                        self.handle_websocket_upgrade()
                        return
                    self._decline_upgrade()
                else:
                    return
        except httptools.HttpParserError:
            self.logger.warning("Invalid HTTP request received.")
            self.send_400_response("Invalid HTTP request received.")

    def _is_websocket(self) -> bool:
        """Return whether a request is a complete handshake of a WebSocket (RFC 6455, 4.2.1), after all other ones."""
        names = [name for name, _ in self.headers]
        values = dict(self.headers)
        return (
            self._should_upgrade()
            and self._has_responded()
            and self.parser.get_method() == b"GET"
            and self.parser.get_http_version() == "1.1"
            and self.url.startswith(b"/")
            and self.url.isascii()
            and len(names) <= _MAX_WEBSOCKET_HEADERS
            and max(len(self.url), *(len(name) + len(value) for name, value in self.headers)) <= _MAX_WEBSOCKET_LINE
            and names.count(b"sec-websocket-key") == 1
            and _WEBSOCKET_KEY.fullmatch(values[b"sec-websocket-key"]) is not None
            and values.get(b"sec-websocket-version") == b"13"
            and not {b"content-length", b"transfer-encoding"} & values.keys()
        )

    def _decline_upgrade(self) -> None:
        """Parse the head again without its `Upgrade` header: otherwise the parser stops parsing HTTP."""
        self._offers_upgrade = False
        if self.transport.is_closing():
            return
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        if method == b"CONNECT":
            self._refuse(400, "CONNECT is not supported.")
            return
        lines = [b"%s %s HTTP/%s" % (method, self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        # The same option as in uvicorn.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(b"\r\n".join(lines) + b"\r\n\r\n")

    def on_message_begin(self) -> None:
        """Record the begin of a head."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header. Trailers are dropped: the headers have been checked by then."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Record the end of a head; refuse it if it arrived in one piece that is too large."""
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
        """Pass a part of the body on, unless the head was refused."""
        self._framing_bytes = 0
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Record that the request is complete: the timeout of the client ends."""
        if self._offers_upgrade:
            return
        self._in_body = False
        self._stop_watching()
        if not self.transport.is_closing():
            super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:
        """Refuse input that is not HTTP."""
        self._refuse(400, msg)

    def _waits_for_client(self) -> bool:
        # A request may be answered before its body has arrived, for example if it is too large. Then uvicorn's own
        # timeout for the next request does not start.
        return self._in_body or self._head_bytes > 0 or self._has_responded()

    def _has_responded(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _may_respond(self) -> bool:
        """Return whether the client would read a response as that of the refused request, not of an earlier one."""
        return not self.cycle.response_started if self._in_body else self._has_responded()

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _check_progress(self) -> None:
        self._watch = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            # The server does not read: the body waits for the endpoint.
            self._progress_at = self.loop.time()
        stalled_for = self.loop.time() - self._progress_at
        if stalled_for < self.stall_seconds:
            self._watch = self.loop.call_later(self.stall_seconds - stalled_for, self._check_progress)
        elif self._head_bytes == 0 and not self._in_body:
            # The client never sent a request, so there is nothing to respond to.
            self.transport.close()
        else:
            self._refuse(408, "The request made no progress for too long.")

    def _refuse(self, status: int, detail: str) -> None:
        if not self._may_respond():
            self.transport.close()
            return
        request_id = str(new_id())
        scope: dict[str, Any] = {"state": {"request_id": request_id}, "raw_path": b""}
        content = problems.build_document(problems.from_status(status, detail), scope)
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
        # Of an incomplete head, the headers that have arrived count.
        return next((value for name, value in self.headers or () if name == b"origin"), None)

    def _origins(self) -> list[str]:
        settings: CoreSettings | None = self.app_state.get("settings")
        return [] if settings is None else settings.cors_origins
