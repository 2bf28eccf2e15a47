"""Comparison of a workout of a file with a stored one: which parts correspond, and how they differ."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.model import ExerciseReference, ParsedExercise, ParsedWorkout, list_set_values
from exercise_buddy.workouts.public import SetInput

Matches = Mapping[ExerciseReference, ExerciseMatch]
Stored = Mapping[str, Any]
"""The JSON of a stored workout, or of a part of it."""
SetValues = tuple[Any, ...]

MAX_DIFFERENCES = 20
_NEVER = 2.0
"""The distance of two parts that never correspond: one is deleted, the other one inserted."""
_KG_PER_LB = 0.45359237
_RESULTS = slice(1, 5)

File = TypeVar("File")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class ExercisePair:
    """An exercise of the file and the stored one that corresponds. None where the other side has no such exercise."""

    parsed: ParsedExercise | None
    stored: Stored | None
    sets: Sequence[tuple[SetInput | None, Stored | None]] = ()


def has_same_start(workout: ParsedWorkout, stored_start: datetime) -> bool:
    """Return whether two workouts start at the same time. Hevy's columns, and so our own CSV, have only the minute."""
    start = workout.started_at
    if start.second and stored_start.second:
        return start == stored_start
    return start.replace(second=0, microsecond=0) == stored_start.replace(second=0, microsecond=0)


def has_same_title(workout: ParsedWorkout, title: str) -> bool:
    """Return whether two titles are equal. Readers of tables replace any white space by one space."""
    return workout.title.split() == title.split()


def has_equal_sets(workout: ParsedWorkout, stored: Stored) -> bool:
    """Return whether title and sets are equal, whatever the exercises are called by now."""
    return has_same_title(workout, stored["title"]) and [
        [_simplify(part) for part in exercise.sets] for exercise in workout.exercises
    ] == [[_simplify_stored(part) for part in exercise["sets"]] for exercise in stored["exercises"]]


def equals_set(part: SetInput, stored: Stored) -> bool:
    """Return whether a set of a file equals a stored one, as far as tables can tell."""
    return _simplify(part) == _simplify_stored(stored)


def count_shared_sets(workout: ParsedWorkout, stored: Stored) -> int:
    """Return how many sets have the same reps, weight, seconds and meters, in any exercise."""
    results = Counter(_simplify(part)[_RESULTS] for exercise in workout.exercises for part in exercise.sets)
    stored_results = Counter(
        _simplify_stored(part)[_RESULTS] for exercise in stored["exercises"] for part in exercise["sets"]
    )
    return (results & stored_results).total()


def pair_exercises(workout: ParsedWorkout, stored: Stored, matches: Matches) -> list[ExercisePair]:
    """Return which exercises and sets of two workouts correspond, in the order of the file."""
    sets_by_part: dict[int, Counter[SetValues]] = {
        id(exercise): Counter(map(_simplify, exercise.sets)) for exercise in workout.exercises
    } | {id(exercise): Counter(map(_simplify_stored, exercise["sets"])) for exercise in stored["exercises"]}

    def distance(parsed: ParsedExercise, kept: Stored) -> float:
        sets, kept_sets = sets_by_part[id(parsed)], sets_by_part[id(kept)]
        most = max(sets.total(), kept_sets.total())
        shared: float = (sets & kept_sets).total() / most if most else 1.0
        if _is_exercise(matches, parsed, kept):
            return (1 - shared) / 2
        # Without a set in common, another exercise at this place is no reason to replace it by the one that was chosen.
        return 1.5 - shared if shared or _has_meaning(matches, parsed, kept) else _NEVER

    pairs = _align(workout.exercises, stored["exercises"], distance)
    # An exercise that has moved.
    free = {id(kept): kept for parsed, kept in pairs if parsed is None and kept is not None}
    moved: dict[int, Stored] = {}
    for parsed, kept in pairs:
        if parsed is not None and kept is None:
            found = next((other for other in free.values() if _is_exercise(matches, parsed, other)), None)
            if found is not None:
                moved[id(parsed)] = free.pop(id(found))
    gone = {id(kept) for kept in moved.values()}
    return [
        _pair_sets(parsed, kept or moved.get(id(parsed)))
        for parsed, kept in pairs
        if parsed is not None or id(kept) not in gone
    ]


