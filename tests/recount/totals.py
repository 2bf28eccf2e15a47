"""Recounts the totals of periods: summary, weekly, time series, calendar, muscles, workload."""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from tests.recount.model import Done, Exercise, Life, Set, Workout, largest, total, total_or_none
from tests.recount.streaks import day_streaks

DAY = timedelta(days=1)
Answer = dict[str, Any]


def totals(life: Life, workouts: list[Workout]) -> Answer:
    """Return the totals of workouts."""
    return {
        "workouts": len(workouts),
        "sets": sum(len(workout.sets) for workout in workouts),
        "reps": sum(one.reps or 0 for workout in workouts for one in workout.sets),
        "volume_kg": sum(workout.volume_kg for workout in workouts),
        "duration_seconds": total(workout.seconds for workout in workouts),
        "energy_kcal": total_or_none(energy(life, workout) for workout in workouts),
    }


def energy(life: Life, workout: Workout) -> float | None:
    """Return the recorded energy, else kcal = MET x 3.5 x kg / 200 x minutes. None if a factor is unknown."""
    if workout.recorded_kcal is not None:
        return workout.recorded_kcal
    met, mass, seconds = workout.met, life.mass(workout.day), workout.seconds
    if met is None or mass is None or seconds is None:
        return None
    return met * 3.5 * mass / 200 * (seconds / 60)


def body_volume(life: Life, workout: Workout, done: Iterable[Done]) -> float | None:
    """Return reps x share x mass, minus the assisting volume, or None without a body mass."""
    mass = life.mass(workout.day)
    if mass is None:
        return None
    return sum(
        (one.reps or 0) * (each.known.share or 0) * mass - (one.volume_kg if each.known.assisted else 0)
        for each in done
        for one in each.working
    )


def summary(life: Life, today: date, first: date | None, last: date | None) -> Answer:
    to = last or today
    answer = _period(life, today, first or life.first_day(to), to)
    answer["previous"] = None
    if first is not None:
        days = (to - first).days + 1
        answer["previous"] = _period(life, today, first - days * DAY, first - DAY)
    return answer


def _period(life: Life, today: date, first: date, last: date) -> Answer:
    workouts = life.within(first, last)
    current, longest = day_streaks(life, last, today)
    return totals(life, workouts) | {
        "from": first,
        "to": last,
        "active_days": len({workout.day for workout in workouts}),
        "bodyweight_volume_kg": total_or_none(body_volume(life, workout, workout.done) for workout in workouts),
        "current_streak_days": current["length"],
        "longest_streak_days": longest["length"],
    }


def weekly(life: Life, today: date) -> Answer:
    first = life.week(today)
    before = first - 7 * DAY
    days = [
        {
            "date": day,
            **totals(life, life.within(day, day)),
            "last_week": totals(life, life.within(day - 7 * DAY, day - 7 * DAY)),
        }
        for day in (first + index * DAY for index in range(7))
    ]
    last_week = totals(life, life.within(before, first - DAY))
    last_week |= {"from": before, "to": first - DAY}
    last_week["until_same_weekday"] = totals(life, life.within(before, today - 7 * DAY))
    goal = life.goal(today)
    workouts = life.within(first, first + 6 * DAY)
    progress = None
    if goal is not None:
        value = reached(goal.metric, workouts)
        progress = {"metric": goal.metric, "target": goal.target, "value": value, "reached": value >= goal.target}
    return totals(life, workouts) | {
        "from": first,
        "to": first + 6 * DAY,
        "today": today,
        "week_starts_on": life.week_starts_on,
        "days": days,
        "last_week": last_week,
        "goal": progress,
    }


def reached(metric: str, workouts: list[Workout]) -> float:
    """Return what workouts count toward a goal of workouts, minutes or reps."""
    if metric == "workouts":
        return len(workouts)
    if metric == "minutes":
        return total(workout.seconds for workout in workouts) / 60
    return sum(one.reps or 0 for workout in workouts for one in workout.sets)


# --- time series -------------------------------------------------------------------------------------------------


def bucket_start(life: Life, bucket: str, day: date) -> date:
    if bucket == "day":
        return day
    if bucket == "week":
        return life.week(day)
    return day.replace(day=1) if bucket == "month" else day.replace(month=1, day=1)


