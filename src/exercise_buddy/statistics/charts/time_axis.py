"""The labels of the time axis of charts."""

from collections.abc import Iterator
from datetime import date, timedelta

from exercise_buddy.statistics.charts.formatting import MONTHS

_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50)
_DAYS_A_MONTH = 30.4
_MONTHS_A_YEAR = 12


def choose_labels(first: date, last: date, *, most: int) -> list[tuple[date, str]]:
    """Return at most `most` evenly spaced days from `first` to `last` with their labels."""
    span = (last - first).days + 1
    for step in _DAYS:
        if span / step <= most:
            return [(day, f"{day.day} {MONTHS[day.month - 1]}") for day in _every(first, last, step)]
    months = span / _DAYS_A_MONTH
    for step in _MONTHS:
        if months / step <= most - 1:
            return _of_months(first, last, step)
    return next(found for step in _YEARS if len(found := _of_years(first, last, step)) <= most)


def _every(first: date, last: date, step: int) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(0, (last - first).days + 1, step))


def _of_months(first: date, last: date, step: int) -> list[tuple[date, str]]:
    begin = first.year * _MONTHS_A_YEAR + first.month - 1 + (first.day > 1)
    begin += -begin % step
    end = last.year * _MONTHS_A_YEAR + last.month - 1
    found: list[tuple[date, str]] = []
    for number in range(begin, end + 1, step):
        year, month = divmod(number, _MONTHS_A_YEAR)
        # The first label and each January show the year.
        named = not found or year != found[-1][0].year
        found.append((date(year, month + 1, 1), f"{MONTHS[month]} {year}" if named else MONTHS[month]))
    return found


def _of_years(first: date, last: date, step: int) -> list[tuple[date, str]]:
    begin = first.year + (first > date(first.year, 1, 1))
    begin += -begin % step
    return [(date(year, 1, 1), str(year)) for year in range(begin, last.year + 1, step)]