def _pair_sets(parsed: ParsedExercise | None, kept: Stored | None) -> ExercisePair:
    if parsed is None or kept is None:
        return ExercisePair(parsed, kept)
    return ExercisePair(parsed, kept, _align(parsed.sets, kept["sets"], _set_distance))


def _set_distance(parsed: SetInput | None, kept: Stored | None) -> float:
    if parsed is None or kept is None:
        return _NEVER
    differing = [one != other for one, other in zip(_simplify(parsed), _simplify_stored(kept), strict=True)]
    distance: float = 0.3 * sum(differing[_RESULTS]) + 0.1 * (differing[0] + differing[-1])
    return distance


def _align(
    file: Sequence[File], kept: Sequence[Kept], distance: Callable[[File, Kept], float]
) -> list[tuple[File | None, Kept | None]]:
    """Return the alignment of two lists with the least sum of distances. A part without a counterpart counts 1."""
    start = 0
    while start < min(len(file), len(kept)) and not distance(file[start], kept[start]):
        start += 1
    head: list[tuple[File | None, Kept | None]] = [*zip(file[:start], kept[:start], strict=True)]
    rest, others = file[start:], kept[start:]
    costs = [[float(row + column) for column in range(len(others) + 1)] for row in range(len(rest) + 1)]
    for row, one in enumerate(rest, 1):
        for column, other in enumerate(others, 1):
            costs[row][column] = min(
                costs[row - 1][column - 1] + distance(one, other),
                costs[row - 1][column] + 1,
                costs[row][column - 1] + 1,
            )
    tail: list[tuple[File | None, Kept | None]] = []
    row, column = len(rest), len(others)
    while row or column:
        # Backwards: a part that was appended stays without a counterpart, not one before it.
        if row and costs[row][column] == costs[row - 1][column] + 1:
            row -= 1
            tail.append((rest[row], None))
        elif column and costs[row][column] == costs[row][column - 1] + 1:
            column -= 1
            tail.append((None, others[column]))
        else:
            row, column = row - 1, column - 1
            tail.append((rest[row], others[column]))
    return head + tail[::-1]


def list_differences(
    workout: ParsedWorkout,
    stored: Stored,
    pairs: Sequence[ExercisePair],
    matches: Matches,
    *,
    weight_unit: str = "kg",
) -> list[str]:
    """Return how a workout of a file differs from the stored one, as far as the file can tell.

    Tables have no rests and no camera evidence, and notes may have been edited. An exercise that the user's mapping
    names is no difference: the mapping is applied. Our own JSON has every field.
    """
    differences = []
    if not has_same_title(workout, stored["title"]):
        differences.append(f'title: "{stored["title"]}" to "{workout.title}"')
    in_order = [pair.stored for pair in pairs if pair.parsed is not None and pair.stored is not None]
    positions = {id(exercise): position for position, exercise in enumerate(stored["exercises"])}
    if any(positions[id(one)] > positions[id(other)] for one, other in pairwise(in_order)):
        differences.append("the order of the exercises")
    for pair in pairs:
        differences += _list_exercise_differences(pair, matches, weight_unit)
    if workout.id is not None and str(workout.id) == stored["id"]:
        differences += _list_own_differences(workout, stored, pairs)
    return differences


def shorten_differences(differences: Sequence[str]) -> list[str]:
    """Return the first differences, and how many more there are."""
    more = len(differences) - MAX_DIFFERENCES
    return [*differences[:MAX_DIFFERENCES], f"and {more} more"] if more > 0 else list(differences)


def _list_exercise_differences(pair: ExercisePair, matches: Matches, weight_unit: str) -> list[str]:
    parsed, kept = pair.parsed, pair.stored
    if parsed is None:
        assert kept is not None  # noqa: S101
        return [f"{kept['exercise']['name']} with {_count(len(kept['sets']))} is not in the file"]
    if kept is None:
        return [f"{parsed.name} with {_count(len(parsed.sets))} is new"]
    name = kept["exercise"]["name"]
    differences = []
    if not _is_chosen(matches, parsed) and not _is_exercise(matches, parsed, kept):
        match = matches.get(parsed.reference)
        differences.append(f"exercise: {name} to {(match and match.exercise_name) or parsed.name}")
    added = sum(one is not None for one, _ in pair.sets) - len(kept["sets"])
    if added:
        more, sets = ("more" if added > 0 else "fewer"), ("set" if abs(added) == 1 else "sets")
        differences.append(f"{abs(added)} {sets} {more} of {name}")
    for position, (one, other) in enumerate(pair.sets, 1):
        if one is not None and other is not None:
            changed = _describe_change(_simplify_stored(other), _simplify(one), weight_unit)
            if changed:
                differences.append(f"{name} set {position}: {changed}")
    return differences


