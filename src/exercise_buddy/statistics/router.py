"""The endpoints of statistics."""

from typing import Annotated, Any

from fastapi import Query, Response

from exercise_buddy.core.http.negotiation import NotAcceptable
from exercise_buddy.core.http.routing import Router, mount
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.charts.drawings import draw_timeseries
from exercise_buddy.statistics.charts.response import DRAWN, respond_or_draw
from exercise_buddy.statistics.goals.router import router as goals
from exercise_buddy.statistics.handlers import timeseries_query
from exercise_buddy.statistics.links.router import router as links
from exercise_buddy.statistics.overview.router import router as overview
from exercise_buddy.statistics.parameters import From, IncludeWarmUps, OfExercise, To
from exercise_buddy.statistics.progress.router import router as progress
from exercise_buddy.statistics.records.router import router as records
from exercise_buddy.statistics.schemas import Bucket, Formula, Metric, Timeseries
from exercise_buddy.statistics.shared.etags import StatisticsRequestDep
from exercise_buddy.users.public import AccountGone

router = Router(
    prefix="/statistics",
    tag="statistics",
    about="Totals, records, progress, streaks and goals, computed from your workouts.",
)
mount(router, overview, goals, records, progress, links)


@router.get(
    "/timeseries",
    response_model=Timeseries,
    responses=DRAWN | documented(Unauthenticated, AccountGone, NotFound, NotAcceptable),
)
async def get_timeseries(
    request: StatisticsRequestDep,
    metric: Annotated[Metric, Query(description="The quantity.")] = Metric.WORKOUTS,
    bucket: Annotated[Bucket, Query(description="The length of a point.")] = Bucket.WEEK,
    exercise: OfExercise = None,
    muscle: Annotated[Muscle | None, Query(description="Only exercises that train this muscle.")] = None,
    formula: Annotated[Formula, Query(description="Of the estimated one-rep max.")] = Formula.EPLEY,
    from_date: From = None,
    to_date: To = None,
    *,
    include_warm_ups: IncludeWarmUps = False,
) -> Response:
    """Get a metric over time, in buckets without gaps.

    Of all workouts, of one exercise or of one muscle. `Accept: image/svg+xml` draws it.
    """
    asked: dict[str, Any] = {
        "metric": metric,
        "bucket": bucket,
        "exercise_id": exercise,
        "muscle": muscle,
        "from_date": from_date,
        "to_date": to_date,
    }
    query = timeseries_query(request.now, **asked)
    return await respond_or_draw(
        request, draw_timeseries, query, formula=formula, include_warm_ups=include_warm_ups, **asked
    )
