"""Hypotheses: the movements that one signal shows, and how far they can be believed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from exercise_buddy.counting.engine.candidates import Candidate
from exercise_buddy.counting.engine.periods import find_period
from exercise_buddy.counting.engine.phases import Ints
from exercise_buddy.counting.engine.segmentation import find_turns
from exercise_buddy.counting.engine.signals import Bools, follow_period, smooth
from exercise_buddy.counting.engine.trace import Floats

SMOOTHINGS_SECONDS = (0.1, 0.2)
"""The first follows the fastest reps, the second ignores more noise."""
SAME_TURN = 4
"""Turning points that are at most this many samples apart are the same."""
SAME_PERIOD = 0.1
"""Periods that differ by less than this share give the same movements."""
PERIODIC_WEIGHT = 3.0
"""How much more the part of a signal that follows a period says than the signal as a whole."""
LEAST_STRENGTH = 0.05
RELATIVE_SWING = 0.4
"""The share of the swings around a movement from which it is a movement of its own."""
SAME_TIME = 0.35
"""Reps of both sides whose turning points are closer than this share of a rep are one rep."""
WEAK_SIDE = 0.35
"""A swing of one side below this share of the other side's typical swing only follows it."""
TRIM = 0.1
"""A movement begins where it leaves this share of its range."""
BOTH = -1
LEFT = 0
RIGHT = 1


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The movements that one signal shows. Row i of `movements` is the start, the turn and the end of movement i.

    `values` are those of each side, oriented so that a rep rises and falls. `sides` is the side of each movement:
    `LEFT`, `RIGHT` or `BOTH`; always `BOTH` if the sides do not do their own reps. `sign` is -1 if the values of the
    candidate fall from the start of a rep. `trust` weighs how it was found and how strongly the
    signal repeats. `extra` is 0.5 if half a movement is left over at an end of the trace.
    """

    candidate: Candidate
    values: tuple[Floats, ...]
    movements: Ints
    sides: Ints
    extra: float
    sign: float = 1.0
    trust: float = 1.0

    def seen(self) -> Bools:
        """Return when the signal was seen."""
        seen: Bools = np.logical_or.reduce([side.seen for side in self.candidate.sides])
        return seen


def propose(candidates: Iterable[Candidate], period: float | None) -> list[Hypothesis]:
    """Return what a signal shows on each side and with each smoothing. Those that show the same are one hypothesis.

    Args:
        candidates: the sides of one signal.
        period: of the movement of the body in seconds.

    """
    hypotheses: list[Hypothesis] = []
    for candidate in candidates:
        for found in _propose_one(candidate, period):
            same = next((number for number, other in enumerate(hypotheses) if _are_alike(found, other)), None)
            if same is None:
                hypotheses.append(found)
            else:
                hypotheses[same] = replace(hypotheses[same], trust=hypotheses[same].trust + found.trust)
    return hypotheses


def _propose_one(candidate: Candidate, period: float | None) -> Iterator[Hypothesis]:
    own, strength = find_period(np.stack([side.values for side in candidate.sides], axis=1))
    periods = [seconds for seconds in (period, own) if seconds is not None]
    if len(periods) > 1 and abs(periods[0] - periods[1]) < SAME_PERIOD * periods[0]:
        del periods[1]
    variants = [tuple(follow_period(side.values, seconds) for side in candidate.sides) for seconds in periods]
    variants += [tuple(smooth(side.values, seconds) for side in candidate.sides) for seconds in SMOOTHINGS_SECONDS]
    for variant, values in enumerate(variants):
        trust = max(strength, LEAST_STRENGTH) * (PERIODIC_WEIGHT if variant < len(periods) else 1.0)
        turns = [find_turns(side, RELATIVE_SWING, candidate.least) for side in values]
        several = len(values) > 1
        found = _join_sides(candidate, values, turns) if several else _orient(candidate, values[0], turns[0])
        yield from (replace(hypothesis, trust=trust) for hypothesis in found)


def _are_alike(one: Hypothesis, other: Hypothesis) -> bool:
    """Return whether two hypotheses consist of the same movements."""
    return (
        one.sign == other.sign
        and one.extra == other.extra
        and len(one.movements) == len(other.movements)
        and bool((np.abs(one.movements[:, 1] - other.movements[:, 1]) <= SAME_TURN).all())
        and np.array_equal(one.sides, other.sides)
    )


def _orient(candidate: Candidate, values: Floats, turns: Ints) -> Iterator[Hypothesis]:
    """Yield the movements between minima; if the direction of a rep is not known, also those between maxima."""
    if len(turns) < 3:  # noqa: PLR2004  (a start, a turn and an end)
        return
    rising = bool(values[turns[1]] > values[turns[0]])
    for first in (0, 1):
        upward = rising is (first == 0)
        if not upward and candidate.is_oriented:
            continue
        movements = _build_movements(turns[first:])
        if len(movements):
            half = 0.5 * (len(turns) - 1 - 2 * len(movements))
            sign = 1.0 if upward else -1.0
            yield Hypothesis(candidate, (sign * values,), movements, np.full(len(movements), BOTH), half, sign)


def _build_movements(turns: Ints) -> Ints:
    """Return start, turn and end of each movement; the first turn is a start."""
    count = max(0, (len(turns) - 1) // 2)
    return np.stack((turns[0 : 2 * count : 2], turns[1 : 2 * count : 2], turns[2 : 2 * count + 1 : 2]), axis=1)


def _join_sides(candidate: Candidate, values: tuple[Floats, ...], turns: list[Ints]) -> Iterator[Hypothesis]:
    """Yield the movements of both sides. Those at the same time are one."""
    rows: list[Ints] = []
    for side, at in zip(values, turns, strict=True):
        falls_first = len(at) > 1 and side[at[1]] < side[at[0]]
        rows.append(_build_movements(at[1:] if falls_first else at))
    sizes = [
        side[movements[:, 1]] - np.maximum(side[movements[:, 0]], side[movements[:, 2]])
        for side, movements in zip(values, rows, strict=True)
    ]
    strongest = max((float(np.median(size)) for size in sizes if len(size)), default=0.0)
    rows = [movements[size > WEAK_SIDE * strongest] for movements, size in zip(rows, sizes, strict=True)]
    left, right = rows
    if not len(left) + len(right):
        return
    trimmed = [trim_movements(side, movements) for side, movements in zip(values, rows, strict=True)]
    duration = float(np.median(np.concatenate([movements[:, 2] - movements[:, 0] for movements in trimmed])))
    found = [(tuple(row), LEFT) for row in left.tolist()]
    for row in right.tolist():
        nearest = int(np.abs(left[:, 1] - row[1]).argmin()) if len(left) else None
        if nearest is not None and abs(left[nearest, 1] - row[1]) < SAME_TIME * duration and found[nearest][1] == LEFT:
            found[nearest] = (found[nearest][0], BOTH)
        else:
            found.append((tuple(row), RIGHT))
    found.sort(key=lambda movement: movement[0][1])
    movements = np.array([row for row, _ in found], dtype=np.intp)
    yield Hypothesis(candidate, values, movements, np.array([side for _, side in found]), 0.0)


def trim_movements(values: Floats, movements: Ints) -> Ints:
    """Return movements without the rest before and after them."""
    if not len(movements):
        return movements
    starts, turns, ends = movements.T
    outward, limit = _expand(starts, turns, values[starts] + TRIM * (values[turns] - values[starts]))
    left = np.where(values[outward] <= limit, outward, -1)
    backward, limit = _expand(turns, ends, values[ends] + TRIM * (values[turns] - values[ends]))
    back = np.where(values[backward] <= limit, backward, len(values))
    trimmed: Ints = np.stack(
        (
            np.maximum.reduceat(left, _find_offsets(starts, turns)),
            turns,
            np.minimum.reduceat(back, _find_offsets(turns, ends)),
        ),
        axis=1,
    )
    return trimmed


def _find_offsets(first: Ints, last: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(last - first + 1)[:-1]))


def _expand(first: Ints, last: Ints, limits: Floats) -> tuple[Ints, Floats]:
    """Return the indices of all samples of several spans, one after the other, and the limit of each."""
    lengths = last - first + 1
    index = np.arange(lengths.sum()) + np.repeat(first - _find_offsets(first, last), lengths)
    return index, np.repeat(limits, lengths)
