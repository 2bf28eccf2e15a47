"""The use cases of the overview."""

from datetime import date, datetime
from uuid import UUID

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.statistics.overview.queries import CALENDAR, DASHBOARD, SUMMARY, WEEK
from exercise_buddy.statistics.overview.schemas import CalendarMetric
from exercise_buddy.statistics.shared.etags import VersionedJson

MAX_CALENDAR_DAYS = 366


async def read_summary(
    database: Database, user_id: UUID, now: datetime, *, from_date: date | None, to_date: date | None
) -> VersionedJson:
    """Return the `Summary` document.

    Args:
        database: the database.
        user_id: the user.
        now: the present (aware), which decides what today is.
        from_date: the first local day; that of the first workout if None.
        to_date: the last local day, included; today in the user's time zone if None.

    Raises:
        InvalidInput: the period ends before it begins.
        AccountGone: the user does not exist any more.

    """
    require_order(from_date, to_date)
    return await SUMMARY.fetch(database, user_id=user_id, now=now, from_date=from_date, to_date=to_date)


async def read_week(database: Database, user_id: UUID, now: datetime) -> VersionedJson:
    """Return the `Week` document of the week of `now` (aware) in the time zone of the user.

    Raises:
        AccountGone: the user does not exist any more.

    """
    return await WEEK.fetch(database, user_id=user_id, now=now)


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
    """Return the `Calendar` document.

    Args:
        database: the database.
        user_id: the user.
        now: the present (aware), which decides what today is.
        metric: what makes a day intense.
        year: a calendar year, instead of a period.
        from_date: the first local day; a year before the last one if None.
        to_date: the last one, included; if None a year after the first, or today if that is None too.

    Raises:
        InvalidInput: the period ends before it begins, is too long, or is named twice.
        AccountGone: the user does not exist any more.

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
    return await CALENDAR.fetch(database, user_id=user_id, now=now, metric=metric, from_date=from_date, to_date=to_date)


async def read_dashboard(database: Database, user_id: UUID, now: datetime) -> VersionedJson:
    """Return the `Dashboard` document.

    Raises:
        AccountGone: the user does not exist any more.

    """
    return await DASHBOARD.fetch(database, user_id=user_id, now=now)
