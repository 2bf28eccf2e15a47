"""What the days of a user come to: the totals that the home screen is made of, a row for each day with a workout."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    cast,
    func,
    literal_column,
    select,
)

from exercise_buddy.core.db.json_queries import json_fields
from exercise_buddy.statistics.goals.streaks import with_dues
from exercise_buddy.statistics.goals.timeline import which
from exercise_buddy.statistics.shared.body import kcal, mass_on
from exercise_buddy.statistics.shared.period import USER, materialized
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

SUMS = ("workouts", "sets", "reps", "volume_kg", "duration_seconds", "energy_kcal")
"""The fields of `Totals`."""

OF_GOALS = ("workouts", "reps", "duration_seconds")
"""What a goal can count."""

_NONE: ColumnElement[int] = literal_column("0", Integer)


def calendar() -> CTE:
    """Give the user's `today`, `week_start` (ISO, Monday is 1) and `week_starts_on` (its name), one row."""
    published = users.calendars()
    columns = (published.c.today, published.c.week_start, published.c.week_starts_on)
    return materialized(select(*columns).where(published.c.user_id == USER), "calendar")


def of(now: CTE, name: str) -> ColumnElement[Any]:
    """Give a column of the one row of a CTE, to be used anywhere in a statement."""
    return select(now.c[name]).scalar_subquery()


def _sums_of_days(goals_: CTE | None = None) -> Select[Any]:
    done = workouts.performed_workouts()
    goal = [] if goals_ is None else [which(done.c.local_date, goals_).label("goal")]
    return (
        select(
            done.c.local_date.label("day"),
            *goal,
            func.count().label("workouts"),
            func.sum(done.c.set_count).label("sets"),
            # The sum of bigints is numeric, which is slow to sum up further. No workout has more reps than fit.
            func.sum(cast(done.c.rep_count, Integer)).label("reps"),
            func.sum(done.c.volume_kg).label("volume_kg"),
            func.coalesce(func.sum(done.c.duration_seconds), _NONE).label("duration_seconds"),
            func.sum(done.c.met_minutes).label("met_minutes"),
        )
        .where(done.c.user_id == USER)
        .group_by(done.c.local_date)
    )


def _shown(days: FromClause, mass: CTE) -> list[ColumnElement[Any]]:
    energy = kcal(days.c.met_minutes, mass_on(days.c.day, mass))
    return [energy.label(name) if name == "energy_kcal" else days.c[name] for name in SUMS]


def days_between(first: ColumnElement[Any], last: ColumnElement[Any], mass: CTE) -> CTE:
    """Give what the days from `first` to `last` come to: `day` and `SUMS`."""
    done = _sums_of_days()
    days = done.where(done.selected_columns.day.between(first, last)).subquery("sums_of_day")
    return materialized(select(days.c.day, *_shown(days, mass)), "day")


def all_days(goals_: CTE, mass: CTE) -> CTE:
    """Give what all days of the user come to: `day`, `SUMS`, and what `runs_of_days` takes."""
    days = _sums_of_days(goals_).subquery("sums_of_day")
    return with_dues(days, goals_, _shown(days, mass))


def days_of_streaks(goals_: CTE) -> CTE:
    """Give what `runs_of_days` and `sums_of_weeks` take of all days of the user."""
    days = _sums_of_days(goals_).subquery("sums_of_day")
    return with_dues(days, goals_, [days.c[name] for name in OF_GOALS])


def totals(done: FromClause) -> list[ColumnElement[Any]]:
    """Sum up days, labelled like the fields of `Totals`; energy is null where no mass is known."""
    summed: dict[str, ColumnElement[Any]] = {name: func.sum(done.c[name]) for name in SUMS}
    for name in SUMS:
        if name.endswith(("_kg", "_kcal")):
            summed[name] = workouts.rounded(summed[name])
        if name != "energy_kcal":
            summed[name] = func.coalesce(summed[name], _NONE)
    return [summed[name].label(name) for name in SUMS]


def of_one_day(done: FromClause) -> list[ColumnElement[Any]]:
    """Give what a day comes to that may not be there (of an outer join), labelled like the fields of `Totals`."""
    values: dict[str, ColumnElement[Any]] = {name: func.coalesce(done.c[name], _NONE) for name in SUMS}
    values["volume_kg"] = workouts.rounded(values["volume_kg"])
    values["energy_kcal"] = workouts.rounded(done.c.energy_kcal)
    return [values[name].label(name) for name in SUMS]


def as_object(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Make a JSON object of labelled columns."""
    return json_fields(**{str(column.key): column for column in columns})
