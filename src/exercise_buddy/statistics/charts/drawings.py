"""The charts of statistics, drawn from their JSON documents."""

from datetime import date
from typing import Any

from exercise_buddy.statistics.charts import formatting
from exercise_buddy.statistics.charts.heat_map import Day, draw_heat_map
from exercise_buddy.statistics.charts.series import Point, Series, draw_chart
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


def _describe(name: str, unit: str, points: list[Point], first: date, last: date) -> str:
    known = [(point, point.value) for point in points if point.value is not None]
    begin = f"{name}, {formatting.format_period(first, last)}."
    if not any(value for _, value in known):
        return f"{begin} There is nothing in this time."
    most, highest = max(known, key=lambda pair: pair[1])
    latest, value = known[-1]
    most_days, latest_days = (formatting.format_period(point.start, point.end) for point in (most, latest))
    return (
        f"{begin} The most are {formatting.format_number(highest)} {unit} ({most_days}), "
        f"the latest {formatting.format_number(value)} {unit} ({latest_days})."
    )


def draw_timeseries(content: Content) -> bytes:
    """Return the chart of a `Timeseries`."""
    metric, first, last = content["metric"], *_period(content)
    of = content["exercise"]["name"] if content["exercise"] else str(content["muscle"] or "").replace("_", " ")
    formula = f" ({content['e1rm_formula'].capitalize()})" if content["e1rm_formula"] else ""
    name = _NAMES[metric] + formula + f" by {content['bucket']}" + (f": {of}" if of else "")
    points = [
        Point(date.fromisoformat(point["start"]), date.fromisoformat(point["end"]), _value(point["value"], metric))
        for point in content["points"]
    ]
    return draw_chart(
        [Series("", points)],
        first,
        last,
        name=name,
        description=_describe(name, _UNITS[metric], points, first, last),
        unit=_UNITS[metric],
        bars=metric not in _BESTS,
        # Half sets count for secondary muscles.
        whole=metric in _WHOLE and content["muscle"] is None,
    )


_MEASURES = (
    ("most_reps", "Most reps", "reps"),
    ("longest_seconds", "Longest set", "s"),
    ("farthest_meters", "Longest distance", "m"),
)


def draw_exercise_progress(content: Content) -> bytes:
    """Return the chart of an `ExerciseProgress`: weights, or reps, seconds or meters if no set has a weight."""
    first, last = _period(content)

    def points(quantity: str) -> list[Point]:
        return [
            Point(
                date.fromisoformat(point["start"]),
                date.fromisoformat(point["end"]),
                point["best_set"]["weight_kg"] if quantity == "weight_kg" else point[quantity],
            )
            for point in content["points"]
        ]

    def known(of: list[Point]) -> bool:
        return any(point.value for point in of)

    weights, estimates = points("weight_kg"), points("e1rm_kg")
    if known(weights):
        formula = str(content["e1rm_formula"]).capitalize()
        shown = [Series(f"Estimated one-rep max ({formula})", estimates)] if known(estimates) else []
        shown.append(Series("Heaviest weight", weights))
        unit = "kg"
    else:
        of, what, unit = next((measure for measure in _MEASURES if known(points(measure[0]))), _MEASURES[0])
        shown = [Series(what, points(of))]
    # A day without the exercise is a gap, not a zero.
    shown = [Series(line.name, [point for point in line.points if point.value is not None]) for line in shown]
    name = content["exercise"]["name"]
    described = _describe(f"{name}: {shown[0].name}", unit, list(shown[0].points), first, last)
    return draw_chart(shown, first, last, name=name, description=described, unit=unit, bars=False, whole=unit == "reps")


def draw_calendar(content: Content) -> bytes:
    """Return the chart of a `Calendar`: a heat map of its days."""
    first, last = _period(content)
    metric = content["metric"]
    unit = _UNITS[metric]
    days = []
    for entry in content["days"]:
        label = "no workout"
        if entry["workouts"]:
            label = formatting.format_count(entry["workouts"], "workout")
            if metric != "workouts":
                label += f", {formatting.format_number(_value(entry[metric], metric) or 0)} {unit}"
        days.append(Day(date.fromisoformat(entry["date"]), entry["level"], label))
    active = sum(1 for entry in content["days"] if entry["workouts"])
    workouts = sum(entry["workouts"] for entry in content["days"])
    summary = f"{formatting.format_count(workouts, 'workout')} on {formatting.format_count(active, 'day')}"
    if metric != "workouts":
        total = sum(_value(entry[metric], metric) or 0 for entry in content["days"])
        summary += f", {formatting.format_number(total)} {unit}"
    name = f"Training days, {formatting.format_period(first, last)}"
    return draw_heat_map(
        days,
        week_start=list(Weekday).index(Weekday(content["week_starts_on"])),
        name=name,
        description=f"{summary}. A column is a week, a darker cell a day with more {_NAMES[metric].lower()}.",
        summary=summary,
    )
