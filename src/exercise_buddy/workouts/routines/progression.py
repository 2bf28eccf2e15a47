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

Weight and assistance are one load: assistance is negative. It decreases to none where a weight would increase, and then
a weight is added. With an exercise that is `assisted`, the weight is assistance, and never becomes an added one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from exercise_buddy.workouts.field_types import MAX_ASSISTANCE_KG, MAX_REPS, MAX_WEIGHT_KG, WEIGHT_DECIMALS
from exercise_buddy.workouts.routines.schemas import ProgressionInput, ProgressionKind, Reason, is_working
from exercise_buddy.workouts.set_schemas import SetResult, TargetSet
from exercise_buddy.workouts.tables import SetKind

DELOAD = 0.1
"""The minimum share of the weight that a deload removes."""

# Less than the last stored decimal: weights with a smaller difference are equal.
_TOLERANCE_KG = 0.00005

Loads = list[float | None]
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
        if sets and all(find_load(target) is None for target in working):
            performances = [Performance(working, sets)]
    if not performances:
        return NextSets(list(planned), Reason.FIRST_TIME)
    rule = {ProgressionKind.LINEAR: _linear, ProgressionKind.DOUBLE: _double, ProgressionKind.REPS: _reps}
    progressed = rule[progression.kind](working, progression, performances, assisted=assisted)
    return NextSets(_merge(planned, progressed.targets, assisted=assisted), progressed.reason, progressed.misses)


def _linear(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> NextSets:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    increment = _required(progression.increment_kg)
    aimed = _aimed_loads(last, assisted=assisted)
    if misses == 0:
        lifted = _lifted_loads(working, last, assisted=assisted)
        loads = [_harder(load, increment, assisted=assisted) for load in lifted]
        reason = Reason.REPEAT if loads == lifted else Reason.WEIGHT_UP
    elif misses >= _required(progression.deload_after):
        assists = assisted or _plans_assistance(working, last)
        loads = [_easier(load, increment, assists=assists) for load in aimed]
        reason = Reason.REPEAT if loads == aimed else Reason.DELOAD
    else:
        loads, reason = aimed, Reason.REPEAT
    return NextSets(_with_loads(working, loads, assisted=assisted), reason, misses)


def _double(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> NextSets:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    increment = _required(progression.increment_kg)
    lifted = _lifted_loads(working, last, assisted=assisted)[: len(working)]
    at_the_top = len(last.sets) >= len(working) and all(
        (result.reps or 0) >= _required(target.reps_to) for target, result in zip(working, last.sets, strict=False)
    )
    if at_the_top:
        loads = [_harder(load, increment, assisted=assisted) for load in lifted]
        if loads != lifted:
            return NextSets(_with_loads(working, loads, assisted=assisted), Reason.WEIGHT_UP, misses)
    targets = _with_loads(working, lifted, assisted=assisted)
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
    aimed = find_load(target, assisted=assisted)
    if aimed is not None and aimed - (find_load(result, assisted=assisted) or 0) > _TOLERANCE_KG:
        return False
    pairs = (
        (target.reps, result.reps),
        (target.duration_seconds, result.duration_seconds),
        (target.distance_meters, result.distance_meters),
    )
    return all(aim is None or (done or 0) >= aim for aim, done in pairs)


def _misses(history: Sequence[Performance], *, assisted: bool) -> int:
    """Return how often in a row, up to the last performance and at its loads, the planned sets were missed."""
    loads = set(_aimed_loads(history[0], assisted=assisted))
    misses = 0
    for past in history:
        if set(_aimed_loads(past, assisted=assisted)) != loads or reached(past.targets, past.sets, assisted=assisted):
            break
        misses += 1
    return misses


def _aimed_loads(past: Performance, *, assisted: bool) -> Loads:
    """Return the planned loads; the lifted load where none was planned."""
    lifted = [find_load(result, assisted=assisted) for result in past.sets[: len(past.targets)]]
    lifted += [lifted[-1]] * (len(past.targets) - len(lifted))
    aimed = [find_load(target, assisted=assisted) for target in past.targets]
    return [load if aim is None else aim for aim, load in zip(aimed, lifted, strict=True)]


def _lifted_loads(working: Sequence[TargetSet], last: Performance, *, assisted: bool) -> Loads:
    """Return the loads of the results. Where assistance is planned, a result without any load is the body alone."""
    nothing = 0.0 if _plans_assistance(working, last) else None
    loads = [find_load(result, assisted=assisted) for result in last.sets[: len(last.targets)]]
    return [nothing if load is None else load for load in loads]


def _plans_assistance(working: Sequence[TargetSet], last: Performance) -> bool:
    return any(target.assistance_kg is not None for target in (*working, *last.targets))


# --- loads -------------------------------------------------------------------------------------------------------


def find_load(part: TargetSet | SetResult, *, assisted: bool = False) -> float | None:
    """Return the load of a set in kg: the greater, the harder. Assistance is negative. None if it has neither."""
    if part.assistance_kg is not None:
        return -part.assistance_kg
    if part.weight_kg is None:
        return None
    return -part.weight_kg if assisted else part.weight_kg


def _harder(load: float | None, increment_kg: float, *, assisted: bool) -> float | None:
    if load is None:
        return None
    if assisted or load < 0:
        return -heavier(-load, increment_kg, assisted=True)
    return heavier(load, increment_kg)


def _easier(load: float | None, increment_kg: float, *, assists: bool) -> float | None:
    if load is None:
        return None
    if load < 0 or (assists and load == 0):
        return -deloaded(-load, increment_kg, assisted=True)
    return deloaded(load, increment_kg)


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


def _with_load(target: TargetSet, load: float, *, assisted: bool) -> TargetSet:
    """Return a planned set with another load. An `assisted` exercise keeps the field that has its assistance."""
    is_assistance = load < 0 and (target.assistance_kg is not None or not assisted)
    kilograms = round(min(abs(load), MAX_ASSISTANCE_KG), WEIGHT_DECIMALS) if is_assistance else _bounded(abs(load))
    loads = (None, kilograms) if is_assistance else (kilograms, None)
    return target.model_copy(update=dict(zip(("weight_kg", "assistance_kg"), loads, strict=True)))


def _with_loads(working: Sequence[TargetSet], loads: Loads, *, assisted: bool) -> list[TargetSet]:
    """Return working sets with new loads. A further set takes the last one, if both were planned with one load."""
    targets = []
    for number, target in enumerate(working):
        source = min(number, len(loads) - 1)
        follows = number == source or find_load(target) in {None, find_load(working[source])}
        load = loads[source] if follows else None
        targets.append(target if load is None else _with_load(target, load, assisted=assisted))
    return targets


def _merge(planned: Sequence[TargetSet], working: Sequence[TargetSet], *, assisted: bool) -> list[TargetSet]:
    """Return the planned sets with the new working sets in their places; drop sets follow their load."""
    targets = []
    progressed = iter(working)
    moved_kg = 0.0
    for target in planned:
        before = find_load(target, assisted=assisted)
        if is_working(target.kind):
            new = next(progressed)
            after = find_load(new, assisted=assisted)
            moved_kg = after - before if after is not None and before is not None else 0.0
            targets.append(new)
        elif target.kind is SetKind.DROP and before is not None:
            after = min(before + moved_kg, 0) if assisted or before < 0 else max(before + moved_kg, 0)
            targets.append(_with_load(target, after, assisted=assisted))
        else:
            targets.append(target)
    return targets


def _required(value: _Value | None) -> _Value:
    assert value is not None  # noqa: S101  (the schemas require it)
    return value
