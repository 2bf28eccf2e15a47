"""The endpoints of users."""

from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from exercise_buddy.core import problems
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.exports import ExportsDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router, mount
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.users import handlers
from exercise_buddy.users.errors import AccountGone, UsernameTaken
from exercise_buddy.users.measurements.router import router as measurements_router
from exercise_buddy.users.queries import profile
from exercise_buddy.users.schemas import Profile, ProfileChange, Usage
from exercise_buddy.users.tables import COUNTED
from exercise_buddy.users.usage import usage

router = Router(
    prefix="/users",
    tag="users",
    about="Your profile, body measurements and account.",
    max_body_size=MAX_SMALL_BODY_BYTES,
)

_EXPORT_WORK_UNITS = 500


@router.get("/me", response_model=Profile, responses=problems.documented(problems.Unauthenticated, AccountGone))
async def get_me(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Get your profile.

    It includes your settings: time zone, first day of the week, units and language.
    """
    return json_response(request, await profile.fetch(database, user_id=user.user_id))


@router.patch(
    "/me",
    response_model=Profile,
    responses=problems.documented(problems.Unauthenticated, AccountGone, UsernameTaken, problems.PreconditionFailed),
)
async def update_me(
    request: Request, user: CurrentUser, session: SessionDep, change: ProfileChange, expected: IfMatch
) -> Response:
    """Update fields of your profile.

    Fields that are not sent keep their value. Honours `If-Match`.
    """
    return json_response(request, await handlers.change_profile(session, user.user_id, change, expected))


@router.get("/me/usage", response_model=Usage, responses=problems.documented(problems.Unauthenticated, AccountGone))
async def get_usage(request: Request, user: CurrentUser, database: DatabaseDep) -> Response:
    """Get what your account stores, and its quotas.

    A write that would exceed a quota ends in `quota-exceeded`.
    """
    limits = {f"max_{quota}": getattr(database.quotas, quota) for quota in COUNTED}
    return json_response(request, await usage.fetch(database, user_id=user.user_id, **limits))


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
async def export_me(
    request: Request, user: CurrentUser, database: DatabaseDep, files: ExportsDep, limits: RateLimitsDep
) -> StreamingResponse:
    """Export all your data as a ZIP.

    The ZIP contains JSON and CSV files. JSON has all data as the API returns it. CSV is for spreadsheets: a text that a
    spreadsheet would evaluate as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line break) has a leading
    apostrophe.

    The response is streamed while it is built. If the export fails, the connection is closed and the ZIP has no
    directory.
    """
    await limits.require(request, (handlers.EXPORTS_OF_USER, str(user.user_id)))
    await limits.require_work(request, _EXPORT_WORK_UNITS)
    now = datetime.now(UTC)
    chunks = await handlers.export_everything(database, user.user_id, files, now)
    headers = {"Content-Disposition": f'attachment; filename="exercise-buddy-export-{now.date()}.zip"'}
    return StreamingResponse(chunks, headers=headers, media_type="application/zip")


mount(router, measurements_router)
