"""A heat map of days: one column per week, one row per day of the week, darker cells for more training."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exercise_buddy.core import svg
from exercise_buddy.statistics.charts import formatting

LEVELS = 5

_CELL = 11
_PITCH = 14
_LEFT = 46
_TOP = 62
_RIGHT = 18
_BOTTOM = 38
_WEEK = 7
_COLUMNS_OF_A_LABEL = 3
_LEAST_WIDTH = 540
_LEAST_COLUMNS = (_LEAST_WIDTH - _LEFT - _RIGHT) // _PITCH


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a heat map with its intensity, 0 (none) to 4, and its text."""

    date: date
    level: int
    label: str


def draw_heat_map(days: Sequence[Day], *, week_start: int, name: str, description: str, summary: str) -> bytes:
    """Return the heat map of consecutive days.

    Args:
        days: at least one, in order, without gaps.
        week_start: the first day of the week, 0 is Monday.
        name: the title.
        description: a text alternative for screen readers.
        summary: a line below the map.

    """
    first = days[0].date
    begin = first - timedelta(days=(first.weekday() - week_start) % _WEEK)
    columns = (days[-1].date - begin).days // _WEEK + 1
    width = max(_LEFT + columns * _PITCH + _RIGHT, _LEAST_WIDTH)
    height = _TOP + _WEEK * _PITCH + _BOTTOM
    cells = [
        svg.element(
            "rect",
            svg.title(f"{formatting.WEEKDAYS[day.date.weekday()]} {formatting.format_day(day.date)}: {day.label}"),
            x=_LEFT + (day.date - begin).days // _WEEK * _PITCH,
            y=_TOP + (day.date - begin).days % _WEEK * _PITCH,
            width=_CELL,
            height=_CELL,
            rx=2.5,
            class_=f"cell l{day.level}",
        )
        for day in days
    ]
    rows = [
        svg.text(_LEFT - 8, _TOP + row * _PITCH + 10, formatting.WEEKDAYS[(week_start + row) % _WEEK], anchor="end")
        for row in (0, 2, 4)
    ]
    heading = svg.text(18, 28, name, class_="strong")
    below = svg.text(_LEFT, height - 14, summary)
    parts = [heading, *_months(days, begin, columns), *rows, *cells, below, *_legend(width, height)]
    return svg.build_svg(width, height, name=name, description=description, parts=parts)


def _months(days: Sequence[Day], begin: date, columns: int) -> list[str]:
    """Return a label above the week in which each month begins, if the next label leaves enough space."""
    starts = [(0, days[0].date)]
    starts += [((day.date - begin).days // _WEEK, day.date) for day in days[1:] if day.date.day == 1]
    ends = [column for column, _ in starts[1:]] + [columns + _COLUMNS_OF_A_LABEL]
    return [
        svg.text(_LEFT + column * _PITCH, _TOP - 9, formatting.MONTHS[start.month - 1])
        for (column, start), end in zip(starts, ends, strict=True)
        if min(end, max(columns, _LEAST_COLUMNS)) - column >= _COLUMNS_OF_A_LABEL
    ]


def _legend(width: float, height: float) -> list[str]:
    right = width - _RIGHT - 3
    left = right - 38 - LEVELS * _PITCH
    squares = [
        svg.element(
            "rect", x=left + level * _PITCH, y=height - 24, width=_CELL, height=_CELL, rx=2.5, class_=f"cell l{level}"
        )
        for level in range(LEVELS)
    ]
    return [
        svg.text(left - 6, height - 14, "Less", anchor="end"),
        *squares,
        svg.text(right, height - 14, "More", anchor="end"),
    ]
