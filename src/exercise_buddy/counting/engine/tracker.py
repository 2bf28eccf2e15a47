"""The tracker: follows one signal sample by sample and finds the reps that have just ended, in constant time."""

from math import exp, hypot
from statistics import median

from exercise_buddy.counting.engine.candidates import LEAST_SWING, OPEN_SIGNALS
from exercise_buddy.counting.engine.counter import Analysis
from exercise_buddy.counting.engine.profiles import PositionRule, Profile, Signal
from exercise_buddy.counting.engine.results import Rep, TrackingState
from exercise_buddy.counting.engine.signals import LEAST_VISIBILITY, Points, find_joints, measure_sample
from exercise_buddy.counting.engine.trace import Floats

SMOOTHING_MS = 80.0
COMPLETE = 0.75
"""A rep is complete when this share of its range is undone. Waiting for the last bit would take longer than a pause."""
RELATIVE_SWING = 0.4
FIRST_SHARE = 0.4
"""Of the typical range of the exercise, before a rep of this set is known."""
REMEMBERED = 7
LOST_MS = 700.0
"""After this time without a body in view the client is told."""
POSITION_MS = 100.0
"""How often the position is looked at. At each sample, it would take longer than everything else."""
SETTLING_MS = 400.0
"""A rule of the position must fail for this time before the client is told."""


