"""Phases of a rep: when it starts, turns and ends, the pauses between, and how large it is.

A phase begins and ends where the velocity passes a share of its peak, the usual criterion for the onset of a movement
(Teasdale et al. 1993, J Mot Behav 25(2):97-106). Close to the ends of the range only, so that a sticking point in the
middle of a rep is no pause. Where the velocity merely changes its sign, the extremum parts the phases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from exercise_buddy.counting.engine.results import Rep, RepFlag, Side
from exercise_buddy.counting.engine.trace import Floats
from exercise_buddy.rep_definitions import MAX_RANGE_SHARE

Ints = NDArray[np.intp]

SETTLED_VELOCITY = 0.05
"""A phase is over below this share of its peak velocity. Of a sine, 1.6 % of a rep are slower at each extremum."""
SETTLED_RANGE = 0.15
"""A phase begins and ends within this share of its range from its ends."""
MIDDLE = 0.5
TINY = 1e-9
"""Stands for a range or velocity of zero."""
LONGEST_SHARED_REST_MS = 2500
"""A longer rest belongs to no rep."""
SHORTEST_PAUSE_MS = 150.0
SHORTEST_PAUSE_SHARE = 0.05
"""A pause shorter than this, or than this share of the rep, is the turning of a continuous movement."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement that segmentation found: indices of the samples at its start, turning point and end.

    `start` < `turn` < `end`. Successive movements of a side may share a sample. The index of a start may lie anywhere
    in the rest before the movement, that of an end anywhere in the rest after it.
    """

    start: int
    turn: int
    end: int
    side: Side | None
    confidence: float
    flags: tuple[RepFlag, ...] = ()
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Times in ms, one for each movement, and the range of each movement in units of the signal."""

    start: Floats
    turn: Floats
    leave_turn: Floats
    end: Floats
    size: Floats


def describe_reps(
    times_ms: Floats,
    signals: Mapping[Side | None, Floats],
    movements: Sequence[Movement],
    *,
    first_phase: Literal["eccentric", "concentric"] | None,
    is_angle: bool,
    calibrated_range: float | None,
) -> tuple[Rep, ...]:
    """Return a rep for each movement, in the same order.

    Two reps meet in the middle of the rest between them, as people label them, unless it is longer than
    `LONGEST_SHARED_REST_MS`. So a rep is made of a part of a rest, its two phases with the pause at the turning point,
    and a part of a rest.
    The range of a rep is that of the smaller of its two phases: the way into position is no larger rep.

    Args:
        times_ms: from the first sample of the trace, strictly ascending, shape (samples,).
        signals: the smoothed signal of each side that `movements` name; it rises from the start of a rep to its turning
            point. Finite within each movement.
        movements: in the order of their starts.
        first_phase: the phase in which a rep begins. None if it is not known: there is no eccentric phase then.
        is_angle: whether the signal is an angle in degrees.
        calibrated_range: the full range of the user in units of the signal.

    """
    if not movements:
        return ()
    bounds = _find_bounds(times_ms, signals, movements)
    counted = np.array([not movement.rejected for movement in movements])
    best = float(np.max(bounds.size[counted] if counted.any() else bounds.size))
    # Rounded first and subtracted then, so that the phases of a rep add up and adjacent reps meet.
    start, turn, leave_turn, end = (
        [round(time) for time in times.tolist()] for times in (bounds.start, bounds.turn, bounds.leave_turn, bounds.end)
    )
    latest: dict[Side | None, int] = {}
    for i, movement in enumerate(movements):
        # In noise the phases of two movements may overlap. Neither is allowed to last less than nothing.
        start[i] = max(start[i], latest.get(movement.side, start[i]))
        turn[i] = max(turn[i], start[i])
        leave_turn[i] = max(leave_turn[i], turn[i])
        end[i] = latest[movement.side] = max(end[i], leave_turn[i])
    begin, finish = start.copy(), end.copy()
    for i in range(1, len(movements)):
        if 0 < start[i] - end[i - 1] <= LONGEST_SHARED_REST_MS:
            begin[i] = finish[i - 1] = (start[i] + end[i - 1]) // 2
    reps = []
    for i, movement in enumerate(movements):
        outward, backward = turn[i] - start[i], end[i] - leave_turn[i]
        size = float(bounds.size[i])
        reps.append(
            Rep(
                offset_ms=begin[i],
                turn_ms=turn[i] - begin[i],
                duration_ms=finish[i] - begin[i],
                eccentric_ms=None if first_phase is None else outward if first_phase == "eccentric" else backward,
                concentric_ms=None if first_phase is None else backward if first_phase == "eccentric" else outward,
                turn_pause_ms=leave_turn[i] - turn[i],
                end_pause_ms=max(0, start[i + 1] - end[i]) if i + 1 < len(movements) else 0,
                range_degrees=round(size, 1) if is_angle else None,
                range_share=_compute_share(size, best),
                full_range_share=None if calibrated_range is None else _compute_share(size, calibrated_range),
                side=movement.side,
                confidence=movement.confidence,
                flags=movement.flags,
                rejected=movement.rejected,
            )
        )
    return tuple(reps)


def _compute_share(size: float, whole: float) -> float:
    return round(min(size / whole, MAX_RANGE_SHARE), 3) if whole > 0 else 0.0


