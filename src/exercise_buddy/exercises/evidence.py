"""What the load of sets says about the exercise that their name denotes.

People write "Squat" for squats with and without a barbell. A set with a load that an exercise cannot have belongs to
another one: the one that the name means in loaded sets, if the alias files name it.
"""

from dataclasses import replace

from exercise_buddy.exercises.enums import Equipment, Measures
from exercise_buddy.exercises.names import Match

_UNLOADED = {Equipment.BODY_ONLY, Equipment.NONE}
_MEASURES = {Measures.REPS, Measures.DURATION}
# Whoever moves the whole body adds a vest, a belt or a plate. 150 kg is a choice: hardly anybody adds more to a pull-up
# or a dip. Where a rep moves a part of the body, the same part of it: 96 kg to a push-up, 60 kg to a crunch. Of
# movements that lift little, a Russian twist takes the most: a plate of 25 kg.
_MOST_ADDED_KG = 150.0
_LEAST_SHARE = 0.2


def find_most_kg(match: Match) -> float | None:
    """Return the largest load that sets of a matched exercise can have. None if there is no limit that is known."""
    if match.loaded is not None:
        return 0.0
    if match.equipment not in _UNLOADED or match.measures not in _MEASURES:
        return None
    return _MOST_ADDED_KG * max(match.bodyweight_share or 0.0, _LEAST_SHARE)


def apply_load(match: Match, weight_kg: float | None) -> Match:
    """Return what a name denotes in sets of which the heaviest has this external load.

    The match itself, if its exercise can have the load; the exercise that the name means in loaded sets; or else no
    exercise, with the one for loaded sets as the first proposal. Names of the user always denote what the user chose.
    """
    most = find_most_kg(match)
    if not weight_kg or most is None or weight_kg <= most:
        return match
    if match.loaded is None:
        return Match(refused=match.name)
    if match.means_loaded:
        return replace(match, how="alias", exercise_id=match.loaded.exercise_id, name=match.loaded.name, loaded=None)
    return Match(refused=match.name, proposals=[match.loaded])
