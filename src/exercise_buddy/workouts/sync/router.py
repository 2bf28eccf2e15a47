"""The endpoint of batches."""

from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import ContentTooLarge, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users.public import AccountGone
from exercise_buddy.workouts.sync import handlers
from exercise_buddy.workouts.sync.schemas import BatchInput, BatchReport

# A hundred workouts of many sets, some of them with camera evidence.
_MAX_BATCH_BYTES = 8 * 1024 * 1024

router = Router(prefix="/workouts", tag="workouts")


@router.post(
    "/batch",
    max_body_size=_MAX_BATCH_BYTES,
    responses=documented(Unauthenticated, AccountGone, ContentTooLarge),
)
async def log_batch(user: CurrentUser, session: SessionDep, batch: BatchInput) -> BatchReport:
    """Log up to 100 workouts.

    Each workout has an outcome of its own, as if it had been sent to `POST /workouts`. If each has an `id` of your
    choice, to repeat the request is safe.
    """
    return await handlers.log_batch(session, user.user_id, batch)
