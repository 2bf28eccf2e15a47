"""Draws the examples of the README, of made-up training that is always the same.

uv run python -m tests.drawings
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from exercise_buddy.statistics.charts.drawings import draw_calendar, draw_exercise_progress, draw_timeseries

IMAGES = Path(__file__).parents[1] / "docs" / "images"

_LAST = date(2026, 5, 31)
_DAYS = 365
_TRAINING_DAYS = {0: 0.85, 2: 0.85, 4: 0.8, 5: 0.5, 6: 0.12}
_HOLIDAY = range(200, 215)


def _calendar(chance: random.Random) -> dict[str, Any]:
    days: list[dict[str, Any]] = []
    for number in range(_DAYS):
        date_ = _LAST - timedelta(days=_DAYS - 1 - number)
        trains = chance.random() < _TRAINING_DAYS.get(date_.weekday(), 0) and number not in _HOLIDAY
        reps = chance.randint(60, 200) + number // 4 if trains else 0
        days.append({"date": date_.isoformat(), "workouts": int(trains), "reps": reps})
    busy = sorted(day["reps"] for day in days if day["reps"])
    for day in days:
        rank = sum(1 for reps in busy if reps <= day["reps"]) / len(busy)
        day["level"] = -int(-4 * rank // 1) if day["reps"] else 0
    begin = (_LAST - timedelta(days=_DAYS - 1)).isoformat()
    return {"from": begin, "to": _LAST.isoformat(), "metric": "reps", "week_starts_on": "monday", "days": days}


def _timeseries(chance: random.Random) -> dict[str, Any]:
    monday = _LAST - timedelta(days=_LAST.weekday() + 51 * 7)
    points = []
    for week in range(52):
        start = monday + timedelta(weeks=week)
        rests = (start - monday).days in range(196, 211)
        volume = 0 if rests else round(chance.uniform(7000, 9500) + week * 90, 1)
        points.append({"start": start.isoformat(), "end": (start + timedelta(days=6)).isoformat(), "value": volume})
    period = {"from": points[0]["start"], "to": points[-1]["end"]}
    of = dict.fromkeys(("exercise", "muscle", "e1rm_formula"))
    return {
        "metric": "volume_kg",
        "bucket": "week",
        **of,
        **period,
        "points": points,
    }


def _progress(chance: random.Random) -> dict[str, Any]:
    points = []
    for number in range(0, _DAYS, 7):
        day = (_LAST - timedelta(days=_DAYS - 1 - number)).isoformat()
        if number in _HOLIDAY or chance.random() < 0.1:
            continue
        weight = round((60 + number * 0.07 + chance.uniform(-2, 2)) / 2.5) * 2.5
        reps = chance.randint(4, 8)
        estimate = weight * (1 + reps / 30)
        points.append({"start": day, "end": day, "e1rm_kg": estimate, "best_set": {"weight_kg": weight, "reps": reps}})
    return {
        "exercise": {"name": "Barbell Bench Press - Medium Grip"},
        "e1rm_formula": "epley",
        "from": points[0]["start"],
        "to": _LAST.isoformat(),
        "points": points,
    }


def examples() -> Iterator[tuple[str, bytes]]:
    """Yield the file name and the drawing of each example."""
    chance = random.Random(20_260)  # noqa: S311  (to be the same each time)
    yield "calendar.svg", draw_calendar(_calendar(chance))
    yield "timeseries.svg", draw_timeseries(_timeseries(chance))
    yield "progress.svg", draw_exercise_progress(_progress(chance))


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    for name, content in examples():
        (IMAGES / name).write_bytes(content)
