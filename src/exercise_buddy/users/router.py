"""The endpoints of users."""

from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from exercise_buddy.core import problems
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.exports import ExportsDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.routing import Router, mount
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users import handlers
from exercise_buddy.users.errors import AccountGone, UsernameTaken
from exercise_buddy.users.measurements.router import router as measurements_router
from exercise_buddy.users.queries import profile
from exercise_buddy.users.schemas import Profile, ProfileChange

router = Router(prefix="/users", tag="users")


@router.get("/me", response_model=Profile, responses=problems.documented(problems.Unauthenticated, AccountGone))
async def read_me(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Read your profile."""
    return json_response(request, await profile.fetch(database, user_id=user.user_id))


@router.patch(
    "/me",
    response_model=Profile,
    responses=problems.documented(problems.Unauthenticated, AccountGone, UsernameTaken, problems.PreconditionFailed),
)
async def change_me(
    request: Request, user: CurrentUser, session: SessionDep, change: ProfileChange, expected: IfMatch
) -> Response:
    """Change your profile: only the fields that you send. Honours `If-Match`."""
    return json_response(request, await handlers.change_profile(session, user.user_id, change, expected))


@router.get(
    "/me/export",
    response_class=StreamingResponse,
    responses=problems.documented(problems.Unauthenticated, AccountGone)
    | {
        200: {
            "description": "A ZIP of JSON and CSV files",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def export_everything(
    request: Request, user: CurrentUser, database: DatabaseDep, files: ExportsDep, limits: RateLimitsDep
) -> StreamingResponse:
    """Download everything that is held on you, as one ZIP of JSON and CSV files.

    JSON has all of it, as the API shows it. CSV is for spreadsheets: a text that one would take for a formula (because
    it begins with `=`, `+`, `-`, `@`, a tab or a line break) has an apostrophe in front of it.

    The answer is made while it is sent. If it breaks off, the connection does too, and the ZIP has no directory.
    """
    await limits.require(request, (handlers.EXPORTS_OF_USER, str(user.user_id)))
    now = datetime.now(UTC)
    chunks = await handlers.export_everything(database, user.user_id, files, now)
    headers = {
        "Content-Disposition": f'attachment; filename="exercise-buddy-export-{now.date()}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(chunks, headers=headers, media_type="application/zip")


mount(router, measurements_router)
