"""Reads the cells of the tables that training apps export: numbers, units, dates, durations and texts."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from exercise_buddy.core import fields
from exercise_buddy.workouts.imports.schemas import DistanceUnit, WeightUnit

WEIGHT_UNITS: dict[str, WeightUnit] = {"kg": "kg", "kgs": "kg", "lb": "lb", "lbs": "lb"}
DISTANCE_UNITS: dict[str, DistanceUnit] = {"m": "m", "meters": "m", "km": "km", "mi": "mi", "miles": "mi"}

# The value of a number with so many digits is beyond every bound; how far, does not matter.
_MAX_DIGITS = 10
_DURATION = re.compile(r"(?:(?P<h>\d+)\s*h)?\s*(?:(?P<m>\d+)\s*m(?:in)?)?\s*(?:(?P<s>\d+)\s*s(?:ec)?)?", re.IGNORECASE)
_EXERCISE_NAME: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(max_length=120), fields.OneLine])
_MOMENT: TypeAdapter[datetime] = TypeAdapter(fields.Moment)

Unit = TypeVar("Unit", WeightUnit, DistanceUnit)


class CellError(Exception):
    """A cell that cannot be read: its row is left out, and this is said of it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def number(text: str, what: str) -> float | None:
    """Read a number, 0 or more; None if the cell is empty.

    Raises:
        CellError: it is none.

    """
    if not text:
        return None
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value - value != 0 or "_" in text:
        raise CellError("not_a_number", f"The {what} is not a number.")
    if value < 0:
        raise CellError("out_of_range", f"The {what} is negative.")
    return value


def whole_number(text: str, what: str) -> int | None:
    """Read a whole number, 0 or more; None if the cell is empty.

    Raises:
        CellError: it is none.

    """
    value = number(text, what)
    if value is None:
        return None
    if value != int(value):
        raise CellError("not_a_whole_number", f"The {what} are not a whole number.")
    return int(value)


def ordinal(text: str) -> int | None:
    """Read the number of a set; None if the cell holds something else."""
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def unit(text: str, units: dict[str, Unit], default: Unit, what: str) -> Unit:
    """Read a unit; the default if the cell is empty.

    Raises:
        CellError: it is none that we know.

    """
    if not text:
        return default
    found = units.get(text.casefold())
    if found is None:
        raise CellError("unknown_unit", f"The unit of the {what} is none of {', '.join(units)}.")
    return found


def exercise_name(text: str) -> str:
    """Read the name of an exercise.

    Raises:
        CellError: it is empty, too long, or has control characters.

    """
    try:
        return _EXERCISE_NAME.validate_python(text)
    except ValidationError as error:
        raise CellError("exercise_name", f"The name of the exercise: {reason(error)}.") from None


def moment(text: str, time_zone: str) -> datetime:
    """Read a point in time: local to `time_zone` (IANA) unless it has an offset. Gives an aware one.

    A local time that there are two of, when clocks go back, is the first; one that there is none of, when they go
    forward, is read by the offset before.

    Raises:
        CellError: it cannot be read, or lies before 1970 or in the future.

    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise CellError("unreadable_date", "The date cannot be read: it should be like 2026-03-29 18:30:00.") from None
    aware = local if local.tzinfo is not None else local.replace(tzinfo=fields.zone(time_zone))
    try:
        return _MOMENT.validate_python(aware)
    except (ValidationError, OverflowError):
        raise CellError("date_out_of_range", "The date lies before 1970 or in the future.") from None


def duration_seconds(text: str) -> int | None:
    """Read a duration, such as `1h 5m`, `45min` or `3900` (seconds). None if it is none."""
    if text.isdecimal():
        return int(text[:_MAX_DIGITS])
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (int((part or "0")[:_MAX_DIGITS]) for part in found.group("h", "m", "s"))
    return hours * 3600 + minutes * 60 + seconds


def without_control_characters(text: str) -> str:
    """Take out what no text may hold; line breaks and tabs stay."""
    return "".join(letter for letter in text if letter in "\n\r\t" or unicodedata.category(letter) != "Cc")


def reason(error: ValidationError) -> str:
    """Give the first thing that a model found wrong, in its words."""
    return error.errors()[0]["msg"].removeprefix("Value error, ")
