"""A kinematic model: traces of a person who exercises in front of a camera, with true reps.

A body with the proportions of people moves in three dimensions, a camera at a random place projects it, and pose
detection loses, swaps and shakes its joints as real detection does. The same seed returns the same trace.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.counting.body import Body, Floats, blend, create_body, pose_crouching, pose_standing, pose_walking
from benchmarks.counting.movements import MOVEMENTS, PLANK, Movement
from benchmarks.counting.script import LEVELS, Level, LevelName, Scene, Script, ease, write_script
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.trace import Trace

_ASPECT_RATIOS = (16 / 9, 9 / 16, 4 / 3, 3 / 4, 1.0)
_LEFT = [index for index, name in enumerate(JOINTS) if name.startswith("left_")]
_RIGHT = [JOINTS.index(JOINTS[index].replace("left_", "right_")) for index in _LEFT]
_STEPS_PER_SECOND = 1.8
_MAX_REPS = 40
_NO_REPS_SHARE = 0.04
# The errors of pose detection last for some samples: the weights of a moving average, with a variance of 1.
_DRIFT = 0.8 * 0.6 ** np.arange(8)


@dataclass(frozen=True, slots=True)
class ModelTrace:
    """A trace of the model. `bounds_ms` are the true start and end of each rep, `hold_ms` those of a hold."""

    name: str
    exercise: str
    reps: int
    bounds_ms: tuple[tuple[float, float], ...]
    hold_ms: tuple[float, float] | None
    times_ms: Floats
    image: Floats
    visibility: Floats
    aspect_ratio: float

    def build_trace(self) -> Trace:
        """Return the trace for the engine."""
        points = np.round(self.image, 4) * np.array([self.aspect_ratio, 1.0])
        return Trace(self.times_ms, points, np.round(self.visibility, 4))

    def build_json(self) -> dict[str, Any]:
        """Return the trace in the format of trace files."""
        return {
            "name": self.name,
            "exercise": self.exercise,
            "reps": self.reps,
            "times_ms": self.times_ms.tolist(),
            "aspect_ratio": self.aspect_ratio,
            "landmarks": self._landmarks(),
        }

    def _landmarks(self) -> dict[str, dict[str, list[float | None]]]:
        def clean(values: Floats) -> list[float | None]:
            return [None if np.isnan(value) else round(float(value), 4) for value in values]

        return {
            name: {
                "x": clean(self.image[:, index, 0]),
                "y": clean(self.image[:, index, 1]),
                "visibility": clean(self.visibility[:, index]),
            }
            for index, name in enumerate(JOINTS)
        }


def create_traces(level: LevelName, count: int, *, seed: int = 0) -> Iterator[ModelTrace]:
    """Yield traces of all movements in turn."""
    for number in range(count):
        yield create_trace(level, MOVEMENTS[number % len(MOVEMENTS)], seed=seed + number)


def create_trace(level: LevelName, movement: Movement, *, seed: int, reps: int | None = None) -> ModelTrace:
    """Return a trace of an exercise.

    Args:
        level: clean, moderate or hard.
        movement: the exercise.
        seed: of all that is random.
        reps: the true count; random between 0 and 40 if it is None.

    """
    rng = np.random.default_rng([seed, sorted(LEVELS).index(level), sum(movement.slug.encode())])
    if reps is None:
        reps = 0 if rng.random() < _NO_REPS_SHARE else int(rng.integers(1, _MAX_REPS + 1))
    script = write_script(rng, movement, LEVELS[level], reps)
    bounds = tuple((float(start * 1000), float(end * 1000)) for start, end in script.reps)
    return record(rng, script, f"{level}-{movement.slug}-{seed}", bounds, None)


def create_hold(level: LevelName, *, seed: int, seconds: float | None = None) -> ModelTrace:
    """Return a trace of a plank."""
    rng = np.random.default_rng([seed, sorted(LEVELS).index(level), 0])
    script = Script(rng, PLANK, LEVELS[level])
    script.enter()
    start = next(time for time, scene in script.scenes if scene == "exercise")
    script.now += float(rng.uniform(5, 90)) if seconds is None else seconds
    end = script.now
    script.leave()
    left = [time for time, scene in script.scenes if scene == "exercise"][-1]
    hold = (start * 1000, (left if left > end else script.now) * 1000)
    return record(rng, script, f"{level}-{PLANK.slug}-{seed}", (), hold)


def record(
    rng: np.random.Generator,
    script: Script,
    name: str,
    bounds: tuple[tuple[float, float], ...],
    hold: tuple[float, float] | None,
) -> ModelTrace:
    """Return what the camera sees of a script."""
    level, movement = script.level, script.movement
    times = _sample_times(rng, level, script.now)
    world = _pose(create_body(rng), script, times)
    points, depth = _project(rng, world, movement, level)
    image, visibility = _degrade(rng, script, times, points, depth)
    aspect_ratio = float(rng.choice(_ASPECT_RATIOS))
    image = _frame(rng, image, points, aspect_ratio)
    return ModelTrace(
        name, movement.slug, len(bounds), bounds, hold, np.round(times * 1000), image, visibility, aspect_ratio
    )


def _sample_times(rng: np.random.Generator, level: Level, seconds: float) -> Floats:
    interval = 1 / rng.uniform(*level.rates)
    times = np.arange(0, seconds, interval)
    return np.sort(np.maximum(0, times + rng.uniform(-0.45, 0.45, len(times)) * level.irregularity * interval))


def _pose(body: Body, script: Script, times: Floats) -> Floats:
    """Return the joints in the world: the scenes, blended, at the place where the person is."""
    moments = np.array([moment for moment, _ in script.scenes])
    names = [scene for _, scene in script.scenes]
    index = np.clip(np.searchsorted(moments, times, side="right") - 1, 0, len(names) - 1)
    after = np.minimum(index + 1, len(names) - 1)
    spans = np.maximum(moments[after] - moments[index], 1e-6)
    weight = ease(np.clip((times - moments[index]) / spans, 0, 1))
    poses = {scene: _pose_scene(body, script, scene, times) for scene in set(names)}
    first, second = (_select_scenes(poses, names, indices) for indices in (index, after))
    joints = blend(first, second, weight)
    sway = 0.012 * np.sin(2 * np.pi * (0.23 * times + script.rng.random()))
    joints[:, :, 0] += (script.place[0].sample(times) + sway)[:, None]
    joints[:, :, 1] += (script.place[1].sample(times) + 0.5 * sway)[:, None]
    return joints


def _select_scenes(poses: dict[Scene, Floats], names: list[Scene], indices: NDArray[np.int64]) -> Floats:
    result = np.empty_like(next(iter(poses.values())))
    for scene, pose in poses.items():
        mask = np.array([name == scene for name in names])[indices]
        result[mask] = pose[mask]
    return result


def _pose_scene(body: Body, script: Script, scene: Scene, times: Floats) -> Floats:
    left, right = (script.depth[side].sample(times) for side in ("left", "right"))
    if scene == "exercise":
        return script.movement.pose(body, left, right)
    if scene == "walking":
        gait = np.sin(np.pi * _STEPS_PER_SECOND * times)
        return pose_walking(body, gait, -gait)
    return (pose_standing if scene == "standing" else pose_crouching)(body, left, right)


def _project(rng: np.random.Generator, world: Floats, movement: Movement, level: Level) -> tuple[Floats, Floats]:
    """Return the points that the camera sees, y down, in meters at the middle of the scene, and their distances."""
    centers = {"side": 90.0 * rng.choice([-1, 1]), "front": 0.0, "any": rng.uniform(-90, 90)}
    azimuth = np.radians(centers[movement.camera] + rng.uniform(-1, 1) * level.camera)
    elevation = np.radians(rng.uniform(-0.3, 1) * level.camera * 0.6)
    away = rng.uniform(2.5, 6)
    back = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    aside = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    upwards = np.cross(back, aside)
    local = world - np.nanmedian(world, axis=(0, 1))
    distance = np.maximum(away - local @ back, 0.5)
    scale = away / distance
    return np.stack([(local @ aside) * scale, -(local @ upwards) * scale], -1), distance


def _degrade(
    rng: np.random.Generator, script: Script, times: Floats, points: Floats, distance: Floats
) -> tuple[Floats, Floats]:
    """Return the points and their visibility as pose detection would see them."""
    level = script.level
    samples, joints = points.shape[:2]
    seconds = float(times[-1] - times[0]) if samples > 1 else 0.0
    far = np.zeros((samples, joints))
    gap = (distance[:, _LEFT] - distance[:, _RIGHT]) / 0.3
    far[:, _LEFT], far[:, _RIGHT] = gap.clip(0, 1), (-gap).clip(0, 1)
    visibility = (0.97 - 0.6 * far * rng.uniform(0.3, 1) + rng.normal(0, 0.03, far.shape)).clip(0.05, 1)
    torso = 0.5
    jitter = level.jitter * torso * script.movement.noise * (1 + 1.5 * far)
    noise = rng.normal(0, 1, (samples + len(_DRIFT) - 1, joints, 2))
    noise = sum((weight * noise[lag : lag + samples] for lag, weight in enumerate(_DRIFT)), np.zeros(points.shape))
    seen = points + noise * jitter[:, :, None]
    for start, stop in _spans(rng, times, seconds * level.outliers, (0.03, 0.2)):
        shift = rng.normal(0, 0.5, 2) * torso
        seen[start:stop, rng.integers(joints)] += shift
    for start, stop in _spans(rng, times, seconds * level.swaps, (0.03, 0.8)):
        seen[start:stop, _LEFT], seen[start:stop, _RIGHT] = (
            seen[start:stop, _RIGHT].copy(),
            seen[start:stop, _LEFT].copy(),
        )
    for start, stop in _spans(rng, times, seconds * level.losses, (0.3, 3.0)):
        joint = rng.integers(joints)
        seen[start:stop, joint] = np.nan
        visibility[start:stop, joint] = 0
    for start, stop in _spans(rng, times, seconds * level.losses / 3, (0.3, 3.0)):
        hidden = slice(start, _shorten(script, times, start, stop))
        seen[hidden] = np.nan
        visibility[hidden] = 0
    return seen, visibility


def _spans(
    rng: np.random.Generator, times: Floats, expected: float, seconds: tuple[float, float]
) -> Iterator[tuple[int, int]]:
    for _ in range(int(rng.poisson(expected))):
        begin = rng.uniform(times[0], times[-1])
        start, stop = np.searchsorted(times, [begin, begin + rng.uniform(*seconds)])
        yield int(start), int(stop)


def _shorten(script: Script, times: Floats, start: int, stop: int) -> int:
    """Return the end of a loss of the whole body: a loss that hides a whole rep would make the truth unknowable."""
    begin = float(times[min(start, len(times) - 1)])
    if any(low <= begin <= high for low, high in script.quiet) or not script.reps:
        return stop
    shortest = min(end - begin_rep for begin_rep, end in script.reps)
    return min(stop, int(np.searchsorted(times, begin + max(0.3, 0.6 * shortest))))


def _frame(rng: np.random.Generator, image: Floats, points: Floats, aspect_ratio: float) -> NDArray[np.float64]:
    """Return shares of the image. The exercise fills a part of it; who walks in may come from outside."""
    low, high = np.quantile(points, 0.02, axis=(0, 1)), np.quantile(points, 0.98, axis=(0, 1))
    middle = (low + high) / 2
    height = float(max(high[1] - low[1], (high[0] - low[0]) / aspect_ratio)) / rng.uniform(0.5, 0.85)
    result = (image - middle) / height
    result[:, :, 0] /= aspect_ratio
    return result + 0.5
