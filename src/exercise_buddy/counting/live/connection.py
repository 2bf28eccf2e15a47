"""One live connection: the protocol between a client and the set that it counts."""

import asyncio
from typing import TYPE_CHECKING, Any, assert_never
from uuid import UUID

import orjson
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from exercise_buddy.core import problems
from exercise_buddy.core.db import errors as database_errors
from exercise_buddy.core.http.websocket_protocol import SERVICE_RESTART
from exercise_buddy.core.ops.rate_limits import RateLimits
from exercise_buddy.core.problems import ContentTooLarge, Problem, Unauthenticated, UnsupportedMediaType
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.counting.live import handlers
from exercise_buddy.counting.live.errors import (
    OtherUser,
    ServerRestart,
    SilentClient,
    SlowReader,
    TooManyLiveSets,
    UnexpectedMessage,
    close_code,
)
from exercise_buddy.counting.live.messages import (
    MAX_MESSAGE_BYTES,
    MESSAGES_PER_SECOND,
    SAMPLES_PER_SECOND,
    SUBPROTOCOL,
    Authenticate,
    ClientMessage,
    End,
    Ping,
    Samples,
    Start,
    describe_event,
    parse_message,
    write_message,
)
from exercise_buddy.counting.live.open_sets import OpenSet, Outcome
from exercise_buddy.counting.live.pace import Pace
from exercise_buddy.counting.live.tasks import LiveCounting
from exercise_buddy.workouts.public import LiveEvent

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.stream import Event

_MAX_CONNECTIONS = 5
_QUEUE = 256
_SEND_SECONDS = 10.0

log = structlog.get_logger()


class _ClientLeft(Exception):  # noqa: N818  (not an error)
    """The client has closed the connection, or lost it."""


