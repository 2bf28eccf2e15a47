"""The HTTP protocol of `serve`: uvicorn's implementation with additional limits.

uvicorn (0.54, httptools) accepts request heads of any size, and waits forever for a client that has begun to send or
does not read. Here a head over 32 KiB or 100 headers gets 431. A head that takes longer than 10 s, and a body that is
sent too slowly (see `patience`), get 408. Input that is not HTTP gets a problem document. These responses carry CORS
headers, so that web clients can read them. A client that reads too slowly loses its connection: otherwise it could hold
a response, and what the response holds, forever. Time does not count while the server does not read, because the
endpoint has not taken what arrived or another response comes first.

A client has a bounded number of connections (see `client_bounds`), and the server too: the next one gets 429 or 503.
uvicorn's `limit_concurrency` would refuse requests, and let connections without a request pass. A client may send up to
eight further requests before a response: those that follow are dropped, and the connection closes after the last of the
eight, so that the client sends them again (RFC 9112, 9.3.2). Otherwise 256 KiB of short requests would become 40 MB.

A body may not consist of tiny chunks, nor go on for long after its response (see `body_limits`): then the server stops
reading, and closes the connection when the client has had time to read the response.

uvicorn waits for open responses when the server stops. Those that would not end by themselves are told: each function
in the state `on_shutdown` is called.

A request for a WebSocket becomes one (see `websocket_protocol`) if its handshake is complete. A request that offers
another protocol (`Upgrade`) is handled as HTTP: uvicorn would drop its body and parse the rest of it as the next
request. Trailers are dropped: uvicorn would add them to the headers of the running request.
"""

import asyncio
from collections.abc import Callable

import httptools
import structlog
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from exercise_buddy.core import problems
from exercise_buddy.core.http.body_limits import BodyLimits, StopParsingError
from exercise_buddy.core.http.client_bounds import ClientBounds
from exercise_buddy.core.http.eviction import Wait
from exercise_buddy.core.http.head_limits import HEAD_TOO_LARGE, MAX_HEAD_BYTES, MAX_HEADERS, check_head, rebuild_head
from exercise_buddy.core.http.joined_writes import JoinedWrites
from exercise_buddy.core.http.middleware import client_address
from exercise_buddy.core.http.patience import MAX_SECONDS, ReadingWatch, SendingWatch, reset_connection
from exercise_buddy.core.http.refusals import write_refusal
from exercise_buddy.core.http.websocket_protocol import BoundedWebSocketProtocol, is_handshake

MAX_PIPELINED = 8

log = structlog.get_logger()


