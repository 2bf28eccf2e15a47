"""The endpoints that edit workouts. They all return the whole workout."""

from datetime import UTC, datetime

from fastapi import Request, Response

from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused
from exercise_buddy.core.http.routing import BASE_PATH, Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users.public import AccountGone
from exercise_buddy.workouts.editing import handlers
from exercise_buddy.workouts.editing.finishing import EndSource
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.errors import PartIdTaken, PartNotFound, WorkoutFinished, WorkoutNotFound
from exercise_buddy.workouts.parameters import EntryId, SetId, WorkoutId
from exercise_buddy.workouts.schemas import ExerciseInput, Workout, WorkoutInput

router = Router(prefix="/workouts", tag="workouts")

_EDITS = documented(Unauthenticated, AccountGone, WorkoutNotFound, QuotaExceeded, PreconditionFailed)
_EDITS_PART = documented(Unauthenticated, AccountGone, WorkoutNotFound, PartNotFound, QuotaExceeded, PreconditionFailed)
_APPENDS = documented(
    Unauthenticated,
    AccountGone,
    WorkoutNotFound,
    PartNotFound,
    PartIdTaken,
    QuotaExceeded,
    PreconditionFailed,
    IdempotencyKeyReused,
) | {200: {"model": Workout, "description": "The workout has all of it already, with these ids and this content"}}


_ENDED_AT_SOURCE = {
    "description": (
        "How the end was found. `request`: you sent it. `stored`: the workout was finished before. `last-set`: its "
        "last set was recorded then; sets that were added more than 6 hours after the others do not count. "
        "`logged-later`: all sets were recorded more than 6 hours after the start, so the workout lasts as long as it "
        "took to record most of them. `now`: it has no sets. `last-write`: it has no sets and began more than 6 hours "
        "ago, or the id of its last set tells no time (only a UUIDv7 does). `start`: no set tells a time, and the last "
        "write is an edit more than 6 hours after the start."
    ),
    "schema": {"type": "string", "enum": list(EndSource)},
    "example": EndSource.LAST_SET,
}


@router.put(
    "/{workout_id}",
    response_model=Workout,
    responses=documented(Unauthenticated, AccountGone, WorkoutNotFound, PartIdTaken, QuotaExceeded, PreconditionFailed),
)
async def replace_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    workout: WorkoutInput,
    expected: IfMatch,
) -> Response:
    """Replace the content of a workout.

    The time zone and the source stay if you leave them out. Exercises and sets whose `id` you send stay the same ones;
    those without an `id` are new, unless the whole content stays the same.
    """
    return json_response(request, await handlers.replace_workout(session, user.user_id, workout_id, workout, expected))


@router.patch("/{workout_id}", response_model=Workout, responses=_EDITS)
async def update_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    change: WorkoutChange,
    expected: IfMatch,
) -> Response:
    """Update the fields of a workout that you send.

    `exercise_order` reorders its exercises.
    """
    return json_response(request, await handlers.update_workout(session, user.user_id, workout_id, change, expected))


@router.post(
    "/{workout_id}/finish",
    response_model=Workout,
    responses=documented(Unauthenticated, AccountGone, WorkoutNotFound, WorkoutFinished, PreconditionFailed)
    | {200: {"headers": {"Ended-At-Source": _ENDED_AT_SOURCE}}},
)
async def finish_workout(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    expected: IfMatch,
    finish: Finish | None = None,
) -> Response:
    """Finish a workout.

    It ends at the time that you send. Without one, it ends when its last set was recorded, which the UUIDv7 of the set
    tells. What was edited or added hours later does not count. The header `Ended-At-Source` says how the end was found.
    To finish it again is an error only if you send another time.
    """
    content, source = await handlers.finish_workout(
        session, user.user_id, workout_id, finish or Finish(), expected, datetime.now(UTC)
    )
    return json_response(request, content, headers={"Ended-At-Source": source})


@router.post(
    "/{workout_id}/exercises",
    status_code=201,
    response_model=Workout,
    dependencies=[IDEMPOTENT],
    responses=_APPENDS,
)
async def append_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    exercise: ExerciseInput,
    expected: IfMatch,
) -> Response:
    """Append an exercise with its sets to a workout.

    To repeat the request is safe with an `id` of your choice, or with an `Idempotency-Key`.
    """
    appended = await handlers.append_exercise(session, user.user_id, workout_id, exercise, expected)
    return _respond_to_append(request, workout_id, *appended)


@router.patch("/{workout_id}/exercises/{entry_id}", response_model=Workout, responses=_EDITS_PART)
async def update_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    entry_id: EntryId,
    change: ExerciseChange,
    expected: IfMatch,
) -> Response:
    """Update the fields of an exercise of a workout.

    Only the fields that you send change. `position` moves the exercise.
    """
    content = await handlers.update_exercise(session, user.user_id, workout_id, entry_id, change, expected)
    return json_response(request, content)


@router.delete("/{workout_id}/exercises/{entry_id}", response_model=Workout, responses=_EDITS_PART)
async def delete_exercise(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    entry_id: EntryId,
    expected: IfMatch,
) -> Response:
    """Delete an exercise of a workout, with its sets.

    The exercises after it move up.
    """
    return json_response(request, await handlers.delete_exercise(session, user.user_id, workout_id, entry_id, expected))


@router.post(
    "/{workout_id}/sets", status_code=201, response_model=Workout, dependencies=[IDEMPOTENT], responses=_APPENDS
)
async def append_sets(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    sets: SetsInput,
    expected: IfMatch,
) -> Response:
    """Append sets to an exercise of a workout.

    An exercise that the workout does not contain is appended first. To repeat the request is safe if each set has an
    `id` of your choice, or with an `Idempotency-Key`.
    """
    appended = await handlers.append_sets(session, user.user_id, workout_id, sets, expected)
    return _respond_to_append(request, workout_id, *appended)


@router.patch("/{workout_id}/sets/{set_id}", response_model=Workout, responses=_EDITS_PART)
async def update_set(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    workout_id: WorkoutId,
    set_id: SetId,
    change: SetChange,
    expected: IfMatch,
) -> Response:
    """Update the fields of a set.

    Only the fields that you send change. `position` moves the set within its exercise.
    """
    return json_response(
        request, await handlers.update_set(session, user.user_id, workout_id, set_id, change, expected)
    )


@router.delete("/{workout_id}/sets/{set_id}", response_model=Workout, responses=_EDITS_PART)
async def delete_set(
    request: Request, user: CurrentUser, session: SessionDep, workout_id: WorkoutId, set_id: SetId, expected: IfMatch
) -> Response:
    """Delete a set.

    Its exercise stays, even without sets.
    """
    return json_response(request, await handlers.delete_set(session, user.user_id, workout_id, set_id, expected))


def _respond_to_append(request: Request, workout_id: WorkoutId, content: bytes, is_new: bool) -> Response:  # noqa: FBT001
    return json_response(request, content, 201 if is_new else 200, {"Location": f"{BASE_PATH}/workouts/{workout_id}"})
