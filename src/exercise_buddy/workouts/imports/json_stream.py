"""Reads a large JSON file element by element: what is in memory is one element, not the file."""

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.csv_rows import encoding_of

_CHUNK = 64 * 1024
_MAX_ELEMENT = 8 * 1024 * 1024
_MAX_KEY = 1000
_SPACE = " \t\r\n"
_OUTSIDE = re.compile(r'["{}\[\]]')
_INSIDE = re.compile(r'["\\]')
_SCALAR_ENDS = re.compile(r"[,\]}\s]")


class JsonStream:
    """A position in a JSON file that stays open."""

    def __init__(self, file: BinaryIO) -> None:
        self._text = io.TextIOWrapper(file, encoding=encoding_of(file), newline="")
        self._buffer = ""
        self._at = 0
        self._lines = 1

    def close(self) -> None:
        """Leave the file open, without us."""
        self._text.detach()

    @property
    def line(self) -> int:
        """The line at hand, the first of the file being 1."""
        return self._lines + self._buffer.count("\n", 0, self._at)

    def peek(self) -> str:
        """Give the next character that is no white space; nothing at the end of the file."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def members(self) -> Iterator[str]:
        """Go through the keys of the object at hand. Its value is to be read before the next key is asked for."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self._malformed()
            self._expect(":")
            yield key
            if not self._another("}"):
                return

    def elements(self) -> Iterator[None]:
        """Go through the elements of the array at hand. Each is to be read, or skipped, before the next."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            # So that `line` is that of the element.
            self.peek()
            yield
            if not self._another("]"):
                return

    def value(self) -> Any:  # noqa: ANN401  (anything that JSON has)
        """Read the value at hand.

        Raises:
            UnreadableFile: it is no JSON, or too large.

        """
        text = "".join(self._pieces())
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            raise self._malformed() from None

    def skip(self) -> None:
        """Pass over the value at hand, however large it is."""
        for _ in self._pieces(limit=None):
            pass

    # --- the text ------------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        """Read on; what lies behind is forgotten."""
        try:
            chunk = self._text.read(_CHUNK)
        except UnicodeError:
            raise UnreadableFile("The file is not text in UTF-8 or UTF-16.") from None
        self._lines += self._buffer.count("\n", 0, self._at)
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _malformed(self) -> UnreadableFile:
        return UnreadableFile(f"The file is no JSON that can be read, at line {self.line}.")

    def _expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise self._malformed()
        self._at += 1

    def _another(self, end: str) -> bool:
        sign = self.peek()
        if sign not in {",", end}:
            raise self._malformed()
        self._at += 1
        return sign == ","

    def _pieces(self, limit: int | None = _MAX_ELEMENT) -> Iterator[str]:
        """Give the text of the value at hand, in pieces."""
        first = self.peek()
        if not first:
            raise self._malformed()
        if first not in '{["':
            yield from self._scalar()
            return
        depth, inside, length = 0, False, 0
        start = self._at
        while True:
            found = (_INSIDE if inside else _OUTSIDE).search(self._buffer, self._at)
            if found is None or (found[0] == "\\" and found.end() == len(self._buffer)):
                self._at = len(self._buffer) if found is None else found.start()
                yield self._buffer[start : self._at]
                length += self._at - start
                if not self._more() or (limit is not None and length > limit):
                    raise self._malformed()
                start = 0
                continue
            self._at = found.end()
            if found[0] == "\\":
                self._at += 1
            elif found[0] == '"':
                inside = not inside
            else:
                depth += 1 if found[0] in "{[" else -1
            if not inside and depth <= 0:
                yield self._buffer[start : self._at]
                return

    def _scalar(self) -> Iterator[str]:
        while (found := _SCALAR_ENDS.search(self._buffer, self._at)) is None:
            if len(self._buffer) - self._at > _MAX_KEY or not self._more():
                raise self._malformed()
        yield self._buffer[self._at : found.start()]
        self._at = found.start()
