"""The write path of the exercises of a routine."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.exercises.public import find_catalogue_exercises, find_custom_exercises, unknown_exercise
from exercise_buddy.workouts.routines.queries import SINCE, planned
from exercise_buddy.workouts.routines.schemas import ProgressionKind, RoutineExerciseInput, is_working
from exercise_buddy.workouts.schemas import TargetSet
from exercise_buddy.workouts.tables import RoutineExercise


async def write_exercises(
    session: AsyncSession, user_id: UUID, routine_id: UUID, exercises: Sequence[RoutineExerciseInput]
) -> None:
    """Replace the exercises of a routine.

    Raises:
        InvalidInput: an exercise is unknown.

    """
    of_routine = (col(RoutineExercise.user_id) == user_id, col(RoutineExercise.routine_id) == routine_id)
    stored = (
        await session.exec(
            select(RoutineExercise.exercise_id, RoutineExercise.targets, RoutineExercise.progression)
            .where(*of_routine)
            .order_by(col(RoutineExercise.position))
        )
    ).all()
    keys = _occurrences(exercise_id for exercise_id, _, _ in stored)
    before = {key: (targets, grows) for key, (_, targets, grows) in zip(keys, stored, strict=True) if grows is not None}
    own = await _own_ones(session, user_id, exercises)
    now: datetime = (await session.exec(select(func.now()))).one()
    rows = [
        {
            "user_id": user_id,
            "routine_id": routine_id,
            "position": position,
            "catalogue_exercise_id": None if given.exercise_id in own else given.exercise_id,
            "custom_exercise_id": given.exercise_id if given.exercise_id in own else None,
            "superset": given.superset,
            "notes": given.notes,
            "targets": [target.model_dump(mode="json", exclude_none=True) for target in given.targets],
            "progression": _progression(given, before.get(key), now),
        }
        for position, (key, given) in enumerate(
            zip(_occurrences(one.exercise_id for one in exercises), exercises, strict=True)
        )
    ]
    await session.exec(delete(RoutineExercise).where(*of_routine))
    if rows:
        await session.exec(insert(planned), params=rows)


def _occurrences(exercise_ids: Iterable[UUID]) -> Iterator[tuple[UUID, int]]:
    """Yield each exercise with the number of its earlier occurrences, as `queries.py` counts them."""
    seen: Counter[UUID] = Counter()
    for exercise_id in exercise_ids:
        yield exercise_id, seen[exercise_id]
        seen[exercise_id] += 1


async def _own_ones(session: AsyncSession, user_id: UUID, exercises: Sequence[RoutineExerciseInput]) -> set[UUID]:
    """Find out which exercises are the user's own.

    Raises:
        InvalidInput: some are neither that nor of the catalogue.

    """
    wanted = {exercise.exercise_id for exercise in exercises}
    own = await find_custom_exercises(session, user_id, wanted)
    known = own | await find_catalogue_exercises(session, wanted)
    errors = [
        unknown_exercise(f"/exercises/{index}/exercise_id")
        for index, exercise in enumerate(exercises)
        if exercise.exercise_id not in known
    ]
    if errors:
        raise InvalidInput(errors=errors)
    return own


def _progression(
    given: RoutineExerciseInput, before: tuple[Sequence[Any], Mapping[str, Any]] | None, now: datetime
) -> dict[str, Any] | None:
    """Return the progression to store, with the time since when results count.

    Progress survives an edit of the number of sets or of their rests. Another weight (or other reps, if the reps
    progress) is a new start: a user who enters 60 kg wants to lift 60 kg, whatever was lifted before.
    """
    if given.progression is None:
        return None
    start = _start(given.targets, given.progression.kind)
    since: str | None = None
    started: set[float] = set()
    if before is not None:
        since = before[1].get(SINCE)
        started = _start([TargetSet.model_validate(target) for target in before[0]], given.progression.kind)
    if start and start != started:
        since = now.isoformat()
    stored = given.progression.model_dump(mode="json")
    return stored if since is None else stored | {SINCE: since}


def _start(targets: Sequence[TargetSet], kind: ProgressionKind) -> set[float]:
    working = [target for target in targets if is_working(target.kind)]
    values = [target.reps if kind is ProgressionKind.REPS else target.weight_kg for target in working]
    return {value for value in values if value is not None}
