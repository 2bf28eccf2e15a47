"""The endpoints of a user's sessions."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import FromClause, Select, Uuid, bindparam, func, select

from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.errors import SessionNotFound
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.one_time import end_tokens
from exercise_buddy.auth.sessions.service import end_sessions
from exercise_buddy.auth.tables import AuthSession, Purpose
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit, PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import Output

router = Router(prefix="/auth", tag="auth", no_store=True)

_session = core_table(AuthSession)


class SignedInDevice(Output):
    """A session: a device on which the user is signed in. `last_used_at` is the last refresh."""

    id: UUID
    user_agent: str | None
    address: str | None
    current: bool
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class SessionPage(Output):
    """A page of the sessions, the newest first."""

    items: list[SignedInDevice]
    next_cursor: str | None


def _shown(row: FromClause) -> Select[Any]:
    return select(
        row.c.id,
        row.c.user_agent,
        row.c.address,
        (row.c.id == bindparam("current_id", type_=Uuid)).label("current"),
        row.c.created_at,
        row.c.rotated_at.label("last_used_at"),
        func.least(row.c.expires_at, row.c.idle_expires_at).label("expires_at"),
    )


sessions = PagedList(
    {"id": UUID},
    select(_session).where(
        _session.c.user_id == bindparam("user_id", type_=Uuid),
        _session.c.revoked_at.is_(None),
        func.least(_session.c.expires_at, _session.c.idle_expires_at) > func.now(),
    ),
    _shown,
    descending=True,
)


@router.get("/sessions", response_model=SessionPage, responses=documented(Unauthenticated))
async def list_sessions(user: CurrentUser, database: DatabaseDep, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """List the devices on which you are signed in, the newest first."""
    content = await sessions.fetch(database, user.user_id, limit=limit, cursor=cursor, current_id=user.session_id)
    return Response(content, media_type="application/json")


@router.delete("/sessions/{session_id}", status_code=204, responses=documented(Unauthenticated, SessionNotFound))
async def end_one_session(user: CurrentUser, session: SessionDep, device: DeviceDep, session_id: UUID) -> None:
    """Sign a device out. Its access token stops working at once."""
    if not await end_sessions(session, user.user_id, datetime.now(UTC), only=session_id):
        raise SessionNotFound
    note(
        session,
        Event.SESSIONS_ENDED,
        device,
        user_id=user.user_id,
        session_id=user.session_id,
        sessions=1,
        ended_session_id=str(session_id),
    )


@router.delete("/sessions", status_code=204, responses=documented(Unauthenticated))
async def end_all_sessions(
    user: CurrentUser,
    session: SessionDep,
    device: DeviceDep,
    but: Annotated[
        Literal["current"] | None, Query(alias="except", description="`current`: the one that asks stays.")
    ] = None,
) -> None:
    """Sign all devices out, or all but this one. Their access tokens stop working at once."""
    kept = user.session_id if but == "current" else None
    ended = await end_sessions(session, user.user_id, datetime.now(UTC), but=kept)
    # A change of address that is still pending may have been asked for on one of them.
    await end_tokens(session, user.user_id, Purpose.CHANGE_EMAIL)
    note(session, Event.SESSIONS_ENDED, device, user_id=user.user_id, session_id=user.session_id, sessions=len(ended))
