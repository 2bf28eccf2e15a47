"""The endpoint of the security log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field
from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.auth.events.log import Event
from exercise_buddy.auth.tables import SecurityEvent
from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.db.pagination import Cursor, Limit, PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import NextCursor, Output, example, example_of

router = Router(prefix="/auth", tag="auth", max_body_size=MAX_SMALL_BODY_BYTES)

_event = core_table(SecurityEvent)


class SecurityEventEntry(Output):
    """An event of the security log."""

    model_config = example(
        {
            "id": "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a04",
            "kind": "signed_in",
            "address": "203.0.113.7",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0",
            "session_id": "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a03",
            "details": {"method": "password"},
            "created_at": "2026-03-01T09:12:45.120000Z",
        }
    )

    id: UUID = Field(description="The id of the event.")
    kind: Event = Field(description="What happened.")
    address: str | None = Field(description="The IP address of the request.")
    user_agent: str | None = Field(description="The browser or program that sent the request.")
    session_id: UUID | None = Field(description="The session of the request, which may have ended.")
    details: dict[str, Any] = Field(
        description="It depends on the kind: the provider, the number of sessions, and so on."
    )
    created_at: datetime = Field(description="When it happened.")


class SecurityEventPage(Output):
    """A page of the security log, newest first."""

    model_config = example({"items": [example_of(SecurityEventEntry)], "next_cursor": None})

    items: list[SecurityEventEntry] = Field(description="The events.")
    next_cursor: NextCursor


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
