"""The base of readers of files that have a time for each set, and none for the workout.

Sets of one day with the same cells in the other columns of the key are a workout, which a break of three hours ends.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from exercise_buddy.core import types
from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.csv_reader import CsvReader
from exercise_buddy.transfers.imports.model import ParsedWorkout
from exercise_buddy.transfers.imports.row_groups import TableRow

_BREAK = timedelta(hours=3)


class TimedRowsReader(CsvReader):
    """Reads a table whose rows have times of their own."""

    _always_sorts = True

    def _build_key(self, row: TableRow) -> tuple[datetime, tuple[str, ...]]:
        time = self._find_time(row).astimezone(types.zone(self._time_zone))
        return time.replace(hour=0, minute=0, second=0, microsecond=0), tuple(
            row.values[column] for column in self._key
        )

    def _read_workout(self, rows: Sequence[TableRow]) -> Iterator[ParsedWorkout]:
        begin = 0
        for index in range(1, len(rows) + 1):
            if index == len(rows) or self._find_time(rows[index]) - self._find_time(rows[index - 1]) > _BREAK:
                yield from super()._read_workout(rows[begin:index])
                begin = index

    def _start_workout(self, rows: Sequence[TableRow]) -> WorkoutDraft:
        times = [self._find_time(row) for row in rows]
        return WorkoutDraft(rows[0].line, min(times), rows[0].values.get("title", ""), max(times) - min(times))

    def _find_time(self, row: TableRow) -> datetime:
        return self._parse_time(self._join_time(row.values))
