"""The counting profiles of the catalogue, read from `profiles.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, cast, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.counting.engine.joints import JOINTS, PAIRED
from exercise_buddy.counting.engine.profiles import Direction, Measured, PositionRule, Profile, Signal
from exercise_buddy.exercises.public import catalogue_id

_ARITY = {"angle": (3,), "height": (1, 2), "distance": (2,), "lean": (2,)}
_VERSION_BYTES = 6


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Rule(_Strict):
    """A table of `[rules]`."""

    of: str
    low: float | None = None
    high: float | None = None
    hint: Annotated[str, Field(min_length=1, max_length=80)]

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("A rule has a lower or an upper bound")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("The lower bound is less than the upper one")
        return self

    def build(self) -> PositionRule:
        measure, joints = parse_quantity(self.of)
        return PositionRule(measure, joints, self.low, self.high, self.hint)


class _Family(_Strict):
    """A profile as the file states it, after `like` has been applied."""

    exercises: Annotated[list[str], Field(min_length=1)]
    kind: Literal["rep", "hold"]
    signals: Annotated[list[str], Field(max_length=4)] = []
    sides: Literal["both", "each"] = "both"
    first_phase: Literal["eccentric", "concentric"] = "concentric"
    position: list[str]
    rep_ms: Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=2, max_length=2)] | None = None
    full_range: Annotated[float, Field(gt=0, le=1)] = 1.0
    typical_range: Annotated[float, Field(gt=0)] | None = None
    camera: Literal["side", "front", "any"]
    ballistic: bool = False

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.kind == "hold":
            if not self.position or self.signals or self.rep_ms or self.typical_range:
                raise ValueError("A hold has a position, and neither signals nor reps")
        elif not self.signals or self.rep_ms is None:
            raise ValueError("Reps need a signal and rep_ms")
        elif any(first >= second for first, second in pairwise(self.rep_ms)):
            raise ValueError("The shortest rep is shorter than the longest one")
        return self

    def build(self, rules: Mapping[str, PositionRule]) -> Profile:
        shortest, longest = self.rep_ms or (None, None)
        content: dict[str, Any] = {
            "kind": self.kind,
            "signals": tuple(parse_signal(text) for text in self.signals),
            "sides": self.sides,
            "first_phase": self.first_phase,
            "position": tuple(rules[name] for name in self.position),
            "shortest_rep_ms": shortest,
            "longest_rep_ms": longest,
            "full_range": self.full_range,
            "typical_range": self.typical_range,
            "camera": self.camera,
            "ballistic": self.ballistic,
        }
        profile = Profile(version="", **content)
        return Profile(version=fingerprint(asdict(profile)).hex()[: 2 * _VERSION_BYTES], **content)


_RULES = TypeAdapter(dict[str, _Rule])


def parse_quantity(text: str) -> tuple[Measured, tuple[str, ...]]:
    """Return the measure and the joints of a text such as "angle shoulder elbow wrist".

    Raises:
        ValueError: the measure or a joint does not exist, or the number of joints does not fit.

    """
    measure, *joints = text.split()
    if measure not in get_args(Measured):
        raise ValueError(f"{text}: there is no measure {measure}")
    if unknown := [joint for joint in joints if joint not in JOINTS and joint not in PAIRED]:
        raise ValueError(f"{text}: there is no joint {unknown[0]}")
    if len(joints) not in _ARITY[measure] or len(set(joints)) != len(joints):
        raise ValueError(f"{text}: the number of joints does not fit")
    return cast("Measured", measure), tuple(joints)


def parse_signal(text: str) -> Signal:
    """Return the signal of a text such as "angle shoulder elbow wrist falling".

    Raises:
        ValueError: it is not a signal.

    """
    quantity, _, begins = text.rpartition(" ")
    if begins not in get_args(Direction) or not quantity:
        raise ValueError(f"{text}: a signal ends with rising or falling")
    return Signal(*parse_quantity(quantity), cast("Direction", begins))


def parse_profiles(text: str) -> dict[str, Profile]:
    """Parse a file of profiles; return the profiles by the slugs of their exercises.

    Raises:
        ValueError: the file is invalid.

    """
    families = tomllib.loads(text)
    rules = {name: rule.build() for name, rule in _RULES.validate_python(families.pop("rules", {})).items()}
    profiles: dict[str, Profile] = {}
    for name in families:
        try:
            family = _Family.model_validate(_inherit(families, name))
            profile = family.build(rules)
        except KeyError as error:
            raise ValueError(f"[{name}]: there is no {error}") from None
        except ValueError as error:
            raise ValueError(f"[{name}]: {error}") from None
        if repeated := profiles.keys() & set(family.exercises):
            raise ValueError(f"[{name}]: {min(repeated)} has a profile already")
        profiles |= dict.fromkeys(family.exercises, profile)
    return profiles


def _inherit(families: Mapping[str, dict[str, Any]], name: str, heirs: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the values of a profile with those of the profile that it is like."""
    if name in heirs:
        raise ValueError(f"{' → '.join((*heirs, name))} is a circle")
    own = dict(families[name])
    base = own.pop("like", None)
    return own if base is None else {**_inherit(families, base, (*heirs, name)), **own}


@cache
def load_profiles() -> Mapping[str, Profile]:
    """Return the profiles of this release by the slugs of their exercises."""
    text = resources.files(__package__ or "").joinpath("profiles.toml").read_text("utf-8")
    return MappingProxyType(parse_profiles(text))


def countable_slugs() -> frozenset[str]:
    """Return the slugs of the exercises that have a profile."""
    return frozenset(load_profiles())


@cache
def _slugs() -> Mapping[UUID, str]:
    return MappingProxyType({catalogue_id(slug): slug for slug in load_profiles()})


def find_slug(exercise_id: UUID) -> str | None:
    """Return the slug of an exercise that has a profile, or None if it has none."""
    return _slugs().get(exercise_id)


def find_profile(exercise_id: UUID) -> Profile | None:
    """Return the profile of an exercise, or None if it has none."""
    slug = find_slug(exercise_id)
    return None if slug is None else load_profiles()[slug]
