"""The WebSocket protocol of `serve`: uvicorn's implementation with additional limits.

uvicorn (0.54) closes each WebSocket at once when the server stops. Here the application is told first, with the close
code 1012, so that it can save its state and say goodbye. A client that does not read cannot make the server hold
memory: pongs that it does not read are dropped, and its connection is aborted some seconds after the application has
returned. Compression is off: it costs time and memory for each connection, and our messages are small.

A frame of 6 bytes costs as much work as one of 1 KiB: one read of 256 KiB held the event loop for 400 ms. Here the
server parses 2 KiB at a time, and nothing while the application has not taken the last message. Frames below 1 KiB are
bounded to 100 a second after a burst of 512, before and after authentication; the next one closes the connection with
1008. Messages cannot get there where the application paces them; pings, pongs and small fragments can.
"""

import logging
import re
import time
from asyncio import Task
from collections.abc import Callable
from typing import Any

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ProtocolError
from websockets.frames import CloseCode, Frame
from websockets.server import ServerProtocol

MAX_MESSAGE_BYTES = 128 * 1024
"""An endpoint may have a lower limit. Up to this one, it can say so before it closes."""
PING_SECONDS = 20.0
OPTIONS: dict[str, Any] = {
    "ws_max_size": MAX_MESSAGE_BYTES,
    "ws_ping_interval": PING_SECONDS,
    "ws_ping_timeout": PING_SECONDS,
    "ws_per_message_deflate": False,
}
"""The options of uvicorn that belong to this protocol."""
SERVICE_RESTART = 1012

SMALL_FRAMES_PER_SECOND = 100
SMALL_FRAMES_AT_ONCE = 512

_SMALL_FRAME_BYTES = 1024
_PARSED_BYTES = 2048
_MAX_FRAGMENTS = 256
# websockets accepts lines of 8 KiB.
_MAX_LINE = 8000
_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")


def is_handshake(method: bytes, version: str, url: bytes, headers: list[tuple[bytes, bytes]]) -> bool:
    """Return whether a request is a complete handshake of a WebSocket (RFC 6455, 4.2.1)."""
    names = [name for name, _ in headers]
    values = dict(headers)
    return (
        method == b"GET"
        and version == "1.1"
        and url.startswith(b"/")
        and url.isascii()
        and max(len(url), *(len(name) + len(value) for name, value in headers)) <= _MAX_LINE
        and names.count(b"sec-websocket-key") == 1
        and _KEY.fullmatch(values[b"sec-websocket-key"]) is not None
        and values.get(b"sec-websocket-version") == b"13"
        and not {b"content-length", b"transfer-encoding"} & values.keys()
    )


class _FrameParser(ServerProtocol):
    """The parser of one connection, which refuses too many small frames."""

    small_frames_at_once = SMALL_FRAMES_AT_ONCE
    _busy_until = 0.0

    def recv_frame(self, frame: Frame) -> None:
        """Handle a frame. With one too many, stop parsing before the rest of the read costs anything."""
        if len(frame.data) < _SMALL_FRAME_BYTES:
            now = time.monotonic()
            self._busy_until = max(self._busy_until, now) + 1 / SMALL_FRAMES_PER_SECOND
            if self._busy_until - now > self.small_frames_at_once / SMALL_FRAMES_PER_SECOND:
                self.fail(CloseCode.POLICY_VIOLATION, "too many small frames")
                self.parser_exc = ProtocolError("too many small frames")
                return
        super().recv_frame(frame)


class BoundedWebSocketProtocol(WebSocketsSansIOProtocol):
    """The protocol of one connection. See the module."""

    parser_class: type[_FrameParser] = _FrameParser
    abort_seconds = 10.0
    linger_seconds = 2.0
    on_lost: Callable[[], None] | None = None
    """Called when the connection is lost."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  (uvicorn's own)
        super().__init__(*arguments, **options)
        # uvicorn logs the query of each connection, and websockets its opening and closing. The middleware does that.
        self.logger = logging.getLogger("exercise_buddy.websocket")
        self.conn = self.parser_class(max_size=self.config.ws_max_size, logger=self.logger)
        self._unparsed = bytearray()
        self._has_failed = False

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on that the connection is lost."""
        self._unparsed.clear()
        super().connection_lost(exc)
        if self.on_lost is not None:
            self.on_lost()

    def shutdown(self) -> None:
        """Notify the application of the shutdown. It can close the connection within the server's grace period."""
        if self.handshake_complete and not self.close_sent:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": SERVICE_RESTART})
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Parse bytes from the client as far as the application takes messages. After an error, discard them."""
        if self.conn.parser_exc is None:
            self._unparsed += data
            self._parse()

    def _parse(self) -> None:
        while self._unparsed and not self.read_paused and self.conn.parser_exc is None:
            piece = bytes(self._unparsed[:_PARSED_BYTES])
            del self._unparsed[:_PARSED_BYTES]
            super().data_received(piece)

    async def receive(self) -> ASGIReceiveEvent:
        """Return the next event, and parse on if the application has taken all messages."""
        event = await super().receive()
        self._parse()
        return event

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message of the application, unless invalid input has ended the connection."""
        await self.writable.wait()
        if self._has_failed:
            raise ClientDisconnected
        await super().send(message)
        if self.close_sent:
            # Also after a response instead of a WebSocket: uvicorn would log an error for each of them.
            self.handshake_complete = True

    def handle_cont(self, event: Frame) -> None:
        """Add a fragment to a message. Empty fragments would not count for the size limit."""
        if len(self.frames) >= _MAX_FRAGMENTS:
            self.conn.fail(1009, "too many fragments")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Pass a message on. Text that is not UTF-8 arrives as bytes, so that the application can refuse it."""
        if self.curr_msg_data_type == "text":
            self.frames = [b"".join(self.frames)]
            try:
                self.frames[0].decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Close the connection after invalid input: read on for a moment, or the client would not receive the reason.

        A connection that is closed with unread data is reset.
        """
        self._unparsed.clear()
        if self.close_sent:
            return
        if self.conn.close_sent is None:
            # The handshake has no answer yet, so that no frame can be sent.
            self.transport.close()
            return
        code, reason = self.conn.close_sent.code, self.conn.close_sent.reason
        self._has_failed = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(self.linger_seconds, self.transport.close)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def handle_ping(self) -> None:
        """Send a pong, unless the client does not read what was sent before."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def on_task_complete(self, task: Task[None]) -> None:
        """Abort the connection if the client does not read its end."""
        super().on_task_complete(task)
        self.loop.call_later(self.abort_seconds, self.transport.abort)
