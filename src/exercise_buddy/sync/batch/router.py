"""The endpoint of batches."""

from datetime import UTC, datetime

from fastapi import Request

from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Problem, Unauthenticated, documented, log_refusal
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.exercises.public import ExerciseUsageDep
from exercise_buddy.sync.batch.apply import Batch
from exercise_buddy.sync.batch.handlers import apply_batch
from exercise_buddy.sync.batch.schemas import OperationsInput, OperationsReport
from exercise_buddy.users.public import AccountGone

# A hundred workouts of many sets, some of them with camera evidence.
_MAX_BATCH_BYTES = 8 * 1024 * 1024

router = Router(prefix="/sync", tag="sync")


@router.post(
    "/batch",
    max_body_size=_MAX_BATCH_BYTES,
    dependencies=[IDEMPOTENT],
    responses=documented(Unauthenticated, AccountGone, IdempotencyKeyReused),
)
async def apply_operations(
    request: Request, user: CurrentUser, session: SessionDep, usage: ExerciseUsageDep, batch: OperationsInput
) -> OperationsReport:
    """Apply up to 100 operations.

    They create, update and delete workouts, their exercises and sets, routines, body measurements, custom exercises and
    the goal, in their order and in one transaction. Each has an outcome: what its own endpoint would have responded.
    One that cannot be applied does not keep the others from being applied, unless the batch is `atomic`. To repeat a
    batch is safe: what it has created and deleted is `unchanged`. Send `if_match` with the `etag` that you know, so
    that a change on another device is a `conflict` and not overwritten.
    """

    def refuse(problem: Problem) -> None:
        log_refusal(problem, request.scope)

    shared = Batch(session, user.user_id, usage, datetime.now(UTC))
    return await apply_batch(shared, batch, refuse)
