"""The kinematic model that measures the counting engine has to be right itself."""

import numpy as np
import pytest

from benchmarks.counting import fitting
from benchmarks.counting.body import create_body
from benchmarks.counting.evaluation import match_bounds, score
from benchmarks.counting.model import create_hold, create_trace, create_traces
from benchmarks.counting.movements import MOVEMENTS, PLANK, Movement
from benchmarks.counting.script import LEVELS, LevelName
from benchmarks.counting.thresholds import count_with_thresholds
from benchmarks.counting.traces import TRACE_SETS
from exercise_buddy.counting.engine import plausibility
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.results import Count, Rep, Summary
from exercise_buddy.counting.profiles import load_profiles

_BONES = ("shoulder elbow", "elbow wrist", "hip knee", "knee ankle")


def _by_slug(slug: str) -> Movement:
    return next(movement for movement in MOVEMENTS if movement.slug == slug)


@pytest.mark.parametrize("movement", [*MOVEMENTS, PLANK], ids=lambda movement: movement.slug)
def test_bones_keep_their_lengths_at_every_depth(movement: Movement) -> None:
    depth = np.linspace(0, 1, 21)
    joints = movement.pose(
        create_body(np.random.default_rng(4)), depth, depth if movement.sides == "both" else 0 * depth
    )
    assert joints.shape == (21, 13, 3)
    for side in ("left", "right"):
        for bone in _BONES:
            first, second = (JOINTS.index(f"{side}_{joint}") for joint in bone.split())
            lengths = np.linalg.norm(joints[:, first] - joints[:, second], axis=1)
            assert lengths.max() - lengths.min() < 1e-6
    assert np.abs(np.diff(joints, axis=0)).max() < 0.25


@pytest.mark.parametrize("level", LEVELS)
def test_a_seed_returns_the_same_trace(level: LevelName) -> None:
    first, second = (create_trace(level, MOVEMENTS[0], seed=7) for _ in range(2))
    np.testing.assert_array_equal(first.build_trace().points, second.build_trace().points)
    assert first.bounds_ms == second.bounds_ms
    assert create_trace(level, MOVEMENTS[0], seed=8).bounds_ms != first.bounds_ms


@pytest.mark.parametrize("level", LEVELS)
def test_true_reps_lie_within_the_trace_one_after_the_other(level: LevelName) -> None:
    for made in create_traces(level, len(MOVEMENTS)):
        times, bounds = made.times_ms, np.array(made.bounds_ms).reshape(-1, 2)
        assert len(bounds) == made.reps <= 40
        assert np.all(np.diff(times) > 0)
        assert np.all(np.diff(bounds.ravel()) >= 0)
        assert made.reps == 0 or (bounds[0, 0] >= times[0] and bounds[-1, 1] <= times[-1])


def test_only_the_harder_levels_lose_joints() -> None:
    lost = {level: sum(np.isnan(made.image).mean() for made in create_traces(level, 12)) for level in LEVELS}
    assert lost["clean"] == 0 < lost["moderate"] < lost["hard"]


def test_every_movement_has_a_profile() -> None:
    assert {movement.slug for movement in (*MOVEMENTS, PLANK)} <= load_profiles().keys()


def test_a_hold_lies_within_the_trace() -> None:
    made = create_hold("hard", seed=3, seconds=20)
    assert made.hold_ms is not None
    start, end = made.hold_ms
    assert 0 <= start < end <= made.times_ms[-1] + 100
    assert end - start >= 20_000


@pytest.mark.parametrize("slug", ["jumping-jack", "side-lateral-raise"])
def test_fixed_thresholds_count_full_reps_of_a_clean_trace(slug: str) -> None:
    for reps in (0, 1, 2, 15):
        assert (
            count_with_thresholds(create_trace("clean", _by_slug(slug), seed=1, reps=reps).build_trace(), slug) == reps
        )


def test_matches_each_rep_with_one_true_rep() -> None:
    summary = Summary(None, None, None, None, 1, 1)
    reps = [Rep(start, 400, 800, None, None, 0, 0, None, 1, None, None, 1) for start in (0, 1000, 1100)]
    counted = Count(3, tuple(reps), (), None, summary, (), 1, None)
    assert match_bounds(counted, [(50, 800), (1000, 1900)]) == [50, 100, float("inf")]


def test_scores_counts() -> None:
    result = score([(10, 10), (9, 10), (5, 10), (1, 0)])
    assert result.mae == pytest.approx(0.2)
    assert result.obo == 0.75
    assert result.false_reps == 1


def test_folds_contain_each_recording_once() -> None:
    traces = list(TRACE_SETS["clean"].read(30, 0))
    folds = fitting.divide(traces)
    assert sorted(trace.name for fold in folds for trace in fold) == sorted(trace.name for trace in traces)
    assert {len(fold) for fold in folds} == {6}


def test_fits_coefficients_that_tell_reps_from_other_movements() -> None:
    shipped = dict(plausibility.COEFFICIENTS)
    examples = [
        fitting.collect_examples(trace, load_profiles()[trace.label]) for trace in TRACE_SETS["moderate"].read(8, 3)
    ]
    fitted = fitting.fit(examples)
    assert fitted.weights["similarity"] > 0 > fitted.weights["posture"]
    with fitting.use(fitted):
        assert fitted.weights == plausibility.COEFFICIENTS
    assert shipped == plausibility.COEFFICIENTS
