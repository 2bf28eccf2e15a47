"""The reader of files that the app Alpha Progression exports, in English and German.

The file is no table but a list of workouts. A line with three cells begins a workout: its name, its start and its
duration. A line such as `"1. Bench Press · Barbell · 8 reps"` begins an exercise, with its warm-up sets in a second
cell. A line such as `#;KG;REPS;RIR` says what the columns of its sets are, which follow.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.csv_rows import read_cells
from exercise_buddy.transfers.imports.dates import parse_date_time
from exercise_buddy.transfers.imports.layouts import Columns, Layout
from exercise_buddy.transfers.imports.model import FileFormat, FileStart, ImportOptions
from exercise_buddy.transfers.imports.row_groups import TableRow
from exercise_buddy.transfers.imports.survey import Survey, require_options
from exercise_buddy.workouts.public import Source

_EXERCISE = re.compile(r"\d+\.\s+(?P<name>[^·]+?)\s*(?:·\s*(?P<equipment>[^·]+?)\s*)?(?:·.*)?")
_WARM_UP = re.compile(r"\w+\d+\s*·\s*(?P<weight>[^·]+?)\s*·\s*(?P<reps>\d+)")
_WORKOUT = re.compile(r'"[^"\n]+"[;\t]"\d{4}-\d{2}-\d{2} +\d{1,2}:\d{2}[^"\n]*"[;\t]"[^"\n]*"')
# 1:05 hr, 1:19 Std.
_HOURS = re.compile(r"^(\d+):(\d{2})\s*[hHsS].*$")
_BODY = {"bodyweight", "körpergewicht"}
_COLUMNS = {"kg": "weight", "lb": "weight", "lbs": "weight", "reps": "reps", "wdh": "reps", "rir": "rir", "rpe": "rpe"}
_COLUMNS |= {"sek": "seconds", "sec": "seconds", "s": "seconds", "min": "minutes", "km": "distance", "m": "distance"}
_COLUMNS |= {"mi": "distance"}
_UNITS = {"kg", "lb", "lbs", "km", "m", "mi"}
_LAYOUT = Layout(
    app="Alpha Progression",
    source=Source.ALPHA_PROGRESSION,
    names={},
    required=(),
    number_format="decimal_comma",
    example='lists of workouts: "Push";"2026-03-02 18:00 h";"1:05 hr", then exercises and #;KG;REPS;RIR',
)


class AlphaProgressionReader(CsvReader):
    """Reads a list of workouts."""

    layout = _LAYOUT

    def __init__(self, file: BinaryIO, options: ImportOptions) -> None:
        """Prepare the reading of a file.

        Raises:
            InvalidInput: the options have no time zone.

        """
        survey = Survey(local_times=True, number_format="decimal_comma")
        require_options(survey, options)
        index = {"date": 0, "title": 1, "duration": 2, "exercise": 3}
        super().__init__(file, Columns(_LAYOUT, [], index, None, None, [], by_order=False), survey, options)

    def _read_rows(self) -> Iterator[TableRow]:
        for position, (line, values) in enumerate(self._read_sets(), 1):
            yield TableRow(line, position, values)

    def _read_sets(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the cells of each set, with its line."""
        workout: dict[str, str] = {}
        exercise = ""
        columns: list[str] = []
        for line, row in read_cells(self._file, ";\t"):
            cells = [cell.strip().lstrip("\ufeff") for cell in row]
            if len(cells) > 2 and parse_date_time(cells[1]) is not None and not cells[0].isdecimal():  # noqa: PLR2004
                workout = dict(zip(("title", "date", "duration"), cells, strict=False))
                workout["duration"] = _HOURS.sub(r"\1h \2m", workout["duration"])
                exercise, columns = "", []
            elif workout and cells and (found := _EXERCISE.fullmatch(cells[0])):
                equipment = found["equipment"]
                is_free = equipment is None or equipment.casefold() in _BODY
                exercise, columns = found["name"] if is_free else f"{found['name']} ({equipment})", []
                for warm_up in _WARM_UP.finditer(" ".join(cells[1:])):
                    yield line, _build_set(workout, exercise, {"kind": "w", **warm_up.groupdict()})
            elif cells and cells[0] == "#":
                columns = [cell.casefold().strip(".") for cell in cells]
            elif exercise and cells and cells[0].isdecimal() and len(cells) <= len(columns):
                values = _read_set(columns, cells)
                if not any(values.get(column) for column in ("reps", "seconds", "distance")):
                    self.warnings.add(line, "set_not_done", "This set was not done and was left out.")
                    continue
                yield line, _build_set(workout, exercise, values)
            elif any(cells):
                self.warnings.add(line, "unreadable_row", "This line cannot be read and was left out.")


def _build_set(workout: dict[str, str], exercise: str, values: dict[str, str]) -> dict[str, str]:
    return workout | {"exercise": exercise} | values


def _read_set(columns: list[str], cells: list[str]) -> dict[str, str]:
    values = {"order": cells[0]}
    for name, cell in zip(columns[1:], cells[1:], strict=False):
        column = _COLUMNS.get(name)
        text = "" if cell == "-" else cell
        if column == "minutes" and text:
            values["seconds"] = text if ":" in text else f"{text} min"
        elif column:
            values[column] = text
            if name in _UNITS:
                values[f"{column}_unit"] = name
    return values


def _recognize(start: FileStart) -> bool:
    return _WORKOUT.match(start.text) is not None


FILE_FORMAT = FileFormat(_LAYOUT.app, _LAYOUT.example, _recognize, AlphaProgressionReader)
