"""The use case of batches."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.problems import FieldError, InvalidInput, Problem
from exercise_buddy.users import public as users
from exercise_buddy.workouts.handlers import build_workout
from exercise_buddy.workouts.schemas import WorkoutInput
from exercise_buddy.workouts.storage.writer import WriteOutcome, write_workouts
from exercise_buddy.workouts.sync.schemas import BatchError, BatchInput, BatchItem, BatchReport, InvalidWorkout, Outcome


async def log_batch(session: AsyncSession, user_id: UUID, batch: BatchInput) -> BatchReport:
    """Write the new workouts of a batch; report the outcome of each.

    An invalid workout, or one whose id is taken, does not keep the others from being written.

    Raises:
        AccountGone: the user no longer exists.

    """
    checked: list[WorkoutInput | InvalidWorkout] = batch.workouts
    valid = [workout for workout in checked if not isinstance(workout, InvalidWorkout)]
    user_time_zone = None
    if any(workout.time_zone is None for workout in valid):
        user_time_zone = await users.get_time_zone(session, user_id)
    new = [await build_workout(session, user_id, workout, user_time_zone) for workout in valid]
    outcomes = iter(await write_workouts(session, user_id, new))
    return BatchReport(
        items=[
            _invalid_item(workout.id, workout.errors)
            if isinstance(workout, InvalidWorkout)
            else _build_item(workout, next(outcomes))
            for workout in checked
        ]
    )


def _build_item(workout: WorkoutInput, outcome: WriteOutcome) -> BatchItem:
    if isinstance(outcome.problem, InvalidInput):
        return _invalid_item(workout.id, outcome.problem.errors)
    if outcome.problem is not None:
        return _conflict(outcome.new.id, type(outcome.problem), outcome.problem.errors)
    if outcome.is_new:
        return BatchItem(id=outcome.new.id, outcome=Outcome.CREATED, status=201, problem=None, errors=[])
    return BatchItem(id=outcome.new.id, outcome=Outcome.UNCHANGED, status=200, problem=None, errors=[])


def _conflict(workout_id: UUID, problem: type[Problem], errors: Sequence[FieldError] = ()) -> BatchItem:
    return BatchItem(
        id=workout_id,
        outcome=Outcome.CONFLICT,
        status=problem.status,
        problem=f"/problems/{problem.slug}",
        errors=_batch_errors(errors),
    )


def _invalid_item(workout_id: UUID | None, errors: Sequence[FieldError]) -> BatchItem:
    return BatchItem(
        id=workout_id,
        outcome=Outcome.INVALID,
        status=InvalidInput.status,
        problem=f"/problems/{InvalidInput.slug}",
        errors=_batch_errors(errors),
    )


def _batch_errors(errors: Sequence[FieldError]) -> list[BatchError]:
    return [
        BatchError(**{name: error.as_json()[name] for name in BatchError.model_fields}) for error in errors[:MAX_ERRORS]
    ]
