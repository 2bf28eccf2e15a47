"""The use cases of chart links: what a chart is drawn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from fastapi import Response

from exercise_buddy.core.ops.rate_limits import Limit
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.svg import MEDIA_TYPE
from exercise_buddy.statistics.charts.drawings import (
    Content,
    draw_calendar,
    draw_exercise_progress,
    draw_timeseries,
)
from exercise_buddy.statistics.handlers import timeseries_query
from exercise_buddy.statistics.links.schemas import CalendarChart, ExerciseChart, LinkedChart, TimeseriesChart
from exercise_buddy.statistics.overview.handlers import calendar_period
from exercise_buddy.statistics.overview.queries import CALENDAR
from exercise_buddy.statistics.progress.handlers import require_days
from exercise_buddy.statistics.progress.queries import EXERCISE
from exercise_buddy.statistics.schemas import Bucket
from exercise_buddy.statistics.shared.etags import StatisticsQuery, StatisticsRequest

LINKED_CHARTS_OF_USER = Limit("linked_charts_user", "120/minute")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The function that draws a chart, the query of its content, and the values of the query."""

    draw: Callable[[Content], bytes]
    query: StatisticsQuery
    values: dict[str, Any]


def _plan_timeseries(chart: TimeseriesChart, now: datetime) -> Drawing:
    asked: dict[str, Any] = {
        "metric": chart.metric,
        "bucket": chart.bucket,
        "exercise_id": chart.exercise,
        "muscle": chart.muscle,
        "from_date": chart.from_date,
        "to_date": chart.to_date,
    }
    return Drawing(
        draw_timeseries,
        timeseries_query(now, **asked),
        {"formula": chart.formula, "include_warm_ups": chart.include_warm_ups, **asked},
    )


def _plan_exercise(chart: ExerciseChart, now: datetime) -> Drawing:
    begins = chart.from_date or now.date()
    require_days(chart.from_date, chart.to_date, now, shown=chart.bucket is Bucket.DAY, begins=begins)
    values = {
        "exercise_id": chart.exercise_id,
        "formula": chart.formula,
        "bucket": chart.bucket,
        "from_date": chart.from_date,
        "to_date": chart.to_date,
        "include_warm_ups": chart.include_warm_ups,
    }
    return Drawing(draw_exercise_progress, EXERCISE, values)


def _plan_calendar(chart: CalendarChart) -> Drawing:
    first_day, last_day = calendar_period(chart.year, chart.from_date, chart.to_date)
    return Drawing(
        draw_calendar,
        CALENDAR,
        {
            "metric": chart.metric,
            "from_date": first_day,
            "to_date": last_day,
            "include_warm_ups": chart.include_warm_ups,
        },
    )


def _plan_drawing(linked: LinkedChart, now: datetime) -> Drawing:
    kinds = linked.describe().keys()
    if len(kinds) != 1:
        message = "Name exactly one chart: timeseries, exercise or calendar"
        raise InvalidInput(errors=[FieldError("", "one_chart", message)])
    try:
        if linked.timeseries is not None:
            return _plan_timeseries(linked.timeseries, now)
        if linked.exercise is not None:
            return _plan_exercise(linked.exercise, now)
        return _plan_calendar(linked.calendar or CalendarChart())
    except InvalidInput as error:
        # The rules are those of the query parameters with the same names.
        (kind,) = kinds
        errors = [replace(found, pointer=f"/{kind}{found.pointer}", location="body") for found in error.errors]
        raise InvalidInput(errors=errors) from None


async def draw_chart(request: StatisticsRequest, chart: LinkedChart, headers: dict[str, str] | None = None) -> Response:
    """Respond with a chart. Its entry in the cache and its `ETag` do not depend on the link that shows it.

    Raises:
        InvalidInput: there is not one chart, or its fields contradict each other.
        NotFound: the exercise does not exist.
        AccountGone: the account no longer exists.

    """
    plan = _plan_drawing(chart, request.now)
    resource = ("linked chart", orjson.dumps(chart.describe()).decode())
    drawn = replace(request, media_type=MEDIA_TYPE, headers=headers, resource=resource)
    return await drawn.respond(plan.query, plan.draw, **plan.values)
