"""The endpoints of the home screen."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.negotiation import NotAcceptable
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import EARLIEST, LATEST_DATE
from exercise_buddy.statistics.charts.drawings import draw_calendar
from exercise_buddy.statistics.charts.response import DRAWN, respond_or_draw
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.overview import handlers
from exercise_buddy.statistics.overview.schemas import (
    AllStreaks,
    Calendar,
    CalendarMetric,
    Dashboard,
    Goal,
    GoalHistory,
    GoalInput,
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


@router.get("/streaks", response_model=AllStreaks, responses=documented(Unauthenticated))
async def read_streaks(inquiry: StatisticsRequestDep) -> Response:
    """Read for how many days and weeks you have kept it up, and for how many at most."""
    return await inquiry.respond(handlers.read_streaks)


@router.get("/goal", response_model=Goal, responses=documented(Unauthenticated, NoGoal))
async def read_goal(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Read your weekly goal."""
    return json_response(request, await handlers.read_goal(database, user.user_id))


@router.put("/goal", response_model=Goal, responses=documented(Unauthenticated, PreconditionFailed))
async def set_goal(
    request: Request, user: CurrentUser, session: SessionDep, goal: GoalInput, expected: IfMatch
) -> Response:
    """Set your weekly goal, from today on. What you had before still counts for the weeks before."""
    return json_response(request, await handlers.set_goal(session, user.user_id, goal, datetime.now(UTC), expected))


@router.delete("/goal", status_code=204, responses=documented(Unauthenticated, NoGoal, PreconditionFailed))
async def give_up_goal(user: CurrentUser, session: SessionDep, expected: IfMatch) -> None:
    """Have no weekly goal from today on. What you had still counts for the days before."""
    await handlers.give_up_goal(session, user.user_id, datetime.now(UTC), expected)


@router.get("/goal/history", response_model=GoalHistory, responses=documented(Unauthenticated))
async def read_goal_history(inquiry: StatisticsRequestDep) -> Response:
    """Read all weekly goals that you have had, the latest first: each judges the weeks of its time."""
    return await inquiry.respond(handlers.read_goal_history)
