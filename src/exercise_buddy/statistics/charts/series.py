"""Charts of values over time: bars for sums, lines for best values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from exercise_buddy.core import svg
from exercise_buddy.statistics.charts import formatting
from exercise_buddy.statistics.charts.time_axis import choose_labels

WIDTH = 760
HEIGHT = 320

_LEFT = 66
_RIGHT = 22
_TOP = 64
_BOTTOM = 42
_BASE = HEIGHT - _BOTTOM
_MOST_LABELS = 10
_MOST_MARKS = 400
"""The maximum number of points with a marker and a title: more would be less than two pixels apart."""

_WIDEST_BAR = 56.0

_DOTS = ((60, 3.5), (150, 2.5), (_MOST_MARKS, 1.6))


@dataclass(frozen=True, slots=True)
class Point:
    """The value of the days `start` to `end`, inclusive, or None."""

    start: date
    end: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Points in the order of time, with a name for the legend (empty: no legend)."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class _Plane:
    """The mapping of days and values to coordinates."""

    first: date
    last: date
    low: float
    high: float

    def x(self, day: date, after: float = 0) -> float:
        span = (self.last - self.first).days + 1
        return _LEFT + ((day - self.first).days + after) / span * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _BASE - (value - self.low) / (self.high - self.low) * (_BASE - _TOP)


def draw_chart(
    series: Sequence[Series],
    first: date,
    last: date,
    *,
    name: str,
    description: str,
    unit: str,
    bars: bool,
    whole: bool,
) -> bytes:
    """Return the chart of one series, or of two series as lines.

    Args:
        series: at most two.
        first: the first day of the period.
        last: the last day of the period.
        name: the title.
        description: a text alternative for screen readers.
        unit: the unit of the values.
        bars: whether values are sums, drawn as bars from zero.
        whole: whether values are integers.

    """
    values = [point.value for line in series for point in line.points if point.value is not None]
    starts = [point.start for line in series for point in line.points]
    ends = [point.end for line in series for point in line.points]
    plane_first, plane_last = min([first, *starts]), max([last, *ends])
    low, high = (min(values), max(values)) if values else (0, 1)
    if not bars:
        # Lines keep a margin to the edges.
        room = (high - low or high) * 0.05
        low, high = max(0, low - room), high + room * (low == high)
    scale = formatting.choose_ticks(0 if bars else low, high or 1, whole=whole)
    plane = _Plane(plane_first, plane_last, scale[0], scale[-1])
    parts = [
        svg.text(18, 28, svg.truncate(name, 70), class_="strong"),
        svg.text(18, 48, unit),
        *_grid(plane, scale),
        *_legend(series),
    ]
    if not any(values):
        parts.append(
            svg.text((_LEFT + WIDTH - _RIGHT) / 2, (_TOP + _BASE) / 2, "Nothing in this time", anchor="middle")
        )
    for number, one in enumerate(series):
        draw = _bars if bars else _lines
        parts += draw(plane, one, unit, "2" if number else "")
    parts.append(svg.element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=_BASE, y2=_BASE, class_="axis"))
    return svg.build_svg(WIDTH, HEIGHT, name=name, description=description, parts=parts)


def _grid(plane: _Plane, scale: Sequence[float]) -> Iterator[str]:
    for value in scale:
        y = plane.y(value)
        yield svg.element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y, class_="grid")
        yield svg.text(_LEFT - 8, y + 4, formatting.format_tick(value, scale[-1]), anchor="end")
    shown = choose_labels(plane.first, plane.last, most=_MOST_LABELS)
    every_day = len(shown) > (plane.last - plane.first).days
    for day, label in shown:
        x = plane.x(day, after=0.5 if every_day else 0)
        yield svg.element("line", x1=x, x2=x, y1=_BASE, y2=_BASE + 4, class_="axis")
        # A label centred below the last mark would be cut off.
        yield svg.text(min(x, WIDTH - 34), _BASE + 20, label, anchor="middle")


def _legend(series: Sequence[Series]) -> Iterator[str]:
    x = WIDTH - _RIGHT
    for number, one in reversed(list(enumerate(series))):
        if one.name:
            x -= 7 * len(one.name)
            yield svg.text(x, 48, one.name)
            yield svg.element(
                "line", x1=x - 28, x2=x - 6, y1=44, y2=44, class_=f"line{'2' if number else ''}", stroke_width=2
            )
            x -= 48


def _marker_title(point: Point, unit: str, name: str) -> str:
    what = f"{name}, " if name else ""
    return svg.title(
        f"{what}{formatting.format_period(point.start, point.end)}: {formatting.format_number(point.value or 0)} {unit}"
    )


def _bars(plane: _Plane, series: Series, unit: str, _suffix: str) -> Iterator[str]:
    shown = [point for point in series.points if point.value]
    if len(series.points) > _MOST_MARKS:
        edges = "".join(_edge(plane, point) for point in shown)
        if edges:
            yield svg.element("path", d=edges, class_="bar")
        return
    for point in shown:
        left, right = plane.x(point.start), plane.x(point.end, after=1)
        width = max(min(right - left - min(3.0, (right - left) * 0.2), _WIDEST_BAR), 1.0)
        top = plane.y(point.value or 0)
        # Even the smallest value is visible.
        height = max(_BASE - top, 1.0)
        yield svg.element(
            "rect",
            _marker_title(point, unit, series.name),
            x=(left + right - width) / 2,
            y=_BASE - height,
            width=width,
            height=height,
            class_="bar",
        )


def _edge(plane: _Plane, point: Point) -> str:
    left, right, top = plane.x(point.start), plane.x(point.end, after=1), plane.y(point.value or 0)
    return f"M{svg.number(left)} {_BASE}V{svg.number(top)}H{svg.number(max(right, left + 1))}V{_BASE}Z"


def _lines(plane: _Plane, series: Series, unit: str, suffix: str) -> Iterator[str]:
    def place(point: Point) -> tuple[float, float]:
        return (plane.x(point.start) + plane.x(point.end, after=1)) / 2, plane.y(point.value or 0)

    has_value: Callable[[Point], bool] = lambda point: point.value is not None  # noqa: E731
    for known, run in groupby(series.points, has_value):
        places = [place(point) for point in run]
        if known and len(places) > 1:
            way = "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in places)
            yield svg.element(
                "path", d=f"M{way}", class_=f"line{suffix}", fill="none", stroke_width=2, stroke_linejoin="round"
            )
    marked = [point for point in series.points if has_value(point)]
    radius = next((radius for most, radius in _DOTS if len(marked) <= most), None)
    if radius is not None:
        for point in marked:
            x, y = place(point)
            yield svg.element(
                "circle", _marker_title(point, unit, series.name), cx=x, cy=y, r=radius, class_=f"dot{suffix}"
            )
