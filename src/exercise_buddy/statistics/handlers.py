"""The use cases of statistics."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.database import Database
from exercise_buddy.core.documents import Document, json_object
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.tables import core_table
from exercise_buddy.statistics.documents.period import ONE, USER
from exercise_buddy.statistics.documents.summary import summary
from exercise_buddy.statistics.documents.timeseries import OF_ONE_EXERCISE, timeseries
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.freshness import Reading
from exercise_buddy.statistics.schemas import Bucket, GoalInput, Metric
from exercise_buddy.statistics.tables import Goal
from exercise_buddy.users import public as users

MAX_DAYS_BY_DAY = 10_000

_goal = core_table(Goal)


async def read_summary(
    database: Database, user_id: UUID, now: datetime, *, from_date: date | None, to_date: date | None
) -> Reading:
    """Give the `Summary` document.

    Args:
        database: to read from.
        user_id: whose.
        now: the present (aware), which decides what today is.
        from_date: the first local day; that of the first workout if None.
        to_date: the last local day, included; today in the user's time zone if None.

    Raises:
        InvalidInput: the period ends before it begins.
        AccountGone: there is no such user any more.

    """
    require_order(from_date, to_date)
    statement = summary(with_previous=from_date is not None)
    return await statement.fetch(database, user_id=user_id, from_date=from_date, to_date=to_date, now=now)


async def read_timeseries(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    metric: Metric,
    bucket: Bucket,
    exercise_id: UUID | None,
    from_date: date | None,
    to_date: date | None,
) -> Reading:
    """Give the `Timeseries` document: a point for each bucket that the period touches, also where nothing was done.

    Days outside of the period do not count, even if they lie in its first or last bucket.

    Raises:
        InvalidInput: the period ends before it begins, has too many days to show each, or the metric needs an exercise.
        NotFound: the user can use no such exercise.

    """
    require_order(from_date, to_date)
    if bucket is Bucket.DAY and from_date and ((to_date or now.date()) - from_date).days > MAX_DAYS_BY_DAY:
        message = f"At most {MAX_DAYS_BY_DAY} days can be shown each; ask for weeks, months or years"
        raise InvalidInput(errors=[FieldError("/bucket", "too_many_points", message, "query")])
    if metric in OF_ONE_EXERCISE and exercise_id is None:
        message = f"{metric.value} is of one exercise: name it"
        raise InvalidInput(errors=[FieldError("/exercise", "missing", message, "query")])
    statement = timeseries(metric, bucket, of_exercise=exercise_id is not None)
    return await statement.fetch(
        database, user_id=user_id, from_date=from_date, to_date=to_date, now=now, exercise_id=exercise_id
    )


# --- the goal ----------------------------------------------------------------------------------------------------

_current_goal = Document(
    sa.select(
        json_object(
            sa.select(_goal.c.metric, _goal.c.target, _goal.c.rest_days, _goal.c.valid_since)
            .where(_goal.c.user_id == USER)
            .order_by(_goal.c.valid_since.desc())
            .limit(ONE)
        )
    )
)


async def read_goal(database: Database, user_id: UUID) -> bytes:
    """Give the `Goal` document.

    Raises:
        NoGoal: the user has set none.

    """
    content = await _current_goal.fetch(database, user_id=user_id)
    if content is None:
        raise NoGoal
    return content


async def set_goal(session: AsyncSession, user_id: UUID, given: GoalInput, now: datetime) -> bytes:
    """Set the goal from today (the user's local day) on, and give the `Goal` document. Earlier goals stay in history.

    Raises:
        AccountGone: there is no such user any more.

    """
    await users.bump_revision(session, user_id)
    calendars = users.calendars()
    found = await session.exec(
        select(calendars.c.today).where(calendars.c.user_id == USER), params={"user_id": user_id, "now": now}
    )
    values = {
        "user_id": user_id,
        "valid_since": found.one(),
        "metric": given.metric,
        "target": given.target,
        "rest_days": [day.value for day in given.rest_days],
    }
    statement = insert(_goal).values(values)
    changed = {name: statement.excluded[name] for name in ("metric", "target", "rest_days")}
    await session.exec(statement.on_conflict_do_update(index_elements=["user_id", "valid_since"], set_=changed))
    content = await _current_goal.fetch_in(session, user_id=user_id)
    if content is None:
        raise NoGoal
    return content
