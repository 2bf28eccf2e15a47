"""The endpoints of statistics."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.core.database import DatabaseDep, SessionDep
from exercise_buddy.core.documents import answer
from exercise_buddy.core.identity import CurrentUser
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.core.routing import Router, mount
from exercise_buddy.statistics import handlers
from exercise_buddy.statistics.errors import NoGoal
from exercise_buddy.statistics.freshness import InquiryDep
from exercise_buddy.statistics.parameters import From, OfExercise, To
from exercise_buddy.statistics.progress.router import router as progress
from exercise_buddy.statistics.schemas import Bucket, Goal, GoalInput, Metric, Summary, Timeseries

router = Router(prefix="/statistics", tag="statistics")


@router.get("/summary", response_model=Summary, responses=documented(Unauthenticated))
async def read_summary(inquiry: InquiryDep, from_date: From = None, to_date: To = None) -> Response:
    """Read what a period comes to, and the equally long one before it."""
    return await inquiry.answer(handlers.read_summary, from_date=from_date, to_date=to_date)


@router.get("/timeseries", response_model=Timeseries, responses=documented(Unauthenticated, NotFound))
async def read_timeseries(
    inquiry: InquiryDep,
    metric: Metric = Metric.WORKOUTS,
    bucket: Bucket = Bucket.WEEK,
    exercise: OfExercise = None,
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


@router.get("/goal", response_model=Goal, responses=documented(Unauthenticated, NoGoal))
async def read_goal(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Read your weekly goal."""
    return answer(request, await handlers.read_goal(database, user.user_id))


@router.put("/goal", response_model=Goal, responses=documented(Unauthenticated))
async def set_goal(request: Request, user: CurrentUser, session: SessionDep, goal: GoalInput) -> Response:
    """Set your weekly goal, from today on. What you had before still counts for the weeks before."""
    return answer(request, await handlers.set_goal(session, user.user_id, goal, datetime.now(UTC)))


mount(router, progress)
