"""CSV parsing whatever program wrote the file: its encoding, delimiter, header and rows."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks

_MAX_HEADER = 10_000
# A row that consists of delimiters takes eight times its length in memory.
_MAX_LINE = 2_000_000
# Twice the rows of the largest sheet of a spreadsheet.
_MAX_BLANK_ROWS = 2_097_152
_DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_UTF_8 = "utf-8-sig"
# Excel on Windows writes this for "CSV", as opposed to "CSV UTF-8".
WINDOWS = "cp1252"
_NAMES = {_UTF_8: "UTF-8", WINDOWS: "Windows-1252"}
_CHUNK = 1 << 16
# Control characters that no text contains: a file with one of them is not text.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
# The first line of a file that names its delimiter for Excel.
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def detect_encoding(file: BinaryIO) -> str:
    """Return the encoding of a file, and rewind it.

    It is UTF-8, unless the first bytes are those of UTF-16, or the first non-ASCII character is not valid UTF-8. If
    only a later one is invalid, the file is broken UTF-8.
    """
    file.seek(0)
    start = file.read(2)
    if start in _BYTE_ORDER_MARKS:
        encoding = _BYTE_ORDER_MARKS[start]
    elif 0 in start and start != b"\0\0":
        # UTF-16 without a byte order mark: no text begins with the character U+0000.
        encoding = "utf-16-le" if start.endswith(b"\0") else "utf-16-be"
    else:
        file.seek(0)
        encoding = _detect_one_byte_encoding(file)
    file.seek(0)
    return encoding


def _detect_one_byte_encoding(file: BinaryIO) -> str:
    while chunk := file.read(_CHUNK):
        if _NOT_TEXT.search(chunk):
            break
        found = _NOT_ASCII.search(chunk)
        if found:
            try:
                codecs.getincrementaldecoder("utf-8")().decode((chunk[found.start() :] + file.read(3))[:4])
            except UnicodeDecodeError as error:
                return _UTF_8 if error.start else WINDOWS
            break
    return _UTF_8


@contextmanager
def open_text(file: BinaryIO, *, newline: str = "") -> Iterator[io.TextIOWrapper]:
    """Yield the text of a file from its beginning. The file stays open."""
    text = io.TextIOWrapper(file, encoding=detect_encoding(file), newline=newline)
    try:
        yield text
    finally:
        text.detach()


@contextmanager
def open_table(file: BinaryIO) -> Iterator["CsvTable"]:
    """Yield the table in a file. The file stays open.

    Raises:
        UnreadableFile: the file is not text.

    """
    with open_text(file) as text:
        yield CsvTable(text)


def read_cells(file: BinaryIO, delimiters: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the last line of each row of a file without a header, and its cells.

    Args:
        file: the file, read from its beginning.
        delimiters: what may separate cells; that which the first line has most often does.

    Raises:
        UnreadableFile: the file is not text, or has lines that are too long.

    """
    with open_text(file) as text:
        line = 0
        try:
            first = text.readline(_MAX_HEADER)
            text.seek(0)
            rows = csv.reader(_read_lines(text), delimiter=max(delimiters, key=first.count))
            for row in rows:
                line = rows.line_num
                yield line, row
        except UnicodeError:
            name = _NAMES.get(text.encoding, "UTF-16")
            raise UnreadableFile(f"The file is not text in {name}, from line {line + 1} on.") from None
        except csv.Error as error:
            raise UnreadableFile(f"The file is not valid CSV from line {line + 1} on: {error}.") from None


def _read_lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(_MAX_LINE + 1):
        if len(line) > _MAX_LINE:
            raise UnreadableFile(f"The file has a line of more than {_MAX_LINE:,} characters.")
        yield line


class CsvTable:
    """A table whose cells are separated by commas, semicolons, tabs or bars. Its header is read at once."""

    def __init__(self, text: TextIO) -> None:
        self.encoding = text.encoding
        self._encoding_name = _NAMES.get(self.encoding, "UTF-16")
        self._text = text
        self._lines_before = 0
        try:
            first = self._skip_blank_lines()
            separator = _SEPARATOR.fullmatch(first)
            if separator:
                first = self._skip_blank_lines()
        except UnicodeError:
            raise UnreadableFile(f"The file is not text in {self._encoding_name}.") from None
        self.delimiter = separator[1] if separator else max(_DELIMITERS, key=_QUOTED.sub("", first).count)
        self.header = [name.strip() for name in next(csv.reader([first], delimiter=self.delimiter), [])]
        while self.header and not self.header[-1]:
            self.header.pop()
        # Strict: an unclosed quote would otherwise swallow the rows after it without an error.
        self._rows = csv.reader(_read_lines(text), delimiter=self.delimiter, strict=True)

    def _skip_blank_lines(self) -> str:
        """Return the next line that is not blank."""
        line = "\n"
        while line and not line.strip():
            self._lines_before += 1
            line = self._text.readline(_MAX_HEADER)
        return line

    def rows(self, warnings: Remarks | None = None) -> Iterator[tuple[int, list[str] | CellError]]:
        """Yield the number of each row's first line with its cells, as many as the header has, or with its error.

        Blank rows are skipped, and so are repetitions of the header. Missing cells at the end of a row are empty.

        Args:
            warnings: gets a remark about each row that is not as it should be.

        Raises:
            UnreadableFile: the rest of the file is not text, or not a table.

        """
        width = len(self.header)
        blank_rows = 0
        while True:
            line = self._rows.line_num + 1 + self._lines_before
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except UnicodeError:
                raise UnreadableFile(f"The file is not text in {self._encoding_name}, from line {line} on.") from None
            except csv.Error as error:
                last = self._rows.line_num + self._lines_before
                row_text = f"This row, which ends in line {last}," if last > line else "This row"
                yield line, CellError("unreadable_row", f"{row_text} is not valid CSV: {error}.")
                continue
            if len(row) > width and not any(row[width:]):
                # Spreadsheets pad all rows to the longest one.
                del row[width:]
            if not "".join(row).strip():
                # Spreadsheets write empty rows as delimiters only.
                blank_rows += 1
                if blank_rows > _MAX_BLANK_ROWS:
                    raise UnreadableFile(f"More than {_MAX_BLANK_ROWS:,} rows of this file are blank.")
            elif (checked := self._check_row(row, line, warnings)) is not None:
                yield line, checked

    def _check_row(self, row: list[str], line: int, warnings: Remarks | None) -> list[str] | CellError | None:
        """Return a row with as many cells as the header, or its error; None if it is the header."""
        width = len(self.header)
        if len(row) == width:
            if row[0].strip() != self.header[0] or [cell.strip() for cell in row] != self.header:
                return row
            _warn(warnings, line, "repeated_header", "This row repeats the header and was left out.")
            return None
        if width / 2 < len(row) < width:
            _warn(warnings, line, "short_row", f"This row has {len(row)} of {width} columns; the others are empty.")
            return row + [""] * (width - len(row))
        return CellError("wrong_columns", f"This row has {len(row)} columns, the header has {width}.")


def _warn(warnings: Remarks | None, line: int, code: str, message: str) -> None:
    if warnings is not None:
        warnings.add(line, code, message)
