"""The reader of files that the app StrongLifts 5x5 exports.

A row is an exercise of a workout, with a pair of columns for each set: `Set 1 (Reps)`, `Set 1 (KG)`. The unit is in the
names of the columns. A negative weight is assistance.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.layouts import Columns, Layout
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.survey import Survey
from exercise_buddy.workouts.public import Source

_SET = re.compile(r"set (\d+) \((reps|time|kg|lb|lbs)\)", re.IGNORECASE)
_COLUMNS = {"reps": "reps", "time": "seconds", "kg": "weight", "lb": "weight", "lbs": "weight"}


class StrongLiftsReader(CsvReader):
    """Reads a table in StrongLifts' layout."""

    layout = Layout(
        app="StrongLifts",
        source=Source.STRONGLIFTS,
        names={
            "date": "date",
            "number": "workout",
            "title": "workout name",
            "exercise": "exercise",
            # Its name has the unit of all weights.
            "weight": "body weight",
            "program": "program name",
            "time": "start time",
            "end": "end time",
            "workout_notes": "notes",
            "first_set": "set 1",
        },
        key=("date", "number", "title"),
        required=("date", "number", "exercise", "weight", "first_set"),
        weights=(),
        ignored=("weight", "program"),
        example=(
            "Date (yyyy/mm/dd), Workout, Workout Name, Program Name, Body Weight (KG), Exercise, SetsxReps, "
            "Start Time (h:mm), End Time (h:mm), Notes, Set 1 (Reps), Set 1 (KG)"
        ),
    )

    def __init__(self, file: BinaryIO, columns: Columns, survey: Survey, options: ImportOptions) -> None:
        """Find the columns of the sets."""
        left_out = [name for name in columns.left_out if not _SET.fullmatch(name)]
        super().__init__(file, replace(columns, left_out=left_out), survey, options)
        found = ((position, _SET.fullmatch(name)) for position, name in enumerate(columns.header))
        self._sets = [(position, match[1], _COLUMNS[match[2].casefold()]) for position, match in found if match]

    def _read_values(self, row: list[str]) -> dict[str, str]:
        sets = {f"{column} {number}": row[position].strip() for position, number, column in self._sets}
        return super()._read_values(row) | {"weight": ""} | sets

    def _expand(self, values: dict[str, str], line: int) -> Iterable[dict[str, str]]:
        sets = list(self._list_sets(values))
        if not sets:
            self.warnings.add(line, "set_not_done", "This exercise was skipped and was left out.")
        return sets

    def _list_sets(self, values: dict[str, str]) -> Iterator[dict[str, str]]:
        shared = {column: values[column] for column in self._column_names if column != "first_set"}
        for number in dict.fromkeys(number for _, number, _ in self._sets):
            cells = {column: values.get(f"{column} {number}", "") for column in ("reps", "seconds", "weight")}
            if any(cells[column] not in {"", "0", "-"} for column in ("reps", "seconds")):
                yield shared | {"order": number} | cells
