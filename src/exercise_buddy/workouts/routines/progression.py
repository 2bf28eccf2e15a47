"""How planned sets grow: pure functions from what is planned and what was done to what is to be done next.

The rules are those of the field:

- linear: the weight goes up by a fixed step whenever all sets were reached, and down by a tenth after some failures in
  a row, as programmes for novices have it (Rippetoe & Kilgore, Starting Strength). The ACSM's position stand has steps
  of 2 to 10 % (Ratamess et al. 2009, Med Sci Sports Exerc 41(3):687-708).
- double: reps first, within a range, then weight. Baechle & Earle, NSCA's Essentials of Strength Training and
  Conditioning (the chapter on programme design); compare its "2-for-2" rule.
- reps: more repetitions at one load work as well as more load (Plotkin et al. 2022, PeerJ 10:e14142).

Only working sets (`normal`, `failure`) are judged and grow. Planned and done are compared in their order; sets beyond
the planned ones count for nothing. Warm-ups stay as they are planned; a drop set keeps its distance to the working set
before it. Weights are exact to the 4 decimals that are stored and not rounded to plates, which would take pounds apart;
only a deload is rounded, to a multiple of the increment. A weight that nobody has planned nor lifted stays unplanned.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from exercise_buddy.workouts.routines.schemas import ProgressionInput, ProgressionKind, Reason, is_working
from exercise_buddy.workouts.schemas import MAX_REPS, MAX_WEIGHT_KG, WEIGHT_DECIMALS, SetResult, TargetSet
from exercise_buddy.workouts.tables import SetKind

DELOAD = 0.1
"""The part of the weight that a deload takes off, at least."""

# Less than the last of the stored decimals: two weights that differ by no more are the same.
_SAME_KG = 0.00005

Weights = list[float | None]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Performance:
    """What was planned of an exercise in a workout that has ended, and what was done."""

    targets: Sequence[TargetSet]
    sets: Sequence[SetResult]


@dataclass(frozen=True, slots=True)
class Next:
    """The sets to do next, why, and how often in a row the planned ones were missed at the last weight."""

    targets: list[TargetSet]
    reason: Reason
    misses: int = 0


def next_targets(
    planned: Sequence[TargetSet],
    progression: ProgressionInput | None,
    history: Sequence[Performance],
    elsewhere: Performance | None = None,
    *,
    assisted: bool = False,
) -> Next:
    """Say what to do next.

    Args:
        planned: the sets as the routine states them.
        progression: how they grow; None if they stay.
        history: what was done of them, the newest first.
        elsewhere: the last time in any workout: it tells the weight to begin with where none is planned.
        assisted: whether the weight takes from the load, so that less of it is progress.

    """
    if progression is None:
        return Next(list(planned), Reason.AS_PLANNED)
    working = [target for target in planned if is_working(target.kind)]
    done_before = [
        Performance([target for target in one.targets if is_working(target.kind)] or working, sets)
        for one in history
        if (sets := [each for each in one.sets if is_working(each.kind)])
    ]
    if not done_before and elsewhere is not None and progression.kind is not ProgressionKind.REPS:
        sets = [each for each in elsewhere.sets if is_working(each.kind)]
        if sets and all(target.weight_kg is None for target in working):
            done_before = [Performance(working, sets)]
    if not done_before:
        return Next(list(planned), Reason.FIRST_TIME)
    rule = {ProgressionKind.LINEAR: _linear, ProgressionKind.DOUBLE: _double, ProgressionKind.REPS: _reps}
    grown = rule[progression.kind](working, progression, done_before, assisted=assisted)
    return Next(_in_place(planned, grown.targets), grown.reason, grown.misses)


def _linear(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> Next:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    increment = _required(progression.increment_kg)
    aimed = _aimed_weights(last)
    if misses == 0:
        lifted: Weights = [one.weight_kg for one in last.sets[: len(last.targets)]]
        weights = [None if weight is None else heavier(weight, increment, assisted=assisted) for weight in lifted]
        reason = Reason.REPEAT if weights == lifted else Reason.WEIGHT_UP
    elif misses >= _required(progression.deload_after):
        weights = [None if weight is None else deloaded(weight, increment, assisted=assisted) for weight in aimed]
        reason = Reason.REPEAT if weights == aimed else Reason.DELOAD
    else:
        weights, reason = aimed, Reason.REPEAT
    return Next(_with_weights(working, weights), reason, misses)


def _double(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> Next:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    increment = _required(progression.increment_kg)
    lifted: Weights = [one.weight_kg for one in last.sets[: len(working)]]
    at_the_top = len(last.sets) >= len(working) and all(
        (one.reps or 0) >= _required(target.reps_to) for target, one in zip(working, last.sets, strict=False)
    )
    if at_the_top:
        weights = [None if weight is None else heavier(weight, increment, assisted=assisted) for weight in lifted]
        if weights != lifted:
            return Next(_with_weights(working, weights), Reason.WEIGHT_UP, misses)
    targets = _with_weights(working, lifted)
    for number, (target, one) in enumerate(zip(working, last.sets, strict=False)):
        reps = max(_required(target.reps), (one.reps or 0) + 1)
        targets[number] = targets[number].model_copy(update={"reps": min(reps, _required(target.reps_to))})
    return Next(targets, Reason.REPEAT if at_the_top else Reason.REPS_UP, misses)


def _reps(
    working: Sequence[TargetSet], progression: ProgressionInput, history: Sequence[Performance], *, assisted: bool
) -> Next:
    last = history[0]
    misses = _misses(history, assisted=assisted)
    step = _required(progression.step) if misses == 0 else 0
    targets = list(working)
    more = False
    for number, (target, aim, one) in enumerate(zip(working, last.targets, last.sets, strict=False)):
        aimed = _required(target.reps) if aim.reps is None else aim.reps
        before = max(aimed, one.reps or 0) if misses == 0 else aimed
        reps = min(before + step, MAX_REPS if target.reps_to is None else target.reps_to)
        more = more or reps > aimed
        targets[number] = target.model_copy(update={"reps": reps})
    return Next(targets, Reason.REPS_UP if more else Reason.REPEAT, misses)


# --- what was reached --------------------------------------------------------------------------------------------


def reached(targets: Sequence[TargetSet], sets: Sequence[SetResult], *, assisted: bool = False) -> bool:
    """Say whether each planned set was done, in their order, with all that is planned of it or more."""
    return len(sets) >= len(targets) and all(
        _is_reached(target, one, assisted=assisted) for target, one in zip(targets, sets, strict=False)
    )


def _is_reached(target: TargetSet, one: SetResult, *, assisted: bool) -> bool:
    if target.weight_kg is not None:
        weight_kg = one.weight_kg or 0
        short_by = weight_kg - target.weight_kg if assisted else target.weight_kg - weight_kg
        if short_by > _SAME_KG:
            return False
    pairs = (
        (target.reps, one.reps),
        (target.duration_seconds, one.duration_seconds),
        (target.distance_meters, one.distance_meters),
    )
    return all(aim is None or (done or 0) >= aim for aim, done in pairs)


def _misses(history: Sequence[Performance], *, assisted: bool) -> int:
    """Count how often in a row, until the last time and at its weights, the planned sets were missed."""
    weights = set(_aimed_weights(history[0]))
    misses = 0
    for one in history:
        if set(_aimed_weights(one)) != weights or reached(one.targets, one.sets, assisted=assisted):
            break
        misses += 1
    return misses


def _aimed_weights(one: Performance) -> Weights:
    """Give the weights that were planned, and where none was those that were lifted."""
    lifted = [each.weight_kg for each in one.sets[: len(one.targets)]]
    lifted += [lifted[-1]] * (len(one.targets) - len(lifted))
    return [
        weight if target.weight_kg is None else target.weight_kg
        for target, weight in zip(one.targets, lifted, strict=True)
    ]


# --- weights -----------------------------------------------------------------------------------------------------


def heavier(weight_kg: float, increment_kg: float, *, assisted: bool = False) -> float:
    """Give the weight that is one increment harder, in kg: within the bounds of a weight."""
    changed = weight_kg - increment_kg if assisted else weight_kg + increment_kg
    return _bounded(changed)


def deloaded(weight_kg: float, increment_kg: float, *, assisted: bool = False) -> float:
    """Give the weight that is a tenth easier or a little more, in kg: a multiple of the increment.

    It is at least one increment, and never harder than it was.
    """
    if assisted:
        multiple = math.ceil(round(weight_kg * (1 + DELOAD) / increment_kg, 6))
        return _bounded(max(multiple, 1) * increment_kg)
    multiple = math.floor(round(weight_kg * (1 - DELOAD) / increment_kg, 6))
    return _bounded(min(weight_kg, max(multiple, 1) * increment_kg))


def _bounded(weight_kg: float) -> float:
    return round(min(max(weight_kg, 0), MAX_WEIGHT_KG), WEIGHT_DECIMALS)


def _with_weights(working: Sequence[TargetSet], weights: Weights) -> list[TargetSet]:
    """Plan working sets with new weights. A set that is new in the plan is like the last one, if it was planned so."""
    targets = []
    for number, target in enumerate(working):
        like = min(number, len(weights) - 1)
        follows = number == like or target.weight_kg in {None, working[like].weight_kg}
        weight = weights[like] if follows else None
        targets.append(target if weight is None else target.model_copy(update={"weight_kg": weight}))
    return targets


def _in_place(planned: Sequence[TargetSet], working: Sequence[TargetSet]) -> list[TargetSet]:
    """Put the working sets back among the others, and move the drop sets along."""
    targets = []
    grown = iter(working)
    moved_kg = 0.0
    for target in planned:
        if is_working(target.kind):
            new = next(grown)
            both = new.weight_kg is not None and target.weight_kg is not None
            moved_kg = _required(new.weight_kg) - _required(target.weight_kg) if both else 0.0
            targets.append(new)
        elif target.kind is SetKind.DROP and target.weight_kg is not None:
            targets.append(target.model_copy(update={"weight_kg": _bounded(target.weight_kg + moved_kg)}))
        else:
            targets.append(target)
    return targets


def _required(value: _Value | None) -> _Value:
    assert value is not None  # noqa: S101  (the schemas see to it)
    return value