class BoundedHttpProtocol(HttpToolsProtocol):
    """The protocol of one connection. See the module."""

    head_seconds = 10.0
    body_seconds = 10.0
    max_seconds = MAX_SECONDS
    check_seconds = 1.0
    linger_seconds = 2.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection, refuse it if it is one too many, and begin to check its progress."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._body = BodyLimits()
        self._in_head = True
        self._in_body = False
        self._is_full = False
        self._offers_upgrade = False
        self._is_upgraded = False
        self._running: RequestResponseCycle | None = None
        self._sending = SendingWatch(self.head_seconds, self.body_seconds, self.max_seconds)
        self._reading = ReadingWatch(transport, self.max_seconds)
        self._when_sent: list[Callable[[], None]] = []
        self._address: str | None = None
        self._waited_seconds = 0.0
        self._check = self.loop.call_later(self.check_seconds, self._check_progress)
        bounds: ClientBounds | None = self.app_state.get("client_bounds")
        if bounds is not None:
            host, address = (self.client or (None,))[0], client_address({"client": self.client})
            self.timeout_keep_alive = bounds.get_keep_alive_seconds(host, self.timeout_keep_alive)
            try:
                self._address = bounds.open_connection(host, address, self.connections)
            except problems.Problem as problem:
                self._send_problem(problem)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting and checking the connection."""
        self._stop_counting()
        self._disconnect_requests()
        self._call_when_sent()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        cycle.transport = JoinedWrites(self.transport, self.loop)  # type: ignore[assignment]
        super()._start_asgi_task(cycle, app)

    def _disconnect_requests(self) -> None:
        """End the running request, and those that wait for it. uvicorn would tell only the last of them."""
        self.pipeline.clear()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def _stop_counting(self) -> None:
        self._check.cancel()
        if self._address is not None:
            self.app_state["client_bounds"].close_connection(self._address)
            self._address = None

    def get_wait(self) -> Wait | None:
        """Return how it waits for a request. None if it has one, or comes from a trusted proxy."""
        is_waiting = not self._in_body and not self._is_upgraded and self._has_responded() and self._address is not None
        if not is_waiting or self.transport.is_closing():
            return None
        return Wait(bool(self._head_bytes) or self.cycle is None, self._waited_seconds)

    def counts_for(self, address: str) -> bool:
        """Return whether it counts for an address."""
        return self._address == address

    def evict(self) -> None:
        """Close it for a new connection, and count it no longer at once."""
        self._log_drop("request")
        self._close_without_request()
        self._stop_counting()
        self.connections.discard(self)

    def shutdown(self) -> None:
        """Notify open responses of the shutdown."""
        for stop in self.app_state.get("on_shutdown", ()):
            stop()
        super().shutdown()

    def call_when_sent(self, callback: Callable[[], None]) -> None:
        """Call a function when little of what was sent waits for the client: at once, if this is so already."""
        if self.flow.write_paused:
            self._when_sent.append(callback)
        else:
            callback()

    def _call_when_sent(self) -> None:
        callbacks, self._when_sent = self._when_sent, []
        for callback in callbacks:
            callback()

    def resume_writing(self) -> None:
        """Record that the client has read."""
        self._reading.restart()
        self._call_when_sent()
        super().resume_writing()

    def _check_progress(self) -> None:
        self._check = self.loop.call_later(self.check_seconds, self._check_progress)
        self._waited_seconds += self.check_seconds
        if self._reading.is_too_slow(self.check_seconds):
            self._log_drop("response")
            self._disconnect_requests()
            reset_connection(self.transport)
        elif not self.transport.is_closing() and not self.flow.read_paused:
            self._check_sending()

    def _check_sending(self) -> None:
        if self._in_body:
            if self.cycle.waiting_for_100_continue:
                return
            if self._sending.is_body_too_slow(self.check_seconds, self._body.body_bytes):
                self._log_drop("body")
                self._refuse(408, "The body arrives too slowly.")
        # While the server responds, the next head may take its time. Then uvicorn has a timeout for it to begin.
        elif (
            self._has_responded()
            and (self._head_bytes or self.timeout_keep_alive_task is None)
            and self._sending.is_head_too_slow(self.check_seconds)
        ):
            self._log_drop("head")
            self._close_without_request()

    def _close_without_request(self) -> None:
        if self._head_bytes:
            self._refuse(408, "The request line and headers took too long.")
        # A client that never sent a request gets no response.
        self.transport.close()

    def _log_drop(self, waited_for: str) -> None:
        log.info("slow_client_dropped", waited_for=waited_for, client=self.client[0] if self.client else None)

    def data_received(self, data: bytes) -> None:
        """Parse bytes from the client and check the limits."""
        if self._is_full:
            return
        if self._in_head:
            self._head_bytes += len(data)
        elif self._in_body:
            self._body.add_read(len(data), is_late=self.cycle.response_complete)
        self._unset_keepalive_if_required()
        self._parse(data)
        if self.transport.is_closing() or self._is_upgraded:
            return
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(*HEAD_TOO_LARGE)
        elif self._in_body:
            self._check_body()

    def _check_body(self) -> None:
        if self._body.has_large_framing():
            self._refuse(431, "The chunk extensions and trailers of the body are over 32 KiB.")
        elif self._body.is_too_late():
            # Closing at once would reset the connection, and the client could lose the response.
            self.flow.pause_reading()
            self.loop.call_later(self.linger_seconds, self.transport.close)

    def _parse(self, data: bytes) -> None:
        try:
            while not self.transport.is_closing():
                try:
                    self.parser.feed_data(data)
                except httptools.HttpParserUpgrade as upgrade:
                    data = data[upgrade.args[0] :]
                    if not data and self._is_websocket():
                        self._upgrade()
                        return
                    self._decline_upgrade()
                else:
                    return
        except httptools.HttpParserError:
            if self._is_full or self.transport.is_closing():
                return
            self.logger.warning("Invalid HTTP request received.")
            self.send_400_response("Invalid HTTP request received.")

    def _is_websocket(self) -> bool:
        """Return whether a request is the handshake of a WebSocket, after all others and their responses."""
        return (
            self._should_upgrade()
            and self._has_responded()
            and not self.flow.write_paused
            and is_handshake(self.parser.get_method(), self.parser.get_http_version(), self.url, self.headers)
        )

    def _upgrade(self) -> None:
        self._is_upgraded = True
        self._check.cancel()
        self.scope["method"] = "GET"
        self.handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, BoundedWebSocketProtocol):
            protocol.on_lost = self._stop_counting
        else:
            self._stop_counting()

    def _decline_upgrade(self) -> None:
        """Parse the head again without its `Upgrade` header: otherwise the parser stops parsing HTTP."""
        self._offers_upgrade = False
        if self.transport.is_closing():
            return
        if self.parser.get_method() == b"CONNECT":
            self._refuse(400, "CONNECT is not supported.")
            return
        head = rebuild_head(self.parser, self.url, self.headers)
        self.parser = httptools.HttpRequestParser(self)
        # The same option as in uvicorn.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(head)

    def on_message_begin(self) -> None:
        """Record the begin of a head. Stop parsing if too many requests wait for their turn."""
        if len(self.pipeline) >= MAX_PIPELINED:
            self._is_full = True
            self.cycle.keep_alive = False
            raise StopParsingError
        super().on_message_begin()
        self.scope["state"]["call_when_sent"] = self.call_when_sent
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header. Trailers are dropped: the headers have been checked by then."""
        if self._in_head and len(self.headers) <= MAX_HEADERS:
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Record the end of a head; refuse it if it arrived in one piece that is too large."""
        if self.transport.is_closing():
            return
        self._in_head = False
        self._head_bytes = 0
        self._sending.restart()
        self._waited_seconds = 0.0
        refusal = check_head(self.url, self.headers)
        if refusal is not None:
            self._refuse(*refusal)
            return
        if self.parser.should_upgrade():
            self._offers_upgrade = True
            return
        super().on_headers_complete()
        self._in_body = True
        self._body = BodyLimits()

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on, unless the head was refused."""
        self._body.add_body(len(body))
        if not self.transport.is_closing():
            super().on_body(body)

    def on_chunk_header(self) -> None:
        """Count a chunk. With one too many, stop parsing before the rest of the read costs anything."""
        if self._body.add_chunk():
            if not self.transport.is_closing():
                self._refuse(400, "The chunks of the body are too small: send at least 256 bytes in each.")
            raise StopParsingError

    def on_message_complete(self) -> None:
        """Record that the request is complete."""
        if self._offers_upgrade:
            return
        self._in_body = False
        if not self.transport.is_closing():
            super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:
        """Refuse input that is not HTTP."""
        self._refuse(400, msg)

    def _has_responded(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _may_respond(self) -> bool:
        """Return whether the client would read a response as that of the refused request, not of an earlier one."""
        return not self.cycle.response_started and not self.pipeline if self._in_body else self._has_responded()

    def _refuse(self, status: int, detail: str) -> None:
        if self._may_respond():
            self._send_problem(problems.from_status(status, detail))
        else:
            self.transport.close()

    def _send_problem(self, problem: problems.Problem) -> None:
        """Send a problem that no endpoint raised, and close the connection."""
        # Of an incomplete head, the headers that have arrived count.
        headers = self.headers or ()
        origin = next((value for name, value in headers if name == b"origin"), None)
        bounds: ClientBounds | None = self.app_state.get("client_bounds")
        is_secure = bounds is not None and self.client is not None and bounds.is_secure(self.client[0], headers)
        self.transport.write(write_refusal(problem, origin, self.app_state.get("settings"), is_secure=is_secure))
        self.transport.close()