def _describe_change(before: SetValues, after: SetValues, weight_unit: str) -> str:
    texts: Sequence[Callable[[Any], str]] = (
        lambda kind: f"{kind}",
        lambda reps: f"{reps} reps",
        lambda load: _format_load(load, weight_unit),
        lambda seconds: f"{_format(seconds)} s",
        lambda meters: f"{_format(meters)} m",
        lambda rpe: "no RPE" if rpe is None else f"RPE {_format(rpe)}",
    )
    return ", ".join(
        f"{text(one)} to {text(other)}" for text, one, other in zip(texts, before, after, strict=True) if one != other
    )


def _list_own_differences(workout: ParsedWorkout, stored: Stored, pairs: Sequence[ExercisePair]) -> list[str]:
    """Return the differences in fields that only our own JSON has."""
    ended_at = stored["ended_at"] and datetime.fromisoformat(stored["ended_at"])
    fields = {
        "start": (workout.started_at, datetime.fromisoformat(stored["started_at"])),
        "end": (workout.ended_at, ended_at),
        "time zone": (workout.time_zone, stored["time_zone"]),
        "notes": (workout.notes, stored["notes"]),
        "energy": (workout.energy_kcal, stored["energy_kcal"]),
        "average heart rate": (workout.average_heart_rate_bpm, stored["average_heart_rate_bpm"]),
        "maximum heart rate": (workout.max_heart_rate_bpm, stored["max_heart_rate_bpm"]),
    }
    differences = [name for name, (one, other) in fields.items() if one != other]
    for pair in pairs:
        if pair.parsed is None or pair.stored is None:
            continue
        name = pair.stored["exercise"]["name"]
        differences += [
            f"{field} of {name}" for field in ("notes", "superset") if getattr(pair.parsed, field) != pair.stored[field]
        ]
        differences += [
            f"rest or camera evidence of {name} set {position}"
            for position, (one, other) in enumerate(pair.sets, 1)
            if one is not None and other is not None and _list_own_values(one) != _list_own_values(_parse_set(other))
        ]
    return differences


def _list_own_values(part: SetInput) -> list[Any]:
    return list_set_values(part)[6:8]


def _parse_set(stored: Stored) -> SetInput:
    return SetInput.model_validate({name: stored[name] for name in SetInput.model_fields})


def _is_exercise(matches: Matches, parsed: ParsedExercise, kept: Stored) -> bool:
    match = matches.get(parsed.reference)
    return match is not None and match.exercise_id == UUID(kept["exercise"]["id"])


def _is_chosen(matches: Matches, parsed: ParsedExercise) -> bool:
    match = matches.get(parsed.reference)
    return match is not None and match.is_chosen


def _has_meaning(matches: Matches, parsed: ParsedExercise, kept: Stored) -> bool:
    match = matches.get(parsed.reference)
    return match is not None and match.is_chosen and UUID(kept["exercise"]["id"]) in match.meanings


def _simplify(part: SetInput) -> SetValues:
    """Return the values of a set that tables have, assistance as a negative load. They write 0 for an empty field."""
    return (
        part.kind.value,
        part.reps or 0,
        round((part.weight_kg or 0) - (part.assistance_kg or 0), 4),
        round(part.duration_seconds or 0, 3),
        round(part.distance_meters or 0, 3),
        part.rpe,
    )


def _simplify_stored(part: Stored) -> SetValues:
    return (
        part["kind"],
        part["reps"] or 0,
        round((part["weight_kg"] or 0) - (part["assistance_kg"] or 0), 4),
        round(part["duration_seconds"] or 0, 3),
        round(part["distance_meters"] or 0, 3),
        part["rpe"],
    )


def _count(sets: int) -> str:
    return "1 set" if sets == 1 else f"{sets} sets"


def _format_load(load: float, weight_unit: str) -> str:
    weight = abs(load) / (_KG_PER_LB if weight_unit == "lb" else 1)
    return f"{_format(weight)} {weight_unit}{' of assistance' if load < 0 else ''}"


def _format(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
