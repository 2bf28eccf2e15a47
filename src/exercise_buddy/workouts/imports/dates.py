"""Reads points in time as apps write them: ISO, or in the words and the order of the telephone's language.

What cannot be told from the text alone is not guessed: 03/04/2025 is March or April by the order that the file uses
elsewhere, or that its owner says.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

from exercise_buddy.workouts.imports.months import folded, month

DateOrder = Literal["day_first", "month_first"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_OFFSET = re.compile(
    r"\s*(?:(?:utc|gmt|z)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?$|\s*(?:utc|gmt|z)$"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s*:\s*(\d{2})(?:\s*:\s*(\d{2})(?:[.,]\d{1,9})?)?(?!\d)")
# 17h29, 17.29, 17時29分, each only where no date is left.
_OTHER_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s*[.h時时點点시]\s*(\d{2})(?:\s*[.m分분]\s*(\d{2}))?(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?!\d)")
_NUMBERED_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*[月월]|\bth(?:ang|g)?\s*(\d{1,2})\b")
_NUMBER = re.compile(r"\d+")
_MORNING = re.compile(r"\ba\s?\.?\s?m\b|午前|上午|오전|πμ|π\.\s?μ|\bص\b|\böö\b|\boo\b")
_AFTERNOON = re.compile(r"\bp\s?\.?\s?m\b|午後|下午|오후|μμ|μ\.\s?μ|\bم\b|\bos\b")
# Folding takes Korean syllables apart.
_SIGNS = {folded(sign): sign for sign in "년월일시분"} | {folded(word): word for word in ("오전", "오후")}
_NOON = 12
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """A point in time as a text has it.

    `moment` has a zone only if the text has an offset. Without a time of day it is midnight, and `timed` is false.
    `shows` is the order that the text cannot but have; `doubtful` says that it could have either.
    """

    moment: datetime
    timed: bool = True
    shows: DateOrder | None = None
    doubtful: bool = False


@lru_cache(maxsize=4096)
def read_moment(text: str, order: DateOrder | None = None) -> ReadMoment | None:
    """Read a point in time; None if it is none.

    Args:
        text: such as `2025-03-28 17:29:00`, `28 Mar 2025, 17:29`, `28. März 2025 17:29 Uhr`, `3/28/25, 5:29 PM`.
        order: what comes first in a date like 03/04/2025. Without it, the day, and the answer says `doubtful`.

    """
    try:
        if _ISO.match(text):
            found = _iso(text)
            if found is not None:
                return found
        return _in_words(text, order)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> ReadMoment | None:
    try:
        return ReadMoment(datetime.fromisoformat(text), timed=":" in text)
    except ValueError:
        return None


def _in_words(text: str, order: DateOrder | None) -> ReadMoment | None:
    rest = folded(text)
    for apart, sign in _SIGNS.items():
        rest = rest.replace(apart, sign)
    rest, zone = _take_offset(" ".join(rest.split()))
    clock, rest = _take(_CLOCK, rest)
    date = _numeric(rest, order) or _named(rest, clock=clock is not None)
    if date is None:
        return None
    day, rest = date
    if clock is None:
        clock, rest = _take(_OTHER_CLOCK, rest)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if _AFTERNOON.search(rest):
        hour = hour % _NOON + _NOON
    elif _MORNING.search(rest):
        hour %= _NOON
    if _NUMBER.search(rest):
        return None
    at = day.moment.replace(hour=hour, minute=minute, second=second, tzinfo=zone)
    return ReadMoment(at, clock is not None, day.shows, day.doubtful)


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    """Find what the pattern means and take it out of the text."""
    found = pattern.search(text)
    return (found, text) if found is None else (found, f"{text[: found.start()]} {text[found.end() :]}")


def _take_offset(text: str) -> tuple[str, timezone | None]:
    found = _OFFSET.search(text)
    # The sign of an offset stands after a time of day; in 28-03-2025 it parts numbers.
    if found is None or (found["sign"] and ":" not in text[: found.start()]):
        return text, None
    if not found["sign"]:
        return text[: found.start()], UTC
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return text[: found.start()], timezone(-offset if found["sign"] == "-" else offset)


def _numeric(text: str, order: DateOrder | None) -> tuple[ReadMoment, str] | None:
    found, rest = _take(_YEAR_FIRST, text)
    if found is not None:
        year, number, day = (int(part) for part in found.groups())
        return ReadMoment(datetime(year, number, day)), rest.replace("日", " ").replace("일", " ")  # noqa: DTZ001
    found, rest = _take(_YEAR_LAST, text)
    if found is None:
        return None
    first, sign, second, last = found.groups()
    one, two, year = int(first), int(second), int(last) + (2000 if len(last) == 2 else 0)  # noqa: PLR2004
    shows: DateOrder | None = None
    doubtful = False
    if one > _MONTHS or sign == ".":
        # Wherever dots part the numbers of a date, the day comes first.
        shows = "day_first"
    elif two > _MONTHS:
        shows = "month_first"
    else:
        doubtful = one != two
    if (shows or order) == "month_first":
        one, two = two, one
    return ReadMoment(datetime(year, two, one), shows=shows, doubtful=doubtful), rest  # noqa: DTZ001


def _named(text: str, *, clock: bool) -> tuple[ReadMoment, str] | None:
    """Read a date whose month is a word, or a number that says that it is a month."""
    months: set[int] = set()
    found, rest = _take(_NUMBERED_MONTH, text)
    if found is not None:
        months.add(int(found[1] or found[2]))
    else:
        months = {number for word in _words(rest) if (number := month(word)) is not None}
    if not clock:
        # The numbers of a time of day such as 17h29 are none of the date's.
        _, dated = _take(_OTHER_CLOCK, rest)
    else:
        dated = rest
    numbers = _NUMBER.findall(dated)
    years = [number for number in numbers if len(number) == 4]  # noqa: PLR2004
    days = [number for number in numbers if len(number) <= 2]  # noqa: PLR2004
    if len(months) != 1 or len(years) != 1 or len(days) != 1 or len(numbers) != 2:  # noqa: PLR2004
        return None
    for number in (*years, *days):
        rest = rest.replace(number, " ", 1)
    return ReadMoment(datetime(int(years[0]), months.pop(), int(days[0]))), rest  # noqa: DTZ001


def _words(text: str) -> list[str]:
    # The vowels of some scripts are marks, which no word of a regular expression holds.
    letters = (letter if unicodedata.category(letter)[0] in "LM" else " " for letter in text.replace(".", ""))
    return "".join(letters).split()
