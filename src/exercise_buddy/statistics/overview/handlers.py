"""The use cases of the home screen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.goals.queries import current_goal, goal_history
from exercise_buddy.statistics.goals.timeline import goal as _goal
from exercise_buddy.statistics.overview import dashboard as dashboards
from exercise_buddy.statistics.overview.calendar import calendar_of
from exercise_buddy.statistics.overview.schemas import CalendarMetric, GoalInput
from exercise_buddy.statistics.overview.summary import summary
from exercise_buddy.statistics.overview.weekly import weekly
from exercise_buddy.statistics.shared.etags import VersionedJson
from exercise_buddy.statistics.shared.period import USER
from exercise_buddy.users import public as users

MAX_CALENDAR_DAYS = 366


async def read_summary(
    database: Database, user_id: UUID, now: datetime, *, from_date: date | None, to_date: date | None
) -> VersionedJson:
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


async def read_week(database: Database, user_id: UUID, now: datetime) -> VersionedJson:
    """Give the `Week` document: the week in which `now` (aware) is where the user is.

    Raises:
        AccountGone: there is no such user any more.

    """
    return await weekly().fetch(database, user_id=user_id, now=now)


async def read_calendar(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    metric: CalendarMetric,
    year: int | None,
    from_date: date | None,
    to_date: date | None,
) -> VersionedJson:
    """Give the `Calendar` document. What draws it reads it here too.

    Args:
        database: to read from.
        user_id: whose.
        now: the present (aware), which decides what today is.
        metric: what makes a day intense.
        year: a calendar year, instead of a period.
        from_date: the first local day; a year before the last one if None.
        to_date: the last one, included; if None a year after the first, or today if that is None too.

    Raises:
        InvalidInput: the period ends before it begins, is too long, or is named twice.
        AccountGone: there is no such user any more.

    """
    if year is not None:
        if from_date or to_date:
            message = "Ask for a year or for a period"
            raise InvalidInput(errors=[FieldError("/year", "year_and_period", message, "query")])
        from_date, to_date = date(year, 1, 1), date(year, 12, 31)
    require_order(from_date, to_date)
    if from_date and to_date and (to_date - from_date).days >= MAX_CALENDAR_DAYS:
        message = f"A calendar has at most {MAX_CALENDAR_DAYS} days"
        raise InvalidInput(errors=[FieldError("/to", "too_long", message, "query")])
    statement = calendar_of(metric)
    return await statement.fetch(database, user_id=user_id, from_date=from_date, to_date=to_date, now=now)


async def read_streaks(database: Database, user_id: UUID, now: datetime) -> VersionedJson:
    """Give the `AllStreaks` document.

    Raises:
        AccountGone: there is no such user any more.

    """
    return await dashboards.streaks().fetch(database, user_id=user_id, now=now)


async def read_dashboard(database: Database, user_id: UUID, now: datetime) -> VersionedJson:
    """Give the `Dashboard` document.

    Raises:
        AccountGone: there is no such user any more.

    """
    return await dashboards.dashboard().fetch(database, user_id=user_id, now=now)


# --- the goal ----------------------------------------------------------------------------------------------------


async def read_goal(database: Database, user_id: UUID) -> bytes:
    """Give the `Goal` document.

    Raises:
        NoGoal: the user has none.

    """
    content = await current_goal.find(database, user_id=user_id)
    if content is None:
        raise NoGoal
    return content


async def read_goal_history(database: Database, user_id: UUID, now: datetime) -> VersionedJson:
    """Give the `GoalHistory` document.

    Raises:
        AccountGone: there is no such user any more.

    """
    return await goal_history.fetch(database, user_id=user_id, now=now)


async def set_goal(
    session: AsyncSession, user_id: UUID, given: GoalInput, now: datetime, expected: Precondition
) -> bytes:
    """Set the goal from today (the user's local day) on, and give the `Goal` document. Earlier goals stay in history.

    Raises:
        AccountGone: there is no such user any more.
        PreconditionFailed: the goal is another version, or there is none.

    """
    await users.bump_revision(session, user_id)
    await _require(session, user_id, expected)
    today = await _today(session, user_id, now)
    # Set where it was tomorrow already.
    await session.exec(delete(_goal).where(_goal.c.user_id == user_id, _goal.c.valid_since > today))
    values = {
        "user_id": user_id,
        "valid_since": today,
        "metric": given.metric,
        "target": given.target,
        "rest_days": [day.value for day in given.rest_days],
        "ended_on": None,
    }
    statement = insert(_goal).values(values)
    changed = {name: statement.excluded[name] for name in ("metric", "target", "rest_days", "ended_on")}
    await session.exec(statement.on_conflict_do_update(index_elements=["user_id", "valid_since"], set_=changed))
    content = await current_goal.find(session, user_id=user_id)
    if content is None:
        raise NoGoal
    return content


async def give_up_goal(session: AsyncSession, user_id: UUID, now: datetime, expected: Precondition) -> None:
    """Have no goal from today (the user's local day) on. The days before are judged by it still.

    Raises:
        AccountGone: there is no such user any more.
        NoGoal: the user has none.
        PreconditionFailed: the goal is another version.

    """
    await users.bump_revision(session, user_id)
    await _require(session, user_id, expected, there=True)
    today = await _today(session, user_id, now)
    mine = _goal.c.user_id == user_id
    await session.exec(delete(_goal).where(mine, _goal.c.valid_since >= today))
    latest = select(_goal.c.valid_since).where(mine).order_by(_goal.c.valid_since.desc()).limit(1).scalar_subquery()
    await session.exec(
        update(_goal).where(mine, _goal.c.valid_since == latest, _goal.c.ended_on.is_(None)).values(ended_on=today)
    )


async def _require(session: AsyncSession, user_id: UUID, expected: Precondition, *, there: bool = False) -> None:
    content = await current_goal.find(session, user_id=user_id)
    if content is None and there:
        raise NoGoal
    if expected:
        expected.require(content or b"")


async def _today(session: AsyncSession, user_id: UUID, now: datetime) -> date:
    calendars = users.calendars()
    found = await session.exec(
        select(calendars.c.today).where(calendars.c.user_id == USER), params={"user_id": user_id, "now": now}
    )
    today: date = found.one()
    return today
