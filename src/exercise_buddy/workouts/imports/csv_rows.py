"""Reads a CSV: its encoding, what parts its cells, its header and its rows, whoever wrote it."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.parsing import CellError

_MAX_HEADER = 10_000
# A row of nothing but delimiters takes eight times its length.
_MAX_LINE = 2_000_000
# What the largest sheet of a spreadsheet has, twice.
_MAX_BLANK = 2_097_152
_DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_UTF_8 = "utf-8-sig"
# What Excel writes on Windows where it is asked for a CSV and not for one in UTF-8.
WINDOWS = "cp1252"
_NAMES = {_UTF_8: "UTF-8", WINDOWS: "Windows-1252"}
_PIECE = 1 << 16
# Signs that stand in no text: a file that has one is no text at all.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
# The first line of a file that Excel is to open.
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def encoding_of(file: BinaryIO) -> str:
    """Tell the encoding of a file, and go back to its beginning.

    It is UTF-8, unless the first bytes say otherwise, or the first letter that is not of ASCII is none of UTF-8. If
    only a later one is, a file in UTF-8 is broken.
    """
    file.seek(0)
    start = file.read(2)
    if start in _BYTE_ORDER_MARKS:
        found = _BYTE_ORDER_MARKS[start]
    elif 0 in start and start != b"\0\0":
        # Without the mark. No text begins with the sign 0.
        found = "utf-16-le" if start.endswith(b"\0") else "utf-16-be"
    else:
        file.seek(0)
        found = _one_byte_or_utf_8(file)
    file.seek(0)
    return found


def _one_byte_or_utf_8(file: BinaryIO) -> str:
    while piece := file.read(_PIECE):
        if _NOT_TEXT.search(piece):
            break
        found = _NOT_ASCII.search(piece)
        if found:
            try:
                codecs.getincrementaldecoder("utf-8")().decode((piece[found.start() :] + file.read(3))[:4])
            except UnicodeDecodeError as error:
                return _UTF_8 if error.start else WINDOWS
            break
    return _UTF_8


class Sheet:
    """A table in a file that stays open: the next one to read it begins anew."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the header.

        Args:
            file: the bytes of the CSV, in an encoding of `encoding_of`, its cells parted by commas, semicolons, tabs or
                bars.

        Raises:
            UnreadableFile: this is no text.

        """
        self.encoding = encoding_of(file)
        self._encoding = _NAMES.get(self.encoding, "UTF-16")
        self._text = io.TextIOWrapper(file, encoding=self.encoding, errors="strict", newline="")
        self._before = 0
        try:
            first = self._line()
            said = _SEPARATOR.fullmatch(first)
            if said:
                first = self._line()
        except UnicodeError:
            self.close()
            raise UnreadableFile(f"The file is not text in {self._encoding}.") from None
        self.delimiter = said[1] if said else max(_DELIMITERS, key=_QUOTED.sub("", first).count)
        self.header = [name.strip() for name in next(csv.reader([first], delimiter=self.delimiter), [])]
        while self.header and not self.header[-1]:
            self.header.pop()
        # Strict: a quote that is not closed would otherwise swallow the rows after it without a word.
        self._rows = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)

    def close(self) -> None:
        """Leave the file open, without us."""
        self._text.detach()

    def _line(self) -> str:
        """Give the next line that is not blank."""
        line = "\n"
        while line and not line.strip():
            self._before += 1
            line = self._text.readline(_MAX_HEADER)
        return line

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(_MAX_LINE + 1):
            if len(line) > _MAX_LINE:
                raise UnreadableFile(f"The file has a line of more than {_MAX_LINE:,} characters.")
            yield line

    def rows(self) -> Iterator[tuple[int, list[str] | CellError]]:
        """Give the rows with the numbers of their first lines, or what is wrong with them. Blank ones are left out.

        A row has as many cells as the header.

        Raises:
            UnreadableFile: the file stops being text, or being a table.

        """
        width = len(self.header)
        blank = 0
        while True:
            line = self._rows.line_num + 1 + self._before
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except UnicodeError:
                raise UnreadableFile(f"The file is not text in {self._encoding}, from line {line} on.") from None
            except csv.Error as error:
                last = self._rows.line_num + self._before
                which = f"This row, which ends in line {last}," if last > line else "This row"
                yield line, CellError("unreadable_row", f"{which} is no CSV: {error}.")
                continue
            if len(row) > width and not any(row[width:]):
                # Spreadsheets fill all rows up to the longest.
                del row[width:]
            if not any(cell.strip() for cell in row):
                # Spreadsheets write their empty rows as nothing but delimiters.
                blank += 1
                if blank > _MAX_BLANK:
                    raise UnreadableFile(f"More than {_MAX_BLANK:,} rows of this file are blank.")
                continue
            if len(row) == width:
                yield line, row
            else:
                yield line, CellError("wrong_columns", f"This row has {len(row)} columns, the header has {width}.")
