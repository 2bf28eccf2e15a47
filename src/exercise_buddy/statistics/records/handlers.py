"""The use cases of personal records: those that stand, and how they were broken."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.pagination import decode_cursor
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.statistics.records.queries import HISTORY, RECORDS
from exercise_buddy.statistics.schemas import Formula, RecordKind
from exercise_buddy.statistics.shared.etags import VersionedJson

_CURSOR_KEY = ("started_at", "workout_id", "position", "number", "weight_kg")
"""What orders the history. A workout can break several records at once."""

_Small = Annotated[int, Field(ge=0, le=32_767)]
_Cursor: TypeAdapter[tuple[Literal["records"], AwareDatetime, UUID, int, int, float]] = TypeAdapter(
    tuple[Literal["records"], AwareDatetime, UUID, _Small, _Small, float]
)


async def read_records(
    database: Database, user_id: UUID, now: datetime, *, formula: Formula, exercise_id: UUID | None
) -> VersionedJson:
    """Return the `Records` document, of all exercises or of one.

    Raises:
        NotFound: the user can use no such exercise.
        AccountGone: the user does not exist any more.

    """
    return await RECORDS.fetch(database, user_id=user_id, now=now, exercise_id=exercise_id, formula=formula)


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
    """Return the `RecordHistory` document: a page of the records that were broken, the newest first.

    Raises:
        InvalidInput: the period ends before it begins, the cursor is none of this list, or the kind needs an exercise.
        NotFound: the user can use no such exercise.
        AccountGone: the user does not exist any more.

    """
    require_order(from_date, to_date)
    if kind is RecordKind.REPS_AT_LOAD and exercise_id is None:
        message = "The reps at a load are of one exercise: name it"
        raise InvalidInput(errors=[FieldError("/exercise", "missing", message, "query")])
    after = [None] * len(_CURSOR_KEY) if cursor is None else decode_cursor(cursor, _Cursor)[1:]
    return await HISTORY.fetch(
        database,
        user_id=user_id,
        now=now,
        exercise_id=exercise_id,
        kind=kind,
        formula=formula,
        from_date=from_date,
        to_date=to_date,
        limit=limit,
        **{f"after_{name}": part for name, part in zip(_CURSOR_KEY, after, strict=True)},
    )
