"""The endpoints of statistics."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from exercise_buddy.core.database import DatabaseDep, SessionDep
from exercise_buddy.core.documents import answer
from exercise_buddy.core.fields import LocalDate
from exercise_buddy.core.identity import CurrentUser
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.core.routing import Router
from exercise_buddy.statistics import handlers
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.freshness import InquiryDep
from exercise_buddy.statistics.schemas import Bucket, Goal, GoalInput, Metric, Records, Summary, Timeseries

router = Router(prefix="/statistics", tag="statistics")

From = Annotated[
    LocalDate | None, Query(alias="from", description="The first local day; that of your first workout without it.")
]
To = Annotated[LocalDate | None, Query(alias="to", description="The last local day, included; today without it.")]


@router.get("/summary", response_model=Summary, responses=documented(Unauthenticated))
async def read_summary(inquiry: InquiryDep, from_date: From = None, to_date: To = None) -> Response:
    """Read what a period comes to, and the equally long one before it."""
    return await inquiry.answer(handlers.read_summary, from_date=from_date, to_date=to_date)


@router.get("/timeseries", response_model=Timeseries, responses=documented(Unauthenticated, NotFound))
async def read_timeseries(
    inquiry: InquiryDep,
    metric: Metric = Metric.WORKOUTS,
    bucket: Bucket = Bucket.WEEK,
    exercise: Annotated[UUID | None, Query(description="Of this exercise only.")] = None,
    from_date: From = None,
    to_date: To = None,
) -> Response:
    """Read a metric over time, by day, week, month or year, without gaps."""
    return await inquiry.answer(
        handlers.read_timeseries,
        metric=metric,
        bucket=bucket,
        exercise_id=exercise,
        from_date=from_date,
        to_date=to_date,
    )


@router.get("/records", response_model=Records, responses=documented(Unauthenticated))
async def read_records(
    request: Request,
    user: CurrentUser,
    database: DatabaseDep,
    exercise: Annotated[UUID | None, Query(description="Of this exercise only.")] = None,
) -> Response:
    """Read your personal records, by exercise and kind, each with the workout that set it."""
    return answer(request, await handlers.read_records(database, user.user_id, exercise))


@router.get("/goal", response_model=Goal, responses=documented(Unauthenticated, NoGoal))
async def read_goal(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Read your weekly goal."""
    return answer(request, await handlers.read_goal(database, user.user_id))


@router.put("/goal", response_model=Goal, responses=documented(Unauthenticated))
async def set_goal(request: Request, user: CurrentUser, session: SessionDep, goal: GoalInput) -> Response:
    """Set your weekly goal, from today on. What you had before still counts for the weeks before."""
    return answer(request, await handlers.set_goal(session, user.user_id, goal, datetime.now(UTC)))
