from dataclasses import replace

import pytest

from exercise_buddy.counting.engine.profiles import PositionRule, Signal
from exercise_buddy.counting.profiles import load_profiles, parse_profiles

_RULES = '[rules]\nupright = { of = "lean shoulder hip", high = 55, hint = "Stand upright." }\n'
_CURL = """[curl]
exercises = ["barbell-curl"]
kind = "rep"
signals = ["angle shoulder elbow wrist falling"]
position = ["upright"]
rep_ms = [600, 9000]
camera = "side"
"""
_HOLD = '[hold]\nexercises = ["wall-sit"]\nkind = "hold"\nposition = ["upright"]\ncamera = "any"\n'


def test_profiles_cover_the_exercises_that_cameras_see_well() -> None:
    profiles = load_profiles()
    assert len(profiles) >= 80
    assert {profile.kind for profile in profiles.values()} == {"rep", "hold"}
    assert profiles["pushups"].signals[0] == Signal("angle", ("shoulder", "elbow", "wrist"), "falling")
    assert profiles["triceps-pushdown-rope-attachment"].first_phase == "concentric"
    for profile in profiles.values():
        assert (profile.kind == "hold") == (not profile.signals) == (profile.longest_rep_ms is None)


def test_variants_state_only_what_differs() -> None:
    variant = '[curl-dumbbell]\nlike = "curl"\nexercises = ["hammer-curls"]\nsides = "each"\n'
    profiles = parse_profiles(_RULES + variant + _CURL)
    curl, variant_of_curl = profiles["barbell-curl"], profiles["hammer-curls"]
    assert curl.position == (PositionRule("lean", ("shoulder", "hip"), None, 55, "Stand upright."),)
    assert (curl.sides, curl.first_phase, curl.shortest_rep_ms, curl.full_range) == ("both", "concentric", 600, 1)
    assert variant_of_curl == replace(curl, sides="each", version=variant_of_curl.version)


def test_version_changes_with_the_content_and_only_then() -> None:
    version = parse_profiles(_RULES + _CURL)["barbell-curl"].version
    assert version == parse_profiles("# A comment\n" + _RULES + _HOLD + _CURL)["barbell-curl"].version
    assert version != parse_profiles(_RULES.replace("55", "56") + _CURL)["barbell-curl"].version
    assert version != parse_profiles(_RULES + _CURL.replace("9000", "9001"))["barbell-curl"].version


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("angle shoulder elbow wrist falling", "angle shoulder elbow falling", "number of joints"),
        ("angle shoulder elbow wrist falling", "angle shoulder elbow elbow falling", "number of joints"),
        ("angle shoulder elbow wrist falling", "angle shoulder elbow toe falling", "no joint toe"),
        ("angle shoulder elbow wrist falling", "speed wrist falling", "no measure speed"),
        ("angle shoulder elbow wrist falling", "angle shoulder elbow wrist", "rising or falling"),
        ("angle shoulder elbow wrist falling", "falling", "rising or falling"),
        ('signals = ["angle shoulder elbow wrist falling"]', "", "need a signal"),
        ('position = ["upright"]', 'position = ["lying"]', r"\[hold\]: there is no 'lying'"),
        ("[600, 9000]", "[600, 600]", "shorter"),
        ("[600, 9000]", "[0, 600]", "greater than 0"),
        ("[600, 9000]", "[600]", "at least 2"),
        ("rep_ms = [600, 9000]", "", "rep_ms"),
        ("rep_ms", "full_range = 1.5\nrep_ms", "full_range"),
        ("rep_ms", "range = 1\nrep_ms", "Extra inputs"),
        ('kind = "rep"', 'kind = "hold"', "neither signals nor reps"),
        ('["barbell-curl"]', '["wall-sit"]', "wall-sit has a profile already"),
        ('kind = "rep"', 'like = "press"', "no 'press'"),
        ('kind = "rep"', 'like = "curl"', "circle"),
        ('camera = "side"', 'camera = "above"', "camera"),
        ("high = 55, ", "", "a lower or an upper bound"),
        ("high = 55, ", "high = 55, low = 55, ", "less than"),
    ],
)
def test_mistakes_are_refused(old: str, new: str, error: str) -> None:
    valid = _RULES + _HOLD + _CURL
    parse_profiles(valid)
    assert old in valid
    with pytest.raises(ValueError, match=error):
        parse_profiles(valid.replace(old, new))
