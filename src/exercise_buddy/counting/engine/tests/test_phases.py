"""Phases of reps, from signals whose phases are known."""

from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercise_buddy.counting.engine.phases import LONGEST_SHARED_REST_MS, Movement, describe_reps
from exercise_buddy.counting.engine.results import Rep, RepFlag
from exercise_buddy.counting.engine.tests.synthetic import Tempo, build_movements, build_signal
from exercise_buddy.counting.engine.trace import Floats

# A phase shaped like a sine is slower than a twentieth of its peak for 1.6 % of it at each end.
DWELL = 0.016


def describe(
    times_ms: Floats,
    signal: Floats,
    movements: list[Movement],
    *,
    first_phase: Literal["eccentric", "concentric"] | None = "eccentric",
    calibrated_range: float | None = None,
) -> tuple[Rep, ...]:
    """Return the reps of one signal that is an angle."""
    return describe_reps(
        times_ms,
        {None: signal},
        movements,
        first_phase=first_phase,
        is_angle=True,
        calibrated_range=calibrated_range,
    )


def sample(duration_ms: float, hertz: float) -> Floats:
    """Return the times of the samples of a trace."""
    return np.arange(0.0, duration_ms, 1000 / hertz)


phase_ms = st.floats(500, 4_000)
pause_ms = st.floats(400, 3_000)


@given(st.builds(Tempo, phase_ms, pause_ms, phase_ms, pause_ms), st.integers(2, 6), st.floats(15, 60))
def test_phases_and_pauses_are_found(tempo: Tempo, count: int, hertz: float) -> None:
    times_ms = sample(tempo.total * count, hertz)
    interval = 1000 / hertz
    reps = describe(times_ms, build_signal(times_ms, tempo, count), build_movements(times_ms, tempo, count))

    assert len(reps) == count
    for number, rep in enumerate(reps):
        slow_out, slow_back = DWELL * tempo.outward, DWELL * tempo.backward
        assert rep.eccentric_ms is not None
        left_ms = rep.offset_ms + rep.turn_ms - rep.eccentric_ms
        assert left_ms == pytest.approx(number * tempo.total + slow_out, abs=interval + 1)
        assert rep.eccentric_ms == pytest.approx(tempo.outward - 2 * slow_out, abs=2 * interval + 1)
        assert rep.turn_pause_ms == pytest.approx(tempo.turn_pause + slow_out + slow_back, abs=2 * interval + 1)
        assert rep.concentric_ms == pytest.approx(tempo.backward - 2 * slow_back, abs=2 * interval + 1)
        if number + 1 < count:
            assert rep.end_pause_ms == pytest.approx(tempo.end_pause + slow_out + slow_back, abs=2 * interval + 1)
    assert reps[-1].end_pause_ms == 0


@given(st.builds(Tempo, phase_ms, st.just(0.0), phase_ms, st.just(0.0)), st.integers(2, 6), st.floats(15, 60))
def test_continuous_reps_share_their_bounds(tempo: Tempo, count: int, hertz: float) -> None:
    times_ms = sample(tempo.total * count, hertz)
    reps = describe(times_ms, build_signal(times_ms, tempo, count), build_movements(times_ms, tempo, count))

    for number, rep in enumerate(reps):
        assert (rep.turn_pause_ms, rep.end_pause_ms) == (0, 0)
        # Where a fast phase meets a slow one, the acceleration jumps and the parabola is off by up to a sample.
        # Nothing precedes the first rep that would part it at the extremum.
        slow = 0 if number else DWELL * tempo.outward
        assert rep.offset_ms == pytest.approx(number * tempo.total + slow, abs=1000 / hertz)
        assert rep.eccentric_ms == pytest.approx(tempo.outward - slow, abs=2000 / hertz)
    for rep, following in pairwise(reps):
        assert rep.offset_ms + rep.duration_ms == following.offset_ms


def test_bounds_are_finer_than_samples() -> None:
    tempo = Tempo(1_000, 0, 1_000, 0)
    times_ms = np.arange(0.0, 12_000, 70)
    reps = describe(times_ms, build_signal(times_ms, tempo, 6), build_movements(times_ms, tempo, 6))

    assert [rep.offset_ms for rep in reps[1:]] == pytest.approx([2_000, 4_000, 6_000, 8_000, 10_000], abs=2)
    assert [rep.turn_ms for rep in reps[1:]] == pytest.approx([1_000] * 5, abs=4)


@st.composite
def wild_movements(draw: st.DrawFn) -> tuple[Floats, Floats, list[Movement]]:
    """Return any signal at any times, and movements that obey only what `describe_reps` asks for."""
    count = draw(st.integers(1, 8))
    bounds = np.cumsum([0, *draw(st.lists(st.integers(1, 12), min_size=2 * count, max_size=2 * count))])
    samples = int(bounds[-1]) + 1 + draw(st.integers(0, 3))
    times_ms = np.cumsum(draw(st.lists(st.floats(1, 400), min_size=samples, max_size=samples)))
    values = st.floats(-200, 200, allow_subnormal=False)
    signal = np.array(draw(st.lists(values, min_size=samples, max_size=samples)))
    rejected = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return (
        times_ms - times_ms[0],
        signal,
        [
            Movement(int(bounds[2 * i]), int(bounds[2 * i + 1]), int(bounds[2 * i + 2]), None, 1.0, (), rejected[i])
            for i in range(count)
        ],
    )


