"""The use cases of exercises: listing, and creating and updating custom exercises."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint, is_repeated_create
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.exercises.catalogue import derive_keys, name_key
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

_IN_TOTALS = {"met", "bodyweight_share", "assisted"}
"""The fields that the totals of workouts depend on."""

_IN_WORKOUTS = {"name", *_IN_TOTALS}
"""The fields that workouts show or that their totals depend on."""


async def list_exercises(
    reads: Reads,
    user_id: UUID,
    *,
    limit: int,
    cursor: str | None,
    search: str | None,
    **filters: Any,  # noqa: ANN401  (values of several types, each a column's)
) -> bytes:
    """Return an `ExercisePage` document: the catalogue and custom exercises that pass all filters.

    Args:
        reads: where to read.
        user_id: the owner of the custom exercises.
        limit: the maximum number of items.
        cursor: the `next_cursor` of the previous page, or None.
        search: a name or a part of it, typing errors tolerated: orders by match. None orders by name.
        filters: muscle, equipment, category, measures, custom and countable; None does not filter.

    Raises:
        InvalidInput: the cursor does not belong to this list.

    """
    searched = search_values(search) if search else {}
    listed = found_exercises if searched else exercises
    return await listed.fetch(reads, user_id, limit=limit, cursor=cursor, **searched, **filters)


async def create_exercise(session: AsyncSession, user_id: UUID, given: CustomExerciseInput) -> tuple[UUID, bool]:
    """Create a custom exercise and return its id and whether it is new.

    Repeating a create with the same id and content writes nothing, even if the exercise was updated since.

    Raises:
        ExerciseIdTaken: an exercise with this id and other content exists.
        ResourceDeleted: the id belonged to an exercise that was deleted.
        ExerciseNameTaken: the user has an exercise with this name.
        TooManyExercises: the user has 1,000 custom exercises.
        QuotaExceeded: the account has no room for it.
        AccountGone: the account no longer exists.

    """
    await users.lock_user(session, user_id)
    content = fingerprint(given.model_dump(mode="json", exclude={"id"}))
    if given.id is not None and await is_repeated_create(
        session, CustomExercise, user_id, given.id, content, ExerciseIdTaken
    ):
        return given.id, False
    await users.require_not_deleted(session, user_id, "exercise", given.id)
    await _take_name(session, user_id, given.name)
    count = select(func.count()).where(col(CustomExercise.user_id) == user_id)
    if (await session.exec(count)).one() >= MAX_CUSTOM_EXERCISES:
        raise TooManyExercises(f"The maximum is {MAX_CUSTOM_EXERCISES:,}. Merge or delete some.")
    exercise = CustomExercise(
        **given.model_dump(exclude={"id"}),
        id=given.id or new_id(),
        user_id=user_id,
        **derive_keys(given.name),
        fingerprint=content,
    )
    async with users.bounded_write(session, user_id):
        session.add(exercise)
        await session.flush()
    return exercise.id, True


async def _take_name(session: AsyncSession, user_id: UUID, name: str, taker: UUID | None = None) -> None:
    """Take a name for an exercise that is created or renamed. It is no former name of another exercise from now on.

    Raises:
        ExerciseNameTaken: another custom exercise or a merged one has this name.

    """
    key = name_key(name)
    named = select(CustomExercise.name).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.name_key) == key, col(CustomExercise.id) != taker
    )
    other = col(CustomExerciseAlias.custom_exercise_id)
    of_others = (
        col(CustomExerciseAlias.user_id) == user_id,
        col(CustomExerciseAlias.name_key) == key,
        or_(other.is_(None), other != taker),
    )
    merged = select(CustomExerciseAlias.name).where(*of_others, col(CustomExerciseAlias.is_reserved))
    if (await session.exec(named)).first() is not None:
        raise ExerciseNameTaken
    if (await session.exec(merged)).first() is not None:
        raise ExerciseNameTaken("An exercise with this name was merged into another exercise, which has the name now.")
    await session.exec(delete(CustomExerciseAlias).where(*of_others))


async def _keep_former_name(session: AsyncSession, found: CustomExercise) -> None:
    """Store the present name as a former one before a rename, because the files of the other app go on to use it."""
    named = {"name_key": found.name_key, "name": found.name, "search_key": found.search_key}
    alias = insert(CustomExerciseAlias).values(
        user_id=found.user_id, **named, custom_exercise_id=found.id, is_reserved=False
    )
    await session.exec(alias.on_conflict_do_nothing())


async def get_custom_exercise(session: AsyncSession, user_id: UUID, exercise_id: UUID) -> CustomExercise:
    """Return a custom exercise for an update.

    Raises:
        ExerciseNotFound: the exercise does not exist.
        SharedExercise: the exercise belongs to the catalogue.

    """
    found = await session.get(CustomExercise, (user_id, exercise_id))
    if found is None:
        if await session.get(CatalogueExercise, exercise_id) is not None:
            raise SharedExercise
        raise ExerciseNotFound
    return found


async def update_exercise(
    session: AsyncSession,
    usage: ExerciseUsage,
    user_id: UUID,
    exercise_id: UUID,
    change: CustomExerciseChange,
    expected: Precondition,
) -> bytes:
    """Update fields of a custom exercise and return the `Exercise` document.

    Workouts are recomputed and get a new revision if they show or depend on a changed field. An exercise that an import
    created keeps its former name for later imports, until another exercise takes that name.

    Raises:
        ExerciseNotFound: the exercise does not exist.
        SharedExercise: the exercise belongs to the catalogue.
        ExerciseNameTaken: the user has another exercise with this name.
        PreconditionFailed: the stored version differs.
        AccountGone: the account no longer exists.

    """
    revision = await users.bump_revision(session, user_id)
    found = await get_custom_exercise(session, user_id, exercise_id)
    if expected:
        expected.require(await exercise_by_id.fetch(session, user_id=user_id, exercise_id=exercise_id))
    changed = {name for name in change.model_fields_set if getattr(change, name) != getattr(found, name)}
    if "name" in changed:
        await _take_name(session, user_id, change.name, taker=exercise_id)
        if found.import_id is not None:
            await _keep_former_name(session, found)
    values = {name: getattr(change, name) for name in changed}
    for name, value in (values | (derive_keys(change.name) if "name" in changed else {})).items():
        setattr(found, name, value)
    await session.flush()
    if changed & _IN_WORKOUTS:
        totals = bool(changed & _IN_TOTALS)
        await usage.recompute_exercise(session, user_id, exercise_id, revision, totals=totals)
    return await exercise_by_id.fetch(session, user_id=user_id, exercise_id=exercise_id)
