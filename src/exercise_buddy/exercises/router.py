"""The endpoints of exercises."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import BASE_PATH, Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.exercises import handlers, merging
from exercise_buddy.exercises.enums import Category, Equipment, Measures, Muscle
from exercise_buddy.exercises.errors import (
    ExerciseIdTaken,
    ExerciseInUse,
    ExerciseNameTaken,
    ExerciseNotFound,
    SharedExercise,
    TooManyExercises,
)
from exercise_buddy.exercises.queries import exercise_by_id
from exercise_buddy.exercises.schemas import (
    CustomExerciseChange,
    CustomExerciseInput,
    Exercise,
    ExercisePage,
    MergedExercise,
    MergeInput,
)
from exercise_buddy.exercises.usage import ExerciseUsageDep
from exercise_buddy.users.public import AccountGone

_PATH = "/exercises"

router = Router(prefix=_PATH, tag="exercises")


@router.get("", response_model=ExercisePage, responses=documented(Unauthenticated))
async def list_exercises(
    user: CurrentUser,
    database: DatabaseDep,
    search: Annotated[
        str | None, Query(max_length=100, description="A name or a part of one, in any language, perhaps misspelt.")
    ] = None,
    muscle: Annotated[Muscle | None, Query(description="Worked first or second.")] = None,
    equipment: Equipment | None = None,
    category: Category | None = None,
    measures: Measures | None = None,
    custom: Annotated[bool | None, Query(description="Only your own ones, or only the catalogue's.")] = None,
    countable: Annotated[bool | None, Query(description="Only those that a camera can count, or only others.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List the exercises of the catalogue and your own ones.

    They are in the order of their names, or with `search` the best match first: what has the words, at the beginning of
    a name before the middle of one. If nothing has them, up to 20 with a similar name.
    """
    content = await handlers.list_exercises(
        database,
        user.user_id,
        limit=limit,
        cursor=cursor,
        search=search,
        muscle=muscle,
        equipment=equipment,
        category=category,
        measures=measures,
        custom=custom,
        countable=countable,
    )
    return Response(content, media_type="application/json")


@router.post(
    "",
    status_code=201,
    response_model=Exercise,
    dependencies=[IDEMPOTENT],
    responses=documented(
        Unauthenticated, AccountGone, ExerciseIdTaken, ExerciseNameTaken, TooManyExercises, IdempotencyKeyReused
    )
    | {200: {"model": Exercise, "description": "It is there already, with this id and this content"}},
)
async def create_exercise(
    request: Request, user: CurrentUser, session: SessionDep, exercise: CustomExerciseInput
) -> Response:
    """Make an exercise of your own.

    With an `id` of your choice, sending it again is safe: the same content gives 200, other 409. So it is without one,
    with an `Idempotency-Key`.
    """
    exercise_id, is_new = await handlers.create_exercise(session, user.user_id, exercise)
    content = await exercise_by_id.fetch(session, user_id=user.user_id, exercise_id=exercise_id)
    return json_response(request, content, 201 if is_new else 200, {"Location": f"{BASE_PATH}{_PATH}/{exercise_id}"})


@router.get("/{exercise_id}", response_model=Exercise, responses=documented(Unauthenticated, ExerciseNotFound))
async def read_exercise(request: Request, user: CurrentUser, database: DatabaseDep, exercise_id: UUID) -> Response:
    """Read an exercise."""
    return json_response(request, await exercise_by_id.fetch(database, user_id=user.user_id, exercise_id=exercise_id))


@router.patch(
    "/{exercise_id}",
    response_model=Exercise,
    responses=documented(
        Unauthenticated, SharedExercise, AccountGone, ExerciseNotFound, ExerciseNameTaken, PreconditionFailed
    ),
)
async def change_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    usage: ExerciseUsageDep,
    exercise_id: UUID,
    change: CustomExerciseChange,
    expected: IfMatch,
) -> Response:
    """Change an exercise of your own: only the fields that you send. Honours `If-Match`.

    Your workouts with it are reckoned anew.
    """
    return json_response(
        request, await handlers.change_exercise(session, usage, user.user_id, exercise_id, change, expected)
    )


@router.delete(
    "/{exercise_id}",
    status_code=204,
    responses=documented(
        Unauthenticated, SharedExercise, AccountGone, ExerciseNotFound, ExerciseInUse, PreconditionFailed
    ),
)
async def delete_exercise(
    user: CurrentUser,
    session: SessionDep,
    usage: ExerciseUsageDep,
    exercise_id: UUID,
    expected: IfMatch,
    move_to: Annotated[
        UUID | None, Query(description="The exercise that workouts and routines are to have instead.")
    ] = None,
) -> None:
    """Delete an exercise of your own. Honours `If-Match`.

    While workouts or routines have it, say with `move_to` which exercise they are to have instead.
    """
    await merging.delete_exercise(session, usage, user.user_id, exercise_id, expected, move_to=move_to)


@router.post(
    "/{exercise_id}/merge",
    response_model=MergedExercise,
    dependencies=[IDEMPOTENT],
    responses=documented(Unauthenticated, SharedExercise, AccountGone, ExerciseNotFound, IdempotencyKeyReused),
)
async def merge_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    usage: ExerciseUsageDep,
    exercise_id: UUID,
    merge: MergeInput,
) -> Response:
    """Make an exercise of your own a part of another one.

    Workouts and routines have the other one from then on, and it is found by both names, also by imports. It can be
    sent again with an `Idempotency-Key`.
    """
    return json_response(request, await merging.merge_exercise(session, usage, user.user_id, exercise_id, merge.into))
