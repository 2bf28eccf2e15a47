"""The endpoints of routines, and of starting and repeating workouts."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query, Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit
from exercise_buddy.core.db.user_reads import ReadsDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import BASE_PATH, Router, mount
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users.public import AccountGone, ResourceDeleted
from exercise_buddy.workouts.errors import PartIdTaken, WorkoutIdTaken, WorkoutNotFound
from exercise_buddy.workouts.queries import workout_by_id
from exercise_buddy.workouts.routines import handlers
from exercise_buddy.workouts.routines import start as start_handlers
from exercise_buddy.workouts.routines.errors import RoutineIdTaken, RoutineNotFound, TooManyRoutines
from exercise_buddy.workouts.routines.examples import ROUTINE_ID
from exercise_buddy.workouts.routines.queries import routine_by_id
from exercise_buddy.workouts.routines.schemas import (
    NextWorkout,
    RepeatInput,
    Routine,
    RoutineChange,
    RoutineContent,
    RoutineFromWorkoutInput,
    RoutineInput,
    RoutinePage,
    StartInput,
)
from exercise_buddy.workouts.schemas import Workout

RoutineId = Annotated[UUID, Path(description="The id of the routine.", examples=[ROUTINE_ID])]

router = Router(tag="routines", about="Planned workouts, and what is next in them.")
routines = Router(prefix="/routines", tag="routines")
workouts = Router(prefix="/workouts", tag="workouts")

_ROUTINE_EXISTS: dict[int | str, dict[str, Any]] = {
    200: {"model": Routine, "description": "It exists already, with this id and this content"}
}
_WORKOUT_EXISTS: dict[int | str, dict[str, Any]] = {
    200: {"model": Workout, "description": "It exists already, started with this id by the same request"}
}


@routines.get("", response_model=RoutinePage, responses=documented(Unauthenticated))
async def list_routines(
    user: CurrentUser,
    reads: ReadsDep,
    text: Annotated[
        str | None,
        Query(max_length=100, description="Text in the name, the notes or an exercise name."),
    ] = None,
    sort: Annotated[
        Literal["newest", "name"],
        Query(description="The order: by creation, the newest first, or by name."),
    ] = "newest",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List your routines.

    Each with its exercises and planned sets.
    """
    content = await handlers.list_routines(
        reads, user.user_id, limit=limit, cursor=cursor, by_name=sort == "name", text=text
    )
    return Response(content, media_type="application/json")


async def _respond_routine(
    request: Request, user: CurrentUser, session: SessionDep, created: tuple[UUID, bool]
) -> Response:
    routine_id, is_new = created
    content = await routine_by_id.fetch(session, user_id=user.user_id, routine_id=routine_id)
    return json_response(request, content, 201 if is_new else 200, {"Location": f"{BASE_PATH}/routines/{routine_id}"})


async def _respond_workout(
    request: Request, user: CurrentUser, session: SessionDep, started: tuple[UUID, bool]
) -> Response:
    workout_id, is_new = started
    content = await workout_by_id.fetch(session, user_id=user.user_id, workout_id=workout_id)
    return json_response(request, content, 201 if is_new else 200, {"Location": f"{BASE_PATH}/workouts/{workout_id}"})


@routines.post(
    "",
    status_code=201,
    response_model=Routine,
    dependencies=[IDEMPOTENT],
    responses=documented(
        Unauthenticated,
        AccountGone,
        RoutineIdTaken,
        ResourceDeleted,
        TooManyRoutines,
        QuotaExceeded,
        IdempotencyKeyReused,
    )
    | _ROUTINE_EXISTS,
)
async def create_routine(request: Request, user: CurrentUser, session: SessionDep, routine: RoutineInput) -> Response:
    """Create a routine.

    It has exercises in order, with planned sets and their progression. To repeat the request is safe with an `id` of
    your choice (the same content responds 200, other content 409), or with an `Idempotency-Key`.
    """
    return await _respond_routine(request, user, session, await handlers.create_routine(session, user.user_id, routine))


@routines.post(
    "/from-workout",
    status_code=201,
    response_model=Routine,
    dependencies=[IDEMPOTENT],
    responses=documented(
        Unauthenticated,
        AccountGone,
        WorkoutNotFound,
        RoutineIdTaken,
        ResourceDeleted,
        TooManyRoutines,
        QuotaExceeded,
        IdempotencyKeyReused,
    )
    | _ROUTINE_EXISTS,
)
async def create_routine_from_workout(
    request: Request, user: CurrentUser, session: SessionDep, source: RoutineFromWorkoutInput
) -> Response:
    """Create a routine from a workout.

    Its planned sets are the sets of the workout. Honours `Idempotency-Key`.
    """
    created = await handlers.create_routine_from_workout(session, user.user_id, source)
    return await _respond_routine(request, user, session, created)


