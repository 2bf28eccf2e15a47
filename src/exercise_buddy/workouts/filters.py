"""The query parameters that filter lists and exports of workouts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query

from exercise_buddy.core.periods import require_order
from exercise_buddy.core.types import LocalDate, Timestamp


async def build_workout_filters(
    from_date: Annotated[LocalDate | None, Query(alias="from", description="The first local day.")] = None,
    to_date: Annotated[LocalDate | None, Query(alias="to", description="The last local day.")] = None,
    exercise: Annotated[UUID | None, Query(description="Only workouts with this exercise.")] = None,
    text: Annotated[
        str | None,
        Query(max_length=100, description="A text in the title, the notes or the names of the exercises."),
    ] = None,
    updated_since: Annotated[Timestamp | None, Query(description="Only workouts written since this time.")] = None,
) -> dict[str, Any]:
    """Return the bound values of the filters of `queries.select_workouts`; None is no filter.

    Raises:
        InvalidInput: the period ends before it begins.

    """
    require_order(from_date, to_date)
    return {
        "from_date": from_date,
        "to_date": to_date,
        "exercise_id": exercise,
        "text": build_pattern(text) if text else None,
        "updated_since": updated_since,
    }


def build_pattern(text: str) -> str:
    """Return the LIKE pattern of the texts that contain a text."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


WorkoutFilters = Annotated[dict[str, Any], Depends(build_workout_filters)]
