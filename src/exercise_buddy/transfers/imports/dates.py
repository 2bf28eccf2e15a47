"""Parsing of dates and times as apps write them: ISO, or in the words and the order of the phone's language.

Ambiguous texts are not guessed: 03/04/2025 is March or April by the order that the rest of the file shows, or that the
user states.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from exercise_buddy.transfers.imports.months import find_month, fold_text
from exercise_buddy.transfers.imports.short_texts import cache_short_texts

DateOrder = Literal["day_first", "month_first"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_OFFSET = re.compile(
    r"\s*(?:(?:utc|gmt|z)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?$|\s*(?:utc|gmt|z)$"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2})(?:[.,]\d{1,9})?)?(?!\d)")
# 17h29, 17.29, 17時29分: only after the date has been removed from the text.
_OTHER_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s*[.h時时點点시]\s*(\d{2})(?:\s*[.m分분]\s*(\d{2}))?(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?!\d)")
_NUMBERED_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*[月월]|\bth(?:ang|g)?\s*(\d{1,2})\b")
_NUMBER = re.compile(r"\d+")
_MORNING = re.compile(r"\ba\s?\.?\s?m\b|午前|上午|오전|πμ|π\.\s?μ|\bص\b|\böö\b|\boo\b")
_AFTERNOON = re.compile(r"\bp\s?\.?\s?m\b|午後|下午|오후|μμ|μ\.\s?μ|\bم\b|\bos\b")
# Folding decomposes Korean syllables; this restores those of the patterns.
_KOREAN = {fold_text(word): word for word in ("년", "월", "일", "시", "분", "오전", "오후")}
_NOON = 12
_MONTHS = 12
_YEAR_DIGITS = 4
_DAY_DIGITS = 2


@dataclass(frozen=True, slots=True)
class ParsedDateTime:
    """A date and time.

    `value` is naive unless the text has an offset, and midnight if the text has no time (`has_time`). `order` is the
    order of day and month that the text proves; `is_ambiguous` says that both are possible.
    """

    value: datetime
    order: DateOrder | None = None
    is_ambiguous: bool = False
    has_time: bool = True


@cache_short_texts
def parse_date_time(text: str, order: DateOrder | None = None) -> ParsedDateTime | None:
    """Return a date and time; None if the text is not one.

    Args:
        text: such as `2025-03-28 17:29:00`, `28 Mar 2025, 17:29`, `28. März 2025 17:29 Uhr`, `3/28/25, 5:29 PM`.
        order: the order of day and month in a date like 03/04/2025; without it the day is first.

    """
    try:
        return _parse_iso(text) or _parse_words(text, order)
    except (ValueError, OverflowError):
        return None


def _parse_iso(text: str) -> ParsedDateTime | None:
    if not _ISO.match(text):
        return None
    try:
        return ParsedDateTime(datetime.fromisoformat(text), has_time=_ISO.fullmatch(text) is None)
    except ValueError:
        return None


def _parse_words(text: str, order: DateOrder | None) -> ParsedDateTime | None:
    rest = fold_text(text)
    for decomposed, word in _KOREAN.items():
        rest = rest.replace(decomposed, word)
    rest, zone = _cut_offset(" ".join(rest.split()))
    clock, rest = _cut(_CLOCK, rest)
    found = _parse_numeric_date(rest, order) or _parse_named_date(rest, has_clock=clock is not None)
    if found is None:
        return None
    date, rest = found
    if clock is None:
        clock, rest = _cut(_OTHER_CLOCK, rest)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if _AFTERNOON.search(rest):
        hour = hour % _NOON + _NOON
    elif _MORNING.search(rest):
        hour %= _NOON
    if _NUMBER.search(rest):
        return None
    value = date.value.replace(hour=hour, minute=minute, second=second, tzinfo=zone)
    return ParsedDateTime(value, date.order, date.is_ambiguous, has_time=clock is not None)


def _cut(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    """Return the first match of a pattern, and the text without it."""
    found = pattern.search(text)
    return (found, text) if found is None else (found, f"{text[: found.start()]} {text[found.end() :]}")


def _cut_offset(text: str) -> tuple[str, timezone | None]:
    """Return a text without its offset from UTC, and the offset."""
    found = _OFFSET.search(text)
    # The sign of an offset follows a time of day; in 28-03-2025 it separates numbers.
    if found is None or (found["sign"] and ":" not in text[: found.start()]):
        return text, None
    if not found["sign"]:
        return text[: found.start()], UTC
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return text[: found.start()], timezone(-offset if found["sign"] == "-" else offset)


def _parse_numeric_date(text: str, order: DateOrder | None) -> tuple[ParsedDateTime, str] | None:
    """Return a date whose month is a number, and the rest of the text."""
    found, rest = _cut(_YEAR_FIRST, text)
    if found is not None:
        year, month, day = (int(part) for part in found.groups())
        return ParsedDateTime(datetime(year, month, day)), rest.replace("日", " ").replace("일", " ")  # noqa: DTZ001
    found, rest = _cut(_YEAR_LAST, text)
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) != _YEAR_DIGITS:
        year += 2000
    shown: DateOrder | None = None
    if day > _MONTHS or found[2] == ".":
        # Wherever dots separate the numbers of a date, the day is first.
        shown = "day_first"
    elif month > _MONTHS:
        shown = "month_first"
    is_ambiguous = shown is None and day != month
    if (shown or order) == "month_first":
        day, month = month, day
    return ParsedDateTime(datetime(year, month, day), shown, is_ambiguous), rest  # noqa: DTZ001


def _parse_named_date(text: str, *, has_clock: bool) -> tuple[ParsedDateTime, str] | None:
    """Return a date whose month is a word, or a number marked as a month, and the rest of the text."""
    found, rest = _cut(_NUMBERED_MONTH, text)
    if found is not None:
        months = {int(found[1] or found[2])}
    else:
        months = {month for word in _split_words(rest) if (month := find_month(word)) is not None}
    # The numbers of a time such as 17h29 are not part of the date.
    numbers = _NUMBER.findall(rest if has_clock else _cut(_OTHER_CLOCK, rest)[1])
    years = [number for number in numbers if len(number) == _YEAR_DIGITS]
    days = [number for number in numbers if len(number) <= _DAY_DIGITS]
    if not len(months) == len(years) == len(days) == len(numbers) - 1 == 1:
        return None
    for number in (*years, *days):
        rest = rest.replace(number, " ", 1)
    return ParsedDateTime(datetime(int(years[0]), months.pop(), int(days[0]))), rest  # noqa: DTZ001


def _split_words(text: str) -> list[str]:
    # In some scripts vowels are combining marks, which \w does not match.
    letters = (letter if unicodedata.category(letter)[0] in "LM" else " " for letter in text.replace(".", ""))
    return "".join(letters).split()
