"""The endpoints of statistics."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from exercise_buddy.core.database import DatabaseDep
from exercise_buddy.core.documents import answer
from exercise_buddy.core.identity import CurrentUser
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.core.routing import Router, mount
from exercise_buddy.statistics import handlers
from exercise_buddy.statistics.freshness import InquiryDep
from exercise_buddy.statistics.home.router import router as home
from exercise_buddy.statistics.parameters import From, To
from exercise_buddy.statistics.progress.formulas import Formula
from exercise_buddy.statistics.schemas import Bucket, Metric, Records, Timeseries
from exercise_buddy.workouts.public import Muscle

router = Router(prefix="/statistics", tag="statistics")
mount(router, home)


@router.get("/timeseries", response_model=Timeseries, responses=documented(Unauthenticated, NotFound))
async def read_timeseries(
    inquiry: InquiryDep,
    metric: Metric = Metric.WORKOUTS,
    bucket: Bucket = Bucket.WEEK,
    exercise: Annotated[UUID | None, Query(description="Of this exercise only.")] = None,
    muscle: Annotated[Muscle | None, Query(description="Of what was done for this muscle only.")] = None,
    formula: Annotated[Formula, Query(description="Of the estimated one-rep max.")] = Formula.EPLEY,
    from_date: From = None,
    to_date: To = None,
) -> Response:
    """Read a metric over time, by day, week, month or year, without gaps: of all, of an exercise, or of a muscle."""
    return await inquiry.answer(
        handlers.read_timeseries,
        metric=metric,
        bucket=bucket,
        exercise_id=exercise,
        muscle=muscle,
        formula=formula,
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
