"""Records counted in plain Python over the sets of all workouts, as slowly and as simply as can be."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from exercise_buddy.statistics.schemas import Formula

Set = dict[str, Any]

_FACTORS: dict[Formula, Callable[[int], float]] = {
    Formula.EPLEY: lambda r: 1 + r / 30,
    Formula.BRZYCKI: lambda r: 36 / (37 - r),
    Formula.LOMBARDI: lambda r: r**0.10,
    Formula.OCONNER: lambda r: 1 + 0.025 * r,
    Formula.WATHAN: lambda r: 100 / (48.8 + 53.8 * math.exp(-0.075 * r)),
    Formula.MAYHEW: lambda r: 100 / (52.2 + 41.9 * math.exp(-0.055 * r)),
}


def factor(formula: Formula, reps: int) -> float:
    """Return what a formula multiplies the weight with, for 1 to 12 reps."""
    return 1.0 if reps == 1 else _FACTORS[formula](reps)


@dataclass(frozen=True)
class Performed:
    """An exercise within a workout."""

    started_at: str
    workout_id: str
    position: int
    exercise_id: str
    sets: list[Set]

    @property
    def place(self) -> tuple[str, str, int]:
        return self.started_at, self.workout_id, self.position

    @property
    def loads(self) -> list[tuple[float, int]]:
        return [(one["weight_kg"], one["reps"]) for one in self.sets if one.get("weight_kg") and one.get("reps")]


def _best(values: Iterable[float]) -> float | None:
    return max((value for value in values if value), default=None)


def kinds(formula: Formula) -> dict[str, Callable[[Performed], float | None]]:
    return {
        "load": lambda one: _best(s["weight_kg"] for s in one.sets if s.get("weight_kg") and s.get("reps") != 0),
        "e1rm": lambda one: _best(weight * factor(formula, reps) for weight, reps in one.loads if reps <= 12),
        "reps": lambda one: _best(s.get("reps") or 0 for s in one.sets),
        "set_volume": lambda one: _best(weight * reps for weight, reps in one.loads),
        "duration": lambda one: _best(s.get("duration_seconds") or 0 for s in one.sets),
        "distance": lambda one: _best(s.get("distance_meters") or 0 for s in one.sets),
        "reps_unbroken": lambda one: _best(len(s["evidence"]["reps"]) for s in one.sets if "evidence" in s),
    }


Record = tuple[str, float, float | None, str, bool]
"""Kind, value, load (of reps at a load), workout, baseline."""


def records(done: list[Performed], formula: Formula) -> Iterator[Record]:
    """Yield the current records of one exercise."""
    done = sorted(done, key=lambda one: one.place)
    for kind, measure in kinds(formula).items():
        tried = [(value, one) for one in done if (value := measure(one)) is not None]
        if tried:
            best = max(value for value, _ in tried)
            holder = next(one for value, one in tried if value == best)
            yield kind, best, None, holder.workout_id, holder is tried[0][1]
    for weight in {weight for one in done for weight, _ in one.loads}:
        most = max(reps for one in done for kg, reps in one.loads if kg == weight)
        if any(kg > weight and reps >= most for one in done for kg, reps in one.loads):
            continue
        holder = next(one for one in done if (weight, most) in one.loads)
        begun = next(one.started_at for one in done if any(kg >= weight for kg, _ in one.loads))
        yield "reps_at_load", most, weight, holder.workout_id, begun == holder.started_at


Broken = tuple[str, float, float, float | None, str]
"""Kind, value, the previous value, load (of reps at a load), workout."""


def history(done: list[Performed], formula: Formula) -> Iterator[Broken]:
    """Yield every broken record of one exercise."""
    done = sorted(done, key=lambda one: one.place)
    for kind, measure in kinds(formula).items():
        stood = None
        for one in done:
            value = measure(one)
            if value is not None and stood is not None and value > stood:
                yield kind, value, stood, None, one.workout_id
            stood = max((v for v in (value, stood) if v is not None), default=None)
    for moment in sorted({one.started_at for one in done}):
        now = [one for one in done if one.started_at == moment]
        before = [load for one in done if one.started_at < moment for load in one.loads]
        loads = {load for one in now for load in one.loads}
        for weight, reps in loads:
            stood = max((r for kg, r in before if kg >= weight), default=None)
            outdone = any(kg >= weight and r >= reps and (kg, r) != (weight, reps) for kg, r in loads)
            if stood is not None and reps > stood and not outdone:
                holder = next(one for one in now if (weight, reps) in one.loads)
                yield "reps_at_load", reps, stood, weight, holder.workout_id
