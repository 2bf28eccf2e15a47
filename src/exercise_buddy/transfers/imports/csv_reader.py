"""The base of all CSV readers: a first pass finds the missing options, a second one assembles rows to workouts."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import BinaryIO, ClassVar

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import assembly, parsing
from exercise_buddy.transfers.imports.assembly import SetUnits, WorkoutDraft
from exercise_buddy.transfers.imports.csv_rows import WINDOWS, CsvTable, open_table
from exercise_buddy.transfers.imports.dates import DateOrder, parse_date_time
from exercise_buddy.transfers.imports.layouts import Columns, Layout, join_printable
from exercise_buddy.transfers.imports.model import ImportOptions, ParsedWorkout, Remarks, Units
from exercise_buddy.transfers.imports.parsing import CellError

MAX_PROBLEMS = 100_000
_NOTES = ("notes", "workout_notes")


@dataclass(slots=True)
class Survey:
    """The findings of the first pass over a table. They do not depend on the options."""

    local_times: bool = False
    weights_without_unit: bool = False
    day_first: bool = False
    month_first: bool = False
    ambiguous_dates: bool = False
    decimal_comma: bool = False

    @property
    def date_order(self) -> DateOrder | None:
        """The order of day and month in all dates, if the unambiguous ones agree on it."""
        if self.day_first is self.month_first:
            return None
        return "day_first" if self.day_first else "month_first"

    def add_date(self, text: str) -> None:
        """Record what a date shows."""
        parsed = parse_date_time(text)
        if parsed is not None:
            self.local_times |= parsed.value.tzinfo is None
            self.day_first |= parsed.order == "day_first"
            self.month_first |= parsed.order == "month_first"
            self.ambiguous_dates |= parsed.is_ambiguous


def limit_problems(problems: int) -> None:
    """Raise an error for a file of which next to nothing can be read: the import would hold the database for long.

    Raises:
        UnreadableFile: the file has too many problems.

    """
    if problems > MAX_PROBLEMS:
        raise UnreadableFile(f"More than {MAX_PROBLEMS:,} rows of this file cannot be read.")


def survey_table(table: CsvTable, columns: Columns) -> Survey:
    """Return what the rows of a table show about its units, times and numbers."""
    # Where commas separate cells, they do not separate decimals.
    survey = Survey(decimal_comma=table.delimiter != ",")
    date, weight = columns.index["date"], columns.index.get("weight")
    unit = columns.index.get("weight_unit")
    last_date = None
    problems = 0
    for _, row in table.rows():
        if isinstance(row, CellError):
            problems += 1
            limit_problems(problems)
            continue
        if row[date] != last_date:
            last_date = row[date]
            survey.add_date(last_date.strip())
        has_weight = weight is not None and row[weight].strip(" 0.,\t") != ""
        if has_weight and columns.weight_unit is None and (unit is None or not row[unit].strip()):
            survey.weights_without_unit = True
    return survey


def require_options(survey: Survey, options: ImportOptions) -> None:
    """Raise an error that names all missing options at once.

    Raises:
        InvalidInput: an option is missing.

    """
    errors = []
    if survey.weights_without_unit and options.weight_unit is None:
        message = "The file does not state its unit of weight: send kg or lb"
        errors.append(FieldError("/weight_unit", "unit_needed", message))
    if survey.local_times and options.time_zone is None:
        message = "The file does not state the time zone of its times: send an IANA name, such as Europe/Berlin"
        errors.append(FieldError("/time_zone", "time_zone_needed", message))
    if survey.ambiguous_dates and survey.date_order is None and options.date_order is None:
        message = "The file has dates like 03/04/2025: send day_first or month_first"
        errors.append(FieldError("/date_order", "date_order_needed", message))
    if errors:
        raise InvalidInput("The import of this file needs more options.", errors=errors)


class CsvReader(ABC):
    """Reads a table. `warnings` and `problems` grow while it reads."""

    layout: ClassVar[Layout]
    _allows_empty_workouts: ClassVar[bool] = False

    def __init__(self, file: BinaryIO, columns: Columns, survey: Survey, options: ImportOptions) -> None:
        """Prepare the reading of a file. `options` has passed `require_options`."""
        self._file = file
        self._column_names = tuple(columns.index)
        self._get_cells = itemgetter(*columns.index.values())
        self._notes = [(column, columns.index[column]) for column in _NOTES if column in columns.index]
        # Where all times have an offset, the zone decides only on which days they fall.
        self._time_zone = options.time_zone or "UTC"
        self.time_zone: str | None = self._time_zone
        self._date_order: DateOrder | None = survey.date_order or options.date_order
        self._last_time: tuple[str, datetime] | None = None
        self.source = self.layout.source
        self.warnings = Remarks()
        self.problems = Remarks()
        weight = columns.weight_unit or options.weight_unit
        distance = columns.distance_unit or options.distance_unit
        self._units = SetUnits(
            weight=weight or "kg",
            distance=distance or ("mi" if weight == "lb" else "km"),
            is_distance_stated=distance is not None,
            decimal_comma=survey.decimal_comma,
        )
        self.units = Units(weight or "per row", self._units.distance)
        if columns.by_order:
            message = "The column names are unknown; the columns were recognised by their order and content."
            self.warnings.add(1, "columns_by_order", message)
        if columns.unknown:
            message = f"These columns are unknown and were left out: {join_printable(columns.unknown)}."
            self.warnings.add(1, "unknown_columns", message)

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return none: tables have only the names of exercises."""
        return ()

    def workouts(self) -> Generator[ParsedWorkout, None, None]:
        """Yield the workouts, one by one. What cannot be read becomes a problem, and reading continues."""
        draft: WorkoutDraft | None = None
        with open_table(self._file) as table:
            if table.encoding == WINDOWS:
                message = "The file is not in UTF-8 and was read as Windows-1252: check letters like ä and é."
                self.warnings.add(1, "encoding", message)
            for line, row in table.rows():
                if isinstance(row, CellError):
                    self._add_problem(draft, line, row)
                    continue
                values = self._read_values(row)
                try:
                    if draft is None or draft.key != self._build_key(values):
                        if draft is not None:
                            yield from self._finish(draft)
                        draft = self._start_workout(values, line)
                    if not draft.is_too_large:
                        self._add_row(draft, values, line)
                except CellError as error:
                    # A row with an unreadable date too: the workout around it continues after it.
                    self._add_problem(draft, line, error)
            if draft is not None:
                yield from self._finish(draft)

    def _add_problem(self, draft: WorkoutDraft | None, line: int, error: CellError) -> None:
        if draft is not None:
            draft.has_problems = True
        self.problems.add(line, error.code, error.message)
        limit_problems(self.problems.count)

    def _read_values(self, row: list[str]) -> dict[str, str]:
        # White space is part of a note, unless the note is blank.
        values = dict(zip(self._column_names, map(str.strip, self._get_cells(row)), strict=True))
        for column, index in self._notes:
            if values[column]:
                values[column] = row[index]
        return values

    def _finish(self, draft: WorkoutDraft) -> Iterator[ParsedWorkout]:
        try:
            yield assembly.build_workout(draft, self._time_zone, self.warnings, allow_empty=self._allows_empty_workouts)
        except CellError as error:
            self.problems.add(draft.line, error.code, error.message)

    def _parse_time(self, text: str) -> datetime:
        """Return a time in UTC. Of a local time that occurs twice, the first."""
        if self._last_time is None or self._last_time[0] != text:
            local = parsing.parse_local_time(text, self._date_order)
            self._last_time = (text, parsing.convert_to_utc(local, self._time_zone))
        return self._last_time[1]

    def _parse_end(self, text: str, start: datetime) -> datetime:
        """Return the end of a workout in UTC: of a local time that occurs twice, the one after the start."""
        end = self._parse_time(text)
        if end >= start:
            return end
        return parsing.convert_to_utc(parsing.parse_local_time(text, self._date_order), self._time_zone, second=True)

    @abstractmethod
    def _build_key(self, values: dict[str, str]) -> tuple[object, ...]:
        """Return what the rows of one workout have in common."""

    @abstractmethod
    def _start_workout(self, values: dict[str, str], line: int) -> WorkoutDraft:
        """Return the draft of the workout that begins with a row."""

    @abstractmethod
    def _add_row(self, draft: WorkoutDraft, values: dict[str, str], line: int) -> None:
        """Add a row to its workout."""
