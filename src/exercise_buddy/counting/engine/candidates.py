"""Candidates: the signals that may show the reps of a set."""

from dataclasses import dataclass

import numpy as np

from exercise_buddy.counting.engine.profiles import Measured, Profile, Signal
from exercise_buddy.counting.engine.signals import Bools, Measurement, Motion, combine, measure_sides
from exercise_buddy.counting.engine.trace import Floats

LEAST_SWING = {"angle": 12.0, "lean": 10.0, "height": 0.08, "distance": 0.08}
"""The smallest swing that can be a rep, in degrees or torso lengths. Smaller ones are noise and breathing."""
LEAST_COMPONENT_SWING = 0.15
RANK_WEIGHTS = (4.0, 3.0, 2.0, 2.0)
"""The weight of a profile's signals in order of preference, against 1 for any signal of open mode."""
EACH_WEIGHT = 2.0
OPEN_COMPONENT_WEIGHT = 2.0
COMPONENTS = 3
LONG_SAMPLES = 12_000
"""Of a longer trace (ten minutes), open mode reads only the mean of both sides: noise would hold a core for seconds."""
COMPONENT = "component"

OPEN_SIGNALS: tuple[tuple[Measured, tuple[str, ...]], ...] = (
    ("angle", ("shoulder", "elbow", "wrist")),
    ("angle", ("hip", "shoulder", "elbow")),
    ("angle", ("hip", "shoulder", "wrist")),
    ("angle", ("shoulder", "hip", "knee")),
    ("angle", ("hip", "knee", "ankle")),
    ("height", ("wrist", "shoulder")),
    ("height", ("wrist", "hip")),
    ("height", ("elbow", "shoulder")),
    ("height", ("shoulder", "hip")),
    ("height", ("shoulder", "ankle")),
    ("height", ("hip", "ankle")),
    ("height", ("knee", "hip")),
    ("height", ("nose", "wrist")),
    ("height", ("nose", "ankle")),
    ("distance", ("wrist", "shoulder")),
    ("lean", ("shoulder", "hip")),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A signal that may show the reps.

    Args:
        name: of the signal.
        sides: one measurement, or two if each side of the body does its own reps.
        weight: how much this kind of signal says.
        least: the smallest swing that can be a rep.
        signal: the signal of the profile; None in open mode and for components.
        is_oriented: whether the values are known to rise from the start of a rep to its turning point.

    """

    name: str
    sides: tuple[Measurement, ...]
    weight: float
    least: float
    signal: Signal | None
    is_oriented: bool

    @property
    def seen(self) -> float:
        """Return the share of the trace in which the signal was seen."""
        return float(np.mean([side.seen.mean() for side in self.sides]))


def list_candidates(motion: Motion, components: Floats, profile: Profile | None) -> list[Candidate]:
    """Return the signals of the exercise, or in open mode those of every joint, and components of the movement."""
    guide = None
    if profile is None:
        found = _list_open(motion)
    else:
        found = [
            candidate
            for signal, weight in zip(profile.signals, RANK_WEIGHTS, strict=False)
            for candidate in _list_sides(motion, signal, weight, each=profile.sides == "each")
        ]
        if profile.sides == "each" and found:
            return found
        guide = next((candidate for candidate in found if candidate.signal == profile.signals[0]), None)
    seen: Bools = np.asarray(motion.seen.any(axis=1))
    weight = OPEN_COMPONENT_WEIGHT if profile is None else 1.0
    for number in range(min(COMPONENTS, components.shape[1])):
        values = components[:, number]
        if guide is not None:
            # The component turns in the direction of the exercise.
            values = values * (1.0 if _correlate(values, guide.sides[0].values) >= 0 else -1.0)
        measurement = Measurement(COMPONENT, values, seen)
        name = f"{COMPONENT} {number + 1}"
        is_oriented = guide is not None
        found.append(Candidate(name, (measurement,), weight, LEAST_COMPONENT_SWING, None, is_oriented=is_oriented))
    return found


def _correlate(values: Floats, others: Floats) -> float:
    return float(((values - values.mean()) * (others - others.mean())).sum())


def _list_open(motion: Motion) -> list[Candidate]:
    found = []
    is_long = len(motion.times_ms) > LONG_SAMPLES
    for quantity, joints in OPEN_SIGNALS:
        sides = measure_sides(motion, quantity, joints)
        if not sides:
            continue
        several = (combine(sides),) if is_long or len(sides) == 1 else (combine(sides), *sides)
        found += [
            Candidate(side.name, (side,), 1.0, LEAST_SWING[quantity], None, is_oriented=False) for side in several
        ]
    return found


def _list_sides(motion: Motion, signal: Signal, weight: float, *, each: bool) -> list[Candidate]:
    sign = 1.0 if signal.begins == "rising" else -1.0
    sides = [
        Measurement(side.name, sign * side.values, side.seen)
        for side in measure_sides(motion, signal.measure, signal.joints)
    ]
    least = LEAST_SWING[signal.measure]
    if not sides:
        return []
    if each and len(sides) > 1:
        return [Candidate(sides[0].name, tuple(sides), EACH_WEIGHT * weight, least, signal, is_oriented=True)]
    several = (combine(sides), *sides) if len(sides) > 1 else sides
    return [Candidate(side.name, (side,), weight, least, signal, is_oriented=True) for side in several]
