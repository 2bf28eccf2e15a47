"""An edit of a workout: read it whole under a lock, change its content, and write it again under the same id.

So all writes compute the totals in one place.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.core.quotas import Quota, Quotas
from exercise_buddy.exercises.public import find_unknown_exercises
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import PartIdTaken
from exercise_buddy.workouts.part_ids import find_taken_ids
from exercise_buddy.workouts.queries import workout_by_id
from exercise_buddy.workouts.schemas import WorkoutInput, list_chosen_ids
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.writer import replace_workout
from exercise_buddy.workouts.tables import Source, Workout

_WORKOUT_FIELDS = ("title", "started_at", "ended_at", "time_zone", "notes", "exercises")
_EXERCISE_FIELDS = ("id", "superset", "notes", "targets")

PointerMap = Callable[[str], str]
"""Maps a JSON pointer into the workout to a pointer into what the client sent."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What stays when a workout is written again."""

    fingerprint: bytes
    import_id: UUID | None
    routine_id: UUID | None
    created_at: datetime
    source: Source


@dataclass(slots=True)
class WorkoutEdit:
    """A stored workout while it is edited.

    Attributes:
        document: its `Workout` JSON.
        stored: its stored content.
        content: its content in the shape of `WorkoutInput`, to change in place.
        provenance: what an edit keeps.

    """

    document: bytes
    stored: WorkoutInput
    content: dict[str, Any]
    provenance: Provenance

    def get_or_append_entry(self, exercise_id: UUID) -> dict[str, Any]:
        """Return the last exercise of the content with an exercise id; a missing one is appended first."""
        entry: dict[str, Any]
        for entry in reversed(self.content["exercises"]):
            if entry["exercise_id"] == str(exercise_id):
                return entry
        entry = {"exercise_id": str(exercise_id), "sets": []}
        self.content["exercises"].append(entry)
        return entry


async def lock_workout(session: AsyncSession, user_id: UUID, workout_id: UUID, expected: Precondition) -> WorkoutEdit:
    """Return a workout to edit. No other transaction writes the user's data until this one ends.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: the stored version is not the expected one.
        InvalidInput: an imported workout breaks a rule.
        AccountGone: the user no longer exists.

    """
    await users.lock_user(session, user_id)
    document = await workout_by_id.fetch(session, user_id=user_id, workout_id=workout_id)
    expected.require(document)
    row = (await session.exec(select(Workout).where(*_key(user_id, workout_id)))).one()
    stored = orjson.loads(document)
    content = {name: stored[name] for name in _WORKOUT_FIELDS}
    if row.title_proposed:
        content["title"] = None
    content["exercises"] = [
        {
            "exercise_id": exercise["exercise"]["id"],
            **{name: exercise[name] for name in _EXERCISE_FIELDS},
            "sets": exercise["sets"],
        }
        for exercise in stored["exercises"]
    ]
    provenance = Provenance(row.fingerprint, row.import_id, row.routine_id, row.created_at, row.source)
    return WorkoutEdit(document, validate_content(content), content, provenance)


@asynccontextmanager
async def edit_workout(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    expected: Precondition,
    pointer: PointerMap = str,
) -> AsyncIterator[WorkoutEdit]:
    """Yield a workout whose `content` the caller changes; on exit validate and write it, and update its `document`.

    Nothing is written if the content stays the same.

    Args:
        session: the transaction.
        user_id: the owner.
        workout_id: the workout.
        expected: the version that the client expects to change.
        pointer: maps the pointers of errors.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: the stored version is not the expected one.
        InvalidInput: the new content is invalid, or an exercise is unknown.
        PartIdTaken: another workout has an exercise or set with one of the ids.
        QuotaExceeded: the account has no room for the additional content.
        AccountGone: the user no longer exists.

    """
    edit = await lock_workout(session, user_id, workout_id, expected)
    yield edit
    content = validate_content(edit.content, pointer)
    if content != edit.stored:
        edit.document = await rewrite_workout(session, user_id, workout_id, edit, content, pointer)


async def rewrite_workout(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    edit: WorkoutEdit,
    content: WorkoutInput,
    pointer: PointerMap = str,
) -> bytes:
    """Replace the stored workout by new content under the same id; return its `Workout` JSON.

    Raises:
        InvalidInput: an exercise is unknown.
        PartIdTaken: another workout has an exercise or set with one of the ids.
        QuotaExceeded: the account has no room for the additional content.

    """
    own = {part_id for _, part_id in list_chosen_ids(edit.stored.exercises)}
    if taken := await find_taken_ids(session, user_id, content.exercises, workout_id, own):
        raise PartIdTaken(errors=[replace(error, pointer=pointer(error.pointer)) for error in taken])
    provenance = edit.provenance
    assert content.time_zone is not None  # noqa: S101  (the stored one, or the one that replaces it)
    new = NewWorkout(
        id=workout_id,
        title=content.title,
        started_at=content.started_at,
        ended_at=content.ended_at,
        time_zone=content.time_zone,
        local_date=types.local_date(content.started_at, content.time_zone),
        notes=content.notes,
        source=provenance.source,
        exercises=content.exercises,
        fingerprint=provenance.fingerprint,
        import_id=provenance.import_id,
        routine_id=provenance.routine_id,
        created_at=provenance.created_at,
    )
    if not await replace_workout(session, user_id, new):
        ids = [exercise.exercise_id for exercise in content.exercises]
        if unknown := await find_unknown_exercises(session, user_id, ids, pointer):
            raise InvalidInput(errors=unknown)
        raise Quotas.of(session).build_problem(Quota.STORED_BYTES)
    return await workout_by_id.fetch(session, user_id=user_id, workout_id=workout_id)


def validate_content(content: dict[str, Any], pointer: PointerMap = str) -> WorkoutInput:
    """Return the content of a workout as a validated `WorkoutInput`.

    Raises:
        InvalidInput: the content breaks a rule.

    """
    try:
        return WorkoutInput.model_validate(content)
    except ValidationError as error:
        items = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        errors = [replace(field_error, pointer=pointer(field_error.pointer)) for field_error in field_errors(items)]
        raise InvalidInput(errors=errors) from None


def _key(user_id: UUID, workout_id: UUID) -> tuple[Any, Any]:
    return col(Workout.user_id) == user_id, col(Workout.id) == workout_id
