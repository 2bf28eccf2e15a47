"""Reads a CSV: its encoding, what parts its cells, its header and its rows, whoever wrote it."""

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.cells import CellError

_MAX_HEADER = 10_000
_DELIMITERS = ",;\t|"
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# The first line of a file that Excel is to open.
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


def encoding_of(file: BinaryIO) -> str:
    """Tell the encoding of a file by its first bytes, and go back to its beginning: UTF-8 unless they say otherwise."""
    file.seek(0)
    start = file.read(2)
    file.seek(0)
    return _BYTE_ORDER_MARKS.get(start, "utf-8-sig")


class Sheet:
    """A table in a file that stays open: the next one to read it begins anew."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the header.

        Args:
            file: the bytes of the CSV, UTF-8 or UTF-16, its cells parted by commas, semicolons, tabs or bars.

        Raises:
            UnreadableFile: this is no text.

        """
        encoding = encoding_of(file)
        self._encoding = "UTF-16" if encoding == "utf-16" else "UTF-8"
        self._text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
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
        self._rows = csv.reader(self._text, delimiter=self.delimiter, strict=True)

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

    def rows(self) -> Iterator[tuple[int, list[str] | CellError]]:
        """Give the rows with the numbers of their first lines, or what is wrong with them. Blank ones are left out.

        A row has as many cells as the header.

        Raises:
            UnreadableFile: the file stops being text.

        """
        width = len(self.header)
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
                continue
            if len(row) == width:
                yield line, row
            else:
                yield line, CellError("wrong_columns", f"This row has {len(row)} columns, the header has {width}.")
