"""The endpoints of exercises."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit
from exercise_buddy.core.db.user_reads import ReadsDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import BASE_PATH, Router
from exercise_buddy.core.problems import PreconditionFailed, Problem, Unauthenticated, documented, log_refusal
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.exercises import handlers, merging, proposals
from exercise_buddy.exercises.enums import Category, Equipment, Measures, Muscle
from exercise_buddy.exercises.errors import (
    ExerciseIdTaken,
    ExerciseInUse,
    ExerciseNameTaken,
    ExerciseNotFound,
    SharedExercise,
    TooManyExercises,
)
from exercise_buddy.exercises.examples import CUSTOM_ID, PUSHUPS_ID
from exercise_buddy.exercises.merge_schemas import ExerciseMerges, ExerciseProposalPage, MergeReport
from exercise_buddy.exercises.names import LEAST_SCORE
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
from exercise_buddy.users.public import AccountGone, ResourceDeleted

_PATH = "/exercises"

router = Router(prefix=_PATH, tag="exercises", about="The catalogue of exercises, and your own.")

ExerciseId = Annotated[
    UUID, Path(description="The id of an exercise of the catalogue or of your own.", examples=[PUSHUPS_ID])
]
MergedExerciseId = Annotated[
    UUID, Path(description="The id of an exercise of the catalogue or of your own.", examples=[CUSTOM_ID])
]
CustomExerciseId = Annotated[UUID, Path(description="The id of an exercise of your own.", examples=[CUSTOM_ID])]


@router.get("", response_model=ExercisePage, responses=documented(Unauthenticated))
async def list_exercises(
    user: CurrentUser,
    reads: ReadsDep,
    search: Annotated[
        str | None,
        Query(max_length=100, description="A name or a part of it, in any language; tolerates typing errors."),
    ] = None,
    muscle: Annotated[Muscle | None, Query(description="A primary or secondary muscle.")] = None,
    equipment: Annotated[Equipment | None, Query(description="Only exercises with this equipment.")] = None,
    category: Annotated[Category | None, Query(description="Only exercises of this kind of training.")] = None,
    measures: Annotated[Measures | None, Query(description="Only exercises whose sets are measured in these.")] = None,
    custom: Annotated[bool | None, Query(description="Only custom exercises, or only those of the catalogue.")] = None,
    countable: Annotated[
        bool | None, Query(description="Only exercises that a camera can count, or the others.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List or search exercises of the catalogue and your own.

    They are ordered by name, with `search` by the quality of the match: a match at the beginning of a name comes before
    one in the middle. If no name contains the words, up to 20 similar names are returned.
    """
    content = await handlers.list_exercises(
        reads,
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
        Unauthenticated,
        AccountGone,
        ExerciseIdTaken,
        ResourceDeleted,
        ExerciseNameTaken,
        TooManyExercises,
        QuotaExceeded,
        IdempotencyKeyReused,
    )
    | {200: {"model": Exercise, "description": "It exists already, with this id and this content"}},
)
async def create_exercise(
    request: Request, user: CurrentUser, session: SessionDep, exercise: CustomExerciseInput
) -> Response:
    """Create a custom exercise.

    With an `id` that you choose, a retry is safe: the same content gets 200, other content 409. Without an `id`, use an
    `Idempotency-Key`.
    """
    exercise_id, is_new = await handlers.create_exercise(session, user.user_id, exercise)
    content = await exercise_by_id.fetch(session, user_id=user.user_id, exercise_id=exercise_id)
    return json_response(request, content, 201 if is_new else 200, {"Location": f"{BASE_PATH}{_PATH}/{exercise_id}"})


