"""The endpoints of synchronization."""

from typing import Annotated

from fastapi import Query, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Limit
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import ContentTooLarge, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users.public import AccountGone
from exercise_buddy.workouts.errors import CursorAhead
from exercise_buddy.workouts.sync import handlers
from exercise_buddy.workouts.sync.schemas import BatchInput, BatchReport, Changes

# A hundred workouts of many sets, some of them with camera evidence.
_MAX_BATCH_BYTES = 8 * 1024 * 1024

router = Router(prefix="/workouts", tag="workouts")


@router.get("/changes", response_model=Changes, responses=documented(Unauthenticated, AccountGone, CursorAhead))
async def list_changes(
    user: CurrentUser,
    database: DatabaseDep,
    since: Annotated[
        str | None,
        Query(max_length=500, description="`next_cursor` of the previous response, or nothing for all workouts."),
    ] = None,
    limit: Limit = 50,
) -> Response:
    """List the workouts that changed after a cursor.

    The oldest change comes first, from whatever device. Deleted workouts are included.
    """
    content = await handlers.list_changes(database, user.user_id, since=since, limit=limit)
    return Response(content, media_type="application/json")


@router.post(
    "/batch",
    max_body_size=_MAX_BATCH_BYTES,
    responses=documented(Unauthenticated, AccountGone, ContentTooLarge),
)
async def log_batch(user: CurrentUser, session: SessionDep, batch: BatchInput) -> BatchReport:
    """Log up to 100 workouts.

    Each workout has an outcome of its own, as if it had been sent to `POST /workouts`. If each has an `id` of your
    choice, to repeat the request is safe.
    """
    return await handlers.log_batch(session, user.user_id, batch)
