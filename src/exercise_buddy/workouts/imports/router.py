"""The endpoint of importing workouts."""

from typing import Annotated, Literal

from fastapi import File, Form, Query, UploadFile

from exercise_buddy.core.database import SessionDep
from exercise_buddy.core.fields import TimeZone
from exercise_buddy.core.identity import CurrentUser
from exercise_buddy.core.problems import ContentTooLarge, Unauthenticated, documented
from exercise_buddy.core.routing import Router
from exercise_buddy.workouts.errors import UnreadableFile
from exercise_buddy.workouts.imports import handlers
from exercise_buddy.workouts.imports.schemas import DistanceUnit
from exercise_buddy.workouts.schemas import ImportReport

MAX_FILE_BYTES = 20 * 1024 * 1024
# A little more than the file: the boundaries and the other fields of the form.
_MAX_BODY_BYTES = MAX_FILE_BYTES + 64 * 1024

router = Router(prefix="/workouts", tag="workouts")


@router.post(
    "/imports",
    status_code=201,
    max_body_size=_MAX_BODY_BYTES,
    responses=documented(Unauthenticated, UnreadableFile, ContentTooLarge),
)
async def import_workouts(
    user: CurrentUser,
    session: SessionDep,
    file: Annotated[UploadFile, File(description="A CSV that Strong has exported, up to 20 MiB.")],
    weight_unit: Annotated[
        Literal["kg", "lb", "lbs"] | None, Form(description="Needed where the file does not say it.")
    ] = None,
    distance_unit: Annotated[
        DistanceUnit | None, Form(description="Where the file does not say it: km with kg, mi with lb.")
    ] = None,
    time_zone: Annotated[
        TimeZone | None, Form(description="Where the workouts happened (IANA). Your profile's if it is left out.")
    ] = None,
    *,
    dry_run: Annotated[bool, Query(description="Only say what would happen.")] = False,
) -> ImportReport:
    """Import workouts from a file. Importing it twice adds nothing; a row that cannot be read is reported."""
    return await handlers.import_workouts(
        session,
        user.user_id,
        file.file,
        file_name=file.filename,
        weight_unit="lb" if weight_unit == "lbs" else weight_unit,
        distance_unit=distance_unit,
        time_zone=time_zone,
        dry_run=dry_run,
    )
