# ruff: noqa: RUF001  (units in other scripts)
"""Parsing of the cells of tables: units, dates, durations and texts.

Functions raise `CellError` for a cell that they cannot parse.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from exercise_buddy.core import types
from exercise_buddy.transfers.imports.dates import DateOrder, ParsedDateTime, parse_date_time
from exercise_buddy.transfers.imports.months import fold_text

KILOGRAMS = {"kg": 1.0, "lb": 0.45359237}
METERS = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048}


def _index_units(**names: str) -> dict[str, str]:
    return {name: unit for unit, text in names.items() for name in text.split()}


# In the words of all languages that write them with Latin letters, but for those whose pound is half a kilogram.
WEIGHT_UNITS = _index_units(
    kg="kg kgs kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kilogramos quilogramas quilos "
    "chilogrammi кг 公斤",
    lb="lb lbs pound pounds libras libra livres livre libbre libbra фунт 磅",
)
DISTANCE_UNITS = _index_units(
    m="m meter meters metre metres metros metro mètres mètre metri м",
    km="km kms kilometer kilometers kilometre kilometres kilómetros quilômetros quilómetros chilometri kilomètres км",
    mi="mi mile miles millas milla milhas miglia meilen mijl",
    yd="yd yds yard yards",
    ft="ft feet foot",
)

# A number with more digits exceeds every limit, whatever its value.
_MAX_DIGITS = 10
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{2})")
_AMOUNT_AND_UNIT = re.compile(r"(\d+)\s*([^\W\d_]+)\.?,?\s*")
_TIME_OF_DAY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?", re.IGNORECASE)
_DAYS = {"d", "day", "days"}
# The first letters of the words for hours, minutes and seconds, folded.
_SECONDS_OF = (
    (("h", "st", "ч", "год", "時", "时", "小", fold_text("시"), "u", "o", "g", "t", "sa"), 3600),
    (("m", "м", "хв", "分", fold_text("분"), "dk", "dak"), 60),
    (("s", "с", "秒", fold_text("초")), 1),
)
_EXERCISE_NAME: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(max_length=120), types.SingleLine])
_TIMESTAMP: TypeAdapter[datetime] = TypeAdapter(types.Timestamp)


class CellError(Exception):
    """A cell that cannot be read. Its row is left out, and the report says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse_ordinal(text: str) -> int | None:
    """Return the number of a set; None if the cell has another content."""
    text = text.removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def parse_exercise_name(text: str) -> str:
    """Return the name of an exercise."""
    try:
        return _EXERCISE_NAME.validate_python(text)
    except ValidationError as error:
        raise CellError("exercise_name", f"The name of the exercise: {describe_error(error)}.") from None


def parse_local_time(text: str, order: DateOrder | None) -> ParsedDateTime:
    """Return a date and time, which is naive unless the text has an offset."""
    parsed = parse_date_time(text, order)
    if parsed is None:
        raise CellError("unreadable_date", "The date cannot be read. Expected: 2026-03-29 18:30:00.")
    return parsed


def convert_to_utc(local: datetime, time_zone: str, *, second: bool = False) -> datetime:
    """Return a local time in UTC, where durations are right whatever the clocks do meanwhile.

    A local time that occurs twice, when clocks go back, is the first; one that never occurs, when they go forward, has
    the offset before the change.

    Args:
        local: in `time_zone`, unless it has an offset.
        time_zone: an IANA name.
        second: whether to return the second of two.

    """
    aware = local if local.tzinfo is not None else local.replace(tzinfo=types.zone(time_zone), fold=int(second))
    try:
        return _TIMESTAMP.validate_python(aware).astimezone(UTC)
    except (ValidationError, OverflowError):
        raise CellError("date_out_of_range", "The date lies before 1970 or in the future.") from None


def is_time_of_day(text: str) -> bool:
    """Return whether a text is a time without a date, such as `18:05` or `6:05 PM`."""
    return _TIME_OF_DAY.fullmatch(text.strip()) is not None


def parse_duration(text: str) -> int | None:
    """Return the seconds of `1h 5m`, `45min`, `1 Std. 5 Min.`, `1:05:00` or `3900`; None for other texts."""
    text = fold_text(text)
    plain = text.partition(".")[0] if re.fullmatch(r"\d+\.\d*", text) else text
    if plain.isdecimal():
        return int(plain[:_MAX_DIGITS])
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int((part or "0")[:_MAX_DIGITS]) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    parts = _AMOUNT_AND_UNIT.findall(text)
    if not parts or _AMOUNT_AND_UNIT.sub("", text):
        return None
    total = 0
    for amount, word in parts:
        unit_seconds = find_unit_seconds(word)
        if unit_seconds is None:
            return None
        total += int(amount[:_MAX_DIGITS]) * unit_seconds
    return total


def find_unit_seconds(word: str) -> int | None:
    """Return the seconds of a unit of time, in the words of many languages; None for other words."""
    if word in _DAYS:
        return 86_400
    return next((seconds for beginnings, seconds in _SECONDS_OF if word.startswith(beginnings)), None)


def strip_control_characters(text: str) -> str:
    """Return a text without the characters that cannot be stored; line breaks and tabs stay."""
    return "".join(letter for letter in text if letter in "\n\r\t" or unicodedata.category(letter) != "Cc")


def describe_error(error: ValidationError) -> str:
    """Return the first message of a validation error."""
    return error.errors()[0]["msg"].removeprefix("Value error, ")
