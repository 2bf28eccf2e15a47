"""Progression: pure functions from planned sets and past results to the next planned sets.

The rules are those of the field:

- linear: the weight increases by a fixed step when all sets were reached, and decreases by a tenth after some failures
  in a row, as in programmes for novices (Rippetoe & Kilgore, Starting Strength). The ACSM's position stand recommends
  steps of 2 to 10 % (Ratamess et al. 2009, Med Sci Sports Exerc 41(3):687-708).
- double: first the reps increase within a range, then the weight. Baechle & Earle, NSCA's Essentials of Strength
  Training and Conditioning (the chapter on programme design); compare its "2-for-2" rule.
- reps: more repetitions at one load work as well as more load (Plotkin et al. 2022, PeerJ 10:e14142).

Only working sets (`normal`, `failure`) are compared and progress. Planned sets and results are compared in their order;
further sets are ignored. Warm-ups stay; a drop set keeps its difference to the working set before it. Weights keep
their 4 decimals and are not rounded to plates, which would distort pounds; only a deload is rounded, to a multiple of
the increment. A weight that was neither planned nor lifted stays unplanned.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from exercise_buddy.workouts.field_types import MAX_REPS, MAX_WEIGHT_KG, WEIGHT_DECIMALS
from exercise_buddy.workouts.routines.schemas import ProgressionInput, ProgressionKind, Reason, is_working
from exercise_buddy.workouts.set_schemas import SetResult, TargetSet
from exercise_buddy.workouts.tables import SetKind

DELOAD = 0.1
"""The minimum share of the weight that a deload removes."""

# Less than the last stored decimal: weights with a smaller difference are equal.
_TOLERANCE_KG = 0.00005

Weights = list[float | None]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Performance:
    """The planned sets of an exercise in a finished workout, and the results."""

    targets: Sequence[TargetSet]
    sets: Sequence[SetResult]


@dataclass(frozen=True, slots=True)
class NextSets:
    """The next planned sets, the reason, and how often in a row the planned sets were missed at the last weight."""

    targets: list[TargetSet]
    reason: Reason
    misses: int = 0


def next_sets(
    planned: Sequence[TargetSet],
    progression: ProgressionInput | None,
    history: Sequence[Performance],
    elsewhere: Performance | None = None,
    *,
    assisted: bool = False,
) -> NextSets:
    """Return the next planned sets.

    Args:
        planned: the planned sets of the routine.
        progression: the rule of progression; None if the sets stay.
        history: the performances in the routine, the newest first.
        elsewhere: the last performance in any workout: the starting weight, if the routine plans none.
        assisted: whether the weight reduces the load, so that less weight is progress.

    """
    if progression is None:
        return NextSets(list(planned), Reason.AS_PLANNED)
    working = [target for target in planned if is_working(target.kind)]
    performances = [
        Performance([target for target in past.targets if is_working(target.kind)] or working, sets)
        for past in history
        if (sets := [result for result in past.sets if is_working(result.kind)])
    ]
    if not performances and elsewhere is not None and progression.kind is not ProgressionKind.REPS:
        sets = [result for result in elsewhere.sets if is_working(result.kind)]
        if sets and all(target.weight_kg is None for target in working):
            performances = [Performance(working, sets)]
    if not performances:
        return NextSets(list(planned), Reason.FIRST_TIME)
    rule = {ProgressionKind.LINEAR: _linear, ProgressionKind.DOUBLE: _double, ProgressionKind.REPS: _reps}
    progressed = rule[progression.kind](working, progression, performances, assisted=assisted)
    return NextSets(_merge(planned, progressed.targets), progressed.reason, progressed.misses)


def _linear(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> NextSets:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    increment = _required(progression.increment_kg)
    aimed = _aimed_weights(last)
    if misses == 0:
        lifted: Weights = [result.weight_kg for result in last.sets[: len(last.targets)]]
        weights = [None if weight is None else heavier(weight, increment, assisted=assisted) for weight in lifted]
        reason = Reason.REPEAT if weights == lifted else Reason.WEIGHT_UP
    elif misses >= _required(progression.deload_after):
        weights = [None if weight is None else deloaded(weight, increment, assisted=assisted) for weight in aimed]
        reason = Reason.REPEAT if weights == aimed else Reason.DELOAD
    else:
        weights, reason = aimed, Reason.REPEAT
    return NextSets(_with_weights(working, weights), reason, misses)


def _double(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> NextSets:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    increment = _required(progression.increment_kg)
    lifted: Weights = [result.weight_kg for result in last.sets[: len(working)]]
    at_the_top = len(last.sets) >= len(working) and all(
        (result.reps or 0) >= _required(target.reps_to) for target, result in zip(working, last.sets, strict=False)
    )
    if at_the_top:
        weights = [None if weight is None else heavier(weight, increment, assisted=assisted) for weight in lifted]
        if weights != lifted:
            return NextSets(_with_weights(working, weights), Reason.WEIGHT_UP, misses)
    targets = _with_weights(working, lifted)
    for number, (target, result) in enumerate(zip(working, last.sets, strict=False)):
        reps = max(_required(target.reps), (result.reps or 0) + 1)
        targets[number] = targets[number].model_copy(update={"reps": min(reps, _required(target.reps_to))})
    return NextSets(targets, Reason.REPEAT if at_the_top else Reason.REPS_UP, misses)


def _reps(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> NextSets:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    step = _required(progression.step) if misses == 0 else 0
    targets = list(working)
    more = False
    for number, (target, aim, result) in enumerate(zip(working, last.targets, last.sets, strict=False)):
        aimed = _required(target.reps) if aim.reps is None else aim.reps
        before = max(aimed, result.reps or 0) if misses == 0 else aimed
        reps = min(before + step, MAX_REPS if target.reps_to is None else target.reps_to)
        more = more or reps > aimed
        targets[number] = target.model_copy(update={"reps": reps})
    return NextSets(targets, Reason.REPS_UP if more else Reason.REPEAT, misses)


# --- comparison of planned sets and results ----------------------------------------------------------------------


def reached(targets: Sequence[TargetSet], sets: Sequence[SetResult], *, assisted: bool = False) -> bool:
    """Return whether each planned set was reached: the result in its place has every planned value, or more."""
    return len(sets) >= len(targets) and all(
        _is_reached(target, result, assisted=assisted) for target, result in zip(targets, sets, strict=False)
    )


def _is_reached(target: TargetSet, result: SetResult, *, assisted: bool) -> bool:
    if target.weight_kg is not None:
        weight_kg = result.weight_kg or 0
        short_by = weight_kg - target.weight_kg if assisted else target.weight_kg - weight_kg
        if short_by > _TOLERANCE_KG:
            return False
    pairs = (
        (target.reps, result.reps),
        (target.duration_seconds, result.duration_seconds),
        (target.distance_meters, result.distance_meters),
    )
    return all(aim is None or (done or 0) >= aim for aim, done in pairs)


def _misses(history: Sequence[Performance], *, assisted: bool) -> int:
    """Return how often in a row, up to the last performance and at its weights, the planned sets were missed."""
    weights = set(_aimed_weights(history[0]))
    misses = 0
    for past in history:
        if set(_aimed_weights(past)) != weights or reached(past.targets, past.sets, assisted=assisted):
            break
        misses += 1
    return misses


def _aimed_weights(past: Performance) -> Weights:
    """Return the planned weights; the lifted weight where none was planned."""
    lifted = [result.weight_kg for result in past.sets[: len(past.targets)]]
    lifted += [lifted[-1]] * (len(past.targets) - len(lifted))
    return [
        weight if target.weight_kg is None else target.weight_kg
        for target, weight in zip(past.targets, lifted, strict=True)
    ]


# --- weights -----------------------------------------------------------------------------------------------------


def heavier(weight_kg: float, increment_kg: float, *, assisted: bool = False) -> float:
    """Return the weight that is one increment harder, in kg, within the bounds of a weight."""
    changed = weight_kg - increment_kg if assisted else weight_kg + increment_kg
    return _bounded(changed)


def deloaded(weight_kg: float, increment_kg: float, *, assisted: bool = False) -> float:
    """Return the weight in kg that is at least a tenth easier: a multiple of the increment.

    It is at least one increment, and never harder than before.
    """
    if assisted:
        multiple = math.ceil(round(weight_kg * (1 + DELOAD) / increment_kg, 6))
        return _bounded(max(multiple, 1) * increment_kg)
    multiple = math.floor(round(weight_kg * (1 - DELOAD) / increment_kg, 6))
    return _bounded(min(weight_kg, max(multiple, 1) * increment_kg))


def _bounded(weight_kg: float) -> float:
    return round(min(max(weight_kg, 0), MAX_WEIGHT_KG), WEIGHT_DECIMALS)


def _with_weights(working: Sequence[TargetSet], weights: Weights) -> list[TargetSet]:
    """Return working sets with new weights. A further set takes the last one, if both were planned with one weight."""
    targets = []
    for number, target in enumerate(working):
        source = min(number, len(weights) - 1)
        follows = number == source or target.weight_kg in {None, working[source].weight_kg}
        weight = weights[source] if follows else None
        targets.append(target if weight is None else target.model_copy(update={"weight_kg": weight}))
    return targets


def _merge(planned: Sequence[TargetSet], working: Sequence[TargetSet]) -> list[TargetSet]:
    """Return the planned sets with the new working sets in their places; drop sets follow their weight."""
    targets = []
    progressed = iter(working)
    moved_kg = 0.0
    for target in planned:
        if is_working(target.kind):
            new = next(progressed)
            both = new.weight_kg is not None and target.weight_kg is not None
            moved_kg = _required(new.weight_kg) - _required(target.weight_kg) if both else 0.0
            targets.append(new)
        elif target.kind is SetKind.DROP and target.weight_kg is not None:
            targets.append(target.model_copy(update={"weight_kg": _bounded(target.weight_kg + moved_kg)}))
        else:
            targets.append(target)
    return targets


def _required(value: _Value | None) -> _Value:
    assert value is not None  # noqa: S101  (the schemas require it)
    return value
