"""The engine as a whole, on traces of the kinematic model."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.counting.evaluation import BOUND_MS, match_bounds
from benchmarks.counting.traces import TRACE_SETS, LabelledTrace
from exercise_buddy.counting.engine.body import compute_components
from exercise_buddy.counting.engine.candidates import COMPONENT, list_candidates
from exercise_buddy.counting.engine.counter import count_trace
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.results import Count
from exercise_buddy.counting.engine.signals import resample
from exercise_buddy.counting.engine.stream import HoldEvent, RepEvent, Stream
from exercise_buddy.counting.engine.trace import SignalTrace, Trace
from exercise_buddy.counting.profiles import load_profiles
from tests.support import shared_file

PROFILES = load_profiles()


def read_model(level: str, traces: int) -> list[LabelledTrace]:
    return list(itertools.islice(TRACE_SETS[level].read(traces, 500), traces))


MODERATE = read_model("moderate", 6)


def stream_count(trace: Trace, exercise: str, cuts: list[int]) -> tuple[Count, list[RepEvent]]:
    stream = Stream(PROFILES[exercise])
    events: list[RepEvent] = []
    for start, end in itertools.pairwise([0, *cuts, len(trace.times_ms)]):
        part = slice(start, end)
        found = stream.push(trace.times_ms[part].tolist(), trace.points[part], trace.visibility[part])
        events += [event for event in found if isinstance(event, RepEvent)]
    return stream.finish(), events


@given(data=st.data(), number=st.integers(0, len(MODERATE) - 1))
@settings(max_examples=10, deadline=None)
def test_the_final_answer_of_a_stream_equals_the_count_of_the_trace(data: st.DataObject, number: int) -> None:
    labelled = MODERATE[number]
    samples = len(labelled.trace.times_ms)
    cuts = sorted(data.draw(st.sets(st.integers(1, samples - 1), max_size=40)))
    assert labelled.exercise
    final, _ = stream_count(labelled.trace, labelled.exercise, cuts)
    assert final == count_trace(labelled.trace, PROFILES[labelled.exercise])


@pytest.mark.parametrize("labelled", read_model("clean", 8), ids=lambda labelled: str(labelled.name))
def test_a_clean_trace_is_counted_exactly(labelled: LabelledTrace) -> None:
    assert labelled.exercise
    assert abs(count_trace(labelled.trace, PROFILES[labelled.exercise]).count - labelled.reps) <= 1


@pytest.mark.parametrize("exercise", [None, "pushups", "plank", "bodyweight-lunge"])
@pytest.mark.parametrize("samples", [1, 2, 3, 40])
def test_a_trace_in_which_nothing_is_seen_has_no_reps(exercise: str | None, samples: int) -> None:
    trace = Trace(np.arange(samples, dtype=np.float64) * 33, np.full((samples, 13, 2), np.nan), np.ones((samples, 13)))
    count = count_trace(trace, PROFILES[exercise] if exercise else None)
    assert (count.count, count.reps, count.summary.tracked_share) == (0, (), 0.0)


def test_a_motionless_body_has_no_reps() -> None:
    still = MODERATE[0].trace
    points = np.repeat(still.points[:1], 600, axis=0)
    trace = Trace(np.arange(600, dtype=np.float64) * 33, points, np.ones((600, 13)))
    for profile in (None, *PROFILES.values()):
        assert count_trace(trace, profile).count == 0


def test_a_measured_signal_is_counted() -> None:
    times = np.arange(0, 20_000, 33.0)
    values = 120 + 45 * np.cos(times / 2_000 * 2 * np.pi)
    for profile in (None, PROFILES["bodyweight-squat"]):
        count = count_trace(SignalTrace(times, values, "angle_degrees", None), profile)
        assert abs(count.count - 10) <= 1
        assert [round(rep.range_degrees or 0) for rep in count.reps[2:8]] == pytest.approx([90] * 6, abs=3)


def test_reps_of_recordings_begin_and_end_where_people_say() -> None:
    shared_file("rep-traces/repcount_dev.jsonl.gz")
    errors: list[float] = []
    for labelled in itertools.islice(TRACE_SETS["repcount"].read(57, 0), 0, None, 2):
        count = count_trace(labelled.trace, PROFILES.get(labelled.exercise or ""))
        if abs(count.count - labelled.reps) <= 1:
            errors += match_bounds(count, labelled.bounds_ms)
    # 0.88 when this was written, and 0.70 while components of the movement explained reps that a signal shows too.
    assert np.mean([error <= BOUND_MS for error in errors]) > 0.8


def test_a_hold_of_which_no_condition_is_seen_is_no_hold() -> None:
    points = np.full((90, 13, 2), np.nan)
    points[:, JOINTS.index("left_elbow")] = 0.5
    trace = Trace(np.arange(90, dtype=np.float64) * 33, points, np.ones((90, 13)))
    count = count_trace(trace, PROFILES["plank"])
    assert (count.holds, count.summary.in_position_share) == ((), 0.0)
    events = Stream(PROFILES["plank"]).push(trace.times_ms.tolist(), points, trace.visibility)
    assert not any(isinstance(event, HoldEvent) for event in events)


def test_a_component_turns_like_the_exercise_but_has_no_unit_of_its_signal() -> None:
    motion = resample(MODERATE[0].trace)
    found = list_candidates(motion, compute_components(motion), PROFILES[MODERATE[0].exercise or ""])
    components = [candidate for candidate in found if candidate.name.startswith(COMPONENT)]
    assert [(candidate.signal, candidate.is_oriented) for candidate in components] == [(None, True)] * 3
