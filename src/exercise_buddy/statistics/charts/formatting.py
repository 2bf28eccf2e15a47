"""Formatting of numbers and days in charts."""

import math
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_SHORT = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_SHORTEN_FROM = 10_000
_EXACT_TO = 1e15
_SMALL = 0.1


def format_number(value: float) -> str:
    """Return a number with at most two decimals, six if it is small: 12,345.5."""
    if abs(value) >= _EXACT_TO:
        return f"{value:.3g}"
    if abs(value) < _SMALL:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def format_tick(value: float, of: float) -> str:
    """Return a number for an axis whose greatest value is `of`: 500, 2.5k, 3M."""
    if of >= _EXACT_TO:
        return f"{value:.3g}"
    for size, letter in _SHORT:
        if of >= max(size, _SHORTEN_FROM) and value:
            return f"{value / size:.3f}".rstrip("0").rstrip(".") + letter
    return format_number(value)


def format_day(value: date) -> str:
    """Return a day as text: 3 Mar 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def format_period(first: date, last: date) -> str:
    """Return a period as text: 3 to 9 Mar 2026, 28 Feb to 6 Mar 2026, or a single day."""
    if first == last:
        return format_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {format_day(last)}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} to {format_day(last)}"
    return f"{format_day(first)} to {format_day(last)}"


def format_count(count: float, one: str, many: str | None = None) -> str:
    """Return a number with its noun: 1 workout, 2 workouts."""
    return f"{format_number(count)} {one if count == 1 else many or one + 's'}"


def choose_ticks(low: float, high: float, *, whole: bool, about: int = 4) -> list[float]:
    """Return evenly spaced round numbers, the first at most `low` and the last at least `high`.

    Args:
        low: the least value.
        high: the greatest value.
        whole: whether values are integers.
        about: the approximate number of steps.

    """
    span = high - low or abs(high) or 1.0
    exponent = 10.0 ** math.floor(math.log10(span / about))
    step = next(exponent * factor for factor in (1, 2, 2.5, 5, 10) if exponent * factor * about >= span * (1 - 1e-9))
    if whole:
        step = float(max(1, math.ceil(step)))
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [number * step for number in range(first, last + 1)]