class LiveConnection:
    """One live connection.

    The endpoint's task receives. A second task sends, from a bounded queue, so that a client that does not read cannot
    delay anything else. Other tasks end a connection through `end`.
    """

    def __init__(self, websocket: WebSocket, live: LiveCounting) -> None:
        self._websocket = websocket
        self._live = live
        self._state = websocket.scope["state"]
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._is_receiving = False
        self._end: Problem | None = None
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue(_QUEUE)
        self._token: str | None = None
        self._messages = Pace(MESSAGES_PER_SECOND)
        self._samples = Pace(SAMPLES_PER_SECOND)
        self._heard_at = self._loop.time()
        self.identity: Identity | None = None
        self.open_set: OpenSet | None = None

    async def run(self) -> None:
        """Serve the connection to its end."""
        await self._websocket.accept(SUBPROTOCOL)
        sender = asyncio.create_task(self._send_queue())
        problem: Problem | None = None
        try:
            with self._live.registered(self):
                try:
                    while True:
                        await self._handle(await self._receive())
                finally:
                    await self._leave()
        except _ClientLeft:
            pass
        except Problem as raised:
            problem = raised
        except Exception as error:
            problem = database_errors.problem_for(error)
            if problem is None:
                log.exception("unhandled_error", path=self._websocket.scope["path"])
                problem = Problem()
            else:
                log.warning("database_fault", problem=problem.slug, error=database_errors.name_of(error))
        finally:
            if problem is not None:
                problems.log_refusal(problem, self._websocket.scope)
            await self._close(sender, problem)
            self._live.metrics.closed.labels("client" if problem is None else problem.slug).inc()

    def end(self, problem: Problem) -> None:
        """End the connection with a problem, once it is between two messages."""
        if self._end is None:
            self._end = problem
            if self._is_receiving and self._task is not None:
                self._task.cancel()

    async def check(self) -> None:
        """End the connection if its client is silent, its token has expired or its session was revoked."""
        settings = self._live.settings
        silence = self._loop.time() - self._heard_at
        if self.identity is None:
            if silence > settings.live_authenticate_seconds:
                self.end(SilentClient("Send authenticate within some seconds."))
        elif silence > settings.live_idle_seconds:
            self.end(SilentClient("The set can be resumed."))
        else:
            try:
                await self._require_identity()
            except Unauthenticated as problem:
                self.end(problem)

    # --- receiving ---------------------------------------------------------------------------------------------------

    async def _receive(self) -> ClientMessage:
        if self._end is not None:
            raise self._end
        self._is_receiving = True
        try:
            event = await self._websocket.receive()
        except asyncio.CancelledError:
            if self._end is None or self._task is None:
                raise
            self._task.uncancel()
            raise self._end from None
        finally:
            self._is_receiving = False
        if event["type"] == "websocket.disconnect":
            raise ServerRestart if event["code"] == SERVICE_RESTART else _ClientLeft
        text = event.get("text")
        if text is None:
            raise UnsupportedMediaType("Send JSON as text in UTF-8, not binary frames.")
        if len(text) > MAX_MESSAGE_BYTES:
            raise ContentTooLarge(f"A message has up to {MAX_MESSAGE_BYTES} bytes.")
        if self.identity is not None:
            self._heard_at = self._loop.time()
        message = parse_message(text)
        excess = self._messages.add(1)
        if isinstance(message, Samples):
            excess = max(excess, self._samples.add(len(message.times_ms)))
        if excess > 0:
            # A client that sends faster waits: the server reads no further.
            await asyncio.sleep(excess)
        return message

    async def _handle(self, message: ClientMessage) -> None:
        match message:
            case Authenticate():
                await self._authenticate(message.access_token)
            case Ping():
                await self._send("pong")
            case _ if self.identity is None:
                raise Unauthenticated("Send authenticate first.")
            case Start():
                await self._start(self.identity.user_id, message)
            case Samples():
                await self._add(message)
            case End():
                await self._finish()
            case _:
                assert_never(message)

    async def _authenticate(self, token: str) -> None:
        identity = self._live.verifier.identify(token)
        if identity is None:
            reason, named = self._live.verifier.explain_refusal(token)
            raise Unauthenticated("The access token is invalid or has expired.", reason=reason, aimed_at=named)
        if self.identity is not None and identity.user_id != self.identity.user_id:
            raise OtherUser("The access token belongs to another user.", aimed_at=identity.user_id)
        self._token = token
        await self._require_identity()
        if self.identity is None and len(self._live.list_connections(identity.user_id)) >= _MAX_CONNECTIONS:
            raise TooManyLiveSets(f"You have {_MAX_CONNECTIONS} live connections.")
        self.identity = self._state["identity"] = identity

    async def _require_identity(self) -> Identity:
        identity = self._live.verifier.identify(self._token or "")
        if identity is None:
            raise Unauthenticated(
                "The access token has expired: authenticate with a new one before that.", reason="ExpiredSignatureError"
            )
        if not await self._state["sessions"].is_active(identity):
            raise Unauthenticated("The session has ended.", reason="SessionEnded", aimed_at=identity.user_id)
        return identity

    # --- the set -----------------------------------------------------------------------------------------------------

    async def _start(self, user_id: UUID, start: Start) -> None:
        if self.open_set is not None:
            raise UnexpectedMessage("End the current set first.")
        await self._require_identity()
        limits: RateLimits = self._state["rate_limits"]
        begun = await handlers.begin_set(self._live.database, user_id, start, self._deliver, limits)
        if isinstance(begun, str):
            await self._put(begun)
            return
        self.open_set, events = begun
        self._live.take_over(self, self.open_set)
        await self._send("ready", next_seq=self.open_set.next_seq)
        for event in events:
            # The client may have missed them. The other devices have not.
            kind, members = describe_event(event)
            await self._send(kind, **members)

    async def _add(self, message: Samples) -> None:
        open_set = self._require_set()
        if open_set.add(message):
            self._live.runner.add(open_set)

    async def _finish(self) -> None:
        open_set = self._require_set()
        await self._require_identity()
        events, count = await self._live.runner.finish(open_set)
        for message in self._report(open_set, events):
            await self._put(message)
        # Its samples are deleted now: they must not be saved at the same time.
        self.open_set = None
        try:
            counted = await handlers.end_set(self._live.database, open_set, count, self._websocket.scope)
        except BaseException:
            self.open_set = open_set
            raise
        self._live.metrics.sets.labels("ended").inc()
        self._publish(open_set, "counted", {"count": count.count})
        await self._put(counted)

    def _require_set(self) -> OpenSet:
        if self.open_set is None:
            raise UnexpectedMessage("Start a set first.")
        return self.open_set

    async def _leave(self) -> None:
        """Save what the database does not have yet, so that the set can be resumed."""
        open_set, self.open_set = self.open_set, None
        if open_set is None:
            return
        self._live.runner.discard(open_set)
        try:
            if await self._live.release(open_set):
                self.deliver_text(write_message("saved", next_seq=open_set.saved_seq))
        except Exception as error:  # noqa: BLE001  (the client still has the samples that were not acknowledged)
            log.warning("live_set_not_saved", error=type(error).__name__)

    def _deliver(self, open_set: OpenSet, outcome: Outcome) -> None:
        """Send what a stream says. Called on the event loop."""
        if open_set is not self.open_set:
            # The set has ended meanwhile.
            return
        if isinstance(outcome, Problem):
            self.end(outcome)
            return
        for message in self._report(open_set, outcome):
            self.deliver_text(message)

    def _report(self, open_set: OpenSet, events: "list[Event]") -> list[str]:
        """Publish events to the other devices of the user; return the messages for this one."""
        return [self._publish(open_set, *describe_event(event)) for event in events]

    def _publish(self, open_set: OpenSet, kind: LiveEvent, members: dict[str, Any]) -> str:
        if kind == "rep":
            self._live.metrics.reps.inc()
        if open_set.watched_workout_id is not None:
            exercise = open_set.exercise
            data = {
                "set_id": open_set.key.set_id,
                "exercise_id": None if exercise is None else exercise.facts["id"],
                **members,
            }
            self._live.events.publish(open_set.key.user_id, open_set.watched_workout_id, kind, data)
        return write_message(kind, **members)

    # --- sending -----------------------------------------------------------------------------------------------------

    def acknowledge(self, open_set: OpenSet) -> None:
        """Send the number of the first sample that is not saved yet."""
        self.deliver_text(write_message("saved", next_seq=open_set.saved_seq))

    def deliver_text(self, message: str) -> None:
        """Queue a message. End the connection if its client does not read."""
        try:
            self._outgoing.put_nowait(message)
        except asyncio.QueueFull:
            self.end(SlowReader())

    async def _send(self, kind: str, **members: object) -> None:
        await self._put(write_message(kind, **members))

    async def _put(self, message: str) -> None:
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                await self._outgoing.put(message)
        except TimeoutError:
            raise SlowReader from None

    async def _send_queue(self) -> None:
        """Send what is queued, until None."""
        try:
            while (message := await self._outgoing.get()) is not None:
                async with asyncio.timeout(_SEND_SECONDS):
                    await self._websocket.send_text(message)
        except TimeoutError:
            self.end(SlowReader())
        except WebSocketDisconnect:
            # The receiving task learns it too.
            return

    async def _close(self, sender: "asyncio.Task[None]", problem: Problem | None) -> None:
        try:
            if problem is None or isinstance(problem, SlowReader):
                # Nobody reads. The protocol ends the connection.
                return
            document = problems.build_document(problem, self._websocket.scope)
            async with asyncio.timeout(_SEND_SECONDS):
                await self._outgoing.put(write_message("problem", problem=orjson.Fragment(document)))
                await self._outgoing.put(None)
                await sender
                await self._websocket.close(close_code(problem), problem.title)
        except (TimeoutError, WebSocketDisconnect, WebSocketDisconnected):
            # The client was faster.
            return
        finally:
            await end_tasks(sender)
