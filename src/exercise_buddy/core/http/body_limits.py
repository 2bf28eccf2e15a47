"""Limits of the form in which a body arrives. Its size is limited by each endpoint.

A body of tiny chunks costs far more than its bytes: beyond 4096 chunks, they must have 256 bytes on average. uvicorn
reads the rest of a body forever after its response. Here it is 64 KiB.
"""

MAX_FRAMING_BYTES = 32 * 1024
MAX_SMALL_CHUNKS = 4096
SMALL_CHUNK_BYTES = 256
MAX_LATE_BYTES = 64 * 1024

# The size of a chunk and two line breaks, rounded up. What exceeds it is an extension or a trailer.
_CHUNK_FRAMING_BYTES = 16


class StopParsingError(Exception):
    """The rest of what has arrived is not parsed: it would cost too much."""


class BodyLimits:
    """What has arrived of one body."""

    __slots__ = ("_chunks", "_framing_bytes", "_late_bytes", "body_bytes")

    def __init__(self) -> None:
        self.body_bytes = 0
        self._chunks = 0
        # Bytes of chunk extensions and trailers.
        self._framing_bytes = 0
        # Bytes that arrived after the response.
        self._late_bytes = 0

    def add_read(self, size: int, *, is_late: bool) -> None:
        """Count bytes that have arrived, before they are parsed."""
        self._framing_bytes += size
        if is_late:
            self._late_bytes += size

    def add_body(self, size: int) -> None:
        """Count bytes that were parsed as the body itself."""
        self._framing_bytes -= size
        self.body_bytes += size

    def add_chunk(self) -> bool:
        """Count a chunk; return whether there are too many small ones."""
        self._framing_bytes -= _CHUNK_FRAMING_BYTES
        self._chunks += 1
        return self._chunks > MAX_SMALL_CHUNKS + self.body_bytes // SMALL_CHUNK_BYTES

    def has_large_framing(self) -> bool:
        """Return whether chunk extensions and trailers are too large, when all that has arrived is parsed."""
        # It falls below 0 by what arrived together with the head, and by short sizes of chunks.
        self._framing_bytes = max(0, self._framing_bytes)
        return self._framing_bytes > MAX_FRAMING_BYTES

    def is_too_late(self) -> bool:
        """Return whether too much has arrived after the response."""
        return self._late_bytes > MAX_LATE_BYTES
