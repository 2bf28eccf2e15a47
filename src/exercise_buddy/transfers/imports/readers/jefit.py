"""The reader of the backup that the app JEFIT exports: tables, each under a line such as `### SETTING`.

`WORKOUT SESSIONS` has the times of the workouts, and `EXERCISE LOGS` an exercise in each row, with its sets as
`60x10,65x8`: weight and reps, in the unit that `SETTING` states.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.csv_rows import read_cells
from exercise_buddy.transfers.imports.layouts import Columns, Layout
from exercise_buddy.transfers.imports.model import FileFormat, FileStart, ImportOptions
from exercise_buddy.transfers.imports.parsing import WEIGHT_UNITS
from exercise_buddy.transfers.imports.row_groups import TableRow
from exercise_buddy.transfers.imports.survey import Survey, require_options
from exercise_buddy.workouts.public import Source

_SECTION = re.compile(r"### *([A-Z][A-Z _]*[A-Z])[ #]*")
_LEFT_OUT = {"CARDIO LOGS", "PROFILE", "NOTES"}
_LAYOUT = Layout(
    app="JEFIT",
    source=Source.JEFIT,
    names={},
    required=(),
    number_format="decimal_point",
    example="the backup with the sections ### WORKOUT SESSIONS and ### EXERCISE LOGS",
)


class JefitReader(CsvReader):
    """Reads a backup."""

    layout = _LAYOUT

    def __init__(self, file: BinaryIO, options: ImportOptions) -> None:
        """Read the times of the workouts, and the unit of weight.

        Raises:
            InvalidInput: an option is missing.

        """
        self._sessions: dict[str, tuple[str, str]] = {}
        unit = None
        left_out: set[str] = set()
        is_local = False
        for section, _, row in _read_sections(file):
            if section == "SETTING":
                unit = unit or WEIGHT_UNITS.get(row.get("mass", "").strip().casefold())
            elif section == "WORKOUT SESSIONS":
                self._sessions[row.get("_id", "")] = (row.get("starttime", ""), row.get("endtime", ""))
            elif section == "EXERCISE LOGS":
                is_local |= not self._find_times(row)[0].isdecimal()
            elif section in _LEFT_OUT:
                left_out.add(section)
        survey = Survey(local_times=is_local, weights_without_unit=unit is None, number_format="decimal_point")
        require_options(survey, options)
        survey.is_scattered = True
        index = {"date": 0, "title": 1, "exercise": 2}
        super().__init__(
            file, Columns(_LAYOUT, [], index, unit, None, sorted(left_out), by_order=False), survey, options
        )

    def _find_times(self, row: dict[str, str]) -> tuple[str, str]:
        """Return the start and the end of the workout of an exercise: Unix times, or its day without an end."""
        session = row.get("belongsession", "")
        start, end = self._sessions.get(session, ("", ""))
        return (start, end) if start.strip("0") else (row.get("mydate", ""), "")

    def _read_rows(self) -> Iterator[TableRow]:
        position = 0
        for section, line, row in _read_sections(self._file):
            if section != "EXERCISE LOGS":
                continue
            start, end = map(_format_time, self._find_times(row))
            for order, text in enumerate(row.get("logs", "").split(","), 1):
                weight, mark, reps = text.partition("x")
                if not mark:
                    self.warnings.add(line, "unreadable_row", "A set of this exercise cannot be read; it was left out.")
                    continue
                position += 1
                values = {"date": start, "end": end, "title": "", "exercise": row.get("ename", "")}
                yield TableRow(line, position, values | {"order": str(order), "weight": weight, "reps": reps})


def _format_time(text: str) -> str:
    """Return a Unix time as a date and time; any other text as it is."""
    try:
        return datetime.fromtimestamp(int(text), UTC).isoformat() if text.strip("0") else ""
    except (ValueError, OverflowError, OSError):
        return text


def _read_sections(file: BinaryIO) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield the rows of all sections, each with its section and its line."""
    section = ""
    header: list[str] = []
    for line, row in read_cells(file, ","):
        found = _SECTION.fullmatch(row[0].strip().lstrip("\ufeff")) if len(row) == 1 else None
        if found is not None:
            section, header = found[1], []
        elif not any(row) or row[0].startswith("###"):
            continue
        elif not header:
            header = [name.strip() for name in row]
        else:
            yield section, line, dict(zip(header, row, strict=False))


def _recognize(start: FileStart) -> bool:
    return _SECTION.match(start.text) is not None


FILE_FORMAT = FileFormat(_LAYOUT.app, _LAYOUT.example, _recognize, JefitReader)
