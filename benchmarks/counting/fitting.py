"""How the coefficients are fitted that tell reps from other movements, and what counts are worth without the truth.

A logistic regression with a ridge penalty learns from the movements of many hypotheses whether each is a true rep.
Cross-validation fits it on four fifths of the recordings and counts the last fifth.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import numpy as np

from benchmarks.counting.body import Floats
from benchmarks.counting.traces import LabelledTrace
from exercise_buddy.counting.engine import plausibility
from exercise_buddy.counting.engine.body import compute_components
from exercise_buddy.counting.engine.candidates import list_candidates
from exercise_buddy.counting.engine.hypotheses import propose
from exercise_buddy.counting.engine.periods import find_period
from exercise_buddy.counting.engine.position import find_position
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.signals import resample

FOLDS = 5
_SAME = 0.5
"""The least overlap of a movement with a true rep, as a share of the time of both."""
_RIGHT_SIGNAL = 0.6
"""Only hypotheses that show this share of the true reps teach: others look at something else."""
_RIDGE = 1.0
_STEPS = 30


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What `plausibility` weighs the features of a movement with."""

    weights: Mapping[str, float]
    intercept: float


@dataclass(frozen=True, slots=True)
class Examples:
    """The movements of one recording, shape (n, features), whether each is a rep, and their total weight of 1."""

    features: Floats
    labels: Floats
    weights: Floats


def collect_examples(trace: LabelledTrace, profile: Profile | None) -> Examples:
    """Return the movements of all hypotheses about a recording with known bounds."""
    motion = resample(trace.trace)
    components = compute_components(motion)
    within = find_position(motion, profile).within
    period, _ = find_period(components)
    truth = np.array(trace.bounds_ms).reshape(-1, 2)
    rows, labels = [], []
    for _, sides in groupby(list_candidates(motion, components, profile), key=attrgetter("name")):
        for hypothesis in propose(sides, period):
            features = plausibility.describe(hypothesis, components, within)
            found = motion.times_ms[features.trimmed[:, [0, 2]]]
            overlap = _compute_overlap(found, truth)
            if (overlap.max(axis=0, initial=0) >= _SAME).sum() < _RIGHT_SIGNAL * len(truth):
                continue
            rows.append(np.stack([getattr(features, name) for name in plausibility.COEFFICIENTS], axis=1))
            labels.append(overlap.max(axis=1, initial=0) >= _SAME)
    if not rows:
        return Examples(np.empty((0, len(plausibility.COEFFICIENTS))), np.empty(0), np.empty(0))
    every = np.concatenate(labels).astype(np.float64)
    return Examples(np.concatenate(rows), every, np.full(len(every), 1 / len(every)))


def _compute_overlap(found: Floats, truth: Floats) -> Floats:
    """Return intersection over union of each found and each true interval."""
    if not len(truth):
        return np.zeros((len(found), 0))
    low = np.maximum(found[:, None, 0], truth[None, :, 0])
    high = np.minimum(found[:, None, 1], truth[None, :, 1])
    shared = np.maximum(high - low, 0)
    lengths = (found[:, 1] - found[:, 0])[:, None] + (truth[:, 1] - truth[:, 0])[None, :]
    overlap: Floats = shared / np.maximum(lengths - shared, 1)
    return overlap


def fit(examples: Sequence[Examples]) -> Coefficients:
    """Return the coefficients with the largest likelihood, by Newton's method."""
    features = np.concatenate([example.features for example in examples])
    labels = np.concatenate([example.labels for example in examples])
    weights = np.concatenate([example.weights for example in examples])
    design = np.column_stack([features, np.ones(len(features))])
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[-1] = 0.0
    solution = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (weights * (labels - probability)) - penalty * solution
        curvature = weights * probability * (1 - probability)
        solution += np.linalg.solve((design.T * curvature) @ design + np.diag(penalty + 1e-9), gradient)
    named = dict(zip(plausibility.COEFFICIENTS, solution[:-1].tolist(), strict=True))
    return Coefficients(named, float(solution[-1]))


@contextmanager
def use(coefficients: Coefficients) -> Iterator[None]:
    """Count with other coefficients than those of the release."""
    shipped = Coefficients(dict(plausibility.COEFFICIENTS), plausibility.INTERCEPT)
    try:
        _replace(coefficients)
        yield
    finally:
        _replace(shipped)


def _replace(coefficients: Coefficients) -> None:
    plausibility.COEFFICIENTS.update(coefficients.weights)
    plausibility.INTERCEPT = coefficients.intercept


def divide(traces: Sequence[LabelledTrace]) -> list[list[LabelledTrace]]:
    """Return the recordings in folds; those of an exercise are spread over all folds, in the order of their names."""
    ordered = sorted(traces, key=lambda trace: (trace.label, trace.name))
    return [ordered[fold::FOLDS] for fold in range(FOLDS)]
