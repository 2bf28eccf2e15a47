"""A picture of a count: the signal that decided, its reps and phases, and the movements that were rejected."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from exercise_buddy.core import svg
from exercise_buddy.counting.engine.results import Count, Rep
from exercise_buddy.counting.formatting import describe_count, format_seconds

WIDTH = 960
HEIGHT = 340

_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 18, 82, 52
_BASE = HEIGHT - _BOTTOM
_STRIP = 7
_MOST_POINTS = 1200
"""More points than pixels show nothing."""

_STEPS_SECONDS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300)
_MOST_LABELS = 12
_GAP_MS = 500.0
"""The signal is not drawn across a longer time without values."""

_NEVER_NEGATIVE = ("angle", "lean", "distance")
"""The engine turns a signal that falls first upside down. These are drawn as they were measured."""

_STYLE = (
    ".outward{fill:#12805f;fill-opacity:.34}.pause{fill:#8a939e;fill-opacity:.34}.backward{fill:#12805f;fill-opacity:.15}"
    ".rejected{fill:#b0561d;fill-opacity:.2}.hold{fill:#2b6cb0;fill-opacity:.2}"
    ".signal{stroke:#1b222b;fill:none;stroke-width:1.3}.turn{fill:#0b5743}.edge{stroke:#12805f;stroke-opacity:.6}"
    ".truth{fill:#6b4fa0}.refused{fill:#8f4312}.small{font-size:10px}"
    "@media(prefers-color-scheme:dark){.outward,.backward{fill:#3fbf97}.rejected{fill:#f0a068}.hold{fill:#63a4e8}"
    ".signal{stroke:#eceff3}.turn{fill:#79e8c2}.edge{stroke:#3fbf97}.refused{fill:#f0a068}.truth{fill:#b59cf0}}"
)
_LEGEND = (
    ("outward", "to the turning point"),
    ("pause", "pause"),
    ("backward", "back"),
    ("rejected", "rejected movement"),
    ("hold", "hold"),
    ("truth", "labelled by a person"),
)


@dataclass(frozen=True, slots=True)
class _Plane:
    """The mapping of times and values to coordinates."""

    last_ms: float
    low: float
    high: float

    def x(self, time_ms: float) -> float:
        share = min(max(time_ms / self.last_ms, 0.0), 1.0)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _BASE - (value - self.low) / (self.high - self.low) * (_BASE - _TOP)


def draw_count(
    title: str,
    count: Count,
    times_ms: Sequence[float],
    values: Sequence[float],
    true_bounds_ms: Sequence[tuple[float, float]] = (),
) -> bytes:
    """Return a picture of a count as SVG.

    Args:
        title: the name of the exercise or of the recording.
        count: of the trace.
        times_ms: of the samples, from the first one.
        values: of the signal that decided, or their opposites; NaN if it was not seen.
        true_bounds_ms: the start and the end of each rep as a person labelled them.

    """
    if (count.signal or "").startswith(_NEVER_NEGATIVE) and max(values, default=0) <= 0:
        values = [-value for value in values]
    finite = [value for value in values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    margin = (high - low) * 0.06 or 0.5
    last = max(times_ms[-1] if times_ms else 0.0, *(rep.offset_ms + rep.duration_ms for rep in count.reps), 1.0)
    plane = _Plane(last, low - margin, high + margin)
    headline = describe_count(count)
    parts = [
        svg.text(18, 28, svg.truncate(title, 90), class_="strong"),
        svg.text(18, 48, headline),
        *_draw_legend(count, labelled=bool(true_bounds_ms)),
        *_draw_value_axis(plane, count.signal),
        *_draw_holds(plane, count),
        *_draw_reps(plane, count.reps),
        *_draw_signal(plane, times_ms, values),
        *_draw_turns(plane, count.reps, times_ms, values),
        *_draw_reasons(plane, count.reps),
        svg.element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=_BASE, y2=_BASE, class_="axis"),
        *_draw_time_axis(plane),
        *_draw_truth(plane, true_bounds_ms),
    ]
    return svg.build_svg(WIDTH, HEIGHT, name=title, description=headline, parts=parts, style=_STYLE)


def _draw_legend(count: Count, *, labelled: bool) -> Iterator[str]:
    counted = any(not rep.rejected for rep in count.reps)
    shown = {
        "outward": counted,
        "pause": any(rep.turn_pause_ms for rep in count.reps if not rep.rejected),
        "backward": counted,
        "rejected": any(rep.rejected for rep in count.reps),
        "hold": bool(count.holds),
        "truth": labelled,
    }
    x = float(_LEFT)
    for class_, words in _LEGEND:
        if shown[class_]:
            yield svg.element("rect", x=x, y=60, width=12, height=10, rx=2, class_=class_)
            yield svg.text(x + 17, 69, words, class_="text small")
            x += 34 + 5.4 * len(words)


def _draw_value_axis(plane: _Plane, signal: str | None) -> Iterator[str]:
    step = 10 ** math.floor(math.log10(plane.high - plane.low))
    step = next(part for part in (step / 5, step / 2, step, step * 2) if (plane.high - plane.low) / part <= 5)  # noqa: PLR2004
    first = math.ceil(plane.low / step)
    for number in range(first, math.floor(plane.high / step) + 1):
        y = plane.y(number * step)
        yield svg.element("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y, class_="grid")
        yield svg.text(_LEFT - 8, y + 4, f"{number * step:.6g}", anchor="end")
    if signal:
        yield svg.text(WIDTH - _RIGHT, 69, signal, class_="text small", anchor="end")


def _draw_time_axis(plane: _Plane) -> Iterator[str]:
    seconds = plane.last_ms / 1000
    step = next((step for step in _STEPS_SECONDS if seconds / step <= _MOST_LABELS), seconds / _MOST_LABELS)
    for number in range(int(seconds / step) + 1):
        x = plane.x(number * step * 1000)
        yield svg.element("line", x1=x, x2=x, y1=_BASE + _STRIP, y2=_BASE + _STRIP + 4, class_="axis")
        yield svg.text(x, _BASE + _STRIP + 18, f"{number * step:g} s", anchor="middle")


def _draw_truth(plane: _Plane, bounds_ms: Sequence[tuple[float, float]]) -> Iterator[str]:
    for number, (start, end) in enumerate(bounds_ms, 1):
        left, right = plane.x(start) + 0.6, plane.x(end) - 0.6
        words = svg.title(f"Rep {number} as labelled")
        width = max(right - left, 0.8)
        yield svg.element("rect", words, x=left, y=_BASE + 1.5, width=width, height=_STRIP - 1.5, class_="truth")


def _draw_holds(plane: _Plane, count: Count) -> Iterator[str]:
    for hold in count.holds:
        words = f"Held for {format_seconds(hold.duration_ms)}"
        yield _draw_span(plane, hold.offset_ms, hold.offset_ms + hold.duration_ms, "hold", words)


def _draw_span(plane: _Plane, start_ms: float, end_ms: float, class_: str, words: str) -> str:
    left, right = plane.x(start_ms), plane.x(end_ms)
    return svg.element(
        "rect",
        svg.title(words),
        x=left,
        y=_TOP,
        width=max(right - left, 0.5),
        height=_BASE - _TOP,
        class_=class_,
    )


def _draw_reps(plane: _Plane, reps: Sequence[Rep]) -> Iterator[str]:
    number = 0
    for rep in reps:
        end = rep.offset_ms + rep.duration_ms
        middle = (plane.x(rep.offset_ms) + plane.x(end)) / 2
        if rep.rejected:
            yield _draw_span(plane, rep.offset_ms, end, "rejected", f"Rejected: {_list_flags(rep)}")
            continue
        number += 1
        turn = rep.offset_ms + rep.turn_ms
        words = f"Rep {number}, {format_seconds(rep.duration_ms)}, {rep.range_share:.0%} of the best range"
        if rep.side:
            words += f", {rep.side}"
        yield _draw_span(plane, rep.offset_ms, turn, "outward", words)
        if rep.turn_pause_ms:
            yield _draw_span(plane, turn, turn + rep.turn_pause_ms, "pause", words)
        yield _draw_span(plane, turn + rep.turn_pause_ms, end, "backward", words)
        x = plane.x(rep.offset_ms)
        yield svg.element("line", x1=x, x2=x, y1=_TOP, y2=_BASE, class_="edge")
        yield svg.text(middle, _BASE - 4, str(number), class_="text small", anchor="middle")


def _draw_signal(plane: _Plane, times_ms: Sequence[float], values: Sequence[float]) -> Iterator[str]:
    stride = max(1, math.ceil(len(times_ms) / _MOST_POINTS))
    path: list[str] = []
    last: float | None = None
    for time, value in list(zip(times_ms, values, strict=True))[::stride]:
        if math.isfinite(value):
            starts = last is None or time - last > max(_GAP_MS, 2 * stride * plane.last_ms / len(times_ms))
            path.append(f"{'M' if starts else 'L'}{svg.number(plane.x(time))} {svg.number(plane.y(value))}")
            last = time
        else:
            last = None
    if path:
        yield svg.element("path", d="".join(path), class_="signal")


def _draw_turns(
    plane: _Plane, reps: Sequence[Rep], times_ms: Sequence[float], values: Sequence[float]
) -> Iterator[str]:
    """Yield a dot at the turning point of each counted rep."""
    for rep in reps:
        if not rep.rejected and times_ms:
            turn = rep.offset_ms + rep.turn_ms
            nearest = min(range(len(times_ms)), key=lambda sample: abs(times_ms[sample] - turn))
            if math.isfinite(values[nearest]):
                yield svg.element("circle", cx=plane.x(turn), cy=plane.y(values[nearest]), r=2.6, class_="turn")


def _list_flags(rep: Rep) -> str:
    return ", ".join(flag.value.replace("_", " ") for flag in rep.flags)


def _draw_reasons(plane: _Plane, reps: Sequence[Rep]) -> Iterator[str]:
    """Yield the reason of each rejection, from the bottom to the top in its narrow span."""
    for rep in reps:
        if rep.rejected:
            x = svg.number(plane.x(rep.offset_ms + rep.duration_ms / 2) + 3)
            place = f"translate({x} {_BASE - 6}) rotate(-90)"
            yield svg.element("text", escape(_list_flags(rep)), class_="refused small", transform=place)
