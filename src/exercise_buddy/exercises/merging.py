"""The use cases that put an exercise in the place of another one: merges, and the deletion of a custom exercise."""

from collections.abc import Callable, Sequence
from uuid import UUID

import orjson
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import InvalidInput, Problem
from exercise_buddy.exercises.errors import ExerciseInUse, ExerciseNotFound
from exercise_buddy.exercises.handlers import get_custom_exercise
from exercise_buddy.exercises.merge_plan import load_merge_plan
from exercise_buddy.exercises.merge_schemas import ExerciseMerge, MergeOutcome, MergeReport, MergeResult
from exercise_buddy.exercises.queries import exercise_by_id, exercises_by_id
from exercise_buddy.exercises.tables import CustomExercise, CustomExerciseAlias
from exercise_buddy.exercises.usage import ExerciseUsage, ExerciseUses, Replacement
from exercise_buddy.users import public as users

_NO_USES = ExerciseUses()
_alias = core_table(CustomExerciseAlias)


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
    if move_to is None:
        uses = (await usage.count_uses(session, user_id, [exercise_id]))[exercise_id]
        if uses.workouts or uses.routines:
            raise ExerciseInUse(
                f"{uses.workouts} workouts and {uses.routines} routines contain it. "
                "Name the exercise that replaces it in move_to."
            )
        await session.delete(found)
        await session.flush()
        return
    plan = await load_merge_plan(session, user_id, [exercise_id, move_to])
    if replacement := plan.add(exercise_id, move_to, pointer="/move_to", location="query"):
        await usage.replace_exercises(session, user_id, [replacement], revision)
        await _move_names(session, user_id, replacement, keep_name=False)


async def merge_exercise(
    session: AsyncSession,
    usage: ExerciseUsage,
    user_id: UUID,
    exercise_id: UUID,
    into: UUID,
    expected: Precondition,
) -> bytes:
    """Merge an exercise into another exercise and return the `MergedExercise` document.

    The other exercise replaces it in the user's workouts and routines and takes over the user's names of it. A custom
    exercise is deleted then; one of the catalogue stays.

    Raises:
        ExerciseNotFound: the exercise does not exist.
        InvalidInput: `into` does not exist, or is the exercise itself.
        PreconditionFailed: the stored version differs.
        AccountGone: the account no longer exists.

    """
    revision = await users.bump_revision(session, user_id)
    plan = await load_merge_plan(session, user_id, [exercise_id, into])
    if expected and plan.exists(exercise_id):
        expected.require(await exercise_by_id.fetch(session, user_id=user_id, exercise_id=exercise_id))
    replacement = plan.add(exercise_id, into, pointer="/into")
    if replacement is None:
        raise ExerciseNotFound(f"It was merged into the exercise {into}.")
    (moved,) = await usage.replace_exercises(session, user_id, [replacement], revision)
    await _move_names(session, user_id, replacement, keep_name=True)
    exercise = await exercise_by_id.fetch(session, user_id=user_id, exercise_id=replacement.other.id)
    counts = {"workouts": moved.workouts, "routines": moved.routines, "sets": moved.sets}
    return orjson.dumps({"exercise": orjson.Fragment(exercise), **counts})


async def merge_exercises(
    session: AsyncSession,
    usage: ExerciseUsage,
    user_id: UUID,
    merges: Sequence[ExerciseMerge],
    refuse: Callable[[Problem], None],
) -> MergeReport:
    """Merge exercises into others in the order of the merges, and report the outcome of each.

    A merge that cannot be applied does not keep the others from being applied. `if_match` is compared with the versions
    before the first merge.

    Args:
        session: the transaction.
        usage: the rows that refer to exercises.
        user_id: the owner.
        merges: the merges.
        refuse: called with the problem of each merge that is not applied, to log it.

    Raises:
        AccountGone: the account no longer exists.

    """
    # From here on, no other transaction writes this user's data.
    await users.lock_user(session, user_id)
    plan = await load_merge_plan(
        session, user_id, {exercise_id for merge in merges for exercise_id in (merge.exercise_id, merge.into_id)}
    )
    conditional = {merge.exercise_id for merge in merges if merge.if_match is not None}
    documents = await exercises_by_id.find_all(session, list(conditional), user_id=user_id)
    planned: dict[int, Replacement | None] = {}
    problems: dict[int, Problem] = {}
    for position, merge in enumerate(merges):
        try:
            if merge.if_match is not None and plan.exists(merge.exercise_id):
                Precondition(merge.if_match).require(documents[merge.exercise_id])
            planned[position] = plan.add(merge.exercise_id, merge.into_id, pointer="/into_id")
        except Problem as problem:
            refuse(problem)
            problems[position] = problem
    replacements = {position: replacement for position, replacement in planned.items() if replacement is not None}
    moved = await _apply(session, usage, user_id, list(replacements.values())) if replacements else []
    results = dict(zip(replacements, moved, strict=True))
    return MergeReport(
        items=[
            _report_problem(merge, problems[position])
            if position in problems
            else _report_merge(merge, results.get(position), plan.find_successor(merge.into_id))
            for position, merge in enumerate(merges)
        ]
    )


