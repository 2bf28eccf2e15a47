"""The first pass over a table: what its rows show, and which options are missing."""

from dataclasses import dataclass, field

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.transfers.errors import UnreadableFile
from exercise_buddy.transfers.imports.csv_rows import CsvTable
from exercise_buddy.transfers.imports.dates import DateOrder, parse_date_time
from exercise_buddy.transfers.imports.layouts import Columns
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.numbers import NumberEvidence, NumberFormat, parse_cell_number
from exercise_buddy.transfers.imports.parsing import WEIGHT_UNITS, CellError

MAX_PROBLEMS = 100_000
_NUMBERS = ("weight", "distance", "reps", "seconds", "rpe", "rir")


@dataclass(slots=True)
class Survey:
    """The findings of the first pass over a table. They do not depend on the options.

    `is_scattered`: rows of one workout are not next to each other. `number_format` is None if it cannot be known.
    """

    local_times: bool = False
    weights_without_unit: bool = False
    day_first: bool = False
    month_first: bool = False
    ambiguous_dates: bool = False
    is_scattered: bool = False
    numbers: NumberEvidence = field(default_factory=NumberEvidence)
    number_format: NumberFormat | None = None
    has_rows: bool = False

    @property
    def date_order(self) -> DateOrder | None:
        """The order of day and month in all dates, if the unambiguous ones agree on it."""
        if self.day_first is self.month_first:
            return None
        return "day_first" if self.day_first else "month_first"

    def add_date(self, text: str) -> bool:
        """Record what a date shows, and return whether it can be read."""
        parsed = parse_date_time(text)
        if parsed is not None:
            self.has_rows = True
            self.local_times |= parsed.value.tzinfo is None
            self.day_first |= parsed.order == "day_first"
            self.month_first |= parsed.order == "month_first"
            self.ambiguous_dates |= parsed.is_ambiguous
        return parsed is not None


def limit_problems(problems: int) -> None:
    """Raise an error for a file of which next to nothing can be read: the import would hold the database for long.

    Raises:
        UnreadableFile: the file has too many problems.

    """
    if problems > MAX_PROBLEMS:
        raise UnreadableFile(f"More than {MAX_PROBLEMS:,} rows of this file cannot be read.")


def survey_table(table: CsvTable, columns: Columns) -> Survey:
    """Return what the rows of a table show about its units, times and numbers.

    Raises:
        UnreadableFile: no row has a date that can be read.

    """
    survey = Survey()
    date, unit = columns.index["date"], columns.index.get("weight_unit")
    weights = [position for column, position in columns.index.items() if column in columns.layout.weights]
    numbers = [columns.index[column] for column in (*_NUMBERS, *columns.layout.weights) if column in columns.index]
    key = [columns.index[column] for column in columns.layout.key if column in columns.index]
    # Of the keys of all workouts, only hashes: a file may have as many workouts as rows.
    seen: set[int] = set()
    last_key: list[str] | None = None
    problems = 0
    for _, row in table.rows():
        if isinstance(row, CellError):
            problems += 1
            limit_problems(problems)
            continue
        row_key = [row[position] for position in key]
        # A row with an unreadable date does not separate the rows around it.
        if row_key != last_key and survey.add_date(row[date].strip()):
            last_key = row_key
            if not survey.is_scattered:
                hashed = hash(tuple(row_key))
                survey.is_scattered = hashed in seen
                seen.add(hashed)
        for position in numbers:
            survey.numbers.add(row[position])
        if columns.weight_unit is None and not survey.weights_without_unit and (unit is None or not row[unit].strip()):
            survey.weights_without_unit = any(_lacks_unit(row[position]) for position in weights)
    if not survey.has_rows:
        raise UnreadableFile("No row of this file can be read: none has a date, such as 2026-03-29 18:30:00.")
    survey.number_format = columns.layout.number_format or survey.numbers.find_format(table.delimiter)
    return survey


def _lacks_unit(text: str) -> bool:
    """Return whether a cell has a weight without a unit."""
    if text.strip(" 0.,\t") == "":
        return False
    number = parse_cell_number(text.strip(), "decimal_point")
    return number is None or number.unit not in WEIGHT_UNITS


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
    if survey.number_format is None and options.number_format is None:
        message = "The file has numbers like 1.250 or 1,250: send decimal_point or decimal_comma"
        errors.append(FieldError("/number_format", "number_format_needed", message))
    if errors:
        raise InvalidInput("The import of this file needs more options.", errors=errors)
