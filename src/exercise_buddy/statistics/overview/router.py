"""The endpoints of the home screen."""

from typing import Annotated

from fastapi import Query, Response

from exercise_buddy.core.http.negotiation import NotAcceptable
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.types import EARLIEST, LATEST_DATE
from exercise_buddy.statistics.charts.drawings import draw_calendar
from exercise_buddy.statistics.charts.response import DRAWN, respond_or_draw
from exercise_buddy.statistics.overview import handlers
from exercise_buddy.statistics.overview.schemas import (
    Calendar,
    CalendarMetric,
    Dashboard,
    Summary,
    Week,
)
from exercise_buddy.statistics.parameters import From, OptionalDate, To
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep

router = Router(prefix="/statistics", tag="statistics")

Year = Annotated[
    int | None,
    Query(ge=EARLIEST.year, le=LATEST_DATE.year, description="A calendar year, instead of `from` and `to`."),
]


@router.get("/dashboard", response_model=Dashboard, responses=documented(Unauthenticated))
async def read_dashboard(inquiry: StatisticsRequestDep) -> Response:
    """Read all that a home screen shows: today, this week and the last one, streaks, goal, records and more."""
    return await inquiry.respond(handlers.read_dashboard)


@router.get("/summary", response_model=Summary, responses=documented(Unauthenticated))
async def read_summary(inquiry: StatisticsRequestDep, from_date: From = None, to_date: To = None) -> Response:
    """Read what a period comes to, and the equally long one before it."""
    return await inquiry.respond(handlers.read_summary, from_date=from_date, to_date=to_date)


@router.get("/weekly", response_model=Week, responses=documented(Unauthenticated))
async def read_week(inquiry: StatisticsRequestDep) -> Response:
    """Read the running week day by day, beside the week before, and how much of your goal is reached."""
    return await inquiry.respond(handlers.read_week)


@router.get("/calendar", response_model=Calendar, responses=DRAWN | documented(Unauthenticated, NotAcceptable))
async def read_calendar(
    inquiry: StatisticsRequestDep,
    metric: Annotated[CalendarMetric, Query(description="What makes a day intense.")] = CalendarMetric.REPS,
    year: Year = None,
    from_date: Annotated[OptionalDate, Query(alias="from", description="The first local day.")] = None,
    to_date: Annotated[OptionalDate, Query(alias="to", description="The last local day, included.")] = None,
) -> Response:
    """Read a year of days, or up to 366 of them, each with how intense it was, for a heat map.

    Without a year or a period it is the year until today; with one end of the period, the year from or until there.
    `Accept: image/svg+xml` draws the heat map.
    """
    return await respond_or_draw(
        inquiry,
        draw_calendar,
        handlers.read_calendar,
        metric=metric,
        year=year,
        from_date=from_date,
        to_date=to_date,
    )
