"""The endpoints of counting."""

from uuid import UUID

from fastapi import Request, Response

from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.http.conditional_requests import json_response
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.counting import handlers
from exercise_buddy.counting.errors import ProfileNotFound
from exercise_buddy.counting.profile_schemas import CountingProfile, CountingProfileList

router = Router(prefix="/counting", tag="counting")


@router.get("/profiles", response_model=CountingProfileList, responses=documented(Unauthenticated))
async def list_profiles(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """List the counting profiles.

    Exercises that are counted alike share a profile.
    """
    return json_response(request, await handlers.list_profiles(database, user.user_id))


@router.get(
    "/profiles/{exercise_id}", response_model=CountingProfile, responses=documented(Unauthenticated, ProfileNotFound)
)
async def get_profile(request: Request, user: CurrentUser, database: DatabaseDep, exercise_id: UUID) -> Response:
    """Get the counting profile of an exercise."""
    return json_response(request, await handlers.get_profile(database, user.user_id, exercise_id))
