"""The endpoints of imports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, File, Form, Path, Query, Request, Response, UploadFile

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.jobs import JobRunning, Jobs, JobsBusy, JobsDep
from exercise_buddy.core.db.pagination import Cursor
from exercise_buddy.core.db.pagination import Limit as PageSize
from exercise_buddy.core.http.conditional_requests import json_response
from exercise_buddy.core.http.routing import BASE_PATH, Router, admit_with
from exercise_buddy.core.http.strict_request import StrictRequest
from exercise_buddy.core.ops.rate_limits import Limit, RateLimits
from exercise_buddy.core.problems import ContentTooLarge, Unauthenticated, documented
from exercise_buddy.core.security.identity import CurrentUser, require_identity
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.core.types import TimeZone
from exercise_buddy.transfers.errors import (
    AccountChanged,
    AccountNotEmpty,
    ImportEdited,
    ImportFinished,
    ImportInterrupted,
    ImportNotFound,
    ImportUnfinished,
    ReplacedWorkoutsUnknown,
    UnreadableFile,
)
from exercise_buddy.transfers.imports import handlers
from exercise_buddy.transfers.imports.account_files import is_account_file
from exercise_buddy.transfers.imports.background import BackgroundImports
from exercise_buddy.transfers.imports.column_mapping import COLUMNS, parse_columns
from exercise_buddy.transfers.imports.containers import measure_content
from exercise_buddy.transfers.imports.dates import DateOrder
from exercise_buddy.transfers.imports.examples import FORM, IMPORT_ID
from exercise_buddy.transfers.imports.model import DistanceUnit, ImportOptions, OnConflict
from exercise_buddy.transfers.imports.numbers import NumberFormat
from exercise_buddy.transfers.imports.queries import imports as listed_imports
from exercise_buddy.transfers.imports.queries import one_import
from exercise_buddy.transfers.imports.requests import ImportRequest, parse_mapping
from exercise_buddy.transfers.imports.schemas import ImportDetails, ImportPage, ImportReport
from exercise_buddy.transfers.settings import MAX_IMPORT_BYTES
from exercise_buddy.users.public import AccountGone

# Room for the boundaries and the other fields of the form.
_FORM_BYTES = 512 * 1024
MAX_SMALL_FILE_BYTES = 256 * 1024
"""A larger file is imported in the background."""

_MAX_MAPPING = 256 * 1024
_MAX_COLUMNS = 16 * 1024
_RESULTS = ("reps", "seconds", "distance")
# What a text field contains. No keyword of its type says it more exactly.
_JSON = {"contentMediaType": "application/json"}

IMPORTS_OF_USER = Limit("imports_user", "60/hour")

router = Router(prefix="/imports", tag="transfers")


async def get_background_imports(request: Request) -> BackgroundImports:
    """Return the background imports of the running application."""
    background: BackgroundImports = request.state.background_imports
    return background


BackgroundImportsDep = Annotated[BackgroundImports, Depends(get_background_imports)]
ImportId = Annotated[UUID, Path(description="The id of the import.", examples=[IMPORT_ID])]


@asynccontextmanager
async def _admit_import(request: Request) -> AsyncIterator[None]:
    """Admit an import before its file is received: it is known who sends it, and how many imports wait already."""
    user = require_identity(request)
    if isinstance(request, StrictRequest):
        request.accept_upload(request.state.settings.import_max_bytes + _FORM_BYTES)
    limits: RateLimits = request.state.rate_limits
    await limits.require(request, (IMPORTS_OF_USER, str(user.user_id)))
    jobs: Jobs = request.state.jobs
    async with jobs.admit(user.user_id):
        yield


@router.post(
    "",
    status_code=201,
    # The setting `import_max_bytes` is the limit.
    max_body_size=MAX_IMPORT_BYTES + _FORM_BYTES,
    response_model=ImportReport,
    responses=documented(
        Unauthenticated,
        AccountGone,
        AccountNotEmpty,
        UnreadableFile,
        ContentTooLarge,
        JobRunning,
        JobsBusy,
        ImportInterrupted,
    )
    | {202: {"model": ImportDetails, "description": "The file is imported in the background: read its `Location`"}},
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"example": FORM}}}},
)
@admit_with(_admit_import)
async def create_import(
    request: Request,
    user: CurrentUser,
    database: DatabaseDep,
    jobs: JobsDep,
    imports: BackgroundImportsDep,
    file: Annotated[
        UploadFile,
        File(
            description="The export of an app, or our own, up to 32 MiB. Also in a ZIP archive, or as .xlsx. Or a FIT "
            "file of a watch, up to 16 MiB. The archives of Apple Health and of a whole account may have 256 MiB, or "
            "what the setting `IMPORT_MAX_BYTES` says."
        ),
    ],
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
            json_schema_extra=_JSON,
            description=(
                "For a table that no known app wrote: a JSON object with the names of its columns. `date`, `exercise`, "
                "and one of `reps`, `seconds` and `distance` are required. Others: "
                + ", ".join(f"`{column}`" for column in COLUMNS if column not in {"date", "exercise", *_RESULTS})
                + ". The problem of an unknown table proposes them."
            ),
        ),
    ] = None,
    on_conflict: Annotated[
        OnConflict,
        Form(
            description="What happens to a stored workout or measurement that differs in the file, or is stored with "
            "another time: it stays (`skip`), gets the content of the file (`replace`), or is imported a second time "
            "(`keep`).",
        ),
    ] = OnConflict.SKIP,
    mapping: Annotated[
        str | None,
        Form(
            max_length=_MAX_MAPPING,
            json_schema_extra=_JSON,
            description="A JSON object with exercise ids by names in the file, to replace automatic matches. It also "
            "applies to workouts that are stored already.",
        ),
    ] = None,
    accept_proposals: Annotated[
        float | None,
        Form(
            ge=0,
            le=1,
            allow_inf_nan=False,
            description="Give each name that matches no exercise the best proposal whose similarity is at least this, "
            "such as 0.7. Also names that became custom exercises in an earlier import, and in stored workouts.",
        ),
    ] = None,
    *,
    dry_run: Annotated[bool, Query(description="Report without importing.")] = False,
) -> Response:
    """Import workouts and body measurements from a file.

    A second import of a file adds nothing, also with another time zone. A workout or a measurement that has changed in
    the file is reported, and replaces the stored one with `on_conflict=replace`. The report lists what could not be
    read. Body measurements are those of Hevy, Strong and Apple Health: body mass and body fat are stored, and other
    values are counted in `body_measurements.left_out`.

    A file of up to 256 KiB, unpacked, is imported at once: 201 with the report. A larger one, or one that follows an
    import that has not ended, is imported in the background: 202 with the import, whose `Location` tells the progress
    and then has the report. Meanwhile, you can log workouts. An import that fails or is cancelled leaves nothing
    behind.

    The ZIP of `GET /users/me/export` restores a whole account, in the background: 202. The account must be empty, and
    everything or nothing is imported. `mapping`, `on_conflict` and `accept_proposals` mean nothing for it.
    """
    weight_unit = "lb" if weight_unit == "lbs" else weight_unit
    options = ImportOptions(weight_unit, distance_unit, time_zone, date_order, number_format, parse_columns(columns))
    sent = ImportRequest(options, file.filename, parse_mapping(mapping), on_conflict, dry_run, accept_proposals)
    size = await run_in_thread(measure_content, file.file)
    waits = size > MAX_SMALL_FILE_BYTES or await run_in_thread(is_account_file, file.file)
    if waits or await imports.has_unfinished(user.user_id):
        import_id = await imports.queue(user.user_id, file.file, sent)
        content = await one_import.fetch(database, user_id=user.user_id, import_id=import_id)
        return Response(content, 202, _locate(import_id), media_type="application/json")

    async def stop_if_unwanted(_: float) -> None:
        if jobs.is_stopping or await request.is_disconnected():
            raise ImportInterrupted

    async with jobs.run(user.user_id) as job:
        with imports.metrics.running_in_request():
            report = await handlers.import_small_file(job, user.user_id, file.file, sent, checkpoint=stop_if_unwanted)
    imports.metrics.record_report(report)
    headers = None if report.id is None else _locate(report.id)
    return Response(report.model_dump_json(), 201, headers, media_type="application/json")


def _locate(import_id: UUID) -> dict[str, str]:
    return {"Location": f"{BASE_PATH}/imports/{import_id}"}


@router.get("", response_model=ImportPage, responses=documented(Unauthenticated))
async def list_imports(
    user: CurrentUser, database: DatabaseDep, limit: PageSize = 20, cursor: Cursor = None
) -> Response:
    """List your imports, the latest first.

    Each with its state and what it has stored.
    """
    content = await listed_imports.fetch(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")


@router.get("/{import_id}", response_model=ImportDetails, responses=documented(Unauthenticated, ImportNotFound))
async def get_import(request: Request, user: CurrentUser, database: DatabaseDep, import_id: ImportId) -> Response:
    """Get an import.

    Its state, its progress, and what it has stored so far; once it has ended, the report or the problem.
    """
    return json_response(request, await one_import.fetch(database, user_id=user.user_id, import_id=import_id))


@router.post(
    "/{import_id}/cancel",
    status_code=202,
    response_model=ImportDetails,
    responses=documented(Unauthenticated, ImportNotFound, ImportFinished),
)
async def cancel_import(
    user: CurrentUser, session: SessionDep, imports: BackgroundImportsDep, import_id: ImportId
) -> Response:
    """Cancel an import that has not ended.

    What it has stored is deleted. Its state is `cancelling` until then, and `cancelled` in the end.
    """
    await handlers.cancel_import(session, user.user_id, import_id)
    imports.wake()
    content = await one_import.fetch(session, user_id=user.user_id, import_id=import_id)
    return Response(content, 202, media_type="application/json")


@router.delete(
    "/{import_id}",
    status_code=204,
    responses=documented(
        Unauthenticated,
        AccountGone,
        ImportNotFound,
        ImportEdited,
        AccountChanged,
        ReplacedWorkoutsUnknown,
        ImportUnfinished,
        JobRunning,
        JobsBusy,
    ),
)
async def delete_import(
    user: CurrentUser,
    jobs: JobsDep,
    imports: BackgroundImportsDep,
    import_id: ImportId,
    *,
    include_edited: Annotated[
        bool, Query(description="Also delete workouts and measurements that were edited since.")
    ] = False,
) -> None:
    """Undo an import.

    Deletes its workouts and body measurements, restores those that it replaced, and deletes the exercises that it
    created and nothing else uses. They are deleted in batches: after an error, undo it again. An import that has not
    ended cannot be undone: cancel it. That of a whole account empties the account again, as long as nothing has changed
    since; the imports that came with it cannot be undone if they had replaced workouts or measurements.
    """
    await imports.require_finished(user.user_id, import_id)
    async with jobs.admit(user.user_id), jobs.run(user.user_id) as job:
        await imports.undo(job, user.user_id, import_id, include_edited=include_edited)
