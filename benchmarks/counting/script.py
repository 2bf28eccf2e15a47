"""What a person of the model does during a recording, as keyframes over time."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from benchmarks.counting.body import Floats
from benchmarks.counting.movements import Movement

Scene = Literal["walking", "standing", "crouching", "exercise"]
LevelName = Literal["clean", "moderate", "hard"]


@dataclass(frozen=True, slots=True)
class Level:
    """How far a recording is from a perfect one. Shares and rates are between 0 and 1, times are seconds.

    Args:
        entering: how often a person is seen to get into position and to leave it.
        fading: the largest share of range that the last rep loses.
        slowing: the largest share by which the last rep is slower.
        variation: of range and of tempo from rep to rep.
        unfinished: the largest share of range that is missing at the end of a rep.
        partials, bounces, rests: how often a rep is followed by one, or has one.
        longest_rest: in position, between two reps.
        interruptions: how often a person leaves the position in the middle of a set.
        jitter: of a joint, in torso lengths.
        outliers, swaps, losses: events a second.
        camera: by how many degrees the camera may be off its usual place.
        rates: of sampling, in Hz.
        irregularity: of sampling, as a share of the interval.

    """

    entering: float
    fading: float
    slowing: float
    variation: float
    unfinished: float
    partials: float
    bounces: float
    rests: float
    longest_rest: float
    interruptions: float
    jitter: float
    outliers: float
    swaps: float
    losses: float
    camera: float
    rates: tuple[float, float]
    irregularity: float


LEVELS: dict[LevelName, Level] = {
    "clean": Level(
        entering=0, fading=0.1, slowing=0.2, variation=0.04, unfinished=0.03, partials=0, bounces=0, rests=0.05,
        longest_rest=2, interruptions=0, jitter=0.006, outliers=0, swaps=0, losses=0, camera=12, rates=(24, 30),
        irregularity=0,
    ),
    "moderate": Level(
        entering=0.7, fading=0.22, slowing=0.5, variation=0.08, unfinished=0.10, partials=0.05, bounces=0.06,
        rests=0.08, longest_rest=5, interruptions=0, jitter=0.014, outliers=0.08, swaps=0.02, losses=0.03, camera=25,
        rates=(16, 30), irregularity=0.1,
    ),
    "hard": Level(
        entering=0.9, fading=0.35, slowing=0.8, variation=0.12, unfinished=0.18, partials=0.12, bounces=0.12,
        rests=0.12, longest_rest=12, interruptions=0.15, jitter=0.026, outliers=0.3, swaps=0.06, losses=0.08,
        camera=40, rates=(12, 30), irregularity=0.25,
    ),
}  # fmt: skip


def ease(share: Floats) -> Floats:
    """Return the path of a movement from 0 to 1 with the least jerk (Flash and Hogan, J Neurosci 1985;5:1688)."""
    return share**3 * (10 - 15 * share + 6 * share**2)


@dataclass(slots=True)
class Track:
    """A value over time, with smooth movements between its keyframes."""

    times: list[float]
    values: list[float]

    def move(self, seconds: float, value: float) -> None:
        """Add a keyframe after the last one."""
        self.times.append(self.times[-1] + max(seconds, 1e-3))
        self.values.append(value)

    def hold_until(self, time: float) -> None:
        """Keep the value until a time."""
        if time > self.times[-1]:
            self.times.append(time)
            self.values.append(self.values[-1])

    def sample(self, times: Floats) -> Floats:
        """Return the values at times."""
        starts, values = np.array(self.times), np.array(self.values)
        if len(starts) == 1:
            return np.full(len(times), values[0])
        index = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 2)
        share = np.clip((times - starts[index]) / (starts[index + 1] - starts[index]), 0, 1)
        sampled: Floats = values[index] + (values[index + 1] - values[index]) * ease(share)
        return sampled


def _start_track(value: float = 0.0) -> Track:
    return Track([0.0], [value])


@dataclass(slots=True)
class Script:
    """The keyframes of a recording, and its true reps."""

    rng: np.random.Generator
    movement: Movement
    level: Level
    now: float = 0.0
    depth: dict[str, Track] = field(default_factory=lambda: {"left": _start_track(), "right": _start_track()})
    place: tuple[Track, Track] = field(default_factory=lambda: (_start_track(), _start_track()))
    scenes: list[tuple[float, Scene]] = field(default_factory=list)
    reps: list[tuple[float, float]] = field(default_factory=list)
    quiet: list[tuple[float, float]] = field(default_factory=list)
    """The times without reps, in which tracking may be lost for long."""

    def _uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def _happens(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def change_scene(self, seconds: float, scene: Scene) -> None:
        """Blend into another scene."""
        if self.scenes:
            self.scenes.append((self.now, self.scenes[-1][1]))
            self.now += seconds
        self.scenes.append((self.now, scene))

    def wait(self, low: float, high: float) -> None:
        """Let time pass."""
        start = self.now
        self.now += self._uniform(low, high)
        self.quiet.append((start, self.now))

    def walk(self, *, away: bool) -> None:
        """Walk to the place of the exercise, or away."""
        seconds = self._uniform(1.5, 3.5)
        if away:
            self.change_scene(0.4, "walking")
        offsets = [self._uniform(0.5, 1.5) * self.rng.choice([-1, 1]) for _ in self.place]
        for track, offset in zip(self.place, offsets, strict=True):
            if not away:
                track.values[0] = offset
            track.hold_until(self.now)
            track.move(seconds, offset if away else 0.0)
        self.now += seconds

    def enter(self) -> None:
        """Get into position."""
        start = self.now
        if self._happens(self.level.entering):
            self.change_scene(0, "walking")
            self.walk(away=False)
            self.change_scene(0.4, "standing")
            self.wait(0.2, 2)
            if self.movement.place in {"floor", "bench"} or self._happens(0.3):
                self.change_scene(self._uniform(0.7, 1.5), "crouching")
                self.wait(0, 0.6)
                if self.movement.place in {"standing", "bar"}:
                    self.change_scene(self._uniform(0.7, 1.5), "standing")
            self.change_scene(self._uniform(0.6, 1.8), "exercise")
        else:
            self.change_scene(0, "exercise")
        self.wait(0.3, 1.5)
        if self._happens(self.level.entering):
            self.adjust()
        self.quiet.append((start, self.now))

    def leave(self) -> None:
        """Leave the position, or stay in it until the recording ends."""
        start = self.now
        self.wait(0.3, 2)
        if self._happens(self.level.entering):
            self.step_out()
            if self._happens(0.7):
                self.walk(away=True)
        self.quiet.append((start, self.now))

    def step_out(self) -> None:
        """Stand up from the exercise."""
        if self.movement.place in {"floor", "bench"}:
            self.change_scene(self._uniform(0.6, 1.5), "crouching")
        self.change_scene(self._uniform(0.6, 1.5), "standing")
        self.wait(0.3, 1.5)

    def adjust(self) -> None:
        """Shift the body a little, as people do between reps."""
        for track in self.place:
            track.hold_until(self.now)
            track.move(self._uniform(0.4, 1.0), self._uniform(-0.06, 0.06))
        seconds = self._uniform(0.3, 0.7)
        self._move_depth(("left", "right"), seconds, self._uniform(0.03, 0.12))
        self._move_depth(("left", "right"), seconds, 0.0)
        self.wait(0.3, 0.8)

    def _move_depth(self, sides: tuple[str, ...], seconds: float, depth: float) -> None:
        for side in sides:
            self.depth[side].hold_until(self.now)
            self.depth[side].move(seconds, depth)
        self.now += seconds

    def perform(self, sides: tuple[str, ...], seconds: float, depth: float, residue: float, *, bounces: bool) -> None:
        """Move to the turning point and back."""
        pause = self._uniform(0, 0.12) * seconds
        way = (seconds - pause) * self._uniform(0.4, 0.6)
        self._move_depth(sides, way, depth)
        self.now += pause
        if bounces:
            quick = self._uniform(0.18, 0.35)
            self._move_depth(sides, quick, depth * (1 - self._uniform(0.12, 0.30)))
            self._move_depth(sides, quick, depth)
        self._move_depth(sides, seconds - pause - way, residue)

    def rest(self) -> None:
        """Rest in position, or out of it."""
        start = self.now
        if self._happens(self.level.interruptions):
            self.step_out()
            if self.movement.place in {"floor", "bench"}:
                self.change_scene(self._uniform(0.6, 1.5), "crouching")
            self.change_scene(self._uniform(0.6, 1.5), "exercise")
            self.wait(0.3, 1)
        else:
            self.wait(1, self.level.longest_rest)
            if self._happens(self.level.entering / 2):
                self.adjust()
        self.quiet.append((start, self.now))


def write_script(rng: np.random.Generator, movement: Movement, level: Level, reps: int) -> Script:
    """Return what a person does during a set of `reps`."""
    script = Script(rng, movement, level)
    script.enter()
    period = float(np.exp(rng.uniform(*np.log(movement.period))))
    fading, slowing = rng.uniform(0, level.fading), rng.uniform(-0.1, level.slowing)
    top_pause = rng.uniform(0, 0.25) * period * (rng.random() < 0.6)
    alternating = movement.sides == "alternating"
    pairs: tuple[tuple[str, ...], ...] = (("left",), ("right",)) if alternating else (("left", "right"),)
    first = int(rng.integers(2))
    for number in range(reps):
        sides = pairs[(first + number) % len(pairs)]
        done = number / max(reps - 1, 1)
        seconds = period * (1 + slowing * done) * np.exp(rng.normal(0, level.variation))
        depth = (1 - fading * done) * (1 - abs(rng.normal(0, level.variation / 2)))
        residue = 0.0 if alternating else rng.uniform(0, level.unfinished)
        start = script.now
        script.perform(sides, seconds, max(depth, 0.62), residue, bounces=rng.random() < level.bounces)
        script.reps.append((start, script.now))
        script.now += top_pause * rng.uniform(0.5, 1.5)
        if rng.random() < level.partials:
            script.perform(sides, seconds * rng.uniform(0.5, 0.9), rng.uniform(0.2, 0.4), residue, bounces=False)
            script.now += rng.uniform(0, 0.5)
        if number + 1 < reps and rng.random() < level.rests:
            script.rest()
    if reps == 0:
        script.wait(2, 20)
    for side in script.depth:
        if script.depth[side].values[-1]:
            script.depth[side].hold_until(script.now)
            script.depth[side].move(0.4, 0.0)
    script.now += 0.2
    script.leave()
    return script
