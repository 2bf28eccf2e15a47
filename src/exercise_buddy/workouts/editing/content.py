"""What every change of a workout does: read it whole, change it, and write it anew under the same id.

So there is one path that computes totals, and none that could forget one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.exercises.public import find_unknown_exercises
from exercise_buddy.users import public as users
from exercise_buddy.workouts.queries import workout_by_id
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.writer import NewWorkout, write_workouts
from exercise_buddy.workouts.tables import Source, Workout

_OF_A_WORKOUT = ("title", "started_at", "ended_at", "time_zone", "notes", "exercises")
_OF_AN_EXERCISE = ("superset", "notes", "targets")


@dataclass(frozen=True, slots=True)
class Kept:
    """What no change of a workout changes."""

    fingerprint: bytes
    import_id: UUID | None
    routine_id: UUID | None
    created_at: datetime
    source: Source

    def with_source(self, source: Source) -> Self:
        """Give the same, from another source."""
        return replace(self, source=source)


@dataclass(frozen=True, slots=True)
class Stored:
    """A workout as it lies there: its document, and its content as a client would send it."""

    document: bytes
    content: dict[str, Any]
    kept: Kept


Change = Callable[[dict[str, Any]], None]
"""Changes the content of a workout, which has the shape of `WorkoutInput`, in place. It may raise problems."""


async def locked(session: AsyncSession, user_id: UUID, workout_id: UUID, expected: Precondition) -> Stored:
    """Read a workout, and let nobody else write any of the user's until the transaction ends.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: it is another version than the caller means.
        AccountGone: there is no such user any more.

    """
    await users.lock_user(session, user_id)
    document = await workout_by_id.fetch(session, user_id=user_id, workout_id=workout_id)
    expected.require(document)
    of_this = (col(Workout.user_id) == user_id, col(Workout.id) == workout_id)
    row = (await session.exec(select(Workout).where(*of_this))).one()
    shown = orjson.loads(document)
    content = {name: shown[name] for name in _OF_A_WORKOUT}
    if row.title_proposed:
        content["title"] = None
    content["exercises"] = [
        {
            "exercise_id": one["exercise"]["id"],
            **{name: one[name] for name in _OF_AN_EXERCISE},
            "sets": one["sets"],
        }
        for one in shown["exercises"]
    ]
    kept = Kept(row.fingerprint, row.import_id, row.routine_id, row.created_at, row.source)
    return Stored(document, content, kept)


async def change_workout(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    change: Change,
    expected: Precondition,
    pointers: Callable[[str], str] = lambda pointer: pointer,
) -> bytes:
    """Change a workout, and give its document. A change that changes nothing writes nothing.

    Args:
        session: the transaction.
        user_id: whose workout.
        workout_id: which one.
        change: changes its content.
        expected: the version that the caller means to change.
        pointers: turns a pointer into the workout into one into what the client has sent.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: it is another version.
        InvalidInput: what comes of it is no workout, or an exercise is unknown.
        AccountGone: there is no such user any more.

    """
    stored = await locked(session, user_id, workout_id, expected)
    before = validated(stored.content, pointers)
    change(stored.content)
    after = validated(stored.content, pointers)
    if after == before:
        return stored.document
    return await rewrite(session, user_id, workout_id, after, stored.kept, pointers)


async def rewrite(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    content: WorkoutInput,
    kept: Kept,
    pointers: Callable[[str], str] = lambda pointer: pointer,
) -> bytes:
    """Write a workout anew under its id, and give its document.

    Raises:
        InvalidInput: an exercise is unknown.

    """
    assert content.time_zone is not None  # noqa: S101  (the stored one, or the one that takes its place)
    new = NewWorkout(
        id=workout_id,
        title=content.title,
        started_at=content.started_at,
        ended_at=content.ended_at,
        time_zone=content.time_zone,
        local_date=types.local_date(content.started_at, content.time_zone),
        notes=content.notes,
        source=kept.source,
        exercises=content.exercises,
        fingerprint=kept.fingerprint,
        import_id=kept.import_id,
        routine_id=kept.routine_id,
        created_at=kept.created_at,
    )
    await session.exec(delete(Workout).where(col(Workout.user_id) == user_id, col(Workout.id) == workout_id))
    if not await write_workouts(session, user_id, [new]):
        ids = [exercise.exercise_id for exercise in content.exercises]
        raise InvalidInput(errors=await find_unknown_exercises(session, user_id, ids, pointers))
    return await workout_by_id.fetch(session, user_id=user_id, workout_id=workout_id)


def validated(content: dict[str, Any], pointers: Callable[[str], str] = lambda pointer: pointer) -> WorkoutInput:
    """Check the content of a workout as a whole.

    Raises:
        InvalidInput: it breaks a rule.

    """
    try:
        return WorkoutInput.model_validate(content)
    except ValidationError as error:
        items = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        wrong = [type(one)(pointers(one.pointer), one.code, one.message, one.location) for one in field_errors(items)]
        raise InvalidInput(errors=wrong) from None
