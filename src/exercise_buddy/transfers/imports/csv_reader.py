"""The base of the readers of tables: it assembles rows to workouts. What an app does otherwise, its reader overrides.

A row is a set. Rows with the same cells in the columns of the layout's `key` are a workout, wherever they are in the
table. Within it, rows with the same exercise are an exercise, until the number of the set starts over.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import BinaryIO, ClassVar

from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import WorkoutDraft
from exercise_buddy.transfers.imports.csv_rows import WINDOWS, open_table
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.layouts import Columns, Layout, join_printable
from exercise_buddy.transfers.imports.measurements import Measurements
from exercise_buddy.transfers.imports.model import ImportOptions, ParsedExercise, ParsedWorkout, Units, fold_name
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.row_groups import TableRow, drop_repeated_rows, sort_rows
from exercise_buddy.transfers.imports.set_cells import SetCells, SetUnits
from exercise_buddy.transfers.imports.survey import Survey, limit_problems
from exercise_buddy.workouts.public import MAX_SETS, SetInput, SetKind

_NOTES = ("notes", "workout_notes")
_DAY = timedelta(days=1)
_MAX_SECONDS = 10**10  # More than a workout lasts; a timedelta holds not much more.
_MAX_TIMES = 16_384
# A workout of more rows has too many sets, whatever other rows it has.
_MAX_ROWS = 5 * MAX_SETS


class CsvReader:
    """Reads a table. `warnings` and `problems` grow while it reads."""

    layout: ClassVar[Layout]
    _allows_empty_workouts: ClassVar[bool] = False
    _always_sorts: ClassVar[bool] = False

    def __init__(self, file: BinaryIO, columns: Columns, survey: Survey, options: ImportOptions) -> None:
        """Prepare the reading of a file. `options` has passed `require_options`."""
        self._file = file
        self._column_names = tuple(columns.index)
        self._get_cells = itemgetter(*columns.index.values())
        self._notes = [(column, columns.index[column]) for column in _NOTES if column in columns.index]
        self._key = [column for column in columns.layout.key if column in columns.index and column != "date"]
        self._is_scattered = survey.is_scattered or self._always_sorts
        # Where all times have an offset, the zone decides only on which days they fall.
        self._time_zone = options.time_zone or "UTC"
        self.time_zone: str | None = self._time_zone
        self._date_order: DateOrder | None = survey.date_order or options.date_order
        self._last_time: tuple[str, datetime] | None = None
        # In a scattered table, each row may have another time than the row before.
        self._times: dict[str, datetime] = {}
        self._has_problems = False
        self._assumes_noon = False
        self.source = columns.layout.source
        self.warnings = Remarks()
        self.problems = Remarks()
        self.measurements = Measurements(self.warnings, self.problems)
        weight = columns.weight_unit or options.weight_unit
        distance = columns.distance_unit or options.distance_unit
        self._units = SetUnits(
            weight=weight or "kg",
            distance=distance or ("mi" if weight == "lb" else "km"),
            is_distance_stated=distance is not None,
            number_format=survey.number_format or options.number_format,
        )
        self.units = Units(weight or "per row", self._units.distance)
        if columns.by_order:
            message = "The column names are unknown; the columns were recognised by their order and content."
            self.warnings.add(1, "columns_by_order", message)
        if columns.left_out:
            message = f"These columns were left out: {join_printable(columns.left_out)}."
            self.warnings.add(1, "unknown_columns", message)

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return none: tables have only the names of exercises."""
        return ()

    def workouts(self) -> Generator[ParsedWorkout, None, None]:
        """Yield the workouts, one by one. What cannot be read becomes a problem, and reading continues.

        Raises:
            UnreadableFile: no row of the table can be read.

        """
        has_rows = False
        for rows in self._group_rows(self._read_rows()):
            has_rows = True
            yield from self._read_workout(rows)
        if not has_rows:
            first = self.problems.first[0].message if self.problems.first else "It has no rows."
            raise UnreadableFile(f"No row of this file can be read. {first}")

    # --- rows ------------------------------------------------------------------------------------------------------

    def _read_rows(self) -> Iterator[TableRow]:
        position = 0
        with open_table(self._file) as table:
            if table.encoding == WINDOWS:
                message = "The file is not in UTF-8 and was read as Windows-1252: check letters like ä and é."
                self.warnings.add(1, "encoding", message)
            for line, row in table.rows(self.warnings):
                if isinstance(row, CellError):
                    self._add_problem(line, row)
                    continue
                for values in self._expand(self._read_values(row), line):
                    position += 1
                    yield TableRow(line, position, values)

    def _expand(self, values: dict[str, str], line: int) -> Iterable[dict[str, str]]:  # noqa: ARG002  (of readers)
        """Return the sets of a row: itself, unless the app writes several sets in a row, or sets that were not done."""
        return (values,)

    def _read_values(self, row: list[str]) -> dict[str, str]:
        # White space is part of a note, unless the note is blank.
        values = dict(zip(self._column_names, map(str.strip, self._get_cells(row)), strict=True))
        for column, index in self._notes:
            if values[column]:
                values[column] = row[index]
        return values

    def _add_problem(self, line: int, error: CellError) -> None:
        self._has_problems = True
        self.problems.add(line, error.code, error.message)
        limit_problems(self.problems.count)

    def _build_key(self, row: TableRow) -> tuple[datetime, tuple[str, ...]]:
        """Return what the rows of one workout have in common."""
        return self._parse_time(self._join_time(row.values)), tuple(row.values[column] for column in self._key)

    def _find_sort_key(self, row: TableRow) -> tuple[float, object] | None:
        try:
            time, others = self._build_key(row)
        except CellError as error:
            self._add_problem(row.line, error)
            return None
        return time.timestamp(), others

    def _group_rows(self, rows: Iterable[TableRow]) -> Iterator[list[TableRow]]:
        """Yield the rows of each workout.

        A row with an unreadable date between rows of one workout is a row of it.
        """
        if self._is_scattered:
            rows = sort_rows(rows, self._find_sort_key)
        group: list[TableRow] = []
        undated: list[tuple[TableRow, CellError]] = []
        key: tuple[object, ...] | None = None
        for row in rows:
            try:
                row_key = self._build_key(row)
            except CellError as error:
                undated.append((row, error))
                if len(undated) > _MAX_ROWS:
                    self._add_undated(undated)
                continue
            if row_key != key:
                self._add_undated(undated)
                if group:
                    yield group
                group, key = [], row_key
                self._has_problems = False
            self._add_undated(undated, group, row)
            if len(group) <= _MAX_ROWS:
                group.append(row)
        self._add_undated(undated)
        if group:
            yield group

    def _add_undated(
        self,
        undated: list[tuple[TableRow, CellError]],
        group: list[TableRow] | None = None,
        after: TableRow | None = None,
    ) -> None:
        """Add rows without a date to the workout of the rows around them, if it has the same name. Else report them."""
        for row, error in undated:
            if group and after and all(row.values[column] == after.values[column] for column in self._key):
                message = f"{error.message} The set is imported into the workout around it."
                self.warnings.add(row.line, error.code, message)
                group.append(row)
            else:
                self._add_problem(row.line, error)
        undated.clear()

    # --- workouts --------------------------------------------------------------------------------------------------

    def _read_workout(self, rows: Sequence[TableRow]) -> Iterator[ParsedWorkout]:
        has_problems = self._has_problems
        rows, repeated = drop_repeated_rows(rows, are_numbered="order" in rows[0].values)
        for block in repeated:
            action = "they are imported once" if block.is_dropped else "check whether they were done twice"
            message = f"From here on, the file has rows of this workout a second time; {action}."
            self.warnings.add(block.first.line, "repeated_rows", message)
        try:
            draft = self._start_workout(rows)
            self._add_rows(draft, rows)
            draft.has_problems |= has_problems
            yield assembly.build_workout(draft, self._time_zone, self.warnings, allow_empty=self._allows_empty_workouts)
        except CellError as error:
            self._add_problem(rows[0].line, error)

    def _add_rows(self, draft: WorkoutDraft, rows: Sequence[TableRow]) -> None:
        for row in rows:
            if draft.is_too_large or len(rows) > _MAX_ROWS:
                raise assembly.too_large()
            try:
                self._add_row(draft, row.values, row.line)
            except CellError as error:
                draft.has_problems = True
                self._add_problem(row.line, error)

    def _start_workout(self, rows: Sequence[TableRow]) -> WorkoutDraft:
        """Return the draft of the workout that has these rows. Their end or their duration is that of the first."""
        line, values = rows[0].line, rows[0].values
        draft = WorkoutDraft(line, self._parse_time(self._join_time(values)), values.get("title", ""))
        if end := values.get("end"):
            # A time alone is one of the day of the start.
            end = f"{values['date']} {end}" if parsing.is_time_of_day(end) else end
            draft.duration = self._find_duration(end, draft.started_at, line)
        elif text := values.get("duration"):
            seconds = parsing.parse_duration(text)
            if seconds is None:
                message = "The duration cannot be read; the workout is imported without it."
                self.warnings.add(line, "unreadable_duration", message)
            else:
                draft.duration = timedelta(seconds=min(seconds, _MAX_SECONDS))
        return draft

    @staticmethod
    def _join_time(values: dict[str, str]) -> str:
        time = values.get("time")
        return f"{values['date']} {time}" if time else values["date"]

    def _find_duration(self, end: str, start: datetime, line: int) -> timedelta | None:
        """Return the time from a start to an end, which may be past midnight although it has the date of the start."""
        try:
            duration = self._parse_end(end, start) - start
        except CellError:
            message = "The end of this workout cannot be read; the workout is imported without it."
            self.warnings.add(line, "unreadable_end", message)
            return None
        if -_DAY < duration < timedelta():
            message = "This workout ends before it begins; its end is taken to be on the next day."
            self.warnings.add(line, "ends_next_day", message)
            return duration + _DAY
        return duration

    def _parse_time(self, text: str) -> datetime:
        """Return a time in UTC. Of a local time that occurs twice, the first. A day without a time begins at noon."""
        if (known := self._times.get(text)) is not None:
            return known
        if self._last_time is None or self._last_time[0] != text:
            parsed = parsing.parse_local_time(text, self._date_order)
            local = parsed.value
            if not parsed.has_time:
                local = local.replace(hour=12)
                if not self._assumes_noon:
                    self._assumes_noon = True
                    message = "The file has days without a time: their workouts are imported as if they began at noon."
                    self.warnings.add(1, "time_assumed", message)
            self._last_time = (text, parsing.convert_to_utc(local, self._time_zone))
            if self._is_scattered and len(self._times) < _MAX_TIMES:
                self._times[text] = self._last_time[1]
        return self._last_time[1]

    def _parse_end(self, text: str, start: datetime) -> datetime:
        """Return the end of a workout in UTC: of a local time that occurs twice, the one after the start."""
        local = parsing.parse_local_time(text, self._date_order).value
        end = parsing.convert_to_utc(local, self._time_zone)
        return end if end >= start else parsing.convert_to_utc(local, self._time_zone, second=True)

    # --- sets ------------------------------------------------------------------------------------------------------

    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        """Add a row to its workout."""
        name = assembly.parse_exercise_name(values["exercise"], line, self.warnings)
        workout_set = self._parse_set(values, self._parse_kind(values, line), line)
        order = parsing.parse_ordinal(values.get("order", ""))
        superset = values.get("superset", "")
        added = ParsedExercise(name, superset=assembly.number_superset(superset, draft))
        exercise = assembly.find_or_add_exercise(draft, added, f"{superset}/{fold_name(name)}", order)
        assembly.add_note(exercise.notes, values.get("notes"))
        assembly.add_note(draft.notes, values.get("workout_notes"))
        assembly.add_set(draft, exercise, workout_set, order)

    def _parse_kind(self, values: dict[str, str], line: int) -> SetKind:
        kind = assembly.find_kind(values.get("kind", ""))
        if kind is None:
            self.warnings.add(line, "unknown_set_type", "The type of this set is unknown; it is read as a normal set.")
        return kind or SetKind.NORMAL

    def _parse_set(self, values: dict[str, str], kind: SetKind, line: int) -> SetInput:
        return SetCells(values, self._units, line, self.warnings).build_set(kind)
