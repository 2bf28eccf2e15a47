"""What the readers of tables have in common: what the file does not say is asked, and rows become workouts."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, ClassVar

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports import assembly, parsing
from exercise_buddy.workouts.imports.assembly import OpenWorkout, SetUnits
from exercise_buddy.workouts.imports.csv_rows import WINDOWS, Sheet
from exercise_buddy.workouts.imports.dates import DateOrder, read_moment
from exercise_buddy.workouts.imports.layouts import Columns, shown
from exercise_buddy.workouts.imports.model import Given, ReadWorkout, Remarks, Units
from exercise_buddy.workouts.imports.parsing import CellError

MAX_PROBLEMS = 100_000
_NOTES = {"notes", "workout_notes"}


@dataclass(slots=True)
class Survey:
    """What a first reading of a table has shown. Nothing in it depends on what its owner says."""

    local_times: bool = False
    weights_without_unit: bool = False
    day_first: bool = False
    month_first: bool = False
    doubtful_dates: bool = False
    decimal_comma: bool = False

    @property
    def date_order(self) -> DateOrder | None:
        """The order of the numbers of all dates, if those that leave no doubt agree."""
        if self.day_first is self.month_first:
            return None
        return "day_first" if self.day_first else "month_first"


def refuse_nonsense(problems: int) -> None:
    """Give a file up of which next to nothing can be read: reading it would take long, and hold the database.

    Raises:
        UnreadableFile: there are too many problems.

    """
    if problems > MAX_PROBLEMS:
        raise UnreadableFile(f"More than {MAX_PROBLEMS:,} rows of this file cannot be read.")


def survey(sheet: Sheet, columns: Columns) -> Survey:
    """Read a table once, for what has to be asked before it can be imported."""
    # Where commas part the cells, they part no decimals.
    found = Survey(decimal_comma=sheet.delimiter != ",")
    date, weight = columns.index["date"], columns.index.get("weight")
    unit = columns.index.get("weight_unit")
    last = None
    broken = 0
    for _, row in sheet.rows():
        if isinstance(row, CellError):
            broken += 1
            refuse_nonsense(broken)
            continue
        if row[date] != last:
            last = row[date]
            _survey_date(found, last.strip())
        says_weight = weight is not None and row[weight].strip(" 0.,\t") != ""
        if says_weight and columns.weight_unit is None and (unit is None or not row[unit].strip()):
            found.weights_without_unit = True
    return found


def _survey_date(found: Survey, text: str) -> None:
    read = read_moment(text)
    if read is None:
        return
    found.local_times |= read.moment.tzinfo is None
    found.day_first |= read.shows == "day_first"
    found.month_first |= read.shows == "month_first"
    found.doubtful_dates |= read.doubtful


def require(found: Survey, given: Given) -> None:
    """Ask for what the file does not say, all of it at once.

    Raises:
        InvalidInput: something is missing.

    """
    errors = []
    if found.weights_without_unit and given.weight_unit is None:
        message = "The file does not say its unit of weight: send kg or lb"
        errors.append(FieldError("/weight_unit", "unit_needed", message))
    if found.local_times and given.time_zone is None:
        message = "The file does not say the time zone of its times: send an IANA name, such as Europe/Berlin"
        errors.append(FieldError("/time_zone", "time_zone_needed", message))
    if found.doubtful_dates and found.date_order is None and given.date_order is None:
        message = "The file has dates like 03/04/2025: send day_first or month_first"
        errors.append(FieldError("/date_order", "date_order_needed", message))
    if errors:
        raise InvalidInput("The file does not say all that it takes to import it.", errors=errors)


class TableReader(ABC):
    """Reads a table. `warnings` and `problems` fill while it is read."""

    _may_be_empty: ClassVar[bool] = False
    """Whether there are workouts without exercises."""

    def __init__(self, file: BinaryIO, columns: Columns, found: Survey, given: Given) -> None:
        """Begin at the first row.

        Args:
            file: the bytes of the CSV.
            columns: what its columns hold.
            found: what a first reading has shown.
            given: what its owner says; at the least what `require` asks for.

        """
        self._file = file
        self._columns = columns
        # Without local times, the zone only tells on what days they fall.
        self._time_zone = given.time_zone or "UTC"
        self.time_zone: str | None = self._time_zone
        self._date_order: DateOrder | None = found.date_order or given.date_order
        self._last_moment: tuple[str, datetime] | None = None
        self.source = columns.layout.source
        self.warnings = Remarks()
        self.problems = Remarks()
        weight = columns.weight_unit or given.weight_unit
        distance = columns.distance_unit or given.distance_unit
        self._units = SetUnits(
            weight=weight or "kg",
            distance=distance or ("mi" if weight == "lb" else "km"),
            distance_said=distance is not None,
            decimal_comma=found.decimal_comma,
        )
        self.units = Units(weight or "per row", self._units.distance)
        if columns.by_order:
            message = "The names of the columns are unknown; what they hold was recognised by their order and content."
            self.warnings.add(1, "columns_by_order", message)
        if columns.unknown:
            message = f"It is not known what these columns hold; they were left out: {shown(columns.unknown)}."
            self.warnings.add(1, "unknown_columns", message)

    def custom_exercises(self) -> Sequence[Any]:
        """Give none: tables know exercises by their names only."""
        return ()

    def workouts(self) -> Generator[ReadWorkout, None, None]:
        """Read the workouts, one after the other. What cannot be read becomes a problem, and the rest goes on."""
        current: OpenWorkout | None = None
        sheet = Sheet(self._file)
        if sheet.encoding == WINDOWS:
            message = (
                "The file is not in UTF-8 and was read as Windows-1252: see whether letters like ä and é are right."
            )
            self.warnings.add(1, "encoding", message)
        try:
            for line, row in sheet.rows():
                if isinstance(row, CellError):
                    self._leave_out(current, line, row)
                    continue
                values = self._values(row)
                try:
                    if current is None or current.key != self._key(values):
                        if current is not None:
                            yield from self._closed(current)
                        current = self._open(values, line)
                    if not current.is_too_large:
                        self._add(current, values, line)
                except CellError as error:
                    # Also one whose date cannot be read: the workout around it goes on after it.
                    self._leave_out(current, line, error)
            if current is not None:
                yield from self._closed(current)
        finally:
            sheet.close()

    def _leave_out(self, current: OpenWorkout | None, line: int, error: CellError) -> None:
        if current is not None:
            current.failed = True
        self.problems.add(line, error.code, error.message)
        refuse_nonsense(self.problems.count)

    def _values(self, row: list[str]) -> dict[str, str]:
        # White space is part of a note, unless it is all of it.
        return {
            holds: row[index] if holds in _NOTES and row[index].strip() else row[index].strip()
            for holds, index in self._columns.index.items()
        }

    def _closed(self, current: OpenWorkout) -> Iterator[ReadWorkout]:
        try:
            yield assembly.close(current, self._time_zone, self.warnings, may_be_empty=self._may_be_empty)
        except CellError as error:
            self.problems.add(current.line, error.code, error.message)

    def _moment(self, text: str) -> datetime:
        """Read a point in time. A local time that there are two of is the first."""
        if self._last_moment is None or self._last_moment[0] != text:
            local = parsing.local_moment(text, self._date_order).moment
            self._last_moment = (text, parsing.aware(local, self._time_zone))
        return self._last_moment[1]

    def _moment_after(self, text: str, start: datetime) -> datetime:
        """Read a point in time that comes after another: of two, when clocks go back, the one that does."""
        moment = self._moment(text)
        if moment >= start:
            return moment
        return parsing.aware(parsing.local_moment(text, self._date_order).moment, self._time_zone, second=True)

    @abstractmethod
    def _key(self, values: dict[str, str]) -> tuple[object, ...]:
        """Give what the rows of one workout have in common."""

    @abstractmethod
    def _open(self, values: dict[str, str], line: int) -> OpenWorkout:
        """Begin the workout of a row."""

    @abstractmethod
    def _add(self, current: OpenWorkout, values: dict[str, str], line: int) -> None:
        """Add a row to its workout."""
