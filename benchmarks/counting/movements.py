"""The exercises of the model: the position of the joints at each depth of a rep."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.counting.body import (
    FOOT,
    FOREARM,
    FRONT,
    LEFT,
    SHANK,
    SIDES,
    THIGH,
    TORSO,
    UP,
    UPPER_ARM,
    Body,
    Figure,
    Floats,
    arm_direction,
    hang_arms,
    hip_height,
    hold_bar_at_shoulders,
    place_feet,
    positions,
    select_side,
    trunk_direction,
    unit,
)

Pose = Callable[[Body, Floats, Floats], Floats]
"""The body, the depth of the left and of the right side, each of shape (samples,) → (samples, 13, 3)."""


def pose_squat(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    drop = (0.36 + 0.12 * body.style[0]) * body.leg
    hips = positions(samples, x=-0.22 * left, z=hip_height(body) - drop * left)
    figure = Figure.from_trunk(body, hips, 4 + (25 + 20 * body.style[1]) * left)
    if body.style[2] < 0.4:
        hold_bar_at_shoulders(figure)
    elif body.style[2] < 0.7:
        for sign, side in SIDES:
            direction = arm_direction(10 + 75 * left, sign, forward=0.95)
            figure.point(side, direction, direction)
    else:
        for sign, side in SIDES:
            chest = figure.joints[f"{side}_shoulder"] + positions(samples, x=0.22, y=-sign * 0.14, z=-0.1)
            figure.reach(side, chest, positions(samples, y=sign * 0.4, z=-1.0))
    width = 0.14 + 0.1 * body.style[1]
    for sign, side in SIDES:
        figure.step(side, positions(samples, y=sign * width, z=FOOT), positions(samples, x=1.0, y=sign * 0.3))
    return figure.array()


def pose_push_up(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    arm = (UPPER_ARM + FOREARM) * body.arm
    length = (TORSO * body.torso) + (THIGH + SHANK) * body.leg
    height = arm * 0.985 - (arm - 0.22) * (0.75 + 0.25 * body.style[0]) * left
    pitch = np.degrees(np.arccos(((height - 0.10) / length).clip(-1, 1)))
    direction = trunk_direction(pitch)
    ankle = positions(samples, x=-length, z=0.10)
    hips = ankle + direction * (THIGH + SHANK) * body.leg - positions(samples, z=0.04 * body.style[1])
    figure = Figure.from_trunk(body, hips, pitch)
    for sign, side in SIDES:
        wrist = positions(samples, x=-0.02, y=sign * (0.20 + 0.12 * body.style[2]), z=0.03)
        figure.reach(side, wrist, positions(samples, x=-1.0 + body.style[2] * 0.6, y=sign * 0.7))
        figure.step(side, ankle + sign * 0.08 * LEFT, positions(samples, z=-1.0))
    return figure.array()


def pose_plank(body: Body, left: Floats, _right: Floats) -> Floats:
    """Plank on the forearms. The depth lets the hips sag."""
    samples = len(left)
    length = (TORSO * body.torso) + (THIGH + SHANK) * body.leg
    height = np.full(samples, UPPER_ARM * body.arm)
    pitch = np.degrees(np.arccos(((height - 0.10) / length).clip(-1, 1)))
    ankle = positions(samples, x=-length, z=0.10)
    hips = ankle + trunk_direction(pitch) * (THIGH + SHANK) * body.leg - positions(samples, z=0.02 * left)
    figure = Figure.from_trunk(body, hips, pitch)
    for sign, side in SIDES:
        down = positions(samples, z=-1.0)
        figure.point(side, down, positions(samples, x=1.0, y=-sign * 0.2))
        figure.step(side, ankle + sign * 0.08 * LEFT, positions(samples, z=-1.0))
    return figure.array()


def pose_pull_up(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    bar = 2.25
    arm = (UPPER_ARM + FOREARM) * body.arm
    height = bar - arm * (0.96 - (0.62 + 0.12 * body.style[0]) * left)
    lean = 4 - 10 * left
    hips = positions(samples, x=0.05, z=height - TORSO * body.torso)
    figure = Figure.from_trunk(body, hips, lean)
    bend = 0.2 + 0.9 * body.style[1]
    for sign, side in SIDES:
        wrist = positions(samples, x=0.06, y=sign * (0.24 + 0.14 * body.style[2]), z=bar)
        figure.reach(side, wrist, positions(samples, x=0.5, y=sign * 1.0, z=-0.3))
        thigh = positions(samples, x=0.1 + 0.15 * left, y=sign * 0.05, z=-1.0)
        figure.swing_leg(side, thigh, thigh + positions(samples, x=-bend))
    return figure.array()


def pose_sit_up(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    figure = Figure.from_trunk(body, positions(samples, z=0.10), -88 + (70 + 20 * body.style[0]) * left)
    crossed = body.style[1] < 0.5
    for sign, side in SIDES:
        figure.step(side, positions(samples, x=0.50, y=sign * 0.13, z=FOOT), positions(samples, z=1.0))
        shoulder, nose = figure.joints[f"{side}_shoulder"], figure.joints["nose"]
        up = unit(figure.joints["neck"] - figure.joints["hips"])
        front = np.stack([up[:, 2], up[:, 1], -up[:, 0]], -1)
        if crossed:
            wrist = shoulder - 0.12 * up + 0.12 * front - sign * 0.22 * LEFT
            figure.reach(side, wrist, front - up + sign * LEFT * 0.5)
        else:
            figure.reach(side, nose - 0.12 * front + sign * 0.08 * LEFT, sign * LEFT + 0.4 * front)
    return figure.array()


def pose_jumping_jack(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    leg = (THIGH + SHANK) * body.leg
    spread = np.radians(5 + (17 + 8 * body.style[0]) * left)
    jump = 0.05 * np.sin(np.pi * left) ** 2
    figure = Figure.from_trunk(body, positions(samples, z=FOOT + leg * np.cos(spread) * 0.985 + jump), 2.0)
    top = 150 + 22 * body.style[1]
    for sign, side in SIDES:
        direction = arm_direction(12 + (top - 12) * left, sign, forward=0.08)
        elbow = 0.25 * body.style[2] * left[:, None] * LEFT
        figure.point(side, direction, direction - sign * elbow)
        ankle = figure.joints[f"{side}_hip"] + np.stack(
            [np.zeros(samples), sign * leg * 0.99 * np.sin(spread), -leg * 0.99 * np.cos(spread)], -1
        )
        figure.step(side, ankle, positions(samples, x=1.0))
    return figure.array()


def pose_bench_press(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    arm = (UPPER_ARM + FOREARM) * body.arm
    figure = Figure.from_trunk(body, positions(samples, z=0.52), -89.0)
    for sign, side in SIDES:
        shoulder = figure.joints[f"{side}_shoulder"]
        height = arm * 0.97 - (arm * 0.97 - 0.12 - 0.1 * body.style[0]) * left
        wrist = shoulder + positions(samples, x=0.10 * left, y=sign * (0.06 + 0.1 * body.style[1]), z=height)
        figure.reach(side, wrist, positions(samples, x=0.5, y=sign * 1.0, z=-0.4))
        figure.step(side, positions(samples, x=0.42, y=sign * 0.25, z=FOOT), positions(samples, x=1.0, z=0.5))
    return figure.array()


def _raise(body: Body, left: Floats, *, forward: float, top: float) -> Floats:
    samples = len(left)
    figure = Figure.from_trunk(body, positions(samples, z=hip_height(body)), 2 - 4 * left * body.style[0])
    for sign, side in SIDES:
        direction = arm_direction(6 + (top - 6) * left, sign, forward=forward)
        figure.point(side, direction, direction + (0.05 + 0.2 * body.style[1]) * FRONT)
    place_feet(figure)
    return figure.array()


def pose_front_raise(body: Body, left: Floats, _right: Floats) -> Floats:
    return _raise(body, left, forward=0.97, top=80 + 25 * body.style[2])


def pose_lateral_raise(body: Body, left: Floats, _right: Floats) -> Floats:
    return _raise(body, left, forward=0.10, top=78 + 18 * body.style[2])


def pose_overhead_press(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    arm = (UPPER_ARM + FOREARM) * body.arm
    figure = Figure.from_trunk(body, positions(samples, z=hip_height(body)), 0.0)
    for sign, side in SIDES:
        shoulder = figure.joints[f"{side}_shoulder"]
        height = 0.06 + (arm * 0.97 - 0.06) * left
        wrist = shoulder + positions(samples, x=0.14 - 0.1 * left, y=sign * (0.04 + 0.06 * body.style[0]), z=height)
        figure.reach(side, wrist, positions(samples, x=0.6, y=sign * 0.8, z=-0.8))
    place_feet(figure)
    return figure.array()


def pose_curl(body: Body, left: Floats, right: Floats) -> Floats:
    samples = len(left)
    figure = Figure.from_trunk(body, positions(samples, z=hip_height(body)), 3 - 4 * left * body.style[0])
    for sign, side in SIDES:
        depth = select_side(side, left, right)
        upper = np.radians(4 + 14 * body.style[1] * depth)
        fore = upper + np.radians(12 + (115 + 20 * body.style[2]) * depth)
        directions = [
            np.stack([np.sin(angle), np.full(samples, sign * 0.06), -np.cos(angle)], -1) for angle in (upper, fore)
        ]
        figure.point(side, directions[0], directions[1])
    place_feet(figure)
    return figure.array()


def pose_lunge(body: Body, left: Floats, right: Floats) -> Floats:
    """Step to the front with one leg. The other knee goes to the floor."""
    samples = len(left)
    depth = np.maximum(left, right)
    length = (0.62 + 0.15 * body.style[0]) * body.leg
    drop = (0.36 + 0.08 * body.style[1]) * body.leg
    hips = positions(samples, x=0.5 * length * depth, z=hip_height(body) - drop * depth)
    figure = Figure.from_trunk(body, hips, 2 + 8 * depth)
    for sign, side in SIDES:
        own = select_side(side, left, right)
        other = depth - own
        lift = 0.06 * np.sin(np.pi * own.clip(0, 1))
        ankle = positions(samples, x=length * own, y=sign * 0.11, z=FOOT + lift + 0.08 * other)
        figure.step(side, ankle, positions(samples, x=1.0))
    if body.style[2] < 0.5:
        hang_arms(figure)
    else:
        for sign, side in SIDES:
            hip = figure.joints[f"{side}_hip"] + positions(samples, x=0.05, y=sign * 0.08, z=0.08)
            figure.reach(side, hip, positions(samples, x=-0.4, y=sign * 1.0))
    return figure.array()


def _hinge(body: Body, depth: Floats, *, lean: float, drop: float) -> Figure:
    hips = positions(len(depth), x=-0.28 * depth, z=hip_height(body) - drop * depth)
    return Figure.from_trunk(body, hips, 2 + lean * depth)


def pose_deadlift(body: Body, left: Floats, _right: Floats) -> Floats:
    """Begin at the floor."""
    low = 1 - left
    figure = _hinge(body, low, lean=62 + 12 * body.style[0], drop=0.18 + 0.14 * body.style[1])
    samples = len(left)
    for sign, side in SIDES:
        shoulder = figure.joints[f"{side}_shoulder"]
        down = positions(samples, x=0.06, y=sign * 0.05, z=-0.57 * body.arm)
        figure.reach(side, shoulder + down, positions(samples, x=-1.0))
    place_feet(figure)
    return figure.array()


def pose_good_morning(body: Body, left: Floats, _right: Floats) -> Floats:
    figure = _hinge(body, left, lean=65 + 20 * body.style[0], drop=0.03)
    hold_bar_at_shoulders(figure)
    place_feet(figure)
    return figure.array()


def pose_row(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    figure = _hinge(body, np.ones(samples), lean=45 + 30 * body.style[0], drop=0.10)
    pitch_lift = 0.02 * left * body.style[1]
    for sign, side in SIDES:
        shoulder = figure.joints[f"{side}_shoulder"]
        trunk = unit(figure.joints["hips"] - figure.joints["neck"])
        hang = shoulder + positions(samples, x=0.02, y=sign * 0.05, z=-0.56 * body.arm)
        belly = figure.joints["neck"] + trunk * 0.34 + positions(samples, x=0.04, y=sign * 0.24, z=-0.08)
        wrist = hang + (belly - hang) * left[:, None] + pitch_lift[:, None] * UP
        figure.reach(side, wrist, positions(samples, x=-0.8, y=sign * (0.2 + 0.5 * body.style[2]), z=0.6))
    place_feet(figure)
    return figure.array()


def pose_dip(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    arm = (UPPER_ARM + FOREARM) * body.arm
    height = 1.05 + arm * 0.97 - (0.24 + 0.06 * body.style[0]) * left
    lean = 6 + (10 + 20 * body.style[1]) * left
    hips = positions(samples, x=-0.05 * left, z=height - TORSO * body.torso * np.cos(np.radians(lean)))
    figure = Figure.from_trunk(body, hips, lean)
    for sign, side in SIDES:
        figure.reach(side, positions(samples, x=0.05, y=sign * 0.28, z=1.05), positions(samples, x=-1.0, y=sign * 0.4))
        thigh = positions(samples, x=0.1, y=sign * 0.04, z=-1.0)
        figure.swing_leg(side, thigh, thigh + positions(samples, x=-0.4 - 1.2 * body.style[2]))
    return figure.array()


def pose_swing(body: Body, left: Floats, _right: Floats) -> Floats:
    """Begin with the weight between the legs."""
    samples = len(left)
    figure = _hinge(body, 1 - left, lean=55 + 15 * body.style[0], drop=0.10 + 0.08 * body.style[1])
    angle = np.radians(-25 + (105 + 25 * body.style[2]) * left)
    for sign, side in SIDES:
        direction = np.stack([np.sin(angle), np.full(samples, -sign * 0.28), -np.cos(angle)], -1)
        figure.point(side, direction, direction)
    place_feet(figure, width=0.22)
    return figure.array()


def pose_lying_leg_raise(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    figure = Figure.from_trunk(body, positions(samples, z=0.10), -89.0)
    angle = np.radians(4 + (70 + 18 * body.style[0]) * left)
    for sign, side in SIDES:
        leg = np.stack([np.cos(angle), np.full(samples, sign * 0.03), np.sin(angle)], -1)
        figure.swing_leg(side, leg, leg - 0.25 * body.style[1] * left[:, None] * UP)
        figure.point(side, positions(samples, x=1.0, y=sign * 0.25), positions(samples, x=1.0, y=sign * 0.1))
    return figure.array()


def pose_hanging_leg_raise(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    bar = 2.3
    arm = (UPPER_ARM + FOREARM) * body.arm
    hips = positions(samples, x=0.05 * left, z=bar - arm * 0.97 - TORSO * body.torso)
    figure = Figure.from_trunk(body, hips, -14 * left)
    angle = np.radians(2 + (75 + 20 * body.style[0]) * left)
    for sign, side in SIDES:
        figure.reach(side, positions(samples, y=sign * 0.25, z=bar), positions(samples, x=0.3, y=sign * 1.0))
        thigh = np.stack([np.sin(angle), np.full(samples, sign * 0.03), -np.cos(angle)], -1)
        bend = np.radians((10 + 80 * body.style[1]) * left)
        shank = np.stack([np.sin(angle - bend), np.full(samples, sign * 0.03), -np.cos(angle - bend)], -1)
        figure.swing_leg(side, thigh, shank)
    return figure.array()


def pose_hip_thrust(body: Body, left: Floats, _right: Floats) -> Floats:
    """Lie with the shoulders on a bench; the hips rise."""
    samples = len(left)
    height = 0.17 + (0.24 + 0.04 * body.style[0]) * left
    torso = TORSO * body.torso
    bench = 0.46
    pitch = -np.degrees(np.arccos(((bench - height) / torso).clip(-1, 1)))
    hips = positions(samples, x=torso * np.sin(np.radians(-pitch)), z=height)
    figure = Figure.from_trunk(body, hips, pitch)
    foot = torso + 0.42 * body.leg
    for sign, side in SIDES:
        figure.step(side, positions(samples, x=foot, y=sign * 0.15, z=FOOT), positions(samples, x=0.2, z=1.0))
        wrist = figure.joints[f"{side}_hip"] + positions(samples, x=0.0, y=sign * 0.14, z=0.10)
        figure.reach(side, wrist, positions(samples, x=-0.3, y=sign * 1.0))
    return figure.array()


def pose_calf_raise(body: Body, left: Floats, _right: Floats) -> Floats:
    samples = len(left)
    rise = (0.08 + 0.03 * body.style[0]) * left
    figure = Figure.from_trunk(body, positions(samples, z=hip_height(body) + rise), 2.0)
    hang_arms(figure)
    for sign, side in SIDES:
        ankle = positions(samples, x=0.02 * left, y=sign * 0.10, z=FOOT + rise)
        figure.step(side, ankle, positions(samples, x=1.0))
    return figure.array()


def pose_step_up(body: Body, left: Floats, right: Floats) -> Floats:
    """Step onto a box with one leg and down again."""
    samples = len(left)
    depth = np.maximum(left, right)
    box = 0.30 + 0.12 * body.style[0]
    hips = positions(samples, x=0.32 * depth, z=hip_height(body) + (box - 0.01) * np.maximum(0, depth - 0.3) / 0.7)
    figure = Figure.from_trunk(body, hips, 3 + 18 * np.sin(np.pi * depth.clip(0, 1)))
    hang_arms(figure)
    for sign, side in SIDES:
        own = select_side(side, left, right)
        early, late = (own / 0.3).clip(0, 1), ((depth - own) / 0.7 - 0.43).clip(0, 1)
        part = np.maximum(early, late)
        ankle = positions(samples, x=0.35 * part, y=sign * 0.1, z=FOOT + box * part + 0.05 * np.sin(np.pi * part))
        figure.step(side, ankle, positions(samples, x=1.0))
    return figure.array()


@dataclass(frozen=True, slots=True)
class Movement:
    """An exercise of the model.

    Args:
        slug: of the catalogue.
        pose: the positions at a depth.
        period: the shortest and the longest usual duration of a rep, in seconds.
        sides: whether both sides move together, or in turn.
        camera: where a careful person puts the camera.
        place: where the exercise happens; it decides how a person gets into position.
        noise: which share of the usual noise the exercise stands. A calf raise is ten centimeters.

    """

    slug: str
    pose: Pose
    period: tuple[float, float]
    sides: Literal["both", "alternating"] = "both"
    camera: Literal["side", "front", "any"] = "any"
    place: Literal["standing", "floor", "bench", "bar"] = "standing"
    noise: float = 1.0


MOVEMENTS = (
    Movement("pushups", pose_push_up, (1.0, 3.5), camera="side", place="floor"),
    Movement("bodyweight-squat", pose_squat, (1.3, 4.0)),
    Movement("barbell-squat", pose_squat, (1.8, 5.0)),
    Movement("pullups", pose_pull_up, (1.4, 4.0), place="bar"),
    Movement("sit-up", pose_sit_up, (1.3, 4.0), camera="side", place="floor"),
    Movement("jumping-jack", pose_jumping_jack, (0.7, 1.5), camera="front"),
    Movement("barbell-bench-press-medium-grip", pose_bench_press, (1.4, 4.5), place="bench"),
    Movement("barbell-front-raise", pose_front_raise, (1.4, 4.0), camera="side"),
    Movement("side-lateral-raise", pose_lateral_raise, (1.4, 4.0), camera="front"),
    Movement("standing-military-press", pose_overhead_press, (1.6, 4.5)),
    Movement("barbell-curl", pose_curl, (1.4, 4.0)),
    Movement("dumbbell-alternate-bicep-curl", pose_curl, (1.4, 3.5), sides="alternating"),
    Movement("bodyweight-lunge", pose_lunge, (1.6, 4.0), sides="alternating", camera="side"),
    Movement("barbell-deadlift", pose_deadlift, (2.0, 5.0), camera="side"),
    Movement("good-morning", pose_good_morning, (2.0, 4.5), camera="side"),
    Movement("bent-over-barbell-row", pose_row, (1.4, 3.5), camera="side"),
    Movement("dips-triceps-version", pose_dip, (1.3, 3.5), place="bar"),
    Movement("kettlebell-swing", pose_swing, (1.3, 2.2), camera="side"),
    Movement("lying-leg-raise", pose_lying_leg_raise, (1.8, 4.5), camera="side", place="floor"),
    Movement("hanging-leg-raise", pose_hanging_leg_raise, (1.6, 4.0), camera="side", place="bar"),
    Movement("barbell-hip-thrust", pose_hip_thrust, (1.6, 4.0), camera="side", place="floor"),
    Movement("standing-calf-raises", pose_calf_raise, (1.2, 3.0), noise=0.4),
    Movement("step-up", pose_step_up, (1.8, 4.0), sides="alternating", camera="side"),
)
"""The exercises whose reps are counted."""

PLANK = Movement("plank", pose_plank, (1.0, 1.0), camera="side", place="floor")
