"""The base of the readers of tables of body measurements. What an app writes in a row, its reader says.

The day of a measurement is that of the file: a local time needs no time zone.
"""

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from typing import BinaryIO

from exercise_buddy.core import types
from exercise_buddy.exercises.public import CustomExerciseInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports import parsing
from exercise_buddy.transfers.imports.csv_rows import WINDOWS, CsvTable, open_table
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.layouts import fold_column_name
from exercise_buddy.transfers.imports.measurements import Measurements, find_local_time
from exercise_buddy.transfers.imports.model import FileStart, ImportOptions, ParsedWorkout, Units
from exercise_buddy.transfers.imports.numbers import NumberFormat, is_nothing, parse_cell_number
from exercise_buddy.transfers.imports.parsing import CellError
from exercise_buddy.transfers.imports.remarks import Remarks
from exercise_buddy.transfers.imports.survey import Survey, limit_problems, require_options
from exercise_buddy.workouts.public import Source


def read_header(start: FileStart) -> list[str]:
    """Return the folded names of the columns of a table by its start; of another file, whatever its first line has."""
    try:
        return [fold_column_name(name) for name in CsvTable(io.StringIO(start.text)).header]
    except (csv.Error, UnreadableFile):
        return []


class MeasurementTable(ABC):
    """Reads a table of body measurements. `warnings` and `problems` grow while it reads."""

    source: Source
    time_zone: str | None = None

    def __init__(self, file: BinaryIO, options: ImportOptions) -> None:
        """Read the table once, to find what it does not state.

        Raises:
            UnreadableFile: no row has a date.
            InvalidInput: an option is missing.

        """
        self._file = file
        self._joined: list[tuple[str, MeasurementTable]] = []
        self._zone = None if options.time_zone is None else types.zone(options.time_zone)
        self.warnings = Remarks()
        self.problems = Remarks()
        self.measurements = Measurements(self.warnings, self.problems)
        with open_table(file) as table:
            self._columns = self._find_columns([fold_column_name(name) for name in table.header])
            self._header = table.header
            survey = self._survey(table)
        require_options(survey, options)
        self._weight_unit = options.weight_unit
        self._date_order: DateOrder | None = survey.date_order or options.date_order
        self._number_format: NumberFormat | None = survey.number_format or options.number_format
        self.units = Units(self._find_weight_unit() or options.weight_unit or "per row", "m")

    @abstractmethod
    def _find_columns(self, header: Sequence[str]) -> Mapping[str, int]:
        """Return the positions of the columns in a folded header: at least of `date`."""

    @abstractmethod
    def _find_weight_unit(self) -> str | None:
        """Return the unit of all weights of the table; None if it does not state one."""

    @abstractmethod
    def _list_weights(self, row: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Return the cells of a row with a body mass, each with its unit, or an empty text."""

    @abstractmethod
    def _list_numbers(self, row: Sequence[str]) -> Sequence[str]:
        """Return the cells of a row with numbers."""

    @abstractmethod
    def _read_row(self, row: Sequence[str], line: int) -> tuple[float | None, float | None]:
        """Return the mass in kilograms and body fat in percent of a row, and count what is left out of it."""

    def join(self, name: str, others: Mapping[str, "MeasurementTable"]) -> None:
        """Read other tables of the app after this one: some apps write a file for each kind of measurement.

        Args:
            name: the name of this file.
            others: the other readers by the names of their files.

        """
        self._joined = [(name, self), *others.items()]

    def custom_exercises(self) -> Sequence[CustomExerciseInput]:
        """Return none."""
        return ()

    def workouts(self) -> Generator[ParsedWorkout, None, None]:
        """Read all measurements; yield no workout.

        Raises:
            UnreadableFile: no row of the table can be read.

        """
        for name, table in self._joined or [("", self)]:
            self.measurements.file_name = f"{name}: " if name else ""
            table.warnings, table.problems, table.measurements = self.warnings, self.problems, self.measurements
            table._read_rows()  # noqa: SLF001  (of its own class)
        if self.measurements.is_empty:
            first = self.problems.first[0].message if self.problems.first else "It has no values."
            raise UnreadableFile(f"No row of this file can be read. {first}")
        yield from ()

    def _survey(self, table: CsvTable) -> Survey:
        survey = Survey()
        states_unit = self._find_weight_unit() is not None
        problems = 0
        for _, row in table.rows():
            if isinstance(row, CellError) or not survey.add_date(row[self._columns["date"]].strip()):
                problems += 1
                limit_problems(problems)
                continue
            for cell in self._list_numbers(row):
                survey.numbers.add(cell)
            survey.weights_without_unit |= not states_unit and any(
                not is_nothing(cell.strip()) and not unit.strip() for cell, unit in self._list_weights(row)
            )
        if not survey.has_rows:
            raise UnreadableFile("No row of this file can be read: none has a date, such as 2026-03-29 18:30:00.")
        survey.local_times = False
        survey.number_format = survey.numbers.find_format(table.delimiter)
        return survey

    def _read_rows(self) -> None:
        measurements = self.measurements
        with open_table(self._file) as table:
            if table.encoding == WINDOWS:
                message = "The file is not in UTF-8 and was read as Windows-1252: check letters like ä and é."
                measurements.warn(1, "encoding", message)
            for line, row in table.rows(self.warnings):
                try:
                    if isinstance(row, CellError):
                        raise row
                    parsed = parsing.parse_local_time(row[self._columns["date"]].strip(), self._date_order)
                    time = find_local_time(parsed.value, self._zone)
                    mass, fat = self._read_row(row, line)
                except CellError as error:
                    measurements.skip(line, error.code, error.message)
                else:
                    measurements.add(line, time, mass, fat)

    def _parse_mass(self, text: str, unit: str | None) -> float | None:
        """Return a mass in kilograms; None if the cell has none. A unit in the cell holds before that of the column."""
        if is_nothing(text):
            return None
        number = parse_cell_number(text, self._number_format)
        if number is None:
            raise CellError("unreadable_number", "The body mass is not a number.")
        name = number.unit or unit or self._weight_unit or ""
        known = parsing.WEIGHT_UNITS.get(name.casefold().strip(" ."))
        if known is None:
            raise CellError("unknown_unit", "The unit of the body mass is neither kg nor lb.")
        return number.value * parsing.KILOGRAMS[known]

    def _parse_fat(self, text: str) -> float | None:
        """Return body fat in percent, which these apps write; None if the cell has none."""
        if is_nothing(text):
            return None
        number = parse_cell_number(text, self._number_format)
        if number is None or number.unit not in {"", "%"}:
            raise CellError("unreadable_number", "The body fat is not a number of percent.")
        return number.value