def _find_bounds(times_ms: Floats, signals: Mapping[Side | None, Floats], movements: Sequence[Movement]) -> _Bounds:
    """Return the bounds of all movements. Successive movements of one side share theirs unless a pause parts them."""
    found = np.zeros((5, len(movements)))
    for side, signal in signals.items():
        of_side = [i for i, movement in enumerate(movements) if movement.side == side]
        if not of_side:
            continue
        start, turn, end = (
            np.array([getattr(movements[i], name) for i in of_side], dtype=np.intp) for name in ("start", "turn", "end")
        )
        velocity = np.nan_to_num(np.gradient(signal, times_ms))
        leave_start, reach_turn = _find_phase(times_ms, signal, velocity, start, turn)
        leave_turn, reach_end = _find_phase(times_ms, -signal, -velocity, turn, end)

        shortest = np.maximum(SHORTEST_PAUSE_MS, SHORTEST_PAUSE_SHARE * (reach_end - leave_start))
        continuous = leave_turn - reach_turn < shortest
        extremum = np.clip(_find_extremum(times_ms, signal, turn), reach_turn, leave_turn)
        reach_turn, leave_turn = np.where(continuous, extremum, (reach_turn, leave_turn))

        continuous = leave_start[1:] - reach_end[:-1] < shortest[1:]
        between = np.clip(_find_extremum(times_ms, -signal, start[1:]), reach_end[:-1], None)
        between = np.where(end[:-1] == start[1:], between, (reach_end[:-1] + leave_start[1:]) / 2)
        reach_end[:-1] = np.where(continuous, between, reach_end[:-1])
        leave_start[1:] = np.where(continuous, between, leave_start[1:])

        size = np.minimum(signal[turn] - signal[start], signal[turn] - signal[end])
        found[:, of_side] = (leave_start, reach_turn, leave_turn, reach_end, np.maximum(size, 0.0))
    return _Bounds(*found)


def _find_phase(times_ms: Floats, rising: Floats, velocity: Floats, begin: Ints, finish: Ints) -> tuple[Floats, Floats]:
    """Return when each phase leaves its beginning and when it reaches its end, by interpolation between samples.

    Looked for from the middle of the phase outwards, so that nothing that happens during a pause matters. All phases at
    once: a set of ten minutes has hundreds.
    """
    lengths = finish - begin + 1
    heads = np.cumsum(lengths) - lengths
    phase = np.repeat(np.arange(len(begin)), lengths)
    place = np.arange(len(phase))
    sample = place - heads[phase] + begin[phase]

    size = np.maximum(rising[finish] - rising[begin], TINY)
    progress = (rising[sample] - rising[begin][phase]) / size[phase]
    fastest = np.maximum(np.maximum.reduceat(velocity[sample], heads), TINY)
    speed = velocity[sample] / fastest[phase]

    tails = heads + lengths - 1
    middle = np.minimum.reduceat(np.where(progress >= MIDDLE, place, len(place)), heads)
    middle = np.minimum(middle, tails)
    slow = speed < SETTLED_VELOCITY
    at_rest = slow & (progress < SETTLED_RANGE) & (place < middle[phase])
    settled = slow & (progress > 1 - SETTLED_RANGE) & (place > middle[phase])
    last_rest = np.maximum.reduceat(np.where(at_rest, place, -1), heads)
    first_settled = np.minimum.reduceat(np.where(settled, place, len(place)), heads)

    leave = times_ms[begin].copy()
    some = last_rest >= 0
    leave[some] = _interpolate(times_ms[sample], speed, last_rest[some], last_rest[some] + 1)
    reach = times_ms[finish].copy()
    some = first_settled < len(place)
    reach[some] = _interpolate(times_ms[sample], speed, first_settled[some], first_settled[some] - 1)
    return leave, reach


def _interpolate(times_ms: Floats, speed: Floats, slow: Ints, fast: Ints) -> Floats:
    """Return when the velocity passes its threshold between a slow sample and its neighbour in the movement."""
    # The neighbour may be slow too and merely outside of the range in which a phase ends.
    difference = np.maximum(speed[fast], SETTLED_VELOCITY) - speed[slow]
    share = (SETTLED_VELOCITY - speed[slow]) / np.maximum(difference, TINY)
    return np.asarray(times_ms[slow] + np.clip(share, 0.0, 1.0) * (times_ms[fast] - times_ms[slow]))


def _find_extremum(times_ms: Floats, signal: Floats, index: Ints) -> Floats:
    """Return when the signal has its maximum: of the parabola through the highest sample and its two neighbours."""
    around = np.clip(index[:, np.newaxis] + (-1, 0, 1), 0, len(signal) - 1)
    highest = around[np.arange(len(index)), np.argmax(signal[around], axis=1)]
    inner = np.clip(highest, 1, len(signal) - 2)
    before, here, after = signal[inner - 1], signal[inner], signal[inner + 1]
    t_before, t_here, t_after = times_ms[inner - 1], times_ms[inner], times_ms[inner + 1]
    rise, fall = (here - before) / (t_here - t_before), (here - after) / (t_after - t_here)
    peak = (rise >= 0) & (fall >= 0) & (rise + fall > 0)
    # The slope is linear between the middles of both intervals.
    share = np.divide(rise, rise + fall, out=np.zeros_like(rise), where=peak)
    first, second = (t_before + t_here) / 2, (t_here + t_after) / 2
    return np.asarray(np.where(peak, first + share * (second - first), times_ms[highest]))
