"""The use cases of progress: records, and what exercises, muscles, the workload and the reps come to."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.pagination import decode_cursor
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.statistics.progress.exercise import exercise_progress
from exercise_buddy.statistics.progress.muscles import muscles
from exercise_buddy.statistics.progress.rep_quality import rep_quality
from exercise_buddy.statistics.progress.schemas import WorkloadMetric
from exercise_buddy.statistics.progress.workload import workload
from exercise_buddy.statistics.records.formulas import Formula
from exercise_buddy.statistics.records.history import KEY, history
from exercise_buddy.statistics.records.records import records
from exercise_buddy.statistics.schemas import Bucket, RecordKind
from exercise_buddy.statistics.shared.etags import VersionedJson

MAX_DAYS = 10_000
"""The longest period of which each day is shown."""

_Small = Annotated[int, Field(ge=0, le=32_767)]
_KEY: TypeAdapter[tuple[Literal["records"], AwareDatetime, UUID, int, int, float]] = TypeAdapter(
    tuple[Literal["records"], AwareDatetime, UUID, _Small, _Small, float]
)


async def read_records(
    database: Database, user_id: UUID, now: datetime, *, formula: Formula, exercise_id: UUID | None
) -> VersionedJson:
    """Give the `Records` document, of all exercises or of one.

    Raises:
        NotFound: the user can use no such exercise.
        AccountGone: there is no such user any more.

    """
    statement = records(formula, of_exercise=exercise_id is not None)
    return await statement.fetch(database, user_id=user_id, now=now, exercise_id=exercise_id)


async def read_record_history(
    database: Database,
    user_id: UUID,
    now: datetime,
    *,
    formula: Formula,
    kind: RecordKind | None,
    exercise_id: UUID | None,
    from_date: date | None,
    to_date: date | None,
    limit: int,
    cursor: str | None,
) -> VersionedJson:
    """Give the `RecordHistory` document: a page of the records that were broken, the newest first.

    Raises:
        InvalidInput: the period ends before it begins, the cursor is none of this list, or the kind needs an exercise.
        NotFound: the user can use no such exercise.
        AccountGone: there is no such user any more.

    """
    require_order(from_date, to_date)
    if kind is RecordKind.REPS_AT_LOAD and exercise_id is None:
        message = "The reps at a load are of one exercise: name it"
        raise InvalidInput(errors=[FieldError("/exercise", "missing", message, "query")])
    after = [None] * len(KEY) if cursor is None else decode_cursor(cursor, _KEY)[1:]
    statement = history(formula, kind, of_exercise=exercise_id is not None)
    return await statement.fetch(
        database,
        user_id=user_id,
        now=now,
        exercise_id=exercise_id,
        from_date=from_date,
        to_date=to_date,
        limit=limit,
        **{f"after_{name}": part for name, part in zip(KEY, after, strict=True)},
    )


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
    statement = exercise_progress(formula, bucket)
    return await statement.fetch(
        database, user_id=user_id, now=now, exercise_id=exercise_id, from_date=from_date, to_date=to_date
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
    return await muscles(bucket).fetch(database, user_id=user_id, now=now, from_date=from_date, to_date=to_date)


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
    return await workload(metric).fetch(database, user_id=user_id, now=now, from_date=from_date, to_date=to_date)


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
    statement = rep_quality(bucket, of_exercise=exercise_id is not None)
    return await statement.fetch(
        database, user_id=user_id, now=now, exercise_id=exercise_id, from_date=from_date, to_date=to_date
    )


def _require_days(
    from_date: date | None, to_date: date | None, now: datetime, *, shown: bool = True, begins: date | None = None
) -> None:
    require_order(from_date, to_date)
    begins = begins or from_date
    if shown and begins and ((to_date or now.date()) - begins).days > MAX_DAYS:
        message = f"At most {MAX_DAYS} days can be shown each; ask for a shorter period or longer buckets"
        raise InvalidInput(errors=[FieldError("/from", "too_many_points", message, "query")])
