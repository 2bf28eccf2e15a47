"""The endpoint of the feed."""

from typing import Annotated

from fastapi import Query, Response

from exercise_buddy.core.db.pagination import Limit
from exercise_buddy.core.db.user_reads import ReadsDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.sync.errors import CursorUnusable
from exercise_buddy.sync.feed import handlers
from exercise_buddy.sync.feed.schemas import Changes
from exercise_buddy.users.public import AccountGone

router = Router(prefix="/sync", tag="sync")


@router.get("/changes", response_model=Changes, responses=documented(Unauthenticated, AccountGone, CursorUnusable))
async def list_changes(
    user: CurrentUser,
    reads: ReadsDep,
    since: Annotated[
        str | None,
        Query(max_length=500, description="`next_cursor` of the previous response, or nothing for all your data."),
    ] = None,
    limit: Limit = 50,
) -> Response:
    """List all that changed after a cursor.

    Workouts with their sets, routines, custom exercises, body measurements, the goal and the profile, from whatever
    device, the oldest change first. What was deleted is included. An exercise of the catalogue is included if you gave
    it further names.
    """
    content = await handlers.list_changes(reads, user.user_id, since=since, limit=limit)
    return Response(content, media_type="application/json")
