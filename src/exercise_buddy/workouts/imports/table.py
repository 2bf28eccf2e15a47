"""Reads a CSV as a table whose columns are known by what they hold, whatever the file calls them."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports.cells import CellError, Unit

_IN_HEADER = re.compile(r"\((?P<unit>\w+)\)")
_MAX_HEADER = 10_000
_SHOWN_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How an app writes its tables: the names of its columns, in lower case, by what they hold."""

    app: str
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    example: str


class Table:
    """A table in a file. Cells come without the white space around them."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        """Read the header.

        Args:
            file: the bytes of the CSV, UTF-8, with commas or semicolons.
            layout: what to find.

        Raises:
            UnreadableFile: a required column is missing; it says which, and what was found.

        """
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="strict", newline="")
        try:
            first = self._text.readline(_MAX_HEADER)
        except UnicodeDecodeError:
            raise UnreadableFile("The file is not text in UTF-8.") from None
        delimiter = ";" if first.count(";") > first.count(",") else ","
        self._header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
        # Strict: a quote that is not closed would otherwise swallow the rows after it without a word.
        self._rows = csv.reader(self._text, delimiter=delimiter, strict=True)
        names = [name.casefold() for name in self._header]
        self._index = {
            holds: names.index(found)
            for holds, candidates in layout.columns.items()
            if (found := next((name for name in candidates if name in names), None)) is not None
        }
        missing = [layout.columns[holds][0].title() for holds in layout.required if holds not in self._index]
        if missing:
            printable = ("".join(filter(str.isprintable, name))[:40] for name in self._header[:_SHOWN_COLUMNS])
            shown = ", ".join(filter(None, printable)) or "none"
            raise UnreadableFile(
                f"This is not a CSV that {layout.app} has exported: the columns {', '.join(missing)} are missing. "
                f"Columns found: {shown[:300]}. Known layouts: {layout.app} ({layout.example})."
            )

    def __contains__(self, holds: str) -> bool:
        return holds in self._index

    def unit_in_header(self, holds: str, units: Mapping[str, Unit]) -> Unit | None:
        """Give the unit that the name of a column says in brackets, such as `Weight (kg)`."""
        if holds not in self._index:
            return None
        found = _IN_HEADER.search(self._header[self._index[holds]])
        return units.get(found["unit"].casefold()) if found else None

    def rows(self) -> Iterator[tuple[int, dict[str, str] | CellError]]:
        """Give the rows with the numbers of their first lines (the header is line 1), or what is wrong with them.

        Raises:
            UnreadableFile: the file stops being text.

        """
        while True:
            line = self._rows.line_num + 2
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except UnicodeDecodeError:
                raise UnreadableFile(f"The file is not text in UTF-8, from line {line} on.") from None
            except csv.Error as error:
                last = self._rows.line_num + 1
                which = f"This row, which ends in line {last}," if last > line else "This row"
                yield line, CellError("unreadable_row", f"{which} is no CSV: {error}.")
                continue
            if len(row) == len(self._header):
                yield line, {holds: row[index].strip() for holds, index in self._index.items()}
            elif row:
                message = f"This row has {len(row)} columns, the header has {len(self._header)}."
                yield line, CellError("wrong_columns", message)
