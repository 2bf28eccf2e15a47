"""The content that a stored workout gets from its counterpart in a file. What only our app has stays."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from exercise_buddy.transfers.imports.comparison import ExercisePair, Matches, Stored, equals_set
from exercise_buddy.transfers.imports.matching import Match
from exercise_buddy.transfers.imports.model import fold_name
from exercise_buddy.workouts.public import MEASURED, ExerciseInput, SetInput, TargetSet, WorkoutContent

_ONLY_OURS = ("rest_seconds", "evidence")


def find_remapped(match: Match, matches: Matches) -> dict[str, UUID]:
    """Return the exercises that the client chose for entries of the stored workout that have another one."""
    found = {}
    for pair in match.pairs:
        if pair.parsed is None or pair.stored is None:
            continue
        exercise = matches.get(pair.parsed.reference)
        if exercise is None or not exercise.is_chosen:
            continue
        # An exercise that the user has chosen since has another name. Only a mapping names it on purpose.
        if exercise.kind == "accepted" and fold_name(pair.stored["exercise"]["name"]) != fold_name(pair.parsed.name):
            continue
        if exercise.required_id != UUID(pair.stored["exercise"]["id"]):
            found[pair.stored["id"]] = exercise.required_id
    return found


def remap_content(stored: Stored, remapped: dict[str, UUID]) -> WorkoutContent:
    """Return the content of a stored workout with other exercises."""
    return WorkoutContent({}, [_keep_exercise(entry, remapped.get(entry["id"])) for entry in stored["exercises"]])


def merge_content(match: Match, matches: Matches) -> WorkoutContent:
    """Return the content of the file for the stored workout. Our own JSON of this workout replaces all of it."""
    workout, stored = match.workout, match.stored
    assert stored is not None  # noqa: S101
    is_own = str(workout.id) == stored["id"]
    head = _merge_head(match, stored)
    if is_own:
        head |= {name: getattr(workout, name) for name in ("notes", "time_zone", "started_at", "ended_at", *MEASURED)}
    exercises = [
        _merge_exercise(pair, matches[pair.parsed.reference].required_id, is_own=is_own)
        for pair in match.pairs
        if pair.parsed is not None
    ]
    return WorkoutContent(head, exercises)


def _merge_head(match: Match, stored: Stored) -> dict[str, Any]:
    workout = match.workout
    head: dict[str, Any] = {}
    if workout.title.split() != stored["title"].split():
        head["title"] = workout.title
    if workout.notes is not None:
        head["notes"] = workout.notes
    start = datetime.fromisoformat(stored["started_at"])
    end = stored["ended_at"] and datetime.fromisoformat(stored["ended_at"])
    if match.shift is not None:
        head["time_zone"] = workout.time_zone
        end = end and end + match.shift
        start += match.shift
    head["started_at"] = _keep_seconds(workout.started_at, start)
    ended_at = end if workout.ended_at is None else _keep_seconds(workout.ended_at, end)
    head["ended_at"] = ended_at and max(ended_at, head["started_at"])
    return head


def _keep_seconds(time: datetime, stored: datetime | None) -> datetime:
    """Return a time of the file; the stored one if the file has only its minute."""
    if stored is not None and not time.second and timedelta() <= stored - time < timedelta(minutes=1):
        return stored
    return time


def _merge_exercise(pair: ExercisePair, exercise_id: UUID, *, is_own: bool) -> ExerciseInput:
    parsed, stored = pair.parsed, pair.stored
    assert parsed is not None  # noqa: S101
    if stored is None:
        return ExerciseInput.model_construct(
            id=parsed.entry_id,
            exercise_id=exercise_id,
            superset=parsed.superset,
            notes=parsed.notes,
            targets=parsed.targets,
            sets=[part.model_copy() for part in parsed.sets],
        )
    return ExerciseInput.model_construct(
        id=UUID(stored["id"]),
        exercise_id=exercise_id,
        superset=parsed.superset if is_own or parsed.superset is not None else stored["superset"],
        notes=parsed.notes if is_own or parsed.notes is not None else stored["notes"],
        targets=parsed.targets if is_own else _parse_targets(stored),
        sets=[_merge_set(part, kept, is_own=is_own) for part, kept in pair.sets if part is not None],
    )


def _merge_set(part: SetInput, stored: Stored | None, *, is_own: bool) -> SetInput:
    if stored is None:
        return part.model_copy()
    if is_own:
        return part.model_copy(update={"id": UUID(stored["id"])})
    kept = SetInput.model_validate(stored)
    if equals_set(part, stored):
        return kept
    ours = {name: getattr(kept, name) for name in _ONLY_OURS if getattr(part, name) is None}
    return part.model_copy(update={"id": kept.id, **ours})


def _keep_exercise(stored: Stored, exercise_id: UUID | None) -> ExerciseInput:
    return ExerciseInput.model_construct(
        id=UUID(stored["id"]),
        exercise_id=exercise_id or UUID(stored["exercise"]["id"]),
        superset=stored["superset"],
        notes=stored["notes"],
        targets=_parse_targets(stored),
        sets=[SetInput.model_validate(part) for part in stored["sets"]],
    )


def _parse_targets(stored: Stored) -> list[TargetSet]:
    return [TargetSet.model_validate(target) for target in stored["targets"]]
