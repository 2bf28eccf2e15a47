"""The endpoints of imports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal
from uuid import UUID

from fastapi import File, Form, Path, Query, Request, Response, UploadFile
from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core.db.database import DatabaseDep
from exercise_buddy.core.db.jobs import JobRunning, Jobs, JobsBusy, JobsDep
from exercise_buddy.core.db.pagination import Cursor
from exercise_buddy.core.db.pagination import Limit as PageSize
from exercise_buddy.core.http.conditional_requests import json_response
from exercise_buddy.core.http.routing import Router, admit_with
from exercise_buddy.core.ops.rate_limits import Limit, RateLimits
from exercise_buddy.core.problems import ContentTooLarge, FieldError, InvalidInput, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser, require_identity
from exercise_buddy.core.types import TimeZone
from exercise_buddy.transfers.errors import ImportEdited, ImportInterrupted, ImportNotFound, UnreadableFile
from exercise_buddy.transfers.imports import handlers, undo
from exercise_buddy.transfers.imports.column_mapping import COLUMNS, parse_columns
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.examples import FORM, IMPORT_ID
from exercise_buddy.transfers.imports.model import DistanceUnit, ImportOptions
from exercise_buddy.transfers.imports.numbers import NumberFormat
from exercise_buddy.transfers.imports.queries import imports, one_import
from exercise_buddy.transfers.imports.schemas import Import, ImportPage, ImportReport
from exercise_buddy.users.public import AccountGone

MAX_FILE_BYTES = 32 * 1024 * 1024
# The file, and room for the boundaries and the other fields of the form.
_MAX_BODY_BYTES = MAX_FILE_BYTES + 512 * 1024
_MAX_MAPPING = 256 * 1024
_MAX_COLUMNS = 16 * 1024
_RESULTS = ("reps", "seconds", "distance")

IMPORTS_OF_USER = Limit("imports_user", "60/hour")

router = Router(prefix="/imports", tag="transfers")
ImportId = Annotated[UUID, Path(description="The id of the import.", examples=[IMPORT_ID])]
_MAPPING: TypeAdapter[dict[str, UUID]] = TypeAdapter(dict[str, UUID])


def _parse_mapping(text: str | None) -> dict[str, UUID]:
    if not text:
        return {}
    try:
        return _MAPPING.validate_json(text)
    except ValidationError:
        message = "This should be a JSON object with exercise ids by names in the file"
        raise InvalidInput(errors=[FieldError("/mapping", "mapping", message)]) from None


@asynccontextmanager
async def _admit_import(request: Request) -> AsyncIterator[None]:
    """Admit an import before its file is received: it is known who sends it, and how many imports wait already."""
    user = require_identity(request)
    limits: RateLimits = request.state.rate_limits
    await limits.require(request, (IMPORTS_OF_USER, str(user.user_id)))
    jobs: Jobs = request.state.jobs
    async with jobs.admit(user.user_id):
        yield


@router.post(
    "",
    status_code=201,
    max_body_size=_MAX_BODY_BYTES,
    responses=documented(
        Unauthenticated, AccountGone, UnreadableFile, ContentTooLarge, JobRunning, JobsBusy, ImportInterrupted
    ),
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"example": FORM}}}},
)
@admit_with(_admit_import)
async def create_import(
    request: Request,
    user: CurrentUser,
    jobs: JobsDep,
    file: Annotated[UploadFile, File(description="The export of an app, or our own, up to 32 MiB.")],
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
    number_format: Annotated[
        NumberFormat | None, Form(description="Needed if the file does not show whether 1.250 is more than a thousand.")
    ] = None,
    columns: Annotated[
        str | None,
        Form(
            max_length=_MAX_COLUMNS,
            description=(
                "For a table that no known app wrote: a JSON object with the names of its columns. `date`, `exercise`, "
                "and one of `reps`, `seconds` and `distance` are required. Others: "
                + ", ".join(f"`{column}`" for column in COLUMNS if column not in {"date", "exercise", *_RESULTS})
                + ". The problem of an unknown table proposes them."
            ),
        ),
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

    The workouts are stored in batches. If the import ends early, because you disconnect or the server stops, the import
    is `interrupted` and keeps what it has stored: import the file again to add the rest, or undo it. An error names it
    in `import_id`, and the number of its workouts in `workouts`. One import per user runs at a time.
    """
    exercise_ids = _parse_mapping(mapping)
    weight_unit = "lb" if weight_unit == "lbs" else weight_unit
    options = ImportOptions(weight_unit, distance_unit, time_zone, date_order, number_format, parse_columns(columns))

    async def stop_if_unwanted(_: float) -> None:
        if jobs.is_stopping or await request.is_disconnected():
            raise ImportInterrupted

    async with jobs.run(user.user_id) as job:
        return await handlers.import_file(
            job,
            user.user_id,
            file.file,
            options,
            file_name=file.filename,
            mapping=exercise_ids,
            dry_run=dry_run,
            checkpoint=stop_if_unwanted,
        )


@router.get("", response_model=ImportPage, responses=documented(Unauthenticated))
async def list_imports(
    user: CurrentUser, database: DatabaseDep, limit: PageSize = 20, cursor: Cursor = None
) -> Response:
    """List your imports, the latest first.

    Each with its state and what it has stored.
    """
    content = await imports.fetch(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")


@router.get("/{import_id}", response_model=Import, responses=documented(Unauthenticated, ImportNotFound))
async def get_import(request: Request, user: CurrentUser, database: DatabaseDep, import_id: ImportId) -> Response:
    """Get an import.

    Its state, and what it has stored so far.
    """
    return json_response(request, await one_import.fetch(database, user_id=user.user_id, import_id=import_id))


@router.delete(
    "/{import_id}",
    status_code=204,
    responses=documented(Unauthenticated, AccountGone, ImportNotFound, ImportEdited, JobRunning, JobsBusy),
)
async def delete_import(
    user: CurrentUser,
    jobs: JobsDep,
    import_id: ImportId,
    *,
    include_edited: Annotated[bool, Query(description="Also delete workouts that were edited since.")] = False,
) -> None:
    """Undo an import.

    Deletes its workouts, and the exercises that it created and nothing else uses. They are deleted in batches: after an
    error, undo it again. A running import cannot be undone.
    """
    async with jobs.admit(user.user_id), jobs.run(user.user_id) as job:
        await undo.undo_import(job, user.user_id, import_id, include_edited=include_edited)
