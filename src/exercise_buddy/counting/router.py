"""The endpoints of counting."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.conditional_requests import json_response
from exercise_buddy.core.http.routing import Router, mount, parse_body_with
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import (
    ContentTooLarge,
    MalformedRequest,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
    documented,
    merge_responses,
)
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.counting import handlers
from exercise_buddy.counting.bodies import MAX_UNPACKED_BYTES, parse_trace_body
from exercise_buddy.counting.errors import CalibrationNotFound, CalibrationUnclear, ProfileNotFound, TooManyCounts
from exercise_buddy.counting.examples import EXERCISE_ID
from exercise_buddy.counting.live.router import router as live_router
from exercise_buddy.counting.profile_schemas import CountingProfile, CountingProfileList
from exercise_buddy.counting.schemas import (
    CalibrationInput,
    CountInput,
    CountResult,
)
from exercise_buddy.users.public import AccountGone

_TRACE_PROBLEMS = documented(
    Unauthenticated, MalformedRequest, ContentTooLarge, UnsupportedMediaType, TooManyRequests, TooManyCounts
)

CountedExerciseId = Annotated[
    UUID, Path(description="The id of an exercise with a counting profile.", examples=[EXERCISE_ID])
]

router = Router(prefix="/counting", tag="counting", about="Reps counted from poses of a camera or from a sensor.")
mount(router, live_router)


@router.get("/profiles", response_model=CountingProfileList, responses=documented(Unauthenticated))
async def list_profiles(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """List the counting profiles.

    Exercises that are counted alike share a profile.
    """
    return json_response(request, await handlers.list_profiles(database, user.user_id))


@router.get(
    "/profiles/{exercise_id}", response_model=CountingProfile, responses=documented(Unauthenticated, ProfileNotFound)
)
async def get_profile(
    request: Request, user: CurrentUser, database: DatabaseDep, exercise_id: CountedExerciseId
) -> Response:
    """Get the counting profile of an exercise.

    With your calibration, if you have one.
    """
    return json_response(request, await handlers.get_profile(database, user.user_id, exercise_id))


@router.put(
    "/profiles/{exercise_id}/calibration",
    response_model=CountingProfile,
    max_body_size=MAX_UNPACKED_BYTES,
    responses=merge_responses(_TRACE_PROBLEMS, documented(ProfileNotFound, AccountGone, CalibrationUnclear)),
)
@parse_body_with(parse_trace_body)
async def replace_calibration(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    limits: RateLimitsDep,
    exercise_id: CountedExerciseId,
    calibration: CalibrationInput,
) -> Response:
    """Calibrate an exercise from a trace.

    The trace shows at least two full reps. Counts then tell the range of each rep as a share of your full range. The
    body may be compressed as in `POST /counting/counts`.
    """
    await limits.require_work(request, handlers.estimate_work(calibration.trace))
    return json_response(request, await handlers.replace_calibration(session, user.user_id, exercise_id, calibration))


@router.delete(
    "/profiles/{exercise_id}/calibration",
    status_code=204,
    responses=documented(Unauthenticated, CalibrationNotFound),
)
async def delete_calibration(user: CurrentUser, session: SessionDep, exercise_id: CountedExerciseId) -> None:
    """Delete your calibration of an exercise.

    The profile of the catalogue counts again.
    """
    await handlers.delete_calibration(session, user.user_id, exercise_id)


@router.post("/counts", response_model=CountResult, max_body_size=MAX_UNPACKED_BYTES, responses=_TRACE_PROBLEMS)
@parse_body_with(parse_trace_body)
async def count_reps(
    request: Request, user: CurrentUser, database: DatabaseDep, limits: RateLimitsDep, count: CountInput
) -> Response:
    """Count the reps of a trace.

    Nothing is stored. A trace has up to 36,000 samples and 30 minutes. The body may be compressed (`Content-Encoding:
    gzip`): up to 1 MiB, 16 MiB unpacked. An empty or motionless trace has a count of 0.
    """
    await limits.require_work(request, handlers.estimate_work(count.trace))
    return Response(await handlers.count_reps(database, user.user_id, count), media_type="application/json")
