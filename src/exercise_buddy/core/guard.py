"""The HTTP protocol of `serve`: uvicorn's, with the bounds that it lacks.

uvicorn (0.54, httptools) takes request heads of any size and waits for ever for one that stalls. Here a head over
32 KiB is answered 431, a head or body that makes no progress for 30 s is answered 408, and what is no HTTP gets a
problem document like every other error. The web client may read these answers as it may those of the app.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from exercise_buddy.core import cors, problems
from exercise_buddy.core.middleware import HEADERS
from exercise_buddy.core.settings import CoreSettings
from exercise_buddy.core.tables import new_id

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
        self._in_head = True
        self._in_body = False
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
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head_bytes > self.max_head_bytes:
            self._refuse(431, "The request line and headers are over 32 KiB.")
        elif (self._in_body or (self._in_head and self._head_bytes > 0)) and self._watch is None:
            self._watch = self.loop.call_later(self.stall_seconds, self._look_for_stall)

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Note that a head is complete; refuse it if it came in one piece that is too large."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        self._in_head = False
        self._head_bytes = 0
        if size > self.max_head_bytes:
            self._refuse(431, "The request line and headers are over 32 KiB.")
            return
        self._in_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of the body, unless the head was refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that the request is here as a whole: from now on it is our turn."""
        self._in_body = False
        self._stop_watching()
        if not self.transport.is_closing():
            super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400, msg)

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
        elif self._in_body and self.cycle.response_started:
            self.transport.close()
        elif self._head_bytes == 0 and not self._in_body:
            # Connected and never spoke: there is no request to answer.
            self.transport.close()
        else:
            self._refuse(408, "The request made no progress for too long.")

    def _refuse(self, status: int, detail: str) -> None:
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
