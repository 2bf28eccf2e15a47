"""Plausibility: whether a movement is a rep like the others of its set, or the way into or out of position.

A set repeats one movement. What is done once, at its edges or between two parts of it, differs in shape, posture, range
and duration. A logistic function weighs the differences. Its coefficients were fitted to movements of recordings with
known bounds and of the kinematic model; the counts in `docs/counting.md` are cross-validated.
"""

from dataclasses import dataclass

import numpy as np

from exercise_buddy.counting.engine.hypotheses import Hypothesis, trim_movements
from exercise_buddy.counting.engine.phases import Ints
from exercise_buddy.counting.engine.segmentation import NEIGHBOURS, roll_quantile
from exercise_buddy.counting.engine.signals import Bools
from exercise_buddy.counting.engine.trace import Floats

POINTS = 8
"""A movement is compared at this many points of its course."""
TINY = 1e-9
COEFFICIENTS = {
    "similarity": 0.88,
    "posture": -0.81,
    "oddness": -0.28,
    "shortfall": -0.70,
    "duration": -0.44,
    "edge": -1.37,
    "position": 1.04,
    "count": 0.37,
}
INTERCEPT = 1.15


@dataclass(frozen=True, slots=True)
class Features:
    """What distinguishes the movements of a hypothesis, one value each.

    - `similarity`: correlation of its course with the mean course of the others.
    - `posture`: logarithm of the distance of its mean posture from the typical one, in ranges of a typical movement.
    - `oddness`: how far its similarity is below that of the others, times its posture, if both are unusual.
    - `shortfall`: how far its range is below the typical one, in robust standard deviations.
    - `duration`: absolute logarithm of its duration over the typical one.
    - `edge`: 1 for the first and the last movement, less for those farther inside.
    - `position`: share of its time in position.
    - `count`: logarithm of the number of movements.
    - `tracked`: share of its time in which the signal was seen.
    - `ratio`: its range in relation to the median of the movements around it.
    """

    trimmed: Ints
    similarity: Floats
    posture: Floats
    oddness: Floats
    shortfall: Floats
    duration: Floats
    edge: Floats
    position: Floats
    count: Floats
    tracked: Floats
    ratio: Floats

    def score(self) -> Floats:
        """Return the probability that each movement is a rep of the set."""
        linear = sum(weight * getattr(self, name) for name, weight in COEFFICIENTS.items()) + INTERCEPT
        probability: Floats = 1 / (1 + np.exp(-linear))
        return probability


def describe(hypothesis: Hypothesis, components: Floats, within: Bools) -> Features:
    """Return the features of the movements of a hypothesis.

    Args:
        hypothesis: at least one movement.
        components: the movement of the body, shape (n, k).
        within: whether the body was in position, shape (n,).

    """
    movements, sides = hypothesis.movements, hypothesis.sides
    count = len(movements)
    trimmed, levels = np.empty_like(movements), np.empty((count, 3))
    for side in np.unique(sides):
        mine = sides == side
        values = hypothesis.values[max(int(side), 0)]
        trimmed[mine] = trim_movements(values, movements[mine])
        levels[mine] = values[movements[mine]]
    similarity, posture = _compare_courses(components, trimmed, sides)
    ranges = np.log(np.maximum(levels[:, 1] - levels[:, [0, 2]].max(axis=1), TINY))
    typical = float(np.median(ranges))
    deviation = 1.48 * float(np.median(np.abs(ranges - typical))) + 0.1
    durations = np.log(np.maximum(trimmed[:, 2] - trimmed[:, 0], 1))
    number = np.arange(count)
    seen = hypothesis.seen()
    usual = float(np.median(similarity))
    below = np.clip((usual - similarity) / (1.1 - usual), 0, 3)
    distance = np.log(posture + 0.3)
    return Features(
        trimmed=trimmed,
        similarity=similarity,
        posture=distance,
        oddness=below * np.maximum(distance + 0.3, 0),
        shortfall=np.clip((typical - ranges) / deviation, 0, 8),
        duration=np.abs(durations - np.median(durations)),
        edge=np.exp(-np.minimum(number, count - 1 - number)),
        position=_average(within, trimmed),
        count=np.full(count, np.log(count)),
        tracked=_average(seen, trimmed),
        ratio=np.exp(ranges - roll_quantile(ranges, NEIGHBOURS, 0.5)),
    )


def _average(mask: Bools, movements: Ints) -> Floats:
    """Return the share of each movement in which a mask is true."""
    total = np.concatenate(([0], np.cumsum(mask)))
    shares: Floats = (total[movements[:, 2] + 1] - total[movements[:, 0]]) / (movements[:, 2] - movements[:, 0] + 1)
    return shares


def _compare_courses(components: Floats, movements: Ints, sides: Ints) -> tuple[Floats, Floats]:
    """Return similarity and distance of posture of each movement, among those of its side."""
    fractions = np.arange(POINTS) / POINTS
    at = movements[:, :1] + (movements[:, 2:] - movements[:, :1]) * fractions
    before = at.astype(np.intp)
    part = (at - before)[:, :, None]
    after = np.minimum(before + 1, len(components) - 1)
    courses = (1 - part) * components[before] + part * components[after]
    postures = courses.mean(axis=1)
    flat = (courses - postures[:, None]).reshape(len(movements), -1)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True) + TINY
    flat = flat / lengths
    similarity, distance = np.zeros(len(movements)), np.zeros(len(movements))
    for side in np.unique(sides):
        mine = sides == side
        if mine.sum() > 1:
            similarity[mine] = _correlate(flat[mine])
            size = float(np.median(lengths[mine])) / np.sqrt(POINTS)
            typical = np.median(postures[mine], axis=0)
            distance[mine] = np.linalg.norm(postures[mine] - typical, axis=1) / (size + TINY)
    return similarity, distance


def _correlate(courses: Floats) -> Floats:
    """Return the correlation of each course with the mean of the others, in which odd ones weigh less."""
    weights = np.ones(len(courses))
    similarity = weights
    for _ in range(2):
        weighted = weights[:, None] * courses
        others = weighted.sum(axis=0) - weighted
        others /= np.linalg.norm(others, axis=1, keepdims=True) + TINY
        similarity = (courses * others).sum(axis=1)
        weights = np.clip(similarity, 0.05, 1) ** 2
    return similarity
