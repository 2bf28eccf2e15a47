"""The records of the last days, told without reading all that was ever done.

Of each exercise of these days, its best is compared with what was done before, the latest first: somebody who does not
get better every day has done as well not long ago, so the search is short.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Integer,
    Select,
    Subquery,
    Text,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import LateralFromClause

from exercise_buddy.core.documents import json_fields
from exercise_buddy.statistics.documents.period import ONE, TRUE, USER, materialized
from exercise_buddy.statistics.progress.kinds import STORED_IN
from exercise_buddy.statistics.schemas import RecordKind
from exercise_buddy.workouts import public as workouts

DAYS = 30
AT_MOST = 10

_DAYS_AGO: ColumnElement[int] = literal_column(str(DAYS - 1), Integer)
_AT_MOST: ColumnElement[int] = literal_column(str(AT_MOST), Integer)


def recent_records(today: ColumnElement[Any]) -> Select[Any]:
    """Give the columns of `RecentRecord`, the newest first.

    A record is the best value of its kind that there is of an exercise, reached first within the last 30 days, while
    there was another value before: the first of all is a baseline. See `records`.
    """
    begins = today - _DAYS_AGO
    published, done = workouts.performed_exercises(), workouts.performed_workouts()
    recent = materialized(
        select(
            published.c.exercise_id,
            published.c.workout_id,
            published.c.started_at,
            published.c.local_date,
            *(published.c[name] for name, _ in STORED_IN.values()),
        )
        .select_from(
            done.join(
                published, (published.c.user_id == done.c.user_id) & (published.c.workout_id == done.c.workout_id)
            )
        )
        .where(done.c.user_id == USER, done.c.local_date.between(begins, today)),
        "recent",
    )
    reached = [_reached(kind, recent, begins) for kind in STORED_IN]
    found = union_all(*reached).subquery("found")
    names = workouts.exercise_names()
    return (
        select(
            json_fields(id=names.c.exercise_id, name=names.c.name, custom=names.c.custom).label("exercise"),
            found.c.kind,
            found.c.value,
            found.c.unit,
            found.c.local_date.label("date"),
            found.c.workout_id,
        )
        .select_from(found.join(names, names.c.exercise_id == found.c.exercise_id))
        .order_by(found.c.started_at.desc(), names.c.name, found.c.number)
        .limit(_AT_MOST)
    )


def _reached(kind: RecordKind, recent: Any, begins: ColumnElement[Any]) -> Select[Any]:  # noqa: ANN401
    """Give the best of each exercise among the recent ones that nothing before has reached."""
    name, unit = STORED_IN[kind]
    best = (
        select(
            recent.c.exercise_id,
            recent.c[name].label("value"),
            recent.c.started_at,
            recent.c.local_date,
            recent.c.workout_id,
            func.min(recent.c.started_at).over(partition_by=recent.c.exercise_id).label("begun_at"),
        )
        .where(recent.c[name] > literal_column("0"))
        .distinct(recent.c.exercise_id)
        .order_by(recent.c.exercise_id, recent.c[name].desc(), recent.c.started_at, recent.c.workout_id)
        .subquery(f"best_{kind.value}")
    )

    as_good = _before(begins, best, name, best.c.value)
    any_ = _before(begins, best, name, literal_column("float8 '-Infinity'", Double))
    return (
        select(
            best.c.exercise_id,
            literal_column(f"'{kind.value}'", Text).label("kind"),
            cast(best.c.value, Double).label("value"),
            literal_column(f"'{unit}'", Text).label("unit"),
            best.c.local_date,
            best.c.workout_id,
            best.c.started_at,
            literal_column(str(list(RecordKind).index(kind)), Integer).label("number"),
        )
        .select_from(best.outerjoin(as_good, TRUE).outerjoin(any_, TRUE))
        .where(as_good.c.found.is_(None), or_(best.c.started_at > best.c.begun_at, any_.c.found.is_not(None)))
    )


def _before(begins: ColumnElement[Any], best: Subquery, name: str, at_least: ColumnElement[float]) -> LateralFromClause:
    """Find a workout before the recent ones in which the exercise of `best` came to as much; no more than one.

    A lateral search stops there, whatever the planner thinks of how many there are.
    """
    former = workouts.performed_exercises()
    return (
        select(TRUE.label("found"))
        .where(
            former.c.user_id == USER,
            former.c.exercise_id == best.c.exercise_id,
            former.c.local_date < begins,
            former.c[name] > literal_column("0"),
            former.c[name] >= at_least,
        )
        .order_by(former.c.started_at.desc())
        .limit(ONE)
        .lateral()
    )
