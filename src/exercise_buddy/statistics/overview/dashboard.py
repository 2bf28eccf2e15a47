"""The dashboard: all that a home screen shows, by one statement.

All days of the user are read once, from an index that holds their totals. Streaks, weeks, the calendar and the totals
are made of them.
"""

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, FromClause, Integer, Select, cast, func, literal_column, select

from exercise_buddy.core.db.json_queries import json_array, json_object
from exercise_buddy.statistics.goals import timeline
from exercise_buddy.statistics.goals.days import all_days, calendar, days_of_streaks, of, totals
from exercise_buddy.statistics.goals.streaks import all_streaks, sums_of_weeks
from exercise_buddy.statistics.overview.calendar import calendar_days
from exercise_buddy.statistics.overview.schemas import CalendarMetric
from exercise_buddy.statistics.overview.weekly import running_week, week
from exercise_buddy.statistics.records.recent import recent_records
from exercise_buddy.statistics.shared.body import masses
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, SEVEN, TRUE, USER, first_of_week, materialized, week_number
from exercise_buddy.workouts import public as workouts

WEEKS = 12
LATEST = 5

_EARLIER_WEEKS: ColumnElement[int] = literal_column(str(WEEKS - 1), Integer)
_LATEST: ColumnElement[int] = literal_column(str(LATEST), Integer)
_NONE: ColumnElement[int] = literal_column("0", Integer)


def _last_weeks(weeks: FromClause, now: CTE) -> Select[*tuple[Any, ...]]:
    running = week_number(now.c.today, now.c.week_start)
    ago = (
        func.generate_series(_EARLIER_WEEKS, _NONE, literal_column("-1"))
        .table_valued("weeks", name="ago")
        .render_derived()
    )
    number = running - ago.c.weeks
    first = cast(first_of_week(number, now.c.week_start), Date)
    return (
        select(
            first.label("from"),
            (first + (SEVEN - ONE)).label("to"),
            func.coalesce(weeks.c.workouts, _NONE).label("workouts"),
            func.coalesce(weeks.c.reps, _NONE).label("reps"),
            workouts.rounded(func.coalesce(weeks.c.volume_kg, _NONE)).label("volume_kg"),
            func.coalesce(weeks.c.duration_seconds, _NONE).label("duration_seconds"),
        )
        .select_from(now.join(ago, TRUE).outerjoin(weeks, weeks.c.week == number))
        .order_by(ago.c.weeks.desc())
    )


def _latest_workouts() -> Select[*tuple[Any, ...]]:
    done = workouts.performed_workouts()
    return (
        select(
            done.c.workout_id.label("id"),
            done.c.title,
            done.c.started_at,
            done.c.local_date.label("date"),
            done.c.exercise_count.label("exercises"),
            done.c.set_count.label("sets"),
            done.c.rep_count.label("reps"),
            done.c.volume_kg,
            done.c.duration_seconds,
        )
        .where(done.c.user_id == USER)
        .order_by(done.c.started_at.desc(), done.c.workout_id.desc())
        .limit(_LATEST)
    )


@cache
def dashboard() -> StatisticsQuery:
    """Give the statement of `Dashboard`."""
    now, held = calendar(), timeline.goals()
    days = all_days(held, masses())
    running = running_week(now)
    weeks = sums_of_weeks(days, now, ["volume_kg"])
    today = of(now, "today")
    first_shown = of(running, "begins") - _EARLIER_WEEKS * SEVEN
    # Looked through several times, unlike all the others.
    latest = materialized(select(days).where(days.c.day >= first_shown), "latest_day")
    return StatisticsQuery(
        select(
            json_object(
                select(
                    now.c.today.label("date"),
                    json_object(select(*totals(latest)).where(latest.c.day == today)).label("today"),
                    json_object(week(running, latest, held)).label("week"),
                    json_object(all_streaks(days, weeks, now, held)).label("streaks"),
                    json_object(select(*totals(days))).label("all_time"),
                    json_array(_last_weeks(weeks, now)).label("weeks"),
                    json_array(calendar_days(first_shown, today, latest, CalendarMetric.REPS)).label("calendar"),
                    json_array(_latest_workouts()).label("workouts"),
                    json_array(recent_records(today)).label("records"),
                )
            )
        )
    )


@cache
def streaks() -> StatisticsQuery:
    """Give the statement of `AllStreaks`."""
    now, held = calendar(), timeline.goals()
    days = days_of_streaks(held)
    return StatisticsQuery(select(json_object(all_streaks(days, sums_of_weeks(days, now), now, held))))
