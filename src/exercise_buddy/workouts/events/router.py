"""The endpoint of the events of a workout."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.http.client_bounds import release_slot
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import TooManyRequests, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser, Identity, SessionRegister, TokenVerifier, bearer_token
from exercise_buddy.workouts.errors import TooManyStreams, WorkoutNotFound, WorkoutNotInProgress
from exercise_buddy.workouts.events.hub import WorkoutEvents, WorkoutKey, read_version
from exercise_buddy.workouts.events.schemas import EndReason
from exercise_buddy.workouts.events.watch import StoredVersion, Watch
from exercise_buddy.workouts.parameters import WorkoutId

router = Router(prefix="/workouts", tag="workouts")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _OpenStream:
    watch: Watch
    version: StoredVersion


async def _open_stream(
    request: Request, user: CurrentUser, database: DatabaseDep, workout_id: WorkoutId
) -> AsyncIterator[_OpenStream]:
    events: WorkoutEvents = request.state.workout_events
    watch = Watch(_Permission(request, user).find_end)
    key = WorkoutKey(user.user_id, workout_id)
    # The other way round, a change between both would be lost.
    with events.watching(key, watch):
        version = await read_version(database, key)
        if version.ended_at is not None:
            raise WorkoutNotInProgress
        # A stream counts among the streams of the user, and not among the requests.
        release_slot(request)
        yield _OpenStream(watch, version)


class _Permission:
    """Whether the access token of a request is still valid, and its session has not ended."""

    def __init__(self, request: Request, identity: Identity) -> None:
        self._token = bearer_token(request.scope["headers"]) or ""
        self._identity = identity
        self._verifier: TokenVerifier = request.state.verifier
        self._sessions: SessionRegister = request.state.sessions

    async def find_end(self) -> EndReason | None:
        if self._verifier.identify(self._token) is None:
            return "token_expired"
        try:
            return None if await self._sessions.is_active(self._identity) else "session_ended"
        except Exception as error:  # noqa: BLE001  (the status has been sent: no handler can respond)
            log.warning("stream_not_authorized", error=type(error).__name__)
            return "unavailable"


@router.get(
    "/{workout_id}/events",
    response_class=EventSourceResponse,
    responses=documented(Unauthenticated, WorkoutNotFound, WorkoutNotInProgress, TooManyRequests, TooManyStreams),
)
async def watch_workout(
    request: Request,
    stream: Annotated[_OpenStream, Depends(_open_stream)],
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", max_length=100, description="The id of the last event received.")
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Watch a workout in progress.

    Server-sent events, for the other devices of the user: `workout` (first: the stored version), `workout_changed` (a
    new version: get the workout), `rep`, `hold`, `tracking` and `counted` (of a set that is counted live for this
    workout, or for none while this is the current one; the latest ones are sent to a device that joins late), and `end`
    with the reason. `/api/v1/asyncapi.json` describes them. Events are not replayed: the first one says whether the
    version differs from the one that `Last-Event-ID` names. A stream ends with its access token. A user has up to five
    streams.
    """
    if request.state.is_head:
        # Nothing of the body is sent: it would never end for its client.
        return
    async for event in stream.watch.stream(stream.version, last_event_id):
        yield event