@given(wild_movements(), st.sampled_from(["eccentric", "concentric"]))
def test_durations_add_up(
    trace: tuple[Floats, Floats, list[Movement]], first_phase: Literal["eccentric", "concentric"]
) -> None:
    times_ms, signal, movements = trace
    reps = describe(times_ms, signal, movements, first_phase=first_phase)

    for rep, movement in zip(reps, movements, strict=True):
        assert rep.eccentric_ms is not None
        assert rep.concentric_ms is not None
        assert rep.duration_ms >= rep.eccentric_ms + rep.turn_pause_ms + rep.concentric_ms
        assert rep.turn_ms >= (rep.eccentric_ms if first_phase == "eccentric" else rep.concentric_ms)
        assert min(rep.eccentric_ms, rep.turn_pause_ms, rep.concentric_ms, rep.end_pause_ms) >= 0
        outward_ms = rep.eccentric_ms if first_phase == "eccentric" else rep.concentric_ms
        left_ms = rep.offset_ms + rep.turn_ms - outward_ms
        assert left_ms >= round(times_ms[movement.start] - times_ms[0]) - 400
        assert rep.rejected or rep.range_share <= 1
    for rep, following in pairwise(reps):
        apart_ms = 0 if rep.end_pause_ms <= LONGEST_SHARED_REST_MS else rep.end_pause_ms
        assert rep.offset_ms + rep.duration_ms + apart_ms == following.offset_ms


def test_sticking_point_is_no_pause() -> None:
    times_ms = sample(5_000, 30)
    # Half the way up in 1 s, 0.6 s without movement, the rest in 1 s, and down again in 2 s.
    signal = np.interp(times_ms, [0, 1_000, 1_600, 2_600, 4_600, 5_000], [0, 45, 45, 90, 0, 0])
    (rep,) = describe(times_ms, signal, [Movement(0, 78, 140, None, 1.0)], first_phase="concentric")

    assert rep.turn_pause_ms == 0
    assert rep.concentric_ms == pytest.approx(2_600, abs=40)
    assert rep.eccentric_ms == pytest.approx(2_000, abs=70)


def test_range_is_compared_with_the_best_counted_rep_and_with_the_calibration() -> None:
    times_ms = sample(8_000, 30)
    tempo = Tempo(1_000, 0, 1_000, 0)
    size = np.repeat([1.0, 0.8, 0.5, 2.0], 60)[: len(times_ms)]
    movements = build_movements(times_ms, tempo, 4)
    movements[3] = replace(movements[3], rejected=True, flags=(RepFlag.GETTING_INTO_POSITION,))
    reps = describe(times_ms, build_signal(times_ms, tempo, 4) * size, movements, calibrated_range=120.0)

    assert [rep.range_share for rep in reps] == pytest.approx([1.0, 0.8, 0.5, 2.0], abs=0.01)
    assert [rep.range_degrees for rep in reps] == pytest.approx([90, 72, 45, 180], abs=0.6)
    assert [rep.full_range_share for rep in reps] == pytest.approx([0.75, 0.6, 0.375, 1.5], abs=0.01)
    assert reps[3].rejected
    assert reps[3].flags == (RepFlag.GETTING_INTO_POSITION,)
    assert reps[0].confidence == 0.9


def test_way_out_of_position_does_not_enlarge_the_last_rep() -> None:
    times_ms = sample(4_000, 30)
    signal = np.interp(times_ms, [0, 1_000, 2_000, 3_000, 4_000], [0, 60, 0, 60, -80])
    reps = describe(times_ms, signal, [Movement(0, 30, 60, None, 1.0), Movement(60, 90, 119, None, 1.0)])

    assert [rep.range_degrees for rep in reps] == pytest.approx([60, 60], abs=0.1)


def test_each_side_has_its_own_signal_and_bounds() -> None:
    times_ms = sample(12_000, 30)
    tempo = Tempo(1_000, 0, 1_000, 2_000)
    left = build_signal(times_ms, tempo, 3)
    right = build_signal(times_ms - 2_000, tempo, 3) * np.where(times_ms < 2_000, 0.0, 0.7)
    of_left = [replace(movement, side="left") for movement in build_movements(times_ms, tempo, 3)]
    of_right = [
        replace(movement, side="right", start=movement.start + 60, turn=movement.turn + 60, end=movement.end + 60)
        for movement in build_movements(times_ms, tempo, 2)
    ]
    movements = sorted([*of_left, *of_right], key=lambda movement: movement.start)
    reps = describe_reps(
        times_ms,
        {"left": left, "right": right},
        movements,
        first_phase="concentric",
        is_angle=False,
        calibrated_range=None,
    )

    assert [rep.side for rep in reps] == ["left", "right", "left", "right", "left"]
    assert [rep.range_share for rep in reps] == pytest.approx([1, 0.7, 1, 0.7, 1], abs=0.01)
    # The other side starts at once: alternating sides are no pause.
    assert all(rep.end_pause_ms < 150 for rep in reps)
    assert all(rep.range_degrees is None and rep.full_range_share is None for rep in reps)


def test_nothing_that_moves_is_nothing_to_describe() -> None:
    assert describe(sample(1_000, 30), np.zeros(30), []) == ()


def test_flat_signal_has_no_range() -> None:
    (rep,) = describe(sample(1_000, 30), np.zeros(30), [Movement(0, 10, 20, None, 0.0, (RepFlag.PARTIAL,), True)])

    assert (rep.range_degrees, rep.range_share) == (0.0, 0.0)


def test_phases_of_an_unknown_exercise_have_no_names() -> None:
    times_ms = sample(2_000, 30)
    movements = [Movement(0, 30, 59, None, 1.0)]
    (rep,) = describe(times_ms, build_signal(times_ms, Tempo(1_000, 0, 1_000, 0), 1), movements, first_phase=None)

    assert (rep.eccentric_ms, rep.concentric_ms) == (None, None)
    assert rep.turn_ms == pytest.approx(1_000, abs=1_000 * DWELL)
