"""The statement of the summary of a period."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    func,
    null,
    select,
)

from exercise_buddy.core.db.json_queries import json_object
from exercise_buddy.statistics.goals.streaks import current_of_days, longest_of_days, runs_of_days, trained_days
from exercise_buddy.statistics.goals.timeline import goals
from exercise_buddy.statistics.shared.body import bodyweight_volume_kg, energy_kcal, mass_on, masses
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, TRUE, USER, period
from exercise_buddy.workouts import public as workouts


def totals(done: FromClause) -> list[ColumnElement[Any]]:
    """Give what workouts come to, labelled like the fields of `Totals`."""
    return [
        func.count().label("workouts"),
        func.coalesce(func.sum(done.c.set_count), 0).label("sets"),
        func.coalesce(func.sum(done.c.rep_count), 0).label("reps"),
        workouts.rounded(func.coalesce(func.sum(done.c.volume_kg), 0)).label("volume_kg"),
        func.coalesce(func.sum(done.c.duration_seconds), 0).label("duration_seconds"),
    ]


def _columns(within: FromClause, mass: CTE, trained: CTE, streaks: list[FromClause]) -> Select[Any]:
    done = workouts.performed_workouts()
    mass_kg = mass_on(done.c.local_date, mass)
    total = (
        select(
            *totals(done),
            bodyweight_volume_kg(done, mass_kg).label("bodyweight_volume_kg"),
            energy_kcal(done, mass_kg).label("energy_kcal"),
        )
        .select_from(done.join(within, TRUE))
        .where(done.c.user_id == USER, done.c.local_date.between(within.c.begins, within.c.ends))
        .subquery("total")
    )
    active_days = (
        select(func.count())
        .select_from(trained)
        .where(trained.c.day.between(within.c.begins, within.c.ends))
        .correlate(within)
        .scalar_subquery()
    )
    current, longest = streaks
    return select(
        within.c.begins.label("from"),
        within.c.ends.label("to"),
        total.c.workouts,
        active_days.label("active_days"),
        total.c.sets,
        total.c.reps,
        total.c.volume_kg,
        total.c.bodyweight_volume_kg,
        total.c.duration_seconds,
        total.c.energy_kcal,
        current.c.length.label("current_streak_days"),
        longest.c.length.label("longest_streak_days"),
    ).select_from(within.join(total, TRUE).join(current, TRUE).join(longest, TRUE))


@cache
def summary(*, with_previous: bool) -> StatisticsQuery:
    """Give the statement of `Summary`. Binds what `period` binds; `with_previous` adds the period before."""
    asked = period()
    length = asked.c.ends - asked.c.begins + ONE
    before = select((asked.c.begins - length).label("begins"), (asked.c.begins - ONE).label("ends"), asked.c.today).cte(
        "before"
    )
    periods = [asked, before] if with_previous else [asked]
    held, mass = goals(), masses()

    def last_day(within: CTE) -> ColumnElement[Any]:
        return select(func.least(within.c.ends, within.c.today)).scalar_subquery()

    today = select(asked.c.today).scalar_subquery()
    trained = trained_days(select(asked.c.ends).scalar_subquery(), held)
    runs = runs_of_days(trained, [last_day(within) for within in periods])
    columns = [
        _columns(
            within,
            mass,
            trained,
            [current_of_days(runs, held, last_day(within), today, index), longest_of_days(runs, index)],
        )
        for index, within in enumerate(periods)
    ]
    previous = json_object(columns[1]) if with_previous else null()
    return StatisticsQuery(select(json_object(columns[0].add_columns(previous.label("previous")))))
