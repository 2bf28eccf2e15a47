"""The use cases of exercises: finding them, and keeping one's own."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.exercises.catalogue import keys_of, name_key
from exercise_buddy.exercises.errors import (
    ExerciseIdTaken,
    ExerciseNameTaken,
    ExerciseNotFound,
    SharedExercise,
    TooManyExercises,
)
from exercise_buddy.exercises.queries import exercise_by_id, exercises, found_exercises
from exercise_buddy.exercises.schemas import CustomExerciseChange, CustomExerciseInput
from exercise_buddy.exercises.search import search_values
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise, CustomExerciseAlias
from exercise_buddy.exercises.usage import ExerciseUsage
from exercise_buddy.users import public as users

MAX_CUSTOM_EXERCISES = 1_000

# What workouts show of an exercise or have reckoned with.
_IN_WORKOUTS = {"name", "met", "bodyweight_share", "assisted"}


async def list_exercises(
    database: Database,
    user_id: UUID,
    *,
    limit: int,
    cursor: str | None,
    search: str | None,
    **filters: Any,  # noqa: ANN401  (values of several types, each a column's)
) -> bytes:
    """Give an `ExercisePage` document: the exercises of the catalogue and the user's own that pass all filters.

    Args:
        database: to read from.
        user_id: whose own exercises, and whose names of them.
        limit: how many at the most.
        cursor: where the page before ended, or None.
        search: a name, or a part of one, perhaps misspelt. The best match comes first then, otherwise it is by name.
        filters: muscle, equipment, category, measures, custom and countable; None is no filter.

    Raises:
        InvalidInput: the cursor is none of this list.

    """
    searched = search_values(search) if search else {}
    listed = found_exercises if searched else exercises
    return await listed.fetch(database, user_id, limit=limit, cursor=cursor, **searched, **filters)


async def create_exercise(session: AsyncSession, user_id: UUID, given: CustomExerciseInput) -> tuple[UUID, bool]:
    """Write an exercise of the user's own, and give its id and whether it is new.

    The same id with the same content again is no error and writes nothing, also if it was changed in the meantime.

    Raises:
        ExerciseIdTaken: the id exists with other content.
        ExerciseNameTaken: the user has an exercise of this name.
        TooManyExercises: the user has 1,000 of them.
        AccountGone: there is no such user any more.

    """
    await users.lock_user(session, user_id)
    mark = fingerprint(given.model_dump(mode="json", exclude={"id"}))
    if given.id is not None and await _is_there(session, user_id, given.id, mark):
        return given.id, False
    await _require_free(session, user_id, given.name)
    count = select(func.count()).where(col(CustomExercise.user_id) == user_id)
    if (await session.exec(count)).one() >= MAX_CUSTOM_EXERCISES:
        raise TooManyExercises(f"There may be {MAX_CUSTOM_EXERCISES:,} of them. Merge or delete some.")
    await users.bump_revision(session, user_id)
    exercise = CustomExercise(
        **given.model_dump(exclude={"id"}),
        id=given.id or new_id(),
        user_id=user_id,
        **keys_of(given.name),
        fingerprint=mark,
    )
    session.add(exercise)
    await session.flush()
    return exercise.id, True


async def _is_there(session: AsyncSession, user_id: UUID, exercise_id: UUID, mark: bytes) -> bool:
    stored = select(CustomExercise.fingerprint).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.id) == exercise_id
    )
    found = (await session.exec(stored)).all()
    if found and found[0] != mark:
        raise ExerciseIdTaken
    return bool(found)


async def _require_free(session: AsyncSession, user_id: UUID, name: str, but: UUID | None = None) -> None:
    """Refuse a name that means another of the user's own exercises, or one that was merged."""
    key = name_key(name)
    named = select(CustomExercise.name).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.name_key) == key, col(CustomExercise.id) != but
    )
    other = col(CustomExerciseAlias.custom_exercise_id)
    merged = select(CustomExerciseAlias.name).where(
        col(CustomExerciseAlias.user_id) == user_id,
        col(CustomExerciseAlias.name_key) == key,
        or_(other.is_(None), other != but),
    )
    if (await session.exec(named)).first() is not None:
        raise ExerciseNameTaken
    if (await session.exec(merged)).first() is not None:
        raise ExerciseNameTaken("An exercise of this name was merged into another one, which has the name now.")


async def custom_exercise(session: AsyncSession, user_id: UUID, exercise_id: UUID) -> CustomExercise:
    """Give one of the user's own exercises, to change it.

    Raises:
        ExerciseNotFound: it is neither of the catalogue nor of the user.
        SharedExercise: it is of the catalogue.

    """
    found = await session.get(CustomExercise, (user_id, exercise_id))
    if found is None:
        if await session.get(CatalogueExercise, exercise_id) is not None:
            raise SharedExercise
        raise ExerciseNotFound
    return found


async def change_exercise(
    session: AsyncSession,
    usage: ExerciseUsage,
    user_id: UUID,
    exercise_id: UUID,
    change: CustomExerciseChange,
    expected: Precondition,
) -> bytes:
    """Change what `change` names of an exercise of the user's own, and give the `Exercise` document.

    Workouts with it are reckoned anew, and count as changed, if they show or reckon with what has changed.

    Raises:
        ExerciseNotFound: it is neither of the catalogue nor of the user.
        SharedExercise: it is of the catalogue.
        ExerciseNameTaken: the user has another exercise of this name.
        PreconditionFailed: the exercise is another version than the caller means.
        AccountGone: there is no such user any more.

    """
    revision = await users.bump_revision(session, user_id)
    found = await custom_exercise(session, user_id, exercise_id)
    if expected:
        expected.require(await exercise_by_id.fetch(session, user_id=user_id, exercise_id=exercise_id))
    changed = {name for name in change.model_fields_set if getattr(change, name) != getattr(found, name)}
    if "name" in changed:
        await _require_free(session, user_id, change.name, but=exercise_id)
    values = {name: getattr(change, name) for name in changed}
    for name, value in (values | (keys_of(change.name) if "name" in changed else {})).items():
        setattr(found, name, value)
    await session.flush()
    if changed & _IN_WORKOUTS:
        await usage.recompute_exercise(session, user_id, exercise_id, revision)
    return await exercise_by_id.fetch(session, user_id=user_id, exercise_id=exercise_id)
