"""The use case of undoing an import."""

from uuid import UUID

import structlog
from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.jobs import Job
from exercise_buddy.exercises import public as exercises
from exercise_buddy.transfers.errors import ImportEdited, ImportNotFound
from exercise_buddy.transfers.imports import measurement_layers
from exercise_buddy.transfers.imports.replacements import (
    UndoPlan,
    drop_layer,
    find_other_replaced,
    move_workouts,
    plan_undo,
    restore_workout,
)
from exercise_buddy.transfers.tables import ImportState, WorkoutImport
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

log = structlog.get_logger()


_BATCH = 50
_MEASUREMENTS = 500


async def undo_import(
    job: Job, user_id: UUID, import_id: UUID, *, include_edited: bool, keep_record: bool = False
) -> None:
    """Delete an import with its workouts, measurements, and the exercises that it created and nothing else uses.

    Workouts and measurements that it replaced become what they were. Those that later imports replaced become theirs,
    and so do the exercises that other imports use.

    Each batch of workouts is a transaction. The change feed reports it under one new revision.

    Args:
        job: the job, the only one of the user.
        user_id: the owner.
        import_id: the import.
        include_edited: whether to delete workouts that were edited since, too.
        keep_record: whether the import stays in the list of imports, without workouts.

    Raises:
        ImportNotFound: the user has no such import.
        ImportEdited: workouts or measurements were edited since, and `include_edited` is false.
        AccountGone: the user does not exist any more.

    """
    the_import = (col(WorkoutImport.user_id) == user_id, col(WorkoutImport.id) == import_id)
    async with job.transaction() as session:
        await users.lock_user(session, user_id)
        if (await session.exec(select(WorkoutImport.id).where(*the_import))).first() is None:
            raise ImportNotFound
        plan = await plan_undo(session, user_id, import_id)
        edited = len(plan.edited) + await _count_others_edited(session, user_id, import_id, plan)
        measurements = await measurement_layers.plan_measurement_undo(session, user_id, import_id)
        edited += await measurement_layers.count_edited(session, user_id, import_id, measurements)
        if edited and not include_edited:
            raise _edited_problem(edited)
        await session.exec(update(WorkoutImport).where(*the_import).values(state=ImportState.UNDOING))
    while not plan.is_empty:
        async with job.transaction() as session:
            await users.lock_user(session, user_id)
            plan = await plan_undo(session, user_id, import_id)
            if plan.edited and not include_edited:
                raise _edited_problem(len(plan.edited))
            await _restore_batch(session, user_id, plan)
    deleted = _BATCH
    while deleted:
        async with job.transaction() as session:
            deleted = await workouts.delete_imported_workouts(
                session, user_id, import_id, _BATCH, include_edited=include_edited
            )
    await _undo_measurements(job, user_id, import_id, include_edited=include_edited)
    async with job.transaction() as session:
        await users.lock_user(session, user_id)
        edited_meanwhile = await workouts.count_edited_workouts(session, user_id, import_id)
        edited_meanwhile += await users.count_edited_measurements(session, user_id, import_id)
        if edited_meanwhile:
            raise _edited_problem(edited_meanwhile)
        created = await exercises.find_imported_exercises(session, user_id, import_id)
        used = await workouts.exercise_usage.find_used_exercises(session, user_id, created)
        replaced = await find_other_replaced(session, user_id, import_id)
        others = await workouts.find_imports_with(session, user_id, used, replaced)
        await exercises.discard_imported_exercises(session, user_id, import_id, used, others)
        if not keep_record:
            await session.exec(delete(WorkoutImport).where(*the_import))
    log.info("import_undone", edited=edited)


async def _undo_measurements(job: Job, user_id: UUID, import_id: UUID, *, include_edited: bool) -> None:
    """Restore the measurements that an import replaced, and delete those that it created."""
    is_done = False
    while not is_done:
        async with job.transaction() as session:
            await users.lock_user(session, user_id)
            plan = await measurement_layers.plan_measurement_undo(session, user_id, import_id)
            if plan.edited and not include_edited:
                raise _edited_problem(len(plan.edited))
            is_done = plan.is_empty
            await measurement_layers.undo_replacements(session, user_id, plan, _MEASUREMENTS)
    deleted = _MEASUREMENTS
    while deleted:
        async with job.transaction() as session:
            deleted = await users.delete_imported_measurements(
                session, user_id, import_id, _MEASUREMENTS, include_edited=include_edited
            )


async def _count_others_edited(session: AsyncSession, user_id: UUID, import_id: UUID, plan: UndoPlan) -> int:
    """Return how many workouts were edited that no import has replaced."""
    replaced = {layer.workout_id for layer in plan.moved}
    return await workouts.count_edited_workouts(session, user_id, import_id, replaced)


async def _restore_batch(session: AsyncSession, user_id: UUID, plan: UndoPlan) -> None:
    for layer in plan.restored[:_BATCH]:
        await restore_workout(session, user_id, layer)
    for layer, upper in plan.dropped[:_BATCH]:
        await drop_layer(session, user_id, layer, upper)
    await move_workouts(session, user_id, plan.moved[:_BATCH])


def _edited_problem(edited: int) -> ImportEdited:
    return ImportEdited(
        f"{edited} of its workouts or body measurements were edited since. Send include_edited=true to delete them "
        "too.",
        members={"edited": edited},
    )
