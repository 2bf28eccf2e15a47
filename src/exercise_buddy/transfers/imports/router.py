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
from exercise_buddy.transfers.errors import ImportEdited, ImportNotFound, UnreadableFile
from exercise_buddy.transfers.imports import handlers, undo
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.model import DistanceUnit, ImportOptions
from exercise_buddy.transfers.imports.queries import imports, one_import
from exercise_buddy.transfers.imports.schemas import Import, ImportPage, ImportReport

MAX_FILE_BYTES = 32 * 1024 * 1024
# The file, and room for the boundaries and the other fields of the form.
_MAX_BODY_BYTES = MAX_FILE_BYTES + 512 * 1024
_MAX_MAPPING = 256 * 1024

IMPORTS_OF_USER = Limit("imports_user", "60/hour")

router = Router(prefix="/workouts", tag="transfers")
_MAPPING: TypeAdapter[dict[str, UUID]] = TypeAdapter(dict[str, UUID])


def _parse_mapping(text: str | None) -> dict[str, UUID]:
    if not text:
        return {}
    try:
        return _MAPPING.validate_json(text)
    except ValidationError:
        message = "This should be a JSON object with exercise ids by names in the file"
        raise InvalidInput(errors=[FieldError("/mapping", "mapping", message)]) from None


@router.post(
    "/imports",
    status_code=201,
    max_body_size=_MAX_BODY_BYTES,
    responses=documented(Unauthenticated, UnreadableFile, ContentTooLarge),
)
async def create_import(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    limits: RateLimitsDep,
    file: Annotated[UploadFile, File(description="A CSV export of Strong or Hevy, or our own export, up to 32 MiB.")],
    weight_unit: Annotated[
        Literal["kg", "lb", "lbs"] | None, Form(description="Needed if the file has weights without a unit.")
    ] = None,
    distance_unit: Annotated[
        DistanceUnit | None,
        Form(description="Used if the file has none. The default is km with kg, mi with lb, and a warning."),
    ] = None,
    time_zone: Annotated[
        TimeZone | None, Form(description="The IANA time zone of the workouts. Needed if the file has local times.")
    ] = None,
    date_order: Annotated[
        DateOrder | None, Form(description="Needed if all dates of the file are like 03/04/2025.")
    ] = None,
    mapping: Annotated[
        str | None,
        Form(
            max_length=_MAX_MAPPING,
            description="A JSON object with exercise ids by names in the file, to replace automatic matches.",
        ),
    ] = None,
    *,
    dry_run: Annotated[bool, Query(description="Report without importing.")] = False,
) -> ImportReport:
    """Import workouts from a CSV or JSON file.

    A second import of a file adds nothing. The report lists what could not be read.
    """
    await limits.require(request, (IMPORTS_OF_USER, str(user.user_id)))
    exercise_ids = _parse_mapping(mapping)
    options = ImportOptions("lb" if weight_unit == "lbs" else weight_unit, distance_unit, time_zone, date_order)
    async with limits.one_at_a_time(f"import:{user.user_id}"):
        run = await handlers.start_import(
            session, user.user_id, file.file, options, file_name=file.filename, mapping=exercise_ids, dry_run=dry_run
        )
        return await handlers.complete_import(run)


@router.get("/imports", response_model=ImportPage, responses=documented(Unauthenticated))
async def list_imports(
    user: CurrentUser, database: DatabaseDep, limit: PageSize = 20, cursor: Cursor = None
) -> Response:
    """List your imports, the latest first."""
    content = await imports.fetch(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")


@router.get("/imports/{import_id}", response_model=Import, responses=documented(Unauthenticated, ImportNotFound))
async def get_import(request: Request, user: CurrentUser, database: DatabaseDep, import_id: UUID) -> Response:
    """Get an import."""
    return json_response(request, await one_import.fetch(database, user_id=user.user_id, import_id=import_id))


@router.delete(
    "/imports/{import_id}", status_code=204, responses=documented(Unauthenticated, ImportNotFound, ImportEdited)
)
async def delete_import(
    user: CurrentUser,
    session: SessionDep,
    import_id: UUID,
    *,
    include_edited: Annotated[bool, Query(description="Also delete workouts that were edited since.")] = False,
) -> None:
    """Undo an import.

    Deletes its workouts, and the exercises that it created and nothing else uses.
    """
    await undo.undo_import(session, user.user_id, import_id, include_edited=include_edited)
