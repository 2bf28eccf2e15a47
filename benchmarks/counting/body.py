"""A body of 13 joints in three dimensions: meters, x to the front, y to the left, z up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exercise_buddy.counting.engine.joints import JOINTS

Floats = NDArray[np.float64]

# Drillis and Contini's segment lengths for a height of 1.75 m, in meters.
TORSO, SHOULDER, HIP = 0.50, 0.18, 0.10
UPPER_ARM, FOREARM, THIGH, SHANK, FOOT = 0.32, 0.26, 0.43, 0.43, 0.07
UP = np.array([0.0, 0.0, 1.0])
FRONT = np.array([1.0, 0.0, 0.0])
LEFT = np.array([0.0, 1.0, 0.0])

# The chain by which a pose is blended into another: child, parent. "hips" and "neck" are the middles of a pair.
_BONES = (
    ("neck", "hips"),
    ("left_hip", "hips"),
    ("right_hip", "hips"),
    ("nose", "neck"),
    ("left_shoulder", "neck"),
    ("right_shoulder", "neck"),
    ("left_elbow", "left_shoulder"),
    ("right_elbow", "right_shoulder"),
    ("left_wrist", "left_elbow"),
    ("right_wrist", "right_elbow"),
    ("left_knee", "left_hip"),
    ("right_knee", "right_hip"),
    ("left_ankle", "left_knee"),
    ("right_ankle", "right_knee"),
)


@dataclass(frozen=True, slots=True)
class Body:
    """The proportions of a person, and their way to perform an exercise (`style`, each from 0 to 1)."""

    torso: float
    arm: float
    leg: float
    shoulder: float
    hip: float
    style: tuple[float, float, float]


def create_body(rng: np.random.Generator) -> Body:
    """Return a body whose proportions and style vary as those of people do."""
    torso, arm, leg, shoulder, hip = rng.normal(1, 0.05, 5).clip(0.88, 1.12)
    first, second, third = rng.uniform(0, 1, 3)
    return Body(torso, arm, leg, shoulder, hip, (first, second, third))


def unit(vector: Floats) -> Floats:
    length: Floats = np.linalg.norm(vector, axis=-1, keepdims=True)
    return vector / np.maximum(length, 1e-9)


def positions(samples: int, *, x: float | Floats = 0.0, y: float | Floats = 0.0, z: float | Floats = 0.0) -> Floats:
    rows = np.empty((samples, 3))
    rows[:, 0], rows[:, 1], rows[:, 2] = x, y, z
    return rows


def bend_limb(root: Floats, target: Floats, upper: float, lower: float, pole: Floats) -> tuple[Floats, Floats]:
    """Return the middle joint and the end of a limb that reaches for a target and bends towards the pole."""
    reach = target - root
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    axis = unit(reach)
    length = np.clip(distance, abs(upper - lower) + 1e-3, (upper + lower) * 0.999)
    along = (upper**2 - lower**2 + length**2) / (2 * length)
    aside = np.sqrt(np.maximum(upper**2 - along**2, 0))
    bend = unit(pole - (pole * axis).sum(-1, keepdims=True) * axis)
    return root + along * axis + aside * bend, root + length * axis


def trunk_direction(angle: Floats) -> Floats:
    """Return the direction from the hips to the neck: 0 upright, 90 degrees to the front and level."""
    radians = np.radians(angle)
    return np.stack([np.sin(radians), np.zeros_like(radians), np.cos(radians)], axis=-1)


@dataclass(slots=True)
class Figure:
    """The joints of a pose while it is built."""

    body: Body
    joints: dict[str, Floats]

    @classmethod
    def from_trunk(cls, body: Body, hips: Floats, pitch: Floats | float) -> "Figure":
        """Build the trunk from the middle of the hips and the lean of the torso in degrees."""
        samples = len(hips)
        direction = trunk_direction(np.broadcast_to(np.asarray(pitch, dtype=np.float64), (samples,)))
        neck = hips + direction * TORSO * body.torso
        front = np.stack([direction[:, 2], direction[:, 1], -direction[:, 0]], axis=-1)
        joints = {"hips": hips, "neck": neck, "nose": neck + (direction * 0.23 + front * 0.09) * body.torso}
        for sign, side in ((1, "left"), (-1, "right")):
            joints[f"{side}_hip"] = hips + sign * LEFT * HIP * body.hip
            joints[f"{side}_shoulder"] = neck + sign * LEFT * SHOULDER * body.shoulder
        return cls(body, joints)

    def reach(self, side: str, wrist: Floats, pole: Floats) -> None:
        """Place an arm by its wrist."""
        arm = self.body.arm
        self.joints[f"{side}_elbow"], self.joints[f"{side}_wrist"] = bend_limb(
            self.joints[f"{side}_shoulder"], wrist, UPPER_ARM * arm, FOREARM * arm, pole
        )

    def point(self, side: str, upper: Floats, lower: Floats) -> None:
        """Place an arm by the directions of the upper arm and of the forearm."""
        elbow = self.joints[f"{side}_shoulder"] + unit(upper) * UPPER_ARM * self.body.arm
        self.joints[f"{side}_elbow"] = elbow
        self.joints[f"{side}_wrist"] = elbow + unit(lower) * FOREARM * self.body.arm

    def step(self, side: str, ankle: Floats, pole: Floats) -> None:
        """Place a leg by its ankle."""
        leg = self.body.leg
        self.joints[f"{side}_knee"], self.joints[f"{side}_ankle"] = bend_limb(
            self.joints[f"{side}_hip"], ankle, THIGH * leg, SHANK * leg, pole
        )

    def swing_leg(self, side: str, thigh: Floats, shank: Floats) -> None:
        """Place a leg by the directions of the thigh and of the shank."""
        knee = self.joints[f"{side}_hip"] + unit(thigh) * THIGH * self.body.leg
        self.joints[f"{side}_knee"] = knee
        self.joints[f"{side}_ankle"] = knee + unit(shank) * SHANK * self.body.leg

    def array(self) -> Floats:
        return np.stack([self.joints[name] for name in JOINTS], axis=1)


SIDES: tuple[tuple[int, str], ...] = ((1, "left"), (-1, "right"))


def hip_height(body: Body) -> float:
    return FOOT + (THIGH + SHANK) * body.leg * 0.995


def select_side(side: str, left: Floats, right: Floats) -> Floats:
    return left if side == "left" else right


def arm_direction(angle: Floats, sign: int, *, forward: float) -> Floats:
    """Return an arm's direction: 0 down, 90 level, 180 up; `forward` 1 in front of the body, 0 to the side."""
    radians = np.radians(angle)
    level = unit(np.array([forward, sign * (1 - forward), 0.0]))
    direction: Floats = -np.cos(radians)[:, None] * UP + np.sin(radians)[:, None] * level
    return direction


