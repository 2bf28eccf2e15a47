"""The endpoints of body measurements."""

from typing import Annotated

from fastapi import Query, Request, Response

from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit
from exercise_buddy.core.db.user_reads import ReadsDep
from exercise_buddy.core.http.conditional_requests import IfMatch, json_response
from exercise_buddy.core.http.routing import BASE_PATH, Router
from exercise_buddy.core.problems import PreconditionFailed, Unauthenticated, documented
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.types import LocalDate
from exercise_buddy.users.errors import AccountGone, BodyMeasurementIdTaken, BodyMeasurementNotFound, ResourceDeleted
from exercise_buddy.users.measurements import handlers
from exercise_buddy.users.measurements.queries import measurement_by_id
from exercise_buddy.users.measurements.schemas import (
    BodyMeasurement,
    BodyMeasurementChange,
    BodyMeasurementInput,
    BodyMeasurementPage,
    MeasurementId,
)

_PATH = "/users/me/body-measurements"

router = Router(prefix=_PATH, tag="users")


@router.get("", response_model=BodyMeasurementPage, responses=documented(Unauthenticated))
async def list_body_measurements(
    user: CurrentUser,
    reads: ReadsDep,
    from_date: Annotated[LocalDate | None, Query(alias="from", description="The first local day.")] = None,
    to_date: Annotated[LocalDate | None, Query(alias="to", description="The last local day.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List your body measurements, the newest day first.

    Of a period, or all.
    """
    content = await handlers.list_body_measurements(
        reads, user.user_id, limit=limit, cursor=cursor, from_date=from_date, to_date=to_date
    )
    return Response(content, media_type="application/json")


@router.post(
    "",
    status_code=201,
    response_model=BodyMeasurement,
    responses=documented(Unauthenticated, AccountGone, BodyMeasurementIdTaken, ResourceDeleted, QuotaExceeded)
    | {200: {"model": BodyMeasurement, "description": "It exists already, with this id and this content"}},
)
async def create_body_measurement(
    request: Request, user: CurrentUser, session: SessionDep, measurement: BodyMeasurementInput
) -> Response:
    """Create a body measurement.

    With an `id` that you choose, a retry is safe: the same content gets 200, other content 409.
    """
    measurement_id, is_new = await handlers.create_body_measurement(session, user.user_id, measurement)
    content = await measurement_by_id.fetch(session, user_id=user.user_id, measurement_id=measurement_id)
    return json_response(request, content, 201 if is_new else 200, {"Location": f"{BASE_PATH}{_PATH}/{measurement_id}"})


@router.get(
    "/{measurement_id}",
    response_model=BodyMeasurement,
    responses=documented(Unauthenticated, BodyMeasurementNotFound),
)
async def get_body_measurement(
    request: Request, user: CurrentUser, database: DatabaseDep, measurement_id: MeasurementId
) -> Response:
    """Get a body measurement.

    Its `ETag` works with `If-Match` of a change.
    """
    content = await measurement_by_id.fetch(database, user_id=user.user_id, measurement_id=measurement_id)
    return json_response(request, content)


@router.patch(
    "/{measurement_id}",
    response_model=BodyMeasurement,
    responses=documented(Unauthenticated, AccountGone, BodyMeasurementNotFound, QuotaExceeded, PreconditionFailed),
)
async def update_body_measurement(
    request: Request,
    user: CurrentUser,
    session: SessionDep,
    measurement_id: MeasurementId,
    change: BodyMeasurementChange,
    expected: IfMatch,
) -> Response:
    """Update fields of a body measurement.

    Fields that are not sent keep their value. Honours `If-Match`.
    """
    content = await handlers.update_body_measurement(session, user.user_id, measurement_id, change, expected)
    return json_response(request, content)


@router.delete(
    "/{measurement_id}",
    status_code=204,
    responses=documented(Unauthenticated, AccountGone, BodyMeasurementNotFound, PreconditionFailed),
)
async def delete_body_measurement(
    user: CurrentUser, session: SessionDep, measurement_id: MeasurementId, expected: IfMatch
) -> None:
    """Delete a body measurement.

    Honours `If-Match`.
    """
    await handlers.delete_body_measurement(session, user.user_id, measurement_id, expected)
