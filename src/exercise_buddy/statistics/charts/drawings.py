"""The drawings of statistics, made of their documents."""

from datetime import date
from typing import Any

from exercise_buddy.statistics.charts import formatting
from exercise_buddy.statistics.charts.heat_map import Day, heat_map
from exercise_buddy.statistics.charts.series import Point, Series, chart
from exercise_buddy.users.public import Weekday

Content = dict[str, Any]

_UNITS = {
    "workouts": "workouts",
    "active_days": "days",
    "sets": "sets",
    "reps": "reps",
    "volume_kg": "kg",
    "duration_seconds": "min",
    "bodyweight_volume_kg": "kg",
    "energy_kcal": "kcal",
    "weight_kg": "kg",
    "e1rm_kg": "kg",
}
_NAMES = {
    "workouts": "Workouts",
    "active_days": "Active days",
    "sets": "Sets",
    "reps": "Reps",
    "volume_kg": "Volume",
    "duration_seconds": "Training time",
    "bodyweight_volume_kg": "Bodyweight volume",
    "energy_kcal": "Energy",
    "weight_kg": "Heaviest weight",
    "e1rm_kg": "Estimated one-rep max",
}
_BESTS = {"weight_kg", "e1rm_kg"}
_WHOLE = {"workouts", "active_days", "sets", "reps"}
_PER_UNIT = {"duration_seconds": 60.0}


def _period(content: Content) -> tuple[date, date]:
    return date.fromisoformat(content["from"]), date.fromisoformat(content["to"])


def _value(value: float | None, metric: str) -> float | None:
    return None if value is None else value / _PER_UNIT.get(metric, 1.0)


def _described(name: str, unit: str, points: list[Point], first: date, last: date) -> str:
    known = [(point, point.value) for point in points if point.value is not None]
    begin = f"{name}, {formatting.days(first, last)}."
    if not any(value for _, value in known):
        return f"{begin} There is nothing in this time."
    most, highest = max(known, key=lambda one: one[1])
    latest, value = known[-1]
    return (
        f"{begin} The most are {formatting.exact(highest)} {unit} ({formatting.days(most.start, most.end)}), "
        f"the latest {formatting.exact(value)} {unit} ({formatting.days(latest.start, latest.end)})."
    )


def draw_timeseries(content: Content) -> bytes:
    """Draw a `Timeseries`."""
    metric, first, last = content["metric"], *_period(content)
    of = content["exercise"]["name"] if content["exercise"] else str(content["muscle"] or "").replace("_", " ")
    formula = f" ({content['e1rm_formula'].capitalize()})" if content["e1rm_formula"] else ""
    name = _NAMES[metric] + formula + f" by {content['bucket']}" + (f": {of}" if of else "")
    points = [
        Point(date.fromisoformat(one["start"]), date.fromisoformat(one["end"]), _value(one["value"], metric))
        for one in content["points"]
    ]
    return chart(
        [Series("", points)],
        first,
        last,
        name=name,
        description=_described(name, _UNITS[metric], points, first, last),
        unit=_UNITS[metric],
        bars=metric not in _BESTS,
        # Of a muscle, half of a set may count.
        whole=metric in _WHOLE and content["muscle"] is None,
    )


_MEASURES = (
    ("most_reps", "Most reps", "reps"),
    ("longest_seconds", "Longest set", "s"),
    ("farthest_meters", "Longest distance", "m"),
)


def draw_exercise_progress(content: Content) -> bytes:
    """Draw an `ExerciseProgress`: weights if there are any, else reps, seconds or meters."""
    first, last = _period(content)

    def points(of: str) -> list[Point]:
        values = ((one, one["best_set"]["weight_kg"] if of == "weight_kg" else one[of]) for one in content["points"])
        return [Point(date.fromisoformat(one["start"]), date.fromisoformat(one["end"]), value) for one, value in values]

    def known(of: list[Point]) -> bool:
        return any(point.value for point in of)

    weights, estimates = points("weight_kg"), points("e1rm_kg")
    if known(weights):
        formula = str(content["e1rm_formula"]).capitalize()
        shown = [Series(f"Estimated one-rep max ({formula})", estimates)] if known(estimates) else []
        shown.append(Series("Heaviest weight", weights))
        unit = "kg"
    else:
        of, what, unit = next((one for one in _MEASURES if known(points(one[0]))), _MEASURES[0])
        shown = [Series(what, points(of))]
    # On days without the exercise there is nothing to go down to.
    shown = [Series(one.name, [point for point in one.points if point.value is not None]) for one in shown]
    name = content["exercise"]["name"]
    described = _described(f"{name}: {shown[0].name}", unit, list(shown[0].points), first, last)
    return chart(shown, first, last, name=name, description=described, unit=unit, bars=False, whole=unit == "reps")


def draw_calendar(content: Content) -> bytes:
    """Draw a `Calendar`: a heat map of its days."""
    first, last = _period(content)
    metric = content["metric"]
    unit = _UNITS[metric]
    days = []
    for one in content["days"]:
        told = "no workout"
        if one["workouts"]:
            told = formatting.counted(one["workouts"], "workout")
            if metric != "workouts":
                told += f", {formatting.exact(_value(one[metric], metric) or 0)} {unit}"
        days.append(Day(date.fromisoformat(one["date"]), one["level"], told))
    active = sum(1 for one in content["days"] if one["workouts"])
    workouts = sum(one["workouts"] for one in content["days"])
    summary = f"{formatting.counted(workouts, 'workout')} on {formatting.counted(active, 'day')}"
    if metric != "workouts":
        total = sum(_value(one[metric], metric) or 0 for one in content["days"])
        summary += f", {formatting.exact(total)} {unit}"
    name = f"Training days, {formatting.days(first, last)}"
    return heat_map(
        days,
        week_start=list(Weekday).index(Weekday(content["week_starts_on"])),
        name=name,
        description=f"{summary}. A column is a week, a darker cell a day with more {_NAMES[metric].lower()}.",
        summary=summary,
    )
