"""The use cases of statistics."""

from datetime import date, datetime
from uuid import UUID

from exercise_buddy.core.database import Database
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.tables import core_table
from exercise_buddy.statistics.documents.timeseries import OF_ONE_EXERCISE, timeseries
from exercise_buddy.statistics.freshness import Reading
from exercise_buddy.statistics.schemas import Bucket, Metric
from exercise_buddy.statistics.tables import Goal

MAX_DAYS_BY_DAY = 10_000

_goal = core_table(Goal)


async def read_timeseries(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    metric: Metric,
    bucket: Bucket,
    exercise_id: UUID | None,
    from_date: date | None,
    to_date: date | None,
) -> Reading:
    """Give the `Timeseries` document: a point for each bucket that the period touches, also where nothing was done.

    Days outside of the period do not count, even if they lie in its first or last bucket.

    Raises:
        InvalidInput: the period ends before it begins, has too many days to show each, or the metric needs an exercise.
        NotFound: the user can use no such exercise.

    """
    require_order(from_date, to_date)
    if bucket is Bucket.DAY and from_date and ((to_date or now.date()) - from_date).days > MAX_DAYS_BY_DAY:
        message = f"At most {MAX_DAYS_BY_DAY} days can be shown each; ask for weeks, months or years"
        raise InvalidInput(errors=[FieldError("/bucket", "too_many_points", message, "query")])
    if metric in OF_ONE_EXERCISE and exercise_id is None:
        message = f"{metric.value} is of one exercise: name it"
        raise InvalidInput(errors=[FieldError("/exercise", "missing", message, "query")])
    statement = timeseries(metric, bucket, of_exercise=exercise_id is not None)
    return await statement.fetch(
        database, user_id=user_id, from_date=from_date, to_date=to_date, now=now, exercise_id=exercise_id
    )