class Tracker:
    """Follows the first signal of a profile, until an analysis has found a better one."""

    def __init__(self, profile: Profile | None) -> None:
        self._profile = profile
        self._signal = profile.signals[0] if profile and profile.signals else None
        self._rules = profile.position if profile else ()
        self._unit: float | None = None
        self._value: float | None = None
        self._time = 0.0
        self._ranges: list[float] = []
        self._seen_ms = 0.0
        self._failing: dict[PositionRule, float] = {}
        self._position_since: float | None = None
        self._position_due_ms = 0.0
        self.held_ms = 0.0
        self.state: tuple[TrackingState, str | None] = ("lost", "Step into the view of the camera.")
        self._restart()

    def _restart(self) -> None:
        self._rising = True
        self._low: tuple[float, float] | None = None
        self._high: tuple[float, float] | None = None

    def follow(self, analysis: Analysis) -> None:
        """Follow the signal that decided an analysis, if it is one of the joints, and use the ranges of its reps."""
        name = analysis.count.signal
        signals = self._profile.signals if self._profile else [Signal(m, j, "rising") for m, j in OPEN_SIGNALS]
        found = next((signal for signal in signals if name == f"{signal.measure} {' '.join(signal.joints)}"), None)
        if found is not None and found != self._signal and self._profile is None:
            self._signal = found
            self._ranges.clear()
            self._restart()

    def push(self, times_ms: Floats, points: Floats, visibility: Floats) -> list[Rep]:
        """Follow samples; return the reps that have ended in them. Times are from the first sample of the set."""
        reps = []
        # A push has one or two samples: for so few, arrays take ten times as long as plain numbers.
        for time, at, sight in zip(times_ms.tolist(), points.tolist(), visibility.tolist(), strict=True):
            seen = [share >= LEAST_VISIBILITY and x == x and y == y for (x, y), share in zip(at, sight, strict=True)]  # noqa: PLR0124  (NaN)
            if time >= self._position_due_ms:
                self._position_due_ms = time + POSITION_MS
                self._measure_unit(at, seen)
                self._follow_position(time, at, seen)
            if self._signal is None:
                continue
            value = self._measure(self._signal, at, seen)
            if value is None:
                continue
            rep = self._step(time, value if self._signal.begins == "rising" else -value)
            if rep is not None:
                reps.append(rep)
        return reps

    def _measure(self, quantity: Signal | PositionRule, at: Points, seen: list[bool]) -> float | None:
        """Return the mean of the sides that are seen. None if none is."""
        found = [
            measure_sample(quantity.measure, [at[joint] for joint in joints], self._unit or 1.0)
            for joints in find_joints(quantity.joints)
            if all(seen[joint] for joint in joints)
        ]
        return sum(found) / len(found) if found else None

    def _measure_unit(self, at: Points, seen: list[bool]) -> None:
        if seen[1] and seen[2] and seen[7] and seen[8]:
            across, along = (at[1][axis] + at[2][axis] - at[7][axis] - at[8][axis] for axis in (0, 1))
            length = hypot(across, along) / 2
            if length > 0:
                self._unit = length if self._unit is None else 0.95 * self._unit + 0.05 * length

    def _step(self, time: float, value: float) -> Rep | None:
        if self._value is not None:
            share = 1.0 if time <= self._time else 1 - exp(-(time - self._time) / SMOOTHING_MS)
            value = self._value + share * (value - self._value)
        self._value, self._time = value, time
        if self._low is None or self._high is None:
            self._low = self._high = (value, time)
            return None
        threshold = self._threshold()
        if self._rising:
            if value > self._high[0]:
                self._high = (value, time)
            if value < self._low[0] and self._high[0] - self._low[0] < threshold:
                self._low = self._high = (value, time)
            size = self._high[0] - self._low[0]
            if size >= threshold and self._high[0] - value >= COMPLETE * size:
                return self._complete(time, value, size)
        elif value <= self._low[0]:
            self._low = self._high = (value, time)
        elif value - self._low[0] >= 0.25 * threshold:
            self._rising, self._high = True, (value, time)
        return None

    def _complete(self, time: float, value: float, size: float) -> Rep | None:
        assert self._low is not None and self._high is not None  # noqa: PT018, S101
        start, turn = self._low[1], self._high[1]
        self._rising = False
        self._low = (value, time)
        if self._profile and self._profile.shortest_rep_ms and time - start < 0.6 * self._profile.shortest_rep_ms:
            return None
        if self.state[0] == "out_of_position":
            return None
        self._ranges = [*self._ranges[-REMEMBERED:], size]
        first = self._profile.first_phase if self._profile else None
        outward, backward = round(turn - start), round(time - turn)
        return Rep(
            offset_ms=round(start),
            turn_ms=outward,
            duration_ms=round(time - start),
            eccentric_ms=None if first is None else outward if first == "eccentric" else backward,
            concentric_ms=None if first is None else backward if first == "eccentric" else outward,
            turn_pause_ms=0,
            end_pause_ms=0,
            range_degrees=round(size, 1) if self._signal and self._signal.measure in {"angle", "lean"} else None,
            range_share=round(min(size / max(self._ranges), 10.0), 3),
            full_range_share=None,
            side=None,
            confidence=0.5,
        )

    def _threshold(self) -> float:
        assert self._signal is not None  # noqa: S101
        least = LEAST_SWING[self._signal.measure]
        if self._ranges:
            return max(least, RELATIVE_SWING * median(self._ranges))
        typical = self._profile.typical_range if self._profile else None
        return max(least, FIRST_SHARE * typical) if typical else 2 * least

    def _follow_position(self, now: float, at: Points, seen: list[bool]) -> None:
        if any(seen):
            self._seen_ms = now
        elif now - self._seen_ms >= LOST_MS:
            self.state = ("lost", "Step into the view of the camera.")
            self._position_since = None
            return
        hint = None
        is_measured = False
        for rule in self._rules:
            value = self._measure(rule, at, seen)
            is_measured = is_measured or value is not None
            kept = value is None or (
                (rule.low is None or value >= rule.low) and (rule.high is None or value <= rule.high)
            )
            if kept:
                self._failing.pop(rule, None)
            elif now - self._failing.setdefault(rule, now) >= SETTLING_MS:
                hint = hint or rule.hint
        self.state = ("in_position", None) if hint is None else ("out_of_position", hint)
        if hint is None and is_measured:
            self._position_since = now if self._position_since is None else self._position_since
            self.held_ms = now - self._position_since
        else:
            self._position_since, self.held_ms = None, 0.0