def buckets(life: Life, bucket: str, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of each bucket that overlaps a period."""
    start = bucket_start(life, bucket, first)
    while start <= last:
        end = start
        while bucket_start(life, bucket, end + DAY) == start:
            end += DAY
        yield start, end
        start = end + DAY


Parts = list[tuple[Workout, list[tuple[Done, float]]]]
"""Workouts, each with its counted exercises and their shares."""


def parts_of(workouts: list[Workout], exercise: Exercise | None, muscle: str | None) -> Parts:
    """Return the parts of workouts that belong to an exercise or, by share, to a muscle."""
    parts: Parts = []
    for workout in workouts:
        weighted = []
        for done in workout.done:
            part = 1.0
            if exercise is not None:
                part = float(done.known.id == exercise.id)
            elif muscle is not None:
                part = done.known.part(muscle)
            if part:
                weighted.append((done, part))
        if weighted or (exercise is None and muscle is None):
            parts.append((workout, weighted))
    return parts


def metric_value(
    life: Life, metric: str, parts: Parts, *, whole: bool, estimate: Callable[[Done, Set], float | None]
) -> float | None:
    """Return the value of a metric; `whole`: of whole workouts, not of parts of them."""
    if metric in {"workouts", "active_days"}:
        return len(parts if metric == "workouts" else {workout.day for workout, _ in parts})
    if metric == "energy_kcal":
        return total_or_none(energy(life, workout) for workout, _ in parts)
    if metric == "duration_seconds" and whole:
        return total(workout.seconds for workout, _ in parts)
    if metric == "bodyweight_volume_kg":
        # A workout without exercises moves nothing, which is known as soon as the body mass is.
        return total_or_none(
            None
            if life.mass(workout.day) is None
            else sum(part * (body_volume(life, workout, [done]) or 0) for done, part in weighted)
            for workout, weighted in parts
        )
    if metric == "volume_kg":
        return sum(part * done.volume_kg for _, weighted in parts for done, part in weighted)
    sets = [(done, one, part) for _, weighted in parts for done, part in weighted for one in done.sets]
    if metric == "weight_kg":
        return largest(
            one.weight_kg for done, one, _ in sets if one.reps != 0 and not one.warm_up and not done.known.assisted
        )
    if metric == "e1rm_kg":
        return largest(estimate(done, one) for done, one, _ in sets)
    count: dict[str, Callable[[Set], float]] = {
        "sets": lambda _: 1,
        "reps": lambda one: one.reps or 0,
        "duration_seconds": lambda one: one.duration_seconds or 0,
    }
    return sum(part * count[metric](one) for _, one, part in sets)


def calendar(life: Life, metric: str, first: date, last: date) -> list[Answer]:
    """Return days with their level: four times the share of active days with at most as much, rounded up."""
    days: list[Answer] = []
    for index in range((last - first).days + 1):
        day = first + index * DAY
        of_day = totals(life, life.within(day, day))
        of_day.pop("energy_kcal")
        days.append({"date": day, **of_day})
    values = sorted(day[metric] for day in days if day["workouts"])
    for each in days:
        at_most = sum(value <= each[metric] for value in values)
        each["level"] = math.ceil(4 * at_most / len(values)) if each["workouts"] else 0
    return days


def week_of_many(life: Life, first: date) -> Answer:
    of_week = totals(life, life.within(first, first + 6 * DAY))
    return {"from": first, "to": first + 6 * DAY} | {
        name: of_week[name] for name in ("workouts", "reps", "volume_kg", "duration_seconds")
    }


# --- muscles and workload ----------------------------------------------------------------------------------------


def muscle_work(workouts: list[Workout]) -> dict[str, tuple[float, float]]:
    """Return the sets and the volume of each muscle; secondary muscles count half."""
    work: dict[str, tuple[float, float]] = {}
    for workout in workouts:
        for done in workout.done:
            for muscle in done.known.primary | done.known.secondary:
                part = done.known.part(muscle)
                sets, volume = work.get(muscle, (0.0, 0.0))
                volume += part * done.volume_kg
                work[muscle] = (sets + part * len(done.working), volume)
    return {muscle: (sets, volume) for muscle, (sets, volume) in work.items() if sets}


def sets_of_no_muscle(workouts: list[Workout]) -> int:
    return sum(
        len(done.working)
        for workout in workouts
        for done in workout.done
        if not done.known.primary and not done.known.secondary
    )


def workload(life: Life, metric: str, first: date, last: date) -> list[Answer]:
    """Return each day's load, its means (lambda = 2 / (N + 1), N = 7 and 28) and their ratio.

    After months of pause, a mean is less than 1e-9, which counts as no load: there is no ratio.
    """
    begun = min((workout.day for workout in life.workouts), default=None)
    day = min(first, begun or first)
    acute = chronic = None
    points: list[Answer] = []
    while day <= last:
        load = _load(metric, life.within(day, day))
        if begun is not None and day >= begun:
            acute = load if acute is None else load * 2 / 8 + acute * (1 - 2 / 8)
            chronic = load if chronic is None else load * 2 / 29 + chronic * (1 - 2 / 29)
        ratio = None
        if acute is not None and chronic is not None and chronic > 1e-9 and begun and (day - begun).days >= 28:
            ratio = acute / chronic
        if day >= first:
            points.append({"date": day, "load": load, "acute": acute, "chronic": chronic, "ratio": ratio})
        day += DAY
    return points


def _load(metric: str, workouts: list[Workout]) -> float:
    if metric == "volume_kg":
        return sum(workout.volume_kg for workout in workouts)
    if metric == "sets":
        return sum(len(workout.sets) for workout in workouts)
    return reached(metric, workouts)
