"""The endpoints that change workouts. All of them answer with the whole workout."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import BASE_PATH, Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.workouts.editing import handlers
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.errors import NoSuchPart, WorkoutFinished, WorkoutNotFound
from exercise_buddy.workouts.schemas import MAX_EXERCISES, MAX_SETS, ExerciseInput, Workout, WorkoutInput

router = Router(prefix="/workouts", tag="workouts")

Position = Annotated[int, Path(ge=0, lt=MAX_EXERCISES, description="Of the exercise in the workout, from 0.")]
Number = Annotated[
    int, Path(alias="set_position", ge=0, lt=MAX_SETS, description="Of the set in the exercise, from 0.")
]

_SET = "/{workout_id}/exercises/{position}/sets/{set_position}"
_CHANGES = documented(Unauthenticated, WorkoutNotFound, PreconditionFailed)
_CHANGES_A_PART = documented(Unauthenticated, WorkoutNotFound, NoSuchPart, PreconditionFailed)
_APPENDS = documented(Unauthenticated, WorkoutNotFound, NoSuchPart, PreconditionFailed, IdempotencyKeyReused)


@router.put("/{workout_id}", response_model=Workout, responses=_CHANGES)
async def replace_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    workout: WorkoutInput,
    expected: IfMatch,
) -> Response:
    """Put other content into a workout. The time zone and the source stay if you leave them out."""
    return json_response(request, await handlers.replace_workout(session, user.user_id, workout_id, workout, expected))


@router.patch("/{workout_id}", response_model=Workout, responses=_CHANGES)
async def edit_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    change: WorkoutChange,
    expected: IfMatch,
) -> Response:
    """Change a workout, only what you send: its head, or the order of its exercises."""
    return json_response(request, await handlers.edit_workout(session, user.user_id, workout_id, change, expected))


@router.post(
    "/{workout_id}/finish",
    response_model=Workout,
    responses=documented(Unauthenticated, WorkoutNotFound, WorkoutFinished, PreconditionFailed),
)
async def finish_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    expected: IfMatch,
    finish: Finish | None = None,
) -> Response:
    """End a workout, now or when you say. Saying it again is no error, unless you say another time."""
    content = await handlers.finish_workout(
        session, user.user_id, workout_id, finish or Finish(), expected, datetime.now(UTC)
    )
    return json_response(request, content)


@router.post(
    "/{workout_id}/exercises", status_code=201, response_model=Workout, dependencies=[IDEMPOTENT], responses=_APPENDS
)
async def append_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    exercise: ExerciseInput,
    expected: IfMatch,
) -> Response:
    """Add an exercise, with its sets, at the end of a workout."""
    content = await handlers.append_exercise(session, user.user_id, workout_id, exercise, expected)
    return json_response(request, content, 201, {"Location": f"{BASE_PATH}/workouts/{workout_id}"})


@router.patch("/{workout_id}/exercises/{position}", response_model=Workout, responses=_CHANGES_A_PART)
async def change_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    position: Position,
    change: ExerciseChange,
    expected: IfMatch,
) -> Response:
    """Change an exercise within a workout, only what you send, or move it (`position`)."""
    content = await handlers.change_exercise(session, user.user_id, workout_id, position, change, expected)
    return json_response(request, content)


@router.delete("/{workout_id}/exercises/{position}", response_model=Workout, responses=_CHANGES_A_PART)
async def delete_exercise(
    request: Request, user: CurrentUser, session: SessionDep, workout_id: UUID, position: Position, expected: IfMatch
) -> Response:
    """Take an exercise, with its sets, out of a workout. The ones after it move up."""
    return json_response(request, await handlers.delete_exercise(session, user.user_id, workout_id, position, expected))


@router.post(
    "/{workout_id}/sets", status_code=201, response_model=Workout, dependencies=[IDEMPOTENT], responses=_APPENDS
)
async def append_sets(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    sets: SetsInput,
    expected: IfMatch,
) -> Response:
    """Add sets to an exercise of a workout. An exercise that it does not have yet is added at the end."""
    content = await handlers.append_sets(session, user.user_id, workout_id, sets, expected)
    return json_response(request, content, 201, {"Location": f"{BASE_PATH}/workouts/{workout_id}"})


@router.patch(_SET, response_model=Workout, responses=_CHANGES_A_PART)
async def change_set(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    position: Position,
    number: Number,
    change: SetChange,
    expected: IfMatch,
) -> Response:
    """Change a set, only what you send, or move it within its exercise (`position`)."""
    content = await handlers.change_set(session, user.user_id, workout_id, position, number, change, expected)
    return json_response(request, content)


@router.delete(_SET, response_model=Workout, responses=_CHANGES_A_PART)
async def delete_set(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: UUID,
    position: Position,
    number: Number,
    expected: IfMatch,
) -> Response:
    """Take a set out of an exercise. The ones after it move up."""
    return json_response(
        request, await handlers.delete_set(session, user.user_id, workout_id, position, number, expected)
    )
