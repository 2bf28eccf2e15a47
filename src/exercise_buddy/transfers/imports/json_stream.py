"""Streaming of a large JSON file: memory holds one element, not the file."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import ijson
from ijson.common import ObjectBuilder

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.csv_rows import open_text

_CHUNK = 64 * 1024
_MAX_ELEMENT = 8 * 1024 * 1024
_MAX_DEPTH = 1000
_DEPTH_CHANGES = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
_PAIR_LENGTH = len(r"\ud83d\ude00")
# Half of a surrogate pair, which yajl would read as a question mark.
_HALF_PAIR = re.compile(r"(?<!\\)(?:\\\\)*\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")


class _Lines:
    """The file as UTF-8, at most one line per read: so the line of each parsed event is known."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._is_line_end = False
        self.line = 1
        self.characters = 0

    def read(self, size: int) -> bytes:
        """Return the next line, or a part of a long one. ijson asks for 0 bytes first, to see their type."""
        if not size:
            return b""
        self.line += self._is_line_end
        try:
            chunk = self._text.readline(_CHUNK)
            while chunk == "\n":
                self.line += 1
                chunk = self._text.readline(_CHUNK)
            # A chunk must not end within an escaped pair.
            while "\\" in chunk[-_PAIR_LENGTH:] and not chunk.endswith("\n") and (more := self._text.readline(_CHUNK)):
                chunk += more
        except UnicodeDecodeError:
            raise UnreadableFile("The file is not text in UTF-8 or UTF-16.") from None
        if len(chunk) > _MAX_ELEMENT or _HALF_PAIR.search(chunk):
            raise ijson.JSONError
        self._is_line_end = chunk.endswith("\n")
        self.characters += len(chunk)
        return chunk.encode()


class JsonStream:
    """A position in a JSON file."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._lines = _Lines(text)
        # Without prefixes: those of deeply nested arrays take the square of their depth in memory.
        self._events = ijson.basic_parse(self._lines, use_float=True)

    def members(self) -> Iterator[str]:
        """Yield the keys of the object at this position. Read or skip each value before the next key."""
        self._expect("start_map")
        while (event := self._next())[0] != "end_map":
            yield event[1]

    def elements(self) -> Iterator[tuple[int, Any]]:
        """Yield the elements of the array at this position, each with the line on which it begins.

        Raises:
            UnreadableFile: this is not an array, or an element is too large.

        """
        self._expect("start_array")
        begin = self._lines.characters
        while (event := self._next())[0] != "end_array":
            line = self._lines.line
            yield line, self._build(event, begin)
            begin = self._lines.characters

    def value(self) -> Any:  # noqa: ANN401  (any JSON value)
        """Return the value at this position."""
        begin = self._lines.characters
        return self._build(self._next(), begin)

    def skip(self) -> None:
        """Skip the value at this position, whatever its size."""
        depth = _DEPTH_CHANGES.get(self._next()[0], 0)
        while depth:
            depth += _DEPTH_CHANGES.get(self._next()[0], 0)

    def _next(self) -> tuple[str, Any]:
        try:
            event: tuple[str, Any] = next(self._events)
        except (ijson.JSONError, UnicodeDecodeError, StopIteration):
            raise self._malformed() from None
        return event

    def _expect(self, expected: str) -> None:
        if self._next()[0] != expected:
            raise self._malformed()

    def _build(self, event: tuple[str, Any], begin: int) -> Any:  # noqa: ANN401
        """Return the value that begins with an event, after the character `begin`."""
        builder = ObjectBuilder()
        depth = 0
        while True:
            builder.event(*event)
            depth += _DEPTH_CHANGES.get(event[0], 0)
            if depth > _MAX_DEPTH or self._lines.characters - begin > _MAX_ELEMENT:
                raise self._malformed()
            if not depth:
                return builder.value
            event = self._next()

    def _malformed(self) -> UnreadableFile:
        return UnreadableFile(f"The JSON of this file is malformed, or too large, at line {self._lines.line}.")


@contextmanager
def open_stream(file: BinaryIO) -> Iterator[JsonStream]:
    """Yield a stream at the beginning of a file. The file stays open."""
    with open_text(file, newline="\n") as text:
        yield JsonStream(text)
