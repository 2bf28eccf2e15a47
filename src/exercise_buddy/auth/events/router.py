"""The endpoint of the security log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.auth.events.log import Event
from exercise_buddy.auth.tables import SecurityEvent
from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.db.pagination import Cursor, Limit, PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import Output

router = Router(prefix="/auth", tag="auth", max_body_size=MAX_SMALL_BODY_BYTES)

_event = core_table(SecurityEvent)


class SecurityEventEntry(Output):
    """An event of the security log. `details` depends on the kind: the provider, the number of sessions, and so on."""

    id: UUID
    kind: Event
    address: str | None
    user_agent: str | None
    session_id: UUID | None
    details: dict[str, Any]
    created_at: datetime


class SecurityEventPage(Output):
    """A page of the security log, newest first."""

    items: list[SecurityEventEntry]
    next_cursor: str | None


def _event_columns(event: FromClause) -> Select[Any]:
    return select(
        event.c.id,
        event.c.kind,
        event.c.address,
        event.c.user_agent,
        event.c.session_id,
        event.c.details,
        event.c.created_at,
    )


events = PagedList(
    {"id": UUID},
    select(_event).where(_event.c.user_id == bindparam("user_id", type_=Uuid)),
    _event_columns,
    descending=True,
)


@router.get("/events", response_model=SecurityEventPage, responses=documented(Unauthenticated))
async def list_security_events(
    user: CurrentUser, database: DatabaseDep, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """List the security events of your account, newest first.

    Events are kept for 90 days.
    """
    content = await events.fetch(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")
