"""Counting sample by sample: the same engine, with reps as soon as they end.

A tracker follows one signal and announces each rep at the sample that completes it. From time to time the whole set is
analyzed again: that corrects what was announced, and chooses the signal to follow. `finish` is the analysis of all
samples, so that it equals the count of the same trace.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from exercise_buddy.counting.engine.counter import Analysis, analyze
from exercise_buddy.counting.engine.profiles import Calibration, Profile
from exercise_buddy.counting.engine.results import Count, Rep, TrackingState
from exercise_buddy.counting.engine.trace import Floats, Trace
from exercise_buddy.counting.engine.tracker import Tracker

FIRST_ANALYSIS_MS = 2_000.0
GROWTH = 1.5
"""The next analysis follows when the set is longer by this factor, so that all of them cost three times the last."""
LONGEST_INTERVAL_MS = 60_000.0
"""However long the set is."""
HOLD_EVENT_MS = 1_000.0


@dataclass(frozen=True, slots=True)
class RepEvent:
    """A rep has ended, or an earlier one of this number was corrected. `count` is the count so far.

    A rep that turned out to be none is told again with `rejected`.
    """

    number: int
    rep: Rep
    count: int


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """The body came into position, left it, or was lost. `hint` says what to do."""

    state: TrackingState
    hint: str | None


@dataclass(frozen=True, slots=True)
class HoldEvent:
    """The hold so far, in milliseconds. Told once a second."""

    duration_ms: int


Event = RepEvent | TrackingEvent | HoldEvent


class Stream:
    """The count of a set in progress.

    Args:
        profile: of the exercise. None for open mode.
        calibration: of the user.

    """

    def __init__(self, profile: Profile | None, calibration: Calibration | None = None) -> None:
        self._profile = profile
        self._calibration = calibration
        self._tracker = Tracker(profile)
        self._times: list[float] = []
        self._points: list[Floats] = []
        self._visibility: list[Floats] = []
        self._next_analysis_ms = FIRST_ANALYSIS_MS
        self._told: list[Rep] = []
        self._state: tuple[TrackingState, str | None] | None = None
        self._held_ms = 0.0

    def push(self, times_ms: Sequence[float], points: Floats, visibility: Floats) -> list[Event]:
        """Add samples; return what has happened in them.

        Args:
            times_ms: ascending, later than those before.
            points: as in `Trace`, shape (n, 13, 2).
            visibility: shape (n, 13).

        """
        events = self.track(times_ms, points, visibility)
        if self.is_analysis_due:
            events += self.correct(self.begin_analysis()())
        return events

    def track(self, times_ms: Sequence[float], points: Floats, visibility: Floats) -> list[Event]:
        """Add samples without an analysis, in constant time; return what has happened in them.

        A caller with many streams decides itself when and where the analyses run: see `is_analysis_due`.
        """
        if not times_ms:
            return []
        self._times.extend(times_ms)
        self._points.append(points)
        self._visibility.append(visibility)
        tracked = self._tracker.push(np.asarray(times_ms) - self._times[0], points, visibility)
        events: list[Event] = self._follow_position()
        if self._profile is not None and self._profile.kind == "hold":
            return [*events, *self._follow_hold()]
        for rep in tracked:
            self._told.append(rep)
            events.append(RepEvent(len(self._told), rep, len(self._told)))
        return events

    @property
    def is_analysis_due(self) -> bool:
        """Whether enough samples have arrived since the last analysis. A hold needs none."""
        is_hold = self._profile is not None and self._profile.kind == "hold"
        return not is_hold and bool(self._times) and self._times[-1] - self._times[0] >= self._next_analysis_ms

    def begin_analysis(self) -> Callable[[], Analysis]:
        """Return the analysis of the samples so far. It may run in another thread, while others are added."""
        if not self._times:
            nothing = Trace(np.zeros(1), np.full((1, 13, 2), np.nan), np.ones((1, 13)))
            return partial(analyze, nothing, self._profile, self._calibration)
        elapsed = self._times[-1] - self._times[0]
        self._next_analysis_ms = min(elapsed * GROWTH, elapsed + LONGEST_INTERVAL_MS)
        self._points = [np.concatenate(self._points)]
        self._visibility = [np.concatenate(self._visibility)]
        trace = Trace(np.array(self._times, dtype=np.float64), self._points[0], self._visibility[0])
        return partial(analyze, trace, self._profile, self._calibration)

    def finish(self) -> Count:
        """Return the count of all samples. Without a sample, the count of one in which nothing was seen."""
        return self.begin_analysis()().count

    def _follow_position(self) -> list[Event]:
        state = self._tracker.state
        if state == self._state:
            return []
        self._state = state
        return [TrackingEvent(*state)]

    def _follow_hold(self) -> list[Event]:
        held = self._tracker.held_ms
        if held - self._held_ms >= HOLD_EVENT_MS or held < self._held_ms:
            self._held_ms = held
            return [HoldEvent(round(held))] if held else []
        return []

    def correct(self, analysis: Analysis) -> list[Event]:
        """Return the events that bring what was told in line with an analysis."""
        self._tracker.follow(analysis)
        found = [rep for rep in analysis.count.reps if not rep.rejected]
        # The analysis does not know a rep that has just been completed and not yet been left.
        horizon = found[-1].offset_ms + found[-1].duration_ms if found else 0
        found += [rep for rep in self._told if rep.offset_ms >= horizon]
        events: list[Event] = []
        for number, rep in enumerate(found, 1):
            if number > len(self._told) or abs(rep.offset_ms - self._told[number - 1].offset_ms) > rep.duration_ms / 2:
                events.append(RepEvent(number, rep, len(found)))
        for number, rep in enumerate(self._told[len(found) :], len(found) + 1):
            events.append(RepEvent(number, replace(rep, rejected=True), len(found)))
        self._told = found
        return events
