"""The sets that this process counts, and the thread in which their streams run."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import structlog
from anyio import CapacityLimiter, to_thread

from exercise_buddy.core.problems import FieldError, InvalidInput, Problem
from exercise_buddy.counting.bodies import MAX_SAMPLES
from exercise_buddy.counting.counted_exercises import CountedExercise
from exercise_buddy.counting.live.errors import LiveSetTooLong, SequenceGap
from exercise_buddy.counting.live.messages import Samples
from exercise_buddy.counting.live.metrics import LiveMetrics
from exercise_buddy.counting.live.samples import Row, build_array, build_trace, parse_samples, unpack_samples
from exercise_buddy.counting.trace_checks import MAX_MINUTES

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.results import Count
    from exercise_buddy.counting.engine.stream import Event, Stream

_NOT_ASCENDING = "A time is later than the one before"
_MAX_MS = MAX_MINUTES * 60_000
# A rep is reported within 100 ms. Between two rounds samples gather: to hand each message to a thread takes longer than
# to count it.
_ROUND_SECONDS = 0.045
# After an analysis, the thread rests twice as long as it took.
_ANALYSIS_REST = 4

log = structlog.get_logger()

Outcome: TypeAlias = "list[Event] | Problem"


@dataclass(frozen=True, slots=True)
class SetKey:
    """The identity of a set: its user, and the id that the client chose."""

    user_id: UUID
    set_id: UUID


@dataclass(eq=False, slots=True)
class OpenSet:
    """A set that a connection of this process counts.

    Attributes:
        epoch: the number of the connection that owns the set; see `tables.LiveSet`.
        workout_id: the workout that stores the set. None stores none.
        watched_workout_id: the workout whose watchers hear of the set. None if no workout is in progress.
        next_seq: the number of the next sample.
        saved_seq: the number of samples in the database.
        saved_at: when the set was last saved, by the clock of the event loop.
        first_ms, last_ms: the times of the first and the last sample.
        unsaved: the samples from `saved_seq` on.
        waiting: the samples that the stream does not have yet; they wait since `waiting_since`.
        deliver: receives the set and what its stream says, on the event loop.

    """

    key: SetKey
    epoch: int
    exercise: CountedExercise | None
    workout_id: UUID | None
    watched_workout_id: UUID | None
    aspect_ratio: float | None
    stream: "Stream"
    deliver: "Callable[[OpenSet, Outcome], None]"
    next_seq: int = 0
    saved_seq: int = 0
    saved_at: float = 0.0
    first_ms: float | None = None
    last_ms: float = float("-inf")
    unsaved: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    waiting_since: float = 0.0

    def restore(self, chunks: list[bytes]) -> "list[Event]":
        """Push the samples of the database; return what they complete. Blocks for up to a second."""
        trace = build_trace(unpack_samples(chunks))
        self.next_seq = self.saved_seq = len(trace.times_ms)
        self.first_ms, self.last_ms = float(trace.times_ms[0]), float(trace.times_ms[-1])
        return self.stream.push(trace.times_ms.tolist(), trace.points, trace.visibility)

    def add(self, message: Samples) -> int:
        """Add the samples of a message that are new; return their number.

        Raises:
            SequenceGap: samples before those of the message are missing.
            InvalidInput: the samples are invalid, or the set is too long.

        """
        known = self.next_seq - message.seq
        if known < 0:
            raise SequenceGap(
                f"The next sample is {self.next_seq}, not {message.seq}.", members={"next_seq": self.next_seq}
            )
        if known >= len(message.times_ms):
            return 0
        rows = parse_samples(message.times_ms, message.landmarks, self.aspect_ratio)[known:]
        count = len(rows)
        first_ms, last_ms = rows[0][0], rows[-1][0]
        if first_ms <= self.last_ms:
            raise InvalidInput(errors=[FieldError(f"/times_ms/{known}", "not_ascending", _NOT_ASCENDING)])
        begin = first_ms if self.first_ms is None else self.first_ms
        if self.next_seq + count > MAX_SAMPLES or last_ms - begin > _MAX_MS:
            raise LiveSetTooLong(
                f"A set has up to {MAX_SAMPLES:,} samples in {MAX_MINUTES} minutes. End it and begin another."
            )
        self.first_ms, self.last_ms = begin, last_ms
        self.next_seq += count
        self.unsaved += rows
        self.waiting += rows
        return count

    def take_waiting(self) -> list[Row]:
        """Return the samples that the stream does not have yet; the caller pushes them."""
        waiting, self.waiting = self.waiting, []
        return waiting


class StreamRunner:
    """Runs the streams of all sets of this process, each in the order of its samples.

    Reps are found in rounds, in one thread. The analyses that correct them take some tens of milliseconds each: they
    run in a second thread, one after the other, and at most a third of the time.
    """

    def __init__(self, metrics: LiveMetrics) -> None:
        self._metrics = metrics
        self._waiting: dict[OpenSet, None] = {}
        self._due: dict[OpenSet, None] = {}
        self._analyzed_at: dict[UUID, float] = {}
        self._has_waiting = asyncio.Event()
        self._has_due = asyncio.Event()
        # Only its holder may use the streams.
        self._streams = asyncio.Lock()
        # Not the threads of password hashing, which may be busy.
        self._round_thread, self._analysis_thread = CapacityLimiter(1), CapacityLimiter(1)

    def add(self, open_set: OpenSet) -> None:
        """Queue a set with waiting samples for the next round."""
        if open_set not in self._waiting:
            open_set.waiting_since = time.monotonic()
            self._waiting[open_set] = None
            self._has_waiting.set()

    async def run_rounds(self) -> None:
        """Push samples. Between two rounds is a pause, so that samples gather and the event loop serves connections."""
        while True:
            await self._has_waiting.wait()
            self._has_waiting.clear()
            async with self._streams:
                queue, self._waiting = list(self._waiting), {}
                work = [(open_set.stream, open_set.take_waiting()) for open_set in queue]
                self._metrics.samples.inc(sum(len(waiting) for _, waiting in work))
                outcomes = await to_thread.run_sync(_track_all, work, limiter=self._round_thread)
            now = time.monotonic()
            for open_set, outcome in zip(queue, outcomes, strict=True):
                open_set.deliver(open_set, outcome)
                self._metrics.delays.observe(now - open_set.waiting_since)
                if open_set.stream.is_analysis_due:
                    self._due[open_set] = None
                    self._has_due.set()
            await asyncio.sleep(_ROUND_SECONDS)

    async def run_analyses(self) -> None:
        """Run the analyses that are due: of the user who had none for the longest time, the one that waits longest."""
        while True:
            await self._has_due.wait()
            if not self._due:
                self._has_due.clear()
                self._analyzed_at.clear()
                continue
            open_set = self._take_due()
            started = time.monotonic()
            try:
                async with self._streams:
                    analyze = open_set.stream.begin_analysis()
                analysis = await to_thread.run_sync(analyze, limiter=self._analysis_thread)
                async with self._streams:
                    outcome: Outcome = open_set.stream.correct(analysis)
            except Exception:
                log.exception("live_analysis_failed")
                outcome = Problem()
            open_set.deliver(open_set, outcome)
            await asyncio.sleep(_ANALYSIS_REST * (time.monotonic() - started))

    def _take_due(self) -> OpenSet:
        # A user may have several sets, and an analysis of each is due again soon.
        open_set = min(self._due, key=lambda due: self._analyzed_at.get(due.key.user_id, 0.0))
        del self._due[open_set]
        self._analyzed_at[open_set.key.user_id] = time.monotonic()
        return open_set

    def discard(self, open_set: OpenSet) -> None:
        """Forget a set that has ended, or whose connection has."""
        self._waiting.pop(open_set, None)
        self._due.pop(open_set, None)

    async def finish(self, open_set: OpenSet) -> "tuple[list[Event], Count]":
        """Push the waiting samples of a set; return what they complete, and its count."""
        async with self._streams:
            waiting = open_set.take_waiting()
        self._metrics.samples.inc(len(waiting))
        self.discard(open_set)
        # One after the other: several analyses at once would take the interpreter's lock from the rounds.
        return await to_thread.run_sync(_finish, open_set.stream, waiting, limiter=self._analysis_thread)


def _track_all(work: "list[tuple[Stream, list[Row]]]") -> list[Outcome]:
    outcomes: list[Outcome] = []
    for stream, waiting in work:
        try:
            outcomes.append(_track(stream, waiting))
        except Exception:
            # The other sets of the round do not suffer from it.
            log.exception("live_push_failed")
            outcomes.append(Problem())
    return outcomes


def _track(stream: "Stream", waiting: list[Row]) -> "list[Event]":
    if not waiting:
        return []
    trace = build_trace(build_array(waiting))
    return stream.track(trace.times_ms.tolist(), trace.points, trace.visibility)


def _finish(stream: "Stream", waiting: list[Row]) -> "tuple[list[Event], Count]":
    return _track(stream, waiting), stream.finish()
