"""The position gate: whether the body is in the position of the exercise."""

from dataclasses import dataclass

import numpy as np

from exercise_buddy.counting.engine.profiles import PositionRule, Profile
from exercise_buddy.counting.engine.signals import Bools, Motion, combine, measure_sides, smooth

SMOOTHING_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Position:
    """When the body was in position, and when it was seen, shape (n,). `rules` has the result of each rule."""

    within: Bools
    seen: Bools
    rules: tuple[tuple[PositionRule, Bools], ...]

    @property
    def hint(self) -> str | None:
        """Return the hint of the first rule that does not hold at the end. None if all hold."""
        return next((rule.hint for rule, holds in self.rules if not holds[-1]), None)


def find_position(motion: Motion, profile: Profile | None) -> Position:
    """Return when the body was in position. A rule whose joints are not seen counts as kept.

    A hold consists of its position alone: it needs at least one rule whose joints are seen.
    """
    seen: Bools = np.asarray(motion.seen.any(axis=1))
    rules = []
    measured = np.zeros(len(seen), dtype=bool)
    for rule in profile.position if profile else ():
        sides = measure_sides(motion, rule.measure, rule.joints)
        if not sides:
            continue
        quantity = combine(sides)
        measured |= quantity.seen
        values = smooth(quantity.values, SMOOTHING_SECONDS)
        holds = ~quantity.seen
        inside = np.ones(len(values), dtype=bool)
        if rule.low is not None:
            inside &= values >= rule.low
        if rule.high is not None:
            inside &= values <= rule.high
        rules.append((rule, holds | inside))
    within: Bools = np.logical_and.reduce([seen, *(holds for _, holds in rules)])
    if profile is not None and profile.kind == "hold":
        within &= measured
    return Position(within, seen, tuple(rules))
