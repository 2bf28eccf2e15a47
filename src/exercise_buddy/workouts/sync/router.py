"""The endpoints of synchronising."""

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

# A hundred workouts of many sets each, and some of them with what a camera saw.
_MAX_BATCH_BYTES = 8 * 1024 * 1024

router = Router(prefix="/workouts", tag="workouts")


@router.get("/changes", response_model=Changes, responses=documented(Unauthenticated, AccountGone, CursorAhead))
async def read_changes(
    user: CurrentUser,
    database: DatabaseDep,
    since: Annotated[
        str | None, Query(max_length=500, description="`next_cursor` of the time before; all without it.")
    ] = None,
    limit: Limit = 50,
) -> Response:
    """Read what was written or deleted since you last asked, on whatever device, the oldest change first."""
    content = await handlers.read_changes(database, user.user_id, since=since, limit=limit)
    return Response(content, media_type="application/json", headers={"Cache-Control": "private, no-cache"})


@router.post(
    "/batch",
    max_body_size=_MAX_BATCH_BYTES,
    responses=documented(Unauthenticated, AccountGone, ContentTooLarge),
)
async def log_batch(user: CurrentUser, session: SessionDep, batch: BatchInput) -> BatchReport:
    """Log up to 100 workouts at once. Each has its own outcome, as if it had been sent to `POST /workouts`.

    Give each an `id` of your choice, and sending the batch again is safe.
    """
    return await handlers.log_batch(session, user.user_id, batch)
