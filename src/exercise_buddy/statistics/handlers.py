"""The rules of a time series."""

from datetime import date, datetime
from uuid import UUID

from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.overview.queries import TIMESERIES, TIMESERIES_OF_EXERCISES
from exercise_buddy.statistics.schemas import Bucket, Metric
from exercise_buddy.statistics.shared.etags import StatisticsQuery

MAX_DAYS_BY_DAY = 10_000

_OF_ONE_EXERCISE = {Metric.WEIGHT_KG, Metric.E1RM_KG}
_OF_WHOLE_WORKOUTS = {Metric.ENERGY_KCAL}


def timeseries_query(
    now: datetime,
    *,
    metric: Metric,
    bucket: Bucket,
    exercise_id: UUID | None,
    muscle: Muscle | None,
    from_date: date | None,
    to_date: date | None,
) -> StatisticsQuery:
    """Return the query of `Timeseries`: a point for each bucket of the period, empty buckets included.

    Days outside the period do not count, even in its first and last bucket.

    Raises:
        InvalidInput: the period ends before it begins, has too many days for a bucket each, or the metric is not
            available for the exercise, the muscle or workouts.

    """
    require_order(from_date, to_date)
    # A history is short enough. Only a period that ends in the future can have too many days.
    begins = from_date or now.date()
    if bucket is Bucket.DAY and ((to_date or now.date()) - begins).days > MAX_DAYS_BY_DAY:
        message = f"At most {MAX_DAYS_BY_DAY} days can have a point each; ask for weeks, months or years"
        raise _invalid("/bucket", "too_many_points", message)
    if exercise_id is not None and muscle is not None:
        raise _invalid("/muscle", "exercise_and_muscle", "Ask for an exercise or for a muscle")
    if metric in _OF_ONE_EXERCISE and exercise_id is None:
        raise _invalid("/exercise", "missing", f"{metric.value} needs an exercise")
    if exercise_id is None and muscle is None:
        return TIMESERIES
    if metric in _OF_WHOLE_WORKOUTS:
        raise _invalid("/metric", "of_whole_workouts", f"{metric.value} is available for whole workouts only")
    return TIMESERIES_OF_EXERCISES


def _invalid(pointer: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError(pointer, code, message, "query")])
