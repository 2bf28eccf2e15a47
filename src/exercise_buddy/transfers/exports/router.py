"""The endpoint of exporting workouts."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.ops.rate_limits import Limit, RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.transfers.exports import handlers
from exercise_buddy.transfers.exports.examples import EXPORT
from exercise_buddy.transfers.exports.handlers import ExportFormat
from exercise_buddy.workouts.public import WorkoutFilters

EXPORTS_OF_WORKOUTS = Limit("workout_exports_user", "60/hour")
_WORK_UNITS = 100

router = Router(prefix="/workouts", tag="transfers")

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses=documented(Unauthenticated)
    | {
        200: {
            "description": "A CSV with Hevy's columns, or JSON that can be imported without loss",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "object"}, "example": EXPORT},
            },
        }
    },
)
async def export_workouts(
    request: Request,
    user: CurrentUser,
    database: DatabaseDep,
    limits: RateLimitsDep,
    filters: WorkoutFilters,
    export_format: Annotated[
        ExportFormat, Query(alias="format", description="`json` can be imported without loss; `csv` is Hevy's.")
    ] = "json",
) -> StreamingResponse:
    """Download your workouts, the newest first, filtered like the list.

    In the CSV, a text that a spreadsheet would read as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line
    break) gets an apostrophe in front; an import removes it.

    The response is generated while it is sent. After an error, the connection closes early.
    """
    await limits.require(request, (EXPORTS_OF_WORKOUTS, str(user.user_id)))
    await limits.require_work(request, _WORK_UNITS)
    now = datetime.now(UTC)
    chunks = await handlers.export_workouts(database, user.user_id, export_format, now, filters)
    headers = {"Content-Disposition": f'attachment; filename="exercise-buddy-workouts-{now.date()}.{export_format}"'}
    return StreamingResponse(chunks, headers=headers, media_type=_TYPES[export_format])
