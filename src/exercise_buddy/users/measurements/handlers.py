"""The use cases of body measurements."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint, is_repeated_create
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.periods import require_order
from exercise_buddy.users.errors import BodyMeasurementIdTaken, BodyMeasurementNotFound
from exercise_buddy.users.handlers import bump_revision, lock_user, require_not_deleted
from exercise_buddy.users.measurements.queries import measurement_by_id, measurements
from exercise_buddy.users.measurements.schemas import BodyMeasurementChange, BodyMeasurementInput
from exercise_buddy.users.tables import BodyMeasurement
from exercise_buddy.users.usage import bounded_write


async def create_body_measurement(
    session: AsyncSession, user_id: UUID, given: BodyMeasurementInput
) -> tuple[UUID, bool]:
    """Create a measurement and return its id and whether it is new.

    Repeating a create with the same id and content writes nothing, even if the measurement was updated since.

    Raises:
        BodyMeasurementIdTaken: a measurement with this id and other content exists.
        ResourceDeleted: the id belonged to a measurement that was deleted.
        QuotaExceeded: the account has no room for it.
        AccountGone: the account no longer exists.

    """
    # From here on no other transaction writes this user's data, so what the check below finds remains true.
    await lock_user(session, user_id)
    content = fingerprint(given.model_dump(mode="json", exclude={"id"}))
    if given.id is not None and await is_repeated_create(
        session, BodyMeasurement, user_id, given.id, content, BodyMeasurementIdTaken
    ):
        return given.id, False
    await require_not_deleted(session, user_id, "body_measurement", given.id)
    measurement = BodyMeasurement(
        user_id=user_id,
        id=given.id or new_id(),
        measured_on=given.measured_on,
        mass_kg=given.mass_kg,
        body_fat_percent=given.body_fat_percent,
        notes=given.notes,
        fingerprint=content,
    )
    async with bounded_write(session, user_id):
        session.add(measurement)
        await session.flush()
    return measurement.id, True


async def list_body_measurements(
    reads: Reads,
    user_id: UUID,
    *,
    limit: int,
    cursor: str | None,
    from_date: date | None,
    to_date: date | None,
) -> bytes:
    """Return a `BodyMeasurementPage` document, the newest day first.

    Args:
        reads: where to read.
        user_id: the owner of the measurements.
        limit: the maximum number of items.
        cursor: the `next_cursor` of the previous page, or None.
        from_date: the first local day, inclusive.
        to_date: the last local day, inclusive.

    Raises:
        InvalidInput: the period ends before it begins, or the cursor does not belong to this list.

    """
    require_order(from_date, to_date)
    return await measurements.fetch(reads, user_id, limit=limit, cursor=cursor, from_date=from_date, to_date=to_date)


async def update_body_measurement(
    session: AsyncSession, user_id: UUID, measurement_id: UUID, change: BodyMeasurementChange, expected: Precondition
) -> bytes:
    """Update fields of a measurement and return the `BodyMeasurement` document.

    Raises:
        BodyMeasurementNotFound: the measurement does not exist.
        PreconditionFailed: the stored version differs.
        QuotaExceeded: the account has no room for the change.
        AccountGone: the account no longer exists.

    """
    async with bounded_write(session, user_id):
        if expected:
            expected.require(await measurement_by_id.fetch(session, user_id=user_id, measurement_id=measurement_id))
        found = await session.get(BodyMeasurement, (user_id, measurement_id))
        if found is None:
            raise BodyMeasurementNotFound
        for name in change.model_fields_set:
            setattr(found, name, getattr(change, name))
        await session.flush()
    return await measurement_by_id.fetch(session, user_id=user_id, measurement_id=measurement_id)


async def delete_body_measurement(
    session: AsyncSession, user_id: UUID, measurement_id: UUID, expected: Precondition
) -> None:
    """Delete a measurement.

    Raises:
        BodyMeasurementNotFound: the measurement does not exist.
        PreconditionFailed: the stored version differs.
        AccountGone: the account no longer exists.

    """
    await bump_revision(session, user_id)
    if expected:
        expected.require(await measurement_by_id.fetch(session, user_id=user_id, measurement_id=measurement_id))
    deleted = await session.exec(
        delete(BodyMeasurement).where(
            col(BodyMeasurement.user_id) == user_id, col(BodyMeasurement.id) == measurement_id
        )
    )
    if deleted.rowcount == 0:
        raise BodyMeasurementNotFound
