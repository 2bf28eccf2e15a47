"""The endpoints of imports."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import File, Form, Query, Request, Response, UploadFile
from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor
from exercise_buddy.core.db.pagination import Limit as PageSize
from exercise_buddy.core.http.conditional_requests import json_response
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.ops.rate_limits import Limit, RateLimitsDep
from exercise_buddy.core.problems import ContentTooLarge, FieldError, InvalidInput, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import TimeZone
from exercise_buddy.workouts.errors import ImportEdited, ImportNotFound, UnreadableFile
from exercise_buddy.workouts.imports import handlers, undo
from exercise_buddy.workouts.imports.dates import DateOrder
from exercise_buddy.workouts.imports.model import DistanceUnit, Given
from exercise_buddy.workouts.imports.schemas import Import, ImportPage, ImportReport

MAX_FILE_BYTES = 20 * 1024 * 1024
# A little more than the file: the boundaries and the other fields of the form.
_MAX_BODY_BYTES = MAX_FILE_BYTES + 512 * 1024
_MAX_MAPPING = 256 * 1024

IMPORTS_OF_USER = Limit("imports_user", "60/hour")

router = Router(prefix="/workouts", tag="workouts")
_MAPPING: TypeAdapter[dict[str, UUID]] = TypeAdapter(dict[str, UUID])


def _mapping(text: str | None) -> dict[str, UUID]:
    if not text:
        return {}
    try:
        return _MAPPING.validate_json(text)
    except ValidationError:
        message = "This should be a JSON object of names in the file and ids of exercises"
        raise InvalidInput(errors=[FieldError("/mapping", "mapping", message)]) from None


@router.post(
    "/imports",
    status_code=201,
    max_body_size=_MAX_BODY_BYTES,
    responses=documented(Unauthenticated, UnreadableFile, ContentTooLarge),
)
async def import_workouts(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    limits: RateLimitsDep,
    file: Annotated[
        UploadFile, File(description="A CSV that Strong or Hevy has exported, or our own export, up to 20 MiB.")
    ],
    weight_unit: Annotated[
        Literal["kg", "lb", "lbs"] | None, Form(description="Needed where the file has weights and not their unit.")
    ] = None,
    distance_unit: Annotated[
        DistanceUnit | None, Form(description="Where the file does not say it: km with kg, mi with lb, and a warning.")
    ] = None,
    time_zone: Annotated[
        TimeZone | None, Form(description="Where the workouts happened (IANA). Needed where the file does not say it.")
    ] = None,
    date_order: Annotated[
        DateOrder | None, Form(description="Needed where the file has dates like 03/04/2025 only.")
    ] = None,
    mapping: Annotated[
        str | None,
        Form(
            max_length=_MAX_MAPPING,
            description="A JSON object: the id of the exercise that a name in the file means, for some of them.",
        ),
    ] = None,
    *,
    dry_run: Annotated[bool, Query(description="Only say what would happen.")] = False,
) -> ImportReport:
    """Import workouts from a file. Importing it twice adds nothing; what cannot be read is reported."""
    await limits.require(request, (IMPORTS_OF_USER, str(user.user_id)))
    exercises = _mapping(mapping)
    async with limits.one_at_a_time(f"import:{user.user_id}"):
        return await handlers.import_workouts(
            session,
            user.user_id,
            file.file,
            Given("lb" if weight_unit == "lbs" else weight_unit, distance_unit, time_zone, date_order),
            file_name=file.filename,
            mapping=exercises,
            dry_run=dry_run,
        )


@router.get("/imports", response_model=ImportPage, responses=documented(Unauthenticated))
async def list_imports(
    user: CurrentUser, database: DatabaseDep, limit: PageSize = 20, cursor: Cursor = None
) -> Response:
    """List your imports, the latest first."""
    content = await undo.list_imports(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")


@router.get("/imports/{import_id}", response_model=Import, responses=documented(Unauthenticated, ImportNotFound))
async def read_import(request: Request, user: CurrentUser, database: DatabaseDep, import_id: UUID) -> Response:
    """Read what an import was."""
    return json_response(request, await undo.read_import(database, user.user_id, import_id))


@router.delete(
    "/imports/{import_id}", status_code=204, responses=documented(Unauthenticated, ImportNotFound, ImportEdited)
)
async def undo_import(
    user: CurrentUser,
    session: SessionDep,
    import_id: UUID,
    *,
    include_edited: Annotated[bool, Query(description="Also delete workouts that were edited since.")] = False,
) -> None:
    """Undo an import: delete the workouts that it added, and the exercises that it created and nothing else uses."""
    await undo.undo_import(session, user.user_id, import_id, include_edited=include_edited)
