"""The endpoints of statistics."""

from fastapi import Response

from exercise_buddy.core.negotiation import NotAcceptable
from exercise_buddy.core.problems import NotFound, Unauthenticated, documented
from exercise_buddy.core.routing import Router, mount
from exercise_buddy.statistics import handlers
from exercise_buddy.statistics.charts.answers import DRAWN, answer_or_draw
from exercise_buddy.statistics.charts.drawings import draw_timeseries
from exercise_buddy.statistics.freshness import InquiryDep
from exercise_buddy.statistics.home.router import router as home
from exercise_buddy.statistics.parameters import From, OfExercise, To
from exercise_buddy.statistics.progress.router import router as progress
from exercise_buddy.statistics.schemas import Bucket, Metric, Timeseries

router = Router(prefix="/statistics", tag="statistics")
mount(router, home, progress)


@router.get(
    "/timeseries",
    response_model=Timeseries,
    responses=DRAWN | documented(Unauthenticated, NotFound, NotAcceptable),
)
async def read_timeseries(
    inquiry: InquiryDep,
    metric: Metric = Metric.WORKOUTS,
    bucket: Bucket = Bucket.WEEK,
    exercise: OfExercise = None,
    from_date: From = None,
    to_date: To = None,
) -> Response:
    """Read a metric over time, by day, week, month or year, without gaps. `Accept: image/svg+xml` draws it."""
    return await answer_or_draw(
        inquiry,
        draw_timeseries,
        handlers.read_timeseries,
        metric=metric,
        bucket=bucket,
        exercise_id=exercise,
        from_date=from_date,
        to_date=to_date,
    )
