"""The use cases of progress: of exercises, muscles, the workload and the quality of reps."""

from datetime import date, datetime
from uuid import UUID

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.statistics.progress.queries import EXERCISE, MUSCLES, REP_QUALITY, WORKLOAD
from exercise_buddy.statistics.progress.schemas import WorkloadMetric
from exercise_buddy.statistics.schemas import Bucket, Formula
from exercise_buddy.statistics.shared.etags import VersionedJson

MAX_DAYS = 10_000
"""The longest period of which each day is shown."""


async def read_exercise_progress(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    exercise_id: UUID,
    formula: Formula,
    bucket: Bucket | None,
    from_date: date | None,
    to_date: date | None,
) -> VersionedJson:
    """Give the `ExerciseProgress` document.

    Raises:
        InvalidInput: the period ends before it begins, or has too many days to show each.
        NotFound: the user can use no such exercise.
        AccountGone: there is no such user any more.

    """
    # No history is too long; but days to come are as many as anybody asks for.
    _require_days(from_date, to_date, now, shown=bucket is Bucket.DAY, begins=from_date or now.date())
    return await EXERCISE.fetch(
        database,
        user_id=user_id,
        now=now,
        exercise_id=exercise_id,
        formula=formula,
        bucket=bucket,
        from_date=from_date,
        to_date=to_date,
    )


async def read_muscles(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    bucket: Bucket | None,
    from_date: date | None,
    to_date: date | None,
) -> VersionedJson:
    """Give the `MuscleStatistics` document.

    Raises:
        InvalidInput: the period ends before it begins, or has too many days to show each.
        AccountGone: there is no such user any more.

    """
    _require_days(from_date, to_date, now, shown=bucket is Bucket.DAY)
    return await MUSCLES.fetch(database, user_id=user_id, now=now, bucket=bucket, from_date=from_date, to_date=to_date)


async def read_workload(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    metric: WorkloadMetric,
    from_date: date | None,
    to_date: date | None,
) -> VersionedJson:
    """Give the `Workload` document, a point for each day.

    Raises:
        InvalidInput: the period ends before it begins, or has too many days to show each.
        AccountGone: there is no such user any more.

    """
    _require_days(from_date, to_date, now)
    return await WORKLOAD.fetch(database, user_id=user_id, now=now, metric=metric, from_date=from_date, to_date=to_date)


async def read_rep_quality(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    bucket: Bucket,
    exercise_id: UUID | None,
    from_date: date | None,
    to_date: date | None,
) -> VersionedJson:
    """Give the `RepQuality` document, of all exercises or of one.

    Raises:
        InvalidInput: the period ends before it begins, or has too many days to show each.
        NotFound: the user can use no such exercise.
        AccountGone: there is no such user any more.

    """
    _require_days(from_date, to_date, now, shown=bucket is Bucket.DAY)
    return await REP_QUALITY.fetch(
        database,
        user_id=user_id,
        now=now,
        exercise_id=exercise_id,
        bucket=bucket,
        from_date=from_date,
        to_date=to_date,
    )


def _require_days(
    from_date: date | None, to_date: date | None, now: datetime, *, shown: bool = True, begins: date | None = None
) -> None:
    require_order(from_date, to_date)
    begins = begins or from_date
    if shown and begins and ((to_date or now.date()) - begins).days > MAX_DAYS:
        message = f"At most {MAX_DAYS} days can be shown each; ask for a shorter period or longer buckets"
        raise InvalidInput(errors=[FieldError("/from", "too_many_points", message, "query")])
