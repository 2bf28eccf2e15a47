"""The statistics of a home screen, with the expected responses of the recount."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle

from tests.recount import records
from tests.recount.comparing import Question
from tests.recount.model import WEEKDAYS, Exercise, Goal, Life
from tests.recount.streaks import all_streaks
from tests.recount.totals import (
    Answer,
    buckets,
    calendar,
    metric_value,
    parts_of,
    summary,
    totals,
    week_of_many,
    weekly,
)

DAY = timedelta(days=1)
SUMS = ("workouts", "active_days", "sets", "reps", "volume_kg", "duration_seconds", "bodyweight_volume_kg")
BUCKETS = ("day", "week", "month", "year")
LATEST = 5
RECENT = 10


def questions(life: Life, now: datetime) -> Iterator[Question]:
    """Yield the requests that depend on today and on the first day of the week."""
    today = life.today(now)
    yield Question("/dashboard", dashboard(life, today))
    yield Question("/weekly", weekly(life, today))
    yield Question("/streaks", all_streaks(life, today))
    yield Question("/goal/history", {"items": [_goal(goal) for goal in life.goals]})
    first = life.first_day(today)
    for metric in (*SUMS, "energy_kcal"):
        yield timeseries(life, metric, "week", first, today, None)


def long_questions(life: Life, now: datetime) -> Iterator[Question]:
    """Yield requests for summaries, calendars and time series of all kinds of periods."""
    today = life.today(now)
    begun = life.first_day(today)
    yield Question("/summary", summary(life, today, None, None))
    for first, last in periods(begun, today):
        query = {"from": first.isoformat(), "to": last.isoformat()}
        yield Question("/summary", summary(life, today, first, last), query)
    yield Question("/summary", summary(life, today, None, today - DAY), {"to": f"{today - DAY}"})
    yield Question("/summary", summary(life, today, begun, None), {"from": f"{begun}"})
    for metric in ("reps", "sets", "workouts", "volume_kg", "duration_seconds"):
        yield _calendar(life, metric, _year_before(today) + DAY, today, {})
        first, last = date(today.year, 1, 1), date(today.year, 12, 31)
        yield _calendar(life, metric, first, last, {"year": f"{today.year}"})
    yield _calendar(life, "reps", begun, today, {"from": f"{begun}", "to": f"{today}"})
    for metric in (*SUMS, "energy_kcal"):
        for bucket in ("day", "month", "year"):
            yield timeseries(life, metric, bucket, begun, today, None)
        yield timeseries(life, metric, "week", begun + DAY, today - DAY, None)


def series_of(life: Life, now: datetime, exercises: list[Exercise], muscles: list[str]) -> Iterator[Question]:
    """Yield requests for time series of exercises and muscles, with changing buckets."""
    today = life.today(now)
    first = life.first_day(today)
    bucket = cycle(BUCKETS)
    for metric in SUMS:
        for muscle in muscles:
            yield timeseries(life, metric, next(bucket), first, today, None, muscle=muscle)
    for metric in (*SUMS, "weight_kg", "e1rm_kg"):
        for exercise in exercises:
            yield timeseries(life, metric, next(bucket), first, today, exercise)
    for formula in records.FORMULAS:
        for exercise in exercises[:1]:
            yield timeseries(life, "e1rm_kg", next(bucket), first, today, exercise, formula=formula)


def timeseries(
    life: Life,
    metric: str,
    bucket: str,
    first: date,
    last: date,
    exercise: Exercise | None,
    *,
    muscle: str | None = None,
    formula: str = "epley",
) -> Question:
    points = []
    for start, end in buckets(life, bucket, first, last):
        parts = parts_of(life.within(max(start, first), min(end, last)), exercise, muscle)
        whole = exercise is None and muscle is None
        value = metric_value(
            life, metric, parts, whole=whole, estimate=lambda done, one: records.estimate(done.known, one, formula)
        )
        points.append({"start": start, "end": end, "value": value})
    answer = {
        "metric": metric,
        "bucket": bucket,
        "exercise": None if exercise is None else records.named(exercise),
        "muscle": muscle,
        "e1rm_formula": formula if metric == "e1rm_kg" else None,
        "from": first,
        "to": last,
        "points": points,
    }
    query = {"metric": metric, "bucket": bucket, "from": f"{first}", "to": f"{last}"}
    if exercise is not None:
        query["exercise"] = exercise.id
    if muscle is not None:
        query["muscle"] = muscle
    if formula != "epley":
        query["formula"] = formula
    return Question("/timeseries", answer, query)


def periods(begun: date, today: date) -> list[tuple[date, date]]:
    """Return periods of all kinds: one day, a month, a year, and some without a workout."""
    middle = begun + (today - begun) / 2
    return [
        (today, today),
        (today - 6 * DAY, today),
        (middle, middle + 30 * DAY),
        (middle.replace(day=1), today),
        (begun - 400 * DAY, begun - 30 * DAY),
        (date(begun.year, 1, 1), date(begun.year, 12, 31)),
        (begun, today),
    ]


def dashboard(life: Life, today: date) -> Answer:
    week = life.week(today)
    weeks = [week_of_many(life, week - index * 7 * DAY) for index in reversed(range(12))]
    latest = sorted(life.workouts, key=lambda workout: (workout.started_at, workout.id), reverse=True)[:LATEST]
    return {
        "date": today,
        "today": totals(life, life.within(today, today)),
        "week": weekly(life, today),
        "streaks": all_streaks(life, today),
        "all_time": totals(life, life.workouts),
        "weeks": weeks,
        "calendar": calendar(life, "reps", week - 77 * DAY, today),
        "workouts": [
            {
                "id": workout.id,
                "title": workout.title,
                "started_at": workout.started_at,
                "date": workout.day,
                "exercises": len(workout.done),
                "sets": len(workout.sets),
                "reps": sum(one.reps or 0 for one in workout.sets),
                "volume_kg": workout.volume_kg,
                "duration_seconds": workout.seconds,
            }
            for workout in latest
        ],
        "records": _recent(life, today),
    }


def _recent(life: Life, today: date) -> list[Answer]:
    """Return the records of the last 30 days: by workout, the newest first, then by exercise and kind."""
    exercises = {done.known.id: done.known for workout in life.workouts for done in workout.done}
    began = {workout.id: workout.started_at for workout in life.workouts}
    found = [
        {"exercise": records.named(exercise)}
        | {name: record[name] for name in ("kind", "value", "unit", "date", "workout_id")}
        for _, exercise in sorted(exercises.items())
        for record in records.records(life, exercise, "epley", at_load=False)
        if not record["baseline"] and record["date"] > today - 30 * DAY
    ]
    return sorted(found, key=lambda record: began[record["workout_id"]], reverse=True)[:RECENT]


def _calendar(life: Life, metric: str, first: date, last: date, query: dict[str, str]) -> Question:
    answer = {
        "from": first,
        "to": last,
        "metric": metric,
        "week_starts_on": life.week_starts_on,
        "days": calendar(life, metric, first, last),
    }
    return Question("/calendar", answer, {"metric": metric} | query)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _goal(goal: Goal) -> Answer:
    return {
        "metric": goal.metric,
        "target": goal.target,
        "rest_days": sorted(goal.rest_days, key=WEEKDAYS.index),
        "valid_since": goal.since,
        "valid_until": goal.until,
    }