@router.get("/proposals", responses=documented(Unauthenticated))
async def list_proposals(
    user: CurrentUser,
    database: DatabaseDep,
    usage: ExerciseUsageDep,
    min_similarity: Annotated[
        float,
        Query(ge=LEAST_SCORE, le=1, allow_inf_nan=False, description="Leave out proposals that are less similar."),
    ] = LEAST_SCORE,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ExerciseProposalPage:
    """List custom exercises that may be exercises of the catalogue.

    Such as those that an import has created, whose names the catalogue does not know. To accept proposals, send them to
    `POST /exercises/merge`: the recommended ones in bulk, the others one by one. A page can have no items although
    another one follows.
    """
    return await proposals.list_proposals(
        database, usage, user.user_id, limit=limit, cursor=cursor, least_score=min_similarity
    )


@router.post(
    "/merge",
    dependencies=[IDEMPOTENT],
    responses=documented(Unauthenticated, AccountGone, IdempotencyKeyReused),
)
async def merge_exercises(
    request: Request, user: CurrentUser, session: SessionDep, usage: ExerciseUsageDep, given: ExerciseMerges
) -> MergeReport:
    """Merge up to 100 exercises into others.

    The merges are applied in their order and in one transaction, each as `POST /exercises/{exercise_id}/merge` does it.
    Each has an outcome, and one that cannot be applied does not keep the others from being applied. An exercise that
    was merged itself stands for the one that it was merged into. To repeat a request is safe: what it has merged is
    `unchanged`.
    """

    def refuse(problem: Problem) -> None:
        log_refusal(problem, request.scope)

    return await merging.merge_exercises(session, usage, user.user_id, given.merges, refuse)


@router.get("/{exercise_id}", response_model=Exercise, responses=documented(Unauthenticated, ExerciseNotFound))
async def get_exercise(request: Request, user: CurrentUser, database: DatabaseDep, exercise_id: ExerciseId) -> Response:
    """Get an exercise.

    One of the catalogue, or one of yours.
    """
    return json_response(request, await exercise_by_id.fetch(database, user_id=user.user_id, exercise_id=exercise_id))


@router.patch(
    "/{exercise_id}",
    response_model=Exercise,
    responses=documented(
        Unauthenticated, SharedExercise, AccountGone, ExerciseNotFound, ExerciseNameTaken, PreconditionFailed
    ),
)
async def update_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    usage: ExerciseUsageDep,
    exercise_id: CustomExerciseId,
    change: CustomExerciseChange,
    expected: IfMatch,
) -> Response:
    """Update fields of a custom exercise.

    Fields that are not sent keep their value. The totals of your workouts with this exercise are recomputed. Honours
    `If-Match`.
    """
    return json_response(
        request, await handlers.update_exercise(session, usage, user.user_id, exercise_id, change, expected)
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
    exercise_id: CustomExerciseId,
    expected: IfMatch,
    move_to: Annotated[
        UUID | None, Query(description="The exercise that replaces it in workouts and routines.")
    ] = None,
) -> None:
    """Delete a custom exercise.

    If workouts or routines contain it, `move_to` must name the exercise that replaces it. Honours `If-Match`.
    """
    await merging.delete_exercise(session, usage, user.user_id, exercise_id, expected, move_to=move_to)


@router.post(
    "/{exercise_id}/merge",
    response_model=MergedExercise,
    dependencies=[IDEMPOTENT],
    responses=documented(Unauthenticated, AccountGone, ExerciseNotFound, PreconditionFailed, IdempotencyKeyReused),
)
async def merge_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    usage: ExerciseUsageDep,
    exercise_id: MergedExerciseId,
    merge: MergeInput,
    expected: IfMatch,
) -> Response:
    """Merge an exercise into another exercise.

    The other exercise replaces it in your workouts and routines, and totals and records are recomputed. A custom
    exercise ceases to exist: searches and imports find the other one by both names. An exercise of the catalogue stays
    as it is, and keeps its names: only your sets of it, and names that you have merged into it, move. For safe retries,
    use an `Idempotency-Key`. Honours `If-Match`.
    """
    content = await merging.merge_exercise(session, usage, user.user_id, exercise_id, merge.into, expected)
    return json_response(request, content)
