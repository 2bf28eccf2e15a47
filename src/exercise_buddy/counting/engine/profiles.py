"""Counting profiles: how to count one exercise. They are data; `profiles.toml` of the slice holds them."""

from dataclasses import dataclass
from typing import Literal

Measured = Literal["angle", "height", "distance", "lean"]
Direction = Literal["rising", "falling"]


@dataclass(frozen=True, slots=True)
class Signal:
    """A quantity of the body that the exercise changes.

    - `angle` at the second of three joints, in degrees, from 0 to 180.
    - `height` of the first joint above the second, in torso lengths; with one joint, above the image's bottom edge.
    - `distance` between two joints, in torso lengths.
    - `lean` of the line from the second to the first joint against the vertical, in degrees: 0 upright, 90 level,
      180 upside down.

    A joint without a side ("elbow") stands for each side; `left_wrist` and `right_wrist` name one side.
    `begins` is the direction in which a rep begins.
    """

    measure: Measured
    joints: tuple[str, ...]
    begins: Direction


@dataclass(frozen=True, slots=True)
class PositionRule:
    """A condition that holds while the body is in position: the quantity is between `low` and `high`."""

    measure: Measured
    joints: tuple[str, ...]
    low: float | None
    high: float | None
    hint: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How to count one exercise.

    Args:
        version: a hash of the profile, which changes with everything else in it.
        kind: reps, or a hold whose seconds count.
        signals: in order of preference, at most 4. A hold has none; its position decides.
        sides: whether both sides of the body move together, or each does its own reps, at the same time or in turn.
        first_phase: the phase in which a rep begins. A squat lowers first (eccentric), an overhead press raises first.
        position: conditions of being in position. All of them must hold.
        shortest_rep_ms, longest_rep_ms: the bounds of a duration of a rep. None for a hold.
        full_range: what counts as full, as a share of the calibrated range, or else of the best range of the set.
        typical_range: what a full rep measures with the first signal, in its unit. None if it is not known.
        camera: where to put the camera.
        ballistic: whether the exercise is fast by nature, such as a jump or a swing.

    """

    version: str
    kind: Literal["rep", "hold"]
    signals: tuple[Signal, ...]
    sides: Literal["both", "each"]
    first_phase: Literal["eccentric", "concentric"]
    position: tuple[PositionRule, ...]
    shortest_rep_ms: int | None
    longest_rep_ms: int | None
    full_range: float
    typical_range: float | None
    camera: Literal["side", "front", "any"]
    ballistic: bool = False


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a user has shown: the measured quantity and the values at both ends of a full rep."""

    measure: Measured
    joints: tuple[str, ...]
    low: float
    high: float