@routines.get("/{routine_id}", response_model=Routine, responses=documented(Unauthenticated, RoutineNotFound))
async def get_routine(request: Request, user: CurrentUser, database: DatabaseDep, routine_id: RoutineId) -> Response:
    """Get a routine.

    With its exercises in order, their planned sets and progressions.
    """
    return json_response(request, await routine_by_id.fetch(database, user_id=user.user_id, routine_id=routine_id))


@routines.put(
    "/{routine_id}",
    response_model=Routine,
    responses=documented(Unauthenticated, AccountGone, RoutineNotFound, QuotaExceeded, PreconditionFailed),
)
async def replace_routine(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    routine_id: RoutineId,
    routine: RoutineContent,
    expected: IfMatch,
) -> Response:
    """Replace a routine.

    Honours `If-Match`.
    """
    return json_response(request, await handlers.update_routine(session, user.user_id, routine_id, routine, expected))


@routines.patch(
    "/{routine_id}",
    response_model=Routine,
    responses=documented(Unauthenticated, AccountGone, RoutineNotFound, QuotaExceeded, PreconditionFailed),
)
async def update_routine(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    routine_id: RoutineId,
    change: RoutineChange,
    expected: IfMatch,
) -> Response:
    """Update the fields of a routine that you send.

    Honours `If-Match`.
    """
    return json_response(request, await handlers.update_routine(session, user.user_id, routine_id, change, expected))


@routines.delete(
    "/{routine_id}",
    status_code=204,
    responses=documented(Unauthenticated, AccountGone, RoutineNotFound, PreconditionFailed),
)
async def delete_routine(user: CurrentUser, session: SessionDep, routine_id: RoutineId, expected: IfMatch) -> None:
    """Delete a routine.

    The workouts that were started from it stay. Honours `If-Match`.
    """
    await handlers.delete_routine(session, user.user_id, routine_id, expected)


@routines.get("/{routine_id}/next", response_model=NextWorkout, responses=documented(Unauthenticated, RoutineNotFound))
async def get_next_workout(request: Request, user: CurrentUser, reads: ReadsDep, routine_id: RoutineId) -> Response:
    """Preview the next workout of a routine.

    With the planned sets of each exercise, the reason for them, and the results of the last time.
    """
    return json_response(request, await start_handlers.get_next_workout(reads, user.user_id, routine_id))


@routines.post(
    "/{routine_id}/start",
    status_code=201,
    response_model=Workout,
    dependencies=[IDEMPOTENT],
    responses=documented(
        Unauthenticated,
        AccountGone,
        RoutineNotFound,
        WorkoutIdTaken,
        PartIdTaken,
        ResourceDeleted,
        QuotaExceeded,
        IdempotencyKeyReused,
    )
    | _WORKOUT_EXISTS,
)
async def start_routine(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    routine_id: RoutineId,
    start: StartInput | None = None,
) -> Response:
    """Start a workout from a routine.

    The workout is in progress. Its `targets` are the planned sets, progressed by past results. To repeat the request is
    safe with an `id` of your choice, or with an `Idempotency-Key`.
    """
    started = await start_handlers.start_routine(session, user.user_id, routine_id, start or StartInput())
    return await _respond_workout(request, user, session, started)


@workouts.post(
    "/repeat",
    status_code=201,
    response_model=Workout,
    dependencies=[IDEMPOTENT],
    responses=documented(
        Unauthenticated,
        AccountGone,
        WorkoutNotFound,
        WorkoutIdTaken,
        PartIdTaken,
        ResourceDeleted,
        QuotaExceeded,
        IdempotencyKeyReused,
    )
    | _WORKOUT_EXISTS,
)
async def repeat_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    repeat: RepeatInput | None = None,
) -> Response:
    """Start a workout that repeats another one.

    The workout is in progress. Its `targets` are the sets of the other one. To repeat the request is safe with an `id`
    of your choice, or with an `Idempotency-Key`.
    """
    started = await start_handlers.repeat_workout(session, user.user_id, repeat or RepeatInput())
    return await _respond_workout(request, user, session, started)


mount(router, routines, workouts)