def hang_arms(figure: Figure, angle: float = 8.0) -> None:
    samples = len(figure.joints["hips"])
    for sign, side in SIDES:
        direction = arm_direction(np.full(samples, angle), sign, forward=0.25)
        figure.point(side, direction, direction + 0.25 * FRONT)


def place_feet(figure: Figure, *, width: float = 0.13) -> None:
    samples = len(figure.joints["hips"])
    for sign, side in SIDES:
        figure.step(side, positions(samples, y=sign * width, z=FOOT), np.broadcast_to(FRONT, (samples, 3)))


def hold_bar_at_shoulders(figure: Figure) -> None:
    samples = len(figure.joints["hips"])
    for sign, side in SIDES:
        shoulder = figure.joints[f"{side}_shoulder"]
        figure.reach(
            side, shoulder + positions(samples, x=-0.02, y=sign * 0.14, z=0.06), positions(samples, x=-0.4, z=-1.0)
        )


def pose_standing(body: Body, left: Floats, _right: Floats) -> Floats:
    """Stand with the arms at the sides."""
    figure = Figure.from_trunk(body, positions(len(left), z=hip_height(body)), 2.0)
    hang_arms(figure)
    place_feet(figure)
    return figure.array()


def pose_walking(body: Body, left: Floats, right: Floats) -> Floats:
    """Walk; the depths of both sides are the angles of the legs, from -1 to 1."""
    samples = len(left)
    figure = Figure.from_trunk(body, positions(samples, z=hip_height(body) - 0.02), 4.0)
    for _, side in SIDES:
        phase = select_side(side, left, right)
        thigh = np.stack([np.sin(0.45 * phase), np.zeros(samples), -np.cos(0.45 * phase)], -1)
        bend = np.maximum(0.0, 0.25 - 0.5 * phase)
        figure.swing_leg(side, thigh, thigh - bend[:, None] * FRONT)
        arm = np.stack([-np.sin(0.4 * phase), np.zeros(samples), -np.cos(0.4 * phase)], -1)
        figure.point(side, arm, arm + 0.3 * FRONT)
    return figure.array()


def pose_crouching(body: Body, left: Floats, _right: Floats) -> Floats:
    """Crouch with the hands near the floor: the way to the floor, to a bench and to a weight."""
    samples = len(left)
    figure = Figure.from_trunk(body, positions(samples, x=-0.2, z=0.45), 55.0)
    for sign, side in SIDES:
        figure.reach(side, positions(samples, x=0.45, y=sign * 0.2, z=0.1), positions(samples, x=-1.0, y=sign * 0.5))
    place_feet(figure)
    return figure.array()


def blend(first: Floats, second: Floats, weight: Floats) -> Floats:
    """Return poses between two others. The bones turn and keep their lengths.

    Args:
        first: shape (samples, 13, 3).
        second: the same shape.
        weight: of the second, from 0 to 1, shape (samples,).

    """
    share = weight[:, None]
    both = [_with_middles(first), _with_middles(second)]
    result = {"hips": both[0]["hips"] * (1 - share) + both[1]["hips"] * share}
    for child, parent in _BONES:
        a, b = (points[child] - points[parent] for points in both)
        length_a, length_b = (np.linalg.norm(bone, axis=-1, keepdims=True) for bone in (a, b))
        # Bones in opposite directions would pass through nothing: they turn over the front.
        between = a * (1 - share) + b * share + 0.05 * (share * (1 - share)) * FRONT
        result[child] = result[parent] + unit(between) * (length_a * (1 - share) + length_b * share)
    return np.stack([result[name] for name in JOINTS], axis=1)


def _with_middles(joints: Floats) -> dict[str, Floats]:
    points = {name: joints[:, index] for index, name in enumerate(JOINTS)}
    points["hips"] = (points["left_hip"] + points["right_hip"]) / 2
    points["neck"] = (points["left_shoulder"] + points["right_shoulder"]) / 2
    return points
