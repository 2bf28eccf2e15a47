"""The documents of counts."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from exercise_buddy.counting.engine import ENGINE_VERSION
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.engine.results import Count, Rep, Summary
from exercise_buddy.rep_definitions import MAX_RANGE_SHARE
from exercise_buddy.workouts.public import MAX_EVIDENCE_REPS

_DECIMALS = 3


def build_count(count: Count, exercise: Mapping[str, Any] | None, profile: Profile | None) -> dict[str, Any]:
    """Return the document `CountResult`.

    Args:
        count: of the engine.
        exercise: `id`, `name` and `custom`; None if the client named no exercise.
        profile: the profile that counted; None in open mode.

    """
    return {
        "exercise": exercise,
        "profile_version": profile and profile.version,
        "count": count.count,
        "confidence": round(count.confidence, _DECIMALS),
        "evidence": build_evidence(count, profile),
        "holds": [asdict(hold) for hold in count.holds],
        "sides": count.sides and {"left": count.sides[0], "right": count.sides[1]},
        "summary": _build_summary(count.summary),
        "judgements": [_round_values(asdict(judgement)) for judgement in count.judgements],
    }


def build_evidence(count: Count, profile: Profile | None) -> dict[str, Any]:
    """Return the evidence that a set takes. It lists the first 2,000 movements, and judgements about those."""
    reps = count.reps[:MAX_EVIDENCE_REPS]
    listed = sum(not rep.rejected for rep in reps)
    return {
        "counter": {"name": "exercise-buddy", "version": ENGINE_VERSION},
        "profile_version": profile and profile.version,
        "detected_reps": count.count,
        "reps": [build_rep(rep) for rep in reps],
        "judgements": [
            _round_values(asdict(judgement)) for judgement in count.judgements if (judgement.rep or 0) <= listed
        ],
    }


def build_rep(rep: Rep) -> dict[str, Any]:
    """Return the document `RepEvidence`."""
    values = _round_values(asdict(rep))
    if rep.full_range_share is not None:
        # A calibration of tiny movements.
        values["full_range_share"] = min(values["full_range_share"], MAX_RANGE_SHARE)
    return values | {
        "flags": [flag.value for flag in rep.flags],
        "range_mm": None,
        "mean_velocity_mps": None,
    }


def _build_summary(summary: Summary) -> dict[str, Any]:
    values = _round_values(asdict(summary))
    tempo = values.pop("tempo_ms")
    names = ("eccentric_ms", "eccentric_pause_ms", "concentric_ms", "concentric_pause_ms")
    return {"tempo": tempo and dict(zip(names, tempo, strict=True)), **values}


def _round_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, _DECIMALS) if isinstance(value, float) else value for name, value in values.items()}
