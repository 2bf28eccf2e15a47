"""Counting of a whole trace: from signals over hypotheses to a count that is explained rep by rep."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import numpy as np

from exercise_buddy.counting.engine.body import compute_components
from exercise_buddy.counting.engine.candidates import LEAST_SWING, Candidate, list_candidates
from exercise_buddy.counting.engine.holds import find_holds
from exercise_buddy.counting.engine.hypotheses import BOTH, propose
from exercise_buddy.counting.engine.judgements import judge_set
from exercise_buddy.counting.engine.periods import find_period
from exercise_buddy.counting.engine.phases import Movement, describe_reps
from exercise_buddy.counting.engine.position import Position, find_position
from exercise_buddy.counting.engine.profiles import Calibration, Profile, Signal
from exercise_buddy.counting.engine.results import Count, Hold, Rep, Side
from exercise_buddy.counting.engine.signals import SIDES, Measurement, resample, resample_signal, smooth
from exercise_buddy.counting.engine.summary import summarize_set
from exercise_buddy.counting.engine.trace import Floats, SignalTrace, Trace
from exercise_buddy.counting.engine.voting import Reading, build_yardstick, choose_reading, read_hypothesis

LEAST_SEEN = 0.2
"""A signal that was seen in a smaller share of the trace proposes nothing."""
FINE_SECONDS = 0.075
"""The smoothing of the signal in which phases and ranges are measured. More would make ranges smaller."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A count, and the signal that decided: its times, and its values, rising from the start of a rep to its turn."""

    count: Count
    times_ms: Floats
    values: Floats


def count_trace(trace: Trace | SignalTrace, profile: Profile | None, calibration: Calibration | None = None) -> Count:
    """Return the count of a trace, with every rep explained.

    Args:
        trace: at least one sample.
        profile: of the exercise. None for open mode, which counts whatever repeats.
        calibration: what the user has shown to be the full range.

    """
    return analyze(trace, profile, calibration).count


def analyze(trace: Trace | SignalTrace, profile: Profile | None, calibration: Calibration | None = None) -> Analysis:
    """Return the count of a trace and the signal that decided."""
    if isinstance(trace, SignalTrace):
        times, measurement = resample_signal(trace)
        candidates = [_build_candidate(measurement, trace, profile)]
        components = _standardize(measurement.values)
        position = Position(measurement.seen, measurement.seen, ())
    else:
        motion = resample(trace)
        times = motion.times_ms
        position = find_position(motion, profile)
        components = compute_components(motion)
        candidates = list_candidates(motion, components, profile)
    if profile is not None and profile.kind == "hold":
        return _analyze_hold(times, position, profile)
    period, _ = find_period(components)
    shortest = profile.shortest_rep_ms if profile else None
    yardstick = build_yardstick(candidates, profile) if isinstance(trace, Trace) else None
    readings = [
        read_hypothesis(hypothesis, components, position.within, shortest, yardstick)
        for _, sides in groupby(candidates, key=attrgetter("name"))
        for hypothesis in propose((candidate for candidate in sides if candidate.seen >= LEAST_SEEN), period)
    ]
    if not readings:
        return Analysis(_build_count((), None, position, profile), times, np.zeros(len(times)))
    best, confidence = choose_reading(readings)
    return _explain(times, best, confidence, position, profile, calibration)


def _standardize(values: Floats) -> Floats:
    components: Floats = (values - values.mean())[:, None]
    return components


def _build_candidate(measurement: Measurement, trace: SignalTrace, profile: Profile | None) -> Candidate:
    """Return the candidate of a measured signal. Its direction is that of the profile's signal of the same kind."""
    measure = "angle" if trace.quantity == "angle_degrees" else trace.quantity
    signal = next((signal for signal in profile.signals if signal.measure == measure), None) if profile else None
    sign = -1.0 if signal is not None and signal.begins == "falling" else 1.0
    oriented = Measurement(trace.quantity, sign * measurement.values, measurement.seen)
    return Candidate(trace.quantity, (oriented,), 1.0, LEAST_SWING[measure], signal, is_oriented=signal is not None)


def _explain(
    times: Floats,
    reading: Reading,
    confidence: float,
    position: Position,
    profile: Profile | None,
    calibration: Calibration | None,
) -> Analysis:
    hypothesis = reading.hypothesis
    signal = hypothesis.candidate.signal
    own_sides = len(hypothesis.values) > 1
    sides: list[Side | None] = [SIDES[int(side)] if own_sides and side != BOTH else None for side in hypothesis.sides]
    movements = [
        Movement(
            int(start),
            int(turn),
            int(end),
            side,
            round(float(plausibility), 3),
            () if reason is None else (reason,),
            rejected=reason is not None,
        )
        for (start, turn, end), side, plausibility, reason in zip(
            hypothesis.movements, sides, reading.plausibility, reading.reasons, strict=True
        )
    ]
    fine = [hypothesis.sign * smooth(side.values, FINE_SECONDS) for side in hypothesis.candidate.sides]
    values: dict[Side | None, Floats] = {None: fine[0]}
    if own_sides:
        values |= dict(zip(SIDES, fine, strict=True))
    reps = describe_reps(
        times,
        values,
        movements,
        first_phase=profile.first_phase if profile and hypothesis.candidate.is_oriented else None,
        is_angle=_is_angle(hypothesis.candidate.name),
        calibrated_range=_find_calibrated_range(signal, calibration),
    )
    counted = [rep for rep in reps if not rep.rejected]
    pair = None
    if own_sides:
        both = sum(rep.side is None for rep in counted)
        pair = (both + sum(rep.side == "left" for rep in counted), both + sum(rep.side == "right" for rep in counted))
    count = _build_count(reps, pair, position, profile, confidence, hypothesis.candidate.name)
    return Analysis(count, times, fine[0])


def _is_angle(name: str) -> bool:
    return name.startswith(("angle", "lean"))


def _find_calibrated_range(signal: Signal | None, calibration: Calibration | None) -> float | None:
    if signal is None or calibration is None:
        return None
    same = (signal.measure, signal.joints) == (calibration.measure, calibration.joints)
    return calibration.high - calibration.low if same else None


def _analyze_hold(times: Floats, position: Position, profile: Profile) -> Analysis:
    holds = find_holds(times, position.within)
    count = _build_count((), None, position, profile, confidence=float(position.seen.mean()), holds=holds)
    return Analysis(count, times, position.within.astype(np.float64))


def _build_count(
    reps: tuple[Rep, ...],
    sides: tuple[int, int] | None,
    position: Position,
    profile: Profile | None,
    confidence: float = 0.0,
    signal: str | None = None,
    holds: tuple[Hold, ...] = (),
) -> Count:
    return Count(
        count=sum(not rep.rejected for rep in reps),
        reps=reps,
        holds=holds,
        sides=sides,
        summary=summarize_set(
            reps,
            first_phase=profile.first_phase if profile else None,
            tracked_share=float(position.seen.mean()),
            in_position_share=float(position.within.mean()),
        ),
        judgements=judge_set(reps, sides, profile),
        confidence=round(confidence, 3),
        signal=signal,
    )
