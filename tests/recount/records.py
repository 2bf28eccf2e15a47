"""Recounts personal records, their history and the progress of an exercise, set by set."""

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from tests.recount import quality
from tests.recount.model import Done, Exercise, Life, Set, Workout, largest, total_or_none

Answer = dict[str, Any]

# LeSuer 1997 and Reynolds 2006, by the weight and the reps.
FORMULAS: dict[str, Callable[[float, int], float]] = {
    "epley": lambda w, r: w * (1 + r / 30),
    "brzycki": lambda w, r: 36 * w / (37 - r),
    "lombardi": lambda w, r: w * r**0.10,
    "oconner": lambda w, r: w * (1 + 0.025 * r),
    "wathan": lambda w, r: 100 * w / (48.8 + 53.8 * math.exp(-0.075 * r)),
    "mayhew": lambda w, r: 100 * w / (52.2 + 41.9 * math.exp(-0.055 * r)),
}
UNITS = {"duration": "s", "distance": "m", "reps": "reps", "reps_at_load": "reps", "reps_unbroken": "reps"}
TINY = 1e-9
MEASURED = (
    *("eccentric_seconds", "concentric_seconds", "range_degrees", "slowdown_percent", "slowdown_sets"),
    *("velocity_loss_percent", "velocity_loss_sets"),
)
KINDS = ("load", "e1rm", "reps", "set_volume", "duration", "distance", "reps_unbroken", "assistance")


def lifted(exercise: Exercise, one: Set) -> float | None:
    """Return the lifted weight, or None if it assisted or if the set has no rep."""
    return None if exercise.assisted or one.warm_up or one.reps == 0 else one.weight_kg


def estimate(exercise: Exercise, one: Set, formula: str = "epley") -> float | None:
    """Return the estimated one-rep max: the weight itself at 1 rep; None without reps or above 12."""
    weight = lifted(exercise, one)
    if not weight or not one.reps or one.reps > 12:
        return None
    return weight if one.reps == 1 else FORMULAS[formula](weight, one.reps)


def value(kind: str, exercise: Exercise, one: Set, formula: str) -> float | None:
    """Return the value of a set for a kind of record, or None if it has no value or 0.

    Of assistance, less is better: it is negative here.
    """
    if one.warm_up:
        return None
    found: dict[str, Callable[[], float | None]] = {
        "load": lambda: lifted(exercise, one),
        "e1rm": lambda: estimate(exercise, one, formula),
        "reps": lambda: None if exercise.share and not exercise.assisted and one.weight_kg else one.reps,
        "set_volume": lambda: None if exercise.assisted else one.volume_kg,
        "duration": lambda: one.duration_seconds,
        "distance": lambda: one.distance_meters,
        "assistance": lambda: -(one.weight_kg or 0) if exercise.assisted and one.reps else None,
        "reps_unbroken": lambda: quality.longest_unbroken(one),
    }
    return found[kind]() or None


def times(life: Life, exercise: Exercise) -> Iterator[tuple[Workout, list[Set]]]:
    """Yield each workout with the sets of an exercise, in order."""
    for workout in life.in_order():
        for done in workout.done:
            if done.known.id == exercise.id:
                yield workout, done.sets


def bests(life: Life, exercise: Exercise, kind: str, formula: str) -> Iterator[tuple[Workout, Set, float]]:
    """Yield the best set of each workout, which may break a record.

    Of equally good sets, the heaviest one counts, and of equally heavy sets the one with the most reps.
    """
    for workout, sets in times(life, exercise):
        known = [(reached, one) for one in sets if (reached := value(kind, exercise, one, formula)) is not None]
        if known:
            most = max(reached for reached, _ in known)
            equal = [one for reached, one in known if reached == most]
            yield workout, max(equal, key=lambda one: (one.weight_kg or 0, one.reps or 0)), most


def records(life: Life, exercise: Exercise, formula: str, *, at_load: bool) -> list[Answer]:
    """Return the records of an exercise."""
    found: list[Answer] = []
    for kind in KINDS:
        best: Answer | None = None
        top = 0.0
        for workout, one, reached in bests(life, exercise, kind, formula):
            if best is None or reached > top + TINY:
                best = _record(kind, abs(reached), workout, one, baseline=best is None)
                top = reached
        if best is not None:
            found.append(best)
    return found + (_at_load(life, exercise) if at_load else [])


def _record(kind: str, reached: float, workout: Workout, one: Set, *, baseline: bool) -> Answer:
    made_of_both = kind in {"load", "e1rm", "set_volume", "reps_at_load"}
    return {
        "kind": kind,
        "value": reached,
        "unit": UNITS.get(kind, "kg"),
        "weight_kg": one.weight_kg if made_of_both else None,
        "reps": one.reps if made_of_both else None,
        "date": workout.day,
        "workout_id": workout.id,
        "baseline": baseline,
    }


