"""The use cases that remove a custom exercise: deleting it and merging it into another one."""

from uuid import UUID

import orjson
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.errors import ExerciseInUse
from exercise_buddy.exercises.handlers import get_custom_exercise
from exercise_buddy.exercises.queries import exercise_by_id
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise, CustomExerciseAlias
from exercise_buddy.exercises.usage import ExerciseReference, ExerciseUsage
from exercise_buddy.users import public as users


async def delete_exercise(
    session: AsyncSession,
    usage: ExerciseUsage,
    user_id: UUID,
    exercise_id: UUID,
    expected: Precondition,
    *,
    move_to: UUID | None,
) -> None:
    """Delete a custom exercise that no workout and no routine contains, or that `move_to` replaces.

    Args:
        session: the transaction.
        usage: the rows that refer to exercises.
        user_id: the owner.
        exercise_id: the exercise.
        expected: the version that the client expects.
        move_to: the exercise that replaces it in workouts and routines, or None.

    Raises:
        ExerciseNotFound: the exercise does not exist.
        SharedExercise: the exercise belongs to the catalogue.
        ExerciseInUse: workouts or routines contain it and `move_to` is None.
        InvalidInput: `move_to` does not exist, or is the exercise itself.
        PreconditionFailed: the stored version differs.
        AccountGone: the account no longer exists.

    """
    revision = await users.bump_revision(session, user_id)
    found = await get_custom_exercise(session, user_id, exercise_id)
    if expected:
        expected.require(await exercise_by_id.fetch(session, user_id=user_id, exercise_id=exercise_id))
    if move_to is not None:
        target = await _find_replacement(
            session, user_id, move_to, but=exercise_id, pointer="/move_to", location="query"
        )
        await _replace(session, usage, user_id, exercise_id, target, revision)
    else:
        uses = await usage.count_uses(session, user_id, exercise_id)
        if uses.workouts or uses.routines:
            raise ExerciseInUse(
                f"{uses.workouts} workouts and {uses.routines} routines contain it. "
                "Name the exercise that replaces it in move_to."
            )
    await session.delete(found)
    await session.flush()
    if move_to is not None:
        await users.mark_replaced(session, user_id, exercise_id, move_to)


async def merge_exercise(
    session: AsyncSession, usage: ExerciseUsage, user_id: UUID, exercise_id: UUID, into: UUID
) -> bytes:
    """Merge a custom exercise into another exercise and return the `MergedExercise` document.

    The other exercise replaces it in workouts and routines and takes over its names.

    Raises:
        ExerciseNotFound: the exercise does not exist.
        SharedExercise: the exercise belongs to the catalogue.
        InvalidInput: `into` does not exist, or is the exercise itself.
        AccountGone: the account no longer exists.

    """
    revision = await users.bump_revision(session, user_id)
    found = await get_custom_exercise(session, user_id, exercise_id)
    target = await _find_replacement(session, user_id, into, but=exercise_id, pointer="/into", location="body")
    uses = await usage.count_uses(session, user_id, exercise_id)
    await _replace(session, usage, user_id, exercise_id, target, revision)
    alias = CustomExerciseAlias(user_id=user_id, name_key=found.name_key, name=found.name, search_key=found.search_key)
    alias.custom_exercise_id, alias.catalogue_exercise_id = (into, None) if target.custom else (None, into)
    await session.delete(found)
    session.add(alias)
    await session.flush()
    await users.mark_replaced(session, user_id, exercise_id, into)
    exercise = await exercise_by_id.fetch(session, user_id=user_id, exercise_id=into)
    return orjson.dumps({"exercise": orjson.Fragment(exercise), "workouts": uses.workouts, "routines": uses.routines})


async def _find_replacement(
    session: AsyncSession, user_id: UUID, target_id: UUID, *, but: UUID, pointer: str, location: str
) -> ExerciseReference:
    if target_id == but:
        raise InvalidInput(errors=[FieldError(pointer, "same_exercise", "This is the exercise itself", location)])
    if await session.get(CustomExercise, (user_id, target_id)) is not None:
        return ExerciseReference(target_id, custom=True)
    if await session.get(CatalogueExercise, target_id) is not None:
        return ExerciseReference(target_id, custom=False)
    raise InvalidInput(errors=[FieldError(pointer, "unknown_exercise", "There is no exercise with this id", location)])


async def _replace(
    session: AsyncSession,
    usage: ExerciseUsage,
    user_id: UUID,
    exercise_id: UUID,
    replacement: ExerciseReference,
    revision: int,
) -> None:
    """Replace an exercise by another one in workouts and routines, and give its aliases to the other one."""
    await usage.replace_exercise(session, user_id, exercise_id, replacement, revision)
    await session.exec(
        update(CustomExerciseAlias)
        .where(col(CustomExerciseAlias.user_id) == user_id, col(CustomExerciseAlias.custom_exercise_id) == exercise_id)
        .values(**replacement.columns())
    )
