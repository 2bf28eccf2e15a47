"""Workouts with anything that a client may send."""

from typing import Any

from hypothesis import strategies as st

from exercise_buddy.core.text import has_invisible, remove_misleading
from exercise_buddy.workouts.field_types import (
    MAX_ENERGY_KCAL,
    MAX_JUDGED_VALUE,
    MAX_RANGE_MM,
    MAX_SET_METERS,
    MAX_SET_SECONDS,
)

PLACES = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
TITLES = st.text(PLACES, min_size=1, max_size=20).filter(lambda text: text.strip() and not has_invisible(text))
NOTES = st.text(st.one_of(st.sampled_from('"\\/\n\r\t\u2028\x7f💪{}[],:'), PLACES), max_size=20).filter(
    lambda text: remove_misleading(text) == text and not any("\x7f" <= character < "\xa0" for character in text)
)
CODES = st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True)
MILLISECONDS = st.integers(0, 10_000)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def measures(most: float) -> st.SearchStrategy[float]:
    """Return numbers of any precision, also those that single precision can hardly hold."""
    return st.one_of(
        st.integers(0, 1000).map(lambda thousandths: most * thousandths / 1000),
        st.integers(0, int(most)).map(float),
        st.floats(1e-30, most),
        st.sampled_from([0.0, -0.0, 0.1, 1e-30, 1e-7, most]),
    )


def weights() -> st.SearchStrategy[float]:
    return st.integers(0, 20_000_000).map(lambda tenth_grams: tenth_grams / 10_000)


REPS = st.fixed_dictionaries(
    {
        "offset_ms": MILLISECONDS,
        **{
            name: optional(MILLISECONDS)
            for name in ("turn_ms", "duration_ms", "eccentric_ms", "concentric_ms", "turn_pause_ms", "end_pause_ms")
        },
        "range_degrees": optional(measures(360)),
        "range_mm": optional(measures(MAX_RANGE_MM)),
        "range_share": optional(measures(1)),
        "full_range_share": optional(measures(1)),
        "mean_velocity_mps": optional(measures(20)),
        "side": optional(st.sampled_from(["left", "right"])),
        "confidence": optional(measures(1)),
        "flags": st.lists(CODES, max_size=3),
        "rejected": st.booleans(),
    }
)
JUDGEMENTS = st.fixed_dictionaries(
    {
        "code": CODES,
        "value": measures(MAX_JUDGED_VALUE),
        "threshold": measures(MAX_JUDGED_VALUE),
        "source": TITLES,
        "text": TITLES,
    }
)
EVIDENCE = st.fixed_dictionaries(
    {
        "counter": st.fixed_dictionaries({"name": TITLES, "version": TITLES}),
        "profile_version": optional(TITLES),
        "detected_reps": st.integers(0, 100_000),
        "reps": st.lists(REPS, max_size=4),
        "judgements": st.lists(JUDGEMENTS, max_size=2),
    }
)
_RESULTS = {
    "kind": st.sampled_from(["normal", "warm_up", "drop", "failure"]),
    "reps": st.integers(0, 100_000),
    "weight_kg": optional(weights()),
    "duration_seconds": optional(measures(MAX_SET_SECONDS)),
    "distance_meters": optional(measures(MAX_SET_METERS)),
    "rpe": optional(st.integers(2, 20).map(lambda half: half / 2)),
    "rest_seconds": optional(st.integers(0, 86_400)),
}
SETS = st.fixed_dictionaries(_RESULTS | {"evidence": optional(EVIDENCE)})
TARGETS = st.fixed_dictionaries({}, optional=_RESULTS)

TIMES = [
    {"started_at": "2025-03-30T01:59:59.1+01:00", "ended_at": None},
    {"started_at": "2025-03-30T03:00:00Z", "ended_at": "2025-03-30T03:00:00.5Z"},
    {"started_at": "2024-12-31T23:59:59.123456-05:00", "ended_at": "2025-01-01T05:00:00.02Z"},
]


def workouts(exercise_ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return strategies for the content of a workout of some of the exercises."""
    performed = st.fixed_dictionaries(
        {
            "exercise_id": st.sampled_from(exercise_ids),
            "superset": optional(st.integers(0, 100)),
            "notes": optional(NOTES),
            "targets": st.lists(TARGETS, max_size=2),
            "sets": st.lists(SETS, max_size=3),
        }
    )
    fields = {
        "title": optional(TITLES),
        "time_zone": st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Kiritimati"]),
        "notes": optional(NOTES),
        "energy_kcal": optional(measures(MAX_ENERGY_KCAL)),
        "average_heart_rate_bpm": optional(st.integers(200, 1_200).map(lambda tenth: tenth / 10)),
        "max_heart_rate_bpm": optional(st.integers(1_200, 2_500).map(lambda tenth: tenth / 10)),
        "exercises": st.lists(performed, max_size=4),
    }
    return st.builds(dict.__or__, st.fixed_dictionaries(fields), st.sampled_from(TIMES))
