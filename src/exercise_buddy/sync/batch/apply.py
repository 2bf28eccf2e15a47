"""The use cases that operations call, and the documents that tell their versions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import NotFound, Problem
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics import public as statistics
from exercise_buddy.sync.batch import operations as ops
from exercise_buddy.sync.batch.schemas import SyncOutcome
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts


@dataclass(frozen=True, slots=True)
class Batch:
    """What all operations of a batch share.

    Attributes:
        session: the transaction.
        user_id: the owner.
        usage: the rows that refer to exercises.
        now: the current time, aware.

    """

    session: AsyncSession
    user_id: UUID
    usage: exercises.ExerciseUsage
    now: datetime


class Applied(NamedTuple):
    """The outcome of an operation, and the document as it is stored now, if the use case has returned it."""

    outcome: SyncOutcome
    content: bytes | None = None


Operation = Any
"""One of the classes of `operations`."""


async def apply(batch: Batch, operation: Operation) -> Applied:
    """Apply an operation.

    Raises:
        Problem: what the use case of the operation raises.

    """
    return await _USE_CASES[type(operation)].apply(batch, operation)


async def find_document(batch: Batch, operation: Operation) -> bytes | None:
    """Return the document that an operation is about, as it is stored now. None if it does not exist.

    It is the workout for a part of one.
    """
    try:
        return await _USE_CASES[type(operation)].fetch(batch, operation)
    except NotFound:
        return None


# --- workouts ----------------------------------------------------------------------------------------------------


async def create_workouts(batch: Batch, operations: Sequence[ops.CreateWorkout]) -> list[Applied | Problem]:
    """Create workouts in one call; return the outcome of each, or why it was not created."""
    contents = [operation.data for operation in operations]
    outcomes = await workouts.log_workouts(batch.session, batch.user_id, contents)
    documents = await workouts.workouts_by_id.find_all(
        batch.session,
        user_id=batch.user_id,
        workout_ids=[outcome.new.id for outcome in outcomes if outcome.problem is None and outcome.content is None],
    )
    return [
        outcome.problem
        or Applied(
            SyncOutcome.CREATED if outcome.is_new else SyncOutcome.UNCHANGED,
            outcome.content or documents.get(outcome.new.id),
        )
        for outcome in outcomes
    ]


async def _replace_workout(batch: Batch, operation: ops.ReplaceWorkout) -> Applied:
    content = await workouts.replace_workout(
        batch.session, batch.user_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _update_workout(batch: Batch, operation: ops.UpdateWorkout) -> Applied:
    content = await workouts.update_workout(
        batch.session, batch.user_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _finish_workout(batch: Batch, operation: ops.FinishWorkout) -> Applied:
    content, _ = await workouts.finish_workout(
        batch.session, batch.user_id, operation.id, operation.data, _expect(operation), batch.now
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_workout(batch: Batch, operation: ops.DeleteWorkout) -> Applied:
    await workouts.delete_workout(batch.session, batch.user_id, operation.id, _expect(operation))
    return Applied(SyncOutcome.DELETED)


async def _append_exercise(batch: Batch, operation: ops.AppendExercise) -> Applied:
    content, is_new = await workouts.append_exercise(
        batch.session, batch.user_id, operation.workout_id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.CREATED if is_new else SyncOutcome.UNCHANGED, content)


async def _update_exercise_of_workout(batch: Batch, operation: ops.UpdateExerciseOfWorkout) -> Applied:
    content = await workouts.update_exercise(
        batch.session, batch.user_id, operation.workout_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_exercise_of_workout(batch: Batch, operation: ops.DeleteExerciseOfWorkout) -> Applied:
    content = await workouts.delete_exercise(
        batch.session, batch.user_id, operation.workout_id, operation.id, _expect(operation)
    )
    return Applied(SyncOutcome.DELETED, content)


async def _append_set(batch: Batch, operation: ops.AppendSet) -> Applied:
    # Validated already.
    appended = workouts.SetsInput.model_construct(
        exercise_id=operation.exercise_id, entry_id=operation.entry_id, sets=[operation.data]
    )
    content, is_new = await workouts.append_sets(
        batch.session, batch.user_id, operation.workout_id, appended, _expect(operation)
    )
    return Applied(SyncOutcome.CREATED if is_new else SyncOutcome.UNCHANGED, content)


async def _update_set(batch: Batch, operation: ops.UpdateSet) -> Applied:
    content = await workouts.update_set(
        batch.session, batch.user_id, operation.workout_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_set(batch: Batch, operation: ops.DeleteSet) -> Applied:
    content = await workouts.delete_set(
        batch.session, batch.user_id, operation.workout_id, operation.id, _expect(operation)
    )
    return Applied(SyncOutcome.DELETED, content)


# --- routines ----------------------------------------------------------------------------------------------------


async def _create_routine(batch: Batch, operation: ops.CreateRoutine) -> Applied:
    _, is_new = await workouts.create_routine(batch.session, batch.user_id, operation.data)
    return Applied(SyncOutcome.CREATED if is_new else SyncOutcome.UNCHANGED)


async def _change_routine(batch: Batch, operation: ops.ReplaceRoutine | ops.UpdateRoutine) -> Applied:
    content = await workouts.update_routine(
        batch.session, batch.user_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_routine(batch: Batch, operation: ops.DeleteRoutine) -> Applied:
    await workouts.delete_routine(batch.session, batch.user_id, operation.id, _expect(operation))
    return Applied(SyncOutcome.DELETED)


# --- body measurements, exercises, the goal ----------------------------------------------------------------------


async def _create_body_measurement(batch: Batch, operation: ops.CreateBodyMeasurement) -> Applied:
    _, is_new = await users.create_body_measurement(batch.session, batch.user_id, operation.data)
    return Applied(SyncOutcome.CREATED if is_new else SyncOutcome.UNCHANGED)


async def _update_body_measurement(batch: Batch, operation: ops.UpdateBodyMeasurement) -> Applied:
    content = await users.update_body_measurement(
        batch.session, batch.user_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_body_measurement(batch: Batch, operation: ops.DeleteBodyMeasurement) -> Applied:
    await users.delete_body_measurement(batch.session, batch.user_id, operation.id, _expect(operation))
    return Applied(SyncOutcome.DELETED)


async def _create_exercise(batch: Batch, operation: ops.CreateExercise) -> Applied:
    _, is_new = await exercises.create_exercise(batch.session, batch.user_id, operation.data)
    return Applied(SyncOutcome.CREATED if is_new else SyncOutcome.UNCHANGED)


async def _update_exercise(batch: Batch, operation: ops.UpdateExercise) -> Applied:
    content = await exercises.update_exercise(
        batch.session, batch.usage, batch.user_id, operation.id, operation.data, _expect(operation)
    )
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_exercise(batch: Batch, operation: ops.DeleteExercise) -> Applied:
    await exercises.delete_exercise(
        batch.session, batch.usage, batch.user_id, operation.id, _expect(operation), move_to=operation.move_to
    )
    return Applied(SyncOutcome.DELETED)


async def _replace_goal(batch: Batch, operation: ops.ReplaceGoal) -> Applied:
    content = await statistics.replace_goal(batch.session, batch.user_id, operation.data, batch.now, _expect(operation))
    return Applied(SyncOutcome.UPDATED, content)


async def _delete_goal(batch: Batch, operation: ops.DeleteGoal) -> Applied:
    await statistics.delete_goal(batch.session, batch.user_id, batch.now, _expect(operation))
    return Applied(SyncOutcome.DELETED)


def _expect(operation: ops.Change) -> Precondition:
    return Precondition(operation.if_match)


async def _fetch_workout(batch: Batch, operation: Operation) -> bytes:
    return await workouts.workout_by_id.fetch(batch.session, user_id=batch.user_id, workout_id=operation.id)


async def _fetch_workout_of_part(batch: Batch, operation: Operation) -> bytes:
    return await workouts.workout_by_id.fetch(batch.session, user_id=batch.user_id, workout_id=operation.workout_id)


async def _fetch_routine(batch: Batch, operation: Operation) -> bytes:
    return await workouts.routine_by_id.fetch(batch.session, user_id=batch.user_id, routine_id=operation.id)


async def _fetch_body_measurement(batch: Batch, operation: Operation) -> bytes:
    return await users.measurement_by_id.fetch(batch.session, user_id=batch.user_id, measurement_id=operation.id)


async def _fetch_exercise(batch: Batch, operation: Operation) -> bytes:
    return await exercises.exercise_by_id.fetch(batch.session, user_id=batch.user_id, exercise_id=operation.id)


async def _fetch_goal(batch: Batch, _: Operation) -> bytes:
    return await statistics.GOAL.fetch(batch.session, user_id=batch.user_id)


class _UseCase(NamedTuple):
    apply: Callable[[Batch, Any], Awaitable[Applied]]
    fetch: Callable[[Batch, Any], Awaitable[bytes]]


_USE_CASES: dict[type[Any], _UseCase] = {
    ops.ReplaceWorkout: _UseCase(_replace_workout, _fetch_workout),
    ops.UpdateWorkout: _UseCase(_update_workout, _fetch_workout),
    ops.FinishWorkout: _UseCase(_finish_workout, _fetch_workout),
    ops.DeleteWorkout: _UseCase(_delete_workout, _fetch_workout),
    ops.AppendExercise: _UseCase(_append_exercise, _fetch_workout_of_part),
    ops.UpdateExerciseOfWorkout: _UseCase(_update_exercise_of_workout, _fetch_workout_of_part),
    ops.DeleteExerciseOfWorkout: _UseCase(_delete_exercise_of_workout, _fetch_workout_of_part),
    ops.AppendSet: _UseCase(_append_set, _fetch_workout_of_part),
    ops.UpdateSet: _UseCase(_update_set, _fetch_workout_of_part),
    ops.DeleteSet: _UseCase(_delete_set, _fetch_workout_of_part),
    ops.CreateRoutine: _UseCase(_create_routine, _fetch_routine),
    ops.ReplaceRoutine: _UseCase(_change_routine, _fetch_routine),
    ops.UpdateRoutine: _UseCase(_change_routine, _fetch_routine),
    ops.DeleteRoutine: _UseCase(_delete_routine, _fetch_routine),
    ops.CreateBodyMeasurement: _UseCase(_create_body_measurement, _fetch_body_measurement),
    ops.UpdateBodyMeasurement: _UseCase(_update_body_measurement, _fetch_body_measurement),
    ops.DeleteBodyMeasurement: _UseCase(_delete_body_measurement, _fetch_body_measurement),
    ops.CreateExercise: _UseCase(_create_exercise, _fetch_exercise),
    ops.UpdateExercise: _UseCase(_update_exercise, _fetch_exercise),
    ops.DeleteExercise: _UseCase(_delete_exercise, _fetch_exercise),
    ops.ReplaceGoal: _UseCase(_replace_goal, _fetch_goal),
    ops.DeleteGoal: _UseCase(_delete_goal, _fetch_goal),
}
