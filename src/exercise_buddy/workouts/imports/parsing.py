# ruff: noqa: RUF001  (units in other scripts)
"""Reads the cells of the tables that training apps export: numbers, units, dates, durations and texts."""

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from exercise_buddy.core import types
from exercise_buddy.workouts.imports.dates import DateOrder, ReadMoment, read_moment
from exercise_buddy.workouts.imports.months import folded

KILOGRAMS = {"kg": 1.0, "lb": 0.45359237}
METERS = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048}

WEIGHT_UNITS = {"kg": "kg", "kgs": "kg", "kilo": "kg", "kilos": "kg", "kilogram": "kg", "kilograms": "kg", "кг": "kg"}
WEIGHT_UNITS |= {"公斤": "kg", "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "фунт": "lb", "磅": "lb"}
DISTANCE_UNITS = {"m": "m", "meter": "m", "meters": "m", "metre": "m", "metres": "m", "м": "m"}
DISTANCE_UNITS |= {"km": "km", "kms": "km", "kilometer": "km", "kilometers": "km", "kilometre": "km", "км": "km"}
DISTANCE_UNITS |= {"kilometres": "km", "mi": "mi", "mile": "mi", "miles": "mi", "yd": "yd", "yds": "yd", "yard": "yd"}
DISTANCE_UNITS |= {"yards": "yd", "ft": "ft", "feet": "ft", "foot": "ft"}

# The words of languages that write them with our letters. Not those for which a pound is half a kilogram.
WEIGHT_UNITS |= dict.fromkeys(
    ["kilogramm", "kilogramme", "kilogrammes", "kilogramos", "quilogramas", "quilos", "chilogrammi"], "kg"
)
WEIGHT_UNITS |= dict.fromkeys(["libras", "libra", "livres", "livre", "libbre", "libbra"], "lb")
DISTANCE_UNITS |= dict.fromkeys(["metros", "metro", "mètres", "mètre", "metri"], "m")
DISTANCE_UNITS |= dict.fromkeys(["kilómetros", "quilômetros", "quilómetros", "chilometri", "kilomètres"], "km")
DISTANCE_UNITS |= dict.fromkeys(["millas", "milla", "milhas", "miglia", "meilen", "mijl"], "mi")

# The value of a number with so many digits is beyond every bound; how far, does not matter.
_MAX_DIGITS = 10
_NUMBER = re.compile(r"[+-]?\d*[.,]?\d*(?:e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<mark>[.,'’ ])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d*)?")
_DOUBTFUL = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{2})")
_PART = re.compile(r"(\d+)\s*([^\W\d_]+)\.?,?\s*")
# The words for hours, minutes and seconds, by the letters they begin with, folded.
_HOURS = ("h", "st", "ч", "год", "時", "时", "小", folded("시"), "u", "o", "g", "t", "sa")
_MINUTES = ("m", "м", "хв", "分", folded("분"), "dk", "dak")
_DAYS = {"d", "day", "days"}
_SECONDS = ("s", "с", "秒", folded("초"))
_EXERCISE_NAME: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(max_length=120), types.SingleLine])
_MOMENT: TypeAdapter[datetime] = TypeAdapter(types.Timestamp)


class CellError(Exception):
    """A cell that cannot be read: its row is left out, and this is said of it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def number(text: str, what: str, *, decimal_comma: bool = False) -> float | None:
    """Read a number, 0 or more; None if the cell is empty.

    Args:
        text: such as `50`, `50.5`, `50,5`, `1,234.5` or `1.234,5`.
        what: what to call it in a message.
        decimal_comma: whether the file has decimal commas, so that `1,234` is a little over one.

    Raises:
        CellError: it is none, or `1,234` may be either.

    """
    if not text:
        return None
    value = _value(text, decimal_comma=decimal_comma)
    if value is None and _DOUBTFUL.fullmatch(text):
        raise CellError("ambiguous_number", f"The {what} may have a decimal comma, or one between thousands.")
    if value is None or value - value != 0:
        raise CellError("not_a_number", f"The {what} is not a number.")
    if value < 0:
        raise CellError("out_of_range", f"The {what} is negative.")
    return value


@lru_cache(maxsize=4096)
def _value(text: str, *, decimal_comma: bool) -> float | None:
    text = unicodedata.normalize("NFKC", text).strip()
    if _DOUBTFUL.fullmatch(text) and not decimal_comma:
        return None
    if not _NUMBER.fullmatch(text):
        grouped = _GROUPED.fullmatch(text)
        if grouped is None:
            return None
        text = text.replace(grouped["mark"], "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


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
    text = text.removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def unit(text: str, units: dict[str, str], default: str, what: str) -> str:
    """Read a unit; the default if the cell is empty.

    Raises:
        CellError: it is none that we know.

    """
    if not text:
        return default
    found = units.get(text.casefold().strip(".()"))
    if found is None:
        raise CellError("unknown_unit", f"The unit of the {what} is none of {', '.join(sorted(set(units.values())))}.")
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


def local_moment(text: str, order: DateOrder | None) -> ReadMoment:
    """Read a point in time, which may be of no zone.

    Raises:
        CellError: it cannot be read.

    """
    found = read_moment(text, order)
    if found is None:
        raise CellError("unreadable_date", "The date cannot be read: it should be like 2026-03-29 18:30:00.")
    return found


def aware(local: datetime, time_zone: str, *, second: bool = False) -> datetime:
    """Give a point in time in UTC, in which what lasts two hours is two hours, whatever the clocks do meanwhile.

    A local time that there are two of, when clocks go back, is the first; one that there is none of, when they go
    forward, is read by the offset before.

    Args:
        local: in `time_zone`, unless it has an offset.
        time_zone: an IANA name.
        second: take the second of two.

    Raises:
        CellError: it lies before 1970 or in the future.

    """
    moment = local if local.tzinfo is not None else local.replace(tzinfo=types.zone(time_zone), fold=int(second))
    try:
        return _MOMENT.validate_python(moment).astimezone(UTC)
    except (ValidationError, OverflowError):
        raise CellError("date_out_of_range", "The date lies before 1970 or in the future.") from None


def duration_seconds(text: str) -> int | None:
    """Read a duration: `1h 5m`, `45min`, `1 Std. 5 Min.`, `1:05:00`, or `3900` (seconds). None if it is none."""
    text = folded(text)
    plain = text.partition(".")[0] if re.fullmatch(r"\d+\.\d*", text) else text
    if plain.isdecimal():
        return int(plain[:_MAX_DIGITS])
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int((part or "0")[:_MAX_DIGITS]) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text):
        return None
    total = 0
    for amount, word in parts:
        size = _size(word)
        if size is None:
            return None
        total += int(amount[:_MAX_DIGITS]) * size
    return total


def _size(word: str) -> int | None:
    if word in _DAYS:
        return 86_400
    for starts, seconds in ((_HOURS, 3600), (_MINUTES, 60), (_SECONDS, 1)):
        if word.startswith(starts):
            return seconds
    return None


def without_control_characters(text: str) -> str:
    """Take out what no text may hold; line breaks and tabs stay."""
    return "".join(letter for letter in text if letter in "\n\r\t" or unicodedata.category(letter) != "Cc")


def reason(error: ValidationError) -> str:
    """Give the first thing that a model found wrong, in its words."""
    return error.errors()[0]["msg"].removeprefix("Value error, ")
