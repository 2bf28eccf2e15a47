"""The endpoints of users."""

from fastapi import Request, Response

from exercise_buddy.core import problems
from exercise_buddy.core.database import DatabaseDep, SessionDep
from exercise_buddy.core.documents import IfMatch, answer
from exercise_buddy.core.identity import CurrentUser
from exercise_buddy.core.routing import Router, mount
from exercise_buddy.users import handlers
from exercise_buddy.users.errors import AccountGone, UsernameTaken
from exercise_buddy.users.measurements.router import router as measurements_router
from exercise_buddy.users.schemas import Profile, ProfileChange

router = Router(prefix="/users", tag="users")


@router.get("/me", response_model=Profile, responses=problems.documented(problems.Unauthenticated, AccountGone))
async def read_me(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Read your profile."""
    return answer(request, await handlers.read_profile(database, user.user_id))


@router.patch(
    "/me",
    response_model=Profile,
    responses=problems.documented(problems.Unauthenticated, AccountGone, UsernameTaken, problems.PreconditionFailed),
)
async def change_me(
    request: Request, user: CurrentUser, session: SessionDep, change: ProfileChange, expected: IfMatch
) -> Response:
    """Change your profile: only the fields that you send. Honours `If-Match`."""
    return answer(request, await handlers.change_profile(session, user.user_id, change, expected))


mount(router, measurements_router)
