"""The endpoints of workouts."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import problems
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit
from exercise_buddy.core.db.user_reads import ReadsDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import BASE_PATH, Router, mount
from exercise_buddy.core.problems import documented
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users.public import AccountGone, ResourceDeleted
from exercise_buddy.workouts import errors, handlers
from exercise_buddy.workouts.editing.router import router as editing_router
from exercise_buddy.workouts.events.router import router as events_router
from exercise_buddy.workouts.filters import WorkoutFilters
from exercise_buddy.workouts.live import current_workout
from exercise_buddy.workouts.parameters import WorkoutId
from exercise_buddy.workouts.queries import workout_by_id, workouts_with_sets
from exercise_buddy.workouts.queries import workouts as listed_workouts
from exercise_buddy.workouts.quick import QuickInput
from exercise_buddy.workouts.quick import log_quick_workout as write_quick_workout
from exercise_buddy.workouts.routines.router import router as routines_router
from exercise_buddy.workouts.schemas import Workout, WorkoutInput, WorkoutPage

router = Router(tag="workouts", about="Workouts with their exercises, sets and reps; live workouts.")
workouts = Router(prefix="/workouts", tag="workouts")

_LOGS = documented(
    problems.Unauthenticated,
    AccountGone,
    errors.WorkoutIdTaken,
    errors.PartIdTaken,
    ResourceDeleted,
    QuotaExceeded,
    IdempotencyKeyReused,
) | {200: {"model": Workout, "description": "It exists already, with this id and this content"}}


@workouts.post(
    "",
    status_code=201,
    response_model=Workout,
    dependencies=[IDEMPOTENT],
    responses=_LOGS,
)
async def log_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout: WorkoutInput,
) -> Response:
    """Log a workout.

    Without `ended_at` the workout is in progress. To repeat the request is safe with an `id` of your choice (the same
    content responds 200, other content 409), or with an `Idempotency-Key`.
    """
    logged = await handlers.log_workout(session, user.user_id, workout)
    return await _respond(request, session, user.user_id, logged)


@workouts.post(
    "/quick",
    status_code=201,
    response_model=Workout,
    dependencies=[IDEMPOTENT],
    responses=_LOGS,
)
async def log_quick_workout(request: Request, user: CurrentUser, session: SessionDep, quick: QuickInput) -> Response:
    """Log a workout of one set.

    For a counter that knows one number. Honours `Idempotency-Key`.
    """
    logged = await write_quick_workout(session, user.user_id, quick, datetime.now(UTC))
    return await _respond(request, session, user.user_id, logged)


async def _respond(request: Request, session: AsyncSession, user_id: UUID, logged: handlers.LoggedWorkout) -> Response:
    content = logged.content or await workout_by_id.fetch(session, user_id=user_id, workout_id=logged.id)
    status = 201 if logged.is_new else 200
    return json_response(request, content, status, {"Location": f"{BASE_PATH}/workouts/{logged.id}"})


@workouts.get("", response_model=WorkoutPage, responses=documented(problems.Unauthenticated))
async def list_workouts(
    user: CurrentUser,
    reads: ReadsDep,
    filters: WorkoutFilters,
    include: Annotated[Literal["sets"] | None, Query(description="`sets`: each exercise includes its sets.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List your workouts, the newest first.

    Each workout and each exercise has its totals.
    """
    page = workouts_with_sets if include == "sets" else listed_workouts
    content = await page.fetch(reads, user.user_id, limit=limit, cursor=cursor, **filters)
    return Response(content, media_type="application/json")


@workouts.get(
    "/current", response_model=Workout, responses=documented(problems.Unauthenticated, errors.NoCurrentWorkout)
)
async def get_current_workout(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Get the workout in progress.

    The one that you started last and have not finished. Imported workouts, and those of over 31 days ago, do not count.
    """
    return json_response(request, await current_workout.fetch(database, user_id=user.user_id))


@workouts.get(
    "/{workout_id}", response_model=Workout, responses=documented(problems.Unauthenticated, errors.WorkoutNotFound)
)
async def get_workout(request: Request, user: CurrentUser, database: DatabaseDep, workout_id: WorkoutId) -> Response:
    """Get a workout.

    With its exercises in order, supersets, sets, and the camera evidence of each rep.
    """
    return json_response(request, await workout_by_id.fetch(database, user_id=user.user_id, workout_id=workout_id))


@workouts.delete(
    "/{workout_id}",
    status_code=204,
    responses=documented(problems.Unauthenticated, AccountGone, errors.WorkoutNotFound, problems.PreconditionFailed),
)
async def delete_workout(user: CurrentUser, session: SessionDep, workout_id: WorkoutId, expected: IfMatch) -> None:
    """Delete a workout.

    Honours `If-Match`.
    """
    await handlers.delete_workout(session, user.user_id, workout_id, expected)


# Paths with fixed names precede the paths that take an id.
mount(
    router,
    routines_router,
    workouts,
    editing_router,
    events_router,
)
