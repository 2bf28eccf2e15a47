"""The endpoints of progress: of exercises, muscles, the workload and the quality of reps."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from exercise_buddy.core.http.negotiation import NotAcceptable
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.statistics.charts.drawings import draw_exercise_progress
from exercise_buddy.statistics.charts.response import DRAWN, respond_or_draw
from exercise_buddy.statistics.parameters import From, OfExercise, OneRepMax, RecentFrom, To
from exercise_buddy.statistics.progress import handlers
from exercise_buddy.statistics.progress.schemas import (
    ExerciseProgress,
    MuscleStatistics,
    RepQuality,
    Workload,
    WorkloadMetric,
)
from exercise_buddy.statistics.schemas import Bucket, Formula
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep

router = Router(prefix="/statistics", tag="statistics")

Buckets = Annotated[Bucket | None, Query(description="Show each of these, without gaps.")]


@router.get(
    "/exercises/{exercise_id}",
    response_model=ExerciseProgress,
    responses=DRAWN | documented(Unauthenticated, NotFound, NotAcceptable),
)
async def read_exercise_progress(
    inquiry: StatisticsRequestDep,
    exercise_id: UUID,
    formula: OneRepMax = Formula.EPLEY,
    bucket: Buckets = None,
    from_date: Annotated[
        From, Query(alias="from", description="The first local day; the first with it without.")
    ] = None,
    to_date: To = None,
) -> Response:
    """Read your progress in an exercise: a point for each day on which you did it, or for each bucket of a period.

    `Accept: image/svg+xml` draws it.
    """
    return await respond_or_draw(
        inquiry,
        draw_exercise_progress,
        handlers.read_exercise_progress,
        exercise_id=exercise_id,
        formula=formula,
        bucket=bucket,
        from_date=from_date,
        to_date=to_date,
    )


@router.get("/muscles", response_model=MuscleStatistics, responses=documented(Unauthenticated))
async def read_muscles(
    inquiry: StatisticsRequestDep, bucket: Buckets = None, from_date: RecentFrom = None, to_date: To = None
) -> Response:
    """Read what each muscle group did. Where an exercise works a muscle second, its sets and volume count half."""
    return await inquiry.respond(handlers.read_muscles, bucket=bucket, from_date=from_date, to_date=to_date)


@router.get("/workload", response_model=Workload, responses=documented(Unauthenticated))
async def read_workload(
    inquiry: StatisticsRequestDep,
    metric: WorkloadMetric = WorkloadMetric.VOLUME_KG,
    from_date: RecentFrom = None,
    to_date: To = None,
) -> Response:
    """Read how much you did lately against what you are used to, day by day.

    Both are exponentially weighted means, over about 7 and 28 days. Their ratio describes your training. It foretells
    no injury, and is no advice.
    """
    return await inquiry.respond(handlers.read_workload, metric=metric, from_date=from_date, to_date=to_date)


@router.get("/rep-quality", response_model=RepQuality, responses=documented(Unauthenticated, NotFound))
async def read_rep_quality(
    inquiry: StatisticsRequestDep,
    exercise: OfExercise = None,
    bucket: Bucket = Bucket.WEEK,
    from_date: RecentFrom = None,
    to_date: To = None,
) -> Response:
    """Read how well you did your reps, as a camera saw them: tempo, range, slowdown, consistency, and corrections."""
    return await inquiry.respond(
        handlers.read_rep_quality, bucket=bucket, exercise_id=exercise, from_date=from_date, to_date=to_date
    )
