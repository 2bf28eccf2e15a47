"""The endpoints of the overview: dashboard, summary, week and calendar."""

from typing import Annotated

from fastapi import Query, Response

from exercise_buddy.core.http.negotiation import NotAcceptable
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.types import EARLIEST, LATEST_DATE
from exercise_buddy.statistics.charts.drawings import draw_calendar
from exercise_buddy.statistics.charts.response import DRAWN, respond_or_draw
from exercise_buddy.statistics.overview.handlers import calendar_period
from exercise_buddy.statistics.overview.queries import CALENDAR, DASHBOARD, SUMMARY, WEEK
from exercise_buddy.statistics.overview.schemas import (
    Calendar,
    CalendarMetric,
    Dashboard,
    Summary,
    Week,
)
from exercise_buddy.statistics.parameters import From, IncludeWarmUps, OptionalDate, To
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep
from exercise_buddy.users.public import AccountGone

router = Router(prefix="/statistics", tag="statistics")

Year = Annotated[
    int | None,
    Query(ge=EARLIEST.year, le=LATEST_DATE.year, description="A calendar year, instead of `from` and `to`."),
]


@router.get("/dashboard", response_model=Dashboard, responses=documented(Unauthenticated, AccountGone))
async def get_dashboard(request: StatisticsRequestDep, *, include_warm_ups: IncludeWarmUps = False) -> Response:
    """Get everything that a home screen shows.

    Today, the running week and the last one, streaks, the goal, the latest workouts and records.
    """
    return await request.respond(DASHBOARD, include_warm_ups=include_warm_ups)


@router.get("/summary", response_model=Summary, responses=documented(Unauthenticated, AccountGone))
async def get_summary(
    request: StatisticsRequestDep,
    from_date: From = None,
    to_date: To = None,
    *,
    include_warm_ups: IncludeWarmUps = False,
) -> Response:
    """Get the totals of a period and the one before.

    `previous` is the period of equal length that ends on the day before `from`.
    """
    require_order(from_date, to_date)
    return await request.respond(SUMMARY, from_date=from_date, to_date=to_date, include_warm_ups=include_warm_ups)


@router.get("/weekly", response_model=Week, responses=documented(Unauthenticated, AccountGone))
async def get_week(request: StatisticsRequestDep, *, include_warm_ups: IncludeWarmUps = False) -> Response:
    """Get the running week compared with the last one.

    Day by day, with the progress of your weekly goal.
    """
    return await request.respond(WEEK, include_warm_ups=include_warm_ups)


@router.get(
    "/calendar", response_model=Calendar, responses=DRAWN | documented(Unauthenticated, AccountGone, NotAcceptable)
)
async def get_calendar(
    request: StatisticsRequestDep,
    metric: Annotated[CalendarMetric, Query(description="What makes a day intense.")] = CalendarMetric.REPS,
    year: Year = None,
    from_date: Annotated[OptionalDate, Query(alias="from", description="The first local day.")] = None,
    to_date: Annotated[OptionalDate, Query(alias="to", description="The last local day, included.")] = None,
    *,
    include_warm_ups: IncludeWarmUps = False,
) -> Response:
    """Get up to 366 days with their intensity.

    Without a year or a period these are the 12 months until today. With one end of the period, they are the year from
    or until there. `Accept: image/svg+xml` draws the heat map.
    """
    first_day, last_day = calendar_period(year, from_date, to_date)
    return await respond_or_draw(
        request,
        draw_calendar,
        CALENDAR,
        metric=metric,
        from_date=first_day,
        to_date=last_day,
        include_warm_ups=include_warm_ups,
    )
