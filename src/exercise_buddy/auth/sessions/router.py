"""The endpoints of sessions."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import Field
from sqlalchemy import FromClause, Select, Uuid, bindparam, func, select

from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.errors import SessionNotFound, StepUpRequired, WrongPassword
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.one_time_tokens import ENTERING, revoke_tokens
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.step_up import Action, StepUpDep, StepUpInput, lock_account
from exercise_buddy.auth.tables import AuthSession
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit, PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import NextCursor, Output, example, example_of
from exercise_buddy.users import public as users

router = Router(prefix="/auth", tag="auth", max_body_size=MAX_SMALL_BODY_BYTES)

_session = core_table(AuthSession)
_EXAMPLE_ID = "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a03"


class Session(Output):
    """A session on a device of the user."""

    model_config = example(
        {
            "id": _EXAMPLE_ID,
            "method": "password",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0",
            "address": "203.0.113.7",
            "current": True,
            "created_at": "2026-03-01T09:12:45.120000Z",
            "last_used_at": "2026-03-02T17:45:00.000000Z",
            "expires_at": "2026-03-09T17:45:00.000000Z",
        }
    )

    id: UUID = Field(description="The id of the session.")
    method: str = Field(description="How it began: `password`, or the name of a provider.")
    user_agent: str | None = Field(description="The browser or program that signed in.")
    address: str | None = Field(description="The IP address that signed in.")
    current: bool = Field(description="Whether it is the session of this request.")
    created_at: datetime = Field(description="When the user signed in.")
    last_used_at: datetime = Field(description="When its refresh token was last exchanged.")
    expires_at: datetime = Field(description="When it ends, unless it is used before.")


class SessionPage(Output):
    """A page of the sessions, newest first."""

    model_config = example({"items": [example_of(Session)], "next_cursor": None})

    items: list[Session] = Field(description="The sessions.")
    next_cursor: NextCursor


def _session_columns(row: FromClause) -> Select[Any]:
    return select(
        row.c.id,
        row.c.method,
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
    _session_columns,
    descending=True,
)


@router.get("/sessions", response_model=SessionPage, responses=documented(Unauthenticated))
async def list_sessions(user: CurrentUser, database: DatabaseDep, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """List your active sessions, newest first.

    Each is a sign-in on a device. `current` marks the one of this request.
    """
    content = await sessions.fetch(database, user.user_id, limit=limit, cursor=cursor, current_id=user.session_id)
    return Response(content, media_type="application/json")


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    responses=documented(Unauthenticated, StepUpRequired, WrongPassword, users.AccountGone, SessionNotFound),
)
async def revoke_session(
    user: CurrentUser,
    step_up: StepUpDep,
    session: SessionDep,
    device: DeviceDep,
    session_id: Annotated[UUID, Path(description="The id of one of your sessions.", examples=[_EXAMPLE_ID])],
    body: StepUpInput | None = None,
) -> None:
    """Revoke one of your sessions.

    Its access token stops working at once. The session of this request needs no password: that is a logout.
    """
    if session_id != user.session_id:
        await step_up.require(Action.REVOKE_SESSIONS, body)
        await lock_account(session, user)
    if not await revoke_sessions(session, user.user_id, datetime.now(UTC), session_id=session_id):
        raise SessionNotFound
    record_event(
        session,
        Event.SESSIONS_ENDED,
        device,
        user_id=user.user_id,
        session_id=user.session_id,
        sessions=1,
        ended_session_id=str(session_id),
    )


@router.delete(
    "/sessions",
    status_code=204,
    responses=documented(Unauthenticated, StepUpRequired, WrongPassword, users.AccountGone),
)
async def revoke_all_sessions(
    user: CurrentUser,
    step_up: StepUpDep,
    session: SessionDep,
    device: DeviceDep,
    kept: Annotated[
        Literal["current"] | None, Query(alias="except", description="`current`: keep the session of this request.")
    ] = None,
    body: StepUpInput | None = None,
) -> None:
    """Revoke all your sessions, or all except this one.

    Their access tokens stop working at once. Sign-ins and changes of the address that are not complete are revoked too.
    """
    await step_up.require(Action.REVOKE_SESSIONS, body)
    except_id = user.session_id if kept == "current" else None
    # A provider sign-in that waits for its exchange happens before, and is revoked, or after the lock.
    await lock_account(session, user)
    revoked = await revoke_sessions(session, user.user_id, datetime.now(UTC), except_id=except_id)
    await revoke_tokens(session, user.user_id, *ENTERING)
    record_event(
        session, Event.SESSIONS_ENDED, device, user_id=user.user_id, session_id=user.session_id, sessions=len(revoked)
    )
