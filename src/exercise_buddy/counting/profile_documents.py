"""The documents of profiles."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any
from uuid import UUID

import orjson

from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.profiles import load_profiles
from exercise_buddy.exercises.public import catalogue_id


def build_profile(exercise_id: UUID, slug: str, profile: Profile, calibration: Mapping[str, Any] | None) -> bytes:
    """Return the document `CountingProfile`, with the user's calibration applied."""
    rules = _build_rules(profile)
    if calibration is not None and profile.signals:
        first = profile.signals[0]
        if (first.measure, list(first.joints)) == (calibration["measure"], calibration["joints"]):
            rules["typical_range"] = calibration["high"] - calibration["low"]
    return orjson.dumps({**rules, "exercise_id": exercise_id, "slug": slug, "calibration": calibration})


def build_profile_list(calibrations: bytes) -> bytes:
    """Return the document `CountingProfileList`.

    Args:
        calibrations: a JSON array of the user's calibrations, each with its `exercise_id`.

    """
    own = {calibration.pop("exercise_id"): calibration for calibration in orjson.loads(calibrations)}
    items = [
        {
            **rules,
            "exercises": [
                {"exercise_id": exercise_id, "slug": slug, "calibration": own.get(exercise_id)}
                for exercise_id, slug in exercises
            ],
        }
        for rules, exercises in _families()
    ]
    return orjson.dumps({"items": items})


def _build_rules(profile: Profile) -> dict[str, Any]:
    is_hold = profile.kind == "hold"
    return asdict(profile) | ({"first_phase": None, "full_range": None} if is_hold else {})


@cache
def _families() -> list[tuple[dict[str, Any], list[tuple[str, str]]]]:
    """Return the rules of each profile with the ids and slugs of its exercises."""
    families: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {}
    for slug, profile in load_profiles().items():
        _, exercises = families.setdefault(profile.version, (_build_rules(profile), []))
        exercises.append((str(catalogue_id(slug)), slug))
    return list(families.values())
