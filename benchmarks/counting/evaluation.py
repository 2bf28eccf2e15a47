"""Compares counts and rep bounds with the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.counting.thresholds import count_with_thresholds
from benchmarks.counting.traces import LabelledTrace
from exercise_buddy.counting.engine.results import Count

BOUND_MS = 250
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was counted in a trace. `bound_errors_ms` has the larger error of start and end of each counted rep."""

    trace: LabelledTrace
    counted: Count
    thresholds: int | None
    bound_errors_ms: tuple[float, ...]

    @property
    def error(self) -> int:
        return self.counted.count - self.trace.reps

    @property
    def right(self) -> bool:
        return abs(self.error) <= 1


@dataclass(frozen=True, slots=True)
class Score:
    """The error of counts.

    `mae` is the mean of |counted - true| / true over the traces with reps, `obo` the share of all traces whose count is
    at most one off. `interval` contains the OBO of 95 % of bootstrap samples of the traces. `false_reps` were counted
    in the traces without reps.
    """

    traces: int
    mae: float
    obo: float
    interval: tuple[float, float]
    false_reps: int


def evaluate(trace: LabelledTrace, counted: Count) -> Outcome:
    """Return the outcome of a trace that was counted."""
    thresholds = count_with_thresholds(trace.trace, trace.exercise) if trace.exercise else None
    return Outcome(trace, counted, thresholds, tuple(match_bounds(counted, trace.bounds_ms)))


def score(counts: Sequence[tuple[int, int]]) -> Score:
    """Return the error of pairs of a count and the truth."""
    pairs = np.array(counts, dtype=np.float64)
    errors = np.abs(pairs[:, 0] - pairs[:, 1])
    right = errors <= 1
    samples = np.random.default_rng(0).integers(len(right), size=(_RESAMPLES, len(right)))
    low, high = np.quantile(right[samples].mean(1), [0.025, 0.975])
    some = pairs[:, 1] > 0
    mae = float((errors[some] / pairs[some, 1]).mean()) if some.any() else 0.0
    return Score(len(counts), mae, float(right.mean()), (float(low), float(high)), int(errors[~some].sum()))


def score_outcomes(outcomes: Iterable[Outcome]) -> Score:
    """Return the error of the engine."""
    return score([(outcome.counted.count, outcome.trace.reps) for outcome in outcomes])


def match_bounds(counted: Count, bounds_ms: Sequence[tuple[float, float]]) -> list[float]:
    """Return for each counted rep the error of its start or end, the larger one, in milliseconds.

    Reps are matched to true reps greedily: of all pairs, the one with the smallest error first, each rep and each true
    rep once. A counted rep without a true one has an infinite error. Empty if no bounds are known.
    """
    reps = [rep for rep in counted.reps if not rep.rejected]
    if not bounds_ms or not reps:
        return []
    starts = np.array([rep.offset_ms for rep in reps], dtype=np.float64)
    ends = starts + np.array([rep.duration_ms for rep in reps])
    truth = np.array(bounds_ms, dtype=np.float64)
    errors = np.maximum(np.abs(starts[:, None] - truth[:, 0]), np.abs(ends[:, None] - truth[:, 1]))
    result = [float("inf")] * len(reps)
    for flat in np.argsort(errors, axis=None, kind="stable"):
        rep, true_rep = np.unravel_index(flat, errors.shape)
        if np.isfinite(errors[rep, true_rep]):
            result[int(rep)] = float(errors[rep, true_rep])
            errors[rep, :] = errors[:, true_rep] = np.inf
    return result


def score_bounds(outcomes: Iterable[Outcome]) -> tuple[int, float, float] | None:
    """Return the number of counted reps, the share with both bounds right, and the median error in milliseconds."""
    errors = np.array([error for outcome in outcomes for error in outcome.bound_errors_ms])
    if len(errors) == 0:
        return None
    return len(errors), float((errors <= BOUND_MS).mean()), float(np.median(errors))


def measure_holds(outcomes: Iterable[Outcome]) -> list[float]:
    """Return the error of the seconds of each hold, as a share of the truth."""
    errors = []
    for outcome in outcomes:
        if outcome.trace.hold_ms is not None:
            start, end = outcome.trace.hold_ms
            held = sum(hold.duration_ms for hold in outcome.counted.holds)
            errors.append(abs(held - (end - start)) / (end - start))
    return errors
