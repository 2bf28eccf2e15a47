"""Voting: each hypothesis is read as a count, and the count with the most support wins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exercise_buddy.counting.engine.candidates import Candidate
from exercise_buddy.counting.engine.hypotheses import Hypothesis
from exercise_buddy.counting.engine.phases import Ints
from exercise_buddy.counting.engine.plausibility import Features, describe
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.results import RepFlag
from exercise_buddy.counting.engine.signals import RATE_HZ, Bools, smooth
from exercise_buddy.counting.engine.trace import Floats

PLAUSIBLE = 0.5
"""A movement that is less probably a rep of the set does not count."""
TOO_FAST = 0.6
"""The share of the shortest duration of the profile below which a movement is too fast: its ends are trimmed."""
SIMILARITY_WEIGHT = 1.0
IRREGULARITY_WEIGHT = 1.0
PARTIAL = 0.55
"""A movement with less than this share of the range of those around it is no rep."""
YARDSTICK_SECONDS = 0.1
TRACKED = 0.5
"""A movement that was seen in a smaller share of its time does not count."""
BETWEEN = 0.25
"""Where a count of n and a half falls between n and n + 1."""
SPREAD = (0.6, 0.02)
"""How far hypotheses support counts beside their own: a part of a rep, and a share of the count."""
LEAST_OF_TYPICAL = 0.35
"""A movement with less than this share of the range that the exercise usually has is no rep, however often it is done.

Oblique views make ranges look smaller: of real reps a tenth has less than half of the usual range.
"""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The first signal of a profile: the values of each side, and the smallest range of a rep in its unit."""

    sides: tuple[Floats, ...]
    least: float

    def find_short(self, movements: Ints) -> Bools:
        """Return which movements are smaller than any rep."""
        short: Bools = np.max([_measure_ranges(side, movements) for side in self.sides], axis=0) < self.least
        return short


def build_yardstick(candidates: Sequence[Candidate], profile: Profile | None) -> Yardstick | None:
    """Return the yardstick of an exercise. None if its usual range is not known, or its first signal not seen."""
    if profile is None or profile.typical_range is None:
        return None
    sides = [
        side
        for candidate in candidates
        if candidate.signal == profile.signals[0]
        for side in candidate.sides
        if side.seen.mean() >= TRACKED
    ]
    if not sides:
        return None
    values = tuple(smooth(side.values, YARDSTICK_SECONDS) for side in sides)
    return Yardstick(values, LEAST_OF_TYPICAL * profile.typical_range)


def _measure_ranges(values: Floats, movements: Ints) -> Floats:
    """Return the difference of the largest and the smallest value within each movement."""
    padded = np.append(values, values[-1])
    spans = np.stack((movements[:, 0], movements[:, 2] + 1), axis=1).ravel()
    ranges: Floats = np.maximum.reduceat(padded, spans)[::2] - np.minimum.reduceat(padded, spans)[::2]
    return ranges


@dataclass(frozen=True, slots=True)
class Reading:
    """A hypothesis with the reasons against each of its movements; None for a movement that counts."""

    hypothesis: Hypothesis
    features: Features
    plausibility: Floats
    count: int
    reasons: tuple[RepFlag | None, ...]
    weight: float

    @property
    def begin(self) -> int:
        """Return where the first movement that counts begins."""
        counted = (row for row, reason in zip(self.features.trimmed, self.reasons, strict=True) if reason is None)
        return int(next(counted, (0,))[0])


def read_hypothesis(
    hypothesis: Hypothesis,
    components: Floats,
    within: Bools,
    shortest_rep_ms: int | None,
    yardstick: Yardstick | None,
) -> Reading:
    """Return which movements of a hypothesis count, and why others do not.

    Args:
        hypothesis: at least one movement.
        components: the movement of the body, shape (n, k).
        within: whether the body was in position, shape (n,).
        shortest_rep_ms: of the exercise.
        yardstick: of the exercise.

    """
    features = describe(hypothesis, components, within)
    plausibility = features.score()
    duration = (features.trimmed[:, 2] - features.trimmed[:, 0]) * (1000 / RATE_HZ)
    lost = features.tracked < TRACKED
    fast = duration < TOO_FAST * (shortest_rep_ms or 0)
    partial = features.ratio < PARTIAL
    if yardstick is not None:
        partial |= yardstick.find_short(features.trimmed)
    odd = plausibility < PLAUSIBLE
    accepted = ~(lost | fast | partial | odd)
    reasons: list[RepFlag | None] = [None] * len(accepted)
    for number in np.flatnonzero(~accepted).tolist():
        if lost[number]:
            reasons[number] = RepFlag.TRACKING_LOST
        elif fast[number]:
            reasons[number] = RepFlag.TOO_FAST
        else:
            reasons[number] = RepFlag.PARTIAL if partial[number] else RepFlag.GETTING_INTO_POSITION
    alike = float(features.similarity[accepted].mean()) if accepted.sum() > 1 else 0.0
    irregular = float(np.median(features.duration[accepted])) if accepted.sum() > 1 else 0.0
    weight = (
        hypothesis.trust
        * hypothesis.candidate.weight
        * hypothesis.candidate.seen
        * float(np.exp(SIMILARITY_WEIGHT * alike - IRREGULARITY_WEIGHT * irregular))
    )
    return Reading(hypothesis, features, plausibility, int(accepted.sum()), tuple(reasons), weight)


def choose_reading(readings: Sequence[Reading]) -> tuple[Reading, float]:
    """Return the reading whose count has the most support, and the share of the support.

    Of the readings with this count, one of a signal of the profile explains the reps best: where they begin is known.
    """
    counts = np.array([reading.count + reading.hypothesis.extra - BETWEEN for reading in readings])
    weights = np.array([reading.weight for reading in readings])
    options = np.unique([reading.count for reading in readings])
    support = [
        float((weights * np.exp(-np.abs(counts - option) / (SPREAD[0] + SPREAD[1] * option))).sum())
        for option in options
    ]
    winner = int(options[int(np.argmax(support))])
    agreeing = [reading for reading in readings if reading.count == winner]
    best = max(agreeing, key=lambda reading: (reading.hypothesis.candidate.signal is not None, reading.weight))
    if not best.hypothesis.candidate.is_oriented:
        # The same signal upside down has the same count. The set begins with the first movement.
        same = [reading for reading in agreeing if reading.hypothesis.candidate is best.hypothesis.candidate]
        best = min(same, key=lambda reading: (reading.begin, -reading.weight))
    return best, float(weights[[reading.count == winner for reading in readings]].sum() / weights.sum())
