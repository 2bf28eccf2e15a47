"""The rules of personal records."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from exercise_buddy.core.db.pagination import decode_cursor
from exercise_buddy.core.periods import require_order
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.statistics.schemas import RecordKind

_CURSOR_KEY = ("started_at", "workout_id", "position", "number", "weight_kg")
"""The columns that order the history. A workout can break several records."""

_Small = Annotated[int, Field(ge=0, le=32_767)]
_Cursor: TypeAdapter[tuple[Literal["records"], AwareDatetime, UUID, int, int, float]] = TypeAdapter(
    tuple[Literal["records"], AwareDatetime, UUID, _Small, _Small, float]
)


def history_values(
    *,
    kind: RecordKind | None,
    exercise_id: UUID | None,
    from_date: date | None,
    to_date: date | None,
    cursor: str | None,
) -> dict[str, Any]:
    """Return the parameters of a page of the records that were broken, but for the formula and the limit.

    Raises:
        InvalidInput: the period ends before it begins, the cursor does not belong to this list, or the kind needs an
            exercise.

    """
    require_order(from_date, to_date)
    if kind is RecordKind.REPS_AT_LOAD and exercise_id is None:
        message = "Reps at a load need an exercise"
        raise InvalidInput(errors=[FieldError("/exercise", "missing", message, "query")])
    after = [None] * len(_CURSOR_KEY) if cursor is None else decode_cursor(cursor, _Cursor)[1:]
    return {
        "exercise_id": exercise_id,
        "kind": kind,
        "from_date": from_date,
        "to_date": to_date,
        **{f"after_{name}": part for name, part in zip(_CURSOR_KEY, after, strict=True)},
    }