async def _apply(
    session: AsyncSession, usage: ExerciseUsage, user_id: UUID, replacements: Sequence[Replacement]
) -> list[ExerciseUses | None]:
    """Apply merges; return what each one moved, None if it changed nothing."""
    revision = await users.bump_revision(session, user_id)
    moved = await usage.replace_exercises(session, user_id, replacements, revision)
    changed = [await _move_names(session, user_id, replacement, keep_name=True) for replacement in replacements]
    return [uses if names or uses != _NO_USES else None for uses, names in zip(moved, changed, strict=True)]


async def _move_names(session: AsyncSession, user_id: UUID, replacement: Replacement, *, keep_name: bool) -> bool:
    """Give the user's names of an exercise to the one that replaces it, and delete it if it is custom.

    Args:
        session: the transaction.
        user_id: the owner.
        replacement: the exercise and the other one.
        keep_name: whether the name of a custom exercise denotes the other one from now on.

    Returns:
        Whether something has changed.

    """
    exercise_id, other = replacement
    found = await session.get(CustomExercise, (user_id, exercise_id))
    of_exercise = _alias.c.catalogue_exercise_id if found is None else _alias.c.custom_exercise_id
    names = update(_alias).where(_alias.c.user_id == user_id, of_exercise == exercise_id)
    moved = (await session.exec(names.values(**other.columns()).returning(_alias.c.name_key))).all()
    if found is None:
        return bool(moved)
    await session.delete(found)
    await session.flush()
    if keep_name:
        named = {"user_id": user_id, "name_key": found.name_key, "name": found.name, "search_key": found.search_key}
        alias = insert(_alias).values(**named, **other.columns())
        # A name can be an alias already: an import that was undone may have brought its exercise back.
        taken = {**other.columns(), "is_reserved": True}
        await session.exec(alias.on_conflict_do_update(index_elements=["user_id", "name_key"], set_=taken))
    await users.mark_replaced(session, user_id, exercise_id, other.id)
    return True


def _report_merge(merge: ExerciseMerge, moved: ExerciseUses | None, replaced_by: UUID) -> MergeResult:
    outcome = MergeOutcome.UNCHANGED if moved is None else MergeOutcome.MERGED
    return _build(merge, outcome, moved or _NO_USES, replaced_by=replaced_by)


def _report_problem(merge: ExerciseMerge, problem: Problem) -> MergeResult:
    if isinstance(problem, InvalidInput):
        return _build(merge, MergeOutcome.INVALID, problem=problem)
    missing = isinstance(problem, ExerciseNotFound)
    return _build(merge, MergeOutcome.NOT_FOUND if missing else MergeOutcome.CONFLICT, problem=problem)


def _build(
    merge: ExerciseMerge,
    outcome: MergeOutcome,
    uses: ExerciseUses = _NO_USES,
    *,
    replaced_by: UUID | None = None,
    problem: Problem | None = None,
) -> MergeResult:
    error = problem.errors[0] if problem and problem.errors else None
    return MergeResult(
        exercise_id=merge.exercise_id,
        into_id=merge.into_id,
        outcome=outcome,
        replaced_by=replaced_by,
        sets=uses.sets,
        workouts=uses.workouts,
        routines=uses.routines,
        problem=problem and f"/problems/{problem.slug}",
        code=error and error.code,
        detail=problem and (problem.detail or (error and error.message) or problem.title),
    )
