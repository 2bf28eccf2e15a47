"""The rules of a time series."""

from datetime import date, datetime
from uuid import UUID

from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.overview.queries import OF_ONE_EXERCISE, OF_WHOLE_WORKOUTS, timeseries
from exercise_buddy.statistics.schemas import Bucket, Formula, Metric, Scope
from exercise_buddy.statistics.shared.etags import StatisticsQuery

MAX_DAYS_BY_DAY = 10_000


def timeseries_query(
    now: datetime,
    *,
    metric: Metric,
    bucket: Bucket,
    exercise_id: UUID | None,
    muscle: Muscle | None,
    formula: Formula,
    from_date: date | None,
    to_date: date | None,
) -> StatisticsQuery:
    """Return the query of `Timeseries`: a point for each bucket that the period touches, also an empty one.

    Days outside of the period do not count, even if they lie in its first or last bucket.

    Raises:
        InvalidInput: the period ends before it begins, has too many days for a bucket each, or the exercise, the muscle
            or the workouts have no such metric.

    """
    require_order(from_date, to_date)
    # Every history is short enough. A period may end in any year to come.
    begins = from_date or now.date()
    if bucket is Bucket.DAY and ((to_date or now.date()) - begins).days > MAX_DAYS_BY_DAY:
        message = f"At most {MAX_DAYS_BY_DAY} days can be shown each; ask for weeks, months or years"
        raise _refused("/bucket", "too_many_points", message)
    if exercise_id is not None and muscle is not None:
        raise _refused("/muscle", "exercise_and_muscle", "Ask for an exercise or for a muscle")
    if metric in OF_ONE_EXERCISE and exercise_id is None:
        raise _refused("/exercise", "missing", f"{metric.value} is of one exercise: name it")
    scope = Scope.EXERCISE if exercise_id is not None else Scope.MUSCLE if muscle is not None else Scope.WORKOUTS
    if metric in OF_WHOLE_WORKOUTS and scope is not Scope.WORKOUTS:
        raise _refused("/metric", "of_whole_workouts", f"{metric.value} is of whole workouts")
    return timeseries(metric, scope, formula)


def _refused(pointer: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError(pointer, code, message, "query")])
