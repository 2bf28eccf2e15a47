"""The endpoints of progress: exercises, muscles, workload and the quality of reps."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from exercise_buddy.core.http.negotiation import NotAcceptable
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.statistics.charts.drawings import draw_exercise_progress
from exercise_buddy.statistics.charts.response import DRAWN, respond_or_draw
from exercise_buddy.statistics.examples import PUSHUPS_ID
from exercise_buddy.statistics.parameters import From, IncludeWarmUps, OfExercise, OneRepMax, RecentFrom, To
from exercise_buddy.statistics.progress.handlers import require_days
from exercise_buddy.statistics.progress.queries import EXERCISE, MUSCLES, REP_QUALITY, WORKLOAD
from exercise_buddy.statistics.progress.schemas import (
    ExerciseProgress,
    MuscleStatistics,
    RepQuality,
    Workload,
    WorkloadMetric,
)
from exercise_buddy.statistics.schemas import Bucket, Formula
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep
from exercise_buddy.users.public import AccountGone

router = Router(prefix="/statistics", tag="statistics")

Buckets = Annotated[Bucket | None, Query(description="Show each of these, without gaps.")]


@router.get(
    "/exercises/{exercise_id}",
    response_model=ExerciseProgress,
    responses=DRAWN | documented(Unauthenticated, AccountGone, NotFound, NotAcceptable),
)
async def get_exercise_progress(
    request: StatisticsRequestDep,
    exercise_id: Annotated[UUID, Path(description="The id of the exercise.", examples=[PUSHUPS_ID])],
    formula: OneRepMax = Formula.EPLEY,
    bucket: Buckets = None,
    from_date: Annotated[
        From, Query(alias="from", description="The first local day. Default: the first day with this exercise.")
    ] = None,
    to_date: To = None,
    *,
    include_warm_ups: IncludeWarmUps = False,
) -> Response:
    """Get your progress in an exercise.

    It has a point for each day with this exercise, or for each bucket of the period. `Accept: image/svg+xml` draws it.
    """
    # Every history is short enough. A period may end in any year to come.
    begins = from_date or request.now.date()
    require_days(from_date, to_date, request.now, shown=bucket is Bucket.DAY, begins=begins)
    return await respond_or_draw(
        request,
        draw_exercise_progress,
        EXERCISE,
        exercise_id=exercise_id,
        formula=formula,
        bucket=bucket,
        from_date=from_date,
        to_date=to_date,
        include_warm_ups=include_warm_ups,
    )


@router.get("/muscles", response_model=MuscleStatistics, responses=documented(Unauthenticated, AccountGone))
async def get_muscles(
    request: StatisticsRequestDep,
    bucket: Buckets = None,
    from_date: RecentFrom = None,
    to_date: To = None,
    *,
    include_warm_ups: IncludeWarmUps = False,
) -> Response:
    """Get the sets and the volume of each muscle group.

    Sets and volume count half for the secondary muscles of an exercise.
    """
    require_days(from_date, to_date, request.now, shown=bucket is Bucket.DAY)
    return await request.respond(
        MUSCLES, bucket=bucket, from_date=from_date, to_date=to_date, include_warm_ups=include_warm_ups
    )


@router.get("/workload", response_model=Workload, responses=documented(Unauthenticated, AccountGone))
async def get_workload(
    request: StatisticsRequestDep,
    metric: Annotated[WorkloadMetric, Query(description="What makes the load of a day.")] = WorkloadMetric.VOLUME_KG,
    from_date: RecentFrom = None,
    to_date: To = None,
    *,
    include_warm_ups: IncludeWarmUps = False,
) -> Response:
    """Get your acute and chronic workload by day.

    Both are exponentially weighted means, over about 7 and 28 days. Their ratio describes your training. It predicts no
    injury and is not advice.
    """
    require_days(from_date, to_date, request.now)
    return await request.respond(
        WORKLOAD, metric=metric, from_date=from_date, to_date=to_date, include_warm_ups=include_warm_ups
    )


@router.get("/rep-quality", response_model=RepQuality, responses=documented(Unauthenticated, AccountGone, NotFound))
async def get_rep_quality(
    request: StatisticsRequestDep,
    exercise: OfExercise = None,
    bucket: Annotated[Bucket, Query(description="The length of a point.")] = Bucket.WEEK,
    from_date: RecentFrom = None,
    to_date: To = None,
) -> Response:
    """Get the quality of your reps, measured by a camera.

    It contains tempo, range of motion, slowdown, consistency and corrections.
    """
    require_days(from_date, to_date, request.now, shown=bucket is Bucket.DAY)
    return await request.respond(REP_QUALITY, bucket=bucket, exercise_id=exercise, from_date=from_date, to_date=to_date)
