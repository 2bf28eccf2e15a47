"""The names of exercises and sports in the profile of FIT, for people."""

from functools import cache

_QUALIFIED = {
    "banded_exercises": "banded",
    "battle_rope": "battle_rope",
    "ladder": "ladder",
    "sandbag": "sandbag",
    "sled": "sled",
    "sledge_hammer": "sledge_hammer",
    "suspension": "suspension",
    "tire": "tire",
}
"""The categories whose names of exercises do not say with what."""

_GENERAL = {"generic", "all", "other"}
_FAMILIES = {"generic", "training", "fitness_equipment", "racket", "rock_climbing", "hiit", "flying"}
"""The sports that their sub-sports do not qualify but name."""

_ACRONYMS = {"hiit", "amrap", "emom", "bmx", "atv", "rc", "trx"}
_SPELLED = {"flye": "fly", "flyes": "flyes", "situp": "sit_up", "pushup": "push_up"}


@cache
def name_fit_exercise(category: int | None, subtype: int | None) -> str | None:
    """Return the name of an exercise; None if the profile does not have it."""
    # See `read_fit_files`.
    from fitdecode import profile  # noqa: PLC0415

    types = profile.FIELD_TYPES
    name = types["exercise_category"].enum.get(category)
    names = types.get(f"{name}_exercise_name")
    exercise: str | None = names.enum.get(subtype) if names else None
    if name is None or exercise is None:
        return None
    prefix = _QUALIFIED.get(name)
    return _capitalize(exercise if prefix is None or prefix in exercise else f"{prefix}_{exercise}")


@cache
def name_fit_category(category: int | None) -> str | None:
    """Return the name of a category of exercises; None if it is unknown."""
    from fitdecode import profile  # noqa: PLC0415

    name: str | None = profile.FIELD_TYPES["exercise_category"].enum.get(category)
    return None if name in {None, "unknown"} else _capitalize(str(name))


def name_fit_sport(sport: str, sub_sport: str) -> str:
    """Return the name of a sport, as `Trail Running` of running and trail."""
    if not sub_sport or sub_sport in _GENERAL:
        return _capitalize("workout" if not sport or sport in _GENERAL else sport)
    is_named = sport in _FAMILIES or not sport or sport.rpartition("_")[2] in sub_sport
    return _capitalize(sub_sport if is_named else f"{sub_sport.removesuffix('_activity')}_{sport}")


def _capitalize(name: str) -> str:
    words = "_".join(_SPELLED.get(word, word) for word in name.split("_")).split("_")
    return " ".join(word.upper() if word in _ACRONYMS else word.capitalize() for word in words)