def _at_load(life: Life, exercise: Exercise) -> list[Answer]:
    """Return the holder of each weight that was lifted for more reps than any heavier weight."""
    done = [
        (index, workout, one, weight, one.reps)
        for index, (workout, sets) in enumerate(times(life, exercise))
        for one in sets
        if (weight := lifted(exercise, one)) and one.reps
    ]
    found: list[Answer] = []
    for weight in {each[3] for each in done}:
        most = max(reps for *_, of, reps in done if of == weight)
        if most <= max((reps for *_, of, reps in done if of > weight), default=0):
            continue
        when, workout, one = next((i, which, one) for i, which, one, of, reps in done if of == weight and reps == most)
        baseline = not any(index < when and of >= weight for index, _, _, of, _ in done)
        found.append(_record("reps_at_load", most, workout, one, baseline=baseline))
    return found


def broken(life: Life, exercise: Exercise, formula: str, *, at_load: bool) -> list[Answer]:
    """Return every broken record, the oldest first."""
    found: list[Answer] = []
    for kind in KINDS:
        best: float | None = None
        for workout, _, reached in bests(life, exercise, kind, formula):
            if best is not None and reached > best + TINY:
                found.append(_broken(exercise, kind, abs(reached), abs(best), workout, None))
            best = reached if best is None else max(best, reached)
    return found + (_broken_at_load(life, exercise) if at_load else [])


def _broken_at_load(life: Life, exercise: Exercise) -> list[Answer]:
    """Return the sets with more reps than any earlier or simultaneous set of at least the same weight."""
    found: list[Answer] = []
    earlier: list[tuple[float, int]] = []
    for workout, sets in times(life, exercise):
        now = [(weight, one.reps) for one in sets if (weight := lifted(exercise, one)) and one.reps]
        for weight in {weight for weight, _ in now}:
            most = max(reps for of, reps in now if of == weight)
            before = max((reps for of, reps in earlier if of >= weight), default=None)
            outdone = any(of > weight and reps >= most for of, reps in now)
            if before is not None and most > before and not outdone:
                found.append(_broken(exercise, "reps_at_load", most, before, workout, weight))
        earlier += now
    return found


def _broken(
    exercise: Exercise, kind: str, reached: float, before: float, workout: Workout, weight_kg: float | None
) -> Answer:
    return {
        "exercise": named(exercise),
        "kind": kind,
        "value": reached,
        "previous": before,
        "improvement": abs(reached - before),
        "unit": UNITS.get(kind, "kg"),
        "weight_kg": weight_kg,
        "date": workout.day,
        "workout_id": workout.id,
        "workout_title": workout.title,
    }


def named(exercise: Exercise) -> Answer:
    return {"id": exercise.id, "name": exercise.name, "custom": exercise.custom}


# --- progress ----------------------------------------------------------------------------------------------------


def progress(life: Life, exercise: Exercise, formula: str, first: date, last: date) -> Answer:
    """Return the progress of an exercise from one day to another."""
    done: list[tuple[Workout, Done]] = [
        (workout, each) for workout in life.within(first, last) for each in workout.done if each.known.id == exercise.id
    ]
    sets = [one for _, each in done for one in each.sets]
    weights = [(weight, one.reps) for one in sets if (weight := lifted(exercise, one))]
    best = max(weights, key=lambda each: (each[0], each[1] or 0), default=(None, None))
    assisted = [
        (one.weight_kg, one.reps)
        for one in sets
        if exercise.assisted and one.weight_kg and one.reps and not one.warm_up
    ]
    seen = quality.over([one for one in sets if one.evidence])
    return {
        "workouts": len({workout.id for workout, _ in done}),
        "sets": len(sets),
        "reps": sum(one.reps or 0 for one in sets),
        "volume_kg": sum(each.volume_kg for _, each in done),
        "duration_seconds": total_or_none(one.duration_seconds for one in sets),
        "distance_meters": total_or_none(one.distance_meters for one in sets),
        "e1rm_kg": largest(estimate(exercise, one, formula) for one in sets),
        "best_set": {"weight_kg": best[0], "reps": best[1]},
        "most_reps": largest(value("reps", exercise, one, formula) for one in sets),
        "best_set_volume_kg": largest(value("set_volume", exercise, one, formula) for one in sets),
        "longest_seconds": largest(one.duration_seconds for one in sets if not one.warm_up),
        "farthest_meters": largest(one.distance_meters for one in sets if not one.warm_up),
        **{name: seen[name] for name in MEASURED},
        "least_assistance_kg": min((weight for weight, _ in assisted), default=None),
        "mean_assistance_kg": sum(weight * reps for weight, reps in assisted) / sum(reps for _, reps in assisted)
        if assisted
        else None,
    }
