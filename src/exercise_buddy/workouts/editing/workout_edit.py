"""An edit of a workout: read it without a lock, change its content, and write what differs if nothing else was written.

If another write of the user or an update of the catalogue came between, the edit is repeated under the user's lock. So
no edit is lost.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import driver_connection
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.quotas import Quota, Quotas
from exercise_buddy.users import public as users
from exercise_buddy.workouts.editing.content import EditedContent, read_exercises
from exercise_buddy.workouts.editing.limits import PointerMap
from exercise_buddy.workouts.editing.preparation import PreparedEdit, prepare_edit
from exercise_buddy.workouts.editing.stored_workout import StoredWorkout, get_mass, read_workout
from exercise_buddy.workouts.errors import PartIdTaken
from exercise_buddy.workouts.part_ids import find_workouts_of_parts, list_taken_ids
from exercise_buddy.workouts.storage.changes import EditKey, write_changes

Change = Callable[[EditedContent], None]
"""Changes the content of a workout. It is called again if the workout has changed meanwhile."""


async def edit_workout(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    expected: Precondition,
    change: Change,
    pointer: PointerMap = str,
    exercise_ids: Collection[UUID] = (),
) -> bytes:
    """Change a workout, and return its `Workout` JSON. Nothing is written if the content stays the same.

    In a transaction that has begun, the edit belongs to it. Else it is committed when this returns.

    Args:
        session: the session of the request.
        user_id: the owner.
        workout_id: the workout.
        expected: the version that the client expects to change.
        change: changes the content.
        pointer: maps the pointers of errors.
        exercise_ids: the exercises that the change may add.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PreconditionFailed: the stored version is not the expected one.
        InvalidInput: the new content is invalid, or an exercise is unknown.
        PartIdTaken: another workout has an exercise or set with one of the ids.
        QuotaExceeded: the account has no room for the additional content.
        AccountGone: the user no longer exists.

    """
    edit = _Edit(session, user_id, workout_id, pointer)
    if session.in_transaction():
        await users.lock_user(session, user_id)
    while (document := await edit.attempt(expected, change, exercise_ids)) is None:
        await users.lock_user(session, user_id)
    return document


class _Edit:
    def __init__(self, session: AsyncSession, user_id: UUID, workout_id: UUID, pointer: PointerMap) -> None:
        self._session = session
        self._user_id = user_id
        self._workout_id = workout_id
        self._pointer = pointer

    async def attempt(self, expected: Precondition, change: Change, exercise_ids: Collection[UUID]) -> bytes | None:
        """Return the `Workout` JSON after the edit; None if another write came between read and write."""
        connection = await driver_connection(self._session)
        stored = await read_workout(connection, self._user_id, self._workout_id, exercise_ids)
        if expected:
            expected.require(stored.to_json())
        head = orjson.loads(stored.document.head)
        exercises = read_exercises(stored.document, head)
        content = EditedContent(stored.head, list(exercises), datetime.fromisoformat(head["updated_at"]))
        change(content)
        edit = prepare_edit(stored, head, exercises, content, datetime.now(UTC), self._pointer)
        if edit is None:
            return stored.to_json()
        self._require_quota(stored, edit)
        if not await self._write(connection, stored, edit):
            return None
        mass_kg = stored.mass_kg
        if edit.local_date != stored.local_date:
            mass_kg = await get_mass(connection, self._user_id, edit.local_date)
        return edit.document.to_json(mass_kg)

    def _require_quota(self, stored: StoredWorkout, edit: PreparedEdit) -> None:
        # An account that is over a lowered quota can shrink.
        if edit.added_bytes > 0:
            Quotas.of(self._session).require(Quota.STORED_BYTES, stored.user_bytes + edit.added_bytes)

    async def _write(self, connection: asyncpg.Connection, stored: StoredWorkout, edit: PreparedEdit) -> bool:
        key = EditKey(self._user_id, self._workout_id, stored.user_revision, stored.catalogue_version)
        if connection.is_in_transaction():
            # A violated constraint would end the transaction. Nobody takes an id later: the revision would change.
            await self._require_free_ids(edit)
        try:
            return await write_changes(connection, key, edit.head, edit.rows, edit.affected, edit.affected_since)
        except asyncpg.UniqueViolationError:
            await self._require_free_ids(edit)
            raise

    async def _require_free_ids(self, edit: PreparedEdit) -> None:
        """Check that no other workout has an exercise or set with the id of a new one.

        Raises:
            PartIdTaken: one has.

        """
        owners = await find_workouts_of_parts(self._session, self._user_id, {part_id for _, part_id in edit.chosen})
        taken = list_taken_ids(edit.chosen, self._workout_id, owners)
        if taken:
            raise PartIdTaken(errors=[replace(error, pointer=self._pointer(error.pointer)) for error in taken])
